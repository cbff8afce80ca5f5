"""One step of a receipt computed again from what is under it: a rule for every kind of step.

Here: cells, shares and figures of many areas as steps; for a figure of an area, its inputs as its
rule (`regels.py`) wants them. A step has `met` (what the rule needs beside other figures) and
`kinderen` (the steps under it, already computed) with `waarde` and `staat`. Standard library alone:
this file goes along, as it is, with every bundle of evidence: a third party computes by the same
rules.
Not here: which steps a figure is made of (`bonnen/bon.py`), tables of many areas (`tellen.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Protocol

from . import regels, tellen
from . import rekenen as r
from .omzetten import Afrondregel, Stuk, deel_van_noemer, grenzen, zet_om
from .regels import GEVRAAGD, REKENREGELS
from .rekenen import Cel, Deel, Getal, Omgezetcel
from .ruw.cel import getal

Uitkomst = tuple[Any, str]  # a figure (or a text) and its state


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
    if regel not in REKENREGELS:
        return STAPREGELS[regel](stap)
    invoer = _INVOER.get(regel, _cellen)(stap)
    uitkomst: Uitkomst = REKENREGELS[regel](*invoer, **{k: stap.met[k] for k in GEVRAAGD[regel]})
    return uitkomst


def _cel(stap: Stap) -> Cel:
    return stap.waarde, stap.staat


def _cellen(stap: Stap) -> list[Cel]:
    return [_cel(kind) for kind in stap.kinderen]


# --- cells --------------------------------------------------------------------------------------
def tekst(stap: Stap) -> Uitkomst:
    """A cell of the publisher: the number of its text, or the state of an empty one."""
    cijfer = None if stap.met.get("merk") else getal(stap.met["tekst"])
    if (
        cijfer is not None
        and cijfer > stap.met["merkgetal"]
        and cijfer not in stap.met.get("merken", ())
    ):
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
        Stuk(k.naam, *(k.met[naam] for naam in ("gewicht", "methode", "aantal", "maat")))
        for k in stap.kinderen
    ]
    cellen = [_cel(k.kinderen[0]) for k in stap.kinderen]
    noemers = None
    if stap.met["weegkolom"]:
        noemers = [k.kinderen[1].waarde for k in stap.kinderen]
    soort = stap.met["soort"]
    waarde, staat, dekking = zet_om(stukken, cellen, noemers, soort, stap.met["minimum"])
    stap.met["dekking"] = dekking
    if stap.met["regel"] is not None:
        regel = Afrondregel(*stap.met["regel"])
        stap.met["grenzen"] = list(grenzen(stukken, cellen, noemers, soort, regel))
    if soort == "aantal" and noemers is not None:
        stap.met["deel"] = deel_van_noemer(stukken, cellen, noemers)
    return waarde, staat


def gepubliceerd(stap: Stap) -> Uitkomst:
    """What the release says, where it cannot be followed further."""
    return stap.met["tekst"], stap.met.get("staat", "")


def geen(stap: Stap) -> Uitkomst:
    """A figure that there is not, with its state."""
    return None, stap.met["staat"]


# --- what a figure of an area is made of ---------------------------------------------------------
def _omgezet(stap: Stap) -> Omgezetcel:
    """A harmonised cell; of one that cannot be followed the published facts are all there is."""
    met, twee = stap.met, stap.met.get("grenzen")
    grenzen = (twee[0], twee[1]) if twee else None
    return Omgezetcel(stap.waarde, stap.staat, met.get("dekking", 0.0), met.get("deel"), grenzen)


def _deel(stap: Stap) -> Deel:
    cellen = [_omgezet(kind) for kind in stap.kinderen]
    if stap.met["als_aandeel"]:
        return r.deel_als_aandeel(cellen[0])
    return r.deel_van(cellen[:-1], cellen[-1], stap.met["eigen_noemer"])


def deel(stap: Stap) -> Uitkomst:
    """Share of a group, 0-1."""
    uit = _deel(stap)
    return uit.waarde, uit.staat


def _delen(stap: Stap) -> list[Deel]:
    return [_deel(kind) for kind in stap.kinderen]


def _per_jaar(stap: Stap) -> list[dict[int, Getal]]:
    return [{kind.met["jaar"]: kind.waarde for kind in stap.kinderen}]


def _eigen_en_op_rij(stap: Stap) -> list[Any]:
    eigen, allen = stap.kinderen
    return [_cel(eigen), r.op_rij((rij[1] for rij in allen.met["rijen"]), stap.met["teken"])]


def _K_en_aandelen(stap: Stap) -> list[Any]:
    K, *aandelen = stap.kinderen
    return [_cel(K), {kind.met["groep"]: kind.waarde for kind in aandelen}]


def _cellen_en_verstoord(stap: Stap) -> list[Any]:
    """Class, changes and class of nuisance, and dK perturbed: against the gemeente, or as it is."""
    met = stap.met
    hoe = met["zaad"], met["trekkingen"], met["decimalen"]
    if met["relatief"]:
        rijen = stap.kinderen[-1].met["rijen"]
        per_gebied = {
            code: r.verstoord(dict(zip(r.VERSTOORD, K, strict=True)), code, *hoe)
            for code, _, *K in rijen
        }
        inwoners = {code: n for code, n, *_ in rijen}
        tegen = r.verstoord_gemeente(per_gebied, inwoners, met["decimalen_relatief"])
        verstoord = tegen[met["gebied"]]
    else:
        per_naam = {kind.naam: kind.waarde for kind in stap.kinderen}
        K = {als: per_naam[naam] for als, naam in zip(r.VERSTOORD, met["namen"], strict=True)}
        verstoord = r.verstoord(K, met["gebied"], *hoe)
    return [*_cellen(stap)[:4], verstoord]


_INVOER: dict[str, Callable[[Any], Sequence[Any]]] = {  # where it is not the cells below
    "aandeel": _delen, "K_microdata": _delen, "K_schatting": _delen, "stappen": _per_jaar,
    "stabiliteit": _cellen_en_verstoord, "rang": _eigen_en_op_rij, "bijdrage": _K_en_aandelen,
    "voorbehoud": _K_en_aandelen,
}  # fmt: skip


# --- over areas ----------------------------------------------------------------------------------
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


# --- layers and tables --------------------------------------------------------------------------
def laag(stap: Stap) -> Uitkomst:
    """The class of an area on a map: taken over, or by limits; -9 is no measurement."""
    wat = {k: stap.met[k] for k in ("klasse_uit", "grenzen", "op_de_grens")}
    klasse, staat = regels.laag(_cel(stap.kinderen[0]), _cel(stap.kinderen[-1]), **wat)
    return (stap.met["geen_meting"] if klasse is None else klasse), staat


def tel(stap: Stap) -> Uitkomst:
    """A figure over many areas: which, `met['wat']` says."""
    return tellen.TELLINGEN[stap.met["wat"]](stap.kinderen[0].met["rijen"], stap.met), ""


def verwacht(stap: Stap) -> Uitkomst:
    """A figure carried on from begin and end to a target year."""
    eind, begin = (kind.waarde for kind in stap.kinderen)
    if eind is None or begin is None:
        return None, ""
    per_jaar = (eind - begin) / (stap.met["eind"] - stap.met["begin"])
    return eind + per_jaar * (stap.met["streefjaar"] - stap.met["eind"]), ""


STAPREGELS: dict[str, Callable[[Any], Uitkomst]] = {
    regel.__name__: regel
    for regel in (
        tekst, gewicht, cel, gepubliceerd, geen, deel, gemiddelde, spreiding, gebieden, laag, tel,
        verwacht,
    )
}  # fmt: skip
