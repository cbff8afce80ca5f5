"""Launches the runs of a rebuild, stage by stage, for exactly what is stale.

Here: the order, grouping partitions into runs, and the outcome.
Not here: what is stale (`verouderd.py`), one run (`uitvoeren.py`), processes (`werkers.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.definitions import STAPPEN
from veerkracht_dagster.herbouw.uitvoeren import Opdracht, Uitkomst, Uitvoerder, Voortgang, zwijg
from veerkracht_dagster.herbouw.verouderd import (
    RELEASE,
    Verouderd,
    neem_waar,
    niet_gepubliceerd,
    verouderde_partities,
)
from veerkracht_dagster.herbouw.werkers import Werkers
from veerkracht_dagster.hulpbronnen import Werkplaats
from veerkracht_dagster.werkmap import Werkmap

# A run costs a third of a second: when a source with all years in one file changes, all years do.
HOOGSTENS_APART = 4
# Fewer tables than this are not worth a second process.
DELEN_VANAF = 4


class HerbouwMislukt(RuntimeError):
    """A run failed; the message holds the errors of its steps."""


@dataclass
class Resultaat:
    """What a rebuild did: partitions computed per asset, and the runs that did it."""

    berekend: dict[str, list[str]] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)

    def noteer(self, opdrachten: Sequence[Opdracht], uitkomsten: Sequence[Uitkomst]) -> None:
        """Add what runs did.

        Raises:
            HerbouwMislukt: one of them failed.
        """
        fouten = [fout for uitkomst in uitkomsten for fout in uitkomst.fouten]
        if fouten:
            raise HerbouwMislukt("\n".join(dict.fromkeys(fouten)))
        for opdracht, uitkomst in zip(opdrachten, uitkomsten, strict=True):
            self.runs.append(uitkomst.run_id)
            for asset in opdracht.assets:
                self.berekend.setdefault(asset, []).extend(opdracht.partities)

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
    uitgevers: bool = True,
    voortgang: Voortgang = zwijg,
    werkers: Werkers | None = None,
) -> Resultaat:
    """Bring everything up to date, or only what an edition needs or a source touches.

    Args:
        editie: only the partitions that this edition's release stands on.
        bron: only this source's tables, and what became stale because of them.
        alles: compute also what is not stale.
        uitgevers: ask the publishers what they have now, where fetching is switched on.
        werkers: processes to do runs side by side; None: all in this one, in turn.

    Raises:
        HerbouwMislukt: a publisher could not be asked, or a step failed; stages after it did not
            run, what was published stays.
    """
    hier, werkers = Uitvoerder(werkmap, instance, voortgang), werkers or Werkers(werkmap)
    werkers.bereid_voor(instance)
    graaf = hier.defs.resolve_asset_graph()
    try:
        neem_waar(instance, Werkplaats.van(werkmap), [bron] if bron else None, uitgevers=uitgevers)
    except BronFout as fout:
        raise HerbouwMislukt(str(fout)) from fout
    nodig = _nodig(graaf, editie)
    resultaat = Resultaat()
    gedwongen = _alles(graaf, nodig) if alles else []
    for stap in STAPPEN:
        lagen = list(_lagen(graaf, stap, bron))
        if alles or not _ooit_gemaakt(instance, lagen):
            deelbaar = werkers.processen > 1 and any(_deelbaar(graaf, laag) for laag in lagen)
            lagen = _samengevoegd(graaf, lagen, een_run=nodig is None and not deelbaar)
        for laag in lagen:
            te_doen = [v for v in gedwongen if dg.AssetKey(v.asset) in laag]
            if not alles:
                te_doen = verouderde_partities(instance, graaf, laag)
                if dg.AssetKey(RELEASE) in laag:
                    te_doen += niet_gepubliceerd(werkmap, te_doen)
            te_doen = [v for v in te_doen if nodig is None or (v.asset, v.partitie) in nodig]
            werk = [
                list(_gedeeld(opdracht, graaf, werkers.processen))
                for opdracht in _opdrachten(stap, te_doen, graaf)
            ]
            if werk:
                voortgang(stap, "", sum(len(deel.assets) for delen in werk for deel in delen))
            for delen in werk:
                resultaat.noteer(delen, werkers.doe(delen, hier, instance, voortgang))
    return resultaat


def _nodig(graaf: AssetGraph, editie: str | None) -> set[tuple[str, str]] | None:
    """Every (asset, partition) that an edition's release and difference need; None for all."""
    if editie is None:
        return None
    nodig: set[tuple[str, str]] = set()
    wacht = [(dg.AssetKey("uitgaveverschil"), editie)]
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


def _samengevoegd(
    graaf: AssetGraph, lagen: list[list[dg.AssetKey]], *, een_run: bool
) -> list[list[dg.AssetKey]]:
    """The layers of a stage that is made whole, as one layer where that is possible.

    It is where no asset needs another, or where all of the stage is made in one run. For one
    edition that takes several, since its years have gaps: one run would need what another has yet
    to make.
    """
    samen = [asset for laag in lagen for asset in laag]
    return [samen] if een_run or _los(graaf, samen) else lagen


def _los(graaf: AssetGraph, assets: Sequence[dg.AssetKey]) -> bool:
    """Whether none of the assets needs another."""
    return not any(graaf.get(asset).parent_keys & set(assets) for asset in assets)


def _deelbaar(graaf: AssetGraph, laag: Sequence[dg.AssetKey]) -> bool:
    """Whether processes can share a layer: along its assets, or along partitions (`_gedeeld`)."""
    return len(laag) > 1 or not any(graaf.get(sleutel).check_keys for sleutel in laag)


def _gedeeld(opdracht: Opdracht, graaf: AssetGraph, processen: int) -> Iterator[Opdracht]:
    """A run cut in parts, one per process: along its assets, where none needs another.

    Along its partitions only where nothing is checked: Dagster shows the last outcome of a check
    beside the last partition made, and those must be of one run.
    """
    assets, partities = opdracht.assets, opdracht.partities
    sleutels = [dg.AssetKey(asset) for asset in assets]
    if processen == 1 or not _los(graaf, sleutels) or len(assets) * len(partities) < DELEN_VANAF:
        yield opdracht
    elif any(graaf.get(sleutel).check_keys for sleutel in sleutels):
        for nummer in range(min(processen, len(assets))):
            yield replace(opdracht, assets=assets[nummer::processen])
    else:
        grootte = -(-len(partities) // processen)
        for begin in range(0, len(partities), grootte):
            yield replace(opdracht, partities=partities[begin : begin + grootte])


def _opdrachten(stap: str, te_doen: Sequence[Verouderd], graaf: AssetGraph) -> Iterator[Opdracht]:
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
        redenen = {v.reden for v in te_doen if v.asset in assets and v.partitie in reeks}
        yield Opdracht(stap, tuple(sorted(assets)), reeks, "; ".join(sorted(redenen)))


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
