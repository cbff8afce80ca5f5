"""A campaign of kills: a rebuild of everything is killed at a drawn moment, itself or its worker.

After each: what readers see is one release, whole, in files and in the warehouse; the next rebuild
ends by itself; no run is left that has not ended; the audit finds nothing. Then two rebuilds at
once, their starts shifted: both end, with the release of one. Printed as a table; anything else is
a failure of this benchmark.

    python bench/bench_gedood.py [kills] [pairs] [seed]
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dagster as dg
import psutil
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.werk import herbouw_in, instance_van, schrijf_voorbeeld
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.publicatie.publiceren import ACTUEEL, huidige_release, niet_in_warehouse
from veerkracht_dagster.publicatie.release import is_gaaf
from veerkracht_dagster.werkmap import Werkmap

_ONAF = [
    dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING,
]  # fmt: skip
_PROGRAMMA = str(Path(sys.executable).parent / "veerkracht")


def _begin(werk: Werkmap, *woorden: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [_PROGRAMMA, *woorden],
        env={**os.environ, "VEERKRACHT_WERK": str(werk.pad), "VEERKRACHT_PROCESSEN": "2"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def _klaar(werk: Werkmap, *woorden: str) -> str:
    """Run a command to its end; what it said when that is not right, else nothing."""
    with _begin(werk, *woorden) as proces:
        tekst = proces.communicate(timeout=600)[0]
    return "" if proces.returncode == 0 else f"{' '.join(woorden)}: {tekst[-400:]}"


def _onaf(werk: Werkmap) -> int:
    with pytest.MonkeyPatch.context() as patch, instance_van(werk, patch) as instance:
        return instance.get_runs_count(dg.RunsFilter(statuses=_ONAF))


def _wat_lezers_zien(werk: Werkmap) -> list[str]:
    """Editions of which the current release is not whole; the warehouse after the next rebuild."""
    mis = []
    for editie in catalogus().edities:
        release = huidige_release(werk.uitgaven, editie)
        if release is None or not is_gaaf(werk.uitgaven / editie / ACTUEEL, release):
            mis.append(editie)
    return mis


def _dood(werk: Werkmap, na: float, wie: str) -> str:
    """Start, kill after so many seconds; when that was, in words."""
    with _begin(werk, "rebuild", "--alles") as proces:
        try:
            proces.wait(na)
        except subprocess.TimeoutExpired:
            doel = [proces.pid]
            if wie == "worker":
                doel = [kind.pid for kind in psutil.Process(proces.pid).children()] or doel
            for pid in doel:
                os.kill(pid, signal.SIGKILL)
            if wie == "worker":
                proces.wait(600)
            return f"killed after {na:.1f} s"
    return "had ended"


def _geval(werk: Werkmap, na: float, wie: str) -> tuple[str, list[str]]:
    wanneer = _dood(werk, na, wie)
    mis = [f"{editie} is not whole" for editie in _wat_lezers_zien(werk)]
    mis += [tekst for tekst in (_klaar(werk, "rebuild"),) if tekst]
    if over := _onaf(werk):
        mis.append(f"{over} runs did not end")
    if niet := niet_in_warehouse(werk.uitgaven, werk.warehouse, catalogus().edities, catalogus()):
        mis.append(f"not in the warehouse: {niet}")
    mis += [tekst for tekst in (_klaar(werk, "audit"),) if tekst]
    return wanneer, mis


def _twee(werk: Werkmap, na: float) -> list[str]:
    with _begin(werk, "rebuild", "--alles") as eerste:
        time.sleep(na)
        tekst = _klaar(werk, "rebuild")
        eerste.communicate(timeout=600)
    return [t for t in (tekst, "" if eerste.returncode == 0 else "the first one failed") if t]


def _toon(nummer: int, wat: str, fouten: list[str]) -> bool:
    print(f"{nummer + 1:>4} {wat:<32} {'; '.join(fouten) or 'good'}", flush=True)
    return bool(fouten)


def begin(doden: int = 200, paren: int = 20, zaad: int = 1) -> None:
    lot, mis = random.Random(zaad), 0
    with tempfile.TemporaryDirectory() as los:
        os.environ.pop("DAGSTER_HOME", None)
        werk = Werkmap.in_map(Path(los) / "werk")
        schrijf_voorbeeld(werk)
        start = time.monotonic()
        herbouw_in(werk)
        os.environ.pop("DAGSTER_HOME", None)
        duur = time.monotonic() - start
        for nummer in range(doden):
            wie = "worker" if nummer % 4 == 3 else "command"
            wanneer, fouten = _geval(werk, lot.uniform(0.5, duur * 1.2), wie)
            mis += bool(fouten)
            print(
                f"{nummer + 1:>4} {wie:<8} {wanneer:<22} {'; '.join(fouten) or 'good'}", flush=True
            )
        for nummer in range(paren):
            na = lot.uniform(0, duur)
            fouten = _twee(werk, na)
            mis += bool(fouten)
            print(
                f"{nummer + 1:>4} two, {na:.1f} s apart: {'; '.join(fouten) or 'good'}", flush=True
            )
    print(f"\n{doden} kills, {paren} pairs, {mis} wrong")
    if mis:
        raise SystemExit(1)


if __name__ == "__main__":
    begin(*map(int, sys.argv[1:]))
