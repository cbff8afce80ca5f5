"""Check of the crosswalk against the shapes themselves, without the overlay that it is made by.

Here: what two maps say by themselves: the same shape is the same area, and no part is larger than
the whole. Not here: the roads (`wegen.py`), checks of the harmonised table (`controles.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import shapely

from veerkracht_dagster.buurttabel.indeling import Indelingen
from veerkracht_dagster.catalogus.models import Omzetting
from veerkracht_dagster.controle import Controle

CONTROLES = {
    "zelfde_grond": "Hetzelfde vlak is hetzelfde gebied, en geen deel is groter dan zijn geheel.",
}
_KOLOMMEN = ["niveau", "basis", "van_regio", "naar_regio", "methode", "reden"]
_SPELING = 1e-6  # relative; a shared part is cut out in floating point


def controleer_omzetting(
    tabel: pd.DataFrame, jaar: int, indelingen: Indelingen, regels: Omzetting
) -> Controle:
    """The check on table `buurt_omzetting` of one year."""
    gevallen = []
    for paar, rijen in tabel.groupby(["niveau", "basis"], observed=True):
        niveau, basis = map(str, paar)
        van, naar = indelingen.van(jaar, niveau), indelingen.van(int(basis), niveau)
        for reden, geval in _gevallen(rijen, van.gebieden, naar.gebieden, regels):
            gevallen += [geval.assign(reden=reden)] if len(geval) else []
    alle = pd.concat(gevallen, ignore_index=True) if gevallen else pd.DataFrame(columns=_KOLOMMEN)
    return Controle(
        "zelfde_grond",
        alle[_KOLOMMEN],
        {"rijen": len(tabel)},
        "De omzetting spreekt de kaarten zelf tegen: zie buurttabel/grond.py en wegen.py.",
    )


def _gevallen(
    rijen: pd.DataFrame, van: gpd.GeoDataFrame, naar: gpd.GeoDataFrame, regels: Omzetting
) -> Iterator[tuple[str, pd.DataFrame]]:
    groot = pd.DataFrame(
        {
            "van": rijen["van_regio"].map(_m2(van)).astype("float64"),
            "naar": rijen["naar_regio"].map(_m2(naar)).astype("float64"),
        }
    )
    kleinste, grootste = groot.min(axis=1, skipna=False), groot.max(axis=1, skipna=False)
    identiek = rijen["methode"].eq("identiek") & rijen["via"].isna()
    anders = identiek & (kleinste < regels.grens_identiek * grootste * (1 - _SPELING))
    yield "identiek, maar de vlakken zijn niet even groot", rijen.loc[anders]
    deel = rijen["methode"].eq("oppervlak") & (rijen["aantal"] > kleinste * (1 + _SPELING))
    yield "het gedeelde land is groter dan het gebied zelf", rijen.loc[deel]
    zichzelf = rijen["naar_regio"].eq(rijen["van_regio"]) & rijen["gewicht"].eq(1.0)
    zichzelf &= rijen["methode"].isin(["identiek", "zelfde_jaar"])
    gemist = rijen["van_regio"].isin(_zelfde_vlak(van, naar)) & ~zichzelf
    yield "hetzelfde vlak met dezelfde code, langs een andere weg", rijen.loc[gemist]


def _m2(gebieden: gpd.GeoDataFrame) -> pd.Series:
    m2 = shapely.area(gebieden.geometry.to_numpy())
    return pd.Series(m2, index=gebieden["regiocode"].to_numpy(dtype=object))


def _zelfde_vlak(van: gpd.GeoDataFrame, naar: gpd.GeoDataFrame) -> pd.Series:
    """Codes that have, point for point, the same shape in both years."""
    samen = van[["regiocode", "geometry"]].merge(naar[["regiocode", "geometry"]], on="regiocode")
    een, ander = samen["geometry_x"].to_numpy(), samen["geometry_y"].to_numpy()
    return samen.loc[shapely.equals_identical(een, ander) & (shapely.area(een) > 0), "regiocode"]
