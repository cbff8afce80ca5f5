"""Maps as PDOK and CBS serve them now: feeds of two levels, fixed files, zips of several formats.

Here: which map of which year lies at which address, in which form, each with its witness; and the
making of those files from the country. A version that CBS took away is not here: it answers 404.
Not here: the polygons and figures (`voorbeeldland/kaart.py`), serving a file (`bestanden.py`).
"""

from __future__ import annotations

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from veerkracht_dagster.voorbeeldland.kaart import CIJFERS, LAGEN, kaartlaag, schrijf_gpkg
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.uitgever.feeds import datasetfeed, dienstfeed
from veerkracht_dagster.voorbeeldland.uitgever.zippen import in_zip

# first_contact.md A1b and A4: programs of 2026 name 2021 to 2025, and no other year.
JAREN_PDOK = range(2021, 2026)
_PDOK = "service.pdok.nl/cbs/wijkenbuurten/{jaar}/atom"
# The first version of 2026, boundaries and names only: one client of 2026, named in bronnen.yml.
_PDOK_V0 = {
    2026: "service.pdok.nl/cbs/wijken-en-buurten-2026/atom/downloads/WijkBuurtkaart_2026_v0.gpkg"
}
_DOSSIER = "www.cbs.nl/-/media/cbs/dossiers/nederland-regionaal/wijk-en-buurtstatistieken"
_OUD, _NIEUW = ("buurt", "wijk", "gemeente"), ("buurten", "wijken", "gemeenten")
# first_contact.md, confirmed: in shapefiles of CBS a figure that is not there is this.
_GEEN_CIJFER_SHP = -99_999_999


@dataclass(frozen=True)
class Kaartzip:
    """A zip of CBS: where it lies, the folder in it, what a layer is called, and the formats.

    laag: the name of a shapefile, with {wat} for one of `namen`.
    """

    adres: str
    map: str
    laag: str
    namen: tuple[str, ...] = _OUD
    formaten: tuple[str, ...] = ("shp",)


# Addresses: sources.md 4 and first_contact.md A5; that 2025 is at v2 by now follows from sources.md
# 10 (v1 in the year itself, v2 in the next). One, two or three formats: A3. Folders and names of
# members: public programs that read these zips (cbsshape, Amsterdam/signals, and others).
KAARTZIPS = {
    2014: Kaartzip(
        "www.cbs.nl/-/media/_pdf/2016/35/shape-2014-versie-30.zip",
        "shape 2014 versie 30/uitvoer_shape",
        "{wat}_2014",
        ("buurt", "wijk", "gem"),
    ),
    2015: Kaartzip(
        "www.cbs.nl/-/media/_pdf/2017/36/buurt_2015.zip",
        "",
        "{wat}_2015",
        ("buurt", "wijk", "gem"),
    ),
    2016: Kaartzip(
        f"{_DOSSIER}/shape-2016-versie-30.zip",
        "Uitvoer_shape",
        "{wat}_2016",
        ("buurt", "wijk", "gem"),
    ),
    2017: Kaartzip(
        f"{_DOSSIER}/wijkbuurtkaart_2017_v3.zip", "WijkBuurtkaart_2017_v3", "{wat}_2017_V3"
    ),
    2018: Kaartzip(
        f"{_DOSSIER}/wijkbuurtkaart_2018_v3.zip", "WijkBuurtkaart_2018_v3", "{wat}_2018_V3"
    ),
    2019: Kaartzip(
        f"{_DOSSIER}/wijkbuurtkaart_2019_v3.zip",
        "WijkBuurtkaart_2019_v3",
        "{wat}_2019_V3",
        formaten=("shp", "gpkg"),
    ),
    2020: Kaartzip(
        f"{_DOSSIER}/wijkbuurtkaart_2020_v3.zip",
        "WijkBuurtkaart_2020_v3",
        "{wat}_2020_V3",
        formaten=("shp", "gdb", "gpkg"),
    ),
    2021: Kaartzip(
        "download.cbs.nl/regionale-kaarten/wijkbuurtkaart_2021_v3.zip",
        "WijkBuurtkaart_2021_v3",
        "{wat}_2021_V3",
        _NIEUW,
        ("shp", "gdb", "gpkg"),
    ),
    2022: Kaartzip(
        "download.cbs.nl/regionale-kaarten/wijkbuurtkaart_2022_v2.zip",
        "WijkBuurtkaart_2022_v2",
        "{wat}_2022_V2",
        _NIEUW,
        ("shp", "gdb", "gpkg"),
    ),
    2023: Kaartzip(
        "geodata.cbs.nl/files/Wijkenbuurtkaart/WijkBuurtkaart_2023_v2.zip",
        "WijkBuurtkaart_2023_v2",
        "{wat}_2023_V2",
        _NIEUW,
        ("shp", "gpkg"),
    ),
    2024: Kaartzip(
        "geodata.cbs.nl/files/Wijkenbuurtkaart/WijkBuurtkaart_2024_v2.zip",
        "WijkBuurtkaart_2024_v2",
        "{wat}_2024_v2",
        _NIEUW,
        ("gpkg",),
    ),
    2025: Kaartzip(
        "geodata.cbs.nl/files/Wijkenbuurtkaart/WijkBuurtkaart_2025_v2.zip",
        "WijkBuurtkaart_2025_v2",
        "{wat}_2025_v2",
        _NIEUW,
        ("gpkg",),
    ),
}


