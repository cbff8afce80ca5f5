"""What changed in a delivery, a map, an address file: per column, in how many rows, beside what."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from tests.unit.bronnen.hulp import MICRODATA, schrijf_levering
from veerkracht_dagster.bronnen.ontvangsten import Ontvangst
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.uitkijk.gepubliceerd import gepubliceerde_versie
from veerkracht_dagster.bronnen.uitkijk.tabelverschil import vergelijk_tabellen
from veerkracht_dagster.werkmap import Werkmap

A, B, C = "BU00010001", "BU00010002", "BU00010003"


def _cijfers(**kolommen: list) -> pd.DataFrame:
    aantal = len(next(iter(kolommen.values())))
    velden = {"niveau": "buurt", "regiocode": [A, B, C][:aantal], **kolommen}
    return pd.DataFrame(velden).assign(bron_bestand="x", bron_rij=range(aantal))


def _grenzen(*x: int) -> gpd.GeoDataFrame:
    vlakken = [box(i, 0, i + 1, 1) for i in x]
    return gpd.GeoDataFrame(_cijfers(water=["NEE"] * len(x)), geometry=vlakken)


def _adressen(*buurten: str) -> pd.DataFrame:
    nummers = range(len(buurten))
    return pd.DataFrame({"postcode": "9711AA", "huisnummer": nummers, "buurtcode": buurten})


LEEG = float("nan")
GEVALLEN = [
    ("dezelfde", _cijfers(lvb=[1, 2]), _cijfers(lvb=[1, 2]).iloc[::-1], "dezelfde cijfers"),
    ("een cijfer", _cijfers(lvb=[1, 2], ggz=[5, 6]), _cijfers(lvb=[1, 3], ggz=[5, 6]),
     "herziene waarden: 1 (lvb: 1 van 2 gebieden)"),
    ("gevuld", _cijfers(lvb=[LEEG, LEEG]), _cijfers(lvb=[1, LEEG]),
     "nieuw gevulde maten: 1 (lvb: 1 van 2 gebieden)"),
    ("geleegd", _cijfers(lvb=[1.0, LEEG]), _cijfers(lvb=[LEEG, LEEG]),
     "leeggemaakte maten: 1 (lvb: 1 van 2 gebieden)"),
    ("een staat", _cijfers(lvb=[LEEG], lvb__status=["ontbreekt"]),
     _cijfers(lvb=[LEEG], lvb__status=["onderdrukt"]),
     "herziene waarden: 1 (lvb: 1 van 1 gebieden)"),
    ("gebieden", _cijfers(lvb=[1, 2, 3]), _cijfers(lvb=[1, 2]), "andere rijen: 1 (1 gebieden weg)"),
    ("een grens", _grenzen(0, 1), _grenzen(0, 2), "herziene waarden: 1 (grens: 1 van 2 gebieden)"),
    ("adressen", _adressen(A, B), _adressen(A, A, A),
     "herziene waarden: 1 (buurtcode: 1 van 2 adressen)\nandere rijen: 1 (1 adressen erbij)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("oud", "nieuw", "uitleg"), [g[1:] for g in GEVALLEN], ids=[g[0] for g in GEVALLEN]
)
def test_what_changed_is_told_per_column(oud, nieuw, uitleg: str) -> None:
    assert vergelijk_tabellen(oud, nieuw).uitleg.startswith(uitleg)


# --- beside what is published ---------------------------------------------------------------------
def _uitgave(werkmap: Werkmap, ontvangst: Ontvangst, gemaakt: str = "2026-01-02T03:04:05") -> None:
    """A release that stands on a version."""
    actueel = werkmap.uitgaven / "2014-2020" / "actueel"
    actueel.mkdir(parents=True, exist_ok=True)
    deel = {"dialect": "levering", "bestanden": [list(b) for b in ontvangst.bestanden]}
    tekst = {"release_id": "abc", "editie": "2014-2020", "gemaakt": gemaakt,
             "leveringen": {"2020": {ontvangst.bron: [deel]}}}  # fmt: skip
    (actueel / "release.json").write_text(json.dumps(tekst))


def test_a_new_version_is_compared_with_what_is_published_and_says_so(tmp_path: Path) -> None:
    werkmap = Werkmap.in_map(tmp_path)
    innemer = Innemer(werkmap)

    def neem_in(tekst: str):
        schrijf_levering(werkmap.bronnen, tekst)
        ingenomen = innemer.neem_in("cbs_microdata", 2020)
        innemer.aanvaard(ingenomen)
        return ingenomen

    eerst = neem_in(MICRODATA)
    _uitgave(werkmap, eerst.ontvangst)
    tussen = neem_in(MICRODATA.replace("25", "30"))  # came in, and was never published
    assert "uitgave abc van 2014-2020 (2026-01-02 03:04 UTC)" in tussen.verschil.uitleg
    weer = neem_in(MICRODATA.replace("25", "35"))
    assert weer.verschil.uitleg.count("md_kwetsbaar: 1 van") == 1
    terug = neem_in(MICRODATA)  # what is published already
    gelijk = "dezelfde cijfers in andere bestanden\nvergeleken met uitgave abc"
    assert terug.verschil.uitleg.startswith(gelijk)


def test_without_a_release_nothing_is_published(tmp_path: Path) -> None:
    werkmap, bron = Werkmap.in_map(tmp_path), "woonzorgwijzer"
    versies = [
        Ontvangst(bron, 2020, (("a.csv", hash_ * 32),), "2026-01-01") for hash_ in ("aa", "bb")
    ]
    assert gepubliceerde_versie(werkmap.uitgaven, bron, 2020, versies) is None
    _uitgave(werkmap, versies[1])
    gevonden = gepubliceerde_versie(werkmap.uitgaven, bron, 2020, versies)
    assert gevonden is not None
    assert gevonden.ontvangst == versies[1]


def test_figures_count_before_a_crosswalk_that_stands_on_an_older_version(tmp_path: Path) -> None:
    werkmap, bron = Werkmap.in_map(tmp_path), "cbs_kerncijfers"
    oud, nieuw = (
        Ontvangst(bron, 2020, (("a.json", een * 32), ("b.json", "cc" * 32)), "2026-01-01")
        for een in ("aa", "bb")
    )
    _uitgave(werkmap, nieuw)
    pad = werkmap.uitgaven / "2014-2020" / "actueel" / "release.json"
    tekst = json.loads(pad.read_text())
    # Of the figures one file is named, of the crosswalk all those of the version before.
    tekst["leveringen"]["2020"][bron][0]["bestanden"].pop()
    deel = {"dialect": "x", "bestanden": [list(b) for b in oud.bestanden]}
    tekst["grondslag"] = {"2020": {bron: [deel]}}
    pad.write_text(json.dumps(tekst))
    gevonden = gepubliceerde_versie(werkmap.uitgaven, bron, 2020, [oud, nieuw])
    assert gevonden is not None
    assert gevonden.ontvangst == nieuw
