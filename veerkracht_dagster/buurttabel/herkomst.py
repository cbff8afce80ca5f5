"""Which publishers' files the tables of this stage were made of.

Here: for areas, crosswalks and the harmonised table, which files of the tables they were made from.
Not here: how the hashes travel with a table (`veerkracht_dagster/herkomst/bestanden.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from veerkracht_dagster.buurttabel.tabel import Verslag
from veerkracht_dagster.herkomst.bestanden import ALLE, bestanden_van


def bestanden_van_gebieden(
    gebieden: pd.DataFrame, bronnen: Mapping[str, pd.DataFrame]
) -> dict[str, set[str]]:
    """Of the sources that knew the areas, and of the Kerncijfers that named the gemeenten."""
    gebruikt = {*gebieden["herkomst"], "cbs_kerncijfers"}
    return {ALLE: _samen(tabel for bron, tabel in bronnen.items() if bron in gebruikt)}


def bestanden_van_omzetting(
    jaar: str, bases: Iterable[str], gebieden: Mapping[str, Any], adressen: Mapping[str, Any]
) -> dict[str, set[str]]:
    """Per base year: of the areas at both ends, and of the addresses when both years have them."""
    uit = {}
    for basis in bases:
        hashes = _samen(gebieden[einde] for einde in (jaar, basis))
        adres = [bestanden_van(adressen[einde]) for einde in (jaar, basis)]
        if jaar != basis and all(adres):
            hashes |= set().union(*adres)
        uit[basis] = hashes
    return uit


def bestanden_van_buurttabel(
    bronnen: Mapping[str, pd.DataFrame],
    verslagen: Sequence[Verslag],
    omzettingen: Mapping[str, pd.DataFrame],
    gebieden: Mapping[str, pd.DataFrame],
) -> dict[str, set[str]]:
    """Per base year: of the figures, of the areas, and of the crosswalks that were taken."""
    wegen = {(str(v.gebiedsjaar), str(v.basisjaar)) for v in verslagen}
    uit = {}
    for basis, tabel in gebieden.items():
        hashes = _samen(bronnen.values()) | bestanden_van(tabel)
        for van, naar in wegen:
            if naar == basis:
                hashes |= bestanden_van(omzettingen[van], basis)
        uit[basis] = hashes
    return uit


def _samen(tabellen: Iterable[Any]) -> set[str]:
    return set().union(*map(bestanden_van, tabellen))
