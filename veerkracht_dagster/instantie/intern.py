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
from dagster._core.loader import LoadingContextForTest

# Which outcomes of a check are final.
from dagster._core.storage.asset_check_execution_record import (
    COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES,
)

# The embedded event log: `gebeurtenissen.py` is Dagster's own class with less waiting.
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME

# A run in this process for a range of partitions: public only in the UI and for backfills.
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

__all__ = [
    "ASSET_PARTITION_RANGE_END_TAG",
    "ASSET_PARTITION_RANGE_START_TAG",
    "COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES",
    "DATA_VERSION_TAG",
    "INDEX_SHARD_NAME",
    "AssetGraph",
    "AssetKeyPartitionKey",
    "CachingStaleStatusResolver",
    "DataProvenance",
    "LoadingContextForTest",
    "SqliteEventLogStorage",
    "StaleCauseCategory",
    "StaleStatus",
    "extract_data_version_from_entry",
]
