"""How the land of two years lies on each other.

Here: the shared ground of areas of two years, in m². Not here: what follows from it
(`omzetting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely

_TEKENING = 0.01  # metres: how fine maps are drawn
_NIETS = 0.001  # of an area: a part that is not worth an overlay


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


@dataclass(frozen=True)
class Grond:
    """Codes, shapes and m² of areas: NaN where the ground is unknown, 0 where there is none."""

    codes: pd.Index
    vlak: np.ndarray
    m2: np.ndarray
    crs: Any

    @cached_property
    def bekend(self) -> np.ndarray:
        """Positions of the areas with ground."""
        return np.flatnonzero(self.m2 > 0)

    def waar(self, punten: np.ndarray) -> np.ndarray:
        """Position of the area in which each point lies, -1 where there is none."""
        uit = np.full(len(punten), -1)
        punt, plaats = self.boom.query(punten, predicate="intersects")
        # On a border a point lies in two areas: in the first by code, always the same.
        rang = np.argsort(np.argsort(self.codes.to_numpy()[self.bekend], kind="stable"))
        volgorde = np.lexsort((-rang[plaats], punt))
        uit[punt[volgorde]] = self.bekend[plaats[volgorde]]
        return uit

    @cached_property
    def boom(self) -> shapely.STRtree:
        """To find the areas with ground that lie somewhere."""
        return shapely.STRtree(self.vlak[self.bekend])


def overlap(van: Grond, naar: Grond) -> Overlap:
    """Overlap of the land of two years, in the same projected coordinate system.

    Raises:
        ValueError: their coordinate systems differ.
    """
    if van.crs != naar.crs:
        raise ValueError(
            f"gebieden in {van.crs} en {naar.crs}: breng ze eerst in een stelsel: "
            f'gebieden.to_crs("{naar.crs}")'
        )
    # Most areas do not change, and the same shape needs no overlay: that saves most of the time.
    # First those that kept their code, then those with another one.
    plaats = naar.codes.get_indexer(van.codes)
    i = np.flatnonzero((plaats >= 0) & (van.m2 > 0))
    i = i[_zelfde_vorm(van.vlak[i], naar.vlak[plaats[i]])]
    rest = np.setdiff1d(van.bekend, i)
    r, j = naar.boom.query(van.vlak[rest], predicate="intersects")
    r, j = rest[r], naar.bekend[j]
    gelijk = _zelfde_vorm(van.vlak[r], naar.vlak[j])
    nodig = ~np.isin(r, r[gelijk])
    i, plaats_i = np.append(i, r[gelijk]), np.append(plaats[i], j[gelijk])
    r, j = r[nodig], j[nodig]
    gedeeld = shapely.area(shapely.intersection(van.vlak[r], naar.vlak[j]))
    raak = gedeeld > 0
    return Overlap(
        van=np.append(i, r[raak]),
        naar=np.append(plaats_i, j[raak]),
        gedeeld=np.append(van.m2[i], gedeeld[raak]),
        van_m2=van.m2,
        naar_m2=naar.m2,
    )


def _zelfde_vorm(van: np.ndarray, naar: np.ndarray) -> np.ndarray:
    """Pairs whose points lie no further apart than the drawing is fine, 1 cm.

    Of an area so small or thin that such a cm is a part of it worth naming, the land decides.
    """
    zelfde = shapely.equals_exact(van, naar, tolerance=_TEKENING, normalize=True)
    return zelfde & (_TEKENING * shapely.length(van) < _NIETS * shapely.area(van))
