"""The oracle's own crosswalk and conversion, area by area.

Here: which part of an old area lies in which new one, and figures moved along it.
Not here: files (`lezen.py`), indicators (`rekenen.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import shapely

from tests.orakel.lezen import DEEL_VAN, NIEMAND, Cel, Rijen, adressen, grond, vierkanten
from tests.orakel.regels import Omzetregels

SOORT = {"corporatie": "aandeel", "onv": "score"}  # the others are counts


@dataclass(frozen=True)
class Stuk:
    """A part of an old area in a new one; `maat` is what was counted: `soort`.

    draagt: its part of the residents, addresses and land of the old area, in this order.
    """

    van: str
    gewicht: float
    soort: str  # adressen, inwoners or m²
    maat: float
    draagt: tuple[float | None, ...] = ()


Omzetting = dict[str, list[Stuk]]  # new area -> its parts


def omzetting(bronnen: Path, jaar: int, basis: int, niveau: str, regels: Omzetregels) -> Omzetting:
    """From the areas of a year to those of the base year."""
    oud, nieuw = grond(bronnen, jaar, niveau), grond(bronnen, basis, niveau)
    uit: Omzetting = {code: [] for code in nieuw}
    if jaar == basis:
        for code, vlak in oud.items():
            uit[code].append(Stuk(code, 1.0, "m²", vlak.area))
        return uit
    per_adres, adressen_in = _per_adres(bronnen, jaar, basis, niveau, regels)
    per_inwoner, inwoners_in = _per_inwoner(bronnen, jaar, oud, nieuw, regels)
    geteld = {"adressen": per_adres, "inwoners": per_inwoner}
    codes = list(nieuw)
    boom = shapely.STRtree([nieuw[code] for code in codes])
    for van, vlak in oud.items():
        overlap = {}
        for nummer in boom.query(vlak):
            gedeeld = vlak.intersection(nieuw[codes[nummer]]).area
            if gedeeld > 0:
                overlap[codes[nummer]] = gedeeld
        heeft = (_van(inwoners_in, van), _van(adressen_in, van), vlak.area)
        for naar, stuk in _wegen(van, vlak, overlap, nieuw, geteld, regels):
            draagt = tuple(None if x is None else stuk.gewicht * x for x in heeft)
            uit[naar].append(replace(stuk, draagt=draagt))
    return uit


def _van(geteld: dict[str, float] | None, code: str) -> float | None:
    return None if geteld is None else geteld.get(code, 0.0)


def _wegen(
    van: str,
    vlak: shapely.Geometry,
    overlap: dict[str, float],
    nieuw: dict[str, shapely.Geometry],
    geteld: dict[str, dict[str, dict[str, float]]],
    regels: Omzetregels,
) -> Iterable[tuple[str, Stuk]]:
    """The first road there is: the same ground, addresses, residents, land."""
    gelijk = {
        naar: gedeeld / (vlak.area + nieuw[naar].area - gedeeld)
        for naar, gedeeld in overlap.items()
    }
    zelfde = [naar for naar, deel in gelijk.items() if deel >= regels.identiek]
    if zelfde:  # one area: its own code, else what agrees most, else the first by code
        naar = min(zelfde, key=lambda code: (code != van, -gelijk[code], code))
        return [(naar, Stuk(van, 1.0, "m²", overlap[naar]))]
    for soort, per_gebied in geteld.items():
        if van in per_gebied:
            totaal = sum(per_gebied[van].values())
            return [(naar, Stuk(van, n / totaal, soort, n)) for naar, n in per_gebied[van].items()]
    if sum(overlap.values()) < regels.oppervlak * vlak.area:
        return []
    echt = {naar: m2 for naar, m2 in overlap.items() if m2 >= regels.deel * vlak.area}
    totaal = sum(echt.values())
    return [(naar, Stuk(van, m2 / totaal, "m²", m2)) for naar, m2 in echt.items()]


def _per_adres(
    bronnen: Path, jaar: int, basis: int, niveau: str, regels: Omzetregels
) -> tuple[dict[str, dict[str, float]], dict[str, float] | None]:
    """Old area -> new area -> addresses, where enough of the old one's are found again; and the
    addresses of every old area, None without a list of both years."""
    toen, nu = adressen(bronnen, jaar, niveau), adressen(bronnen, basis, niveau)
    if toen is None or nu is None:
        return {}, None
    totaal: dict[str, float] = {}
    paren: dict[str, dict[str, float]] = {}
    for adres, van in toen.items():
        totaal[van] = totaal.get(van, 0) + 1
        if adres in nu:
            naar = paren.setdefault(van, {})
            naar[nu[adres]] = naar.get(nu[adres], 0) + 1
    minimum = regels.adressen
    genoeg = {v: naar for v, naar in paren.items() if sum(naar.values()) >= minimum * totaal[v]}
    return genoeg, totaal


def _per_inwoner(
    bronnen: Path, jaar: int, oud: dict[str, shapely.Geometry], nieuw: dict[str, shapely.Geometry],
    regels: Omzetregels,
) -> tuple[dict[str, dict[str, float]], dict[str, float] | None]:  # fmt: skip
    """Old area -> new area -> residents, where enough of the old one's are found again; a square of
    which they are secret may have some. And the residents counted in every old area, None without
    squares."""
    totaal: dict[str, float] = {}
    geteld: dict[str, float] = {}
    paren: dict[str, dict[str, float]] = {}
    punten = vierkanten(bronnen, jaar)
    bomen = [(list(g), shapely.STRtree(list(g.values()))) for g in (oud, nieuw) if punten]
    for punt, inwoners in punten:
        van, naar = (
            [codes[i] for i in boom.query(punt, predicate="within")] for codes, boom in bomen
        )
        if van and inwoners:
            geteld[van[0]] = geteld.get(van[0], 0) + inwoners
        if van:
            totaal[van[0]] = totaal.get(van[0], 0) + (
                regels.geheim if inwoners is None else inwoners
            )
        if van and naar and inwoners:
            per_naar = paren.setdefault(van[0], {})
            per_naar[naar[0]] = per_naar.get(naar[0], 0) + inwoners
    minimum = regels.adressen
    genoeg = {v: naar for v, naar in paren.items() if sum(naar.values()) >= minimum * totaal[v]}
    return genoeg, geteld if punten else None


def zet_om(rijen: Rijen, weg: Omzetting, kolommen: Iterable[str], regels: Omzetregels) -> Rijen:
    """The figures on the new areas; beside a figure its coverage, and beside a count of a part the
    share of those who were counted."""
    uit: Rijen = {}
    for naar, stukken in weg.items():
        rij = uit[naar] = {}
        for kolom in kolommen:
            rij[kolom], rij[dekking(kolom)] = _figuur(rijen, stukken, kolom, regels.dekking)
            if kolom in DEEL_VAN:
                rij[deel(kolom)] = _deel(rijen, stukken, kolom)
    return uit


def dekking(kolom: str) -> str:
    """Where the coverage of a column stands."""
    return f"{kolom}/dekking"


def deel(kolom: str) -> str:
    """Where the share that a count is stands."""
    return f"{kolom}/deel"


def _deel(rijen: Rijen, stukken: list[Stuk], kolom: str) -> float | None:
    """Counted over the residents of the same parts."""
    teller = noemer = 0.0
    for stuk in stukken:
        x, n = _cel(rijen, stuk, kolom), _cel(rijen, stuk, DEEL_VAN[kolom])
        if isinstance(x, float) and isinstance(n, float):
            teller, noemer = teller + stuk.gewicht * x, noemer + stuk.gewicht * n
    return teller / noemer if noemer else None


def _cel(rijen: Rijen, stuk: Stuk, kolom: str) -> Cel:
    return rijen.get(stuk.van, {}).get(kolom)


def _figuur(rijen: Rijen, stukken: list[Stuk], kolom: str, minimum: float) -> tuple[Cel, float]:
    """The figure, and how much of the area it covers."""
    cellen = [_cel(rijen, stuk, kolom) for stuk in stukken]
    if len(stukken) == 1 and stukken[0].gewicht == 1.0:
        return cellen[0], float(isinstance(cellen[0], float))
    soort = SOORT.get(kolom, "aantal")
    weging, bekend = _weging(rijen, stukken, kolom, soort)
    gezien = [
        isinstance(cel, float) and (soort != "aandeel" or kent)
        for cel, kent in zip(cellen, bekend, strict=True)
    ]
    if not any(gezien):
        alle = bool(cellen) and all(cel == NIEMAND for cel in cellen)
        return (NIEMAND if alle else None), 0.0
    telt = [cel != NIEMAND for cel in cellen]
    geheel = sum(w for w, t in zip(weging, telt, strict=True) if t)
    gedekt = sum(w for w, g in zip(weging, gezien, strict=True) if g)
    if geheel <= 0:
        maten = _maten(stukken)
        geheel = sum(m for m, t in zip(maten, telt, strict=True) if t)
        gedekt = sum(m for m, g in zip(maten, gezien, strict=True) if g)
    if geheel <= 0 or gedekt / geheel < minimum:
        return None, 0.0
    weegt = [stuk.gewicht for stuk in stukken] if soort == "aantal" else weging
    if soort == "aandeel":  # of those who were counted: by the dwellings of the same parts
        noemers = [_cel(rijen, stuk, DEEL_VAN[kolom]) for stuk in stukken]
        weegt = [
            stuk.gewicht * n if isinstance(n, float) else 0.0
            for stuk, n in zip(stukken, noemers, strict=True)
        ]
    delen = [(w, cel) for w, cel, g in zip(weegt, cellen, gezien, strict=True) if g]
    if soort != "aantal" and sum(w for w, _ in delen) <= 0:
        maten = _maten(stukken)
        delen = [(m, cel) for m, cel, g in zip(maten, cellen, gezien, strict=True) if g]
    som = sum(w * cel for w, cel in delen)  # type: ignore[operator]
    return (som if soort == "aantal" else som / sum(w for w, _ in delen)), gedekt / geheel


def _weging(
    rijen: Rijen, stukken: list[Stuk], kolom: str, soort: str
) -> tuple[list[float], list[bool]]:
    """What every part weighs, and whether the number of people or dwellings in it is known."""
    maten = _maten(stukken)
    noemer = DEEL_VAN.get(kolom)
    if noemer is None:
        return maten, [True] * len(stukken)
    noemers = [_cel(rijen, stuk, noemer) for stuk in stukken]
    bekend = [isinstance(n, float) for n in noemers]
    if not all(bekend):
        return maten, bekend
    per_mens = [stuk.gewicht * n for stuk, n in zip(stukken, noemers, strict=True)]  # type: ignore[operator]
    return (per_mens if sum(per_mens) > 0 else maten), bekend


def _maten(stukken: list[Stuk]) -> list[float]:
    """What was counted where that is alike; else the first of what parts carry that all have."""
    if len({stuk.soort for stuk in stukken}) == 1 and all(stuk.maat > 0 for stuk in stukken):
        return [stuk.maat for stuk in stukken]
    for draagt in zip(*(stuk.draagt for stuk in stukken), strict=True):
        bekend = [x for x in draagt if x is not None]
        if len(bekend) == len(stukken) and sum(bekend) > 0:
            return bekend
    return [0.0] * len(stukken)
