"""Runs side by side in two processes make what one process makes, and fail as it does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from assets_defs.controles import controlesleutels
from tests.werk import instance_van
from veerkracht_dagster.herbouw.uitvoeren import Opdracht, Uitvoerder
from veerkracht_dagster.herbouw.werkers import Werkers, aantal_processen
from veerkracht_dagster.opslag.tabellen import lees_tabel, vingerafdruk
from veerkracht_dagster.werkmap import Werkmap

EDITIE = "2014-2020"


def _afdrukken(werkmap: Werkmap) -> dict[str, str]:
    tabellen = Path(werkmap.tabellen)
    return {
        str(pad.relative_to(tabellen)): vingerafdruk(lees_tabel(pad))
        for pad in sorted(tabellen.rglob("*.parquet"))
        if pad.parent.name != "cbs_adressen"
    }


def test_two_processes_make_the_same_tables_each_once(kopie, monkeypatch):
    werkmap, herbouw = kopie()
    eerst = _afdrukken(werkmap)
    # As the command sets it: the events of many partitions are stored together.
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "100")
    with Werkers(werkmap, 2) as werkers:
        resultaat = herbouw(editie=EDITIE, alles=True, werkers=werkers)
    assert _afdrukken(werkmap) == eerst
    for asset, partities in resultaat.berekend.items():
        assert Counter(partities).most_common(1)[0][1] == 1, asset
    assert resultaat.berekend["release"] == [EDITIE]
    assert len(set(resultaat.runs)) == len(resultaat.runs) > 5, "no stage was divided"
    with instance_van(werkmap, monkeypatch) as instance:
        for sleutel in controlesleutels():
            controle = instance.get_latest_asset_check_evaluation_record(sleutel)
            gemaakt = instance.get_latest_materialization_event(sleutel.asset_key)
            # The UI shows a check beside a table only if both are of one run.
            assert controle.run_id == gemaakt.run_id, sleutel
    assert not herbouw().berekend, "what two processes made is stale at once"


def test_what_fails_in_the_other_process_is_told(kopie, monkeypatch):
    werkmap, _ = kopie()
    bestand = next(werkmap.bronnen.rglob("*2024*.gpkg"))
    bestand.write_bytes(b"<html>")
    opdrachten = [
        Opdracht("bronnen", ("cbs_buurtgrenzen",), (jaar,), "toets") for jaar in ("2014", "2024")
    ]
    with instance_van(werkmap, monkeypatch) as instance, Werkers(werkmap, 2) as werkers:
        hier = Uitvoerder(werkmap, instance)
        goed, fout = werkers.doe(opdrachten, hier, instance)
        runs = [instance.get_run_by_id(uitkomst.run_id) for uitkomst in (goed, fout)]
    assert goed.fouten == ()
    assert bestand.name in fout.fouten[0].geweigerd["2024"]
    assert [run.status.value for run in runs] == ["SUCCESS", "FAILURE"]


def test_the_number_of_processes_can_be_given(monkeypatch):
    monkeypatch.setenv("VEERKRACHT_PROCESSEN", "3")
    assert aantal_processen() == 3
    monkeypatch.setenv("VEERKRACHT_PROCESSEN", "veel")
    with pytest.raises(ValueError, match="VEERKRACHT_PROCESSEN=veel"):
        aantal_processen()
