"""Gives a frame the columns, order and types of a table of the catalogue.

Here: that one step, the pandas type of each of our types, and the rows of an edition. Not here:
checking values (`schema.py`).
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import pandas as pd

from veerkracht_dagster.catalogus.models import Editie
from veerkracht_dagster.catalogus.tabellen import Tabelkolom, tabellen
from veerkracht_dagster.tekst import TEKST

Frame = TypeVar("Frame", bound=pd.DataFrame)
DTYPES: dict[str, Any] = {"tekst": TEKST, "heel": "int64", "getal": "float64", "vlag": "bool"}


def dtype_van(kolom: Tabelkolom) -> Any:
    """The pandas type of a column; None of a geometry. A whole number that may be absent is Int64.

    As a float it would be absent too, but the warehouse has whole numbers.
    """
    nul_mag = kolom.type == "heel" and kolom.leeg_mag
    return "Int64" if nul_mag else DTYPES.get(kolom.type)


def in_tabelvorm(tabel: Frame, naam: str) -> Frame:
    """The columns of table `naam`, in order, with their types; a geometry stays what it is.

    Raises:
        ValueError: a column of the table is not in the frame.
    """
    kolommen = tabellen()[naam].kolommen
    if mist := [kolom.naam for kolom in kolommen if kolom.naam not in tabel]:
        stap = tabellen()[naam].stap
        raise ValueError(
            f"tabel {naam}: {', '.join(mist)} staat in de catalogus, en de stap {stap} maakt het "
            f"niet: bereken het in veerkracht_dagster/{stap}/, of haal het uit de catalogus"
        )
    uit = tabel[[kolom.naam for kolom in kolommen]]
    anders = {
        kolom.naam: eigen
        for kolom, dtype in zip(kolommen, uit.dtypes, strict=True)
        if (eigen := dtype_van(kolom)) is not None and dtype != eigen
    }
    return uit.astype(anders) if anders else uit


def eigen_gebieden(tabel: Frame, editie: Editie) -> Frame:
    """The rows of a table that are about the areas of an edition: its niveau, base year (where the
    table has one) and gemeenten."""
    eigen = tabel["niveau"] == editie.niveau
    if "basisjaar" in tabel:
        eigen = eigen & (tabel["basisjaar"] == editie.basisjaar)
    return tabel.loc[eigen & tabel["regiocode"].map(editie.heeft).astype(bool)]


def lege_tabel(naam: str) -> pd.DataFrame:
    """Table `naam` without rows (and without geometry)."""
    return _leeg(naam).copy()


@cache
def _leeg(naam: str) -> pd.DataFrame:
    kolommen = [kolom for kolom in tabellen()[naam].kolommen if kolom.type in DTYPES]
    return pd.DataFrame({k.naam: pd.Series(dtype=dtype_van(k)) for k in kolommen})
