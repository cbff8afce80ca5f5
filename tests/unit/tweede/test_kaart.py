"""Maps and squares read a second time: the same land and residents as the pipeline reads."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.unit.bronnen.hulp import lees_map, schrijf
from tests.unit.bronnen.test_antwoordvormen import LBM_WFS, lbm_wfs
from tests.unit.bronnen.test_buurtgrenzen import KAART, VIERKANT, VLINDER, _gpkg, _nieuw, _shp_zip
from tests.unit.bronnen.test_kaartvormen import GROND, schrijf_geojson, schrijf_zip
from tests.unit.bronnen.test_vierkanten import SLEUTELS
from tests.unit.bronnen.test_vierkanten import _schrijf as schrijf_vierkanten
from tests.unit.tweede.test_ruw import leveringen
from veerkracht_dagster.buurttabel import maak_gebieden
from veerkracht_dagster.catalogus.vorm import lege_tabel
from veerkracht_dagster.tweede.hertellen.kaart import land_van, vierkanten_van

OUD = {"buurtcode": "BU_CODE", "buurtnaam": "BU_NAAM", "gemeentenaam": "GM_NAAM", "water": "H2O",
       "indelingswijziging_wijken_en_buurten": "IND_WBI"}  # fmt: skip


MERK = "indelingswijziging_wijken_en_buurten"


def _zes(**anders: object) -> gpd.GeoDataFrame:
    """Six buurten of land."""
    kolommen = {
        "buurtcode": [f"BU0014000{i}" for i in range(6)],
        "buurtnaam": [f"Buurt {i}" for i in range(6)],
        "gemeentenaam": ["Groningen"] * 6,
        "water": ["NEE"] * 6,
        MERK: [1] * 6,
        "geometry": [VIERKANT] * 6,
    }
    return gpd.GeoDataFrame(kolommen | anders, crs="EPSG:28992")


def test_shapes_of_the_leefbaarometer_by_its_own_service(tmp_path: Path) -> None:
    schrijf(tmp_path / "bronnen", LBM_WFS, lbm_wfs())
    frame, _ = lees_map(tmp_path / "bronnen", "cbs_buurtgrenzen", 2024)
    (deel,) = leveringen(tmp_path / "bronnen", "cbs_buurtgrenzen", 2024)
    gevonden = {rij.code: (rij.naam, rij.gemeente) for rij in land_van(deel, "buurt")}
    assert gevonden == {
        rij["regiocode"]: (rij["regionaam"], rij["gemeentenaam"]) for _, rij in frame.iterrows()
    }
    assert len(gevonden) == 2


def _geojson(map_: Path, frame: gpd.GeoDataFrame) -> None:
    pad = map_ / "bronnen" / f"{KAART}.geojson"
    pad.parent.mkdir(parents=True)
    pad.write_text(frame.to_json())


def _in_delen_en_scheef() -> gpd.GeoDataFrame:
    """A ring that crosses itself, and a code with land, and water that is not drawn."""
    return _nieuw(geometry=[VLINDER, None, VIERKANT])


@pytest.mark.parametrize(
    "schrijf",
    [
        lambda map_: _gpkg(map_ / "bronnen", {"buurten": _in_delen_en_scheef()}),
        lambda map_: _shp_zip(map_, _nieuw().rename(columns=OUD).to_crs("EPSG:3857")),
        lambda map_: _geojson(map_, _nieuw(geometry=[VLINDER, VIERKANT, VIERKANT]).to_crs(4326)),
        # without a column that says so, water and abroad are known by their name and code
        lambda map_: _geojson(
            map_,
            _nieuw(
                buurtcode=["BU00140000", "BU00149998", "BU09980000"],
                buurtnaam=["Noord", "Groot water", "Baarle-Hertog"],
            ).drop(columns="water"),
        ),
        lambda map_: schrijf_zip(map_, gpkg=_zes(), shp=_zes(), gdb=_zes()),
        lambda map_: schrijf_zip(map_, gdb=_zes()),
        # heights, holes that are none of theirs, marks for nothing
        lambda map_: _gpkg(
            map_ / "bronnen",
            {
                "buurten": _zes(
                    geometry=[shapely.force_3d(vlak, 2) for vlak, _ in [*GROND.values()][:6]]
                )
            },
        ),
        lambda map_: schrijf_geojson(
            map_ / "bronnen",
            _zes().rename(columns={MERK: "indelingswijzigingWijkenEnBuurten", "water": "WATER"}),
        ),
        lambda map_: _gpkg(map_ / "bronnen", {"buurten": _zes(**{MERK: [-99999999] * 5 + [2]})}),
    ],
    ids=[
        "geopackage", "shapefile in 3857", "geojson in degrees", "no column of water",
        "three forms in one zip", "file geodatabase", "heights and holes", "capitals in names",
        "marks for nothing",
    ],
)  # fmt: skip
def test_land_and_names_are_those_of_the_pipeline(tmp_path: Path, schrijf) -> None:
    schrijf(tmp_path)
    frame, _ = lees_map(tmp_path / "bronnen", "cbs_buurtgrenzen", 2020)
    leeg = lege_tabel("cbs_kerncijfers"), lege_tabel("leefbaarometer")
    moet = maak_gebieden(frame, *leeg, 2020).set_index("regiocode")
    (deel,) = leveringen(tmp_path / "bronnen", "cbs_buurtgrenzen", 2020)
    gevonden = {rij.code: rij for rij in land_van(deel, "buurt")}
    assert sorted(gevonden) == sorted(moet.index)
    for code, rij in moet.iterrows():
        eigen = gevonden[str(code)]
        for naam, hun in (
            (eigen.naam, rij["regionaam"]),
            (eigen.gemeente, rij["gemeentenaam"]),
            (eigen.merk, rij["indelingswijziging"]),
        ):
            assert naam == (None if pd.isna(hun) else hun)
        if pd.isna(rij["geometry"]):
            assert eigen.vlak is None
        else:
            assert shapely.area(eigen.vlak) == pytest.approx(rij["geometry"].area, rel=1e-12)
            assert shapely.symmetric_difference(eigen.vlak, rij["geometry"]).area < 1e-6


@pytest.mark.parametrize("naam", ["aantal_inwoners", "INWONER", "INW2014"])
def test_squares_are_those_of_the_pipeline(tmp_path: Path, naam: str) -> None:
    anders = {"INW2013": [1, 2, 3, 4], "aantal_inwoners": None, naam: [35, -99997, -99995, 0]}
    schrijf_vierkanten(tmp_path / "bronnen", crs28992res100m=None, C28992R100=SLEUTELS, **anders)
    frame, _ = lees_map(tmp_path / "bronnen", "cbs_vierkanten", 2014)
    (deel,) = leveringen(tmp_path / "bronnen", "cbs_vierkanten", 2014)
    for reeks, kolom in zip(vierkanten_van(deel), ("x", "y", "inwoners"), strict=True):
        np.testing.assert_array_equal(reeks, frame[kolom].to_numpy(dtype=float))
