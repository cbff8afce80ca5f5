"""A layer tells which of its areas have figures and no ground."""

from __future__ import annotations

import geopandas as gpd
import shapely

from assets_defs.kaartlagen import _zonder_vlak


def test_areas_without_ground_are_counted_and_named() -> None:
    vlak = shapely.box(0, 0, 1, 1)
    codes = ["BU00010000", "BU00010001", "BU00010002"]
    heel = gpd.GeoDataFrame({"regiocode": codes}, geometry=[vlak] * 3, crs=28992)
    assert _zonder_vlak(heel) == {}
    deels = heel.set_geometry(gpd.GeoSeries([vlak, None, None], crs=28992))
    assert _zonder_vlak(deels) == {
        "gebieden zonder vlak": 2,
        "zonder vlak": "BU00010001, BU00010002",
    }
