"""Of a range of partitions that was started in the UI some were refused: the others go on.

Here: the sensor that sees such a run and asks for the rest. Not here: what the rest is, and what
stands on what was refused (`herbouw/`); runs of a rebuild, which see to their own rest.

Dagster fails a run of many partitions as a whole, and a backfill gives up what stands on any of
them. The job `bijwerken` tries them again, and makes all that was not refused.
"""

import dagster as dg

from veerkracht_dagster.automatisering.opruimen import OPNIEUW
from veerkracht_dagster.automatisering.taken import bijwerken
from veerkracht_dagster.instantie.tags import REDEN_TAG, WACHT_TAG

REST = "rest"
BEZIG = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED,
         dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]  # fmt: skip
# Of Dagster, on a run of a range of partitions and on one of a backfill, as the UI shows them.
BEGIN_TAG, EIND_TAG = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
BACKFILL_TAG = "dagster/backfill"
_MEESTE = 100


@dg.sensor(
    name=REST,
    job=bijwerken,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Een reeks partities die in de UI begon en deels geweigerd is: de rest gaat door.",
)
def rest(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One rebuild of the rest, when no run is at work any more."""
    if context.instance.get_run_records(dg.RunsFilter(statuses=BEZIG), limit=1):
        return dg.SkipReason("Er is nog een run bezig.")
    mislukt = context.instance.get_run_records(
        dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]), limit=_MEESTE
    )
    laatste = max((record.storage_id for record in mislukt), default=0)
    cursor = str(laatste)
    if context.cursor is None:  # what failed before anybody watched is left as it is
        return dg.SensorResult(skip_reason="Vanaf nu.", cursor=cursor)
    nieuw = [
        record.dagster_run
        for record in mislukt
        if record.storage_id > int(context.cursor) and is_reeks(record.dagster_run)
    ]
    if not nieuw:
        return dg.SensorResult(skip_reason="Geen reeks die deels geweigerd is.", cursor=cursor)
    redenen = sorted(f"rest van run {run.run_id[:8]}" for run in nieuw)
    verzoek = dg.RunRequest(
        run_key=f"{REST}/{laatste}",
        run_config=dg.RunConfig(
            ops={"breng_bij": {"config": {"uitgevers": False, "assets": assets_van(nieuw)}}}
        ),
        tags={WACHT_TAG: REST, REDEN_TAG: "; ".join(redenen), **OPNIEUW},
    )
    return dg.SensorResult(run_requests=[verzoek], cursor=cursor)


def is_reeks(run: dg.DagsterRun) -> bool:
    """Whether a run made more partitions than one, and was not started by a rebuild."""
    begin = run.tags.get(BEGIN_TAG)
    return REDEN_TAG not in run.tags and begin != run.tags.get(EIND_TAG)


def assets_van(runs: list[dg.DagsterRun]) -> list[str]:
    """The assets that were asked for; none named means all.

    A backfill does not start what stands on a failed run, so its runs do not say all that was
    asked: then it is everything that is stale.
    """
    if any(BACKFILL_TAG in run.tags for run in runs):
        return []
    return sorted({k.to_user_string() for run in runs for k in run.asset_selection or ()})
