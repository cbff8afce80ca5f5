"""Wijk- en buurtkaart: GeoPackage, zip (one or more forms of the map inside) or GeoJSON.

Here: which layer is which level, old and new column names, land and water.
Not here: repair of polygons (`geometrie.py`), one surface per code (`buurttabel/gebieden.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from veerkracht_dagster.bronnen.cellen import is_merkteken
from veerkracht_dagster.bronnen.dialecten.geometrie import (
    Kenmerken,
    Vlakken,
    geojson_van,
    naar_rd,
    weiger_halve,
)
from veerkracht_dagster.bronnen.dialecten.kaartlagen import Kaart, Kaartbestandslaag, kaart_van
from veerkracht_dagster.bronnen.dialecten.leefbaarometer_geojson import eigenschappen_van
from veerkracht_dagster.bronnen.fouten import Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.jaren import jaarkolommen, weiger_ander_jaar, zonder_streepjes
from veerkracht_dagster.bronnen.regio import tekst, weiger_codes
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, in_vorm, leeg

# Our column -> the publishers' names for it, per level; the first that a file has is used, written
# with streaks, capitals (PDOK's WFS: `indelingswijzigingWijkenEnBuurten`) or neither. The short
# names are those of the geometry that the Leefbaarometer gives with its scores.
_NAMEN: dict[str, dict[str, tuple[str, ...]]] = {
    "buurt": {
        "regiocode": ("buurtcode", "bu_code", "code"),
        "regionaam": ("buurtnaam", "bu_naam", "naam"),
    },
    "wijk": {"regiocode": ("wijkcode", "wk_code"), "regionaam": ("wijknaam", "wk_naam")},
}
_OOK = {
    "gemeentenaam": ("gemeentenaam", "gm_naam", "gemeente"),
    "water": ("water", "h2o"),
    "indelingswijziging": (
        "ind_wbi",
        "indelingswijziging_wijken_en_buurten",
        "indelingswijziging_gemeente_wijk_buurt",
    ),
}
# What stands beside it, and must say the same of the row.
_ERNAAST = {"GM": ("gemeentecode", "gm_code"), "WK": ("wijkcode", "wk_code")}
_LENGTE = {"GM": 6, "WK": 8}
_JAARTAL = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WATER = {"JA": "JA", "NEE": "NEE", "B": "B", "J": "JA", "N": "NEE"}
# Files without a water column: the names and codes by which CBS marks them all the same.
_NAAM_WATER = "Groot water"
_GEMEENTE_BUITENLAND = "0998"


@dataclass(frozen=True)
class _Gelezen:
    frame: pd.DataFrame
    niveau: str
    rijen: int
    kolommen: dict[str, str]
    opmerkingen: tuple[str, ...]
    waar: str  # file and layer


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of boundaries; of two files with the same level, both.

    Raises:
        BronFout: no layer of buurten or wijken, one of buurten without their codes, no CRS, unsafe
            or damaged zip, wrong codes, a (code, water) twice, another mark of water.
    """
    gelezen: list[_Gelezen] = []
    bestanden: list[Gelezen] = []
    geojson = {b: geojson_van(b) for b in deel.bestanden if b.kort.lower().endswith("json")}
    weiger_halve(geojson)
    opmerkingen: list[str] = []
    for bestand in deel.bestanden:
        _weiger_andere_naam(bestand, vraag)
        kaart = _geojson(bestand, geojson[bestand]) if bestand in geojson else kaart_van(bestand)
        lagen = kaart.lagen
        opmerkingen += kaart.opmerkingen
        eigen = [_laag(bestand, laag, vraag) for laag in lagen]
        van_belang = [laag for laag in eigen if laag is not None]
        if not van_belang:
            raise bronfout(
                bestand.naam,
                gevonden="lagen zonder buurten of wijken: "
                + "; ".join(f"{laag.naam} ({', '.join(laag.kolommen[:6])})" for laag in lagen),
                verwacht="een laag met BU_CODE of buurtcode, of met WK_CODE of wijkcode",
                remedie="haal de wijk- en buurtkaart van dit jaar opnieuw op",
            )
        gelezen += van_belang
        bestanden.append(
            Gelezen(bestand.naam, bestand.sha256, sum(laag.rijen for laag in van_belang))
        )
    frame = pd.concat([laag.frame for laag in gelezen], ignore_index=True)
    _weiger_dubbel(deel.bestanden, gelezen, frame)
    return Lezing(
        frame,
        tuple(bestanden),
        {ons: van for laag in gelezen for ons, van in laag.kolommen.items()},
        opmerkingen=(*opmerkingen, *(o for laag in gelezen for o in laag.opmerkingen)),
    )


def _weiger_andere_naam(bestand: Bestand, vraag: Vraag) -> None:
    """Stop where a map says in its name that it is of other years."""
    jaren = _JAARTAL.findall(bestand.kort)
    if jaren and str(vraag.peiljaar) not in jaren:
        raise bronfout(
            bestand.waar,
            gevonden="een kaart van " + ", ".join(sorted(jaren)),
            verwacht=f"een kaart van {vraag.peiljaar}, zoals de map zegt",
            remedie="zet de kaart in de map van haar eigen jaar",
        )


