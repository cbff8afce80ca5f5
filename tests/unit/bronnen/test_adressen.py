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
        ("PC6,Huisnummer,Buurt2023,Wijk2023,Gemeente2023", "1011AB,1,3630000,36300,363"),  # 2024
        ('"PC6","Huisnummer","Buurt","Wijk","Gem"', '"1011AB","1","03630000","036300","0363"'),
        ("PC6\tHuisnummer\tgwb_code\tWijk\tGem", "1011AB\t1\t3630000\t36300\t363"),
        ("Gem,Wijk,gwb_code,hnr ,pc6", "363,36300,3630000,1,1011AB"),  # another order
    ],
)
def test_koppen_door_de_jaren(tmp_path, kop, rij):
    jaar = next((j for j in ("2016", "2023") if j in kop), "2017")
    schrijf(tmp_path, ADRESSEN.replace("2017", jaar), f"{kop}\r\n{rij}\r\n")
    frame, _ = lees_map(tmp_path, "cbs_adressen", int(jaar))
    assert frame.iloc[0].tolist() == ["1011AB", 1, "BU03630000", "WK036300", "GM0363"]


@pytest.mark.parametrize(
    ("rij", "codes"),
    [
        ("0363AA01;0363AA;0363", ["BU0363AA01", "WK0363AA", "GM0363"]),
        ("363AF01;363AF;363", ["BU0363AF01", "WK0363AF", "GM0363"]),  # 2019, 2022, 2023
        ("3AF01;3AF;3", ["BU0003AF01", "WK0003AF", "GM0003"]),
    ],
)
def test_letters_in_de_code(tmp_path, rij, codes):
    schrijf(tmp_path, ADRESSEN, f"PC6;Hnr;Buurt;Wijk;Gem\n1011AB;1;{rij}\n")
    assert lees_map(tmp_path, "cbs_adressen", 2017)[0].iloc[0, 2:].tolist() == codes


def test_een_ander_scheidingsteken_wordt_verteld(tmp_path):
    schrijf(tmp_path, ADRESSEN, adressen().replace(";", ","))
    frame, verslag = lees_map(tmp_path, "cbs_adressen", 2017)
    assert len(frame) == 3
    assert verslag.opmerkingen == (
        "de velden zijn gescheiden door een komma, niet door een puntkomma",
    )


# With the rows of `adressen` three hundred: one in a hundred is three.
VEEL = "".join(f"9713CD;{nummer};140001;1400;14\n" for nummer in range(297))


@pytest.mark.parametrize(
    ("erbij", "weg"),
    [
        (";9;140001;1400;14\n", ("1 rijen zonder postcode zijn weggelaten",)),
        (" ;;;;\n;;;;\n", ("2 rijen zonder postcode zijn weggelaten",)),  # of a spreadsheet
        ("9711AA;1;140000;1400;14\n", ("1 rijen die er al eerder zo stonden zijn weggelaten",)),
        (
            "9711 AA;1;00140000;001400;0014\n;1;140000;1400;14\n",  # the same, written otherwise
            (
                "1 rijen zonder postcode zijn weggelaten",
                "1 rijen die er al eerder zo stonden zijn weggelaten",
            ),
        ),
    ],
)
def test_rijen_die_niets_zeggen_worden_geteld_en_weggelaten(tmp_path, erbij, weg):
    schrijf(tmp_path, ADRESSEN, adressen() + erbij + VEEL)
    frame, verslag = lees_map(tmp_path, "cbs_adressen", 2017)
    assert (len(frame), frame.duplicated(["postcode", "huisnummer"]).any()) == (300, False)
    assert not {"", None} & set(frame["postcode"].cat.categories)
    assert verslag.opmerkingen == weg
    assert verslag.bestanden[0].rijen == 300 + erbij.count("\n")  # as many as there are in the file


@pytest.mark.parametrize(
    ("erbij", "melding"),
    [
        (";1;140001;1400;14\n" * 4, "4 rijen zonder postcode, van 304; .*hoogste 3 zulke rijen"),
        (
            ";1;140001;1400;14\n" * 2 + "9711AA;1;140000;1400;14\n" * 2,
            "2 rijen zonder postcode en 2 rijen die er al eerder zo stonden, van 304",
        ),
        # an address in two buurten: of those not one is let go; rows count as in the file
        (
            ";1;140001;1400;14\n9711AA;1;140001;1400;14\n",
            "rij 4, code 9711AA 1: gevonden: een adres dat al eerder.*in een andere buurt",
        ),
    ],
)
def test_veel_rijen_die_niets_zeggen_worden_geweigerd(tmp_path, erbij, melding):
    schrijf(tmp_path, ADRESSEN, adressen() + erbij + VEEL)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_adressen", 2017)


@pytest.mark.parametrize(
    ("kop", "waarden"),
    [
        ("jaar", ["2017", "2017", "2016"]),
        ("BUSTATCODE", ["2017BU00140000", "2017BU00140001", "2016BU00140001"]),
    ],
)  # fmt: skip
def test_een_kolom_zegt_het_jaar(tmp_path, kop, waarden):
    kopregel, *rijen = adressen().splitlines()

    def met(waarden):
        paren = zip(rijen, waarden, strict=True)
        return f"{kopregel};{kop}\n" + "".join(f"{rij};{waarde}\n" for rij, waarde in paren)

    schrijf(tmp_path, ADRESSEN, met(waarden[:2] + waarden[:1]))
    assert len(lees_map(tmp_path, "cbs_adressen", 2017)[0]) == 3
    schrijf(tmp_path, ADRESSEN, met(waarden))
    with pytest.raises(BronFout, match=f"kolom '{kop}', rij 2: gevonden: adressen van 2016"):
        lees_map(tmp_path, "cbs_adressen", 2017)


def test_geen_tekst_van_een_kop_is_een_naam(tmp_path):
    """A heading with quotes and SQL is a heading."""
    schrijf(tmp_path, ADRESSEN, adressen().replace("PC6", "pc6'||(select 1)||'"))
    assert len(lees_map(tmp_path, "cbs_adressen", 2017)[0]) == 3


@pytest.mark.parametrize(
    ("oud", "nieuw", "melding"),
    [
        ("9711AA;2", "9711AA;1", "rij 1, code 9711AA 1: gevonden: een adres dat al eerder"),
        ("9711AA;2", "9711aa;2", "kolom 'PC6', rij 1.*'9711aa'.*een postcode"),
        ("9711AA;2", "9711AA;2a", "kolom 'Huisnummer', rij 1.*'2a'"),
        ("9711AA;2", "9711AA;", "kolom 'Huisnummer', rij 1.*''"),
        ("Buurt2017", "Buurt2016", "kolom 'Buurt2016'.*codes van 2016.*map van 2016"),
        (";140001;", ";1400A1;", "kolom 'Buurt2017', rij 1.*'1400A1'"),  # letters of no wijk
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
