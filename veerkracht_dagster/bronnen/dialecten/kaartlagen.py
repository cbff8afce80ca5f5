"""Layers of a GeoPackage or of a zip with shapefiles or a GeoPackage, opened safely.

Here: listing layers and reading their columns and polygons through GDAL; a zip is never unpacked
to disk. Not here: which layer holds what (`wijkbuurtkaart.py`, `vk100.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely

from veerkracht_dagster.bronnen.fouten import BronFout, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand, weiger_geen_gegevens
from veerkracht_dagster.bronnen.zips import is_zip, leden_van, weiger_beschadigd

_OPNIEUW = "haal het bestand opnieuw op bij de uitgever"
Waarden = dict[str, Any]


@dataclass(frozen=True)
class Laag:
    """A layer: name, columns, CRS, how to read some of its columns, with the polygons or alone."""

    naam: str
    kolommen: list[str]
    crs: str | None
    lees: Callable[[Sequence[str]], tuple[Waarden, np.ndarray]]
    lees_velden: Callable[[Sequence[str]], Waarden]


def lagen_van(bestand: Bestand) -> list[Laag]:
    """The layers of a GeoPackage or zip.

    Raises:
        BronFout: empty, HTML, damaged, a zip that is unsafe or too large, or nothing GDAL reads.
    """
    with bestand.pad.open("rb") as stroom:
        begin = stroom.read(300)
    weiger_geen_gegevens(bestand, begin)
    if is_zip(bestand):
        paden = [f"/vsizip/{{{bestand.pad}}}/{lid}" for lid in _kaarten_in_zip(bestand)]
    else:
        _weiger_beschadigd(bestand)
        paden = [str(bestand.pad)]
    return [laag for pad in paden for laag in _lagen(bestand, pad)]


def _lagen(bestand: Bestand, pad: str) -> list[Laag]:
    try:
        namen = [str(naam) for naam, _ in pyogrio.list_layers(pad)]
        return [_laag(bestand, pad, naam) for naam in namen]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as fout:
        raise _onleesbaar(bestand, fout) from fout


def _laag(bestand: Bestand, pad: str, naam: str) -> Laag:
    info = pyogrio.read_info(pad, layer=naam)

    def lees(kolommen: Sequence[str], *, vlakken: bool = True) -> tuple[Waarden, np.ndarray]:
        try:
            _, _, wkb, velden = pyogrio.raw.read(
                pad, layer=naam, columns=list(kolommen), read_geometry=vlakken
            )
            geometrie = shapely.from_wkb(wkb if vlakken else [])
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.FeatureError,
            pyogrio.errors.GeometryError,
            shapely.errors.GEOSException,
        ) as fout:
            raise _onleesbaar(bestand, fout) from fout
        # GDAL gives fields in the file's order, whatever the order asked.
        in_volgorde = [kolom for kolom in info["fields"] if kolom in kolommen]
        return dict(zip(in_volgorde, velden, strict=True)), geometrie

    namen = [str(veld) for veld in info["fields"]]
    return Laag(naam, namen, info["crs"], lees, lambda k: lees(k, vlakken=False)[0])


def _kaarten_in_zip(bestand: Bestand) -> list[str]:
    """Names of the shapefiles or GeoPackages in a zip, after looking at all its members."""
    leden = leden_van(bestand, "*.shp", "*.gpkg")
    weiger_beschadigd(bestand)  # GDAL reads on where a member is damaged
    return [str(lid.lid) for lid in leden]


def _weiger_beschadigd(bestand: Bestand) -> None:
    """A GeoPackage is an SQLite file: GDAL may read half of a damaged one without a word."""
    try:
        with closing(sqlite3.connect(f"file:{bestand.pad}?mode=ro&immutable=1", uri=True)) as db:
            oordeel = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as fout:
        raise _onleesbaar(bestand, fout) from fout
    if oordeel != "ok":
        raise _onleesbaar(bestand, oordeel)


def _onleesbaar(bestand: Bestand, fout: object) -> BronFout:
    return bronfout(
        bestand.naam,
        gevonden=f"een afgekapt of beschadigd bestand ({str(fout)[:200]})",
        verwacht="een volledige GeoPackage of zip met shapefile",
        remedie=_OPNIEUW,
    )
