"""Every dialect is read a second time: the same cells as the pipeline reads, each with its text."""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.unit.bronnen import test_vormen
from tests.unit.bronnen.hulp import (
    MICRODATA,
    lbm,
    lees_map,
    schrijf,
    schrijf_levering,
    statline,
)
from tests.unit.bronnen.test_antwoordvormen import (
    BOVEN,
    LBM_WFS,
    lbm_wfs,
    levering_met_werkboek,
    schrijf_kaal,
)
from tests.unit.bronnen.test_levering import MAP as LEVERING
from tests.unit.bronnen.test_levering import _werkboek as werkboek
from tests.unit.bronnen.test_tekstvormen import KWB, LEVERINGEN, STATLINE
from tests.unit.bronnen.test_vormen import (
    EXCEL,
    KOPPEN,
    RIJEN,
    ZIP,
    anders_gescheiden,
    excelboek,
    schrijf_statweb,
    zip_van,
)
from veerkracht_dagster.bonnen.knoop import Knoop
from veerkracht_dagster.bronnen.vastleggen import ter_plaatse
from veerkracht_dagster.bronnen.vindplaatsen import vind
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.celstatus import status_van
from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.opslag.vingerafdrukken import Vingerafdrukken
from veerkracht_dagster.rekenwijze.ruw.cel import getal, tekst_in
from veerkracht_dagster.rekenwijze.stappen import tekst
from veerkracht_dagster.tweede.hertellen.namen import namen_van
from veerkracht_dagster.tweede.ruw import Bewijslevering, Ruwbestand, lees_blad, opzoekers
from veerkracht_dagster.tweede.ruw.lezers import BEGIN, cellen
from veerkracht_dagster.voorbeeldland import Grootte, maak_land, schrijf_bronnen, schrijf_kwb
from veerkracht_dagster.voorbeeldland.schrijven import VORMEN

CAT = catalogus()
LBM = "leefbaarometer_3.0/Leefbaarometer-scores {} 2002-2024.csv"


@pytest.fixture(scope="module")
def land():
    return maak_land(Grootte(gemeenten=4, buurten=48), jaren=(2020, 2024))


@pytest.fixture(scope="module")
def bronnen(land, tmp_path_factory) -> Path:
    map_ = tmp_path_factory.mktemp("land") / "bronnen"
    schrijf_bronnen(land, map_, adressen=False)
    return map_


def leveringen(map_: Path, bron: str, jaar: int) -> list[Bewijslevering]:
    """The parts of a delivery, their files in a store beside the folder."""
    store = Snapshots(map_.parent / "snapshots")
    vastgelegd = ter_plaatse(vind(map_, bron, jaar), Vingerafdrukken(map_.parent / "vingers.json"))
    return [
        Bewijslevering(
            bron, jaar, deel.dialect, tuple(_bewaar(store, b.naam, b.pad) for b in deel.bestanden)
        )
        for deel in vastgelegd.delen
    ]


def _bewaar(store: Snapshots, naam: str, pad: Path) -> Ruwbestand:
    kaart = store.bewaar(pad, bron="x", url="x", uitgever="x", licentie="x")
    return Ruwbestand(naam, kaart.sha256, store.pad(kaart.sha256))


