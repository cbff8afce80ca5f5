"""Answers of services and workbooks as other programs keep them: without an envelope, with an
announced number, flat, with lines of text above the header."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.unit.bronnen.hulp import (
    REGIOS,
    V3,
    V4,
    lees_map,
    schrijf,
    schrijf_levering,
    schrijf_v3,
    schrijf_v4,
    v3_eigenschappen,
    v3_rijen,
    v3_set,
)
from tests.unit.bronnen.test_vormen import EXCEL, KOPPEN, RIJEN, excelboek
from veerkracht_dagster.bronnen.fouten import BronFout

KAAL = (
    "de antwoorden staan er zonder omhulsel, zoals cbsodata ze bewaart; dat zij heel zijn zegt "
    "TableInfos.RecordCount"
)


# --- OData v3 without its envelope ----------------------------------------------------------------
def schrijf_kaal(map_: Path, **anders: Any) -> None:
    """What `cbsodata.download_data(dir=...)` saves: per set a list, indented."""
    sets = {
        "TypedDataSet": v3_rijen(),
        "DataProperties": v3_eigenschappen(),
        "WijkenEnBuurten": [{"Key": code, "Title": naam} for code, naam, *_ in REGIOS],
        "TableInfos": [{"Identifier": "84799NED", "RecordCount": 6, "Modified": "2021-03-26"}],
    } | anders
    for naam, rijen in sets.items():
        if rijen is not None:
            schrijf(map_, f"{V3}/{naam}.json", json.dumps(rijen, indent=2, ensure_ascii=False))


def test_v3_zonder_omhulsel_zegt_hetzelfde(tmp_path):
    schrijf_v3(tmp_path / "heel")
    schrijf_kaal(tmp_path / "kaal")
    heel, _ = lees_map(tmp_path / "heel", "cbs_kerncijfers", 2020)
    kaal, verslag = lees_map(tmp_path / "kaal", "cbs_kerncijfers", 2020)
    weg = ["bron_bestand", "bron_rij"]
    pd.testing.assert_frame_equal(kaal.drop(columns=weg), heel.drop(columns=weg))
    assert verslag.opmerkingen == (KAAL,)
    assert verslag.uitgeversversie == "2021-03-26"


@pytest.mark.parametrize(
    ("anders", "melding"),
    [
        ({"TableInfos": None}, "zonder het omhulsel.*geen TableInfos met RecordCount"),
        ({"TableInfos": [{"Identifier": "84799NED"}]}, "geen TableInfos met RecordCount"),
        ({"TableInfos": []}, "geen TableInfos met RecordCount"),
        ({"TypedDataSet": v3_rijen()[:4]}, "4 rijen; verwacht: 6 rijen volgens TableInfos"),
        (
            {"TableInfos": [{"Identifier": "84799NED", "RecordCount": "7"}]},
            "6 rijen; verwacht: 7 rijen",
        ),
        ({"TableInfos": [{"Identifier": "85984NED", "RecordCount": 6}]}, "tabel 85984NED"),
        ({"TypedDataSet": [1, 2]}, "een lijst 'value'"),
        ({"TypedDataSet": "tekst"}, "bovenaan een str, zonder het omhulsel"),
    ],
)
def test_v3_zonder_omhulsel_moet_heel_zijn(tmp_path, anders, melding):
    schrijf_kaal(tmp_path, **anders)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


def test_v4_zonder_omhulsel_wordt_geweigerd(tmp_path):
    """Nobody saves it so, and nothing beside it says how many measures there are."""
    schrijf_v4(tmp_path)
    pad = tmp_path / V4 / "MeasureCodes.json"
    pad.write_text(json.dumps(json.loads(pad.read_text())["value"]))
    with pytest.raises(BronFout, match=r"een list, zonder het omhulsel van het antwoord"):
        lees_map(tmp_path, "cbs_kerncijfers", 2017)


# --- announced numbers ----------------------------------------------------------------------------
@pytest.mark.parametrize("aantal", [7, "7"])
@pytest.mark.parametrize("verzameling", ["WijkenEnBuurten", "DataProperties"])
def test_v3_houdt_zich_aan_het_aangekondigde_aantal(tmp_path, verzameling, aantal):
    """`$inlinecount=allpages`: the page says how many rows the whole set has."""
    schrijf_v3(tmp_path, per_pagina=10)
    (pad,) = (tmp_path / V3).glob(f"{verzameling}*")
    inhoud = json.loads(pad.read_text())
    eigen = len(inhoud["value"])
    pad.write_text(json.dumps(inhoud | {"odata.count": str(eigen)}))
    assert len(lees_map(tmp_path, "cbs_kerncijfers", 2020)[0]) == 6
    pad.write_text(json.dumps(inhoud | {"odata.count": aantal if eigen == 6 else eigen + 1}))
    with pytest.raises(
        BronFout, match=rf"{eigen} rijen; verwacht: {eigen + 1} rijen volgens odata"
    ):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


def test_v3_telt_over_alle_paginas(tmp_path):
    schrijf_v3(tmp_path, per_pagina=4)
    pad = tmp_path / V3 / "TypedDataSet.skip0.json"
    pad.write_text(json.dumps(json.loads(pad.read_text()) | {"odata.count": "6"}))
    assert len(lees_map(tmp_path, "cbs_kerncijfers", 2020)[0]) == 6
    pad.write_text(json.dumps(json.loads(pad.read_text()) | {"odata.count": "4"}))
    with pytest.raises(BronFout, match="6 rijen; verwacht: 4 rijen"):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


def test_v4_houdt_zich_aan_het_aangekondigde_aantal(tmp_path):
    schrijf_v4(tmp_path)
    pad = tmp_path / V4 / "WijkenEnBuurtenCodes.json"
    pad.write_text(json.dumps(json.loads(pad.read_text()) | {"@odata.count": 9}))
    with pytest.raises(BronFout, match=r"6 rijen; verwacht: 9 rijen volgens @odata\.count"):
        lees_map(tmp_path, "cbs_kerncijfers", 2017)


def test_v3_van_een_verzameling_die_een_ander_is(tmp_path):
    """The envelope is still believed where there is one."""
    schrijf_kaal(tmp_path)
    schrijf(tmp_path, f"{V3}/WijkenEnBuurten.json", v3_set("TypedDataSet", []))
    with pytest.raises(BronFout, match=r"een antwoord van .*TypedDataSet"):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


# --- Leefbaarometer by its own service ------------------------------------------------------------
LBM_WFS = "leefbaarometer_3.0/buurten_2024/buurtscore24.geojson"
VLAK = {"type": "Polygon", "coordinates": [[[6.5, 53.2], [6.51, 53.2], [6.51, 53.21], [6.5, 53.2]]]}


def lbm_wfs(codes=("BU00140000", "BU00140001"), bij: dict[str, Any] | None = None, **anders) -> str:
    """lbm3:buurtscore24: flat properties, `id` and `name`."""
    scores = {"fys": 0.01, "onv": 0.02, "soc": 0.01, "vrz": 0.005, "won": 0.005, "afw": 0.05}
    rest = {"gemeente": "Groningen", "scale": "buurt", "year": "2024", "kscore": 7, "konv": 7}
    vlakken = [
        {"type": "Feature", "id": f"buurtscore24.{i}", "geometry": VLAK,
         "properties": {"fid": i, "id": code, "name": f"Buurt {i}"} | rest | scores | anders}
        for i, code in enumerate(codes)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": vlakken} | (bij or {}))


def test_scores_van_de_eigen_dienst(tmp_path):
    schrijf(tmp_path, LBM_WFS, lbm_wfs(bij={"totalFeatures": 2}))
    frame, verslag = lees_map(tmp_path, "leefbaarometer", 2024)
    assert frame["regiocode"].tolist() == ["BU00140000", "BU00140001"]
    assert frame["regionaam"].tolist() == ["Buurt 0", "Buurt 1"]
    assert frame["onv"].tolist() == [0.02, 0.02]
    assert frame["onv_klasse_gepubliceerd"].tolist() == [7, 7]
    assert verslag.kolommen["onv"] == "onv"
    kaart, _ = lees_map(tmp_path, "cbs_buurtgrenzen", 2024)
    assert kaart["regiocode"].tolist() == ["BU00140000", "BU00140001"]
    assert kaart["gemeentenaam"].tolist() == ["Groningen"] * 2


@pytest.mark.parametrize(
    ("naam", "tekst", "melding"),
    [
        (LBM_WFS, lbm_wfs(year="2022"), "kolom 'year', rij 0: gevonden: scores van 2022"),
        (LBM_WFS.replace("24.geo", "22.geo"), lbm_wfs(year=None), "scores van 2022, zegt de naam"),
        (LBM_WFS, lbm_wfs(bij={"numberMatched": 9}), "2 gebieden; verwacht: 9 gebieden"),
        (LBM_WFS, lbm_wfs(("WK001400",)), "een buurt met de code WK001400"),
        (LBM_WFS, lbm_wfs(onv=None), "kolom 'onv', rij 0, code BU00140000: gevonden: None"),
        (LBM_WFS, lbm_wfs(onv=0.03), "een afwijking van"),
    ],
)
def test_scores_van_de_eigen_dienst_worden_gehouden(tmp_path, naam, tekst, melding):
    schrijf(tmp_path, naam, tekst)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "leefbaarometer", 2024)


# --- workbooks with text above the header ---------------------------------------------------------
BOVEN = [
    ["Kerncijfers wijken en buurten 2020"],
    ["Bron:", "CBS, 2021"],
    [],
    ["deze tabel", "heeft", "een", "kop"],
]


@pytest.mark.parametrize("aantal", [1, 2, 4])
def test_regels_boven_de_kop_van_kerncijfers(tmp_path, aantal):
    schrijf(tmp_path / "heel", EXCEL, excelboek())
    met = excelboek([*BOVEN[1:aantal], KOPPEN, *RIJEN], BOVEN[0])
    schrijf(tmp_path / "met", EXCEL, met)
    heel, _ = lees_map(tmp_path / "heel", "cbs_kerncijfers", 2020)
    frame, verslag = lees_map(tmp_path / "met", "cbs_kerncijfers", 2020)
    zonder = ["bron_bestand"]
    pd.testing.assert_frame_equal(frame.drop(columns=zonder), heel.drop(columns=zonder))
    gevuld = {1: 1, 2: 2, 4: 3}[aantal]
    assert f"{gevuld} rijen boven de kop van blad 'KWB2020' overgeslagen" in verslag.opmerkingen


def levering_met_werkboek(map_: Path) -> None:
    """A title of two cells above the header, and numbers that as texts would be ambiguous."""
    rijen = [["Levering", "2020"], [], ["Code", "Score"], ["BU00140000", 7.125], ["BU00140001", 8]]
    inhoud = excelboek(rijen[1:], rijen[0])
    schrijf_levering(
        map_, "", "corporatie_bik", bestand="uitvoer.xlsx",
        sha256=hashlib.sha256(inhoud).hexdigest(),
        kolommen={"Code": "regiocode", "Score": "bik_score_woning"},
    )  # fmt: skip
    (map_ / "levering/corporatie_bik/2020/uitvoer.csv").unlink()
    schrijf(map_, "levering/corporatie_bik/2020/uitvoer.xlsx", inhoud)


def test_een_werkboek_als_levering(tmp_path):
    levering_met_werkboek(tmp_path)
    frame, verslag = lees_map(tmp_path, "corporatie_bik", 2020)
    assert frame["bik_score_woning"].tolist() == [7.125, 8]
    assert "1 rijen boven de kop van blad 'KWB2020' overgeslagen" in verslag.opmerkingen


def test_een_tekst_in_een_werkboek_die_een_duizendtal_kan_zijn(tmp_path):
    rijen = [*RIJEN[:2], ["BU00140001", "Zuid", "Buurt", 3, "1.250"]]
    schrijf(tmp_path, EXCEL, excelboek(rijen))
    with pytest.raises(BronFout, match=r"kolom 'a_inw', rij 2: .*dat 1250 kan zijn"):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)
