"""Fetching a source and year along the ways of `bronnen.yml`, into the store and a receipt.

Here: which way comes first, what to do when a table changes under our hands, and keeping what
came only when all of it came.
Not here: the services themselves (`cbs_v4.py`, `cbs_v3.py`, `bestanden.py`).
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from veerkracht_dagster.bronnen.ontvangsten import Ontvangst, Ontvangsten, ontvangst_van
from veerkracht_dagster.bronnen.ophalen import bestanden, cbs_v3, cbs_v4
from veerkracht_dagster.bronnen.ophalen.fouten import ophaalfout
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.ophalen.odata import Pagina, VeranderdOnderweg
from veerkracht_dagster.bronnen.ophalen.verbinding import (
    Afwezig,
    Gehaald,
    Kenmerk,
    Verbinding,
)
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Bron, Catalogus, Ophaalweg
from veerkracht_dagster.opslag.snapshots import Snapshots

_KEREN = 3  # a table that changes while it comes is fetched again so often
_TIJDELIJK = ".ophalen-"
_OUD = 24 * 3600.0


@dataclass
class Komst:
    """What came along a way: (name for the store, file), and the publisher's words for it."""

    bestanden: list[tuple[str, Gehaald]]
    merk: dict[str, Any]
    uitgeversversie: str | None = None
    reden: str | None = None


@dataclass
class Vrachtbrief:
    """What is fetched: the source, the year, the way, where to, and what was fetched before."""

    bron: str
    beschrijving: Bron
    jaar: int
    weg: Ophaalweg
    map: Path
    eerder: Ontvangst | None

    @property
    def tabel(self) -> str | None:
        return self.beschrijving.tabellen.get(self.jaar)

    def naam(self, bestand: str) -> str:
        """The name of a file in the store, as a `vindplaats` looks for it."""
        return f"{str(self.weg.map).format(jaar=self.jaar)}/{bestand}"


def hosts_van(cat: Catalogus) -> set[str]:
    """Every host that the catalogue and the services of CBS name: no other is ever asked."""
    urls = [cbs_v3.FEED, cbs_v4.BASIS]
    for bron in cat.bronnen.values():
        for weg in bron.ophalen:
            urls += [weg.basis or "", *(adres.url for adres in weg.adressen)]
    return {urlsplit(url).netloc for url in urls if url}


def verbinding_van(instellingen: Instellingen, cat: Catalogus) -> Verbinding:
    """A connection to the publishers of the catalogue."""
    return Verbinding(instellingen, hosts_van(cat))


