"""The files of a release: GeoPackage, GeoParquet per layer, tables as Parquet and CSV, styles.

Here: which columns a file holds and how it is written. Not here: when it becomes public
(`publiceren.py`), or whether it is right (`audit.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from veerkracht_dagster.catalogus.models import Catalogus, Niveau
from veerkracht_dagster.kaartlagen.titel import met_titels
from veerkracht_dagster.publicatie.geopackage import schrijf_geopackage
from veerkracht_dagster.publicatie.geoparquet import geo_metadata
from veerkracht_dagster.publicatie.inhoud import VLAK, Inhoud, Laaginhoud
from veerkracht_dagster.publicatie.rapporten import schrijf_rapport
from veerkracht_dagster.publicatie.stijl import Stijl, stijlen_van
from veerkracht_dagster.publicatie.uitgave import Uitgave
from veerkracht_dagster.rapport.aanloop import stempel_van
from veerkracht_dagster.rapport.scan import schrijf_scans
from veerkracht_dagster.tweede.uitgegeven import CATALOGUSBESTAND, catalogus_als_json

STIJLMAP, TABELMAP, RAPPORTMAP, SCANMAP = "stijlen", "tabellen", "rapport", "scan"
# A spreadsheet takes a text that begins so for a formula, and runs it.
_FORMULE = r"^[=+\-@\t\r]"


def geopackage_naam(editie: str) -> str:
    """File name of an edition's GeoPackage."""
    return f"veerkracht_{editie}.gpkg"


def uitgavelaag(laag: Laaginhoud, niveau: Niveau) -> pa.Table:
    """A layer under the names of the release files, with its geometry.

    `regiocode, regionaam` become `buurtcode, buurtnaam` (or `wijkcode, wijknaam`, and then the
    column that said the wijk of an area goes, being the same).
    """
    tabel = laag.cijfers.append_column(VLAK, laag.vlakken)
    if niveau == "wijk":
        tabel = tabel.drop_columns("wijkcode")
    namen = {"regiocode": f"{niveau}code", "regionaam": f"{niveau}naam"}
    return tabel.rename_columns([namen.get(naam, naam) for naam in tabel.column_names])


def schrijf_bestanden(
    doel: Path,
    uitgave: Uitgave,
    inhoud: Inhoud,
    cat: Catalogus,
    release_id: str,
    gemaakt: datetime,
) -> list[Path]:
    """Write all files of an edition into an empty folder; returns their paths, sorted.

    Args:
        release_id, gemaakt: of the release that they are of, for the pages that people read.
    """
    editie = uitgave.editie
    lagen = {naam: uitgavelaag(laag, editie.niveau) for naam, laag in inhoud.lagen.items()}
    groepen = {
        naam: laag["groepen"].unique().to_pylist()
        for naam, laag in lagen.items()
        if "groepen" in laag.column_names
    }
    met_titel = met_titels(cat, groepen, editie)
    stijlen = stijlen_van(met_titel, editie)
    moment = f"{editie.eind}-12-31T00:00:00.000Z"
    schrijf_geopackage(doel / geopackage_naam(uitgave.sleutel), lagen, met_titel, moment, stijlen)
    metadata = geo_metadata(inhoud.vlakken)
    for naam, laag in lagen.items():
        schrijf_parquet(doel / f"{naam}.parquet", laag.replace_schema_metadata(metadata))
    for jaar, tabel in inhoud.buurttabellen.items():
        schrijf_parquet(doel / f"buurttabel_{jaar}.parquet", tabel)
        schrijf_csv(doel / f"buurttabel_{jaar}.csv", tabel)
    (doel / CATALOGUSBESTAND).write_text(catalogus_als_json(cat), encoding="utf-8")
    (doel / TABELMAP).mkdir()
    for naam, tabel in losse_tabellen(inhoud).items():
        schrijf_parquet(doel / TABELMAP / f"{naam}.parquet", tabel)
    _schrijf_stijlen(doel / STIJLMAP, stijlen)
    stempel = stempel_van(release_id, uitgave.leveringen, gemaakt.date())
    if "rapport" in uitgave.overzichten:
        (doel / RAPPORTMAP).mkdir()
        schrijf_rapport(doel / RAPPORTMAP, uitgave, met_titel, stempel)
    if len(uitgave.overzichten.get("scan", ())):
        (doel / SCANMAP).mkdir()
        laag, onder = next(iter(uitgave.lagen.values())), stempel.regels(cat)
        schrijf_scans(doel / SCANMAP, uitgave.overzichten["scan"], laag, editie, cat, onder)
    return sorted(pad for pad in doel.rglob("*") if pad.is_file())


def losse_tabellen(inhoud: Inhoud) -> dict[str, pa.Table]:
    """The tables without geometry with their own file: indicators, overviews, crosswalk,
    wijken and gemeenten."""
    eigen = {**inhoud.indicatoren, **inhoud.overzichten, **inhoud.optellingen}
    return {**eigen, "buurt_omzetting": inhoud.omzetting}


def schrijf_parquet(pad: Path, tabel: pa.Table) -> None:
    """Parquet with zstd; figures hardly repeat, so only texts get a dictionary."""
    teksten = [veld.name for veld in tabel.schema if pa.types.is_large_string(veld.type)]
    pq.write_table(tabel, pad, compression="zstd", use_dictionary=teksten)


def lees_parquet(pad: Path) -> pa.Table:
    """The table in a Parquet file."""
    with pq.ParquetFile(pad) as bestand:
        return bestand.read()


def schrijf_csv(pad: Path, tabel: pa.Table) -> None:
    """CSV in UTF-8, comma between and point within; numbers to the last bit, empty is empty."""
    csv.write_csv(csv_tabel(tabel), pad, csv.WriteOptions(quoting_style="needed"))


def lees_csv(pad: Path, schema: pa.Schema) -> pa.Table:
    """The table in a CSV file of `schrijf_csv`; an empty text is a text, and empty is empty."""
    opties = csv.ConvertOptions(
        column_types=schema,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    return csv.read_csv(pad, convert_options=opties)


def csv_tabel(tabel: pa.Table) -> pa.Table:
    """The table as it goes into a CSV file: texts that a spreadsheet would run are quoted."""
    for plaats, naam in enumerate(tabel.column_names):
        kolom = tabel.column(plaats)
        if not pa.types.is_large_string(kolom.type):
            continue
        gevaarlijk = pc.match_substring_regex(kolom, _FORMULE)
        if pc.any(gevaarlijk).as_py():
            leeg, aanhaling = pa.scalar("", kolom.type), pa.scalar("'", kolom.type)
            met = pc.binary_join_element_wise(aanhaling, kolom, leeg)
            tabel = tabel.set_column(plaats, naam, pc.if_else(gevaarlijk, met, kolom))
    return tabel


def _schrijf_stijlen(doel: Path, stijlen: Mapping[str, Stijl]) -> None:
    doel.mkdir()
    for naam, stijl in stijlen.items():
        (doel / f"{naam}.qml").write_text(stijl.qml, encoding="utf-8")
        (doel / f"{naam}.sld").write_text(stijl.sld, encoding="utf-8")
