"""A campaign of ways over real HTTP: every source and year x every way x every kind of fault.

One way broken at a time, and all but one: the table is the same, cell for cell, whenever a way is
left. All broken: the refusal lists every one. Where in a file a row stands is another place along
another way, and v4 has no texts of Kerncijfers: those columns are left out. The Leefbaarometer's
areas, last of the ways to a map, are another table and no way of this campaign. `verandert` is no
fault here: another version is another table.

Give years, or sources, to look at those only: `python bench/bench_wegen.py 2020 rivm_regiobeeld`.
"""

from __future__ import annotations

import copy
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import cycle
from pathlib import Path
from time import monotonic

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.uitgever import ophaler
from tests.werk import GROOTTE
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.ophalen.proefneming import Proefneming
from veerkracht_dagster.bronnen.uitkijk.kalender import verwacht
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.voorbeeldland import maak_land
from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever, aanbod_van_land
from veerkracht_dagster.voorbeeldland.uitgever.storingen import Storingssoort, adressen_van
from veerkracht_dagster.werkmap import Werkmap

BRONNEN = [naam for naam, bron in catalogus().bronnen.items() if bron.ophalen]
JAREN = range(2014, 2026)
ANDERE_TABEL = "lbm_geometrie"
SOORTEN = [soort for soort in Storingssoort if soort is not Storingssoort.VERANDERT]
WEGLATEN = ["bron_bestand", "bron_rij", "indelingswijziging"]
Sleutel = tuple[str, int]
Tabel = pd.DataFrame


def _wegen(sleutel: Sleutel) -> dict[str, list[str]]:
    """The addresses of each way to a source and year that gives the same table."""
    bron = catalogus().bronnen[sleutel[0]]
    uit = {weg.sleutel: adressen_van(bron, weg, sleutel[1]) for weg in bron.ophalen}
    return {weg: adressen for weg, adressen in uit.items() if adressen and weg != ANDERE_TABEL}


def _neem(uitgever: Uitgever, sleutel: Sleutel) -> tuple[str, pd.DataFrame] | str | None:
    """The way and the table; the message of a refusal; None when the year is absent."""
    with tempfile.TemporaryDirectory() as los:
        werkmap = Werkmap.in_map(Path(los))
        proef = Proefneming(werkmap, *sleutel)
        with ophaler(uitgever, Path(los)) as haler:
            haler.snapshots = werkmap.snapshots
            try:
                ontvangst = haler.haal_op(*sleutel, proef.probeer)
            except BronFout as fout:
                return str(fout)
        if ontvangst is None or proef.gelezen is None:
            return None
        return str(ontvangst.weg), proef.gelezen[1].drop(columns=WEGLATEN, errors="ignore")


def _breek(uitgever: Uitgever, sleutel: Sleutel, kapot: Iterable[tuple[str, str]]) -> None:
    for weg, soort in kapot:
        uitgever.breek(soort, *_wegen(sleutel)[weg])


def _werkende(heel: Aanbod, sleutel: Sleutel) -> list[str]:
    """The ways that give the year when they are alone: CBS has no bulk file of every table."""
    alle, uit = _wegen(sleutel), []
    for weg in alle:
        with Uitgever(copy.deepcopy(heel)) as uitgever:
            samen = {weg, "pdok_bestand"} if weg == "pdok_feed" else {weg}
            _breek(uitgever, sleutel, [(ander, "404") for ander in alle if ander not in samen])
            gekomen = _neem(uitgever, sleutel)
            if isinstance(gekomen, tuple) and gekomen[0] == weg:
                uit.append(weg)
    return uit


