"""Which runs make what is to be made: layers of assets, and partitions grouped into ranges.

Here: the order and the grouping. Not here: what is to be made (`verouderd.py`), doing it
(`herbouwen.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import dagster as dg

from veerkracht_dagster.herbouw.uitvoeren import RELEASE, Opdracht
from veerkracht_dagster.herbouw.verouderd import Verouderd
from veerkracht_dagster.instantie.intern import AssetGraph

# A run costs a third of a second: when a source with all years in one file changes, all years do.
HOOGSTENS_APART = 4
# Fewer tables than this are not worth a second process.
DELEN_VANAF = 4
_RELEASE = dg.AssetKey(RELEASE)


def lagen_van(graaf: AssetGraph, assets: Iterable[dg.AssetKey]) -> Iterator[list[dg.AssetKey]]:
    """Assets in layers, those upstream first: those of one layer do not need each other."""
    gevraagd = set(assets)
    for niveau in graaf.toposorted_asset_keys_by_level:
        laag = sorted(gevraagd & niveau)
        if laag:
            yield laag


def samengevoegd(
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


def deelbaar(graaf: AssetGraph, laag: Sequence[dg.AssetKey]) -> bool:
    """Whether processes can share a layer: along its assets, or along partitions (`gedeeld`)."""
    return len(laag) > 1 or not _getoetst(graaf, laag)


def _getoetst(graaf: AssetGraph, sleutels: Iterable[dg.AssetKey]) -> bool:
    """Whether any of the assets has a check of the partitions that a run makes.

    Those of a release are of every edition, and told once more when a rebuild ends.
    """
    return any(graaf.get(sleutel).check_keys for sleutel in sleutels if sleutel != _RELEASE)


def gedeeld(opdracht: Opdracht, graaf: AssetGraph, processen: int) -> Iterator[Opdracht]:
    """A run cut in parts, one per process: along its assets, where none needs another.

    Along its partitions only where nothing is checked: Dagster shows the last outcome of a check
    beside the last partition made, and those must be of one run.
    """
    assets, partities = opdracht.assets, opdracht.partities
    sleutels = [dg.AssetKey(asset) for asset in assets]
    if processen == 1 or not _los(graaf, sleutels) or len(assets) * len(partities) < DELEN_VANAF:
        yield opdracht
    elif _getoetst(graaf, sleutels):
        for nummer in range(min(processen, len(assets))):
            yield replace(opdracht, assets=assets[nummer::processen])
    else:
        grootte = -(-len(partities) // processen)
        for begin in range(0, len(partities), grootte):
            yield replace(opdracht, partities=partities[begin : begin + grootte])


def opdrachten_van(
    stap: str, te_doen: Sequence[Verouderd], graaf: AssetGraph
) -> Iterator[Opdracht]:
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
