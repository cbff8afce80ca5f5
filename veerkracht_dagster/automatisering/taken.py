"""Jobs that are not a stage: bringing up to date what is stale, and the yearly reminder.

Here: ops around the rebuild that the command does too. Not here: when they start.

Why a rebuild in one job, and not an automation condition on every asset: a condition looks at the
direct inputs of an asset only, so a release would be published with one layer new and another still
old, and again when that one is done. The rebuild goes stage by stage, as the command does.
"""

import datetime
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import dagster as dg
import pandas as pd
from pydantic import Field

from assets_defs.afleveren import als_tabel
from assets_defs.bronnen import leveringsleutel
from assets_defs.partities import JAREN
from veerkracht_dagster.bronnen.ongelezen import gemist, merk_op
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.herbouw.beloop import Beloop
from veerkracht_dagster.herbouw.beurt import beurt
from veerkracht_dagster.instantie.achtergebleven import ruim_achtergebleven
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.runs import geheel_van
from veerkracht_dagster.machine import vraag_ruimte

if TYPE_CHECKING:
    from veerkracht_dagster.herbouw.resultaat import Resultaat

_DEEL, _DELEN = ["run", "stap", "waarom", "partities"], 100
POOL = "herbouw"  # of which `dagster.yaml` lets one run at a time; the others wait in the queue


class Bijwerken(dg.Config):
    """editie: only what the release of this edition stands on. bron: only this source, and what
    became stale because of it. alles: also what is not stale. uitgevers: ask the publishers first;
    else work with what was seen and fetched. assets: only these, of which none means all.
    verdwenen: why what stood in releases may be gone from them; without a reason that is refused,
    and no sensor gives one. verhuisd: the sources of the work folder are at another place from now
    on.
    """

    editie: str = ""
    bron: str = ""
    alles: bool = False
    uitgevers: bool = True
    assets: list[str] = Field(default_factory=list)
    verdwenen: str = ""
    verhuisd: bool = False


@dg.op(
    pool=POOL, description="Berekent wat verouderd is, stap voor stap, als `veerkracht rebuild`."
)
def breng_bij(
    context: dg.OpExecutionContext,
    config: Bijwerken,
    werkplaats: Werkplaats,
    beloop: dg.ResourceParam[Beloop],
) -> None:
    """Everything up to date; the runs of the stages appear under this one, each with its reason.

    Where something was refused, all that does not stand on it was made before this fails.
    """
    try:
        uit = beloop.resultaat = _herbouw(context, config, werkplaats, beloop)
    except BaseException as fout:
        beloop.fout = fout
        raise
    delen = [(run_id[:8], stap, reden, aantal) for run_id, stap, reden, aantal in uit.delen]
    feiten: dict[str, Any] = {
        "partities": uit.aantal,
        "delen": als_tabel(pd.DataFrame(delen, columns=_DEEL), _DELEN),
        "edities": uit.edities,
    }
    if delen:
        samen = f"/runs/b/{geheel_van(context.run)}?tab=runs"
        feiten["de delen zelf"] = dg.MetadataValue.url(samen)
    if not uit.gelukt:
        raise dg.Failure("\n".join(uit.regels()), metadata=feiten, allow_retries=False)
    context.add_output_metadata(feiten)


def _herbouw(
    context: dg.OpExecutionContext, config: Bijwerken, werkplaats: Werkplaats, beloop: Beloop
) -> "Resultaat":
    from veerkracht_dagster.herbouw.herbouwen import herbouw

    werkmap = werkplaats.werkmap
    vraag_ruimte(werkmap)
    innemer = Innemer(werkmap)
    for regel in merk_op(innemer, catalogus(), JAREN, datetime.date.today()).regels():
        context.log.warning(regel)
    wat = f"de job bijwerken (run {context.run_id[:8]})"
    gehouden = nullcontext() if beloop.aan_de_beurt else beurt(werkmap, wat, meld=context.log.info)
    with gehouden:
        ruim_achtergebleven(context.instance, behalve=[context.run_id])
        return herbouw(
            werkmap,
            context.instance,
            editie=config.editie or None,
            bron=config.bron or None,
            alles=config.alles,
            assets=config.assets or None,
            uitgevers=config.uitgevers,
            verdwenen=config.verdwenen.strip(),
            verhuisd=config.verhuisd,
            ouder=context.run,
            hier=beloop.hier,
            werkers=beloop.werkers,
        )


@dg.op(description="Wat volgens de kalender van de uitgevers verschenen moest zijn en er niet is.")
def herinner(context: dg.OpExecutionContext, werkplaats: Werkplaats) -> None:
    """An observation and a warning per source that misses a peiljaar."""
    vandaag = datetime.date.today()
    for bron, jaren in gemist(Innemer(werkplaats.werkmap), catalogus(), JAREN, vandaag).items():
        gemiste = ", ".join(map(str, jaren))
        context.log.warning(f"{bron}: verwacht en niet gekomen: {gemiste}")
        context.log_event(
            dg.AssetObservation(
                leveringsleutel(bron),
                description=f"Volgens de kalender verschenen, en hier niet: {gemiste}.",
                metadata={"verwacht en niet gekomen": gemiste, "gekeken op": str(vandaag)},
            )
        )


@dg.job(description="Vraagt wat er nieuw is en brengt alles bij, tot en met de uitgave.")
def bijwerken() -> None:
    """See `breng_bij`."""
    breng_bij()


@dg.job(description="Jaarlijkse herinnering: wat had er moeten zijn?")
def herinnering() -> None:
    """See `herinner`."""
    herinner()
