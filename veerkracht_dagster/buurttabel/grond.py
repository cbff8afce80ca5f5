"""How the land of two years lies on each other.

Here: the shared ground of areas of two years, in m². Not here: what follows from it
(`omzetting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


@dataclass(frozen=True)
class Overlap:
    """Pairs of areas that share ground: positions `van` and `naar`, `gedeeld` in m².

    van_m2, naar_m2: land of every area, NaN where its ground is unknown.
    """

    van: np.ndarray
    naar: np.ndarray
    gedeeld: np.ndarray
    van_m2: np.ndarray
    naar_m2: np.ndarray

    @property
    def overeenkomst(self) -> np.ndarray:
        """Per pair the shared part of their union (0-1)."""
        return self.gedeeld / (self.van_m2[self.van] + self.naar_m2[self.naar] - self.gedeeld)

    @property
    def gedekt(self) -> np.ndarray:
        """Per old area the share of its land that lies in any new one (0-1)."""
        som = np.bincount(self.van, self.gedeeld, minlength=len(self.van_m2))
        return som / np.where(self.van_m2 > 0, self.van_m2, np.inf)


def overlap(van: gpd.GeoDataFrame, naar: gpd.GeoDataFrame) -> Overlap:
    """Overlap of the land of two GeoDataFrames (regiocode, geometry) in the same projected CRS.

    Raises:
        ValueError: their coordinate systems differ.
    """
    if van.crs != naar.crs:
        raise ValueError(f"gebieden in {van.crs} en {naar.crs}: breng ze eerst in een stelsel")
    (van_vlak, van_m2), (naar_vlak, naar_m2) = _grond(van), _grond(naar)
    # Most areas do not change, and the same shape needs no overlay: that saves most of the time.
    # First those that kept their code, then those with another one.
    plaats = pd.Index(naar["regiocode"]).get_indexer(pd.Index(van["regiocode"]))
    i = np.flatnonzero((plaats >= 0) & (van_m2 > 0))
    i = i[_zelfde_vorm(van_vlak[i], naar_vlak[plaats[i]])]
    rest = np.setdiff1d(np.flatnonzero(van_m2 > 0), i)
    met_grond = np.flatnonzero(naar_m2 > 0)
    r, j = shapely.STRtree(naar_vlak[met_grond]).query(van_vlak[rest], predicate="intersects")
    r, j = rest[r], met_grond[j]
    gelijk = _zelfde_vorm(van_vlak[r], naar_vlak[j])
    nodig = ~np.isin(r, r[gelijk])
    i, plaats_i = np.append(i, r[gelijk]), np.append(plaats[i], j[gelijk])
    r, j = r[nodig], j[nodig]
    gedeeld = shapely.area(shapely.intersection(van_vlak[r], naar_vlak[j]))
    raak = gedeeld > 0
    return Overlap(
        van=np.append(i, r[raak]),
        naar=np.append(plaats_i, j[raak]),
        gedeeld=np.append(van_m2[i], gedeeld[raak]),
        van_m2=van_m2,
        naar_m2=naar_m2,
    )


def _zelfde_vorm(van: np.ndarray, naar: np.ndarray) -> np.ndarray:
    return shapely.equals_exact(van, naar, tolerance=0.01, normalize=True)


def _grond(gebieden: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Shapes and their m²: NaN where the ground is unknown, 0 where there is none."""
    vlakken = gebieden.geometry.to_numpy()
    return vlakken, shapely.area(vlakken)
