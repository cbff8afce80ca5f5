"""`veerkracht export`: one gemeente's layers out of a published release.

Here: cutting out. Not here: how a GeoPackage is written (`publicatie/geopackage.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import typer

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.make import make
from veerkracht_dagster.cli.plaatsen import code_van
from veerkracht_dagster.cli.weergave import NIETS_DAAR, fout, toon_json
from veerkracht_dagster.kaartlagen.titel import met_titels
from veerkracht_dagster.publicatie.geopackage import schrijf_geopackage
from veerkracht_dagster.publicatie.publiceren import huidige_release
from veerkracht_dagster.publicatie.stijl import stijlen_van
from veerkracht_dagster.werkmap import Werkmap


def voer_uit(gemeente: str, editie: str, naar: Path, *, als_json: bool) -> None:
    """Run the command."""
    werkmap, cat = Werkmap.uit_omgeving(), catalogus()
    uitgave = huidige_release(werkmap.uitgaven, editie)
    if uitgave is None:
        hoe = make("rebuild", werkmap)
        fout(
            f"edition {editie} is not published in {werkmap.uitgaven}; run `{hoe}`",
            NIETS_DAAR,
        )
    gemeente = code_van(werkmap, editie, gemeente, ["gemeente"])
    actueel = werkmap.uitgaven / editie / "actueel"
    lagen = {naam: _van(gemeente, actueel / f"{naam}.parquet") for naam in cat.kaartlagen}
    if all(laag.empty for laag in lagen.values()):
        eerste = gpd.read_parquet(actueel / f"{next(iter(lagen))}.parquet")
        codes = sorted(eerste["gemeentecode"].unique())
        fout(
            f"gemeente {gemeente} has no areas in {editie}; there are {len(codes)}: "
            f"{', '.join(codes[:12])}{', ...' if len(codes) > 12 else ''}",
            NIETS_DAAR,
        )
    naar.mkdir(parents=True, exist_ok=True)
    doel = naar / f"veerkracht_{editie}_{gemeente}.gpkg"
    opzij = doel.with_name(f".{doel.name}")
    opzij.unlink(missing_ok=True)
    groepen = {naam: laag["groepen"].unique() for naam, laag in lagen.items() if "groepen" in laag}
    cat = met_titels(cat, groepen, cat.edities[editie])
    stijlen = stijlen_van(cat, cat.edities[editie])
    schrijf_geopackage(opzij, lagen, cat, f"{uitgave.eind}-12-31T00:00:00.000Z", stijlen)
    os.replace(opzij, doel)
    rijen = len(next(iter(lagen.values())))
    if als_json:
        toon_json({"bestand": str(doel), "gebieden": rijen, "lagen": list(lagen),
                   "release_id": uitgave.release_id})  # fmt: skip
    else:
        typer.echo(f"{doel}: {len(lagen)} layers of {rijen} areas, release {uitgave.release_id}")


def _van(gemeente: str, pad: Path) -> gpd.GeoDataFrame:
    laag = gpd.read_parquet(pad)
    return laag.loc[laag["gemeentecode"] == gemeente].reset_index(drop=True)
