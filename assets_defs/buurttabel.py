"""Stage `buurttabel`: areas, crosswalks and the harmonised table as assets.

Belongs here: which tables each needs, and what the UI shows of them.
Not here: the sums (`veerkracht_dagster/buurttabel/`).
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import geopandas as gpd
import pandas as pd

from assets_defs.afleveren import als_tabel, lever_af
from assets_defs.edities import BASESSLEUTEL
from assets_defs.kenmerken import tabelkenmerken
from assets_defs.partities import (
    BUURTTABEL_GEBIEDEN,
    BUURTTABEL_OMZETTING,
    OMZETTING_GEBIEDEN,
    PEILJAREN,
    bases_van,
    bases_vanuit,
    tot_de_bases,
)
from veerkracht_dagster.buurttabel.adrescontroles import (
    controleer_adressen,
    controleer_plaatsen,
)
from veerkracht_dagster.buurttabel.controles import controleer_buurttabel
from veerkracht_dagster.buurttabel.gebieden import GEBIEDSKOLOMMEN, maak_gebieden
from veerkracht_dagster.buurttabel.gebiedscontroles import controleer_gebieden
from veerkracht_dagster.buurttabel.herkomst import (
    bestanden_van_buurttabel,
    bestanden_van_gebieden,
    bestanden_van_omzetting,
)
from veerkracht_dagster.buurttabel.indeling import Indelingen
from veerkracht_dagster.buurttabel.kaartje import teken_kaartje
from veerkracht_dagster.buurttabel.maatcontroles import (
    controleer_tellingen,
    controleer_vierkanten,
)
from veerkracht_dagster.buurttabel.omzetting import maak_omzettingen
from veerkracht_dagster.buurttabel.overzicht import (
    SOORTEN,
    eigen_niveau,
    minste_dekking,
    wijzigingen,
)
from veerkracht_dagster.buurttabel.tabel import Verslag, Wegen, maak_buurttabel
from veerkracht_dagster.buurttabel.wegcontroles import (
    controleer_omzetting,
    controleer_plek,
    controleer_wijzigingen,
)
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.instantie.io_manager import KOLOMMEN
from veerkracht_dagster.sporen.afkomst import (
    Afkomst,
    Tabellen,
    grondslag_onder,
    leveringen_achter,
    per_basis,
)

_REGELS = catalogus().omzetting


@dg.asset(
    **tabelkenmerken("gebieden"),
    partitions_def=PEILJAREN,
    ins={
        "cbs_buurtgrenzen": dg.AssetIn("cbs_buurtgrenzen"),
        **{
            bron: dg.AssetIn(bron, metadata={KOLOMMEN: list(GEBIEDSKOLOMMEN)})
            for bron in ("cbs_kerncijfers", "leefbaarometer")
        },
    },
)
def gebieden(context: dg.AssetExecutionContext, **bronnen: Any) -> Iterator[Any]:
    """The areas of each peiljaar."""
    tabellen = {
        jaar: maak_gebieden(
            bronnen["cbs_buurtgrenzen"][jaar],
            bronnen["cbs_kerncijfers"][jaar],
            bronnen["leefbaarometer"][jaar],
            int(jaar),
        )
        for jaar in sorted(context.partition_keys)
    }
    van = {jaar: {b: alle.afkomst[jaar] for b, alle in bronnen.items()} for jaar in tabellen}
    afkomst = {
        jaar: Afkomst(
            bestanden=per_basis(bestanden_van_gebieden(tabel, van[jaar])),
            leveringen=leveringen_achter({b: alle[jaar] for b, alle in bronnen.items()}, van[jaar]),
        )
        for jaar, tabel in tabellen.items()
    }
    feiten = {
        jaar: {"herkomst": als_tabel(_telling(tabel, ["niveau", "herkomst"]))}
        for jaar, tabel in tabellen.items()
    }
    controles = {
        jaar: [
            controleer_gebieden(
                bronnen["cbs_buurtgrenzen"][jaar],
                bronnen["cbs_kerncijfers"][jaar],
                int(jaar),
                van[jaar],
            )
        ]
        for jaar in tabellen
    }
    yield from lever_af(context, "gebieden", Tabellen(tabellen, afkomst), feiten, controles)


@dg.asset(
    **tabelkenmerken("buurt_omzetting", BASESSLEUTEL),
    partitions_def=PEILJAREN,
    ins={
        naam: dg.AssetIn(naam, partition_mapping=OMZETTING_GEBIEDEN)
        for naam in ("gebieden", "cbs_adressen", "cbs_vierkanten")
    },
)
def buurt_omzetting(
    context: dg.AssetExecutionContext, gebieden: Any, cbs_adressen: Any, cbs_vierkanten: Any
) -> Iterator[Any]:
    """The crosswalks from each peiljaar to the base years."""
    adressen = {int(j): bestand for j, bestand in cbs_adressen.items()}
    indelingen = Indelingen(
        {int(j): tabel for j, tabel in gebieden.items()},
        adressen,
        {int(j): bestand for j, bestand in cbs_vierkanten.items()},
    )
    tabellen, plaatsen = {}, {}
    for jaar in sorted(context.partition_keys):
        tabel = maak_omzettingen(int(jaar), bases_vanuit(int(jaar)), indelingen, _REGELS)
        tabellen[jaar] = tabel
        # Now, while the addresses of these years are in memory.
        plaatsen[jaar] = controleer_plaatsen(tabel, int(jaar), indelingen)
    punten = {"cbs_adressen": cbs_adressen, "cbs_vierkanten": cbs_vierkanten}
    afkomst = {}
    for jaar, tabel in tabellen.items():
        bases = sorted({str(basis) for _, basis in bases_vanuit(int(jaar))})
        bestanden = bestanden_van_omzetting(
            jaar, tabel, bases, gebieden.afkomst, cbs_adressen.afkomst, cbs_vierkanten.afkomst
        )
        grondslag = grondslag_onder(map(str, tot_de_bases(int(jaar))), gebieden, punten)
        afkomst[jaar] = Afkomst(bestanden=per_basis(bestanden), grondslag=grondslag)
    veranderd = {jaar: _wijzigingen(tabel) for jaar, tabel in tabellen.items()}
    feiten = {
        jaar: {
            "wegen": als_tabel(_telling(tabel, ["niveau", "basis", "methode"]), 60),
            **_vierkanten(indelingen, int(jaar)),
            **_welke(veranderd[jaar]),
        }
        for jaar, tabel in tabellen.items()
    }
    controles = {
        jaar: [
            controleer_omzetting(tabel, int(jaar), indelingen, _REGELS),
            controleer_adressen(int(jaar), {b for _, b in bases_vanuit(int(jaar))}, adressen),
            plaatsen[jaar],
            controleer_plek(int(jaar), bases_vanuit(int(jaar)), indelingen),
            controleer_wijzigingen(tabel, veranderd[jaar], _REGELS),
        ]
        for jaar, tabel in tabellen.items()
    }
    yield from lever_af(context, "buurt_omzetting", Tabellen(tabellen, afkomst), feiten, controles)


@dg.asset(
    **tabelkenmerken("buurttabel", BASESSLEUTEL),
    partitions_def=PEILJAREN,
    ins={
        "buurt_omzetting": dg.AssetIn("buurt_omzetting", partition_mapping=BUURTTABEL_OMZETTING),
        "gebieden": dg.AssetIn(
            "gebieden",
            partition_mapping=BUURTTABEL_GEBIEDEN,
            metadata={KOLOMMEN: ["niveau", "regiocode", "geometry"]},
        ),
        **{bron: dg.AssetIn(bron) for bron in catalogus().gebiedsbronnen},
    },
)
def buurttabel(
    context: dg.AssetExecutionContext, buurt_omzetting: Any, gebieden: Any, **bronnen: Any
) -> Iterator[Any]:
    """The harmonised table of each peiljaar."""
    cat = catalogus()
    wegen = Wegen(
        {int(j): t for j, t in buurt_omzetting.items()}, {int(j): t for j, t in gebieden.items()}
    )
    tabellen, afkomst, feiten, controles = {}, {}, {}, {}
    for jaar in sorted(context.partition_keys):
        van_dit_jaar = {bron: tabel[jaar] for bron, tabel in bronnen.items()}
        tabel, verslagen = maak_buurttabel(
            van_dit_jaar, wegen, bases_van(int(jaar)), _REGELS.minimum_dekking, cat
        )
        van = {bron: alle.afkomst[jaar] for bron, alle in bronnen.items()}
        bestanden = bestanden_van_buurttabel(
            van, verslagen, buurt_omzetting.afkomst, gebieden.afkomst
        )
        afkomst[jaar] = Afkomst(
            bestanden=per_basis(bestanden), leveringen=leveringen_achter(van_dit_jaar, van)
        )
        tabellen[jaar] = tabel
        feiten[jaar] = {
            "bronnen": als_tabel(_verslag(verslagen), 60),
            **_dekking(tabel, gebieden),
        }
        controles[jaar] = [
            *controleer_buurttabel(tabel, verslagen, van_dit_jaar, cat, van),
            controleer_tellingen(tabel, cat, van),
            controleer_vierkanten(
                wegen.omzettingen[int(jaar)], van_dit_jaar["cbs_kerncijfers"], int(jaar), cat
            ),
        ]
    yield from lever_af(context, "buurttabel", Tabellen(tabellen, afkomst), feiten, controles)


def _vierkanten(indelingen: Indelingen, jaar: int) -> dict[str, Any]:
    """Of the squares that were looked at: how many, and how many tell nothing."""
    gelezen = indelingen.vierkanten_gelezen.get(jaar)
    if gelezen is None or gelezen.empty:
        return {}
    zonder = int(gelezen["inwoners"].isna().sum())
    return {"vierkanten": f"{len(gelezen)} gelezen, waarvan {zonder} zonder cijfer: die wegen niet"}


def _wijzigingen(omzetting: pd.DataFrame) -> pd.DataFrame:
    """What became of the areas, per niveau and base."""
    delen = [
        wijzigingen(deel, _REGELS).assign(niveau=str(niveau), basis=str(basis))
        for (niveau, basis), deel in eigen_niveau(omzetting).groupby(["niveau", "basis"])
    ]
    return pd.concat(delen) if delen else pd.DataFrame()


def _welke(alle: pd.DataFrame) -> dict[str, Any]:
    """How many areas changed and how, and which."""
    if alle.empty:
        return {}
    telling = alle.pivot_table(
        index=["niveau", "basis"], columns="soort", values="gebieden", aggfunc="sum", fill_value=0
    )
    telling = telling.reindex(columns=[soort for soort in SOORTEN if soort in telling])
    welke = alle.loc[alle["van"] != ""].sort_values(
        "soort", key=lambda soort: -soort.map(SOORTEN.index), kind="stable"
    )
    return {
        "wijzigingen": als_tabel(telling.reset_index(), 60),
        "welke gebieden": als_tabel(welke[["niveau", "basis", *welke.columns[:-2]]], 200),
    }


def _dekking(tabel: pd.DataFrame, gebieden: Mapping[str, gpd.GeoDataFrame]) -> dict[str, Any]:
    """Per base the areas with the least coverage, and where they lie."""
    uit: dict[str, Any] = {}
    for (niveau, basis), deel in tabel.groupby(["niveau", "basisjaar"]):
        minste = minste_dekking(deel, catalogus())
        alle = gebieden[str(basis)]
        png = teken_kaartje(alle.loc[alle["niveau"] == niveau], minste["regiocode"])
        naam = f"minste dekking ({niveau} {basis})"
        uit[naam] = als_tabel(minste) if len(minste) else "Elk gebied is geheel gedekt."
        if png is not None and len(minste):
            beeld = f"![rood: minste dekking](data:image/png;base64,{b64encode(png).decode()})"
            uit[f"kaart van de {naam}"] = dg.MetadataValue.md(beeld)
    return uit


def _telling(tabel: pd.DataFrame, kolommen: list[str]) -> pd.DataFrame:
    return tabel.groupby(kolommen).size().rename("aantal").reset_index()


def _verslag(verslagen: list[Verslag]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "bron": v.bron,
                "niveau": v.niveau,
                "van": v.gebiedsjaar,
                "naar": v.basisjaar,
                "gebieden": v.gebieden,
                "zonder weg": len(v.zonder_weg),
                "zoals": ", ".join(v.zonder_weg[:3]),
                "kwijt": _zonder_weg(v),
            }
            for v in verslagen
        ],
        columns=["bron", "niveau", "van", "naar", "gebieden", "zonder weg", "zoals", "kwijt"],
    )


def _zonder_weg(verslag: Verslag) -> str:
    """The first count of the source that areas without a road had: what is lost with them."""
    kwijt = [b for b in verslag.behoud if b.zonder_weg]
    return f"{kwijt[0].kolom}: {kwijt[0].zonder_weg:.0f} van {kwijt[0].bron:.0f}" if kwijt else ""
