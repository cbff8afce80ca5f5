"""Schedules: every day, every week, every year.

Here: times, and which partitions the weekly check asks for. Not here: the jobs (`taken.py`).
"""

import dagster as dg

from assets_defs.bronnen import leveringsleutel
from assets_defs.partities import JAREN
from veerkracht_dagster.automatisering.beslissen import Aanvraag
from veerkracht_dagster.automatisering.sensoren import BESTANDSBRONNEN, runverzoek
from veerkracht_dagster.automatisering.taken import bijwerken, herinnering
from veerkracht_dagster.bronnen.ontvangsten import Ontvangst, Ontvangsten
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats

TIJDZONE = "Europe/Amsterdam"
PEILJARENJOB = dg.define_asset_job(
    "peiljaren",
    selection=dg.AssetSelection.checks_for_assets(*map(leveringsleutel, catalogus().bronnen)),
    description="Kijkt hoe oud het nieuwste peiljaar van elke bron is.",
)
_MERKEN = {"etag", "last_modified", "updated"}


def roosters(bronjob: "dg.UnresolvedAssetJobDefinition") -> list[dg.ScheduleDefinition]:
    """All schedules. They run by themselves where fetching is switched on, as the sensors do."""
    vanzelf = (
        dg.DefaultScheduleStatus.RUNNING
        if Instellingen.uit_omgeving().aan
        else dg.DefaultScheduleStatus.STOPPED
    )

    @dg.schedule(
        name="wekelijks_zonder_merk",
        cron_schedule="30 6 * * 1",
        execution_timezone=TIJDZONE,
        default_status=vanzelf,
        job=bronjob,
        description="Bestanden zonder versie van de server: opnieuw ophalen en vergelijken.",
    )
    def wekelijks_zonder_merk(
        context: dg.ScheduleEvaluationContext, werkplaats: Werkplaats
    ) -> list[dg.RunRequest] | dg.SkipReason:
        week = f"{context.scheduled_execution_time:%G-W%V}"
        aanvragen = []
        for o in zonder_merk(werkplaats):
            aanvraag = Aanvraag(o.bron, o.peiljaar, o.versie, week, None, "wekelijkse controle")
            aanvragen.append(runverzoek("wekelijks_zonder_merk", aanvraag))
        return aanvragen or dg.SkipReason("Elk opgehaald bestand heeft een merk van zijn server.")

    return [
        dg.ScheduleDefinition(
            name="dagelijks",
            job=bijwerken,
            cron_schedule="15 6 * * *",
            execution_timezone=TIJDZONE,
            default_status=vanzelf,
            description="Vraagt alle uitgevers wat er nieuw is, en brengt alles bij.",
        ),
        wekelijks_zonder_merk,
        dg.ScheduleDefinition(
            name="wekelijks_peiljaren",
            job=PEILJARENJOB,
            cron_schedule="45 6 * * 1",
            execution_timezone=TIJDZONE,
            default_status=vanzelf,
            description="Controleert of het nieuwste peiljaar van elke bron er is.",
        ),
        dg.ScheduleDefinition(
            name="jaarlijks",
            job=herinnering,
            cron_schedule="0 8 1 12 *",
            execution_timezone=TIJDZONE,
            default_status=vanzelf,
            description="Herinnert aan wat volgens de kalender verschenen moest zijn.",
        ),
    ]


def zonder_merk(werkplaats: Werkplaats) -> list[Ontvangst]:
    """What was fetched from a server that says nothing of versions."""
    innemer, ontvangsten = Innemer(werkplaats.werkmap), Ontvangsten(werkplaats.werkmap.snapshots)
    uit = []
    for bron in BESTANDSBRONNEN:
        for jaar in JAREN:
            laatste = ontvangsten.laatste(bron, jaar)
            if laatste is None or _MERKEN & set(laatste.merk):
                continue
            if innemer.haalt_op(bron, jaar):
                uit.append(laatste)
    return uit
