"""The outcome of a check of the method: did it hold, over what, and the rows that break it.

Here: the record. Not here: the checks themselves (`controles.py` of each stage).
"""

from __future__ import annotations

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
        """One readable sentence for an error."""
        eerste = self.gevallen.head(3).to_dict("records")
        return (
            f"controle {self.naam}: {len(self.gevallen)} gevallen, zoals {eerste}. {self.remedie}"
        )


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
