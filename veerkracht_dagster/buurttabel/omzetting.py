"""How the areas of one year lie on the areas of another: the crosswalk.

Here: the roads (same year, same ground, addresses, land overlap, code and name) and the rule that
chooses one per area. A code match alone is never trusted: codes are reused for other ground.
Not here: moving figures along the crosswalk (`overdracht.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from veerkracht_dagster.catalogus.models import Parameters
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel

KOLOMMEN = ["van_regio", "naar_regio", "gewicht", "methode", "aantal"]


@dataclass(frozen=True)
class Indeling:
    """The areas of one year at one niveau.

    gebieden: GeoDataFrame with regiocode, regionaam, geometry (EPSG:28992; may be missing).
    adressen: anything DuckDB can read (DataFrame, Arrow dataset) with postcode, huisnummer and
    the code of the area in column `adreskolom`; None where there is no file.
    """

    jaar: int
    gebieden: gpd.GeoDataFrame
    adressen: Any = None
    adreskolom: str = "buurtcode"


def maak_omzetting(van: Indeling, naar: Indeling, regels: Parameters) -> pd.DataFrame:
    """The crosswalk from the areas of `van` to those of `naar`.

    Returns: van_regio, naar_regio, gewicht (0-1; sums to 1 per van_regio), methode, aantal
    (addresses or m² land behind the weight). An area for which no road exists stands there once
    with methode 'geen', without target or weight: counted, never dropped.
    """
    codes = pd.Index(van.gebieden["regiocode"])
    if van.jaar == naar.jaar:
        return _zelfde_jaar(van.gebieden, codes)
    overlap = _overlap(van.gebieden, naar.gebieden)
    gevonden = _identiek(overlap, regels.grens_identiek)
    for weg in (
        _per_adres(van, naar, regels.minimum_adressen),
        _per_oppervlak(overlap, regels.minimum_oppervlak),
        _code_en_naam(van.gebieden, naar.gebieden),
    ):
        nieuw = weg.loc[~weg["van_regio"].isin(gevonden["van_regio"])]
        gevonden = pd.concat([gevonden, nieuw]) if not gevonden.empty else nieuw
    rest = codes.difference(pd.Index(gevonden["van_regio"]))
    zonder = pd.DataFrame({"van_regio": rest, "methode": "geen"}).reindex(columns=KOLOMMEN)
    delen = [deel for deel in (gevonden, zonder) if not deel.empty]
    uit = pd.concat(delen) if delen else zonder
    return _getypeerd(uit).sort_values(["van_regio", "naar_regio"], ignore_index=True)


def _getypeerd(rijen: pd.DataFrame) -> pd.DataFrame:
    soorten = {"van_regio": "str", "naar_regio": "str", "methode": "str"}
    return rijen[KOLOMMEN].astype({**soorten, "gewicht": "float64", "aantal": "float64"})


def _zelfde_jaar(gebieden: gpd.GeoDataFrame, codes: pd.Index) -> pd.DataFrame:
    return _getypeerd(
        pd.DataFrame(
            {
                "van_regio": codes,
                "naar_regio": codes,
                "gewicht": 1.0,
                "methode": "zelfde_jaar",
                "aantal": gebieden["oppervlak_m2"].to_numpy(),
            }
        )
    )


def _overlap(van: gpd.GeoDataFrame, naar: gpd.GeoDataFrame) -> pd.DataFrame:
    """Overlap of land in m²: van_regio, naar_regio, gedeeld, van_m2, naar_m2."""
    van = van.loc[van.geometry.notna() & ~van.geometry.is_empty].reset_index(drop=True)
    naar = naar.loc[naar.geometry.notna() & ~naar.geometry.is_empty].reset_index(drop=True)
    van_vlakken, naar_vlakken = van.geometry.to_numpy(), naar.geometry.to_numpy()
    i, j = shapely.STRtree(naar_vlakken).query(van_vlakken, predicate="intersects")
    # Most areas do not change: an identical shape needs no overlay (half of the time saved).
    zelfde = shapely.equals_exact(van_vlakken[i], naar_vlakken[j], tolerance=0.01, normalize=True)
    ongewijzigd = np.zeros(len(van), dtype=bool)
    ongewijzigd[i[zelfde]] = True
    nodig = zelfde | ~ongewijzigd[i]
    i, j, zelfde = i[nodig], j[nodig], zelfde[nodig]
    gedeeld = shapely.area(van_vlakken[i])
    gedeeld[~zelfde] = shapely.area(
        shapely.intersection(van_vlakken[i[~zelfde]], naar_vlakken[j[~zelfde]])
    )
    uit = pd.DataFrame(
        {
            "van_regio": van["regiocode"].to_numpy()[i],
            "naar_regio": naar["regiocode"].to_numpy()[j],
            "gedeeld": gedeeld,
            "van_m2": shapely.area(van_vlakken[i]),
            "naar_m2": shapely.area(naar_vlakken[j]),
        }
    )
    return uit.loc[uit["gedeeld"] > 0]


def _identiek(overlap: pd.DataFrame, grens: float) -> pd.DataFrame:
    """The same ground, whatever the code: overlap / union at or above `grens`."""
    vereniging = overlap["van_m2"] + overlap["naar_m2"] - overlap["gedeeld"]
    zelfde = overlap.loc[overlap["gedeeld"] / vereniging >= grens]
    return zelfde.assign(gewicht=1.0, methode="identiek", aantal=zelfde["gedeeld"])[KOLOMMEN]


def _per_adres(van: Indeling, naar: Indeling, minimum: float) -> pd.DataFrame:
    """Share of the addresses of an old area that lie in each new one (2016 and later)."""
    if van.adressen is None or naar.adressen is None:
        return pd.DataFrame(columns=KOLOMMEN)
    paren = tel_adressen(van, naar)
    teruggevonden = paren.groupby("van_regio")["aantal"].transform("sum")
    uit = paren.loc[teruggevonden >= minimum * paren["totaal"]]
    gewicht = uit["aantal"] / teruggevonden.loc[uit.index]
    return uit.assign(gewicht=gewicht, methode="adressen")[KOLOMMEN]


def tel_adressen(van: Indeling, naar: Indeling) -> pd.DataFrame:
    """Addresses per pair of areas: join on postcode and huisnummer.

    Returns: van_regio, naar_regio, aantal, totaal (addresses of van_regio, found again or not).
    DuckDB does the join: it is 9 million rows a side.
    """
    with _duckdb().cursor() as verbinding:
        verbinding.register("van", van.adressen)
        verbinding.register("naar", naar.adressen)
        return verbinding.sql(
            f"""
            with van as (select postcode, huisnummer, "{van.adreskolom}" as regio from van),
            naar as (select postcode, huisnummer, "{naar.adreskolom}" as regio from naar),
            paren as (
                select van.regio as van_regio, naar.regio as naar_regio, count(*) as aantal
                from van join naar using (postcode, huisnummer)
                group by all
            ),
            totalen as (select regio as van_regio, count(*) as totaal from van group by all)
            select * from paren join totalen using (van_regio) order by van_regio, naar_regio
            """
        ).df()


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    """One database in memory per process: opening one costs more than a small join."""
    return duckdb.connect()


def _per_oppervlak(overlap: pd.DataFrame, minimum: float) -> pd.DataFrame:
    """Share of the land of an old area that lies in each new one (assumes even spread)."""
    gedekt = overlap.groupby("van_regio")["gedeeld"].transform("sum")
    # Slivers below a thousandth are digitising noise between two editions of the map.
    echt = (overlap["gedeeld"] >= 0.001 * overlap["van_m2"]) & (
        gedekt >= minimum * overlap["van_m2"]
    )
    uit = overlap.loc[echt]
    gewicht = uit["gedeeld"] / uit.groupby("van_regio")["gedeeld"].transform("sum")
    return uit.assign(gewicht=gewicht, methode="oppervlak", aantal=uit["gedeeld"])[KOLOMMEN]


def _code_en_naam(van: gpd.GeoDataFrame, naar: gpd.GeoDataFrame) -> pd.DataFrame:
    """Code and name agree, for areas whose ground is unknown in one of the two years."""
    if van.geometry.notna().all() and naar.geometry.notna().all():
        return pd.DataFrame(columns=KOLOMMEN)
    samen = van[["regiocode", "regionaam", "geometry"]].merge(
        naar[["regiocode", "regionaam", "geometry"]], on=["regiocode", "regionaam"]
    )
    onbekend = samen["geometry_x"].isna() | samen["geometry_y"].isna()
    code = samen.loc[onbekend, "regiocode"]
    return pd.DataFrame(
        {
            "van_regio": code,
            "naar_regio": code,
            "gewicht": 1.0,
            "methode": "code_en_naam",
            "aantal": np.nan,
        }
    )


def maak_omzettingen(
    jaar: int,
    bases: Iterable[tuple[str, int]],
    gebieden: Mapping[int, gpd.GeoDataFrame],
    adressen: Mapping[int, Any],
    regels: Parameters,
) -> pd.DataFrame:
    """The table `buurt_omzetting` from the areas of `jaar` to every (niveau, base year).

    Args:
        gebieden: table `gebieden` per year, of `jaar` and all base years.
        adressen: table `cbs_adressen` per year (DataFrame or Arrow dataset; empty if absent).
    """
    delen = [lege_tabel("buurt_omzetting")]
    for niveau, basis in sorted(set(bases)):
        van, naar = (
            Indeling(
                wanneer,
                gebieden[wanneer].loc[gebieden[wanneer]["niveau"] == niveau],
                adressen.get(wanneer),
                f"{niveau}code",
            )
            for wanneer in (jaar, basis)
        )
        deel = maak_omzetting(van, naar, regels)
        deel.insert(0, "niveau", niveau)
        deel.insert(1, "basis", basis)
        delen.append(deel)
    vol = [deel for deel in delen if not deel.empty] or delen[:1]
    uit = pd.concat(vol, ignore_index=True)
    return in_tabelvorm(uit, "buurt_omzetting")
