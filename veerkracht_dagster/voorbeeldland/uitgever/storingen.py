"""Faults that a publisher's server may have, on request: how often, and at which addresses.

Here: what each fault does to an answer, and the addresses of one way to a source and year.
Not here: sending it (`server.py`).
"""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from veerkracht_dagster.bronnen.ophalen import cbs_v3, cbs_v4
from veerkracht_dagster.catalogus.models import Bron, Ophaalweg
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import (
    Antwoord,
    json_antwoord,
    niet_gevonden,
)

HTML = (
    b"<!DOCTYPE html><html><head><title>Onderhoud</title></head>"
    b"<body><h1>De dienst is tijdelijk niet beschikbaar</h1></body></html>"
)


class Storingssoort(StrEnum):
    """The faults. Those that break the connection are done by the server."""

    TE_VEEL = "429"  # too many requests, with Retry-After
    BEZET = "503"
    STILTE = "stilte"  # nothing comes: a time-out
    AFGEBROKEN = "afgebroken"  # the connection drops in the middle of the body
    INGEKORT = "ingekort"  # half an answer that looks whole: its length fits
    HTML = "html"  # a web page with status 200
    LEEG = "leeg"  # an empty 200
    VERANDERT = "verandert"  # another version comes out between two requests
    WEG = "404"  # taken away
    VERBODEN = "403"  # refused to this client (first_contact.md A10)
    STUK = "500"
    GESLOTEN = "gesloten"  # closed without an answer: opendata.cbs.nl in February 2026 (A10)
    CERTIFICAAT = "certificaat"  # https with a certificate that nobody trusts (A10)
    VREEMD = "vreemd"  # whole and of the right kind, with other things in it


BROWSER = "^Mozilla/"  # what the user agent of every browser begins with
# These say that a file is not to be had here, now or ever: another way may still have it.
EINDE_VAN_EEN_WEG = (
    Storingssoort.WEG,
    Storingssoort.VERBODEN,
    Storingssoort.STUK,
    Storingssoort.CERTIFICAAT,
    Storingssoort.VREEMD,
)


@dataclass
class Storing:
    """A fault: `keren` times (-1: always), at addresses that match `pad`, after `na` requests.

    behalve: clients whose user agent matches this are served.
    """

    soort: Storingssoort
    keren: int = 1
    pad: str = ""
    na: int = 0
    retry_after: str = "1"
    behalve: str = ""

    def geldt(self, url: str, agent: str = "") -> bool:
        """Whether it happens now; counts down."""
        if self.keren == 0 or not re.search(self.pad, url, re.IGNORECASE):
            return False
        if self.behalve and re.search(self.behalve, agent):
            return False
        if self.na > 0:
            self.na -= 1
            return False
        if self.keren > 0:
            self.keren -= 1
        return True

    def op(self, antwoord: Antwoord) -> Antwoord:
        """The answer with the fault in it."""
        match self.soort:
            case Storingssoort.TE_VEEL:
                koppen = {"Retry-After": self.retry_after}
                return Antwoord(429, b"Too Many Requests", "text/plain", koppen)
            case Storingssoort.BEZET:
                return Antwoord(503, HTML, "text/html")
            case Storingssoort.HTML:
                return Antwoord(200, HTML, "text/html")
            case Storingssoort.LEEG:
                return Antwoord(200, b"", antwoord.soort)
            case Storingssoort.WEG:
                return niet_gevonden()
            case Storingssoort.VERBODEN:
                return Antwoord(
                    403, b"<html><body><h1>403 - Forbidden</h1></body></html>", "text/html"
                )
            case Storingssoort.STUK:
                melding = {"lang": "nl-NL", "value": "An error occurred."}
                return json_antwoord({"odata.error": {"code": "", "message": melding}}, 500)
            case Storingssoort.VREEMD if antwoord.status == 200:
                return Antwoord(200, _vreemd(antwoord.inhoud), antwoord.soort)
            case Storingssoort.INGEKORT:
                half = antwoord.inhoud[: len(antwoord.inhoud) // 2]
                return Antwoord(antwoord.status, half, antwoord.soort, antwoord.koppen)
            case _:
                return antwoord


def _vreemd(inhoud: bytes) -> bytes:
    """A whole file of the same kind, in which nothing is that one looks for."""
    if inhoud.startswith(b"PK"):
        zip_ = io.BytesIO()
        with zipfile.ZipFile(zip_, "w") as open_zip:
            open_zip.writestr("LEESMIJ.TXT", "Deze download is verhuisd.\n")
        return zip_.getvalue()
    if inhoud.startswith(b"SQLite format 3"):
        with sqlite3.connect(":memory:") as leeg:
            leeg.execute("create table leesmij (tekst text)")
            return leeg.serialize()
    if inhoud.lstrip().startswith(b"<?xml"):
        return b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>'
    return b'{"value":[]}'


def adressen_van(bron: Bron, weg: Ophaalweg, jaar: int) -> list[str]:
    """Beginnings of the addresses at which only this way to this year asks.

    What two ways share is left out: the Properties of a v4 table, and the file that a feed and a
    fixed address both lead to. Nothing for a way that knows no address for the year.
    """
    tabel = bron.tabellen.get(jaar)
    if weg.weg == "cbs_v4_bulk":
        return [f"{cbs_v4.BULK}/{tabel}"] if tabel else []
    if weg.weg == "cbs_v4":
        return [f"{cbs_v4.BASIS}/{tabel}/Observations"] if tabel else []
    if weg.weg == "cbs_v3":
        return [f"{weg.basis or cbs_v3.FEED}/{tabel}"] if tabel else []
    return [kandidaat.url for kandidaat in weg.kandidaten(jaar)]


def patroon_van(adressen: Iterable[str]) -> str:
    """The pattern (`Storing.pad`) of addresses, whole or their beginning, with or without https."""
    kale = [unquote("".join(urlsplit(a)[1:3]) or a) for a in adressen]
    if not kale:
        raise ValueError("no address is given: a fault without one would be everywhere")
    return f"^(?:{'|'.join(map(re.escape, kale))})"