def kaartbestanden(land: Land, jaar: int, tabel: pd.DataFrame) -> Iterator[tuple[str, bytes]]:
    """What is served of the map of a year: ('host/path', content).

    Args:
        tabel: the key figures of the year (`kwb_tabel`).
    """
    with tempfile.TemporaryDirectory() as los:
        lagen = {laag: kaartlaag(land, jaar, tabel, laag, oude_namen=False) for laag in LAGEN}
        if jaar in JAREN_PDOK:
            yield from _pdok(jaar, lagen, Path(los))
        if jaar in _PDOK_V0:
            kaal = {laag: rijen.drop(columns=_cijfers(rijen)) for laag, rijen in lagen.items()}
            yield _PDOK_V0[jaar], schrijf_gpkg(Path(los) / "v0.gpkg", kaal).read_bytes()
        if jaar in KAARTZIPS:
            zip_ = KAARTZIPS[jaar]
            oud = {laag: kaartlaag(land, jaar, tabel, laag, oude_namen=True) for laag in LAGEN}
            leden: dict[str, bytes] = {}
            for formaat in zip_.formaten:
                leden |= _SCHRIJVERS[formaat](zip_, lagen if formaat != "shp" else oud, Path(los))
            map_ = f"{zip_.map}/" if zip_.map else ""
            yield zip_.adres, in_zip({f"{map_}{naam}": inhoud for naam, inhoud in leden.items()})


def _pdok(jaar: int, lagen: dict[str, gpd.GeoDataFrame], los: Path) -> Iterator[tuple[str, bytes]]:
    """Two levels of feeds and the file (A1), whose rows say their year in `jaarstatcode` (A11)."""
    basis = _PDOK.format(jaar=jaar)
    eigen = {}
    for laag, rijen in lagen.items():
        code = str(jaar) + rijen[LAGEN[laag][1][0]]
        eigen[laag] = rijen.drop(columns="jaar").assign(jaarstatcode=code)
    inhoud = schrijf_gpkg(los / "pdok.gpkg", eigen).read_bytes()
    bestand = f"{basis}/downloads/wijkenbuurten_{jaar}.gpkg"
    moment = f"{jaar + 1}-09-01T00:00:00Z"
    titel = f"CBS Wijken en Buurten {jaar}"
    dataset = f"{basis}/wijkenbuurten_{jaar}.xml"
    yield f"{basis}/index.xml", dienstfeed(titel, basis, dataset, moment)
    yield dataset, datasetfeed(titel, basis, dataset, bestand, len(inhoud), moment)
    yield bestand, inhoud


def _cijfers(rijen: gpd.GeoDataFrame) -> list[str]:
    """The columns with figures: all but codes, names, land or water, and the year."""
    nieuw = {naam for _, naam in CIJFERS.values()}
    return [naam for naam in rijen if naam in nieuw | {"dekkingspercentage"}]


def _gpkg(zip_: Kaartzip, lagen: dict[str, gpd.GeoDataFrame], los: Path) -> dict[str, bytes]:
    naam = f"wijkenbuurten_{zip_.laag.partition('_')[2].lower()}.gpkg"
    return {naam: schrijf_gpkg(los / naam, lagen).read_bytes()}


def _shp(zip_: Kaartzip, lagen: dict[str, gpd.GeoDataFrame], los: Path) -> dict[str, bytes]:
    map_ = los / "shp"
    map_.mkdir()
    for wat, rijen in zip(zip_.namen, lagen.values(), strict=True):
        cijfers = rijen.select_dtypes("number").columns
        rijen = rijen.assign(
            **{k: rijen[k].where(rijen[k] > -90_000, _GEEN_CIJFER_SHP) for k in cijfers}
        )
        pyogrio.write_dataframe(
            rijen,
            map_ / f"{zip_.laag.format(wat=wat)}.shp",
            driver="ESRI Shapefile",
            DBF_DATE_LAST_UPDATE="2024-01-01",  # the same bytes on another day
        )
    return {pad.name: pad.read_bytes() for pad in sorted(map_.iterdir())}


def _gdb(zip_: Kaartzip, lagen: dict[str, gpd.GeoDataFrame], los: Path) -> dict[str, bytes]:
    """A file geodatabase: a folder of files."""
    naam = f"WijkBuurtkaart_{zip_.laag.partition('_')[2].lower()}.gdb"
    map_ = los / naam
    for laag, rijen in lagen.items():
        pyogrio.write_dataframe(
            rijen,
            map_,
            layer=laag,
            driver="OpenFileGDB",
            geometry_type="MultiPolygon",
            append=map_.exists(),
            TARGET_ARCGIS_VERSION="ARCGIS_PRO_3_2_OR_LATER",
        )
    vast = _vaste_kenmerken(map_)
    leden = {f"{naam}/{pad.name}": pad.read_bytes() for pad in sorted(map_.iterdir())}
    for lid, inhoud in leden.items():
        for toevallig, vervanging in vast.items():
            inhoud = inhoud.replace(toevallig, vervanging)
        leden[lid] = inhoud
    return leden


def _vaste_kenmerken(gdb: Path) -> dict[bytes, bytes]:
    """The random marks by which a geodatabase knows its items -> marks that are the same always."""
    gevonden: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL: fields of a kind that only these tables have
        for tabel in ("GDB_Items", "GDB_ItemRelationships"):
            rijen = pyogrio.read_dataframe(
                gdb, layer=tabel, columns=["UUID"], read_geometry=False, LIST_ALL_TABLES="YES"
            )
            gevonden += rijen["UUID"].tolist()
    return {
        uuid.UUID(een).bytes_le: uuid.uuid5(uuid.NAMESPACE_URL, f"{gdb.name}/{plaats}").bytes_le
        for plaats, een in enumerate(gevonden)
    }


_SCHRIJVERS = {"gpkg": _gpkg, "shp": _shp, "gdb": _gdb}
