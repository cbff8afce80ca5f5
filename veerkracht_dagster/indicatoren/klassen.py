"""From figures to class codes: the decision rules and cuts of the method.

Here: pure functions of arrays; exact at the boundaries, on unrounded values.
Not here: classes by limits alone (`klassegrenzen.py`), labels and colours (`kaartlagen/`), or the
figures themselves.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.klassegrenzen import GEEN, Getallen, klasse_naar_grenzen


def _problemen(onv: Getallen) -> npt.NDArray[np.int64]:
    """Level of problems by the Leefbaarometer class: 0 limited, 1 fairly many, 2 many."""
    vrij_veel, beperkt = catalogus().constanten.problemen_vanaf
    return np.select([onv >= beperkt, onv >= vrij_veel], [0, 1], 2)


def signaalklasse(
    dK: Getallen, dP: Getallen, onv: Getallen, tK: float | Getallen, tP: float | Getallen
) -> Getallen:
    """Signal class 1-8 of changes dK (procentpunt) and dP (scorepunt, + is worse).

    Thresholds are one for all areas, or one per area.

    `onv` is the Leefbaarometer class of the end year: problems are limited, fairly many or many
    (`problemen_vanaf`). Any input missing: no class (nan).
    """
    daalt, stijgt = dK < -tK, dK > tK
    meer, minder = dP > tP, dP < -tP
    niveau = 4.0 + _problemen(onv)
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
    klasse = 3.0 * _problemen(onv) + np.minimum(kwetsbaar, 3)
    klasse = np.where((onv == 1) & (kwetsbaar == 4), 10.0, klasse)
    return np.where(np.isnan(onv) | np.isnan(kwetsbaar), GEEN, klasse)
