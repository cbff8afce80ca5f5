"""Comparison: how an area stands against those of its gemeente and of the country.

Here: rank, percentile and difference from the mean, for K, nuisance and their changes.
Not here: the relative layers (`relatief.py`), which compare changes only.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.indicatoren.rangen import percentiel, rang
from veerkracht_dagster.indicatoren.relatief import gemeente_van, gewogen_spreiding


def vergelijking(K: pd.DataFrame, V: pd.DataFrame, cat: Catalogus) -> pd.DataFrame:
    """The table `vergelijking` of an edition: a row per area and measure that has a figure.

    Ranks run from 1, the most of the problem; equals share the best rank. Percentiles: the share of
    the other areas with less, an equal counting half. Means are weighted with residents of the end
    year; without residents known there is no mean.
    """
    K, V = K.set_index("regiocode"), V.set_index("regiocode")
    inwoners = K["inwoners_eind"]
    groepen = {
        "land": pd.Series(cat.constanten.land_code, index=K.index, dtype="str"),
        "gemeente": pd.Series(gemeente_van(K.index), index=K.index, dtype="str"),
    }
    delen = []
    for maat, van in cat.vergelijkmaten.items():
        waarde = (van.teken * (K if van.kolom in K else V)[van.kolom]).dropna()
        # -0.0 would be another text than 0.0 and the same figure.
        deel = pd.DataFrame({"maat": maat, "waarde": waarde + 0.0})
        for waar, groep in groepen.items():
            _tegenover(deel, waar, groep[deel.index], inwoners)
            deel[f"gebieden_{waar}"] = groep.map(groep.value_counts())[deel.index]
        delen.append(deel)
    return pd.concat(delen).rename_axis("regiocode").reset_index()


def _tegenover(deel: pd.DataFrame, naam: str, groep: pd.Series, inwoners: pd.Series) -> None:
    """Set the four columns about the areas of the same group."""
    waarden, gewichten = deel["waarde"].to_numpy(), inwoners.reindex(deel.index)
    rangen, percentielen, gemiddelden = (np.full(len(deel), np.nan) for _ in range(3))
    aantal = np.zeros(len(deel), dtype="int64")
    for rijen in groep.groupby(groep).indices.values():
        rangen[rijen] = rang(waarden[rijen])
        percentielen[rijen] = percentiel(waarden[rijen])
        aantal[rijen] = len(rijen)
        gemiddelden[rijen] = gewogen_spreiding(deel["waarde"].iloc[rijen], gewichten.iloc[rijen])[0]
    deel[f"rang_{naam}"] = rangen.astype("int64")
    deel[f"van_{naam}"] = aantal
    deel[f"percentiel_{naam}"] = percentielen
    deel[f"verschil_{naam}"] = waarden - gemiddelden
