"""Why no answer came: a certificate, a proxy, a host that is down, each with what to do about it.

Here: from the errors of the library to ours, and which hosts were found down a moment ago.
Not here: asking again (`verbinding.py`).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from veerkracht_dagster.bronnen.ophalen.fouten import OPNIEUW, Voorbijgaand, ophaalfout

if TYPE_CHECKING:
    import requests

_CERTIFICAAT = (
    "gaat het verkeer hier door een proxy die het openmaakt, zet dan REQUESTS_CA_BUNDLE op het "
    "bestand met de certificaten van uw organisatie; klopt de klok van deze machine, dan ligt het "
    "bij de uitgever: later opnieuw. De controle wordt nooit overgeslagen"
)
_PROXY = "verbeter HTTPS_PROXY, of zet de host in NO_PROXY als hij zonder proxy te bereiken is"
_KORT = 10.0
# What a proxy says when it is there and does not let us through: asking again changes nothing.
_PROXY_WEIGERT = ("407", "403 ")


def vertaald(url: str, fout: requests.RequestException) -> Exception:
    """Our error for one of the library: transient, or one that asking again will not mend."""
    import requests

    if isinstance(fout, requests.exceptions.ProxyError):
        return _proxyfout(url, fout)
    if any(isinstance(oorzaak, ssl.SSLCertVerificationError) for oorzaak in _keten(fout)):
        return ophaalfout(
            url,
            gevonden=f"een certificaat dat niet vertrouwd wordt ({kort(fout)})",
            verwacht=f"een geldig certificaat van {urlsplit(url).hostname}",
            remedie=_CERTIFICAAT,
        )
    afgebroken = (
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    )
    if isinstance(fout, afgebroken):
        return Voorbijgaand(f"een afgebroken antwoord ({kort(fout)})")
    if isinstance(fout, requests.ConnectionError | requests.Timeout):
        gevonden = f"geen verbinding of een afgebroken antwoord ({kort(fout)})"
        return Voorbijgaand(gevonden, stil=True)
    return ophaalfout(
        url,
        gevonden=kort(fout),
        verwacht="een adres dat te bereiken is",
        remedie="verbeter het adres in bronnen.yml of in VEERKRACHT_ADRESSEN",
    )


def _proxyfout(url: str, fout: requests.RequestException) -> Exception:
    waarom = kort(fout)
    if any(teken in waarom for teken in _PROXY_WEIGERT):
        return ophaalfout(
            url,
            gevonden=f"een proxy die weigert ({waarom})",
            verwacht=f"een weg naar {urlsplit(url).hostname}",
            remedie=f"vraag toegang bij wie de proxy beheert, of {_PROXY}",
        )
    return Voorbijgaand(
        f"geen verbinding met de proxy ({waarom})", stil=True, remedie=f"{_PROXY}; {OPNIEUW}"
    )


def _keten(fout: BaseException) -> Iterator[BaseException]:
    """An error and what it was raised from, whether linked or passed as its argument."""
    while True:
        yield fout
        dieper = fout.__cause__ or getattr(fout, "reason", None) or next(iter(fout.args), None)
        if not isinstance(dieper, BaseException):
            return
        fout = dieper


def kort(fout: BaseException) -> str:
    """The innermost reason, in one line."""
    *_, fout = _keten(fout)
    return " ".join(f"{type(fout).__name__}: {fout!s}".split())[:200]


@dataclass
class Neer:
    """Services that were down after all patience, a moment ago: they get little of it meanwhile.

    A service is a host and the first part of its path: the bulk files of CBS may fail while its
    tables answer. After `geldig` seconds, or as soon as it answers, it has all patience again.
    """

    geldig: float
    klok: Callable[[], float] = time.monotonic
    _sinds: dict[tuple[str, str], tuple[float, bool]] = field(default_factory=dict)

    def onthoud(self, url: str, fout: Voorbijgaand) -> None:
        """A service failed until the end."""
        self._sinds.setdefault(_dienst(url), (self.klok(), fout.stil))

    def antwoordde(self, url: str) -> None:
        """A service is there."""
        self._sinds.pop(_dienst(url), None)

    def pogingen(self, url: str, anders: int) -> int:
        """How often to ask: one that said nothing once, one that answered wrongly twice."""
        if _dienst(url) not in self._sinds:
            return anders
        moment, stil = self._sinds[_dienst(url)]
        if self.klok() - moment > self.geldig:
            self.antwoordde(url)
            return anders
        return min(anders, 1 if stil else 2)

    def lezen(self, url: str, anders: float) -> float:
        """How long to wait for bytes, in seconds: little for one that said nothing."""
        return min(anders, _KORT) if self.pogingen(url, 2) == 1 else anders


def _dienst(url: str) -> tuple[str, str]:
    delen = urlsplit(url)
    return delen.netloc, delen.path.lstrip("/").partition("/")[0].lower()
