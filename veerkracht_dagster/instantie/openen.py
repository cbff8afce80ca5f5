"""Opens the Dagster instance of a work folder, and reads back what a run published.

Here: where the instance is, with the project's own settings. Not here: what runs in it.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from veerkracht_dagster.werkmap import InstantieFout, Werkmap

_DAGSTER_YAML = Path(__file__).parents[2] / "dagster.yaml"
_RELEASE = dg.AssetKey("release")
_PAKKET = __name__.partition(".")[0]


def open_instance(werkmap: Werkmap) -> dg.DagsterInstance:
    """The Dagster instance of the work folder; a new one begins with the project's dagster.yaml.

    A `dagster.yaml` that is there is the user's, and is left as it is.

    Raises:
        InstantieFout: it names a class of ours that is not there any more.
    """
    thuis = werkmap.dagster_home
    thuis.mkdir(parents=True, exist_ok=True)
    if _DAGSTER_YAML.is_file() and not (thuis / "dagster.yaml").exists():
        shutil.copyfile(_DAGSTER_YAML, thuis / "dagster.yaml")
    _weiger_wat_weg_is(thuis / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(thuis)
    return dg.DagsterInstance.get()


def _weiger_wat_weg_is(pad: Path) -> None:
    """The file stays when the project changes: a class of ours that it names may be gone."""
    inhoud = yaml.safe_load(pad.read_bytes()) if pad.is_file() else None
    for sleutel, blok in inhoud.items() if isinstance(inhoud, dict) else ():
        module = blok.get("module") if isinstance(blok, dict) else None
        if str(module).startswith(f"{_PAKKET}.") and find_spec(str(module)) is None:
            raise InstantieFout(
                f"{pad}: {sleutel}.module: gevonden {module}, verwacht een module die er is; haal "
                f"`{sleutel}` met wat eronder staat uit dat bestand"
            )


def releases_van_run(werkmap: Werkmap, run_id: str) -> dict[str, str | None]:
    """The marks of the releases that a run made, each with its edition."""
    with open_instance(werkmap) as instance:
        filter_ = dg.DagsterEventType.ASSET_MATERIALIZATION
        uit: dict[str, str | None] = {}
        for verslag in instance.all_logs(run_id, of_type=filter_):
            gebeurtenis: Any = verslag.dagster_event
            feiten = gebeurtenis.step_materialization_data.materialization
            if feiten.asset_key == _RELEASE and "release_id" in feiten.metadata:
                uit[str(feiten.metadata["release_id"].value)] = feiten.partition
        return uit
