"""Residents per square of 100 m (vk100), as CBS publishes them, for the year without addresses.

Here: every smallest piece of ground as the square around its middle; counts rounded to 5, fewer
than 5 secret, nobody left out. Not here: who lives where (`bevolking`).
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from veerkracht_dagster.voorbeeldland.kaart import GEHEIM, schrijf_gpkg
from veerkracht_dagster.voorbeeldland.land import CRS, Land

JAAR = 2014
ZIJDE, EENHEID = 100, 5


def schrijf_vierkanten(land: Land, map: Path) -> Path:
    """Write the squares of `JAAR` and return their path."""
    inwoners = land.per_atoom("inwoners", JAAR)
    bewoond = inwoners > 0
    inwoners = inwoners[bewoond]
    oost, noord = (
        np.floor(midden[bewoond] / ZIJDE).astype(np.int64)
        for midden in (land.raster.x, land.raster.y)
    )
    afgerond = (np.floor(inwoners / EENHEID + 0.5) * EENHEID).astype(np.int64)
    x, y = oost * ZIJDE, noord * ZIJDE
    vierkanten = gpd.GeoDataFrame(
        {
            "crs28992res100m": [f"E{e:04d}N{n:04d}" for e, n in zip(oost, noord, strict=True)],
            "aantal_inwoners": np.where(inwoners < EENHEID, GEHEIM, afgerond),
        },
        geometry=shapely.multipolygons(
            shapely.box(x, y, x + ZIJDE, y + ZIJDE), indices=np.arange(len(x))
        ),
        crs=CRS,
    )
    pad = map / "cbs_vierkanten" / str(JAAR) / f"cbs_vk100_{JAAR}.gpkg"
    return schrijf_gpkg(pad, {f"vierkanten_100m_{JAAR}": vierkanten})
