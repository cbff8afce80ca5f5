"""What a table of areas must be: shapes repaired and told, other tables refused with a remedy."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from tests.unit.buurttabel.hulp import REGELS, klopt
from veerkracht_dagster.buurttabel import Indeling, maak_omzetting

RD = "EPSG:28992"
A, B, N1, N2 = "BU99990001", "BU99990002", "BU99980001", "BU99980002"


def kaal(codes: list[str], vlakken: list, crs: str | None = RD, **meer) -> gpd.GeoDataFrame:
    """Areas as docs/buurttabel.md documents: a code and a shape, nothing else."""
    return gpd.GeoDataFrame({"regiocode": codes, **meer}, geometry=vlakken, crs=crs)


NIEUW = Indeling(2020, kaal([N1, N2], [box(0, 0, 60, 100), box(60, 0, 120, 100)]))


def test_an_area_without_a_partner_has_no_road_also_without_names() -> None:
    oud = kaal([A, B], [box(0, 0, 60, 100), box(5000, 0, 5100, 100)])
    niets = math.nan
    verwacht = {(A, N1): (1.0, "identiek", 6000.0), (B, ""): (niets, "geen", niets)}
    klopt(maak_omzetting(Indeling(2014, oud), NIEUW, REGELS), verwacht)


NAMEN = [
    ({}, "geen"),
    ({"regionaam": [None]}, "geen"),  # two names that nobody knows do not agree
    ({"regionaam": ["Centrum"]}, "code_en_naam"),
]


@pytest.mark.parametrize(("namen", "weg"), NAMEN)
def test_without_ground_code_and_name_must_both_be_known(namen: dict, weg: str) -> None:
    oud, nieuw = kaal([A], [None], **namen), kaal([A], [box(0, 0, 60, 100)], **namen)
    uit = maak_omzetting(Indeling(2014, oud), Indeling(2020, nieuw), REGELS)
    assert uit["methode"].tolist() == [weg]


ONGELDIG = {
    # what is land of it, worked out by hand: share in N1 (x below 60)
    "whole bow-tie": (Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]), 2600 / 5000),
    "parts overlap": (MultiPolygon([box(0, 0, 70, 100), box(50, 0, 110, 100)]), 6000 / 11000),
    "hole outside the shell": (
        Polygon(box(0, 0, 100, 100).exterior, [box(110, 10, 115, 15).exterior.coords]), 0.6,
    ),
    "spike": (Polygon([(0, 0), (100, 0), (100, 100), (100, 150), (100, 100), (0, 100)]), 0.6),
}  # fmt: skip


@pytest.mark.parametrize(("vlak", "deel"), ONGELDIG.values(), ids=list(ONGELDIG))
def test_a_shape_with_an_invalid_ring_is_repaired_and_told(vlak, deel: float) -> None:
    assert not shapely.is_valid(vlak)
    with pytest.warns(UserWarning, match=f"gebieden van 2014: 1 vlakken .* hersteld \\({A}\\)"):
        uit = maak_omzetting(Indeling(2014, kaal([A], [vlak])), NIEUW, REGELS)
    assert uit["methode"].tolist() == ["oppervlak", "oppervlak"]
    assert uit["gewicht"].tolist() == pytest.approx([deel, 1 - deel])


VLAK = [box(5, 52, 5.001, 52.001)]
GEWEIGERD = [
    ("graden", kaal([A], VLAK, "EPSG:4326"), r"in EPSG:4326 \(degree\).*to_crs\(\"EPSG:28992\"\)"),
    ("voeten", kaal([A], VLAK, "EPSG:2263"), r"in EPSG:2263 \(US survey foot\).*to_crs"),
    ("geen stelsel", kaal([A], VLAK, None), r"zonder coordinaten.*set_crs\(\"EPSG:28992\"\)"),
    ("een punt", kaal([A, B], [None, Point(0, 0)]), f"{B} is een Point; verwacht is een Polygon"),
    ("geen vlakken", pd.DataFrame({"regiocode": [A]}), "geen kolom met vlakken"),
    ("dubbel", kaal([A, A], [None, None]), f"{A} staat er dubbel in"),
    ("geen codes", kaal([A], [None]).drop(columns="regiocode"), "geen kolom regiocode"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tabel", "melding"), [g[1:] for g in GEWEIGERD], ids=[g[0] for g in GEWEIGERD]
)
def test_what_is_no_table_of_areas_is_refused(tabel, melding: str) -> None:
    with pytest.raises(ValueError, match=f"gebieden van 2014: .*{melding}"):
        Indeling(2014, tabel)


def test_two_systems_in_metres_are_refused_with_the_way_to_one() -> None:
    anders = Indeling(2014, kaal([A], [box(600_000, 5_700_000, 600_100, 5_700_100)], "EPSG:32631"))
    with pytest.raises(
        ValueError, match=r'breng ze eerst in een stelsel: .*to_crs\("EPSG:28992"\)'
    ):
        maak_omzetting(anders, NIEUW, REGELS)
