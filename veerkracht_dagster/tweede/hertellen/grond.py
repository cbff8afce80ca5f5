"""How two years lie on each other: land in common, and residents of squares that lie in both.

Here: shapes compared by their points, and only where these differ cut out of each other.
Not here: which road goes by it (`wegen.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import shapely

from veerkracht_dagster.tweede.hertellen.jaar import Gebiedsjaar

Gedeeld = dict[int, dict[int, float]]  # old area -> new area -> m2 in common


def gedeelde_grond(van: Gebiedsjaar, naar: Gebiedsjaar) -> Gedeeld:
    """Per old area with land, the new areas it shares land with.

    An old area that has, point for point, the shape of a new one is that area and no other:
    areas of one year do not overlap.
    """
    oud, nieuw = np.flatnonzero(van.m2 > 0), np.flatnonzero(naar.m2 > 0)
    vorm_van = {naar.vormen[j]: j for j in reversed(nieuw.tolist())}  # of two, the first by code
    tweeling = [_tweeling(van, i, naar, vorm_van) for i in oud.tolist()]
    uit: Gedeeld = {
        i: {j: float(van.m2[i])}
        for i, j in zip(oud.tolist(), tweeling, strict=True)
        if j is not None
    }
    rest = oud[[j is None for j in tweeling]]
    boom = shapely.STRtree(van.vlak[rest])
    j, i = boom.query(naar.vlak[nieuw])  # boxes that touch; the cut says the rest
    i, j = rest[i], nieuw[j]
    m2 = shapely.area(shapely.intersection(naar.vlak[j], van.vlak[i]))
    for een, ander, groot in zip(i.tolist(), j.tolist(), m2.tolist(), strict=True):
        if groot > 0:
            uit.setdefault(een, {})[ander] = groot
    return uit


def _tweeling(
    van: Gebiedsjaar, i: int, naar: Gebiedsjaar, vorm_van: Mapping[bytes | None, int]
) -> int | None:
    """The new area with the shape of an old one; where more have it, that with its own code."""
    eigen = naar.plek.get(van.codes[i])
    zelf = eigen is not None and naar.vormen[eigen] == van.vormen[i]
    return eigen if zelf else vorm_van.get(van.vormen[i])


class Vierkantbewoners(NamedTuple):
    """per_paar: old area -> new area -> residents. hoogstens: the most that live in an old area.
    bekend: those that the publisher counts there."""

    per_paar: dict[int, dict[int, float]]
    hoogstens: dict[int, float]
    bekend: dict[int, float]


def bewoners_per_paar(
    van: Gebiedsjaar, naar: Gebiedsjaar, geheim: float
) -> Vierkantbewoners | None:
    """Residents by the middle of their square; None where there are no squares.

    geheim: the most that live in a square of which the publisher gives no figure.
    """
    if van.punten is None:
        return None
    punten, inwoners = van.punten
    boom = shapely.STRtree(punten)
    oud, nieuw = _waarin(boom, van), _waarin(boom, naar)
    uit = Vierkantbewoners({}, {}, {})
    for nummer, i in oud.items():
        aantal = float(inwoners[nummer])
        bekend = aantal == aantal
        uit.hoogstens[i] = uit.hoogstens.get(i, 0.0) + (aantal if bekend else geheim)
        if bekend:
            uit.bekend[i] = uit.bekend.get(i, 0.0) + aantal
        if bekend and aantal > 0 and nummer in nieuw:
            per_naar = uit.per_paar.setdefault(i, {})
            per_naar[nieuw[nummer]] = per_naar.get(nieuw[nummer], 0.0) + aantal
    return uit


def _waarin(boom: shapely.STRtree, jaar: Gebiedsjaar) -> dict[int, int]:
    """Per point the area it lies in; of two areas that meet there, the first by its code."""
    met_land = np.flatnonzero(jaar.m2 > 0)
    gebied, punt = boom.query(jaar.vlak[met_land], predicate="intersects")
    uit: dict[int, int] = {}
    for nummer, i in sorted(zip(punt.tolist(), met_land[gebied].tolist(), strict=True)):
        uit.setdefault(nummer, i)
    return uit
