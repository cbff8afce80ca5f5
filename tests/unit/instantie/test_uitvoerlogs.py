"""What a step prints is kept for the UI, with and without a copy on the screen."""

from __future__ import annotations

import subprocess

import dagster as dg
import pytest
from dagster._core.execution import compute_logs
from dagster._core.storage.compute_log_manager import ComputeIOType

from tests.werk import instance_van
from veerkracht_dagster.instantie.uitvoerlogs import Uitvoerlogs
from veerkracht_dagster.werkmap import Werkmap


@dg.op
def praat() -> None:
    print("gezegd door de stap")


@dg.job(executor_def=dg.in_process_executor)
def praatje() -> None:
    praat()


@pytest.mark.parametrize("spiegelen", [True, False])
def test_what_a_step_prints_is_kept(
    tmp_path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], spiegelen: bool
) -> None:
    gestart: list[object] = []
    echt = subprocess.Popen

    def start(*argumenten, **opties):
        gestart.append(argumenten)
        return echt(*argumenten, **opties)

    monkeypatch.setattr(compute_logs.subprocess, "Popen", start)
    monkeypatch.setattr(Uitvoerlogs, "spiegelen", spiegelen)
    with instance_van(Werkmap.in_map(tmp_path), monkeypatch) as instance:
        logs = instance.compute_log_manager
        assert isinstance(logs, Uitvoerlogs)
        run = praatje.execute_in_process(instance=instance)
        gevangen = next(g for g in run.all_events if g.event_type_value == "LOGS_CAPTURED")
        sleutel = [run.run_id, "compute_logs", gevangen.logs_captured_data.file_key]
        assert logs.is_capture_complete(sleutel)
        inhoud, _ = logs.get_log_data_for_type(sleutel, ComputeIOType.STDOUT, 0, None)
    assert inhoud == b"gezegd door de stap\n"
    assert bool(gestart) is spiegelen
    if not spiegelen:
        assert "gezegd" not in capfd.readouterr().out
