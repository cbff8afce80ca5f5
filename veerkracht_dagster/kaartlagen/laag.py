"""One map layer: figure, class, label, colour and geometry per area.

Here: looking up what the catalogue says of a layer and laying it on the areas.
Not here: the class rules (`indicatoren/klassen.py`), the picture (`afbeelding.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from veerkracht_dagster.catalogus import Catalogus, Editie, Kaartlaag
from veerkracht_dagster.catalogus.vorm import eigen_gebieden, in_tabelvorm
from veerkracht_dagster.celstatus import MET_WAARDE, ONTBREEKT, status_van
from veerkracht_dagster.klassegrenzen import klasse_naar_grenzen

ZONDER_INWONERS = "geen inwoners bekend om mee te wegen"
NIET_INFORMATIEF = "niet informatief: te weinig buurten in de gemeente om mee te vergelijken"


def maak_laag(
    naam: str,
    indicatoren: Mapping[str, pd.DataFrame],
    gebieden: gpd.GeoDataFrame,
    editie: Editie,
    cat: Catalogus,
) -> gpd.GeoDataFrame:
    """The table of layer `naam`: one row per area of the edition's base year and niveau.

    Args:
        indicatoren: the indicator tables the layer reads, by name.
        gebieden: table `gebieden` of the base year.
    """
    laag = cat.kaartlagen[naam]
    uit = eigen_gebieden(gebieden, editie).set_index("regiocode").sort_index()
    per_indicator = [
        indicatoren[bron].set_index("regiocode").reindex(uit.index) for bron in laag.indicatoren
    ]
    cijfers = pd.concat(per_indicator, axis=1)
    # A layer of two changes does not inform where one of them does not.
    geen_vergelijk = pd.Series(False, index=uit.index)
    for tabel in per_indicator:
        if "informatief" in tabel:
            geen_vergelijk |= tabel["informatief"].eq("nee")
    cijfers = cijfers.loc[:, ~cijfers.columns.duplicated()]
    waarde, klasse = _waarde_en_klasse(laag, cijfers, editie)
    uit["waarde"] = waarde
    uit["klasse"] = klasse.fillna(cat.geen_meting.code).astype("int64")
    uit["label"] = uit["klasse"].map(
        {code: k.label for code, k in laag.klassen.items()} | {-9: cat.geen_meting.label}
    )
    uit["kleur"] = uit["klasse"].map({code: k.kleur for code, k in laag.klassen.items()})
    uit["status"] = _status(laag, cijfers, klasse)
    gewaarschuwd = geen_vergelijk & laag.relatief
    uit["toelichting"] = _toelichting(laag, cat.grond_van(laag), cijfers, uit, gewaarschuwd, editie)
    for kolom, indicatorkolom in laag.extra.items():
        uit[kolom] = cijfers[indicatorkolom]
    if "structureel" in uit:
        uit["structureel"] = uit["structureel"].fillna("onbekend")
    uit["jaren"] = _jaren(per_indicator, uit.index)
    vorm = in_tabelvorm(uit.reset_index(), naam)
    return gpd.GeoDataFrame(vorm, geometry="geometry", crs=gebieden.crs)


def _waarde_en_klasse(
    laag: Kaartlaag, cijfers: pd.DataFrame, editie: Editie
) -> tuple[pd.Series, pd.Series]:
    waarde = cijfers[laag.waarde]
    if laag.klasse_uit is not None:
        return waarde, cijfers[laag.klasse_uit]
    grenzen = laag.grenzen_bij(editie.parameters)
    assert laag.op_de_grens is not None  # the catalogue's model asks for it beside `grenzen`
    klasse = klasse_naar_grenzen(waarde.to_numpy(dtype="float64"), grenzen, laag.op_de_grens)
    return waarde, pd.Series(klasse, index=cijfers.index)


def _status(laag: Kaartlaag, cijfers: pd.DataFrame, klasse: pd.Series) -> pd.Series:
    """State of the class, which is what the layer shows; an area without figures: missing."""
    bepaald_door = laag.klasse_uit or laag.waarde
    status = cijfers[status_van(bepaald_door)].fillna(ONTBREEKT)
    return status.mask(klasse.isna() & status.isin(MET_WAARDE), ONTBREEKT)


def _toelichting(
    laag: Kaartlaag,
    grond: list[str],
    cijfers: pd.DataFrame,
    uit: pd.DataFrame,
    gewaarschuwd: pd.Series,
    editie: Editie,
) -> pd.Series:
    """Why there is no class, naming the figure that lacks; or what to know when reading it."""
    periode = f"{editie.begin}-{editie.eind}"
    statussen = {k: cijfers[status_van(k)].fillna(ONTBREEKT).tolist() for k in grond}
    teksten = [NIET_INFORMATIEF if nee else "" for nee in gewaarschuwd.tolist()]
    if "groepen" in laag.extra:
        voorbehoud = cijfers["voorbehoud"].fillna("").tolist()
        teksten = ["; ".join(filter(None, paar)) for paar in zip(teksten, voorbehoud, strict=True)]
    for rij, status in enumerate(uit["status"].tolist()):
        if status not in MET_WAARDE:
            mist = [(k, van[rij]) for k, van in statussen.items() if van[rij] not in MET_WAARDE]
            redenen = "; ".join(f"{kolom} {periode}: {waarom}" for kolom, waarom in mist)
            teksten[rij] = f"geen meting: {redenen or ZONDER_INWONERS}"
    return pd.Series(teksten, index=uit.index, dtype="str")


def _jaren(per_indicator: list[pd.DataFrame], gebieden: pd.Index) -> pd.Series:
    """'begin: ...; eind: ...' from the years that the indicator tables really used."""
    regels: list[list[str]] = [[] for _ in gebieden]
    for kant in ("begin", "eind"):
        kolommen = [tabel[f"jaren_{kant}"] for tabel in per_indicator if f"jaren_{kant}" in tabel]
        for regel, *jaren in zip(regels, *(k.fillna("").tolist() for k in kolommen), strict=False):
            if gevuld := [tekst for tekst in jaren if tekst]:
                regel.append(f"{kant}: {', '.join(gevuld)}")
    return pd.Series(["; ".join(regel) for regel in regels], index=gebieden, dtype="str")
