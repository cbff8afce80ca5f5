"""The release files: names, columns, styles and bytes as others will read them."""

from __future__ import annotations

import csv
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest

from tests.unit.publicatie.voorbeelduitgave import (
    AANTAL,
    CAT,
    inhoud_van,
    maak_laag,
    maak_uitgave,
)
from veerkracht_dagster.publicatie import stijl
from veerkracht_dagster.publicatie.bestanden import (
    geopackage_naam,
    lees_csv,
    schrijf_bestanden,
    schrijf_csv,
    uitgavelaag,
)

_VERPLICHT = [
    "buurtcode",
    "buurtnaam",
    "wijkcode",
    "gemeentecode",
    "gemeentenaam",
    "waarde",
    "klasse",
    "label",
    "kleur",
    "status",
]


def _schrijf(doel: Path, sleutel: str = "2014-2020", *, met_grenzen: bool = True) -> list[Path]:
    doel.mkdir()
    u = maak_uitgave(sleutel, met_grenzen=met_grenzen)
    gemaakt = datetime(2026, 11, 29, tzinfo=UTC)
    return schrijf_bestanden(doel, u, inhoud_van(u), CAT, "0123", gemaakt)


@pytest.fixture(scope="module")
def uitgave(tmp_path_factory: pytest.TempPathFactory) -> Path:
    doel = tmp_path_factory.mktemp("uitgave") / "a"
    _schrijf(doel)
    return doel


RAPPORT = (
    "corporatiebezit.md", "corporatiebezit.html", "corporatiebezit.xlsx", "klassen.svg",
    "spreiding_K.svg", "spreiding_V.svg", "kaart.png",
)  # fmt: skip


def test_all_files_are_there(uitgave: Path) -> None:
    namen = {pad.relative_to(uitgave).as_posix() for pad in uitgave.rglob("*") if pad.is_file()}
    lagen = list(CAT.kaartlagen)
    assert namen == {
        "veerkracht_2014-2020.gpkg",
        "catalogus.json",
        *(f"{laag}.parquet" for laag in lagen),
        *(f"stijlen/{laag}.{soort}" for laag in lagen for soort in ("qml", "sld")),
        *(f"rapport/{naam}" for naam in RAPPORT),
        *(f"tabellen/{naam}.parquet" for naam in (*CAT.indicatoren, *CAT.overzichten)),
        "tabellen/buurt_omzetting.parquet",
        *(f"buurttabel_{jaar}.{soort}" for jaar in (2014, 2020) for soort in ("parquet", "csv")),
    }


@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_layer_in_the_geopackage(uitgave: Path, naam: str) -> None:
    laag = gpd.read_file(uitgave / "veerkracht_2014-2020.gpkg", layer=naam)
    assert list(laag.columns[:10]) == _VERPLICHT
    assert laag.crs.to_epsg() == 28992
    assert laag["buurtcode"].is_monotonic_increasing
    assert set(laag.geom_type) == {"MultiPolygon"}
    bron = maak_laag(naam).set_index("regiocode")
    for rij in laag.itertuples():
        assert rij.geometry.equals(bron.geometry[rij.buurtcode]), rij.buurtcode
    assert set(CAT.kaartlagen[naam].extra) <= set(laag.columns)


def test_the_parquet_layer_has_the_same_columns_and_coordinates(uitgave: Path) -> None:
    kaart = gpd.read_file(uitgave / "veerkracht_2014-2020.gpkg", layer="focus")
    laag = gpd.read_parquet(uitgave / "focus.parquet")
    assert list(laag.columns) == list(kaart.columns)
    assert laag.crs.to_epsg() == 28992
    pd.testing.assert_series_equal(laag["klasse"], kaart["klasse"], check_dtype=False)


def test_a_layer_of_wijken_has_one_wijkcode() -> None:
    inhoud = inhoud_van(maak_uitgave("2014-2020-wijken"))
    laag = uitgavelaag(inhoud.lagen["focus"], "wijk")
    assert laag.column_names[:4] == ["wijkcode", "wijknaam", "gemeentecode", "gemeentenaam"]
    assert laag.column_names.count("wijkcode") == 1
    assert {len(code) for code in laag["wijkcode"].to_pylist()} == {8}


def test_an_empty_text_is_absent_and_an_area_unmeasured_has_no_colour(uitgave: Path) -> None:
    laag = gpd.read_file(uitgave / "veerkracht_2014-2020.gpkg", layer="focus")
    gemeten = laag["klasse"] != -9
    assert laag["toelichting"].isna().equals(gemeten)
    assert laag["kleur"].notna().equals(gemeten)
    assert laag["waarde"].notna().equals(gemeten)


