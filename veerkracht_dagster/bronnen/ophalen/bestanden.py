"""Files at an address: zips, maps and workbooks, also those that an ATOM feed points at.

Here: fetching one, asking only for changes, and reading the feed.
Not here: what is in them (`dialecten/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from veerkracht_dagster.bronnen.ophalen.fouten import ophaalfout
from veerkracht_dagster.bronnen.ophalen.keuren import keur_bestand, keur_xml
from veerkracht_dagster.bronnen.ophalen.odata import VeranderdOnderweg
from veerkracht_dagster.bronnen.ophalen.verbinding import Gehaald, Kenmerk, Verbinding

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


def merk_van(kenmerk: Kenmerk) -> dict[str, Any]:
    """The marks of a file at an address, empty when the server gives none."""
    paren = {"etag": kenmerk.etag, "last_modified": kenmerk.gewijzigd, "length": kenmerk.lengte}
    return {naam: waarde for naam, waarde in paren.items() if waarde is not None}


def kenmerk_van(merk: dict[str, Any]) -> Kenmerk | None:
    """The other way round; None without anything to ask a condition by."""
    if not (merk.get("etag") or merk.get("last_modified")):
        return None
    return Kenmerk(merk.get("etag"), merk.get("last_modified"), merk.get("length"))


def bestand(
    verbinding: Verbinding, url: str, pad: Path, bekend: Kenmerk | None = None
) -> Gehaald | None:
    """A file, or None when it did not change since `bekend`.

    Raises:
        Afwezig, OphaalFout: as `Verbinding.haal`.
    """
    return verbinding.haal(url, pad, keur_bestand, bekend=bekend, hervatten=True)


def feed(verbinding: Verbinding, url: str, achtervoegsel: str, map_: Path) -> Feedbestand:
    """The one file of a feed whose name ends so.

    Raises:
        Afwezig: there is no such feed.
        OphaalFout: as `Verbinding.haal`; or none or several such files in it.
    """
    gehaald = verbinding.haal(url, map_ / "feed.xml", keur_xml)
    assert gehaald is not None
    wortel = ElementTree.fromstring(gehaald.pad.read_bytes())
    gehaald.pad.unlink()
    gevonden: dict[str, Feedbestand] = {}
    for entry in wortel.iter(f"{_ATOM}entry"):
        bijgewerkt = entry.findtext(f"{_ATOM}updated") or ""
        for link in entry.iter(f"{_ATOM}link"):
            doel = urljoin(url, link.get("href") or "")
            if doel.lower().endswith(achtervoegsel):
                lengte = link.get("length") or ""
                gevonden[doel] = Feedbestand(
                    doel, bijgewerkt.strip(), int(lengte) if lengte.isdecimal() else None
                )
    if len(gevonden) != 1:
        raise ophaalfout(
            url,
            gevonden=f"{len(gevonden)} bestanden op {achtervoegsel}: {', '.join(gevonden)[:200]}",
            verwacht="een bestand",
            remedie="kijk wat de feed nu aanbiedt, en pas bronnen.yml aan",
        )
    return next(iter(gevonden.values()))


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
