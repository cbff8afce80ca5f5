"""The pages of a scan: a folder per corporation, a page per wijk, a map, a spreadsheet."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest
import shapely
from python_calamine import CalamineWorkbook

from tests.unit.indicatoren.test_scan import EDITIE, A, B, C, W, X, _scan
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.rapport.scan import KLEUREN, schrijf_scans

CAT = catalogus()


@pytest.fixture(scope="module")
def laag() -> gpd.GeoDataFrame:
    vlakken = [shapely.box(n, 0, n + 1, 1) for n in range(2)]
    return gpd.GeoDataFrame(
        {"regiocode": [A, B, C], "regionaam": ["<i>Oud</i>", "Nieuw|Zuid", None]},
        geometry=[*vlakken, None],
        crs="EPSG:28992",
    )


@pytest.fixture(scope="module")
def map_(laag: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    doel = tmp_path_factory.mktemp("scan")
    schrijf_scans(doel, _scan(naam="Linde & <b>Zn"), laag, EDITIE, CAT)
    return doel / "de-linde"


def test_all_files_are_there(map_: Path) -> None:
    assert {pad.name for pad in map_.iterdir()} == {
        "index.html", "kaart.svg", "scan.xlsx", f"{W}.html", f"{X}.html",
    }  # fmt: skip


def test_links_lead_to_pages(map_: Path) -> None:
    for pad in map_.glob("*.html"):
        for doel in re.findall(r'(?:href|src)="([^"#]+)"', pad.read_text(encoding="utf-8")):
            assert (map_ / doel).is_file(), (pad.name, doel)


def test_names_mean_only_themselves(map_: Path) -> None:
    html = (map_ / "index.html").read_text(encoding="utf-8")
    assert "<h1 id=" in html
    assert "Linde &amp; &lt;b&gt;Zn</h1>" in html
    wijk = (map_ / f"{W}.html").read_text(encoding="utf-8")
    assert "&lt;i&gt;Oud&lt;/i&gt;" in wijk
    assert "<i>" not in wijk


def test_a_colour_is_said_in_words_too(map_: Path) -> None:
    wijk = (map_ / f"{W}.html").read_text(encoding="utf-8")
    for kleur in ("groen", "oranje"):
        assert re.search(rf'<td class="{kleur}">[^<]*{kleur}</td>', wijk)


def test_the_caveat_and_the_target_year_are_on_the_overview(map_: Path) -> None:
    html = (map_ / "index.html").read_text(encoding="utf-8")
    assert CAT.bijsluiter in html
    assert "streefjaar 2040" in html
    assert "In geen enkele wijk heeft de corporatie veel bezit." in html


def test_all_domains_stand_there_with_their_role_also_without_measures(
    laag: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    opdracht = {"zonder": ["laag_opgeleid", "lvb"], "rollen": {"Onderwijs": "aanjagend"}}
    schrijf_scans(tmp_path, _scan(**opdracht), laag, EDITIE, CAT)
    overzicht = (tmp_path / "de-linde" / "index.html").read_text(encoding="utf-8")
    rijen = [re.findall(r"<td[^>]*>(.*?)</td>", rij) for rij in overzicht.split("<tr>")]
    per_domein = {rij[0]: rij[1:] for rij in rijen if len(rij) == 4}
    assert list(per_domein) == [*CAT.domeinen]
    assert per_domein["Onderwijs"] == [
        "aanjagend", "geen", "weggelaten in het bestand van de corporatie: Laag opgeleid",
    ]  # fmt: skip
    assert per_domein["Gezondheid/hulpverlening"] == [
        "aanjagend", "Psychiatrische problemen",
        "weggelaten in het bestand van de corporatie: Licht verstandelijke beperking",
    ]  # fmt: skip
    assert per_domein["Voorzieningen"] == ["aanjagend", "Leefbaarometer voorzieningen", ""]
    # what the domains of wijk W come to: left out, no figure, figures without a colour
    domeinen = next(rij for rij in rijen if rij and W in rij[0])[-8:]
    assert dict(zip(CAT.domeinen, domeinen, strict=True))["Onderwijs"] == "weggelaten"
    assert dict(zip(CAT.domeinen, domeinen, strict=True))["Voorzieningen"] == "geen cijfer"
    wijk = (tmp_path / "de-linde" / f"{W}.html").read_text(encoding="utf-8")
    assert re.search(
        r"<td>Onderwijs</td>\s*<td>aanjagend</td>.*?<td>weggelaten</td>", wijk, re.DOTALL
    )
    buurten = wijk.partition('id="buurten"')[2]
    assert "Psychiatrische problemen" in buurten
    assert "Laag opgeleid" not in buurten
    blad = CalamineWorkbook.from_path(tmp_path / "de-linde" / "scan.xlsx").get_sheet_by_name("wijk")
    kop, *waarden = blad.to_python()
    van_onderwijs = [dict(zip(kop, rij, strict=True)) for rij in waarden if "Onderwijs" in rij]
    assert {(r["rol"], r["status"], r["waarde"]) for r in van_onderwijs} == {
        ("aanjagend", "weggelaten", "")
    }


def test_the_map_has_the_areas_that_have_ground(map_: Path) -> None:
    vlakken = [
        e
        for e in ET.fromstring((map_ / "kaart.svg").read_text(encoding="utf-8")).iter()
        if e.tag.endswith("path")
    ]
    assert len(vlakken) == 2
    # A: fys is red, and Leefomgeving is its own to answer
    assert vlakken[0].get("fill") == KLEUREN["rood"]
    assert vlakken[0][0].text == "<i>Oud</i>: rood"


def test_without_boundaries_the_map_says_so(laag: gpd.GeoDataFrame, tmp_path: Path) -> None:
    schrijf_scans(tmp_path, _scan(), laag.set_geometry([None] * 3), EDITIE, CAT)
    assert "Geen grenzen" in (tmp_path / "de-linde" / "kaart.svg").read_text(encoding="utf-8")


def test_the_spreadsheet_has_both_levels(map_: Path) -> None:
    boek = CalamineWorkbook.from_path(map_ / "scan.xlsx")
    assert boek.sheet_names == ["wijk", "buurt"]
    assert len(boek.get_sheet_by_name("buurt").to_python()) == 1 + 3 * 15
