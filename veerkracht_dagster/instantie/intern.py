"""All that the project takes from Dagster without Dagster having promised it: nothing else does.

Here: names of `dagster._core`, each with what is relied on, tested against the pinned version
(`tests/unit/instantie/test_intern.py`): after raising it, that test says what became different.
Not here: what is made with them.
"""

from __future__ import annotations

# What is stale: Dagster has no public call for it outside its webserver. `_Oordeel` in
# `herbouw/verouderd.py` is a resolver that asks the event log once per asset.
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.data_version import (
    DATA_VERSION_TAG,
    CachingStaleStatusResolver,
    DataProvenance,
    StaleCauseCategory,
    StaleStatus,
    extract_data_version_from_entry,
)
from dagster._core.definitions.events import AssetKeyPartitionKey

# The embedded event log and store of what steps print: `gebeurtenissen.py` and `uitvoerlogs.py` are
# Dagster's own classes with less waiting.
from dagster._core.execution.compute_logs import redirect_to_file
from dagster._core.instance.ref import compute_logs_directory
from dagster._core.loader import LoadingContextForTest

# Which outcomes of a check are final.
from dagster._core.storage.asset_check_execution_record import (
    COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES,
)
from dagster._core.storage.compute_log_manager import CapturedLogContext, ComputeIOType
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.local_compute_log_manager import (
    IO_TYPE_EXTENSION,
    LocalComputeLogManager,
)

# A run in this process for a range of partitions: public only in the UI and for backfills.
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)
from dagster._utils import ensure_file, touch_file

__all__ = [
    "ASSET_PARTITION_RANGE_END_TAG",
    "ASSET_PARTITION_RANGE_START_TAG",
    "COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES",
    "DATA_VERSION_TAG",
    "INDEX_SHARD_NAME",
    "IO_TYPE_EXTENSION",
    "AssetGraph",
    "AssetKeyPartitionKey",
    "CachingStaleStatusResolver",
    "CapturedLogContext",
    "ComputeIOType",
    "DataProvenance",
    "LoadingContextForTest",
    "LocalComputeLogManager",
    "SqliteEventLogStorage",
    "StaleCauseCategory",
    "StaleStatus",
    "compute_logs_directory",
    "ensure_file",
    "extract_data_version_from_entry",
    "redirect_to_file",
    "touch_file",
]
