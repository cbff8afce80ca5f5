"""Runs as the UI starts them: a partition, a range, a refusal; and definitions from anywhere."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from dagster._core.definitions.observe import observe
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

import assets_defs.bronnen
from assets_defs.bronnen import leveringsleutel, leveringsversies
from tests.werk import JAREN, instance_van, kopieer, rijen
from veerkracht_dagster.bronnen.ophalen import innemen
from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.celstatus import MET_WAARDE
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.herbouw.stappen import STAPPEN, job_van
from veerkracht_dagster.herbouw.verouderd import neem_waar, verouderde_partities
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.opslag.tabellen import lees_tabel
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
WORTEL = Path(__file__).parents[2]
MICRODATA = dg.AssetKey("cbs_microdata")


@pytest.fixture(scope="module")
def werkmap(gebouwd: tuple, tmp_path_factory: pytest.TempPathFactory) -> Werkmap:
    """A copy for this module; every test leaves the tables as they were."""
    return kopieer(gebouwd[0], tmp_path_factory.mktemp("runs") / "werk")


@pytest.fixture
def instance(werkmap: Werkmap, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    with instance_van(werkmap, monkeypatch) as een:
        yield een


def _draai(
    werkmap: Werkmap, instance: dg.DagsterInstance, stap: str, assets: list[str], **meer: Any
) -> dg.ExecuteInProcessResult:
    return (
        build_defs(werkmap)
        .resolve_job_def(job_van(stap))
        .execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(asset) for asset in assets],
            raise_on_error=False,
            **meer,
        )
    )


def _materialisaties(run: dg.ExecuteInProcessResult) -> dict[tuple[str, str], Any]:
    return {
        (e.asset_key.to_user_string(), e.partition): e.materialization
        for e in run.filter_events(lambda e: e.is_step_materialization)
    }


# --- definitions ----------------------------------------------------------------------------------
def test_definitions_load_from_another_folder_and_are_whole(tmp_path: Path) -> None:
    # As the UI does: in a process of its own, wherever it was started.
    code = (
        "import dagster as dg\n"
        "from veerkracht_dagster.definitions import defs\n"
        "dg.Definitions.validate_loadable(defs)\n"
        "print(len(defs.resolve_asset_graph().get_all_asset_keys()))\n"
    )
    schoon = {k: v for k, v in os.environ.items() if not k.startswith(("VEERKRACHT", "DAGSTER"))}
    uit = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=schoon | {"PYTHONPATH": str(WORTEL)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert uit.returncode == 0, uit.stderr
    # tables, deliveries, what scans ask, two of the catalogue, release, its difference, verouderd
    assert int(uit.stdout) == len(tabellen()) + len(CAT.bronnen) + 6
    assert list(tmp_path.iterdir()) == []  # and loading leaves nothing behind


def test_every_stage_has_a_job_with_all_its_tables() -> None:
    defs = build_defs()
    graaf = defs.resolve_asset_graph()
    for stap in STAPPEN:
        job = defs.resolve_job_def(job_van(stap))
        eigen = graaf.asset_keys_for_group(stap, require_materializable=True)
        assert set(job.asset_layer.executable_asset_keys) == eigen
    assert defs.resolve_job_def("stap_bronnen").partitions_def == assets_defs.bronnen.PEILJAREN


def test_deliveries_show_where_they_come_from() -> None:
    graaf = build_defs().resolve_asset_graph()
    for naam, bron in CAT.bronnen.items():
        knoop = graaf.get(leveringsleutel(naam))
        assert knoop.group_name == "bronnen"
        assert knoop.is_external
        assert bron.uitgever in knoop.description
        assert knoop.metadata["licentie"] == bron.licentie
        assert knoop.metadata["url"].value == bron.url
        plaatsen = knoop.metadata["plaatsen"]
        assert set(plaatsen) == {plaats.patroon for plaats in bron.vindplaatsen}
        assert len(plaatsen) == len(set(plaatsen))


def test_resources_can_be_replaced(tmp_path: Path) -> None:
    werkmap = Werkmap.in_map(tmp_path / "anders")
    defs = build_defs(werkmap)
    assert defs.resources["werkplaats"].werkmap == werkmap


# --- one partition, a range -----------------------------------------------------------------------
def test_one_partition_as_the_ui_starts_it(werkmap: Werkmap, instance: dg.DagsterInstance) -> None:
    run = _draai(werkmap, instance, "bronnen", ["cbs_microdata"], partition_key="2020")
    assert run.success
    (((asset, partitie), materialisatie),) = _materialisaties(run).items()
    assert (asset, partitie) == ("cbs_microdata", "2020")
    # what people look at: files with their cards, rows, states, licence
    metadata = {naam: waarde.value for naam, waarde in materialisatie.metadata.items()}
    namen = [
        Path(kaart["bestandsnaam"]).name for kaart in rijen(materialisatie.metadata["kaarten"])
    ]
    assert "kwetsbare_bewoners.csv" in namen
    assert metadata["dagster/row_count"] > 0
    assert "md_kwetsbaar" in [rij["kolom"] for rij in rijen(materialisatie.metadata["standen"])]
    assert metadata["licentie"] == "uitvoerregels CBS"
    # the same content again: the same data version, so nothing that stands on it is stale
    graaf = build_defs(werkmap).resolve_asset_graph()
    assert verouderde_partities(instance, graaf, [dg.AssetKey("buurttabel")]) == []


def test_the_data_version_of_a_delivery_is_that_of_its_files(
    werkmap: Werkmap, instance: dg.DagsterInstance
) -> None:
    versies = leveringsversies(Werkplaats.van(werkmap), "cbs_microdata").per_jaar
    leeg = {jaar for jaar, versie in versies.items() if versie == "afwezig"}
    assert set(versies) - leeg == {"2014", "2020"}
    for jaar in ("2014", "2015", "2020"):
        record = instance.get_latest_data_version_record(
            leveringsleutel("cbs_microdata"), is_source=True, partition_key=jaar
        )
        tags = record.asset_observation.tags
        assert tags["dagster/data_version"] == versies[jaar]
    assert neem_waar(instance, Werkplaats.van(werkmap)).gewijzigd == []  # nothing new lies there


def test_observing_a_delivery_as_the_ui_does(werkmap: Werkmap) -> None:
    sleutel = leveringsleutel("cbs_microdata")
    assets = [levering for levering in assets_defs.bronnen.leveringen if levering.key == sleutel]
    werkplaats = Werkplaats.van(werkmap)
    with dg.DagsterInstance.ephemeral() as vluchtig:
        uit = observe(assets, instance=vluchtig, resources={"werkplaats": werkplaats})
    gezien = [
        e.event_specific_data.asset_observation
        for e in uit.filter_events(lambda e: e.event_type == dg.DagsterEventType.ASSET_OBSERVATION)
    ]
    assert {w.partition: w.tags["dagster/data_version"] for w in gezien} == leveringsversies(
        werkplaats, "cbs_microdata"
    ).per_jaar


def test_a_range_in_one_run(werkmap: Werkmap, instance: dg.DagsterInstance) -> None:
    tags = {ASSET_PARTITION_RANGE_START_TAG: "2018", ASSET_PARTITION_RANGE_END_TAG: "2020"}
    run = _draai(werkmap, instance, "bronnen", ["cbs_microdata", "corporatie_bik"], tags=tags)
    assert run.success
    jaren = ("2018", "2019", "2020")
    assert set(_materialisaties(run)) == {
        (asset, jaar) for asset in ("cbs_microdata", "corporatie_bik") for jaar in jaren
    }
    # one check per asset over all partitions, and one step per asset
    controles = run.get_asset_check_evaluations()
    assert {(c.asset_key.to_user_string(), c.check_name, c.passed) for c in controles} == {
        (bron, controle, True)
        for bron in ("cbs_microdata", "corporatie_bik")
        for controle in ("schema", "samenhang", "tellingen")
    } | {(bron, "jaren_met_gegevens", False) for bron in ("cbs_microdata", "corporatie_bik")}


def test_an_absent_year_is_a_table_without_rows_with_the_reason(
    werkmap: Werkmap, instance: dg.DagsterInstance
) -> None:
    record = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=MICRODATA, asset_partitions=["2015"]), limit=1
    ).records[0]
    metadata = record.asset_materialization.metadata
    assert metadata["dagster/row_count"].value == 0
    assert "geen bestand van CBS-microdata" in metadata["afwezig"].value
    assert "levering/cbs_microdata/2015/*" in metadata["afwezig"].value  # where it was looked for
    assert lees_tabel(Path(werkmap.tabellen) / "cbs_microdata" / "2015.parquet").empty


# --- a table that breaks its schema ---------------------------------------------------------------
def test_a_failed_check_is_recorded_with_its_rows_and_nothing_is_kept(
    werkmap: Werkmap, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    pad = Path(werkmap.tabellen) / "cbs_microdata" / "2020.parquet"
    voor = pad.read_bytes()
    echt = innemen.lees

    def met_min_een(*args: Any) -> Any:
        tabel, verslag = echt(*args)
        gezien = tabel["md_personen__status"].isin(MET_WAARDE)
        tabel.loc[gezien.idxmax(), "md_personen"] = -1.0
        return tabel, verslag

    monkeypatch.setattr(innemen, "lees", met_min_een)
    run = _draai(werkmap, instance, "bronnen", ["cbs_microdata"], partition_key="2020")

    assert not run.success
    assert _materialisaties(run) == {}
    assert pad.read_bytes() == voor
    record = instance.get_latest_asset_check_evaluation_record(
        dg.AssetCheckKey(MICRODATA, "schema")
    )
    controle = record.event.dagster_event.asset_check_evaluation_data
    assert record.run_id == run.run_id
    assert not controle.passed
    assert controle.metadata["gevallen"].value == 1
    voorbeelden = str(rijen(controle.metadata["voorbeelden"]))
    for deel in ("2020", "md_personen", "ten minste 0", "BU", "-1"):
        assert deel in voorbeelden
    assert "catalogus/kolommen.yml" in controle.metadata["remedie"].value
    (mislukt,) = run.filter_events(lambda e: e.is_step_failure)
    fout = mislukt.step_failure_data.user_failure_data.description
    assert fout.startswith("levering/cbs_microdata/2020/kwetsbare_bewoners.csv, kolom 'personen'")
    assert "gevonden: -1; verwacht: md_personen: ten minste 0; wat te doen: kijk" in fout

    # Right again: the check passes, and what stood there is made anew, the same.
    monkeypatch.setattr(innemen, "lees", echt)
    assert _draai(werkmap, instance, "bronnen", ["cbs_microdata"], partition_key="2020").success
    pd.testing.assert_frame_equal(lees_tabel(pad), _lees(voor, pad.parent / ".voor.parquet"))


def _lees(ruw: bytes, pad: Path) -> pd.DataFrame:
    pad.write_bytes(ruw)
    try:
        return lees_tabel(pad)
    finally:
        pad.unlink()


# --- the same files, read otherwise ---------------------------------------------------------------
def test_what_stands_on_a_table_that_is_read_otherwise_is_stale(
    werkmap: Werkmap, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A mistake in a reader is repaired: the file is the same, its table is another.
    echt = innemen.lees

    def hersteld(*args: Any) -> Any:
        tabel, verslag = echt(*args)
        return tabel.assign(md_kwetsbaar=tabel["md_kwetsbaar"] / 2), verslag

    monkeypatch.setattr(innemen, "lees", hersteld)
    assert _draai(werkmap, instance, "bronnen", ["cbs_microdata"], partition_key="2020").success
    graaf = build_defs(werkmap).resolve_asset_graph()
    verouderd = verouderde_partities(instance, graaf, [dg.AssetKey("buurttabel")])
    monkeypatch.setattr(innemen, "lees", echt)
    assert _draai(werkmap, instance, "bronnen", ["cbs_microdata"], partition_key="2020").success
    assert [v.partitie for v in verouderd] == ["2020"]


# --- the release ----------------------------------------------------------------------------------
@pytest.mark.parametrize("editie", ["2014-2020", "2014-2020-wijken"])
def test_a_release_says_what_it_is_made_of(werkmap: Werkmap, editie: str) -> None:
    map_ = werkmap.uitgaven / editie / "actueel"
    uit = json.loads((map_ / "release.json").read_text())
    # every file, with the hash of its bytes, and no file that is not named
    assert {b["naam"]: b["sha256"] for b in uit["bestanden"]} == {
        pad.relative_to(map_).as_posix(): hashlib.sha256(pad.read_bytes()).hexdigest()
        for pad in map_.rglob("*")
        if pad.is_file() and pad.name != "release.json"
    }
    assert uit["parameters"] == CAT.edities[editie].parameters.model_dump(mode="json")
    # the sources' cards: each is a snapshot in the store, with its own hash
    for kaart in uit["kaarten"]:
        inhoud = werkmap.snapshots.pad(kaart["sha256"]).read_bytes()
        assert hashlib.sha256(inhoud).hexdigest() == kaart["sha256"]
        assert len(inhoud) == kaart["bytes"]
        assert kaart["licentie"]
        assert kaart["uitgever"]
    # also those that only the areas and the crosswalk are made of
    assert {kaart["bron"] for kaart in uit["kaarten"]} >= {
        "cbs_kerncijfers", "leefbaarometer", "cbs_buurtgrenzen", "cbs_adressen",
        "cbs_vierkanten",
    }  # fmt: skip
    # no more years than the edition may use
    mag = set(map(str, CAT.edities[editie].peiljaren))
    leveringen = [k for k in uit["kaarten"] if k["bron"] == "woonzorgwijzer"]
    assert len(leveringen) <= 2 * len(mag & set(map(str, JAREN)))


def test_a_release_names_the_commit_it_was_made_with(werkmap: Werkmap) -> None:
    uit = json.loads((werkmap.uitgaven / "2014-2020" / "actueel" / "release.json").read_text())
    git = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=WORTEL, capture_output=True, text=True, check=False
    )
    if git.returncode:
        pytest.skip("not a git clone: there is no commit to name")
    assert uit["git"]["commit"] == git.stdout.strip()


def test_areas_of_the_year_without_addresses_are_divided_by_residents(werkmap: Werkmap) -> None:
    pad = Path(werkmap.tabellen) / "buurt_omzetting" / "2014.parquet"
    omzetting = pd.read_parquet(pad).query("methode == 'vierkanten'")
    assert set(omzetting["niveau"]) == {"buurt", "wijk"}
    som = omzetting.groupby(["niveau", "basis", "van_regio"])["gewicht"].sum()
    assert ((som - 1).abs() < 1e-9).all()
    assert (omzetting["gewicht"] < 1).any()
    assert (omzetting["aantal"] % 5 == 0).all()  # residents, as published: not m2