def _geval(
    heel: Aanbod, sleutel: Sleutel, kapot: list[tuple[str, str]], over: set[str], gelijk: Tabel
) -> str:
    """How one case ends: 'gelijk', 'niets' (refused, or absent by the calendar), or what is wrong.

    Args:
        over: ways that are left.
    """
    with Uitgever(copy.deepcopy(heel)) as uitgever:
        _breek(uitgever, sleutel, kapot)
        if not over:
            bron = catalogus().bronnen[sleutel[0]]
            for weg in bron.ophalen:
                if weg.sleutel == ANDERE_TABEL and (ook := adressen_van(bron, weg, sleutel[1])):
                    uitgever.breek("404", *ook)
        uit = _neem(uitgever, sleutel)
    if isinstance(uit, tuple):
        goed = over and uit[0] in over and uit[1].equals(gelijk)
        return "gelijk" if goed else f"ANDERE TABEL langs {uit[0]}"
    if over:
        return f"NIETS met nog {over}: {uit}"
    if uit is None:
        return "AFWEZIG" if _verwacht(sleutel) else "niets"
    mist = [weg for weg in _wegen(sleutel) if f"{weg}: " not in uit]
    return f"NIET GENOEMD {mist}" if mist else "niets"


def _verwacht(sleutel: Sleutel) -> bool:
    kalender, eerste = catalogus().bronnen[sleutel[0]].kalender, catalogus().eerste_peiljaar
    return bool(kalender and verwacht(kalender, [sleutel[1]], date.today(), eerste))


def _gevallen(werkend: list[str]) -> Iterator[tuple[list[tuple[str, str]], set[str]]]:
    """What is broken, and which ways are left: one at a time, all but one, and all."""
    soorten = cycle(SOORTEN)
    for weg in werkend:
        # The feed leads to the file that has an address of its own.
        mee = {weg, "pdok_feed"} if weg == "pdok_bestand" else {weg}
        for soort in SOORTEN:
            yield [(weg, soort)], set(werkend) - mee
    for over in werkend if len(werkend) > 1 else ():
        samen = {over, "pdok_bestand"} if over == "pdok_feed" else {over}
        mee = samen if over == "pdok_feed" else {over}
        yield [(weg, next(soorten)) for weg in werkend if weg not in samen], mee
    for soort in SOORTEN:
        yield [(weg, soort) for weg in werkend], set()


def begin() -> None:
    start, jaren = monotonic(), [int(w) for w in sys.argv[1:] if w.isdecimal()] or list(JAREN)
    bronnen = [woord for woord in sys.argv[1:] if not woord.isdecimal()] or BRONNEN
    uitkomsten: Counter[tuple[Sleutel, str]] = Counter()
    mis = []
    with tempfile.TemporaryDirectory() as los:
        heel = aanbod_van_land(maak_land(GROOTTE, jaren=JAREN), Path(los) / "bestanden", JAREN)
        for sleutel in ((bron, jaar) for bron in bronnen for jaar in jaren):
            with Uitgever(copy.deepcopy(heel)) as uitgever:
                gewoon = _neem(uitgever, sleutel)
            if not isinstance(gewoon, tuple):
                print(f"{sleutel[0]} {sleutel[1]}: {gewoon or 'afwezig'}", flush=True)
                continue
            werkend = _werkende(heel, sleutel)
            for kapot, over in _gevallen(werkend):
                uit = _geval(heel, sleutel, kapot, over, gewoon[1])
                uitkomsten[sleutel, uit if uit in ("gelijk", "niets") else "MIS"] += 1
                if uit not in ("gelijk", "niets"):
                    mis.append((*sleutel, kapot, uit))
            print(
                f"{sleutel[0]:<18}{sleutel[1]}  {' > '.join(werkend):<44}"
                f"{uitkomsten[sleutel, 'gelijk']:>4} gelijk {uitkomsten[sleutel, 'niets']:>4} "
                f"geweigerd {uitkomsten[sleutel, 'MIS']:>4} mis",
                flush=True,
            )
    print(f"\n{sum(uitkomsten.values())} cases, {len(mis)} wrong, {monotonic() - start:.0f} s")
    for geval in mis:
        print("WRONG:", *geval)
    if mis or not uitkomsten:
        raise SystemExit(1)


if __name__ == "__main__":
    begin()
