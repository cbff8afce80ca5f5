"""Text to numbers: decimal comma or point, never both, and nothing that is not a number.

Here: number notation. Not here: what a missing number means (`cellen.py`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from veerkracht_dagster.bronnen.fouten import Problemen
from veerkracht_dagster.bronnen.invoer import Bestand

# Digits, at most one separator, and the exponent that R writes for small numbers.
_GETAL = r"-?(?:\d+|\d*[.,]\d+)(?:[eE][-+]?\d+)?"


@dataclass(frozen=True)
class Notatie:
    """How a dialect writes numbers: its marks for 'no number', and its decimal signs."""

    leeg: frozenset[str]
    decimaal: str = ",."


def getal_in_tekst(tekst: str) -> float | None:
    """A text with a number in either decimal sign, by itself; None when it is no number."""
    getal = float(tekst.replace(",", ".")) if re.fullmatch(_GETAL, tekst, re.ASCII) else math.inf
    return None if math.isinf(getal) else getal


def getallen_van(
    bestand: Bestand, kolommen: Mapping[str, Sequence[str]], notatie: Notatie
) -> dict[str, np.ndarray]:
    """Each column of texts as floats; a mark of `notatie.leeg` becomes NaN.

    Raises:
        BronFout: a text that is no number, a decimal sign the dialect does not have, or comma and
            point in one file; names column and row.
    """
    problemen = Problemen(bestand.naam)
    reeksen = {
        naam: pd.Series(waarden, dtype="str").str.strip() for naam, waarden in kolommen.items()
    }
    tekens: dict[str, tuple[str, int]] = {}
    vaak: Counter[str] = Counter()
    for naam, reeks in reeksen.items():
        leeg = reeks.isin(list(notatie.leeg))
        _weiger_onleesbaar(problemen, naam, reeks, leeg)
        for teken in ",.":
            met_teken = np.flatnonzero(reeks.str.contains(teken, regex=False) & ~leeg)
            vaak[teken] += len(met_teken)
            if met_teken.size:
                tekens.setdefault(teken, (naam, int(met_teken[0])))
    tekens = dict(sorted(tekens.items(), key=lambda paar: -vaak[paar[0]]))
    _weiger_tekens(problemen, tekens, reeksen, notatie)
    problemen.werp()
    uit = {
        naam: reeks.mask(reeks.isin(list(notatie.leeg)))
        .str.replace(",", ".", regex=False)
        .astype("float64")
        .to_numpy()
        for naam, reeks in reeksen.items()
    }
    for naam, waarden in uit.items():
        _weiger_rijen(problemen, naam, reeksen[naam], np.isinf(waarden))
    problemen.werp()
    return uit


def _weiger_onleesbaar(problemen: Problemen, naam: str, reeks: pd.Series, leeg: pd.Series) -> None:
    _weiger_rijen(problemen, naam, reeks, ~(reeks.str.fullmatch(_GETAL) | leeg))


def _weiger_rijen(problemen: Problemen, naam: str, reeks: pd.Series, welke: ArrayLike) -> None:
    for rij in np.flatnonzero(welke):
        problemen.erbij(
            kolom=naam,
            rij=int(rij),
            gevonden=f"{reeks.iloc[rij]!r}",
            verwacht="een getal",
            remedie="herstel de cel of haal het bestand opnieuw op bij de uitgever",
        )


def _weiger_tekens(
    problemen: Problemen,
    tekens: dict[str, tuple[str, int]],
    reeksen: dict[str, pd.Series],
    notatie: Notatie,
) -> None:
    """Refuse a decimal sign that this dialect, or most of this file, does not use."""
    vreemd = [teken for teken in tekens if teken not in notatie.decimaal]
    if not vreemd and len(tekens) > 1:
        vreemd = list(tekens)[1:]
    for teken in vreemd:
        naam, rij = tekens[teken]
        ander = [t for t in notatie.decimaal if t != teken] or ["."]
        namen = {",": "komma", ".": "punt"}
        problemen.erbij(
            kolom=naam,
            rij=rij,
            gevonden=f"een {namen[teken]} in {reeksen[naam].iloc[rij]!r}",
            verwacht=f"een {namen[ander[0]]} als decimaalteken, zoals in de rest van het bestand",
            remedie="schrijf alle getallen in het bestand met hetzelfde decimaalteken",
        )
