"""A run whose process was killed keeps nobody waiting: a sensor sees that it is gone.

Here: the sensor, and how often what a watch asked for is tried again. Not here: how one tells
(`instantie/achtergebleven.py`).
"""

import dagster as dg

from veerkracht_dagster.instantie.achtergebleven import ruim_achtergebleven

OPRUIMEN = "opruimen"
# Of Dagster: a run of which the process was lost is done again, this often at most. A run that
# refused something is not (`run_retries` in `dagster.yaml`): it would refuse it again.
OPNIEUW = {"dagster/max_retries": "2"}


@dg.sensor(
    name=OPRUIMEN,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs waarvan het proces er niet meer is: mislukt, met de reden erbij.",
)
def opruimen(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Fail what was left behind, and say so."""
    weg = ruim_achtergebleven(context.instance)
    for run_id, reden in weg.items():
        context.log.warning(f"run {run_id}: {reden}")
    if not weg:
        return dg.SkipReason("Van elke run die bezig is leeft het proces nog.")
    return dg.SkipReason(f"Niet meer bezig: {', '.join(run_id[:8] for run_id in weg)}.")
