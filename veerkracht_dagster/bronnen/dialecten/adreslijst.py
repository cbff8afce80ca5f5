"""The columns of a list of addresses, each distinct text of them looked at once.

Here: postcodes, house numbers and codes as they are written and what they mean; rows let go.
Not here: the file (`pc6hnr.py`), or what is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from veerkracht_dagster.bronnen.invoer import Bestand

GETOOND = 5
_CODES = {"buurtcode": ("BU", 8), "wijkcode": ("WK", 6), "gemeentecode": ("GM", 4)}
_POSTCODE = re.compile(r"([1-9]\d{3}) ?([A-Z]{2})", re.ASCII)
_HUISNUMMER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Adreskolom:
    """A column as positions in its distinct values; `waarden` has None for an unfit one."""

    plaatsen: np.ndarray
    waarden: list[str | None]
    ruw: list[str]

    @property
    def onjuist(self) -> np.ndarray:
        fout = np.array([waarde is None for waarde in self.waarden], bool)
        return np.flatnonzero(fout[self.plaatsen])[:GETOOND] if fout.any() else np.array([], int)

    def zonder(self, plekken: np.ndarray) -> Adreskolom:
        """The column without some of its rows, and without texts that only they had."""
        nog, plaatsen = np.unique(np.delete(self.plaatsen, plekken), return_inverse=True)
        waarden, ruw = ([teksten[i] for i in nog] for teksten in (self.waarden, self.ruw))
        return Adreskolom(plaatsen.astype(np.int32), waarden, ruw)

    def tekst(self, plek: int) -> str:
        """What stands in a row, as it stands there."""
        return self.ruw[self.plaatsen[plek]]

    @property
    def eerste(self) -> pd.Series:
        """Each distinct text; the index says the first row that has it."""
        welke, rijen = np.unique(self.plaatsen, return_index=True)
        return pd.Series([self.ruw[i] for i in welke], index=rijen, dtype=object).sort_index()

    @property
    def leeg(self) -> np.ndarray:
        """Rows where nothing stands."""
        is_leeg = np.array([waarde == "" for waarde in self.waarden], bool)
        return np.flatnonzero(is_leeg[self.plaatsen]) if is_leeg.any() else np.array([], int)

    @cached_property
    def kanoniek(self) -> np.ndarray:
        """Per distinct text the place of the first that means the same."""
        eerste: dict[str | None, int] = {}
        return np.array([eerste.setdefault(w, i) for i, w in enumerate(self.waarden)], np.int32)

    def als_tekst(self) -> pd.Categorical:
        """Nine million texts as places in a short list of them: a tenth of the memory."""
        eigen, plaats = np.unique(self.kanoniek, return_inverse=True)
        teksten = pd.Index([self.waarden[i] for i in eigen], dtype="str")
        plaatsen = plaats.astype(np.int32)[self.plaatsen]
        return pd.Categorical.from_codes(plaatsen, teksten, validate=False)

    def als_getal(self) -> np.ndarray:
        return np.array([int(w or 0) for w in self.waarden], np.int64)[self.plaatsen]


@dataclass(frozen=True)
class Adreslijst:
    """The rows of a file that are addresses, per column of ours, and where they stand in it.

    rijen: number of each in the file; None where these are all.
    """

    bestand: Bestand
    hun_van: dict[str, str]
    kolommen: dict[str, Adreskolom]
    rijen: np.ndarray | None = None

    def zonder(self, plekken: np.ndarray) -> Adreslijst:
        """The list without some of its rows."""
        if not len(plekken):
            return self
        rijen = np.arange(self.aantal) if self.rijen is None else self.rijen
        kolommen = {ons: kolom.zonder(plekken) for ons, kolom in self.kolommen.items()}
        return replace(self, kolommen=kolommen, rijen=np.delete(rijen, plekken))

    @property
    def aantal(self) -> int:
        return len(self.kolommen["postcode"].plaatsen)

    def plaats(self, ons: str, plek: int) -> dict[str, Any]:
        """How an error names a row: the header of a column, the row in the file, the address."""
        postcode, huisnummer = (self.kolommen[k] for k in ("postcode", "huisnummer"))
        return {
            "kolom": self.hun_van[ons],
            "rij": int(plek if self.rijen is None else self.rijen[plek]),
            "code": f"{postcode.tekst(plek)} {huisnummer.tekst(plek)}",
        }


def kolom_van(kolom: pa.ChunkedArray, normaal: Callable[[str], str | None]) -> Adreskolom:
    """A column of Arrow, every distinct text looked at once by `normaal`."""
    geheel = kolom.unify_dictionaries().combine_chunks()
    if isinstance(geheel, pa.ChunkedArray):  # no rows at all
        return Adreskolom(np.array([], np.int32), [], [])
    ruw = [waarde or "" for waarde in geheel.dictionary.to_pylist()]
    plaatsen = geheel.indices.to_numpy(zero_copy_only=False)
    return Adreskolom(plaatsen, [normaal(waarde.strip()) for waarde in ruw], ruw)


def normaliseerders() -> dict[str, Callable[[str], str | None]]:
    """Our column -> what a text of it means; None where it is unfit, empty where nothing stands."""

    def postcode(ruw: str) -> str | None:
        gevonden = _POSTCODE.fullmatch(ruw)
        return gevonden[1] + gevonden[2] if gevonden else None if ruw else ""

    def huisnummer(ruw: str) -> str | None:
        return ruw if _HUISNUMMER.fullmatch(ruw) else None

    return {
        "postcode": postcode,
        "huisnummer": huisnummer,
        **{ons: _code(begin, lengte) for ons, (begin, lengte) in _CODES.items()},
    }


def _code(begin: str, lengte: int) -> Callable[[str], str | None]:
    """A code with its prefix; one that lost its leading zeros gets them back.

    That is a number, or one with the two letters of a wijk: other letters than those are in no code
    of CBS (of 2024, 517 of Amsterdam have them).
    """
    vorm = re.compile(rf"\d{{4}}[0-9A-Z]{{{lengte - 4}}}", re.ASCII)
    zonder_nullen = re.compile(r"\d+|\d{1,4}[A-Z]{2}" + r"\d" * (lengte - 6), re.ASCII)

    def code(ruw: str) -> str | None:
        kaal = ruw.zfill(lengte) if zonder_nullen.fullmatch(ruw) else ruw.removeprefix(begin)
        return begin + kaal if vorm.fullmatch(kaal) else None

    return code
