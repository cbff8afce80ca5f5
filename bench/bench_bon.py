"""One receipt, on any work folder with a release: from the library, and from the command line.

Receipts of every layer, each for other areas drawn at random. First with nothing opened (the
release, its tables and deliveries are opened for that one receipt), then with the release open. The
indexes beside the snapshots are made by the first question about a file; that is printed apart. The
command is measured beside its start-up alone, and beside a trace that imports and opens all but
finds nothing: what is left is the trace. Compared with the targets of the project: 50 ms in the
library, 300 ms from the command line.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, process_time
from typing import Any

from meten import CODE, druk, hoofd, meet

_VEERKRACHT = "from veerkracht_dagster.cli import app; app()"
LICHT = "signaal_absoluut"
ZWAARSTE = "kwetsbaar_situatie"  # its classes follow from the mean over the country
MAAL = 10  # times that a command is run
_VOORBEELD = CODE / ".veerkracht" / "werk" / "voorbeeld"


def _meet(doe: Callable[[], Any]) -> tuple[float, float]:
    begin, cpu = monotonic(), process_time()
    doe()
    return 1000 * (monotonic() - begin), 1000 * (process_time() - cpu)


def _regel(naam: str, metingen: list[tuple[float, float]], doel: str = "") -> None:
    wand, cpu = _midden(metingen)
    print(
        f"{naam:<56} {wand:7.1f} ms wall {cpu:7.1f} ms cpu   "
        f"(most {max(w for w, _ in metingen):.0f} ms, {len(metingen)} times)   {doel}".rstrip(),
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--werk", type=Path, default=_VOORBEELD, help="default: %(default)s")
    parser.add_argument("--editie", default="2014-2020", help="default: %(default)s")
    parser.add_argument("--gebieden", type=int, default=20, help="default: %(default)s")
    opties, _ = parser.parse_known_args()
    from veerkracht_dagster.bonnen.bon import Bonnen
    from veerkracht_dagster.bonnen.gepubliceerd import Gepubliceerd
    from veerkracht_dagster.catalogus import catalogus
    from veerkracht_dagster.opslag.snapshots import Snapshots

    cat, map_ = catalogus(), opties.werk / "uitgaven" / opties.editie / "actueel"

    def open_() -> Bonnen:
        return Bonnen(Gepubliceerd(map_, Snapshots(opties.werk / "snapshots"), cat))

    alle = open_().uitgave.codes
    toeval = random.Random(14_574)
    codes = toeval.sample(alle, min(opties.gebieden, len(alle)))
    print(f"{len(alle)} areas, {opties.editie} ({druk()})")
    shutil.rmtree(opties.werk / "snapshots" / "register", ignore_errors=True)
    _regel("indexes of the files, once", [_meet(lambda: open_().bon(codes[0], LICHT))])
    for laag in cat.kaartlagen:
        koud = [_meet(lambda code=code, laag=laag: open_().bon(code, laag)) for code in codes]
        _regel(f"library, {laag}, nothing opened", koud, "target 50 ms")
    bonnen = open_()
    bonnen.bon(codes[0], LICHT)
    for laag in cat.kaartlagen:
        anderen = toeval.sample(alle, len(codes))
        warm = [_meet(lambda c=c, laag=laag: bonnen.bon(c, laag)) for c in anderen]
        _regel(f"library, {laag}, release open", warm, "target 50 ms")
    omgeving = {"VEERKRACHT_WERK": str(opties.werk), "VEERKRACHT_BRONNEN": ""}
    bewaard = CODE / ".veerkracht" / "cache" / "bytecode"
    for hoe, meer in (
        # As Python does unless it is told not to, and as an installed package has it.
        ("own bytecode kept", {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(bewaard)}),
        ("own modules compiled each time", {"PYTHONDONTWRITEBYTECODE": "1"}),
    ):
        print(f"command, {hoe} ({druk()})")
        _opdrachten(codes[0], opties.editie, {**omgeving, **meer})


def _opdrachten(code: str, editie: str, omgeving: dict[str, str]) -> None:
    start = [sys.executable, "-c", _VEERKRACHT]
    vragen = {
        "--help": (["--help"], 0),
        # All that a trace imports and opens, and no receipt: of an area that does not exist.
        "trace that finds nothing": (["trace", "BU00000000", LICHT, "--editie", editie], 2),
        **{
            f"trace {laag}": (["trace", code, laag, "--editie", editie], 0)
            for laag in (LICHT, ZWAARSTE)
        },
    }
    uit = {}
    for naam, (vraag, fout) in vragen.items():
        meet([*start, *vraag], omgeving, fout=fout)  # bytecode, and files that were not read yet
        metingen = [meet([*start, *vraag], omgeving, fout=fout) for _ in range(MAAL)]
        uit[naam] = [(1000 * meting.wand, 1000 * meting.cpu) for meting in metingen]
        _regel(f"command, {naam}", uit[naam])
    leeg, klaar = (_midden(uit[naam]) for naam in ("--help", "trace that finds nothing"))
    for laag in (LICHT, ZWAARSTE):
        wand, cpu = _midden(uit[f"trace {laag}"])
        print(
            f"trace {laag} after --help {wand - leeg[0]:.0f} ms wall {cpu - leeg[1]:.0f} ms cpu, "
            f"after imports {wand - klaar[0]:.0f} ms wall {cpu - klaar[1]:.0f} ms cpu "
            "(target 300 ms)"
        )


def _midden(metingen: list[tuple[float, float]]) -> tuple[float, float]:
    wand, cpu = zip(*metingen, strict=True)
    return statistics.median(wand), statistics.median(cpu)


if __name__ == "__main__":
    hoofd(main)
