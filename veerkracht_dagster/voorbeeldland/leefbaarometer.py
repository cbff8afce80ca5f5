"""The Leefbaarometer 3.0, edition 2024: scores of all years on the areas of 2024.

Here: score files of buurten and wijken, and their geometry. 2002, 2008, 2012 and 2016 have no
dimensions (NA), as in the published files. About 83 % of the buurten have a score; the others,
with the fewest inhabitants, are absent. `afw` is the sum of the dimensions and `lbm` lies
4.102264851 above it.
Not here: the scores themselves (`bevolking`).
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from veerkracht_dagster.voorbeeldland.bevolking import DIMENSIES, LBM_MIN_AFW
from veerkracht_dagster.voorbeeldland.grootte import JAREN, stroom
from veerkracht_dagster.voorbeeldland.kaart import schrijf_gpkg
from veerkracht_dagster.voorbeeldland.land import CRS, Land
from veerkracht_dagster.voorbeeldland.raster import FloatArray, IntArray
from veerkracht_dagster.voorbeeldland.tekst import schrijf_tekst

LBM_JAREN = (2002, 2008, 2012, 2014, 2016, 2018, 2020, 2022, 2024)
ZONDER_DIMENSIES = (2002, 2008, 2012, 2016)
EDITIE = 2024
AANDEEL_MET_SCORE = 0.83


def schrijf_leefbaarometer(land: Land, map: Path) -> list[Path]:
    """Write the score files and the geometry of the edition; needs the year 2024 in the country."""
    doel = map / "leefbaarometer_3.0"
    paden = []
    for soort, kort in (("buurten", "bu"), ("wijken", "wk")):
        scores = leefbaarometer_scores(land, soort)
        aanhaling = '"' if soort == "buurten" else ""  # as the two published files are
        regels = [",".join(f"{aanhaling}{k}{aanhaling}" for k in scores)]
        tekst = [[_veld(w, aanhaling) for w in scores[k]] for k in scores]
        regels += [",".join(rij) for rij in zip(*tekst, strict=True)]
        naam = f"Leefbaarometer-scores {soort} 2002-{EDITIE}.csv"
        paden.append(schrijf_tekst(doel / naam, "\n".join(regels) + "\n"))
        gebieden, per_atoom = _gebieden(land, soort)
        vormen = land.samengevoegd(per_atoom, land.raster.vlakken, len(gebieden))
        laag = gpd.GeoDataFrame(gebieden, geometry=vormen, crs=CRS)
        enkel = {"bu": "buurt", "wk": "wijk"}[kort]
        pad = doel / f"geometrie-lbm3-{EDITIE}" / f"{enkel} {EDITIE}.gpkg"
        paden.append(schrijf_gpkg(pad, {f"{enkel} {EDITIE}": laag}))
    return paden


def leefbaarometer_scores(land: Land, soort: str = "buurten") -> pd.DataFrame:
    """Return the scores by area and year: {bu|wk}_code, {bu|wk}_naam, jaar, lbm, afw, and the
    dimensions fys, onv, soc, vrz, won (NaN in the years without)."""
    gebieden, per_atoom = _gebieden(land, soort)
    met = _met_score(land, per_atoom, len(gebieden), soort)
    delen = []
    for jaar in LBM_JAREN:
        bekend = max(jaar, land.bevolking.jaren[0])
        dims = {d: land.som(d, bekend, per_atoom, len(gebieden)) for d in DIMENSIES}
        deel = gebieden.assign(jaar=jaar)
        afw = sum((dims[d] for d in DIMENSIES), np.zeros(len(gebieden)))
        if jaar < bekend:
            rng = stroom(land.zaad, f"leefbaarometer {soort} {jaar}")
            afw = afw - 0.006 * (bekend - jaar) + rng.normal(0, 0.02, len(afw))
        deel["lbm"], deel["afw"] = afw + LBM_MIN_AFW, afw
        for naam, waarden in dims.items():
            deel[naam] = np.nan if jaar in ZONDER_DIMENSIES else waarden
        delen.append(deel[met])
    alle = pd.concat(delen).sort_values([alle_code(soort), "jaar"], kind="stable")
    return alle.reset_index(drop=True)


def alle_code(soort: str) -> str:
    """Return the name of the code column of a file."""
    return {"buurten": "bu_code", "wijken": "wk_code"}[soort]


def _gebieden(land: Land, soort: str) -> tuple[pd.DataFrame, IntArray]:
    indeling = land.indeling(EDITIE)
    enkel, kort = ("buurt", "bu") if soort == "buurten" else ("wijk", "wk")
    bron = indeling.buurten[[f"{enkel}code", f"{enkel}naam"]]
    gebieden = bron.drop_duplicates(f"{enkel}code").reset_index(drop=True)
    plaats = pd.Series(np.arange(len(gebieden)), index=gebieden[f"{enkel}code"])
    rij = plaats.loc[bron[f"{enkel}code"]].to_numpy()[indeling.buurt_van_atoom]
    gebieden.columns = pd.Index([f"{kort}_code", f"{kort}_naam"])
    return gebieden, rij


def _met_score(land: Land, per_atoom: IntArray, aantal: int, soort: str) -> np.ndarray:
    inwoners: FloatArray = np.min(
        [land.som("inwoners", j, per_atoom, aantal) for j in JAREN], axis=0
    )
    deel = AANDEEL_MET_SCORE if soort == "buurten" else 0.97
    grens = np.sort(inwoners)[aantal - round(deel * aantal)]
    return np.asarray(inwoners >= max(grens, 1))


def _veld(waarde: object, aanhaling: str) -> str:
    if isinstance(waarde, float):
        return "NA" if np.isnan(waarde) else repr(float(waarde))
    return f"{aanhaling}{waarde}{aanhaling}" if isinstance(waarde, str) else str(waarde)
