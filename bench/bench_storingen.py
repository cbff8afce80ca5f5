"""A campaign of faults over real HTTP: every fault x every client x place in the conversation.

Each case must end in the very bytes that an undisturbed fetch gives (where the table changed: in
those of one version), or in an error that says what was found, expected and to do; and leave
no half snapshot. Printed as a table; any other ending is a failure of this benchmark.
Not here: faults after which another way is tried (`EINDE_VAN_EEN_WEG`).
"""

from __future__ import annotations

import copy
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.uitgever import aanbod, instellingen, ophaler
from veerkracht_dagster.bronnen.ontvangsten import Ontvangsten
from veerkracht_dagster.bronnen.ophalen.fouten import OphaalFout
from veerkracht_dagster.bronnen.ophalen.wegen import verbinding_van
from veerkracht_dagster.bronnen.uitkijk.catalogi import catalogusstand
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever, odata
from veerkracht_dagster.voorbeeldland.uitgever.storingen import (
    EINDE_VAN_EEN_WEG,
    Storingssoort,
    adressen_van,
)

# client: source, year and way; every other way gives nothing, so that this one is the one.
CLIENTS = {
    "CBS v4 bulk": ("cbs_kerncijfers", 2020, "cbs_v4_bulk"),
    "CBS v4 pagina's": ("cbs_kerncijfers", 2020, "cbs_v4"),
    "CBS v3 pagina's": ("cbs_kerncijfers", 2020, "cbs_v3"),
    "PDOK feed": ("cbs_buurtgrenzen", 2024, "pdok_feed"),
    "kaart als zip": ("cbs_buurtgrenzen", 2017, "cbs_kaart"),
    "adressen": ("cbs_adressen", 2017, "cbs_adresbestand"),
    "Leefbaarometer": ("leefbaarometer", 2020, "lbm_scores"),
    "lijst van tabellen": ("", 0, ""),
}
# The fault comes at the first request, the second, or the third; it passes, or it stays.
PLAATSEN, KEREN = (0, 1, 2), (1, 2, -1)
SOORTEN = [soort for soort in Storingssoort if soort not in EINDE_VAN_EEN_WEG]
_PAGINA = 60


def _alleen(uitgever: Uitgever, client: str) -> None:
    """No other way leads anywhere. What the feed's file and its own address share is left."""
    bron, jaar, weg = CLIENTS[client]
    beschrijving = catalogus().bronnen.get(bron)
    for ander in beschrijving.ophalen if beschrijving else ():
        adressen = adressen_van(beschrijving, ander, jaar)
        if adressen and ander.sleutel not in (weg, "pdok_bestand"):
            uitgever.breek("404", *adressen)


def _bestanden(map_: Path, bron: str, jaar: int) -> tuple[tuple[str, str], ...]:
    laatste = Ontvangsten(Snapshots(map_ / "snapshots")).laatste(bron, jaar)
    return laatste.bestanden if laatste else ()


def _doe(uitgever: Uitgever, client: str, map_: Path) -> object:
    bron, jaar, _ = CLIENTS[client]
    if not bron:
        with verbinding_van(instellingen(uitgever), catalogus()) as verbinding:
            return {n: r.titel for n, r in catalogusstand(verbinding).rijen.items()}
    with ophaler(uitgever, map_) as haler:
        haler.haal_op(bron, jaar)
    return _bestanden(map_, bron, jaar)


def _geval(heel: Aanbod, client: str, soort: Storingssoort, na: int, keren: int) -> str:
    """How one case ends: 'heel', 'fout', or what is wrong."""
    with tempfile.TemporaryDirectory() as los, Uitgever(copy.deepcopy(heel)) as uitgever:
        _alleen(uitgever, client)
        uitgever.storing(soort, keren, na=na, retry_after="0")
        map_ = Path(los)
        try:
            gekomen = _doe(uitgever, client, map_ / "storing")
        except OphaalFout as fout:
            return _na_fout(fout, map_ / "storing")
        uitgever.herstel()
        _alleen(uitgever, client)
        if gekomen != _doe(uitgever, client, map_ / "heel"):
            return "ANDERE BYTES dan de uitgever heeft"
        if Snapshots(map_ / "storing" / "snapshots").controleer():
            return "EEN BESCHADIGDE SNAPSHOT"
    return "heel"


def _na_fout(fout: OphaalFout, map_: Path) -> str:
    melding = str(fout)
    if not all(deel in melding for deel in ("gevonden:", "verwacht:", "wat te doen:")):
        return f"ONDUIDELIJKE FOUT {melding}"
    over = [p for p in map_.rglob("*") if p.is_file()]
    return f"HALF BEWAARD {over}" if over else "fout"


def begin() -> None:
    odata.PAGINA_V3 = odata.PAGINA_V4 = _PAGINA
    start = monotonic()
    with tempfile.TemporaryDirectory() as los:
        heel = aanbod(Path(los) / "bronnen")
        uitkomsten: Counter[tuple[str, str, str]] = Counter()
        mis = []
        for client in CLIENTS:
            for soort in SOORTEN:
                for na in PLAATSEN:
                    for keren in KEREN:
                        uit = _geval(heel, client, soort, na, keren)
                        uitkomsten[
                            client, soort.value, uit if uit in ("heel", "fout") else "MIS"
                        ] += 1
                        if uit not in ("heel", "fout"):
                            mis.append((client, soort.value, na, keren, uit))
    _toon(uitkomsten)
    aantal = sum(uitkomsten.values())
    print(f"\n{aantal} cases, {len(mis)} wrong, {monotonic() - start:.0f} s", flush=True)
    for geval in mis:
        print("WRONG:", *geval)
    if mis or aantal < 200:
        raise SystemExit(1)


def _toon(uitkomsten: Counter[tuple[str, str, str]]) -> None:
    print("Each cell: the right bytes / a clear error. Nothing else may happen.\n")
    print(f"{'client':<20}" + "".join(f"{soort.value:>12}" for soort in SOORTEN))
    for client in CLIENTS:
        cellen = [
            f"{uitkomsten[client, soort.value, 'heel']} / {uitkomsten[client, soort.value, 'fout']}"
            + (f" +{m}!" if (m := uitkomsten[client, soort.value, "MIS"]) else "")
            for soort in SOORTEN
        ]
        print(f"{client:<20}" + "".join(f"{cel:>12}" for cel in cellen))


if __name__ == "__main__":
    begin()
