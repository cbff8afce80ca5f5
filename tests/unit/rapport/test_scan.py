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
from veerkracht_dagster.rapport.scan import schrijf_scans
from veerkracht_dagster.rapport.scankaart import KLEUREN

CAT = catalogus()


@pytest.fixture(scope="module")
def laag() -> gpd.GeoDataFrame:
    vlakken = [shapely.box(n, 0, n + 1, 1) for n in range(2)]
    return gpd.GeoDataFrame(
        {"regiocode": [A, B, C], "regionaam": ["elders", "gebruikt", None]},
        geometry=[*vlakken, None],
        crs="EPSG:28992",
    )


@pytest.fixture(scope="module")
def map_(laag: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    doel = tmp_path_factory.mktemp("scan")
    namen = {"Oud": "<i>Oud</i>", "Nieuw": "Nieuw|Zuid", "Wijk 00 Stad": "Stad & Dal"}
    tabel = _scan(naam="Linde & <b>Zn").replace({"regionaam": namen})
    schrijf_scans(doel, tabel, laag, EDITIE, CAT)
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


def test_wijken_and_buurten_have_their_names_and_a_code_where_there_is_none(map_: Path) -> None:
    overzicht = (map_ / "index.html").read_text(encoding="utf-8")
    assert re.findall(rf'<a href="({W}|{X})\.html">(.*?)</a>', overzicht) == [
        (W, f"Stad &amp; Dal ({W})"), (X, X),
    ]  # fmt: skip
    wijk = (map_ / f"{W}.html").read_text(encoding="utf-8")
    assert f"<title>Stad &amp; Dal ({W})</title>" in wijk
    assert re.findall(r'<tr>\s*<th scope="row">(.*?)</th>', wijk.partition('id="buurten"')[2]) == [
        "&lt;i&gt;Oud&lt;/i&gt;", "Nieuw|Zuid",
    ]  # fmt: skip
    zonder = (map_ / f"{X}.html").read_text(encoding="utf-8").partition('id="buurten"')[2]
    assert f'<th scope="row">{C}</th>' in zonder
    boek = CalamineWorkbook.from_path(map_ / "scan.xlsx")
    kop, *rijen = boek.get_sheet_by_name("wijk").to_python()
    namen = {(rij[kop.index("regiocode")], rij[kop.index("regionaam")]) for rij in rijen}
    assert namen == {(W, "Stad & Dal"), (X, "")}


def test_a_colour_is_said_in_words_too(map_: Path) -> None:
    wijk = (map_ / f"{W}.html").read_text(encoding="utf-8")
    for kleur in ("groen", "oranje"):
        assert re.search(rf'<td class="{kleur}">[^<]*{kleur}</td>', wijk)


def test_the_caveat_and_the_target_year_are_on_the_overview(map_: Path) -> None:
    html = (map_ / "index.html").read_text(encoding="utf-8")
    assert CAT.bijsluiter in html
    assert "streefjaar 2040" in html
    assert (
        "In geen enkele gemeten wijk heeft de corporatie veel bezit (1 van 2 wijken gemeten)."
        in html
    )


def test_all_domains_stand_there_with_their_role_also_without_measures(
    laag: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    opdracht = {"zonder": ["laag_opgeleid", "lvb"], "rollen": {"Onderwijs": "aanjagend"}}
    schrijf_scans(tmp_path, _scan(**opdracht), laag, EDITIE, CAT)
    overzicht = (tmp_path / "de-linde" / "index.html").read_text(encoding="utf-8")
    cel = r'<(?:td|th scope="row")[^>]*>(.*?)</t[dh]>'
    rijen = [re.findall(cel, rij) for rij in overzicht.split("<tr>")]
    per_domein = {rij[0]: rij[1:] for rij in rijen if len(rij) == 4}
    assert list(per_domein) == [*CAT.domeinen]
    assert per_domein["Onderwijs"] == [
        "aanjagend", "geen", "Laag opgeleid",
    ]  # fmt: skip
    assert per_domein["Gezondheid/hulpverlening"] == [
        "aanjagend", "Psychiatrische problemen",
        "Licht verstandelijke beperking",
    ]  # fmt: skip
    assert per_domein["Voorzieningen"] == ["aanjagend", "Leefbaarometer voorzieningen", ""]
    # what the domains of wijk W come to: left out, no figure, figures without a colour
    domeinen = next(rij for rij in rijen if rij and W in rij[0])[-8:]
    assert dict(zip(CAT.domeinen, domeinen, strict=True))["Onderwijs"] == "weggelaten"
    assert dict(zip(CAT.domeinen, domeinen, strict=True))["Voorzieningen"] == "geen cijfer"
    wijk = (tmp_path / "de-linde" / f"{W}.html").read_text(encoding="utf-8")
    assert re.search(
        r'<th scope="row">Onderwijs</th>\s*<td>aanjagend</td>.*?<td>weggelaten</td>',
        wijk,
        re.DOTALL,
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
    vlakken = [e for e in _svg(map_) if e.tag.endswith("path") and e.get("fill") != "none"]
    assert len(vlakken) == 2
    # A: fys is red, and Leefomgeving is its own to answer; B: its own score of dwellings is red
    assert [v.get("fill") for v in vlakken] == [KLEUREN["rood"]] * 2
    assert vlakken[0][0].text == f"<i>Oud</i> (Stad & Dal ({W})): rood"


def test_the_map_says_what_its_colours_and_numbers_stand_for(map_: Path) -> None:
    svg = _svg(map_)
    regels = [e.text for e in svg if e.tag.endswith("text") and e.get("text-anchor") != "middle"]
    assert regels == [
        "Slechtste kleur van de eigen domeinen (verantwoordelijk)",
        "groen: 0 buurten", "oranje: 0 buurten", "rood: 2 buurten", "geen kleur: 0 buurten",
        "2 van 2 buurten hebben een kleur", "1 buurten zonder grenzen staan er niet op",
        "Wijken", f"1 Stad & Dal ({W})", f"2 {X}",
    ]  # fmt: skip
    vakken = [e.get("fill") for e in svg if e.tag.endswith("rect")]
    assert vakken == list(KLEUREN.values())
    # wijk X has no boundaries, so it has no number and no border on the map
    assert [e.text for e in svg if e.get("text-anchor") == "middle"] == ["1"]
    assert len([e for e in svg if e.get("fill") == "none"]) == 1


def test_where_nothing_is_measured_the_map_has_no_number_of_a_colour(
    laag: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    schrijf_scans(tmp_path, _scan().assign(kleur="geen"), laag, EDITIE, CAT)
    teksten = [e.text for e in _svg(tmp_path / "de-linde") if e.tag.endswith("text")]
    assert {"groen", "oranje", "rood", "0 van 2 buurten hebben een kleur"} <= set(teksten)


def test_where_no_stock_is_known_no_wijk_is_said_to_have_little(
    laag: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    schrijf_scans(tmp_path, _scan().assign(veel_bezit="onbekend"), laag, EDITIE, CAT)
    html = (tmp_path / "de-linde" / "index.html").read_text(encoding="utf-8")
    assert "veel bezit heeft: geen meting, 0 van 2 wijken gemeten." in html


def _svg(map_: Path) -> list[ET.Element]:
    return list(ET.fromstring((map_ / "kaart.svg").read_text(encoding="utf-8")).iter())


def test_without_boundaries_the_map_says_so(laag: gpd.GeoDataFrame, tmp_path: Path) -> None:
    schrijf_scans(tmp_path, _scan(), laag.set_geometry([None] * 3), EDITIE, CAT)
    assert "Geen grenzen" in (tmp_path / "de-linde" / "kaart.svg").read_text(encoding="utf-8")


def test_the_spreadsheet_has_both_levels(map_: Path) -> None:
    boek = CalamineWorkbook.from_path(map_ / "scan.xlsx")
    assert boek.sheet_names == ["wijk", "buurt"]
    assert len(boek.get_sheet_by_name("buurt").to_python()) == 1 + 3 * 15
