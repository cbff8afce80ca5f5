"""Polygons of any publisher, made fit to use: EPSG:28992, valid, only surfaces.

Here: CRS and plausibility. Not here: repair (`vlakherstel.py`), which columns go with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import shapely
import shapely.errors
from pyproj import CRS
from pyproj.exceptions import ProjError

from veerkracht_dagster.bronnen.fouten import Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand, json_van
from veerkracht_dagster.bronnen.vorm import RD_NEW
from veerkracht_dagster.vlakherstel import herstel

# The Netherlands in EPSG:28992 with its waters, in metres, with room: x from, y from, x to, y to.
_NEDERLAND = (-100_000, 200_000, 400_000, 750_000)
_PLAT = 2  # coordinates of a point: x and y
_WGS84 = "EPSG:4326"  # what GeoJSON is in, unless it says otherwise (RFC 7946)


@dataclass(frozen=True)
class Vlakken:
    """Geometries in EPSG:28992 and what was done to them."""

    geometrie: np.ndarray
    hersteld: int
    zonder: int
    platgemaakt: int

    @property
    def opmerkingen(self) -> tuple[str, ...]:
        uit = []
        if self.platgemaakt:
            uit.append(f"van {self.platgemaakt} vlakken de hoogte of maat (Z, M) weggelaten")
        if self.hersteld:
            uit.append(f"{self.hersteld} vlakken met een ongeldige ring hersteld")
        if self.zonder:
            uit.append(f"{self.zonder} gebieden zonder vlak")
        return tuple(uit)


@dataclass(frozen=True)
class Kenmerken:
    """A GeoJSON file: properties per feature, and their geometries as published.

    aangekondigd: how many features the whole answer has, as the file says. volgende: whether it
    says that there is a next page.
    """

    eigenschappen: list[dict[str, Any]]
    geometrie: np.ndarray
    crs: str
    aangekondigd: int | None = None
    volgende: bool = False


def naar_rd(bestand: Bestand, geometrie: np.ndarray, crs: str | None) -> Vlakken:
    """Geometries to EPSG:28992, flat, invalid rings repaired, lines and points that result dropped.

    Raises:
        BronFout: no CRS, an unknown one, or coordinates outside the Netherlands.
    """
    if crs is None:
        raise bronfout(
            bestand.naam,
            gevonden="geometrie zonder coordinatenstelsel",
            verwacht="een bestand dat zijn stelsel noemt (EPSG:28992)",
            remedie="lever het .prj-bestand mee, of zet het stelsel in het bestand",
        )
    _weiger_geen_vlakken(bestand, geometrie)
    ruimtelijk = shapely.get_coordinate_dimension(geometrie) > _PLAT
    geometrie = np.where(ruimtelijk, shapely.force_2d(geometrie), geometrie)
    try:
        stelsel = CRS.from_user_input(crs)
        if not _is_rd(stelsel):
            geometrie = gpd.GeoSeries(geometrie, crs=stelsel).to_crs(RD_NEW).to_numpy()
    except ProjError as fout:
        raise bronfout(
            bestand.naam,
            gevonden=f"het onbekende coordinatenstelsel {crs[:60]!r}",
            verwacht="een stelsel met EPSG-nummer",
            remedie="zet het bestand om naar EPSG:28992",
        ) from fout
    _weiger_buiten_nederland(bestand, geometrie, crs)
    vlakken, ongeldig = herstel(geometrie)
    zonder = int((shapely.is_missing(vlakken) | shapely.is_empty(vlakken)).sum())
    return Vlakken(vlakken, int(ongeldig.sum()), zonder, int(ruimtelijk.sum()))


def weiger_halve(per_bestand: Mapping[Bestand, Kenmerken]) -> None:
    """Refuse a page of an answer of which the other pages are not there.

    Files that together hold what each of them announces are one answer in pages.

    Raises:
        BronFout: names the file, and the numbers announced and found.
    """
    half = {
        bestand: kenmerken
        for bestand, kenmerken in per_bestand.items()
        if kenmerken.aangekondigd not in (None, len(kenmerken.eigenschappen))
        or (kenmerken.aangekondigd is None and kenmerken.volgende)
    }
    for bestand, kenmerken in half.items():
        samen = sum(
            len(ander.eigenschappen)
            for ander in half.values()
            if ander.aangekondigd == kenmerken.aangekondigd
        )
        if kenmerken.aangekondigd is None:
            verwacht = "alle gebieden; het bestand verwijst naar een volgende pagina"
        elif samen != kenmerken.aangekondigd:
            verwacht = f"{kenmerken.aangekondigd} gebieden, zoals het bestand zelf aankondigt"
        else:
            continue
        raise bronfout(
            bestand.naam,
            gevonden=f"{samen} gebieden",
            verwacht=verwacht,
            remedie="dit is een deel van het antwoord van een dienst: haal ook de volgende "
            "pagina's op en zet ze ernaast, of haal de kaart als geheel op",
        )


def geojson_van(bestand: Bestand) -> Kenmerken:
    """A GeoJSON file's features.

    Raises:
        BronFout: not GeoJSON, cut off, no features, or a geometry that cannot be read.
    """
    inhoud = json_van(bestand)
    kenmerken = inhoud.get("features")
    if (
        inhoud.get("type") != "FeatureCollection"
        or not isinstance(kenmerken, list)
        or not kenmerken
    ):
        raise bronfout(
            bestand.naam,
            gevonden=f"JSON met {', '.join(sorted(inhoud)) or 'niets'}, zonder gebieden",
            verwacht="een GeoJSON-FeatureCollection met gebieden",
            remedie="haal het bestand opnieuw op bij de uitgever",
        )
    problemen = Problemen(bestand.naam)
    for rij, kenmerk in enumerate(kenmerken):
        if not isinstance(kenmerk, dict) or not isinstance(kenmerk.get("properties"), dict):
            problemen.erbij(
                rij=rij,
                gevonden=f"{str(kenmerk)[:60]}",
                verwacht="een Feature met properties",
                remedie="haal het bestand opnieuw op bij de uitgever",
            )
    problemen.werp()
    geometrie = _vlakken(bestand, [kenmerk.get("geometry") for kenmerk in kenmerken])
    eigenschappen = [kenmerk["properties"] for kenmerk in kenmerken]
    volgende = _volgende(inhoud)
    return Kenmerken(eigenschappen, geometrie, _crs(inhoud), _aangekondigd(inhoud), volgende)


def _aangekondigd(inhoud: dict[str, Any]) -> int | None:
    """How many features WFS 2.0, OGC API Features or GeoServer say that there are.

    They may also say that they do not know (`"unknown"`).
    """
    gezegd = [str(inhoud.get(naam)) for naam in ("numberMatched", "totalFeatures")]
    return next((int(aantal) for aantal in gezegd if aantal.isdecimal()), None)


def _volgende(inhoud: dict[str, Any]) -> bool:
    """Whether there are more features than here: by a link, or as ArcGIS says it."""
    links = inhoud.get("links")
    links = links if isinstance(links, list) else []
    rels = [link.get("rel") for link in links if isinstance(link, dict)]
    kenmerken = inhoud.get("properties")
    kenmerken = kenmerken if isinstance(kenmerken, dict) else {}
    meer = [bron.get("exceededTransferLimit") for bron in (inhoud, kenmerken)]
    return "next" in rels or bool(inhoud.get("next")) or any(m is True for m in meer)


def _vlakken(bestand: Bestand, ruw: list[Any]) -> np.ndarray:
    try:
        tekst = [None if vlak is None else orjson.dumps(vlak).decode() for vlak in ruw]
        geometrie = shapely.from_geojson(np.array(tekst))
    except (shapely.errors.GEOSException, orjson.JSONEncodeError) as fout:
        raise bronfout(
            bestand.naam,
            gevonden=f"een vlak dat niet te lezen is ({fout})",
            verwacht="een Polygon of MultiPolygon",
            remedie="haal het bestand opnieuw op bij de uitgever",
        ) from fout
    _weiger_geen_vlakken(bestand, geometrie)
    return geometrie


def _weiger_geen_vlakken(bestand: Bestand, geometrie: np.ndarray) -> None:
    soorten = shapely.get_type_id(geometrie)  # -1 nothing, 3 Polygon, 6 MultiPolygon
    for rij in np.flatnonzero(~np.isin(soorten, (-1, 3, 6)))[:1]:
        raise bronfout(
            bestand.naam,
            rij=int(rij),
            gevonden=f"een {geometrie[rij].geom_type}",
            verwacht="een Polygon of MultiPolygon",
            remedie="haal het bestand opnieuw op bij de uitgever",
        )


def _crs(inhoud: dict[str, Any]) -> str:
    """In the words of GeoJSON of before RFC 7946 (`crs`), or of OGC's JSON-FG (`coordRefSys`)."""
    stelsel = inhoud.get("crs")
    kenmerken = stelsel.get("properties") if isinstance(stelsel, dict) else None
    naam = kenmerken.get("name") if isinstance(kenmerken, dict) else None
    return str(naam or inhoud.get("coordRefSys") or _WGS84)


def _is_rd(stelsel: CRS) -> bool:
    """Older .prj files hold RD New without its number, and with a name of Esri's."""
    return stelsel.to_epsg(min_confidence=60) == 28992 or stelsel.name.casefold().replace(
        "_", " "
    ).startswith(("rd new", "amersfoort / rd new"))


def _weiger_buiten_nederland(bestand: Bestand, geometrie: np.ndarray, crs: str) -> None:
    grenzen = shapely.total_bounds(geometrie)
    west, zuid, oost, noord = _NEDERLAND
    binnen = (
        grenzen[0] >= west and grenzen[1] >= zuid and grenzen[2] <= oost and grenzen[3] <= noord
    )
    if not (binnen or shapely.is_missing(geometrie).all()):
        raise bronfout(
            bestand.naam,
            gevonden=f"vlakken van {np.round(grenzen).tolist()} in EPSG:28992 (gelezen als {crs})",
            verwacht="vlakken in Nederland",
            remedie="controleer het coordinatenstelsel dat het bestand noemt",
        )
