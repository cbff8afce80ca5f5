"""pc6hnr: headers by prefix, padded codes, letters, refusals."""

from __future__ import annotations

import pytest

from tests.unit.bronnen.hulp import ADRESSEN, adressen, lees_map, schrijf
from veerkracht_dagster.bronnen.fouten import BronFout


def test_codes_krijgen_hun_nullen_terug(tmp_path):
    schrijf(tmp_path, ADRESSEN, adressen())
    frame, verslag = lees_map(tmp_path, "cbs_adressen", 2017)
    assert frame.iloc[1].to_dict() == {
        "postcode": "9711AA",
        "huisnummer": 2,
        "buurtcode": "BU00140001",
        "wijkcode": "WK001400",
        "gemeentecode": "GM0014",
    }
    soorten = ["category", "int64", "category", "category", "category"]
    assert [str(soort) for soort in frame.dtypes] == soorten
    assert verslag.bestanden[0].rijen == 3


@pytest.mark.parametrize(
    ("kop", "rij"),
    [
        ("PC6;Huisnummer;Buurt2016;Wijk2016;Gemeente2016", "1011AB;1;3630000;36300;363"),
        ("pc;huisnummer;gwb_code;wijkcode;gemeentecode", "1011AB;1;3630000;36300;363"),  # 2018
        ("PC6;Huisnummer;Buurt2023;Wijk2023;Gemeente2023", "1011AB;1;03630000;036300;0363"),
        (
            '\ufeff"PC6";"Huisnummer";"Buurt";"Wijk";"Gem"',
            '"1011AB";"1";"03630000";"036300";"0363"',
        ),
        ("PC6;Huisnummer;Buurt;Wijk;Gemeente", "1011 AB;1;BU03630000;WK036300;GM0363"),
    ],
)
def test_koppen_door_de_jaren(tmp_path, kop, rij):
    jaar = next((j for j in ("2016", "2023") if j in kop), "2017")
    schrijf(tmp_path, ADRESSEN.replace("2017", jaar), f"{kop}\r\n{rij}\r\n")
    frame, _ = lees_map(tmp_path, "cbs_adressen", int(jaar))
    assert frame.iloc[0].tolist() == ["1011AB", 1, "BU03630000", "WK036300", "GM0363"]


def test_letters_in_de_code(tmp_path):
    schrijf(tmp_path, ADRESSEN, "PC6;Hnr;Buurt;Wijk;Gem\n1011AB;1;0363AA01;0363AA;0363\n")
    assert lees_map(tmp_path, "cbs_adressen", 2017)[0]["buurtcode"][0] == "BU0363AA01"


@pytest.mark.parametrize(
    ("oud", "nieuw", "melding"),
    [
        ("9711AA;2", "9711AA;1", "rij 1, code 9711AA 1: gevonden: een adres dat al eerder"),
        ("9711AA;2", "9711aa;2", "kolom 'PC6', rij 1.*'9711aa'.*een postcode"),
        ("9711AA;2", "9711AA;2a", "kolom 'Huisnummer', rij 1.*'2a'"),
        ("9711AA;2", "9711AA;", "kolom 'Huisnummer', rij 1.*''"),
        ("Buurt2017", "Buurt2016", "kolom 'Buurt2016'.*codes van 2016.*map van 2016"),
        (";140001;", ";BU14;", "kolom 'Buurt2017', rij 1.*'BU14'"),
        (";140001;", ";150001;", "rij 1.*buurt buiten zijn wijk of gemeente"),
        (";1400;14\n9712", ";1400;15\n9712", "rij 1.*buurt buiten zijn wijk of gemeente"),
        (";14\n9712", "\n9712", "een regel die niet te lezen is"),  # a field too few
        ("Wijk2017", "Stadsdeel", "kolom 'wijkcode'.*0 passende koppen"),
    ],
)
def test_weigert(tmp_path, oud, nieuw, melding):
    assert oud in adressen()
    schrijf(tmp_path, ADRESSEN, adressen().replace(oud, nieuw, 1))
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_adressen", 2017)


@pytest.mark.parametrize(
    ("inhoud", "melding"),
    [
        ("", "een leeg bestand"),
        ("<html>", "HTML in plaats van gegevens"),
        (adressen()[:-1], "afgekapte laatste regel"),
        (adressen().splitlines()[0] + "\n", "een kopregel zonder rijen"),
    ],
)
def test_weigert_wat_geen_gegevens_zijn(tmp_path, inhoud, melding):
    schrijf(tmp_path, ADRESSEN, inhoud)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_adressen", 2017)
