"""Values with their states: combining states, and putting a figure beside its state.

Here: the one rule for the state of a figure made of several cells.
Not here: the figures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from veerkracht_dagster.celstatus import (
    GESCHAT,
    MET_WAARDE,
    NVT,
    ONDERDRUKT,
    ONTBREEKT,
    WAARGENOMEN,
    status_van,
)

# From good to bad: a figure made of several cells has the state of its worst cell.
_RANG = {WAARGENOMEN: 0, GESCHAT: 1, NVT: 2, ONDERDRUKT: 3, ONTBREEKT: 4}
_NAMEN = np.array(list(_RANG), dtype=object)


def combineer(statussen: Sequence[pd.Series]) -> pd.Series:
    """The worst of several states, per area."""
    rangen = [status.map(_RANG).to_numpy(dtype="int64") for status in statussen]
    return pd.Series(_NAMEN[np.maximum.reduce(rangen)], index=statussen[0].index, dtype="str")


def met_status(tabel: pd.DataFrame, naam: str, waarde: pd.Series, status: pd.Series) -> None:
    """Set `naam` and its state: no value without a state that has one, and the reverse."""
    # By arrays: a table has dozens of figures, and each step on a Series costs as much as the work.
    if not (waarde.index.equals(tabel.index) and status.index.equals(tabel.index)):
        waarde, status = waarde.reindex(tabel.index), status.reindex(tabel.index)
    staten = np.array(status.tolist(), dtype=object)
    heeft = np.array([staat in MET_WAARDE for staat in staten], dtype=bool)
    getallen = np.where(heeft, waarde.to_numpy(dtype="float64"), np.nan)
    staten[heeft & np.isnan(getallen)] = ONTBREEKT
    tabel[naam] = getallen
    tabel[status_van(naam)] = pd.Series(staten, index=tabel.index, dtype="str")
