"""From figures to class codes: the decision rules and cuts of the method.

Here: pure functions of arrays; exact at the boundaries, on unrounded values.
Not here: labels and colours (`kaartlagen/`), or the figures themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Getallen = npt.NDArray[np.float64]

# Leefbaarometer: limits of deviations and dimensions, derived from published data (2 misses in
# 72,882, both on a limit).
ONV_GRENZEN = 0.15678 * np.array([-1.5, -1.0, -0.5, -0.25, 0.25, 0.5, 1.0, 1.5])
GEEN = np.nan


def klasse_naar_grenzen(waarde: Getallen, grenzen: Sequence[float], op_de_grens: str) -> Getallen:
    """Class 1..n+1 by ascending limits.

    op_de_grens 'hoger': a value on a limit is in the class above it. 'milder': it is in the class
    nearer to 0. A missing value has no class (nan).
    """
    klasse = np.ones(len(waarde))
    for grens in grenzen:
        boven = waarde > grens if op_de_grens == "milder" and grens > 0 else waarde >= grens
        klasse += boven
    zonder = np.isnan(waarde) | bool(np.isnan(np.asarray(grenzen, dtype=float)).any())
    return np.where(zonder, GEEN, klasse)


def onv_klasse(score: Getallen) -> Getallen:
    """Leefbaarometer class 1 (zeer onvoldoende) - 9 (uitstekend) of a dimension score."""
    return klasse_naar_grenzen(score, ONV_GRENZEN.tolist(), "hoger")


def signaalklasse(
    dK: Getallen, dP: Getallen, onv: Getallen, tK: float | Getallen, tP: float | Getallen
) -> Getallen:
    """Signal class 1-8 of changes dK (procentpunt) and dP (scorepunt, + is worse).

    Thresholds are one for all areas, or one per area.

    `onv` is the Leefbaarometer class of the end year: problems are limited (>= 5), fairly many
    (3, 4) or many (1, 2). Any input missing: no class (nan).
    """
    daalt, stijgt = dK < -tK, dK > tK
    meer, minder = dP > tP, dP < -tP
    niveau = np.select([onv >= 5, onv >= 3], [4.0, 5.0], 6.0)
    klasse = np.select(
        [daalt & minder, daalt, ~stijgt, meer, minder],
        [1.0, 2.0, 3.0, niveau, 8.0],
        7.0,
    )
    return np.where(np.isnan(dK) | np.isnan(dP) | np.isnan(onv), GEEN, klasse)


def kwetsbaar_klasse(K: Getallen, m: float, s: float) -> Getallen:
    """1 zeer weinig < m - s <= 2 weinig < m <= 3 veel < m + s <= 4 zeer veel."""
    return klasse_naar_grenzen(K, [m - s, m, m + s], "hoger")


def focusklasse(onv: Getallen, kwetsbaar: Getallen) -> Getallen:
    """Focus class 1-10 of the Leefbaarometer class and the class of K."""
    rij = np.select([onv >= 5, onv >= 3], [0.0, 1.0], 2.0)
    klasse = 3 * rij + np.minimum(kwetsbaar, 3)
    klasse = np.where((onv == 1) & (kwetsbaar == 4), 10.0, klasse)
    return np.where(np.isnan(onv) | np.isnan(kwetsbaar), GEEN, klasse)
