"""The report on a crosswalk and on coverage: every kind of change, and the least covered areas."""

from __future__ import annotations

import io

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.unit.buurttabel.hulp import REGELS, kruis, strook
from veerkracht_dagster.buurttabel.kaartje import teken_kaartje
from veerkracht_dagster.buurttabel.overzicht import minste_dekking, wijzigingen
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.celstatus import dekking_van

WIJZIGINGEN = [
    # crosswalk -> kind, from, to, codes that are on both sides for other ground
    ("A B 1", ("andere code", "A", "B", "")),
    ("A B 0.7; A C 0.3", ("gesplitst", "A", "B, C", "")),
    ("A C 1; B C 1", ("samengevoegd", "A, B", "C", "")),
    ("A C 1; B C 0.2; B D 0.8", ("grens verschoven", "A, B", "C, D", "")),
    ("A geen", ("zonder weg", "A", "", "")),
    # the code stays on a quarter of its ground
    ("A A 0.25; A B 0.75", ("gesplitst", "A", "A, B", "A")),
    # most of it keeps the code: no trap
    ("A A 0.75; A B 0.25", ("gesplitst", "A", "A, B", "")),
    # chained by shared parts: A and C belong together through B
    (
        "A D 1; B D 0.5; B E 0.5; C E 1",
        ("grens verschoven", "A, B, C", "D, E", ""),
    ),
]


@pytest.mark.parametrize(("wegen", "verwacht"), WIJZIGINGEN)
def test_kinds_of_change(wegen: str, verwacht: tuple) -> None:
    uit = wijzigingen(kruis(f"Z Z 1; {wegen}"), REGELS)
    assert uit[["soort", "gebieden"]].iloc[0].tolist() == ["ongewijzigd", 1]  # Z
    namen = ["soort", "van", "naar", "zelfde_code"]
    assert [tuple(rij) for rij in uit[namen].iloc[1:].itertuples(index=False)] == [verwacht]
    assert uit["gebieden"].sum() == 1 + len(verwacht[1].split(", "))


def test_areas_that_took_each_others_code_are_two_traps() -> None:
    uit = wijzigingen(kruis("A B 1; B A 1"), REGELS)
    assert uit["soort"].tolist() == ["ongewijzigd", "andere code", "andere code"]
    assert uit["gebieden"].tolist() == [0, 1, 1]
    assert uit["zelfde_code"].tolist() == ["", "A", "B"]


def test_a_sliver_is_no_change() -> None:
    uit = wijzigingen(kruis("A A 0.96; A B 0.04; B B 1"), REGELS)
    assert uit[["soort", "gebieden"]].to_numpy().tolist() == [["ongewijzigd", 2]]


def test_a_code_without_a_road_that_another_area_took() -> None:
    uit = wijzigingen(kruis("A geen; B A 1"), REGELS)
    namen = ["soort", "van", "naar", "zelfde_code"]
    assert uit[namen].iloc[1:].to_numpy().tolist() == [
        ["zonder weg", "A", "", "A"],
        ["andere code", "B", "A", ""],
    ]


def _tabel(**dekking: list[float]) -> pd.DataFrame:
    """Three areas; a source that is not given delivered nothing."""
    cat = catalogus()
    kolommen = {
        dekking_van(naam): dekking.get(kolom.bron, [0.0] * 3)
        for naam, kolom in cat.kolommen.items()
    }
    return pd.DataFrame({"regiocode": ["P", "Q", "R"], **kolommen})


def test_the_least_covered_areas_first() -> None:
    uit = minste_dekking(
        _tabel(leefbaarometer=[1, 0.5, 0.25], woonzorgwijzer=[1, 1, 1]), catalogus()
    )
    # 8 columns of the Leefbaarometer, 3 of the WoonZorgwijzer: (8 x 0.25 + 3) / 11
    assert uit["regiocode"].tolist() == ["R", "Q"]
    assert uit["dekking"].tolist() == pytest.approx([5 / 11, 7 / 11])
    assert list(uit.columns[2:]) == ["leefbaarometer", "woonzorgwijzer"]
    assert len(minste_dekking(_tabel(leefbaarometer=[0.1, 0.5, 0.25]), catalogus(), 2)) == 2


def test_without_a_delivery_nothing_is_covered_least() -> None:
    assert minste_dekking(_tabel(), catalogus()).empty


def test_the_picture_shows_the_chosen_area_where_it_lies() -> None:
    vlakken = [strook(0, 50), strook(50, 100), None]
    gebieden = gpd.GeoDataFrame({"regiocode": list("PQR")}, geometry=vlakken, crs="EPSG:28992")
    png = teken_kaartje(gebieden, ["Q", "R"])
    assert png is not None
    beeld = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    rood = (beeld == (178, 24, 43)).all(axis=2)
    assert not rood[:, : beeld.shape[1] // 2 - 1].any()
    assert rood[:, beeld.shape[1] // 2 + 1 : -8].mean() > 0.9
    assert teken_kaartje(gebieden.loc[[2]], ["R"]) is None
