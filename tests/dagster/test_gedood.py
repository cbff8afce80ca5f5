"""A rebuild that was killed, and two at once: the next ends by itself, and nothing stays behind.

Kills at any moment, and two of everything, are a campaign: `bench/bench_gedood.py`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from tests.werk import instance_van
from veerkracht_dagster.automatisering.opruimen import opruimen
from veerkracht_dagster.herbouw.beurt import beurt
from veerkracht_dagster.werkmap import Werkmap

_ONAF = [
    dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING,
]  # fmt: skip


def _rebuild(werkmap: Werkmap, *woorden: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "veerkracht"), "rebuild", *woorden],
        env={**os.environ, "VEERKRACHT_WERK": str(werkmap.pad)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def _wacht(tot: Callable[[], bool], seconden: float = 90) -> None:
    einde = time.monotonic() + seconden
    while not tot():
        assert time.monotonic() < einde
        time.sleep(0.05)


@pytest.fixture
def werk(kopie: Callable[[], tuple[Werkmap, object]], monkeypatch: pytest.MonkeyPatch) -> Werkmap:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return kopie()[0]


def test_a_killed_rebuild_is_seen_as_dead_and_the_next_one_ends_by_itself(
    werk: Werkmap, monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance_van(werk, monkeypatch) as instance, _rebuild(werk, "--alles") as gedood:
        aan = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
        _wacht(lambda: instance.get_runs_count(aan) > 0)
        os.kill(gedood.pid, signal.SIGKILL)
        gedood.wait()
        # A watch sees it, where a daemon runs; else the next rebuild does.
        _wacht(lambda: "Niet meer bezig" in str(_tik(instance)))
        assert instance.get_runs_count(dg.RunsFilter(statuses=_ONAF)) == 0
        with _rebuild(werk) as erna:
            assert erna.wait(120) == 0, erna.stdout and erna.stdout.read()
        assert instance.get_runs_count(dg.RunsFilter(statuses=_ONAF)) == 0


def _tik(instance: dg.DagsterInstance) -> object:
    return opruimen(dg.build_sensor_context(instance))


def test_a_rebuild_waits_for_the_one_that_is_at_work_or_stops(werk: Werkmap) -> None:
    with beurt(werk, "een ander"):
        with _rebuild(werk, "--niet-wachten") as weg:
            gezegd = weg.communicate(timeout=60)[0]
        assert weg.returncode == 1
        assert "al een herbouw bezig: een ander" in gezegd
        wachter = _rebuild(werk)
        assert wachter.stdout is not None
        assert "Deze wacht tot die klaar is" in wachter.stdout.readline()
    with wachter:
        assert "Niets nieuws" in wachter.communicate(timeout=120)[0]
