"""The shape every dialect returns: columns, types and order of the source's table.

Here: what a dialect is asked and gives, and putting columns into the catalogue's shape.
Not here: the publishers' formats (`dialecten/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.cellen import cellen
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.catalogus.models import Catalogus, Kolom
from veerkracht_dagster.catalogus.tabellen import Tabel, tabellen_van
from veerkracht_dagster.catalogus.vorm import DTYPES

RD_NEW = "EPSG:28992"
Kolommen = dict[str, pd.Series]


@dataclass(frozen=True)
class Vraag:
    """What is asked of a dialect: this source's table for this year."""

    bron: str
    peiljaar: int
    cat: Catalogus

    @cached_property
    def tabel(self) -> Tabel:
        return tabellen_van(self.cat)[self.bron]

    @property
    def kolommen(self) -> dict[str, Kolom]:
        return self.cat.kolommen_van(self.bron)

    @property
    def overgeslagen(self) -> list[str]:
        return self.cat.bronnen[self.bron].overgeslagen

    @property
    def tabelnummer(self) -> str | None:
        return self.cat.bronnen[self.bron].tabellen.get(self.peiljaar)


@dataclass(frozen=True)
class Lezing:
    """What a dialect gives: the frame in the table's shape, and what was noticed."""

    frame: pd.DataFrame
    bestanden: tuple[Gelezen, ...]
    kolommen: dict[str, str]
    niet_gevonden: tuple[str, ...] = ()
    opmerkingen: tuple[str, ...] = ()


def in_vorm(kolommen: Kolommen, tabel: Tabel) -> pd.DataFrame:
    """Columns as a frame with the table's columns, order and types; an absent text is empty.

    A table with geometry becomes a GeoDataFrame in EPSG:28992.
    """
    aantal = len(next(iter(kolommen.values()), []))
    geheel: dict[str, object] = {}
    for kolom in tabel.kolommen:
        if kolom.type == "geometrie":
            continue
        reeks = kolommen.get(kolom.naam)
        if reeks is None:
            reeks = pd.Series([None] * aantal, dtype=DTYPES[kolom.type])
        geheel[kolom.naam] = reeks.reset_index(drop=True).astype(DTYPES[kolom.type])
    frame = pd.DataFrame(geheel, columns=[k.naam for k in tabel.kolommen if k.type != "geometrie"])
    if any(kolom.type == "geometrie" for kolom in tabel.kolommen):
        vlakken = kolommen.get("geometry", pd.Series([], dtype=object))
        geometrie = gpd.GeoSeries(vlakken.to_numpy(), crs=RD_NEW)
        return gpd.GeoDataFrame(frame, geometry=geometrie, crs=RD_NEW)
    return frame


def leeg(tabel: Tabel) -> pd.DataFrame:
    """The table without rows, with the right types."""
    return _leeg(tabel).copy()


@cache
def _leeg(tabel: Tabel) -> pd.DataFrame:
    return in_vorm({kolom.naam: pd.Series([], dtype=object) for kolom in tabel.kolommen}, tabel)


def gebiedstabel(
    vraag: Vraag,
    gebieden: Kolommen,
    waarden: dict[str, np.ndarray],
    *,
    gebiedsjaar: int,
) -> pd.DataFrame:
    """Figures per area in the table's shape: `gebieden` as they are, `waarden` with their states.

    Args:
        gebieden: niveau, regiocode, regionaam, gemeentenaam, indelingswijziging, bron_bestand,
            bron_rij; what is absent becomes an empty text.
        waarden: floats per catalogue column, NaN for empty.
    """
    niveau = gebieden["niveau"].reset_index(drop=True)
    jaren = pd.Series(np.full(len(niveau), gebiedsjaar), dtype="int64")
    alles = {**gebieden, "gebiedsjaar": jaren, **cellen(waarden, niveau, vraag.kolommen)}
    return in_vorm(alles, vraag.tabel)
