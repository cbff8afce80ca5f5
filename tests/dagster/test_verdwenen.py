"""A share that is not mounted takes no release away: real rebuilds, by hand and by a job."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable

import pytest

from tests.werk import instance_van
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.werkmap import Werkmap

REDEN = "de levering is teruggetrokken"


def _releases(werkmap: Werkmap) -> dict[str, dict]:
    paden = {naam: werkmap.uitgaven / naam / "actueel/release.json" for naam in catalogus().edities}
    return {naam: json.loads(pad.read_text()) for naam, pad in paden.items()}


def test_an_empty_source_folder_is_refused_and_a_delivery_taken_back_is_told(
    kopie: Callable,
) -> None:
    werkmap, herbouw = kopie()
    eerst = _releases(werkmap)
    opzij = werkmap.pad / "opzij"
    shutil.move(werkmap.bronnen, opzij)
    werkmap.bronnen.mkdir()
    mis = herbouw()
    assert _releases(werkmap) == eerst
    assert set(mis.edities.values()) == {"niet bijgewerkt"}
    gezegd = "\n".join(mis.regels())
    assert "geen enkel gebied" in gezegd
    assert "een schijf die niet gekoppeld is" in gezegd

    # --- the share is back, but for one delivery: the job of the UI refuses it too
    werkmap.bronnen.rmdir()
    shutil.move(opzij, werkmap.bronnen)
    shutil.rmtree(werkmap.bronnen / "levering" / "woonzorgwijzer")
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        job = build_defs(werkmap).resolve_job_def("bijwerken")
        run = job.execute_in_process(instance=instance, raise_on_error=False)
        assert not run.success
        assert "woonzorgwijzer" in str(run.failure_data_for_node("breng_bij").user_failure_data)
        assert _releases(werkmap) == eerst
        # --- and publishes it when a person says why
        vraag = {"ops": {"breng_bij": {"config": {"verdwenen": REDEN}}}}
        assert job.execute_in_process(instance=instance, run_config=vraag).success
    nu = _releases(werkmap)
    assert {uitgave["verdwenen"]["reden"] for uitgave in nu.values() if uitgave["verdwenen"]} == {
        REDEN
    }
    assert "bron woonzorgwijzer" in nu["2014-2020"]["verdwenen"]["wat"][0]
    assert nu["2014-2020"]["vorige"] == eerst["2014-2020"]["release_id"]
    assert nu["2014-2020"]["nummer"] == eerst["2014-2020"]["nummer"] + 1
