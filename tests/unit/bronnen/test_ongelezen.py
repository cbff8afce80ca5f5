"""Files in the source folder that nobody reads are named, and nothing else is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.unit.bronnen.hulp import MICRODATA, schrijf, schrijf_levering
from veerkracht_dagster.bronnen.bijbestanden import bijbestand_van
from veerkracht_dagster.bronnen.ongelezen import Ongelezen, Opgemerkt, gemist, merk_op, ongelezen
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.vindplaatsen import vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.werkmap import Werkmap

CAT, JAREN = catalogus(), range(2014, 2027)
KAART = "cbs_wijkbuurtkaart/2024/wijkenbuurten_2024.gpkg"


def _namen(map_: Path) -> list[str]:
    return [een.bestand for een in ongelezen(map_, CAT, JAREN)]


# Where it lies, and what is said of it.
NIET = [
    # another kind of file in the folder of a source
    ("cbs_kwb_excel/kwb-2016.csv", r"cbs_kwb_excel/kwb\*2016\*.xls\* \(cbs_kerncijfers\)"),
    ("cbs_wijkbuurtkaart/2024/buurten.topojson", r"worden gelezen: \*.geojson, \*.gpkg, \*.zip"),
    ("cbs_wijkbuurtkaart/2024/buurten.shp", r"worden gelezen: \*.geojson, \*.gpkg, \*.zip"),
    ("cbs_wijkbuurtkaart/2024/buurten.rda", r"cbs_wijkbuurtkaart/2024/\*"),
    ("cbs_odata_v4/83765NED/Observations.parquet", r"cbs_odata_v4/83765NED/\*.json\*"),
    # a folder too high, one too deep, another folder
    ("cbs_wijkbuurtkaart/wijkenbuurten_2024_v1.gpkg", "zet het in de map cbs_wijkbuurtkaart/2024$"),
    ("cbs_wijkbuurtkaart/2024/uit/kaart.gpkg", "zet het in de map cbs_wijkbuurtkaart/2024$"),
    ("Kerncijfers_wijken_en_buurten_2019.csv", "zet het in de map cbs_kwb_statline$"),
    ("cbs_pc6huisnr/pc6hnr20240801_gwb.csv", "zet het in de map cbs_pc6huisnr/2024$"),
    ("levering/woonzorgwijzer/manifest.yml", r"levering/woonzorgwijzer/\{jaar\}/\*"),
    # another spelling
    ("cbs_kwb_statline/Kerncijfers-wijken-en-buurten-2019.csv", "wijken_en_buurten_2019"),
    ("cbs_kwb_excel/wijken-buurten-2016.xlsx", r"\*2016\*.xls\*"),
    ("levering/scan/de-linde.json", "geen bron leest dit"),
    # a year that there is not, and a table without what belongs to it
    ("cbs_wijkbuurtkaart/2013/kaart.gpkg", "cbs_buurtgrenzen 2013: de peiljaren zijn 2014 tot"),
    ("cbs_odata_v4/83765NED/MeasureCodes.json", "er is geen bestand Observations"),
    # nothing that we know
    ("foto's/vakantie.jpg", "geen patroon lijkt erop"),
]  # fmt: skip


@pytest.mark.parametrize(("bestand", "reden"), NIET, ids=[naam for naam, _ in NIET])
def test_what_nobody_reads_is_named_with_the_nearest_pattern(
    tmp_path: Path, bestand: str, reden: str
) -> None:
    schrijf(tmp_path, bestand, "x")
    (een,) = ongelezen(tmp_path, CAT, JAREN)
    assert een.bestand == bestand
    assert re.search(reden, een.reden), een.reden


# Beside the map of 2024: what belongs to it, or is about files.
WEL = [
    f"{KAART}-wal", f"{KAART}-shm", f"{KAART}-journal", f"{KAART}.aux.xml", f"{KAART}.sha256",
    KAART.replace(".gpkg", ".qml"), KAART.replace(".gpkg", ".prj"), "README.md", "LEESMIJ.txt",
    "SHA256SUMS", "cbs_wijkbuurtkaart/2024/readme", ".DS_Store", "cbs_kwb_excel/.DS_Store",
    ".git/config", "cbs_kwb_excel/~$kwb-2016.xlsx", "cbs_kwb_excel/Thumbs.db",
    "levering/scan/de-linde.yml",
]  # fmt: skip


@pytest.mark.parametrize("bestand", WEL)
def test_what_belongs_to_a_file_that_is_read_is_not_named(tmp_path: Path, bestand: str) -> None:
    schrijf(tmp_path, KAART, "x")
    schrijf(tmp_path, bestand, "x")
    assert _namen(tmp_path) == []


# What programs put there, with a name as it comes.
VAN_PROGRAMMAS = [
    "~$levering.xlsx", ".~lock.levering.csv#", ".DS_Store", "._levering.csv", "__MACOSX/x.csv",
    "Icon\r", "Thumbs.db", "ehthumbs.db", "Desktop.ini", "$RECYCLE.BIN/x.csv", ".directory",
    "levering.csv~", ".levering.csv.swp", "@eaDir/levering.csv",
]  # fmt: skip


def test_every_kind_of_the_catalogue_is_tried() -> None:
    gezien = {bijbestand_van(naam) for naam in VAN_PROGRAMMAS}
    assert [een for een in CAT.bijbestanden if een not in gezien] == []


@pytest.mark.parametrize("naam", VAN_PROGRAMMAS)
def test_what_programs_put_there_stops_nothing_and_is_told(tmp_path: Path, naam: str) -> None:
    map_ = tmp_path / "bronnen"
    schrijf_levering(map_, MICRODATA)
    schrijf(map_, f"levering/cbs_microdata/2020/{naam}", "x")
    schrijf(map_, f"cbs_pc6huisnr/2024/{naam}", "x")
    levering = vind(map_, "cbs_microdata", 2020)
    assert [b.kort for b in levering.bestanden] == ["manifest.yml", "uitvoer.csv"]
    assert not vind(map_, "cbs_adressen", 2024).aanwezig
    assert _namen(map_) == []
    regels = merk_op(Innemer(Werkmap.in_map(tmp_path)), CAT, JAREN, date(2014, 1, 1)).regels()
    assert regels[0].startswith("overgeslagen, want van ")
    assert f"cbs_pc6huisnr/2024/{naam} en nog 1" in regels[0]


@pytest.mark.parametrize("naam", ["levering.csv.part", "levering.crdownload", "levering.lnk"])
def test_what_a_program_has_not_finished_is_no_such_file(tmp_path: Path, naam: str) -> None:
    schrijf_levering(tmp_path, MICRODATA)
    schrijf(tmp_path, f"levering/cbs_microdata/2020/{naam}", "x")
    assert len(vind(tmp_path, "cbs_microdata", 2020).bestanden) == 3  # and the manifest is asked


@pytest.mark.parametrize("einde", ["-wal", ".prj"])
def test_what_belongs_to_a_file_that_nobody_reads_is_named(tmp_path: Path, einde: str) -> None:
    schrijf(tmp_path, f"cbs_wijkbuurtkaart/2024/buurten.shp{einde}", "x")
    assert len(_namen(tmp_path)) == 1


def test_the_files_of_a_delivery_belong_to_it(tmp_path: Path) -> None:
    schrijf_levering(tmp_path, MICRODATA)
    for naam in ("codeboek.pdf", "bijlagen/brief.docx"):
        schrijf(tmp_path, f"levering/cbs_microdata/2020/{naam}", "x")
    schrijf(tmp_path, "levering/cbs_microdata/2019/uit/uitvoer.csv", "x")  # no delivery there
    assert _namen(tmp_path) == ["levering/cbs_microdata/2019/uit/uitvoer.csv"]


def test_what_another_place_goes_before_is_known_and_not_told_at_every_rebuild(
    tmp_path: Path,
) -> None:
    schrijf(tmp_path, KAART, "x")
    schrijf(tmp_path, "cbs_wijkbuurtkaart/2024/oud.zip", "x")
    gevonden = ongelezen(tmp_path, CAT, JAREN)
    reden = "cbs_buurtgrenzen 2024 is er al: cbs_wijkbuurtkaart/{jaar}/*.gpkg gaat voor"
    assert gevonden == [Ongelezen("cbs_wijkbuurtkaart/2024/oud.zip", reden, voorgegaan=True)]
    assert Opgemerkt(gevonden, {}).regels() == []


def test_files_of_a_folder_are_told_together() -> None:
    een, twee = Ongelezen("a/x.rda", "reden"), Ongelezen("a/y.rda", "reden")
    assert Opgemerkt([een, twee], {"cbs_adressen": [2016, 2018]}).regels() == [
        "a (2 bestanden, zoals x.rda): reden",
        "cbs_adressen: volgens de kalender verschenen, en niet gevonden: 2016, 2018",
    ]


def test_a_source_of_which_there_is_no_year_is_told_with_its_places(tmp_path: Path) -> None:
    werkmap = Werkmap.in_map(tmp_path / "werk", tmp_path / "bronnen")
    leeg = merk_op(Innemer(werkmap), CAT, JAREN, date(2026, 5, 1))
    assert leeg.nergens.keys() == {n for n, bron in CAT.bronnen.items() if bron.kalender is None}
    assert "woonzorgwijzer: levering/woonzorgwijzer/{jaar}/*" in leeg.regels()[-1]
    schrijf_levering(werkmap.bronnen, MICRODATA)
    met = merk_op(Innemer(werkmap), CAT, JAREN, date(2026, 5, 1))
    assert met.nergens.keys() == leeg.nergens.keys() - {"cbs_microdata"}
    assert (
        merk_op(Innemer(werkmap), CAT, JAREN, date(2026, 5, 1))
        .regels()[-1]
        .startswith(
            "van geen enkel jaar, zodat de kolommen leeg zijn; zet er wat is: cbs_vierkanten: "
        )
    )


# Capitals say nothing about what a file is.
HOOFDLETTERS = [
    ("cbs_kwb_excel/KWB-2016.XLSX", "cbs_kerncijfers", 2016),
    ("CBS_ODATA_V3/84799ned/typeddataset.skip0.JSON", "cbs_kerncijfers", 2020),
    ("cbs_wijkbuurtkaart/2024/Kaart.GPKG", "cbs_buurtgrenzen", 2024),
    ("cbs_wijkbuurtkaart/2024/KAART.ZIP", "cbs_buurtgrenzen", 2024),
    ("leefbaarometer_3.0/leefbaarometer-scores buurten 2002-2024.csv", "leefbaarometer", 2024),
]


@pytest.mark.parametrize(("bestand", "bron", "jaar"), HOOFDLETTERS)
def test_capitals_do_not_matter(tmp_path: Path, bestand: str, bron: str, jaar: int) -> None:
    schrijf(tmp_path, bestand, "x")
    assert [b.naam for b in vind(tmp_path, bron, jaar).bestanden] == [bestand]
    assert _namen(tmp_path) == []


def test_years_that_the_calendar_expects_and_are_not_there(tmp_path: Path) -> None:
    werkmap = Werkmap.in_map(tmp_path / "werk", tmp_path / "bronnen")
    for jaar in (2020, 2022, 2024):
        schrijf(werkmap.bronnen, f"cbs_wijkbuurtkaart/{jaar}/kaart.gpkg", "x")
    mist = gemist(Innemer(werkmap), CAT, JAREN, date(2026, 5, 1))
    assert mist["cbs_buurtgrenzen"] == [*range(2014, 2020), 2021, 2023, 2025]
    assert mist["cbs_adressen"] == list(range(2016, 2026))  # there are none of before
    assert mist["leefbaarometer"] == [2014, 2016, 2018, 2020, 2022]
    assert "woonzorgwijzer" not in mist  # it has no calendar
    assert merk_op(Innemer(werkmap), CAT, JAREN, date(2026, 5, 1)).gemist == mist
    voorbeeld = Innemer(Werkmap.in_map(tmp_path / "voorbeeld"))
    assert merk_op(voorbeeld, CAT, JAREN, date(2026, 5, 1)).gemist == {}
