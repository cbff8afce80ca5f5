"""A change against the gemeente's own mean, and the national cuts.

Here: resident-weighted means. Not here: where the changes come from.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus import catalogus


# A difference of two figures carries noise in its last bits, which would put a change of exactly a
# threshold beyond it. `decimalen_verandering` is far finer than any publisher's rounding; a
# relative change is kept finer still, so that its mean over a gemeente stays 0.
def verandering(eind: pd.Series, begin: pd.Series) -> pd.Series:
    """eind - begin, without the noise of floating point."""
    return (eind - begin).round(catalogus().constanten.decimalen_verandering)


def gemeente_van(regiocode: pd.Index) -> np.ndarray:
    """Gemeentecode of each buurt or wijk code: CBS builds codes from the top down."""
    return "GM" + regiocode.astype("str").str[2:6].to_numpy()


def ten_opzichte_van_gemeente(
    delta: pd.Series, inwoners: pd.Series, minimum_gebieden: int
) -> tuple[pd.Series, pd.Series]:
    """Subtract the gemeente's mean change, weighted by residents of the end year.

    Only areas that have the change and residents count. A gemeente whose areas have no residents
    known gets no relative figure. Returns: relative change (same unit), and per area whether the
    gemeente has at least `minimum_gebieden` such areas ('ja' or 'nee').
    """
    gemeente = gemeente_van(delta.index)
    telt = delta.notna() & inwoners.gt(0)
    gewicht = inwoners.where(telt)
    som = (delta * gewicht).groupby(gemeente).transform("sum", min_count=1)
    gemiddelde = som / gewicht.groupby(gemeente).transform("sum", min_count=1)
    genoeg = telt.groupby(gemeente).transform("sum") >= minimum_gebieden
    informatief = pd.Series(np.where(genoeg, "ja", "nee"), index=delta.index)
    relatief = (delta - gemiddelde).round(catalogus().constanten.decimalen_relatief)
    return relatief, informatief


def gewogen_spreiding(waarde: pd.Series, gewicht: pd.Series) -> tuple[float, float]:
    """Weighted mean and standard deviation over areas that have both."""
    telt = waarde.notna() & gewicht.gt(0)
    if not telt.any():
        return float("nan"), float("nan")
    x, w = waarde[telt].to_numpy(), gewicht[telt].to_numpy()
    m = float(np.average(x, weights=w))
    return m, float(np.sqrt(np.average((x - m) ** 2, weights=w)))
