"""Which year really stands for the begin and the end of an edition.

Here: the harmonised tables of an edition on its own areas, and the choice of a year per column:
that very year, else the nearest earlier one within the fall-back that reaches enough areas.
Not here: any figure made from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.models import Catalogus, Editie
from veerkracht_dagster.catalogus.vorm import eigen_gebieden
from veerkracht_dagster.celstatus import (
    MET_WAARDE,
    ONTBREEKT,
    bovengrens_van,
    deel_bij,
    dekking_van,
    ondergrens_van,
    status_van,
)


@dataclass(frozen=True)
class Cellen:
    """One column of one year: values, states (index: regiocode) and the year it is really from."""

    waarde: pd.Series
    status: pd.Series
    jaar: int | None
    dekking: pd.Series
    onder: pd.Series | None = None  # the least and the most, of a column that has bounds
    boven: pd.Series | None = None
    deel: pd.Series | None = None  # share (0-1) of its own denominator, of a count that has one

    @property
    def heeft_cijfer(self) -> pd.Series:
        """Per area: is there a figure."""
        return self.status.isin(MET_WAARDE)

    @property
    def speling(self) -> pd.Series:
        """How far it can be off by rounding and by what is unknown; NaN where nobody can tell."""
        if self.onder is None or self.boven is None:
            return pd.Series(0.0, index=self.waarde.index).where(self.dekking >= 1)
        onder, boven = (self.waarde - self.onder).to_numpy(), (self.boven - self.waarde).to_numpy()
        return pd.Series(np.maximum(onder, boven), index=self.waarde.index)

    @property
    def heeft_cijfers(self) -> bool:
        """Is there a figure anywhere."""
        return bool(self.heeft_cijfer.any())


@dataclass(frozen=True)
class Edittabel:
    """The harmonised tables of an edition's years, on the edition's areas (index: regiocode)."""

    editie: Editie
    per_jaar: Mapping[int, pd.DataFrame]
    gebieden: pd.Index
    bron_van: Mapping[str, str]  # column -> source
    # Years once chosen: many figures ask for the same.
    gekozen: dict[tuple[tuple[str, ...], int, bool], int | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def cellen(self, kolom: str, jaar: int) -> Cellen:
        """The column in precisely that year; without that year, all missing."""
        tabel = self.per_jaar.get(jaar)
        if tabel is None:
            leeg = pd.Series(float("nan"), index=self.gebieden)
            geen = pd.Series(ONTBREEKT, index=self.gebieden)
            ongedekt = pd.Series(0.0, index=self.gebieden)  # nothing of the area was observed
            return Cellen(leeg, geen, None, ongedekt, leeg, leeg, leeg)
        onder, boven, deel = (
            tabel.get(naast(kolom)) for naast in (ondergrens_van, bovengrens_van, deel_bij)
        )
        status, dekking = tabel[status_van(kolom)], tabel[dekking_van(kolom)]
        return Cellen(tabel[kolom], status, jaar, dekking, onder, boven, deel)

    def cellen_rond(self, kolommen: list[str], anker: int) -> dict[str, Cellen]:
        """The columns in the year that stands for `anker` (`kies_jaren`)."""
        return self.cellen_van(kolommen, kies_jaren(self, kolommen, anker), anker)

    def cellen_van(self, kolommen: list[str], jaar: int | None, anker: int) -> dict[str, Cellen]:
        """The columns in a year; without one, as `anker` has them."""
        return {kolom: self.cellen(kolom, anker if jaar is None else jaar) for kolom in kolommen}

    @cached_property
    def bewoond(self) -> pd.Series:
        """Which areas have residents: all but those of which it is known that nobody lives there.

        By the latest year up to the end of the edition, within the fall-back, that counts them.
        """
        inwoners = pd.Series(np.nan, index=self.gebieden)
        for terug in range(self.editie.parameters.terugval_jaren + 1):
            cel = self.cellen("inwoners", self.editie.eind - terug)
            inwoners = inwoners.where(inwoners.notna(), cel.waarde.where(cel.heeft_cijfer))
        return inwoners.ne(0)

    def bereik(self, kolommen: list[str], jaar: int) -> float:
        """The share (0-1) of the areas with residents where all of these columns have a figure."""
        if jaar not in self.per_jaar or not self.bewoond.any():
            return 0.0
        alle = self.heeft_alle(kolommen, jaar)
        return int((alle & self.bewoond).sum()) / int(self.bewoond.sum())

    def heeft_alle(self, kolommen: list[str], jaar: int) -> pd.Series:
        """Per area: do all of these columns have a figure."""
        alle = pd.Series(True, index=self.gebieden)
        for kolom in kolommen:
            alle &= self.cellen(kolom, jaar).heeft_cijfer
        return alle


def maak_edittabel(
    editie: Editie, buurttabellen: Mapping[int, pd.DataFrame], cat: Catalogus
) -> Edittabel:
    """Take the rows of an edition's niveau and base year out of the buurttabel of each year."""
    per_jaar = {}
    gebieden: pd.Index = pd.Index([], dtype="str")
    for jaar, tabel in sorted(buurttabellen.items()):
        per_jaar[jaar] = eigen_gebieden(tabel, editie).set_index("regiocode").sort_index()
        gebieden = gebieden.union(per_jaar[jaar].index)
    bron_van = {naam: kolom.bron for naam, kolom in cat.kolommen.items()}
    gelijk = {jaar: tabel.reindex(gebieden) for jaar, tabel in per_jaar.items()}
    return Edittabel(editie, gelijk, gebieden.rename("regiocode"), bron_van)


def kies_jaren(tabel: Edittabel, kolommen: list[str], anker: int) -> int | None:
    """The year that stands for `anker` for these columns together, or None.

    The year itself stands as soon as it has figures in all of them. An earlier one stands in only
    where it reaches enough of the areas: a file of one gemeente must not fill the map of a country.
    """
    return _onthouden(tabel, kolommen, anker, zelf=True)


def jaar_met_bereik(tabel: Edittabel, kolommen: list[str], anker: int) -> int | None:
    """As `kies_jaren`, but the year itself must reach enough of the areas too (groups of K)."""
    return _onthouden(tabel, kolommen, anker, zelf=False)


def _onthouden(tabel: Edittabel, kolommen: list[str], anker: int, *, zelf: bool) -> int | None:
    vraag = (tuple(kolommen), anker, zelf)
    if vraag not in tabel.gekozen:
        tabel.gekozen[vraag] = _kies(tabel, kolommen, anker, zelf=zelf)
    return tabel.gekozen[vraag]


def _kies(tabel: Edittabel, kolommen: list[str], anker: int, *, zelf: bool) -> int | None:
    regels = tabel.editie.parameters
    for jaar in range(anker, anker - regels.terugval_jaren - 1, -1):
        if zelf and jaar == anker:
            if all(tabel.cellen(kolom, jaar).heeft_cijfers for kolom in kolommen):
                return jaar
        elif (deel := tabel.bereik(kolommen, jaar)) > 0 and deel >= regels.terugval_bereik:
            return jaar
    return None
