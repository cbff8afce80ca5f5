"""The law of conservation: whatever road an area takes, it arrives once, whole, or not at all.

Here: the law on rows of a crosswalk, held where they are made and where they come in from outside.
Not here: how much of a figure arrived (`overdracht.Behoud`), the roads (`wegen.py`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

SPELING = 1e-9  # how far weights that were divided may add up from 1


def houd_behoudswet(omzetting: pd.DataFrame) -> None:
    """Hold a crosswalk to the law.

    Of every old area the weights lie between 0 and 1 and add up to 1, each goes to another new
    area; or it stands there once, without target or weight.

    Raises:
        ValueError: an old area that would be counted for more or for less than once; with its
            code, its rows and what they add up to.
    """
    for waarom, welke in _schendingen(omzetting).items():
        if not welke.any():
            continue
        code = omzetting["van_regio"][welke].iloc[0]
        rijen = omzetting.loc[omzetting["van_regio"].eq(code)]
        delen = ", ".join(
            f"{naar} {gewicht:.12g} ({methode})"
            for naar, gewicht, methode in rijen[["naar_regio", "gewicht", "methode"]].itertuples(
                index=False
            )
        )
        raise ValueError(
            f"omzetting van {code}: {waarom}; gevonden {delen}, samen "
            f"{rijen['gewicht'].sum():.12g}. Wat een gebied telt komt een keer aan, heel of niet: "
            "gewichten tussen 0 en 1 die samen 1 zijn, of een rij zonder doel en gewicht"
        )


def _schendingen(omzetting: pd.DataFrame) -> dict[str, pd.Series]:
    """Per way to break the law a mask of rows; rows of one area stand anywhere."""
    gewicht = omzetting["gewicht"].astype("float64")
    weg = omzetting["naar_regio"].notna()
    per_gebied = gewicht.groupby(omzetting["van_regio"])
    som, rijen = per_gebied.transform("sum"), per_gebied.transform("size")
    return {
        "een doel zonder gewicht, of een gewicht zonder doel": weg != gewicht.notna(),
        "een deel dat niet tussen 0 en 1 ligt": gewicht.le(0) | gewicht.gt(1 + SPELING),
        "met en zonder weg tegelijk": ~weg & rijen.gt(1),
        "twee rijen naar hetzelfde doel": weg & omzetting.duplicated(["van_regio", "naar_regio"]),
        "de gewichten zijn samen geen 1": weg
        & ~pd.Series(np.isclose(som, 1.0, rtol=0, atol=SPELING), omzetting.index),
    }
