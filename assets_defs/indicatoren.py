"""Stage `indicatoren`: the indicator tables of an edition as assets.

Belongs here: which tables each needs. Not here: the method (`veerkracht_dagster/indicatoren/`).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets_defs.afleveren import als_tabel, lever_af
from assets_defs.edities import EDITIESLEUTEL
from assets_defs.kenmerken import tabelkenmerken
from assets_defs.partities import EDITIE_PEILJAREN, EDITIES
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.cijfers import buurtkolommen
from veerkracht_dagster.catalogus.tabellen.tabel import cel
from veerkracht_dagster.indicatoren.controles import (
    RUIS_K,
    RUIS_V,
    grenzen,
    hogere_drempel,
    relatief_nul,
    zonder_ruis,
)
from veerkracht_dagster.indicatoren.corporatie import corporatiewoningen as bereken_corporatie
from veerkracht_dagster.indicatoren.domeinmaten import domeinmaten as bereken_domeinmaten
from veerkracht_dagster.indicatoren.jaren import Edittabel, maak_edittabel
from veerkracht_dagster.indicatoren.kwetsbaar import bereik_van_groepen
from veerkracht_dagster.indicatoren.kwetsbaar import kwetsbare_bewoners as bereken_kwetsbaar
from veerkracht_dagster.indicatoren.overlast import overlast_onveiligheid as bereken_overlast
from veerkracht_dagster.indicatoren.signaal import signaal as bereken_signaal
from veerkracht_dagster.instantie.io_manager import KOLOMMEN


def _buurttabel(indicator: str) -> dict[str, dg.AssetIn]:
    """The buurttabel as input, with only the columns that the catalogue says it reads."""
    nodig = {*buurtkolommen(catalogus(), indicator), "inwoners"}
    sleutels = ["niveau", "basisjaar", "regiocode"]
    cellen = [
        deel.naam
        for kolom in nodig
        for deel in cel(kolom, catalogus().kolommen[kolom], (), omgezet=True)
    ]
    kolommen = [*sleutels, *cellen]
    return {
        "buurttabel": dg.AssetIn(
            "buurttabel",
            partition_mapping=EDITIE_PEILJAREN,
            metadata={KOLOMMEN: sorted(kolommen)},
        )
    }


def _edittabellen(context: dg.AssetExecutionContext, buurttabel: Any) -> dict[str, Edittabel]:
    """Per edition in this run, the harmonised tables of the years it may use."""
    edities = {naam: catalogus().edities[naam] for naam in sorted(context.partition_keys)}
    return {
        naam: maak_edittabel(
            editie,
            {j: buurttabel[str(j)] for j in editie.peiljaren if str(j) in buurttabel},
            catalogus(),
        )
        for naam, editie in edities.items()
    }


def _feiten(tabellen: dict[str, Any]) -> dict[str, Any]:
    """The years, method and groups really used, as the UI shows them."""
    kolommen = ("methode", "groepen", "jaren_begin", "jaren_eind", "niet_gebruikt")
    return {
        editie: {
            kolom: ", ".join(f"{waarde or 'geen'} ({aantal})" for waarde, aantal in telling.items())
            for kolom in kolommen
            if kolom in tabel
            for telling in [tabel[kolom].value_counts()]
        }
        for editie, tabel in tabellen.items()
    }


@dg.asset(
    **tabelkenmerken("kwetsbare_bewoners", EDITIESLEUTEL),
    partitions_def=EDITIES,
    ins=_buurttabel("kwetsbare_bewoners"),
)
def kwetsbare_bewoners(context: dg.AssetExecutionContext, buurttabel: Any) -> Iterator[Any]:
    """K, its bounds and its change."""
    edities = _edittabellen(context, buurttabel)
    tabellen = {naam: bereken_kwetsbaar(tabel, catalogus()) for naam, tabel in edities.items()}
    feiten = _feiten(tabellen)
    for naam, tabel in edities.items():
        feiten[naam]["bereik van groepen"] = als_tabel(bereik_van_groepen(tabel, catalogus()))
    controles = {
        naam: [
            grenzen(tabel),
            zonder_ruis(tabel, RUIS_K),
            relatief_nul("dK_relatief", tabel, tabel.set_index("regiocode")["inwoners_eind"]),
        ]
        for naam, tabel in tabellen.items()
    }
    yield from lever_af(context, "kwetsbare_bewoners", tabellen, feiten, controles)


@dg.asset(
    **tabelkenmerken("overlast_onveiligheid", EDITIESLEUTEL),
    partitions_def=EDITIES,
    ins=_buurttabel("overlast_onveiligheid"),
)
def overlast_onveiligheid(context: dg.AssetExecutionContext, buurttabel: Any) -> Iterator[Any]:
    """V and its change."""
    tabellen, controles = {}, {}
    for naam, tabel in _edittabellen(context, buurttabel).items():
        tabellen[naam] = bereken_overlast(tabel)
        inwoners = tabel.cellen_rond(["inwoners"], tabel.editie.eind)["inwoners"].waarde
        controles[naam] = [
            relatief_nul("dP_relatief", tabellen[naam], inwoners),
            zonder_ruis(tabellen[naam], RUIS_V),
        ]
    yield from lever_af(context, "overlast_onveiligheid", tabellen, _feiten(tabellen), controles)


@dg.asset(
    **tabelkenmerken("corporatiewoningen", EDITIESLEUTEL),
    partitions_def=EDITIES,
    ins=_buurttabel("corporatiewoningen"),
)
def corporatiewoningen(context: dg.AssetExecutionContext, buurttabel: Any) -> Iterator[Any]:
    """Corporatiebezit."""
    tabellen = {
        naam: bereken_corporatie(tabel)
        for naam, tabel in _edittabellen(context, buurttabel).items()
    }
    yield from lever_af(context, "corporatiewoningen", tabellen, _feiten(tabellen))


@dg.asset(
    **tabelkenmerken("domeinmaten", EDITIESLEUTEL),
    partitions_def=EDITIES,
    ins=_buurttabel("domeinmaten"),
)
def domeinmaten(context: dg.AssetExecutionContext, buurttabel: Any) -> Iterator[Any]:
    """Figures beside K and V."""
    tabellen = {
        naam: bereken_domeinmaten(tabel, catalogus())
        for naam, tabel in _edittabellen(context, buurttabel).items()
    }
    yield from lever_af(context, "domeinmaten", tabellen, _feiten(tabellen))


@dg.asset(**tabelkenmerken("signaal", EDITIESLEUTEL), partitions_def=EDITIES)
def signaal(
    context: dg.AssetExecutionContext, kwetsbare_bewoners: Any, overlast_onveiligheid: Any
) -> Iterator[Any]:
    """Signal classes, structureel, stabiliteit and focus."""
    tabellen, controles = {}, {}
    for naam in sorted(context.partition_keys):
        K, V = kwetsbare_bewoners[naam], overlast_onveiligheid[naam]
        parameters = catalogus().edities[naam].parameters
        tabellen[naam] = bereken_signaal(K, V, parameters)
        controles[naam] = [hogere_drempel(K, V, parameters)]
    yield from lever_af(context, "signaal", tabellen, {}, controles)
