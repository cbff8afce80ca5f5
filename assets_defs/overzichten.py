"""Stage `indicatoren`: what is read off the indicators, as assets: sensitivity and comparison.

Belongs here: which tables each needs, and the small table and plot that the UI shows.
Not here: the method (`veerkracht_dagster/indicatoren/`), drawing (`veerkracht_dagster/rapport/`).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from assets_defs.afleveren import als_tabel, lever_af
from assets_defs.edities import EDITIESLEUTEL
from assets_defs.kenmerken import tabelkenmerken
from assets_defs.partities import EDITIES
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.vorm import in_tabelvorm
from veerkracht_dagster.indicatoren.gevoeligheid import gevoeligheid as bereken_gevoeligheid
from veerkracht_dagster.indicatoren.gevoeligheid import gevoeligheid_klassen as tel_klassen
from veerkracht_dagster.indicatoren.rapport import rapport as bereken_rapport
from veerkracht_dagster.indicatoren.varianten import gevoeligheid_varianten as bereken_varianten
from veerkracht_dagster.indicatoren.vergelijking import vergelijking as vergelijk
from veerkracht_dagster.rapport.bezit import Bezitsrapport
from veerkracht_dagster.rapport.grafiek import Staafdeel, als_adres, gestapeld


@dg.asset(**tabelkenmerken("gevoeligheid", EDITIESLEUTEL), partitions_def=EDITIES)
def gevoeligheid(
    context: dg.AssetExecutionContext,
    kwetsbare_bewoners: Any,
    overlast_onveiligheid: Any,
    domeinmaten: Any,
) -> Iterator[Any]:
    """Per area: where the class flips, how firm the rank is, what each group adds."""
    tabellen, feiten = {}, {}
    for naam in sorted(context.partition_keys):
        tabel = bereken_gevoeligheid(
            kwetsbare_bewoners[naam],
            overlast_onveiligheid[naam],
            domeinmaten[naam],
            catalogus().edities[naam].parameters,
            catalogus(),
        )
        tabellen[naam] = tabel
        speling = tabel["rang_K_laagst"] - tabel["rang_K_hoogst"]
        feiten[naam] = {
            "rangen K": f"binnen de grenzen van K schuift een rang (mediaan) {speling.median():g}"
            f" van {tabel['rang_K'].notna().sum()} plaatsen",
            "omslag tK": als_tabel(_verdeling(tabel, "omslag_tK_absoluut")),
            "omslag tP": als_tabel(_verdeling(tabel, "omslag_tP_absoluut")),
        }
    yield from lever_af(context, "gevoeligheid", tabellen, feiten)


def _verdeling(tabel: pd.DataFrame, kolom: str) -> pd.DataFrame:
    """How near the flipping threshold lies, as quantiles."""
    percentielen = catalogus().constanten.percentielen
    delen = tabel[kolom].quantile([nummer / 100 for nummer in percentielen])
    return pd.DataFrame(
        [[f"{deel:.4g}" for deel in delen]], columns=[f"p{nummer}" for nummer in percentielen]
    )


@dg.asset(**tabelkenmerken("gevoeligheid_klassen", EDITIESLEUTEL), partitions_def=EDITIES)
def gevoeligheid_klassen(
    context: dg.AssetExecutionContext, kwetsbare_bewoners: Any, overlast_onveiligheid: Any
) -> Iterator[Any]:
    """Areas per class for each pair of thresholds."""
    tabellen, feiten = {}, {}
    for naam in sorted(context.partition_keys):
        K, V = kwetsbare_bewoners[naam], overlast_onveiligheid[naam]
        tabel = tel_klassen(K, V, catalogus().edities[naam].parameters, catalogus())
        tabellen[naam] = in_tabelvorm(tabel, "gevoeligheid_klassen")
        absoluut = tabel[tabel["vorm"] == "absoluut"].drop(columns="vorm")
        breed = absoluut.pivot(
            index=["tK_procentpunt", "tP_punt"], columns="klasse", values="gebieden"
        )
        beeld = als_adres(
            gestapeld("Gebieden per signaalklasse, per paar drempels", _staven(breed))
        )
        feiten[naam] = {
            "klassen": als_tabel(breed.reset_index()),
            "grafiek": dg.MetadataValue.md(f"![klassen per paar drempels]({beeld})"),
        }
    yield from lever_af(context, "gevoeligheid_klassen", tabellen, feiten)


def _staven(breed: pd.DataFrame) -> list[tuple[str, list[Staafdeel]]]:
    klassen = catalogus().kaartlagen["signaal_absoluut"].klassen
    return [
        (
            f"tK {tK:g}, tP {tP:g}",
            [
                Staafdeel(f"{code} {k.label}", float(rij[code]), k.kleur)
                for code, k in klassen.items()
            ],
        )
        for (tK, tP), rij in zip(breed.index.tolist(), breed.to_dict("records"), strict=True)
    ]


@dg.asset(**tabelkenmerken("gevoeligheid_varianten", EDITIESLEUTEL), partitions_def=EDITIES)
def gevoeligheid_varianten(
    context: dg.AssetExecutionContext,
    kwetsbare_bewoners: Any,
    overlast_onveiligheid: Any,
    domeinmaten: Any,
) -> Iterator[Any]:
    """K made otherwise: a group left out, or at its bounds."""
    tabellen = {
        naam: in_tabelvorm(
            bereken_varianten(
                kwetsbare_bewoners[naam],
                overlast_onveiligheid[naam],
                domeinmaten[naam],
                catalogus().edities[naam].parameters,
            ),
            "gevoeligheid_varianten",
        )
        for naam in sorted(context.partition_keys)
    }
    feiten = {naam: {"varianten": als_tabel(tabel)} for naam, tabel in tabellen.items()}
    yield from lever_af(context, "gevoeligheid_varianten", tabellen, feiten)


@dg.asset(**tabelkenmerken("vergelijking", EDITIESLEUTEL), partitions_def=EDITIES)
def vergelijking(
    context: dg.AssetExecutionContext, kwetsbare_bewoners: Any, overlast_onveiligheid: Any
) -> Iterator[Any]:
    """How each area stands against its gemeente and the country."""
    cat = catalogus()
    tabellen = {
        naam: in_tabelvorm(
            vergelijk(kwetsbare_bewoners[naam], overlast_onveiligheid[naam], cat), "vergelijking"
        )
        for naam in sorted(context.partition_keys)
    }
    feiten = {
        naam: {
            "meeste K": als_tabel(_bovenste(tabel, "K")),
            "meeste overlast": als_tabel(_bovenste(tabel, "P")),
        }
        for naam, tabel in tabellen.items()
    }
    yield from lever_af(context, "vergelijking", tabellen, feiten)


def _bovenste(tabel: pd.DataFrame, maat: str) -> pd.DataFrame:
    deel = tabel[tabel["maat"] == maat].sort_values(["rang_land", "regiocode"]).head(10)
    return deel[["regiocode", "waarde", "rang_land", "van_land", "rang_gemeente", "van_gemeente"]]


@dg.asset(**tabelkenmerken("rapport", EDITIESLEUTEL), partitions_def=EDITIES)
def rapport(
    context: dg.AssetExecutionContext,
    kwetsbare_bewoners: Any,
    overlast_onveiligheid: Any,
    signaal: Any,
    corporatiewoningen: Any,
    domeinmaten: Any,
) -> Iterator[Any]:
    """The figures of 'Veerkracht in het corporatiebezit'."""
    cat = catalogus()
    tabellen, feiten = {}, {}
    for naam in sorted(context.partition_keys):
        indicatoren = {
            "kwetsbare_bewoners": kwetsbare_bewoners[naam],
            "overlast_onveiligheid": overlast_onveiligheid[naam],
            "signaal": signaal[naam],
            "corporatiewoningen": corporatiewoningen[naam],
            "domeinmaten": domeinmaten[naam],
        }
        tabellen[naam] = in_tabelvorm(bereken_rapport(indicatoren, cat), "rapport")
        bladzijde = Bezitsrapport(tabellen[naam], cat.edities[naam], {}, cat)
        plaatjes = {
            naam: f"![{naam}]({als_adres(svg)})" for naam, svg in bladzijde.plaatjes().items()
        }
        land = tabellen[naam].query("onderdeel == 'land'")
        feiten[naam] = {
            "land": als_tabel(land[["titel", "waarde", "eenheid", "openbaar", "anders"]]),
            "grafieken": dg.MetadataValue.md("\n\n".join(plaatjes.values())),
        }
    yield from lever_af(context, "rapport", tabellen, feiten)
