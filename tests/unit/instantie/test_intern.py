"""What the project takes from the inside of Dagster is there, as it is used, in the pinned version.

After raising Dagster this says what became different: mend `veerkracht_dagster/instantie/intern.py`
and who uses it, then the version here.
"""

from __future__ import annotations

import ast
import inspect
import tomllib
from functools import cache
from pathlib import Path

import dagster as dg
import pytest
import yaml

from veerkracht_dagster.instantie import intern, runs

WORTEL = Path(intern.__file__).parents[2]
INTERN = "veerkracht_dagster/instantie/intern.py"
# Where Dagster may be imported: assets, and what stands beside them.
DAGSTER = (
    "assets_defs/",
    "veerkracht_dagster/automatisering/",
    "veerkracht_dagster/definitions.py",
    "veerkracht_dagster/herbouw/",
    "veerkracht_dagster/instantie/",
)


def test_the_version_is_the_one_that_this_was_tested_with() -> None:
    assert dg.__version__ == "1.13.27"


AANROEPEN = [
    # what is called or overridden, and the parameters that are relied on
    (intern.CachingStaleStatusResolver.__init__, ["instance", "asset_graph", "loading_context"]),
    (intern.CachingStaleStatusResolver.get_status, ["key", "partition_key"]),
    (intern.CachingStaleStatusResolver.get_stale_causes, ["key", "partition_key"]),
    (intern.CachingStaleStatusResolver._is_dep_updated, ["provenance", "dep_key"]),
    (intern.CachingStaleStatusResolver._get_latest_data_version_record, ["key"]),
    (intern.LoadingContextForTest.__init__, ["instance"]),
    (intern.extract_data_version_from_entry, ["entry"]),
    (intern.AssetGraph.asset_keys_for_group, ["group_name", "require_materializable"]),
    (intern.AssetGraph.get_parents_partitions, ["asset_key", "partition_key"]),
    (intern.SqliteEventLogStorage.__init__, ["base_dir", "inst_data"]),
    (intern.SqliteEventLogStorage._connect, ["shard"]),
    (intern.SqliteEventLogStorage._initdb, ["engine"]),
    (intern.SqliteEventLogStorage.conn_string_for_shard, ["shard_name"]),
    (intern.SqliteEventLogStorage.path_for_shard, ["run_id"]),
    (intern.SqliteEventLogStorage.store_event, ["event"]),
    (intern.SqliteEventLogStorage.store_event_batch, ["events"]),
    (intern.SqliteEventLogStorage.has_table, ["table_name"]),
    (dg.DagsterInstance.all_logs, ["run_id", "of_type"]),
    (intern.execute_run, ["job", "dagster_run", "instance"]),
    (intern.InMemoryJob.__init__, ["job_def"]),
    (
        intern.location_origin_from_module_name,
        ["module_name", "attribute", "working_directory", "location_name"],
    ),
    (intern.AssetGraphSubset.from_asset_partition_set, ["asset_partitions_set", "asset_graph"]),
    (intern.TimestampWithTimezone, ["timestamp", "timezone"]),
    (dg.DagsterInstance.report_runless_asset_event, ["asset_event"]),
]


@pytest.mark.parametrize(("functie", "nodig"), AANROEPEN, ids=lambda x: getattr(x, "__name__", ""))
def test_what_is_called_takes_what_is_given(functie: object, nodig: list[str]) -> None:
    heeft = [naam for naam in inspect.signature(functie).parameters if naam != "self"]
    assert heeft[: len(nodig)] == nodig


VELDEN = [
    (intern.StaleStatus, {"FRESH", "STALE", "MISSING"}),
    (intern.StaleCauseCategory, {"CODE", "DATA", "DEPENDENCIES"}),
]
# Of a record of parts the daemon does nothing: only these are looked at by it.
BEZIG = {"REQUESTED", "CANCELING", "FAILING"}


def test_what_is_written_down_of_parts_is_left_alone_by_the_daemon() -> None:
    namen = {status.name for status in intern.BulkActionStatus}
    assert namen - BEZIG >= {"COMPLETED_SUCCESS", "COMPLETED_FAILED"}
    velden = {"backfill_id", "title", "asset_backfill_data", "backfill_end_timestamp"}
    assert velden <= set(intern.PartitionBackfill._fields)


