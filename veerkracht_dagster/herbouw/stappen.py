"""The stages as Dagster makes them: their assets, a job for each, and what these need.

Here: all that a rebuild runs on. Not here: what starts runs by itself (`automatisering/`), the code
location with both (`definitions.py`), the bodies of assets (`assets_defs/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from upath import UPath

import assets_defs.bronnen
import assets_defs.buurttabel
import assets_defs.edities
import assets_defs.indicatoren
import assets_defs.kaartlagen
import assets_defs.overzichten
import assets_defs.publicatie
import assets_defs.scan
from assets_defs.partities import EDITIES, PEILJAREN
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.io_manager import TabelIOManager
from veerkracht_dagster.werkmap import Werkmap

STAPPEN = {
    "bronnen": PEILJAREN,
    "buurttabel": PEILJAREN,
    "indicatoren": EDITIES,
    "kaartlagen": EDITIES,
    "publicatie": EDITIES,
}
_MODULES = [
    assets_defs.bronnen,
    assets_defs.edities,
    assets_defs.buurttabel,
    assets_defs.indicatoren,
    assets_defs.overzichten,
    assets_defs.scan,
    assets_defs.kaartlagen,
    assets_defs.publicatie,
]


def onderdelen(
    werkmap: Werkmap, jobs: Mapping[str, dg.UnresolvedAssetJobDefinition]
) -> dict[str, Any]:
    """Arguments of `dg.Definitions` on a work folder; jobs: by stage."""
    return {
        # With a link to its function in the editor, on the page of every asset.
        "assets": dg.with_source_code_references(dg.load_assets_from_modules(_MODULES)),
        "asset_checks": assets_defs.bronnen.leeftijden,
        "jobs": [*jobs.values()],
        "resources": {
            "werkplaats": Werkplaats.van(werkmap),
            "io_manager": TabelIOManager(UPath(werkmap.tabellen)),
        },
        # One machine: a step in the same process costs 0.1 s, one in a new process 4 s.
        "executor": dg.in_process_executor,
    }


def stapdefs(werkmap: Werkmap, **overrides: Any) -> dg.Definitions:
    """The definitions of the stages alone, on a work folder.

    overrides: arguments of `dg.Definitions` to replace, such as `resources`.
    """
    return dg.Definitions(**(onderdelen(werkmap, stapjobs()) | overrides))


def stapjobs() -> dict[str, dg.UnresolvedAssetJobDefinition]:
    """The job of every stage."""
    return {stap: _job(stap) for stap in STAPPEN}


def job_van(stap: str) -> str:
    """Name of the job that makes all tables of a stage; not the stage's own, which an asset has."""
    return f"stap_{stap}"


def _job(stap: str) -> dg.UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        job_van(stap),
        selection=dg.AssetSelection.groups(stap).materializable(),
        description=f"Alle tabellen van de stap {stap}.",
    )
