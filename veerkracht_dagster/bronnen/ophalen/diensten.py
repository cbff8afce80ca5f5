"""What comes along one way from one address: files with their names for the store, and marks.

Here: each kind of way of `bronnen.yml`, and the addresses it has for a peiljaar.
Not here: the services themselves (`cbs_v4.py`, `cbs_v3.py`, `bestanden.py`), which way is next
(`wegen.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from veerkracht_dagster.bronnen.ontvangsten import Ontvangst
from veerkracht_dagster.bronnen.ophalen import bestanden, cbs_v3, cbs_v4
from veerkracht_dagster.bronnen.ophalen.kenmerken import Gehaald
from veerkracht_dagster.bronnen.ophalen.odata import Odatapagina
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding
from veerkracht_dagster.catalogus.models import Bron, Kandidaat, Ophaalweg

# Where a service keeps its tables, for a way that names no other place.
_BASES = {"cbs_v4_bulk": cbs_v4.BULK, "cbs_v4": cbs_v4.BASIS, "cbs_v3": cbs_v3.FEED}


@dataclass(frozen=True)
class Dienststap:
    """One address along one way to a source and year: what is tried at a time."""

    weg: Ophaalweg
    adres: Kandidaat
    tabel: str | None = None  # number at a service
    gedeeld: bool = False  # it holds other years too

    @property
    def basis(self) -> str:
        """Where the service keeps its tables."""
        return self.weg.basis or _BASES[self.weg.weg]


@dataclass
class Komst:
    """What came along a way: (name for the store, file), and the publisher's words for it."""

    bestanden: list[tuple[str, Gehaald]]
    merk: dict[str, Any]
    uitgeversversie: str | None = None
    reden: str | None = None


@dataclass
class Vrachtbrief:
    """What is fetched: the step, the year, where to, and what came along this way before."""

    stap: Dienststap
    jaar: int
    map: Path
    eerder: Ontvangst | None

    @property
    def url(self) -> str:
        return self.stap.adres.url

    def naam(self, url: str) -> str:
        """The name of a file in the store, as a `vindplaats` looks for it."""
        return f"{str(self.stap.weg.map).format(jaar=self.jaar)}/{bestandsnaam(url)}"

    def onveranderd(self, merk: dict[str, Any]) -> bool:
        """The same marks as before; without any mark that changes, it is fetched to be sure."""
        zegt_iets = any(waarde not in (None, "") for waarde in merk.values())
        return self.eerder is not None and zegt_iets and self.eerder.merk == merk


def stappen(bron: Bron, jaar: int) -> Iterator[Dienststap]:
    """Every address of every way to a year, in the order in which they are tried."""
    for weg in bron.ophalen:
        if weg.weg in _BASES:
            tabel = bron.tabellen.get(jaar)
            if tabel is not None:
                url = f"{weg.basis or _BASES[weg.weg]}/{tabel}"
                gedeeld = list(bron.tabellen.values()).count(tabel) > 1
                yield Dienststap(weg, Kandidaat(url, str(weg.getuige), True), tabel, gedeeld)
        for adres in weg.kandidaten(jaar):
            yield Dienststap(weg, adres, gedeeld=weg.alle_jaren(adres.url))


def hosts_van(bron: Bron) -> set[str]:
    """The hosts of a source: to no other does an answer lead."""
    urls = [adres.url for weg in bron.ophalen for adres in weg.adressen]
    urls += [weg.basis or _BASES[weg.weg] for weg in bron.ophalen if weg.weg in _BASES]
    # The properties of a v4 table are asked for its bulk file too.
    urls += [cbs_v4.BASIS for weg in bron.ophalen if weg.weg == "cbs_v4_bulk"]
    return {urlsplit(url).netloc for url in urls}


def komst_langs(verbinding: Verbinding, brief: Vrachtbrief) -> Komst | None:
    """What comes; None when nothing changed since `brief.eerder`.

    Raises:
        VeranderdOnderweg: another version came out meanwhile, or what came is not whole.
        Afwezig, OphaalFout: as `Verbinding.haal`.
    """
    return _SOORTEN[brief.stap.weg.weg](verbinding, brief)


def _v4(
    verbinding: Verbinding,
    brief: Vrachtbrief,
    haal: Callable[[Verbinding, str, cbs_v4.Eigenschappen, Path], list[tuple[str, Gehaald]]],
) -> Komst | None:
    tabel = str(brief.stap.tabel)
    eigen = cbs_v4.eigenschappen(verbinding, tabel, brief.map)
    if brief.onveranderd(eigen.merk):
        return None
    gekomen = haal(verbinding, tabel, eigen, brief.map)
    return Komst(
        [(f"cbs_odata_v4/{tabel}/{naam}", gehaald) for naam, gehaald in gekomen],
        eigen.merk,
        eigen.inhoud.get("Version") or eigen.inhoud.get("Modified"),
        eigen.inhoud.get("VersionReason"),
    )


def _v4_bulk(verbinding: Verbinding, brief: Vrachtbrief) -> Komst | None:
    return _v4(verbinding, brief, cbs_v4.bulk)


def _v4_sets(verbinding: Verbinding, brief: Vrachtbrief) -> Komst | None:
    return _v4(verbinding, brief, cbs_v4.tabel)


def _v3(verbinding: Verbinding, brief: Vrachtbrief) -> Komst | None:
    tabel, basis = str(brief.stap.tabel), brief.stap.basis
    info = cbs_v3.eigenschappen(verbinding, basis, tabel, brief.map)
    merk = cbs_v3.merk_van(info)
    if brief.onveranderd(merk):
        return None
    paginas: Sequence[Odatapagina] = cbs_v3.tabel(verbinding, basis, tabel, info, brief.map)
    return Komst(
        [(f"cbs_odata_v3/{tabel}/{pagina.naam}", pagina.gehaald) for pagina in paginas],
        merk,
        merk["Modified"],
        merk["ReasonDelivery"],
    )


def _bestand(verbinding: Verbinding, brief: Vrachtbrief) -> Komst | None:
    merk = brief.eerder.merk if brief.eerder and brief.eerder.merk.get("url") == brief.url else {}
    gehaald = bestanden.bestand(
        verbinding, brief.url, brief.map / bestandsnaam(brief.url), bestanden.kenmerk_van(merk)
    )
    if gehaald is None:
        return None
    nieuw = {"url": brief.url, **bestanden.merk_van(gehaald.kenmerk)}
    return Komst([(brief.naam(brief.url), gehaald)], nieuw, gehaald.kenmerk.gewijzigd)


def _feed(verbinding: Verbinding, brief: Vrachtbrief) -> Komst | None:
    wat = bestanden.feed(verbinding, brief.url, str(brief.stap.weg.einde), brief.map)
    if brief.onveranderd(wat.merk):
        return None
    gehaald = bestanden.uit_feed(verbinding, wat, brief.map / bestandsnaam(wat.url))
    return Komst([(brief.naam(wat.url), gehaald)], wat.merk, wat.bijgewerkt)


_SOORTEN: dict[str, Callable[[Verbinding, Vrachtbrief], Komst | None]] = {
    "cbs_v4_bulk": _v4_bulk,
    "cbs_v4": _v4_sets,
    "cbs_v3": _v3,
    "bestand": _bestand,
    "feed": _feed,
}


def bestandsnaam(url: str) -> str:
    """The name of the file at an address."""
    return Path(unquote(urlsplit(url).path)).name
