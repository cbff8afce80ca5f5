"""The harmonised table of a year: every source's figures on the areas of every base year.

Here: bringing the sources together on one set of areas, and the report of what was lost.
Not here: the sums (`overdracht.py`), the crosswalk (`omzetting.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from veerkracht_dagster.buurttabel.overdracht import Behoud, draag_over
from veerkracht_dagster.catalogus import Catalogus
from veerkracht_dagster.catalogus.tabellen import GEBIEDSBRONNEN
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel
from veerkracht_dagster.celstatus import ONTBREEKT, dekking_van, status_van


class GebiedsjaarFout(ValueError):
    """A source stands on the areas of a year to which no crosswalk is declared."""


@dataclass(frozen=True)
class Verslag:
    """What happened to one source on one base: conservation, and codes without a road."""

    bron: str
    niveau: str
    basisjaar: int
    gebiedsjaar: int
    gebieden: int
    zonder_weg: tuple[str, ...]
    behoud: tuple[Behoud, ...]


def maak_buurttabel(
    bronnen: Mapping[str, pd.DataFrame],
    omzettingen: Mapping[int, pd.DataFrame],
    basisgebieden: Mapping[int, pd.DataFrame],
    bases: Iterable[tuple[str, int]],
    minimum_dekking: float,
    cat: Catalogus,
) -> tuple[pd.DataFrame, list[Verslag]]:
    """The table `buurttabel` of one peiljaar.

    Args:
        bronnen: source table per source, of this peiljaar.
        omzettingen: crosswalk table per year it starts from.
        basisgebieden: table `gebieden` per base year.
        bases: the (niveau, base year) pairs wanted.

    Returns: one row per area of every base, and a report per source and base.
    """
    delen, verslagen = [], []
    for niveau, basisjaar in sorted(set(bases)):
        gebieden = basisgebieden[basisjaar]
        codes = pd.Index(gebieden.loc[gebieden["niveau"] == niveau, "regiocode"])
        deel: dict[str, object] = {"niveau": niveau, "basisjaar": basisjaar}
        cellen: list[pd.DataFrame] = []
        for bron in GEBIEDSBRONNEN:
            tabel, weg, verslag = _een_bron(
                bron, bronnen[bron], omzettingen, niveau, basisjaar, codes, minimum_dekking, cat
            )
            cellen.append(tabel)
            deel[f"omzetting_{bron}"] = weg
            verslagen += verslag
        delen.append(pd.concat([pd.DataFrame(deel, index=codes), *cellen], axis=1))
    if not delen:  # a year that no edition uses
        return lege_tabel("buurttabel"), verslagen
    alles = pd.concat(delen).rename_axis("regiocode").reset_index()
    return in_tabelvorm(alles, "buurttabel"), verslagen


def _een_bron(
    bron: str,
    tabel: pd.DataFrame,
    omzettingen: Mapping[int, pd.DataFrame],
    niveau: str,
    basisjaar: int,
    codes: pd.Index,
    minimum_dekking: float,
    cat: Catalogus,
) -> tuple[pd.DataFrame, pd.Series, list[Verslag]]:
    """One source on one base: its cells, the road per area, the report."""
    kolommen = cat.kolommen_van(bron)
    tabel = tabel.loc[tabel["niveau"] == niveau]
    if tabel.empty:
        return _zonder_levering(kolommen, codes), pd.Series("geen", index=codes), []
    gebiedsjaar = _gebiedsjaar(bron, tabel, omzettingen)
    weg = omzettingen[gebiedsjaar]
    weg = weg.loc[(weg["basis"] == basisjaar) & (weg["niveau"] == niveau)]
    cellen, behoud = draag_over(tabel, weg, codes, kolommen, minimum_dekking)
    met_weg = weg.dropna(subset="gewicht")
    zonder = sorted(set(tabel["regiocode"]) - set(met_weg["van_regio"]))
    verslag = Verslag(
        bron, niveau, basisjaar, gebiedsjaar, len(tabel), tuple(zonder), tuple(behoud)
    )
    return (
        cellen,
        _methode(met_weg.loc[met_weg["van_regio"].isin(tabel["regiocode"])], codes),
        [verslag],
    )


def _gebiedsjaar(bron: str, tabel: pd.DataFrame, omzettingen: Mapping[int, pd.DataFrame]) -> int:
    jaren = tabel["gebiedsjaar"].unique()
    if len(jaren) != 1 or int(jaren[0]) not in omzettingen:
        raise GebiedsjaarFout(
            f"{bron} staat op de gebieden van {sorted(int(j) for j in jaren)}; verwacht is een van "
            f"{sorted(omzettingen)}: lever op de indeling van het peiljaar, of voeg het jaar toe "
            "aan metingen_leefbaarometer in catalogus/edities.yml"
        )
    return int(jaren[0])


def _methode(weg: pd.DataFrame, codes: pd.Index) -> pd.Series:
    per_doel = weg.groupby("naar_regio")["methode"].agg(["first", "nunique"])
    methode = per_doel["first"].where(per_doel["nunique"] == 1, "gemengd")
    return methode.reindex(codes).fillna("geen")


def _zonder_levering(kolommen: Iterable[str], codes: pd.Index) -> pd.DataFrame:
    uit: dict[str, object] = {}
    for naam in kolommen:
        uit |= {naam: np.nan, status_van(naam): ONTBREEKT, dekking_van(naam): 0.0}
    return pd.DataFrame(uit, index=codes)


def snapshots_van(bronnen: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Hashes of the publishers' files behind these source tables, per source."""
    return {
        bron: sorted(set(tabel["bron_bestand"])) for bron, tabel in bronnen.items() if len(tabel)
    }
