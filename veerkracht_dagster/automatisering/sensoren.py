"""Dagster's sensors: one over the list of tables, one over files, one over deliveries, and one that
carries on when sources are in.

Here: a tick. Not here: what it decides (`beslissen.py`).
"""

import dagster as dg

from assets_defs.bronnen import leveringsleutel
from assets_defs.partities import JAREN
from veerkracht_dagster.automatisering.beslissen import (
    Aanvraag,
    Sleutel,
    Stand,
    aanvragen,
    om_gegevens,
)
from veerkracht_dagster.automatisering.opruimen import OPNIEUW, opruimen
from veerkracht_dagster.automatisering.rest import BEZIG, rest
from veerkracht_dagster.automatisering.taken import bijwerken
from veerkracht_dagster.automatisering.verouderd import verouderd
from veerkracht_dagster.bronnen.ophalen.fouten import OphaalFout
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.ophalen.instellingen import AAN, Instellingen
from veerkracht_dagster.bronnen.uitkijk.gezien import Gezien
from veerkracht_dagster.bronnen.uitkijk.verschil import Veranderingssoort
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.intern import (
    DATA_VERSION_TAG,
    extract_data_version_from_entry,
)
from veerkracht_dagster.instantie.tags import REDEN_TAG, WACHT_TAG
from veerkracht_dagster.instantie.versies import laatste_ids, laatste_records
from veerkracht_dagster.opslag.vingerafdrukken import AFWEZIG

BRONJOB = "stap_bronnen"
TABELBRONNEN = [n for n, b in catalogus().bronnen.items() if any("cbs" in w.weg for w in b.ophalen)]
BESTANDSBRONNEN = [n for n, b in catalogus().bronnen.items() if b.ophalen and n not in TABELBRONNEN]
_UUR = 3600


