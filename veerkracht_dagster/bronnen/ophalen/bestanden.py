"""Files at an address: zips, maps and workbooks, also those that an ATOM feed points at.

Here: fetching one, asking only for changes, and reading the feed.
Not here: what is in them (`dialecten/`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

from veerkracht_dagster.bronnen.ophalen.fouten import Afwezig, ophaalfout
from veerkracht_dagster.bronnen.ophalen.kenmerken import Gehaald, Webkenmerk
from veerkracht_dagster.bronnen.ophalen.keuren import keur_bestand, keur_xml
from veerkracht_dagster.bronnen.ophalen.odata import VeranderdOnderweg
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding

_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Feedbestand:
    """A file as a feed announces it."""

    url: str
    bijgewerkt: str
    lengte: int | None

    @property
    def merk(self) -> dict[str, Any]:
        """The marks of the file."""
        return {"url": self.url, "updated": self.bijgewerkt, "length": self.lengte}


def merk_van(kenmerk: Webkenmerk) -> dict[str, Any]:
    """The marks of a file at an address, empty when the server gives none."""
    paren = {"etag": kenmerk.etag, "last_modified": kenmerk.gewijzigd, "length": kenmerk.lengte}
    return {naam: waarde for naam, waarde in paren.items() if waarde is not None}


def kenmerk_van(merk: dict[str, Any]) -> Webkenmerk | None:
    """The other way round; None without anything to ask a condition by."""
    if not (merk.get("etag") or merk.get("last_modified")):
        return None
    return Webkenmerk(merk.get("etag"), merk.get("last_modified"), merk.get("length"))


def bestand(
    verbinding: Verbinding, url: str, pad: Path, bekend: Webkenmerk | None = None
) -> Gehaald | None:
    """A file, or None when it did not change since `bekend`.

    Raises:
        Afwezig, OphaalFout: as `Verbinding.haal`.
    """
    return verbinding.haal(url, pad, keur_bestand, bekend=bekend, hervatten=True)


def feed(verbinding: Verbinding, url: str, achtervoegsel: str, map_: Path) -> Feedbestand:
    """The one file whose name ends so: in the feed itself, or in the feeds that its entries name.

    PDOK has two levels (recorded answers of other data sets; PDOK/atom-operator): the service feed
    names data set feeds, and those name files. Nothing is followed from the second level.

    Raises:
        Afwezig: there is no such feed, or no such file in it.
        OphaalFout: as `Verbinding.haal`; or several such files in it.
    """
    wortel = _lees_feed(verbinding, url, map_)
    gevonden = dict(_bestanden_in(wortel, url, achtervoegsel))
    if not gevonden:
        for dieper in dict.fromkeys(_feeds_in(wortel, url)):
            verbinding.verwezen(url, url, dieper, "verwijzing in de feed")
            gevonden |= _bestanden_in(_lees_feed(verbinding, dieper, map_), dieper, achtervoegsel)
    if not gevonden:
        raise Afwezig(url, f"een feed zonder bestand op {achtervoegsel}")
    if len(gevonden) > 1:
        raise ophaalfout(
            url,
            gevonden=f"{len(gevonden)} bestanden op {achtervoegsel}: {', '.join(gevonden)[:200]}",
            verwacht="een bestand",
            remedie="kijk wat de feed nu aanbiedt, en pas bronnen.yml aan",
        )
    (bestand,) = gevonden.values()
    verbinding.verwezen(url, url, bestand.url, "verwijzing in de feed")
    return bestand


def _lees_feed(verbinding: Verbinding, url: str, map_: Path) -> ElementTree.Element:
    gehaald = verbinding.haal(url, map_ / "feed.xml", keur_xml)
    assert gehaald is not None  # no condition was asked
    wortel = ElementTree.fromstring(gehaald.pad.read_bytes())
    gehaald.pad.unlink()
    return wortel


def _bestanden_in(
    wortel: ElementTree.Element, url: str, achtervoegsel: str
) -> Iterator[tuple[str, Feedbestand]]:
    for entry in wortel.iter(f"{_ATOM}entry"):
        bijgewerkt = (entry.findtext(f"{_ATOM}updated") or "").strip()
        for link in entry.iter(f"{_ATOM}link"):
            doel = _doel(url, link)
            if urlsplit(doel).path.lower().endswith(achtervoegsel):
                lengte = link.get("length") or ""
                yield (
                    doel,
                    Feedbestand(doel, bijgewerkt, int(lengte) if lengte.isdecimal() else None),
                )


def _feeds_in(wortel: ElementTree.Element, url: str) -> Iterator[str]:
    """The data set feeds that the entries name; not the feed itself, nor the one above it."""
    for entry in wortel.iter(f"{_ATOM}entry"):
        for link in entry.iter(f"{_ATOM}link"):
            soort = (link.get("type") or "").partition(";")[0].strip().lower()
            if link.get("rel") == "alternate" and soort == "application/atom+xml":
                yield _doel(url, link)


def _doel(url: str, link: ElementTree.Element) -> str:
    """Where a link leads; nowhere when it is no address."""
    try:
        return urlsplit(urljoin(url, link.get("href") or "")).geturl()
    except ValueError:
        return ""


def uit_feed(verbinding: Verbinding, wat: Feedbestand, pad: Path) -> Gehaald:
    """The file that a feed announces.

    Raises:
        VeranderdOnderweg: it has another length than announced.
        Afwezig, OphaalFout: as `Verbinding.haal`.
    """
    gehaald = bestand(verbinding, wat.url, pad)
    assert gehaald is not None
    grootte = gehaald.pad.stat().st_size
    if wat.lengte not in (None, grootte):
        raise VeranderdOnderweg(f"{wat.url}: {grootte} bytes, aangekondigd {wat.lengte}")
    return gehaald
