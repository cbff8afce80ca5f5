"""The report a second time, from the oracle's own figures: what, and measured in how many areas.

Here: every row of the table `rapport` but that of lvb, which the oracle has no figure of, as
(part, group, measure) -> (figure or None, areas measured, of how many).
Not here: the figures of areas (`rekenen.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from tests.orakel.rekenen import Orakel

Rij = tuple[float | None, int, int]
Plek = tuple[str, str, str]
Getallen = dict[str, float | None]
NIET_GEREKEND = "lvb"


def rapport(orakel: Orakel) -> dict[Plek, Rij]:
    """The rows of the report, by part, group and measure."""
    return dict(_rijen(orakel))


def _rijen(o: Orakel) -> Iterator[tuple[Plek, Rij]]:
    e, x, alle = o.regels, o.getallen, o.codes
    bekend = [c for c in alle if x["corporatie_eind"][c] is not None]
    for nummer, label in [*e.bezitsklassen.items(), (None, e.constanten["land_naam"])]:
        hier = [c for c in alle if nummer in (None, o.klassen["corporatiebezit"][c])]
        yield ("bezit", label, "gebieden"), (len(hier) if bekend else None, len(bekend), len(alle))
        for maat, rij in _deel(o, hier):
            yield ("bezit", label, maat), rij
    for maat, rij in _land(o):
        yield ("land", e.constanten["land_naam"], maat), rij
    for gemeente in sorted({c[2:6] for c in alle}):
        hier = [c for c in alle if c[2:6] == gemeente]
        if any(o.klassen["signaal_absoluut"][c] in e.constanten["zwakke_klassen"] for c in hier):
            for maat, rij in _zwak(o, hier):
                yield ("gemeenten", f"GM{gemeente}", maat), rij
    for cijfer in "KV":
        samen = [c for c in alle if None not in (x[f"{cijfer}_begin"][c], x[f"{cijfer}_eind"][c])]
        for kant in ("begin", "eind"):
            reeks = x[f"{cijfer}_{kant}"]
            plek, telt = f"{cijfer} {kant}", (len(samen), len(alle))
            yield (
                ("spreiding", plek, "spreiding_sd"),
                (
                    _sd(reeks, x["inwoners"], samen),
                    sum((x["inwoners"][c] or 0) > 0 for c in samen),
                    len(alle),
                ),
            )
            op_rij = sorted(y for c in samen if (y := reeks[c]) is not None)
            for nummer in e.constanten["percentielen"]:
                yield ("spreiding", plek, f"p{nummer}"), (_percentiel(op_rij, nummer), *telt)


def _deel(o: Orakel, hier: list[str]) -> Iterator[tuple[str, Rij]]:
    """What is told of a class of corporation share, or of the country."""
    x, inwoners = o.getallen, o.getallen["inwoners"]
    geteld = [c for c in hier if inwoners[c] is not None]
    yield "bewoners", (_som(inwoners, geteld), len(geteld), len(hier))
    for maat in ("K_begin", "K_eind", "dK", "V_begin", "V_eind", "dP"):
        telt = [c for c in hier if x[maat][c] is not None and (inwoners[c] or 0) > 0]
        yield maat, (_gemiddelde(x[maat], inwoners, telt), len(telt), len(hier))
    yield from _zwak(o, hier)
    gemeten = _met_signaal(o, hier)
    for klasse in o.regels.signalen:
        aantal = sum(o.klassen["signaal_absoluut"][c] == klasse for c in hier)
        yield f"signaal_{klasse}", (aantal if gemeten else None, len(gemeten), len(hier))


def _met_signaal(o: Orakel, hier: list[str]) -> list[str]:
    return [c for c in hier if o.klassen["signaal_absoluut"][c] != o.regels.geen]


def _zwak(o: Orakel, hier: list[str]) -> Iterator[tuple[str, Rij]]:
    inwoners, gemeten = o.getallen["inwoners"], _met_signaal(o, hier)
    zwak = [
        c
        for c in gemeten
        if o.klassen["signaal_absoluut"][c] in o.regels.constanten["zwakke_klassen"]
    ]
    yield "gebieden_zwak", (len(zwak) if gemeten else None, len(gemeten), len(hier))
    beide = [c for c in gemeten if inwoners[c] is not None]
    bewoners = [c for c in zwak if c in beide]
    niets = not beide or (zwak and not bewoners)
    yield (
        "bewoners_zwak",
        (None if niets else _som(inwoners, bewoners) or 0.0, len(beide), len(hier)),
    )


def _land(o: Orakel) -> Iterator[tuple[str, Rij]]:
    dK, dP, inwoners = (o.getallen[naam] for naam in ("dK", "dP", "inwoners"))
    alle, met_dK = o.codes, [c for c in o.codes if dK[c] is not None]
    beide = [c for c in met_dK if dP[c] is not None]
    stijgt = [c for c in beide if (dK[c] or 0) > 0 and (dP[c] or 0) > 0]
    daalt = [c for c in met_dK if (dK[c] or 0) < 0]
    daalt_gemeten = [c for c in daalt if c in beide]
    ook = [c for c in daalt_gemeten if (dP[c] or 0) < 0]
    samen = [c for c in beide if inwoners[c] is not None]
    bewoners = [c for c in stijgt if inwoners[c] is not None]
    niets = not samen or (stijgt and not bewoners)
    yield (
        "bewoners_beide",
        (None if niets else _som(inwoners, bewoners) or 0.0, len(samen), len(alle)),
    )
    gemeten = _met_signaal(o, alle)
    zwak = [
        c
        for c in gemeten
        if o.klassen["signaal_absoluut"][c] in o.regels.constanten["zwakke_klassen"]
    ]
    for maat, welke, telt in (
        ("gemeenten_beide", stijgt, beide), ("gemeenten_zwak", zwak, gemeten),
        ("gemeenten", gemeten, gemeten),
    ):  # fmt: skip
        yield maat, (len({c[2:6] for c in welke}) if telt else None, len(telt), len(alle))
    yield "K_daalt", (_procent(daalt, met_dK), len(met_dK), len(alle))
    yield "P_daalt_ook", (_procent(ook, daalt_gemeten), len(daalt_gemeten), len(daalt))


def _procent(deel: list[str], geheel: list[str]) -> float | None:
    return 100 * len(deel) / len(geheel) if geheel else None


def _som(reeks: Getallen, welke: list[str]) -> float | None:
    return sum(reeks[c] or 0.0 for c in welke) if welke else None


def _gemiddelde(reeks: Getallen, inwoners: Getallen, welke: list[str]) -> float | None:
    if not welke:
        return None
    totaal = sum(inwoners[c] or 0.0 for c in welke)
    return sum((reeks[c] or 0.0) * (inwoners[c] or 0.0) for c in welke) / totaal


def _sd(reeks: Getallen, inwoners: Getallen, samen: list[str]) -> float | None:
    telt = [c for c in samen if (inwoners[c] or 0) > 0]
    m = _gemiddelde(reeks, inwoners, telt)
    if m is None:
        return None
    return sqrt(_gemiddelde({c: ((reeks[c] or 0.0) - m) ** 2 for c in telt}, inwoners, telt) or 0.0)


def _percentiel(op_rij: list[float], nummer: int) -> float | None:
    if not op_rij:
        return None
    plek = (len(op_rij) - 1) * nummer / 100
    onder = op_rij[int(plek)]
    return onder + (op_rij[min(int(plek) + 1, len(op_rij) - 1)] - onder) * (plek - int(plek))
