"""Which year really stands for the begin and the end of an edition.

Here: the harmonised tables of an edition on its own areas, and the choice of a year per column:
that very year, else the nearest earlier one within the fall-back.
Not here: any figure made from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.models import Catalogus, Editie
from veerkracht_dagster.celstatus import (
    MET_WAARDE,
    ONTBREEKT,
    bovengrens_van,
    ondergrens_van,
    status_van,
)


@dataclass(frozen=True)
class Cellen:
    """One column of one year: values, states (index: regiocode) and the year it is really from."""

    waarde: pd.Series
    status: pd.Series
    jaar: int | None

    @property
    def heeft_cijfers(self) -> bool:
        return bool(self.status.isin(MET_WAARDE).any())


@dataclass(frozen=True)
class Edittabel:
    """The harmonised tables of an edition's years, on the edition's areas (index: regiocode)."""

    editie: Editie
    per_jaar: Mapping[int, pd.DataFrame]
    gebieden: pd.Index
    bron_van: Mapping[str, str]  # column -> source
    begrensd: frozenset[str]  # columns with bounds, by rounding and suppression
    # Years once chosen: many figures ask for the same.
    gekozen: dict[tuple[tuple[str, ...], int], int | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def cellen(self, kolom: str, jaar: int) -> Cellen:
        """The column in precisely that year; without that year, all missing."""
        tabel = self.per_jaar.get(jaar)
        if tabel is None:
            return Cellen(
                pd.Series(float("nan"), index=self.gebieden),
                pd.Series(ONTBREEKT, index=self.gebieden),
                None,
            )
        return Cellen(tabel[kolom], tabel[status_van(kolom)], jaar)

    def speling(self, kolom: str, cel: Cellen) -> pd.Series:
        """How far the figures of a cell can be off by what the publisher rounds and suppresses."""
        if kolom not in self.begrensd or cel.jaar is None:
            return pd.Series(0.0, index=self.gebieden)
        tabel = self.per_jaar[cel.jaar]
        onder = (cel.waarde - tabel[ondergrens_van(kolom)]).to_numpy()
        boven = (tabel[bovengrens_van(kolom)] - cel.waarde).to_numpy()
        # A bound that is unknown says nothing: then the other one counts.
        return pd.Series(np.fmax(onder, boven), index=self.gebieden)

    def cellen_rond(self, kolommen: list[str], anker: int) -> dict[str, Cellen]:
        """The columns in the latest year up to `anker`, within the fall-back, that has them all."""
        jaar = kies_jaren(self, kolommen, anker)
        return {kolom: self.cellen(kolom, anker if jaar is None else jaar) for kolom in kolommen}


def maak_edittabel(
    editie: Editie, buurttabellen: Mapping[int, pd.DataFrame], cat: Catalogus
) -> Edittabel:
    """Take the rows of an edition's niveau and base year out of the buurttabel of each year."""
    per_jaar = {}
    gebieden: pd.Index = pd.Index([], dtype="str")
    for jaar, tabel in sorted(buurttabellen.items()):
        eigen = (tabel["niveau"] == editie.niveau) & (tabel["basisjaar"] == editie.basisjaar)
        per_jaar[jaar] = tabel.loc[eigen].set_index("regiocode").sort_index()
        gebieden = gebieden.union(per_jaar[jaar].index)
    bron_van = {naam: kolom.bron for naam, kolom in cat.kolommen.items()}
    gelijk = {jaar: tabel.reindex(gebieden) for jaar, tabel in per_jaar.items()}
    begrensd = frozenset(naam for naam, kolom in cat.kolommen.items() if kolom.begrensd)
    return Edittabel(editie, gelijk, gebieden.rename("regiocode"), bron_van, begrensd)


def kies_jaren(tabel: Edittabel, kolommen: list[str], anker: int) -> int | None:
    """The year that stands for `anker` for these columns together, or None.

    An earlier year whose delivery reaches far fewer areas than that of `anker` itself does not
    stand in for it: a file of one gemeente must not fill the map of a country.
    """
    vraag = (tuple(kolommen), anker)
    if vraag not in tabel.gekozen:
        tabel.gekozen[vraag] = _kies(tabel, kolommen, anker)
    return tabel.gekozen[vraag]


def _kies(tabel: Edittabel, kolommen: list[str], anker: int) -> int | None:
    regels = tabel.editie.parameters
    for terug in range(regels.terugval_jaren + 1):
        jaar = anker - terug
        if jaar in tabel.per_jaar and all(
            tabel.cellen(kolom, jaar).heeft_cijfers
            and _bereik(tabel, kolom, jaar) >= regels.terugval_bereik * _bereik(tabel, kolom, anker)
            for kolom in kolommen
        ):
            return jaar
    return None


def _bereik(tabel: Edittabel, kolom: str, jaar: int) -> int:
    """Number of areas that the column's source reached in a year."""
    if jaar not in tabel.per_jaar:
        return 0
    return int((tabel.per_jaar[jaar][f"omzetting_{tabel.bron_van[kolom]}"] != "geen").sum())
