"""The roads from an area of one year to areas of another, one function each.

Here: which parts of which areas a road gives, with their weight and what lies behind it. A code
match alone is never trusted: codes are reused for other ground.
Not here: which road an area takes (`omzetting.py`); measuring ground (`grond.py`) and addresses
(`adressen.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from veerkracht_dagster.buurttabel.adressen import tel_paren
from veerkracht_dagster.buurttabel.grond import Overlap, overlap
from veerkracht_dagster.buurttabel.indeling import Indeling
from veerkracht_dagster.catalogus.models import Omzetting


class Delen(NamedTuple):
    """Parts of old areas in new ones: positions, weight, and what was counted or measured for it.

    That is addresses, residents or m². The weights of an old area add up to 1.
    """

    van: np.ndarray
    naar: np.ndarray
    gewicht: np.ndarray
    aantal: np.ndarray


@dataclass(frozen=True)
class Paar:
    """Two years, and what roads between them need; measured once, and only when asked for.

    `tussen` are the years between them that are known; others are passed over.
    """

    van: Indeling
    naar: Indeling
    regels: Omzetting
    tussen: tuple[Indeling, ...] = ()

    @cached_property
    def overlap(self) -> Overlap:
        """Shared ground."""
        return overlap(self.van.grond, self.naar.grond)

    @cached_property
    def ongewijzigd(self) -> pd.Index:
        """Codes that the publisher calls unchanged in every year from the first to the last."""
        bekend = {indeling.jaar: indeling for indeling in (*self.tussen, self.van, self.naar)}
        eerste, laatste = sorted((self.van.jaar, self.naar.jaar))
        uit = self.van.codes
        for jaar in range(eerste + 1, laatste + 1):  # a mark speaks of the step to its own year
            if jaar not in bekend:
                return uit[:0]  # a year of which nothing is known may have changed anything
            uit = uit[uit.isin(bekend[jaar].ongewijzigd)]
        return uit


def zelfde_jaar(paar: Paar) -> Delen:
    """An area is itself."""
    plaats = paar.naar.codes.get_indexer(paar.van.codes)
    van = np.flatnonzero(plaats >= 0)
    return Delen(van, plaats[van], np.ones(len(van)), paar.van.grond.m2[van])


def identiek(paar: Paar, _rest: np.ndarray) -> Delen:
    """The same ground, whatever the code: overlap / union at or above `grens_identiek`.

    An area is one area. Where new areas lie over each other more than one may be the same ground:
    then it is the one with its own code, else the one that agrees most, else the first by code.
    """
    grond = paar.overlap
    raak = np.flatnonzero(grond.overeenkomst >= paar.regels.grens_identiek)
    van, naar = grond.van[raak], grond.naar[raak]
    eigen = paar.naar.codes.get_indexer(paar.van.codes)[van] == naar
    beste = np.lexsort((paar.naar.rang[naar], -grond.overeenkomst[raak], ~eigen, van))
    een = beste[np.append(True, np.diff(van[beste]) > 0)[: len(beste)]]
    return Delen(van[een], naar[een], np.ones(len(een)), grond.gedeeld[raak[een]])


def gemerkt(paar: Paar, rest: np.ndarray) -> Delen:
    """Never changed, says the publisher, by its mark of every year between the two.

    Not believed against the ground: overlap / union must be at least `grens_merk`, where the ground
    of both years is known.
    """
    grond = paar.overlap
    zelfde_code = paar.naar.codes.get_indexer(paar.van.codes)
    i = np.flatnonzero(rest & paar.van.codes.isin(paar.ongewijzigd) & (zelfde_code >= 0))
    j = zelfde_code[i]
    onbekend = np.isnan(grond.van_m2[i]) | np.isnan(grond.naar_m2[j])
    eigen = (zelfde_code[grond.van] == grond.naar) & (grond.overeenkomst >= paar.regels.grens_merk)
    geloofd = onbekend | np.isin(i, grond.van[eigen])
    i, j = i[geloofd], j[geloofd]
    m2 = np.fmin(grond.van_m2[i], grond.naar_m2[j])  # of the year that knows it, else NaN
    return Delen(i, j, np.ones(len(i)), m2)


def adressen(paar: Paar, rest: np.ndarray) -> Delen:
    """Share of the addresses of an old area that lie in each new one (2016 and later).

    At least `minimum_adressen` of them must be found again.
    """
    van, naar = paar.van.lees_adressen(), paar.naar.lees_adressen()
    if van is None or naar is None:
        return _geen_delen()
    paren = tel_paren(van, naar, paar.van.adreskolom, paar.van.codes[rest])
    i = paar.van.codes.get_indexer(pd.Index(paren["van_regio"]))
    j = paar.naar.codes.get_indexer(pd.Index(paren["naar_regio"]))
    aantal = np.where(j >= 0, paren["aantal"], 0)  # an area that does not exist is not found
    teruggevonden = np.bincount(i, aantal, minlength=len(rest))[i]
    genoeg = teruggevonden >= paar.regels.minimum_adressen * paren["totaal"].to_numpy()
    welke = (j >= 0) & genoeg
    return _naar_rato(i[welke], j[welke], aantal[welke].astype("float64"), len(rest))


def vierkanten(paar: Paar, rest: np.ndarray) -> Delen:
    """Share of the residents of an old area that live in each new one, by squares of 100 m.

    A square lies where its middle lies. At least `minimum_adressen` of the residents must be found
    again. A square of which the publisher gives no figure weighs nothing, since nobody may live
    there; but the most that it may hold (`vierkant_geheim`) counts as not found again.
    """
    bewoners = paar.van.bewoners
    if bewoners is None:
        return _geen_delen()
    onze = np.append(rest, False)[bewoners.gebied]  # position -1: in no area
    ligging, i, inwoners = (rij[onze] for rij in bewoners)
    hoogstens = np.where(np.isnan(inwoners), paar.regels.vierkant_geheim, inwoners)
    totaal = np.bincount(i, hoogstens, minlength=len(rest))
    bekend = inwoners > 0
    ligging, i, inwoners = ligging[bekend], i[bekend], inwoners[bekend]
    j = paar.naar.grond.waar(ligging)
    er = j >= 0
    gevonden = np.bincount(i[er], inwoners[er], minlength=len(rest))
    er &= (gevonden >= paar.regels.minimum_adressen * totaal)[i]
    paren, plaats = np.unique(i[er] * len(paar.naar.codes) + j[er], return_inverse=True)
    som = np.bincount(plaats, inwoners[er], minlength=len(paren))
    van, naar = np.divmod(paren, max(len(paar.naar.codes), 1))
    return _naar_rato(van, naar, som, len(rest))


def oppervlak(paar: Paar, _rest: np.ndarray) -> Delen:
    """Share of the land of an old area that lies in each new one: as if spread evenly over it.

    At least `minimum_oppervlak` of its land must lie in new areas. Where there are new areas of
    which the ground is unknown it is `grens_identiek`, since the rest may lie there.
    """
    grond, regels = paar.overlap, paar.regels
    onbekend = np.isnan(grond.naar_m2).any()
    minimum = regels.grens_identiek if onbekend else regels.minimum_oppervlak
    # Slivers are digitising noise between two editions of the map.
    echt = grond.gedeeld >= regels.minimum_deel * grond.van_m2[grond.van]
    echt &= grond.gedekt[grond.van] >= minimum
    return _naar_rato(grond.van[echt], grond.naar[echt], grond.gedeeld[echt], len(paar.van.codes))


def code_en_naam(paar: Paar, rest: np.ndarray) -> Delen:
    """Code and name agree, for areas whose ground is unknown in one of the two years."""
    grond = paar.overlap
    plaats = paar.naar.codes.get_indexer(paar.van.codes)
    i = np.flatnonzero(rest & (plaats >= 0))
    i = i[np.isnan(grond.van_m2[i]) | np.isnan(grond.naar_m2[plaats[i]])]
    oud, nieuw = paar.van.namen[i], paar.naar.namen[plaats[i]]
    i = i[(oud == nieuw) & ~pd.isna(oud)]  # two names that nobody knows do not agree
    return Delen(i, plaats[i], np.ones(len(i)), np.full(len(i), np.nan))


def _naar_rato(van: np.ndarray, naar: np.ndarray, aantal: np.ndarray, gebieden: int) -> Delen:
    """Weights in proportion to what was counted or measured."""
    return Delen(van, naar, aantal / np.bincount(van, aantal, minlength=gebieden)[van], aantal)


def _geen_delen() -> Delen:
    plaatsen = np.empty(0, np.int64)
    return Delen(plaatsen, plaatsen, np.empty(0), np.empty(0))
