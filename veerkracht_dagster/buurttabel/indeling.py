"""The areas of a year with what lies in them: ground, addresses, squares with residents.

Here: one year at one niveau (`Indeling`), and many of them of which is kept what was worked out
(`Indelingen`).
Not here: how two years lie on each other (`wegen.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from veerkracht_dagster.buurttabel.adressen import Adresboeken, Adressen, lees_adressen
from veerkracht_dagster.buurttabel.grond import Grond
from veerkracht_dagster.buurttabel.toelating import hele_vlakken, weiger_gebieden

_ADRESKOLOM = {"buurt": "buurtcode", "wijk": "wijkcode", "gemeente": "gemeentecode"}
ONGEWIJZIGD = "1"  # the publisher's mark: code and boundary as the year before


class Bewoners(NamedTuple):
    """Squares with residents: their middles, the area each lies in (-1: none), and how many live
    there, NaN where the publisher gives no figure."""

    ligging: np.ndarray
    gebied: np.ndarray
    inwoners: np.ndarray


@dataclass(frozen=True)
class Indeling:
    """The areas of one year at one niveau.

    gebieden: GeoDataFrame with regiocode and geometry (a coordinate system in metres; a shape may
    be missing, and one with an invalid ring is repaired with a warning); regionaam and
    indelingswijziging where they are known.
    adressen: a DataFrame, Arrow table or Arrow dataset with postcode, huisnummer and the code of
    the area in column `adreskolom`, or what gives them when asked; None where there is no file.
    vierkanten: a DataFrame with points (x, y in the same coordinate system) and inwoners, empty
    where it is not known, or what gives it when asked; None where there is no file.
    """

    jaar: int
    gebieden: gpd.GeoDataFrame
    adressen: Any = None
    adreskolom: str = "buurtcode"
    vierkanten: Any = None

    def __post_init__(self) -> None:
        weiger_gebieden(self.jaar, self.gebieden)

    @cached_property
    def codes(self) -> pd.Index:
        """The codes of the areas."""
        return pd.Index(self.gebieden["regiocode"].to_numpy(dtype=object))

    @cached_property
    def rang(self) -> np.ndarray:
        """Place of every code in alphabetical order; -1, at the end, for no code."""
        rang = np.full(len(self.codes) + 1, -1)
        rang[np.argsort(self.codes.to_numpy(), kind="stable")] = np.arange(len(self.codes))
        return rang

    @cached_property
    def grond(self) -> Grond:
        """The land of the areas."""
        vlakken = hele_vlakken(self.jaar, self.gebieden)
        return Grond(self.codes, vlakken, shapely.area(vlakken), self.gebieden.crs)

    @cached_property
    def namen(self) -> np.ndarray:
        """Name of every area, None where it is not known."""
        if "regionaam" not in self.gebieden:
            return np.full(len(self.codes), None, dtype=object)
        namen = self.gebieden["regionaam"]
        return namen.astype(object).where(namen.notna(), None).to_numpy(dtype=object)

    @cached_property
    def ongewijzigd(self) -> pd.Index:
        """Codes of which the publisher says that they are as the year before."""
        if "indelingswijziging" not in self.gebieden:
            return self.codes[:0]
        return self.codes[(self.gebieden["indelingswijziging"] == ONGEWIJZIGD).to_numpy()]

    def lees_adressen(self) -> Adressen | None:
        """The addresses, None where there are none."""
        if self.adressen is None:
            return None
        if callable(self.adressen):
            return self.adressen() or None
        return lees_adressen(self.adressen, (self.adreskolom,)) or None

    @cached_property
    def bewoners(self) -> Bewoners | None:
        """The squares with residents, None where there are none."""
        punten = self.vierkanten() if callable(self.vierkanten) else self.vierkanten
        if punten is None or punten.empty:
            return None
        ligging = shapely.points(punten["x"].to_numpy(), punten["y"].to_numpy())
        inwoners = punten["inwoners"].to_numpy(dtype="float64")
        return Bewoners(ligging, self.grond.waar(ligging), inwoners)


class Indelingen:
    """The areas of many years at every niveau; what is worked out of a year stays.

    gebieden: table `gebieden` per year. adressen: table `cbs_adressen` per year, where there is one
    (Arrow dataset, DataFrame). vierkanten: table `cbs_vierkanten` per year, where there is one
    (Arrow dataset). Both are read when a road needs them.
    """

    def __init__(
        self,
        gebieden: Mapping[int, gpd.GeoDataFrame],
        adressen: Mapping[int, Any],
        vierkanten: Mapping[int, Any] | None = None,
    ) -> None:
        self._gebieden = gebieden
        self._adressen = Adresboeken(adressen, ("buurtcode", "wijkcode"))
        self._vierkanten = vierkanten or {}
        self.vierkanten_gelezen: dict[int, pd.DataFrame] = {}
        self._indelingen: dict[tuple[int, str], Indeling] = {}

    def van(self, jaar: int, niveau: str) -> Indeling:
        """The areas of a year at a niveau."""
        if (jaar, niveau) not in self._indelingen:
            alle = self._gebieden[jaar]
            self._indelingen[jaar, niveau] = Indeling(
                jaar,
                alle.loc[alle["niveau"].to_numpy(dtype=object) == niveau],
                (lambda: self._adressen[jaar]) if jaar in self._adressen else None,
                _ADRESKOLOM[niveau],
                (lambda: self._lees_vierkanten(jaar)) if jaar in self._vierkanten else None,
            )
        return self._indelingen[jaar, niveau]

    def _lees_vierkanten(self, jaar: int) -> pd.DataFrame:
        if jaar not in self.vierkanten_gelezen:
            tabel = self._vierkanten[jaar].to_table(columns=["x", "y", "inwoners"])
            self.vierkanten_gelezen[jaar] = tabel.to_pandas()
        return self.vierkanten_gelezen[jaar]

    def tussen(self, jaar: int, ander: int, niveau: str) -> Iterator[Indeling]:
        """The years strictly between two, of which any area is known."""
        for tussenjaar in range(min(jaar, ander) + 1, max(jaar, ander)):
            if tussenjaar in self._gebieden and len(self.van(tussenjaar, niveau).codes):
                yield self.van(tussenjaar, niveau)
