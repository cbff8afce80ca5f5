"""Valid tables of an edition from the catalogue alone: sixteen square areas in two gemeenten."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from veerkracht_dagster.catalogus import Catalogus, catalogus, tabellen
from veerkracht_dagster.catalogus.tabellen import Tabel, tabellen_van
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel
from veerkracht_dagster.indicatoren import rapport
from veerkracht_dagster.opslag.warehouse import warehousetabellen
from veerkracht_dagster.publicatie.inhoud import Inhoud, maak_inhoud
from veerkracht_dagster.publicatie.tabellen import publicatietabellen
from veerkracht_dagster.publicatie.uitgave import Uitgave

AANTAL = 16
CAT = catalogus()
INDICATOREN_KLEIN = ("signaal", "corporatiewoningen", "kwetsbare_bewoners", "overlast_onveiligheid")


def codes(niveau: str = "buurt") -> list[str]:
    """BU00010001 … in gemeenten 0001 and 0002 (or WK000101 …), not in order."""
    volgorde = [(n * 5) % AANTAL for n in range(AANTAL)]
    if niveau == "wijk":
        return [f"WK{n % 2 + 1:04d}{n:02d}" for n in volgorde]
    return [f"BU{n % 2 + 1:04d}00{n:02d}" for n in volgorde]


def maak_laag(naam: str, niveau: str = "buurt", *, met_grenzen: bool = True) -> gpd.GeoDataFrame:
    """A layer table in which the classes and -9 take turns."""
    return _laag(naam, niveau, met_grenzen).copy()


@cache
def _laag(naam: str, niveau: str, met_grenzen: bool) -> gpd.GeoDataFrame:
    laag, regios = CAT.kaartlagen[naam], codes(niveau)
    beurt = [*laag.klassen, CAT.geen_meting.code]
    klasse = [beurt[n % len(beurt)] for n in range(AANTAL)]
    gemeten = np.array(klasse) != CAT.geen_meting.code
    tabel = pd.DataFrame(
        {
            "regiocode": regios,
            "regionaam": [f"Gebied {code}" for code in regios],
            "wijkcode": [f"WK{code[2:8]}" for code in regios],
            "gemeentecode": [f"GM{code[2:6]}" for code in regios],
            "gemeentenaam": [f"Gemeente {code[2:6]}" for code in regios],
            "waarde": np.where(gemeten, np.arange(AANTAL) / 3 - 2, np.nan),
            "klasse": np.array(klasse, dtype="int64"),
            "label": [laag.klassen[k].label if k > 0 else CAT.geen_meting.label for k in klasse],
            "kleur": [laag.klassen[k].kleur if k > 0 else None for k in klasse],
            "status": np.where(gemeten, "waargenomen", "ontbreekt"),
            "toelichting": np.where(gemeten, "", "geen meting: V_eind: ontbreekt"),
            "structureel": "onbekend",
            "stabiliteit": np.where(gemeten, np.arange(AANTAL) / AANTAL, np.nan),
            "methode": "schatting",
            "groepen": "uitkering, lvb",
            "niet_gebruikt": "",
            "ondergrens": np.where(gemeten, 1.0, np.nan),
            "bovengrens": np.where(gemeten, 2.0, np.nan),
            "jaren": "begin: cbs 2014; eind: cbs 2020",
        }
    )
    kolommen = [kolom.naam for kolom in tabellen()[naam].kolommen if kolom.naam != "geometry"]
    vlakken = [shapely.box(n % 4, n // 4, n % 4 + 1, n // 4 + 1) for n in range(AANTAL)]
    verplaatst = shapely.transform(np.array(vlakken), lambda xy: xy * 100 + [155_000, 463_000])
    geometrie = verplaatst if met_grenzen else [None] * AANTAL
    soorten = {"tekst": "str", "heel": "int64", "getal": "float64"}
    soort = {k: soorten[tabellen()[naam].kolom(k).type] for k in kolommen}
    return gpd.GeoDataFrame(
        tabel[kolommen].astype(soort), geometry=gpd.GeoSeries(geometrie, crs="EPSG:28992")
    )


def maak_tabel(tabel: Tabel) -> pd.DataFrame:
    """An indicator table or buurttabel: every figure observed, but the last area's missing."""
    return _tabel(tabel).copy()