def sensoren(bronjob: "dg.UnresolvedAssetJobDefinition") -> list[dg.SensorDefinition]:
    """All sensors. Those that ask publishers run by themselves where fetching is switched on; that
    of the rest of a range always does.
    """
    eigen = Instellingen.uit_omgeving()
    vanzelf = dg.DefaultSensorStatus.RUNNING if eigen.aan else dg.DefaultSensorStatus.STOPPED
    # A publisher on this machine is there to try things out: nobody is a burden to it.
    tabellen, bestanden = (30, 30) if eigen.hier else (6 * _UUR, 24 * _UUR)

    @dg.sensor(
        name="uitkijk_cbs",
        job=bronjob,
        minimum_interval_seconds=tabellen,
        default_status=vanzelf,
        description="De lijst van tabellen van het CBS (v4, anders v3): nieuwe versies en jaren.",
    )
    def uitkijk_cbs(
        context: dg.SensorEvaluationContext, werkplaats: Werkplaats
    ) -> dg.SensorResult | dg.SkipReason:
        return _kijk_bij_uitgevers(context, werkplaats, TABELBRONNEN)

    @dg.sensor(
        name="uitkijk_bestanden",
        job=bronjob,
        minimum_interval_seconds=bestanden,
        default_status=vanzelf,
        description="Feeds en bestanden op een adres: kaarten, adressen, de Leefbaarometer.",
    )
    def uitkijk_bestanden(
        context: dg.SensorEvaluationContext, werkplaats: Werkplaats
    ) -> dg.SensorResult | dg.SkipReason:
        return _kijk_bij_uitgevers(context, werkplaats, BESTANDSBRONNEN)

    @dg.sensor(
        name="uitkijk_leveringen",
        job=bronjob,
        minimum_interval_seconds=60,
        default_status=vanzelf,
        description="De bronnenmap: wat daar nieuw ligt, geleverd of met de hand neergezet.",
    )
    def uitkijk_leveringen(
        context: dg.SensorEvaluationContext, werkplaats: Werkplaats
    ) -> dg.SensorResult | dg.SkipReason:
        innemer = Innemer(werkplaats.werkmap)
        gezien = {
            (bron, jaar): Gezien(innemer.versie(bron, jaar))
            for bron in catalogus().bronnen
            for jaar in JAREN
            if not innemer.haalt_op(bron, jaar)
        }
        return _resultaat(context, gezien, Stand.van(context.cursor), [])

    @dg.sensor(
        name="doorwerken",
        job=bijwerken,
        minimum_interval_seconds=30,
        default_status=vanzelf,
        description="Zijn de bronnen binnen die een uitkijk vroeg, dan wordt de rest bijgewerkt.",
    )
    def doorwerken(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        return _werk_door(context)

    eigen_sensoren = [uitkijk_cbs, uitkijk_bestanden, uitkijk_leveringen, doorwerken]
    return [*eigen_sensoren, rest, opruimen, verouderd]


def _kijk_bij_uitgevers(
    context: dg.SensorEvaluationContext, werkplaats: Werkplaats, bronnen: list[str]
) -> dg.SensorResult | dg.SkipReason:
    """What is new is asked for first; a publisher that cannot be asked makes the tick fail as soon
    as there is nothing to ask for: silence is not 'no news'.
    """
    if not Instellingen.uit_omgeving().aan:
        return dg.SkipReason(f"Ophalen staat uit. Zet {AAN}=ja (make ui OPHALEN=ja).")
    from veerkracht_dagster.bronnen.uitkijk.catalogi import nieuwe_jaren

    stand = Stand.van(context.cursor)
    blik = Innemer(werkplaats.werkmap).kijk(bronnen, JAREN)
    gezien = blik.gezien
    verteld = []
    for opmerking in dict.fromkeys(lijst.opmerking for lijst in blik.standen.values()):
        if opmerking:
            context.log.warning(opmerking)
    for bron, lijst in blik.standen.items():
        for jaar, tabel in nieuwe_jaren(lijst, catalogus().bronnen[bron]).items():
            if stand.nieuws(f"voorstel/{bron}/{jaar}", tabel):
                verteld.append(_voorstel(bron, jaar, tabel))
    for (bron, jaar), wat in gezien.items():
        sleutel = f"gestopt/{bron}/{jaar}"
        if not wat.gestopt:
            stand.verteld.pop(sleutel, None)
        elif stand.nieuws(sleutel, "ja"):
            verteld.append(_ingetrokken(bron, jaar, wat))
    resultaat = _resultaat(context, gezien, stand, verteld)
    if blik.onbereikt:
        stil = OphaalFout(*(p for fout in blik.onbereikt.values() for p in fout.problemen))
        if not resultaat.run_requests and not verteld:
            raise stil
        context.log.error(str(stil))
    return resultaat


def _resultaat(
    context: dg.SensorEvaluationContext,
    gezien: dict[Sleutel, Gezien],
    stand: Stand,
    verteld: list[dg.AssetObservation],
) -> dg.SensorResult:
    """What is new is recorded, and then what Dagster itself calls stale is asked for."""
    for sleutel, wat in _anders_dan_waargenomen(context.instance, gezien).items():
        context.instance.report_runless_asset_event(_waarneming(*sleutel, wat))
    te_laat = _verouderd(context, gezien)
    te_doen = aanvragen(gezien, stand, te_laat, _waargenomen(context.instance, gezien))
    return dg.SensorResult(
        run_requests=[runverzoek(context.sensor_name, aanvraag) for aanvraag in te_doen],
        skip_reason=None if te_doen else dg.SkipReason("Niets nieuws."),
        cursor=stand.cursor(),
        asset_events=verteld,
    )


def _anders_dan_waargenomen(
    instance: dg.DagsterInstance, gezien: dict[Sleutel, Gezien]
) -> dict[Sleutel, Gezien]:
    uit = {}
    for bron in dict.fromkeys(bron for bron, _ in gezien):
        records = laatste_records(instance, leveringsleutel(bron), levering=True)
        for (van, jaar), wat in gezien.items():
            record = records.get(str(jaar)) if van == bron else None
            versie = extract_data_version_from_entry(record.event_log_entry) if record else None
            if van == bron and (versie is None or versie.value != wat.versie):
                uit[bron, jaar] = wat
    return uit


def _waargenomen(instance: dg.DagsterInstance, gezien: dict[Sleutel, Gezien]) -> dict[Sleutel, int]:
    """Per source and year the event in which its version was last seen to be another one."""
    return {
        (bron, int(jaar)): nummer
        for bron in dict.fromkeys(bron for bron, _ in gezien)
        for jaar, nummer in laatste_ids(instance, leveringsleutel(bron), levering=True).items()
    }


def _verouderd(
    context: dg.SensorEvaluationContext, gezien: dict[Sleutel, Gezien]
) -> dict[Sleutel, str]:
    """Stale by other data, or never made: the judgement that the command makes too."""
    from veerkracht_dagster.herbouw.verouderd import verouderde_partities

    assert context.repository_def is not None  # Dagster gives it to every sensor
    sleutels = [dg.AssetKey(bron) for bron in dict.fromkeys(bron for bron, _ in gezien)]
    oordeel = verouderde_partities(context.instance, context.repository_def.asset_graph, sleutels)
    return om_gegevens(oordeel)


def runverzoek(wacht: str, aanvraag: Aanvraag) -> dg.RunRequest:
    """One partition of one source, with tags that say why."""
    bron = catalogus().bronnen[aanvraag.bron]
    tags = {
        WACHT_TAG: wacht,
        "veerkracht/uitgever": bron.uitgever,
        "veerkracht/tabel": aanvraag.tabel or bron.titel,
        "veerkracht/versie": aanvraag.versie[:12],
        REDEN_TAG: aanvraag.reden,
        **OPNIEUW,
    }
    return dg.RunRequest(
        run_key=aanvraag.run_key,
        partition_key=str(aanvraag.jaar),
        asset_selection=[dg.AssetKey(aanvraag.bron)],
        tags=tags,
    )


def _waarneming(bron: str, jaar: int, wat: Gezien) -> dg.AssetObservation:
    merken = {f"{dienst}: {k}": str(w) for dienst, m in wat.merken.items() for k, w in m.items()}
    wie = wat.tabel or bron
    nieuws = (
        f"Van {wie} is er geen versie van {jaar}."
        if wat.versie == AFWEZIG
        else f"Nieuwe versie van {wie}: {wat.reden or 'zonder toelichting'}."
    )
    return dg.AssetObservation(
        leveringsleutel(bron),
        partition=str(jaar),
        tags={DATA_VERSION_TAG: wat.versie},
        description=nieuws,
        metadata={"reden van de uitgever": wat.reden or "niet vermeld", **merken},
    )


def _voorstel(bron: str, jaar: int, tabel: str) -> dg.AssetObservation:
    return dg.AssetObservation(
        leveringsleutel(bron),
        description=f"De uitgever heeft {jaar}: tabel {tabel}. Zet in bronnen.yml onder {bron}, "
        f"tabellen: `{jaar}: {tabel}`.",
        metadata={"voorstel": f"{jaar}: {tabel}"},
    )


def _ingetrokken(bron: str, jaar: int, wat: Gezien) -> dg.AssetObservation:
    return dg.AssetObservation(
        leveringsleutel(bron),
        partition=str(jaar),
        tags={DATA_VERSION_TAG: wat.versie},
        description=f"Ingetrokken of stopgezet door de uitgever: {wat.tabel or bron} {jaar}. "
        "Wat er is opgehaald blijft gelden.",
        metadata={"soort verandering": str(Veranderingssoort.INGETROKKEN)},
    )


def _werk_door(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One rebuild for all sources that came in, when the last of them is done."""
    bezig = context.instance.get_runs_count(dg.RunsFilter(job_name=BRONJOB, statuses=BEZIG))
    if bezig:
        return dg.SkipReason(f"{bezig} runs van bronnen zijn nog bezig.")
    klaar = context.instance.get_run_records(
        dg.RunsFilter(job_name=BRONJOB, statuses=[dg.DagsterRunStatus.SUCCESS]), limit=100
    )
    vanaf = int(context.cursor or 0)
    nieuw = [r for r in klaar if r.storage_id > vanaf and WACHT_TAG in r.dagster_run.tags]
    if not nieuw:
        return dg.SkipReason("Geen bronnen binnengekomen.")
    laatste = max(record.storage_id for record in nieuw)
    context.update_cursor(str(laatste))
    tags = [record.dagster_run.tags for record in nieuw]
    redenen = {f"{t.get('veerkracht/tabel')}: {t.get('veerkracht/reden')}" for t in tags}
    return dg.RunRequest(
        run_key=f"doorwerken/{laatste}",
        run_config=dg.RunConfig(ops={"breng_bij": {"config": {"uitgevers": False}}}),
        tags={WACHT_TAG: "doorwerken", REDEN_TAG: "; ".join(sorted(redenen)), **OPNIEUW},
    )
