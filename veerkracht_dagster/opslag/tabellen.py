"""Tables between the stages: Parquet and GeoParquet.

Here: writing a table, reading it back, and what its content is known by.
Not here: which file is whose (`instantie/io_manager.py`), publishers' files (`snapshots.py`), what
is published (`warehouse.py`).
"""

from __future__ import annotations

import hashlib
import io
import os
from functools import lru_cache
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
from upath import UPath

_ERBIJ = b"veerkracht"  # in the metadata of the file
_HOOGSTENS_BYTES = 250_000  # ten times that once read, and a hundred of these fit in memory


def lees_onthouden(pad: UPath, kolommen: list[str] | None) -> tuple[pd.DataFrame, bytes | None]:
    """`lees_met`, remembered for a small local file: ten layers ask for the same areas."""
    staat = os.stat(pad) if isinstance(pad, os.PathLike) else None
    if staat is None or staat.st_size > _HOOGSTENS_BYTES:
        return lees_met(pad, kolommen)
    sleutel = (str(pad), staat.st_mtime_ns, staat.st_ino, tuple(kolommen or ()))
    tabel, erbij = _gelezen(*sleutel)
    return tabel.copy(deep=False), erbij  # what one asset puts in it, another does not see


@lru_cache(maxsize=128)
def _gelezen(
    pad: str, _mtime_ns: int, _inode: int, kolommen: tuple[str, ...]
) -> tuple[pd.DataFrame, bytes | None]:
    return lees_met(UPath(pad), list(kolommen) or None)


def schrijf_tabel(tabel: Any, pad: UPath, erbij: bytes | None = None) -> None:
    """Write a table as (Geo)Parquet, and what is said of it in the metadata of the file."""
    if isinstance(tabel, gpd.GeoDataFrame):  # it alone knows how GeoParquet describes its geometry
        buffer = io.BytesIO()
        tabel.to_parquet(buffer, index=False, compression=None)
        tabel = pq.read_table(buffer)
    elif isinstance(tabel, pd.DataFrame):
        tabel = pa.Table.from_pandas(tabel, preserve_index=False)
    kop = {**(tabel.schema.metadata or {}), **({_ERBIJ: erbij} if erbij else {})}
    with (
        pad.open("wb") as stroom,
        pq.ParquetWriter(stroom, tabel.schema.with_metadata(kop), compression="zstd") as schrijver,
    ):
        for brok in tabel.to_batches():
            schrijver.write_batch(brok)


def lees_tabel(pad: UPath, kolommen: list[str] | None = None) -> pd.DataFrame:
    """Read a table written by `schrijf_tabel`; with its geometry it is a GeoDataFrame."""
    return lees_met(pad, kolommen)[0]


def lees_met(pad: UPath, kolommen: list[str] | None = None) -> tuple[pd.DataFrame, bytes | None]:
    """A table, and what was written beside it."""
    with pad.open("rb") as stroom:
        bestand = pq.ParquetFile(stroom)
        kop = bestand.schema_arrow.metadata or {}
        met_geometrie = kolommen is None or "geometry" in kolommen
        if met_geometrie and b"geo" in kop:
            stroom.seek(0)
            return gpd.read_parquet(stroom, columns=kolommen), kop.get(_ERBIJ)
        return bestand.read(columns=kolommen).to_pandas(), kop.get(_ERBIJ)


def zonder_waarde(pad: UPath, kolom: str) -> int:
    """How many cells of a column are empty, without reading it."""
    with pad.open("rb") as stroom:
        bestand = pq.ParquetFile(stroom)
        plek = bestand.schema_arrow.get_field_index(kolom)
        groepen = (bestand.metadata.row_group(k) for k in range(bestand.num_row_groups))
        return sum(groep.column(plek).statistics.null_count for groep in groepen)


def erbij_van(schema: pa.Schema) -> bytes | None:
    """What was written beside a table, from the schema of its file."""
    return (schema.metadata or {}).get(_ERBIJ)


def open_tabel(pad: UPath) -> pads.Dataset:
    """The table as an Arrow dataset, not read yet."""
    return pads.dataset(str(pad), format="parquet", filesystem=getattr(pad, "fs", None))


def vingerafdruk(tabel: pd.DataFrame | pa.Table) -> str:
    """sha256 of a table's content: columns, types, values, geometry.

    Not of what is said beside it: another file with the same figures changes nothing downstream.
    """
    if isinstance(tabel, gpd.GeoDataFrame):
        tabel = tabel.to_wkb()
    if isinstance(tabel, pd.DataFrame):
        tabel = pa.Table.from_pandas(tabel, preserve_index=False)
    kaal = tabel.replace_schema_metadata(None).combine_chunks()
    som = _Som()
    with pa.ipc.new_stream(pa.PythonFile(som, mode="w"), kaal.schema) as stroom:
        stroom.write_table(kaal)
    return som.sha256.hexdigest()


class _Som(io.RawIOBase):
    """A file that keeps only the hash of what is written to it."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, brok: Any) -> int:
        self.sha256.update(brok)
        return len(brok)
