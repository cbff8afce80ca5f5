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
_BEGIN = {"BU": "buurt", "WK": "wijk"}
LIJSTEN = ("cbs_buurtgrenzen", "cbs_kerncijfers")  # the publisher's own lists of areas
# What of a table with figures says which areas there are, and where.
GEBIEDSKOLOMMEN = (
    "niveau",
    "regiocode",
    "regionaam",
    "gemeentenaam",
    "indelingswijziging",
    "gebiedsjaar",
    "bron_bestand",
    "bron_rij",
)


def maak_gebieden(
    grenzen: gpd.GeoDataFrame,
    kerncijfers: pd.DataFrame,
    leefbaarometer: pd.DataFrame,
    jaar: int,
) -> gpd.GeoDataFrame:
    """The areas of `jaar` (table `gebieden`).

    Per niveau: the areas of the boundaries, and those that the Kerncijfers of that very year name
    besides (boundaries may be delivered of a part of the country). Where there is neither, those of
    the Leefbaarometer standing on that year's areas. `herkomst` says which it is. An area without
    boundaries has no geometry: it is known by code and name only.

    Args: the source tables of the same peiljaar; an absent source is an empty table.
    """
    kandidaten = {
        "cbs_buurtgrenzen": grenzen.loc[grenzen["water"] == "NEE"],
        "cbs_kerncijfers": kerncijfers.loc[kerncijfers["gebiedsjaar"] == jaar],
        "leefbaarometer": leefbaarometer.loc[leefbaarometer["gebiedsjaar"] == jaar],
    }
    delen = []
    for niveau in NIVEAUS:
        per_bron = {b: t.loc[t["niveau"] == niveau] for b, t in kandidaten.items()}
        gevonden = [_gebieden_van(rijen, bron) for bron, rijen in per_bron.items() if len(rijen)]
        if gevonden:
            zeker = [deel for deel in gevonden if deel["herkomst"].iloc[0] in LIJSTEN]
            delen.append(_verenigd(zeker or gevonden))
    namen = _gemeentenamen(kerncijfers)
    return _afmaken(pd.concat(delen) if delen else None, namen)


def niveau_van(codes: pd.Series) -> pd.Series:
    """The niveau of areas, by how CBS begins their codes."""
    return codes.astype("str").str[:2].map(_BEGIN)


def _gebieden_van(rijen: pd.DataFrame, bron: str) -> pd.DataFrame:
    """One row per code; several polygons of one code become one."""
    uit = rijen.drop_duplicates("regiocode").set_index("regiocode")
    uit = pd.DataFrame(
        uit[["niveau", "regionaam", "gemeentenaam", "indelingswijziging"]].assign(herkomst=bron)
    )
    uit["geometry"] = _vlakken(rijen).reindex(uit.index) if "geometry" in rijen else None
    return uit


def _verenigd(delen: list[pd.DataFrame]) -> pd.DataFrame:
    """The areas of the first part, and those of the next that it does not have.

    Names and marks that the first does not know are taken from the next.
    """
    eerste, *rest = delen
    for volgende in rest:
        gelijk = volgende.reindex(eerste.index)
        for kolom in ("regionaam", "gemeentenaam", "indelingswijziging"):
            eerste[kolom] = eerste[kolom].where(eerste[kolom].notna(), gelijk[kolom])
        erbij = volgende.loc[~volgende.index.isin(eerste.index)]
        eerste = pd.concat([eerste, erbij]) if len(erbij) else eerste
    return eerste


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