def _geojson(bestand: Bestand, kenmerken: Kenmerken) -> Kaart:
    eigenschappen = eigenschappen_van(kenmerken.eigenschappen)
    kolommen = list(dict.fromkeys(naam for e in eigenschappen for naam in e))

    def velden(namen: Sequence[str]) -> dict[str, list[object]]:
        return {naam: [e.get(naam) for e in eigenschappen] for naam in namen}

    def lees_kolommen(namen: Sequence[str]) -> tuple[dict[str, list[object]], np.ndarray]:
        return velden(namen), kenmerken.geometrie

    return Kaart([Kaartbestandslaag(bestand.kort, kolommen, kenmerken.crs, lees_kolommen, velden)])


def _laag(bestand: Bestand, laag: Kaartbestandslaag, vraag: Vraag) -> _Gelezen | None:
    """One layer in the table's shape; None when it holds no buurten or wijken."""
    niveau = _niveau(laag.kolommen)
    if niveau != "buurt" and laag.naam.lower().startswith("buurt"):
        raise bronfout(
            bestand.waar,
            kolom=_NAMEN["buurt"]["regiocode"][0],
            gevonden=f"laag {laag.naam} met {', '.join(laag.kolommen)[:120]}",
            verwacht="een kolom " + " of ".join(_NAMEN["buurt"]["regiocode"][:2]),
            remedie="haal de wijk- en buurtkaart van dit jaar opnieuw op",
        )
    if niveau is None:
        return None
    kolommen = {
        ons: gevonden
        for ons, namen in (_NAMEN[niveau] | _OOK).items()
        if (gevonden := _eerste(laag.kolommen, namen)) is not None
    }
    ernaast = {
        wat: gevonden
        for wat, namen in _ERNAAST.items()
        if (gevonden := _eerste(laag.kolommen, namen)) is not None
    }
    met_jaar = jaarkolommen(laag.kolommen)
    waarden, geometrie = laag.lees(list({*kolommen.values(), *ernaast.values(), *met_jaar}))
    jaren = {naam: waarden[naam] for naam in met_jaar}
    weiger_ander_jaar(bestand, jaren, [vraag.peiljaar], "een kaart")
    uit: Kolommen = {
        ons: tekst(_als_tekst(waarden[van])) for ons, van in kolommen.items() if ons != "water"
    }
    waar = f"laag {laag.naam} van {bestand.kort}"
    if not len(geometrie):
        niets = (f"{laag.naam} heeft geen rijen",)
        return _Gelezen(leeg(vraag.tabel), niveau, 0, kolommen, niets, waar)
    vlakken: Vlakken = naar_rd(bestand, geometrie, laag.crs)
    uit["niveau"] = pd.Series([niveau] * len(geometrie), dtype="str")
    uit["water"] = _water(bestand, uit, waarden.get(kolommen.get("water", "")), kolommen)
    _weiger_codes(bestand, uit, kolommen["regiocode"])
    _weiger_zonder_vlak(bestand, uit, vlakken.geometrie)
    if niveau == "wijk":
        ernaast.pop("WK", None)
    _weiger_andere_plaats(bestand, uit, {kop: (van, waarden[van]) for kop, van in ernaast.items()})
    uit["bron_bestand"] = pd.Series([bestand.sha256] * len(geometrie), dtype="str")
    uit["bron_rij"] = pd.Series(np.arange(len(geometrie)))
    uit["geometry"] = pd.Series(vlakken.geometrie, dtype=object)
    opmerkingen = tuple(f"{laag.naam}: {o}" for o in vlakken.opmerkingen)
    return _Gelezen(in_vorm(uit, vraag.tabel), niveau, len(geometrie), kolommen, opmerkingen, waar)


def _niveau(kolommen: Sequence[str]) -> str | None:
    """A layer of buurten also has the code of the wijk, and one of wijken that of the gemeente."""
    for niveau, namen in _NAMEN.items():
        if _eerste(kolommen, namen["regiocode"]) is not None:
            return niveau
    return None


def _eerste(kolommen: Iterable[str], namen: Sequence[str]) -> str | None:
    bij_naam = {zonder_streepjes(kolom): kolom for kolom in kolommen}
    kaal = [zonder_streepjes(naam) for naam in namen]
    return next((bij_naam[naam] for naam in kaal if naam in bij_naam), None)


def _als_tekst(waarden: Sequence[object]) -> list[str | None]:
    """Texts; a whole number that GDAL reads as float is written without its '.0', and a number that
    stands for nothing (-99999999 in CBS's shapefiles) is none."""
    schrijf: Callable[[object], str | None] = lambda w: (  # noqa: E731
        None
        if w is None or w != w or is_merkteken(w)
        else f"{w:g}"
        if isinstance(w, float)
        else str(w)
    )
    return [schrijf(waarde) for waarde in waarden]