def vergelijk(map_: Path, bron: str, jaar: int, niveau: str) -> int:
    """How many cells with a figure are the same three times: pipeline, whole file, one by one."""
    tabel, _ = lees_map(map_, bron, jaar)
    tabel = tabel[tabel["niveau"] == niveau].set_index("regiocode")
    kolommen, delen = CAT.kolommen_van(bron), leveringen(map_, bron, jaar)
    blad = next(b for deel in delen if (b := lees_blad(deel, kolommen, niveau)).codes)
    opzoeker = opzoekers(delen, kolommen, niveau)
    assert opzoeker is not None
    assert sorted(blad.codes) == sorted(tabel.index)
    if bron in ("cbs_kerncijfers", "leefbaarometer") and tabel["gebiedsjaar"].iloc[0] == jaar:
        _zelfde_namen(delen, tabel, niveau)
    gelezen, gevuld = cellen(blad, kolommen), 0
    for naam in kolommen:
        for code, waarde, staat in zip(
            tabel.index, tabel[naam].tolist(), tabel[status_van(naam)].tolist(), strict=True
        ):
            hun = (None if waarde != waarde else waarde, staat)
            gevonden = opzoeker.cel(naam, code)
            assert gelezen[naam][code] == hun, (naam, code)
            assert gevonden.cel == hun, (naam, code, gevonden)
            assert (gevonden.waarom == "") == (hun[0] is not None)
            if hun[0] is not None:
                gevuld += 1
                _staat_er(gevonden.plaats, hun[0])
    return gevuld


def _zelfde_namen(delen: list[Bewijslevering], tabel: pd.DataFrame, niveau: str) -> None:
    """The areas are called the same, and changed the same, as the pipeline reads."""
    namen = next(n for deel in delen if (n := namen_van(deel, niveau)).naam)
    eigen = {code: naam for code, naam in namen.naam.items() if code.startswith(BEGIN[niveau])}
    merken = namen.merken()
    assert eigen == _kolom(tabel, "regionaam")
    assert {code: merken.get(code) for code in eigen} == _kolom(tabel, "indelingswijziging")
    # What a list does not say beside the area itself, it says of the gemeente.
    gemeente = _kolom(tabel, "gemeentenaam")
    gezegd = {code: naam for code, naam in gemeente.items() if naam is not None}
    assert gezegd.items() <= namen.gemeente.items()


def _kolom(tabel: pd.DataFrame, naam: str) -> dict[str, str | None]:
    return {code: None if x != x else x for code, x in tabel[naam].items()}


def _staat_er(plaats, waarde: float) -> None:
    """The record is in the file, at that place, and holds the text."""
    record = plaats.record.partition(b"\n<!--")[0]
    assert plaats.bestand.bytes()[plaats.begin : plaats.begin + len(record)] == record
    assert tekst_in(plaats.vorm, plaats.record, plaats.kop.plek, plaats.teken) == plaats.tekst
    assert getal(plaats.tekst) == waarde


@pytest.mark.parametrize("vorm", VORMEN)
def test_kerncijfers_in_every_form(land, tmp_path: Path, vorm: str) -> None:
    schrijf_kwb(land, 2020, tmp_path / "bronnen", vorm)
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2020, "buurt") > 100
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2020, "wijk") > 100
    # A second question finds the index beside the snapshots.
    assert list((tmp_path / "snapshots" / "register").glob("*.records"))


@pytest.mark.parametrize("vorm", ["odata_v4", "odata_v4_csv"])
def test_a_value_that_its_publisher_marks_is_none(land, tmp_path: Path, vorm: str) -> None:
    """The row is there, and so is its text; the mark says that it is no value."""
    schrijf_kwb(land, 2020, tmp_path / "bronnen", vorm)
    code = _merk(next((tmp_path / "bronnen").rglob(f"*.{'json' if vorm == 'odata_v4' else 'zip'}")))
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2020, "buurt") > 100
    kolommen = CAT.kolommen_van("cbs_kerncijfers")
    opzoeker = opzoekers(
        leveringen(tmp_path / "bronnen", "cbs_kerncijfers", 2020), kolommen, "buurt"
    )
    assert opzoeker is not None
    gevonden = opzoeker.cel("inwoners", code)
    assert gevonden.plaats is not None
    assert (gevonden.cel[0], gevonden.plaats.merk, gevonden.niet_in_bestand) == (
        None, "Confidential", "",
    )  # fmt: skip
    assert float(gevonden.plaats.tekst or "") > 0
    assert gevonden.waarom == "de uitgever merkt deze waarde als 'Confidential'"


