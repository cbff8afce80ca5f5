"""One step of a receipt.

Here: what a step holds, and how its figure is computed and put beside what is published.
Not here: which steps there are (`bon.py`, `bon_cijfer.py`, `bon_cel.py`), the rules
(`rekenwijze/stappen.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from veerkracht_dagster.rekenwijze.stappen import bereken
from veerkracht_dagster.tweede.gelijk import gelijk
from veerkracht_dagster.tweede.ruw import Plaats

_GEEN_PUBLICATIE = object()


@dataclass
class Knoop:
    """One step of a receipt.

    soort: kaartlaag, cijfer, deel, gemiddelde, gebieden, cel, omzetting, broncel, tabelcijfer.
    regel, met: the rule of `stappen.py` by which it follows from `kinderen`. feiten: title, unit,
    file, row, licence, as they apply. afwijking: what is published, where that is another figure.
    """

    soort: str
    naam: str
    waarde: Any = None
    staat: str = ""
    uitleg: str = ""
    feiten: dict[str, Any] = field(default_factory=dict)
    regel: str = ""
    met: dict[str, Any] = field(default_factory=dict)
    kinderen: list[Knoop] = field(default_factory=list)
    afwijking: str = ""
    plaats: Plaats | None = None
    gepubliceerd: list[Any] = field(default_factory=list)  # what the release says, if it has it
    staat_in: tuple[str, str, dict[str, Any]] | None = None  # its table, column and row by the key

    def alle(self) -> Iterator[Knoop]:
        """This step and all below it."""
        yield self
        for kind in self.kinderen:
            yield from kind.alle()

    @property
    def afwijkingen(self) -> list[str]:
        """Every step below that is not what is published."""
        return list(dict.fromkeys(k.afwijking for k in self.alle() if k.afwijking))

    def als_json(self) -> dict[str, Any]:
        """For machines: all but what is empty; a place in a file as its facts."""
        velden = (
            "soort",
            "naam",
            "waarde",
            "staat",
            "uitleg",
            "feiten",
            "regel",
            "met",
            "afwijking",
        )
        uit = {veld: x for veld in velden if (x := getattr(self, veld)) not in ("", {})}
        return {**uit, "kinderen": [kind.als_json() for kind in self.kinderen]}


def stap(knoop: Knoop, regel: str, gepubliceerd: object = _GEEN_PUBLICATIE) -> Knoop:
    """Compute a step by its rule, and put it beside what is published."""
    knoop.regel = regel
    knoop.waarde, knoop.staat = bereken(regel, knoop)
    if gepubliceerd is _GEEN_PUBLICATIE:
        return knoop
    knoop.gepubliceerd = [gepubliceerd]
    if not gelijk(knoop.waarde, gepubliceerd):
        knoop.afwijking = (
            f"{knoop.naam}: gepubliceerd is {gepubliceerd}, uit de ruwe bestanden volgt "
            f"{knoop.waarde}"
        )
    return knoop
