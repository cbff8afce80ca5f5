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
    assert "4 000 bewoners wonen in buurten met weinig veerkracht" in zonder_links
    assert "K daalt in 60,0 % van de buurten; in 50,0 % daarvan" in zonder_links
    rij = next(r for r in markdown.splitlines() if r.startswith("| 5 % tot 1/3"))
    assert rij.split(" | ")[3:5] == ["–", "–"]  # no area: a dash, not 0
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


def test_without_measurements_there_is_still_a_page(tmp_path: Path) -> None:
    leeg = [("BU00010001", *[float("nan")] * 8)]
    Bezitsrapport(
        in_tabelvorm(rapport(_indicatoren(leeg), CAT), "rapport"), EDITIE, {}, CAT
    ).schrijf(tmp_path)
    markdown = (tmp_path / "corporatiebezit.md").read_text(encoding="utf-8")
    assert "Geen enkele gemeente" in markdown
    assert "is niet gemeten" in markdown


def test_names_come_from_the_layers() -> None:
    laag = pd.DataFrame({"gemeentecode": ["GM1", "GM1", "GM2"], "gemeentenaam": ["A", "A", None]})
    assert gemeentenamen([laag]) == {"GM1": "A"}
