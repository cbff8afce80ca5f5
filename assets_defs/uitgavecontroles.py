"""What the UI shows beside `release` as checks: the gate, what is gone, what is empty, per edition.

Belongs here: the checks of a release, of every edition as it stands, and of the tables that it is
made of, as its description keeps them.
Not here: the judgements (`veerkracht_dagster/publicatie/`, `veerkracht_dagster/tweede/`).
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from assets_defs.afleveren import PER_PARTITIE, als_tabel
from assets_defs.controles import controlesleutels
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.instantie.intern import (
    COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES,
    AssetCheckEvaluationTargetMaterializationData,
)
from veerkracht_dagster.instantie.versies import laatste_records
from veerkracht_dagster.publicatie.leegte import lagen_zonder_klasse, waarom_leeg
from veerkracht_dagster.publicatie.publiceren import huidige_release
from veerkracht_dagster.publicatie.verdwenen import IS_HIJ_ER
from veerkracht_dagster.publicatie.wijzer import ACTUEEL

_CAT = catalogus()
_RELEASE = dg.AssetKey("release")
_KLAAR = set(COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES)
_BLADZIJDE = 50  # outcomes of a check read at a time
_PER_EDITIE, _GEWEIGERD = "per editie", "geweigerd"
POORT, WEG, GEPUBLICEERD, KLASSEN = "poort", "verdwenen", "gepubliceerd", "klassen"
UITGAVECONTROLES = {
    POORT: "Elk cijfer van elke uitgave volgt uit de ruwe bestanden, een tweede keer uitgerekend, "
    "en staat zo in bestanden en warehouse. Wat niet klopt wordt niet gepubliceerd.",
    WEG: "Wat in de vorige uitgave stond is er nog, of iemand gaf een reden.",
    GEPUBLICEERD: "Elke editie heeft gebieden, en dus een uitgave.",
    KLASSEN: "Elke kaartlaag van elke uitgave heeft een gebied met een klasse.",
}


def uitgavecontroles(
    map_uitgaven: Path, geweigerd: Mapping[str, str]
) -> Iterator[dg.AssetCheckResult]:
    """Of all editions as they stand now: a check of the UI is of the asset, not of a partition.

    Args:
        geweigerd: why an edition was refused, of those that were and are not mended.
    """
    leeg, zonder = [], []
    uitgaven = {naam: huidige_release(map_uitgaven, naam) for naam in _CAT.edities}
    for naam, uit in uitgaven.items():
        if reden := waarom_leeg(map_uitgaven / naam):
            leeg.append({"editie": naam, "reden": reden})
        elif uit:
            for laag, reden in lagen_zonder_klasse(map_uitgaven / naam / ACTUEEL, uit):
                zonder.append({"editie": naam, "kaartlaag": laag, "reden": reden})
    nagerekend = {
        n: {"cijfers nagerekend": u.nagerekend if u else None} for n, u in uitgaven.items()
    }
    weg = {
        naam: {"weg uit de vorige": "; ".join(wat.get("wat", ())), "reden": wat.get("reden", "")}
        for naam, uit in uitgaven.items()
        for wat in [uit.verdwenen if uit else {}]
    }
    gegaan = {naam: melding for naam, melding in geweigerd.items() if IS_HIJ_ER in melding}
    gezakt = {naam: melding for naam, melding in geweigerd.items() if naam not in gegaan}
    for controle, alle, feiten in ((POORT, gezakt, nagerekend), (WEG, gegaan, weg)):
        rijen = [
            {
                "editie": naam,
                "uitgave": uit.release_id if uit else None,
                "gepubliceerd": uit.gemaakt if uit else None,
                **feiten[naam],
                _GEWEIGERD: alle.get(naam, ""),
            }
            for naam, uit in uitgaven.items()
        ]
        yield dg.AssetCheckResult(
            check_name=controle,
            passed=not alle,
            metadata={_PER_EDITIE: als_tabel(pd.DataFrame(rijen), 100)},
        )
    yield _waarschuwing(GEPUBLICEERD, leeg)
    yield _waarschuwing(KLASSEN, zonder)


def eerder_geweigerd(instance: dg.DagsterInstance, behalve: Collection[str]) -> dict[str, str]:
    """Why editions were refused by the last run that made releases, without those of `behalve`."""
    uit = {}
    for controle in (POORT, WEG):
        for record in instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(_RELEASE, controle), limit=1, status=_KLAAR
        ):
            assert record.event is not None  # of an outcome that is final
            assert record.event.dagster_event is not None
            inhoud = record.event.dagster_event.asset_check_evaluation_data
            for rij in getattr(inhoud.metadata.get(_PER_EDITIE), "records", ()):
                if rij.data.get(_GEWEIGERD) and rij.data["editie"] not in behalve:
                    uit[str(rij.data["editie"])] = str(rij.data[_GEWEIGERD])
    return uit


def meld_uitgavecontroles(
    instance: dg.DagsterInstance, map_uitgaven: Path, geweigerd: Mapping[str, str]
) -> None:
    """Tell once more how all editions stand, after several runs beside one another: Dagster shows
    the outcome of a check only beside the last release that was made.

    It goes by the number of that release where it is told, and else by times in whole seconds, of
    which one that was told at once is not later (`AssetCheckExecutionRecord`).
    """
    record = next(iter(instance.get_asset_records([_RELEASE])), None)
    laatste = record.asset_entry.last_materialization_record if record else None
    doel = None
    if laatste is not None:
        doel = AssetCheckEvaluationTargetMaterializationData(
            storage_id=laatste.storage_id, run_id=laatste.run_id, timestamp=laatste.timestamp
        )
    for uitslag in uitgavecontroles(map_uitgaven, geweigerd):
        assert uitslag.check_name is not None  # each has one
        instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                asset_key=_RELEASE,
                check_name=uitslag.check_name,
                passed=uitslag.passed,
                metadata=uitslag.metadata,
                severity=uitslag.severity,
                target_materialization_data=doel,
            )
        )


def _waarschuwing(naam: str, gevallen: list[dict[str, Any]]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=naam,
        passed=not gevallen,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"gevallen": als_tabel(pd.DataFrame(gevallen), 100)} if gevallen else {},
    )


class Tabelcontroles:
    """The outcome of every check on the tables that stand, per edition.

    That is of the run that made them: a run that was refused left the table as it was, and its
    check failed or was never done.
    """

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self._runs: dict[dg.AssetKey, dict[str, str]] = {}

    def van(self, editie: str) -> list[dict[str, Any]]:
        """Asset, check, whether it held, and what was counted: of the edition, or of every year."""
        uit = []
        for sleutel in controlesleutels():
            inhoud = self._inhoud(sleutel, self._run(sleutel.asset_key, editie))
            if inhoud is not None:
                uit.append(
                    {"asset": sleutel.asset_key.to_user_string(), "controle": sleutel.name,
                     "goed": inhoud.passed, "feiten": _feiten(inhoud.metadata, editie)}
                )  # fmt: skip
        return uit

    def _run(self, sleutel: dg.AssetKey, editie: str) -> str | None:
        """The run that made the table of the edition; of a table per year the last one."""
        if sleutel not in self._runs:
            records = laatste_records(self._instance, sleutel)
            op_volgorde = sorted(records.items(), key=lambda paar: paar[1].storage_id)
            self._runs[sleutel] = {partitie: r.run_id for partitie, r in op_volgorde}
        runs = self._runs[sleutel]
        return runs.get(editie, next(reversed(runs.values()), None))

    def _inhoud(self, sleutel: dg.AssetCheckKey, run_id: str | None) -> Any:
        cursor = None
        while bladzijde := self._instance.event_log_storage.get_asset_check_execution_history(
            sleutel,
            limit=_BLADZIJDE,
            cursor=cursor,
            status=_KLAAR,
        ):
            for record in bladzijde:
                if record.run_id == run_id and record.event and record.event.dagster_event:
                    return record.event.dagster_event.asset_check_evaluation_data
            cursor = bladzijde[-1].id
        return None


def _feiten(metadata: Mapping[str, Any], editie: str) -> dict[str, Any]:
    uit = {k: v.value for k, v in metadata.items() if isinstance(v.value, int | float | str)}
    per_partitie = metadata.get(PER_PARTITIE)
    geteld = {
        str(rij.data["partitie"]): {k: w for k, w in rij.data.items() if w is not None}
        for rij in (per_partitie.records if per_partitie else ())
    }
    if editie in geteld:
        return uit | geteld[editie]
    return uit | ({"per_jaar": geteld} if geteld else {})
