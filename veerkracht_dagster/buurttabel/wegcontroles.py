"""Checks of the crosswalk: against the shapes themselves, and of what is told of it.

Here: what two maps say by themselves, without the overlay that the crosswalk is made by: the same
shape is the same area, and no part is larger than the whole. And the changes that the UI tells,
counted area by area. Not here: the roads (`wegen.py`), the address files they are counted from
(`adrescontroles.py`), checks of the harmonised table (`controles.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from veerkracht_dagster.buurttabel.gebieden import niveau_van
from veerkracht_dagster.buurttabel.indeling import Indeling, Indelingen
from veerkracht_dagster.buurttabel.optelling import hogere_code
from veerkracht_dagster.buurttabel.overzicht import eigen_niveau
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Omzetting
from veerkracht_dagster.controle import Controle

CONTROLES = {
    "zelfde_grond": "Hetzelfde vlak is hetzelfde gebied, en geen deel is groter dan zijn geheel.",
    "zelfde_plek": "Gebieden met dezelfde code en naam liggen in elk jaar op dezelfde plek.",
    "wijzigingen_geteld": "De wijzigingen zijn die van de omzetting, gebied voor gebied geteld.",
}
_KOLOMMEN = ["niveau", "basis", "van_regio", "naar_regio", "methode", "reden"]
_SPELING = 1e-6  # relative; a shared part is cut out in floating point


def controleer_omzetting(
    tabel: pd.DataFrame, jaar: int, indelingen: Indelingen, regels: Omzetting
) -> Controle:
    """The check on table `buurt_omzetting` of one year."""
    gevallen = []
    sleutels = [tabel["niveau"], tabel["basis"], niveau_van(tabel["van_regio"])]
    for paar, rijen in tabel.groupby(sleutels, observed=True):
        niveau, basis, van_niveau = map(str, paar)
        van = indelingen.van(jaar, van_niveau).gebieden
        naar, gelijke = (indelingen.van(int(basis), n).gebieden for n in (niveau, van_niveau))
        for reden, geval in _gevallen(rijen, van, naar, gelijke, regels):
            gevallen += [geval.assign(reden=reden)] if len(geval) else []
    alle = pd.concat(gevallen, ignore_index=True) if gevallen else pd.DataFrame(columns=_KOLOMMEN)
    return Controle(
        "zelfde_grond",
        alle[_KOLOMMEN],
        {"rijen": len(tabel)},
        "De omzetting spreekt de kaarten zelf tegen: zie buurttabel/grond.py en wegen.py.",
    )


def _gevallen(
    rijen: pd.DataFrame,
    van: gpd.GeoDataFrame,
    naar: gpd.GeoDataFrame,
    gelijke: gpd.GeoDataFrame,
    regels: Omzetting,
) -> Iterator[tuple[str, pd.DataFrame]]:
    """gelijke: areas of the base year of the niveau of `van`: buurten, where these go to wijken."""
    hoger = naar is not gelijke
    groot = pd.DataFrame(
        {
            "van": rijen["van_regio"].map(_m2(van)).astype("float64"),
            "naar": rijen["naar_regio"].map(_m2(naar)).astype("float64"),
        }
    )
    kleinste, grootste = groot.min(axis=1, skipna=False), groot.max(axis=1, skipna=False)
    identiek = rijen["methode"].eq("identiek") & rijen["via"].isna()
    grens = regels.grens_identiek * (1 - _SPELING)
    anders = groot["naar"] < grens * groot["van"] if hoger else kleinste < grens * grootste
    yield "identiek, maar de vlakken zijn niet even groot", rijen.loc[identiek & anders]
    deel = rijen["methode"].eq("oppervlak") & (rijen["aantal"] > kleinste * (1 + _SPELING))
    yield "het gedeelde land is groter dan het gebied zelf", rijen.loc[deel]
    eigen = rijen["van_regio"]
    if hoger:
        eigen = pd.Series(hogere_code(pd.Index(eigen), "wijk"), index=rijen.index)
    zichzelf = rijen["naar_regio"].eq(eigen) & rijen["gewicht"].eq(1.0)
    zichzelf &= rijen["methode"].isin(["identiek", "zelfde_jaar"])
    gemist = rijen["van_regio"].isin(_zelfde_vlak(van, gelijke)) & ~zichzelf
    gemist &= eigen.isin(naar["regiocode"])
    yield "hetzelfde vlak met dezelfde code, langs een andere weg", rijen.loc[gemist]


def _m2(gebieden: gpd.GeoDataFrame) -> pd.Series:
    m2 = shapely.area(gebieden.geometry.to_numpy())
    return pd.Series(m2, index=gebieden["regiocode"].to_numpy(dtype=object))


def _zelfde_vlak(van: gpd.GeoDataFrame, naar: gpd.GeoDataFrame) -> pd.Series:
    """Codes that have, point for point, the same shape in both years."""
    samen = van[["regiocode", "geometry"]].merge(naar[["regiocode", "geometry"]], on="regiocode")
    een, ander = samen["geometry_x"].to_numpy(), samen["geometry_y"].to_numpy()
    return samen.loc[shapely.equals_identical(een, ander) & (shapely.area(een) > 0), "regiocode"]


def controleer_plek(
    jaar: int, bases: Iterable[tuple[str, int]], indelingen: Indelingen
) -> Controle:
    """The check on where the map of one year lies, beside those that it leads to.

    An area has moved when its middle lies further from that of its namesake than it is wide. A
    redivision does that to a few; a map in another system, or drawn elsewhere, to all of them.

    Args:
        bases: the (niveau, base year) pairs that lead from `jaar`.
    """
    regels = catalogus().constanten
    gevallen, getoetst = [], 0
    for niveau, basis in sorted(set(bases)):
        if basis == jaar:
            continue
        samen = _naamgenoten(indelingen.van(jaar, niveau), indelingen.van(basis, niveau))
        getoetst += len(samen)
        een, ander = samen["geometry_x"].to_numpy(), samen["geometry_y"].to_numpy()
        afstand = shapely.distance(shapely.centroid(een), shapely.centroid(ander))
        verder = afstand > np.sqrt(np.minimum(shapely.area(een), shapely.area(ander)))
        if len(samen) >= regels.telling_gebieden and verder.mean() > regels.meeste_verschoven:
            rij = int(np.argmax(np.where(verder, afstand, -1.0)))
            gevallen.append(
                {
                    "niveau": niveau,
                    "regiocode": samen["regiocode"].iloc[rij],
                    "gevonden": f"{int(verder.sum())} van {len(samen)} gebieden liggen op de kaart "
                    f"van {jaar} ergens anders dan op die van {basis}, tot {afstand[rij]:.0f} m",
                    "verwacht": "gebieden met dezelfde code en naam op dezelfde plek",
                }
            )
    return Controle(
        "zelfde_plek",
        pd.DataFrame(gevallen),
        {"getoetst": getoetst},
        f"De kaart van {jaar} (cbs_wijkbuurtkaart/{jaar}/), of die van het andere jaar, ligt niet "
        "waar zij hoort, of is in een ander coordinatenstelsel dan zij zegt: haal haar opnieuw op.",
    )


def _naamgenoten(van: Indeling, naar: Indeling) -> pd.DataFrame:
    """Areas of two years with the same code and name, of which both have ground."""
    sleutel = ["regiocode", "regionaam"]
    een, ander = (
        pd.DataFrame(x.gebieden.loc[x.gebieden.geometry.notna(), [*sleutel, "geometry"]])
        for x in (van, naar)
    )
    return een.merge(ander, on=sleutel)


def controleer_wijzigingen(
    omzetting: pd.DataFrame, verteld: pd.DataFrame, regels: Omzetting
) -> Controle:
    """The check on what is told of the changes in one year's crosswalk, of areas of one niveau.

    Args:
        verteld: rows of `overzicht.wijzigingen`, with niveau and basis.
    """
    velden = ["niveau", "basis", "soort", "van", "naar", "methode", "gebieden", "zelfde_code"]
    moet = [
        (str(niveau), str(basis), *rij)
        for (niveau, basis), deel in eigen_niveau(omzetting).groupby(
            ["niveau", "basis"], observed=True
        )
        for rij in _geteld(deel, regels.minimum_wijziging)
    ]
    gezegd = list(verteld[velden].itertuples(index=False, name=None)) if len(verteld) else []
    anders = sorted(set(moet) ^ set(gezegd))
    return Controle(
        "wijzigingen_geteld",
        pd.DataFrame(anders, columns=velden),
        {"rijen": len(gezegd)},
        "Wat over de wijzigingen gezegd wordt volgt niet uit de omzetting: zie overzicht.py.",
    )


def _geteld(deel: pd.DataFrame, minimum: float) -> Iterator[tuple[str, str, str, str, int, str]]:
    """What became of the areas, by walking from old to new and back; the unchanged as one row."""
    velden = ("van_regio", "naar_regio", "gewicht", "methode")
    rijen = list(zip(*(deel[k].tolist() for k in velden), strict=True))
    bestaand = {naar for _, naar, _, _ in rijen if isinstance(naar, str)}
    per_oud: dict[str, list[tuple[object, float, str]]] = {}
    for van, naar, gewicht, methode in rijen:
        per_oud.setdefault(van, []).append((naar, gewicht, methode))
    heen = {
        van: {naar: m for naar, gewicht, m in delen if len(delen) == 1 or gewicht >= minimum}
        for van, delen in per_oud.items()
    }
    heen = {van: delen for van, delen in heen.items() if delen}  # else it is all noise
    terug: dict[object, list[str]] = {}
    for van, naar_toe in heen.items():
        for naar in naar_toe:
            terug.setdefault(naar, []).append(van)
    gezien: set[str] = set()
    onveranderd = 0
    for begin in sorted(heen):
        if begin in gezien:
            continue
        oud, nieuw, te_doen = {begin}, set[str](), [begin]
        while te_doen:
            for naar in heen[te_doen.pop()]:
                if isinstance(naar, str) and naar not in nieuw:
                    nieuw.add(naar)
                    te_doen += [van for van in terug[naar] if van not in oud]
                    oud.update(terug[naar])
        gezien |= oud
        if oud == nieuw and len(oud) == 1:
            onveranderd += 1
            continue
        verhuisd = {
            van for van in oud & bestaand if max(per_oud[van], key=lambda d: d[1])[0] != van
        }
        wegen = {methode for van in oud for methode in heen[van].values()}
        van_, naar_, methode_, verhuisd_ = (
            ", ".join(sorted(codes)) for codes in (oud, nieuw, wegen, verhuisd)
        )
        yield _soort(len(oud), len(nieuw)), van_, naar_, methode_, len(oud), verhuisd_
    yield "ongewijzigd", "", "", "", onveranderd, ""


def _soort(oude: int, nieuwe: int) -> str:
    if nieuwe == 0:
        return "zonder weg"
    if oude > 1 and nieuwe > 1:
        return "grens verschoven"
    return "gesplitst" if nieuwe > 1 else "samengevoegd" if oude > 1 else "andere code"
