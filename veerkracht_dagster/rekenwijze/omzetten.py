"""A harmonised cell a second time: the parts of an area, what each weighs, and what comes of it.

Here: value, state, coverage and bounds of one cell from the crosswalk rows that lead to its area.
Like `rekenen.py` it stands on Python's own library alone and goes along with every bundle.
Not here: how the crosswalk was made (`buurttabel/omzetting.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .rekenen import MET_WAARDE, Cel, Getal

Omgezet = tuple[Getal, str, float]  # value, state, coverage
NIETS: Omgezet = (None, "ontbreekt", 0.0)
ONZEKER = ("code_en_naam", "keten")  # roads by which a whole area is still an estimate
_GEMIDDELDEN = ("aandeel", "gemiddelde", "mediaan")  # weighed, and not without a weight
_MATEN = {"adressen": "adressen", "vierkanten": "inwoners"}


class Stuk(NamedTuple):
    """One row of the crosswalk: a part of an old area in a new one."""

    van: str
    gewicht: float  # share of the old area
    methode: str
    aantal: Getal  # addresses, residents or m² behind it
    maat: Getal  # what it weighs beside the other parts; None if nobody knows


# The columns of a crosswalk that a part is read from.
STUKKOLOMMEN = ("van_regio", "gewicht", "methode", "aantal", "maat")


def maat_van(methode: str) -> str:
    """What was counted or measured for a weight: addresses, residents, or m² of land."""
    return _MATEN.get(methode, "m²")


class Soort(NamedTuple):
    """How a column moves: kind, and the column whose figure weighs it (None: addresses or land)."""

    soort: str
    weegkolom: str | None


class Afrondregel(NamedTuple):
    """How a publisher rounds and suppresses a column; None: not, or not known.

    ruimte, ruimte_noemer: how far rounding takes it, and what weighs it, from the true figure.
    minste, meeste: what the column can hold. klein: the most that a suppressed cell can be.
    """

    ruimte: float
    ruimte_noemer: float
    minste: Getal
    meeste: Getal
    klein: Getal


def zet_om(
    stukken: Sequence[Stuk],
    cellen: Sequence[Cel],
    noemers: Sequence[Getal] | None,
    soort: str,
    minimum: float,
) -> Omgezet:
    """The cell of one area.

    Args:
        cellen, noemers: per part the figure, and what weighs it (None: the column has no weight).
        minimum: below this coverage the cell is missing.
    """
    if not stukken:
        return NIETS
    gewichten, gezien = weging(stukken, cellen, noemers, soort)
    if not any(gezien):
        return None, _zonder(cellen), 0.0
    dekking = _dekking(stukken, cellen, gewichten, gezien)
    if not any(gewichten) and _onweegbaar(stukken):
        # Without weights a sum of all parts is whole, and of anything else nobody can tell.
        telt = sum(cel[1] != "n.v.t." for cel in cellen)
        dekking = float(soort == "aantal" and sum(gezien) == telt)
    if dekking < minimum:
        return None, "ontbreekt", dekking
    heel = all(stuk.gewicht >= 1 for stuk in stukken)
    exact = (
        heel
        and all(
            zicht and cel[1] == "waargenomen" for zicht, cel in zip(gezien, cellen, strict=True)
        )
        and all(stuk.methode not in ONZEKER for stuk in stukken)
        and (len(stukken) == 1 or soort not in ("mediaan", "score", "code"))
    )
    waarde = cellen[0][0] if heel and len(stukken) == 1 else None
    if waarde is None:
        if soort in _GEMIDDELDEN and noemers is not None:
            # Of a part by what the part itself has; one of which that is unknown does not count.
            gewichten = [
                0.0 if n is None else s.gewicht * n for s, n in zip(stukken, noemers, strict=True)
            ]
        waarde = _waarde(stukken, cellen, gewichten, gezien, soort)
    return waarde, "waargenomen" if exact else "geschat", dekking


def deel_van_noemer(
    stukken: Sequence[Stuk], cellen: Sequence[Cel], noemers: Sequence[Getal] | None
) -> Getal:
    """Share (0-1) of a count in its denominator, over the parts that have both."""
    beide = [
        (stuk.gewicht * cel[0], stuk.gewicht * n)
        for stuk, cel, n in zip(stukken, cellen, noemers or (), strict=True)
        if cel[1] in MET_WAARDE and cel[0] is not None and n is not None
    ]
    geheel = sum(n for _, n in beide)
    return sum(x for x, _ in beide) / geheel if geheel > 0 else None


def weging(
    stukken: Sequence[Stuk], cellen: Sequence[Cel], noemers: Sequence[Getal] | None, soort: str
) -> tuple[list[float], list[bool]]:
    """What every part weighs, and whether its figure counts."""
    gezien = [cel[1] in MET_WAARDE and cel[0] is not None for cel in cellen]
    if noemers is None:
        return _maten(stukken), gezien
    alleen = len(stukken) == 1 and stukken[0].gewicht >= 1
    if soort in _GEMIDDELDEN and not alleen:
        # A share of an unknown number of people cannot count among others.
        gezien = [zicht and n is not None for zicht, n in zip(gezien, noemers, strict=True)]
    bekend = [n for n in noemers if n is not None]
    if len(bekend) < len(noemers):
        return _maten(stukken), gezien
    mensen = [stuk.gewicht * n for stuk, n in zip(stukken, bekend, strict=True)]
    return (mensen if sum(mensen) > 0 else _maten(stukken)), gezien


def grenzen(
    stukken: Sequence[Stuk],
    cellen: Sequence[Cel],
    noemers: Sequence[Getal] | None,
    soort: str,
    regel: Afrondregel,
) -> tuple[Getal, Getal]:
    """The least and the most that the cell of an area can be, given the crosswalk's weights."""
    if not stukken:
        return None, None
    gewichten, gezien = weging(stukken, cellen, noemers, soort)
    if not any(z or cel[1] == "onderdrukt" for z, cel in zip(gezien, cellen, strict=True)):
        return None, None
    mensen = noemers if soort == "aantal" and noemers is not None else [None] * len(cellen)
    per_stuk = [
        broncel(cel, zicht, regel, n) for cel, zicht, n in zip(cellen, gezien, mensen, strict=True)
    ]
    if len(stukken) == 1 and stukken[0].gewicht >= 1:
        return per_stuk[0]
    telt = [i for i, cel in enumerate(cellen) if cel[1] != "n.v.t."]
    if soort in _GEMIDDELDEN and noemers is not None and any(noemers[i] is None for i in telt):
        return regel.minste, regel.meeste  # how much a part of unknown size weighs nobody knows
    speling = _speling(stukken, noemers, regel)
    uit: list[Getal] = []
    for kant, teken in ((0, -1), (1, 1)):
        x = [grens for i in telt if (grens := per_stuk[i][kant]) is not None]
        if len(x) < len(telt):
            uit.append(None)
        elif soort == "aantal":
            uit.append(sum((stukken[i].gewicht * y for i, y in zip(telt, x, strict=True)), 0.0))
        else:
            los, gewogen = [speling[i] for i in telt], [gewichten[i] for i in telt]
            uit.append(_uiterste(x, gewogen, los, teken))
    return uit[0], uit[1]


