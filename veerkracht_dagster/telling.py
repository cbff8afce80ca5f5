"""Whether figures are what their unit says: counts that grow with who is counted, and percentages.

Here: the test of one column beside those it counts among, and the words of what was found. Not
here: which columns are tested, and where (`bronnen/controles.py`,
`buurttabel/maatcontroles.py`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.models import Constanten

GEEN_TELLING = (
    "Dit zijn aandelen, percentages of duizendtallen, of cijfers die bij andere gebieden horen: "
    "vraag de uitgever of leverancier om wat de kolom moet zijn. Is de groep zo zeldzaam dat het "
    "klopt, zeg dan waarom, met `zeldzaam` bij de kolom in catalogus/kolommen.yml."
)
MINSTE_GEBIEDEN = 3  # a figure of one or two areas below 1 may be an estimate


def geen_telling(
    x: np.ndarray, geheel: np.ndarray, codes: pd.Series, regels: Constanten
) -> str | None:
    """Why a column of counts holds none, in words; None where it may.

    A count grows with those it counts among, and a share, percentage or number per thousand does
    not: tested by its score at growth `telling_groei`, robust against areas that differ. It says
    nothing where areas are few or alike in size. Shares from 0 to 1 show without it.

    Small counts are left out by their publisher, which leaves counts that are all alike: of the
    gemeenten that have figures, areas without one count as 0 too, and neither may be a count.

    Args:
        x: figures per area, NaN where there is none.
        geheel: those it counts among per area, NaN where not known.
        codes: of the areas.
    """
    gemeente = codes.str[2:6].to_numpy(dtype=object)
    bewoond = (geheel > 0) & np.isin(gemeente, gemeente[~np.isnan(x)])
    alle, wonen = np.nan_to_num(x[bewoond]), geheel[bewoond]
    bekend = ~np.isnan(x[bewoond])
    x, geheel = alle[bekend], wonen[bekend]
    som, totaal, hoogste = x.sum(), geheel.sum(), x.max(initial=0.0)
    if som <= 0:
        return None
    wat = f"samen {som:.6g} en ten hoogste {hoogste:.6g} in {len(x)} gebieden, waar {totaal:.0f}"
    gebroken = bool((x != np.round(x)).any())
    if len(x) >= MINSTE_GEBIEDEN and hoogste <= 1 and gebroken:
        return f"{wat} zijn: delen van 1" if som < regels.telling_deel * totaal else None
    scores = _score(x, geheel, regels), _score(alle, wonen, regels)
    if len(x) < regels.telling_gebieden or max(scores) > -regels.telling_zekerheid:
        return None
    return f"{wat} zijn, en niet meer waar er meer zijn"


def _score(x: np.ndarray, geheel: np.ndarray, regels: Constanten) -> float:
    """How far figures lie below growing with a power of the whole, in standard deviations.

    The score of a Poisson regression on the logarithm, with the variance of its own residuals.
    """
    groei = geheel**regels.telling_groei
    grootte = np.log(geheel)
    afwijking = grootte - np.average(grootte, weights=groei)
    bijdrage = afwijking * (x - groei * (x.sum() / groei.sum()))
    spreiding = np.sqrt(np.square(bijdrage).sum())
    return float(bijdrage.sum() / spreiding) if spreiding > 0 else 0.0


def geen_percentage(x: np.ndarray, regels: Constanten) -> str | None:
    """Why a column of percentages holds shares from 0 to 1, in words; None where it may be right.

    Args:
        x: figures per area, NaN where there is none.
    """
    x = x[~np.isnan(x)]
    hoogste = x.max(initial=0.0)
    if len(x) < regels.telling_gebieden or hoogste > 1 or not ((x > 0) & (x < 1)).any():
        return None
    return f"ten hoogste {hoogste:.6g} in {len(x)} gebieden: delen van 1"