def test_the_geopackage_is_registered_as_the_standard_asks(uitgave: Path) -> None:
    bestand = sqlite3.connect(uitgave / "veerkracht_2014-2020.gpkg")
    vraag = bestand.execute
    soorten = dict(vraag("SELECT table_name, data_type FROM gpkg_contents").fetchall())
    assert soorten == {**dict.fromkeys(CAT.kaartlagen, "features"), "layer_styles": "attributes"}
    index = {rij[0] for rij in vraag("SELECT table_name FROM gpkg_extensions WHERE "
                                     "extension_name = 'gpkg_rtree_index'")}  # fmt: skip
    assert index == set(CAT.kaartlagen)
    assert vraag("PRAGMA application_id").fetchone() == (0x47504B47,)  # 'GPKG'
    assert vraag("PRAGMA integrity_check").fetchone() == ("ok",)
    assert vraag("PRAGMA foreign_key_check").fetchall() == []
    geometrie = vraag("SELECT DISTINCT geometry_type_name, srs_id FROM gpkg_geometry_columns")
    assert geometrie.fetchall() == [("MULTIPOLYGON", 28992)]
    assert vraag(f"SELECT count(*) FROM rtree_focus_geom").fetchone() == (AANTAL,)  # noqa: F541
    bestand.close()


@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_qgis_finds_one_default_style_per_layer_with_the_exact_colours(
    uitgave: Path, naam: str
) -> None:
    bestand = sqlite3.connect(uitgave / "veerkracht_2014-2020.gpkg")
    # The question QGIS asks of a file when it opens a layer.
    gevonden = bestand.execute(
        "SELECT styleQML FROM layer_styles WHERE f_table_schema = '' AND f_table_name = ? "
        "AND f_geometry_column = 'geom' AND useAsDefault = 1",
        (naam,),
    ).fetchall()
    bestand.close()
    assert len(gevonden) == 1
    kleuren, vulling = {}, {}
    for filter_, opties in _qml_regels(gevonden[0][0]).items():
        if filter_.startswith('"klasse" = '):
            code = int(filter_.rpartition(" ")[2])
            kleuren[code], vulling[code] = _hex(opties["color"]), opties["style"]
    verwacht = {code: klasse.kleur for code, klasse in CAT.kaartlagen[naam].klassen.items()}
    assert {code: kleur for code, kleur in kleuren.items() if code != -9} == verwacht
    assert vulling == {**dict.fromkeys(verwacht, "solid"), -9: "no"}


def _qml_regels(qml: str) -> dict[str, dict[str, str]]:
    """Filter of every rule, with all options of its symbol, as QGIS reads them."""
    wortel = ET.fromstring(qml.removeprefix("<!DOCTYPE qgis>"))
    assert wortel.find("renderer-v2").get("type") == "RuleRenderer"
    symbolen = {s.get("name"): s for s in wortel.iterfind("renderer-v2/symbols/symbol")}
    return {
        regel.get("filter"): {
            **{o.get("name"): o.get("value") for o in symbolen[regel.get("symbol")].iter("Option")},
            "lagen": " ".join(
                laag.get("class") for laag in symbolen[regel.get("symbol")].iter("layer")
            ),
        }
        for regel in wortel.iter("rule")
    }


def _hex(rgba: str) -> str:
    return "#" + "".join(f"{int(deel):02x}" for deel in rgba.split(",")[:3])


@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_gis_programs_hatch_what_is_not_stable_below_the_threshold_of_the_edition(
    naam: str,
) -> None:
    editie = CAT.edities["2014-2020"]
    regels = editie.parameters.model_copy(update={"stabiliteit_grens": 0.65})
    uit = stijl.stijlen_van(CAT, editie.model_copy(update={"parameters": regels}))[naam]
    gearceerd = {f: o["lagen"] for f, o in _qml_regels(uit.qml).items() if "stabiliteit" in f}
    onder = "o:Filter/o:PropertyIsLessThan"
    sld = [regel for regel in _sld_regels(uit.sld) if regel.find(onder, RUIMTE) is not None]
    if naam not in ("signaal_absoluut", "signaal_relatief"):
        assert not gearceerd
        assert not sld
        return
    assert gearceerd == {'"stabiliteit" < 0.65': "LinePatternFill SimpleLine"}
    assert [deel.text for deel in sld[0].find(onder, RUIMTE)] == ["stabiliteit", "0.65"]
    assert len(sld) == 1
    assert sld[0].find(".//s:GraphicFill", RUIMTE) is not None
    assert (
        sld[0].findtext("s:Title", namespaces=RUIMTE) == "gearceerd: weinig stabiel (<\u00a00,65)"
    )


