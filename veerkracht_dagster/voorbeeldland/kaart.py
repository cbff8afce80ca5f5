"""The 'Wijk- en buurtkaart' of a year as a GeoPackage.

Here: layers buurten, wijken and gemeenten in EPSG:28992; a code has a land polygon (water NEE) and,
along the coast, a water polygon (water JA). Up to 2018 the short old field names, from 2019 the
long new ones. Figures: -99997 secret or impossible, -99995 not (yet) available.
Not here: the figures (`kwb`).
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from veerkracht_dagster.voorbeeldland.kwb import NOG_NIET_UITGEBRACHT, kwb_regios
from veerkracht_dagster.voorbeeldland.land import CRS, Land

GEHEIM, NIET_BESCHIKBAAR = -99997, -99995
NIEUWE_NAMEN_VANAF = 2019
# our column -> (old name or None, new name)
CIJFERS = {
    "omgevingsadressendichtheid": ("OAD", "omgevingsadressendichtheid"),
    "stedelijkheid": ("STED", "stedelijkheid_adressen_per_km2"),
    "inwoners": ("AANT_INW", "aantal_inwoners"),
    "mannen": ("AANT_MAN", "mannen"),
    "vrouwen": ("AANT_VROUW", "vrouwen"),
    "bevolkingsdichtheid": ("BEV_DICHTH", "bevolkingsdichtheid_inwoners_per_km2"),
    "huishoudens": ("AANTAL_HH", "aantal_huishoudens"),
    "huishoudensgrootte": ("GEM_HH_GR", "gemiddelde_huishoudsgrootte"),
    "woningen": (None, "woningvoorraad"),
    "gemiddelde_woz_waarde": (None, "gemiddelde_woningwaarde"),
    "percentage_koopwoningen": (None, "percentage_koopwoningen"),
    "percentage_huurwoningen": (None, "percentage_huurwoningen"),
    "percentage_corporatiewoningen": (None, "perc_huurwoningen_in_bezit_woningcorporaties"),
    "percentage_overige_verhuurders": (None, "perc_huurwoningen_in_bezit_overige_verhuurders"),
    "personen_bijstand": (None, "aantal_personen_met_een_alg_bijstandsuitkering_tot"),
    "oppervlakte_totaal": ("OPP_TOT", "oppervlakte_totaal_in_ha"),
    "oppervlakte_land": ("OPP_LAND", "oppervlakte_land_in_ha"),
    "oppervlakte_water": ("OPP_WATER", "oppervlakte_water_in_ha"),
}
NAMEN = {
    "buurtcode": "BU_CODE",
    "buurtnaam": "BU_NAAM",
    "wijkcode": "WK_CODE",
    "wijknaam": "WK_NAAM",
    "gemeentecode": "GM_CODE",
    "gemeentenaam": "GM_NAAM",
    "water": "WATER",
    "indelingswijziging_wijken_en_buurten": "IND_WBI",
    "meest_voorkomende_postcode": "POSTCODE",
    "dekkingspercentage": "DEK_PERC",
}
LAGEN = {
    "buurten": ("Buurt", ["buurtcode", "buurtnaam", "wijkcode", "gemeentecode", "gemeentenaam"]),
    "wijken": ("Wijk", ["wijkcode", "wijknaam", "gemeentecode", "gemeentenaam"]),
    "gemeenten": ("Gemeente", ["gemeentecode", "gemeentenaam"]),
}


def schrijf_kaart(land: Land, jaar: int, tabel: pd.DataFrame, map: Path) -> Path:
    """Write the map of a year with the figures of `tabel` (see `kwb_tabel`); return its path."""
    pad = map / "cbs_wijkbuurtkaart" / str(jaar) / f"wijkenbuurten_{jaar}.gpkg"
    oud = jaar < NIEUWE_NAMEN_VANAF
    lagen = {laag: kaartlaag(land, jaar, tabel, laag, oude_namen=oud) for laag in LAGEN}
    return schrijf_gpkg(pad, lagen)


def schrijf_gpkg(pad: Path, lagen: dict[str, gpd.GeoDataFrame]) -> Path:
    """Write layers to a GeoPackage that is byte for byte the same every time."""
    pad.parent.mkdir(parents=True, exist_ok=True)
    pad.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2024-01-01T00:00:00.000Z"})
    try:
        for laag, tabel in lagen.items():
            pyogrio.write_dataframe(
                tabel, pad, layer=laag, driver="GPKG", geometry_type="MultiPolygon"
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return pad


def kaartlaag(
    land: Land, jaar: int, tabel: pd.DataFrame, laag: str, *, oude_namen: bool
) -> gpd.GeoDataFrame:
    """Return one of `LAGEN`, land and water, with the long field names or the short old ones."""
    soort, gebied = LAGEN[laag]
    plek = {"Gemeente": 1, "Wijk": 2, "Buurt": 3}[soort]
    _, atoom = kwb_regios(land, jaar)
    rijen = np.flatnonzero((tabel["soort"] == soort).to_numpy())
    volgnummer = np.full(len(tabel), -1, dtype=np.int64)
    volgnummer[rijen] = np.arange(len(rijen))
    per_atoom = volgnummer[atoom[plek]]
    raster = land.raster
    droog = land.samengevoegd(per_atoom, raster.vlakken, len(rijen))
    nat = land.samengevoegd(per_atoom[raster.oever], raster.watervlakken, len(rijen))
    velden = _velden(jaar, tabel.iloc[rijen], gebied)
    natte = np.array([vorm is not None for vorm in nat])
    water = velden[natte].copy()
    water["water"] = "JA"
    for _, (_, nieuw) in CIJFERS.items():
        water[nieuw] = GEHEIM
    alles = pd.concat([velden, water], ignore_index=True)
    if oude_namen:
        oud = {n: o for o, n in CIJFERS.values()} | NAMEN
        alles = alles.drop(columns=["jaar", *(n for n in alles if n in oud and oud[n] is None)])
        alles = alles.rename(columns={n: o for n, o in oud.items() if o})
    delen, bij = shapely.get_parts([*droog, *(v for v in nat if v)], return_index=True)
    vormen = shapely.multipolygons(delen, indices=bij)
    return gpd.GeoDataFrame(alles, geometry=vormen, crs=CRS)


def _velden(jaar: int, rijen: pd.DataFrame, gebied: list[str]) -> pd.DataFrame:
    uit = pd.DataFrame(index=rijen.index)
    for kolom in gebied:
        eigen = {gebied[0]: "code", gebied[1]: "titel"}.get(kolom, kolom)
        uit[kolom] = rijen[eigen]
    if gebied[0] != "gemeentecode":
        uit["indelingswijziging_wijken_en_buurten"] = rijen["indelingswijziging"].astype(int)
    uit["water"], uit["jaar"] = "NEE", jaar
    uit["meest_voorkomende_postcode"] = rijen["postcode"]
    uit["dekkingspercentage"] = _getal(rijen["dekkingspercentage"], GEHEIM)
    for kolom, (_, nieuw) in CIJFERS.items():
        leeg = NIET_BESCHIKBAAR if kolom in NOG_NIET_UITGEBRACHT.get(jaar, ()) else GEHEIM
        uit[nieuw] = _getal(rijen[kolom], leeg)
    return uit


def _getal(waarden: pd.Series, leeg: int) -> pd.Series:
    vol = waarden.fillna(leeg)
    return vol.astype(np.int64) if (vol == vol.round()).all() else vol
