"""One step of a receipt computed again from what is under it: a rule for every kind of figure.

Here: the rules by name. A step has `met` (what the rule needs beside other figures) and `kinderen`
(the steps under it, already computed) with `waarde` and `staat`. Standard library alone: this file
goes along, as it is, with every bundle of evidence: a third party computes by the same rules.
Not here: which steps a figure is made of (`herkomst/bon.py`), tables of many areas (`tellen.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from math import nextafter, prod
from operator import itemgetter
from typing import Any, Protocol

from . import rekenen as r
from . import tellen
from .omzetten import Regel, Stuk, grenzen, zet_om
from .rekenen import Cel, Deel, Getal
from .ruw.cel import getal

Uitkomst = tuple[Any, str]  # a figure (or a text) and its state
MERKTEKEN = -99990.0  # below it a publisher's number is a mark, not a figure


class Stap(Protocol):
    """A step: `naam`, `waarde`, `staat`, `met` and `kinderen`."""

    naam: str
    waarde: Any
    staat: str
    met: dict[str, Any]

    @property
    def kinderen(self) -> Sequence[Stap]: ...


def bereken(regel: str, stap: Stap) -> Uitkomst:
    """What a step is by its rule, given the steps under it."""
    return REGELS[regel](stap)


def _cel(stap: Stap) -> Cel:
    return stap.waarde, stap.staat


def _cellen(stap: Stap) -> list[Cel]:
    return [_cel(kind) for kind in stap.kinderen]


def _waarden(stap: Stap) -> list[Getal]:
    return [kind.waarde for kind in stap.kinderen]


# --- cells --------------------------------------------------------------------------------------
def tekst(stap: Stap) -> Uitkomst:
    """A cell of the publisher: the number of its text, or the state of an empty one."""
    cijfer = None if stap.met.get("merk") else getal(stap.met["tekst"])
    if cijfer is not None and cijfer > MERKTEKEN and cijfer not in stap.met.get("merken", ()):
        return cijfer, "waargenomen"
    return None, stap.met["leeg"]


def gewicht(stap: Stap) -> Uitkomst:
    """A row of the crosswalk: what part of the old area."""
    return stap.met["gewicht"], ""


def cel(stap: Stap) -> Uitkomst:
    """A harmonised cell, of the parts of its area: each a source cell, and what weighs it."""
    if not stap.kinderen:
        return r.ONTBREKEND
    stukken = [
        Stuk(k.naam, k.met["gewicht"], k.met["methode"], k.met["aantal"]) for k in stap.kinderen
    ]
    cellen = [_cel(k.kinderen[0]) for k in stap.kinderen]
    noemers = None
    if stap.met["weegkolom"]:
        noemers = [k.kinderen[1].waarde for k in stap.kinderen]
    soort = stap.met["soort"]
    waarde, staat, dekking = zet_om(stukken, cellen, noemers, soort, stap.met["minimum"])
    stap.met["dekking"] = dekking
    if stap.met["regel"] is not None:
        regel = Regel(*stap.met["regel"])
        stap.met["grenzen"] = list(grenzen(stukken, cellen, noemers, soort, regel))
    return waarde, staat


def gepubliceerd(stap: Stap) -> Uitkomst:
    """What the release says, where it cannot be followed further."""
    return stap.met["tekst"], stap.met.get("staat", "")


def geen(stap: Stap) -> Uitkomst:
    """A figure that there is not, with its state."""
    return None, stap.met["staat"]


# --- figures of an area -------------------------------------------------------------------------
def overgenomen(stap: Stap) -> Uitkomst:
    """A figure taken over, with its state."""
    return r.met_staat(*_cel(stap.kinderen[0]))


def _speling(stap: Stap) -> float:
    """How far a cell can be off by rounding and suppression, as far as that is known."""
    x, grenzen = stap.waarde, stap.met.get("grenzen") or ()
    return 0.0 if x is None else max((abs(x - g) for g in grenzen if g is not None), default=0.0)


def _deel(stap: Stap) -> Deel:
    *halven, half = map(_speling, stap.kinderen)
    *tellers, noemer = _cellen(stap)
    if stap.met["als_aandeel"]:
        return r.deel_als_aandeel(noemer, half)
    return r.deel_van(tellers, noemer, halven, half)


def deel(stap: Stap) -> Uitkomst:
    """Share of a group, 0-1."""
    waarde, _, staat = _deel(stap)
    return waarde, staat


def aandeel(stap: Stap) -> Uitkomst:
    """Share of a group in %."""
    waarde, _, staat = _deel(stap.kinderen[0])
    return r.met_staat(None if waarde is None else waarde * 100.0, staat)


def K_microdata(stap: Stap) -> Uitkomst:
    """K or one of its bounds, counted."""
    return r.uit_microdata(_deel(stap.kinderen[0]))[stap.met["onderdeel"]]


def K_schatting(stap: Stap) -> Uitkomst:
    """K or one of its bounds, estimated from the shares of groups."""
    return r.uit_groepen([_deel(k) for k in stap.kinderen])[stap.met["onderdeel"]]


def verschil(stap: Stap) -> Uitkomst:
    """One figure less another."""
    een, ander = _cellen(stap)
    return r.met_staat(r.verschil(een[0], ander[0]), r.slechtste((een[1], ander[1])))


def onv_klasse(stap: Stap) -> Uitkomst:
    """Class 1-9 of a score."""
    waarde, staat = _cel(stap.kinderen[0])
    return r.met_staat(r.klasse(waarde, stap.met["grenzen"]), staat)


def kwetsbaar_klasse(stap: Stap) -> Uitkomst:
    """Class 1-4 of K by the national mean and standard deviation."""
    K, m, s = stap.kinderen
    return r.met_staat(r.kwetsbaar_klasse(K.waarde, m.waarde, s.waarde), K.staat)


def tegen_gemeente(stap: Stap) -> Uitkomst:
    """A change less the mean of its gemeente."""
    eigen, gemiddelde = stap.kinderen
    return r.met_staat(r.tegen_gemeente(eigen.waarde, gemiddelde.waarde), eigen.staat)


_CIJFER_INWONERS = itemgetter(1, 2)  # of a row of areas, after its code


def _gemiddelde(stap: Stap) -> tuple[Getal, int]:
    return r.gemiddelde(map(_CIJFER_INWONERS, stap.kinderen[0].met["rijen"]))


def gemiddelde(stap: Stap) -> Uitkomst:
    """Weighted mean over areas."""
    return _gemiddelde(stap)[0], ""


def spreiding(stap: Stap) -> Uitkomst:
    """Weighted standard deviation over areas."""
    return r.spreiding(map(_CIJFER_INWONERS, stap.kinderen[0].met["rijen"]))[1], ""


def gebieden(stap: Stap) -> Uitkomst:
    """Figures of many areas; those with their own receipt under it are taken from that."""
    plaats = {rij[0]: rij for rij in stap.met["rijen"]}
    for kind in stap.kinderen:
        kolom = 1 + stap.met["kolommen"].index(kind.naam)
        plaats[kind.met["gebied"]][kolom] = kind.waarde
    return len(plaats), ""


def stappen(stap: Stap) -> Uitkomst:
    """How many steps of the period were measured, or went up (a lower score is more nuisance)."""
    onv = {k.met["jaar"]: k.waarde for k in stap.kinderen}
    gaan = [r.verschil(onv.get(a), onv.get(b)) for a, b in stap.met["stappen"]]
    if stap.met["telt"] == "toename":
        return float(sum(x is not None and x > 0 for x in gaan)), "waargenomen"
    return float(sum(x is not None for x in gaan)), "waargenomen"


def signaal(stap: Stap) -> Uitkomst:
    """Signal class 1-8."""
    dK, dP, onv = stap.kinderen
    drempels = stap.met["tK"], stap.met["tP"], stap.met["problemen_vanaf"]
    klasse = r.signaal(dK.waarde, dP.waarde, onv.waarde, *drempels)
    return r.met_staat(klasse, r.slechtste((dK.staat, dP.staat)))


def focus(stap: Stap) -> Uitkomst:
    """Focus class 1-10."""
    onv, kwetsbaar = stap.kinderen
    klasse = r.focus(onv.waarde, kwetsbaar.waarde, stap.met["problemen_vanaf"])
    return r.met_staat(klasse, r.slechtste((onv.staat, kwetsbaar.staat)))


def structureel(stap: Stap) -> Uitkomst:
    """Whether the signal holds over the whole period."""
    klasse, gemeten, toename = _waarden(stap)
    eisen = stap.met["minimum"], stap.met["zwak"], stap.met["minimum_toename"]
    return r.structureel(klasse, gemeten or 0, toename or 0, *eisen), ""


def stabiliteit(stap: Stap) -> Uitkomst:
    """Share of perturbed classifications that give the class itself."""
    per = {k.naam: k for k in stap.kinderen}
    eigen, dP, onv = per[stap.met["klasse"]], per[stap.met["dP"]], per["onv_klasse"]
    if stap.met["relatief"]:
        namen = stap.met["namen"]
        reeks = _verstoord_gemeente(per["gebieden"].met["rijen"], namen, stap.met)
    else:
        K = {naam: per[naam].waarde for naam in stap.met["namen"]}
        reeks = r.verstoord(K, stap.met["gebied"], stap.met["zaad"], stap.met["trekkingen"])
    waarde = r.stabiliteit(
        reeks, dP.waarde, onv.waarde, eigen.waarde, stap.met["tK"], stap.met["tP"],
        stap.met["factoren"], stap.met["problemen_vanaf"],
    )  # fmt: skip
    return r.met_staat(waarde, r.slechtste((per[stap.met["dK"]].staat, dP.staat)))


def _verstoord_gemeente(
    rijen: Sequence[Sequence[Any]], namen: Sequence[str], met: dict[str, Any]
) -> list[Getal]:
    """Every area of the gemeente perturbed, and each perturbation against its own mean."""
    per_gebied = {
        rij[0]: r.verstoord(
            dict(zip(namen, rij[2:], strict=True)), rij[0], met["zaad"], met["trekkingen"]
        )
        for rij in rijen
    }
    inwoners = {rij[0]: rij[1] for rij in rijen}
    eigen = per_gebied[met["gebied"]]
    gemiddelden = [
        r.gemiddelde((reeks[i], inwoners[code]) for code, reeks in per_gebied.items())[0]
        for i in range(len(eigen))
    ]
    return [r.tegen_gemeente(x, m) for x, m in zip(eigen, gemiddelden, strict=True)]


# --- sensitivity --------------------------------------------------------------------------------
def omslag(stap: Stap) -> Uitkomst:
    """The threshold at which the class flips (`wat` omslag), or the class beyond it."""
    dK, dP, onv = _waarden(stap)
    tK, tP = stap.met["tK"], stap.met["tP"]
    nu = r.signaal(dK, dP, onv, tK, tP, stap.met["problemen_vanaf"])
    x, drempel = (dK, tK) if stap.met["drempel"] == "tK" else (dP, tP)
    if nu is None:
        return r.ONTBREKEND
    if x:
        nieuw = abs(x) if abs(x) > drempel else nextafter(abs(x), 0.0)
        tK, tP = (nieuw, tP) if stap.met["drempel"] == "tK" else (tK, nieuw)
        na = r.signaal(dK, dP, onv, tK, tP, stap.met["problemen_vanaf"])
        if na != nu:
            return (abs(x) if stap.met["wat"] == "omslag" else na), "waargenomen"
    return None, "n.v.t."


def rang(stap: Stap) -> Uitkomst:
    """Rank from high to low among all areas, or the best or worst it can be within bounds."""
    eigen, *_, allen = stap.kinderen
    x, teken = eigen.waarde, stap.met["teken"]
    if x is None:
        return r.met_staat(None, stap.met["staat_van"])
    anderen = sorted(teken * rij[1] for rij in allen.met["rijen"] if rij[1] is not None)
    if stap.met["kant"] == "_laagst":
        plaats = float(len(anderen) - bisect_left(anderen, teken * x))
    else:
        plaats = 1.0 + len(anderen) - bisect_right(anderen, teken * x)
    return r.met_staat(plaats, stap.met["staat_van"])


def bijdrage(stap: Stap) -> Uitkomst:
    """K less what it would be without the group."""
    K, *aandelen = stap.kinderen
    p = {k.met["groep"]: k.waarde for k in aandelen}
    if any(x is None for x in p.values()):
        return r.met_staat(None, K.staat)
    over = {groep: 1.0 - x / 100 for groep, x in p.items()}
    zonder = prod(x for groep, x in over.items() if groep != stap.met["groep"])
    return r.met_staat(100.0 * (zonder - prod(over.values())), K.staat)


# --- layers and tables --------------------------------------------------------------------------
def laag(stap: Stap) -> Uitkomst:
    """The class of an area on a map: taken over, or by limits; -9 is no measurement."""
    bepalend, waarde = stap.kinderen[0], stap.kinderen[-1]
    if stap.met["klasse_uit"]:
        klasse = None if bepalend.waarde is None else int(bepalend.waarde)
    else:
        klasse = r.klasse(waarde.waarde, stap.met["grenzen"], stap.met["op_de_grens"])
    staat = bepalend.staat
    if klasse is None and staat in r.MET_WAARDE:
        staat = "ontbreekt"
    return (stap.met["geen_meting"] if klasse is None else klasse), staat


def tel(stap: Stap) -> Uitkomst:
    """A figure over many areas: which, `met['wat']` says."""
    return tellen.TELLINGEN[stap.met["wat"]](stap.kinderen[0].met["rijen"], stap.met), ""


def verwacht(stap: Stap) -> Uitkomst:
    """A figure carried on from begin and end to a target year."""
    eind, begin = _waarden(stap)
    if eind is None or begin is None:
        return None, ""
    per_jaar = (eind - begin) / (stap.met["eind"] - stap.met["begin"])
    return eind + per_jaar * (stap.met["streefjaar"] - stap.met["eind"]), ""


REGELS: dict[str, Callable[[Any], Uitkomst]] = {
    regel.__name__: regel
    for regel in (
        tekst, gewicht, cel, gepubliceerd, geen, overgenomen, deel, aandeel, K_microdata,
        K_schatting, verschil, verwacht, onv_klasse, kwetsbaar_klasse, tegen_gemeente, gemiddelde,
        spreiding, gebieden, stappen, signaal, focus, structureel, stabiliteit, omslag, rang,
        bijdrage, laag, tel,
    )
}  # fmt: skip
