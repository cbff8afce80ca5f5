"""Writing all sources of the country into a folder, laid out as the publishers' downloads are.

Here: which form and which years each source has, and the order of writing.
Not here: any format.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from veerkracht_dagster.voorbeeldland.adressen import EERSTE_JAAR, schrijf_adressen
from veerkracht_dagster.voorbeeldland.kaart import schrijf_kaart
from veerkracht_dagster.voorbeeldland.kwb import kwb_tabel
from veerkracht_dagster.voorbeeldland.kwb_excel import schrijf_kwb_excel
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.leefbaarometer import EDITIE, schrijf_leefbaarometer
from veerkracht_dagster.voorbeeldland.leveringen import schrijf_leveringen
from veerkracht_dagster.voorbeeldland.odata_v3 import schrijf_odata_v3
from veerkracht_dagster.voorbeeldland.odata_v4 import schrijf_odata_v4
from veerkracht_dagster.voorbeeldland.odata_v4_csv import schrijf_odata_v4_csv
from veerkracht_dagster.voorbeeldland.regiobeeld import schrijf_regiobeeld
from veerkracht_dagster.voorbeeldland.scans import schrijf_scans
from veerkracht_dagster.voorbeeldland.statline import schrijf_statline
from veerkracht_dagster.voorbeeldland.vierkanten import JAAR as JAAR_VIERKANTEN
from veerkracht_dagster.voorbeeldland.vierkanten import schrijf_vierkanten

VORMEN: dict[str, Callable[[pd.DataFrame, int, Path], list[Path]]] = {
    "odata_v3": schrijf_odata_v3,
    "odata_v4": schrijf_odata_v4,
    "odata_v4_csv": schrijf_odata_v4_csv,
    "statline_csv": schrijf_statline,
    "kwb_excel": schrijf_kwb_excel,
}
VORM_PER_JAAR = {2017: "odata_v4", 2018: "odata_v4", 2019: "statline_csv"}
Voortgang = Callable[[str], None]


def schrijf_kwb(land: Land, jaar: int, map: Path, vorm: str | None = None) -> list[Path]:
    """Write the key figures of a year in one of `VORMEN` (default: that year's form)."""
    gekozen = vorm or VORM_PER_JAAR.get(jaar, "odata_v3")
    if gekozen not in VORMEN:
        raise ValueError(f"vorm {gekozen!r} is not known; choose from {', '.join(VORMEN)}")
    return VORMEN[gekozen](kwb_tabel(land, jaar), jaar, map)


def schrijf_bronnen(
    land: Land, map: Path, *, adressen: bool = True, voortgang: Voortgang | None = None
) -> list[Path]:
    """Write every source of the country under `map` and return the paths.

    Without `adressen` the address files are left out (at the size of the whole country they are
    nine million rows a year). `voortgang` is called with a line of text before each part.
    The Leefbaarometer and Regiobeeld are written only if the country has their area year, 2024.
    """

    def meld(tekst: str) -> None:
        if voortgang is not None:
            voortgang(tekst)

    map = Path(map)
    paden: list[Path] = []
    for jaar in land.jaren:
        meld(f"kerncijfers en kaart {jaar}")
        tabel = kwb_tabel(land, jaar)
        paden += VORMEN[VORM_PER_JAAR.get(jaar, "odata_v3")](tabel, jaar, map)
        paden.append(schrijf_kaart(land, jaar, tabel, map))
    if EDITIE in land.jaren:
        meld("leefbaarometer")
        paden += schrijf_leefbaarometer(land, map)
        meld("regiobeeld")
        paden += schrijf_regiobeeld(land, map)
    meld("leveringen")
    paden += schrijf_leveringen(land, map)
    paden += schrijf_scans(land, map)
    if JAAR_VIERKANTEN in land.jaren:
        meld(f"vierkanten {JAAR_VIERKANTEN}")
        paden.append(schrijf_vierkanten(land, map))
    for jaar in land.jaren if adressen else ():
        if jaar >= EERSTE_JAAR:
            meld(f"adressen {jaar}")
            paden.append(schrijf_adressen(land, jaar, map))
    return paden


def schrijf_geheel(land: Land, map: Path, *, adressen: bool = True) -> list[Path]:
    """`schrijf_bronnen` into a new or empty folder, all or nothing.

    Written aside and moved into place, so that a half country is never mistaken for a whole.
    """
    opzij = map.with_name(f"{map.name}.half")
    shutil.rmtree(opzij, ignore_errors=True)
    opzij.mkdir(parents=True)
    paden = schrijf_bronnen(land, opzij, adressen=adressen)
    if map.exists():
        map.rmdir()
    opzij.rename(map)
    return [map / pad.relative_to(opzij) for pad in paden]
