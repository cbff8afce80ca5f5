"""Moves the figures of one year along a crosswalk, each kind of figure in its own way.

Here: the sums. Counts are summed by weight; shares and means are weighted by their denominator over
the same observed cells; scores and medians by the addresses or land behind the crosswalk, and are
then estimates; codes go by the largest part. Nothing missing becomes 0.
Not here: how the crosswalk was made (`omzetting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.celstatus import (
    GESCHAT,
    MET_WAARDE,
    NVT,
    ONDERDRUKT,
    ONTBREEKT,
    STATUSSEN,
    WAARGENOMEN,
    dekking_van,
    status_van,
)

_CODE = {status: code for code, status in enumerate(STATUSSEN)}
_NAMEN = np.array(STATUSSEN, dtype=object)


@dataclass(frozen=True)
class _Kruising:
    """The crosswalk as matrices of target x source areas."""

    gewicht: sparse.csr_matrix  # share of the source area that goes to the target
    maat: sparse.csr_matrix  # addresses or m² behind it
    raakt: sparse.csr_matrix  # 1 where a source area has a part in the target
    bronnen: np.ndarray  # number of source areas per target
    geheel: np.ndarray  # target receives whole source areas only
    onzeker: np.ndarray  # some road to the target rests on code and name alone


@dataclass(frozen=True)
class Behoud:
    """Conservation of one count: totals before and after, in the count's unit.

    bron = met_weg + zonder_weg; met_weg = omgezet (1e-9); omgezet = behouden + te_weinig_dekking.
    """

    kolom: str
    bron: float
    zonder_weg: float
    omgezet: float
    te_weinig_dekking: float


def draag_over(
    bron: pd.DataFrame,
    omzetting: pd.DataFrame,
    doelcodes: pd.Index,
    kolommen: dict[str, Kolom],
    minimum_dekking: float,
) -> tuple[pd.DataFrame, list[Behoud]]:
    """Move `kolommen` of `bron` to the areas `doelcodes`.

    Args:
        bron: one row per source area: regiocode, and per column `x` and `x__status`.
        omzetting: rows van_regio, naar_regio, gewicht, methode, aantal of one niveau and base.
        minimum_dekking: below this coverage a target cell is `ontbreekt`.

    Returns: per target area `x`, `x__status`, `x__dekking` (index: doelcodes), and for every count
    what was conserved.
    """
    bron = _met_afwezige_gebieden(bron.set_index("regiocode"), omzetting, kolommen)
    kruising = _kruising(omzetting, bron.index, doelcodes)
    uit: dict[str, np.ndarray] = {}
    behoud: list[Behoud] = []
    for naam, kolom in kolommen.items():
        waarde, status, dekking, som = _kolom(bron, naam, kolom, kruising, minimum_dekking)
        uit |= {naam: waarde, status_van(naam): status, dekking_van(naam): dekking}
        if kolom.soort == "aantal":
            behoud.append(_behoud(naam, bron, kruising, som, waarde))
    return pd.DataFrame(uit, index=doelcodes), behoud


def _met_afwezige_gebieden(
    bron: pd.DataFrame, omzetting: pd.DataFrame, kolommen: dict[str, Kolom]
) -> pd.DataFrame:
    """Areas that exist but that the publisher left out count as missing, not as nonexistent."""
    afwezig = pd.Index(omzetting["van_regio"]).unique().difference(bron.index)
    if afwezig.empty:
        return bron
    uit = bron.reindex(bron.index.append(afwezig))
    statussen = [status_van(naam) for naam in kolommen]
    uit[statussen] = uit[statussen].fillna(ONTBREEKT)
    return uit


def _kruising(omzetting: pd.DataFrame, van: pd.Index, naar: pd.Index) -> _Kruising:
    rijen = omzetting.dropna(subset="gewicht")
    i, j = (
        index.get_indexer(pd.Index(rijen[kolom]))
        for index, kolom in ((naar, "naar_regio"), (van, "van_regio"))
    )
    raak = (i >= 0) & (j >= 0)
    rijen, i, j = rijen.loc[raak], i[raak], j[raak]
    vorm = (len(naar), len(van))
    gewicht = rijen["gewicht"].to_numpy()
    aantal = rijen["aantal"].to_numpy()
    bronnen = np.bincount(i, minlength=len(naar))
    # Addresses and m² do not add up: where a target mixes them, or a road has no measure at all,
    # the weights themselves are used.
    per_adres = (rijen["methode"] == "adressen").to_numpy()
    soorten = [per_adres & (aantal > 0), ~per_adres & (aantal > 0)]
    eenduidig = [np.bincount(i, soort, minlength=len(naar)) == bronnen for soort in soorten]
    maat = np.where((eenduidig[0] | eenduidig[1])[i], aantal, gewicht)
    naam = (rijen["methode"] == "code_en_naam").to_numpy()
    return _Kruising(
        gewicht=sparse.csr_matrix((gewicht, (i, j)), shape=vorm),
        raakt=sparse.csr_matrix((np.ones(len(i)), (i, j)), shape=vorm),
        maat=sparse.csr_matrix((maat, (i, j)), shape=vorm),
        bronnen=bronnen,
        geheel=np.bincount(i, gewicht < 1, minlength=len(naar)) == 0,
        onzeker=np.bincount(i, naam, minlength=len(naar)) > 0,
    )


def _kolom(
    bron: pd.DataFrame, naam: str, kolom: Kolom, kruising: _Kruising, minimum: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Value, state and coverage per target, and the raw sum before the coverage rule."""
    x = bron[naam].to_numpy(dtype="float64")
    staat = _codes(bron[status_van(naam)])
    gezien = _is(staat, *MET_WAARDE) & ~np.isnan(x)
    nvt = _is(staat, NVT)
    enige = _enige_bron(kruising)
    weging, bekend = _weging(bron, kolom, kruising)
    if kolom.soort in ("aandeel", "gemiddelde", "mediaan"):
        # Without its weight a figure cannot count among others; alone it is what it is.
        bekend[enige[enige >= 0]] = True
        gezien &= bekend
    if kolom.soort == "aantal":
        som = kruising.gewicht @ np.where(gezien, x, 0.0)
        waarde = som
    elif kolom.soort == "code":
        som = np.zeros(len(kruising.bronnen))
        waarde = _grootste_deel(weging, x, gezien)
    else:
        som = np.zeros(len(kruising.bronnen))
        with np.errstate(invalid="ignore", divide="ignore"):
            waarde = (weging @ np.where(gezien, x, 0.0)) / (weging @ gezien.astype(float))
    dekking = _dekking(weging, kruising, gezien, nvt)
    status = _status(kruising, staat, gezien, dekking, minimum, kolom)
    waarde = np.where(enige >= 0, x[np.maximum(enige, 0)], waarde) if len(x) else waarde
    waarde = np.where(_is(status, *MET_WAARDE), waarde, np.nan)
    return waarde, _NAMEN[status], dekking, som


