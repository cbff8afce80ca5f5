"""From the publisher's number or mark to our value and state.

Here: the rules of suppression, not-yet-released and not-applicable. Nothing becomes 0.
Not here: reading numbers (`getallen.py`), or how states combine (`buurttabel/`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.celstatus import NVT, ONDERDRUKT, ONTBREEKT, WAARGENOMEN, status_van


def is_merkteken(waarde: object) -> bool:
    """Whether a value of any type is a mark of the publisher: a number that stands for none."""
    try:
        return float(str(waarde)) <= catalogus().constanten.merkgetal_tot
    except ValueError:
        return False


def cellen(
    waarden: dict[str, np.ndarray], niveau: pd.Series, kolommen: dict[str, Kolom]
) -> dict[str, pd.Series]:
    """Value and state per column, in catalogue order.

    A column without a single value on a level was not released: `ontbreekt`. Else an empty cell
    is `n.v.t.` where its base (denominator or weight) is 0, and `onderdrukt` elsewhere; an empty
    code is `ontbreekt`. Marks: see `merkgetal_tot` in constanten.yml; a mark of the column's own is
    an empty cell.

    Args:
        waarden: floats per column, NaN for empty; a column that is absent is wholly `ontbreekt`.
        niveau: level per row.
    """
    leeg = np.full(len(niveau), np.nan)
    per_niveau = [(niveau == een).to_numpy() for een in niveau.unique()]
    uit: dict[str, pd.Series] = {}
    vast = catalogus().constanten
    for naam, kolom in kolommen.items():
        ruw = waarden.get(naam, leeg)
        if kolom.merken:
            ruw = np.where(np.isin(ruw, kolom.merken), np.nan, ruw)
        basis = waarden.get(kolom.noemer or kolom.weegkolom or "")
        with np.errstate(invalid="ignore"):
            is_merk = ruw <= vast.merkgetal_tot
        waarde = np.where(is_merk, np.nan, ruw)
        status = _status_leeg(waarde, basis, per_niveau, kolom)
        status[is_merk] = np.where(ruw[is_merk] == vast.merkgetal_geheim, ONDERDRUKT, ONTBREEKT)
        status[~np.isnan(waarde)] = WAARGENOMEN
        uit[naam] = pd.Series(waarde, dtype="float64")
        uit[status_van(naam)] = pd.Series(status, dtype="str")
    return uit


def _status_leeg(
    waarde: np.ndarray, basis: np.ndarray | None, per_niveau: list[np.ndarray], kolom: Kolom
) -> np.ndarray:
    """The state of each cell if it were empty."""
    if kolom.soort == "code":
        return np.full(len(waarde), ONTBREEKT, dtype=object)
    status = np.full(len(waarde), ONDERDRUKT, dtype=object)
    if basis is not None:
        status[basis == 0] = NVT
    for rijen in per_niveau:
        if np.isnan(waarde[rijen]).all():
            status[rijen] = ONTBREEKT
    return status