def broncel(
    cel: Cel, gezien: bool, regel: Afrondregel, noemer: Getal = None
) -> tuple[Getal, Getal]:
    """The least and the most that one published cell can be; noemer: of what it counts a part."""
    if gezien and cel[0] is not None:
        onder, boven = cel[0] - regel.ruimte, cel[0] + regel.ruimte
        return (
            onder if regel.minste is None else max(onder, regel.minste),
            boven if regel.meeste is None else min(boven, regel.meeste),
        )
    van_noemer = None if noemer is None else noemer + regel.ruimte_noemer
    toppen = [regel.meeste, regel.klein if cel[1] == "onderdrukt" else None, van_noemer]
    return regel.minste, min((top for top in toppen if top is not None), default=None)


def _speling(
    stukken: Sequence[Stuk], noemers: Sequence[Getal] | None, regel: Afrondregel
) -> list[float]:
    """How far the weight of every part can be off: only where it is a rounded figure itself."""
    bekend = [n for n in noemers or () if n is not None]
    if len(bekend) < len(stukken):
        return [0.0] * len(stukken)
    if sum(stuk.gewicht * n for stuk, n in zip(stukken, bekend, strict=True)) <= 0:
        return [0.0] * len(stukken)
    return [stuk.gewicht * regel.ruimte_noemer for stuk in stukken]


