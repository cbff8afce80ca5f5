"""Making the country, and the list of what is special about it.

Here: `maak_land`, and `land.bijzonder`, where a test finds the codes of each special case.
Not here: the making of each part (`raster`, `wijzigingen`, `bevolking`).
"""

from __future__ import annotations

from typing import Any

from veerkracht_dagster.voorbeeldland.bevolking import maak_bevolking
from veerkracht_dagster.voorbeeldland.grootte import ALLE_JAREN, JAREN, Grootte
from veerkracht_dagster.voorbeeldland.indeling import EERSTE_GEMEENTE
from veerkracht_dagster.voorbeeldland.kwb import NOG_NIET_UITGEBRACHT
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.leefbaarometer import ZONDER_DIMENSIES
from veerkracht_dagster.voorbeeldland.leveringen import microdata_gemeente
from veerkracht_dagster.voorbeeldland.wijzigingen import maak_verloop


def maak_land(
    grootte: Grootte | None = None, zaad: int = 2014, jaren: tuple[int, ...] = JAREN
) -> Land:
    """Make the country: the same `grootte` and `zaad` give the same country everywhere.

    `jaren` must be a subset of `ALLE_JAREN`; a year looks the same whichever others are made.
    """
    grootte = grootte or Grootte()
    vreemd = sorted(set(jaren) - set(ALLE_JAREN))
    if vreemd or not jaren:
        raise ValueError(f"jaren {vreemd or jaren} are not in the sample; choose from {ALLE_JAREN}")
    verloop = maak_verloop(zaad, grootte)
    eerste = verloop.indelingen[ALLE_JAREN[0]]
    bevolking = maak_bevolking(zaad, verloop.raster, eerste, ALLE_JAREN)
    gekozen = {j: verloop.indelingen[j] for j in ALLE_JAREN if j in jaren}
    land = Land(grootte, zaad, verloop.raster, gekozen, bevolking, verloop.bijzonder, eerste)
    land.bijzonder |= _gevallen(land)
    return land


def _gevallen(land: Land) -> dict[str, Any]:
    """Return the special cases that follow from the figures, each by year."""
    uit: dict[str, Any] = {
        "een_buurt": f"GM{EERSTE_GEMEENTE:04d}",
        "niet_uitgebracht": {j: list(k) for j, k in NOG_NIET_UITGEBRACHT.items()},
        "leefbaarometer_zonder_dimensies": list(ZONDER_DIMENSIES),
    }
    soorten = ("onbewoond", "onderdrukt", "eigendom_onbekend", "water", "microdata_gemeente")
    uit |= {soort: {} for soort in soorten}
    for jaar in land.jaren:
        inwoners = land.waarheid("inwoners", jaar)
        woningen = land.waarheid("woningen", jaar)
        onbekend = land.waarheid("percentage_eigendom_onbekend", jaar)
        code = inwoners.index
        uit["onbewoond"][jaar] = list(code[inwoners == 0])
        uit["onderdrukt"][jaar] = list(code[(inwoners > 0) & (inwoners < 50)])
        uit["eigendom_onbekend"][jaar] = list(code[(woningen >= 20) & (onbekend > 50)])
        uit["water"][jaar] = list(code[land.waarheid("oppervlakte_water", jaar) > 0])
        uit["microdata_gemeente"][jaar] = microdata_gemeente(land, jaar)
    return uit
