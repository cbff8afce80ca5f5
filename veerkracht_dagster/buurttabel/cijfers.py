"""The figures of many columns as matrices: values and states of all areas at once.

Here: from the columns `x` and `x__status` of a table to matrices, and back. A state is a small
number there: comparing texts takes most of the time otherwise.
Not here: what is done with the figures (`overdracht.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.celstatus import (
    MET_WAARDE,
    ONTBREEKT,
    STATUSSEN,
    bovengrens_van,
    deel_bij,
    dekking_van,
    ondergrens_van,
    status_van,
)
from veerkracht_dagster.tekst import TEKST

CODE = {status: code for code, status in enumerate(STATUSSEN)}
_NAMEN = np.array(STATUSSEN, dtype=object)
_STATUSINDEX = pd.Index(STATUSSEN, dtype=object)
_MET_WAARDE = np.array([status in MET_WAARDE for status in STATUSSEN])


@dataclass(frozen=True)
class Cijfers:
    """Values (float64, NaN where there is none), states (int8) and coverage (0-1): areas x columns.

    A state is its position in STATUSSEN. onder, boven: the least and the most that a harmonised
    cell can be, NaN where that is unknown. deel: the share (0-1) that a harmonised count is of its
    denominator, over the same observed parts; NaN where that is unknown, and of other columns.
    """

    namen: tuple[str, ...]
    waarde: np.ndarray
    staat: np.ndarray
    dekking: np.ndarray
    onder: np.ndarray
    boven: np.ndarray
    deel: np.ndarray

    @classmethod
    def van(cls, tabel: pd.DataFrame, namen: Iterable[str]) -> Cijfers:
        """The columns `namen` of a table, each with its `x__status`, in the order of its rows.

        Of a harmonised table also coverage and bounds; a publisher's figure covers all or nothing.

        Raises:
            KeyError: a column is not there.
            ValueError: a cell has a state that does not exist.
        """
        namen = tuple(namen)
        statussen = tabel[[status_van(naam) for naam in namen]].to_numpy(dtype=object)
        staat = (
            _STATUSINDEX.get_indexer(pd.Index(statussen.ravel()))
            .astype(np.int8)
            .reshape(statussen.shape)
        )
        if (staat < 0).any():
            onbekend = sorted({str(status) for status in statussen[staat < 0]})
            raise ValueError(f"onbekende status {onbekend}; verwacht is een van {list(STATUSSEN)}")
        waarde = tabel[list(namen)].to_numpy(dtype="float64")
        dekking = heeft_waarde(staat).astype("float64")
        onder, boven, deel = np.full((3, *waarde.shape), np.nan)
        for matrix, kolom_van in (
            (dekking, dekking_van), (onder, ondergrens_van), (boven, bovengrens_van),
            (deel, deel_bij),
        ):  # fmt: skip
            er = [k for k, naam in enumerate(namen) if kolom_van(naam) in tabel]
            if er:
                matrix[:, er] = tabel[[kolom_van(namen[k]) for k in er]].to_numpy(dtype="float64")
        return cls(namen, waarde, staat, dekking, onder, boven, deel)

    @classmethod
    def zonder(cls, namen: Iterable[str], rijen: int) -> Cijfers:
        """Figures of areas of which nothing is known."""
        namen = tuple(namen)
        vorm = (rijen, len(namen))
        staat = np.full(vorm, CODE[ONTBREEKT], np.int8)
        leeg = (np.full(vorm, np.nan) for _ in range(4))
        return cls(namen, next(leeg), staat, np.zeros(vorm), *leeg)

    @classmethod
    def samen(cls, delen: Sequence[Cijfers]) -> Cijfers:
        """Figures of the same columns below each other."""
        alle = [c._matrices for c in delen]
        return cls(delen[0].namen, *map(np.concatenate, zip(*alle, strict=True)))

    @property
    def _matrices(self) -> tuple[np.ndarray, ...]:
        return self.waarde, self.staat, self.dekking, self.onder, self.boven, self.deel

    def zonder_kolommen(self, welke: np.ndarray) -> Cijfers:
        """The same without any figure in the columns `welke` (a mask)."""
        if not welke.any():
            return self
        leeg = Cijfers.zonder(self.namen, len(self.waarde))._matrices
        delen = zip(self._matrices, leeg, strict=True)
        return Cijfers(self.namen, *(np.where(welke, niets, eigen) for eigen, niets in delen))

    def rijen(self, plaatsen: np.ndarray) -> Cijfers:
        """The rows at `plaatsen`; at -1 an area of which nothing is known. Not to be changed."""
        if np.array_equal(plaatsen, np.arange(len(self.waarde))):
            return self
        er = plaatsen >= 0
        if er.all():
            return self._op(plaatsen)
        uit = Cijfers.zonder(self.namen, len(plaatsen))
        uit.zet(er, self._op(plaatsen[er]))
        return uit

    def _op(self, plaatsen: np.ndarray) -> Cijfers:
        return Cijfers(self.namen, *(matrix[plaatsen] for matrix in self._matrices))

    def zet(self, waar: slice | np.ndarray, cijfers: Cijfers) -> None:
        """Put figures of the same columns in the rows `waar`."""
        for eigen, nieuw in zip(self._matrices, cijfers._matrices, strict=True):
            eigen[waar] = nieuw

    def kolommen(self, kolommen: Mapping[str, Kolom]) -> dict[str, object]:
        """Columns for a frame: `x`, `x__status`, `x__dekking`; bounds and share of what has them.

        kolommen: what the catalogue says of them.
        """
        teksten = _NAMEN[self.staat]
        uit: dict[str, object] = {}
        for k, naam in enumerate(self.namen):
            uit[naam] = self.waarde[:, k]
            uit[status_van(naam)] = pd.array(teksten[:, k], dtype=TEKST)
            uit[dekking_van(naam)] = self.dekking[:, k]
            if kolommen[naam].begrensd:
                uit[ondergrens_van(naam)] = self.onder[:, k]
                uit[bovengrens_van(naam)] = self.boven[:, k]
            if kolommen[naam].is_deel:
                uit[deel_bij(naam)] = self.deel[:, k]
        return uit


def heeft_waarde(staat: np.ndarray) -> np.ndarray:
    """Which states have a value beside them."""
    return _MET_WAARDE[staat]
