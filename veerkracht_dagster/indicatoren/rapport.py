"""The figures of the report 'Veerkracht in het corporatiebezit', one per row.

Here: sums and means by class of corporation share, for the country, per gemeente, and spreads.
Not here: what a figure is called and what stands beside it (`catalogus/`), the page (`rapport/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.cijfers import tabel_van
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.rapportcijfers import (
    rapportformule,
    rapportinvoer,
    rapportmaten,
)
from veerkracht_dagster.indicatoren.relatief import gemeente_van, gewogen_spreiding
from veerkracht_dagster.klassegrenzen import klasse_naar_grenzen

_GEMIDDELDEN = ("K_begin", "K_eind", "dK", "V_begin", "V_eind", "dP", "lvb")


@dataclass(frozen=True)
class _Cijfer:
    onderdeel: str
    groep: str
    maat: str
    waarde: float
    gebieden: int  # measured
    van: int  # of so many


def rapport(indicatoren: Mapping[str, pd.DataFrame], cat: Catalogus) -> pd.DataFrame:
    """The table `rapport` of an edition.

    Args:
        indicatoren: tables `kwetsbare_bewoners`, `overlast_onveiligheid`, `signaal`,
            `corporatiewoningen` and `domeinmaten`, by name.

    An area whose corporation share is not known stands in its own class, and in the country. What
    no area is measured for has no value, a count neither: `gebieden` of `van` areas are. Public
    figures stand beside those of the country and of the class with most corporation dwellings.
    """
    alles = _naast_elkaar(indicatoren)
    alles["bezit"] = _bezitsklasse(alles["corporatie_eind"], cat)
    cijfers = [
        *_bezit(alles, cat), *_land(alles, cat), *_gemeenten(alles, cat),
        *_spreiding(alles, cat.constanten.percentielen),
    ]  # fmt: skip
    meeste = list(cat.kaartlagen["corporatiebezit"].klassen.values())[-1].label
    naast = {("land", cat.constanten.land_naam), ("bezit", meeste)}
    maten, waar = rapportmaten(cat), tabel_van(cat)
    rijen = []
    for cijfer in cijfers:
        maat = maten[cijfer.maat]
        vergelijk = (cijfer.onderdeel, cijfer.groep) in naast
        rijen.append(
            {
                **vars(cijfer),
                "titel": maat.titel,
                "eenheid": maat.eenheid,
                "formule": rapportformule(cat, maat),
                "uit": ", ".join(rapportinvoer(cat, maat, waar)),
                "openbaar": maat.openbaar if vergelijk else None,
                "anders": maat.anders if vergelijk else None,
            }
        )
    return pd.DataFrame(rijen)


def _naast_elkaar(indicatoren: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    kolommen = {
        "kwetsbare_bewoners": ["K_begin", "K_eind", "dK", "inwoners_eind"],
        "overlast_onveiligheid": ["V_begin", "V_eind", "dP"],
        "signaal": ["signaal_absoluut"],
        "corporatiewoningen": ["corporatie_eind"],
        "domeinmaten": ["aandeel_lvb_eind"],
    }
    delen = [indicatoren[naam].set_index("regiocode")[namen] for naam, namen in kolommen.items()]
    return pd.concat(delen, axis=1).rename(columns={"aandeel_lvb_eind": "lvb"})


def _bezitsklasse(aandeel: pd.Series, cat: Catalogus) -> pd.Series:
    """The label of the class of the layer `corporatiebezit`."""
    laag = cat.kaartlagen["corporatiebezit"]
    klasse = klasse_naar_grenzen(aandeel.to_numpy(), laag.grenzen, laag.op_de_grens or "hoger")
    labels = {code: k.label for code, k in laag.klassen.items()}
    return pd.Series(klasse, index=aandeel.index).map(labels).fillna(cat.geen_meting.label)


def _bezit(alles: pd.DataFrame, cat: Catalogus) -> Iterator[_Cijfer]:
    klassen = [k.label for k in cat.kaartlagen["corporatiebezit"].klassen.values()]
    land = cat.constanten.land_naam
    bekend = int(alles["corporatie_eind"].notna().sum())
    for klasse in (*klassen, cat.geen_meting.label, land):
        deel = alles if klasse == land else alles.loc[alles["bezit"] == klasse]
        aantal = len(deel) if bekend else np.nan
        yield _Cijfer("bezit", klasse, "gebieden", aantal, bekend, len(alles))
        yield from _van_deel("bezit", klasse, deel, cat)


def _van_deel(onderdeel: str, groep: str, deel: pd.DataFrame, cat: Catalogus) -> Iterator[_Cijfer]:
    def cijfer(maat: str, waarde: float, gemeten: pd.Series) -> _Cijfer:
        return _Cijfer(onderdeel, groep, maat, float(waarde), int(gemeten.sum()), len(deel))

    inwoners, klasse = deel["inwoners_eind"], deel["signaal_absoluut"]
    bekend = inwoners.notna()
    yield cijfer("bewoners", _som(inwoners, bekend, bekend), bekend)
    for maat in _GEMIDDELDEN:
        telt = deel[maat].notna() & (inwoners > 0)
        gemiddelde = np.nan
        if telt.any():
            gemiddelde = np.average(deel.loc[telt, maat], weights=inwoners[telt])
        yield cijfer(maat, gemiddelde, telt)
    yield from _zwak(onderdeel, groep, deel, cat)
    gemeten = klasse.notna()
    for nummer in cat.kaartlagen["signaal_absoluut"].klassen:
        yield cijfer(f"signaal_{nummer}", _aantal(klasse == nummer, gemeten), gemeten)


def _zwak(onderdeel: str, groep: str, deel: pd.DataFrame, cat: Catalogus) -> Iterator[_Cijfer]:
    """Areas of weak resilience, and who lives there."""
    inwoners, gemeten = deel["inwoners_eind"], deel["signaal_absoluut"].notna()
    zwak = deel["signaal_absoluut"].isin(cat.constanten.zwakke_klassen)
    beide = gemeten & inwoners.notna()
    for maat, waarde, telt in (
        ("gebieden_zwak", _aantal(zwak, gemeten), gemeten),
        ("bewoners_zwak", _som(inwoners, zwak, beide), beide),
    ):
        yield _Cijfer(onderdeel, groep, maat, waarde, int(telt.sum()), len(deel))


def _aantal(welke: pd.Series, gemeten: pd.Series) -> float:
    """How many; nothing where none is measured."""
    return float(welke.sum()) if gemeten.any() else np.nan


def _som(cijfers: pd.Series, welke: pd.Series, gemeten: pd.Series) -> float:
    """Sum over some of the areas; nothing where none is measured, or none of those has a figure."""
    eigen = cijfers[welke]
    if not gemeten.any() or (len(eigen) and eigen.isna().all()):
        return np.nan
    return float(eigen.sum())


def _land(alles: pd.DataFrame, cat: Catalogus) -> Iterator[_Cijfer]:
    gemeente = pd.Series(gemeente_van(alles.index), index=alles.index)
    inwoners = alles["inwoners_eind"]
    met_dK, met_dP = alles["dK"].notna(), alles["dP"].notna()
    stijgt = (alles["dK"] > 0) & (alles["dP"] > 0)
    daalt = alles["dK"] < 0
    gemeten = alles["signaal_absoluut"].notna()
    zwak = alles["signaal_absoluut"].isin(cat.constanten.zwakke_klassen)
    beide, alle = met_dK & met_dP, len(alles)
    samen = beide & inwoners.notna()

    def gemeenten(welke: pd.Series, telt: pd.Series) -> float:
        return float(gemeente[welke].nunique()) if telt.any() else np.nan

    ook = daalt & (alles["dP"] < 0)
    for maat, waarde, telt, van in (
        ("bewoners_beide", _som(inwoners, stijgt, samen), samen, alle),
        ("gemeenten_beide", gemeenten(stijgt, beide), beide, alle),
        ("gemeenten_zwak", gemeenten(zwak, gemeten), gemeten, alle),
        ("gemeenten", gemeenten(gemeten, gemeten), gemeten, alle),
        ("K_daalt", _deel(daalt.sum(), met_dK.sum()), met_dK, alle),
        ("P_daalt_ook", _deel(ook.sum(), (daalt & met_dP).sum()), daalt & met_dP, daalt.sum()),
    ):
        yield _Cijfer("land", cat.constanten.land_naam, maat, waarde, int(telt.sum()), int(van))


def _deel(teller: float, noemer: float) -> float:
    return 100.0 * teller / noemer if noemer else float("nan")


def _gemeenten(alles: pd.DataFrame, cat: Catalogus) -> Iterator[_Cijfer]:
    """Gemeenten with any area of weak resilience."""
    for gemeente, deel in alles.groupby(gemeente_van(alles.index)):
        if deel["signaal_absoluut"].isin(cat.constanten.zwakke_klassen).any():
            yield from _zwak("gemeenten", str(gemeente), deel, cat)


def _spreiding(alles: pd.DataFrame, percentielen: list[int]) -> Iterator[_Cijfer]:
    """Differences between areas at both ends, over the same areas: do they grow?"""
    for naam in ("K", "V"):
        samen = alles.dropna(subset=[f"{naam}_begin", f"{naam}_eind"])
        for kant in ("begin", "eind"):
            waarde = samen[f"{naam}_{kant}"]
            groep, telt = f"{naam} {kant}", (len(samen), len(alles))
            _, sd = gewogen_spreiding(waarde, samen["inwoners_eind"])
            met_gewicht = int((samen["inwoners_eind"] > 0).sum())
            yield _Cijfer("spreiding", groep, "spreiding_sd", sd, met_gewicht, len(alles))
            delen = np.percentile(waarde, percentielen) if telt[0] else [np.nan] * len(percentielen)
            for nummer, grens in zip(percentielen, delen, strict=True):
                yield _Cijfer("spreiding", groep, f"p{nummer}", float(grens), *telt)