def _merk(pad: Path) -> str:
    """Mark the number of residents of the first buurt as confidential; returns its code."""
    if pad.suffix == ".zip":
        with zipfile.ZipFile(pad) as zip_:
            leden = {naam: zip_.read(naam) for naam in zip_.namelist()}
        naam = next(naam for naam in leden if "Observations" in naam)
        gewoon = rb'"T001036";"None";(?=[\d.,]+;"";"(BU\d+))'
        code, leden[naam] = _vervang(leden[naam], gewoon, rb'"T001036";"Confidential";')
        with zipfile.ZipFile(pad, "w") as zip_:
            for naam, inhoud in leden.items():
                zip_.writestr(naam, inhoud)
        return code
    pad = next(pad.parent.glob("Observations*"))
    gewoon = rb'"T001036","ValueAttribute":"None"(?=,"Value":[\d.]+,"WijkenEnBuurten":"(BU\d+))'
    code, inhoud = _vervang(pad.read_bytes(), gewoon, rb'"T001036","ValueAttribute":"Confidential"')
    pad.write_bytes(inhoud)
    return code


def _vervang(inhoud: bytes, gewoon: bytes, anders: bytes) -> tuple[str, bytes]:
    gevonden = re.search(gewoon, inhoud)
    assert gevonden is not None
    return gevonden[1].decode(), re.sub(gewoon, anders, inhoud, count=1)


@pytest.mark.parametrize("wat", STATLINE)
def test_statline_as_programs_save_it(tmp_path: Path, wat: str) -> None:
    schrijf(tmp_path / "bronnen", KWB, STATLINE[wat][0](statline()))
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2020, "buurt") > 5


@pytest.mark.parametrize("teken", [";", "\t"])
def test_scores_with_another_separator(tmp_path: Path, teken: str) -> None:
    schrijf(tmp_path / "bronnen", LBM.format("buurten"), lbm().replace(",", teken) + "\n")
    assert vergelijk(tmp_path / "bronnen", "leefbaarometer", 2014, "buurt") == 14


@pytest.mark.parametrize("wat", LEVERINGEN)
def test_deliveries_as_programs_save_them(tmp_path: Path, wat: str) -> None:
    schrijf_levering(tmp_path / "bronnen", LEVERINGEN[wat][0](MICRODATA))
    assert vergelijk(tmp_path / "bronnen", "cbs_microdata", 2020, "buurt") == 3


def test_v3_without_its_envelope(tmp_path: Path) -> None:
    schrijf_kaal(tmp_path / "bronnen")
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2020, "buurt") > 3


def test_scores_of_the_publishers_own_service(tmp_path: Path) -> None:
    schrijf(tmp_path / "bronnen", LBM_WFS, lbm_wfs())
    assert vergelijk(tmp_path / "bronnen", "leefbaarometer", 2024, "buurt") == 14


@pytest.mark.parametrize("aantal", [1, 4])
def test_lines_above_the_header_of_a_workbook(tmp_path: Path, aantal: int) -> None:
    boek = excelboek([*BOVEN[1:aantal], KOPPEN, *RIJEN], BOVEN[0])
    schrijf(tmp_path / "bronnen", EXCEL, boek)
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2020, "buurt") > 3


def test_lines_above_the_header_of_a_delivered_workbook(tmp_path: Path) -> None:
    levering_met_werkboek(tmp_path / "bronnen")
    assert vergelijk(tmp_path / "bronnen", "corporatie_bik", 2020, "buurt") == 2


