"""The audit of a whole country, and what the gate costs in a rebuild of the sample.

Audit: one edition of 14,574 buurten, every figure of layers, indicators, overviews and harmonised
table, in a fresh process, start-up included. Gate: the replay of four editions within a rebuild
from nothing, as a part of its processor time. Targets of the project: 20 s and 2048 MiB, and 3 %.
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
_VEERKRACHT = "from veerkracht_dagster.cli import app; app()"


def poort(werk: str) -> dict[str, Any]:
    """Processor seconds of the gate of every edition in a work folder."""
    from veerkracht_dagster.catalogus import catalogus
    from veerkracht_dagster.herkomst import audit
    from veerkracht_dagster.herkomst.vergelijken import Telling
    from veerkracht_dagster.publicatie.release import lees_release
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
    opties, _ = parser.parse_known_args()
    land = opties.map.resolve() / f"{opties.gemeenten}_{opties.buurten}"
    land.mkdir(parents=True, exist_ok=True)
    if not (land / "bronnen").is_dir():
        meet_taak(maak_bronnen, land, str(opties.gemeenten), str(opties.buurten))
    omgeving = _omgeving(land / "gegeven", land / "bronnen")
    opdracht = [sys.executable, "-c", _VEERKRACHT]
    print(f"audit ({druk()})")
    Path(omgeving["DAGSTER_HOME"]).mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [*opdracht, "rebuild", "--editie", EDITIE], check=True, capture_output=True,
        env={**os.environ, **omgeving},
    )  # fmt: skip
    heel = meet([*opdracht, "audit", "--editie", EDITIE, "--json"], omgeving)
    uitslag = heel.uitkomst[EDITIE]
    regel(f"{opties.buurten} buurten, {uitslag['cellen']} figures", heel, "target 20 s, 2048 MiB")
    print(f"  differences {len(uitslag['verschillen'])}, deviations {uitslag['afwijkingen']}")
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
    hoofd(main, poort, maak_bronnen)
