"""What a reader wants to know first: which areas changed, and which are covered least.

Here: the kind of every change in a crosswalk, and the areas of a harmonised year with the least
behind their figures. Not here: making either (`omzetting.py`, `tabel.py`), drawing (`kaartje.py`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from veerkracht_dagster.buurttabel.gebieden import niveau_van
from veerkracht_dagster.catalogus import Catalogus, catalogus
from veerkracht_dagster.catalogus.models import Omzetting
from veerkracht_dagster.celstatus import dekking_van

SOORTEN = (
    "ongewijzigd", "andere code", "gesplitst", "samengevoegd", "grens verschoven", "zonder weg",
)  # fmt: skip
_KOLOMMEN = ("soort", "van", "naar", "methode", "gebieden", "zelfde_code")
_GELIJK, _CODE, _GESPLITST, _SAMEN, _GRENS, _ZONDER = range(len(SOORTEN))


def eigen_niveau(omzetting: pd.DataFrame) -> pd.DataFrame:
    """The rows of table `buurt_omzetting` between areas of one niveau: not of buurten in wijken."""
    return omzetting.loc[niveau_van(omzetting["van_regio"]) == omzetting["niveau"]]


def wijzigingen(omzetting: pd.DataFrame, regels: Omzetting | None = None) -> pd.DataFrame:
    """What became of the areas of a year.

    Areas that share parts belong together: one old in several new is split, several old in one new
    are merged, several in several have moved borders. A part below `minimum_wijziging` makes no
    change here: it moves figures along the crosswalk all the same.

    Args:
        omzetting: rows van_regio, naar_regio, gewicht, methode of one niveau and base.
        regels: default those of the catalogue.

    Returns: a row per group of areas that belong together, and one for all that are unchanged:
    soort (see SOORTEN), van, naar and methode (texts: codes and roads), gebieden (number of old
    ones), zelfde_code (codes on both sides of which the old area is for the most part not in the
    new one: there a match by code goes wrong).
    """
    regels = catalogus().omzetting if regels is None else regels
    bekend = set(omzetting["naar_regio"].dropna())
    verkeerd = _codes_op_andere_grond(omzetting) & bekend
    groot = ~(omzetting["gewicht"].to_numpy() < regels.minimum_wijziging)
    omzetting = omzetting.loc[groot | ~omzetting["van_regio"].duplicated(keep=False).to_numpy()]
    van, oud = pd.factorize(omzetting["van_regio"], sort=True)
    naar, nieuw = pd.factorize(omzetting["naar_regio"], sort=True)  # -1: no road
    met_weg = naar >= 0
    n = len(oud) + len(nieuw)
    paren = (np.ones(met_weg.sum()), (van[met_weg], len(oud) + naar[met_weg]))
    aantal, groep = csgraph.connected_components(sparse.coo_matrix(paren, shape=(n, n)), False)
    van_groep, naar_groep = groep[: len(oud)], groep[len(oud) :]
    oude, nieuwe = (np.bincount(g, minlength=aantal) for g in (van_groep, naar_groep))
    soort = np.full(aantal, _GRENS)
    soort[(oude == 1) & (nieuwe > 1)] = _GESPLITST
    soort[(oude > 1) & (nieuwe == 1)] = _SAMEN
    soort[(oude == 1) & (nieuwe == 1)] = _CODE
    soort[nieuwe == 0] = _ZONDER
    per_deel = van_groep[van]
    namen = (omzetting["van_regio"] == omzetting["naar_regio"]).to_numpy()
    soort[per_deel[namen & (soort[per_deel] == _CODE)]] = _GELIJK
    # Codes are put together for what changed only: most areas did not.
    anders = np.flatnonzero((soort > _GELIJK)[per_deel])
    per_groep: dict[int, tuple[set[str], set[str], set[str]]] = {}
    kolommen = (omzetting[k].to_numpy(dtype=object)[anders] for k in ("van_regio", "methode"))
    for g, doel, code, methode in zip(per_deel[anders], naar[anders], *kolommen, strict=True):
        oude_codes, nieuwe_codes, methoden = per_groep.setdefault(g, (set(), set(), set()))
        oude_codes.add(code)
        methoden.add(methode)
        if doel >= 0:
            nieuwe_codes.add(nieuw[doel])
    rijen = [
        (SOORTEN[soort[g]], *map(_samen, (a, b, wegen)), len(a), _samen(a & verkeerd))
        for g, (a, b, wegen) in sorted(per_groep.items())
    ]
    gelijk = (SOORTEN[_GELIJK], "", "", "", int((soort == _GELIJK).sum()), "")
    return pd.DataFrame([gelijk, *rijen], columns=list(_KOLOMMEN))


def _codes_op_andere_grond(omzetting: pd.DataFrame) -> set[str]:
    """Old codes of which the largest part is not in the new area of that code."""
    grootste = omzetting.sort_values("gewicht", ascending=False, na_position="last", kind="stable")
    grootste = grootste.drop_duplicates("van_regio")
    anders = grootste["naar_regio"].fillna("") != grootste["van_regio"]
    return set(grootste.loc[anders, "van_regio"])


def _samen(codes: set[str]) -> str:
    return ", ".join(sorted(codes))


def minste_dekking(tabel: pd.DataFrame, cat: Catalogus, hoogstens: int = 20) -> pd.DataFrame:
    """The areas with the least behind their figures: mean coverage of what was delivered.

    Args:
        tabel: rows of table `buurttabel` of one niveau and base year.

    Returns: regiocode, dekking (0-1) over all columns with a figure anywhere, and the same per
    source that delivered; the least first, without areas that are covered wholly.
    """
    per_bron = {}
    for bron in cat.gebiedsbronnen:
        kolommen = [dekking_van(naam) for naam in cat.kolommen_van(bron)]
        dekking = tabel[kolommen].to_numpy(dtype="float64")
        geleverd = (dekking > 0).any(axis=0)
        if geleverd.any():
            per_bron[bron] = dekking[:, geleverd]
    uit = pd.DataFrame({"regiocode": tabel["regiocode"].to_numpy()})
    alle = np.concatenate([np.ones((len(tabel), 0)), *per_bron.values()], axis=1)
    uit["dekking"] = alle.mean(axis=1) if alle.shape[1] else np.nan
    for bron, dekking in per_bron.items():
        uit[bron] = dekking.mean(axis=1)
    uit = uit.loc[uit["dekking"] < 1].sort_values(["dekking", "regiocode"])
    return uit.head(hoogstens).reset_index(drop=True)
