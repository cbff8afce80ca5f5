"""A crosswalk as arrays and matrices of target x source areas.

Here: the parts (which source area has which part in which target), their weight and measure.
Not here: how the crosswalk was made (`omzetting.py`), or the figures that move along it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from veerkracht_dagster.catalogus.tabellen import METHODEN_OMZETTING

_METHODEN = pd.Index(METHODEN_OMZETTING, dtype=object)
_NAMEN = np.array(METHODEN_OMZETTING, dtype=object)
_NAAM, _KETEN, _GEMENGD, _GEEN = (
    METHODEN_OMZETTING.index(methode) for methode in ("code_en_naam", "keten", "gemengd", "geen")
)


@dataclass(frozen=True)
class Kruising:
    """The parts of a crosswalk, sorted by target: each a source area's part in a target.

    `van` are all source areas, also those without a road; `naar` the targets wanted.
    """

    van: pd.Index
    naar: pd.Index
    doel: np.ndarray  # per part: position in `naar`
    bron: np.ndarray  # per part: position in `van`
    gewicht: np.ndarray  # share of the source area that goes to the target
    maat: np.ndarray  # what it weighs beside the other parts of its target; NaN if unknown
    methode: np.ndarray  # per part: position in METHODEN_OMZETTING

    @cached_property
    def bronnen(self) -> np.ndarray:
        """Number of source areas per target."""
        return np.bincount(self.doel, minlength=len(self.naar))

    @cached_property
    def geheel(self) -> np.ndarray:
        """Targets that receive whole source areas only."""
        return np.bincount(self.doel, self.gewicht < 1, minlength=len(self.naar)) == 0

    @cached_property
    def onzeker(self) -> np.ndarray:
        """Targets to which some road rests on code and name alone, or is a chain."""
        onzeker = (self.methode == _NAAM) | (self.methode == _KETEN)
        return np.bincount(self.doel, onzeker, minlength=len(self.naar)) > 0

    @cached_property
    def enige(self) -> np.ndarray:
        """Position of the only source of a target that takes it whole, else -1."""
        uit = np.full(len(self.naar), -1)
        deel = (self.bronnen == 1)[self.doel] & self.geheel[self.doel]
        uit[self.doel[deel]] = self.bron[deel]
        return uit

    @cached_property
    def onweegbaar(self) -> np.ndarray:
        """Targets of several parts of which nobody knows what they weigh beside each other."""
        return (self.tel(np.isnan(self.maat)) > 0) & (self.bronnen > 1)

    @cached_property
    def weegt(self) -> np.ndarray:
        """Per part what it weighs; 0 where that is unknown beside others."""
        alleen = (self.bronnen == 1)[self.doel]
        return np.where(alleen, 1.0, np.nan_to_num(self.maat))

    @cached_property
    def op_maat(self) -> sparse.csr_matrix:
        """Matrix of what every part weighs."""
        return self.matrix(self.weegt)

    @cached_property
    def met_weg(self) -> np.ndarray:
        """Source areas that reach a target."""
        return np.bincount(self.bron, self.gewicht, minlength=len(self.van)) > 0

    @cached_property
    def _wijzers(self) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(self.bronnen)])

    def matrix(self, per_deel: np.ndarray) -> sparse.csr_matrix:
        """Matrix of targets x source areas with a number per part."""
        vorm = (len(self.naar), len(self.van))
        return sparse.csr_matrix((per_deel.astype("float64"), self.bron, self._wijzers), shape=vorm)

    def tel(self, per_deel: np.ndarray) -> np.ndarray:
        """Sum per target of a number per part."""
        return np.bincount(self.doel, per_deel, minlength=len(self.naar))

    def wegen(self, welke: np.ndarray) -> np.ndarray:
        """The road to each target from the source areas `welke` (a mask): text, 'geen' if none."""
        deel = welke[self.bron]
        doel, methode = self.doel[deel], self.methode[deel]
        laagste, hoogste = np.full(len(self.naar), len(_NAMEN)), np.full(len(self.naar), -1)
        np.minimum.at(laagste, doel, methode)
        np.maximum.at(hoogste, doel, methode)
        weg = np.where(laagste == hoogste, hoogste, _GEMENGD)
        return _NAMEN[np.where(hoogste < 0, _GEEN, weg)]


def maak_kruising(omzetting: pd.DataFrame, naar: pd.Index) -> Kruising:
    """The crosswalk to the targets `naar`; rows to other targets are left out.

    Args:
        omzetting: rows van_regio, naar_regio, gewicht, methode, maat of one niveau and base.
    """
    van = pd.Index(pd.unique(omzetting["van_regio"]))
    gewicht = omzetting["gewicht"].to_numpy(dtype="float64")
    doel = naar.get_indexer(pd.Index(omzetting["naar_regio"]))
    deel = np.flatnonzero(~np.isnan(gewicht) & (doel >= 0))
    deel = deel[np.argsort(doel[deel], kind="stable")]
    doel, gewicht = doel[deel], gewicht[deel]
    methode = _METHODEN.get_indexer(pd.Index(omzetting["methode"].to_numpy(dtype=object)[deel]))
    return Kruising(
        van=van,
        naar=naar,
        doel=doel,
        bron=van.get_indexer(pd.Index(omzetting["van_regio"].to_numpy()[deel])),
        gewicht=gewicht,
        maat=omzetting["maat"].to_numpy(dtype="float64")[deel],
        methode=methode,
    )
