"""The gate of publication: no release whose figures do not follow from the raw files.

Here: the second computation of what is staged, and what it says in words.
Not here: stage, audit, swap itself (`publicatie/publiceren.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Protocol

import pyarrow as pa

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.herkomst.stukken import Bewijsstukken
from veerkracht_dagster.herkomst.vergelijken import Arrowkolommen, Telling, Verschil, vergelijk

_HOOGSTENS = 20


class _Laag(Protocol):
    @property
    def cijfers(self) -> pa.Table: ...


class Klaargezet(Protocol):
    """The staged tables of an edition (`publicatie.inhoud.Inhoud`)."""

    @property
    def lagen(self) -> Mapping[str, Any]: ...
    @property
    def indicatoren(self) -> Mapping[str, pa.Table]: ...
    @property
    def overzichten(self) -> Mapping[str, pa.Table]: ...
    @property
    def buurttabellen(self) -> Mapping[int, pa.Table]: ...


class Poort:
    """Replays an edition from its evidence; `telling` says how many cells were compared."""

    def __init__(self, stukken: Bewijsstukken, cat: Catalogus) -> None:
        self.stukken, self.cat, self.telling = stukken, cat, Telling()

    def __call__(self, inhoud: Klaargezet) -> Iterator[str]:
        """Every figure that does not replay, in words; the first twenty, then how many more."""
        yield from in_woorden(self.verschillen(inhoud))

    def verschillen(self, inhoud: Klaargezet) -> Iterator[Verschil]:
        naspel = self.stukken.naspel(inhoud.buurttabellen, self.cat)
        yield from vergelijk(
            naspel,
            {naam: Arrowkolommen(laag.cijfers) for naam, laag in inhoud.lagen.items()},
            {naam: Arrowkolommen(tabel) for naam, tabel in inhoud.indicatoren.items()},
            {naam: Arrowkolommen(tabel) for naam, tabel in inhoud.overzichten.items()},
            {jaar: Arrowkolommen(tabel) for jaar, tabel in inhoud.buurttabellen.items()},
            self.cat,
            self.telling,
        )


def in_woorden(verschillen: Iterable[Verschil]) -> Iterator[str]:
    """The first differences, and how many more there are."""
    alle = iter(verschillen)
    yield from map(str, islice(alle, _HOOGSTENS))
    rest = sum(1 for _ in alle)
    if rest:
        yield f"en nog {rest} cijfers die niet uit de ruwe bestanden volgen"
