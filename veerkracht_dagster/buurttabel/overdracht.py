"""Moves the figures of one year along a crosswalk, each kind of figure in its own way.

Here: the sums. Counts are summed by weight, and are shares of their denominator over the same
observed cells; shares and means are weighted by it over these; scores and medians by what is behind
the crosswalk, and are then estimates; codes go by the largest part. Nothing missing becomes 0.
Not here: how the crosswalk was made (`omzetting.py`); how far a cell can be off (`grenzen.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from veerkracht_dagster.buurttabel.cijfers import CODE, Cijfers, heeft_waarde
from veerkracht_dagster.buurttabel.grenzen import Gewogen, grenzen
from veerkracht_dagster.buurttabel.kruising import Kruising, maak_kruising
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.celstatus import GESCHAT, NVT, ONDERDRUKT, ONTBREEKT, WAARGENOMEN


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
    kolommen: Mapping[str, Kolom],
    minimum_dekking: float,
) -> tuple[pd.DataFrame, list[Behoud]]:
    """Move `kolommen` of `bron` to the areas `doelcodes`.

    Args:
        bron: one row per source area: regiocode, and per column `x` and `x__status`.
        omzetting: rows van_regio, naar_regio, gewicht, methode, maat of one niveau and base.
        minimum_dekking: below this coverage a target cell is `ontbreekt`.

    Returns: per target area `x`, `x__status`, `x__dekking`, and `x__ondergrens` and `x__bovengrens`
    where the publisher rounds or suppresses (index: doelcodes); and for every count what was
    conserved.
    """
    kruising = maak_kruising(omzetting, doelcodes)
    cijfers = Cijfers.van(bron, kolommen)
    codes = pd.Index(bron["regiocode"])
    uit, behoud = draag_cijfers_over(cijfers, codes, kruising, kolommen, minimum_dekking)
    return pd.DataFrame(uit.kolommen(kolommen), index=doelcodes), behoud


def draag_cijfers_over(
    cijfers: Cijfers,
    codes: pd.Index,
    kruising: Kruising,
    kolommen: Mapping[str, Kolom],
    minimum_dekking: float,
) -> tuple[Cijfers, list[Behoud]]:
    """As `draag_over`, on matrices: figures of the areas `codes`, one row each."""
    # An area that exists but that the publisher left out counts as missing, not as nonexistent.
    bron = cijfers.rijen(codes.get_indexer(kruising.van))
    soort = np.array([kolommen[naam].soort for naam in bron.namen], dtype=object)
    gezien = heeft_waarde(bron.staat) & ~np.isnan(bron.waarde)
    waarde, dekking = np.empty((2, len(kruising.naar), len(bron.namen)))
    deel = np.full_like(waarde, np.nan)
    gewogen = []
    for groep, welke in _groepen(bron.namen, kolommen).items():
        weging = _weging(bron, groep.weegkolom, kruising)
        if groep.telling and groep.weegkolom is not None:
            deel[:, welke] = _deel(bron, groep.weegkolom, welke, gezien[:, welke], kruising)
        if groep.alleen_met_weging:
            gezien[:, welke] &= weging.bekend[:, None]
        zicht = gezien[:, welke]
        x = np.where(zicht, bron.waarde[:, welke], 0.0)
        gedekt = zicht * bron.dekking[:, welke]
        telt = bron.staat[:, welke] != CODE[NVT]
        dekking[:, welke] = _dekking(weging.geheel, kruising, gedekt, telt)
        if (los := kruising.onweegbaar & ~weging.op_mensen).any():
            # Without weights a sum of all parts is whole, and of anything else nobody can tell.
            raakt = kruising.matrix(np.ones(len(kruising.doel)))[los]
            alles = raakt @ zicht.astype("float64") == raakt @ telt.astype("float64")
            dekking[np.ix_(los, welke)] = (alles & groep.telling).astype("float64")
        if groep.code:
            waarde[:, welke] = _grootste_deel(weging.geheel, x, zicht)
        elif groep.alleen_met_weging:
            waarde[:, welke] = _gemiddelde(weging.delen, x, zicht, kruising)
            ruimte = _afrondingsruimte(groep.weegkolom, kolommen)
            speling = np.where(weging.op_mensen[kruising.doel], kruising.gewicht * ruimte, 0.0)
            gewogen.append(Gewogen(welke, weging.geheel, speling, weging.bekend))
        elif not groep.telling:
            waarde[:, welke] = _gemiddelde(weging.geheel, x, zicht, kruising)
    telling = np.flatnonzero(soort == "aantal")
    x = np.where(gezien[:, telling], bron.waarde[:, telling], 0.0)
    som = waarde[:, telling] = kruising.matrix(kruising.gewicht) @ x
    onder, boven = grenzen(bron, gezien, kruising, gewogen, kolommen)
    staat = _staat(kruising, bron.staat, gezien, dekking, minimum_dekking, soort)
    heel = kruising.enige >= 0
    waarde[heel] = bron.waarde[kruising.enige[heel]]
    for matrix in (waarde, deel):
        matrix[~heeft_waarde(staat)] = np.nan
    met_weg = codes.isin(kruising.van[kruising.met_weg])
    return (
        Cijfers(bron.namen, waarde, staat, dekking, onder, boven, deel),
        _behoud(cijfers, met_weg, som, waarde, telling),
    )


class _Groep(NamedTuple):
    """Columns that are weighed alike."""

    weegkolom: str | None
    alleen_met_weging: bool  # without its weight a figure cannot count among others
    code: bool
    telling: bool


def _groepen(namen: Sequence[str], kolommen: Mapping[str, Kolom]) -> dict[_Groep, list[int]]:
    """Positions of the columns of every group."""
    uit: dict[_Groep, list[int]] = {}
    for k, naam in enumerate(namen):
        kolom = kolommen[naam]
        weegkolom = kolom.noemer if kolom.soort == "aantal" else kolom.weegkolom
        groep = _Groep(
            weegkolom if weegkolom in namen else None,
            kolom.soort in ("aandeel", "gemiddelde", "mediaan"),
            kolom.soort == "code",
            kolom.soort == "aantal",
        )
        uit.setdefault(groep, []).append(k)
    return uit


class _Weging(NamedTuple):
    """What source cells weigh in a target (targets x sources): people or dwellings.

    geheel: of all sources beside each other; by what is behind the crosswalk where people of any of
    them are unknown, or nobody is. delen: of those of which people are known. bekend: for which
    sources that is. op_mensen: for which targets `geheel` is by people.
    """

    geheel: sparse.csr_matrix
    delen: sparse.csr_matrix
    bekend: np.ndarray
    op_mensen: np.ndarray


def _weging(bron: Cijfers, weegkolom: str | None, kruising: Kruising) -> _Weging:
    if weegkolom is None:
        niemand, alle = np.full(len(kruising.naar), False), np.full(len(kruising.van), True)
        return _Weging(kruising.op_maat, kruising.op_maat, alle, niemand)
    gewicht = bron.waarde[:, bron.namen.index(weegkolom)]
    bekend = ~np.isnan(gewicht)
    per_mens = kruising.gewicht * np.where(bekend, gewicht, 0.0)[kruising.bron]
    onbekend = kruising.tel(~bekend[kruising.bron]) > 0
    op_mensen = ~onbekend & (kruising.tel(per_mens) > 0)
    geheel = np.where(op_mensen[kruising.doel], per_mens, kruising.weegt)
    # Alone in its target a figure is what it is, whatever it weighs.
    bekend[kruising.enige[kruising.enige >= 0]] = True
    return _Weging(kruising.matrix(geheel), kruising.matrix(per_mens), bekend, op_mensen)


def _deel(
    bron: Cijfers, noemer: str, welke: Sequence[int], gezien: np.ndarray, kruising: Kruising
) -> np.ndarray:
    """Share (0-1) of each count in its denominator, over the sources that have both."""
    mensen = bron.waarde[:, bron.namen.index(noemer)]
    beide = gezien & ~np.isnan(mensen)[:, None]
    # Of what was converted before only the part that its own count stands for.
    mensen = np.nan_to_num(mensen)[:, None] * bron.dekking[:, welke]
    eigen = bron.deel[:, welke]
    x = np.where(np.isnan(eigen), bron.waarde[:, welke], eigen * mensen)
    gewicht = kruising.matrix(kruising.gewicht)
    teller, geheel = (gewicht @ np.where(beide, cijfer, 0.0) for cijfer in (x, mensen))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(geheel > 0, teller / geheel, np.nan)


def _afrondingsruimte(weegkolom: str | None, kolommen: Mapping[str, Kolom]) -> float:
    """How far what weighs a column can be off by rounding."""
    return 0.0 if weegkolom is None else kolommen[weegkolom].afrondingsruimte


def _gemiddelde(
    weging: sparse.csr_matrix, x: np.ndarray, gezien: np.ndarray, kruising: Kruising
) -> np.ndarray:
    """Mean of the observed sources of a target by what they weigh; where that is nothing, by what
    is behind the crosswalk."""
    zicht = gezien.astype("float64")
    boven, onder = weging @ x, weging @ zicht
    if (onder <= 0).any():
        op_maat, niets = kruising.op_maat, onder <= 0
        boven, onder = np.where(niets, op_maat @ x, boven), np.where(niets, op_maat @ zicht, onder)
    with np.errstate(invalid="ignore", divide="ignore"):
        return boven / onder


def _grootste_deel(weging: sparse.csr_matrix, x: np.ndarray, gezien: np.ndarray) -> np.ndarray:
    """The code of the observed sources that weighs most; the smallest code on a tie."""
    delen = weging.tocoo()
    uit = np.full((weging.shape[0], x.shape[1]), np.nan)
    for k in range(x.shape[1]):
        deel = gezien[delen.col, k]
        if not deel.any():
            continue
        doel, code, maat = delen.row[deel], x[delen.col[deel], k], delen.data[deel]
        volgorde = np.lexsort((code, doel))
        doel, code, maat = doel[volgorde], code[volgorde], maat[volgorde]
        begin = np.flatnonzero(np.r_[True, (np.diff(doel) != 0) | (np.diff(code) != 0)])
        doel, code, maat = doel[begin], code[begin], np.add.reduceat(maat, begin)
        volgorde = np.lexsort((-code, maat, doel))  # the last of a target wins
        uit[doel[volgorde], k] = code[volgorde]
    return uit


def _dekking(
    weging: sparse.csr_matrix, kruising: Kruising, gedekt: np.ndarray, telt: np.ndarray
) -> np.ndarray:
    """Share of the target that observed cells stand for; n.v.t. cells stand for nobody."""
    geheel, waargenomen = weging @ telt.astype("float64"), weging @ gedekt
    # Nobody lives in what counts: by what is behind the crosswalk.
    leeg = geheel <= 0
    if leeg.any():
        op_maat = kruising.op_maat
        geheel = np.where(leeg, op_maat @ telt.astype("float64"), geheel)
        waargenomen = np.where(leeg, op_maat @ gedekt, waargenomen)
    with np.errstate(invalid="ignore", divide="ignore"):
        dekking = np.where(geheel > 0, waargenomen / geheel, 0.0)
    return np.clip(dekking, 0.0, 1.0)


def _staat(
    kruising: Kruising,
    staat: np.ndarray,
    gezien: np.ndarray,
    dekking: np.ndarray,
    minimum: float,
    soort: np.ndarray,
) -> np.ndarray:
    """States of the targets."""
    raakt = kruising.matrix(np.ones(len(kruising.doel)))
    bronnen = kruising.bronnen[:, None]

    def aantal(welke: np.ndarray) -> np.ndarray:
        return raakt @ welke.astype("float64")

    uit = np.full(dekking.shape, CODE[ONTBREEKT], np.int8)
    geen = aantal(gezien) == 0
    uit[geen & (aantal(staat == CODE[ONDERDRUKT]) > 0)] = CODE[ONDERDRUKT]
    uit[geen & (bronnen > 0) & (aantal(staat == CODE[NVT]) == bronnen)] = CODE[NVT]
    genoeg = ~geen & (dekking >= minimum)
    # A sum or weighted mean of whole, observed areas is exact; a median or score of several is not.
    exact = aantal(gezien & (staat == CODE[WAARGENOMEN])) == bronnen
    exact &= (kruising.geheel & ~kruising.onzeker)[:, None]
    exact &= ~np.isin(soort, ("mediaan", "score", "code")) | (bronnen == 1)
    uit[genoeg] = CODE[GESCHAT]
    uit[genoeg & exact] = CODE[WAARGENOMEN]
    return uit


def _behoud(
    cijfers: Cijfers, met_weg: np.ndarray, som: np.ndarray, waarde: np.ndarray, telling: np.ndarray
) -> list[Behoud]:
    """Conservation of the counts, in positions `telling`; `som` is before the coverage rule."""
    x = np.where(heeft_waarde(cijfers.staat), cijfers.waarde, 0.0)[:, telling]
    x = np.nan_to_num(x)
    weg = np.where(np.isnan(waarde[:, telling]), som, 0.0)
    sommen = (x.sum(axis=0), x[~met_weg].sum(axis=0), som.sum(axis=0), weg.sum(axis=0))
    return [
        Behoud(cijfers.namen[k], *(float(getal) for getal in getallen))
        for k, *getallen in zip(telling, *sommen, strict=True)
    ]
