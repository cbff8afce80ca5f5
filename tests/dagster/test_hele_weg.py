"""The whole road once: every asset, every check, the release, and again means nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import dagster as dg
import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from assets_defs.controles import controlesleutels
from assets_defs.partities import JAREN
from tests.werk import MET_HOOGTE, instance_van, rijen
from veerkracht_dagster.bronnen.ongelezen import Opgemerkt, ongelezen
from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.herbouw.herbouwen import herbouw
from veerkracht_dagster.herbouw.stappen import STAPPEN

CAT = catalogus()


@pytest.fixture
def instance(gebouwd, monkeypatch):
    with instance_van(gebouwd[0], monkeypatch) as een:
        yield een


def test_every_table_of_the_catalogue_is_an_asset_and_was_made_for_every_partition(
    gebouwd, instance
):
    graaf = build_defs(gebouwd[0]).resolve_asset_graph()
    namen = {sleutel.to_user_string() for sleutel in graaf.materializable_asset_keys}
    assert namen == {*tabellen(), "release", "uitgaveverschil"}
    for sleutel in graaf.materializable_asset_keys:
        partities = set(graaf.get(sleutel).partitions_def.get_partition_keys())
        assert instance.get_materialized_partitions(sleutel) == partities, sleutel


def test_five_groups_and_every_asset_tells_what_it_is(gebouwd):
    graaf = build_defs(gebouwd[0]).resolve_asset_graph()
    assert {graaf.get(s).group_name for s in graaf.get_all_asset_keys()} == set(STAPPEN)
    for sleutel in graaf.materializable_asset_keys:
        knoop = graaf.get(sleutel)
        assert knoop.description, sleutel
        assert knoop.owners, sleutel
        assert knoop.kinds, sleutel
        assert knoop.code_version, sleutel
        if sleutel.to_user_string() in tabellen():
            schema = knoop.metadata["dagster/column_schema"]
            kolommen = tabellen()[sleutel.to_user_string()].kolomnamen
            assert [kolom.name for kolom in schema.columns] == kolommen


def test_heights_of_a_map_reach_no_layer_and_are_told(gebouwd, instance):
    """The base year of 2014-2020: its files, its rows in the warehouse, and the table's page."""
    (record,) = instance.fetch_materializations(
        dg.AssetRecordsFilter(
            asset_key=dg.AssetKey("cbs_buurtgrenzen"), asset_partitions=[str(MET_HOOGTE)]
        ),
        limit=1,
    ).records
    opmerkingen = record.asset_materialization.metadata["opmerkingen"].value
    assert "vlakken de hoogte of maat (Z, M) weggelaten" in opmerkingen
    actueel = gebouwd[0].uitgaven / "2014-2020" / "actueel"
    assert CAT.edities["2014-2020"].basisjaar == MET_HOOGTE
    for laag in CAT.kaartlagen:
        assert not gpd.read_parquet(actueel / f"{laag}.parquet").has_z.any()
    kaart = next(actueel.glob("*.gpkg"))
    assert {str(pyogrio.read_info(kaart, layer=n)["geometry_type"]) for n in CAT.kaartlagen} == {
        "MultiPolygon"
    }


def test_dagster_itself_finds_nothing_stale(gebouwd, instance):
    graaf = build_defs(gebouwd[0]).resolve_asset_graph()
    oordeel = CachingStaleStatusResolver(instance, graaf, LoadingContextForTest(instance))
    stand = {
        (sleutel.to_user_string(), partitie): oordeel.get_status(sleutel, partitie)
        for sleutel in graaf.materializable_asset_keys
        for partitie in graaf.get(sleutel).partitions_def.get_partition_keys()
    }
    assert {k: v for k, v in stand.items() if v != StaleStatus.FRESH} == {}


def test_a_second_rebuild_computes_nothing(gebouwd, instance):
    resultaat = herbouw(gebouwd[0], instance)
    assert (resultaat.berekend, resultaat.runs) == ({}, [])


def test_every_file_of_the_sample_is_read(gebouwd):
    assert Opgemerkt(ongelezen(gebouwd[0].bronnen, CAT, JAREN), {}).regels() == []


def test_every_check_ran_and_passed(gebouwd, instance):
    for sleutel in controlesleutels():
        record = instance.get_latest_asset_check_evaluation_record(sleutel)
        assert record is not None, sleutel
        assert record.event.dagster_event.asset_check_evaluation_data.passed, sleutel


@pytest.mark.parametrize("laag", CAT.kaartlagen)
def test_a_layer_shows_picture_classes_period_years_and_caveat(gebouwd, instance, laag):
    gebeurtenis = instance.get_latest_materialization_event(dg.AssetKey(laag))
    metadata = gebeurtenis.asset_materialization.metadata
    assert metadata["kaart"].value.startswith("![")
    assert "data:image/png;base64," in metadata["kaart"].value
    for code, klasse in CAT.kaartlagen[laag].klassen.items():
        rij = next(r for r in rijen(metadata["klassen"]) if r["klasse"] == code)
        assert (rij["label"], rij["kleur"]) == (klasse.label, klasse.kleur)
    assert metadata["bijsluiter"].value == CAT.bijsluiter
    assert {"periode", "jaren", "geen meting"} <= metadata.keys()