def _weging(
    bron: pd.DataFrame, kolom: Kolom, kruising: _Kruising
) -> tuple[sparse.csr_matrix, np.ndarray]:
    """What a source cell weighs in a target, and for which sources that is known.

    People or dwellings; addresses or land where those of any source of the target are unknown, and
    the shares of the crosswalk where there are none.
    """
    weegkolom = kolom.noemer if kolom.soort == "aantal" else kolom.weegkolom
    if weegkolom is None or weegkolom not in bron:
        return kruising.maat, np.full(len(bron), True)
    gewicht = bron[weegkolom].to_numpy(dtype="float64")
    bekend = ~np.isnan(gewicht)
    per_mens = kruising.gewicht @ sparse.diags(np.where(bekend, gewicht, 0.0))
    onbekend = kruising.raakt @ (~bekend).astype(float) > 0
    niemand = ~onbekend & (np.asarray(per_mens.sum(axis=1)).ravel() <= 0)
    weging = (
        sparse.diags((~onbekend).astype(float)) @ per_mens
        + sparse.diags(onbekend.astype(float)) @ kruising.maat
        + sparse.diags(niemand.astype(float)) @ kruising.gewicht
    )
    return sparse.csr_matrix(weging), bekend


def _dekking(
    weging: sparse.csr_matrix, kruising: _Kruising, gezien: np.ndarray, nvt: np.ndarray
) -> np.ndarray:
    """Share of the target that observed cells stand for; n.v.t. cells stand for nobody."""
    telt = (~nvt).astype(float)
    geheel, waargenomen = weging @ telt, weging @ gezien.astype(float)
    # Nobody lives there or the weights are unknown: fall back to the shares of the crosswalk.
    leeg = geheel <= 0
    geheel = np.where(leeg, kruising.gewicht @ telt, geheel)
    waargenomen = np.where(leeg, kruising.gewicht @ gezien.astype(float), waargenomen)
    with np.errstate(invalid="ignore", divide="ignore"):
        dekking = np.where(geheel > 0, waargenomen / geheel, 0.0)
    return np.clip(dekking, 0.0, 1.0)


