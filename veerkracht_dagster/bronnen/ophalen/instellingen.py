"""How to fetch: whether at all, from which addresses, and with how much patience.

Here: the settings and where they come from. Not here: requests.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

AAN = "VEERKRACHT_OPHALEN"
ADRESSEN = "VEERKRACHT_ADRESSEN"
_JA = {"ja", "1", "true", "yes"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Instellingen:
    """Settings of a connection. Times in seconds, sizes in bytes.

    adressen: host of a publisher -> base url that serves its paths; `*` serves every publisher,
    with the host as first part of the path. pauze: between two requests to one host. neer_geldig:
    how long a service that was down after all patience gets little of it.
    """

    aan: bool = False
    adressen: dict[str, str] = field(default_factory=dict)
    pogingen: int = 6
    eerste_wacht: float = 1.0
    langste_wacht: float = 60.0
    langste_retry_after: float = 300.0
    verbinden: float = 10.0
    lezen: float = 60.0
    langste_bestand: float = 1800.0
    pauze: float = 0.2
    grootste: int = 4 << 30
    neer_geldig: float = 120.0

    @classmethod
    def uit_omgeving(cls) -> Instellingen:
        """From VEERKRACHT_OPHALEN (ja) and VEERKRACHT_ADRESSEN (host=url, comma between them).

        Raises:
            ValueError: an address that is no `host=url`.
        """
        return cls(
            aan=os.environ.get(AAN, "").strip().lower() in _JA,
            adressen=_adressen(os.environ.get(ADRESSEN, "")),
        )

    @property
    def hier(self) -> bool:
        """Whether every publisher is asked on this machine."""
        return is_loopback(self.adressen.get("*", ""))

    def ongeduldig(self) -> Instellingen:
        """For a look at marks: Dagster gives a tick 60 seconds, and the next tick asks again."""
        return replace(
            self,
            pogingen=min(self.pogingen, 2),
            langste_wacht=min(self.langste_wacht, 2.0),
            langste_retry_after=min(self.langste_retry_after, 5.0),
            verbinden=min(self.verbinden, 5.0),
            lezen=min(self.lezen, 10.0),
            langste_bestand=min(self.langste_bestand, 20.0),
        )

    def adres(self, url: str) -> str:
        """Where a publisher's url is really asked: at a mirror, if one is set for its host."""
        if any(url.startswith(f"{basis}/") for basis in self.adressen.values()):
            return url
        delen = urlsplit(url)
        basis = self.adressen.get(delen.netloc)
        if basis is None and "*" in self.adressen:
            basis = f"{self.adressen['*']}/{delen.netloc}"
        if basis is None:
            return url
        vraag = f"?{delen.query}" if delen.query else ""
        return f"{basis}{delen.path}{vraag}"


def is_loopback(url: str) -> bool:
    """Whether a url is on this machine: no proxy then, and no pause."""
    return urlsplit(url).hostname in _LOOPBACK


def _adressen(tekst: str) -> dict[str, str]:
    uit = {}
    for deel in filter(None, (deel.strip() for deel in tekst.split(","))):
        host, teken, basis = deel.partition("=")
        if not teken or urlsplit(basis).scheme not in ("http", "https"):
            raise ValueError(
                f"{ADRESSEN}: gevonden: {deel!r}; verwacht: host=url met komma's ertussen, zoals "
                "'datasets.cbs.nl=https://spiegel.example/cbs'; wat te doen: verbeter de variabele"
            )
        uit[host.strip()] = basis.rstrip("/")
    return uit
