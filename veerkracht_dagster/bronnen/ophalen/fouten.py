"""What can go wrong with a request, in words that say what to do.

Here: the refusals of fetching. Not here: those of reading (`bronnen/fouten.py`).
"""

from __future__ import annotations

import re

from veerkracht_dagster.bronnen.fouten import BronFout, Probleem

OPNIEUW = "probeer het later opnieuw; wat eerder was opgehaald staat er nog"
_TOEGANG = re.compile(r"//[^/@\s]+@")


class OphaalFout(BronFout):
    """A publisher could not be asked, or gave something that is not what was asked."""

    @classmethod
    def van(cls, url: str, gevonden: str, verwacht: str, remedie: str = OPNIEUW) -> OphaalFout:
        """The error about one url; a password in it is not shown."""
        return cls(Probleem(zonder_toegang(gevonden), verwacht, remedie, zonder_toegang(url)))


class Voorbijgaand(Exception):
    """An attempt failed in a way that may pass.

    wacht: what the server asks for, in seconds. stil: the host gave no answer at all.
    """

    def __init__(
        self,
        gevonden: str,
        wacht: float | None = None,
        *,
        stil: bool = False,
        remedie: str = OPNIEUW,
    ) -> None:
        super().__init__(gevonden)
        self.gevonden = gevonden
        self.wacht = wacht
        self.stil = stil
        self.remedie = remedie


class Afwezig(Exception):
    """The publisher does not have this (404, 410), or not by this way: `gevonden` says how."""

    def __init__(self, url: str, gevonden: str = "HTTP 404: bestaat niet") -> None:
        super().__init__(url)
        self.url = url
        self.gevonden = gevonden


def ophaalfout(url: str, *, gevonden: str, verwacht: str, remedie: str) -> OphaalFout:
    """An `OphaalFout` about one url."""
    return OphaalFout.van(url, gevonden, verwacht, remedie)


def zonder_toegang(tekst: str) -> str:
    """A text without the user names and passwords of the urls in it."""
    return _TOEGANG.sub("//***@", tekst)
