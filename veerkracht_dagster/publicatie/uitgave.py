"""What is to be published of one edition, and the mark of its contents.

Here: the tables and their provenance as they come from the stages before.
Not here: writing them (`bestanden.py`), judging them (`audit.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.models import Catalogus, Editie

# Raise it when the files or tables change form while the figures stay: then a release is new.
VORM = 1
_LENGTE_KENMERK = 12


@dataclass(frozen=True)
class Uitgave:
    """An edition's tables and where they came from.

    `lagen`, `indicatoren`: by key; `buurttabellen`: by peiljaar. `kaarten` are the cards of the
    sources' snapshots, `controles` the results of the checks, `versies` of code and data.
    """

    sleutel: str
    editie: Editie
    lagen: Mapping[str, gpd.GeoDataFrame]
    indicatoren: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    buurttabellen: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    kaarten: Sequence[Mapping[str, Any]] = ()
    controles: Sequence[Mapping[str, Any]] = ()
    versies: Mapping[str, Any] = field(default_factory=dict)
    git: Mapping[str, Any] | None = None


def inhoud_kenmerk(uitgave: Uitgave, cat: Catalogus) -> str:
    """A short hash of what readers get: tables, legends, parameters and the sources' hashes.

    Not of time, code or machine: the same contents have the same mark, whoever makes them when.
    """
    tabellen = {
        **{f"laag/{naam}": _hash(tabel) for naam, tabel in uitgave.lagen.items()},
        **{f"indicator/{naam}": _hash(tabel) for naam, tabel in uitgave.indicatoren.items()},
        **{f"buurttabel/{jaar}": _hash(tabel) for jaar, tabel in uitgave.buurttabellen.items()},
    }
    inhoud = {
        "vorm": VORM,
        "sleutel": uitgave.sleutel,
        "editie": uitgave.editie.model_dump(mode="json"),
        "legenda": {naam: cat.kaartlagen[naam].model_dump(mode="json") for naam in uitgave.lagen},
        "bijsluiter": cat.bijsluiter,
        "bronnen": sorted(str(kaart.get("sha256") or dict(kaart)) for kaart in uitgave.kaarten),
        "tabellen": tabellen,
    }
    tekst = json.dumps(inhoud, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(tekst.encode()).hexdigest()[:_LENGTE_KENMERK]


def _hash(tabel: pd.DataFrame) -> str:
    """sha256 over the columns' names and values, whatever the order of the rows."""
    som = hashlib.sha256(json.dumps(list(tabel.columns)).encode())
    rijen: np.ndarray[Any, Any] = np.zeros(len(tabel), dtype=np.uint64)
    for naam in tabel.columns:
        kolom = tabel[naam]
        if isinstance(kolom, gpd.GeoSeries):
            kolom = pd.Series(kolom.to_wkb(), dtype=object)
        # 31 as in any hash of a sequence: the same values in other columns give another sum.
        waarden = pd.util.hash_pandas_object(kolom, index=False).to_numpy(dtype=np.uint64)
        rijen = rijen * np.uint64(31) + waarden
    som.update(np.sort(rijen).tobytes())
    return som.hexdigest()
