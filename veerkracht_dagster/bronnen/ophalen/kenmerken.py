"""What a server says of a file, and a file that came with it.

Here: plain records. Not here: asking for them (`verbinding.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Webkenmerk:
    """What a server says of a file: marks by which a later request can ask for changes only."""

    etag: str | None = None
    gewijzigd: str | None = None  # Last-Modified, as the server writes it
    lengte: int | None = None

    @classmethod
    def van(cls, koppen: Mapping[str, str]) -> Webkenmerk:
        lengte = koppen.get("Content-Length", "")
        gecodeerd = koppen.get("Content-Encoding", "identity") != "identity"
        return cls(
            koppen.get("ETag"),
            koppen.get("Last-Modified"),
            int(lengte) if lengte.isdecimal() and not gecodeerd else None,
        )

    @classmethod
    def van_deel(cls, koppen: Mapping[str, str]) -> Webkenmerk:
        """Of the whole file, from the answer with a part of it (Content-Range: bytes 0-0/1234)."""
        if "Content-Range" not in koppen:
            return cls.van(koppen)
        heel = koppen["Content-Range"].rpartition("/")[2]
        lengte = int(heel) if heel.isdecimal() else None
        return cls(koppen.get("ETag"), koppen.get("Last-Modified"), lengte)

    def voorwaarden(self) -> dict[str, str]:
        """Headers that ask for the file only when it changed."""
        koppen = {"If-None-Match": self.etag, "If-Modified-Since": self.gewijzigd}
        return {kop: waarde for kop, waarde in koppen.items() if waarde}


@dataclass(frozen=True)
class Gehaald:
    """A file that came: where it lies now (the caller moves it), and its marks."""

    pad: Path
    url: str
    kenmerk: Webkenmerk
