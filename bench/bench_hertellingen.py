"""What each re-count at run time catches that nothing else does: faults in what it counts.

`scan_volgt` re-counts `indicatoren/scan.py`, `oordeel_opgeteld` `buurttabel/optelling.py`, and
`wijzigingen_geteld` `buurttabel/overzicht.py`. As in `bench_mutaties.py` one comparison,
operation or number is changed, in memory, on the tables of a rebuilt work folder; a fault without
effect on what comes out is not counted. Of each other fault: is it stopped by something else at run
time (an error, the schema of the table, another check, states against values), by the re-count, or
by neither; and, with `--tests`, is it stopped by the module's unit tests.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd
from bench_mutaties import _plekken
from meten import CODE, druk

EDITIE = "2014-2020"
UITKOMSTEN = ("something else", "the re-count alone", "NEITHER")


@dataclass(frozen=True)
class Hertelling:
    """A re-count: the module it counts, what that makes, who looks, and the module's tests."""

    naam: str
    module: str
    maak: Callable[[ModuleType], dict[str, pd.DataFrame]]
    anders: Callable[[dict[str, pd.DataFrame]], bool]
    hertel: Callable[[dict[str, pd.DataFrame]], bool]
    tests: list[str]


def hertellingen(werk: Path) -> list[Hertelling]:
    """The three, on the tables of a work folder. `anders`, `hertel`: is it wrong?"""
    sys.path.insert(0, str(CODE))
    from veerkracht_dagster.bronnen.scans import lees_scans
    from veerkracht_dagster.buurttabel.optelling import HOGER
    from veerkracht_dagster.buurttabel.wegcontroles import controleer_wijzigingen
    from veerkracht_dagster.catalogus import catalogus
    from veerkracht_dagster.catalogus.schema import controleer
    from veerkracht_dagster.indicatoren.scancontroles import controleer_scan
    from veerkracht_dagster.publicatie.audit import _cijfers_en_status
    from veerkracht_dagster.publicatie.inhoud import naar_arrow
    from veerkracht_dagster.publicatie.opgeteld import oordeel_opgeteld
    from veerkracht_dagster.publicatie.tabellen import optelling, publicatietabellen

    cat = catalogus()
    editie, tabellen = cat.edities[EDITIE], werk / "tabellen"
    lees = lambda naam, deel: pd.read_parquet(tabellen / naam / f"{deel}.parquet")  # noqa: E731
    cijfers = {naam: lees(naam, EDITIE) for naam in cat.indicatoren}
    namen = lees("gebieden", editie.basisjaar)[["niveau", "regiocode", "regionaam"]]
    opdrachten = lees_scans(werk / "bronnen", cat, EDITIE)
    jaren = {}
    for jaar in editie.peiljaren:
        if (tabellen / "buurttabel" / f"{jaar}.parquet").is_file():
            alle = lees("buurttabel", jaar)
            op_basis = alle["basisjaar"].eq(editie.basisjaar) & alle["niveau"].eq("buurt")
            jaren[jaar] = alle.loc[op_basis].reset_index(drop=True)
    omzetting = lees("buurt_omzetting", editie.begin)
    kolommen = publicatietabellen(cat)["buurttabel"]
    buurten = {jaar: naar_arrow(tabel, _van(tabel, kolommen)) for jaar, tabel in jaren.items()}

    def verteld(module: ModuleType) -> dict[str, pd.DataFrame]:
        delen = [
            module.wijzigingen(deel, cat.omzetting).assign(niveau=str(n), basis=str(b))
            for (n, b), deel in omzetting.groupby(["niveau", "basis"])
        ]
        return {"wijzigingen": pd.concat(delen)}

    def arrow(uit: dict[str, pd.DataFrame]) -> dict[str, Any]:
        return {naam: naar_arrow(tabel, optelling(cat)) for naam, tabel in uit.items()}

    def opgeteld_anders(uit: dict[str, pd.DataFrame]) -> bool:
        return any(
            any(_cijfers_en_status(naam, tabel, len(uit[naam])))
            for naam, tabel in arrow(uit).items()
        )

    def opgeteld_hertel(uit: dict[str, pd.DataFrame]) -> bool:
        inhoud = SimpleNamespace(optellingen=arrow(uit), buurttabellen=buurten)
        return any(oordeel_opgeteld(inhoud, cat))

    return [
        Hertelling(
            "scan_volgt", "indicatoren/scan.py",
            lambda m: {"scan": m.scan(cijfers, namen, opdrachten, editie, cat)},
            lambda uit: not controleer("scan", {EDITIE: uit["scan"]}).goed,
            lambda uit: not controleer_scan(
                uit["scan"], cijfers, namen, opdrachten, editie, cat
            ).goed,
            ["tests/unit/indicatoren/test_scan.py"],
        ),
        Hertelling(
            "oordeel_opgeteld", "buurttabel/optelling.py",
            lambda m: m.tel_jaren_op(jaren, HOGER, cat), opgeteld_anders, opgeteld_hertel,
            ["tests/unit/buurttabel/test_optelling.py", "tests/unit/buurttabel/test_grenzen.py"],
        ),
        Hertelling(
            "wijzigingen_geteld", "buurttabel/overzicht.py", verteld, lambda _uit: False,
            lambda uit: not controleer_wijzigingen(
                omzetting, uit["wijzigingen"], cat.omzetting
            ).goed,
            ["tests/unit/buurttabel/test_overzicht.py"],
        ),
    ]  # fmt: skip


