"""The method a second time, figure by figure, with nothing but Python's own library.

Here: what one figure is, given the figures it is made of. A cell is (value, state); a value that is
not there is None. This file goes along, as it is, with every bundle of evidence: it imports nothing
of the project, and shares no code with the stages it judges.
Not here: moving figures between boundaries (`omzetten.py`), which cells a figure needs
(`tweede/naspel.py`), raw files (`tweede/ruw/`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from operator import mul
from typing import NamedTuple

Getal = float | None
Cel = tuple[Getal, str]


class Omgezetcel(NamedTuple):
    """A harmonised cell: value, state, coverage; its share (0-1) of its own denominator over the
    parts that have both; the least and the most that it can be, of a column that has bounds."""

    waarde: Getal
    staat: str
    dekking: float
    deel: Getal
    grenzen: tuple[Getal, Getal] | None

    @property
    def speling(self) -> Getal:
        """How far it can be off by rounding and by what is unknown; None where nobody can tell."""
        if self.waarde is None:
            return None
        if self.grenzen is None:
            return 0.0 if self.dekking >= 1 else None
        onder, boven = self.grenzen
        if onder is None or boven is None:
            return None
        return max(abs(self.waarde - onder), abs(boven - self.waarde))


class Deel(NamedTuple):
    """Share of a group 0-1, its slack (None: nobody can tell), state, the least and the most."""

    waarde: Getal
    speling: Getal
    staat: str
    onder: Getal
    boven: Getal


ONTBREKEND: Cel = (None, "ontbreekt")
MET_WAARDE = ("waargenomen", "geschat")
_VAN_GOED_NAAR_SLECHT = ("waargenomen", "geschat", "n.v.t.", "onderdrukt", "ontbreekt")
_RANG = {staat: rang for rang, staat in enumerate(_VAN_GOED_NAAR_SLECHT)}


def slechtste(staten: Iterable[str]) -> str:
    """The state of a figure that is made of several cells."""
    return max(staten, key=_RANG.__getitem__)


def met_staat(waarde: Getal, staat: str) -> Cel:
    """No value against its state, no state without its value."""
    if staat not in MET_WAARDE:
        return None, staat
    return (waarde, staat) if waarde is not None else ONTBREKEND


def verschil(een: Getal, ander: Getal, decimalen: int) -> Getal:
    """een - ander, to so many decimals: beyond that is the noise of floating point."""
    return None if een is None or ander is None else round(een - ander, decimalen)


# --- K ----------------------------------------------------------------------------------------
def deel_van(
    tellers: Sequence[Omgezetcel], noemer: Omgezetcel, eigen_noemer: Sequence[bool]
) -> Deel:
    """Share of a group: persons over residents, at most 1.

    Each count over the residents of the same observed parts, and these added. A person may be in
    several counts: at least the largest of them, at most their sum.

    eigen_noemer: per count whether these residents are of its own source, so that its share is
    known part by part; of another source both are scaled up by their coverage.
    """
    n = noemer.waarde
    if n == 0:
        return Deel(None, None, "n.v.t.", None, None)
    staat = slechtste([cel.staat for cel in (*tellers, noemer)])
    tellingen = [teller.waarde for teller in tellers if teller.waarde is not None]
    if n is None or len(tellingen) < len(tellers):
        return Deel(None, None, staat, None, None)
    rijen = list(zip(tellers, tellingen, eigen_noemer, strict=True))
    delen = [
        cel.deel if eigen else (x / cel.dekking) / (n / noemer.dekking) for cel, x, eigen in rijen
    ]
    bekend = [deel for deel in delen if deel is not None]
    if len(bekend) < len(delen):
        return Deel(None, None, staat, None, None)
    grenzen = [
        _grenzen_van(cel.dekking, x / n, deel, noemer.dekking)
        for (cel, x, _), deel in zip(rijen, bekend, strict=True)
    ]
    waarde = min(sum(bekend), 1.0)
    halven = [teller.speling for teller in tellers if teller.speling is not None]
    speling = None
    if len(halven) == len(tellers) and noemer.speling is not None:
        speling = (sum(halven) + waarde * noemer.speling) / n
    onder, boven = max(x for x, _ in grenzen), sum(x for _, x in grenzen)
    return Deel(waarde, speling, staat, min(onder, 1.0), min(boven, 1.0))


def _grenzen_van(
    dekking: float, gezien: float, deel: float, dekking_noemer: float
) -> tuple[float, float]:
    """The least and the most that a share is, whoever lives in the part that is unknown.

    gezien: what was counted, over all residents. deel: over those of the parts that were counted.
    """
    if dekking_noemer < 1:
        return 0.0, 1.0
    if dekking >= 1:
        return deel, deel
    return gezien, gezien + 1.0 - dekking


def deel_als_aandeel(cel: Omgezetcel) -> Deel:
    """Share of a group that the publisher gives itself, in %."""
    if cel.waarde is None:
        return Deel(None, None, cel.staat, None, None)
    deel, (onder, boven) = cel.waarde / 100, cel.grenzen or (None, None)
    if cel.dekking >= 1:
        grenzen = deel, deel
    elif onder is None or boven is None:
        grenzen = 0.0, 1.0
    else:
        grenzen = onder / 100, boven / 100
    speling = None if cel.speling is None else cel.speling / 100
    return Deel(deel, speling, cel.staat, *grenzen)


def uit_microdata(deel: Deel) -> dict[str, Cel]:
    """K in % as counted, with the bounds of what is not counted."""
    return _in_procenten(deel.waarde, deel.onder, deel.boven, deel.speling, deel.staat)


def uit_groepen(delen: Sequence[Deel]) -> dict[str, Cel]:
    """K in % = 1 - Π(1 - p), between the largest p and the sum of all at their bounds."""
    if not delen:
        return _in_procenten(None, None, None, None, "ontbreekt")
    staat = slechtste([deel.staat for deel in delen])
    if len(delen) > 1 and staat == "waargenomen":
        staat = "geschat"
    aandelen = [deel.waarde for deel in delen if deel.waarde is not None]
    onderste = [deel.onder for deel in delen if deel.onder is not None]
    bovenste = [deel.boven for deel in delen if deel.boven is not None]
    if not len(aandelen) == len(onderste) == len(bovenste) == len(delen):
        return _in_procenten(None, None, None, None, staat)  # one that is not known leaves no K
    onder, boven = max(onderste), min(sum(bovenste), 1.0)
    K = min(max(1.0 - math.prod(1.0 - x for x in aandelen), onder), boven)
    halven = [deel.speling for deel in delen if deel.speling is not None]
    speling = None
    if len(halven) == len(delen):
        speling = sum(
            math.prod(1.0 - x for j, x in enumerate(aandelen) if j != i) * half
            for i, half in enumerate(halven)
        )
    return _in_procenten(K, onder, boven, speling, staat)


def _in_procenten(
    K: Getal, onder: Getal, boven: Getal, speling: Getal, staat: str
) -> dict[str, Cel]:
    namen = ("", "_ondergrens", "_bovengrens", "_afronding")
    return {
        naam: met_staat(None if x is None else 100.0 * x, staat)
        for naam, x in zip(namen, (K, onder, boven, speling), strict=True)
    }


# --- means ------------------------------------------------------------------------------------
def gemiddelde(paren: Iterable[tuple[Getal, Getal]]) -> tuple[Getal, int]:
    """Weighted mean of (figure, residents) over those that have both, and their number."""
    cijfers, gewichten = _vol(paren)
    if not cijfers:
        return None, 0
    return math.fsum(map(mul, cijfers, gewichten)) / math.fsum(gewichten), len(cijfers)


def spreiding(paren: Iterable[tuple[Getal, Getal]]) -> tuple[Getal, Getal]:
    """Weighted mean and standard deviation of (figure, residents)."""
    cijfers, gewichten = _vol(paren)
    if not cijfers:
        return None, None
    som = math.fsum(gewichten)
    m = math.fsum(map(mul, cijfers, gewichten)) / som
    kwadraten = [(x - m) ** 2 for x in cijfers]
    return m, math.sqrt(math.fsum(map(mul, gewichten, kwadraten)) / som)


def _vol(paren: Iterable[tuple[Getal, Getal]]) -> tuple[list[float], list[float]]:
    """Figures and residents of those that have both."""
    cijfers, gewichten = [], []
    for x, w in paren:
        if x is not None and w is not None and w > 0:
            cijfers.append(x)
            gewichten.append(w)
    return cijfers, gewichten


def tegen_gemeente(verandering: Getal, van_gemeente: Getal, decimalen: int) -> Getal:
    """A change minus the mean of its gemeente, to so many decimals."""
    if verandering is None or van_gemeente is None:
        return None
    return round(verandering - van_gemeente, decimalen)


# --- classes ----------------------------------------------------------------------------------
def klasse(waarde: Getal, grenzen: Sequence[Getal], op_de_grens: str = "hoger") -> int | None:
    """Class 1..n+1 by ascending limits.

    A value on a limit is in the class above it, or ('milder') in the one nearer to 0.
    """
    bekend = [grens for grens in grenzen if grens is not None]
    if waarde is None or len(bekend) < len(grenzen):
        return None
    nummer = 1
    for grens in bekend:
        streng = op_de_grens == "milder" and grens > 0
        nummer += waarde > grens if streng else waarde >= grens
    return nummer


def kwetsbaar_klasse(K: Getal, m: Getal, s: Getal) -> int | None:
    """1 zeer weinig - 4 zeer veel, by the national mean and standard deviation."""
    return None if m is None or s is None else klasse(K, [m - s, m, m + s])


def signaal(
    dK: Getal, dP: Getal, onv: Getal, tK: float, tP: float, problemen: Sequence[int]
) -> int | None:
    """Signal class 1-8, by the rule of the signal in the method.

    problemen: the classes of onv from which problems are fairly many, and limited.
    """
    if dK is None or dP is None or onv is None:
        return None
    if dK < -tK:
        return 1 if dP < -tP else 2
    if dK <= tK:
        return 3
    if dP < -tP:
        return 8
    if dP <= tP:
        return 7
    return 4 + _problemen(onv, problemen)


def _problemen(onv: float, vanaf: Sequence[int]) -> int:
    """0 limited, 1 fairly many, 2 many."""
    return sum(onv < grens for grens in vanaf)


def focus(onv: Getal, kwetsbaar: Getal, problemen: Sequence[int]) -> int | None:
    """Focus class 1-10."""
    if onv is None or kwetsbaar is None:
        return None
    if onv == 1 and kwetsbaar == 4:
        return 10
    return int(3 * _problemen(onv, problemen) + min(kwetsbaar, 3))


def structureel(
    signaalklasse: Getal, gemeten: float, toename: float, minimum: int,
    zwak: Sequence[int], minimum_toename: int,
) -> str:  # fmt: skip
    """A weak class, and more nuisance in enough steps; unknown is not no."""
    if signaalklasse is None or gemeten < minimum:
        return "onbekend"
    return "ja" if signaalklasse in zwak and toename >= minimum_toename else "nee"


# --- stability --------------------------------------------------------------------------------
# What K is perturbed from, in the order in which a row of the figure table names it.
VERSTOORD = (
    "dK", "K_begin", "K_begin_ondergrens", "K_begin_bovengrens", "K_begin_afronding",
    "K_eind", "K_eind_ondergrens", "K_eind_bovengrens", "K_eind_afronding",
)  # fmt: skip


def verstoord(
    K: Mapping[str, Getal], code: str, zaad: int, trekkingen: int, decimalen: int
) -> list[Getal]:
    """dK with K (VERSTOORD) at its middle and bounds, and moved within its rounding."""
    uit = [
        verschil(K[f"K_eind{grens}"], K[f"K_begin{grens}"], decimalen)
        for grens in ("", "_ondergrens", "_bovengrens")
    ]
    dK, eind_half, begin_half = (
        K[naam] for naam in ("dK", "K_eind_afronding", "K_begin_afronding")
    )
    for trekking in range(trekkingen):
        if dK is None or eind_half is None or begin_half is None:
            uit.append(None)
            continue
        eind, begin = (
            toeval(f"{code} {zaad} {trekking} {kant}") * x
            for kant, x in (("eind", eind_half), ("begin", begin_half))
        )
        uit.append(dK + eind - begin)
    return uit


def verstoord_gemeente(
    per_gebied: Mapping[str, Sequence[Getal]], inwoners: Mapping[str, Getal], decimalen: int
) -> dict[str, list[Getal]]:
    """What `verstoord` gives of every area of a gemeente, each against the mean of its own time."""
    gewichten = [inwoners[code] for code in per_gebied]
    gemiddelden = [
        gemiddelde(zip(keer, gewichten, strict=True))[0]
        for keer in zip(*per_gebied.values(), strict=True)
    ]
    return {
        code: [tegen_gemeente(x, m, decimalen) for x, m in zip(reeks, gemiddelden, strict=True)]
        for code, reeks in per_gebied.items()
    }


def op_rij(reeks: Iterable[Getal], teken: float) -> list[float]:
    """What is known of a series, times its sign, ascending: what a rank is found in."""
    return sorted(teken * x for x in reeks if x is not None)


def stabiliteit(
    veranderingen: Sequence[Getal], dP: Getal, onv: Getal, eigen: int | None,
    tK: float, tP: float, factoren: Sequence[float], problemen: Sequence[int],
) -> Getal:  # fmt: skip
    """Share of the perturbed classifications that give the class itself."""
    if eigen is None:
        return None
    zelfde = [
        signaal(dK, dP, onv, tK * fK, tP * fP, problemen) == eigen
        for dK in veranderingen
        for fK, fP in product(factoren, repeat=2)
    ]
    return sum(zelfde) / len(zelfde)


def toeval(tekst: str) -> float:
    """A number in [-1, 1) that depends on the text alone: SipHash-2-4 under a fixed key, mixed.

    The same as pandas' `hash_array`: its key, and the last steps of SplitMix64.
    """
    x = _siphash(tekst.encode(), b"0123456789123456")
    for schuif, maal in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = ((x ^ (x >> schuif)) * maal) & _M
    return (x ^ (x >> 31)) / 2.0**63 - 1.0


_M = (1 << 64) - 1


def _siphash(tekst: bytes, sleutel: bytes) -> int:
    """SipHash-2-4 (Aumasson and Bernstein), 64 bits."""
    k0, k1 = (int.from_bytes(sleutel[i : i + 8], "little") for i in (0, 8))
    v = [
        k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573,
    ]  # fmt: skip
    vol = tekst + bytes(7 - len(tekst) % 8) + bytes([len(tekst) & 0xFF])
    for i in range(0, len(vol), 8):
        woord = int.from_bytes(vol[i : i + 8], "little")
        v[3] ^= woord
        _rondes(v, 2)
        v[0] ^= woord
    v[2] ^= 0xFF
    _rondes(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _rondes(v: list[int], aantal: int) -> None:
    a, b, c, d = v
    for _ in range(aantal):
        a = (a + b) & _M
        b = ((b << 13) | (b >> 51)) & _M ^ a
        a = ((a << 32) | (a >> 32)) & _M
        c = (c + d) & _M
        d = ((d << 16) | (d >> 48)) & _M ^ c
        a = (a + d) & _M
        d = ((d << 21) | (d >> 43)) & _M ^ a
        c = (c + b) & _M
        b = ((b << 17) | (b >> 47)) & _M ^ c
        c = ((c << 32) | (c >> 32)) & _M
    v[:] = a, b, c, d