def _status(
    kruising: _Kruising,
    staat: np.ndarray,
    gezien: np.ndarray,
    dekking: np.ndarray,
    minimum: float,
    kolom: Kolom,
) -> np.ndarray:
    """State codes of the targets."""

    def aantal(welke: np.ndarray) -> np.ndarray:
        return kruising.raakt @ welke.astype(float)

    aantal_gezien = aantal(gezien)
    uit = np.full(len(dekking), _CODE[ONTBREEKT])
    geen = aantal_gezien == 0
    uit[geen & (aantal(_is(staat, ONDERDRUKT)) > 0)] = _CODE[ONDERDRUKT]
    alleen_nvt = aantal(_is(staat, NVT)) == kruising.bronnen
    uit[geen & (kruising.bronnen > 0) & alleen_nvt] = _CODE[NVT]
    genoeg = ~geen & (dekking >= minimum)
    # A sum or weighted mean of whole, observed areas is exact; a median or score of several is not.
    exact = kruising.geheel & (aantal(_is(staat, WAARGENOMEN)) == kruising.bronnen)
    if kolom.soort in ("mediaan", "score", "code"):
        exact &= kruising.bronnen == 1
    uit[genoeg] = _CODE[GESCHAT]
    uit[genoeg & exact & ~kruising.onzeker] = _CODE[WAARGENOMEN]
    return uit


def _codes(statussen: pd.Series) -> np.ndarray:
    """States as numbers: comparing texts takes most of the time otherwise."""
    return np.array([_CODE[status] for status in statussen.tolist()], dtype=np.int64)


def _is(codes: np.ndarray, *statussen: str) -> np.ndarray:
    uit = codes == _CODE[statussen[0]]
    for status in statussen[1:]:
        uit = uit | (codes == _CODE[status])
    return uit


def _enige_bron(kruising: _Kruising) -> np.ndarray:
    """Column number of the only source of a target that takes it whole, else -1."""
    enige = (kruising.bronnen == 1) & kruising.geheel
    uit = np.full(len(enige), -1)
    wijzers, kolommen = kruising.gewicht.indptr, kruising.gewicht.indices
    uit[enige] = kolommen[wijzers[:-1][enige]]
    return uit


def _grootste_deel(weging: sparse.csr_matrix, x: np.ndarray, gezien: np.ndarray) -> np.ndarray:
    """The code of the observed source that weighs most; the smallest code on a tie."""
    coo = weging.tocoo()
    rijen = pd.DataFrame({"doel": coo.row, "code": x[coo.col], "maat": coo.data})
    rijen = rijen.loc[gezien[coo.col]]
    som = rijen.groupby(["doel", "code"], as_index=False)["maat"].sum()
    beste = som.sort_values(["maat", "code"], ascending=[False, True]).drop_duplicates("doel")
    uit = np.full(weging.shape[0], np.nan)
    uit[beste["doel"]] = beste["code"]
    return uit


def _behoud(
    naam: str, bron: pd.DataFrame, kruising: _Kruising, som: np.ndarray, waarde: np.ndarray
) -> Behoud:
    x = bron[naam].to_numpy(dtype="float64")
    x = np.where(_is(_codes(bron[status_van(naam)]), *MET_WAARDE), x, np.nan)
    heeft_weg = np.asarray(kruising.gewicht.sum(axis=0)).ravel() > 0
    return Behoud(
        kolom=naam,
        bron=float(np.nansum(x)),
        zonder_weg=float(np.nansum(x[~heeft_weg])),
        omgezet=float(som.sum()),
        te_weinig_dekking=float(som[np.isnan(waarde)].sum()),
    )
