"""The gate of publication: no release whose figures do not follow from the raw files.

Here: the second computation of what is staged, and what it says in words.
Not here: stage, audit, swap itself (`publicatie/publiceren.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.tweede.gewichten import controleer_gewichten
from veerkracht_dagster.tweede.ruilen import Invoer, Veranderd, Verklaring, door_code, verklaar
from veerkracht_dagster.tweede.stukken import BewijsFout, Bewijsstukken
from veerkracht_dagster.tweede.uitgegeven import (
    Uitgegeven,
    Werkplek,
    catalogus_van,
    editie_van,
    stukken_van,
)
from veerkracht_dagster.tweede.vergelijken import Arrowkolommen, Telling, Verschil, vergelijk

_HOOGSTENS = 20


class _Poortlaag(Protocol):
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
        yield from controleer_gewichten(self.stukken.wegen, self.telling)
        naspel = self.stukken.naspel(inhoud.buurttabellen, self.cat)
        yield from vergelijk(
            naspel,
            {naam: Arrowkolommen(laag.cijfers) for naam, laag in inhoud.lagen.items()},
            {naam: Arrowkolommen(tabel) for naam, tabel in inhoud.indicatoren.items()},
            {naam: Arrowkolommen(tabel) for naam, tabel in inhoud.overzichten.items()},
            {jaar: Arrowkolommen(tabel) for jaar, tabel in inhoud.buurttabellen.items()},
            self.cat,
            self.telling,
            op_volgorde=True,
        )


class Verklaarder:
    """Finds why figures differ from those of an earlier release (`publicatie.uitgave.Uitgave`)."""

    def __init__(self, werkmap: Werkplek, nieuw: Invoer, versies: Mapping[str, str]) -> None:
        self.werkmap, self.nieuw, self.versies = werkmap, nieuw, versies

    def __call__(self, map_vorige: Path, vorige: Uitgegeven, veranderd: Veranderd) -> Verklaring:
        """Why, or in words why that cannot be told."""
        oud, opmerkingen = invoer_van(self.werkmap, map_vorige, vorige, self.nieuw.cat)
        code = {
            stap: (str(was), self.versies[stap])
            for stap, was in vorige.versies.items()
            if self.versies.get(stap, was) != was
        }
        if oud is None:
            # How many figures it made cannot be told, that the method is another one can.
            oorzaken = [replace(door_code(code), cijfers=None)] if code else []
            return Verklaring(oorzaken, opmerkingen=opmerkingen)
        uit = verklaar(oud, self.nieuw, veranderd, code)
        uit.opmerkingen += opmerkingen
        return uit


def invoer_van(
    werkmap: Werkplek, map_release: Path, release: Uitgegeven, cat: Catalogus
) -> tuple[Invoer | None, list[str]]:
    """The inputs of a published release, None where they are gone; and what is to be said."""
    try:
        stukken = stukken_van(werkmap, map_release, release, editie_van(release))
    except BewijsFout as weg:
        return None, [f"het waarom is niet te vinden: {weg}"]
    toen = catalogus_van(map_release)
    woord = (
        f"uitgave {release.release_id} heeft geen catalogus bij zich die nu te lezen is; gerekend "
        "met die van nu"
    )
    jaren = tuple(sorted(int(jaar) for jaar in release.leveringen))
    return Invoer(stukken, toen or cat, jaren), [] if toen else [woord]


def in_woorden(verschillen: Iterable[Verschil]) -> Iterator[str]:
    """The first differences, and how many more there are."""
    alle = iter(verschillen)
    yield from map(str, islice(alle, _HOOGSTENS))
    rest = sum(1 for _ in alle)
    if rest:
        yield f"en nog {rest} cijfers die niet uit de ruwe bestanden volgen"
