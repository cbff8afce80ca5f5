"""The rules of figures of an area, each a pure function by name: cells in, a cell out.

Here: what a figure is, given what it is made of, with its state. A cell is (value, state). A
receipt and the replay of a whole edition both compute by these. Python's own library alone: this
file goes along with every bundle.
Not here: what a rule asks for and how it reads (`regeltabel.py`), which figure has which rule and
inputs (`catalogus/indicatoren.yml`), finding the inputs (`stappen.py` for a receipt,
`tweede/naspel.py` for an edition), arithmetic (`rekenen.py`).
"""

from __future__ import annotations

import inspect
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from math import nextafter, prod
from typing import Any

from . import rekenen as r
from .rekenen import Cel, Deel, Getal

NVT: Cel = (None, "n.v.t.")
GETELD, GESCHAT = "microdata", "schatting"  # how K was made
Tekst = tuple[str, str]  # a text has no state


# --- taken over, shares, K ------------------------------------------------------------------------
def overgenomen(cel: Cel) -> Cel:
    """A figure taken over, with its state."""
    return r.met_staat(*cel)


def aandeel(deel: Deel) -> Cel:
    """Share of a group in %."""
    return r.met_staat(None if deel.waarde is None else deel.waarde * 100.0, deel.staat)


def K_microdata(deel: Deel, *, onderdeel: str) -> Cel:
    """K or one of its bounds, counted."""
    return r.uit_microdata(deel)[onderdeel]


def K_schatting(*delen: Deel, onderdeel: str) -> Cel:
    """K or one of its bounds, estimated from the shares of groups."""
    return r.uit_groepen(delen)[onderdeel]


# --- changes and classes --------------------------------------------------------------------------
def verschil(een: Cel, ander: Cel, *, decimalen: int) -> Cel:
    """One figure less another."""
    staat = r.slechtste((een[1], ander[1]))
    return r.met_staat(r.verschil(een[0], ander[0], decimalen), staat)


def tegen_gemeente(eigen: Cel, gemiddelde: Cel, *, decimalen: int) -> Cel:
    """A change less the mean of its gemeente."""
    return r.met_staat(r.tegen_gemeente(eigen[0], gemiddelde[0], decimalen), eigen[1])


def kwetsbaar_klasse(K: Cel, m: Cel, s: Cel) -> Cel:
    """Class 1-4 of K by the national mean and standard deviation."""
    return r.met_staat(r.kwetsbaar_klasse(K[0], m[0], s[0]), K[1])


def onv_klasse(score: Cel, *, grenzen: Sequence[float]) -> Cel:
    """Class 1-9 of a score."""
    return r.met_staat(r.klasse(score[0], grenzen), score[1])


def stappen(
    per_jaar: Mapping[int, Getal], *, stappen: Sequence[Sequence[int]], telt: str, decimalen: int
) -> Cel:
    """How many steps of the period were measured, or went up (a lower score is more nuisance)."""
    gaan = [r.verschil(per_jaar.get(a), per_jaar.get(b), decimalen) for a, b in stappen]
    if telt == "toename":
        return float(sum(x is not None and x > 0 for x in gaan)), "waargenomen"
    return float(sum(x is not None for x in gaan)), "waargenomen"


# --- signal, focus --------------------------------------------------------------------------------
def signaal(
    dK: Cel, dP: Cel, onv: Cel, *, tK: float, tP: float, problemen_vanaf: Sequence[int]
) -> Cel:
    """Signal class 1-8."""
    klasse = r.signaal(dK[0], dP[0], onv[0], tK, tP, problemen_vanaf)
    return r.met_staat(klasse, r.slechtste((dK[1], dP[1])))


def focus(onv: Cel, kwetsbaar: Cel, *, problemen_vanaf: Sequence[int]) -> Cel:
    """Focus class 1-10."""
    klasse = r.focus(onv[0], kwetsbaar[0], problemen_vanaf)
    return r.met_staat(klasse, r.slechtste((onv[1], kwetsbaar[1])))


def structureel(
    klasse: Cel, gemeten: Cel, toename: Cel,
    *, minimum: int, zwak: Sequence[int], minimum_toename: int,
) -> Tekst:  # fmt: skip
    """Whether the signal holds over the whole period."""
    eisen = minimum, zwak, minimum_toename
    return r.structureel(klasse[0], gemeten[0] or 0, toename[0] or 0, *eisen), ""


def stabiliteit(
    klasse: Cel, dK: Cel, dP: Cel, onv: Cel, verstoord: Sequence[Getal],
    *, tK: float, tP: float, factoren: Sequence[float], problemen_vanaf: Sequence[int],
) -> Cel:  # fmt: skip
    """Share of perturbed classifications that give the class itself."""
    eigen = None if klasse[0] is None else int(klasse[0])
    waarde = r.stabiliteit(verstoord, dP[0], onv[0], eigen, tK, tP, factoren, problemen_vanaf)
    return r.met_staat(waarde, r.slechtste((dK[1], dP[1])))


