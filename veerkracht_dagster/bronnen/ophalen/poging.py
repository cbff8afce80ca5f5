"""The attempts at one file: its bytes straight to disk, going on where a broken download stopped.

Here: conditions, ranges, limits, and looking at what came. Not here: how often and how long to wait
(`verbinding.py`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from veerkracht_dagster.bronnen.ophalen.fouten import OPNIEUW, OphaalFout, Voorbijgaand, ophaalfout
from veerkracht_dagster.bronnen.ophalen.kenmerken import Gehaald, Webkenmerk
from veerkracht_dagster.bronnen.ophalen.keuren import Keuring
from veerkracht_dagster.bronnen.ophalen.storingen import kort

if TYPE_CHECKING:
    import requests

    from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen

_BROK = 1 << 18


class Vrager(Protocol):
    """Who asks on behalf of an attempt."""

    instellingen: Instellingen

    def antwoord(
        self, methode: str, url: str, koppen: Mapping[str, str]
    ) -> AbstractContextManager[requests.Response]: ...

    def weiger_status(self, url: str, antwoord: requests.Response) -> None: ...


@dataclass
class Poging:
    """The attempts at one file: each goes on where the one before stopped, if the server can."""

    verbinding: Vrager
    url: str
    naar: Path
    keuring: Keuring
    bekend: Webkenmerk | None
    hervatten: bool
    deel: Webkenmerk | None = None  # marks of the part that is there

    def probeer(self) -> Gehaald | None:
        """One attempt."""
        koppen = self.bekend.voorwaarden() if self.bekend else {}
        staat = self.naar.stat().st_size if self.naar.exists() else 0
        if self.hervatten:
            koppen["Accept-Encoding"] = "identity"  # else the length of the part means nothing
        zelfde = self.deel and (self.deel.etag or self.deel.gewijzigd)
        if self.hervatten and staat and zelfde:
            koppen |= {"Range": f"bytes={staat}-", "If-Range": zelfde}
        else:
            staat = 0
        with self.verbinding.antwoord("GET", self.url, koppen) as antwoord:
            if antwoord.status_code == 304 and self.bekend:
                return None
            if antwoord.status_code == 416:
                self._opnieuw()
                raise Voorbijgaand("HTTP 416: het deel dat er al was hoort niet bij dit bestand")
            self.verbinding.weiger_status(self.url, antwoord)
            self._schrijf(antwoord, staat)
        return self._klaar()

    def _schrijf(self, antwoord: requests.Response, staat: int) -> None:
        import urllib3

        bereik = antwoord.headers.get("Content-Range", "")
        door = antwoord.status_code == 206 and bereik.startswith(f"bytes {staat}-")
        if antwoord.status_code == 206 and not door:
            self._opnieuw()
            raise Voorbijgaand(f"het deel {bereik!r} in plaats van vanaf {staat}")
        if not door:
            self.deel = Webkenmerk.van(antwoord.headers)
        instellingen = self.verbinding.instellingen
        eind = time.monotonic() + instellingen.langste_bestand
        aantal = staat if door else 0
        try:
            with self.naar.open("ab" if door else "wb") as doel:
                for brok in antwoord.raw.stream(_BROK, decode_content=True):
                    aantal += doel.write(brok)
                    if aantal > instellingen.grootste or time.monotonic() > eind:
                        raise self._te_veel(aantal)
        except urllib3.exceptions.HTTPError as fout:
            raise Voorbijgaand(f"een afgebroken antwoord ({kort(fout)})") from fout

    def _klaar(self) -> Gehaald:
        """What came is looked at; if it is not whole, the next attempt starts afresh."""
        kenmerk = self.deel or Webkenmerk()
        grootte = self.naar.stat().st_size
        try:
            if kenmerk.lengte is not None and grootte != kenmerk.lengte:
                raise Voorbijgaand(f"{grootte} bytes, aangekondigd {kenmerk.lengte}")
            self.keuring(self.naar)
        except Voorbijgaand:
            self._opnieuw()
            raise
        return Gehaald(self.naar, self.url, kenmerk)

    def _opnieuw(self) -> None:
        self.naar.unlink(missing_ok=True)
        self.deel = None

    def _te_veel(self, aantal: int) -> OphaalFout:
        instellingen = self.verbinding.instellingen
        return ophaalfout(
            self.url,
            gevonden=f"al {aantal} bytes, en het einde is er niet",
            verwacht=f"ten hoogste {instellingen.grootste} bytes in "
            f"{instellingen.langste_bestand:.0f} seconden",
            remedie="kijk bij de uitgever wat dit adres geeft; " + OPNIEUW,
        )


def lees_hoogstens(antwoord: requests.Response, aantal: int) -> bytes:
    """The first bytes of an answer, the rest left where it is.

    Raises:
        Voorbijgaand: the connection broke.
    """
    import urllib3

    try:
        return bytes(antwoord.raw.read(aantal, decode_content=True))
    except urllib3.exceptions.HTTPError as fout:
        raise Voorbijgaand(f"een afgebroken antwoord ({kort(fout)})") from fout
