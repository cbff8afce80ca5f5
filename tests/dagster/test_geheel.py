"""A rebuild is one thing in the UI: a run of the job, whoever asked, with its parts under it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from tests.werk import instance_van
from veerkracht_dagster.automatisering.geheel import herbouw_als_run
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.herbouw.bronnenmerk import AndereBronnen
from veerkracht_dagster.herbouw.uitvoeren import zwijg
from veerkracht_dagster.herbouw.werkers import Werkers
from veerkracht_dagster.instantie.intern import BulkActionStatus
from veerkracht_dagster.instantie.runs import LOCATIE, geheel_van
from veerkracht_dagster.werkmap import Werkmap

EDITIE = "2014-2020"


def _delen(instance: dg.DagsterInstance, ouder: dg.DagsterRun) -> list[dg.DagsterRun]:
    alle = instance.get_runs()
    return [run for run in alle if run.tags.get("dagster/parent_run_id") == ouder.run_id]


def _laatste(instance: dg.DagsterInstance) -> dg.DagsterRun:
    return instance.get_runs(dg.RunsFilter(job_name="bijwerken"), limit=1)[0]


def test_the_command_is_a_run_of_the_job_and_its_runs_are_parts_of_it(kopie: Callable) -> None:
    werkmap, _ = kopie()
    vraag = {"editie": EDITIE, "alles": True, "verdwenen": ""}
    gedaan: list[tuple[str, str, int]] = []
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        with Werkers(werkmap) as werkers:
            uit = herbouw_als_run(
                werkmap, instance, vraag, lambda *wat: gedaan.append(wat), werkers
            )
        assert uit.gelukt
        assert {stap for stap, *_ in gedaan} >= {"bronnen", "publicatie"}
        ouder = _laatste(instance)
        assert ouder.status == dg.DagsterRunStatus.SUCCESS
        assert ouder.tags["veerkracht/reden"] == f"veerkracht rebuild editie={EDITIE} alles=True"
        assert ouder.tags["user"]
        delen = _delen(instance, ouder)
        assert {run.run_id for run in delen} == set(uit.runs)
        # Dagster takes all runs of a group for tries of one: the parts are none.
        assert [run.run_id for run in instance.get_run_group(ouder.run_id)[1]] == [ouder.run_id]
        for run in [ouder, *delen]:
            assert run.remote_job_origin is not None
            assert run.remote_job_origin.location_name == LOCATIE
        assert {run.tags["dagster/backfill"] for run in delen} == {geheel_van(ouder)}
        samen = instance.get_backfill(geheel_van(ouder))
        assert samen.status == BulkActionStatus.COMPLETED_SUCCESS
        assert {sleutel.to_user_string() for sleutel in samen.asset_selection} == set(uit.berekend)
        # --- without any part there is nothing to look at but the run itself
        with Werkers(werkmap) as werkers:
            assert not herbouw_als_run(werkmap, instance, {}, zwijg, werkers).berekend
        niets = _laatste(instance)
        assert niets.run_id != ouder.run_id
        assert niets.status == dg.DagsterRunStatus.SUCCESS
        assert instance.get_backfill(geheel_van(niets)) is None


def test_of_a_sensor_the_parts_carry_its_name_and_a_refusal_fails_the_whole(
    kopie: Callable,
) -> None:
    werkmap, _ = kopie()
    (kaart,) = (werkmap.bronnen / "levering" / "woonzorgwijzer" / "2020").glob("*.csv")
    kaart.write_text("geen tabel\n")
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        job = build_defs(werkmap).resolve_job_def("bijwerken")
        tags = {"dagster/sensor_name": "uitkijk_leveringen"}
        run = job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
        assert not run.success
        ouder = _laatste(instance)
        delen = _delen(instance, ouder)
        assert delen
        assert {run.tags["dagster/sensor_name"] for run in delen} == {"uitkijk_leveringen"}
        assert instance.get_backfill(geheel_van(ouder)).status == BulkActionStatus.COMPLETED_FAILED


def test_what_stops_a_rebuild_before_it_has_a_result_is_raised(
    kopie: Callable, tmp_path: Path
) -> None:
    werkmap, herbouw = kopie()
    herbouw()
    anders = Werkmap.in_map(werkmap.pad, tmp_path)
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        with Werkers(anders) as werkers, pytest.raises(AndereBronnen):
            herbouw_als_run(anders, instance, {}, zwijg, werkers)
        assert _laatste(instance).status == dg.DagsterRunStatus.FAILURE


def test_a_rebuild_that_is_interrupted_is_one_thing_that_failed(kopie: Callable) -> None:
    werkmap, _ = kopie()

    def halverwege(stap: str, asset: str, _aantal: int) -> None:
        if stap == "buurttabel" and not asset:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        with Werkers(werkmap) as werkers, pytest.raises(KeyboardInterrupt):
            herbouw_als_run(werkmap, instance, {"alles": True}, halverwege, werkers)
        ouder = _laatste(instance)
        assert ouder.status == dg.DagsterRunStatus.FAILURE
        samen = instance.get_backfill(geheel_van(ouder))
        # What was made stands there; the next rebuild makes the rest.
        assert {run.job_name for run in _delen(instance, ouder)} == {"stap_bronnen"}
        assert samen.status == BulkActionStatus.COMPLETED_SUCCESS