def test_crosswalk_and_harmonised_table_show_what_changed_and_what_is_covered_least(instance):
    def metadata(tabel: str) -> dict:
        vraag = dg.AssetRecordsFilter(dg.AssetKey(tabel), asset_partitions=["2014"])
        record = instance.fetch_materializations(vraag, limit=1).records[0]
        return dict(record.asset_materialization.metadata)

    omzetting = metadata("buurt_omzetting")
    soorten = rijen(omzetting["wijzigingen"])[0].keys()
    assert {"gesplitst", "samengevoegd", "ongewijzigd"} <= soorten
    welke = [list(rij.values())[:4] for rij in rijen(omzetting["welke gebieden"])]
    gesplitst = [rij[3] for rij in welke if rij[:3] == ["buurt", "2020", "gesplitst"]]
    assert gesplitst
    assert all(code.startswith("BU") for code in gesplitst)
    buurttabel = metadata("buurttabel")
    assert len(rijen(buurttabel["minste dekking (buurt 2020)"])) == 20
    kaart = buurttabel["kaart van de minste dekking (buurt 2020)"].value
    assert "data:image/png;base64," in kaart


def test_an_asset_links_to_its_table_and_its_code(gebouwd, instance):
    werkmap, _ = gebouwd
    gebeurtenis = instance.get_latest_materialization_event(dg.AssetKey("signaal"))
    uri = gebeurtenis.asset_materialization.metadata["dagster/uri"].value
    assert uri == (Path(werkmap.tabellen) / "signaal").as_uri()
    graaf = build_defs(werkmap).resolve_asset_graph()
    van = [graaf.get(sleutel).metadata for sleutel in graaf.materializable_asset_keys]
    for metadata in van:
        (code,) = metadata["dagster/code_references"].code_references
        regels = Path(code.file_path).read_text().splitlines()
        assert "@dg.asset" in regels[code.line_number - 1]
    in_warehouse = {"gebieden", "buurttabel", "kaartlagen", *CAT.indicatoren, *CAT.overzichten}
    assert {metadata.get("dagster/table_name") for metadata in van} == {None, *in_warehouse}


@pytest.mark.parametrize("editie", CAT.edities)
def test_a_release_names_its_files_sources_parameters_and_checks(gebouwd, editie):
    werkmap, _ = gebouwd
    map_ = werkmap.uitgaven / editie / "actueel"
    uit = json.loads((map_ / "release.json").read_text())
    for bestand in uit["bestanden"]:
        inhoud = (map_ / bestand["naam"]).read_bytes()
        assert hashlib.sha256(inhoud).hexdigest() == bestand["sha256"]
    assert uit["parameters"]["tK_procentpunt"] == CAT.edities[editie].parameters.tK_procentpunt
    assert {kaart["bron"] for kaart in uit["kaarten"]} >= {"cbs_kerncijfers", "leefbaarometer"}
    assert len(uit["controles"]) == len(controlesleutels())
    assert all(controle["goed"] for controle in uit["controles"])


def test_a_scan_calls_a_wijk_by_the_publishers_name_and_not_by_that_of_a_buurt(gebouwd):
    werkmap, _ = gebouwd
    for editie in ("2014-2020", "2018-2024"):
        map_ = werkmap.uitgaven / editie / "actueel"
        scan = pd.read_parquet(map_ / "tabellen" / "scan.parquet")
        jaar = CAT.edities[editie].basisjaar
        lijst = pd.read_parquet(f"{werkmap.tabellen}/cbs_buurtgrenzen/{jaar}.parquet")
        van_uitgever = {
            niveau: dict(zip(deel["regiocode"], deel["regionaam"], strict=True))
            for niveau, deel in lijst.groupby("niveau")
        }
        for niveau, code, naam in set(
            zip(scan["niveau"], scan["regiocode"], scan["regionaam"], strict=True)
        ):
            assert naam == van_uitgever[niveau][code]
            assert niveau == "buurt" or naam not in van_uitgever["buurt"].values()


def test_the_geopackage_has_the_layers_with_the_columns_asked_for(gebouwd):
    werkmap, _ = gebouwd
    pad = werkmap.uitgaven / "2014-2020" / "actueel" / "veerkracht_2014-2020.gpkg"
    lagen = [naam for naam, _ in pyogrio.list_layers(pad)]
    assert [naam for naam in lagen if naam != "layer_styles"] == list(CAT.kaartlagen)
    gevraagd = [
        "buurtcode", "buurtnaam", "wijkcode", "gemeentecode", "gemeentenaam",
        "waarde", "klasse", "label", "kleur", "status",
    ]  # fmt: skip
    for naam in CAT.kaartlagen:
        laag = gpd.read_file(pad, layer=naam)
        assert list(laag.columns[: len(gevraagd)]) == gevraagd
        assert laag.crs.to_epsg() == 28992
        assert laag.geometry.notna().all()
