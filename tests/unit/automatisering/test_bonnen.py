"""A receipt of any area in the UI, by its name; what is no area is refused in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import geopandas as gpd
import pytest

from tests.werk import instance_van, kopieer
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.werkmap import Werkmap


@pytest.fixture
def vraag(gebouwd: tuple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask the job for a receipt; gives the run and the instance."""
    werkmap: Werkmap = kopieer(gebouwd[0], tmp_path / "werk")
    with instance_van(werkmap, monkeypatch) as instance:
        job = build_defs(werkmap).resolve_job_def("bon")

        def doe(**config: Any) -> tuple[dg.ExecuteInProcessResult, dg.DagsterInstance]:
            opties = {"ops": {"maak_bon": {"config": config}}}
            run = job.execute_in_process(instance=instance, run_config=opties, raise_on_error=False)
            return run, instance

        doe.werkmap = werkmap  # type: ignore[attr-defined]
        yield doe


def test_of_an_area_by_its_name_and_of_what_is_none(vraag: Any) -> None:
    laag = gpd.read_parquet(vraag.werkmap.uitgaven / "2014-2020/actueel/focus.parquet")
    gebied = laag.loc[~laag["buurtnaam"].duplicated(keep=False)].iloc[0]
    run, instance = vraag(gebied=gebied["buurtnaam"].upper(), cijfer="focus")
    assert run.success
    record = instance.fetch_observations(dg.AssetKey("focus"), limit=1).records[0]
    bon = str(record.asset_observation.metadata["bon"].value)
    assert f"({gebied['buurtcode']}) · focus · 2014-2020 · uitgave " in bon
    assert record.partition_key == "2014-2020"

    for config, gezegd in (
        ({"gebied": "Nergenshuizen"}, "nergenshuizen"),
        ({"gebied": gebied["buurtcode"], "cijfer": "niets"}, "niets"),
        ({"gebied": gebied["buurtcode"], "editie": "2014"}, "kies uit 2014-2020"),
    ):
        mis, _ = vraag(**config)
        assert not mis.success
        melding = str(mis.failure_data_for_node("maak_bon").user_failure_data.description)
        assert gezegd in melding.lower()
