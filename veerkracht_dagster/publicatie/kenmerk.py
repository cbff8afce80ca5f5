"""The mark of a release: a short hash of what readers get.

Here: what counts as contents, and a hash of it that is the same on every machine.
Not here: the rest of the description (`release.py`).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.publicatie.inhoud import Inhoud
from veerkracht_dagster.publicatie.uitgave import Uitgave

# Raise it when the files or tables change form while the figures stay: then a release is new.
VORM = 7
_LENGTE = 12


def inhoud_kenmerk(uitgave: Uitgave, inhoud: Inhoud, cat: Catalogus) -> str:
    """A short hash of what readers get: tables, legends, parameters and the sources' hashes.

    Not of time, code or machine: the same contents have the same mark, whoever makes them when.
    """
    vlakken = {id(laag.vlakken): laag.vlakken for laag in inhoud.lagen.values()}
    gehasht = {sleutel: _hash({"vlak": kolom}) for sleutel, kolom in vlakken.items()}
    tabellen = {
        **{f"laag/{naam}": _tabel(laag.cijfers) for naam, laag in inhoud.lagen.items()},
        **{f"vlak/{naam}": gehasht[id(laag.vlakken)] for naam, laag in inhoud.lagen.items()},
        **{f"indicator/{naam}": _tabel(tabel) for naam, tabel in inhoud.indicatoren.items()},
        **{f"overzicht/{naam}": _tabel(tabel) for naam, tabel in inhoud.overzichten.items()},
        **{f"buurttabel/{jaar}": _tabel(tabel) for jaar, tabel in inhoud.buurttabellen.items()},
        **{f"optelling/{naam}": _tabel(tabel) for naam, tabel in inhoud.optellingen.items()},
    }
    alles = {
        "vorm": VORM,
        "sleutel": uitgave.sleutel,
        "editie": uitgave.editie.model_dump(mode="json"),
        "legenda": {naam: cat.kaartlagen[naam].model_dump(mode="json") for naam in uitgave.lagen},
        "bijsluiter": cat.bijsluiter,
        "bronnen": sorted(str(kaart.get("sha256") or dict(kaart)) for kaart in uitgave.kaarten),
        "tabellen": tabellen,
    }
    tekst = json.dumps(alles, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(tekst.encode()).hexdigest()[:_LENGTE]


def _tabel(tabel: pa.Table) -> str:
    return _hash(dict(zip(tabel.column_names, tabel.columns, strict=True)))


def _hash(kolommen: dict[str, Any]) -> str:
    """sha256 over names, types, and of every column which cells are filled and with what.

    Over the values themselves, not over Arrow's buffers: what lies under an empty cell, or before
    the first and after the last one, depends on how a column was made.
    """
    som = hashlib.sha256()
    for naam, kolom in kolommen.items():
        som.update(f"{naam}:{kolom.type}:{len(kolom)}:{kolom.null_count}:".encode())
        if isinstance(kolom, pa.ChunkedArray):
            kolom = kolom.combine_chunks()
        if kolom.null_count:
            som.update(np.packbits(kolom.is_valid().to_numpy(zero_copy_only=False)).data)
            kolom = kolom.drop_null()
        if pa.types.is_large_string(kolom.type) or pa.types.is_large_binary(kolom.type):
            som.update(pc.binary_length(kolom).to_numpy())
            som.update(_tekens(kolom))
        else:
            som.update(kolom.to_numpy(zero_copy_only=False))
    return som.hexdigest()


def _tekens(kolom: pa.Array) -> Any:
    """The bytes of all texts of a column, one after the other."""
    _, grenzen, tekens = kolom.buffers()
    if tekens is None or not len(kolom):
        return b""
    grens = np.frombuffer(grenzen, np.int64)[kolom.offset : kolom.offset + len(kolom) + 1]
    return memoryview(tekens)[grens[0] : grens[-1]]
