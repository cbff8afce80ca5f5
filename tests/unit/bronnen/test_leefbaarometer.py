"""Leefbaarometer: newest meting per level, identities, refusal of model 2.0."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.unit.bronnen.hulp import LAND, LBM, lbm, lees_map, schrijf
from veerkracht_dagster.bronnen.fouten import BronFout

VLAK = {"type": "Polygon", "coordinates": [[[6.5, 53.2], [6.6, 53.2], [6.6, 53.3], [6.5, 53.2]]]}


def _geojson(codes=("BU00140000",), **raw):
    scores = {"fys": 0.01, "onv": -0.02, "soc": 0.03, "vrz": 0.0, "won": 0.005, "afw": 0.025}
    inhoud = scores | {"konv": 4, "year": "2024"} | raw
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": VLAK,
                    "properties": {
                        "code": code, "naam": "Noord", "gemeente": "Groningen", "raw": inhoud,
                    },
                }
                for code in codes
            ],
        }
    )  # fmt: skip


def test_scores_van_het_jaar(tmp_path):
    schrijf(tmp_path, LBM, lbm())
    frame, verslag = lees_map(tmp_path, "leefbaarometer", 2014)
    assert list(frame["regiocode"]) == ["BU00140000", "BU00140001"]
    assert list(frame["bron_rij"]) == [0, 2]  # the year 2016 lies between
    assert set(frame["gebiedsjaar"]) == {2024}  # the areas are those of the meting
    assert frame["lbm"].iloc[0] == pytest.approx(LAND + frame["afw"].iloc[0], abs=1e-9)
    assert set(frame["onv__status"]) == {"waargenomen"}
    assert set(frame["onv_klasse_gepubliceerd__status"]) == {"ontbreekt"}
    assert verslag.niet_gevonden == ("onv_klasse_gepubliceerd",)


def test_jaar_zonder_dimensies(tmp_path):
    schrijf(tmp_path, LBM, lbm())
    frame, _ = lees_map(tmp_path, "leefbaarometer", 2016)
    assert set(frame["afw__status"]) == {"waargenomen"}
    assert set(frame["onv__status"]) == {"ontbreekt"}  # NA is never suppression here


def test_het_jaar_van_de_meting_kent_elk_gebied(tmp_path):
    # Two areas have scores of 2014, neither of 2024, the year of the areas; a third has it.
    derde = f"BU00140002,Zuid,2024,{LAND},0.0,0,0,0,0,0\n"
    schrijf(tmp_path, LBM, lbm() + derde)
    frame, _ = lees_map(tmp_path, "leefbaarometer", 2024)
    standen = dict(zip(frame["regiocode"], frame["onv__status"], strict=True))
    assert standen == {
        "BU00140000": "ontbreekt", "BU00140001": "ontbreekt", "BU00140002": "waargenomen",
    }  # fmt: skip
    assert frame.set_index("regiocode")["afw"].isna().to_dict()["BU00140000"]
    assert len(lees_map(tmp_path, "leefbaarometer", 2014)[0]) == 2


def test_enkele_na_is_ontbreekt(tmp_path):
    tekst = lbm(codes=("BU00140000",)) + f"BU00140001,Zuid,2014,{LAND},0.0,NA,NA,NA,NA,NA\n"
    schrijf(tmp_path, LBM, tekst)
    frame, _ = lees_map(tmp_path, "leefbaarometer", 2014)
    assert list(frame["onv__status"]) == ["waargenomen", "ontbreekt"]


def test_jaar_dat_niet_gemeten_is(tmp_path):
    schrijf(tmp_path, LBM, lbm())
    frame, verslag = lees_map(tmp_path, "leefbaarometer", 2015)
    assert len(frame) == 0
    assert "geen rij van 2015" in verslag.reden


def test_de_nieuwste_meting_per_niveau(tmp_path):
    schrijf(tmp_path, LBM, lbm(codes=("BU00140000",)))
    schrijf(tmp_path, LBM.replace("2024", "2022"), lbm(codes=("BU00149999",)))
    wijken = lbm(codes=("WK001400",)).replace("bu_", "wk_")
    schrijf(tmp_path, "leefbaarometer_3.0/Leefbaarometer-scores wijken 2002-2022.csv", wijken)
    frame, verslag = lees_map(tmp_path, "leefbaarometer", 2014)
    assert dict(zip(frame["regiocode"], frame["gebiedsjaar"], strict=True)) == {
        "BU00140000": 2024,
        "WK001400": 2022,
    }
    assert any("nieuwere meting (2024)" in o for o in verslag.opmerkingen)


def test_geojson_van_dit_jaar_zonder_totaalscore(tmp_path):
    schrijf(tmp_path, "leefbaarometer_3.0/buurten_2024/20.geojson", _geojson())
    frame, verslag = lees_map(tmp_path, "leefbaarometer", 2024)
    assert frame["onv"].iloc[0] == -0.02
    assert frame["onv_klasse_gepubliceerd"].iloc[0] == 4
    assert pd.isna(frame["lbm"].iloc[0])  # not in the file, and not computed by us
    assert frame["lbm__status"].iloc[0] == "ontbreekt"
    assert verslag.niet_gevonden == ("lbm",)
    assert len(lees_map(tmp_path, "leefbaarometer", 2022)[0]) == 0  # another year


def test_geojson_alleen_waar_de_csv_niets_heeft(tmp_path):
    schrijf(tmp_path, "leefbaarometer_3.0/buurten_2024/20.geojson", _geojson(("BU00149999",)))
    schrijf(tmp_path, LBM, lbm(jaren=(2014, 2024)))
    frame, _ = lees_map(tmp_path, "leefbaarometer", 2024)
    assert "BU00149999" not in set(frame["regiocode"])
    schrijf(tmp_path, LBM, lbm(jaren=(2014,)))
    frame, _ = lees_map(tmp_path, "leefbaarometer", 2024)
    assert list(frame["regiocode"]) == ["BU00149999"]


@pytest.mark.parametrize(
    ("tekst", "melding"),
    [
        # model 2.0: its columns, its Excel file under our name
        ("WK_CODE,KL02,KL08\nWK000300,5,6\n", "Leefbaarometer 2.0.*KL02.*ander model"),
        ("WK_CODE,RLBWON,RLBBEV\nWK000300,0.1,0.2\n", "Leefbaarometer 2.0"),
        (b"PK\x03\x04 xlsx", "Leefbaarometer 2.0: een Excel-bestand"),
        # columns
        (lbm().replace(",won", ",wonen", 1), "kolom 'won'"),
        (lbm().replace("bu_code", "code", 1), "een codekolom"),
        # not a number; a comma where a point should be
        (lbm().replace("0.03", "hoog", 1), "kolom 'soc', rij 0.*'hoog'"),
        (lbm().replace("0.03", '"0,03"', 1), "kolom 'soc', rij 0.*een komma in '0,03'.*een punt"),
        # identities
        (lbm().replace("0.03", "0.04", 1), r"kolom 'afw', rij 0, code BU00140000.*afw = fys"),
        (lbm().replace("4.1", "4.2", 1), r"kolom 'lbm'.*lbm - afw = 4.102264851"),
        # codes and keys
        (lbm().replace("BU00140000", "BU140000"), "de code 'BU140000'"),
        (lbm().replace("BU00140000", "WK001400"), "een buurt met de code WK001400"),
        (lbm().replace("2016", "2014"), "gebied en jaar 2014 voor de tweede keer"),
        (lbm().replace(",2014,", ",NA,", 1), "een jaar"),
        # cut off
        (lbm()[:-5], "afgekapte laatste regel"),
        (lbm().rpartition(",")[0] + "\n", "9 velden; verwacht: 10 velden"),
        ("bu_code,bu_naam,jaar,lbm,afw,fys,onv,soc,vrz,won\n", "een kopregel zonder rijen"),
        ("<html>", "HTML in plaats van gegevens"),
        ("", "een leeg bestand"),
    ],
)
def test_weigert(tmp_path, tekst, melding):
    schrijf(tmp_path, LBM, tekst)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "leefbaarometer", 2014)


def test_een_rij_van_een_jaar_dat_verder_niemand_heeft_wordt_geweigerd(tmp_path):
    kop, *rijen = lbm().splitlines()
    eerste = rijen[0]
    derde = eerste.replace("BU00140000", "BU00140002")
    fout = eerste.replace("2014", "2015").replace("BU00140000", "BU00140009")
    schrijf(tmp_path, LBM, "\n".join([kop, *rijen, derde, fout, ""]))
    melding = (
        f"'jaar', rij {len(rijen) + 1}, code BU00140009: gevonden: het jaar 2015 bij 1 van de 3"
    )
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "leefbaarometer", 2014)


def test_naam_zonder_jaren_wordt_geweigerd(tmp_path):
    schrijf(tmp_path, "leefbaarometer_3.0/Leefbaarometer-scores buurten.csv", lbm())
    with pytest.raises(BronFout, match="bestandsnaam die niet op jaren eindigt"):
        lees_map(tmp_path, "leefbaarometer", 2014)


@pytest.mark.parametrize(
    ("tekst", "melding"),
    [
        (_geojson(afw=0.03), "een afwijking van 0.005.*afw = fys"),  # 0.030 - 0.025
        (_geojson(onv=None), "kolom 'raw.onv', rij 0, code BU00140000: gevonden: None"),
        (_geojson(onv="0,1"), "'0,1'"),
        (_geojson(year="2022"), "scores van 2022.*verwacht: scores van 2024"),
        (_geojson(("BU00140000", "BU00140000")), "voor de tweede keer"),
        (_geojson(("BU1",)), "de code 'BU1'"),
        (_geojson()[:-9], "afgekapte JSON"),
        ('{"type":"FeatureCollection","features":[]}', "zonder gebieden"),
        (_geojson().replace("Polygon", "Polygoon"), "een vlak dat niet te lezen is"),
    ],
)
def test_geojson_weigert(tmp_path, tekst, melding):
    schrijf(tmp_path, "leefbaarometer_3.0/buurten_2024/20.geojson", tekst)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "leefbaarometer", 2024)
