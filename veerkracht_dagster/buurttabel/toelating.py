"""What a table of areas must be before anything is measured on it.

Here: codes, shapes and coordinate system of one year, refused or repaired and told.
Not here: what lies in the areas (`indeling.py`), how years lie on each other (`wegen.py`).
"""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import shapely

from veerkracht_dagster.vlakherstel import herstel

_GEEN, _VEELHOEK, _VEELHOEKEN = -1, 3, 6
_GENOEMD = 5  # codes in a message


def weiger_gebieden(jaar: int, gebieden: gpd.GeoDataFrame) -> None:
    """Refuse a table that no crosswalk can be made of.

    Raises:
        ValueError: no codes, a code twice, no shapes, shapes without surface, or a coordinate
            system that is not in metres; with the year, the code and the remedy.
    """
    if "regiocode" not in gebieden:
        raise ValueError(
            f"gebieden van {jaar}: geen kolom regiocode, wel {list(gebieden)}; noem "
            "de kolom met codes zo: gebieden.rename(columns={...})"
        )
    dubbel = gebieden["regiocode"][gebieden["regiocode"].duplicated()]
    if len(dubbel):
        raise ValueError(
            f"gebieden van {jaar}: {dubbel.iloc[0]} staat er dubbel in; verwacht is een "
            'rij per code: voeg de delen samen met gebieden.dissolve("regiocode")'
        )
    if not isinstance(gebieden, gpd.GeoDataFrame) or gebieden.active_geometry_name is None:
        raise ValueError(
            f"gebieden van {jaar}: geen kolom met vlakken; verwacht is een GeoDataFrame: "
            'gpd.GeoDataFrame(gebieden, geometry=..., crs="EPSG:28992")'
        )
    _weiger_vormen(jaar, gebieden)
    _weiger_stelsel(jaar, gebieden)


def _weiger_vormen(jaar: int, gebieden: gpd.GeoDataFrame) -> None:
    soort = shapely.get_type_id(gebieden.geometry.to_numpy())
    for rij in np.flatnonzero(~np.isin(soort, (_GEEN, _VEELHOEK, _VEELHOEKEN)))[:1]:
        raise ValueError(
            f"gebieden van {jaar}: {gebieden['regiocode'].iloc[rij]} is een "
            f"{gebieden.geometry.iloc[rij].geom_type}; verwacht is een Polygon of MultiPolygon, "
            "of niets waar het vlak onbekend is"
        )


def _weiger_stelsel(jaar: int, gebieden: gpd.GeoDataFrame) -> None:
    """Land is measured in m²: degrees, feet and coordinates of an unknown system are none."""
    if gebieden.geometry.isna().all():
        return
    stelsel = gebieden.crs
    if stelsel is None:
        raise ValueError(
            f"gebieden van {jaar}: vlakken zonder coordinatenstelsel; verwacht is een stelsel in "
            'meters: gebieden.set_crs("EPSG:28992"), of het stelsel waarin ze werkelijk staan'
        )
    eenheden = {as_.unit_name for as_ in stelsel.axis_info}
    if not stelsel.is_projected or eenheden - {"metre"}:
        eenheid = ", ".join(sorted(eenheden))
        raise ValueError(
            f"gebieden van {jaar}: vlakken in {stelsel.to_string()} ({eenheid}); "
            'verwacht is een stelsel in meters: gebieden.to_crs("EPSG:28992")'
        )


def hele_vlakken(jaar: int, gebieden: gpd.GeoDataFrame) -> np.ndarray:
    """The shapes of a year without invalid rings; what was repaired is told in a warning."""
    vlakken, hersteld = herstel(gebieden.geometry.to_numpy())
    if hersteld.any():
        codes = gebieden["regiocode"].to_numpy(dtype=object)[hersteld]
        genoemd = ", ".join(map(str, codes[:_GENOEMD]))
        warnings.warn(
            f"gebieden van {jaar}: {len(codes)} vlakken met een ongeldige ring hersteld "
            f"({genoemd}{', ...' if len(codes) > _GENOEMD else ''}); land is wat binnen hun "
            "buitenring ligt en in geen gat",
            stacklevel=2,
        )
    return vlakken
