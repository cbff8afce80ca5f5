"""Figures over many areas a second time: sums, means, ranks, percentiles, other thresholds.

Here: each as a function of rows [code of the area, figure, ...] and of `met`, which names the
columns and says which rows count. Standard library alone; goes along with every bundle of evidence.
Not here: which rows and columns a published figure is made of
(`bonnen/bon_overzicht.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from math import prod, sqrt
from typing import Any

from . import rekenen as r

Rijen = Sequence[Sequence[Any]]
Met = Mapping[str, Any]


def _kolom(met: Met, naam: str) -> int:
    return 0 if naam == "code" else 1 + list(met["kolommen"]).index(naam)


_TOETSEN: dict[str, Callable[[Any, Any], bool]] = {
    "bekend": lambda x, _: x is not None,
    "onbekend": lambda x, _: x is None,
    "in": lambda x, welke: x in welke,
    "boven": lambda x, grens: x is not None and x > grens,
    "onder": lambda x, grens: x is not None and x < grens,
    "begint": lambda x, begin: x.startswith(begin),
    "klasse": lambda x, welke: (
        r.klasse(x, welke["grenzen"], welke["op_de_grens"]) == welke["nummer"]
    ),
}


def _die(rijen: Rijen, met: Met, waar: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """The rows that meet every condition (column, test, value)."""
    toetsen = [(_kolom(met, naam), _TOETSEN[toets], waarde) for naam, toets, waarde in waar]
    return [rij for rij in rijen if all(toets(rij[i], waarde) for i, toets, waarde in toetsen)]


def aantal(rijen: Rijen, met: Met) -> int:
    """Areas that meet the conditions."""
    return len(_die(rijen, met, met["waar"]))


def gemeenten(rijen: Rijen, met: Met) -> int:
    """Gemeenten with an area that meets the conditions."""
    return len({rij[0][2:6] for rij in _die(rijen, met, met["waar"])})


def som(rijen: Rijen, met: Met) -> float:
    """Sum of a column over areas that meet the conditions and have it."""
    plaats = _kolom(met, met["kolom"])
    return sum(x for rij in _die(rijen, met, met["waar"]) if (x := rij[plaats]) is not None)


def _paren(rijen: Rijen, met: Met) -> list[tuple[Any, Any]]:
    x, w = _kolom(met, met["kolom"]), _kolom(met, met["gewicht"])
    return [(rij[x], rij[w]) for rij in _die(rijen, met, met["waar"])]


def gemiddelde(rijen: Rijen, met: Met) -> float | None:
    """Weighted mean over areas that meet the conditions."""
    return r.gemiddelde(_paren(rijen, met))[0]


def standaardafwijking(rijen: Rijen, met: Met) -> float | None:
    """Weighted standard deviation over areas that meet the conditions."""
    return r.spreiding(_paren(rijen, met))[1]


def deel(rijen: Rijen, met: Met) -> float | None:
    """Of the areas that meet the conditions, the part (%) that also meets `waarvan`."""
    alle = _die(rijen, met, met["waar"])
    return 100.0 * len(_die(alle, met, met["waarvan"])) / len(alle) if alle else None


def percentiel_van(rijen: Rijen, met: Met) -> float | None:
    """The value below which `nummer` % of the areas lie."""
    plaats = _kolom(met, met["kolom"])
    return percentiel([rij[plaats] for rij in _die(rijen, met, met["waar"])], met["nummer"])


def percentiel(reeks: Sequence[float], nummer: float) -> float | None:
    """The value below which `nummer` % of a series lie, between two neighbours in proportion."""
    if not reeks:
        return None
    op_rij = sorted(reeks)
    plek = (len(op_rij) - 1) * nummer / 100
    onder = int(plek)
    boven = min(onder + 1, len(op_rij) - 1)
    return float(op_rij[onder] + (op_rij[boven] - op_rij[onder]) * (plek - onder))


# --- comparison ---------------------------------------------------------------------------------
class Vergeleken:
    """Figures that are compared with each other, sorted once; paren: (figure, residents)."""

    def __init__(self, paren: Sequence[tuple[float, float | None]]) -> None:
        self.reeks = sorted(x for x, _ in paren)
        self.gemiddelde, _ = r.gemiddelde(paren)

    def tegenover(self, x: float) -> dict[str, float | None]:
        """How a figure of these stands among them."""
        aantal = len(self.reeks)
        lager, tot = bisect_left(self.reeks, x), bisect_right(self.reeks, x)
        gelijk = tot - lager - 1
        return {
            "waarde": x,
            "rang": 1 + aantal - tot,
            "van": aantal,
            "percentiel": 100.0 * (lager + gelijk / 2) / (aantal - 1) if aantal > 1 else None,
            "verschil": None if self.gemiddelde is None else x - self.gemiddelde,
        }


def vergelijking(rijen: Rijen, met: Met) -> float | None:
    """How an area stands among others (`wat_dan`); a row: code, figure and, for a mean, weight."""
    cijfers = {code: (met["teken"] * x + 0.0, *n) for code, x, *n in rijen if x is not None}
    if met["gebied"] not in cijfers:
        return None
    groep = Vergeleken([(x, n[0] if n else None) for x, *n in cijfers.values()])
    return groep.tegenover(cijfers[met["gebied"]][0])[met["wat_dan"]]


# --- other thresholds, other makings of K -------------------------------------------------------
def klassen(rijen: Rijen, met: Met) -> int:
    """Areas in a signal class at other thresholds; with `anders`, those of another class there."""
    uit = 0
    for _, dK, dP, onv in rijen:
        klasse = r.signaal(dK, dP, onv, met["tK"], met["tP"], met["problemen_vanaf"])
        drempels = met["tK_gewoon"], met["tP_gewoon"], met["problemen_vanaf"]
        gewoon = r.signaal(dK, dP, onv, *drempels)
        telt = not met["anders"] or (klasse is not None and klasse != gewoon)
        uit += telt and (met["geen_meting"] if klasse is None else klasse) == met["klasse"]
    return uit


def variant(rijen: Rijen, met: Met) -> float | int | None:
    """What changes when K is made otherwise (`wat_dan`)."""
    i = {naam: _kolom(met, naam) for naam in met["kolommen"]}
    gewoon = [rij[i["K_eind"]] for rij in rijen]
    anders = [_anders_gemaakt(rij, i, "eind", met) for rij in rijen]
    if met["wat_dan"] == "gebieden":
        return sum(K is not None for K in anders)
    if met["wat_dan"] == "rangcorrelatie":
        return rangcorrelatie(list(zip(gewoon, anders, strict=True)))
    if met["wat_dan"] == "ander_signaal":
        begin = [(rij[i["K_begin"]], _anders_gemaakt(rij, i, "begin", met)) for rij in rijen]
        return sum(
            verschillen(_signaal(rij, i, eind, b, met), _signaal(rij, i, ander, ander_b, met))
            for rij, eind, ander, (b, ander_b) in zip(rijen, gewoon, anders, begin, strict=True)
        )
    inwoners = [rij[i["inwoners_eind"]] for rij in rijen]
    m, s = r.spreiding(zip(gewoon, inwoners, strict=True))
    m2, s2 = r.spreiding(zip(anders, inwoners, strict=True))
    if met["wat_dan"] == "gemiddelde_K":
        return m2
    if met["wat_dan"] == "verschil":
        return None if m is None or m2 is None else m2 - m
    return sum(
        verschillen(r.kwetsbaar_klasse(een, m, s), r.kwetsbaar_klasse(ander, m2, s2))
        for een, ander in zip(gewoon, anders, strict=True)
    )


def _anders_gemaakt(rij: Sequence[Any], i: Mapping[str, int], kant: str, met: Met) -> Any:
    """K of an area at one end: at a bound, without a group, or as it is."""
    if met["grens"]:
        return rij[i[f"K_{kant}_{met['grens']}"]]
    K = rij[i[f"K_{kant}"]]
    if not met["zonder"] or rij[i["methode"]] != "schatting":
        return K
    return K_van_rest(K, [rij[i[f"aandeel_{groep}_{kant}"]] for groep in met["rest"]])


def K_van_rest(K: float | None, rest: Sequence[float | None]) -> float | None:
    """K of an area without a group, from the shares (%) of the others."""
    p = [x for x in rest if x is not None]
    if K is None or not p or len(p) < len(rest):
        return None
    return 100.0 * (1.0 - prod(1.0 - x / 100 for x in p))


def _signaal(
    rij: Sequence[Any], i: Mapping[str, int], eind: Any, begin: Any, met: Met
) -> int | None:
    dK, drempels = r.verschil(eind, begin), (met["tK"], met["tP"], met["problemen_vanaf"])
    return r.signaal(dK, rij[i["dP"]], rij[i["onv_klasse"]], *drempels)


def verschillen(een: float | None, ander: float | None) -> bool:
    """Two classes that are both there and not the same."""
    return een is not None and ander is not None and een != ander


def rangcorrelatie(paren: Sequence[tuple[float | None, float | None]]) -> float | None:
    """Spearman's, over areas that have both, ranked to nine decimals; equals share a rank."""
    beide = [(round(x, 9), round(y, 9)) for x, y in paren if x is not None and y is not None]
    if len(beide) < 2:
        return None
    een, ander = (_rangen([paar[k] for paar in beide]) for k in (0, 1))
    m1, m2 = sum(een) / len(een), sum(ander) / len(ander)
    boven = sum((x - m1) * (y - m2) for x, y in zip(een, ander, strict=True))
    onder = sqrt(sum((x - m1) ** 2 for x in een)) * sqrt(sum((y - m2) ** 2 for y in ander))
    return boven / onder if onder else None


