"""Which publishers' files a table was made of: a value that goes beside the table.

Here: the value, several of them beside the tables of an asset, and how it is written down.
Not here: which files went into a table (the stage that makes it knows), the file that holds both
(`opslag/tabellen.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from veerkracht_dagster.catalogus.models import Editie

Beschrijving = Sequence[Mapping[str, Any]]  # of a delivery: per part the dialect and its files
Grondslag = Mapping[str, Mapping[str, Beschrijving]]  # year -> source -> its delivery
ALLE = ""  # for a table that is not made per base year


@dataclass(frozen=True)
class Afkomst:
    """Where a table is from.

    Args:
        bestanden: sha256 of the files behind it, per base year or under `ALLE`.
        kolommen: of a source table, how the publisher names each of its columns in this file.
        levering: of a source table, the dialect and (name, sha256) of its files, per part.
        leveringen: that of every source with rows that the table was made of.
        grondslag: the same per year, of all that a crosswalk stands on.
    """

    bestanden: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kolommen: Mapping[str, str] = field(default_factory=dict)
    levering: Beschrijving = ()
    leveringen: Mapping[str, Beschrijving] = field(default_factory=dict)
    grondslag: Grondslag = field(default_factory=dict)

    def hashes(self, basis: object = ALLE) -> set[str]:
        """The sha256 of the files behind the table; none if not noted."""
        return set(self.bestanden.get(str(basis), ()))

    def als_json(self) -> bytes:
        """As it is written beside the table."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def van_json(cls, tekst: bytes | None) -> Afkomst:
        """What `als_json` wrote; of a table without it, nothing is known."""
        return cls(**json.loads(tekst)) if tekst else cls()


class Tabellen(dict[str, Any]):
    """Tables per partition, and beside each where it is from."""

    def __init__(
        self, tabellen: Mapping[str, Any], afkomst: Mapping[str, Afkomst] | None = None
    ) -> None:
        super().__init__(tabellen)
        self.afkomst = {naam: (afkomst or {}).get(naam, Afkomst()) for naam in tabellen}

    @classmethod
    def van(cls, tabellen: Mapping[str, Any]) -> Tabellen:
        """The same; of tables with nothing beside them, nothing is known."""
        return tabellen if isinstance(tabellen, Tabellen) else cls(tabellen)


def per_basis(bestanden: Mapping[Any, Iterable[str]]) -> dict[str, list[str]]:
    """Hashes per base year, in order and each once."""
    return {str(basis): sorted(set(hashes)) for basis, hashes in bestanden.items()}


def leveringen_achter(
    bronnen: Mapping[str, Any], afkomst: Mapping[str, Afkomst]
) -> dict[str, Beschrijving]:
    """The deliveries behind the source tables of a year that have rows."""
    return {bron: afkomst[bron].levering for bron, tabel in bronnen.items() if len(tabel)}


def grondslag_onder(
    jaren: Iterable[str], gebieden: Tabellen, punten: Mapping[str, Tabellen]
) -> dict[str, dict[str, Beschrijving]]:
    """The deliveries that a crosswalk stands on, of every year that has areas.

    Args:
        jaren: those from its own to its bases, the years between among them.
        punten: per source of addresses or squares its tables per year.
    """
    uit = {}
    for jaar in sorted(jaren):
        if len(gebieden.get(jaar, ())):
            van: dict[str, Beschrijving] = dict(gebieden.afkomst[jaar].leveringen)
            for bron, tabellen in punten.items():
                if jaar in tabellen:
                    van[bron] = tabellen.afkomst[jaar].levering
            if vol := {bron: levering for bron, levering in van.items() if levering}:
                uit[jaar] = vol
    return uit


def grondslag_van(omzettingen: Mapping[int, Afkomst], editie: Editie) -> Grondslag:
    """The deliveries that crosswalks to an edition's areas stand on, of all years from there.

    Where two crosswalks name other files of a year, what was in these was the same when both were
    made: else the older of the two would have been stale. The first is kept.
    """
    uit: dict[str, Mapping[str, Beschrijving]] = {}
    for jaar, afkomst in sorted(omzettingen.items()):
        van, tot = sorted((jaar, editie.basisjaar))
        for ander, leveringen in afkomst.grondslag.items():
            if van <= int(ander) <= tot:
                uit.setdefault(ander, leveringen)
    return dict(sorted(uit.items()))
