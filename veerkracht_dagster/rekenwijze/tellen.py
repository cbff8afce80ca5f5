"""Figures over many areas a second time: sums, means, ranks, percentiles, other thresholds.

Here: each as a function of rows [code of the area, figure, ...] and of `met`, which names the
columns and says which rows count. Standard library alone; goes along with every bundle of evidence.
Receipts and the replay of an edition both count by these. Not here: which rows and columns a
published figure is made of (`bonnen/bon_overzicht.py`, `tweede/overzicht.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from math import prod, sqrt
from typing import Any

from . import rekenen as r
from .regels import GESCHAT

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


def gebieden(rijen: Rijen, met: Met) -> int:
    """Areas that meet the conditions; that there are none is known too."""
    return len(_die(rijen, met, met["waar"]))


def aantal(rijen: Rijen, met: Met) -> int | None:
    """Areas that meet the conditions; nothing where none is measured (`gemeten`)."""
    return gebieden(rijen, met) if _die(rijen, met, met["gemeten"]) else None


def gemeenten(rijen: Rijen, met: Met) -> int | None:
    """Gemeenten with an area that meets the conditions; nothing where none is measured."""
    if not _die(rijen, met, met["gemeten"]):
        return None
    return len({rij[0][2:6] for rij in _die(rijen, met, met["waar"])})


def som(rijen: Rijen, met: Met) -> float | None:
    """Sum of a column over areas that meet the conditions and have it.

    Nothing where no area is measured, or none of those that it would be a sum of has the figure.
    """
    plaats = _kolom(met, met["kolom"])
    reeks = [rij[plaats] for rij in _die(rijen, met, met["waar"])]
    cijfers = [x for x in reeks if x is not None]
    if not _die(rijen, met, met["gemeten"]) or (reeks and not cijfers):
        return None
    return sum(cijfers)


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
def klassen_bij(rijen: Rijen, met: Met) -> dict[int, tuple[int, int]]:
    """Per signal class at other thresholds its areas, and those of another class at the usual."""
    telling: dict[int, list[int]] = {}
    for _, dK, dP, onv in rijen:
        klasse = r.signaal(dK, dP, onv, met["tK"], met["tP"], met["problemen_vanaf"])
        drempels = met["tK_gewoon"], met["tP_gewoon"], met["problemen_vanaf"]
        plek = telling.setdefault(met["geen_meting"] if klasse is None else klasse, [0, 0])
        plek[0] += 1
        plek[1] += klasse is not None and klasse != r.signaal(dK, dP, onv, *drempels)
    return {klasse: (gebieden, anders) for klasse, (gebieden, anders) in telling.items()}


def klassen(rijen: Rijen, met: Met) -> int | None:
    """Areas in a signal class at other thresholds; with `anders`, those of another class there."""
    return _van_klasse(klassen_bij(rijen, met), met["klasse"], met)[bool(met["anders"])]


def per_klasse(rijen: Rijen, met: Met) -> dict[int, tuple[int | None, int | None]]:
    """Both of every class of `met['klassen']`, at once."""
    telling = klassen_bij(rijen, met)
    return {klasse: _van_klasse(telling, klasse, met) for klasse in met["klassen"]}


def _van_klasse(
    telling: Mapping[int, tuple[int, int]], klasse: int, met: Met
) -> tuple[int | None, int | None]:
    """Nothing where no area has a class; what has none is in no other one either."""
    geen = met["geen_meting"]
    if klasse == geen:
        return telling.get(geen, (0, 0))[0], None
    return telling.get(klasse, (0, 0)) if telling.keys() - {geen} else (None, None)


class Kvariant:
    """K made otherwise, beside K as it is; a row has the figures that `met` names.

    met: `zonder` a group, of the `rest`; or at a bound (`grens`).
    """

    def __init__(self, rijen: Rijen, met: Met) -> None:
        self._rijen, self._met = rijen, met
        self._i = {naam: _kolom(met, naam) for naam in met["kolommen"]}
        self.gewoon = self._reeks("K_eind")
        self.anders = self._gemaakt("eind")

    def cijfer(self, wat: str) -> float | int | None:
        """One of the figures of a variant, by its name."""
        if wat == "van":
            return len(self.anders)
        if wat == "gebieden":
            return sum(K is not None for K in self.anders)
        if wat == "rangcorrelatie":
            paren = list(zip(self.gewoon, self.anders, strict=True))
            return rangcorrelatie(paren, self._met["decimalen"])
        if wat.endswith("signaal"):
            return _anders_of_gemeten(wat, list(zip(*self._signalen(), strict=True)))
        (m, s), (m2, s2) = self._spreidingen
        if wat == "gemiddelde_K":
            return m2
        if wat == "verschil":
            return None if m is None or m2 is None else m2 - m
        paren = [
            (r.kwetsbaar_klasse(een, m, s), r.kwetsbaar_klasse(ander, m2, s2))
            for een, ander in zip(self.gewoon, self.anders, strict=True)
        ]
        return _anders_of_gemeten(wat, paren)

    @cached_property
    def _spreidingen(self) -> list[tuple[r.Getal, r.Getal]]:
        """Mean and standard deviation of K as it is, and made otherwise."""
        inwoners = self._reeks("inwoners_eind")
        return [r.spreiding(zip(K, inwoners, strict=True)) for K in (self.gewoon, self.anders)]

    def _signalen(self) -> Iterator[list[Any]]:
        dP, onv = self._reeks("dP"), self._reeks("onv_klasse")
        drempels = self._met["tK"], self._met["tP"], self._met["problemen_vanaf"]
        for eind, begin in (
            (self.gewoon, self._reeks("K_begin")), (self.anders, self._gemaakt("begin"))
        ):  # fmt: skip
            vieren = zip(eind, begin, dP, onv, strict=True)
            yield [
                r.signaal(r.verschil(e, b, self._met["decimalen"]), P, V, *drempels)
                for e, b, P, V in vieren
            ]

    def _reeks(self, naam: str) -> list[Any]:
        return [rij[self._i[naam]] for rij in self._rijen]

    def _gemaakt(self, kant: str) -> list[Any]:
        """K of every area at one end: at a bound, without a group, or as it is."""
        if self._met["grens"]:
            return self._reeks(f"K_{kant}_{self._met['grens']}")
        heel = self._reeks(f"K_{kant}")
        if not self._met["zonder"]:
            return heel
        rest = [self._reeks(f"aandeel_{groep}_{kant}") for groep in self._met["rest"]]
        return [
            K_van_rest(K, [reeks[n] for reeks in rest]) if methode == GESCHAT else K
            for n, (K, methode) in enumerate(zip(heel, self._reeks("methode"), strict=True))
        ]


def _anders_of_gemeten(wat: str, paren: Sequence[tuple[Any, Any]]) -> int | None:
    """How many have both classes, or of those other ones; nothing where none has both."""
    beide = sum(een is not None and ander is not None for een, ander in paren)
    if wat.startswith("gemeten_"):
        return beide
    return sum(verschillen(een, ander) for een, ander in paren) if beide else None


def variant(rijen: Rijen, met: Met) -> float | int | None:
    """What changes when K is made otherwise (`wat_dan`)."""
    return Kvariant(rijen, met).cijfer(met["wat_dan"])


def K_van_rest(K: float | None, rest: Sequence[float | None]) -> float | None:
    """K of an area without a group, from the shares (%) of the others."""
    p = [x for x in rest if x is not None]
    if K is None or not p or len(p) < len(rest):
        return None
    return 100.0 * (1.0 - prod(1.0 - x / 100 for x in p))


def verschillen(een: float | None, ander: float | None) -> bool:
    """Two classes that are both there and not the same."""
    return een is not None and ander is not None and een != ander


def rangcorrelatie(
    paren: Sequence[tuple[float | None, float | None]], decimalen: int
) -> float | None:
    """Spearman's, over areas that have both, ranked to so many decimals; equals share a rank."""
    beide = [
        (round(x, decimalen), round(y, decimalen))
        for x, y in paren
        if x is not None and y is not None
    ]
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

    An area alone keeps its figure; below the minimum of coverage there is none: of the areas, where
    the weight of one of them is unknown. van_levering: an area without a weight is none of it.
    """
    cijfers = [(code, _figuur(x, met["klassen"]), w) for code, x, w in rijen]
    if len(cijfers) == 1:
        return cijfers[0][1]
    telt = [(x, w) for _, x, w in cijfers if x is not None and w is not None and w > 0]
    gedekt = deel = sum(w for _, w in telt)
    gewichten = [w for _, _, w in cijfers if w is not None]
    geheel = sum(gewichten)
    if len(gewichten) < len(cijfers) and not met["van_levering"]:
        deel, geheel = len(telt), len(cijfers)
    if not telt or deel < met["minimum"] * geheel:
        return None
    return sum(x * w for x, w in telt) / gedekt


def _figuur(x: Any, klassen: Sequence[int]) -> Any:
    if x is None or not klassen:
        return x
    return 100.0 if x in klassen else 0.0


TELLINGEN: dict[str, Callable[[Rijen, Met], Any]] = {
    telling.__name__: telling
    for telling in (
        gebieden, aantal, gemeenten, som, gemiddelde, standaardafwijking, deel, percentiel_van,
        vergelijking, klassen, variant, scanmaat,
    )
}  # fmt: skip
