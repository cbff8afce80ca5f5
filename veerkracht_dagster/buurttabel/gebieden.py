"""Which buurten and wijken a year has: one row per code, with names and land.

Here: choosing the source that knows the areas of a year, dissolving land, leaving water out.
Not here: how areas of two years lie on each other (`omzetting.py`).
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel

RD = "EPSG:28992"
NIVEAUS = ("buurt", "wijk")
# What of a table with figures says which areas there are.
GEBIEDSKOLOMMEN = (
    "niveau",
    "regiocode",
    "regionaam",
    "gemeentenaam",
    "indelingswijziging",
    "gebiedsjaar",
)


def maak_gebieden(
    grenzen: gpd.GeoDataFrame,
    kerncijfers: pd.DataFrame,
    leefbaarometer: pd.DataFrame,
    jaar: int,
) -> gpd.GeoDataFrame:
    """The areas of `jaar` (table `gebieden`).

    Per niveau the first source that knows areas of that very year is taken: the boundaries, else
    the rows of the Kerncijfers, else the rows of the Leefbaarometer standing on that year's areas.
    Without boundaries there is no geometry; the areas are then known by code and name only.

    Args: the source tables of the same peiljaar; an absent source is an empty table.
    """
    kandidaten = {
        "cbs_buurtgrenzen": grenzen.loc[grenzen["water"] == "NEE"],
        "cbs_kerncijfers": kerncijfers.loc[kerncijfers["gebiedsjaar"] == jaar],
        "leefbaarometer": leefbaarometer.loc[leefbaarometer["gebiedsjaar"] == jaar],
    }
    delen = []
    for niveau in NIVEAUS:
        for bron, tabel in kandidaten.items():
            rijen = tabel.loc[tabel["niveau"] == niveau]
            if not rijen.empty:
                delen.append(_gebieden_van(rijen, bron))
                break
    namen = _gemeentenamen(kerncijfers)
    return _afmaken(pd.concat(delen) if delen else None, namen)


def _gebieden_van(rijen: pd.DataFrame, bron: str) -> pd.DataFrame:
    """One row per code; several polygons of one code become one."""
    uit = rijen.drop_duplicates("regiocode").set_index("regiocode")
    uit = pd.DataFrame(
        uit[["niveau", "regionaam", "gemeentenaam", "indelingswijziging"]].assign(herkomst=bron)
    )
    uit["geometry"] = _vlakken(rijen).reindex(uit.index) if "geometry" in rijen else None
    return uit


def _vlakken(rijen: pd.DataFrame) -> pd.Series:
    """The land of every code; only the few with more than one polygon are joined."""
    vlakken = rijen.dropna(subset="geometry").set_index("regiocode")["geometry"]
    meer = vlakken.index.duplicated(keep=False)
    delen = vlakken.loc[meer].groupby(level=0).agg(shapely.union_all)
    enkel = pd.Series(vlakken.loc[~meer], dtype=object)
    return pd.concat([enkel, delen.astype(object)]) if meer.any() else enkel


def _gemeentenamen(kerncijfers: pd.DataFrame) -> pd.Series:
    gemeenten = kerncijfers.loc[kerncijfers["niveau"] == "gemeente"]
    return gemeenten.set_index("regiocode")["regionaam"]


def _afmaken(gebieden: pd.DataFrame | None, gemeentenamen: pd.Series) -> gpd.GeoDataFrame:
    if gebieden is None:
        return gpd.GeoDataFrame(lege_tabel("gebieden"), geometry=gpd.GeoSeries([], crs=RD))
    uit = gebieden.sort_index().reset_index()
    # CBS builds codes from the top down: gemeente (4), wijk (2), buurt (2).
    uit["gemeentecode"] = "GM" + uit["regiocode"].str[2:6]
    uit["wijkcode"] = "WK" + uit["regiocode"].str[2:8]
    bekend = uit["gemeentecode"].map(gemeentenamen)
    uit["gemeentenaam"] = uit["gemeentenaam"].fillna(bekend.astype("str"))
    geo = gpd.GeoDataFrame(uit, geometry="geometry", crs=RD)
    geo["oppervlak_m2"] = geo.geometry.area
    return in_tabelvorm(geo, "gebieden")
