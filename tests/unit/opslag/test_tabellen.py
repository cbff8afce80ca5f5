"""Tables between the stages: what comes back, what is left after a failure, and when it is new."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
from shapely.geometry import Point
from upath import UPath

from veerkracht_dagster.instantie.io_manager import TabelIOManager
from veerkracht_dagster.opslag.tabellen import lees_tabel, schrijf_tabel, vingerafdruk


def tabel() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "regiocode": pd.Series(["BU00010001", "BU00010002"], dtype="str"),
            "naam": pd.Series(["Dorp", None], dtype="str"),
            "aantal": pd.Series([1, 2], dtype="int64"),
            "aandeel": [0.0, float("nan")],
        }
    )


def kaart() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(tabel(), geometry=[Point(1, 2), None], crs="EPSG:28992")


@pytest.mark.parametrize("maak", [tabel, kaart])
def test_what_is_written_comes_back(tmp_path: Path, maak: Callable[[], pd.DataFrame]) -> None:
    schrijf_tabel(maak(), UPath(tmp_path / "t.parquet"))
    terug = lees_tabel(UPath(tmp_path / "t.parquet"))
    pd.testing.assert_frame_equal(terug, maak())
    assert vingerafdruk(terug) == vingerafdruk(maak())


def test_only_the_columns_asked_for(tmp_path: Path) -> None:
    schrijf_tabel(kaart(), UPath(tmp_path / "t.parquet"))
    uit = lees_tabel(UPath(tmp_path / "t.parquet"), ["aantal", "geometry"])
    assert list(uit.columns) == ["aantal", "geometry"]
    assert uit.crs.to_epsg() == 28992
    uit = lees_tabel(UPath(tmp_path / "t.parquet"), ["aantal"])
    assert type(uit) is pd.DataFrame
    assert uit["aantal"].tolist() == [1, 2]


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    pad = UPath(tmp_path / "t.parquet")
    schrijf_tabel(tabel(), pad)
    voor = pad.read_bytes()
    half = pa.table({"aantal": pa.chunked_array([pa.array([1])])}).to_reader()
    opslag = TabelIOManager(UPath(tmp_path))
    with pytest.raises(AttributeError):
        opslag.dump_to_path(dg.build_output_context(), (half, None), pad)
    assert pad.read_bytes() == voor
    assert [p.name for p in tmp_path.iterdir()] == ["t.parquet"]


ANDERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "a figure": lambda t: t.assign(aandeel=[0.0, 1.0]),
    "missing is not zero": lambda t: t.assign(aandeel=[float("nan"), float("nan")]),
    "a text": lambda t: t.assign(naam=["Dorp", ""]),
    "a type": lambda t: t.assign(aantal=t["aantal"].astype("float64")),
    "a column less": lambda t: t.drop(columns="aantal"),
    "the name of a column": lambda t: t.rename(columns={"aantal": "getal"}),
    "the order of rows": lambda t: t.iloc[::-1].reset_index(drop=True),
    "a row less": lambda t: t.iloc[:1],
    "a point": lambda t: t.set_geometry(gpd.GeoSeries([Point(1, 2.001), None], crs=t.crs)),
}


@pytest.mark.parametrize("verander", ANDERS.values(), ids=ANDERS)
def test_other_content_is_new(verander: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    assert vingerafdruk(verander(kaart())) != vingerafdruk(kaart())


def test_the_same_content_is_not_new() -> None:
    gedeeld = pd.concat([tabel().iloc[:1], tabel().iloc[1:]], ignore_index=True)
    for zelfde in (gedeeld, pa.Table.from_pandas(tabel(), preserve_index=False)):
        assert vingerafdruk(zelfde) == vingerafdruk(tabel())
