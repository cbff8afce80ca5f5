"""A corporation's scan: its measures per wijk and buurt, with colour, stock and target year.

Here: the table `scan`. A wijk is the weighted mean of its buurten.
Not here: the corporation's file (`bronnen/scans.py`), the pages (`rapport/scan.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.scans import Scanopdracht
from veerkracht_dagster.catalogus.models import Catalogus, Editie, Maat
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel
from veerkracht_dagster.indicatoren.relatief import gewogen_spreiding

GROEN, ORANJE, ROOD, GEEN = "groen", "oranje", "rood", "geen"


class ScanFout(ValueError):
    """A corporation's file asks for areas that the edition does not have."""


def scan(
    indicatoren: Mapping[str, pd.DataFrame],
    opdrachten: Mapping[str, Scanopdracht],
    editie: Editie,
    cat: Catalogus,
) -> pd.DataFrame:
    """The table `scan` of an edition: a row per corporation, area and measure.

    Args:
        indicatoren: all indicator tables, by name.
        opdrachten: the corporations of this edition, by key.

    Raises:
        ScanFout: a working area has no areas in this edition.
    """
    alles = _naast_elkaar(indicatoren)
    delen = [
        deel
        for sleutel, opdracht in sorted(opdrachten.items())
        for deel in _van_corporatie(sleutel, opdracht, alles, editie, cat)
    ]
    return in_tabelvorm(pd.concat(delen), "scan") if delen else lege_tabel("scan")


