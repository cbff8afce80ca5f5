"""Moving any table along a crosswalk, for who has no catalogue: in a notebook, say.

Here: columns described in a word, and states filled in where a table has none.
Not here: the sums (`overdracht.py`); columns of the project (`catalogus/kolommen.yml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from veerkracht_dagster.buurttabel.behoudswet import houd_behoudswet
from veerkracht_dagster.buurttabel.overdracht import Behoud, draag_over
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Kolom, SoortKolom, Uitgeverskolom
from veerkracht_dagster.celstatus import ONTBREEKT, WAARGENOMEN, status_van

_OMZETTING = ("van_regio", "naar_regio", "gewicht", "methode", "maat")


def kolom(soort: SoortKolom, **meer: Any) -> Kolom:
    """How a column moves: `kolom("aandeel", noemer="inwoners", afronding=0.1)`.

    Args:
        soort: aantal (count), aandeel (share in %), gemiddelde (mean), mediaan, score, code.
        meer: noemer (what a share or count is of), gewicht (what weighs a mean), afronding (the
            unit it was rounded to), aselect (rounded by lot), onderdrukt_tot (the most that a
            suppressed cell can be), minimum, maximum, codes.
    """
    beschrijving = {"bron": "los", "titel": "los", "eenheid": "", **meer}
    return Kolom(soort=soort, uitgever=Uitgeverskolom(titels=["los"]), **beschrijving)


def reken_om(
    cijfers: pd.DataFrame,
    omzetting: pd.DataFrame,
    kolommen: Mapping[str, Kolom],
    minimum_dekking: float | None = None,
) -> tuple[pd.DataFrame, list[Behoud]]:
    """Figures on the areas to which a crosswalk leads.

    Args:
        cijfers: one row per area: regiocode and the columns; where there is no `x__status`, an
            empty cell is missing and any other observed.
        omzetting: of `maak_omzetting`.
        minimum_dekking: below this coverage a cell is `ontbreekt`; default that of the catalogue.

    Returns: per area (index) `x`, `x__status`, `x__dekking`; `x__ondergrens` and `x__bovengrens` of
    columns that are rounded, suppressed or a part of another; `x__deel` of counts of a part: their
    share (0-1) over the same observed areas; and for every count what was conserved.

    Raises:
        ValueError: a code is there twice, a column or the column that weighs it is not there, the
            crosswalk lacks one, or counts an area for more or less than once.
    """
    dubbel = cijfers["regiocode"][cijfers["regiocode"].duplicated()]
    if len(dubbel):
        raise ValueError(
            f"regiocode {dubbel.iloc[0]} staat er dubbel in; verwacht is een rij per code"
        )
    nodig = {*kolommen, *(k.weegkolom or k.noemer for k in kolommen.values())} - {None}
    if ontbreekt := sorted(
        str(naam) for naam in nodig if naam not in kolommen or naam not in cijfers
    ):
        raise ValueError(
            f"kolom {ontbreekt} ontbreekt; zet elke kolom, en wat haar weegt (noemer of gewicht), "
            "in `cijfers` en in `kolommen`"
        )
    if mist := [kolom for kolom in _OMZETTING if kolom not in omzetting]:
        raise ValueError(
            f"omzetting heeft geen kolom {mist[0]}; maak haar met `maak_omzetting`, of zet er "
            "in wat een deel is en wat het weegt naast andere (maat)"
        )
    zonder = {
        status_van(naam): cijfers[naam].isna().map({True: ONTBREEKT, False: WAARGENOMEN})
        for naam in kolommen
        if status_van(naam) not in cijfers
    }
    houd_behoudswet(omzetting)
    doelen = pd.Index(sorted(omzetting["naar_regio"].dropna().unique()), name="regiocode")
    minimum = catalogus().omzetting.minimum_dekking if minimum_dekking is None else minimum_dekking
    return draag_over(cijfers.assign(**zonder), omzetting, doelen, kolommen, minimum)
