"""Domain measures: the figures beside K and V that a corporation's scan looks at.

Here: shares of every group of the catalogue, the Leefbaarometer's other dimensions and a
corporation's own scores (BIK), at both ends of an edition.
Not here: colours and domains (`scan.py`), which groups K is made of (`kwetsbaar.py`).
"""

from __future__ import annotations

import pandas as pd

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.indicatoren.cellen import met_status
from veerkracht_dagster.indicatoren.jaren import Edittabel
from veerkracht_dagster.indicatoren.kwetsbaar import PROCENT, groepsaandeel

KANTEN = ("begin", "eind")


def _overgenomen(cat: Catalogus) -> list[str]:
    """The columns of the buurttabel that are taken over: those that the table has at both ends."""
    figuren = cat.indicatoren["domeinmaten"].kolommen
    return [kolom for kolom in cat.kolommen if any(f"{kolom}_{kant}" in figuren for kant in KANTEN)]


def domeinmaten(tabel: Edittabel, cat: Catalogus) -> pd.DataFrame:
    """The table `domeinmaten` of an edition (one row per area): `x_begin` and `x_eind`.

    Shares in % of the group's own denominator, scores as published.
    """
    uit = pd.DataFrame(index=tabel.gebieden)
    jaren: dict[str, dict[str, int]] = {kant: {} for kant in KANTEN}
    overgenomen = _overgenomen(cat)
    for kant in KANTEN:
        anker = getattr(tabel.editie, kant)
        for naam, groep in cat.groepen.items():
            aandeel = groepsaandeel(tabel, cat, groep, anker)
            met_status(uit, f"aandeel_{naam}_{kant}", aandeel.waarde * PROCENT, aandeel.status)
            if aandeel.jaar is not None and aandeel.waarde.notna().any():
                jaren[kant][naam] = aandeel.jaar
        for kolom in overgenomen:
            cel = tabel.cellen_rond([kolom], anker)[kolom]
            met_status(uit, f"{kolom}_{kant}", cel.waarde, cel.status)
            if cel.jaar is not None and cel.heeft_cijfers:
                jaren[kant][tabel.bron_van[kolom]] = cel.jaar
    for kant in KANTEN:
        delen = (f"{bron} {jaar}" for bron, jaar in sorted(jaren[kant].items()))
        uit[f"jaren_{kant}"] = ", ".join(delen)
    return uit.reset_index()