def _naast_elkaar(indicatoren: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    delen = [tabel.set_index("regiocode") for tabel in indicatoren.values()]
    alles = pd.concat(delen, axis=1)
    return alles.loc[:, ~alles.columns.duplicated()]


def _van_corporatie(
    sleutel: str, opdracht: Scanopdracht, alles: pd.DataFrame, editie: Editie, cat: Catalogus
) -> list[pd.DataFrame]:
    deel = alles.loc[_werkgebied(sleutel, opdracht, alles.index, editie)]
    niveaus = ["wijk", "buurt"] if editie.niveau == "buurt" else ["wijk"]
    uit = []
    for niveau in niveaus:
        groep = _groep(deel.index, niveau)
        bezit = _bezit(deel, groep, opdracht)
        for naam, (domein, maat) in opdracht.maten(cat).items():
            gemiddelde = gewogen_spreiding(alles[maat.kolom], alles["inwoners_eind"])[0]
            rijen = _maat(deel, groep, maat, gemiddelde, editie, opdracht).join(bezit)
            vast: dict[str, str | int] = {
                "corporatie": sleutel,
                "naam": opdracht.naam,
                "niveau": niveau,
                "domein": domein,
                "rol": opdracht.rol(domein, cat),
                "maat": naam,
                "titel": maat.titel,
                "eenheid": maat.eenheid,
                "streefjaar": opdracht.streefjaar,
            }
            uit.append(rijen.assign(**vast).rename_axis("regiocode").reset_index())
    return uit


def _werkgebied(
    sleutel: str, opdracht: Scanopdracht, codes: pd.Index, editie: Editie
) -> np.ndarray:
    """Which areas belong to it: codes are built from the top down, so a start says enough."""
    kaal = codes.str[2:]
    hoort = np.zeros(len(codes), dtype=bool)
    leeg = []
    for gebied in opdracht.werkgebied:
        raak = kaal.str.startswith(gebied[2:])
        if not raak.any():
            leeg.append(gebied)
        hoort |= np.asarray(raak)
    if leeg:
        raise ScanFout(
            f"levering/scan/{sleutel}.yml, werkgebied: {', '.join(leeg)} heeft geen gebieden in "
            f"editie {opdracht.editie} ({editie.niveau}en van {editie.basisjaar}); gebruik de "
            "codes van dat jaar"
        )
    return hoort


def _groep(codes: pd.Index, niveau: str) -> pd.Series:
    """The wijk or buurt that each area stands for."""
    if niveau == "wijk":
        return pd.Series("WK" + codes.str[2:8], index=codes)
    return pd.Series(codes, index=codes)


def _bezit(deel: pd.DataFrame, groep: pd.Series, opdracht: Scanopdracht) -> pd.DataFrame:
    """Dwellings of the corporation per area, and whether that is much."""
    if opdracht.bezit == "bik":
        eigen = deel["bik_woningen_eind"]
    else:
        eigen = deel["corporatie_eind"] / 100.0 * deel["woningen_eind"]
    woningen = eigen.groupby(groep).sum(min_count=1)
    alle = deel["woningen_eind"].groupby(groep).sum(min_count=1)
    aandeel = woningen / alle.where(alle > 0)
    veel = np.select([aandeel >= opdracht.veel_bezit, aandeel.notna()], ["ja", "nee"], "onbekend")
    return pd.DataFrame({"woningen_corporatie": woningen, "veel_bezit": veel}, index=woningen.index)


def _maat(
    deel: pd.DataFrame,
    groep: pd.Series,
    maat: Maat,
    gemiddelde: float,
    editie: Editie,
    opdracht: Scanopdracht,
) -> pd.DataFrame:
    dekking, gewicht = editie.parameters.minimum_dekking, deel[maat.weging]
    waarde = _per_groep(_figuur(deel[maat.kolom], maat), gewicht, groep, dekking)
    begin = pd.Series(np.nan, index=waarde.index)
    if maat.begin is not None:
        begin = _per_groep(deel[maat.begin], gewicht, groep, dekking)
    per_jaar = (waarde - begin) / (editie.eind - editie.begin)
    verwacht = waarde + per_jaar * (opdracht.streefjaar - editie.eind)
    nu, dan = (_kleur(cijfer, maat, gemiddelde) for cijfer in (waarde, verwacht))
    koers = np.select(
        [nu == GROEN, (nu == GEEN) | (dan == GEEN), dan == GROEN],
        ["bereikt", "onbekend", "op koers"],
        "niet op koers",
    )
    return pd.DataFrame(
        {"waarde": waarde, "begin": begin, "verwacht": verwacht, "kleur": nu, "koers": koers},
        index=waarde.index,
    )


def _figuur(kolom: pd.Series, maat: Maat) -> pd.Series:
    """The figure itself, or for classes 100 where the area is in one of them and 0 where not."""
    if not maat.klassen:
        return kolom
    return kolom.isin(maat.klassen).astype("float64").mul(100.0).where(kolom.notna())


def _per_groep(
    waarde: pd.Series, gewicht: pd.Series, groep: pd.Series, minimum_dekking: float
) -> pd.Series:
    """Weighted mean per group; missing where too little of the weight has a figure.

    An area that is alone in its group keeps its figure, also where nobody is known to live there.
    """
    telt = waarde.notna() & gewicht.gt(0)
    som = (waarde * gewicht).where(telt).groupby(groep).sum(min_count=1)
    gedekt = gewicht.where(telt).groupby(groep).sum(min_count=1)
    genoeg = gedekt >= minimum_dekking * gewicht.groupby(groep).sum(min_count=1)
    uit = (som / gedekt).where(genoeg)
    alleen = groep.groupby(groep).transform("size") == 1
    return uit.where(~uit.index.isin(groep[alleen]), waarde[alleen].set_axis(groep[alleen]))


def _kleur(waarde: pd.Series, maat: Maat, gemiddelde: float) -> np.ndarray:
    """Green, red or between; none without a figure or without cuts."""
    if maat.groen is None or maat.rood is None:
        return np.full(len(waarde), GEEN, dtype=object)
    maal = gemiddelde if maat.van_gemiddelde else 1.0
    teken = 1.0 if maat.beter == "hoger" else -1.0
    x, groen, rood = teken * waarde, teken * maat.groen * maal, teken * maat.rood * maal
    leeg = waarde.isna() | np.isnan(maal)
    return np.select([leeg, x >= groen, x < rood], [GEEN, GROEN, ROOD], ORANJE)
