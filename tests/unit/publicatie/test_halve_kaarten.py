"""Maps of other years than the base year that are of a part: counted per gemeente."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from upath import UPath

from veerkracht_dagster.opslag.tabellen import schrijf_tabel
from veerkracht_dagster.publicatie.halve_kaarten import halve_kaarten

CODES = ["BU00010001", "BU00010002", "BU00020001", "BU00030001", "WK000100", "WK000200"]
NIVEAUS = ["buurt"] * 4 + ["wijk"] * 2


def _schrijf(map_: Path, jaar: int, zonder: set[str]) -> None:
    vlakken = [None if code in zonder else shapely.box(0, 0, 1, 1) for code in CODES]
    tabel = gpd.GeoDataFrame(
        {"niveau": NIVEAUS, "regiocode": CODES},
        geometry=gpd.GeoSeries(vlakken, crs="EPSG:28992"),
    )
    pad = UPath(map_) / "gebieden" / f"{jaar}.parquet"
    pad.parent.mkdir(exist_ok=True)
    schrijf_tabel(tabel, pad)


@pytest.mark.parametrize(
    ("zonder", "niveau", "verwacht"),
    [
        (set(), "buurt", {}),
        ({"BU00010001"}, "buurt", {"2018": {"GM0001": 1}}),
        (set(CODES[:3]), "buurt", {"2018": {"GM0001": 2, "GM0002": 1}}),
        ({"WK000200"}, "buurt", {}),
        ({"WK000200"}, "wijk", {"2018": {"GM0002": 1}}),
        (set(CODES[4:]), "wijk", {"2018": {"GM0001": 1, "GM0002": 1}}),  # a map without wijken
        (set(CODES), "buurt", {}),  # no map at all is another story, told as such
    ],
)
def test_areas_without_ground(
    tmp_path: Path, zonder: set[str], niveau: str, verwacht: dict
) -> None:
    _schrijf(tmp_path, 2018, zonder)
    _schrijf(tmp_path, 2020, set(CODES[:1]))
    assert halve_kaarten(str(tmp_path), [2016, 2018], niveau) == verwacht
