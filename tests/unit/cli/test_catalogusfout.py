"""A slip in the catalogue is a sentence from every command, with file, line and key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAKKET = Path(__file__).parents[3]
OPDRACHTEN = [
    ["rebuild"], ["rebuild", "--editie", "2014-2020", "--json"], ["status"], ["status", "--json"],
    ["trace", "BU00010001", "K_eind"], ["audit"], ["verschil"],
    ["bronnen", "leefbaarometer", "2020"], ["catalogus"],
    ["catalogus", "signaal_absoluut"], ["lineage", "K_eind"],
    ["export", "--gemeente", "GM0001"],
]  # fmt: skip
# Every command in one process; only the last leaves, as on the command line.
PROGRAMMA = """
import sys
from veerkracht_dagster import cli
einde = cli.vertrek
cli.vertrek = lambda code: print(f"code {code}", file=sys.stderr)
for opdracht in OPDRACHTEN:
    sys.argv = ["veerkracht", *opdracht]
    cli.main()
"""


@pytest.fixture(scope="module")
def gezegd(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What every command says, of a copy of the project with a slip in edities.yml."""
    kopie = tmp_path_factory.mktemp("kopie")
    for map_ in ("veerkracht_dagster", "assets_defs"):
        shutil.copytree(PAKKET / map_, kopie / map_, ignore=shutil.ignore_patterns("__pycache__"))
    edities = kopie / "veerkracht_dagster" / "catalogus" / "edities.yml"
    edities.write_text(edities.read_text().replace("tK_procentpunt: 1.0", "tK_procentpnt: 1.0"))
    programma = PROGRAMMA.replace("OPDRACHTEN", repr(OPDRACHTEN))
    uit = subprocess.run(
        [sys.executable, "-c", programma], cwd=kopie, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(kopie), "VEERKRACHT_WERK": str(kopie / "werk")},
    )  # fmt: skip
    assert uit.stdout == ""
    return uit.stderr.splitlines()


@pytest.mark.parametrize("nummer", range(len(OPDRACHTEN)), ids=map(" ".join, OPDRACHTEN))
def test_a_slip_is_one_sentence(gezegd: list[str], nummer: int) -> None:
    zin, code = gezegd[2 * nummer : 2 * nummer + 2]
    assert zin.startswith("edities.yml: parameters.tK_procentpnt: onbekende sleutel")
    assert zin.endswith("[regel 27]")
    assert code == "code 1"