def _uiterste(
    x: Sequence[float], gewichten: Sequence[float], speling: Sequence[float], teken: int
) -> Getal:
    """The furthest up (1) or down (-1) that a mean gets when weights are off by their slack."""
    geheel = sum(gewichten)
    if geheel <= 0:
        return None
    midden = sum((w * y for w, y in zip(gewichten, x, strict=True)), 0.0) / geheel
    if not any(speling):
        return midden
    verste = max(teken * y for y in x)
    if (over := geheel - sum(speling)) <= 0:
        return teken * verste
    ruimte = sum(los * abs(y - midden) for los, y in zip(speling, x, strict=True)) / over
    return teken * min(teken * midden + ruimte, verste)


def _onweegbaar(stukken: Sequence[Stuk]) -> bool:
    """Of several parts nobody knows what they weigh beside each other."""
    return len(stukken) > 1 and any(stuk.maat is None for stuk in stukken)


def _maten(stukken: Sequence[Stuk]) -> list[float]:
    """What the parts weigh beside each other; 0 where nobody knows, and one alone weighs 1."""
    if len(stukken) == 1:
        return [1.0]
    return [0.0 if stuk.maat is None else stuk.maat for stuk in stukken]


def _zonder(cellen: Sequence[Cel]) -> str:
    """The state where no figure counts."""
    staten = [cel[1] for cel in cellen]
    if all(staat == "n.v.t." for staat in staten):
        return "n.v.t."
    return "onderdrukt" if "onderdrukt" in staten else "ontbreekt"


def _dekking(
    stukken: Sequence[Stuk], cellen: Sequence[Cel], gewichten: list[float], gezien: list[bool]
) -> float:
    telt = [cel[1] != "n.v.t." for cel in cellen]
    for maat in (gewichten, _maten(stukken)):
        geheel = sum(w for w, t in zip(maat, telt, strict=True) if t)
        if geheel > 0:
            gedekt = sum(w for w, g in zip(maat, gezien, strict=True) if g)
            return min(max(gedekt / geheel, 0.0), 1.0)
    return 0.0


def _waarde(
    stukken: Sequence[Stuk],
    cellen: Sequence[Cel],
    gewichten: list[float],
    gezien: list[bool],
    soort: str,
) -> float | None:
    maten = [stuk.gewicht for stuk in stukken] if soort == "aantal" else gewichten
    # What counts has a figure: `weging` says so, and the type of a cell does not.
    delen = [
        (w, cel[0])
        for w, cel, zicht in zip(maten, cellen, gezien, strict=True)
        if zicht and cel[0] is not None
    ]
    if soort == "aantal":
        return sum(w * x for w, x in delen)
    if soort == "code":
        per_code: dict[float, float] = {}
        for w, x in delen:
            per_code[x] = per_code.get(x, 0.0) + w
        return max(per_code, key=lambda code: (per_code[code], -code))
    if (geheel := sum(w for w, _ in delen)) <= 0:
        maten = [w for w, zicht in zip(_maten(stukken), gezien, strict=True) if zicht]
        delen = [(w, x) for w, (_, x) in zip(maten, delen, strict=True)]
        geheel = sum(maten)
    return sum(w * x for w, x in delen) / geheel if geheel > 0 else None


def weg(stukken: Sequence[Stuk], geleverd: Callable[[str], bool]) -> str:
    """The road along which a delivery reaches an area: one method, several, or none."""
    methoden = {stuk.methode for stuk in stukken if geleverd(stuk.van)}
    if not methoden:
        return "geen"
    return methoden.pop() if len(methoden) == 1 else "gemengd"
