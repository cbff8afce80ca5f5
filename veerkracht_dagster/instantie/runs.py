"""A run in this process that the UI shows as one of its own: of this location, with its parent.

Without a code location a run is in no timeline, and without a parent it says "manually launched".

Here: making such a run and doing it; writing down the parts of a rebuild as one thing (the UI calls
that a backfill). Not here: which runs there are (`herbouw/`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import dagster as dg

from veerkracht_dagster.instantie.achtergebleven import PROCES_TAG, dit_proces
from veerkracht_dagster.instantie.intern import (
    BACKFILL_ID_TAG,
    PARENT_RUN_ID_TAG,
    REPOSITORY_LABEL_TAG,
    SCHEDULE_NAME_TAG,
    SENSOR_NAME_TAG,
    SINGLETON_REPOSITORY_NAME,
    USER_TAG,
    AssetBackfillData,
    AssetGraph,
    AssetGraphSubset,
    AssetKeyPartitionKey,
    BulkActionStatus,
    InMemoryJob,
    PartitionBackfill,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
    TimestampWithTimezone,
    execute_run,
    location_origin_from_module_name,
)

# As `workspace.yaml` and `pyproject.toml` have them: a test holds the three together.
LOCATIE, MODULE, NAAM = "veerkracht", "veerkracht_dagster.definitions", "defs"
_GELUKT, _MISLUKT = BulkActionStatus.COMPLETED_SUCCESS, BulkActionStatus.COMPLETED_FAILED
_VAN_OUDER = (SENSOR_NAME_TAG, SCHEDULE_NAME_TAG, USER_TAG)  # who or what it came from


def doe_run(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    *,
    assets: Iterable[str] = (),
    config: Mapping[str, Any],
    tags: Mapping[str, str],
    ouder: dg.DagsterRun | None = None,
) -> dg.JobExecutionResult:
    """Make a run of a job, do it here and wait for its end; what fails is in the result.

    Args:
        assets: of the job only these; none means all that it has.
        ouder: the run that this one is a part of.
    """
    sleutels = frozenset(map(dg.AssetKey, assets)) or None
    deel = job.get_subset(asset_selection=sleutels) if sleutels else job
    oorsprong = _oorsprong(ouder)
    run = instance.create_run_for_job(
        job_def=deel,
        run_config=config,
        tags={
            **job.run_tags,
            REPOSITORY_LABEL_TAG: f"{SINGLETON_REPOSITORY_NAME}@{LOCATIE}",
            PROCES_TAG: dit_proces(),
            **_van(ouder),
            **tags,
        },
        asset_selection=sleutels,
        remote_job_origin=RemoteJobOrigin(oorsprong, job.name),
    )
    return execute_run(InMemoryJob(job), run, instance)


def geheel_van(ouder: dg.DagsterRun) -> str:
    """What the parts of a run are one thing by."""
    return f"delen-{ouder.run_id[:8]}"


def _van(ouder: dg.DagsterRun | None) -> dict[str, str]:
    if ouder is None:
        return {}
    # Not its root too: Dagster counts all runs of one root as tries of it, and a rebuild that was
    # killed would be tried no more (`dagster._core.execution.retries`).
    return {
        PARENT_RUN_ID_TAG: ouder.run_id,
        BACKFILL_ID_TAG: geheel_van(ouder),
        **{tag: ouder.tags[tag] for tag in _VAN_OUDER if tag in ouder.tags},
    }


def _oorsprong(ouder: dg.DagsterRun | None) -> RemoteRepositoryOrigin:
    """Of a run that the UI or a sensor started the parts come from there too."""
    if ouder is not None and ouder.remote_job_origin is not None:
        return ouder.remote_job_origin.repository_origin
    return _eigen_oorsprong()


@cache
def _eigen_oorsprong() -> RemoteRepositoryOrigin:
    locatie = location_origin_from_module_name(MODULE, NAAM, os.getcwd(), LOCATIE)
    return RemoteRepositoryOrigin(locatie, SINGLETON_REPOSITORY_NAME)


def schrijf_geheel(
    instance: dg.DagsterInstance,
    graaf: AssetGraph,
    ouder: dg.DagsterRun,
    *,
    gevraagd: Iterable[tuple[str, str]],
    gemaakt: Iterable[tuple[str, str]],
    begin: float,
) -> None:
    """Write down the parts of a run as one thing, when they are done.

    Args:
        gevraagd, gemaakt: the (asset, partition) pairs that its parts were to make, and did.
        begin: when the first part began, in seconds of the epoch.
    """
    samen, klaar = _paren(gevraagd, graaf), _paren(gemaakt, graaf)
    if samen.is_empty:
        return
    mis = samen - klaar
    instance.add_backfill(
        PartitionBackfill(
            backfill_id=geheel_van(ouder),
            status=_GELUKT if mis.is_empty else _MISLUKT,
            from_failure=False,
            tags={tag: ouder.tags[tag] for tag in _VAN_OUDER if tag in ouder.tags},
            backfill_timestamp=begin,
            backfill_end_timestamp=time.time(),
            title=f"Delen van de herbouw {ouder.run_id[:8]}",
            asset_selection=sorted(samen.asset_keys),
            asset_backfill_data=AssetBackfillData(
                target_subset=samen,
                requested_runs_for_target_roots=True,
                latest_storage_id=None,
                materialized_subset=klaar,
                requested_subset=samen,
                failed_and_downstream_subset=mis,
                backfill_start_time=TimestampWithTimezone(begin, "UTC"),
            ),
        )
    )


def _paren(paren: Iterable[tuple[str, str]], graaf: AssetGraph) -> AssetGraphSubset:
    sleutels = {AssetKeyPartitionKey(dg.AssetKey(asset), partitie) for asset, partitie in paren}
    return AssetGraphSubset.from_asset_partition_set(sleutels, graaf)
