"""The crosswalk: for every area of one year the road by which it reaches the areas of another.

Here: the rule that chooses a road per area, chains over years between, and the table of all of it.
Not here: the roads themselves (`wegen.py`); moving figures along the crosswalk (`overdracht.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from veerkracht_dagster.buurttabel import wegen
from veerkracht_dagster.buurttabel.behoudswet import houd_behoudswet
from veerkracht_dagster.buurttabel.indeling import Indeling, Indelingen
from veerkracht_dagster.buurttabel.maten import maten
from veerkracht_dagster.buurttabel.wegen import Delen, Paar
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Omzetting, Weg
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel
from veerkracht_dagster.tekst import TEKST

_WEGEN: dict[Weg, Callable[[Paar, np.ndarray], Delen]] = {
    "adressen": wegen.adressen,
    "vierkanten": wegen.vierkanten,
    "oppervlak": wegen.oppervlak,
    "code_en_naam": wegen.code_en_naam,
}


MERK = (
    "merk"  # in `via`: the same area by the publisher's mark, where the ground alone does not say
)


class Gevonden(NamedTuple):
    """What a road gave: its name, the parts, and what it went by: a year (chain) or the mark."""

    methode: str
    delen: Delen
    via: str | None = None


def maak_omzetting(
    van: Indeling,
    naar: Indeling,
    regels: Omzetting | None = None,
    tussen: Iterable[Indeling] = (),
) -> pd.DataFrame:
    """The crosswalk from the areas of `van` to those of `naar`.

    Args:
        regels: default the rules of the catalogue, `catalogus().omzetting`.
        tussen: the areas of the years between, for the publisher's marks and for chains.

    Returns: van_regio, naar_regio, gewicht (0-1; sums to 1 per van_regio), methode, aantal
    (addresses, residents or m² land behind the weight), via (the year of a chain, or 'merk'), maat
    (what the row weighs beside others of its target, all in one measure; empty if there is none).
    An area for which no road exists stands there once with methode 'geen', without target or
    weight: counted, never dropped.
    """
    regels = catalogus().omzetting if regels is None else regels
    paar = Paar(van, naar, regels, tuple(tussen))
    if van.jaar == naar.jaar:
        return _rijen(paar, [Gevonden("zelfde_jaar", wegen.zelfde_jaar(paar))])
    return _rijen(paar, _kies(paar, regels.wegen, np.full(len(van.codes), True)))


def _kies(paar: Paar, volgorde: Sequence[Weg], rest: np.ndarray) -> list[Gevonden]:
    """The first road of every area in `rest` (a mask), in order of preference."""
    rest, uit = rest.copy(), []
    for plek, methode in enumerate(volgorde):
        if not rest.any():
            break
        if methode == "keten":
            nieuw = _keten(paar, volgorde[:plek], rest)
        elif methode == "identiek":
            nieuw = [
                Gevonden(methode, wegen.identiek(paar, rest)),
                Gevonden(methode, wegen.gemerkt(paar, rest), MERK),
            ]
        else:
            nieuw = [Gevonden(methode, _WEGEN[methode](paar, rest))]
        for gevonden in nieuw:
            delen = Delen(*(rij[rest[gevonden.delen.van]] for rij in gevonden.delen))
            uit.append(gevonden._replace(delen=delen))
            rest[delen.van] = False
    return uit


def _keten(paar: Paar, volgorde: Sequence[Weg], rest: np.ndarray) -> list[Gevonden]:
    """Over one year between, the nearest to the old one first.

    Only where every part of an area comes through, so that nothing is lost; and never between two
    areas of which the ground is known, because then the ground itself has said no.
    """
    eigen = [weg for weg in volgorde if weg != "keten"]
    rest, uit = rest.copy(), []
    bekend = (*paar.tussen, paar.van, paar.naar)
    for indeling in sorted(paar.tussen, key=lambda tussen: abs(tussen.jaar - paar.van.jaar)):
        if not rest.any():
            break
        heen = _matrix(replace(paar, naar=indeling, tussen=bekend), eigen, rest)
        verder = np.full(len(indeling.codes), False)
        verder[heen.indices] = True
        door = _matrix(replace(paar, van=indeling, tussen=bekend), eigen, verder)
        samen = sparse.coo_matrix(heen @ door)
        heel = rest & np.isclose(np.asarray(samen.sum(axis=1)).ravel(), 1.0, rtol=0, atol=1e-9)
        op_grond = (
            ~np.isnan(paar.van.grond.m2)[samen.row] & ~np.isnan(paar.naar.grond.m2)[samen.col]
        )
        heel[samen.row[op_grond]] = False
        welke = heel[samen.row]
        leeg = np.full(int(welke.sum()), np.nan)
        delen = Delen(samen.row[welke], samen.col[welke], samen.data[welke], leeg)
        uit.append(Gevonden("keten", delen, str(indeling.jaar)))
        rest &= ~heel
    return uit


def _matrix(paar: Paar, volgorde: Sequence[Weg], rest: np.ndarray) -> sparse.csr_matrix:
    """Weights of old areas (rows) in new ones, by direct roads."""
    gevonden = [stap.delen for stap in _kies(paar, volgorde, rest)]
    vorm = (len(paar.van.codes), len(paar.naar.codes))
    if not gevonden:
        return sparse.csr_matrix(vorm)
    i, j, gewicht, _ = (np.concatenate(rij) for rij in zip(*gevonden, strict=True))
    return sparse.csr_matrix((gewicht, (i, j)), shape=vorm)


def _rijen(paar: Paar, gevonden: list[Gevonden]) -> pd.DataFrame:
    """The rows of the crosswalk, in the order of their codes."""
    met_weg = np.concatenate([[], *(stap.delen.van for stap in gevonden)]).astype(np.int64)
    zonder = np.setdiff1d(np.arange(len(paar.van.codes)), met_weg)
    leeg = np.full(len(zonder), np.nan)
    geen = Gevonden("geen", Delen(zonder, np.full(len(zonder), -1), leeg, leeg))
    stappen = [*gevonden, geen]
    i, j, gewicht, aantal = (
        np.concatenate(rij) for rij in zip(*(stap.delen for stap in stappen), strict=True)
    )
    per_stap = [len(stap.delen.van) for stap in stappen]
    methode = np.repeat(np.array([stap.methode for stap in stappen], dtype=object), per_stap)
    over = np.array([np.nan if stap.via is None else stap.via for stap in stappen], dtype=object)
    via = np.repeat(over, per_stap)
    naar_codes = np.append(paar.naar.codes.to_numpy(), np.nan)
    rij = np.lexsort((paar.naar.rang[j], paar.van.rang[i]))
    maat = maten(paar, i, j, gewicht, aantal, methode)
    uit = pd.DataFrame(
        {
            "van_regio": pd.array(paar.van.codes.to_numpy()[i[rij]], dtype=TEKST),
            "naar_regio": pd.array(naar_codes[j[rij]], dtype=TEKST),
            "gewicht": gewicht[rij],
            "methode": pd.array(methode[rij], dtype=TEKST),
            "aantal": aantal[rij],
            "via": pd.array(via[rij], dtype=TEKST),
            "maat": maat[rij],
        }
    )
    houd_behoudswet(uit)
    return uit


def maak_omzettingen(
    jaar: int, bases: Iterable[tuple[str, int]], indelingen: Indelingen, regels: Omzetting
) -> pd.DataFrame:
    """The table `buurt_omzetting` from the areas of `jaar` to every (niveau, base year)."""
    delen = []
    for niveau, basis in sorted(set(bases)):
        deel = maak_omzetting(
            indelingen.van(jaar, niveau),
            indelingen.van(basis, niveau),
            regels,
            indelingen.tussen(jaar, basis, niveau),
        )
        deel.insert(0, "niveau", niveau)
        deel.insert(1, "basis", basis)
        delen.append(deel)
    vol = [deel for deel in delen if not deel.empty]
    uit = pd.concat(vol, ignore_index=True) if vol else lege_tabel("buurt_omzetting")
    return in_tabelvorm(uit, "buurt_omzetting")