def test_a_mark_of_a_column_is_no_figure(tmp_path: Path) -> None:
    """-1 in the mean value of dwellings: its text is shown, its cell is empty, also in a replay."""
    boek = excelboek([*RIJEN[:2], [*RIJEN[2][:7], -1], ["BU00140002", "W", "Buurt", 1, 5, 6, 7, 9]])
    schrijf(tmp_path / "bronnen", EXCEL, boek)
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2020, "buurt") > 3
    delen = leveringen(tmp_path / "bronnen", "cbs_kerncijfers", 2020)
    opzoeker = opzoekers(delen, CAT.kolommen_van("cbs_kerncijfers"), "buurt")
    assert opzoeker is not None
    gevonden = opzoeker.cel("gemiddelde_woz_waarde", "BU00140001")
    assert (gevonden.cel, gevonden.waarom) == (
        (None, "onderdrukt"), "het merkteken -1 van de uitgever",
    )  # fmt: skip
    assert gevonden.plaats is not None
    assert gevonden.plaats.tekst == "-1"
    met = {"tekst": "-1", "leeg": "onderdrukt", "merkgetal": -99990}
    assert tekst(Knoop("broncel", "woz", met=met | {"merken": [-1.0]})) == (None, "onderdrukt")
    assert tekst(Knoop("broncel", "woz", met=met)) == (-1.0, "waargenomen")


@pytest.mark.parametrize("teken", [";", ",", "\t"])
def test_bulk_with_another_separator(tmp_path: Path, teken: str) -> None:
    schrijf(tmp_path / "bronnen", ZIP, zip_van(anders_gescheiden(teken)))
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2017, "buurt") == 3


def test_statweb_by_the_list_of_regions(tmp_path: Path) -> None:
    schrijf_statweb(tmp_path / "bronnen")
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2015, "buurt") == 3


@pytest.mark.parametrize(
    "bron", ["leefbaarometer", "rivm_regiobeeld", "woonzorgwijzer", "cbs_microdata"]
)
def test_the_other_sources(bronnen: Path, bron: str) -> None:
    assert vergelijk(bronnen, bron, 2020, "buurt") > 30


def test_leefbaarometer_of_its_own_year_and_of_wijken(bronnen: Path) -> None:
    assert vergelijk(bronnen, "leefbaarometer", 2024, "buurt") > 30
    assert vergelijk(bronnen, "leefbaarometer", 2024, "wijk") > 10


def test_leefbaarometer_in_a_zip(bronnen: Path, tmp_path: Path) -> None:
    pad = tmp_path / "bronnen" / "leefbaarometer_3.0" / "open-data-leefbaarometer-meting-2024.zip"
    pad.parent.mkdir(parents=True)
    with zipfile.ZipFile(pad, "w", zipfile.ZIP_DEFLATED) as zip_:
        for woord in ("buurten", "wijken"):
            zip_.write(bronnen / LBM.format(woord), f"map/{Path(LBM.format(woord)).name}")
    assert vergelijk(tmp_path / "bronnen", "leefbaarometer", 2020, "buurt") > 30


def test_a_workbook_with_a_manifest(tmp_path: Path) -> None:
    inhoud, map_ = werkboek(), tmp_path / "bronnen"
    sha256 = hashlib.sha256(inhoud).hexdigest()
    kolommen = {"Code": "regiocode", "Aantal": "md_personen"}
    schrijf_levering(map_, MICRODATA, bestand="uitvoer.xlsx", sha256=sha256, kolommen=kolommen)
    (map_ / LEVERING / "uitvoer.csv").unlink()
    schrijf(map_, f"{LEVERING}/uitvoer.xlsx", inhoud)
    assert vergelijk(map_, "cbs_microdata", 2020, "buurt") == 2


def test_a_workbook_of_before_2007(tmp_path: Path) -> None:
    """Read by another library than the pipeline's, and cell by cell from the bytes of a row."""
    oud = Path(test_vormen.__file__).with_name("kwb-2020.xls").read_bytes()
    schrijf(tmp_path / "bronnen", "cbs_kwb_excel/kwb-2020.xls", oud)
    assert vergelijk(tmp_path / "bronnen", "cbs_kerncijfers", 2020, "buurt") >= 2
    delen = leveringen(tmp_path / "bronnen", "cbs_kerncijfers", 2020)
    opzoeker = opzoekers(delen, CAT.kolommen_van("cbs_kerncijfers"), "buurt")
    assert opzoeker is not None
    plaats = opzoeker.cel("inwoners", "BU00140001").plaats
    assert plaats is not None
    assert (plaats.rij, plaats.regel, plaats.tekst) == (2, None, "20")  # after NL00 and BU00140000


