"""All that the project takes from Dagster without Dagster having promised it: nothing else does.

Here: names of `dagster._core`, each with what is relied on, tested against the pinned version
(`tests/unit/instantie/test_intern.py`): after raising it, that test says what became different.
Not here: what is made with them.

- What is stale (`CachingStaleStatusResolver` and what goes with it): Dagster has no public call for
  it outside its webserver. `_Oordeel` in `herbouw/verouderd.py` is a resolver that asks the event
  log once per asset.
- A run in this process that belongs to this code location (`execute_run`, `InMemoryJob`,
  `RemoteJobOrigin` and what makes one, the tags), and the parts of a rebuild as one thing
  (`PartitionBackfill` and what it holds), in `runs.py`: `execute_in_process` and `execute_job` make
  runs of no location and without a parent. A range of partitions in a run is public only in the UI.
- Checks: which outcomes are final, and of which materialization one is.
- The embedded event log: `gebeurtenissen.py` is Dagster's own class with less waiting.
"""

from __future__ import annotations

from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.assets.graph.asset_graph_subset import AssetGraphSubset
from dagster._core.definitions.data_version import (
    DATA_VERSION_TAG,
    CachingStaleStatusResolver,
    DataProvenance,
    StaleCauseCategory,
    StaleStatus,
    extract_data_version_from_entry,
)
from dagster._core.definitions.events import AssetKeyPartitionKey
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.definitions.timestamp import TimestampWithTimezone
from dagster._core.execution.api import execute_run
from dagster._core.execution.asset_backfill import AssetBackfillData
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.loader import LoadingContextForTest
from dagster._core.remote_origin import RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.asset_check_execution_record import (
    COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES,
)
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    BACKFILL_ID_TAG,
    PARENT_RUN_ID_TAG,
    REPOSITORY_LABEL_TAG,
    SCHEDULE_NAME_TAG,
    SENSOR_NAME_TAG,
    USER_TAG,
)
from dagster._core.workspace.load import location_origin_from_module_name

__all__ = [
    "ASSET_PARTITION_RANGE_END_TAG",
    "ASSET_PARTITION_RANGE_START_TAG",
    "BACKFILL_ID_TAG",
    "COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES",
    "DATA_VERSION_TAG",
    "INDEX_SHARD_NAME",
    "PARENT_RUN_ID_TAG",
    "REPOSITORY_LABEL_TAG",
    "SCHEDULE_NAME_TAG",
    "SENSOR_NAME_TAG",
    "SINGLETON_REPOSITORY_NAME",
    "USER_TAG",
    "AssetBackfillData",
    "AssetCheckEvaluationTargetMaterializationData",
    "AssetGraph",
    "AssetGraphSubset",
    "AssetKeyPartitionKey",
    "BulkActionStatus",
    "CachingStaleStatusResolver",
    "DataProvenance",
    "InMemoryJob",
    "LoadingContextForTest",
    "PartitionBackfill",
    "RemoteJobOrigin",
    "RemoteRepositoryOrigin",
    "SqliteEventLogStorage",
    "StaleCauseCategory",
    "StaleStatus",
    "TimestampWithTimezone",
    "execute_run",
    "extract_data_version_from_entry",
    "location_origin_from_module_name",
]
