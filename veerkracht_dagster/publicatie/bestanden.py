"""The files of a release: GeoPackage, GeoParquet per layer, buurttabel as Parquet and CSV, styles.

Here: which columns a file holds and how it is written. Not here: when it becomes public
(`publiceren.py`), or whether it is right (`audit.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from veerkracht_dagster.catalogus.models import Catalogus, Editie, Niveau
from veerkracht_dagster.publicatie import stijl
from veerkracht_dagster.publicatie.geopackage import schrijf_geopackage

STIJLMAP = "stijlen"
# A spreadsheet takes a text that begins so for a formula, and runs it.
_FORMULE = r"^[=+\-@\t\r]"


def geopackage_naam(editie: str) -> str:
    """File name of an edition's GeoPackage."""
    return f"veerkracht_{editie}.gpkg"


def uitgavelaag(laag: gpd.GeoDataFrame, niveau: Niveau) -> gpd.GeoDataFrame:
    """A layer table under the names of the release files, sorted by area code.

    `regiocode, regionaam` become `buurtcode, buurtnaam` (or `wijkcode, wijknaam`, and then the
    column that said the wijk of an area goes, being the same).
    """
    if niveau == "wijk":
        laag = laag.drop(columns="wijkcode")
    namen = {"regiocode": f"{niveau}code", "regionaam": f"{niveau}naam"}
    uit = laag.rename(columns=namen).sort_values(namen["regiocode"], ignore_index=True)
    # An empty text in a table is an absent one in a file: one way to say that nothing is there.
    teksten = [str(kolom) for kolom, soort in uit.dtypes.items() if soort == "str"]
    uit[teksten] = uit[teksten].replace("", np.nan)
    return uit


def schrijf_bestanden(
    doel: Path,
    sleutel: str,
    editie: Editie,
    lagen: Mapping[str, gpd.GeoDataFrame],
    buurttabellen: Mapping[int, pd.DataFrame],
    cat: Catalogus,
) -> list[Path]:
    """Write all files of an edition into an empty folder; returns their paths, sorted.

    Args:
        lagen: layer tables by key, as the stage `kaartlagen` made them.
        buurttabellen: the harmonised table per peiljaar.
    """
    uit = {naam: uitgavelaag(lagen[naam], editie.niveau) for naam in lagen}
    moment = f"{editie.eind}-12-31T00:00:00.000Z"
    schrijf_geopackage(doel / geopackage_naam(sleutel), uit, cat, moment)
    for naam, laag in uit.items():
        laag.to_parquet(doel / f"{naam}.parquet", index=False, compression="zstd")
    for jaar, tabel in buurttabellen.items():
        arrow = pa.Table.from_pandas(tabel, preserve_index=False)
        tabel.to_parquet(doel / f"buurttabel_{jaar}.parquet", index=False, compression="zstd")
        schrijf_csv(doel / f"buurttabel_{jaar}.csv", arrow)
    _schrijf_stijlen(doel / STIJLMAP, list(lagen), cat)
    return sorted(pad for pad in doel.rglob("*") if pad.is_file())


def schrijf_csv(pad: Path, tabel: pa.Table) -> None:
    """CSV in UTF-8, comma between and point within; numbers to the last bit, empty is empty."""
    veilig = pa.table({naam: _zonder_formule(tabel.column(naam)) for naam in tabel.column_names})
    csv.write_csv(veilig, pad, csv.WriteOptions(quoting_style="needed"))


def _zonder_formule(kolom: pa.ChunkedArray) -> pa.ChunkedArray:
    if not (pa.types.is_string(kolom.type) or pa.types.is_large_string(kolom.type)):
        return kolom
    gevaarlijk = pc.match_substring_regex(kolom, _FORMULE)
    aanhaling = pa.scalar("'", type=kolom.type)
    leeg = pa.scalar("", type=kolom.type)
    return pc.if_else(gevaarlijk, pc.binary_join_element_wise(aanhaling, kolom, leeg), kolom)


def _schrijf_stijlen(doel: Path, namen: list[str], cat: Catalogus) -> None:
    doel.mkdir()
    for naam in namen:
        laag = cat.kaartlagen[naam]
        (doel / f"{naam}.qml").write_text(stijl.qml(laag, cat), encoding="utf-8")
        (doel / f"{naam}.sld").write_text(stijl.sld(naam, laag, cat), encoding="utf-8")
