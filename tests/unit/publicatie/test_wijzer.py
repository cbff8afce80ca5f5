"""The commit decides which release counts, and the pointer follows, whenever the process ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.unit.publicatie.test_publiceren import (
    CAT,
    SLEUTEL,
    Plek,
    _nieuwe_cijfers,
    maak_uitgave,
)
from veerkracht_dagster.opslag import warehouse as warehousemodule
from veerkracht_dagster.opslag.warehouse import WarehouseFout
from veerkracht_dagster.publicatie import publiceren, wijzer
from veerkracht_dagster.publicatie.publiceren import huidige_release, niet_in_warehouse
from veerkracht_dagster.publicatie.wijzer import alleen, lees_wijzer, maak_af, zet_wijzer

ACTUEEL_IN_WAREHOUSE = "SELECT release_id FROM veerkracht.releases WHERE actueel"


@pytest.fixture
def plek(tmp_path: Path) -> Plek:
    return Plek(tmp_path)


def _gedood(plek: Plek, module: object, stap: str, *, na_afloop: bool) -> None:
    """Publish in a process of its own, which is killed before or after a step."""
    kind = os.fork()
    if kind == 0:
        gewoon = getattr(module, stap)

        def val_uit(*rest: object) -> None:
            if na_afloop:
                gewoon(*rest)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(module, stap, val_uit)
        plek.publiceer(_nieuwe_cijfers())
        os._exit(0)
    _, stand = os.waitpid(kind, 0)
    assert os.WTERMSIG(stand) == signal.SIGKILL


@pytest.mark.parametrize(
    ("module", "stap", "na_afloop", "is_vast"),
    [
        (publiceren, "kondig_aan", False, False),
        (publiceren, "kondig_aan", True, False),  # noted, and not yet committed
        (publiceren, "voltooi", False, True),  # committed, and the pointer not yet moved
        (wijzer, "zet_wijzer", True, True),  # moved, and the note still there
        (publiceren, "voltooi", True, True),
    ],
)
def test_killed_around_the_commit_the_pointer_follows_the_warehouse(
    plek: Plek, module: object, stap: str, na_afloop: bool, is_vast: bool
) -> None:
    eerste = plek.publiceer(maak_uitgave())
    _gedood(plek, module, stap, na_afloop=na_afloop)
    assert maak_af(plek.uitgaven, plek.url) == []  # what every reader does first
    ((in_warehouse,),) = plek.vraag(ACTUEEL_IN_WAREHOUSE)
    assert lees_wijzer(plek.editie) == in_warehouse
    assert (in_warehouse != eerste.release_id) == is_vast
    assert niet_in_warehouse(plek.uitgaven, plek.url, [SLEUTEL], CAT) == []
    release = huidige_release(plek.uitgaven, SLEUTEL)
    assert release is not None
    assert release.release_id == in_warehouse
    tweede = plek.publiceer(_nieuwe_cijfers())
    assert (huidige_release(plek.uitgaven, SLEUTEL), tweede.vorige) == (tweede, eerste.release_id)
    assert plek.resten() == []


def test_a_first_release_that_was_killed_before_its_commit_is_none(plek: Plek) -> None:
    _gedood(plek, publiceren, "kondig_aan", na_afloop=True)
    assert maak_af(plek.uitgaven, plek.url) == []
    assert huidige_release(plek.uitgaven, SLEUTEL) is None
    assert plek.publiceer(_nieuwe_cijfers()).vorige is None


def test_a_pointer_that_cannot_be_moved_is_moved_by_who_comes_next(
    plek: Plek, monkeypatch: pytest.MonkeyPatch
) -> None:
    plek.publiceer(maak_uitgave())
    with monkeypatch.context() as vol:
        vol.setattr(wijzer, "zet_wijzer", _vol)
        with pytest.raises(OSError, match="No space left"):
            plek.publiceer(_nieuwe_cijfers())
    assert maak_af(plek.uitgaven, plek.url) == []
    assert [(lees_wijzer(plek.editie),)] == plek.vraag(ACTUEEL_IN_WAREHOUSE)


def _vol(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_nobody_finishes_what_another_process_is_doing(plek: Plek) -> None:
    plek.publiceer(maak_uitgave())
    _gedood(plek, publiceren, "voltooi", na_afloop=False)
    voor = lees_wijzer(plek.editie)
    with alleen(plek.editie):
        assert maak_af(plek.uitgaven, plek.url) == []
        assert lees_wijzer(plek.editie) == voor
    maak_af(plek.uitgaven, plek.url)
    assert lees_wijzer(plek.editie) != voor


def test_a_warehouse_that_does_not_answer_leaves_the_note(
    plek: Plek, monkeypatch: pytest.MonkeyPatch
) -> None:
    plek.publiceer(maak_uitgave())
    _gedood(plek, publiceren, "voltooi", na_afloop=False)
    voor = lees_wijzer(plek.editie)
    with monkeypatch.context() as stil:
        stil.setattr(warehousemodule, "warehouse", _bezet)
        (regel,) = maak_af(plek.uitgaven, plek.url)
        assert "weet alleen het warehouse, en dat antwoordt niet: bezet" in regel
        with pytest.raises(WarehouseFout, match="weet alleen het warehouse"):
            plek.publiceer(_nieuwe_cijfers(3.0))
    assert lees_wijzer(plek.editie) == voor
    assert maak_af(plek.uitgaven, plek.url) == []
    assert lees_wijzer(plek.editie) != voor


def _bezet(*_: object, **__: object) -> None:
    raise WarehouseFout("bezet")


def test_files_and_warehouse_that_differ_without_a_note_are_published_again(plek: Plek) -> None:
    """As a release of before there were notes left them, or a warehouse that was put back."""
    eerste = plek.publiceer(maak_uitgave())
    tweede = plek.publiceer(_nieuwe_cijfers())
    zet_wijzer(plek.editie, eerste.release_id)
    assert niet_in_warehouse(plek.uitgaven, plek.url, [SLEUTEL], CAT) == [SLEUTEL]
    opnieuw = plek.publiceer(maak_uitgave())
    assert opnieuw.release_id == eerste.release_id
    assert plek.vraag(ACTUEEL_IN_WAREHOUSE) == [(eerste.release_id,)] != [(tweede.release_id,)]
