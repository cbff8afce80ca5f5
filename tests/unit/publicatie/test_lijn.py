"""A release is an event: going back to earlier contents is a new one, and the line stays whole."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from tests.unit.publicatie.test_publiceren import SLEUTEL, Plek, _nieuwe_cijfers, maak_uitgave
from veerkracht_dagster.publicatie import publiceren
from veerkracht_dagster.publicatie.publiceren import huidige_release
from veerkracht_dagster.publicatie.release import Release, wie
from veerkracht_dagster.publicatie.uitgave import Aanleiding, Uitgave

LIJN = (
    "SELECT nummer, release_id, vorige, actueel, door, reden FROM veerkracht.releases "
    "WHERE editie = '2014-2020' ORDER BY nummer"
)


def _door(u: Uitgave, reden: str) -> Uitgave:
    return dataclasses.replace(u, aanleiding=Aanleiding(door="wim", reden=reden, run="r1"))


@pytest.fixture
def heen_en_terug(tmp_path: Path) -> tuple[Plek, Release, Release, Release]:
    """A, then B, then A again."""
    plek = Plek(tmp_path)
    eerste = plek.publiceer(_door(maak_uitgave(), "eerste keer"))
    tweede = plek.publiceer(_door(_nieuwe_cijfers(), "nieuwe cijfers"))
    return plek, eerste, tweede, plek.publiceer(_door(maak_uitgave(), "toch de oude"))


def test_going_back_is_a_release_of_its_own(heen_en_terug: tuple) -> None:
    plek, eerste, tweede, derde = heen_en_terug
    assert huidige_release(plek.uitgaven, SLEUTEL) == derde
    assert derde.release_id == eerste.release_id, "the same contents"
    assert [r.nummer for r in (eerste, tweede, derde)] == [1, 2, 3]
    assert [r.vorige for r in (eerste, tweede, derde)] == [
        None, eerste.release_id, tweede.release_id,
    ]  # fmt: skip
    assert derde.gemaakt >= tweede.gemaakt
    assert (derde.door, derde.reden, derde.run) == ("wim", "toch de oude", "r1")


def test_the_difference_of_going_back_is_with_what_was_current(heen_en_terug: tuple) -> None:
    plek, eerste, tweede, _ = heen_en_terug
    verschil = json.loads((plek.editie / "actueel" / "verschil.json").read_text())
    assert (verschil["van"], verschil["naar"]) == (tweede.release_id, eerste.release_id)
    assert verschil["veranderd"] > 0
    assert (plek.editie / tweede.release_id).is_dir(), "kept, for `veerkracht verschil`"


def test_the_warehouse_keeps_the_whole_line(heen_en_terug: tuple) -> None:
    plek, a, b, _ = heen_en_terug
    assert plek.vraag(LIJN) == [
        (1, a.release_id, None, False, "wim", "eerste keer"),
        (2, b.release_id, a.release_id, False, "wim", "nieuwe cijfers"),
        (3, a.release_id, b.release_id, True, "wim", "toch de oude"),
    ]


def test_to_be_described_anew_is_no_event(heen_en_terug: tuple) -> None:
    plek, _, _, derde = heen_en_terug
    anders = dataclasses.replace(maak_uitgave(), versies={"code": "2"})
    opnieuw = plek.publiceer(_door(anders, "andere code"))
    assert (opnieuw.nummer, opnieuw.vorige) == (derde.nummer, derde.vorige)
    assert [rij[:2] for rij in plek.vraag(LIJN)][-1] == (3, derde.release_id)
    assert len(plek.vraag(LIJN)) == 3


def test_going_back_that_fails_leaves_both_as_they_were(
    heen_en_terug: tuple, monkeypatch: pytest.MonkeyPatch
) -> None:
    plek, _, tweede, _ = heen_en_terug
    stand = plek.stand()
    oud = (plek.editie / tweede.release_id / "release.json").read_bytes()

    def faal(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(publiceren, "kondig_aan", faal)
    with pytest.raises(OSError, match="No space left"):
        plek.publiceer(_door(_nieuwe_cijfers(), "weer de nieuwe"))
    assert plek.stand() == stand
    assert (plek.editie / tweede.release_id / "release.json").read_bytes() == oud


def test_who_it_is_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def niemand() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", niemand)
    assert wie().startswith("gebruiker ")
