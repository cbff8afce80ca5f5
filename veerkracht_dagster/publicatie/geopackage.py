"""One GeoPackage per edition: a layer per map layer, with its style inside the file.

Here: writing and reading back. Not here: the styles themselves (`stijl.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyogrio

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.publicatie.inhoud import CRS, VLAK
from veerkracht_dagster.publicatie.stijl import Stijl

GEOMETRIEKOLOM = "geom"
_VERSIE = "1.2"  # later ones make QGIS of Debian 12 and Ubuntu 22.04 warn
_GDAL = {
    # A build that is interrupted is thrown away whole: no need to wait for the disk at every step.
    "OGR_SQLITE_SYNCHRONOUS": "OFF",
    "OGR_SQLITE_CACHE": "256",
}
_STIJLTABEL = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""


def schrijf_geopackage(
    pad: Path,
    lagen: Mapping[str, pa.Table] | Mapping[str, gpd.GeoDataFrame],
    cat: Catalogus,
    moment: str,
    stijlen: Mapping[str, Stijl],
) -> None:
    """Write the layers, in the given order, into a new file.

    Args:
        lagen: release layers by key (`bestanden.uitgavelaag`, or read back from their GeoParquet),
            geometry possibly empty.
        moment: the time the file bears inside ('2020-12-31T00:00:00.000Z'); fixed, so that the same
            contents give the same bytes.
        stijlen: the layers' styles by key.
    """
    with _gdal_instellingen({**_GDAL, "OGR_CURRENT_DATE": moment}):
        for naam, laag in lagen.items():
            pyogrio.write_arrow(
                laag if isinstance(laag, pa.Table) else _naar_arrow(laag),
                pad,
                driver="GPKG",
                layer=naam,
                append=pad.exists(),
                geometry_name=VLAK,
                geometry_type="MultiPolygon",
                crs=f"EPSG:{CRS}",
                dataset_options=None if pad.exists() else {"VERSION": _VERSIE},
                layer_options={
                    "GEOMETRY_NAME": GEOMETRIEKOLOM,
                    "IDENTIFIER": naam,
                    "DESCRIPTION": f"{cat.kaartlagen[naam].titel}. {cat.bijsluiter}",
                },
            )
    with closing(sqlite3.connect(pad)) as bestand, bestand:
        _schrijf_stijlen(bestand, stijlen, cat, moment)


def _naar_arrow(laag: gpd.GeoDataFrame) -> pa.Table:
    cijfers = pa.Table.from_pandas(laag.drop(columns=VLAK), preserve_index=False)
    return cijfers.append_column(VLAK, pa.array(laag.geometry.to_wkb(), pa.large_binary()))


@contextmanager
def _gdal_instellingen(instellingen: dict[str, str]) -> Iterator[None]:
    eerder = {naam: pyogrio.get_gdal_config_option(naam) for naam in instellingen}
    pyogrio.set_gdal_config_options(instellingen)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(eerder)


def _schrijf_stijlen(
    bestand: sqlite3.Connection, stijlen: Mapping[str, Stijl], cat: Catalogus, moment: str
) -> None:
    """The table QGIS looks for, registered as the standard asks of a table without geometry."""
    bestand.execute(_STIJLTABEL)
    bestand.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'Stijl per kaartlaag', ?)",
        (moment,),
    )
    bestand.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
        "update_time) VALUES ('', '', ?, ?, ?, ?, ?, 1, ?, '', ?)",
        [
            (naam, GEOMETRIEKOLOM, naam[:30], s.qml, s.sld, cat.kaartlagen[naam].titel, moment)
            for naam, s in stijlen.items()
        ],
    )


def lees_laag(pad: Path, naam: str) -> pa.Table:
    """A layer as any GIS program reads it, its geometry as WKB under the name of the table."""
    _, tabel = pyogrio.read_arrow(pad, layer=naam)
    namen = {GEOMETRIEKOLOM: VLAK}
    return tabel.rename_columns([namen.get(kolom, kolom) for kolom in tabel.column_names])


def lagen_in(pad: Path) -> set[str]:
    """The layers with geometry in the file."""
    return {str(naam) for naam, soort in pyogrio.list_layers(pad) if soort is not None}


def standaardstijlen(pad: Path) -> dict[str, str]:
    """The default QML per layer."""
    with closing(sqlite3.connect(pad)) as bestand:
        rijen = bestand.execute(
            "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"
        )
        return dict(rijen.fetchall())
