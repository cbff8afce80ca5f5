"""A rebuild in this process as a run of the job `bijwerken`, as sensors and the UI start one.

So a rebuild is one thing to look at in the UI, whoever asked for it, with its parts under it.

Here: that run. Not here: what it does (`taken.py`, `herbouw/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from veerkracht_dagster.automatisering.taken import bijwerken, breng_bij
from veerkracht_dagster.herbouw.beloop import Beloop, als_hulpbron
from veerkracht_dagster.herbouw.resultaat import Resultaat
from veerkracht_dagster.herbouw.uitvoeren import Uitvoerder, Voortgang, volger, zwijg
from veerkracht_dagster.herbouw.werkers import Werkers
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.intern import USER_TAG
from veerkracht_dagster.instantie.runs import doe_run
from veerkracht_dagster.instantie.tags import REDEN_TAG
from veerkracht_dagster.publicatie.release import wie
from veerkracht_dagster.werkmap import Werkmap


def herbouw_als_run(
    werkmap: Werkmap,
    instance: dg.DagsterInstance,
    vraag: Mapping[str, Any],
    voortgang: Voortgang,
    werkers: Werkers,
) -> Resultaat:
    """Do the job here, for somebody who has the turn and follows how far it is.

    Args:
        vraag: fields of the job's configuration; what is None or empty is left out.

    Raises:
        Exception: what stopped it, if it came to no result at all.
    """
    hier = Uitvoerder(werkmap, instance, voortgang)
    beloop = Beloop(hier, werkers, aan_de_beurt=True)
    defs = dg.Definitions(
        jobs=[bijwerken],
        resources={"werkplaats": Werkplaats.van(werkmap), "beloop": als_hulpbron(beloop)},
        loggers={"stil": volger(zwijg)},
        executor=dg.in_process_executor,
    )
    gevraagd = {naam: waarde for naam, waarde in vraag.items() if waarde}
    woorden = " ".join(f"{naam}={waarde}" for naam, waarde in gevraagd.items())
    run = doe_run(
        defs.resolve_job_def(bijwerken.name),
        instance,
        config={"loggers": {"stil": {}}, "ops": {breng_bij.name: {"config": gevraagd}}},
        tags={USER_TAG: wie(), REDEN_TAG: f"veerkracht rebuild {woorden}".strip()},
    )
    if beloop.resultaat is not None:
        return beloop.resultaat
    if beloop.fout is not None:
        raise beloop.fout
    waarom = [str(gebeurtenis.message) for gebeurtenis in run.all_events if gebeurtenis.is_failure]
    raise RuntimeError(f"de herbouw is niet begonnen (run {run.run_id}): {' '.join(waarom)}")
