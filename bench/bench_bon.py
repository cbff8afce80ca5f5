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
ZWAARSTE = "kwetsbaar_situatie"  # its classes follow from the mean over the country
_VOORBEELD = CODE / ".veerkracht" / "werk" / "voorbeeld"


def _meet(doe: Callable[[], Any]) -> tuple[float, float]:
    begin, cpu = monotonic(), process_time()
    doe()
    return 1000 * (monotonic() - begin), 1000 * (process_time() - cpu)


def _regel(naam: str, metingen: list[tuple[float, float]], doel: str = "") -> None:
    wand, cpu = zip(*metingen, strict=True)
    print(
        f"{naam:<52} {statistics.median(wand):7.1f} ms wall {statistics.median(cpu):7.1f} ms cpu"
        f"   (most {max(wand):.0f} ms, {len(metingen)} times)   {doel}".rstrip(),
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--werk", type=Path, default=_VOORBEELD, help="default: %(default)s")
    parser.add_argument("--editie", default="2014-2020", help="default: %(default)s")
    parser.add_argument("--gebieden", type=int, default=20, help="default: %(default)s")
    opties, _ = parser.parse_known_args()
    from veerkracht_dagster.catalogus import catalogus
    from veerkracht_dagster.herkomst.bon import Bonnen
    from veerkracht_dagster.herkomst.gepubliceerd import Gepubliceerd
    from veerkracht_dagster.opslag.snapshots import Snapshots

    cat, map_ = catalogus(), opties.werk / "uitgaven" / opties.editie / "actueel"

    def open_() -> Bonnen:
        return Bonnen(Gepubliceerd(map_, Snapshots(opties.werk / "snapshots"), cat))

    alle = open_().uitgave.codes
    toeval = random.Random(14_574)
    codes = toeval.sample(alle, min(opties.gebieden, len(alle)))
    print(f"{len(alle)} areas, {opties.editie} ({druk()})")
    shutil.rmtree(opties.werk / "snapshots" / "register", ignore_errors=True)
    een = "signaal_absoluut"
    _regel("indexes of the files, once", [_meet(lambda: open_().bon(codes[0], een))])
    koud = [_meet(lambda code=code: open_().bon(code, een)) for code in codes]
    _regel(f"library, {een}, nothing opened", koud, "target 50 ms")
    bonnen = open_()
    bonnen.bon(codes[0], een)
    for laag in cat.kaartlagen:
        anderen = toeval.sample(alle, len(codes))
        warm = [_meet(lambda c=c, laag=laag: bonnen.bon(c, laag)) for c in anderen]
        _regel(f"library, {laag}, release open", warm, "target 50 ms")
    omgeving = {"VEERKRACHT_WERK": str(opties.werk), "VEERKRACHT_BRONNEN": ""}
    start = [sys.executable, "-c", _VEERKRACHT]
    leeg = meet([*start, "--help"], omgeving)
    # All that a trace imports and opens, and no receipt: of an area that does not exist.
    klaar = meet([*start, "trace", "BU00000000", een, "--editie", opties.editie], omgeving, fout=2)
    for naam, meting in (("--help", leeg), ("trace that finds nothing", klaar)):
        print(f"{f'command, {naam}':<52} {meting.wand:7.2f} s wall  {meting.cpu:7.2f} s cpu")
    vol = []
    for code in codes[:5]:
        vraag = ["trace", code, ZWAARSTE, "--editie", opties.editie, "--json"]
        meting = meet([*start, *vraag], omgeving)
        vol.append(meting)
        naam = f"command, {code} {ZWAARSTE}"
        print(
            f"{naam:<52} {meting.wand:7.2f} s wall  {meting.cpu:7.2f} s cpu {meting.piek:6.0f} MiB"
        )
    cpu = statistics.median(meting.cpu for meting in vol)
    print(
        f"a trace after start-up and imports {1000 * (cpu - klaar.cpu):.0f} ms cpu, after --help"
        f" {1000 * (cpu - leeg.cpu):.0f} ms cpu (target 300 ms)"
    )


if __name__ == "__main__":
    hoofd(main)
