"""Launches the runs of a rebuild, stage by stage, for exactly what is stale.

What is refused costs what stands on it and nothing else: a run that fails is followed by runs of
what its refusals do not touch, and later stages leave out what stands on a refused partition.

Here: the order, what goes on after a refusal, and the outcome.
Not here: what is stale (`verouderd.py`), grouping partitions into runs (`opdrachten.py`), one run
(`uitvoeren.py`), processes (`werkers.py`), what stands on what (`geraakt.py`).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import dagster as dg

from assets_defs.uitgavecontroles import eerder_geweigerd, meld_uitgavecontroles
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.herbouw.bronnenmerk import bind
from veerkracht_dagster.herbouw.geraakt import Paar, Stamboom
from veerkracht_dagster.herbouw.opdrachten import (
    deelbaar,
    gedeeld,
    lagen_van,
    opdrachten_van,
    samengevoegd,
)
from veerkracht_dagster.herbouw.resultaat import (
    BIJ,
    NIET_BIJGEWERKT,
    NIET_GEPUBLICEERD,
    NIEUW,
    Resultaat,
    Weigering,
)
from veerkracht_dagster.herbouw.stappen import STAPPEN
from veerkracht_dagster.herbouw.uitvoeren import (
    Mislukking,
    Opdracht,
    Uitkomst,
    Uitvoerder,
)
from veerkracht_dagster.herbouw.verouderd import (
    RELEASE,
    Verouderd,
    neem_waar,
    niet_gepubliceerd,
    verouderde_partities,
)
from veerkracht_dagster.herbouw.weigerboek import onthoud
from veerkracht_dagster.herbouw.werkers import Werkers
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.intern import AssetGraph
from veerkracht_dagster.instantie.runs import schrijf_geheel
from veerkracht_dagster.instantie.tags import ONTBREEKT
from veerkracht_dagster.instantie.versies import laatste_ids
from veerkracht_dagster.publicatie.publiceren import huidige_release
from veerkracht_dagster.werkmap import Werkmap


def herbouw(
    werkmap: Werkmap,
    instance: dg.DagsterInstance,
    *,
    editie: str | None = None,
    bron: str | None = None,
    assets: Collection[str] | None = None,
    alles: bool = False,
    uitgevers: bool = True,
    verdwenen: str = "",
    verhuisd: bool = False,
    ouder: dg.DagsterRun | None = None,
    hier: Uitvoerder | None = None,
    werkers: Werkers | None = None,
) -> Resultaat:
    """Bring everything up to date, or only what an edition needs or a source touches.

    What was refused is in the result, as is what was left as it was because of that: nothing is
    raised for it, and what was published stays.

    Args:
        editie: only the partitions that this edition's release stands on.
        bron: only this source's tables and what became stale because of them; of other sources
            what was never read, since nothing can stand on that.
        assets: only these; None: all.
        alles: compute also what is not stale.
        uitgevers: ask the publishers what they have now, where fetching is switched on.
        verdwenen: why what stood in releases may be gone from them; without it that is refused.
        verhuisd: the sources of this work folder are at another place from now on.
        ouder: the run that asks for it, of which all its runs become parts.
        hier: does runs in this process; None: one that nobody follows.
        werkers: processes to do runs side by side; None: all in this one, in turn.

    Raises:
        AndereBronnen: the work folder belongs to other sources.
    """
    bind(werkmap, nieuw=verhuisd)
    hier, werkers = hier or Uitvoerder(werkmap, instance), werkers or Werkers(werkmap)
    werkers.bereid_voor(instance)
    graaf = hier.defs.resolve_asset_graph()
    bezig = _Bezig(hier, werkers, instance, graaf, Stamboom(graaf), verdwenen, ouder)
    gezien = neem_waar(
        instance, Werkplaats.van(werkmap), _te_lezen(instance, graaf, bron), uitgevers=uitgevers
    )
    bezig.resultaat.onbereikbaar = gezien.onbereikbaar
    nodig = None if editie is None else bezig.stamboom.nodig_voor(("uitgaveverschil", editie))
    gedwongen = _alles(graaf) if alles else []
    with bezig.opgeschreven():
        for stap in STAPPEN:
            in_stap = graaf.asset_keys_for_group(stap, require_materializable=True)
            lagen = list(lagen_van(graaf, in_stap))
            if bezig.heel and (alles or not _ooit_gemaakt(instance, in_stap)):
                samen = werkers.processen > 1 and any(deelbaar(graaf, laag) for laag in lagen)
                lagen = samengevoegd(graaf, lagen, een_run=nodig is None and not samen)
            for laag in lagen:
                te_doen = [v for v in gedwongen if dg.AssetKey(v.asset) in laag]
                if not alles:
                    te_doen = verouderde_partities(instance, graaf, laag)
                    if dg.AssetKey(RELEASE) in laag:
                        te_doen += niet_gepubliceerd(werkmap, te_doen)
                if bron and stap == "bronnen":
                    te_doen = [v for v in te_doen if v.asset == bron or v.reden == ONTBREEKT]
                bezig.doe_laag(
                    stap,
                    [
                        v
                        for v in te_doen
                        if (nodig is None or v.paar in nodig)
                        and (assets is None or v.asset in assets)
                    ],
                )
        bezig.sluit(werkmap, [editie] if editie else list(catalogus().edities))
    return bezig.resultaat


def _te_lezen(
    instance: dg.DagsterInstance, graaf: AssetGraph, bron: str | None
) -> list[str] | None:
    """The sources whose deliveries are looked at: the one asked for, and what was never read."""
    if bron is None:
        return None
    uit = [bron]
    for ander in catalogus().bronnen:
        sleutel = dg.AssetKey(ander)
        partities = graaf.get(sleutel).partitions_def
        assert partities is not None  # every asset of the project is partitioned
        if set(partities.get_partition_keys()) - laatste_ids(instance, sleutel).keys():
            uit.append(ander)
    return list(dict.fromkeys(uit))


def _ooit_gemaakt(instance: dg.DagsterInstance, sleutels: Iterable[dg.AssetKey]) -> bool:
    records = instance.get_asset_records(list(sleutels))
    return any(record.asset_entry.last_materialization_record for record in records)


def _alles(graaf: AssetGraph) -> list[Verouderd]:
    uit = []
    for stap in STAPPEN:
        for sleutel in graaf.asset_keys_for_group(stap, require_materializable=True):
            partities = graaf.get(sleutel).partitions_def
            assert partities is not None
            for partitie in partities.get_partition_keys():
                uit.append(Verouderd(sleutel.to_user_string(), partitie, "gevraagd"))
    return uit


@dataclass
class _Bezig:
    """A rebuild at work: what it did so far, and what it may still do."""

    hier: Uitvoerder
    werkers: Werkers
    instance: dg.DagsterInstance
    graaf: AssetGraph
    stamboom: Stamboom
    verdwenen: str
    ouder: dg.DagsterRun | None
    gevraagd: set[Paar] = field(default_factory=set)
    resultaat: Resultaat = field(default_factory=Resultaat)

    @property
    def heel(self) -> bool:
        """Whether nothing was refused yet: then whole stages can be made in one run."""
        return not self.resultaat.geweigerd

    @contextmanager
    def opgeschreven(self) -> Iterator[None]:
        """What is done in the block becomes one thing to look at in the UI, however it ends."""
        begin = time.time()
        try:
            yield
        finally:
            if self.ouder is not None:
                schrijf_geheel(
                    self.instance, self.graaf, self.ouder, begin=begin,
                    gevraagd=self.gevraagd, gemaakt=self.resultaat.gemaakt,
                )  # fmt: skip

    def doe_laag(self, stap: str, te_doen: Sequence[Verouderd]) -> None:
        """Make these partitions, all but those that stand on one that was refused."""
        mag = [v for v in te_doen if self._mag(v.paar)]
        werk = [
            list(gedeeld(opdracht, self.graaf, self.werkers.processen))
            for opdracht in self._opdrachten(stap, mag)
        ]
        if werk:
            self.hier.voortgang(stap, "", sum(len(deel.assets) for delen in werk for deel in delen))
        for delen in werk:
            self._doe(delen)

    def _opdrachten(self, stap: str, te_doen: Sequence[Verouderd]) -> Iterator[Opdracht]:
        for opdracht in opdrachten_van(stap, te_doen, self.graaf):
            ouder = self.ouder.run_id if self.ouder else ""
            yield replace(opdracht, verdwenen=self.verdwenen, ouder=ouder)

    def _mag(self, paar: Paar) -> bool:
        return paar not in self.resultaat.geweigerd and paar not in self.resultaat.staat_op

    def _doe(self, delen: Sequence[Opdracht]) -> None:
        """Do runs that may go side by side, and then what their refusals do not touch."""
        self.gevraagd |= {(a, p) for deel in delen for a in deel.assets for p in deel.partities}
        uitkomsten = self.werkers.doe(delen, self.hier, self.instance)
        for opdracht, uitkomst in zip(delen, uitkomsten, strict=True):
            self.resultaat.noteer(opdracht, uitkomst)
        apart = [self._weiger(*paar) for paar in zip(delen, uitkomsten, strict=True)]
        for opdracht, uitkomst, assets in zip(delen, uitkomsten, apart, strict=True):
            if uitkomst.fouten:
                self._doe_rest(opdracht, uitkomst, assets)

    def _weiger(self, opdracht: Opdracht, uitkomst: Uitkomst) -> set[str]:
        """Note what a run refused.

        Returns: the assets of which the step does not say which partitions it refused: each is to
            be tried by itself.
        """
        apart: set[str] = set()
        for fout in uitkomst.fouten:
            geweigerd = _geweigerd(opdracht, fout)
            if not geweigerd:
                apart |= {fout.asset} if fout.asset else set(opdracht.assets)
            for paar, melding in geweigerd.items():
                self.resultaat.geweigerd[paar] = Weigering(*paar, melding, uitkomst.run_id)
        self.resultaat.staat_op = self.stamboom.op(self.resultaat.geweigerd)
        return apart

    def _doe_rest(self, opdracht: Opdracht, uitkomst: Uitkomst, apart: set[str]) -> None:
        """Of a run that failed, what it did not make and may be made, upstream first."""
        over = {(a, p) for a in opdracht.assets for p in opdracht.partities} - uitkomst.gemaakt
        for laag in lagen_van(self.graaf, map(dg.AssetKey, opdracht.assets)):
            namen = [sleutel.to_user_string() for sleutel in laag]
            # Looked at per layer: what the one before refused is not done in this one.
            mag = sorted(paar for paar in over if paar[0] in namen and self._mag(paar))
            los = [
                replace(opdracht, assets=(asset,), partities=(partitie,))
                for asset, partitie in mag
                if asset in apart
            ]
            rest = [Verouderd(*paar, opdracht.reden) for paar in mag if paar[0] not in apart]
            for deel in [*los, *self._opdrachten(opdracht.stap, rest)]:
                self.hier.voortgang(opdracht.stap, "", len(deel.assets))
                self._doe([deel])

    def sluit(self, werkmap: Werkmap, edities: Sequence[str]) -> None:
        """Say of every edition how it stands, in the result and, where it waits, in the UI; and
        keep what was refused, for status.
        """
        onthoud(werkmap, self.resultaat.geweigerd.values(), self.resultaat.gemaakt)
        gemaakt = set(self.resultaat.berekend.get(RELEASE, []))
        mis = {p: w.melding for (a, p), w in self.resultaat.geweigerd.items() if a == RELEASE}
        if gemaakt or mis:
            eerder = eerder_geweigerd(self.instance, behalve=gemaakt)
            meld_uitgavecontroles(self.instance, werkmap.uitgaven, eerder | mis)
        for editie in edities:
            door = self.resultaat.door_editie(editie)
            er_is = huidige_release(werkmap.uitgaven, editie) is not None
            if door or not er_is:
                stand = NIET_BIJGEWERKT if er_is else NIET_GEPUBLICEERD
            else:
                stand = NIEUW if editie in gemaakt else BIJ
            self.resultaat.edities[editie] = stand
            if door:
                tekst = f"Deze editie is {stand}: herstel {', '.join(door)}."
                self.instance.report_runless_asset_event(
                    dg.AssetObservation(RELEASE, partition=editie, description=tekst)
                )


def _geweigerd(opdracht: Opdracht, fout: Mislukking) -> dict[Paar, str]:
    """The partitions that a failed step refused, as far as that is known."""
    zelf = {p: melding for p, melding in fout.geweigerd.items() if p in opdracht.partities}
    if fout.asset and not zelf and len(opdracht.partities) == 1:
        zelf = {opdracht.partities[0]: fout.melding}
    if zelf:
        return {(fout.asset, partitie): melding for partitie, melding in zelf.items()}
    if not fout.asset and len(opdracht.assets) == len(opdracht.partities) == 1:
        return {(opdracht.assets[0], opdracht.partities[0]): fout.melding}
    return {}
