"""Which publishers' files are behind a table: kept beside it, and only those it was made of."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
from shapely.geometry import Point
from upath import UPath

from veerkracht_dagster.buurttabel.herkomst import (
    bestanden_van_buurttabel,
    bestanden_van_gebieden,
    bestanden_van_omzetting,
)
from veerkracht_dagster.opslag.tabellen import erbij_van, lees_met, open_tabel, schrijf_tabel
from veerkracht_dagster.sporen.afkomst import (
    ALLE,
    Afkomst,
    Tabellen,
    grondslag_onder,
    leveringen_achter,
    per_basis,
)


def met(*hashes: str, basis: str = ALLE) -> Afkomst:
    return Afkomst(bestanden=per_basis({basis: hashes}))


GEHEEL = Afkomst(
    bestanden=per_basis({2020: ["b", "a", "b"], 2022: ["c"]}),
    kolommen={"inwoners": "AantalInwoners_5"},
    levering=[{"dialect": "odata_v3", "bestanden": [["map/1.json", "a"]]}],
    leveringen={"cbs_kerncijfers": [{"dialect": "odata_v3", "bestanden": []}]},
    grondslag={"2014": {"cbs_adressen": [{"dialect": "pc6hnr", "bestanden": []}]}},
)


@pytest.mark.parametrize(
    "tabel",
    [
        pd.DataFrame({"regiocode": ["BU00010001"]}),
        gpd.GeoDataFrame({"regiocode": ["BU00010001"]}, geometry=[Point(1, 2)], crs="EPSG:28992"),
        pa.table({"regiocode": ["BU00010001"]}),
    ],
    ids=["pandas", "map", "arrow"],
)
def test_it_is_kept_beside_the_table_and_not_in_it(tmp_path: Path, tabel: Any) -> None:
    pad = UPath(tmp_path / "t.parquet")
    schrijf_tabel(tabel, pad, GEHEEL.als_json())
    # also when not all columns are read, as the release does, or nothing is read yet
    for kolommen in (None, ["regiocode"]):
        terug, erbij = lees_met(pad, kolommen)
        assert Afkomst.van_json(erbij) == GEHEEL
        assert terug.attrs == {}
    assert Afkomst.van_json(erbij_van(open_tabel(pad).schema)) == GEHEEL


def test_hashes_per_base_year() -> None:
    assert GEHEEL.hashes(2020) == {"a", "b"}
    assert GEHEEL.hashes("2022") == {"c"}
    assert GEHEEL.hashes(2024) == GEHEEL.hashes() == set()


def test_of_a_table_without_it_nothing_is_known(tmp_path: Path) -> None:
    pad = UPath(tmp_path / "t.parquet")
    schrijf_tabel(pd.DataFrame({"a": [1]}), pad)
    assert Afkomst.van_json(lees_met(pad)[1]) == Afkomst()
    assert Tabellen.van({"2014": 1}).afkomst == {"2014": Afkomst()}


def test_the_deliveries_behind_a_year_are_those_of_sources_with_rows() -> None:
    bronnen = {"vol": pd.DataFrame({"a": [1]}), "leeg": pd.DataFrame({"a": []})}
    afkomst = {naam: Afkomst(levering=[{"dialect": naam}]) for naam in bronnen}
    assert leveringen_achter(bronnen, afkomst) == {"vol": [{"dialect": "vol"}]}


def test_a_crosswalk_stands_on_the_deliveries_of_every_year_that_has_areas() -> None:
    kaart, punten = [{"dialect": "wijkbuurtkaart"}], [{"dialect": "pc6hnr"}]
    gebieden = Tabellen(
        {"2014": pd.DataFrame({"a": [1]}), "2015": pd.DataFrame({"a": []})},
        {jaar: Afkomst(leveringen={"cbs_buurtgrenzen": kaart}) for jaar in ("2014", "2015")},
    )
    adressen = Tabellen({"2014": None}, {"2014": Afkomst(levering=punten)})
    uit = grondslag_onder(["2015", "2014", "2013"], gebieden, {"cbs_adressen": adressen})
    assert uit == {"2014": {"cbs_buurtgrenzen": kaart, "cbs_adressen": punten}}


def test_areas_stand_on_the_source_that_knew_them_and_on_the_names_of_gemeenten() -> None:
    bronnen = {
        "cbs_buurtgrenzen": met("grenzen"),
        "cbs_kerncijfers": met("kwb"),
        "leefbaarometer": met("lbm"),
    }
    gebieden = pd.DataFrame({"herkomst": ["cbs_buurtgrenzen", "cbs_buurtgrenzen"]})
    assert bestanden_van_gebieden(gebieden, bronnen) == {ALLE: {"grenzen", "kwb"}}
    gebieden = pd.DataFrame({"herkomst": ["leefbaarometer"]})
    assert bestanden_van_gebieden(gebieden, bronnen) == {ALLE: {"lbm", "kwb"}}


GEBIEDEN = {"2014": met("g14"), "2020": met("g20"), "2022": met("g22")}


@pytest.mark.parametrize(
    ("jaar", "adressen", "verwacht"),
    [
        # both ends have addresses
        ("2022", {"2020": met("a20"), "2022": met("a22")}, {"g22", "g20", "a22", "a20"}),
        # an address file at one end alone is of no use
        ("2014", {"2020": met("a20"), "2014": met()}, {"g14", "g20"}),
        # the same year: no road at all
        ("2020", {"2020": met("a20")}, {"g20"}),
    ],
)
def test_a_crosswalk_stands_on_both_ends(
    jaar: str, adressen: dict[str, Afkomst], verwacht: set[str]
) -> None:
    tabel = pd.DataFrame({"basis": [2020], "via": [None]})
    uit = bestanden_van_omzetting(jaar, tabel, ["2020"], GEBIEDEN, adressen, {})
    assert uit == {"2020": verwacht}


def test_a_crosswalk_stands_on_the_squares_of_the_year_it_leaves() -> None:
    vierkanten = {"2014": met("v14"), "2020": met("v20"), "2022": met()}
    tabel = pd.DataFrame({"basis": [2020], "via": [None]})
    for jaar, verwacht in (("2014", {"g14", "g20", "v14"}), ("2022", {"g22", "g20"}),
                           ("2020", {"g20"})):  # fmt: skip
        adressen = {j: met() for j in GEBIEDEN}
        uit = bestanden_van_omzetting(jaar, tabel, ["2020"], GEBIEDEN, adressen, vierkanten)
        assert uit == {"2020": verwacht}


@pytest.mark.parametrize(
    ("via", "verwacht"),
    [
        # by the publisher's mark: the marks of all years between
        ("merk", {"g14", "g16", "g18", "g20"}),
        # by a chain over 2018: its addresses too, where both ends of a step have them
        ("2018", {"g14", "g16", "g18", "g20", "a18", "a20"}),
    ],
)
def test_a_crosswalk_over_years_between_stands_on_those(via: str, verwacht: set[str]) -> None:
    gebieden = GEBIEDEN | {"2016": met("g16"), "2018": met("g18")}
    adressen = {"2014": met(), "2016": met("a16"), "2018": met("a18"), "2020": met("a20")}
    tabel = pd.DataFrame({"basis": [2020, 2022], "via": [via, None]})
    uit = bestanden_van_omzetting("2014", tabel, ["2020"], gebieden, adressen, {})
    assert uit == {"2020": verwacht}


def test_the_harmonised_table_stands_on_the_crosswalks_that_were_taken() -> None:
    # Kerncijfers of 2014 stand on 2014; nothing stands on 2022, though its crosswalk is at hand.
    verslagen = [SimpleNamespace(gebiedsjaar=2014, basisjaar=2020)]
    omzettingen = {"2014": met("g14", "g20", basis="2020"), "2022": met("g22", basis="2020")}
    gebieden = {"2020": met("g20"), "2022": met("g22")}
    uit = bestanden_van_buurttabel({"kwb": met("kwb")}, verslagen, omzettingen, gebieden)
    assert uit == {"2020": {"kwb", "g14", "g20"}, "2022": {"kwb", "g22"}}
