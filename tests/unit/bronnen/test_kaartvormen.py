"""Maps as publishers, services and programs give them: forms in one zip, years in columns, pages of
an answer, heights, holes, names in capitals, companions of SQLite."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from tests.unit.bronnen.hulp import lees_map, schrijf
from tests.unit.bronnen.test_buurtgrenzen import KAART, VIERKANT, VLINDER, _gpkg, _nieuw
from veerkracht_dagster.bronnen.dialecten.geometrie import naar_rd
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.invoer import Bestand

CODES = ["BU00140000", "BU00140001", "BU00140002"]


def drie(**anders: Any) -> gpd.GeoDataFrame:
    """Three buurten of land, a square kilometre each, beside each other."""
    vlakken = [box(233_000 + 2_000 * i, 581_000, 234_000 + 2_000 * i, 582_000) for i in range(3)]
    return _nieuw(**{"buurtcode": CODES, "water": ["NEE"] * 3, "geometry": vlakken} | anders)


def schrijf_geojson(map_: Path, frame: gpd.GeoDataFrame, naam: str = "", **bij: Any) -> Path:
    inhoud = json.loads(frame.to_crs(4326).to_json()) | bij
    inhoud.pop("crs", None)
    return schrijf(map_, naam or f"{KAART}.geojson", inhoud)


def schrijf_zip(map_: Path, **vormen: gpd.GeoDataFrame) -> Path:
    """A zip with each form in a folder of its own, suffixes in capitals."""
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w") as zip_:
        for vorm, frame in vormen.items():
            los = map_ / "los" / vorm
            los.mkdir(parents=True)
            if vorm == "shp":  # names of ten letters
                kort = ("IND_WBI", "GM_CODE", "GM_NAAM")
                lang = ("indelingswijziging_wijken_en_buurten", "gemeentecode", "gemeentenaam")
                frame = frame.rename(columns=dict(zip(lang, kort, strict=True)))
            if vorm == "gdb":
                frame.to_file(los / "kaart.gdb", driver="OpenFileGDB", layer="buurten")
            else:
                frame.to_file(los / f"buurten.{vorm}", layer="buurten")
            for pad in sorted(p for p in los.rglob("*") if p.is_file()):
                naam = pad.relative_to(los)
                if vorm != "gdb":
                    naam = naam.with_suffix(naam.suffix.upper())
                zip_.write(pad, f"WijkBuurtkaart/{vorm}/{naam}")
    return schrijf(map_ / "bronnen", f"{KAART}.zip", inhoud.getvalue())


# --- forms in one zip -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("vormen", "gelezen", "niet"),
    [
        (["gpkg", "shp"], "GeoPackage gelezen (WijkBuurtkaart/gpkg/buurten.GPKG)", "shapefile"),
        (["gpkg", "shp", "gdb"], "GeoPackage gelezen", "shapefile en file geodatabase"),
        (["shp", "gdb"], "shapefile gelezen (WijkBuurtkaart/shp/buurten.SHP)", "file geodatabase"),
        (["gpkg", "gdb"], "GeoPackage gelezen", "file geodatabase"),
    ],
)
@pytest.mark.filterwarnings("ignore:Column names longer than 10")
def test_van_meer_vormen_wordt_er_een_gelezen(tmp_path, vormen, gelezen, niet):
    """CBS 2020-2023: every area is in the zip two or three times."""
    kort = drie()[["buurtcode", "buurtnaam", "water", "geometry"]]
    schrijf_zip(tmp_path, **{vorm: kort.assign(buurtnaam=vorm) for vorm in vormen})
    frame, verslag = lees_map(tmp_path / "bronnen", "cbs_buurtgrenzen", 2020)
    assert list(frame["regiocode"]) == CODES
    assert set(frame["regionaam"]) == {vormen[0]}
    (opmerking,) = verslag.opmerkingen
    assert gelezen in opmerking
    assert opmerking.endswith(f", {niet} niet")


@pytest.mark.parametrize("vorm", ["gpkg", "shp", "gdb"])
def test_een_enkele_vorm_wordt_niet_verteld(tmp_path, vorm):
    schrijf_zip(tmp_path, **{vorm: drie()[["buurtcode", "water", "geometry"]]})
    frame, verslag = lees_map(tmp_path / "bronnen", "cbs_buurtgrenzen", 2020)
    assert (list(frame["regiocode"]), verslag.opmerkingen) == (CODES, ())


@pytest.mark.parametrize("naam", ["map.gpkg", "map.SHP"])
def test_wat_anders_heet_dan_het_is(tmp_path, naam):
    """A description by which GDAL would open another file, elsewhere."""
    vrt = b"\n <OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>"
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w") as zip_:
        zip_.writestr(naam, vrt)
    schrijf(tmp_path, f"{KAART}.zip", inhoud.getvalue())
    with pytest.raises(BronFout, match=r"een bestand dat begint met .*vertrouw dit bestand niet"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


# --- the year -------------------------------------------------------------------------------------
JAARKOLOMMEN = {
    "jaarstatcode": ["2021" + code for code in CODES],
    "JRSTATCODE": ["2021" + code for code in CODES],
    "jaarStatCode": ["2021" + code for code in CODES],
    "JAARSTATCO": ["2021" + code for code in CODES],  # as a shapefile cuts it off
    "statcode": ["2021" + code for code in CODES],
    "jaar": [2021, 2021, 2021],
    "peiljaar": [2021.0, 2021.0, np.nan],
    "year": ["2021", None, "2021"],
}


@pytest.mark.parametrize("kolom", JAARKOLOMMEN)
@pytest.mark.parametrize("vorm", ["gpkg", "geojson"])
def test_een_kolom_zegt_het_jaar(tmp_path, kolom, vorm):
    kaart = drie(**{kolom: JAARKOLOMMEN[kolom]})
    for jaar in (2018, 2021):
        pad = f"cbs_wijkbuurtkaart/{jaar}/kaart.{vorm}"
        if vorm == "gpkg":
            _gpkg(tmp_path, {"buurten": kaart}, pad)
        else:
            schrijf_geojson(tmp_path, kaart, pad)
    assert len(lees_map(tmp_path, "cbs_buurtgrenzen", 2021)[0]) == 3
    melding = f"kolom '{kolom}', rij 0: gevonden: een kaart van 2021 .*verwacht: een kaart van 2018"
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2018)


@pytest.mark.parametrize(
    "kolommen",
    [
        {"statcode": CODES},  # codes without a year
        {"aantal_inwoners_0_tot_15_jaar": [2021, 5, 10]},  # residents
        {"statnaam": ["2021 huizen", "Zuid", "West"]},
    ],
)
def test_wat_geen_jaar_is_zegt_er_geen(tmp_path, kolommen):
    _gpkg(tmp_path, {"buurten": drie(**kolommen)})
    assert len(lees_map(tmp_path, "cbs_buurtgrenzen", 2020)[0]) == 3


def test_een_rij_van_een_ander_jaar(tmp_path):
    codes = ["2020BU00140000", "2020BU00140001", "2019BU00140002"]
    _gpkg(tmp_path, {"buurten": drie(jaarstatcode=codes)})
    with pytest.raises(BronFout, match="'jaarstatcode', rij 2: gevonden: een kaart van 2019"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


# --- pages of an answer ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("bij", "melding"),
    [
        ({"numberMatched": 4, "numberReturned": 3}, "3 gebieden; verwacht: 4 gebieden"),
        ({"totalFeatures": 4}, "3 gebieden; verwacht: 4 gebieden"),
        ({"numberMatched": 2}, "3 gebieden; verwacht: 2 gebieden"),
        ({"links": [{"rel": "self"}, {"rel": "next", "href": "x"}]}, "volgende pagina"),
        ({"next": "https://voorbeeld.nl/items?offset=3"}, "volgende pagina"),
        ({"exceededTransferLimit": True}, "volgende pagina"),
        ({"properties": {"exceededTransferLimit": True}}, "volgende pagina"),
    ],
)
def test_een_halve_kaart_wordt_geweigerd(tmp_path, bij, melding):
    schrijf_geojson(tmp_path, drie(), **bij)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


@pytest.mark.parametrize(
    "bij",
    [
        {"numberMatched": 3, "numberReturned": 3, "links": [{"rel": "self"}]},
        {"numberMatched": 3, "links": [{"rel": "next", "href": "x"}]},  # and the next is empty
        {"numberMatched": "unknown", "totalFeatures": "unknown"},
        {"exceededTransferLimit": False, "next": None},
    ],
)
def test_een_hele_kaart(tmp_path, bij):
    schrijf_geojson(tmp_path, drie(), **bij)
    assert len(lees_map(tmp_path, "cbs_buurtgrenzen", 2020)[0]) == 3


def test_paginas_die_samen_heel_zijn(tmp_path):
    for begin in (0, 2):
        deel = drie().iloc[begin : begin + 2]
        schrijf_geojson(tmp_path, deel, f"{KAART}-{begin}.geojson", numberMatched=3, next="x")
    assert len(lees_map(tmp_path, "cbs_buurtgrenzen", 2020)[0]) == 3
    (tmp_path / f"{KAART}-2.geojson").unlink()
    with pytest.raises(BronFout, match="2 gebieden; verwacht: 3 gebieden"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


# --- height and measure ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    "maak", [shapely.force_3d, lambda vlak: MultiPolygon([shapely.force_3d(vlak, 1.5)])]
)
def test_hoogte_gaat_eraf_en_wordt_verteld(tmp_path, maak):
    _gpkg(tmp_path, {"buurten": drie(geometry=[maak(VIERKANT), VIERKANT, VLINDER])})
    frame, verslag = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert set(shapely.get_coordinate_dimension(frame.geometry)) == {2}
    assert frame.geometry.area.tolist() == pytest.approx([1e6, 1e6, 5e5])
    assert "buurten: van 1 vlakken de hoogte of maat (Z, M) weggelaten" in verslag.opmerkingen


@pytest.mark.parametrize("soort", ["Z", "M", "ZM"])
def test_hoogte_en_maat_van_elke_soort(soort):
    """Also where no height stands; geopandas does not write these, others do."""
    punten = VIERKANT.wkt.removeprefix("POLYGON ((").removesuffix("))").split(", ")
    bij = {"Z": " NaN", "M": " 7", "ZM": " 3 7"}[soort]
    vlak = shapely.from_wkt(f"POLYGON {soort} (({', '.join(punt + bij for punt in punten)}))")
    assert shapely.get_coordinate_dimension(vlak) > 2
    plat = naar_rd(Bestand("kaart", Path()), np.array([vlak, None]), "EPSG:28992")
    assert plat.geometrie[0].wkb == VIERKANT.wkb
    assert plat.opmerkingen[0] == "van 1 vlakken de hoogte of maat (Z, M) weggelaten"


def test_hoogte_in_geojson(tmp_path):
    schrijf_geojson(tmp_path, drie(geometry=[shapely.force_3d(VIERKANT, 3)] * 3))
    frame, verslag = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert not shapely.has_z(frame.geometry).any()
    assert verslag.opmerkingen == (
        "kaart.geojson: van 3 vlakken de hoogte of maat (Z, M) weggelaten",
    )


# --- ground ---------------------------------------------------------------------------------------
def _gat(*hoeken: float) -> list[tuple[float, float]]:
    return list(box(*hoeken).exterior.coords)


WEST, ZUID = VIERKANT.bounds[:2]
SCHIL = list(VIERKANT.exterior.coords)
GROND = {  # square metres, by hand
    "strik": (VLINDER, 500_000),
    "gat buiten de schil": (
        Polygon(SCHIL, [_gat(WEST + 1_500, ZUID, WEST + 1_600, ZUID + 100)]),
        1_000_000,
    ),
    "gat over de rand": (  # 50 m of its 100 m lies inside
        Polygon(SCHIL, [_gat(WEST + 950, ZUID + 100, WEST + 1_050, ZUID + 200)]),
        1_000_000 - 50 * 100,
    ),
    "gat in een gat": (
        Polygon(SCHIL, [_gat(WEST + 100, ZUID + 100, WEST + 500, ZUID + 500),
                        _gat(WEST + 200, ZUID + 200, WEST + 300, ZUID + 300)]),
        1_000_000 - 400 * 400,
    ),
    "delen over elkaar": (
        MultiPolygon([VIERKANT, box(WEST + 500, ZUID, WEST + 1_500, ZUID + 1_000)]),
        1_500_000,
    ),
    "deel in een gat van een ander": (
        MultiPolygon([Polygon(SCHIL, [_gat(WEST + 200, ZUID + 200, WEST + 800, ZUID + 800)]),
                      box(WEST + 200, ZUID + 200, WEST + 800, ZUID + 800)]),
        1_000_000,
    ),
    "uitloper zonder breedte": (
        Polygon([*SCHIL[:2], (SCHIL[1][0], SCHIL[1][1] + 300), *SCHIL[1:]]),
        1_000_000,
    ),
}  # fmt: skip


@pytest.mark.parametrize("geval", GROND)
def test_een_gat_wordt_nooit_land(tmp_path, geval):
    vlak, moet = GROND[geval]
    assert not vlak.is_valid
    _gpkg(tmp_path, {"buurten": drie(geometry=[vlak, VIERKANT, VIERKANT])})
    frame, verslag = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert frame.geometry.iloc[0].area == pytest.approx(moet)
    assert frame.geometry.is_valid.all()
    assert set(frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert verslag.opmerkingen == ("buurten: 1 vlakken met een ongeldige ring hersteld",)


def test_een_gat_om_de_schil_heen_laat_niets_over(tmp_path):
    vlak = Polygon(SCHIL, [_gat(WEST - 100, ZUID - 100, WEST + 1_100, ZUID + 1_100)])
    _gpkg(tmp_path, {"buurten": drie(geometry=[vlak, VIERKANT, VIERKANT])})
    with pytest.raises(BronFout, match="rij 0, code BU00140000: gevonden: geen vlak"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


# --- names and marks ------------------------------------------------------------------------------
def test_namen_met_hoofdletters(tmp_path):
    """As PDOK's WFS writes them."""
    kaart = drie().rename(columns={
        "buurtcode": "buurtCode", "buurtnaam": "buurtNaam", "wijkcode": "wijkCode",
        "gemeentenaam": "gemeenteNaam",
        "indelingswijziging_wijken_en_buurten": "indelingswijzigingWijkenEnBuurten",
    })  # fmt: skip
    schrijf_geojson(tmp_path, kaart)
    frame, _ = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert list(frame["indelingswijziging"]) == ["1", "1", "3"]
    assert list(frame["gemeentenaam"]) == ["Groningen"] * 3


