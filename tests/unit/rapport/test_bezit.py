"""The page of the report: every figure leads to what made it, and a missing one is no figure."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from tests.unit.indicatoren.test_rapport import LAND, _indicatoren
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.schema import controleer
from veerkracht_dagster.catalogus.vorm import in_tabelvorm
from veerkracht_dagster.indicatoren import rapport
from veerkracht_dagster.rapport.bezit import Bezitsrapport, gemeentenamen

CAT = catalogus()
EDITIE = CAT.edities["2014-2020"]


@pytest.fixture(scope="module")
def tabel() -> pd.DataFrame:
    return in_tabelvorm(rapport(_indicatoren(LAND), CAT), "rapport")


@pytest.fixture(scope="module")
def map_(tabel: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    doel = tmp_path_factory.mktemp("rapport")
    Bezitsrapport(tabel, EDITIE, {"GM0001": "Oud|stad <b>"}, CAT).schrijf(doel)
    return doel


def test_the_table_obeys_its_schema(tabel: pd.DataFrame) -> None:
    assert controleer("rapport", {"2014-2020": tabel}).goed


def test_all_files_are_there(map_: Path) -> None:
    assert {pad.name for pad in map_.iterdir()} == {
        "corporatiebezit.md", "corporatiebezit.html", "corporatiebezit.xlsx",
        "klassen.svg", "spreiding_K.svg", "spreiding_V.svg",
    }  # fmt: skip
    for svg in map_.glob("*.svg"):
        ET.fromstring(svg.read_text(encoding="utf-8"))


def test_every_link_of_a_figure_leads_to_a_place_on_the_page(map_: Path) -> None:
    html = (map_ / "corporatiebezit.html").read_text(encoding="utf-8")
    doelen = set(re.findall(r'href="#([^"]+)"', html))
    assert len(doelen) > 20
    assert doelen <= set(re.findall(r'id="([^"]+)"', html))
    for tabelnaam in re.findall(r'href="../tabellen/(\w+)\.parquet"', html):
        assert tabelnaam in CAT.indicatoren


def test_every_figure_at_the_top_leads_to_what_made_it(map_: Path) -> None:
    markdown = (map_ / "corporatiebezit.md").read_text(encoding="utf-8")
    kern = [regel for regel in markdown.splitlines() if regel.startswith("- ")]
    assert len(kern) == 4
    for regel in kern:
        los = re.sub(r"\[[^\]]+\]\(#[^)]+\)|klasse 4-6", "", regel)
        assert not re.search(r"\d", los), regel


def test_the_page_says_the_figures(map_: Path) -> None:
    markdown = (map_ / "corporatiebezit.md").read_text(encoding="utf-8")
    assert CAT.bijsluiter in markdown
    zonder_links = re.sub(r"\[([^\]]+)\]\(#[^)]+\)", r"\1", markdown)
    assert (
        "4 000 bewoners wonen in buurten met weinig veerkracht (klasse 4-6; 4 van 6 buurten "
        "gemeten), in 1 van 2 gemeenten met een meting." in zonder_links
    )
    assert "K daalt in 60,0 % van de buurten (5 van 6 buurten gemeten)" in zonder_links
    assert "in 50,0 % daarvan daalt de overlast ook (2 van 3 buurten gemeten)" in zonder_links
    rij = next(r for r in markdown.splitlines() if r.startswith("| 5 % tot 1/3"))
    # No area is in that class, as far as it is known; of what nobody measured there is no number.
    assert rij.split(" | ")[1:4] == ["0 (5 van 6)", *["geen meting (geen gebied)"] * 2]
    for maat in ("bewoners_beide", "gemeenten_beide"):
        assert f"niet vergelijkbaar: {CAT.rapportmaten[maat].anders}" in markdown


def test_a_gemeente_is_named_and_its_name_harms_nothing(map_: Path) -> None:
    html = (map_ / "corporatiebezit.html").read_text(encoding="utf-8")
    assert "Oud|stad &lt;b&gt;" in html
    assert "<b>" not in html


def test_the_spreadsheet_has_every_figure(map_: Path, tabel: pd.DataFrame) -> None:
    boek = CalamineWorkbook.from_path(map_ / "corporatiebezit.xlsx")
    assert boek.sheet_names == ["bezit", "land", "gemeenten", "spreiding"]
    rijen = sum(len(boek.get_sheet_by_name(naam).to_python()) - 1 for naam in boek.sheet_names)
    assert rijen == len(tabel)


def test_the_same_figures_give_the_same_bytes(
    map_: Path, tabel: pd.DataFrame, tmp_path: Path
) -> None:
    Bezitsrapport(tabel, EDITIE, {"GM0001": "Oud|stad <b>"}, CAT).schrijf(tmp_path)
    for pad in map_.iterdir():
        assert (tmp_path / pad.name).read_bytes() == pad.read_bytes(), pad.name


@pytest.fixture(scope="module")
def leeg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    doel = tmp_path_factory.mktemp("leeg")
    rijen = [("BU00010001", *[float("nan")] * 8)]
    Bezitsrapport(
        in_tabelvorm(rapport(_indicatoren(rijen), CAT), "rapport"), EDITIE, {}, CAT
    ).schrijf(doel)
    return doel


def test_without_measurements_there_is_a_page_that_says_so(leeg: Path) -> None:
    """No zero that was not measured: in no sentence and in no cell of a table."""
    tekst = re.sub(r"\[([^\]]+)\]\(#[^)]+\)", r"\1", (leeg / "corporatiebezit.md").read_text())
    for zin in (
        "Hoeveel bewoners in buurten met weinig veerkracht (klasse 4-6) wonen: geen meting, "
        "0 van 1 buurten gemeten.",
        "In welk deel van de buurten K daalt: geen meting, 0 van 1 buurten gemeten.",
        "Of de verschillen in V tussen buurten groeien: geen meting, 0 van 1 buurten gemeten.",
        "Welke gemeenten dat zijn: geen meting, 0 van 1 buurten gemeten.",
    ):
        assert zin in tekst
    cellen = [cel for regel in tekst.splitlines() if regel.startswith("| ") for cel in
              regel.strip("| ").split(" | ")]  # fmt: skip
    nul = [cel for cel in cellen if re.match(r"0(,0+)?\b(?! van )", cel)]
    assert nul == []
    assert "0 van 0" not in tekst  # of what is not there nothing was to be measured
    assert "| geen meting | geen gebied |" in tekst  # nuisance where K falls


def test_without_measurements_plots_and_sheets_have_no_zero(leeg: Path) -> None:
    for naam in ("klassen.svg", "spreiding_K.svg", "spreiding_V.svg"):
        woorden = [t.text for t in ET.parse(leeg / naam).iter() if t.tag.endswith("text")]
        assert "geen meting" in woorden
        assert not [w for w in woorden if re.match(r"0(,0+)?( |$)", w or "")]
    boek = CalamineWorkbook.from_path(leeg / "corporatiebezit.xlsx")
    for naam in boek.sheet_names:
        koppen, *rijen = boek.get_sheet_by_name(naam).to_python()
        assert {rij[koppen.index("waarde")] for rij in rijen} == {"geen meting"}


def test_a_measured_country_without_weak_areas_says_how_many_were_measured(tmp_path: Path) -> None:
    sterk = [(*rij[:7], rij[7] and 3, rij[8]) for rij in LAND[:4]]
    Bezitsrapport(
        in_tabelvorm(rapport(_indicatoren(sterk), CAT), "rapport"), EDITIE, {}, CAT
    ).schrijf(tmp_path)
    tekst = re.sub(r"\[([^\]]+)\]\(#[^)]+\)", r"\1", (tmp_path / "corporatiebezit.md").read_text())
    assert (
        "Geen enkele gemeente met een meting heeft buurten in klasse 4-6 (4 van 4 buurten gemeten)."
        in tekst
    )


def test_names_come_from_the_layers() -> None:
    laag = pd.DataFrame({"gemeentecode": ["GM1", "GM1", "GM2"], "gemeentenaam": ["A", "A", None]})
    assert gemeentenamen([laag]) == {"GM1": "A"}
