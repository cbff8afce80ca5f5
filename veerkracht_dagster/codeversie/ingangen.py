"""The catalogue as far as code reads it: which of its fields count for an asset.

Here: every value of the catalogue with the names of the fields that lead to it. It counts where the
code of the asset mentions all of these; too many count rather than too few.
Not here: which code that is (`__init__.py`); what one edition says (`assets_defs/edities.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from types import FunctionType
from typing import Any, get_args

from pydantic import BaseModel

from veerkracht_dagster.catalogus import rapportcijfers
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.tabellen import Tabel, tabellen_van
from veerkracht_dagster.codeversie.broncode import code_van

Velden = tuple[str, ...]
# Where a source is fetched, when it is due, what is known of it and not kept: in no table.
_OVER_DE_BRON = frozenset({"ophalen", "kalender", "tabeltitel", "overgeslagen", "kenkolommen"})
# What one edition says is an input of its own, with a version per partition
# (`assets_defs/edities.py`): so one edition makes no other stale.
_PER_PARTITIE = "edities"
_MODELLEN = "veerkracht_dagster.catalogus.models"
_GEHEEL = "model_dump"  # code that mentions it takes entries whole


class Ingangen:
    """The values of a catalogue by the fields that lead to them."""

    def __init__(self, cat: Catalogus) -> None:
        self.tabellen = tabellen_van(cat)
        self._gelezen: dict[tuple[frozenset[str], frozenset[str]], list[Velden]] = {}
        per_veld: dict[Velden, list[Any]] = {}
        for velden, plek, waarde in _waarden(cat, (), ()):
            if velden[0] != _PER_PARTITIE and not _OVER_DE_BRON.intersection(velden):
                per_veld.setdefault(velden, []).append((plek, waarde))
        self._som = {v: hashlib.sha256(repr(w).encode()).digest() for v, w in per_veld.items()}

    def gelezen(self, namen: frozenset[str], teksten: frozenset[str]) -> list[Velden]:
        """The fields, each with those that lead to it, that code with these names can read.

        Args:
            namen: attributes and other names; the first field of a way is always one of these.
            teksten: texts, which may be the name of a field too (`getattr(editie, kant)`).
        """
        if (namen, teksten) not in self._gelezen:
            self._gelezen[namen, teksten] = self._zoek(met_eigenschappen(namen), teksten)
        return self._gelezen[namen, teksten]

    def _zoek(self, genoemd: frozenset[str], teksten: frozenset[str]) -> list[Velden]:
        if _GEHEEL in genoemd:
            return sorted(self._som)
        verder = genoemd.union(teksten)
        return sorted(v for v in self._som if v[0] in genoemd and verder.issuperset(v[1:]))

    def tabelsom(self, asset: str) -> bytes:
        """A hash of the table of an asset as the catalogue describes it, without lineage."""
        return _beschreven(self.tabellen.get(asset))

    def som(self, velden: Iterable[Velden]) -> bytes:
        """A hash of the values in these fields."""
        return hashlib.sha256(b"".join(self._som[v] for v in velden)).digest()


@cache
def _beschreven(tabel: Tabel | None) -> bytes:
    kolommen = [replace(kolom, uit=()) for kolom in tabel.kolommen] if tabel else []
    zonder = tabel and (tabel.naam, tabel.titel, tabel.omschrijving, tabel.sleutel)
    return hashlib.sha256(repr([zonder, *kolommen]).encode()).digest()


def _waarden(
    waarde: Any, velden: Velden, plek: tuple[Any, ...]
) -> Iterator[tuple[Velden, tuple[Any, ...], Any]]:
    """Every value below `waarde`: the fields and the keys that lead to it, and what it is."""
    if isinstance(waarde, BaseModel):
        for veld in type(waarde).model_fields:
            yield from _waarden(getattr(waarde, veld), (*velden, veld), plek)
    elif isinstance(waarde, Mapping) and waarde:
        yield velden, plek, list(waarde)
        for sleutel, inhoud in waarde.items():
            yield from _waarden(inhoud, velden, (*plek, sleutel))
    elif isinstance(waarde, list) and any(isinstance(deel, BaseModel) for deel in waarde):
        for nummer, deel in enumerate(waarde):
            yield from _waarden(deel, velden, (*plek, nummer))
    else:
        yield velden, plek, waarde


def met_eigenschappen(namen: Iterable[str]) -> frozenset[str]:
    """With a method of the catalogue's models, or what reads its rows, the names it mentions."""
    eigenschappen = _eigenschappen()
    uit = frozenset({*namen, ""})
    wacht = uit & eigenschappen.keys()
    while wacht:
        erbij = frozenset[str]().union(*(eigenschappen[naam] for naam in wacht)) - uit
        uit |= erbij
        wacht = erbij & eigenschappen.keys()
    return uit


@cache
def _eigenschappen() -> dict[str, frozenset[str]]:
    """What each method, property and reader of rows mentions; under '' what an operator calls."""
    uit = {
        naam: code_van(functie.__code__).namen
        for naam, functie in vars(rapportcijfers).items()
        if isinstance(functie, FunctionType) and functie.__module__ == rapportcijfers.__name__
    }
    for model in _modellen(Catalogus):
        for naam, wat in vars(model).items():
            functie = wat.fget if isinstance(wat, property) else wat
            if isinstance(functie, FunctionType) and functie.__module__.startswith(_MODELLEN):
                sleutel = "" if naam.startswith("__") else naam
                uit[sleutel] = uit.get(sleutel, frozenset()) | code_van(functie.__code__).namen
    return uit


def _modellen(model: type[BaseModel]) -> set[type[BaseModel]]:
    """A model and those of its fields, in turn."""
    gezien: set[type[BaseModel]] = set()
    wacht: list[Any] = [model]
    while wacht:
        soort = wacht.pop()
        if isinstance(soort, type) and issubclass(soort, BaseModel):
            if soort not in gezien:
                gezien.add(soort)
                wacht += [veld.annotation for veld in soort.model_fields.values()]
        else:
            wacht += get_args(soort)
    return gezien
