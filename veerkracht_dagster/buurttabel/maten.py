"""What the parts of a new area weigh beside each other, in one measure that all of them have.

Here: where every part was counted alike that count; else the residents, the addresses or the land
that each part carries: its weight times those of its old area. Never the bare weight: a tenth of a
city would count for less than a whole hamlet.
Not here: the roads and what they count (`wegen.py`), what is weighed (`overdracht.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from veerkracht_dagster.buurttabel.wegen import Paar
from veerkracht_dagster.catalogus.tabellen import METHODEN_OMZETTING

# What a road counts: addresses, residents, or else m² of land. They do not add up.
_GETELD = {"adressen": 1, "vierkanten": 2}
_SOORT = np.array([_GETELD.get(methode, 0) for methode in METHODEN_OMZETTING])
_METHODEN = pd.Index(METHODEN_OMZETTING, dtype=object)


def maten(
    paar: Paar,
    van: np.ndarray,
    naar: np.ndarray,
    gewicht: np.ndarray,
    aantal: np.ndarray,
    methode: np.ndarray,
) -> np.ndarray:
    """Per row of a crosswalk what it weighs in its new area; NaN where no measure is known of all
    its parts, and of an area without a road.

    Args:
        van, naar: positions of areas (naar -1: no road). aantal: what the road counted.
    """
    met_weg, doelen = naar >= 0, len(paar.naar.codes)
    if not met_weg.any():
        return np.full(len(van), np.nan)
    delen = np.bincount(naar[met_weg], minlength=doelen)
    uit = np.full(len(van), np.nan)
    soort = _SOORT[_METHODEN.get_indexer(pd.Index(methode))]
    for een in np.unique(soort):
        gelijk = met_weg & (soort == een) & (aantal > 0)
        heel = np.bincount(naar[gelijk], minlength=doelen) == delen
        uit = np.where(met_weg & heel[naar], aantal, uit)
    alleen = met_weg & (delen == 1)[naar] & np.isnan(uit)
    uit[alleen] = gewicht[alleen]  # beside nothing else
    rest = met_weg & np.isnan(uit)
    if not rest.any():
        return uit
    for per_gebied in _gedragen(paar):
        draagt = gewicht * per_gebied[van]
        bekend = np.bincount(naar[rest & ~np.isnan(draagt)], minlength=doelen) == delen
        iets = np.bincount(naar[rest], np.nan_to_num(draagt[rest]), minlength=doelen) > 0
        nu = rest & (bekend & iets)[naar]
        uit[nu] = draagt[nu]
        rest &= ~nu
        if not rest.any():
            break
    return uit


def _gedragen(paar: Paar) -> Iterator[np.ndarray]:
    """Of every old area its residents, its addresses and its land, in this order; NaN if unknown.

    Each is counted when asked for only. Addresses: where both years have a list.
    """
    gebieden = len(paar.van.codes)
    if (bewoners := paar.van.bewoners) is not None:
        binnen = bewoners.gebied >= 0
        inwoners = np.nan_to_num(bewoners.inwoners[binnen])
        telling = np.bincount(bewoners.gebied[binnen], inwoners, minlength=gebieden)
        yield np.where(np.isnan(paar.van.grond.m2), np.nan, telling)
    if paar.van.adressen is not None and paar.naar.adressen is not None:
        adressen = paar.van.lees_adressen()
        if adressen is not None and paar.naar.lees_adressen() is not None:
            yield adressen.per_gebied(paar.van.adreskolom, paar.van.codes)
    yield paar.van.grond.m2
