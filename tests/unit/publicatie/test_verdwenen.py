"""What stood in a release and is gone is refused, unless a person says why; then it is told."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.publicatie.voorbeelduitgave import KLEIN as CAT
from tests.unit.publicatie.voorbeelduitgave import maak_uitgave as maak_hele_uitgave
from veerkracht_dagster.opslag.warehouse import standaard_url
from veerkracht_dagster.publicatie.publiceren import huidige_release, publiceer
from veerkracht_dagster.publicatie.uitgave import Aanleiding, Uitgave
from veerkracht_dagster.publicatie.verdwenen import Verdwenen

SLEUTEL = "2014-2020"
KWB, WZW = "cbs_kerncijfers", "woonzorgwijzer"
DEEL = [{"dialect": "x", "bestanden": [["a.csv", "ab" * 32]]}]
LEVERINGEN: Mapping[int, Mapping[str, Any]] = {
    2014: {KWB: DEEL, WZW: DEEL}, 2020: {KWB: DEEL},
}  # fmt: skip
GRONDSLAG = {"2020": {"cbs_buurtgrenzen": DEEL}}


def _uitgave(
    leveringen: Mapping[int, Mapping[str, Any]] = LEVERINGEN,
    groepen: str = "uitkering, lvb",
    **anders: Any,
) -> Uitgave:
    u = maak_hele_uitgave(SLEUTEL, cat=CAT)
    u.indicatoren["kwetsbare_bewoners"]["groepen"] = groepen
    u.indicatoren["kwetsbare_bewoners"]["methode"] = "schatting"
    gegeven = {"leveringen": leveringen, "grondslag": GRONDSLAG, **anders}
    # The cards are of the files behind it: other files, another mark.
    kaarten = [{"sha256": str(sorted(map(str, (gegeven["leveringen"], gegeven["grondslag"]))))}]
    return dataclasses.replace(u, kaarten=kaarten, **gegeven)


def _zonder(u: Uitgave, weg: Callable[[str], bool]) -> Uitgave:
    """The same without the areas whose code is so."""
    lagen = {naam: laag.loc[~laag["regiocode"].map(weg)] for naam, laag in u.lagen.items()}
    return dataclasses.replace(u, lagen=lagen)


def _publiceer(map_: Path, u: Uitgave):
    return publiceer(map_ / "uitgaven", standaard_url(map_), u, CAT)


WEG: list[tuple[Callable[[], Uitgave], str]] = [
    (lambda: _uitgave({2014: {KWB: DEEL}, 2020: {KWB: DEEL}}), r"bron woonzorgwijzer \(2014\)"),
    (lambda: _uitgave({2014: {KWB: DEEL, WZW: DEEL}, 2020: {}}), "cbs_kerncijfers van 2020"),
    (lambda: _uitgave(grondslag={}), r"bron cbs_buurtgrenzen \(2020\)"),
    (lambda: _zonder(_uitgave(), lambda c: c == "BU00010000"), r"1 van 16 gebieden \(BU00010000\)"),
    (lambda: _zonder(_uitgave(), lambda c: c[2:6] == "0002"), r"1 gemeenten \(GM0002\)"),
    (lambda: _uitgave(groepen="uitkering"), "de groepen lvb van K"),
]  # fmt: skip


@pytest.mark.parametrize(("anders", "gezegd"), WEG, ids=[tekst[:20] for _, tekst in WEG])
def test_what_is_gone_is_refused_with_what_it_is(tmp_path: Path, anders, gezegd: str) -> None:
    eerste = _publiceer(tmp_path, _uitgave())
    with pytest.raises(Verdwenen, match=rf"{eerste.release_id} stond is weg: .*{gezegd}") as mis:
        _publiceer(tmp_path, anders())
    for weg_eruit in ("Zet terug", "make rebuild VERDWENEN=", "--verdwenen", "in de UI"):
        assert weg_eruit in str(mis.value)
    assert huidige_release(tmp_path / "uitgaven", SLEUTEL) == eerste


def test_with_a_reason_it_is_published_and_the_reason_stands_in_the_release(tmp_path: Path) -> None:
    _publiceer(tmp_path, _uitgave())
    zonder = _zonder(_uitgave(), lambda c: c == "BU00010000")
    waarom = Aanleiding(verdwenen="de gemeente voegde haar samen")
    tweede = _publiceer(tmp_path, dataclasses.replace(zonder, aanleiding=waarom))
    wat = ["1 van 16 gebieden (BU00010000)"]
    assert tweede.verdwenen == {"wat": wat, "reden": "de gemeente voegde haar samen"}
    actueel = tmp_path / "uitgaven" / SLEUTEL / "actueel"
    assert json.loads((actueel / "release.json").read_text())["verdwenen"] == tweede.verdwenen
    verschil = (actueel / "verschil.md").read_text()
    assert f"Weg, en zo bedoeld (de gemeente voegde haar samen): {wat[0]}." in verschil
    # A reason is of one release: the next one that loses something asks again.
    with pytest.raises(Verdwenen, match="BU00020001"):
        _publiceer(tmp_path, _zonder(zonder, lambda c: c == "BU00020001"))


def test_what_a_person_chose_in_the_catalogue_is_not_gone(tmp_path: Path) -> None:
    _publiceer(tmp_path, _uitgave())
    korter = CAT.edities[SLEUTEL].model_copy(update={"begin": 2016})
    u = _zonder(_uitgave({2020: {KWB: DEEL}}, editie=korter), lambda c: c == "BU00010000")
    assert _publiceer(tmp_path, u).verdwenen == {}


def test_a_group_that_the_edition_names_no_longer_is_a_choice(tmp_path: Path) -> None:
    _publiceer(tmp_path, _uitgave())
    editie = CAT.edities[SLEUTEL]
    parameters = editie.parameters.model_copy(update={"kwetsbaar_groepen": ["uitkering"]})
    anders = editie.model_copy(update={"parameters": parameters})
    assert _publiceer(tmp_path, _uitgave(groepen="uitkering", editie=anders)).verdwenen == {}


def test_what_came_in_is_no_question(tmp_path: Path) -> None:
    _publiceer(tmp_path, _zonder(_uitgave({2020: {KWB: DEEL}}), lambda c: c == "BU00010000"))
    assert _publiceer(tmp_path, _uitgave()).verdwenen == {}
