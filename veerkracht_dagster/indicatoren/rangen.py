"""Ranks and percentiles: how a figure stands among others.

Here: pure functions of arrays; ties share the best rank, and a missing figure has none.
Not here: which figures are compared (`vergelijking.py`, `gevoeligheid.py`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.klassegrenzen import Getallen


def rang(waarde: Getallen) -> Getallen:
    """Rank from high to low: 1 is the highest, equals share the best rank; nan stays nan."""
    return rang_tussen(waarde, waarde, waarde)[0]


def rang_tussen(waarde: Getallen, onder: Getallen, boven: Getallen) -> tuple[Getallen, ...]:
    """Rank from high to low, and the best and worst it can be with every figure in its bounds.

    Best: only who is certainly higher counts. Worst: everybody who may be as high.
    """
    heeft = ~np.isnan(waarde)
    w, o, b = (np.sort(x[heeft]) for x in (waarde, onder, boven))
    aantal = int(heeft.sum())
    midden = 1.0 + aantal - np.searchsorted(w, waarde, side="right")
    hoogst = 1.0 + aantal - np.searchsorted(o, boven, side="right")
    laagst = aantal - np.searchsorted(b, onder, side="left").astype("float64")
    return tuple(np.where(heeft, x, np.nan) for x in (midden, hoogst, laagst))


def percentiel(waarde: Getallen) -> Getallen:
    """Share (%) of the others that are lower, an equal counting half; alone there is none."""
    heeft = ~np.isnan(waarde)
    w = np.sort(waarde[heeft])
    lager = np.searchsorted(w, waarde, side="left")
    gelijk = np.searchsorted(w, waarde, side="right") - lager - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        deel = 100.0 * (lager + gelijk / 2) / (len(w) - 1)
    return np.where(heeft & (len(w) > 1), deel, np.nan)


def rangcorrelatie(een: Getallen, ander: Getallen) -> float:
    """Spearman's correlation over areas that have both; nan where a side does not vary.

    Ranked to the decimals of a change: beyond that, the noise of floating point would part equals.
    """
    beide = ~np.isnan(een) & ~np.isnan(ander)
    decimalen = catalogus().constanten.decimalen_verandering
    reeksen = (pd.Series(reeks[beide].round(decimalen)) for reeks in (een, ander))
    x, y = (reeks.rank().to_numpy() for reeks in reeksen)
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