def _xls(soort: int, kolom: int, inhoud: bytes) -> bytes:
    """A record of cells in row 7, with look 15."""
    return struct.pack("<5H", soort, 6 + len(inhoud), 7, kolom, 15) + inhoud


@pytest.mark.parametrize(
    ("record", "tekst"),
    [
        (_xls(0x027E, 3, struct.pack("<I", 20 << 2 | 2)), "20"),  # RK: whole
        (_xls(0x027E, 3, struct.pack("<I", 123 << 2 | 3)), "1.23"),  # whole, of hundredths
        (_xls(0x027E, 3, struct.pack("<i", -5 << 2 | 2)), "-5"),
        (_xls(0x027E, 3, struct.pack("<I", 0x3FE00000)), "0.5"),  # first half of a double
        (_xls(0x0203, 3, struct.pack("<d", 26.4)), "26.4"),  # NUMBER
        (_xls(0x0006, 3, struct.pack("<d", 7.5) + bytes(8)), "7.5"),  # result of a FORMULA
        (_xls(0x0006, 3, b"\0\0\0\0\0\0\xff\xff" + bytes(8)), None),  # a text, which stands apart
        (_xls(0x0201, 3, b""), None),  # BLANK
        (_xls(0x0203, 4, struct.pack("<d", 1.0)), None),  # another column
        # MULRK: look and number for columns 2 and 3, and the last column.
        (_xls(0x00BD, 2, struct.pack("<IHIH", 10, 15, 30 << 2 | 2, 3)), "30"),
        (_xls(0x00FD, 3, struct.pack("<I", 9)) + b"\n<!--9--><si><t>a &lt; b</t></si>", "a < b"),
    ],
)
def test_a_cell_of_before_2007_in_the_bytes_of_its_row(record: bytes, tekst: str | None) -> None:
    voor = _xls(0x0203, 1, struct.pack("<d", 99.0))
    assert tekst_in("xls", voor + record, ("3",)) == tekst


def test_a_csv_with_another_separator(tmp_path: Path) -> None:
    map_ = tmp_path / "bronnen"
    schrijf_levering(map_, MICRODATA.replace(";", "\t"), scheiding="\t")
    assert vergelijk(map_, "cbs_microdata", 2020, "buurt") == 3


def test_a_changed_file_gets_another_index(bronnen: Path, tmp_path: Path) -> None:
    """The index is of these bytes at this time: it never finds places of before a change."""
    schrijf(
        tmp_path / "bronnen", LBM.format("buurten"), (bronnen / LBM.format("buurten")).read_bytes()
    )
    delen = leveringen(tmp_path / "bronnen", "leefbaarometer", 2020)
    kolommen = CAT.kolommen_van("leefbaarometer")
    bestand = delen[0].bestanden[0]
    code = lees_blad(delen[0], kolommen, "buurt").codes[0]
    voor = _cel(delen, kolommen, code)
    bestand.pad.chmod(0o644)
    bestand.pad.write_bytes(bestand.pad.read_bytes().replace(b"\n", b"\n\n\n", 1))
    na = _cel(delen, kolommen, code)
    assert (na.begin, na.tekst) == (voor.begin + 2, voor.tekst)


def _cel(delen, kolommen, code):
    opzoeker: Callable | None = opzoekers(delen, kolommen, "buurt")
    assert opzoeker is not None
    plaats = opzoeker.cel("onv", code).plaats
    assert plaats is not None
    return plaats
