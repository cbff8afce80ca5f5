"""Areas as pixel paths: made once from the boundaries, shared by all layers of an edition.

Here: fitting boundaries to a picture, dropping detail below half a pixel, paths per group of areas.
Not here: colours, legend and text (`afbeelding.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.path import Path as Pad

HALVE_PIXEL = 0.5
_Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Kaartbeeld:
    """The areas of an edition as rings in pixels (origin bottom left), in table order.

    `punten` (n, 2) are the vertices of all rings, each ring closed; `ring` is the ring of a vertex,
    `gebied` the row of the layer table a ring belongs to.
    """

    breedte: float
    hoogte: float
    aantal_gebieden: int
    punten: _Array
    ring: _Array
    gebied: _Array
    gemeentegrens: Pad | None

    @property
    def leeg(self) -> bool:
        return len(self.punten) == 0

    def pad(self, gekozen: _Array) -> Pad | None:
        """One compound path of the chosen areas (boolean per area); None if there is none."""
        houd = gekozen[self.gebied][self.ring]
        if not houd.any():
            return None
        return _samengesteld(self.punten[houd], self.ring[houd])


def maak_kaartbeeld(
    vlakken: gpd.GeoSeries, gemeenten: Any, *, breedte: float, hoogte: float
) -> Kaartbeeld:
    """Fit the areas into a box of `breedte` x `hoogte` pixels, keeping their proportions.

    Vertices are rounded to half a pixel: neighbours share their vertices, so they still meet, and
    an area too small to see leaves no gap. `gemeenten` is the gemeentecode per area.
    """
    geometrie = np.array(vlakken.array, dtype=object)
    geometrie[~shapely.is_geometry(geometrie)] = None
    delen, gebied_van_deel = shapely.get_parts(geometrie, return_index=True)
    vlak = shapely.get_dimensions(delen) == 2
    delen, gebied_van_deel = shapely.orient_polygons(delen[vlak]), gebied_van_deel[vlak]
    ringen, deel_van_ring = shapely.get_rings(delen, return_index=True)
    xy, ring = shapely.get_coordinates(ringen, return_index=True)
    gebied = gebied_van_deel[deel_van_ring]
    if len(xy) == 0:
        return Kaartbeeld(breedte, hoogte, len(vlakken), xy, ring, gebied, None)
    punten, ring = _op_pixels(xy, ring, breedte, hoogte)
    grens = _gemeentegrens(
        punten, ring, np.unique(np.asarray(gemeenten), return_inverse=True)[1][gebied]
    )
    return Kaartbeeld(breedte, hoogte, len(vlakken), punten, ring, gebied, grens)


def _op_pixels(xy: _Array, ring: _Array, breedte: float, hoogte: float) -> tuple[_Array, _Array]:
    """Coordinates to half pixels, centred in the box; repeated points and flat rings left out."""
    laag, hoog = xy.min(axis=0), xy.max(axis=0)
    doos = np.array([breedte, hoogte])
    omvang = np.maximum(hoog - laag, 1e-9)
    schaal = (doos / omvang).min()
    punten = (xy - laag) * schaal + (doos - omvang * schaal) / 2
    punten = np.round(punten / HALVE_PIXEL) * HALVE_PIXEL
    nieuw = np.ones(len(punten), dtype=bool)
    nieuw[1:] = (punten[1:] != punten[:-1]).any(axis=1) | (ring[1:] != ring[:-1])
    punten, ring = punten[nieuw], ring[nieuw]
    genoeg = np.bincount(ring) >= 4  # a closed triangle
    houd = genoeg[ring]
    return punten[houd], ring[houd]


def _samengesteld(punten: _Array, ring: _Array) -> Pad:
    codes = np.full(len(punten), Pad.LINETO, dtype=Pad.code_type)
    wissel = ring[1:] != ring[:-1]
    codes[0] = codes[1:][wissel] = Pad.MOVETO
    codes[:-1][wissel] = codes[-1] = Pad.CLOSEPOLY
    return Pad(punten, codes)


def _gemeentegrens(punten: _Array, ring: _Array, gemeente_van_ring: _Array) -> Pad | None:
    """The edges that two areas of different gemeenten share."""
    zelfde_ring = ring[1:] == ring[:-1]
    van, naar = punten[:-1][zelfde_ring], punten[1:][zelfde_ring]
    gemeente = gemeente_van_ring[ring[1:][zelfde_ring]]
    # One number per undirected edge: half-pixel coordinates are small whole numbers.
    a, b = _puntnummer(van), _puntnummer(naar)
    rand = np.minimum(a, b) * (1 << 31) + np.maximum(a, b)
    volgorde = np.argsort(rand, kind="stable")
    gesorteerd = rand[volgorde]
    paar = np.flatnonzero(gesorteerd[1:] == gesorteerd[:-1])
    links, rechts = volgorde[paar], volgorde[paar + 1]
    grens = links[gemeente[links] != gemeente[rechts]]
    if len(grens) == 0:
        return None
    lijnen = np.stack([van[grens], naar[grens]], axis=1).reshape(-1, 2)
    codes = np.tile(np.array([Pad.MOVETO, Pad.LINETO], dtype=Pad.code_type), len(grens))
    return Pad(lijnen, codes)


def _puntnummer(punten: _Array) -> _Array:
    heel = np.round(punten / HALVE_PIXEL).astype(np.int64)
    return heel[:, 0] * (1 << 15) + heel[:, 1]
