"""Areas as pixel paths: made once from the boundaries, shared by all layers of an edition.

Here: fitting boundaries to a picture, dropping detail below half a pixel, paths per group of areas,
and remembering the last few: the layers of an edition ask for the same one after the other.
Not here: colours, legend and text (`afbeelding.py`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.path import Path as Pad

HALVE_PIXEL = 0.5
_KLEINSTE_LAND = 9.0  # square pixels: a ring around less is noise of the rounding
_HOOGSTENS = 8  # remembered: of the country, some 30 MB each
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
    gemeente = np.unique(np.asarray(gemeenten), return_inverse=True)[1]
    sleutel = _sleutel(geometrie, gemeente, breedte, hoogte)
    if sleutel not in _gemaakt:
        while len(_gemaakt) >= _HOOGSTENS:
            del _gemaakt[next(iter(_gemaakt))]
        _gemaakt[sleutel] = _maak(geometrie, gemeente, breedte, hoogte)
    return _gemaakt[sleutel]


_gemaakt: dict[bytes, Kaartbeeld] = {}


def _sleutel(geometrie: _Array, gemeente: _Array, breedte: float, hoogte: float) -> bytes:
    """What tells that boundaries, gemeenten and size are the same."""
    som = hashlib.sha256(np.array([breedte, hoogte]).tobytes() + gemeente.tobytes())
    for vlak in shapely.to_wkb(geometrie).tolist():
        vlak = vlak or b""
        som.update(len(vlak).to_bytes(8, "big") + vlak)
    return som.digest()


def _maak(geometrie: _Array, gemeente: _Array, breedte: float, hoogte: float) -> Kaartbeeld:
    delen, gebied_van_deel = shapely.get_parts(geometrie, return_index=True)
    vlak = shapely.get_dimensions(delen) == 2
    delen, gebied_van_deel = shapely.orient_polygons(delen[vlak]), gebied_van_deel[vlak]
    ringen, deel_van_ring = shapely.get_rings(delen, return_index=True)
    xy, ring = shapely.get_coordinates(ringen, return_index=True)
    gebied = gebied_van_deel[deel_van_ring]
    if len(xy) == 0:
        return Kaartbeeld(breedte, hoogte, len(geometrie), xy, ring, gebied, None)
    punten, ring = _op_pixels(xy, ring, breedte, hoogte)
    grens = _gemeentegrens(punten, ring, gebied, gemeente)
    return Kaartbeeld(breedte, hoogte, len(geometrie), punten, ring, gebied, grens)


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


def _gemeentegrens(punten: _Array, ring: _Array, gebied: _Array, gemeente: _Array) -> Pad | None:
    """The outlines of the gemeenten; None where there is only one.

    Not the edges that two areas share: after rounding neighbours keep other vertices of a border,
    and what is then an edge of one of them only would be missing.
    """
    eerste = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    gemeenten = gemeente[gebied[ring[eerste]]]
    if len(np.unique(gemeenten)) < 2:
        return None
    # A hole (clockwise) is left out: what lies in it is an area with an outline of its own.
    ringen = shapely.linearrings(punten, indices=_doorgeteld(ring))
    linksom, vlakken = shapely.is_ccw(ringen), shapely.make_valid(shapely.polygons(ringen))
    omtrekken = []
    for nummer in np.unique(gemeenten):
        van = gemeenten == nummer
        land = shapely.union_all(vlakken[van & linksom], grid_size=HALVE_PIXEL)
        delen = shapely.get_parts(land)
        omtrekken.append(shapely.get_rings(delen[shapely.get_dimensions(delen) == 2]))
    grenzen = np.concatenate(omtrekken)
    groot = shapely.area(shapely.polygons(grenzen)) >= _KLEINSTE_LAND
    xy, nummers = shapely.get_coordinates(grenzen[groot], return_index=True)
    return _samengesteld(xy, nummers) if len(xy) else None


def _doorgeteld(ring: _Array) -> _Array:
    """The rings numbered from 0 without gaps, as shapely wants them."""
    return np.cumsum(np.append(0, ring[1:] != ring[:-1]))
