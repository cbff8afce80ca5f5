"""What changed between two versions of a source in any form: row by row, as it was read.

Here: per column of ours how many rows have another figure or state, and which rows came and went.
Not here: the publisher's own topics, also those that we do not keep (`maten.py`).
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from veerkracht_dagster.bronnen.uitkijk.verschil import Uitgeversverschil
from veerkracht_dagster.celstatus import status_van

# What tells one row from another, the first of these that a table has, and what a row is.
_SLEUTELS = (
    (["niveau", "regiocode"], "gebieden"),
    (["vierkant"], "vierkanten"),
    (["postcode", "huisnummer"], "adressen"),
)
_HERKOMST = {"bron_bestand", "bron_rij"}
_STATUS = status_van("")
_GRENS = {"geometry": "grens"}


def vergelijk_tabellen(oud: pd.DataFrame, nieuw: pd.DataFrame) -> Uitgeversverschil:
    """What changed between two tables of one source."""
    sleutel, wat = next((s, w) for s, w in _SLEUTELS if set(s) <= {*oud.columns, *nieuw.columns})
    van, naar = (_per_sleutel(tabel, sleutel) for tabel in (oud, nieuw))
    beide, plek_oud, plek_nieuw = np.intersect1d(van.index, naar.index, return_indices=True)
    gevuld: list[str] = []
    herzien: list[str] = []
    geleegd: list[str] = []
    for kolom in naar.columns:
        een = van[kolom].to_numpy()[plek_oud] if kolom in van else np.zeros(len(beide), np.uint64)
        ander = naar[kolom].to_numpy()[plek_nieuw]
        aantal = int((een != ander).sum())
        if not aantal:
            continue
        regel = f"{_GRENS.get(kolom, kolom)}: {aantal} van {len(beide)} {wat}"
        was, is_ = _gevuld(oud, kolom), _gevuld(nieuw, kolom)
        (gevuld if is_ and not was else geleegd if was and not is_ else herzien).append(regel)
    rijen = [
        f"{len(een) - len(beide)} {wat} {woord}"
        for een, woord in ((naar, "erbij"), (van, "weg"))
        if len(een) > len(beide)
    ]
    return Uitgeversverschil(tuple(gevuld), tuple(herzien), tuple(geleegd), rijen=tuple(rijen))


def _gevuld(tabel: pd.DataFrame, kolom: str) -> bool:
    return kolom in tabel and bool(tabel[kolom].notna().any())


def _per_sleutel(tabel: pd.DataFrame, sleutel: list[str]) -> pd.DataFrame:
    """A number per cell that changes with what is in it, by a number of its row's key.

    A figure and its state count as one.
    """
    kolommen = [
        naam
        for naam in map(str, tabel.columns)
        if naam not in {*sleutel, *_HERKOMST} and not naam.endswith(_STATUS)
    ]
    nummers = pd.Index(pd.util.hash_pandas_object(tabel[sleutel].astype(str), index=False))
    uit = {naam: _cellen(tabel, naam) for naam in kolommen}
    return pd.DataFrame(uit, index=nummers)[~nummers.duplicated()]


def _cellen(tabel: pd.DataFrame, naam: str) -> np.ndarray:
    waarden = tabel[naam]
    if naam in _GRENS:
        vlakken = gpd.GeoSeries(waarden).to_numpy()
        wkb = shapely.to_wkb(shapely.normalize(vlakken))
        uit = pd.util.hash_array(np.array([w or b"" for w in wkb], dtype=object))
    else:
        uit = pd.util.hash_array(waarden.astype(object).where(waarden.notna(), None).to_numpy())
    if status_van(naam) in tabel:
        status = pd.util.hash_array(tabel[status_van(naam)].astype(object).to_numpy())
        uit = uit * np.uint64(31) ^ status
    return uit