def _rangen(reeks: Sequence[float]) -> list[float]:
    plek, begin = {}, 0
    for waarde, groep in groupby(sorted(reeks)):
        lengte = len(list(groep))
        plek[waarde] = begin + (lengte + 1) / 2
        begin += lengte
    return [plek[waarde] for waarde in reeks]


# --- scan of a corporation ----------------------------------------------------------------------
def scanmaat(rijen: Rijen, met: Met) -> float | None:
    """A wijk as the weighted mean of its areas; a row is code, figure, weight.

    An area alone keeps its figure; below the minimum of coverage there is none.
    """
    cijfers = [(code, _figuur(x, met["klassen"]), w) for code, x, w in rijen]
    if len(cijfers) == 1:
        return cijfers[0][1]
    geheel = sum(w for _, _, w in cijfers if w is not None)
    telt = [(x, w) for _, x, w in cijfers if x is not None and w is not None and w > 0]
    gedekt = sum(w for _, w in telt)
    if not telt or gedekt < met["minimum"] * geheel:
        return None
    return sum(x * w for x, w in telt) / gedekt


def _figuur(x: Any, klassen: Sequence[int]) -> Any:
    if x is None or not klassen:
        return x
    return 100.0 if x in klassen else 0.0


TELLINGEN: dict[str, Callable[[Rijen, Met], Any]] = {
    telling.__name__: telling
    for telling in (
        aantal, gemeenten, som, gemiddelde, standaardafwijking, deel, percentiel_van, vergelijking,
        klassen, variant, scanmaat,
    )
}  # fmt: skip
