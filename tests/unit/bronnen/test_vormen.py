"""One table in every form CBS gives it: all forms read alike. And what only one form has."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from tests.unit.bronnen.hulp import REGIOS, lees_map, schrijf
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Catalogus, Tabeljaren, Uitgeverskolom
from veerkracht_dagster.voorbeeldland import Grootte, maak_land, schrijf_kwb
from veerkracht_dagster.voorbeeldland.schrijven import VORMEN

HERKOMST = ["bron_bestand", "bron_rij"]
ZONDER_TEKST = ("odata_v4", "odata_v4_csv")  # a v4 table of numbers has no Indelingswijziging
ZIP = "cbs_odata_v4/83765NED/83765NED.zip"
EXCEL = "cbs_kwb_excel/kwb-2020.xlsx"


@pytest.fixture(scope="module")
def land():
    return maak_land(Grootte(gemeenten=4, buurten=48), jaren=(2020,))


@pytest.fixture(scope="module")
def per_vorm(land, tmp_path_factory):
    uit = {}
    for vorm in VORMEN:
        map_ = tmp_path_factory.mktemp(vorm) / "bronnen"
        schrijf_kwb(land, 2020, map_, vorm)
        uit[vorm] = lees_map(map_, "cbs_kerncijfers", 2020, catalogus())
    return uit


@pytest.mark.parametrize("vorm", VORMEN)
def test_elke_vorm_geeft_dezelfde_tabel(per_vorm, vorm):
    frame, verslag = per_vorm[vorm]
    v3 = per_vorm["odata_v3"][0]
    weg = [*HERKOMST, "indelingswijziging"] if vorm in ZONDER_TEKST else HERKOMST
    pd.testing.assert_frame_equal(frame.drop(columns=weg), v3.drop(columns=weg))
    assert verslag.niet_gevonden == ()
    assert verslag.bestanden[0].rijen >= len(v3)
    assert set(frame["bron_bestand"]) <= {b.sha256 for b in verslag.bestanden}


# --- a whole table has every topic of its year ---------------------------------------------------
HEEL = {
    "odata_v3": ("DataProperties.json", "Koopwoningen"),
    "odata_v4": ("MeasureCodes.json", "Koopwoningen"),
    "odata_v4_csv": ("MeasureCodes", "Koopwoningen"),
    "kwb_excel": ("kwb-2020.xlsx", "p_koopw"),
}


def _anders(**kolom: object) -> Catalogus:
    """The catalogue in which the share of dwellings owned by residents is told otherwise."""
    naam, kolommen = "percentage_koopwoningen", catalogus().kolommen
    kolommen = kolommen | {naam: kolommen[naam].model_copy(update=kolom)}
    return catalogus().model_copy(update={"kolommen": kolommen})


ANDERE_NAAM = Uitgeverskolom(
    titels=["Koopwoning"], eenheid="%", groep="Wonen", v4=["X"], excel=["p_koop"]
)


@pytest.mark.parametrize("vorm", HEEL)
def test_een_hele_tabel_zonder_een_kolom_van_dat_jaar_wordt_geweigerd(land, tmp_path, vorm):
    schrijf_kwb(land, 2020, tmp_path, vorm)
    bestand, er_is = HEEL[vorm]
    with pytest.raises(BronFout) as fout:
        lees_map(tmp_path, "cbs_kerncijfers", 2020, _anders(uitgever=ANDERE_NAAM))
    (probleem,) = fout.value.problemen
    assert bestand in (probleem.bestand or "")
    assert probleem.kolom == ("p_koop" if vorm == "kwb_excel" else "Koopwoning")
    assert repr(er_is) in probleem.gevonden  # the title that is most alike
    assert "percentage_koopwoningen" in probleem.verwacht
    assert "in_tabel" in probleem.remedie


@pytest.mark.parametrize("vorm", HEEL)
@pytest.mark.parametrize("jaren", [Tabeljaren(van=2021), Tabeljaren(tot=2019)])
def test_in_een_jaar_zonder_die_kolom_ontbreekt_zij(land, tmp_path, vorm, jaren):
    schrijf_kwb(land, 2020, tmp_path, vorm)
    cat = _anders(uitgever=ANDERE_NAAM, in_tabel=jaren)
    _, verslag = lees_map(tmp_path, "cbs_kerncijfers", 2020, cat)
    assert verslag.niet_gevonden == ("percentage_koopwoningen",)


STATLINE = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2020.csv"
KOOP = '"Wonen/Woningen naar eigendom/Koopwoningen (%)"'


@pytest.mark.parametrize("titel", ["Eigen huizen", "Koopwoningen (nieuw)"])
def test_een_onbekende_titel_op_de_plaats_van_een_kolom_wordt_geweigerd(land, tmp_path, titel):
    schrijf_kwb(land, 2020, tmp_path, "statline_csv")
    tekst = (tmp_path / STATLINE).read_text("utf-8")
    assert tekst.count(KOOP) == 1
    schrijf(tmp_path, STATLINE, tekst.replace(KOOP, KOOP.replace("Koopwoningen", titel)))
    with pytest.raises(BronFout) as fout:
        lees_map(tmp_path, "cbs_kerncijfers", 2020, catalogus())
    (probleem,) = fout.value.problemen
    assert (probleem.bestand, probleem.kolom) == (
        STATLINE,
        f"Wonen/Woningen naar eigendom/{titel} (%)",
    )
    assert "percentage_koopwoningen" in probleem.verwacht
    assert "overgeslagen" in probleem.remedie


@pytest.mark.parametrize("titel", ["Percentage onbewoond", "Koopwoningen (%)/Elders"])
def test_een_keuze_van_onderwerpen_mag_kolommen_missen(land, tmp_path, titel):
    schrijf_kwb(land, 2020, tmp_path, "statline_csv")
    tekst = (tmp_path / STATLINE).read_text("utf-8")
    anders = f'"Wonen/{titel} (%)"' if titel.startswith("Perc") else f'"Energie/{titel} (%)"'
    schrijf(tmp_path, STATLINE, tekst.replace(KOOP, anders))
    _, verslag = lees_map(tmp_path, "cbs_kerncijfers", 2020, catalogus())
    assert verslag.niet_gevonden == ("percentage_koopwoningen",)


# --- v4 bulk CSV ------------------------------------------------------------------------------

SETS = {
    "Observations": '"Id";"Measure";"ValueAttribute";"Value";"StringValue";"WijkenEnBuurten"\r\n'
    '0;"T001036";"None";100;"";"BU00140000"\r\n'
    '1;"T001036";"None";20;"";"BU00140001"\r\n'
    '2;"D000227";"None";7,5;"";"BU00140000"\r\n'
    '3;"IND_WBI";"None";;"1";"BU00140000"\r\n',
    "MeasureCodes": "Identifier;Title;Unit;MeasureGroupId\r\n"
    "T001036;Aantal inwoners;aantal;M1\r\n"
    "D000227;Huishoudens met een laag inkomen;%;M2\r\n"
    "IND_WBI;Indelingswijziging wijken en buurten;code;M3\r\n",
    "MeasureGroups": "Id;Title;ParentId\r\nM1;Bevolking;\r\nM2;Inkomen;\r\nM3;Regioaanduiding;\r\n",
    "Dimensions": "Identifier;Kind;MapYear\r\nWijkenEnBuurten;GeoDetail;2017\r\n",
    "WijkenEnBuurtenCodes": "Identifier;Title\r\n"
    + "".join(f"{code};{naam}\r\n" for code, naam, *_ in REGIOS),
    "Properties": "Identifier;ObservationCount\r\n83765NED;4\r\n",
}


def zip_van(sets: dict[str, str]) -> bytes:
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w", zipfile.ZIP_DEFLATED) as zip_:
        for naam, tekst in sets.items():
            zip_.writestr(f"{naam}.csv", "\ufeff" + tekst)
    return inhoud.getvalue()


def _lees_zip(map_, **anders: str | None):
    sets = {n: t for n, t in (SETS | anders).items() if t is not None}
    schrijf(map_, ZIP, zip_van(sets))
    return lees_map(map_, "cbs_kerncijfers", 2017)


def test_v4_csv(tmp_path):
    frame, verslag = _lees_zip(tmp_path)
    rijen = frame.set_index("regiocode")
    assert rijen.loc["BU00140000", "inwoners"] == 100
    assert rijen.loc["BU00140000", "percentage_huishoudens_laag_inkomen"] == 7.5
    assert rijen.loc["BU00140000", "indelingswijziging"] == "1"
    assert rijen.loc["BU00140000", "bron_rij"] == 0
    assert rijen.loc["BU00140001", "percentage_huishoudens_laag_inkomen__status"] == "onderdrukt"
    assert rijen.loc["BU00140002", "inwoners__status"] == "onderdrukt"
    assert verslag.kolommen["inwoners"] == "T001036"
    assert [b.rijen for b in verslag.bestanden] == [4]


def test_v4_csv_eigenschappen_als_paren(tmp_path):
    with pytest.raises(BronFout, match="tabel 84799NED; verwacht: tabel 83765NED"):
        _lees_zip(tmp_path, Properties="Identifier;84799NED\r\nObservationCount;4\r\n")


@pytest.mark.parametrize(
    ("anders", "melding"),
    [
        # fewer rows than the publisher announces: cut off somewhere
        (
            {"Properties": SETS["Properties"].replace(";4", ";5")},
            "gevonden: 4 rijen; verwacht: 5 rijen volgens Properties",
        ),
        ({"Observations": None}, "geen bestand Observations.csv"),
        ({"Dimensions": None}, "geen bestand Dimensions.csv"),
        ({"Dimensions": SETS["Dimensions"].replace("2017", "2018")}, "van jaar 2018"),
        ({"Properties": SETS["Properties"].replace("83765", "99999")}, "tabel 99999NED"),
        (
            {"Observations": SETS["Observations"].replace("BU00140001", "BU00140000")},
            "kolom 'T001036', rij 1, code BU00140000.*tweede waarneming",
        ),
        (
            {"Observations": SETS["Observations"].replace("BU00140001", "BU99999999")},
            "rij 1, code BU99999999.*een regio uit WijkenEnBuurtenCodes",
        ),
        (
            {"MeasureCodes": SETS["MeasureCodes"].replace("T001036", "T009999")},
            "rij 0, code T001036.*een maat uit MeasureCodes",
        ),
        ({"Observations": SETS["Observations"].replace("7,5", "7.5")}, "rij 2.*een punt in '7.5'"),
        ({"Observations": SETS["Observations"].replace(";20;", ";veel;")}, "rij 1.*'veel'"),
        ({"Observations": SETS["Observations"].replace('"Value"', '"Waarde"')}, "kolom 'Value'"),
        ({"Observations": SETS["Observations"] + "5;x\r\n"}, "een regel die niet te lezen is"),
    ],
)  # fmt: skip
def test_v4_csv_weigert(tmp_path, anders, melding):
    with pytest.raises(BronFout, match=melding):
        _lees_zip(tmp_path, **anders)


def anders_gescheiden(teken: str) -> dict[str, str]:
    """The sets with another separator; what holds it (a decimal comma) in quotes."""
    sets = SETS | {"Observations": SETS["Observations"].replace("7,5", '"7,5"')}
    return {naam: tekst.replace(";", teken) for naam, tekst in sets.items()}


@pytest.mark.parametrize("teken", [",", "\t"])
def test_v4_csv_met_een_ander_teken(tmp_path, teken):
    heel, _ = _lees_zip(tmp_path / "heel")
    frame, verslag = _lees_zip(tmp_path / "anders", **anders_gescheiden(teken))
    zonder = ["bron_bestand"]
    pd.testing.assert_frame_equal(frame.drop(columns=zonder), heel.drop(columns=zonder))
    assert "niet door een puntkomma" in verslag.opmerkingen[0]


def test_v4_csv_merkteken_is_geen_waarde(tmp_path):
    tekst = SETS["Observations"].replace('"None";20', '"Confidential";20')
    frame, verslag = _lees_zip(tmp_path, Observations=tekst)
    assert frame.set_index("regiocode")["inwoners__status"]["BU00140001"] == "onderdrukt"
    assert verslag.opmerkingen == (
        "1 waarnemingen met ValueAttribute 'Confidential' zijn geen waarde",
    )


# --- workbook ---------------------------------------------------------------------------------

KOPPEN = ["gwb_code_10", "regio", "recs", "ind_wbi", "a_inw ", "p_koopw", "p_hh_lkk", "g_woz"]
RIJEN = [
    ["NL00", "Nederland", "Land", ".", 120, 57, "26,4", 250],
    ["BU00140000", "Noord", "Buurt", 1, "100", "       .", "1.2", ","],
    ["BU00140001", "Zuid", "Buurt", 3, 20, None, 7.5, 240],
]


def _rij(code: str, cel: object) -> list[list[object]]:
    """The rows with another last one."""
    return [*RIJEN[:2], [code, "Zuid", "Buurt", 3, cel]]


def excelboek(rijen=RIJEN, koppen=KOPPEN, formule=False) -> bytes:
    inhoud = io.BytesIO()
    boek = xlsxwriter.Workbook(inhoud, {"strings_to_numbers": False})
    blad = boek.add_worksheet("KWB2020")
    for nummer, rij in enumerate([koppen, *rijen]):
        for plaats, cel in enumerate(rij):
            if cel is not None:
                (blad.write_string if isinstance(cel, str) else blad.write_number)(
                    nummer, plaats, cel
                )
    if formule:
        blad.write_formula(3, 4, "=10+10", value=20)
    boek.close()
    return inhoud.getvalue()


def _leesexcelboek(map_, inhoud: bytes):
    schrijf(map_, EXCEL, inhoud)
    return lees_map(map_, "cbs_kerncijfers", 2020)


def test_excel_leest_elke_schrijfwijze(tmp_path):
    frame, verslag = _leesexcelboek(tmp_path, excelboek())
    rijen = frame.set_index("regiocode")
    assert list(rijen["inwoners"]) == [120, 100, 20]  # header with a blank, number as text
    lage = list(rijen["percentage_huishoudens_laag_inkomen"])
    assert lage == [26.4, 1.2, 7.5]  # comma, point and number in one column
    assert list(rijen["percentage_koopwoningen__status"]) == [
        "waargenomen", "ontbreekt", "ontbreekt",  # no buurt has it: not released
    ]  # fmt: skip
    assert list(rijen["gemiddelde_woz_waarde__status"]) == [
        "waargenomen", "onderdrukt", "waargenomen",  # a lone comma
    ]  # fmt: skip
    assert verslag.kolommen["gemiddelde_woz_waarde"] == "g_woz"  # the name until 2019
    assert list(frame["indelingswijziging"]) == [".", "1", "3"]


def test_een_oud_werkboek_leest_als_een_nieuw(tmp_path):
    """kwb-2013 to kwb-2019 are .xls. No kept library writes that: this one xlwt 1.3.0 wrote once,

    `write(row, column, cell)` of KOPPEN and RIJEN on a sheet KWB2020.
    """
    oud = Path(__file__).with_name("kwb-2020.xls").read_bytes()
    schrijf(tmp_path / "oud", "cbs_kwb_excel/kwb-2020.xls", oud)
    frame, verslag = lees_map(tmp_path / "oud", "cbs_kerncijfers", 2020)
    nieuw, van_nieuw = _leesexcelboek(tmp_path / "nieuw", excelboek())
    assert frame.drop(columns="bron_bestand").equals(nieuw.drop(columns="bron_bestand"))
    assert verslag.kolommen == van_nieuw.kolommen


@pytest.mark.parametrize(
    ("inhoud", "melding"),
    [
        (excelboek(_rij("BU00140001", "veel")), "'a_inw', rij 2.*'veel'"),
        # a thousand, or one and a bit?
        (excelboek(_rij("BU00140001", "1.234")), "rij 2.*'1.234'"),
        (excelboek(_rij("BU00140000", 1)), "voor de tweede keer"),
        (excelboek(_rij("WK001400", 1)), "buurt met de code WK001400"),
        (excelboek(koppen=["code", *KOPPEN[1:]]), "0 bladen met een kolom gwb_code_10"),
        (excelboek(koppen=[*KOPPEN[:4], "a_inw", "A_INW ", *KOPPEN[6:]]), "2 kolommen met dez"),
        (excelboek(koppen=[*KOPPEN[:4], "g_wozbag", *KOPPEN[5:]]), "gevonden: g_wozbag en g_woz"),
        (excelboek()[:-60], "afgekapte of beschadigde zip"),
        (b"geen werkboek", "geen leesbaar werkboek"),
        (b"", "een leeg bestand"),
        (b"<html>", "HTML"),
    ],
)  # fmt: skip
def test_excel_weigert(tmp_path, inhoud, melding):
    with pytest.raises(BronFout, match=melding):
        _leesexcelboek(tmp_path, inhoud)


def test_excel_per_duizend_mag_geen_percentage_heten(tmp_path, monkeypatch):
    """The catalogue may not call `p_wmo_t` a percentage: CBS writes it per 1,000."""
    from veerkracht_dagster.bronnen.dialecten import kwb_excel

    monkeypatch.setattr(kwb_excel, "PER_DUIZEND", frozenset({"p_koopw"}))
    with pytest.raises(BronFout, match="kolom 'p_koopw': gevonden: de eenheid '%'"):
        _leesexcelboek(tmp_path, excelboek())


# --- StatWeb ----------------------------------------------------------------------------------

STATWEB = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2015.csv"
LIJST = "cbs_kwb_statline/WijkenEnBuurten_2015.json"
UITVOER = (
    '\ufeff"Kerncijfers wijken en buurten 2015"\r\n""\r\n"";"Onderwerp"\r\n'
    '"";"Inkomen|Inkomen van personen|40% personen met laagste inkomen ";'
    '"Bevolking|Aantal inwoners"\r\n"Wijken en buurten";"%";"aantal"\r\n'
    '"Noord";"40,9";"100"\r\n"Zuid";".";"20"\r\n"Centrum";"12,5";"120"\r\n"Bron: CBS"\r\n'
)
REGIOLIJST = [("BU00140000", "Noord"), ("BU00140001", "Zuid"), ("WK001400", "Centrum"),
              ("BU00140003", "Centrum")]  # fmt: skip


def schrijf_statweb(map_, uitvoer=UITVOER, lijst=REGIOLIJST, tabel="83220NED"):
    schrijf(map_, STATWEB, uitvoer)
    url = f"https://opendata.cbs.nl/ODataFeed/odata/{tabel}"
    rijen = [{"Key": code.ljust(10), "Title": naam} for code, naam in lijst]
    schrijf(map_, LIJST, {
        "odata.metadata": f"{url}/$metadata#Cbs.OData.WebAPI.WijkenEnBuurten", "value": rijen,
    })  # fmt: skip


def _lees_statweb(map_, **anders):
    schrijf_statweb(map_, **anders)
    return lees_map(map_, "cbs_kerncijfers", 2015)


def test_statweb_met_de_lijst_van_regios(tmp_path):
    frame, verslag = _lees_statweb(tmp_path)
    assert list(frame["regiocode"]) == ["BU00140000", "BU00140001"]
    assert frame["percentage_personen_laagste_inkomen"][0] == 40.9
    assert list(frame["percentage_personen_laagste_inkomen__status"]) == [
        "waargenomen", "onderdrukt",
    ]  # fmt: skip
    assert list(frame["inwoners"]) == [100, 20]
    # A name that a wijk and a buurt share is not guessed, and not lost without a word.
    assert verslag.opmerkingen == ("1 van 3 regio's zijn niet met zekerheid te koppelen: Centrum",)
    assert verslag.kolommen["inwoners"] == "Aantal inwoners"


@pytest.mark.parametrize(
    ("anders", "melding"),
    [
        ({"uitvoer": UITVOER.replace("2015", "2016")}, "cijfers van 2016"),
        ({"uitvoer": UITVOER.replace('"Bron: CBS"\r\n', "")}, "een laatste regel 'Centrum"),
        ({"uitvoer": UITVOER.replace(';"20"', "")}, "rij 1: gevonden: 2 velden"),
        ({"uitvoer": UITVOER.replace("40,9", "40.9")}, "een punt in '40.9'"),
        ({"uitvoer": UITVOER.replace("40,9", "veel")}, "'veel'"),
        ({"tabel": "84799NED"}, "WijkenEnBuurten van tabel 83220NED"),  # another year's list
    ],
)
def test_statweb_weigert(tmp_path, anders, melding):
    with pytest.raises(BronFout, match=melding):
        _lees_statweb(tmp_path, **anders)
