"""Launches the runs of a rebuild, stage by stage, for exactly what is stale.

Here: the order, grouping partitions into runs, progress, and the outcome.
Not here: what is stale (`verouderd.py`).
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from veerkracht_dagster.definitions import STAPPEN, build_defs, job_van
from veerkracht_dagster.herbouw.verouderd import Verouderd, neem_waar, verouderde_partities
from veerkracht_dagster.hulpbronnen import Werkplaats
from veerkracht_dagster.werkmap import Werkmap

Voortgang = Callable[[str, str, int], None]  # (stage, asset or '', partitions)
_KLASSE = re.compile(r"^[\w.]+: ")  # the exception's class, which Dagster puts before its message
# A run costs a third of a second: when a source with all years in one file changes, all years do.
HOOGSTENS_APART = 4
REDEN_TAG = "veerkracht/reden"


class HerbouwMislukt(RuntimeError):
    """A run failed; the message holds the errors of its steps."""


@dataclass
class Resultaat:
    """What a rebuild did: partitions computed per asset, and the runs that did it."""

    berekend: dict[str, list[str]] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)

    @property
    def aantal(self) -> int:
        return sum(len(partities) for partities in self.berekend.values())


def herbouw(
    werkmap: Werkmap,
    instance: dg.DagsterInstance,
    *,
    editie: str | None = None,
    bron: str | None = None,
    alles: bool = False,
    voortgang: Voortgang = lambda stap, asset, aantal: None,
) -> Resultaat:
    """Bring everything up to date, or only what an edition needs or a source touches.

    Args:
        editie: only the partitions that this edition's release stands on.
        bron: only this source's tables, and what became stale because of them.
        alles: compute also what is not stale.

    Raises:
        HerbouwMislukt: a step failed; stages after it did not run, what was published stays.
    """
    defs = build_defs(werkmap, loggers={"stil": _volger(voortgang)})
    graaf = defs.resolve_asset_graph()
    neem_waar(instance, Werkplaats.van(werkmap), [bron] if bron else None)
    nodig = _nodig(graaf, editie)
    resultaat = Resultaat()
    gedwongen = _alles(graaf, nodig) if alles else []
    for stap in STAPPEN:
        lagen = list(_lagen(graaf, stap, bron))
        if alles or not _ooit_gemaakt(instance, lagen):
            lagen = [[asset for laag in lagen for asset in laag]]  # all of it: one run does
        for laag in lagen:
            te_doen = [v for v in gedwongen if dg.AssetKey(v.asset) in laag]
            if not alles:
                te_doen = verouderde_partities(instance, graaf, laag)
            te_doen = [v for v in te_doen if nodig is None or (v.asset, v.partitie) in nodig]
            for assets, partities in _runs(te_doen, graaf):
                _draai(defs, instance, stap, assets, partities, te_doen, resultaat, voortgang)
    return resultaat


def _nodig(graaf: AssetGraph, editie: str | None) -> set[tuple[str, str]] | None:
    """Every (asset, partition) that the release of an edition stands on; None for all."""
    if editie is None:
        return None
    nodig: set[tuple[str, str]] = set()
    wacht = [(dg.AssetKey("release"), editie)]
    while wacht:
        sleutel, partitie = wacht.pop()
        if (sleutel.to_user_string(), partitie) in nodig:
            continue
        nodig.add((sleutel.to_user_string(), partitie))
        ouders = graaf.get_parents_partitions(sleutel, partitie).parent_partitions
        wacht += [(ouder.asset_key, ouder.partition_key) for ouder in ouders if ouder.partition_key]
    return nodig


def _alles(graaf: AssetGraph, nodig: set[tuple[str, str]] | None) -> list[Verouderd]:
    uit = []
    for stap in STAPPEN:
        for sleutel in graaf.asset_keys_for_group(stap, require_materializable=True):
            partities = graaf.get(sleutel).partitions_def
            assert partities is not None
            for partitie in partities.get_partition_keys():
                if nodig is None or (sleutel.to_user_string(), partitie) in nodig:
                    uit.append(Verouderd(sleutel.to_user_string(), partitie, "gevraagd"))
    return uit


def _ooit_gemaakt(instance: dg.DagsterInstance, lagen: list[list[dg.AssetKey]]) -> bool:
    sleutels = [sleutel for laag in lagen for sleutel in laag]
    records = instance.get_asset_records(sleutels)
    return any(record.asset_entry.last_materialization_record for record in records)


def _lagen(graaf: AssetGraph, stap: str, bron: str | None) -> Iterator[list[dg.AssetKey]]:
    """The assets of a stage in layers: those of one layer do not need each other."""
    in_stap = graaf.asset_keys_for_group(stap, require_materializable=True)
    for niveau in graaf.toposorted_asset_keys_by_level:
        laag = sorted(in_stap & niveau)
        if bron and stap == "bronnen":
            laag = [sleutel for sleutel in laag if sleutel == dg.AssetKey(bron)]
        if laag:
            yield laag


def _runs(te_doen: Sequence[Verouderd], graaf: AssetGraph) -> Iterator[tuple[list[str], list[str]]]:
    """Assets that need the same unbroken range of partitions share a run.

    Dagster gives all partitions of a run one data version per asset. So the few that are stale by
    new data run one by one: then what comes out the same stops there.
    """
    door_gegevens = Counter(verouderd.asset for verouderd in te_doen if verouderd.door_gegevens)
    per_asset: dict[str, set[str]] = {}
    per_reeks: dict[tuple[str, ...], list[str]] = {}
    for verouderd in te_doen:
        if verouderd.door_gegevens and door_gegevens[verouderd.asset] <= HOOGSTENS_APART:
            per_reeks.setdefault((verouderd.partitie,), []).append(verouderd.asset)
            continue
        per_asset.setdefault(verouderd.asset, set()).add(verouderd.partitie)
    for asset, partities in per_asset.items():
        definitie = graaf.get(dg.AssetKey(asset)).partitions_def
        assert definitie is not None
        for reeks in _reeksen(partities, definitie.get_partition_keys()):
            per_reeks.setdefault(reeks, []).append(asset)
    for reeks, assets in sorted(per_reeks.items()):
        yield sorted(assets), list(reeks)


def _reeksen(gekozen: set[str], volgorde: Iterable[str]) -> list[tuple[str, ...]]:
    reeksen: list[tuple[str, ...]] = []
    huidig: list[str] = []
    for partitie in [*volgorde, None]:
        if partitie in gekozen and partitie is not None:
            huidig.append(partitie)
        elif huidig:
            reeksen.append(tuple(huidig))
            huidig = []
    return reeksen


def _draai(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    stap: str,
    assets: list[str],
    partities: list[str],
    te_doen: Sequence[Verouderd],
    resultaat: Resultaat,
    voortgang: Voortgang,
) -> None:
    redenen = {v.reden for v in te_doen if v.asset in assets and v.partitie in partities}
    voortgang(stap, "", len(assets))
    run = defs.resolve_job_def(job_van(stap)).execute_in_process(
        instance=instance,
        asset_selection=[dg.AssetKey(asset) for asset in assets],
        run_config={"loggers": {"stil": {}}},
        tags={
            ASSET_PARTITION_RANGE_START_TAG: partities[0],
            ASSET_PARTITION_RANGE_END_TAG: partities[-1],
            REDEN_TAG: "; ".join(sorted(redenen)),
        },
        raise_on_error=False,
    )
    resultaat.runs.append(run.run_id)
    if not run.success:
        fouten = [
            f"{gebeurtenis.step_key}: {_diepste(gebeurtenis)}"
            for gebeurtenis in run.filter_events(lambda g: g.is_step_failure)
        ]
        raise HerbouwMislukt("\n".join(fouten) or f"run {run.run_id} is mislukt")
    for asset in assets:
        resultaat.berekend.setdefault(asset, []).extend(partities)


def _diepste(gebeurtenis: dg.DagsterEvent) -> str:
    """The innermost message of a failed step: what the user can act upon."""
    gegevens = gebeurtenis.step_failure_data
    if gegevens.user_failure_data and gegevens.user_failure_data.description:
        return gegevens.user_failure_data.description
    fout = gegevens.error
    while fout is not None and fout.cause is not None:
        fout = fout.cause
    return _KLASSE.sub("", fout.message.strip()) if fout is not None else "onbekende fout"


def _volger(voortgang: Voortgang) -> dg.LoggerDefinition:
    """A Dagster logger that prints nothing and tells which step is at work."""

    class Volger(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            gebeurtenis = getattr(record, "dagster_event", None)
            if gebeurtenis is not None and gebeurtenis.is_step_event and gebeurtenis.step_key:
                if gebeurtenis.is_step_start:
                    voortgang(gebeurtenis.job_name.removeprefix("stap_"), gebeurtenis.step_key, 0)
                elif gebeurtenis.is_step_success:
                    voortgang(gebeurtenis.job_name.removeprefix("stap_"), gebeurtenis.step_key, 1)

    @dg.logger
    def stil(_context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("veerkracht.voortgang", level=logging.DEBUG)
        logger.addHandler(Volger())
        return logger

    return stil
