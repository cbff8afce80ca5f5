"""Tables between the stages: Parquet and GeoParquet.

Here: writing a table, reading it back, and what its content is known by.
Not here: which file is whose (`instantie/io_manager.py`), publishers' files (`snapshots.py`), what
is published (`warehouse.py`).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from functools import lru_cache
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
from upath import UPath

_HOOGSTENS_BYTES = 250_000  # ten times that once read, and a hundred of these fit in memory


def lees_onthouden(pad: UPath, kolommen: list[str] | None) -> pd.DataFrame:
    """`lees_tabel`, remembered for a small local file: ten layers ask for the same areas."""
    staat = os.stat(pad) if isinstance(pad, os.PathLike) else None
    if staat is None or staat.st_size > _HOOGSTENS_BYTES:
        return lees_tabel(pad, kolommen)
    gelezen = _gelezen(str(pad), staat.st_mtime_ns, staat.st_ino, tuple(kolommen or ()))
    return gelezen.copy(deep=False)  # what one asset puts in it, another does not see


@lru_cache(maxsize=128)
def _gelezen(pad: str, _mtime_ns: int, _inode: int, kolommen: tuple[str, ...]) -> pd.DataFrame:
    return lees_tabel(UPath(pad), list(kolommen) or None)


def schrijf_tabel(tabel: Any, pad: UPath) -> None:
    """Write a table as (Geo)Parquet; `attrs` go along."""
    with pad.open("wb") as stroom:
        if isinstance(tabel, pd.DataFrame):  # a GeoDataFrame writes itself as GeoParquet
            tabel.to_parquet(stroom, index=False, compression="zstd")
        else:
            with pq.ParquetWriter(stroom, tabel.schema, compression="zstd") as schrijver:
                for brok in tabel.to_batches():
                    schrijver.write_batch(brok)


def lees_tabel(pad: UPath, kolommen: list[str] | None = None) -> pd.DataFrame:
    """Read a table written by `schrijf_tabel`; with its geometry it is a GeoDataFrame."""
    with pad.open("rb") as stroom:
        bestand = pq.ParquetFile(stroom)
        met_geometrie = kolommen is None or "geometry" in kolommen
        if met_geometrie and b"geo" in (bestand.schema_arrow.metadata or {}):
            stroom.seek(0)
            return gpd.read_parquet(stroom, columns=kolommen)
        uit = bestand.read(columns=kolommen).to_pandas()
        uit.attrs = json.loads((bestand.schema_arrow.metadata or {}).get(b"PANDAS_ATTRS", b"{}"))
        return uit


def open_tabel(pad: UPath) -> pads.Dataset:
    """The table as an Arrow dataset, not read yet."""
    return pads.dataset(str(pad), format="parquet", filesystem=getattr(pad, "fs", None))


def vingerafdruk(tabel: pd.DataFrame | pa.Table) -> str:
    """sha256 of a table's content: columns, types, values, geometry.

    Not of its attrs: another file with the same figures in it changes nothing downstream.
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
