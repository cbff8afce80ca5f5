"""The crosswalk: for every area of one year the road by which it reaches the areas of another.

Here: the rule that chooses a road per area, chains over years between, buurten that come together
in wijken, and the table of all of it.
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
from veerkracht_dagster.buurttabel.optelling import hogere_code
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
    return _rijen(paar, _wegen_van(paar))


def omzetting_van_buurten(paar: Paar, gevonden: list[Gevonden], wijken: Indeling) -> pd.DataFrame:
    """The crosswalk from buurten of one year to wijken of another, for sources without wijken.

    A buurt goes to buurten, and with these to the wijken that they lie in; one of which a part lies
    in a wijk that is not there has no road.

    Args:
        paar, gevonden: the buurten of both years, and their roads (`_wegen_van`).

    Returns: rows as `maak_omzetting` gives.
    """
    in_wijk = wijken.codes.get_indexer(hogere_code(paar.naar.codes, "wijk"))
    samen = [
        stap._replace(delen=_samen(stap.delen, in_wijk, len(wijken.codes))) for stap in gevonden
    ]
    return _rijen(replace(paar, naar=wijken), samen)


def _samen(delen: Delen, in_wijk: np.ndarray, wijken: int) -> Delen:
    """Parts that go to one wijk as one part; that of a whole area weighs 1, to the last bit."""
    wijk = in_wijk[delen.naar]
    heel = ~np.isin(delen.van, delen.van[wijk < 0])
    paren, plaats = np.unique(delen.van[heel] * wijken + wijk[heel], return_inverse=True)
    gewicht, aantal = (
        np.bincount(plaats, rij[heel], minlength=len(paren))
        for rij in (delen.gewicht, delen.aantal)
    )
    van, naar = np.divmod(paren, max(wijken, 1))
    alleen = np.bincount(van, minlength=1)[van] == 1
    return Delen(van, naar, np.where(alleen, 1.0, gewicht), aantal)


def _wegen_van(paar: Paar) -> list[Gevonden]:
    """The road of every area."""
    if paar.van.jaar == paar.naar.jaar:
        return [Gevonden("zelfde_jaar", wegen.zelfde_jaar(paar))]
    return _kies(paar, paar.regels.wegen, np.full(len(paar.van.codes), True))


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
    """The table `buurt_omzetting` from the areas of `jaar` to every (niveau, base year).

    Wijken are reached from wijken, and from buurten too.
    """
    delen: list[pd.DataFrame] = []
    per_basis: dict[int, set[str]] = {}
    for niveau, basis in bases:
        per_basis.setdefault(basis, set()).add(niveau)
    for basis, niveaus in sorted(per_basis.items()):
        buurten = _paar(jaar, basis, "buurt", indelingen, regels)
        gevonden = _wegen_van(buurten)
        per_niveau = {"buurt": [_rijen(buurten, gevonden)]} if "buurt" in niveaus else {}
        if "wijk" in niveaus:
            wijken = _paar(jaar, basis, "wijk", indelingen, regels)
            per_niveau["wijk"] = [
                omzetting_van_buurten(buurten, gevonden, wijken.naar),
                _rijen(wijken, _wegen_van(wijken)),
            ]
        for niveau, tabellen in per_niveau.items():
            for deel in tabellen:
                deel.insert(0, "niveau", niveau)
                deel.insert(1, "basis", basis)
                delen.append(deel)
    vol = [deel for deel in delen if not deel.empty]
    uit = pd.concat(vol, ignore_index=True) if vol else lege_tabel("buurt_omzetting")
    return in_tabelvorm(uit, "buurt_omzetting")


def _paar(jaar: int, basis: int, niveau: str, indelingen: Indelingen, regels: Omzetting) -> Paar:
    tussen = tuple(indelingen.tussen(jaar, basis, niveau))
    return Paar(indelingen.van(jaar, niveau), indelingen.van(basis, niveau), regels, tussen)
