"""Stage `kaartlagen`: the nine map layers and focus as assets, each with its picture.

Belongs here: which tables a layer needs, and the picture and counts that the UI shows.
Not here: classes (`veerkracht_dagster/indicatoren/`), drawing (`veerkracht_dagster/kaartlagen/`).
"""

import base64
from collections.abc import Iterator
from typing import Any

import dagster as dg
import geopandas as gpd
import pandas as pd

from assets_defs.afleveren import als_tabel, lever_af
from assets_defs.edities import EDITIESLEUTEL
from assets_defs.kenmerken import tabelkenmerken
from assets_defs.partities import EDITIE_BASISJAAR, EDITIES
from veerkracht_dagster.bonnen.voorbeelden import kies, uitgewerkt
from veerkracht_dagster.catalogus import Editie, Kaartlaag, catalogus
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.kaartlagen.controles import een_klasse
from veerkracht_dagster.kaartlagen.laag import maak_laag
from veerkracht_dagster.kaartlagen.leengrenzen import Tekengrond, getekend, tekengrond
from veerkracht_dagster.kaartlagen.titel import met_groepen
from veerkracht_dagster.werkmap import Werkmap

_GENOEMD = 10  # areas without ground that are called by their code


def _kaartlaag(naam: str) -> dg.AssetsDefinition:
    laag = catalogus().kaartlagen[naam]

    @dg.asset(
        **tabelkenmerken(naam, EDITIESLEUTEL),
        partitions_def=EDITIES,
        ins={
            "gebieden": dg.AssetIn("gebieden", partition_mapping=EDITIE_BASISJAAR),
            **{indicator: dg.AssetIn(indicator) for indicator in laag.indicatoren},
        },
    )
    def kaartlaag(
        context: dg.AssetExecutionContext,
        werkplaats: Werkplaats,
        gebieden: Any,
        **indicatoren: Any,
    ) -> Iterator[Any]:
        cat = catalogus()
        tabellen, feiten, controles = {}, {}, {}
        for partitie in sorted(context.partition_keys):
            editie = cat.edities[partitie]
            basis = gebieden[str(editie.basisjaar)]
            cijfers = {indicator: tabel[partitie] for indicator, tabel in indicatoren.items()}
            tabel = maak_laag(naam, cijfers, basis, editie, cat)
            tabellen[partitie] = tabel
            bonnen = _bonnen(naam, tabel, partitie, werkplaats.werkmap)
            grond = tekengrond(tabel, werkplaats.tabellen, editie.niveau, editie.basisjaar)
            feiten[partitie] = {**_feiten(tabel, grond, laag, editie), "bonnen": bonnen}
            controles[partitie] = [een_klasse(naam, tabel, basis, editie, cat)]
        yield from lever_af(context, naam, tabellen, feiten, controles)

    return kaartlaag


def _bonnen(
    naam: str, tabel: gpd.GeoDataFrame, partitie: str, werkmap: Werkmap
) -> dg.MarkdownMetadataValue:
    """A red, a green and a grey area worked out to the raw text, and the command for any other."""
    laag, cat = catalogus().kaartlagen[naam], catalogus()
    klassen = dict(zip(tabel["regiocode"].tolist(), tabel["klasse"].tolist(), strict=True))
    gekozen = tabel.drop(columns="geometry").set_index("regiocode").loc[kies(laag, klassen, cat)]
    rijen = gekozen.astype(object).where(gekozen.notna(), None).to_dict("index")
    md = uitgewerkt(naam, rijen, partitie, werkmap.tabellen, werkmap.snapshots.map)
    return dg.MetadataValue.md(md)


def _feiten(
    tabel: gpd.GeoDataFrame, grond: Tekengrond, laag: Kaartlaag, editie: Editie
) -> dict[str, Any]:
    # Here, because a plotting library costs half a second of every start of the command.
    from veerkracht_dagster.kaartlagen.afbeelding import teken_kaart

    cat = catalogus()
    if "groepen" in tabel:
        laag = met_groepen(laag, tabel["groepen"].unique().tolist(), editie, cat)
    png = teken_kaart(
        getekend(tabel, grond), laag, cat, editie=editie, grondtekst=grond.uitleg,
        stabiliteit_grens=editie.parameters.stabiliteit_grens,
    )  # fmt: skip
    beeld = base64.b64encode(png).decode()
    return {
        "titel": laag.titel,
        "kaart": dg.MetadataValue.md(f"![{laag.titel}](data:image/png;base64,{beeld})"),
        "klassen": als_tabel(_klassen(tabel, laag)),
        "periode": f"{editie.begin}-{editie.eind} op de gebieden van {editie.basisjaar}",
        "jaren": als_tabel(_telling(tabel["jaren"], "jaren")),
        **_methoden(tabel),
        "geen meting": als_tabel(
            _telling(tabel.loc[tabel["klasse"] == cat.geen_meting.code, "toelichting"], "reden")
        ),
        **_zonder_vlak(tabel),
        **({"getekend op": grond.uitleg} if grond.uitleg else {}),
        "bijsluiter": cat.bijsluiter,
    }


def _zonder_vlak(tabel: gpd.GeoDataFrame) -> dict[str, Any]:
    """How many areas cannot be drawn, and the first of them: they have figures, and no ground."""
    zonder = tabel.loc[tabel.geometry.isna(), "regiocode"]
    if zonder.empty:
        return {}
    return {"gebieden zonder vlak": len(zonder), "zonder vlak": ", ".join(zonder.head(_GENOEMD))}


def _klassen(tabel: pd.DataFrame, laag: Kaartlaag) -> pd.DataFrame:
    geen = catalogus().geen_meting
    regels = [(code, k.label, k.kleur) for code, k in laag.klassen.items()]
    regels.append((geen.code, geen.label, ""))
    uit = pd.DataFrame(regels, columns=["klasse", "label", "kleur"])
    aantal = tabel["klasse"].value_counts()
    telling = {code: int(aantal.get(code, 0)) for code, *_ in regels}
    if telling[geen.code] == len(tabel):  # nothing measured: no number of any class, and not 0
        telling = {geen.code: len(tabel)}
    return uit.assign(gebieden=uit["klasse"].map(telling).astype("Int64"))


def _methoden(tabel: pd.DataFrame) -> dict[str, Any]:
    """How K was made, for the layers that show it."""
    if "methode" not in tabel:
        return {}
    telling = tabel[["methode", "groepen"]].value_counts().rename("gebieden").reset_index()
    return {"methoden": als_tabel(telling)}


def _telling(kolom: pd.Series, naam: str) -> pd.DataFrame:
    return kolom.value_counts().rename_axis(naam).rename("gebieden").reset_index()


kaartlagen = [_kaartlaag(naam) for naam in catalogus().kaartlagen]
