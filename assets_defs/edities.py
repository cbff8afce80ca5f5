"""What the catalogue says of one edition, and on which areas a year is laid for them, as assets.

An edition is an input as a file is: it has a version of its own, so that another threshold of one
edition makes that edition stale and no other. Code versions leave editions out for that reason
(`veerkracht_dagster/codeversie/`).

Belongs here: the two observable rows of `edities.yml` and their versions.
Not here: partition sets (`partities.py`), what an edition means (`catalogus/models/edities.py`).
"""

import hashlib
import json
from typing import Any

import dagster as dg

from assets_defs.partities import EDITIES, PEILJAREN, bases_van, bases_vanuit
from veerkracht_dagster.catalogus import Catalogus, catalogus

EDITIESLEUTEL = dg.AssetKey(["catalogus", "edities"])
BASESSLEUTEL = dg.AssetKey(["catalogus", "bases"])


def versies_van_edities(cat: Catalogus) -> dict[str, str]:
    """Version of each edition: of its whole row, with the parameters that it takes over."""
    return {naam: _som(editie.model_dump(mode="json")) for naam, editie in cat.edities.items()}


def versies_van_bases() -> dict[str, str]:
    """Version of each peiljaar: of the areas on which its figures, and its areas, are laid."""
    return {
        jaar: _som([sorted(bases_van(int(jaar))), sorted(bases_vanuit(int(jaar)))])
        for jaar in PEILJAREN.get_partition_keys()
    }


def _som(inhoud: Any) -> str:
    return hashlib.sha256(json.dumps(inhoud, sort_keys=True).encode()).hexdigest()


@dg.observable_source_asset(
    key=EDITIESLEUTEL,
    group_name="indicatoren",
    partitions_def=EDITIES,
    description="Wat edities.yml van een editie zegt: periode, gebieden en parameters. Wat daar "
    "verandert maakt die editie verouderd, en geen andere.",
    tags={"stap": "indicatoren", "dagster/kind/yaml": ""},
)
def edities() -> dg.DataVersionsByPartition:
    """The editions of the catalogue."""
    return dg.DataVersionsByPartition(versies_van_edities(catalogus()))


@dg.observable_source_asset(
    key=BASESSLEUTEL,
    group_name="buurttabel",
    partitions_def=PEILJAREN,
    description="Op de gebieden van welke jaren een peiljaar gelegd wordt, volgens de edities.",
    tags={"stap": "buurttabel", "dagster/kind/yaml": ""},
)
def bases() -> dg.DataVersionsByPartition:
    """The areas that the editions ask of each peiljaar."""
    return dg.DataVersionsByPartition(versies_van_bases())
