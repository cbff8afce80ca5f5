"""Asking a publisher for a file: retries, resume, conditions, limits, politeness.

Here: one request until it succeeds or cannot, its bytes straight to disk.
Not here: which url holds what (`cbs_v4.py`, `cbs_v3.py`, `bestanden.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from veerkracht_dagster.bronnen.ophalen.adreswacht import verwezen
from veerkracht_dagster.bronnen.ophalen.fouten import OPNIEUW, Afwezig, Voorbijgaand, ophaalfout
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen, is_loopback
from veerkracht_dagster.bronnen.ophalen.kenmerken import Gehaald, Webkenmerk
from veerkracht_dagster.bronnen.ophalen.keuren import Keuring
from veerkracht_dagster.bronnen.ophalen.poging import Poging, lees_hoogstens
from veerkracht_dagster.bronnen.ophalen.storingen import Neer, vertaald

if TYPE_CHECKING:
    import requests

_MEESTE_DOORVERWIJZINGEN = 5
# A media host of CBS answers one client 403 and others not (first_contact.md A10).
_STATUSREMEDIES = {
    401: "deze uitgever of een proxy vraagt om een naam en wachtwoord: zet die in HTTPS_PROXY",
    403: "deze uitgever of een proxy weigert dit programma: haal het bestand met een browser op en "
    "zet het in de bronnenmap",
    407: "de proxy vraagt om een naam en wachtwoord: zet die in HTTPS_PROXY",
}
# Servers that refuse to be asked for marks only; the first byte then brings them too.
_GEEN_HEAD = {403, 405, 501}
_ANDERE_STATUS = "kijk of het adres in bronnen.yml nog klopt"
_Uit = TypeVar("_Uit")
_VOORBIJGAAND = {408, 425, 429, 500, 502, 503, 504}


class Verbinding:
    """Requests to publishers, one after another. Close it, or use it in `with`.

    hosts: those to which an answer may refer (`alleen` makes them fewer).
    """

    def __init__(
        self,
        instellingen: Instellingen,
        hosts: set[str],
        *,
        slaap: Callable[[float], None] = time.sleep,
    ) -> None:
        self.instellingen = instellingen
        self._hosts = hosts
        self._neer = Neer(instellingen.neer_geldig)
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
        bekend: Webkenmerk | None = None,
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
                url, Poging(self, url, naar, keuring, bekend, hervatten).probeer
            )
        except BaseException:
            naar.unlink(missing_ok=True)
            raise

    def kenmerk(self, url: str) -> Webkenmerk:
        """The marks of a file, without its bytes.

        Raises:
            Afwezig, OphaalFout: as `haal`.
        """

        def vraag() -> Webkenmerk:
            with self.antwoord("HEAD", url, {}) as antwoord:
                if antwoord.status_code not in _GEEN_HEAD:
                    self.weiger_status(url, antwoord)
                    return Webkenmerk.van(antwoord.headers)
            with self.antwoord("GET", url, {"Range": "bytes=0-0"}) as antwoord:
                self.weiger_status(url, antwoord)
                return Webkenmerk.van_deel(antwoord.headers)

        return self._tot_het_lukt(url, vraag)

    def stukken(self, url: str, eerste: int, laatste: int) -> tuple[bytes, bytes]:
        """The first and last bytes of a file; no last ones from a server that gives no parts.

        Raises:
            Afwezig, OphaalFout: as `haal`.
        """
        begin, lengte = self._stuk(url, 0, eerste)
        if lengte is None or lengte <= len(begin):
            return begin, begin
        einde, lengte = self._stuk(url, max(0, lengte - laatste), laatste)
        return begin, einde if lengte is not None else b""

    def _stuk(self, url: str, van: int, aantal: int) -> tuple[bytes, int | None]:
        """A part of a file and the length of the whole; None where the whole came instead."""

        def vraag() -> tuple[bytes, int | None]:
            bereik = {"Range": f"bytes={van}-{van + aantal - 1}", "Accept-Encoding": "identity"}
            with self.antwoord("GET", url, bereik) as antwoord:
                self.weiger_status(url, antwoord)
                deel = antwoord.status_code == 206
                lengte = Webkenmerk.van_deel(antwoord.headers).lengte if deel else None
                return lees_hoogstens(antwoord, aantal), lengte

        return self._tot_het_lukt(url, vraag)

    def rust(self, keer: int) -> None:
        """Wait before asking again for something that is being changed."""
        self._slaap(min(keer * self.instellingen.eerste_wacht, self.instellingen.langste_wacht))

    def _tot_het_lukt(self, url: str, doe: Callable[[], _Uit]) -> _Uit:
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

        pogingen = self._neer.pogingen(url, self.instellingen.pogingen)
        try:
            uit = tenacity.Retrying(
                stop=tenacity.stop_after_attempt(pogingen),
                wait=zo_lang,
                retry=tenacity.retry_if_exception_type(Voorbijgaand),
                sleep=self._slaap,
                reraise=True,
            )(doe)
        except Voorbijgaand as fout:
            self._neer.onthoud(url, fout)
            net = "" if pogingen == self.instellingen.pogingen else "; net ook al"
            raise ophaalfout(
                url,
                gevonden=f"{fout.gevonden} (na {pogingen} {_keren(pogingen)}{net})",
                verwacht="een volledig antwoord",
                remedie=fout.remedie,
            ) from fout
        except Afwezig:
            self._neer.antwoordde(url)
            raise
        self._neer.antwoordde(url)
        return uit

    @contextmanager
    def antwoord(
        self, methode: str, url: str, koppen: Mapping[str, str]
    ) -> Iterator[requests.Response]:
        """One answer, redirects within the publishers' own hosts followed.

        Raises:
            Voorbijgaand, OphaalFout: no answer came.
        """
        import requests

        doel = self.instellingen.adres(url)
        geduld = (self.instellingen.verbinden, self._neer.lezen(url, self.instellingen.lezen))
        try:
            for _ in range(_MEESTE_DOORVERWIJZINGEN):
                self._wees_beleefd(doel)
                with self._sessie(doel).request(
                    methode,
                    doel,
                    headers=dict(koppen),
                    stream=True,
                    allow_redirects=False,
                    timeout=geduld,
                ) as antwoord:
                    if not antwoord.is_redirect:
                        yield antwoord
                        return
                    doel = self.verwezen(url, doel, antwoord.headers["Location"], "doorverwijzing")
        except requests.RequestException as fout:
            raise vertaald(url, fout) from fout
        raise ophaalfout(
            url,
            gevonden=f"meer dan {_MEESTE_DOORVERWIJZINGEN} doorverwijzingen",
            verwacht="het bestand zelf",
            remedie="zoek het nieuwe adres bij de uitgever, en zet het in bronnen.yml",
        )

    def verwezen(self, url: str, van: str, naar: str, wat: str) -> str:
        """The address that an answer names, held to the hosts of the source.

        Raises:
            OphaalFout: see `adreswacht.verwezen`.
        """
        return verwezen(url, van, naar, f"een {wat}", self._hosts, self.instellingen)

    @contextmanager
    def alleen(self, hosts: set[str]) -> Iterator[None]:
        """Meanwhile answers lead to these hosts only: those of one source."""
        anders, self._hosts = self._hosts, hosts
        try:
            yield
        finally:
            self._hosts = anders

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
            remedie=f"{_STATUSREMEDIES.get(status, _ANDERE_STATUS)}; {OPNIEUW}",
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


def _keren(pogingen: int) -> str:
    return "poging" if pogingen == 1 else "pogingen"
