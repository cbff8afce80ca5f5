"""Classes by limits, and those of the Leefbaarometer.

Here: pure functions of arrays, exact on a limit: the check on a source, the indicators and the
layers all lay figures between limits. Not here: which limits (the catalogue), the classes of the
method's own rules (`indicatoren/klassen.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from veerkracht_dagster.catalogus import catalogus

Getallen = npt.NDArray[np.float64]

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
    return klasse_naar_grenzen(score, catalogus().constanten.onv_grenzen, "hoger")
