"""Asking a publisher for a file: retries, resume, conditions, limits, politeness.

Here: one request until it succeeds or cannot, its bytes straight to disk.
Not here: which url holds what (`cbs_v4.py`, `cbs_v3.py`, `bestanden.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from veerkracht_dagster.bronnen.ophalen.fouten import OPNIEUW, OphaalFout, Voorbijgaand, ophaalfout
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen, is_loopback
from veerkracht_dagster.bronnen.ophalen.keuren import Keuring

if TYPE_CHECKING:
    import requests

_BROK = 1 << 18
_MEESTE_DOORVERWIJZINGEN = 5
_VOORBIJGAAND = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Kenmerk:
    """What a server says of a file: marks by which a later request can ask for changes only."""

    etag: str | None = None
    gewijzigd: str | None = None  # Last-Modified, as the server writes it
    lengte: int | None = None

    @classmethod
    def van(cls, koppen: Mapping[str, str]) -> Kenmerk:
        lengte = koppen.get("Content-Length", "")
        gecodeerd = koppen.get("Content-Encoding", "identity") != "identity"
        return cls(
            koppen.get("ETag"),
            koppen.get("Last-Modified"),
            int(lengte) if lengte.isdecimal() and not gecodeerd else None,
        )

    def voorwaarden(self) -> dict[str, str]:
        """Headers that ask for the file only when it changed."""
        koppen = {"If-None-Match": self.etag, "If-Modified-Since": self.gewijzigd}
        return {kop: waarde for kop, waarde in koppen.items() if waarde}


@dataclass(frozen=True)
class Gehaald:
    """A file that came: where it lies now (the caller moves it), and its marks."""

    pad: Path
    url: str
    kenmerk: Kenmerk


class Afwezig(Exception):
    """The publisher does not have this (404, 410), or not by this way: `gevonden` says how."""

    def __init__(self, url: str, gevonden: str = "HTTP 404: bestaat niet") -> None:
        super().__init__(url)
        self.url = url
        self.gevonden = gevonden


class Verbinding:
    """Requests to publishers, one after another. Close it, or use it in `with`.

    hosts: hosts that may be asked, and to which an answer may refer.
    """

    def __init__(
        self,
        instellingen: Instellingen,
        hosts: set[str],
        *,
        slaap: Callable[[float], None] = time.sleep,
    ) -> None:
        self.instellingen = instellingen
        self._hosts = hosts | {urlsplit(b).netloc for b in instellingen.adressen.values()}
        self._slaap = slaap
        self._sessies: dict[bool, requests.Session] = {}
        self._laatst: dict[str, float] = {}
        self.verzoeken = 0

    def __enter__(self) -> Verbinding:
        return self

    def __exit__(self, *_: object) -> None:
        for sessie in self._sessies.values():
            sessie.close()

    def haal(
        self,
        url: str,
        naar: Path,
        keuring: Keuring,
        *,
        bekend: Kenmerk | None = None,
        hervatten: bool = False,
    ) -> Gehaald | None:
        """Fetch a file to `naar`; None when it did not change since `bekend`.

        Args:
            keuring: whether what came is whole; if not, it is asked again.
            hervatten: for what is large: a broken download goes on where it stopped.

        Raises:
            Afwezig: the publisher does not have it.
            OphaalFout: refused, unreachable, or not what was asked, after all attempts.
        """
        naar.unlink(missing_ok=True)
        try:
            return self._tot_het_lukt(
                url, _Poging(self, url, naar, keuring, bekend, hervatten).probeer
            )
        except BaseException:
            naar.unlink(missing_ok=True)
            raise

    def kenmerk(self, url: str) -> Kenmerk:
        """The marks of a file, without its bytes.

        Raises:
            Afwezig, OphaalFout: as `haal`.
        """

        def vraag() -> Kenmerk:
            with self._antwoord("HEAD", url, {}) as antwoord:
                self.weiger_status(url, antwoord)
                return Kenmerk.van(antwoord.headers)

        return self._tot_het_lukt(url, vraag)

    def rust(self, keer: int) -> None:
        """Wait before asking again for something that is being changed."""
        self._slaap(min(keer * self.instellingen.eerste_wacht, self.instellingen.langste_wacht))

    def _tot_het_lukt(self, url: str, doe: Callable[[], Any]) -> Any:
        import tenacity

        wacht = tenacity.wait_exponential_jitter(
            multiplier=self.instellingen.eerste_wacht,
            max=self.instellingen.langste_wacht,
            jitter=self.instellingen.eerste_wacht / 2,
        )

        def zo_lang(stand: tenacity.RetryCallState) -> float:
            fout = stand.outcome.exception() if stand.outcome else None
            gevraagd = getattr(fout, "wacht", None)
            return max(wacht(stand), gevraagd or 0.0)

        try:
            return tenacity.Retrying(
                stop=tenacity.stop_after_attempt(self.instellingen.pogingen),
                wait=zo_lang,
                retry=tenacity.retry_if_exception_type(Voorbijgaand),
                sleep=self._slaap,
                reraise=True,
            )(doe)
        except Voorbijgaand as fout:
            raise ophaalfout(
                url,
                gevonden=f"{fout.gevonden} (na {self.instellingen.pogingen} pogingen)",
                verwacht="een volledig antwoord",
                remedie=OPNIEUW,
            ) from fout

    @contextmanager
    def _antwoord(
        self, methode: str, url: str, koppen: Mapping[str, str]
    ) -> Iterator[requests.Response]:
        """One answer, redirects within the publishers' own hosts followed."""
        import requests

        doel = self.instellingen.adres(url)
        try:
            for _ in range(_MEESTE_DOORVERWIJZINGEN):
                self._wees_beleefd(doel)
                with self._sessie(doel).request(
                    methode,
                    doel,
                    headers=dict(koppen),
                    stream=True,
                    allow_redirects=False,
                    timeout=(self.instellingen.verbinden, self.instellingen.lezen),
                ) as antwoord:
                    if not antwoord.is_redirect:
                        yield antwoord
                        return
                    doel = self._doorverwezen(url, doel, antwoord.headers["Location"])
        except (requests.ConnectionError, requests.Timeout) as fout:
            raise Voorbijgaand(
                f"geen verbinding of een afgebroken antwoord ({_kort(fout)})"
            ) from fout
        except (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ) as fout:
            raise Voorbijgaand(f"een afgebroken antwoord ({_kort(fout)})") from fout
        except requests.RequestException as fout:
            raise ophaalfout(
                url,
                gevonden=_kort(fout),
                verwacht="een adres dat te bereiken is",
                remedie="verbeter het adres in bronnen.yml of in VEERKRACHT_ADRESSEN",
            ) from fout
        raise ophaalfout(
            url,
            gevonden=f"meer dan {_MEESTE_DOORVERWIJZINGEN} doorverwijzingen",
            verwacht="het bestand zelf",
            remedie="zoek het nieuwe adres bij de uitgever, en zet het in bronnen.yml",
        )

    def _doorverwezen(self, url: str, van: str, naar: str) -> str:
        doel = urljoin(van, naar)
        delen = urlsplit(doel)
        veilig = delen.scheme == "https" or (delen.scheme == "http" and is_loopback(doel))
        if delen.netloc not in self._hosts or not veilig:
            raise ophaalfout(
                url,
                gevonden=f"een doorverwijzing naar {doel}",
                verwacht="een adres van de uitgever (https)",
                remedie="zoek het nieuwe adres bij de uitgever, en zet het in bronnen.yml",
            )
        return doel

    def weiger_status(self, url: str, antwoord: requests.Response) -> None:
        """Refuse what is no success."""
        status = antwoord.status_code
        if status in (404, 410):
            raise Afwezig(url)
        if status < 400:
            return
        begin = antwoord.raw.read(2000, decode_content=True).decode("utf-8", errors="replace")
        te_veel = status == 500 and "more than 10000 records" in begin
        if status in _VOORBIJGAAND and not te_veel:
            raise Voorbijgaand(f"HTTP {status}", self._gevraagde_wacht(url, antwoord))
        raise ophaalfout(
            url,
            gevonden=f"HTTP {status}: {' '.join(begin.split())[:200]}",
            verwacht="HTTP 200",
            remedie="kijk of het adres in bronnen.yml nog klopt; " + OPNIEUW,
        )

    def _gevraagde_wacht(self, url: str, antwoord: requests.Response) -> float | None:
        """Seconds of Retry-After, which is a number or a moment."""
        tekst = antwoord.headers.get("Retry-After", "").strip()
        if tekst.isdecimal():
            seconden = float(tekst)
        else:
            try:
                moment = parsedate_to_datetime(tekst)
            except ValueError:
                return None
            seconden = max(0.0, (moment - datetime.now(UTC)).total_seconds())
        if seconden > self.instellingen.langste_retry_after:
            raise ophaalfout(
                url,
                gevonden=f"HTTP {antwoord.status_code} met Retry-After: {seconden:.0f} seconden",
                verwacht=f"ten hoogste {self.instellingen.langste_retry_after:.0f} seconden",
                remedie="probeer het na die tijd opnieuw",
            )
        return seconden

    def _sessie(self, url: str) -> requests.Session:
        """Over the proxy that the environment names, but not to this machine itself."""
        import requests

        lokaal = is_loopback(url)
        if lokaal not in self._sessies:
            sessie = requests.Session()
            sessie.trust_env = not lokaal
            eigen = f"veerkracht-dagster/{version('veerkracht-dagster')}"
            sessie.headers["User-Agent"] = f"{eigen} python-requests/{requests.__version__}"
            self._sessies[lokaal] = sessie
        return self._sessies[lokaal]

    def _wees_beleefd(self, url: str) -> None:
        host = urlsplit(url).netloc
        if not is_loopback(url):
            wacht = self._laatst.get(host, 0.0) + self.instellingen.pauze - time.monotonic()
            if wacht > 0:
                self._slaap(wacht)
        self._laatst[host] = time.monotonic()
        self.verzoeken += 1


@dataclass
class _Poging:
    """The attempts at one file: each goes on where the one before stopped, if the server can."""

    verbinding: Verbinding
    url: str
    naar: Path
    keuring: Keuring
    bekend: Kenmerk | None
    hervatten: bool
    deel: Kenmerk | None = None  # marks of the part that is there

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
        with self.verbinding._antwoord("GET", self.url, koppen) as antwoord:
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
            self.deel = Kenmerk.van(antwoord.headers)
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
            raise Voorbijgaand(f"een afgebroken antwoord ({_kort(fout)})") from fout

    def _klaar(self) -> Gehaald:
        """What came is looked at; if it is not whole, the next attempt starts afresh."""
        kenmerk = self.deel or Kenmerk()
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


def _kort(fout: BaseException) -> str:
    """The innermost reason, in one line."""
    while isinstance(dieper := fout.__cause__ or next(iter(fout.args), None), BaseException):
        fout = dieper
    return " ".join(f"{type(fout).__name__}: {fout!s}".split())[:200]
