"""Deliveries with a manifest: contract, checksum, columns, numbers, rules of microdata."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.bronnen.hulp import MICRODATA, lees_map, schrijf, schrijf_levering
from veerkracht_dagster.bronnen.fouten import BronFout

MAP = "levering/cbs_microdata/2020"


def test_levering(tmp_path):
    schrijf_levering(tmp_path, MICRODATA)
    frame, verslag = lees_map(tmp_path, "cbs_microdata", 2020)
    assert list(frame["md_personen"]) == [100, 50]
    assert pd.isna(frame["md_kwetsbaar"][1])
    assert list(frame["md_kwetsbaar__status"]) == ["waargenomen", "onderdrukt"]
    assert set(frame["gebiedsjaar"]) == {2019}
    assert list(frame["niveau"]) == ["buurt", "buurt"]
    assert verslag.kolommen["md_personen"] == "aantal"
    assert "geleverd door CBS" in verslag.opmerkingen[0]


@pytest.mark.parametrize("decimaal", [",", "."])
def test_decimaal_komma_of_punt(tmp_path, decimaal):
    tekst = f"bu;w\nBU00140000;7{decimaal}5\nBU00140001;8\n"
    kolommen = {"bu": "regiocode", "w": "bik_score_woning"}
    schrijf_levering(tmp_path, tekst, "corporatie_bik", kolommen=kolommen)
    frame, verslag = lees_map(tmp_path, "corporatie_bik", 2020)
    assert list(frame["bik_score_woning"]) == [7.5, 8]
    assert "bik_woningen" in verslag.niet_gevonden


def test_kolom_naar_null_wordt_overgeslagen(tmp_path):
    kolommen = {"code": "regiocode", "aantal": "md_personen", "kwetsbaar": None}
    schrijf_levering(tmp_path, MICRODATA, kolommen=kolommen)
    frame, _ = lees_map(tmp_path, "cbs_microdata", 2020)
    assert set(frame["md_kwetsbaar__status"]) == {"ontbreekt"}


@pytest.mark.parametrize(
    ("tekst", "melding"),
    [
        # columns
        (
            MICRODATA.replace("aantal", "aantallen"),
            "kolom 'aantallen'.*niet noemt.*kolom 'aantal'.*de kolom die het manifest noemt",
        ),
        # numbers
        (MICRODATA.replace("100", "veel"), "kolom 'aantal', rij 0.*'veel'.*een getal"),
        (
            MICRODATA.replace("100;25", "100.5;25.0").replace("50;.", "50,5;."),
            "een komma in '50,5'.*een punt als decimaalteken",
        ),
        (MICRODATA.replace("100", "1.000,5"), "'1.000,5'"),
        # codes
        (MICRODATA.replace("BU00140001", "BU00140000"), "voor de tweede keer"),
        (MICRODATA.replace("BU00140001", "140001"), "de code '140001'"),
        # disclosure
        (
            MICRODATA.replace(";25", ";9"),
            "kolom 'kwetsbaar', rij 0, code BU00140000.*minder dan 10 personen",
        ),
        # ragged
        (MICRODATA.replace(";25", ""), "2 velden; verwacht: 3 velden"),
        ("", "een leeg bestand"),
    ],
)
def test_weigert(tmp_path, tekst, melding):
    schrijf_levering(tmp_path, tekst)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize("sleutel", ["RINPERSOON", "rinpersoons", "BEID"])
def test_persoonssleutels_komen_niet_binnen(tmp_path, sleutel):
    tekst = MICRODATA.replace("kwetsbaar", sleutel)
    kolommen = {"code": "regiocode", "aantal": "md_personen", sleutel: None}
    schrijf_levering(tmp_path, tekst, kolommen=kolommen)
    with pytest.raises(BronFout, match=f"kolom '{sleutel}'.*een sleutel van personen"):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize(
    ("anders", "melding"),
    [
        ({"sha256": "0" * 64}, "verwacht: sha256 000"),  # another file than was signed
        ({"sha256": "kort"}, "kolom 'sha256'"),
        ({"peiljaar": 2019}, "kolom 'peiljaar'.*2019.*verwacht: 2020"),
        ({"gebiedsjaar": ...}, "kolom 'gebiedsjaar': gevonden: niets.*vul de sleutel aan"),
        ({"extra": 1}, "kolom 'extra'.*haal hem weg"),
        ({"bestand": "../uitvoer.csv"}, "kolom 'bestand'.*naast het manifest"),
        ({"bestand": "/etc/passwd"}, "kolom 'bestand'"),
        ({"bestand": "anders.csv"}, "geen bestand anders.csv"),
        ({"kolommen": {"code": "regiocode", "aantal": "inwoners"}}, "kolommen.aantal.*inwoners"),
        ({"kolommen": {"aantal": "md_personen"}}, "geen kolom die naar regiocode gaat"),
        (
            {
                "kolommen": {
                    "code": "regiocode",
                    "aantal": "md_personen",
                    "kwetsbaar": "md_personen",
                }
            },
            "vaker dan een keer",
        ),
    ],
)
def test_manifest_wordt_geweigerd(tmp_path, anders, melding):
    schrijf_levering(tmp_path, MICRODATA, **anders)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_microdata", 2020)


def test_manifest_van_een_andere_bron(tmp_path):
    schrijf_levering(tmp_path, MICRODATA)
    pad = tmp_path / MAP / "manifest.yml"
    pad.write_text(pad.read_text().replace('"bron": "cbs_microdata"', '"bron": "corporatie_bik"'))
    with pytest.raises(BronFout, match=r"kolom 'bron'.*zoals de map zegt"):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize(
    ("naam", "inhoud", "melding"),
    [
        ("manifest.yml", "bron: [", "geen geldige YAML"),
        ("manifest.yml", "tekst", "kolom 'manifest'"),
        ("uitvoer (2).csv", "x", "niet noemt: uitvoer"),
    ],
)
def test_map_wordt_geweigerd(tmp_path, naam, inhoud, melding):
    schrijf_levering(tmp_path, MICRODATA)
    schrijf(tmp_path, f"{MAP}/{naam}", inhoud)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_microdata", 2020)


def test_zonder_manifest(tmp_path):
    schrijf(tmp_path, f"{MAP}/uitvoer.csv", MICRODATA)
    with pytest.raises(BronFout, match=r"geen bestand manifest.yml"):
        lees_map(tmp_path, "cbs_microdata", 2020)


def test_genoemde_bijlage_mag_erbij_liggen(tmp_path):
    schrijf_levering(tmp_path, MICRODATA, bijlagen=["codeboek.csv"])
    schrijf(tmp_path, f"{MAP}/codeboek.csv", "kolom;betekenis\n")
    assert len(lees_map(tmp_path, "cbs_microdata", 2020)[0]) == 2
