"""Which publishers' files the tables of this stage were made of.

Here: for areas, crosswalks and the harmonised table, which files of the tables they were made from.
Not here: what goes beside a table (`veerkracht_dagster/sporen/afkomst.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import pandas as pd

from veerkracht_dagster.buurttabel.omzetting import MERK
from veerkracht_dagster.buurttabel.tabel import Verslag
from veerkracht_dagster.sporen.afkomst import ALLE, Afkomst


def bestanden_van_gebieden(
    gebieden: pd.DataFrame, bronnen: Mapping[str, Afkomst]
) -> dict[str, set[str]]:
    """Of the sources that knew the areas, and of the Kerncijfers that named the gemeenten."""
    gebruikt = {*gebieden["herkomst"], "cbs_kerncijfers"}
    return {ALLE: _samen(van for bron, van in bronnen.items() if bron in gebruikt)}


def bestanden_van_omzetting(
    jaar: str,
    omzetting: pd.DataFrame,
    bases: Iterable[str],
    gebieden: Mapping[str, Afkomst],
    adressen: Mapping[str, Afkomst],
    vierkanten: Mapping[str, Afkomst],
) -> dict[str, set[str]]:
    """Per base year: of the areas at both ends, of the addresses when both years have them, and of
    the squares with residents of every year that is left.

    Where areas went by the publisher's mark, of the areas of all years between; where they went by
    a chain, of all that the crosswalks to and from that year may have stood on.
    """
    uit = {}
    for basis in bases:
        via = {*omzetting.loc[omzetting["basis"] == int(basis), "via"].dropna()}
        schakels = sorted({jaar, basis, *(via - {MERK})})
        jaren = schakels
        if via:
            van, tot = sorted((int(jaar), int(basis)))
            jaren = [str(j) for j in range(van, tot + 1) if str(j) in gebieden]
        hashes = _samen(gebieden[j] for j in jaren)
        hashes |= _samen(vierkanten[j] for j in schakels if j != basis and j in vierkanten)
        for van_jaar, naar_jaar in combinations(schakels, 2):
            adres = [adressen[j].hashes() for j in (van_jaar, naar_jaar)]
            if all(adres):
                hashes |= set().union(*adres)
        uit[basis] = hashes
    return uit


def bestanden_van_buurttabel(
    bronnen: Mapping[str, Afkomst],
    verslagen: Sequence[Verslag],
    omzettingen: Mapping[str, Afkomst],
    gebieden: Mapping[str, Afkomst],
) -> dict[str, set[str]]:
    """Per base year: of the figures, of the areas, and of the crosswalks that were taken."""
    wegen = {(str(v.gebiedsjaar), str(v.basisjaar)) for v in verslagen}
    uit = {}
    for basis, van_gebieden in gebieden.items():
        hashes = _samen(bronnen.values()) | van_gebieden.hashes()
        for van, naar in wegen:
            if naar == basis:
                hashes |= omzettingen[van].hashes(basis)
        uit[basis] = hashes
    return uit


def _samen(afkomst: Iterable[Afkomst]) -> set[str]:
    return set().union(*(van.hashes() for van in afkomst))
