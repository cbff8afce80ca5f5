"""Surfaces whose rings are invalid, made whole: one rule, wherever a shape comes in.

Here: what of a broken shape is land. Not here: files and coordinate systems
(`bronnen/dialecten/geometrie.py`); areas of a year (`buurttabel/`).
"""

from __future__ import annotations

import numpy as np
import shapely


def herstel(vlakken: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shapes without invalid rings, and which were repaired (a mask); a missing shape stays so."""
    ongeldig = ~(shapely.is_valid(vlakken) | shapely.is_missing(vlakken))
    uit = vlakken.copy()
    uit[ongeldig] = [_hersteld(vlak) for vlak in vlakken[ongeldig]]
    return uit, ongeldig


def _hersteld(vlak: shapely.Geometry) -> shapely.Geometry:
    """A surface with invalid rings: what is inside its shells and outside their holes.

    A hole is never land, wherever it lies; of the crossings of one ring all that it goes around is.
    """
    delen = [_zonder_gaten(deel) for deel in shapely.get_parts(vlak)]
    return delen[0] if len(delen) == 1 else _alleen_vlak(shapely.union_all(delen))


def _zonder_gaten(deel: shapely.Polygon) -> shapely.Geometry:
    schil = _alleen_vlak(shapely.make_valid(shapely.Polygon(deel.exterior)))
    gaten = [_alleen_vlak(shapely.make_valid(shapely.Polygon(gat))) for gat in deel.interiors]
    return _alleen_vlak(schil.difference(shapely.union_all(gaten))) if gaten else schil


def _alleen_vlak(vlak: shapely.Geometry) -> shapely.Geometry:
    """Repair may leave lines beside surfaces: keep the surfaces."""
    if vlak.geom_type in ("Polygon", "MultiPolygon"):
        return vlak
    delen = [d for d in shapely.get_parts(vlak) if d.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(delen) if delen else shapely.MultiPolygon()