RUIMTE = {"s": "http://www.opengis.net/sld", "o": "http://www.opengis.net/ogc"}


def _sld_regels(sld: str) -> list[ET.Element]:
    return ET.fromstring(sld.encode()).findall(".//s:Rule", RUIMTE)


@pytest.mark.parametrize("niveau", ["buurt", "wijk"])
@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_qgis_shows_names_and_a_tip_of_columns_that_the_layer_has(naam: str, niveau) -> None:
    wortel = ET.fromstring(stijl.stijl_van(naam, CAT, 0.8, niveau).qml.split("\n", 1)[1])
    assert {"Labeling", "MapTips"} <= set(wortel.get("styleCategories", "").split("|"))
    naamveld = wortel.find("labeling/settings/text-style").get("fieldName")
    tip = wortel.findtext("mapTip")
    laag = uitgavelaag(inhoud_van(maak_uitgave(), CAT).lagen[naam], "buurt").column_names
    laag = [kolom.replace("buurt", niveau) for kolom in laag]
    voorbeeld = wortel.findtext("previewExpression")
    gebruikt = {naamveld, *re.findall(r'"(\w+)"', f"{tip} {voorbeeld}")}
    assert gebruikt <= set(laag)
    assert {f"{niveau}naam", f"{niveau}code", "label", "waarde", "toelichting"} <= gebruikt
    assert CAT.kaartlagen[naam].titel in tip
    assert tip.count("[%") == tip.count("%]")


def test_sld_has_a_rule_per_class_and_none_fills_what_is_not_measured() -> None:
    uit = stijl.stijl_van("corporatiebezit", CAT, 0.8, "buurt").sld
    regels = {
        regel.findtext(".//o:Literal", namespaces=RUIMTE): regel.findtext(
            ".//s:Fill/s:CssParameter", namespaces=RUIMTE
        )
        for regel in _sld_regels(uit)
    }
    assert regels == {"1": "#f2f0f7", "2": "#cbc9e2", "3": "#9e9ac8", "4": "#6a51a3", "-9": None}


def test_the_same_contents_give_the_same_bytes(uitgave: Path, tmp_path: Path) -> None:
    for pad in _schrijf(tmp_path / "b"):
        eerder = uitgave / pad.relative_to(tmp_path / "b")
        assert pad.read_bytes() == eerder.read_bytes(), pad.name


def test_without_boundaries_there_are_rows_without_geometry(tmp_path: Path) -> None:
    _schrijf(tmp_path / "b", met_grenzen=False)
    kaart = gpd.read_file(tmp_path / "b" / geopackage_naam("2014-2020"), layer="focus")
    assert len(kaart) == AANTAL
    assert kaart.geometry.isna().all()
    leeg = gpd.read_parquet(tmp_path / "b" / "focus.parquet")
    assert leeg.geometry.isna().all()
    assert leeg.crs.to_epsg() == 28992


@pytest.mark.parametrize(
    ("tekst", "in_bestand"),
    [
        ("=1+1", "'=1+1"),
        ("+31", "'+31"),
        ("-5", "'-5"),
        ("@naam", "'@naam"),
        ("\t=1", "'\t=1"),
        ("n.v.t.", "n.v.t."),
        ('een "woord", en een komma', 'een "woord", en een komma'),
        ("1-2", "1-2"),
    ],
)
def test_csv_text_is_never_a_formula(tmp_path: Path, tekst: str, in_bestand: str) -> None:
    tabel = pa.table({"naam": pa.array([tekst], pa.large_string()), "getal": [-5.5]})
    schrijf_csv(tmp_path / "x.csv", tabel)
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as bestand:
        assert list(csv.reader(bestand)) == [["naam", "getal"], [in_bestand, "-5.5"]]


def test_csv_keeps_numbers_to_the_last_bit_and_empty_is_empty(tmp_path: Path) -> None:
    getallen = [0.1 + 0.2, 1 / 3, 1e-17, None, 0.0]
    teksten = pa.array(["a", None, "", "b", "c"], pa.large_string())
    tabel = pa.table({"x": getallen, "t": teksten})
    schrijf_csv(tmp_path / "x.csv", tabel)
    assert lees_csv(tmp_path / "x.csv", tabel.schema).equals(tabel)
    regels = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [float(r.split(",")[0]) if r.split(",")[0] else None for r in regels] == getallen
    assert [r.split(",")[1] for r in regels] == ['"a"', "", '""', '"b"', '"c"']
