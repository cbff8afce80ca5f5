"""`veerkracht kaart`: a picture of one layer of a published release, as large as is asked.

Here: which areas, and where it goes. Not here: drawing (`kaartlagen/afbeelding.py`).
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import typer

from veerkracht_dagster.catalogus import Editie, catalogus
from veerkracht_dagster.cli.make import make
from veerkracht_dagster.cli.plaatsen import code_van
from veerkracht_dagster.cli.weergave import NIETS_DAAR, fout, toon_json
from veerkracht_dagster.kaartlagen.leengrenzen import getekend, tekengrond
from veerkracht_dagster.kaartlagen.titel import met_groepen
from veerkracht_dagster.publicatie.publiceren import huidige_release
from veerkracht_dagster.publicatie.wijzer import ACTUEEL
from veerkracht_dagster.werkmap import Werkmap


def voer_uit(
    laag: str, editie: str, naar: Path, *, gemeente: str | None, breedte: int, als_json: bool
) -> None:
    """Run the command."""
    # Here, because a plotting library costs half a second of every start of the command.
    from veerkracht_dagster.kaartlagen.afbeelding import teken_kaart

    werkmap, cat = Werkmap.uit_omgeving(), catalogus()
    uitgave, kenmerken = huidige_release(werkmap.uitgaven, editie), cat.edities[editie]
    if uitgave is None:
        hoe = make("rebuild", werkmap)
        fout(
            f"edition {editie} is not published in {werkmap.uitgaven}; run `{hoe}`",
            NIETS_DAAR,
        )
    tabel = _laag(werkmap.uitgaven / editie / ACTUEEL / f"{laag}.parquet", kenmerken)
    beschreven = cat.kaartlagen[laag]
    if "groepen" in tabel:  # the title is of the whole edition, also where part of it is drawn
        beschreven = met_groepen(beschreven, tabel["groepen"].unique().tolist(), kenmerken, cat)
    if gemeente is not None:
        gemeente = code_van(werkmap, editie, gemeente, ["gemeente"])
        tabel = tabel.loc[tabel["gemeentecode"].eq(gemeente)].reset_index(drop=True)
        if tabel.empty:
            fout(f"gemeente {gemeente} has no areas in {editie}", NIETS_DAAR)
    grond = tekengrond(tabel, werkmap.tabellen, kenmerken.niveau, kenmerken.basisjaar)
    png = teken_kaart(
        getekend(tabel, grond), beschreven, cat, breedte_px=breedte, grondtekst=grond.uitleg,
        editie=kenmerken, stabiliteit_grens=kenmerken.parameters.stabiliteit_grens,
    )  # fmt: skip
    naar.mkdir(parents=True, exist_ok=True)
    doel = naar / f"{laag}_{editie}{f'_{gemeente}' if gemeente else ''}.png"
    doel.write_bytes(png)
    if als_json:
        toon_json({"bestand": str(doel), "gebieden": len(tabel), "release_id": uitgave.release_id})
    else:
        typer.echo(f"{doel}: {len(tabel)} areas, release {uitgave.release_id}")


def _laag(pad: Path, editie: Editie) -> gpd.GeoDataFrame:
    """A published layer under the pipeline's names."""
    namen = {f"{editie.niveau}code": "regiocode", f"{editie.niveau}naam": "regionaam"}
    return gpd.read_parquet(pad).rename(columns=namen)
