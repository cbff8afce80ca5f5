"""The map of a corporation's working area, with its legend, as SVG.

Here: areas in their colour, wijken with a border and a number, what colours and numbers stand for.
Not here: which colour an area has (`scan.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import geopandas as gpd
import numpy as np
import shapely

KLEUREN = {"groen": "#b7e1cd", "oranje": "#fce8b2", "rood": "#f4c7c3", "geen": "#ffffff"}
_KAART = 640  # pixels of its longest side
_LETTER, _REGEL = 12, 19  # pixels: of a text, and from line to line
_BREEDTE_TEKEN = 8.2  # pixels, of a letter of that size
_LIJN = "#3c4043"


@dataclass(frozen=True)
class _Regel:
    """A line of the legend, with a box of colour or not."""

    tekst: str
    kleur: str | None = None
    kop: bool = False


def teken_scankaart(
    gebieden: gpd.GeoDataFrame, wijken: Mapping[str, str], woord: str, kop: str
) -> str:
    """The SVG.

    Args:
        gebieden: regiocode, naam, kleur (a key of `KLEUREN`) and geometry, possibly absent.
        wijken: code -> name, of each wijk that the areas lie in or are; in the order of its number.
        woord: what an area is called: buurten or wijken.
        kop: what the colours say.
    """
    er_zijn = ~(gebieden.geometry.isna() | gebieden.geometry.is_empty)
    kaart = gebieden.assign(wijk="WK" + gebieden["regiocode"].str[2:8]).loc[er_zijn]
    nummers = {code: nummer for nummer, code in enumerate(wijken, start=1)}
    regels = [_Regel(kop, kop=True), *_kleurregels(kaart["kleur"], woord)]
    if zonder := int((~er_zijn).sum()):
        regels.append(_Regel(f"{zonder} {woord} zonder grenzen staan er niet op"))
    regels.append(_Regel("Wijken", kop=True))
    regels += [_Regel(f"{nummer} {wijken[code]}") for code, nummer in nummers.items()]
    if kaart.empty:
        return _svg("", (0, 0), [_Regel("Geen grenzen", kop=True), *regels])
    x0, y0, x1, y1 = kaart.total_bounds
    schaal = _KAART / max(x1 - x0, y1 - y0, 1.0)
    op_blad = shapely.transform(
        shapely.simplify(kaart.geometry.to_numpy(), 0.3 / schaal),
        lambda xy: (xy - [x0, y1]) * [schaal, -schaal],
    )
    delen = [
        f'<path d="{_pad(vlak)}" fill="{KLEUREN[kleur]}" fill-rule="evenodd" stroke="{_LIJN}" '
        f'stroke-width="0.5"><title>{escape(_uitleg(naam, wijken.get(wijk), kleur))}</title></path>'
        for vlak, naam, wijk, kleur in zip(
            op_blad, kaart["naam"], kaart["wijk"], kaart["kleur"], strict=True
        )
    ]
    for wijk, nummer in nummers.items():
        eigen = op_blad[(kaart["wijk"] == wijk).to_numpy()]
        if len(eigen):
            delen += _wijk(shapely.union_all(shapely.make_valid(eigen)), nummer)
    maten = round((x1 - x0) * schaal), round((y1 - y0) * schaal)
    return _svg("".join(delen), maten, regels)


def _kleurregels(kleuren: Iterable[str], woord: str) -> list[_Regel]:
    telling = Counter(kleuren)
    alle, geen = telling.total(), telling["geen"]
    regels = [
        # Where no area has a colour there is no number of any, and not 0.
        _Regel(f"{_woord(k)}: {telling[k]} {woord}" if alle > geen or k == "geen" else k, vulling)
        for k, vulling in KLEUREN.items()
    ]
    return [*regels, _Regel(f"{alle - geen} van {alle} {woord} hebben een kleur")]


def _woord(kleur: str) -> str:
    return "geen kleur" if kleur == "geen" else kleur


def _uitleg(naam: str, wijk: str | None, kleur: str) -> str:
    waar = f" ({wijk})" if wijk and wijk != naam else ""
    return f"{naam}{waar}: {_woord(kleur)}"


def _wijk(vlak: shapely.Geometry, nummer: int) -> list[str]:
    """Its border over the areas, and its number within."""
    plek = shapely.point_on_surface(vlak)
    return [
        f'<path d="{_pad(vlak)}" fill="none" stroke="{_LIJN}" stroke-width="1.6"/>',
        f'<text x="{plek.x:.1f}" y="{plek.y + 4:.1f}" text-anchor="middle" font-weight="bold" '
        f'stroke="#ffffff" stroke-width="3" paint-order="stroke">{nummer}</text>',
    ]


def _pad(vlak: shapely.Geometry) -> str:
    """The rings of an area as an SVG path in tenths of pixels."""
    delen = []
    for ring in shapely.get_rings(shapely.get_parts(np.atleast_1d(vlak))):
        punten = (f"{x:.1f},{y:.1f}" for x, y in shapely.get_coordinates(ring).tolist())
        delen.append("M" + "L".join(punten) + "Z")
    return "".join(delen)


def _svg(kaart: str, maten: tuple[int, int], regels: list[_Regel]) -> str:
    """The map with its legend to the right of it."""
    links, y, delen = maten[0] + 24, 18, []
    for regel in regels:
        x = links
        if regel.kleur is not None:
            delen.append(
                f'<rect x="{links}" y="{y - 11}" width="18" height="13" fill="{regel.kleur}" '
                f'stroke="{_LIJN}" stroke-width="0.7"/>'
            )
            x += 26
        dik = ' font-weight="bold"' if regel.kop else ""
        delen.append(f'<text x="{x}" y="{y}"{dik}>{escape(regel.tekst)}</text>')
        y += _REGEL
    langste = max(len(regel.tekst) for regel in regels)
    breedte = links + 26 + round(langste * _BREEDTE_TEKEN) + 8
    hoogte = max(maten[1] + 4, y)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {breedte} {hoogte}" '
        f'width="{breedte}" height="{hoogte}" role="img" '
        f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="{_LETTER}">'
        f"<title>Kaart van het werkgebied</title>{kaart}{''.join(delen)}</svg>\n"
    )