def _van(tabel: pd.DataFrame, kolommen: Any) -> list[Any]:
    return [kolom for kolom in kolommen if kolom.naam in tabel]


def fouten(pad: Path, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Every change of a module once, in an order drawn: how it is told, and the source."""
    tekst = pad.read_text()
    aantal = len(list(_plekken(ast.parse(tekst))))
    for nummer in rng.sample(range(aantal), aantal):
        boom = ast.parse(tekst)
        doe, wat = list(_plekken(boom))[nummer]
        doe()
        yield wat, ast.unparse(boom)


def uitkomst(hertelling: Hertelling, basis: dict[str, pd.DataFrame], bron: str) -> str | None:
    """Who stops the fault; None where it has no effect."""
    naam = "veerkracht_dagster." + hertelling.module.removesuffix(".py").replace("/", ".")
    module = ModuleType(naam)
    module.__package__ = naam.rpartition(".")[0]
    try:
        exec(compile(bron, naam, "exec"), vars(module))
        uit = hertelling.maak(module)
    except Exception:  # noqa: BLE001 - whatever a fault raises is what stops it
        return UITKOMSTEN[0]
    if uit.keys() == basis.keys() and all(uit[n].equals(basis[n]) for n in uit):
        return None
    if hertelling.anders(uit):
        return UITKOMSTEN[0]
    return UITKOMSTEN[1] if hertelling.hertel(uit) else UITKOMSTEN[2]


def gedood(hertelling: Hertelling, bron: str, kopie: Path) -> bool:
    """Do the module's own unit tests stop the fault?"""
    pad = kopie / "veerkracht_dagster" / hertelling.module
    oud = pad.read_text()
    pad.write_text(bron)
    uit = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", *hertelling.tests], cwd=kopie,
        env=os.environ | {"PYTHONPATH": str(kopie)}, capture_output=True, check=False,
    )  # fmt: skip
    pad.write_text(oud)
    return uit.returncode != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("werkmap", type=Path, help="a work folder that was rebuilt")
    parser.add_argument("--aantal", type=int, default=100, help="faults with effect, in all")
    parser.add_argument("--zaad", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--tests", action="store_true", help="the unit tests of the module too")
    parser.add_argument("--alleen", help="one re-count, by its name")
    opties, _ = parser.parse_known_args()
    rng, alle = random.Random(opties.zaad), hertellingen(opties.werkmap)
    alle = [h for h in alle if opties.alleen in (None, h.naam)]
    print(f"{opties.aantal} faults with effect, over {len(alle)} modules ({druk()})", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench_hertellingen_") as map_:
        kopie = Path(map_)
        for naam in ("veerkracht_dagster", "assets_defs", "tests"):
            shutil.copytree(CODE / naam, kopie / naam, ignore=shutil.ignore_patterns("__pycache__"))
        for naam in ("pyproject.toml", "dagster.yaml"):
            shutil.copy(CODE / naam, kopie)
        for n, hertelling in enumerate(alle):
            telling: Counter[str] = Counter()
            pad = CODE / "veerkracht_dagster" / hertelling.module
            basis = hertelling.maak(_gewoon(hertelling))
            doel = opties.aantal // len(alle) + (n < opties.aantal % len(alle))
            for wat, bron in fouten(pad, rng):
                if sum(telling[u] for u in UITKOMSTEN) == doel:
                    break
                door = uitkomst(hertelling, basis, bron)
                if door is None:
                    continue
                telling[door] += 1
                dood = gedood(hertelling, bron, kopie) if opties.tests else None
                if dood is not None:
                    telling[f"{door}, {'and' if dood else 'NOT'} unit tests"] += 1
                print(f"  {hertelling.module} {wat:<40} {door} {dood}", flush=True)
            print(f"{hertelling.naam}: {dict(telling)}", flush=True)


def _gewoon(hertelling: Hertelling) -> ModuleType:
    from importlib import import_module

    return import_module(
        "veerkracht_dagster." + hertelling.module.removesuffix(".py").replace("/", ".")
    )


if __name__ == "__main__":
    main()
