"""Shapes as short marks, so that a whole country of them can be kept and compared.

Here: the mark of a shape as it is written, and of the same shape whatever point it begins with.
Not here: what shapes have in common (`grond.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely

_VEELHOEK = 3  # of GEOS: one polygon, published as a collection of one


def geschreven(vlakken: Sequence[Any]) -> list[bytes | None]:
    """Shapes as a release writes them: well-known binary of several polygons; None for no shape."""
    uit = np.array(vlakken, dtype=object)
    enkel = shapely.get_type_id(uit) == _VEELHOEK
    uit[enkel] = [shapely.multipolygons([vlak]) for vlak in uit[enkel]]
    return list(shapely.to_wkb(uit))


def genormeerd(wkb: Sequence[bytes | None]) -> list[bytes | None]:
    """The same shapes beginning at the same point, and their parts in one order."""
    vlakken = shapely.normalize(shapely.from_wkb(np.array(wkb, dtype=object)))
    return geschreven(vlakken)


def afdrukken(wkb: Iterable[bytes | None]) -> list[str | None]:
    """A mark per shape."""
    return [
        None if vlak is None else hashlib.blake2b(vlak, digest_size=16).hexdigest() for vlak in wkb
    ]
