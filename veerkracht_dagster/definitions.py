"""The wiring: one function that makes the Dagster definitions for the UI, the CLI and tests.

Here: which assets, jobs, resources and automation make up the code location.
Not here: any of their bodies.
"""

from __future__ import annotations

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
from veerkracht_dagster.automatisering.bonnen import bon
from veerkracht_dagster.automatisering.roosters import PEILJARENJOB, roosters
from veerkracht_dagster.automatisering.sensoren import sensoren
from veerkracht_dagster.automatisering.taken import bijwerken, herinnering
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


def build_defs(werkmap: Werkmap | None = None, **overrides: Any) -> dg.Definitions:
    """The definitions on a work folder (default: from the environment).

    overrides: arguments of `dg.Definitions` to replace, such as `resources`.
    """
    werkmap = werkmap or Werkmap.uit_omgeving()
    jobs = {stap: _job(stap) for stap in STAPPEN}
    onderdelen: dict[str, Any] = {
        # With a link to its function in the editor, on the page of every asset.
        "assets": dg.with_source_code_references(dg.load_assets_from_modules(_MODULES)),
        "asset_checks": assets_defs.bronnen.leeftijden,
        "jobs": [*jobs.values(), bijwerken, herinnering, bon, PEILJARENJOB],
        "sensors": sensoren(jobs["bronnen"]),
        "schedules": roosters(jobs["bronnen"]),
        "resources": {
            "werkplaats": Werkplaats.van(werkmap),
            "io_manager": TabelIOManager(UPath(werkmap.tabellen)),
        },
        # One machine: a step in the same process costs 0.1 s, one in a new process 4 s.
        "executor": dg.in_process_executor,
    }
    return dg.Definitions(**(onderdelen | overrides))


def job_van(stap: str) -> str:
    """Name of the job that makes all tables of a stage; not the stage's own, which an asset has."""
    return f"stap_{stap}"


def _job(stap: str) -> dg.UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        job_van(stap),
        selection=dg.AssetSelection.groups(stap).materializable(),
        description=f"Alle tabellen van de stap {stap}.",
    )


defs = build_defs()
