"""`veerkracht rebuild` on the sample: from nothing, and again with nothing new.

Both in a fresh process, start-up and imports included; the environment is set up already. Compared
with the targets of the project: 15 s and 5 s.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from meten import druk, hoofd, meet, regel

_VEERKRACHT = "from veerkracht_dagster.cli import app; app()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--map", type=Path, help="keep the work folder here (default: a temporary)")
    opties, _ = parser.parse_known_args()
    werk = opties.map or Path(tempfile.mkdtemp(prefix="bench_rebuild_"))
    if opties.map:
        shutil.rmtree(werk, ignore_errors=True)
    omgeving = {
        "VEERKRACHT_WERK": str(werk),
        "VEERKRACHT_BRONNEN": "",
        "VEERKRACHT_TABELLEN": "",
        "VEERKRACHT_WAREHOUSE": "",
        "DAGSTER_HOME": str(werk / "dagster_home"),
    }
    opdracht = [sys.executable, "-c", _VEERKRACHT, "rebuild", "--json"]
    print(f"sample, four editions ({druk()})")
    try:
        for naam, doel in (("first, sample files made too", 15), ("nothing new", 5)):
            meting = meet(opdracht, omgeving)
            partities = sum(map(len, meting.uitkomst["berekend"].values()))
            regel(f"rebuild, {naam} ({partities} partitions)", meting, f"target {doel} s")
    finally:
        if not opties.map:
            shutil.rmtree(werk)


if __name__ == "__main__":
    hoofd(main)