@dataclass
class Ophaler:
    """Fetches into a store. What several years share is asked once."""

    snapshots: Snapshots
    verbinding: Verbinding
    cat: Catalogus = field(default_factory=catalogus)
    _gedaan: dict[str, Gehaald] = field(default_factory=dict)

    def haal_op(self, bron: str, jaar: int) -> Ontvangst | None:
        """Fetch what the publisher has now; the receipt is also kept.

        Returns: the receipt, that of before when nothing changed; None when no way leads to this
            year: no address is known, or the publisher does not have it.
        Raises:
            OphaalFout: a publisher could not be asked. Nothing is kept then.
        """
        beschrijving = self.cat.bronnen[bron]
        ontvangsten = Ontvangsten(self.snapshots)
        eerder = self._heel(ontvangsten.laatste(bron, jaar))
        with self._tijdelijk() as map_:
            for nummer, weg in enumerate(beschrijving.ophalen):
                brief = Vrachtbrief(bron, beschrijving, jaar, weg, map_ / str(nummer), eerder)
                brief.map.mkdir()
                try:
                    komst = self._langs(brief)
                except Afwezig:
                    continue
                if komst is None:
                    return eerder
                ontvangst = self._bewaar(brief, komst)
                ontvangsten.bewaar(ontvangst, laatste=True)
                return ontvangst
        return None

    def _langs(self, brief: Vrachtbrief) -> Komst | None:
        """Along one way, again when the publisher brings out another version meanwhile."""
        for keer in range(1, _KEREN + 1):
            try:
                return _WEGEN[brief.weg.weg](self, brief)
            except VeranderdOnderweg as fout:
                laatste = str(fout)
                self.verbinding.rust(keer)
        raise ophaalfout(
            brief.tabel or brief.weg.weg,
            gevonden=f"{_KEREN} keer een andere versie tijdens het ophalen ({laatste})",
            verwacht="een tabel die dezelfde blijft terwijl hij opgehaald wordt",
            remedie="de uitgever is bezig; probeer het later opnieuw",
        )

    def _bewaar(self, brief: Vrachtbrief, komst: Komst) -> Ontvangst:
        namen = []
        for naam, gehaald in komst.bestanden:
            kaart = self.snapshots.bewaar(
                gehaald.pad,
                bron=brief.bron,
                url=gehaald.url,
                uitgever=brief.beschrijving.uitgever,
                licentie=brief.beschrijving.licentie,
                versie=komst.uitgeversversie,
                etag=gehaald.kenmerk.etag,
                gewijzigd=gehaald.kenmerk.gewijzigd,
            )
            namen.append((naam, kaart.sha256))
        return ontvangst_van(
            brief.bron,
            brief.jaar,
            namen,
            weg=brief.weg.sleutel,
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

    # --- the ways -------------------------------------------------------------------------------

    def _cbs_v4_bulk(self, brief: Vrachtbrief) -> Komst | None:
        return self._v4(brief, cbs_v4.bulk)

    def _cbs_v4(self, brief: Vrachtbrief) -> Komst | None:
        return self._v4(brief, cbs_v4.tabel)

    def _v4(
        self,
        brief: Vrachtbrief,
        haal: Callable[[Verbinding, str, cbs_v4.Eigenschappen, Path], list[tuple[str, Gehaald]]],
    ) -> Komst | None:
        tabel = _tabel(brief)
        eigen = cbs_v4.eigenschappen(self.verbinding, tabel, brief.map)
        if _onveranderd(brief, eigen.merk):
            return None
        gekomen = haal(self.verbinding, tabel, eigen, brief.map)
        return Komst(
            [(f"cbs_odata_v4/{tabel}/{naam}", gehaald) for naam, gehaald in gekomen],
            eigen.merk,
            eigen.inhoud.get("Version") or eigen.inhoud.get("Modified"),
            eigen.inhoud.get("VersionReason"),
        )

    def _cbs_v3(self, brief: Vrachtbrief) -> Komst | None:
        tabel, basis = _tabel(brief), brief.weg.basis or cbs_v3.FEED
        info = cbs_v3.eigenschappen(self.verbinding, basis, tabel, brief.map)
        merk = cbs_v3.merk_van(info)
        if _onveranderd(brief, merk):
            return None
        paginas: Sequence[Pagina] = cbs_v3.tabel(self.verbinding, basis, tabel, info, brief.map)
        return Komst(
            [(f"cbs_odata_v3/{tabel}/{pagina.naam}", pagina.gehaald) for pagina in paginas],
            merk,
            merk["Modified"],
            merk["ReasonDelivery"],
        )

    def _bestand(self, brief: Vrachtbrief) -> Komst | None:
        for url, _, _ in brief.weg.kandidaten(brief.jaar):
            merk = brief.eerder.merk if brief.eerder and brief.eerder.merk.get("url") == url else {}
            try:
                gehaald = self._een_keer(url, brief, bestanden.kenmerk_van(merk))
            except Afwezig:
                continue
            if gehaald is None:
                return None
            nieuw = {"url": url, **bestanden.merk_van(gehaald.kenmerk)}
            return Komst([(brief.naam(_naam(url)), gehaald)], nieuw, gehaald.kenmerk.gewijzigd)
        raise Afwezig(f"{brief.beschrijving.titel} {brief.jaar}")

    def _een_keer(self, url: str, brief: Vrachtbrief, bekend: Kenmerk | None) -> Gehaald | None:
        """A file that holds all years is asked once, however many years want it."""
        if url not in self._gedaan:
            gehaald = bestanden.bestand(self.verbinding, url, brief.map / _naam(url), bekend)
            if not brief.weg.alle_jaren(url):
                return gehaald
            self._gedaan[url] = self._gedeeld(url, brief, gehaald)
        gedeeld = self._gedaan[url]
        return None if bekend is not None and gedeeld.kenmerk == bekend else gedeeld

    def _gedeeld(self, url: str, brief: Vrachtbrief, gehaald: Gehaald | None) -> Gehaald:
        """What came, in the store, where the next year finds it too."""
        if gehaald is None:
            assert brief.eerder is not None  # only then was a condition asked
            sha256, kenmerk = brief.eerder.bestanden[0][1], bestanden.kenmerk_van(brief.eerder.merk)
        else:
            komst = Komst([("", gehaald)], {}, gehaald.kenmerk.gewijzigd)
            sha256, kenmerk = self._bewaar(brief, komst).bestanden[0][1], gehaald.kenmerk
        return Gehaald(self.snapshots.pad(sha256), url, kenmerk or Kenmerk())

    def _feed(self, brief: Vrachtbrief) -> Komst | None:
        for url, _, _ in brief.weg.kandidaten(brief.jaar):
            try:
                wat = bestanden.feed(self.verbinding, url, str(brief.weg.einde), brief.map)
            except Afwezig:
                continue
            if _onveranderd(brief, wat.merk):
                return None
            gehaald = bestanden.uit_feed(self.verbinding, wat, brief.map / _naam(wat.url))
            return Komst([(brief.naam(_naam(wat.url)), gehaald)], wat.merk, wat.bijgewerkt)
        raise Afwezig(f"{brief.beschrijving.titel} {brief.jaar}")


_WEGEN: dict[str, Callable[[Ophaler, Vrachtbrief], Komst | None]] = {
    "cbs_v4_bulk": Ophaler._cbs_v4_bulk,
    "cbs_v4": Ophaler._cbs_v4,
    "cbs_v3": Ophaler._cbs_v3,
    "bestand": Ophaler._bestand,
    "feed": Ophaler._feed,
}


def _tabel(brief: Vrachtbrief) -> str:
    if brief.tabel is None:
        raise Afwezig(f"{brief.beschrijving.titel} {brief.jaar}: geen tabelnummer in bronnen.yml")
    return brief.tabel


def _onveranderd(brief: Vrachtbrief, merk: dict[str, Any]) -> bool:
    """The same marks as before; without any mark that changes, it is fetched to be sure."""
    zegt_iets = any(waarde not in (None, "") for waarde in merk.values())
    return brief.eerder is not None and zegt_iets and brief.eerder.merk == merk


def _naam(url: str) -> str:
    return Path(unquote(urlsplit(url).path)).name
