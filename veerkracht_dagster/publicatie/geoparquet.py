"""What makes a Parquet file a GeoParquet file: the description of its geometry column.

Here: the metadata of version 1.1 of the standard. Not here: writing the file (`bestanden.py`).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pyarrow as pa
import shapely

from veerkracht_dagster.publicatie.inhoud import CRS, VLAK

_VERSIE = "1.1.0"


def geo_metadata(vlakken: pa.Array) -> dict[str, str]:
    """Schema metadata for a table with these WKB multipolygons as its geometry."""
    vormen = shapely.from_wkb(vlakken.to_numpy(zero_copy_only=False))
    kolom: dict[str, Any] = {"encoding": "WKB", "crs": _crs(), "geometry_types": []}
    if not shapely.is_missing(vormen).all():
        kolom["geometry_types"] = ["MultiPolygon"]
        kolom["bbox"] = shapely.total_bounds(vormen).tolist()
    geo = {"version": _VERSIE, "primary_column": VLAK, "columns": {VLAK: kolom}}
    return {"geo": json.dumps(geo)}


@cache
def _crs() -> dict[str, Any]:
    import pyproj

    return pyproj.CRS.from_epsg(CRS).to_json_dict()