@pytest.mark.parametrize("merk", [-99999999, "-99999999", -99999999.0, -99997])
def test_een_merkgetal_is_geen_kenmerk(tmp_path, merk):
    wijziging = {"indelingswijziging_wijken_en_buurten": [merk] * 3}
    _gpkg(tmp_path, {"buurten": drie(**wijziging)})
    frame, _ = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert frame["indelingswijziging"].isna().all()


def test_json_fg_zegt_zijn_stelsel(tmp_path):
    stelsel = "http://www.opengis.net/def/crs/EPSG/0/28992"
    inhoud = json.loads(drie().to_json()) | {"coordRefSys": stelsel}
    del inhoud["crs"]
    schrijf(tmp_path, f"{KAART}.geojson", inhoud)
    frame, _ = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert frame.geometry.area.tolist() == pytest.approx([1e6] * 3)
    schrijf(tmp_path, f"{KAART}.geojson", inhoud | {"coordRefSys": "urn:onbekend"})
    with pytest.raises(BronFout, match="het onbekende coordinatenstelsel 'urn:onbekend'"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


# --- companions of SQLite -------------------------------------------------------------------------
def _open_in_een_programma(pad: Path, modus: str) -> dict[str, bytes]:
    """What lies in the folder while a program has a map open and has saved a change."""
    with closing(sqlite3.connect(pad)) as db:
        assert db.execute(f"pragma journal_mode={modus}").fetchone() == (modus,)
        # Rows only: the triggers of a GeoPackage need functions that SQLite does not have.
        db.execute("update gpkg_contents set description = 'Verbeterd'")
        if modus == "wal":
            db.commit()
        else:
            db.execute("pragma cache_spill = 1")
            db.execute("pragma cache_size = 1")
            db.execute("create table vol as with recursive t(x) as (select 1 union all select x + 1"
                       " from t limit 20000) select x from t")  # fmt: skip
        return {p.name: p.read_bytes() for p in pad.parent.iterdir() if not p.name.endswith("shm")}


@pytest.mark.parametrize(
    ("modus", "melding"),
    [
        ("wal", "kaart.gpkg: gevonden: ernaast kaart.gpkg-wal, met rijen die wel bewaard zijn"),
        ("delete", "kaart.gpkg: gevonden: ernaast kaart.gpkg-journal: iemand was erin aan het"),
    ],
)
def test_rijen_naast_de_kaart(tmp_path, modus, melding):
    pad = _gpkg(tmp_path / "open", {"buurten": drie()})
    for naam, inhoud in _open_in_een_programma(pad, modus).items():
        schrijf(tmp_path / "bronnen", f"cbs_wijkbuurtkaart/2020/{naam}", inhoud)
    voor = {p: p.read_bytes() for p in (tmp_path / "bronnen").rglob("*") if p.is_file()}
    assert len(voor) == 2
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path / "bronnen", "cbs_buurtgrenzen", 2020)
    assert {p: p.read_bytes() for p in (tmp_path / "bronnen").rglob("*") if p.is_file()} == voor


