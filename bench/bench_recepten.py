"""The recipes of CONTRIBUTING.md one by one: files, lines, and the rebuild of the sample with each.

A copy of the project for each, on a copy of a small country that was built before; an edition is
rebuilt with it, and audited. Goals: a column, a source, a layer, an edition and a threshold one
file each, a figure three. With a file more, or a build or audit that fails, this program fails.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from meten import CODE, druk


def main() -> None:
    sys.path.insert(0, str(CODE))
    from tests.recepten.recept import doe, kopieer_project, recepten
    from tests.recepten.test_recepten import DOEL, EDITIE, draai, lever
    from tests.werk import herbouw_in, kopieer, schrijf_voorbeeld
    from veerkracht_dagster.werkmap import Werkmap

    argparse.ArgumentParser(description=__doc__).parse_known_args()
    map_, fout = Path(tempfile.mkdtemp(prefix="bench_recepten_")), False
    print(f"each recipe on a small country ({druk()})", flush=True)
    try:
        basis = Werkmap.in_map(map_ / "basis")
        schrijf_voorbeeld(basis)
        herbouw_in(basis)
        for naam, stappen in recepten().items():
            (kopie := map_ / "kopie").mkdir()
            kopieer_project(kopie)
            for stap in stappen:
                doe(stap, kopie)
            werk = kopieer(basis, map_ / "werk")
            if any("schuldhulp" in stap.tekst for stap in stappen):
                lever(werk, 2022)
            editie = EDITIE if naam == "An edition" else "2014-2022"
            begin = time.perf_counter()
            uit = draai(kopie, werk, "rebuild", "--editie", editie)
            duur = time.perf_counter() - begin
            na = draai(kopie, werk, "audit", "--editie", editie)
            bestanden = sorted({stap.bestand for stap in stappen})
            goed = uit.returncode == na.returncode == 0 and len(bestanden) <= DOEL[naam]
            fout |= not goed
            print(
                f"{naam}: {len(bestanden)} file(s) (goal {DOEL[naam]}), "
                f"{sum(stap.regels for stap in stappen)} lines, rebuild {duur:.1f} s, "
                f"{'audited' if goed else 'FAILED'}: {', '.join(bestanden)}",
                flush=True,
            )
            if not goed:
                print(uit.stdout[-2000:], uit.stderr[-2000:], na.stdout[-2000:])
            shutil.rmtree(kopie)
            shutil.rmtree(werk.pad)
    finally:
        shutil.rmtree(map_)
    sys.exit(fout)


if __name__ == "__main__":
    main()