def test_runs_here_belong_to_the_location_that_the_workspace_names() -> None:
    werkruimte = yaml.safe_load((WORTEL / "workspace.yaml").read_text())["load_from"][0]
    assert werkruimte["python_module"] == {
        "module_name": runs.MODULE, "attribute": runs.NAAM, "location_name": runs.LOCATIE,
    }  # fmt: skip
    project = tomllib.loads((WORTEL / "pyproject.toml").read_text())["tool"]["dagster"]
    assert project == {"module_name": runs.MODULE, "code_location_name": runs.LOCATIE}


@pytest.mark.parametrize(("soort", "namen"), VELDEN)
def test_the_judgement_has_the_values_that_are_told_apart(soort: type, namen: set[str]) -> None:
    assert {waarde.name for waarde in soort} == namen


def test_the_tags_are_those_that_stand_in_the_event_log_of_every_work_folder() -> None:
    assert intern.DATA_VERSION_TAG == "dagster/data_version"
    assert intern.ASSET_PARTITION_RANGE_START_TAG == "dagster/asset_partition_range_start"
    assert intern.ASSET_PARTITION_RANGE_END_TAG == "dagster/asset_partition_range_end"
    assert intern.BACKFILL_ID_TAG == "dagster/backfill"
    assert intern.PARENT_RUN_ID_TAG == "dagster/parent_run_id"


def test_a_check_that_is_done_succeeded_or_failed() -> None:
    klaar = intern.COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES
    assert {status.name for status in klaar} == {"SUCCEEDED", "FAILED"}


def test_the_event_log_tells_the_last_event_of_every_partition_at_once() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        sleutel = dg.AssetKey("een")
        for jaar in ("2014", "2015"):
            instance.report_runless_asset_event(
                dg.AssetObservation(sleutel, partition=jaar, tags={intern.DATA_VERSION_TAG: "v"})
            )
        soort = dg.DagsterEventType.ASSET_OBSERVATION
        ids = instance.event_log_storage.get_latest_storage_id_by_partition(sleutel, soort)
        assert set(ids) == {"2014", "2015"}
        vraag = dg.AssetRecordsFilter(asset_key=sleutel, storage_ids=list(ids.values()))
        record = instance.fetch_observations(vraag, limit=2).records[0]
        versie = intern.extract_data_version_from_entry(record.event_log_entry)
        assert versie is not None
        assert versie.value == "v"


# --- nothing else knows it ------------------------------------------------------------------------
def _bestanden() -> list[str]:
    paden = [
        pad
        for map_ in ("assets_defs", "veerkracht_dagster")
        for pad in (WORTEL / map_).rglob("*.py")
    ]
    return sorted(pad.relative_to(WORTEL).as_posix() for pad in paden)


@cache
def _modules(bestand: str) -> frozenset[str]:
    """The modules that a file imports when it runs, inside functions too."""
    uit: set[str] = set()
    wacht: list[ast.AST] = [ast.parse((WORTEL / bestand).read_bytes())]
    while wacht:
        knoop = wacht.pop()
        wacht += ast.iter_child_nodes(knoop)
        if isinstance(knoop, ast.ImportFrom) and not knoop.level:
            uit |= {knoop.module or "", *(f"{knoop.module}.{naam.name}" for naam in knoop.names)}
        elif isinstance(knoop, ast.Import):
            uit |= {naam.name for naam in knoop.names}
    return frozenset(uit)


def test_one_module_imports_the_inside_of_dagster() -> None:
    wie = [b for b in _bestanden() if any(m.startswith("dagster._") for m in _modules(b))]
    assert wie == [INTERN]


def test_dagster_is_imported_by_the_assets_and_what_stands_beside_them() -> None:
    wie = [b for b in _bestanden() if any(m.split(".")[0] == "dagster" for m in _modules(b))]
    assert [bestand for bestand in wie if not bestand.startswith(DAGSTER)] == []


def test_the_stages_and_the_receipts_know_nothing_that_imports_dagster() -> None:
    # The command may, inside a function: it starts what runs in Dagster.
    vrij = (*DAGSTER, "veerkracht_dagster/cli/")
    mag_niet = tuple(deel.removesuffix(".py").strip("/").replace("/", ".") for deel in DAGSTER)
    wie = {b: [m for m in _modules(b) if m.startswith(mag_niet)] for b in _bestanden()}
    assert {b: m for b, m in wie.items() if m and not b.startswith(vrij)} == {}
