"""Squares of 100 m with residents: places, what is not published, refusals."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from tests.unit.bronnen.hulp import lees_map, schrijf
from veerkracht_dagster.bronnen.fouten import BronFout

MAP = "cbs_vierkanten/2014"
SLEUTELS = ["E1234N5678", "E0100N4000", "E0101N4000", "E0102N4000"]


def _schrijf(map_: Path, naam: str = f"{MAP}/vk100.gpkg", **anders: object) -> Path:
    kolommen = {
        "crs28992res100m": SLEUTELS,
        "aantal_inwoners": [35, -99997, -99995, 0],
        "aantal_vrouwen": [20, -99997, -99997, 0],
    } | anders
    velden = {kolom: waarden for kolom, waarden in kolommen.items() if waarden is not None}
    pad = map_ / naam
    pad.parent.mkdir(parents=True, exist_ok=True)
    vlakken = [box(0, 0, 100, 100)] * len(SLEUTELS)
    gpd.GeoDataFrame(velden, geometry=vlakken, crs="EPSG:28992").to_file(pad, layer="vk")
    return pad


def _klopt(map_: Path) -> None:
    frame, verslag = lees_map(map_, "cbs_vierkanten", 2014)
    eerste = frame.iloc[0]
    assert eerste[["vierkant", "x", "y"]].tolist() == ["E1234N5678", 123_450, 567_850]
    assert frame["inwoners"].iloc[[0, 3]].tolist() == [35, 0]
    assert all(math.isnan(x) for x in frame["inwoners"].iloc[[1, 2]])  # never 0
    staten = ["waargenomen", "onderdrukt", "ontbreekt", "waargenomen"]
    assert frame["inwoners__status"].tolist() == staten
    assert frame["bron_rij"].tolist() == [0, 1, 2, 3]
    assert verslag.bestanden[0].rijen == 4
    assert set(frame["bron_bestand"]) == {verslag.bestanden[0].sha256}


def test_a_square_is_its_middle_and_its_residents(tmp_path: Path) -> None:
    _schrijf(tmp_path)
    _klopt(tmp_path)


@pytest.mark.parametrize(
    "naam",
    [
        "INWONER",  # since 2015
        "INW2014",  # before: all years in one file, beside those of other years
    ],
)
def test_in_a_zip_and_under_the_names_of_other_years(tmp_path: Path, naam: str) -> None:
    pad = _schrijf(
        tmp_path, "los/vk.gpkg", crs28992res100m=None, C28992R100=SLEUTELS, INW2013=[1, 2, 3, 4],
        aantal_inwoners=None, **{naam: [35, -99997, -99998, 0]},
    )  # fmt: skip
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w") as zip_:
        zip_.write(pad, "vk100/vk.gpkg")
    schrijf(tmp_path, f"{MAP}/vk100.zip", inhoud.getvalue())
    _klopt(tmp_path)


def test_without_a_file_there_are_no_squares(tmp_path: Path) -> None:
    frame, verslag = lees_map(tmp_path, "cbs_vierkanten", 2014)
    assert frame.empty
    assert "cbs_vierkanten/2014/*.gpkg" in str(verslag.reden)


@pytest.mark.parametrize(
    ("anders", "melding"),
    [
        ({"crs28992res100m": ["E123N5678", *SLEUTELS[1:]]},
         "vk100.gpkg, kolom 'crs28992res100m', rij 0: gevonden: 'E123N5678'.*als E1234N5678"),
        ({"crs28992res100m": [None, *SLEUTELS[1:]]}, "kolom 'crs28992res100m', rij 0.*nan"),
        ({"crs28992res100m": [*SLEUTELS[:3], SLEUTELS[0]]},
         "rij 3, code E1234N5678: gevonden: een vierkant dat al eerder.*wat te doen: haal"),
        ({"crs28992res100m": None}, "kolom 'crs28992res100m': gevonden: 0 lagen.*aantal_vrouwen"),
        # the residents of another year are not those of this one
        ({"aantal_inwoners": None, "INW2013": [35, 5, 0, 0]},
         "kolom 'aantal_inwoners': gevonden: laag vk met.*INW2013.*of inw2014.*wat te doen"),
        ({"aantal_inwoners": [35, -5, 0, 0]}, "'aantal_inwoners', rij 1, code E0100N4000.*-5"),
        ({"aantal_inwoners": [35, 5.5, 0, 0]}, "kolom 'aantal_inwoners', rij 1.*5.5"),
        ({"aantal_inwoners": [35, float("inf"), 0, 0]}, "kolom 'aantal_inwoners', rij 1.*inf"),
        ({"aantal_inwoners": ["35", "x", "0", "0"]}, "kolom 'aantal_inwoners', rij 1.*'x'"),
    ],
)  # fmt: skip
def test_refuses(tmp_path: Path, anders: dict[str, object], melding: str) -> None:
    _schrijf(tmp_path, **anders)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_vierkanten", 2014)
