"""A run whose process was killed is failed, with the reason; any other is left alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import dagster as dg
import pytest

from veerkracht_dagster.instantie.achtergebleven import (
    PROCES_TAG,
    _leeft,
    dit_proces,
    ruim_achtergebleven,
)

_BEZIG = """
import sys
import dagster as dg
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
@dg.op
def wacht(werkplaats: Werkplaats):
    print("bezig", flush=True)
    sys.stdin.readline()
@dg.job(resource_defs={"werkplaats": Werkplaats()})
def lang():
    wacht()
with dg.DagsterInstance.get() as instance:
    lang.execute_in_process(instance=instance)
"""


@pytest.fixture(scope="module")
def gedood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """An instance with one run, whose process was killed in the middle of a step."""
    thuis = tmp_path_factory.mktemp("thuis")
    (thuis / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with subprocess.Popen(
        [sys.executable, "-c", _BEZIG], env={**os.environ, "DAGSTER_HOME": str(thuis)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as proces:  # fmt: skip
        assert proces.stdout is not None
        assert "bezig" in proces.stdout.readline()
        with dg.DagsterInstance.from_config(str(thuis)) as instance:
            assert ruim_achtergebleven(instance) == {}  # it lives
            proces.kill()
            proces.wait()
            yield instance


@pytest.fixture
def run(gedood: dg.DagsterInstance) -> dg.DagsterRun:
    """That run, as its process left it."""
    (run,) = gedood.get_runs()
    assert run.status is dg.DagsterRunStatus.STARTED
    return run


BUITEN_BEREIK = [
    ("the process of the test", dit_proces()),
    ("a process on another machine", "elders/1/1.0"),
]


@pytest.mark.parametrize(("wat", "proces"), BUITEN_BEREIK, ids=[wat for wat, _ in BUITEN_BEREIK])
def test_a_run_is_left_alone_that_lives_or_of_which_nobody_here_can_tell(
    gedood: dg.DagsterInstance, run: dg.DagsterRun, wat: str, proces: str
) -> None:
    eigen = run.tags[PROCES_TAG]
    gedood.add_run_tags(run.run_id, {PROCES_TAG: proces})
    assert ruim_achtergebleven(gedood) == {}, wat
    gedood.add_run_tags(run.run_id, {PROCES_TAG: eigen})


def test_the_run_that_asks_is_left_alone(gedood: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    assert ruim_achtergebleven(gedood, behalve=[run.run_id]) == {}


@pytest.mark.parametrize("ander", [False, True], ids=["gone", "its number went to another"])
def test_a_process_that_is_gone_is_told_from_one_that_got_its_number(
    ander: bool,
) -> None:
    _, pid, begin = dit_proces().rsplit("/", 2)
    assert _leeft(int(pid), float(begin))
    assert not (_leeft(int(pid), float(begin) - 60) if ander else _leeft(2**22 + 1, float(begin)))


def test_a_run_of_a_killed_process_fails_with_the_reason(
    gedood: dg.DagsterInstance, run: dg.DagsterRun
) -> None:
    machine, pid, _ = run.tags[PROCES_TAG].rsplit("/", 2)
    assert machine == socket.gethostname()
    weg = ruim_achtergebleven(gedood)
    assert list(weg) == [run.run_id]
    assert f"{pid} op {machine}" in weg[run.run_id]
    na = gedood.get_run_by_id(run.run_id)
    assert na is not None
    assert na.status is dg.DagsterRunStatus.FAILURE
    gezegd = gedood.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    assert "een herbouw maakt wat hier onaf bleef" in str(gezegd[-1].dagster_event)