@pytest.mark.parametrize(
    ("naam", "inhoud"),
    [("-wal", b""), ("-shm", b"\0" * 32_768), ("-journal", b""), ("-journal", b"\0" * 512)],
)
def test_wat_afgehandeld_is_mag_ernaast_liggen(tmp_path, naam, inhoud):
    """Also for a map that was written with a log ahead: reading makes no files and changes none."""
    pad = _gpkg(tmp_path, {"buurten": drie()})
    with closing(sqlite3.connect(pad)) as db:
        db.execute("pragma journal_mode=wal")
    schrijf(tmp_path, f"{KAART}.gpkg{naam}", inhoud)
    voor = {p.name: p.read_bytes() for p in pad.parent.iterdir()}
    assert len(lees_map(tmp_path, "cbs_buurtgrenzen", 2020)[0]) == 3
    assert {p.name: p.read_bytes() for p in pad.parent.iterdir()} == voor


def test_een_metgezel_in_een_zip(tmp_path):
    pad = _gpkg(tmp_path / "open", {"buurten": drie()})
    stukken = _open_in_een_programma(pad, "wal")
    shutil.rmtree(tmp_path / "open")
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w") as zip_:
        for naam, stuk in stukken.items():
            zip_.writestr(naam, stuk)
    schrijf(tmp_path, f"{KAART}.zip", inhoud.getvalue())
    with pytest.raises(BronFout, match=r"ernaast kaart\.gpkg-wal"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
