"""The audit of a whole country, and what the gate costs in a rebuild of the sample.

Audit: one edition of 14,574 buurten, every figure of layers, indicators, overviews and harmonised
table, in a fresh process, start-up included. The crosswalk is counted again from maps once for
every pair of them, in a process beside it: the first audit does that, the next finds it kept. Of
memory the larger process is told; the other has 0.5 GiB of its own. Addresses: what counting one
pair of years costs with nine million addresses each. Gate: the replay of four editions within a
rebuild from nothing, as a part of its processor time. Targets of the project: 20 s and 2048 MiB,
and 3 %.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

from bench_land import maak_bronnen
from meten import STANDAARDMAP, druk, hoofd, meet, meet_taak, regel

EDITIE = "2014-2020"
ADRESJAREN = (2018, 2020)
_VEERKRACHT = "from veerkracht_dagster.cli import app; app()"


def poort(werk: str) -> dict[str, Any]:
    """Processor seconds of the gate of every edition in a work folder."""
    from veerkracht_dagster.audit import controleren as audit
    from veerkracht_dagster.catalogus import catalogus
    from veerkracht_dagster.publicatie.release import lees_release
    from veerkracht_dagster.tweede.vergelijken import Telling
    from veerkracht_dagster.werkmap import Werkmap

    werkmap, cat, seconden, telling = Werkmap.in_map(Path(werk)), catalogus(), 0.0, Telling()
    for naam in cat.edities:
        map_release = werkmap.uitgaven / naam / "actueel"
        release = lees_release(map_release)
        assert release is not None
        tabellen = audit._warehousetabellen(werkmap, naam, cat)
        begin = process_time()
        stukken = audit.stukken_van(werkmap, map_release, release, audit.editie_van(release))
        if list(audit._naspelen(stukken, tabellen, cat, telling)):
            raise SystemExit(f"{naam} does not replay")
        seconden += process_time() - begin
    return {"seconden": seconden, "cellen": telling.cellen}


def maak_adressen(map_: str, aantal: str) -> dict[str, Any]:
    """Two lists of addresses, of which one in 30 moved to the next buurt."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as pacsv

    letters = [a + b for a in "ABCDEFGHJKLMNPRSTVWXZ" for b in "ABCDEFGHJKLMNPRSTVWXZ"]
    codes = pa.array([f"{1000 + i // 441}{letters[i % 441]}" for i in range(int(aantal) // 20)])
    plek = np.arange(int(aantal))
    for jaar in ADRESJAREN:
        buurt = 1_000_000 + plek // 617
        buurt[plek % 30 == jaar % 30] += 1
        kolommen = {
            "PC6": codes.take(pa.array(plek // 20)), "Huisnummer": plek % 20 + 1,
            f"Buurt{jaar}": buurt, f"Wijk{jaar}": buurt // 100, f"Gemeente{jaar}": buurt // 10_000,
        }  # fmt: skip
        opties = pacsv.WriteOptions(delimiter=";", quoting_style="none")
        pacsv.write_csv(pa.table(kolommen), Path(map_) / f"{jaar}.csv", opties)
    return {}


def tel_adressen(map_: str) -> dict[str, Any]:
    """Addresses in common, of one old buurt in twelve: as many as change."""
    from veerkracht_dagster.tweede.hertellen.adressen import Adresteller
    from veerkracht_dagster.tweede.ruw import Bewijslevering, Ruwbestand

    van, naar = (
        Bewijslevering("cbs_adressen", jaar, "pc6hnr", (Ruwbestand(pad.name, pad.name, pad),))
        for jaar in ADRESJAREN
        for pad in [Path(map_) / f"{jaar}.csv"]
    )
    gebieden = [f"BU0{code}" for code in range(1_000_000, 1_014_574, 12)]
    teller = Adresteller()
    paren = teller.tel(van, naar, "buurt", gebieden)
    teller.sluit()
    return {"adressen": sum(paren.totaal.values()), "paren": len(paren.per_paar)}


def _meet_adressen(map_: Path, aantal: int) -> None:
    if not (map_ / f"{ADRESJAREN[-1]}.csv").is_file():
        map_.mkdir(parents=True, exist_ok=True)
        meet_taak(maak_adressen, map_, str(aantal))
    geteld = meet_taak(tel_adressen, map_)
    regel(f"addresses in common, two lists of {aantal}", geteld, "once per pair, kept")


def _omgeving(werk: Path, bronnen: Path | None = None) -> dict[str, str]:
    return {
        "VEERKRACHT_WERK": str(werk),
        "VEERKRACHT_BRONNEN": str(bronnen or ""),
        "VEERKRACHT_TABELLEN": "",
        "VEERKRACHT_WAREHOUSE": "",
        "DAGSTER_HOME": str(werk / "dagster_home"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--map", type=Path, default=STANDAARDMAP / "land", help="default: %(default)s"
    )
    parser.add_argument("--gemeenten", type=int, default=345, help="default: %(default)s")
    parser.add_argument("--buurten", type=int, default=14_574, help="default: %(default)s")
    parser.add_argument("--adressen", type=int, default=9_000_000, help="0: none (%(default)s)")
    opties, _ = parser.parse_known_args()
    land = opties.map.resolve() / f"{opties.gemeenten}_{opties.buurten}"
    land.mkdir(parents=True, exist_ok=True)
    if not (land / "bronnen").is_dir():
        meet_taak(maak_bronnen, land, str(opties.gemeenten), str(opties.buurten))
    omgeving, doel = _omgeving(land / "gegeven", land / "bronnen"), "target 20 s, 2048 MiB"
    opdracht = [sys.executable, "-c", _VEERKRACHT]
    print(f"audit ({druk()})")
    Path(omgeving["DAGSTER_HOME"]).mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [*opdracht, "rebuild", "--editie", EDITIE], check=True, capture_output=True,
        env={**os.environ, **omgeving},
    )  # fmt: skip
    shutil.rmtree(land / "gegeven" / "snapshots" / "hertelling", ignore_errors=True)
    for keer in ("first", "again"):
        heel = meet([*opdracht, "audit", "--editie", EDITIE, "--json"], omgeving)
        uitslag = heel.uitkomst[EDITIE]
        regel(f"{opties.buurten} buurten, {uitslag['cellen']} figures, {keer}", heel, doel)
        print(
            "  of which the crosswalk: {seconden:.1f} s wall, {rijen} rows, {paren} pairs of years,"
            " {eerder_geteld} kept".format(**uitslag["omzetting"])
        )
        print(f"  differences {len(uitslag['verschillen'])}, deviations {uitslag['afwijkingen']}")
    if opties.adressen:
        _meet_adressen(opties.map.resolve() / f"adressen_{opties.adressen}", opties.adressen)
    werk = Path(tempfile.mkdtemp(prefix="bench_audit_"))
    try:
        herbouw = meet([*opdracht, "rebuild", "--json"], _omgeving(werk))
        gemeten = json.loads(json.dumps(meet_taak(poort, werk).uitkomst))
    finally:
        shutil.rmtree(werk)
    regel("rebuild of the sample from nothing", herbouw)
    deel = 100 * gemeten["seconden"] / herbouw.cpu
    print(
        f"  of which the gate: {gemeten['seconden']:.2f} s cpu over {gemeten['cellen']} figures,"
        f" {deel:.1f} % (target 3 %)"
    )


if __name__ == "__main__":
    hoofd(main, poort, maak_bronnen, maak_adressen, tel_adressen)
