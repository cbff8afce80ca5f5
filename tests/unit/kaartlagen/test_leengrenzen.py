"""Ground of another year to draw on: the nearest, where code and name agree, and told."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely import box
from upath import UPath

from veerkracht_dagster.kaartlagen.leengrenzen import getekend, tekengrond
from veerkracht_dagster.opslag.tabellen import schrijf_tabel

A, B, C = "WK000101", "WK000102", "WK000103"


def _tabel(jaar: int, namen: dict[str, str], niveau: str = "wijk") -> gpd.GeoDataFrame:
    """Areas whose ground begins at x = the year."""
    vlakken = [box(jaar, 0, jaar + 1, 1)] * len(namen)
    velden = {"niveau": niveau, "regiocode": list(namen), "regionaam": list(namen.values())}
    return gpd.GeoDataFrame(velden, geometry=vlakken, crs="EPSG:28992")


@pytest.fixture
def tabellen(tmp_path: Path) -> str:
    """Maps of 2019, 2024 and 2025; that of 2022 itself has no ground."""
    (tmp_path / "gebieden").mkdir()
    for jaar, namen in {
        2019: {A: "Oost", B: "West"},
        2024: {A: "Oost", B: "West-Nieuw", C: "Haven"},
        2025: {C: "Haven"},
    }.items():
        schrijf_tabel(_tabel(jaar, namen), UPath(tmp_path / "gebieden" / f"{jaar}.parquet"))
    return str(tmp_path)


def _laag(namen: dict[str, str]) -> gpd.GeoDataFrame:
    uit = _tabel(2022, namen)
    return uit.set_geometry(gpd.GeoSeries([None] * len(uit), crs=uit.crs))


def test_the_nearest_year_with_the_same_code_and_name(tabellen: str) -> None:
    laag = _laag({A: "Oost", B: "West", C: "Haven", "WK000104": "Nieuw"})
    grond = tekengrond(laag, tabellen, "wijk", 2022)
    assert grond.vlakken.bounds["minx"].tolist() == pytest.approx(
        [2024, 2019, 2024, np.nan], nan_ok=True
    )
    assert grond.uitleg == (
        "Grenzen van 2022 ontbreken: getekend op die van 2024 (2 gebieden) en die van 2019 "
        "(1 gebieden) waar code en naam gelijk zijn; 1 van 4 zijn niet te tekenen"
    )
    assert getekend(laag, grond).geometry.notna().sum() == 3
    assert laag.geometry.isna().all(), "the layer itself gets no ground of another year"


@pytest.mark.parametrize(
    ("namen", "niveau"),
    [({A: "Anders"}, "wijk"), ({A: "Oost"}, "buurt"), ({"WK9": "Oost"}, "wijk")],
)
def test_another_name_niveau_or_code_lends_nothing(tabellen: str, namen, niveau: str) -> None:
    grond = tekengrond(_laag(namen), tabellen, niveau, 2022)
    assert grond.vlakken.isna().all()
    assert not grond.uitleg


def test_own_ground_is_drawn_on_and_nothing_is_told(tabellen: str) -> None:
    laag = _tabel(2022, {A: "Oost"})
    grond = tekengrond(laag, tabellen, "wijk", 2022)
    assert grond.vlakken.equals(laag.geometry)
    assert not grond.uitleg


def test_without_any_table_of_areas_there_is_no_ground(tmp_path: Path) -> None:
    assert tekengrond(_laag({A: "Oost"}), str(tmp_path), "wijk", 2022).vlakken.isna().all()
