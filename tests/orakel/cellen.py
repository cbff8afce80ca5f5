"""The oracle's harmonised cells: a figure of an area, made of the parts of old areas.

Here: sum, share and score over parts, coverage, bounds, from `docs/methode.md`: "Van delen naar een
gebied", "Het aandeel van een groep" and "Afronding en wat onbekend is". Not here: where the parts
come from (`wegen.py`), which year and which group (`jaren.py`, `rekenen.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from tests.orakel.lezen import NIEMAND, Cel, Rijen
from tests.orakel.regels import FIGUREN, Kolom
from tests.orakel.wegen import Deel


@dataclass(frozen=True)
class Figuur:
    """A cell. waarde: None where nobody knows, NIEMAND where there is nobody to count.

    deel: which part of its denominator a count is; minst, meest: its bounds, None where unknown.
    """

    waarde: Cel = None
    dekking: float = 0.0
    deel: float | None = None
    minst: float | None = None
    meest: float | None = None

    @property
    def getal(self) -> float | None:
        return self.waarde if isinstance(self.waarde, float) else None


@dataclass(frozen=True)
class _Stuk:
    """A part: its weight and measure, the figure and what that is a part of."""

    w: float
    maat: float | None
    x: Cel
    n: float | None
    geleverd: bool


def figuur(
    naam: str, delen: list[Deel], rijen: Rijen, kolommen: dict[str, Kolom], minimum: float
) -> Figuur:
    """The cell of column `naam` of one area."""
    kolom, sleutel = kolommen[naam], FIGUREN[naam][1]
    # A share of dwellings is weighed by them; a count is a part of its denominator.
    noemer = FIGUREN[kolom.noemer][1] if kolom.noemer else None
    stukken = []
    for deel in delen:
        rij = rijen.get(deel.van, {})
        n = rij.get(noemer) if noemer else None
        n = n if isinstance(n, float) else None
        stukken.append(_Stuk(deel.w, deel.maat, rij.get(sleutel), n, deel.van in rijen))
    geteld = [stuk for stuk in stukken if stuk.x != NIEMAND]
    if not geteld:
        return Figuur(NIEMAND if stukken else None)
    bekend = [stuk for stuk in geteld if stuk.x is not None]
    heel = len(stukken) == 1 and stukken[0].w == 1.0
    dekking = float(bool(bekend)) if heel else _dekking(geteld, bool(noemer))
    if dekking is None and len(bekend) == len(geteld) and naam not in AANDELEN | SCORES:
        dekking = 1.0
    if dekking is None or dekking < minimum or not bekend:
        return Figuur(None, dekking or 0.0)
    if naam in AANDELEN | SCORES:
        return Figuur(_gemiddelde(bekend, heel, naam), dekking)
    waarde = fsum(stuk.w * _getal(stuk.x) for stuk in bekend)
    beide = [stuk for stuk in bekend if stuk.n is not None]
    onder = fsum(stuk.w * _getal(stuk.n) for stuk in beide)
    deel = fsum(stuk.w * _getal(stuk.x) for stuk in beide) / onder if onder > 0 else None
    grenzen = [_grenzen(stuk, kolom, kolommen) for stuk in geteld] if kolom.begrensd else []
    minst = _samen(((s.w, laag) for s, (laag, _) in zip(geteld, grenzen, strict=False)), kolom)
    meest = _samen(((s.w, hoog) for s, (_, hoog) in zip(geteld, grenzen, strict=False)), kolom)
    return Figuur(waarde, dekking, deel, minst, meest)


AANDELEN = {"percentage_corporatiewoningen"}
SCORES = {"onv"}


def _getal(x: Cel) -> float:
    assert isinstance(x, float)
    return x


def _dekking(geteld: list[_Stuk], met_noemer: bool) -> float | None:
    """The part of the area of which the figure is known; None where nothing says how much it is."""
    gewichten = [stuk.w * stuk.n for stuk in geteld if stuk.n is not None]
    if not met_noemer or len(gewichten) < len(geteld) or fsum(gewichten) <= 0:
        gewichten = [stuk.maat for stuk in geteld if stuk.maat is not None]
        if len(gewichten) < len(geteld) or fsum(gewichten) <= 0:
            return None
    paren = zip(geteld, gewichten, strict=True)
    return fsum(g for stuk, g in paren if stuk.x is not None) / fsum(gewichten)


def _gemiddelde(bekend: list[_Stuk], heel: bool, naam: str) -> float | None:
    if heel:
        return _getal(bekend[0].x)
    if naam in AANDELEN:
        gewogen = [(stuk.w * stuk.n, _getal(stuk.x)) for stuk in bekend if stuk.n is not None]
    else:
        gewogen = [(stuk.maat or 0.0, _getal(stuk.x)) for stuk in bekend]
    samen = fsum(g for g, _ in gewogen)
    return fsum(g * x for g, x in gewogen) / samen if samen > 0 else None


def _grenzen(
    stuk: _Stuk, kolom: Kolom, kolommen: dict[str, Kolom]
) -> tuple[float | None, float | None]:
    """The least and the most that the figure of a part can be."""
    if stuk.x is not None:
        x = _getal(stuk.x)
        return max(0.0, x - kolom.ernaast), x + kolom.ernaast
    meest = None
    if kolom.noemer and stuk.n is not None:
        meest = stuk.n + kolommen[kolom.noemer].ernaast
    if kolom.onderdrukt_tot is not None and stuk.geleverd:
        meest = min(kolom.onderdrukt_tot, meest if meest is not None else kolom.onderdrukt_tot)
    return 0.0, meest


def _samen(gewogen: Iterable[tuple[float, float | None]], kolom: Kolom) -> float | None:
    delen = list(gewogen)
    if not kolom.begrensd or any(x is None for _, x in delen):
        return None
    return fsum(w * (x or 0.0) for w, x in delen)


@dataclass(frozen=True)
class Aandeel:
    """A share between 0 and 1 with its bounds, and how far it can move; ruimte None: unknown."""

    p: float
    minst: float
    meest: float
    ruimte: float | None


def aandeel(
    tellers: list[tuple[str, Figuur]], noemer: tuple[str, Figuur], kolommen: dict[str, Kolom]
) -> Aandeel | None:
    """The share of a group: its counts over the denominator; None where one of them is unknown."""
    naam_n, n = noemer
    if not n.getal:
        return None
    delen, minst, meest = [], [], []
    for naam, x in tellers:
        if x.getal is None:
            return None
        if kolommen[naam].noemer == naam_n:
            deel = x.deel
        else:
            deel = (x.getal / x.dekking) / (n.getal / n.dekking)
        if deel is None:
            return None
        delen.append(deel)
        if x.dekking >= 1:
            laag = hoog = deel
        elif n.dekking < 1:
            laag, hoog = 0.0, 1.0
        else:
            laag, hoog = x.getal / n.getal, x.getal / n.getal + 1 - x.dekking
        minst.append(laag)
        meest.append(hoog)
    p = min(1.0, fsum(delen))
    ruimten = [_ruimte(naam, x, kolommen) for naam, x in tellers]
    ruimte_n = _ruimte(naam_n, n, kolommen)
    ruimte = None
    if ruimte_n is not None and all(r is not None for r in ruimten):
        ruimte = (fsum(r or 0.0 for r in ruimten) + p * ruimte_n) / n.getal
    return Aandeel(p, min(1.0, max(minst)), min(1.0, fsum(meest)), ruimte)


def _ruimte(naam: str, x: Figuur, kolommen: dict[str, Kolom]) -> float | None:
    """The distance of a count to its furthest bound; None where that is unknown."""
    if not kolommen[naam].begrensd:
        return 0.0 if x.dekking >= 1 else None
    if x.getal is None or x.minst is None or x.meest is None:
        return None
    return max(x.getal - x.minst, x.meest - x.getal)
