"""A table of a release (Parquet) read where it is looked at: some rows, or some columns.

Here: DuckDB asked as it is. Arrow and NumPy would take longer to import than a receipt to make, and
so would pandas, which DuckDB imports to bind a value: a value stands in the text of the query.
Not here: which table, which rows (`gepubliceerd.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

_RIJEN_PER_KEER = 500  # Python looks for garbage once there are 700 things more
Rijen = tuple[list[str], list[tuple[Any, ...]]]  # names of columns, and rows


class OnleesbareTabel(ValueError):
    """A file is gone or is no table; the message names it."""


@dataclass(frozen=True)
class Leestabel:
    """A file, and which of its rows are meant (a condition in SQL; all where it is empty)."""

    pad: Path
    waar: str = ""

    def rijen(self, kolommen: str, waar: str = "") -> Rijen:
        """Names and rows, in the order of the file. `kolommen`: as SQL has them after SELECT.

        Raises:
            OnleesbareTabel: the file is not there, is no table, or has no such column.
        """
        with self._vraag(kolommen, waar) as antwoord:
            return [kolom[0] for kolom in antwoord.description], antwoord.fetchall()

    def kolommen(self, namen: Sequence[str]) -> list[list[Any]]:
        """Whole columns, in the order of the file; some rows at a time, for few are kept.

        Raises:
            OnleesbareTabel: as `rijen`.
        """
        uit: list[list[Any]] = [[] for _ in namen]
        with self._vraag(", ".join(map(naam_in_sql, namen)), "") as antwoord:
            while rijen := antwoord.fetchmany(_RIJEN_PER_KEER):
                for kolom, deel in zip(uit, zip(*rijen, strict=True), strict=True):
                    kolom.extend(deel)
        return uit

    @contextmanager
    def _vraag(self, kolommen: str, waar: str) -> Iterator[duckdb.DuckDBPyConnection]:
        eisen = " AND ".join(f"({eis})" for eis in (self.waar, waar) if eis)
        vraag = f"SELECT {kolommen} FROM read_parquet({als_sql(str(self.pad))})"
        try:
            with _motor().cursor() as antwoord:
                yield antwoord.execute(vraag + (f" WHERE {eisen}" if eisen else ""))
        except duckdb.Error as fout:
            raise OnleesbareTabel(f"{self.pad}: {str(fout).splitlines()[0]}") from None


@cache
def _motor() -> duckdb.DuckDBPyConnection:
    """One for the process; it keeps nothing of a file, which may be another the next time."""
    return duckdb.connect(config={"threads": 1, "enable_external_file_cache": False})


def als_sql(waarde: Any) -> str:
    """A value as it stands in a query."""
    if isinstance(waarde, str):
        return "'" + waarde.replace("'", "''") + "'"
    return repr(waarde)


def naam_in_sql(naam: str) -> str:
    """A column's name as it stands in a query."""
    return '"' + naam.replace('"', '""') + '"'


def van_namen(sleutel: str, namen: Sequence[str]) -> str:
    """For SELECT: the key, and of these columns those that there are."""
    lijst = ", ".join(map(als_sql, namen))
    return f"{naam_in_sql(sleutel)}, COLUMNS(lambda kolom: kolom IN ({lijst}))"
