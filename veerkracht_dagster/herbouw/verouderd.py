"""What is stale, by Dagster's own rule, so that its UI marks the same as a rebuild does.

Here: recording what lies in the source folder, and asking which partitions are missing or stale.
Not here: launching anything (`herbouwen.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from assets_defs.bronnen import leveringsleutel, leveringsversies
from assets_defs.edities import (
    BASESSLEUTEL,
    EDITIESLEUTEL,
    versies_van_bases,
    versies_van_edities,
)
from assets_defs.scan import SCANSLEUTEL, versies_van_scans
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.intern import (
    DATA_VERSION_TAG,
    AssetGraph,
    AssetKeyPartitionKey,
    CachingStaleStatusResolver,
    DataProvenance,
    LoadingContextForTest,
    StaleCauseCategory,
    StaleStatus,
    extract_data_version_from_entry,
)
from veerkracht_dagster.instantie.tags import ONTBREEKT
from veerkracht_dagster.instantie.versies import laatste_records
from veerkracht_dagster.publicatie.publiceren import niet_in_warehouse
from veerkracht_dagster.werkmap import Werkmap

RELEASE = "release"


class _Oordeel(CachingStaleStatusResolver):
    """Dagster's own judgement, asking the event log once per asset instead of per partition.

    An upstream partition without an event later than the one that was used cannot have changed.
    """

    def __init__(self, instance: dg.DagsterInstance, graaf: AssetGraph, context: Any) -> None:
        super().__init__(instance, graaf, context)
        self._records: dict[dg.AssetKey, dict[str, dg.EventLogRecord]] = {}

    def _is_dep_updated(self, provenance: DataProvenance, dep_key: AssetKeyPartitionKey) -> bool:
        gebruikt = provenance.input_storage_ids[dep_key.asset_key]
        if gebruikt is not None:
            laatste = self._get_latest_data_version_record(key=dep_key)
            if laatste is None or laatste.storage_id <= gebruikt:
                return False
        return super()._is_dep_updated(provenance, dep_key)

    def _get_latest_data_version_record(
        self, key: AssetKeyPartitionKey
    ) -> dg.EventLogRecord | None:
        assert key.partition_key is not None  # every asset of the project is partitioned
        if key.asset_key not in self._records:
            levering = self.asset_graph.get(key.asset_key).is_external
            self._records[key.asset_key] = laatste_records(
                self._instance, key.asset_key, levering=levering
            )
        return self._records[key.asset_key].get(key.partition_key)


@dataclass(frozen=True)
class Verouderd:
    """A partition that a rebuild would compute, and why (Dagster's own words; 'missing').

    nieuwe_gegevens: an input has other data. door_gegevens: only that, no other code and not for
    the first time. door: the inputs that are others, as `asset partition`.
    """

    asset: str
    partitie: str
    reden: str
    door_gegevens: bool = False
    nieuwe_gegevens: bool = False
    door: tuple[str, ...] = ()

    @property
    def waarom(self) -> str:
        """The reason, with the inputs that are others."""
        return f"{self.reden}: {', '.join(self.door)}" if self.door else self.reden

    @property
    def paar(self) -> tuple[str, str]:
        return self.asset, self.partitie


@dataclass(frozen=True)
class Onbereikbaar:
    """A publisher could not be asked for a source and year; what was known of it still counts.

    toen: when that was fetched, or that the publisher did not have it then.
    """

    bron: str
    partitie: str
    melding: str
    toen: str

    @property
    def gevolg(self) -> str:
        """What is done, and why, without which year it is."""
        return f"de uitgever is niet bereikt; {self.toen}, en dat blijft gelden. {self.melding}"


@dataclass(frozen=True)
class Waargenomen:
    """gewijzigd: the (source, peiljaar) pairs that changed; of corporations' scans ('scan',
    edition). onbereikbaar: of which the publisher could not be asked, and was before.
    """

    gewijzigd: list[tuple[str, str]]
    onbereikbaar: list[Onbereikbaar]


def neem_waar(
    instance: dg.DagsterInstance,
    werkplaats: Werkplaats,
    bronnen: Iterable[str] | None = None,
    *,
    uitgevers: bool = True,
) -> Waargenomen:
    """Record the version of every delivery, and of every edition, that differs from what was last
    seen.

    Args:
        uitgevers: ask the publishers too, where fetching is switched on. Of one that does not
            answer, what was fetched before keeps its version; a year that never was gets a
            version of its own, so that its table is tried and says why not.
    """
    gewijzigd, onbereikbaar = [], []
    neem_catalogus_waar(instance)
    versies: dict[str, tuple[dg.AssetKey, dict[str, str]]] = {}
    for bron in bronnen or catalogus().bronnen:
        van_bron = leveringsversies(werkplaats, bron, uitgevers=uitgevers)
        versies[bron] = leveringsleutel(bron), van_bron.per_jaar
        onbereikbaar += [
            Onbereikbaar(bron, jaar, melding, toen)
            for jaar, (melding, toen) in van_bron.onbereikt.items()
        ]
    if bronnen is None:
        versies["scan"] = SCANSLEUTEL, versies_van_scans(werkplaats)
    for bron, (sleutel, per_partitie) in versies.items():
        gewijzigd += [(bron, jaar) for jaar in _leg_vast(instance, sleutel, per_partitie)]
    return Waargenomen(gewijzigd, onbereikbaar)


def neem_catalogus_waar(instance: dg.DagsterInstance) -> None:
    """Record what the catalogue says of each edition now, where it said something else."""
    _leg_vast(instance, EDITIESLEUTEL, versies_van_edities(catalogus()))
    _leg_vast(instance, BASESSLEUTEL, versies_van_bases())


def _leg_vast(
    instance: dg.DagsterInstance, sleutel: dg.AssetKey, versies: Mapping[str, str]
) -> list[str]:
    """Record the versions that are not those last seen; returns of which partitions."""
    gezien = laatste_records(instance, sleutel, levering=True)
    anders = []
    for partitie, versie in versies.items():
        record = gezien.get(partitie)
        oud = extract_data_version_from_entry(record.event_log_entry) if record else None
        if oud is None or oud.value != versie:
            instance.report_runless_asset_event(
                dg.AssetObservation(sleutel, partition=partitie, tags={DATA_VERSION_TAG: versie})
            )
            anders.append(partitie)
    return anders


def verouderde_partities(
    instance: dg.DagsterInstance, graaf: AssetGraph, assets: Iterable[dg.AssetKey]
) -> list[Verouderd]:
    """Missing and stale partitions of `assets`, with the reason, in partition order."""
    oordeel = _Oordeel(instance, graaf, LoadingContextForTest(instance))
    uit = []
    for sleutel in assets:
        partities = graaf.get(sleutel).partitions_def
        assert partities is not None  # every asset of the project is partitioned
        for partitie in partities.get_partition_keys():
            stand = oordeel.get_status(sleutel, partitie)
            if stand != StaleStatus.FRESH:
                oorzaken = oordeel.get_stale_causes(sleutel, partitie)
                reden = "; ".join(dict.fromkeys(o.reason for o in oorzaken)) or ONTBREEKT
                soorten = {o.category for o in oorzaken}
                door = [_naam(o.dependency) for o in oorzaken if o.dependency is not None]
                uit.append(
                    Verouderd(
                        sleutel.to_user_string(),
                        partitie,
                        reden,
                        door_gegevens=soorten == {StaleCauseCategory.DATA},
                        nieuwe_gegevens=StaleCauseCategory.DATA in soorten,
                        door=tuple(dict.fromkeys(door)),
                    )
                )
    return uit


def _naam(paar: AssetKeyPartitionKey) -> str:
    return f"{paar.asset_key.to_user_string()} {paar.partition_key or ''}".strip()


def niet_gepubliceerd(werkmap: Werkmap, te_doen: Iterable[Verouderd]) -> list[Verouderd]:
    """Releases that are made and not stale, but are not in the warehouse that is used now."""
    cat = catalogus()
    al = {v.partitie for v in te_doen if v.asset == RELEASE}
    weg = niet_in_warehouse(werkmap.uitgaven, werkmap.warehouse, cat.edities, cat)
    return [Verouderd(RELEASE, naam, "niet in het warehouse") for naam in weg if naam not in al]
