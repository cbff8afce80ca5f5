"""The sample country as one object: divisions, shapes and the truth on any boundaries.

Here: `Land`. Every figure is a sum over atoms, so a figure of one year on the
boundaries of another is exact, and so is every check against it.
Not here: making one (`maken`), any publisher's format, rounding or suppression.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from veerkracht_dagster.voorbeeldland.bevolking import DIMENSIES, Bevolking
from veerkracht_dagster.voorbeeldland.grootte import Grootte
from veerkracht_dagster.voorbeeldland.indeling import Landindeling
from veerkracht_dagster.voorbeeldland.raster import FloatArray, IntArray, Raster, som_per

CRS = "EPSG:28992"
AANDELEN = {
    "percentage_koopwoningen": ("koopwoningen", "woningen"),
    "percentage_huurwoningen": ("huurwoningen", "woningen"),
    "percentage_corporatiewoningen": ("corporatiewoningen", "woningen"),
    "percentage_overige_verhuurders": ("overige_huurwoningen", "woningen"),
    "percentage_eigendom_onbekend": ("woningen_eigendom_onbekend", "woningen"),
    "percentage_personen_laagste_inkomen": ("personen_laagste_inkomen", "inwoners"),
    "percentage_huishoudens_laag_inkomen": ("huishoudens_laag_inkomen", "huishoudens"),
    "percentage_uitkering": ("personen_uitkering", "inwoners"),
    "percentage_kwetsbaar": ("md_kwetsbaar", "md_personen"),
}
GEWICHTEN = {
    "gemiddelde_woz_waarde": "woningen",
    "mediaan_vermogen": "huishoudens",
} | dict.fromkeys(("lbm", "afw", *DIMENSIES), "inwoners")


class Land:
    """A small invented country; see `maken.maak_land`.

    `bijzonder`: the special cases by kind, each by year, with their codes.
    """

    def __init__(
        self,
        grootte: Grootte,
        zaad: int,
        raster: Raster,
        indelingen: dict[int, Landindeling],
        bevolking: Bevolking,
        bijzonder: dict[str, Any],
        eerste: Landindeling,
    ) -> None:
        self.grootte, self.zaad, self.raster = grootte, zaad, raster
        self.indelingen, self.bevolking, self.bijzonder = indelingen, bevolking, bijzonder
        self._vormen: dict[bytes, shapely.Geometry] = {}
        # addresses are numbered along the first division, so that a postcode stays in one place
        self.adresvolgorde = eerste.buurt_van_atoom

    @property
    def jaren(self) -> tuple[int, ...]:
        """The years of this country, ascending."""
        return tuple(self.indelingen)

    @property
    def kolommen(self) -> tuple[str, ...]:
        """The columns `waarheid` knows."""
        oppervlak = ("oppervlakte_land", "oppervlakte_water")
        return (*self.bevolking.tellingen, *AANDELEN, *GEWICHTEN, *oppervlak)

    def indeling(self, jaar: int) -> Landindeling:
        """Return the division of a year. Raises KeyError, naming the years there are."""
        if jaar not in self.indelingen:
            raise KeyError(f"jaar {jaar} is not in this country; choose from {self.jaren}")
        return self.indelingen[jaar]

    def per_atoom(self, kolom: str, jaar: int) -> IntArray | FloatArray:
        """Return a count (persons, dwellings, ha, ...) or a score of each atom."""
        if kolom == "oppervlakte_land":
            return self.raster.oppervlakte_ha
        if kolom == "oppervlakte_water":
            return self.raster.wateroppervlakte_ha
        i = self.bevolking.jaren.index(jaar)
        bron = self.bevolking.tellingen if kolom in self.bevolking.tellingen else None
        return bron[kolom][:, i] if bron is not None else self.bevolking.scores[kolom][:, i]

    def waarheid(self, kolom: str, jaar: int, basisjaar: int | None = None) -> pd.Series:
        """Return the exact figure of `jaar` per buurt on the boundaries of `basisjaar`.

        Counts are sums, shares are in percent, scores and means are weighted means
        (Leefbaarometer by residents); NaN where there is nobody to divide by. Index: buurtcode.
        Raises KeyError for a column that is not one of `kolommen`.
        """
        if kolom not in self.kolommen:
            raise KeyError(f"kolom {kolom!r} is not known; choose from {', '.join(self.kolommen)}")
        indeling = self.indeling(jaar if basisjaar is None else basisjaar)
        self.indeling(jaar)
        index = pd.Index(indeling.buurten["buurtcode"], name="buurtcode")
        waarden = self.som(kolom, jaar, indeling.buurt_van_atoom, len(index))
        return pd.Series(waarden, index, name=kolom)

    def som(self, kolom: str, jaar: int, gebied_van_atoom: IntArray, aantal: int) -> FloatArray:
        """Return a figure per area for any assignment of atoms to areas 0 .. aantal - 1."""

        def optellen(waarden: IntArray | FloatArray) -> FloatArray:
            return som_per(gebied_van_atoom, waarden, aantal)

        if kolom in AANDELEN:
            teller, noemer = (optellen(self.per_atoom(k, jaar)) for k in AANDELEN[kolom])
            return _deel_door(100 * teller, noemer)
        if kolom in GEWICHTEN:
            gewicht = self.per_atoom(GEWICHTEN[kolom], jaar)
            return _deel_door(optellen(self.per_atoom(kolom, jaar) * gewicht), optellen(gewicht))
        return optellen(self.per_atoom(kolom, jaar))

    def buurten(self, jaar: int) -> gpd.GeoDataFrame:
        """Return the buurten of a year, land only, EPSG:28992, in the publisher's order.

        Columns: buurtcode, buurtnaam, wijkcode, wijknaam, gemeentecode, gemeentenaam,
        indelingswijziging (1, 2 or 3; since the previous year of the sample), geometry.
        """
        indeling = self.indeling(jaar)
        vormen = self.samengevoegd(
            indeling.buurt_van_atoom, self.raster.vlakken, len(indeling.buurten)
        )
        return gpd.GeoDataFrame(indeling.buurten.copy(), geometry=vormen, crs=CRS)

    def samengevoegd(
        self, gebied: IntArray, vlakken: np.ndarray, aantal: int
    ) -> list[shapely.Geometry | None]:
        """Return the union of the pieces of each area; None for an area without pieces."""
        volgorde = np.argsort(gebied, kind="stable")
        grenzen = np.searchsorted(gebied[volgorde], np.arange(aantal + 1))
        uit: list[shapely.Geometry | None] = []
        for begin, einde in pairwise(grenzen.tolist()):
            stukken = volgorde[begin:einde]
            sleutel = stukken.tobytes() + bytes([vlakken is self.raster.vlakken])
            if len(stukken) and sleutel not in self._vormen:
                self._vormen[sleutel] = shapely.coverage_union_all(vlakken[stukken])
            uit.append(self._vormen[sleutel] if len(stukken) else None)
        return uit


def _deel_door(teller: FloatArray, noemer: FloatArray) -> FloatArray:
    return np.divide(teller, noemer, out=np.full(len(teller), np.nan), where=noemer > 0)