# --- sensitivity ----------------------------------------------------------------------------------
def omslag(
    dK: Cel, dP: Cel, onv: Cel,
    *, drempel: str, wat: str, tK: float, tP: float, problemen_vanaf: Sequence[int],
) -> Cel:  # fmt: skip
    """The threshold at which the class flips (`wat` omslag), or the class beyond it."""
    nu = r.signaal(dK[0], dP[0], onv[0], tK, tP, problemen_vanaf)
    if nu is None:
        return r.ONTBREKEND
    x, eigen = (dK[0], tK) if drempel == "tK" else (dP[0], tP)
    if x:
        nieuw = abs(x) if abs(x) > eigen else nextafter(abs(x), 0.0)
        paar = (nieuw, tP) if drempel == "tK" else (tK, nieuw)
        na = r.signaal(dK[0], dP[0], onv[0], *paar, problemen_vanaf)
        if na != nu:
            return (abs(x) if wat == "omslag" else na), "waargenomen"
    return NVT


def rang(eigen: Cel, op_rij: Sequence[float], *, kant: str, teken: float) -> Cel:
    """Rank from high to low, or the best or worst it can be; op_rij: all others, ascending.

    The best rank counts who is certainly higher: own upper bound among lower bounds.
    """
    x, aantal = eigen[0], len(op_rij)
    if x is None:
        return r.met_staat(None, eigen[1])
    if kant == "_laagst":
        return r.met_staat(float(aantal - bisect_left(op_rij, teken * x)), eigen[1])
    return r.met_staat(1.0 + aantal - bisect_right(op_rij, teken * x), eigen[1])


def bijdrage(K: Cel, aandelen: Mapping[str, Getal], *, groep: str) -> Cel:
    """K less what it would be without the group; aandelen: share in % of every group of K."""
    over = {naam: 1.0 - x / 100 for naam, x in aandelen.items() if x is not None}
    if len(over) < len(aandelen):
        return r.met_staat(None, K[1])
    zonder = prod(x for naam, x in over.items() if naam != groep)
    return r.met_staat(100.0 * (zonder - prod(over.values())), K[1])


# --- layers ---------------------------------------------------------------------------------------
def laag(
    bepalend: Cel, waarde: Cel, *, klasse_uit: str | None, grenzen: Sequence[float],
    op_de_grens: str,
) -> Cel:  # fmt: skip
    """The class of an area on a map: taken over from a code (`klasse_uit`), or by limits."""
    if klasse_uit:
        klasse = None if bepalend[0] is None else int(bepalend[0])
    else:
        klasse = r.klasse(waarde[0], grenzen, op_de_grens)
    return klasse, "ontbreekt" if klasse is None and bepalend[1] in r.MET_WAARDE else bepalend[1]


# --- which making of K ----------------------------------------------------------------------------
def is_geteld(geteld: Mapping[str, Cel], geschat: Mapping[str, Cel]) -> bool:
    """Is K of an area counted in microdata, given both makings at begin and end.

    Where the end is counted, and the begin too, or where the estimate lacks an end.
    """
    if geteld["eind"][0] is None:
        return False
    return geteld["begin"][0] is not None or any(cel[0] is None for cel in geschat.values())


def draagt_bij(groep: str, gebruikt: Sequence[str], methode: str) -> bool:
    """Does a group add to K of an area: only an estimate has such parts."""
    return groep in gebruikt and methode == GESCHAT


def voorbehoud(
    inwoners: Cel, aandelen: Mapping[str, Getal], *, klein: float, instelling: float
) -> Tekst:
    """What to know of K where few live, or most are in one group; aandelen: share 0-1 of each."""
    delen = []
    if inwoners[0] is not None and inwoners[0] < klein:
        delen.append(f"minder dan {klein:g} inwoners")
    vol = [g for g, p in aandelen.items() if p is not None and round(p, 9) >= instelling / 100]
    if vol:
        delen.append(
            f"{instelling:g} % of meer in een groep ({', '.join(vol)}), zoals bij een instelling"
        )
    return "let op: " + "; ".join(delen) if delen else "", ""


# What a step of a receipt names: the functions themselves, under their own names.
REKENREGELS: dict[str, Callable[..., Any]] = {
    functie.__name__: functie
    for functie in (
        overgenomen, aandeel, K_microdata, K_schatting, verschil, tegen_gemeente, kwetsbaar_klasse,
        onv_klasse, stappen, signaal, focus, structureel, stabiliteit, omslag, rang, bijdrage,
        voorbehoud,
    )
}  # fmt: skip
# What each takes beside its inputs.
GEVRAAGD = {
    naam: inspect.getfullargspec(functie).kwonlyargs for naam, functie in REKENREGELS.items()
}
