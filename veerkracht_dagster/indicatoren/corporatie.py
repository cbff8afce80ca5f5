"""Corporatiebezit: the share of dwellings owned by a housing corporation at the end of the edition.

Here: that share. Not here: the report by class of share.
"""

from __future__ import annotations

import pandas as pd

from veerkracht_dagster.indicatoren.cellen import met_status
from veerkracht_dagster.indicatoren.jaren import Edittabel


def corporatiewoningen(tabel: Edittabel) -> pd.DataFrame:
    """The table `corporatiewoningen` of an edition (one row per area)."""
    uit = pd.DataFrame(index=tabel.gebieden)
    for kolom, naam in (
        ("percentage_corporatiewoningen", "corporatie_eind"),
        ("woningen", "woningen_eind"),
    ):
        cel = tabel.cellen_rond([kolom], tabel.editie.eind)[kolom]
        met_status(uit, naam, cel.waarde, cel.status)
        if naam == "corporatie_eind":
            uit["jaren_eind"] = f"kerncijfers {cel.jaar}" if cel.heeft_cijfers else ""
    return uit.reset_index()
