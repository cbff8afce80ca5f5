"""The checks of a release and of its tables: figures per edition, and no refusal is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from assets_defs.afleveren import PER_PARTITIE, _methoderesultaten
from assets_defs.uitgavecontroles import (
    POORT,
    UITGAVECONTROLES,
    WEG,
    eerder_geweigerd,
    meld_uitgavecontroles,
    uitgavecontroles,
)
from tests.werk import rijen
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.controle import Controle
from veerkracht_dagster.instantie.intern import LoadingContextForTest
from veerkracht_dagster.publicatie.verdwenen import Verdwenen

GEZAKT, WEGGEGAAN = "de audit vond 2 fout(en)", str(Verdwenen("2018-2024", "abc", ["de groep lvb"]))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as vluchtig:
        yield vluchtig


@pytest.mark.parametrize(
    ("geweigerd", "zakt"),
    [
        ({}, set()),
        ({"2014-2020": GEZAKT}, {POORT}),
        ({"2018-2024": WEGGEGAAN}, {WEG}),
        ({"2014-2020": GEZAKT, "2018-2024": WEGGEGAAN}, {POORT, WEG}),
    ],
)
def test_a_refusal_is_told_by_its_check_in_the_row_of_its_edition(
    tmp_path: Path, geweigerd: dict[str, str], zakt: set[str]
) -> None:
    uit = {u.check_name: u for u in uitgavecontroles(tmp_path, geweigerd)}
    assert {naam for naam, u in uit.items() if not u.passed} == zakt
    for naam in (POORT, WEG):
        per_editie = {rij["editie"]: rij for rij in rijen(uit[naam].metadata["per editie"])}
        assert list(per_editie) == list(catalogus().edities)
        gezegd = {e: r["geweigerd"] for e, r in per_editie.items() if r["geweigerd"]}
        assert gezegd == ({e: m for e, m in geweigerd.items() if (m == WEGGEGAAN) == (naam == WEG)})


def test_what_was_refused_is_told_until_that_edition_is_made(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    mis = {"2014-2020": GEZAKT, "2018-2024": WEGGEGAAN}
    assert eerder_geweigerd(instance, []) == {}
    meld_uitgavecontroles(instance, tmp_path, mis)
    assert eerder_geweigerd(instance, []) == mis
    assert eerder_geweigerd(instance, ["2014-2020"]) == {"2018-2024": WEGGEGAAN}
    meld_uitgavecontroles(instance, tmp_path, {})
    assert eerder_geweigerd(instance, []) == {}


def test_what_is_told_at_once_is_of_the_last_release(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    """Dagster's own rule: else it calls a check "Not evaluated" that is told in the same second."""

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(list(catalogus().edities)))
    def release() -> None: ...

    for editie in ("2014-2020", "2014-2022"):
        dg.materialize([release], instance=instance, partition_key=editie)
        meld_uitgavecontroles(instance, tmp_path, {})
        lader = LoadingContextForTest(instance)
        for naam in UITGAVECONTROLES:
            sleutel = dg.AssetCheckKey(dg.AssetKey("release"), naam)
            (record,) = instance.event_log_storage.get_asset_check_execution_history(sleutel, 1)
            assert asyncio.run(record.targets_latest_materialization(lader)), (editie, naam)


def _controle(gevallen: int, **feiten: int) -> Controle:
    return Controle("c", pd.DataFrame({"regiocode": ["BU1"] * gevallen}), feiten, "herstel het")


def test_a_check_counts_per_partition_and_adds_nothing_up() -> None:
    per = {"2014-2020": [_controle(0, gebieden=150)], "2014-2022": [_controle(2, gebieden=149)]}
    (uit,) = _methoderesultaten(per)
    assert rijen(uit.metadata[PER_PARTITIE]) == [
        {"partitie": "2014-2020", "gevallen": 0, "gebieden": 150},
        {"partitie": "2014-2022", "gevallen": 2, "gebieden": 149},
    ]
    assert not uit.passed
    assert {rij["partitie"] for rij in rijen(uit.metadata["voorbeelden"])} == {"2014-2022"}


def test_what_not_all_partitions_count_stands_together_in_words() -> None:
    per = {"2014": [_controle(0, leeg=1)], "2015": [_controle(0)]}
    (uit,) = _methoderesultaten(per)
    geteld = [rij["geteld"] for rij in rijen(uit.metadata[PER_PARTITIE])]
    assert geteld == ["leeg: 1", ""]
