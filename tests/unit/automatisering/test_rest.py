"""Which failed runs have a rest that goes on, and what is asked for it."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from veerkracht_dagster.automatisering.rest import BACKFILL_TAG, BEGIN_TAG, EIND_TAG, rest
from veerkracht_dagster.instantie.tags import ONTBREEKT, REDEN_TAG, WACHT_TAG

REEKS = {BEGIN_TAG: "2014", EIND_TAG: "2026"}


@dg.asset(
    partitions_def=dg.StaticPartitionsDefinition([str(jaar) for jaar in range(2014, 2027)]),
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def bron(context: dg.AssetExecutionContext) -> None:
    if context.run.tags.get("stuk"):
        raise dg.Failure("geweigerd")


DEFS = dg.Definitions([bron], jobs=[dg.define_asset_job("stap_bronnen")])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as een:
        yield een


def _draai(instance: dg.DagsterInstance, tags: dict[str, str], partitie: str | None = None) -> None:
    DEFS.resolve_job_def("stap_bronnen").execute_in_process(
        instance=instance, tags={"stuk": "ja"} | tags, partition_key=partitie,
        asset_selection=[dg.AssetKey("bron")], raise_on_error=False,
    )  # fmt: skip


def _tik(instance: dg.DagsterInstance, cursor: str | None) -> Any:
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        return rest.evaluate_tick(context)


@pytest.mark.parametrize(
    ("tags", "partitie", "gevraagd"),
    [
        (REEKS, None, ["bron"]),
        (REEKS | {BACKFILL_TAG: "abc"}, None, []),  # all: its runs do not say what was asked
        (REEKS | {REDEN_TAG: ONTBREEKT}, None, None),  # of a rebuild, which goes on by itself
        ({}, "2020", None),  # one partition has no rest
        ({BEGIN_TAG: "2020", EIND_TAG: "2020"}, None, None),
        (REEKS | {"stuk": ""}, None, None),  # it succeeded
    ],
)
def test_the_rest_of_a_range_is_asked_for(
    instance: dg.DagsterInstance,
    tags: dict[str, str],
    partitie: str | None,
    gevraagd: list[str] | None,
) -> None:
    _draai(instance, tags, partitie)
    verzoeken = _tik(instance, "0").run_requests
    if gevraagd is None:
        assert not verzoeken
        return
    (verzoek,) = verzoeken
    assert verzoek.run_config["ops"]["breng_bij"]["config"] == {
        "uitgevers": False, "assets": gevraagd,
    }  # fmt: skip
    assert verzoek.tags[WACHT_TAG] == "rest"


def test_once_and_not_what_failed_before_anybody_watched(instance: dg.DagsterInstance) -> None:
    _draai(instance, REEKS)
    eerste = _tik(instance, None)
    assert not eerste.run_requests
    assert not _tik(instance, eerste.cursor).run_requests
    _draai(instance, REEKS)
    tweede = _tik(instance, eerste.cursor)
    assert len(tweede.run_requests) == 1
    assert not _tik(instance, tweede.cursor).run_requests


def test_not_while_a_run_is_at_work(instance: dg.DagsterInstance) -> None:
    _draai(instance, REEKS)
    instance.create_run_for_job(
        DEFS.resolve_job_def("stap_bronnen"), status=dg.DagsterRunStatus.STARTED
    )
    uit = _tik(instance, "0")
    assert not uit.run_requests
    assert "nog een run bezig" in uit.skip_message
