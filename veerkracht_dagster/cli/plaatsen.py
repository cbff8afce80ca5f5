"""Areas by name, for the command: a code, or the end of it with what there is.

Here: exit codes, and names for completion in the shell. Not here: what is called so
(`bonnen/plaatsen.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from veerkracht_dagster.bonnen.plaatsen import (
    NIVEAUS,
    OnbekendePlaats,
    kaal,
    plaatsen,
    zoek,
    zoek_of_zelf,
)
from veerkracht_dagster.cli.weergave import NIETS_DAAR, VERKEERD_GEBRUIK, fout
from veerkracht_dagster.werkmap import Werkmap


def code_van(werkmap: Werkmap, editie: str, gevraagd: str, niveaus: Sequence[str] = NIVEAUS) -> str:
    """The code of the area that is meant; else the command stops and says why."""
    return _of_stop(lambda: zoek(werkmap.tabellen, editie, gevraagd, niveaus))


def code_of_zelf(werkmap: Werkmap, editie: str, gevraagd: str) -> str:
    """The same, and what was asked itself where no area is called so."""
    return _of_stop(lambda: zoek_of_zelf(werkmap.tabellen, editie, gevraagd))


def _of_stop(zoeken: Callable[[], str]) -> str:
    try:
        return zoeken()
    except OnbekendePlaats as onbekend:
        fout(str(onbekend), VERKEERD_GEBRUIK if onbekend.meer else NIETS_DAAR)


def vul_aan(begin: str, niveaus: Sequence[str], editie: str) -> Iterable[str]:
    """Names that begin as was typed, for the shell: with the gemeente where one is not enough."""
    alle = plaatsen(Werkmap.uit_omgeving().tabellen, editie)
    alle = alle.loc[alle["niveau"].isin(niveaus)]
    alle = alle.loc[alle["naam"].astype(str).map(kaal).str.startswith(kaal(begin))]
    vaker = alle["naam"].duplicated(keep=False)
    lang = alle["naam"].astype(str) + ", " + alle["gemeente"].astype(str)
    return sorted(set(alle["naam"].where(~vaker | alle["gemeente"].eq(""), lang)))
