"""Layers of a GeoPackage, or of a zip with a GeoPackage, shapefiles or a file geodatabase.

Here: which of the forms in a zip is read, listing layers and reading their columns and polygons
through GDAL; a zip is never unpacked to disk.
Not here: which layer holds what (`wijkbuurtkaart.py`, `vk100.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely

from veerkracht_dagster.bronnen.fouten import BronFout, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand, open_bestand, weiger_geen_gegevens
from veerkracht_dagster.bronnen.leesproces import lees_apart
from veerkracht_dagster.bronnen.metgezellen import rijen_ernaast
from veerkracht_dagster.bronnen.zips import is_zip, leden_van, veilige_leden, weiger_beschadigd

# How SQLite's header says whether there is a log ahead (sqlite.org/fileformat.html, 1.3.3).
_LOGPLEK, _MET_LOG, _ZONDER_LOG = slice(18, 20), b"\2\2", b"\1\1"
_GDB = "file geodatabase"
# Form -> how its files end, and how they begin; the form that is read first.
_VORMEN = {
    "GeoPackage": (".gpkg", b"SQLite format 3\0"),
    "shapefile": (".shp", b"\x00\x00\x27\x0a"),
    _GDB: (".gdbtable", b""),  # its version; a folder is never taken for another form
}
_OPNIEUW = "haal het bestand opnieuw op bij de uitgever"
Waarden = dict[str, Any]


@dataclass(frozen=True)
class Kaartbestandslaag:
    """A layer: name, columns, CRS, how to read some of its columns, with the polygons or alone."""

    naam: str
    kolommen: list[str]
    crs: str | None
    lees: Callable[[Sequence[str]], tuple[Waarden, np.ndarray]]
    lees_velden: Callable[[Sequence[str]], Waarden]


@dataclass(frozen=True)
class Kaart:
    """The layers of one map, and what was chosen where a zip holds it more than once."""

    lagen: list[Kaartbestandslaag]
    opmerkingen: tuple[str, ...] = ()


def kaart_van(bestand: Bestand) -> Kaart:
    """The layers of a GeoPackage or zip.

    Raises:
        BronFout: empty, HTML, damaged, a zip that is unsafe or too large, or nothing GDAL reads.
    """
    with bestand.pad.open("rb") as stroom:
        begin = stroom.read(300)
    weiger_geen_gegevens(bestand, begin)
    opmerkingen: tuple[str, ...] = ()
    if is_zip(bestand):
        kaarten, opmerkingen = _kaarten_in_zip(bestand)
        paden: list[str | bytes] = [f"/vsizip/{{{bestand.pad}}}/{lid}" for lid in kaarten]
    else:
        _weiger_beschadigd(bestand)
        paden = [_zonder_metgezellen(bestand)]
    return Kaart([laag for pad in paden for laag in _lagen(bestand, pad)], opmerkingen)


def _zonder_metgezellen(bestand: Bestand) -> str | bytes:
    """Where GDAL reads a GeoPackage: in place, or its content.

    One that was written with a log ahead (`-wal`) would be opened with files beside it, and those
    be thrown away after: it is read from memory, as if without a log.
    """
    with bestand.pad.open("rb") as stroom:
        begin = bytearray(stroom.read(_LOGPLEK.stop))
        if begin[_LOGPLEK] != _MET_LOG:
            return str(bestand.pad)
        begin[_LOGPLEK] = _ZONDER_LOG
        return bytes(begin) + stroom.read()


def _lagen(bestand: Bestand, pad: str | bytes) -> list[Kaartbestandslaag]:
    try:
        lagen = lees_apart(lagen_in, pad, bestand=bestand)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as fout:
        raise _onleesbaar(bestand, fout) from fout
    return [_laag(bestand, pad, *laag) for laag in lagen]


def lagen_in(pad: str | bytes) -> list[tuple[str, list[str], str | None]]:
    """Name, columns and CRS of every layer that GDAL sees."""
    uit = []
    for naam, _ in pyogrio.list_layers(pad):
        info = pyogrio.read_info(pad, layer=naam)
        uit.append((str(naam), [str(veld) for veld in info["fields"]], info["crs"]))
    return uit


def velden_in(
    pad: str | bytes, naam: str, kolommen: Sequence[str], vlakken: bool
) -> tuple[list[np.ndarray], np.ndarray | None]:
    """Columns of a layer, in the file's order, and its polygons as WKB, of which each is sound."""
    _, _, wkb, velden = pyogrio.raw.read(
        pad, layer=naam, columns=list(kolommen), read_geometry=vlakken
    )
    shapely.from_wkb(wkb if vlakken else [])
    return velden, wkb


