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
from veerkracht_dagster.indicatoren.klassen import klasse_naar_grenzen
from veerkracht_dagster.indicatoren.relatief import gemeente_van, gewogen_spreiding

_GEMIDDELDEN = ("K_begin", "K_eind", "dK", "V_begin", "V_eind", "dP", "lvb")


@dataclass(frozen=True)
class _Cijfer:
    onderdeel: str
    groep: str
    maat: str
    waarde: float
    gebieden: int


def rapport(indicatoren: Mapping[str, pd.DataFrame], cat: Catalogus) -> pd.DataFrame:
    """The table `rapport` of an edition.

    Args:
        indicatoren: tables `kwetsbare_bewoners`, `overlast_onveiligheid`, `signaal`,
            `corporatiewoningen` and `domeinmaten`, by name.

    An area whose corporation share is not known stands in its own class, and in the country. A
    figure that cannot be made (no area has it) is there without a value. Public figures stand
    beside those of the country and of the class with most corporation dwellings.
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
    for klasse in (*klassen, cat.geen_meting.label, land):
        deel = alles if klasse == land else alles.loc[alles["bezit"] == klasse]
        yield from _van_deel("bezit", klasse, deel, cat)


def _van_deel(onderdeel: str, groep: str, deel: pd.DataFrame, cat: Catalogus) -> Iterator[_Cijfer]:
    def cijfer(maat: str, waarde: float, gebieden: int) -> _Cijfer:
        return _Cijfer(onderdeel, groep, maat, float(waarde), gebieden)

    cijfers = {naam: deel[naam].to_numpy() for naam in (*_GEMIDDELDEN, "inwoners_eind")}
    klasse, inwoners = deel["signaal_absoluut"].to_numpy(), cijfers["inwoners_eind"]
    zwak, gemeten = np.isin(klasse, cat.constanten.zwakke_klassen), int((~np.isnan(klasse)).sum())
    yield cijfer("gebieden", len(deel), len(deel))
    yield cijfer("bewoners", np.nansum(inwoners), int((~np.isnan(inwoners)).sum()))
    for maat in _GEMIDDELDEN:
        telt = ~np.isnan(cijfers[maat]) & (inwoners > 0)
        gemiddelde = np.nan
        if telt.any():
            gemiddelde = np.average(cijfers[maat][telt], weights=inwoners[telt])
        yield cijfer(maat, gemiddelde, int(telt.sum()))
    yield cijfer("gebieden_zwak", zwak.sum(), gemeten)
    yield cijfer("bewoners_zwak", np.nansum(inwoners[zwak]), gemeten)
    for nummer in cat.kaartlagen["signaal_absoluut"].klassen:
        yield cijfer(f"signaal_{nummer}", (klasse == nummer).sum(), gemeten)


def _land(alles: pd.DataFrame, cat: Catalogus) -> Iterator[_Cijfer]:
    gemeente = pd.Series(gemeente_van(alles.index), index=alles.index)
    beide = alles["dK"].notna() & alles["dP"].notna()
    stijgt = (alles["dK"] > 0) & (alles["dP"] > 0)
    daalt = alles["dK"] < 0
    gemeten = alles["signaal_absoluut"].notna()
    zwak = alles["signaal_absoluut"].isin(cat.constanten.zwakke_klassen)
    met_dP = daalt & alles["dP"].notna()
    for maat, waarde, gebieden in (
        ("bewoners_beide", alles.loc[stijgt, "inwoners_eind"].sum(), beide.sum()),
        ("gemeenten_beide", gemeente[stijgt].nunique(), beide.sum()),
        ("gemeenten_zwak", gemeente[zwak].nunique(), gemeten.sum()),
        ("gemeenten", gemeente[gemeten].nunique(), gemeten.sum()),
        ("K_daalt", _deel(daalt.sum(), alles["dK"].notna().sum()), alles["dK"].notna().sum()),
        ("P_daalt_ook", _deel((daalt & (alles["dP"] < 0)).sum(), met_dP.sum()), met_dP.sum()),
    ):
        yield _Cijfer("land", cat.constanten.land_naam, maat, float(waarde), int(gebieden))


def _deel(teller: float, noemer: float) -> float:
    return 100.0 * teller / noemer if noemer else float("nan")


def _gemeenten(alles: pd.DataFrame, cat: Catalogus) -> Iterator[_Cijfer]:
    """Gemeenten with any area of weak resilience."""
    zwak = alles.loc[alles["signaal_absoluut"].isin(cat.constanten.zwakke_klassen)]
    for gemeente, deel in zwak.groupby(gemeente_van(zwak.index)):
        for maat, waarde in (
            ("gebieden_zwak", len(deel)),
            ("bewoners_zwak", deel["inwoners_eind"].sum()),
        ):
            yield _Cijfer("gemeenten", str(gemeente), maat, float(waarde), len(deel))


def _spreiding(alles: pd.DataFrame, percentielen: list[int]) -> Iterator[_Cijfer]:
    """Differences between areas at both ends, over the same areas: do they grow?"""
    for naam in ("K", "V"):
        samen = alles.dropna(subset=[f"{naam}_begin", f"{naam}_eind"])
        for kant in ("begin", "eind"):
            waarde = samen[f"{naam}_{kant}"]
            groep, aantal = f"{naam} {kant}", len(samen)
            _, sd = gewogen_spreiding(waarde, samen["inwoners_eind"])
            yield _Cijfer("spreiding", groep, "spreiding_sd", sd, aantal)
            delen = np.percentile(waarde, percentielen) if aantal else [np.nan] * len(percentielen)
            for nummer, grens in zip(percentielen, delen, strict=True):
                yield _Cijfer("spreiding", groep, f"p{nummer}", float(grens), aantal)
