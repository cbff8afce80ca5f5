"""Faults that a publisher's server may have, on request: how often, and at which addresses.

Here: what each fault does to an answer. Not here: sending it (`server.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from veerkracht_dagster.voorbeeld.uitgever.antwoord import Antwoord

HTML = (
    b"<!DOCTYPE html><html><head><title>Onderhoud</title></head>"
    b"<body><h1>De dienst is tijdelijk niet beschikbaar</h1></body></html>"
)


class Soort(StrEnum):
    """The faults. Those that break the connection are done by the server."""

    TE_VEEL = "429"  # too many requests, with Retry-After
    BEZET = "503"
    STILTE = "stilte"  # nothing comes: a time-out
    AFGEBROKEN = "afgebroken"  # the connection drops in the middle of the body
    INGEKORT = "ingekort"  # half an answer that looks whole: its length fits
    HTML = "html"  # a web page with status 200
    LEEG = "leeg"  # an empty 200
    VERANDERT = "verandert"  # another version comes out between two requests


@dataclass
class Storing:
    """A fault: `keren` times (-1: always), at addresses that match `pad`, after `na` requests."""

    soort: Soort
    keren: int = 1
    pad: str = ""
    na: int = 0
    retry_after: str = "1"

    def geldt(self, url: str) -> bool:
        """Whether it happens now; counts down."""
        if self.keren == 0 or not re.search(self.pad, url):
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
            case Soort.TE_VEEL:
                koppen = {"Retry-After": self.retry_after}
                return Antwoord(429, b"Too Many Requests", "text/plain", koppen)
            case Soort.BEZET:
                return Antwoord(503, HTML, "text/html")
            case Soort.HTML:
                return Antwoord(200, HTML, "text/html")
            case Soort.LEEG:
                return Antwoord(200, b"", antwoord.soort)
            case Soort.INGEKORT:
                half = antwoord.inhoud[: len(antwoord.inhoud) // 2]
                return Antwoord(antwoord.status, half, antwoord.soort, antwoord.koppen)
            case _:
                return antwoord
