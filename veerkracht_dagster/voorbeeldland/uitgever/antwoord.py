"""What a server answers, and tables and files as it holds them.

Here: plain records. Not here: how an answer is made (`odata.py`, `bestanden.py`) or sent.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Regels = list[str]  # rows of a set, each as JSON text


@dataclass(frozen=True)
class Webvraag:
    """A request: publisher's host, path under it, query, and headers by lower-case name."""

    methode: str
    host: str
    pad: str
    vraag: dict[str, str]
    koppen: dict[str, str]

    @property
    def url(self) -> str:
        return f"{self.host}{self.pad}"


@dataclass
class Antwoord:
    """Status, headers and body."""

    status: int = 200
    inhoud: bytes = b""
    soort: str = "application/json; charset=utf-8"
    koppen: dict[str, str] = field(default_factory=dict)


@dataclass
class Statlinetabel:
    """A table as both services have it; `v4` without Observations is one that v4 let go.

    eigenschappen: the singleton Properties of v4, None for a table that v4 does not have.
    pagina: observations of v4 on a page, where not as many as the service gives. bladwijzer: its
    next link names a token that is no number.
    """

    nummer: str
    titel: str
    v3: dict[str, Regels] = field(default_factory=dict)
    v4: dict[str, Regels] = field(default_factory=dict)
    eigenschappen: dict[str, Any] | None = None
    bulk: bytes | None = None
    host_v3: str = "opendata.cbs.nl"
    pagina: int | None = None
    bladwijzer: bool = False


@dataclass(frozen=True)
class Webbestand:
    """A file at an address; its marks follow from its bytes and its moment (RFC 9110 date)."""

    inhoud: bytes
    moment: str = "Mon, 26 Feb 2024 01:00:00 GMT"
    zonder_merk: bool = False

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.inhoud).hexdigest()[:32]}"'

    @classmethod
    def van(cls, pad: Path, **anders: Any) -> Webbestand:
        return cls(pad.read_bytes(), **anders)


def json_antwoord(inhoud: Any, status: int = 200) -> Antwoord:
    """An answer with JSON."""
    return Antwoord(status, json.dumps(inhoud, ensure_ascii=False).encode())


def niet_gevonden(v4: bool = False) -> Antwoord:
    """What the services say of something that is not there."""
    if v4:
        return json_antwoord({"error": {"code": "404", "message": "Resource not found"}}, 404)
    return Antwoord(404, b"<html><body><h1>404 - Not found</h1></body></html>", "text/html")
