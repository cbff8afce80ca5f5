"""`veerkracht status --gebied`: what the layers of every release say of one place.

Here: finding its areas and showing them. Not here: names (`plaatsen.py`), how a figure came about
(`trace.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.make import make
from veerkracht_dagster.cli.plaatsen import code_van
from veerkracht_dagster.cli.weergave import NIETS_DAAR, fout, toon_json, toon_tabel
from veerkracht_dagster.publicatie.publiceren import ACTUEEL, huidige_release
from veerkracht_dagster.werkmap import Werkmap

_VELDEN = ["waarde", "label", "toelichting"]


def voer_uit(gebied: str, editie: str | None, *, als_json: bool) -> None:
    """Run the command."""
    werkmap, cat = Werkmap.uit_omgeving(), catalogus()
    gepubliceerd = [
        naam
        for naam in ([editie] if editie else cat.edities)
        if huidige_release(werkmap.uitgaven, naam) is not None
    ]
    if not gepubliceerd:
        hoe = make("rebuild", werkmap)
        fout(
            f"nothing is published in {werkmap.uitgaven}; run `{hoe}`",
            NIETS_DAAR,
        )
    code = code_van(werkmap, gepubliceerd[0], gebied)
    rijen = [
        {"editie": naam, **rij}
        for naam in gepubliceerd
        for rij in _rijen(werkmap.uitgaven / naam / ACTUEEL, cat.edities[naam].niveau, code)
    ]
    if not rijen:
        fout(f"{code} is in no release of {', '.join(gepubliceerd)}", NIETS_DAAR)
    if als_json:
        toon_json({"gebied": code, "lagen": rijen})
        return
    tabel = Table(title=f"{code} · {rijen[0]['naam']}", title_justify="left")
    for kop in ("editie", "gebied", "kaartlaag", "klasse", "waarde", "waarom geen meting"):
        tabel.add_column(kop)
    for rij in rijen:
        waarde = "" if rij["waarde"] is None else f"{rij['waarde']:.4g} {rij['eenheid']}"
        tabel.add_row(
            rij["editie"], f"{rij['naam']} ({rij['code']})", rij["kaartlaag"], rij["label"], waarde,
            rij["toelichting"] or "",
        )  # fmt: skip
    toon_tabel(Console(highlight=False), tabel)


def _rijen(map_release: Path, niveau: str, code: str) -> Iterator[dict[str, Any]]:
    """Per layer the area itself, or those that lie in a wijk or gemeente."""
    begin = code[2:]
    for naam, laag in catalogus().kaartlagen.items():
        sleutel, noem = f"{niveau}code", f"{niveau}naam"
        tabel = pq.read_table(map_release / f"{naam}.parquet", columns=[sleutel, noem, *_VELDEN])
        hier = pc.starts_with(pc.utf8_slice_codeunits(tabel[sleutel], 2), begin)
        for rij in tabel.filter(hier).to_pylist():
            yield {
                "code": rij[sleutel], "naam": rij[noem], "kaartlaag": naam,
                "eenheid": laag.eenheid, **{veld: rij[veld] for veld in _VELDEN},
            }  # fmt: skip
