"""The oracle on a whole country: the layers of a rebuild against a second, independent program.

14,574 buurten, one edition, on the files and tables that `bench_land.py` keeps (made when they are
not there). The oracle reads the publishers' files itself and shares no code with the project
(`tests/orakel/`). 500 buurten, drawn at random, are compared: every figure of every layer.
The target is 0 differences; with one, this program fails. `--alle` compares every buurt.
`--verstoord` compares on altered sources of a small country instead, every set of cases.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from itertools import product
from pathlib import Path

from bench_land import EDITIE, maak_bronnen
from meten import CODE, STANDAARDMAP, druk, hoofd, meet, meet_taak, regel


def vergelijk(map_land: str, steekproef: str, zaad: str) -> dict[str, object]:
    """What differs, and how many cells were compared."""
    sys.path.insert(0, str(CODE))
    from tests.orakel.vergelijken import uitgaven, verschillen

    land = Path(map_land)
    uitgave = uitgaven(land / "gegeven")[EDITIE]
    anders, cellen = verschillen(
        land / "bronnen", land / "gegeven" / "tabellen", uitgave, EDITIE,
        int(steekproef) or None, int(zaad),
    )  # fmt: skip
    return {"anders": anders, "cellen": cellen}


def verstoord() -> None:
    """Every set of altered sources, each in a copy of the small country, rebuilt."""
    sys.path.insert(0, str(CODE))
    from tests.orakel.verstoord import EDITIE, WIJKEN, eis_gelijk
    from tests.orakel.verstoringen import VERSTORINGEN
    from tests.werk import herbouw_in, kopieer, schrijf_voorbeeld
    from veerkracht_dagster.werkmap import Werkmap

    with tempfile.TemporaryDirectory() as map_:
        werkmap = Werkmap.in_map(Path(map_) / "gebouwd")
        schrijf_voorbeeld(werkmap)
        herbouw_in(werkmap)
        for welke, editie in product(VERSTORINGEN, (EDITIE, WIJKEN)):
            kopie = kopieer(werkmap, Path(map_) / f"{welke}_{editie}")
            cellen = eis_gelijk(welke, kopie, partial(herbouw_in, kopie), editie)
            print(f"{welke}, {editie}: {cellen} cells, 0 differences", flush=True)


def _herbouw(land: Path) -> None:
    """The command itself, which computes what is stale and nothing else."""
    werk = land / "gegeven"
    omgeving = {
        "VEERKRACHT_WERK": str(werk),
        "VEERKRACHT_BRONNEN": str(land / "bronnen"),
        "VEERKRACHT_TABELLEN": "",
        "VEERKRACHT_WAREHOUSE": "",
        "DAGSTER_HOME": str(werk / "dagster_home"),
    }
    opdracht = "from veerkracht_dagster.cli import app; app()"
    meet([sys.executable, "-c", opdracht, "rebuild", "--json", "--editie", EDITIE], omgeving)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--map", type=Path, default=STANDAARDMAP / "land", help="default: %(default)s"
    )
    parser.add_argument("--gemeenten", type=int, default=345, help="default: %(default)s")
    parser.add_argument("--buurten", type=int, default=14_574, help="default: %(default)s")
    parser.add_argument("--steekproef", type=int, default=500, help="default: %(default)s")
    parser.add_argument("--zaad", type=int, default=20142020, help="default: %(default)s")
    parser.add_argument("--alle", action="store_true", help="every buurt")
    parser.add_argument("--verstoord", action="store_true", help="altered sources instead")
    opties, _ = parser.parse_known_args()
    if opties.verstoord:
        verstoord()
        return
    land = opties.map.resolve() / f"{opties.gemeenten}_{opties.buurten}"
    land.mkdir(parents=True, exist_ok=True)
    wie = "every one" if opties.alle else f"{opties.steekproef} of them (seed {opties.zaad})"
    print(f"{opties.buurten} buurten, edition {EDITIE}, {wie} compared ({druk()})", flush=True)
    if not (land / "bronnen").is_dir():
        meet_taak(maak_bronnen, land, str(opties.gemeenten), str(opties.buurten))
    _herbouw(land)
    steekproef = "0" if opties.alle else str(opties.steekproef)
    meting = meet_taak(vergelijk, land, steekproef, str(opties.zaad))
    anders, cellen = meting.uitkomst["anders"], meting.uitkomst["cellen"]
    regel(f"{cellen} cells, {len(anders)} differences", meting, "target 0 differences")
    if anders:
        raise SystemExit("\n".join(anders[:20]))


if __name__ == "__main__":
    hoofd(main, maak_bronnen, vergelijk)