def _laag(
    bestand: Bestand, pad: str | bytes, naam: str, namen: list[str], crs: str | None
) -> Kaartbestandslaag:
    def lees(kolommen: Sequence[str], *, vlakken: bool = True) -> tuple[Waarden, np.ndarray]:
        try:
            velden, wkb = lees_apart(velden_in, pad, naam, list(kolommen), vlakken, bestand=bestand)
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.FeatureError,
            pyogrio.errors.GeometryError,
            shapely.errors.GEOSException,
        ) as fout:
            raise _onleesbaar(bestand, fout) from fout
        # GDAL gives fields in the file's order, whatever the order asked.
        in_volgorde = [kolom for kolom in namen if kolom in kolommen]
        geometrie = shapely.from_wkb(wkb if vlakken else [])
        return dict(zip(in_volgorde, velden, strict=True)), geometrie

    return Kaartbestandslaag(naam, namen, crs, lees, lambda k: lees(k, vlakken=False)[0])


def _kaarten_in_zip(bestand: Bestand) -> tuple[list[str], tuple[str, ...]]:
    """Paths in a zip of the maps in its first form, and a remark where it has more forms.

    CBS puts the same areas in a zip up to three times (first_contact.md, A3).
    """
    leden = leden_van(bestand, "*.gpkg", "*.shp", "*.gdbtable")
    weiger_beschadigd(bestand)  # GDAL reads on where a member is damaged
    for log in veilige_leden(bestand):
        if log.filename.lower().endswith(".gpkg-wal") and log.file_size:
            raise rijen_ernaast(bestand.naam, PurePosixPath(log.filename).name)
    per_vorm: dict[str, list[str]] = {}
    for vorm, (einde, begin) in _VORMEN.items():
        for lid in (lid for lid in leden if lid.kort.lower().endswith(einde)):
            _weiger_andere_vorm(lid, vorm, begin)
            pad = str(PurePosixPath(str(lid.lid)).parent) if vorm == _GDB else str(lid.lid)
            if pad not in per_vorm.setdefault(vorm, []):
                per_vorm[vorm].append(pad)
    (vorm, kaarten), *rest = per_vorm.items()
    if not rest:
        return kaarten, ()
    ook = " en ".join(ander for ander, _ in rest)
    return kaarten, (
        f"{bestand.kort}: van de vormen in de zip is {vorm} gelezen ({', '.join(kaarten)}), {ook} "
        "niet",
    )


def _weiger_andere_vorm(lid: Bestand, vorm: str, begin: bytes) -> None:
    """By its first bytes: GDAL takes a file for what it holds, whatever it is called."""
    with open_bestand(lid) as stroom:
        gevonden = stroom.read(len(begin))
    if gevonden != begin:
        raise bronfout(
            lid.waar,
            gevonden=f"een bestand dat begint met {gevonden!r}",
            verwacht=f"een {vorm}",
            remedie="vertrouw dit bestand niet; " + _OPNIEUW,
        )


def _weiger_beschadigd(bestand: Bestand) -> None:
    """A GeoPackage is an SQLite file: GDAL may read half of a damaged one without a word.

    A view is computed while it is read, and need not end: a publisher's map has tables only.
    """
    try:
        oordeel, views_erin = lees_apart(keur_sqlite, bestand.pad, bestand=bestand)
    except sqlite3.DatabaseError as fout:
        raise _onleesbaar(bestand, fout) from fout
    if oordeel != "ok":
        raise _onleesbaar(bestand, oordeel)
    if views_erin:
        raise bronfout(
            bestand.naam,
            gevonden=f"een GeoPackage met een view: {', '.join(views_erin)}",
            verwacht="alleen tabellen",
            remedie="neem de kaart zoals de uitgever haar gaf; is het een eigen kaart, bewaar de "
            "lagen dan in een nieuwe GeoPackage",
        )


def keur_sqlite(pad: Path) -> tuple[str, list[str]]:
    """What SQLite finds wrong with a file of its own ("ok": nothing), and the views in it."""
    with closing(sqlite3.connect(f"file:{pad}?mode=ro&immutable=1", uri=True)) as db:
        oordeel = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        views = db.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
        return oordeel, [naam for (naam,) in views]


def _onleesbaar(bestand: Bestand, fout: object) -> BronFout:
    return bronfout(
        bestand.naam,
        gevonden=f"een afgekapt of beschadigd bestand ({str(fout)[:200]})",
        verwacht="een volledige GeoPackage of zip met shapefile",
        remedie=_OPNIEUW,
    )
