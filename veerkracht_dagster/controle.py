"""The outcome of a check of the method: did it hold, over what, and the rows that break it.

Here: the record. Not here: the checks themselves (`controles.py` of each stage).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Controle:
    """One check on one table: `gevallen` are the rows that break it, `feiten` what was counted."""

    naam: str
    gevallen: pd.DataFrame
    feiten: dict[str, float | int | str] = field(default_factory=dict)
    remedie: str = ""

    @property
    def goed(self) -> bool:
        return self.gevallen.empty

    def melding(self) -> str:
        """One readable paragraph for an error: what broke the check, where, and what to do."""
        eerste = "; ".join(_geval(rij) for rij in self.gevallen.head(3).to_dict("records"))
        aantal = f"{len(self.gevallen)} {'geval' if len(self.gevallen) == 1 else 'gevallen'}"
        return f"controle {self.naam}: {aantal}, zoals {eerste}. {self.remedie}"


def _geval(rij: Mapping[Hashable, object]) -> str:
    """A row in words: every column that says something."""
    delen = [(naam, _tekst(waarde)) for naam, waarde in rij.items()]
    return ", ".join(f"{naam} {tekst}" for naam, tekst in delen if tekst)


def _tekst(waarde: object) -> str:
    if waarde is None or waarde != waarde:
        return ""
    return f"{waarde:.10g}" if isinstance(waarde, float) else str(waarde)


def samen(controles: list[Controle]) -> Controle:
    """The same check over several partitions as one."""
    feiten: dict[str, float | int | str] = {}
    for controle in controles:
        for naam, waarde in controle.feiten.items():
            oud = feiten.get(naam)
            if isinstance(waarde, int) and isinstance(oud, int):
                feiten[naam] = oud + waarde
            else:
                feiten[naam] = waarde
    gevallen = pd.concat([controle.gevallen for controle in controles], ignore_index=True)
    return Controle(controles[0].naam, gevallen, feiten, controles[0].remedie)
