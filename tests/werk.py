"""Work folders for tests: the instance of one, and a small country for its sources."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import geopandas as gpd
import pyogrio
import pytest
import shapely

from veerkracht_dagster.herbouw.herbouwen import herbouw
from veerkracht_dagster.herbouw.resultaat import Resultaat
from veerkracht_dagster.voorbeeldland import Grootte, maak_land, schrijf_bronnen
from veerkracht_dagster.werkmap import Werkmap

DAGSTER_YAML = Path(__file__).parents[1] / "dagster.yaml"
# The smallest country there is, and the years without which an edition would stand on nothing:
# every year more costs a rebuild and shows nothing new.
GROOTTE, JAREN = Grootte(gemeenten=4, buurten=48), (2014, 2018, 2020, 2022, 2024)
MET_HOOGTE = 2020


@contextmanager
def instance_van(werkmap: Werkmap, patch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The instance of a work folder, with the project's own dagster.yaml."""
    thuis = werkmap.pad / "dagster_home"
    thuis.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DAGSTER_YAML, thuis / "dagster.yaml")
    patch.setenv("DAGSTER_HOME", str(thuis))
    with dg.DagsterInstance.get() as instance:
        yield instance


def rijen(metadata: dg.MetadataValue) -> list[dict[str, Any]]:
    """The rows of a table in the metadata of an asset or check."""
    assert isinstance(metadata, dg.TableMetadataValue), metadata
    namen = [kolom.name for kolom in metadata.schema.columns]
    return [{naam: rij.data[naam] for naam in namen} for rij in metadata.records]


def schrijf_voorbeeld(werkmap: Werkmap) -> None:
    """The source files of the small country; the map of one base year has heights, as ArcGIS
    exports them.
    """
    schrijf_bronnen(maak_land(GROOTTE, jaren=JAREN), werkmap.bronnen)
    (kaart,) = (werkmap.bronnen / "cbs_wijkbuurtkaart" / str(MET_HOOGTE)).iterdir()
    lagen = {str(naam): gpd.read_file(kaart, layer=naam) for naam, _ in pyogrio.list_layers(kaart)}
    kaart.unlink()
    for naam, laag in lagen.items():
        laag.set_geometry(shapely.force_3d(laag.geometry, 1.5)).to_file(kaart, layer=naam)


def kopieer(werkmap: Werkmap, naar: Path) -> Werkmap:
    """A work folder of its own, with everything that was made."""
    shutil.copytree(werkmap.pad, naar, symlinks=True)
    return Werkmap.in_map(naar)


def herbouw_in(werkmap: Werkmap, **opties: Any) -> Resultaat:
    """Rebuild in a work folder."""
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        return herbouw(werkmap, instance, **opties)
