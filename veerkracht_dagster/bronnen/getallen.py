"""Text to numbers: decimal comma or point, never both, and nothing that is not a number.

Here: number notation, one rule for every dialect: what may be a thousand is never taken for a
decimal. Not here: what a missing number means (`cellen.py`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from veerkracht_dagster.bronnen.fouten import Problemen
from veerkracht_dagster.bronnen.invoer import Bestand

# Digits, at most one separator, and the exponent that R writes for small numbers.
_GETAL = r"-?(?:\d+|\d*[.,]\d+)(?:[eE][-+]?\d+)?"
# One separator and three digits: 1.250 may be a thousand or one and a quarter. With a zero in front
# it is no thousand.
_DUBBELZINNIG = r"-?[1-9]\d{0,2}[.,]\d{3}"
_REMEDIE = "herstel de cel of haal het bestand opnieuw op bij de uitgever"
# What some write instead of a number, and what to do: a count that is too small to tell, a mark for
# none, a percentage, a thousand.
_REMEDIES = {
    r"[<≤]\s*\d+|minder dan \d+": "is het onderdrukt, laat de cel dan leeg of zet er een punt; "
    "verzin geen getal",
    r"\D+": "is er geen cijfer, laat de cel dan leeg of zet er een punt",
    r".*\d\s*%": "schrijf het getal zonder %; vraagt de kolom personen of woningen, vraag de "
    "leverancier dan om aantallen",
    r"-?\d{1,3}([\s'’]\d{3})+([.,]\d+)?": "schrijf duizendtallen zonder spatie of teken",
}


@dataclass(frozen=True)
class Notatie:
    """How a dialect writes numbers: its marks for 'no number', and its decimal signs.

    decimaal: where there is one sign, what stands before three digits is known to be it.
    gemengd: both signs occur in one file, so that a cell is read by itself.
    remedie: what helps against a number that may be a thousand.
    """

    leeg: frozenset[str]
    decimaal: str = ",."
    gemengd: bool = False
    remedie: str = "schrijf duizendtallen zonder teken, en decimalen met een ander aantal cijfers"


def getal_in_tekst(tekst: str) -> float | None:
    """A text with a number in either decimal sign, by itself; None when it is no number."""
    getal = float(tekst.replace(",", ".")) if re.fullmatch(_GETAL, tekst, re.ASCII) else math.inf
    return None if math.isinf(getal) else getal


def getallen_van(
    bestand: Bestand, kolommen: Mapping[str, Sequence[object]], notatie: Notatie
) -> dict[str, np.ndarray]:
    """Each column as floats: texts, of which a mark of `notatie.leeg` becomes NaN, and the numbers
    of a workbook as they are.

    Raises:
        BronFout: a text that is no number or may be a thousand, a decimal sign the dialect does not
            have, or comma and point in one file; names column and row.
    """
    problemen = Problemen(bestand.waar)
    reeksen = {naam: _teksten(waarden) for naam, waarden in kolommen.items()}
    tekens: dict[str, tuple[str, int]] = {}
    vaak: Counter[str] = Counter()
    for naam, reeks in reeksen.items():
        leeg = reeks.isin(list(notatie.leeg)) | reeks.isna()
        _weiger_onleesbaar(problemen, naam, reeks, leeg)
        if len(notatie.decimaal) > 1:
            _weiger_dubbelzinnig(problemen, naam, reeks, notatie)
        for teken in ",.":
            met_teken = np.flatnonzero(reeks.str.contains(teken, regex=False) & ~leeg)
            vaak[teken] += len(met_teken)
            if met_teken.size:
                tekens.setdefault(teken, (naam, int(met_teken[0])))
    tekens = dict(sorted(tekens.items(), key=lambda paar: -vaak[paar[0]]))
    if not notatie.gemengd:
        _weiger_tekens(problemen, tekens, reeksen, notatie)
    problemen.werp()
    uit = {
        naam: reeks.mask(reeks.isin(list(notatie.leeg)))
        .str.replace(",", ".", regex=False)
        .astype("float64")
        .to_numpy(copy=True)
        for naam, reeks in reeksen.items()
    }
    for naam, waarden in uit.items():
        _weiger_rijen(problemen, naam, reeksen[naam], np.isinf(waarden))
        for rij, cel in enumerate(kolommen[naam] if reeksen[naam].isna().any() else ()):
            if _is_getal(cel):
                waarden[rij] = cel
    problemen.werp()
    return uit


def _is_getal(cel: object) -> TypeGuard[float]:
    """Whether it is a number already: a truth value is none."""
    return type(cel) in (int, float)


def _teksten(waarden: Sequence[object]) -> pd.Series:
    """The texts of a column; missing where a number stands."""
    teksten = [None if _is_getal(cel) else "" if cel is None else str(cel) for cel in waarden]
    return pd.Series(teksten, dtype="str").str.strip()


def _weiger_onleesbaar(problemen: Problemen, naam: str, reeks: pd.Series, leeg: pd.Series) -> None:
    _weiger_rijen(problemen, naam, reeks, ~(reeks.str.fullmatch(_GETAL).fillna(False) | leeg))


def _weiger_dubbelzinnig(
    problemen: Problemen, naam: str, reeks: pd.Series, notatie: Notatie
) -> None:
    for rij in np.flatnonzero(reeks.str.fullmatch(_DUBBELZINNIG).fillna(False)):
        tekst = str(reeks.iloc[rij])
        heel, teken, _ = re.split("([.,])", tekst)
        problemen.erbij(
            kolom=naam,
            rij=int(rij),
            gevonden=f"{tekst!r}, dat {tekst.replace(teken, '')} kan zijn en {heel} en een deel",
            verwacht="een getal dat maar een ding kan zijn",
            remedie=notatie.remedie,
        )


def _weiger_rijen(problemen: Problemen, naam: str, reeks: pd.Series, welke: ArrayLike) -> None:
    for rij in np.flatnonzero(welke):
        problemen.erbij(
            kolom=naam,
            rij=int(rij),
            gevonden=f"{reeks.iloc[rij]!r}",
            verwacht="een getal",
            remedie=_remedie(str(reeks.iloc[rij])),
        )


def _remedie(tekst: str) -> str:
    for vorm, remedie in _REMEDIES.items():
        if re.fullmatch(vorm, tekst, re.IGNORECASE):
            return remedie
    return _REMEDIE


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
    waar, remedie = (
        "in de rest van het bestand",
        "schrijf alle getallen met hetzelfde decimaalteken",
    )
    if len(notatie.decimaal) == 1:
        waar = "altijd in deze vorm"
        remedie = (
            "neem het bestand zoals de uitgever of leverancier het gaf; een spreadsheet schrijft "
            "getallen met een ander teken"
        )
    for teken in vreemd:
        naam, rij = tekens[teken]
        ander = [t for t in notatie.decimaal if t != teken] or ["."]
        namen = {",": "komma", ".": "punt"}
        problemen.erbij(
            kolom=naam,
            rij=rij,
            gevonden=f"een {namen[teken]} in {reeksen[naam].iloc[rij]!r}",
            verwacht=f"een {namen[ander[0]]} als decimaalteken, zoals {waar}",
            remedie=remedie,
        )
