"""What was counted before: a count follows from files, rules and code, and is kept under these.

Here: the name of a count, reading and keeping it in folder `hertelling` beside the snapshots. It
may be thrown away: then it is counted again.
Not here: counting (`wegen.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyogrio
import pyproj
import shapely

_HIER = Path(__file__).parent
_CODE = (_HIER, _HIER.parent / "ruw")
_BIBLIOTHEKEN = (
    f"geos {shapely.geos_version_string} duckdb {duckdb.__version__} "
    f"gdal {pyogrio.__gdal_version_string__} proj {pyproj.proj_version_str}"
)


class Bewaard:
    """Counts in folder `map`, each behind the hash of its content: half a file is none."""

    def __init__(self, map: Path) -> None:
        self.map = map

    def lees(self, naam: str) -> pa.Table | None:
        """A count that was kept, None where there is none that can be read."""
        pad = self.map / f"{naam}.arrow"
        if not pad.is_file():
            return None
        som, _, inhoud = pad.read_bytes().partition(b"\n")
        if hashlib.sha256(inhoud).hexdigest().encode() != som:
            return None
        return pa.ipc.open_stream(inhoud).read_all()

    def bewaar(self, naam: str, geteld: pa.Table) -> None:
        """Keep a count; where nothing can be written it is counted again next time."""
        stroom = pa.BufferOutputStream()
        opties = pa.ipc.IpcWriteOptions(compression="zstd")
        with pa.ipc.new_stream(stroom, geteld.schema, options=opties) as schrijver:
            schrijver.write_table(geteld)
        inhoud = stroom.getvalue().to_pybytes()
        opzij = self.map / f".{uuid.uuid4().hex}"
        try:
            self.map.mkdir(parents=True, exist_ok=True)
            opzij.write_bytes(hashlib.sha256(inhoud).hexdigest().encode() + b"\n" + inhoud)
            os.replace(opzij, self.map / f"{naam}.arrow")
        except OSError:
            opzij.unlink(missing_ok=True)


def naam_van(wat: Mapping[str, Any]) -> str:
    """The name under which a count of `wat` (files, rules, years) by this code is kept."""
    tekst = json.dumps([wat, _code(), _BIBLIOTHEKEN], sort_keys=True)
    return hashlib.sha256(tekst.encode()).hexdigest()


@cache
def _code() -> str:
    som = hashlib.sha256()
    for map_ in _CODE:
        for pad in sorted(map_.glob("*.py")):
            som.update(pad.read_bytes())
    return som.hexdigest()
