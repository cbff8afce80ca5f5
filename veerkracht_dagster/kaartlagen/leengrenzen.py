"""Ground to draw areas on whose own is unknown: that of another year, where code and name agree.

Here: choosing that ground, and saying what is drawn on what. For pictures only: a figure never
moves along it, since code and name say little of ground (`buurttabel/wegen.py`).
Not here: drawing (`afbeelding.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import geopandas as gpd
import numpy as np
from upath import UPath

from veerkracht_dagster.opslag.tabellen import lees_tabel

_VELDEN = ["niveau", "regiocode", "regionaam", "geometry"]


class Tekengrond(NamedTuple):
    """Shapes in the order of a layer's areas, and in words which are of another year."""

    vlakken: gpd.GeoSeries
    uitleg: str


def tekengrond(laag: gpd.GeoDataFrame, tabellen: str, niveau: str, basisjaar: int) -> Tekengrond:
    """What to draw the areas of a layer on.

    Args:
        laag: its table, with regiocode, regionaam and geometry.
        tabellen: where the tables between stages are; those of `gebieden` of other years are read
            as far as they are needed, the nearest first.
    """
    vlakken = laag.geometry.copy()
    geleend: dict[int, int] = {}
    for jaar, pad in _andere_jaren(UPath(tabellen) / "gebieden", basisjaar):
        open_ = vlakken.isna().to_numpy()
        if not open_.any():
            break
        gebieden = lees_tabel(pad, _VELDEN)
        gebieden = gebieden.loc[gebieden["niveau"].eq(niveau) & gebieden["geometry"].notna()]
        per_code = gebieden.set_index("regiocode")
        codes = laag["regiocode"]
        zelfde = codes.map(per_code["regionaam"]).eq(laag["regionaam"]) & open_
        if zelfde.any():
            vlakken[zelfde] = codes[zelfde].map(per_code["geometry"])
            geleend[jaar] = int(zelfde.sum())
    return Tekengrond(vlakken, _uitleg(basisjaar, geleend, int(vlakken.isna().sum()), len(laag)))


def _andere_jaren(map_: UPath, basisjaar: int) -> Iterable[tuple[int, UPath]]:
    if not map_.exists():
        return []
    paden = {int(pad.stem): pad for pad in map_.iterdir() if pad.suffix == ".parquet"}
    paden.pop(basisjaar, None)
    return sorted(paden.items(), key=lambda paar: (abs(paar[0] - basisjaar), paar[0]))


def _uitleg(basisjaar: int, geleend: dict[int, int], zonder: int, alle: int) -> str:
    """Nothing where every area is drawn on its own ground, or none can be drawn."""
    if not geleend:
        return ""
    delen = [f"die van {jaar} ({aantal} gebieden)" for jaar, aantal in geleend.items()]
    rest = f"; {zonder} van {alle} zijn niet te tekenen" if zonder else ""
    return (
        f"Grenzen van {basisjaar} ontbreken: getekend op {' en '.join(delen)} waar code en naam "
        f"gelijk zijn{rest}"
    )


def getekend(laag: gpd.GeoDataFrame, grond: Tekengrond) -> gpd.GeoDataFrame:
    """A layer's table on that ground."""
    return laag.set_geometry(gpd.GeoSeries(np.asarray(grond.vlakken), laag.index, crs=laag.crs))
