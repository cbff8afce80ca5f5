"""Fetching a source and year along the ways of `bronnen.yml`, into the store and a receipt.

Here: the ways in their order until one gives what can be used, what to do when a table changes
under our hands, and keeping what came only when all of it came.
Not here: what one way gives (`diensten.py`), the words when none does (`mislukt.py`), reading.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.ontvangsten import Ontvangst, Ontvangsten, ontvangst_van
from veerkracht_dagster.bronnen.ophalen.diensten import (
    Komst,
    Vrachtbrief,
    hosts_van,
    komst_langs,
    stappen,
)
from veerkracht_dagster.bronnen.ophalen.fouten import Afwezig, ophaalfout
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.ophalen.mislukt import Mislukkingen
from veerkracht_dagster.bronnen.ophalen.odata import VeranderdOnderweg
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Bron, Catalogus
from veerkracht_dagster.opslag.snapshots import Snapshots

_KEREN = 3  # a table that changes while it comes is fetched again so often
_TIJDELIJK = ".ophalen-"
_OUD = 24 * 3600.0

# Tries what came; returns the receipt that counts, which is another one of the same content. The
# second argument says whether what came holds other years too, and so may hold nothing of this one.
Proef = Callable[[Ontvangst, bool], Ontvangst]


def verbinding_van(instellingen: Instellingen, cat: Catalogus) -> Verbinding:
    """A connection to the publishers of the catalogue."""
    return Verbinding(instellingen, set().union(*map(hosts_van, cat.bronnen.values())))


def _goed(ontvangst: Ontvangst, _: bool) -> Ontvangst:
    return ontvangst


def _zwijg(_: str) -> None:
    """Nobody asks why."""


@dataclass
class Ophaler:
    """Fetches into a store. What several years share is asked once."""

    snapshots: Snapshots
    verbinding: Verbinding
    cat: Catalogus = field(default_factory=catalogus)
    vandaag: Callable[[], date] = date.today
    _gedeeld: dict[str, Ontvangst] = field(default_factory=dict)

    def haal_op(
        self, bron: str, jaar: int, proef: Proef = _goed, meld: Callable[[str], None] = _zwijg
    ) -> Ontvangst | None:
        """Fetch what the publisher has now, along the first way that gives what can be used.

        Args:
            proef: tries what came, such as by reading it; what it refuses, the next way is tried.
            meld: is told why there is nothing.

        Returns: the receipt that counts, that of before when nothing changed or the publisher took
            it away; None when nobody knows an address, or it cannot be out yet.
        Raises:
            BronFout: no way gave what can be used; each is named with its reason. What was fetched
                before still counts.
        """
        beschrijving, ontvangsten = self.cat.bronnen[bron], Ontvangsten(self.snapshots)
        mislukt = Mislukkingen()
        with self._tijdelijk() as map_, self.verbinding.alleen(hosts_van(beschrijving)):
            for nummer, stap in enumerate(stappen(beschrijving, jaar)):
                eerder = self._heel(ontvangsten.langs(bron, jaar, stap.weg.sleutel))
                brief = Vrachtbrief(stap, jaar, map_ / str(nummer), eerder)
                brief.map.mkdir()
                try:
                    gekomen = self._langs(bron, beschrijving, brief)
                    geldt = proef(gekomen, stap.gedeeld)
                except (Afwezig, BronFout) as fout:
                    mislukt.erbij(stap, fout)
                    continue
                return _telt(ontvangsten, gekomen, geldt, mislukt)
        return self._zonder(bron, jaar, mislukt, proef, meld)

    def _zonder(
        self,
        bron: str,
        jaar: int,
        mislukt: Mislukkingen,
        proef: Proef,
        meld: Callable[[str], None],
    ) -> Ontvangst | None:
        """When no way gave anything: what we had, if the publisher took it away; else why not."""
        beschrijving, ontvangsten = self.cat.bronnen[bron], Ontvangsten(self.snapshots)
        laatste = self._heel(ontvangsten.laatste(bron, jaar))
        if laatste is not None and mislukt.alleen_afwezig:
            return _telt(ontvangsten, laatste, proef(laatste, True), mislukt)
        waarom = None
        if laatste is None:
            waarom = mislukt.waarom_afwezig(
                beschrijving, jaar, self.vandaag(), self.cat.eerste_peiljaar
            )
        if waarom is None:
            raise mislukt.fout(bron, beschrijving, jaar)
        meld(waarom)
        return None

    def _langs(self, bron: str, beschrijving: Bron, brief: Vrachtbrief) -> Ontvangst:
        """Along one way, kept; of what did not change, the receipt of before."""
        if brief.url in self._gedeeld:
            ontvangst = replace(
                self._gedeeld[brief.url],
                peiljaar=brief.jaar,
                mislukt=(),
                ook_langs=None,
                gelijk_aan=brief.eerder.gelijk_aan if brief.eerder else None,
            )
        else:
            komst = self._heel_gekomen(brief)
            if komst is None:
                assert brief.eerder is not None  # only then was anything compared with
                ontvangst = brief.eerder
            else:
                ontvangst = self._bewaar(bron, beschrijving, brief, komst)
        if brief.stap.gedeeld:
            self._gedeeld[brief.url] = ontvangst
        if ontvangst != brief.eerder:
            Ontvangsten(self.snapshots).bewaar(ontvangst)
        return ontvangst

    def _heel_gekomen(self, brief: Vrachtbrief) -> Komst | None:
        """Again when the publisher brings out another version meanwhile."""
        for keer in range(1, _KEREN + 1):
            try:
                return komst_langs(self.verbinding, brief)
            except VeranderdOnderweg as fout:
                laatste = str(fout)
                self.verbinding.rust(keer)
        raise ophaalfout(
            brief.url,
            gevonden=f"{_KEREN} keer een andere versie tijdens het ophalen ({laatste})",
            verwacht="iets dat hetzelfde blijft terwijl het opgehaald wordt",
            remedie="de uitgever is bezig; probeer het later opnieuw",
        )

    def _bewaar(self, bron: str, beschrijving: Bron, brief: Vrachtbrief, komst: Komst) -> Ontvangst:
        namen = []
        for naam, gehaald in komst.bestanden:
            kaart = self.snapshots.bewaar(
                gehaald.pad,
                bron=bron,
                url=gehaald.url,
                uitgever=beschrijving.uitgever,
                licentie=beschrijving.licentie,
                versie=komst.uitgeversversie,
                etag=gehaald.kenmerk.etag,
                gewijzigd=gehaald.kenmerk.gewijzigd,
            )
            namen.append((naam, kaart.sha256))
        return ontvangst_van(
            bron,
            brief.jaar,
            namen,
            weg=brief.stap.weg.sleutel,
            adres=brief.url,
            uitgeversversie=komst.uitgeversversie,
            reden=komst.reden,
            merk=komst.merk,
        )

    def _heel(self, ontvangst: Ontvangst | None) -> Ontvangst | None:
        """A receipt of which every file is still in the store, else None: fetch it again."""
        if ontvangst is None:
            return None
        try:
            paden = [self.snapshots.pad(sha256) for _, sha256 in ontvangst.bestanden]
        except KeyError:
            return None
        return ontvangst if all(pad.is_file() for pad in paden) else None

    @contextmanager
    def _tijdelijk(self) -> Iterator[Path]:
        """A folder for what is on its way, gone afterwards, as are those of killed runs."""
        self.snapshots.map.mkdir(parents=True, exist_ok=True)
        for oud in self.snapshots.map.glob(f"{_TIJDELIJK}*"):
            if time.time() - oud.stat().st_mtime > _OUD:
                shutil.rmtree(oud, ignore_errors=True)
        map_ = self.snapshots.map / f"{_TIJDELIJK}{uuid.uuid4().hex}"
        map_.mkdir()
        try:
            yield map_
        finally:
            shutil.rmtree(map_, ignore_errors=True)


def _telt(
    ontvangsten: Ontvangsten, gekomen: Ontvangst, geldt: Ontvangst, mislukt: Mislukkingen
) -> Ontvangst:
    """What counts now, with the ways that failed; of the same content, what counted already."""
    if geldt.versie == gekomen.versie:
        uit = replace(gekomen, mislukt=mislukt.kort, ook_langs=None, gelijk_aan=None)
    else:
        ontvangsten.bewaar(replace(gekomen, gelijk_aan=geldt.versie))
        uit = replace(geldt, mislukt=mislukt.kort, ook_langs=gekomen.weg)
    ontvangsten.telt(uit)
    return uit
