"""Plots as SVG: stacked bars, and spreads at two moments.

Written by hand because a page has a few plain plots and a rebuild many pages: a plotting library
costs tens of milliseconds a plot, this less than one.
Here: shapes and text. Not here: which figures are drawn.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

BREEDTE, LINKS, RECHTS = 720, 200, 24
_RIJ, _KOP, _VOET = 24, 34, 26
_TEKST, _GRIJS, _LIJN = "#1f2328", "#5c636a", "#d0d4d9"
_GEEN = "geen meting"


@dataclass(frozen=True)
class Staafdeel:
    """A piece of a bar."""

    naam: str
    waarde: float
    kleur: str


@dataclass(frozen=True)
class Spreiding:
    """Five percentiles in ascending order."""

    label: str
    waarden: Sequence[float]
    kleur: str


def gestapeld(titel: str, rijen: Sequence[tuple[str, Sequence[Staafdeel]]]) -> str:
    """A bar per row, its parts as shares of the row's total; a legend below.

    A row of which nothing is measured (no part, or no number) says so.
    """
    namen = {deel.naam: deel.kleur for _, delen in rijen for deel in delen}
    hoogte = _KOP + _RIJ * len(rijen) + _VOET + 20 * ((len(namen) + 1) // 2)
    vel = _Vel(titel, hoogte)
    ruimte = BREEDTE - LINKS - RECHTS
    for nummer, (label, delen) in enumerate(rijen):
        y, x = _KOP + _RIJ * nummer, float(LINKS)
        vel.tekst(LINKS - 8, y + 15, label, anker="end")
        totaal = sum(deel.waarde for deel in delen if deel.waarde == deel.waarde)
        if not totaal:
            vel.tekst(LINKS, y + 15, _GEEN, kleur=_GRIJS)
        for deel in delen:
            breed = ruimte * deel.waarde / totaal if totaal and deel.waarde > 0 else 0.0
            if breed > 0:
                uitleg = f"{label}, {deel.naam}: {_getal(deel.waarde)}"
                vel.vak(x, y + 2, breed, _RIJ - 6, deel.kleur, uitleg)
            x += breed
    for nummer, (naam, kleur) in enumerate(namen.items()):
        x, y = 20 + 340 * (nummer % 2), _KOP + _RIJ * len(rijen) + 12 + 20 * (nummer // 2)
        vel.vak(x, y, 12, 12, kleur, naam)
        vel.tekst(x + 18, y + 10, naam)
    return vel.svg()


def spreidingen(titel: str, eenheid: str, rijen: Sequence[Spreiding]) -> str:
    """Per row a line from the first to the last value, a box within, and the middle one."""
    hoogte = _KOP + _RIJ * len(rijen) + _VOET + 10
    vel = _Vel(titel, hoogte)
    alle = [w for rij in rijen for w in rij.waarden] or [0.0]
    laag, hoog = min(alle), max(alle)
    schaal = (BREEDTE - LINKS - RECHTS) / ((hoog - laag) or 1.0)
    for nummer, rij in enumerate(rijen):
        y = _KOP + _RIJ * nummer
        begin, onder, midden, boven, eind = (LINKS + (w - laag) * schaal for w in rij.waarden)
        vel.tekst(LINKS - 8, y + 15, rij.label, anker="end")
        uitleg = f"{rij.label}: midden {_getal(rij.waarden[2])} {eenheid}"
        vel.lijn(begin, y + 11, eind, y + 11)
        vel.vak(onder, y + 4, max(boven - onder, 1.0), 14, rij.kleur, uitleg)
        vel.lijn(midden, y + 2, midden, y + 20, _TEKST, 2)
    y = _KOP + _RIJ * len(rijen) + 14
    if not rijen:
        vel.tekst(LINKS, y, _GEEN, kleur=_GRIJS)
        return vel.svg()
    for x, waarde in ((LINKS, laag), (BREEDTE - RECHTS, hoog)):
        vel.tekst(x, y, f"{_getal(waarde)} {eenheid}", anker="middle", kleur=_GRIJS)
    return vel.svg()


def als_adres(svg: str) -> str:
    """The picture as an address that stands in a page itself."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


class _Vel:
    """Shapes in the order in which they are drawn; all text is escaped."""

    def __init__(self, titel: str, hoogte: int) -> None:
        self._hoogte, self._titel = hoogte, titel
        self._delen: list[str] = []
        self.tekst(20, 20, titel, dik=True)

    def tekst(
        self, x: float, y: float, tekst: str, *, anker: str = "start", kleur: str = _TEKST,
        dik: bool = False,
    ) -> None:  # fmt: skip
        gewicht = ' font-weight="bold"' if dik else ""
        self._delen.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anker}" fill="{kleur}"{gewicht}>'
            f"{escape(tekst)}</text>"
        )

    def vak(self, x: float, y: float, breed: float, hoog: float, kleur: str, uitleg: str) -> None:
        self._delen.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{breed:.1f}" height="{hoog:.1f}" '
            f'fill="{escape(kleur)}" stroke="{_LIJN}" stroke-width="0.5">'
            f"<title>{escape(uitleg)}</title></rect>"
        )

    def lijn(
        self, x1: float, y1: float, x2: float, y2: float, kleur: str = _GRIJS, dikte: float = 1
    ) -> None:
        self._delen.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{kleur}" '
            f'stroke-width="{dikte}"/>'
        )

    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BREEDTE} {self._hoogte}" '
            f'width="{BREEDTE}" height="{self._hoogte}" role="img" '
            f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="11.5">'
            f"<title>{escape(self._titel)}</title>"
            f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(self._delen)}</svg>\n'
        )


def _getal(waarde: float) -> str:
    return f"{waarde:,.3g}".replace(",", " ").replace(".", ",") if waarde % 1 else f"{waarde:.0f}"
