"""What lies in the source folder and what is stale because of it, without running anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets_defs.bronnen import leveringsleutel
from assets_defs.partities import EDITIES, PEILJAREN
from tests.unit.bronnen.hulp import MICRODATA, schrijf, schrijf_levering
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.herbouw.verouderd import neem_waar, verouderde_partities
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.tags import ONTBREEKT
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
JAREN = PEILJAREN.get_partition_keys()


@pytest.fixture
def werkmap(tmp_path: Path) -> Werkmap:
    (tmp_path / "bronnen").mkdir()
    return Werkmap.in_map(tmp_path)


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as vluchtig:
        yield vluchtig


@pytest.fixture
def vers() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as vluchtig:
        yield vluchtig


def test_a_delivery_is_recorded_once_and_again_when_it_changes(
    werkmap: Werkmap, vers: dg.DagsterInstance
) -> None:
    kijk = Werkplaats.van(werkmap)
    bron = ["cbs_microdata"]
    assert neem_waar(vers, kijk, bron).gewijzigd == [
        (bron[0], jaar) for jaar in JAREN
    ]  # all absent
    assert neem_waar(vers, kijk, bron).gewijzigd == []
    schrijf_levering(werkmap.bronnen, MICRODATA)
    assert neem_waar(vers, kijk, bron).gewijzigd == [(bron[0], "2020")]
    assert neem_waar(vers, kijk, bron).gewijzigd == []
    schrijf_levering(werkmap.bronnen, MICRODATA.replace("25", "30"))
    assert neem_waar(vers, kijk, bron).gewijzigd == [(bron[0], "2020")]
    (werkmap.bronnen / "levering/cbs_microdata/2020/uitvoer.csv").unlink()
    (werkmap.bronnen / "levering/cbs_microdata/2020/manifest.yml").unlink()
    assert neem_waar(vers, kijk, bron).gewijzigd == [(bron[0], "2020")]


def test_the_same_bytes_give_the_same_version_whatever_their_time(
    werkmap: Werkmap, vers: dg.DagsterInstance
) -> None:
    schrijf_levering(werkmap.bronnen, MICRODATA)
    neem_waar(vers, Werkplaats.van(werkmap), ["cbs_microdata"])
    schrijf_levering(werkmap.bronnen, MICRODATA)
    assert neem_waar(vers, Werkplaats.van(werkmap), ["cbs_microdata"]).gewijzigd == []


def test_a_file_with_another_name_is_another_delivery(
    werkmap: Werkmap, vers: dg.DagsterInstance
) -> None:
    schrijf_levering(werkmap.bronnen, MICRODATA)
    neem_waar(vers, Werkplaats.van(werkmap), ["cbs_microdata"])
    map_ = werkmap.bronnen / "levering/cbs_microdata/2020"
    (map_ / "uitvoer.csv").rename(map_ / "anders.csv")
    assert neem_waar(vers, Werkplaats.van(werkmap), ["cbs_microdata"]).gewijzigd == [
        ("cbs_microdata", "2020")
    ]


def test_a_file_that_cannot_be_recognised_is_recorded_too(
    werkmap: Werkmap, vers: dg.DagsterInstance
) -> None:
    # So that its table is made again, and says what is wrong.
    neem_waar(vers, Werkplaats.van(werkmap), ["cbs_kerncijfers"])
    schrijf(
        werkmap.bronnen, "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2019.csv", "<html></html>"
    )
    gewijzigd = neem_waar(vers, Werkplaats.van(werkmap), ["cbs_kerncijfers"]).gewijzigd
    assert gewijzigd == [("cbs_kerncijfers", "2019")]


def test_without_a_choice_every_source_is_looked_at(
    werkmap: Werkmap, instance: dg.DagsterInstance
) -> None:
    gezien = neem_waar(instance, Werkplaats.van(werkmap)).gewijzigd
    assert {bron for bron, _ in gezien} == {*CAT.bronnen, "scan"}
    for bron in CAT.bronnen:
        assert instance.get_latest_data_version_record(
            leveringsleutel(bron), is_source=True, partition_key=JAREN[-1]
        )


def test_where_nothing_was_made_everything_is_missing(
    werkmap: Werkmap, instance: dg.DagsterInstance
) -> None:
    graaf = build_defs(werkmap).resolve_asset_graph()
    assets = [dg.AssetKey(naam) for naam in ("woonzorgwijzer", "gebieden", "focus", "release")]
    verouderd = verouderde_partities(instance, graaf, assets)
    edities = EDITIES.get_partition_keys()
    assert [(v.asset, v.partitie) for v in verouderd] == [
        *(("woonzorgwijzer", jaar) for jaar in JAREN),
        *(("gebieden", jaar) for jaar in JAREN),
        *(("focus", editie) for editie in edities),
        *(("release", editie) for editie in edities),
    ]
    assert {v.reden for v in verouderd} == {ONTBREEKT}


@pytest.mark.parametrize(
    ("code", "versie", "door_gegevens", "nieuwe_gegevens"),
    [
        ("1", "b", True, True),
        ("2", "a", False, False),
        ("2", "b", False, True),  # new code must not hide that the publisher has something new
    ],
)
def test_new_data_is_seen_beside_new_code(
    vers: dg.DagsterInstance, code: str, versie: str, door_gegevens: bool, nieuwe_gegevens: bool
) -> None:
    def defs(code_version: str) -> dg.Definitions:
        @dg.observable_source_asset(partitions_def=PEILJAREN)
        def bron() -> dg.DataVersionsByPartition:
            return dg.DataVersionsByPartition({})

        @dg.asset(deps=[bron], partitions_def=PEILJAREN, code_version=code_version)
        def tabel() -> None: ...

        return dg.Definitions([bron, tabel])

    def neem(versie: str) -> None:
        vers.report_runless_asset_event(
            dg.AssetObservation("bron", partition="2020", tags={"dagster/data_version": versie})
        )

    neem("a")
    tabel = defs("1").resolve_assets_def("tabel")
    dg.materialize([tabel], instance=vers, partition_key="2020")
    neem(versie)
    graaf = defs(code).resolve_asset_graph()
    (oordeel,) = (
        v for v in verouderde_partities(vers, graaf, [dg.AssetKey("tabel")]) if v.partitie == "2020"
    )
    assert (oordeel.door_gegevens, oordeel.nieuwe_gegevens) == (door_gegevens, nieuwe_gegevens)
