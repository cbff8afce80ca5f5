"""One rebuilt work folder for all Dagster tests; a test that changes something gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from veerkracht_dagster.herbouw import Resultaat, herbouw
from veerkracht_dagster.voorbeeld import Grootte, maak_land, schrijf_bronnen
from veerkracht_dagster.werkmap import Werkmap

DAGSTER_YAML = Path(__file__).parents[2] / "dagster.yaml"


@contextmanager
def instance_van(werkmap: Werkmap, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The instance of a work folder, with the project's own dagster.yaml."""
    thuis = werkmap.pad / "dagster_home"
    thuis.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DAGSTER_YAML, thuis / "dagster.yaml")
    monkeypatch.setenv("DAGSTER_HOME", str(thuis))
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture(scope="session")
def gebouwd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Werkmap, Resultaat]:
    """The whole road once, on a country of 60 buurten; not to be changed."""
    werkmap = Werkmap.in_map(tmp_path_factory.mktemp("werk"))
    schrijf_bronnen(maak_land(Grootte(gemeenten=4, buurten=60)), werkmap.bronnen)
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        return werkmap, herbouw(werkmap, instance)


@pytest.fixture
def kopie(
    gebouwd: tuple[Werkmap, Resultaat], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[Werkmap, Callable[..., Resultaat]]]:
    """A copy of the rebuilt work folder, and how to rebuild in it."""

    def maak() -> tuple[Werkmap, Callable[..., Resultaat]]:
        shutil.copytree(gebouwd[0].pad, tmp_path / "werk", symlinks=True)
        werkmap = Werkmap.in_map(tmp_path / "werk")

        def opnieuw(**opties: object) -> Resultaat:
            with instance_van(werkmap, monkeypatch) as instance:
                return herbouw(werkmap, instance, **opties)  # type: ignore[arg-type]

        return werkmap, opnieuw

    return maak
