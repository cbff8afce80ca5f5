"""The columns of all tables as a graph: which are made of which, from the publishers to the maps.

Here: walking it up and down, and finding a column by any of its names. Not here: the edges
(`tabellen/` and `kolomherkomst.py`), pages (`kolompagina.py`), events (`openlineage.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.tabellen import Tabel, Tabelkolom, tabellen, tabellen_van

Knoop = tuple[str, str]  # table and column; `levering/<bron>` and the publisher's own name


@dataclass(frozen=True)
class Kolomgraaf:
    """Every column of every table, in pipeline order. `namen`: other names of a column."""

    kolommen: Mapping[Knoop, Tabelkolom]
    uit: Mapping[Knoop, tuple[Knoop, ...]]
    naar: Mapping[Knoop, tuple[Knoop, ...]]
    namen: Mapping[Knoop, tuple[str, ...]]

    def stroomop(self, knoop: Knoop) -> list[Knoop]:
        """All that a column is made of, nearest first."""
        return _bereikbaar(knoop, self.uit)

    def stroomaf(self, knoop: Knoop) -> list[Knoop]:
        """All that is made of a column, nearest first."""
        return _bereikbaar(knoop, self.naar)

    def leveringen(self, knoop: Knoop) -> dict[str, list[str]]:
        """Per source the publisher's names of the columns at the bottom of a column."""
        uit: dict[str, list[str]] = {}
        for tabel, kolom in [knoop, *self.stroomop(knoop)]:
            soort, _, bron = tabel.partition("/")
            if soort == "levering":
                uit.setdefault(bron, []).append(kolom)
        return uit

    def zoek(self, naam: str) -> list[Knoop]:
        """Columns that are called so: 'tabel.kolom', 'kolom', or one of the publisher's names.

        Exact names go before names in which the text occurs; capitals make no difference.
        """
        gezocht = naam.casefold()
        heel, deels = [], []
        for knoop in [*self.kolommen, *(k for k in self.naar if k not in self.kolommen)]:
            namen = [n.casefold() for n in (knoop[1], ".".join(knoop), *self.namen.get(knoop, ()))]
            if gezocht in namen:
                heel.append(knoop)
            elif any(gezocht in n for n in namen):
                deels.append(knoop)
        return heel or deels


def kolomgraaf(cat: Catalogus | None = None) -> Kolomgraaf:
    """The graph of a catalogue (default: the project's own)."""
    alle: Iterable[Tabel] = (tabellen() if cat is None else tabellen_van(cat)).values()
    cat = cat or catalogus()
    kolommen = {(tabel.naam, kolom.naam): kolom for tabel in alle for kolom in tabel.kolommen}
    naar: dict[Knoop, list[Knoop]] = {}
    for knoop, kolom in kolommen.items():
        for van in kolom.uit:
            naar.setdefault(van, []).append(knoop)
    return Kolomgraaf(
        kolommen=kolommen,
        uit={knoop: tuple(dict.fromkeys(kolom.uit)) for knoop, kolom in kolommen.items()},
        naar={knoop: tuple(dict.fromkeys(doelen)) for knoop, doelen in naar.items()},
        namen=_namen(cat),
    )


def _namen(cat: Catalogus) -> dict[Knoop, tuple[str, ...]]:
    """How the publisher calls a column besides its title: topic group, v4 measure, Excel name."""
    uit: dict[Knoop, tuple[str, ...]] = {}
    for kolom in cat.kolommen.values():
        uitgever = kolom.uitgever
        ook = (*([uitgever.groep] if uitgever.groep else []), *uitgever.v4, *uitgever.excel)
        for titel in uitgever.titels:
            uit[f"levering/{kolom.bron}", titel] = ook
    return uit


def _bereikbaar(begin: Knoop, buren: Mapping[Knoop, tuple[Knoop, ...]]) -> list[Knoop]:
    gezien = {begin: None}
    for knoop in iter(rij := [begin]):
        for buur in buren.get(knoop, ()):
            if buur not in gezien:
                gezien[buur] = None
                rij.append(buur)
    return list(gezien)[1:]