@cache
def _tabel(tabel: Tabel) -> pd.DataFrame:
    uit: dict[str, object] = {}
    for kolom in tabel.kolommen:
        if kolom.naam == "regiocode":
            uit[kolom.naam] = pd.Series(codes(), dtype="str")
        elif kolom.naam.endswith("__status"):
            status = ["waargenomen"] * (AANTAL - 1) + ["onderdrukt"]
            uit[kolom.naam] = pd.Series(status, dtype="str")
        elif kolom.type == "getal":
            uit[kolom.naam] = np.append(np.arange(AANTAL - 1) / 7, np.nan)
        elif kolom.type == "heel":
            uit[kolom.naam] = np.full(AANTAL, 2020)
        else:
            uit[kolom.naam] = pd.Series(["tekst"] * AANTAL, dtype="str")
    return pd.DataFrame(uit)


# Two layers and a few columns: to publish often in a short time.
KLEIN = CAT.model_copy(
    update={
        "kaartlagen": {naam: CAT.kaartlagen[naam] for naam in ("focus", "corporatiebezit")},
        "indicatoren": {naam: CAT.indicatoren[naam] for naam in INDICATOREN_KLEIN},
        "overzichten": {"gevoeligheid_klassen": CAT.overzichten["gevoeligheid_klassen"]},
        "kolommen": {naam: CAT.kolommen[naam] for naam in ("inwoners", "onv")},
    }
)


_TABELLEN = {id(cat): tabellen_van(cat) for cat in (CAT, KLEIN)}


def maak_uitgave(
    sleutel: str = "2014-2020", *, met_grenzen: bool = True, cat: Catalogus = CAT
) -> Uitgave:
    """Everything of an edition that can be published."""
    editie = cat.edities[sleutel]
    tabellen = _TABELLEN[id(cat)]
    return Uitgave(
        sleutel=sleutel,
        editie=editie,
        herrekening=lambda inhoud: (),  # these figures are made of nothing
        lagen={
            naam: maak_laag(naam, editie.niveau, met_grenzen=met_grenzen) for naam in cat.kaartlagen
        },
        indicatoren={naam: maak_tabel(tabellen[naam]) for naam in cat.indicatoren},
        overzichten=_overzichten(cat, tabellen),
        buurttabellen={jaar: maak_tabel(tabellen["buurttabel"]) for jaar in (2014, 2020)},
        kaarten=[{"bron": "cbs_kerncijfers", "sha256": "ab" * 32, "opgehaald": "2024-01-01"}],
        controles=[{"controle": "een_klasse", "geslaagd": True}],
        versies={"code": "1"},
    )


def _overzichten(cat: Catalogus, tabellen: dict[str, Tabel]) -> dict[str, pd.DataFrame]:
    """Any rows, but for the report, whose page is made of what its rows say."""
    uit = {naam: maak_tabel(tabellen[naam]) for naam in cat.overzichten}
    if "rapport" in uit:
        indicatoren = {naam: maak_tabel(tabellen[naam]) for naam in cat.indicatoren}
        uit["rapport"] = in_tabelvorm(rapport(indicatoren, cat), "rapport")
        uit["scan"] = lege_tabel("scan")  # no corporation asks for one
    return uit


_WAREHOUSE = {id(cat): warehousetabellen(publicatietabellen(cat)) for cat in (CAT, KLEIN)}


def inhoud_van(uitgave: Uitgave, cat: Catalogus = CAT) -> Inhoud:
    """The tables of an edition as they are published."""
    return maak_inhoud(uitgave, _WAREHOUSE[id(cat)], cat)
