"""What is stale and why, in the UI: a run of the job `verouderd` whenever that changed.

Here: the sensor that looks, and the page that tells it: of the run, one click from the home page,
and of the asset `verouderd` in the catalog. Not here: the judgement (`herbouw/stand.py`).
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg
import pandas as pd

from assets_defs.afleveren import als_tabel
from veerkracht_dagster.automatisering.rest import BEZIG
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.tags import REDEN_TAG, WACHT_TAG

if TYPE_CHECKING:
    from veerkracht_dagster.herbouw.resultaat import Resultaat
    from veerkracht_dagster.herbouw.verouderd import Verouderd

VEROUDERD = "verouderd"
_OPNIEUW = 6 * 3600  # seconds: the home page shows the runs of the last twelve hours
_RIJEN = 200

VEROUDERD_ASSET = dg.AssetSpec(
    VEROUDERD,
    group_name="publicatie",
    description="Wat verouderd is en waarom: wat make rebuild nu zou berekenen. De sensor "
    "verouderd houdt het bij.",
    tags={"stap": "publicatie"},
)


@dg.op(description="Wat een herbouw nu zou berekenen, en waarom; wat er geweigerd is.")
def toon_verouderd(context: dg.OpExecutionContext, werkplaats: Werkplaats) -> None:
    """A line per asset and reason in the log of the run, and a table on the page of the asset."""
    from veerkracht_dagster.herbouw.stand import te_doen
    from veerkracht_dagster.herbouw.stappen import stapdefs

    werkmap = werkplaats.werkmap
    graaf = stapdefs(werkmap).resolve_asset_graph()
    alle, mis = te_doen(context.instance, graaf, werkmap)
    rijen = list(_rijen(alle))
    kop = _kop(alle)
    feiten: dict[str, Any] = {"stand": kop, "partities": len(alle)}
    if rijen:
        feiten["verouderd"] = als_tabel(pd.DataFrame(rijen), _RIJEN)
        feiten["wat te doen"] = "make rebuild, of Jobs > bijwerken > Launchpad > Launch Run"
    if mis.geweigerd:
        feiten["geweigerd"] = "\n".join(mis.regels())
    context.log_event(dg.AssetMaterialization(VEROUDERD, description=kop, metadata=feiten))
    # The page of a run opens at the end of its log: what one comes for is said last.
    for rij in rijen:
        context.log.info(f"{rij['tabel']} {rij['partities']}: {rij['waarom']}")
    for regel in mis.regels():
        context.log.warning(regel)
    context.log.info(kop)


def _kop(alle: "list[Verouderd]") -> str:
    if not alle:
        return "Er is niets verouderd."
    namen = ", ".join(dict.fromkeys(v.asset for v in alle))
    return f"Een herbouw berekent {len(alle)} partities, en wat daardoor verandert: {namen}."


def _rijen(alle: "Iterable[Verouderd]") -> Iterator[dict[str, str]]:
    """Partitions of a table that are stale for the same reason, together."""
    samen: dict[tuple[str, str], list[str]] = {}
    for v in alle:
        samen.setdefault((v.asset, v.waarom), []).append(v.partitie)
    for (tabel, waarom), partities in samen.items():
        yield {"tabel": tabel, "partities": ", ".join(partities), "waarom": waarom}


@dg.job(name=VEROUDERD, description="Wat verouderd is en waarom; berekent niets.")
def verouderd_job() -> None:
    """See `toon_verouderd`."""
    toon_verouderd()


@dg.sensor(
    name=VEROUDERD,
    job=verouderd_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Kijkt wat verouderd is. Is dat iets anders dan net, dan zegt een run van de job "
    "verouderd wat en waarom, op de eerste bladzijde van de UI.",
)
def verouderd(
    context: dg.SensorEvaluationContext, werkplaats: Werkplaats
) -> dg.SensorResult | dg.SkipReason:
    """A run when something else is stale than was told, and at times to keep it in sight."""
    from veerkracht_dagster.herbouw.stand import te_doen

    if context.instance.get_run_records(dg.RunsFilter(statuses=BEZIG), limit=1):
        return dg.SkipReason("Er is nog een run bezig.")
    assert context.repository_def is not None  # Dagster gives it to every sensor
    graaf = context.repository_def.asset_graph
    alle, mis = te_doen(context.instance, graaf, werkplaats.werkmap)
    cursor = f"{_merk(alle, mis)} {int(time.time()) // _OPNIEUW}"
    if cursor == context.cursor:
        return dg.SensorResult(skip_reason=dg.SkipReason(_kop(alle)), cursor=cursor)
    verzoek = dg.RunRequest(tags={WACHT_TAG: VEROUDERD, REDEN_TAG: _kop(alle)})
    return dg.SensorResult(run_requests=[verzoek], cursor=cursor)


def _merk(alle: "Iterable[Verouderd]", mis: "Resultaat") -> str:
    tekst = repr([sorted((v.paar, v.waarom) for v in alle), mis.regels()])
    return hashlib.sha256(tekst.encode()).hexdigest()[:12]