def _water(
    bestand: Bestand, uit: Kolommen, marken: Sequence[object] | None, kolommen: dict[str, str]
) -> pd.Series:
    if marken is None:
        codes, namen = uit["regiocode"], uit.get("regionaam")
        water = pd.Series("NEE", index=codes.index, dtype="str")
        if namen is not None:
            water[(namen == _NAAM_WATER).to_numpy(bool)] = "JA"
        water[(codes.str[2:6] == _GEMEENTE_BUITENLAND).to_numpy(bool)] = "B"
        return water
    ruw = tekst(_als_tekst(marken)).str.upper()
    water = ruw.map(_WATER).astype("str")
    problemen = Problemen(bestand.naam)
    for rij in np.flatnonzero(water.isna()):
        problemen.erbij(
            kolom=kolommen["water"],
            rij=int(rij),
            code=str(uit["regiocode"].iloc[rij]),
            gevonden=f"{ruw.iloc[rij]!r}",
            verwacht="JA, NEE of B",
            remedie="haal de wijk- en buurtkaart opnieuw op",
        )
    problemen.werp()
    return water


def _weiger_codes(bestand: Bestand, uit: Kolommen, kolom: str) -> None:
    """Shape and level of the codes; a code may stand on land and on water."""
    codes = uit["regiocode"]
    eerste = ~pd.DataFrame({"c": codes, "w": uit["water"]}).duplicated(subset="c")
    weiger_codes(bestand, codes[eerste], uit["niveau"][eerste], kolom=kolom)


def _weiger_zonder_vlak(bestand: Bestand, uit: Kolommen, vlakken: np.ndarray) -> None:
    """Land without ground would go its way as an area that nobody sees."""
    leeg = shapely.is_missing(vlakken) | shapely.is_empty(vlakken)
    problemen = Problemen(bestand.waar)
    for rij in np.flatnonzero(leeg & (uit["water"] == "NEE").to_numpy(bool)):
        problemen.erbij(
            rij=int(rij),
            code=str(uit["regiocode"].iloc[rij]),
            gevonden="geen vlak",
            verwacht="een Polygon of MultiPolygon",
            remedie="haal de wijk- en buurtkaart opnieuw op",
        )
    problemen.werp()


def _weiger_andere_plaats(
    bestand: Bestand, uit: Kolommen, hoger: Mapping[str, tuple[str, Sequence[object]]]
) -> None:
    """CBS builds codes from the top down: of land the row's own codes of wijk and gemeente say the
    same.

    Args:
        hoger: the first letters of such codes, and the file's column with them.
    """
    codes, land = uit["regiocode"], uit["water"] == "NEE"
    problemen = Problemen(bestand.waar)
    for kop, (kolom, waarden) in hoger.items():
        eind = _LENGTE[kop]
        genoemd = tekst(_als_tekst(waarden))
        anders = land & genoemd.str.startswith(kop) & (genoemd.str[2:eind] != codes.str[2:eind])
        for rij in np.flatnonzero(anders.fillna(False)):
            problemen.erbij(
                kolom=kolom,
                rij=int(rij),
                code=str(codes.iloc[rij]),
                gevonden=f"{genoemd.iloc[rij]}",
                verwacht=f"{kop}{codes.iloc[rij][2:eind]}, waar de code mee begint",
                remedie="haal de wijk- en buurtkaart opnieuw op",
            )
    problemen.werp()


def _weiger_dubbel(
    bestanden: Sequence[Bestand], gelezen: Sequence[_Gelezen], frame: pd.DataFrame
) -> None:
    """An area twice: in two layers, of which one does not belong there, or in one."""
    dubbel = frame[frame.duplicated(subset=["regiocode", "water"])]
    if not len(dubbel):
        return
    namen = {bestand.sha256: bestand.naam for bestand in bestanden}
    rij = dubbel.iloc[0]
    lagen = [laag for laag in gelezen if (laag.frame["regiocode"] == rij["regiocode"]).any()]
    if len(lagen) > 1:
        waar = " en ".join(laag.waar for laag in lagen)
        remedie = (
            "haal weg wat niet de kaart van dit jaar is: een laag in een kopie van de kaart "
            "(QGIS: Browser, rechts op de laag, Delete Layer), een bestand uit de map"
        )
    else:
        waar = lagen[0].waar
        remedie = "haal de kaart opnieuw op" + (
            ""
            if "water" in lagen[0].kolommen
            else " (zij heeft geen kolom water of H2O, die land en water uit elkaar houdt)"
        )
    raise bronfout(
        namen.get(rij["bron_bestand"]),
        kolom=lagen[-1].kolommen["regiocode"],
        rij=int(rij["bron_rij"]),
        code=str(rij["regiocode"]),
        gevonden=f"de sleutel {rij['regiocode']} (water {rij['water']}) voor de tweede keer, in "
        f"{waar} ({len(dubbel)} van zulke gebieden)",
        verwacht="elk gebied een keer als land en een keer als water",
        remedie=remedie,
    )
