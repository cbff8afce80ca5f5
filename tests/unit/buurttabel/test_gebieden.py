"""Which areas a year has: the source that knows them, land without water, names."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.unit.buurttabel.hulp import NIVEAU, strook
from veerkracht_dagster.buurttabel import maak_gebieden
from veerkracht_dagster.catalogus import tabellen

BU, BU2, WK = "BU00140000", "BU00140001", "WK001400"


def grenzen(*rijen: tuple[str, str, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Boundaries: (code, water, shape)."""
    tabel = pd.DataFrame(
        {
            "niveau": [NIVEAU[code[:2]] for code, *_ in rijen],
            "regiocode": [code for code, *_ in rijen],
            "regionaam": [f"{code} op de kaart" for code, *_ in rijen],
            "gemeentenaam": "Groningen",
            "indelingswijziging": "1",
            "water": [water for _, water, _ in rijen],
        }
    )
    vlakken = gpd.GeoSeries([vlak for *_, vlak in rijen], crs="EPSG:28992")
    return gpd.GeoDataFrame(tabel, geometry=vlakken, crs="EPSG:28992")


def rijen(naam: str, jaar: int, *codes: str) -> pd.DataFrame:
    """Rows of Kerncijfers or Leefbaarometer standing on the areas of `jaar`."""
    return pd.DataFrame(
        {
            "niveau": pd.Series([NIVEAU[code[:2]] for code in codes], dtype="str"),
            "regiocode": pd.Series(codes, dtype="str"),
            "regionaam": [f"{code} {naam}" for code in codes],
            "gemeentenaam": None,
            "indelingswijziging": None,
            "gebiedsjaar": jaar,
        }
    )


KAART = grenzen((BU, "NEE", strook(0, 100)), (WK, "NEE", strook(0, 100)))
NIETS = (grenzen(), rijen("kwb", 2020), rijen("lbm", 2020))
KEUZE = [
    # the map goes before the two others
    (KAART, (2020, BU, WK), (2020, BU, WK), {BU: "cbs_buurtgrenzen", WK: "cbs_buurtgrenzen"}),
    # no map: the Kerncijfers
    (NIETS[0], (2020, BU, WK), (2020, BU, WK), {BU: "cbs_kerncijfers", WK: "cbs_kerncijfers"}),
    # neither: the Leefbaarometer standing on the areas of this very year
    (NIETS[0], (2020,), (2020, BU, WK), {BU: "leefbaarometer", WK: "leefbaarometer"}),
    # the map is of a part of the country: the Kerncijfers name the rest, per niveau
    (
        KAART.iloc[:1],
        (2020, BU, BU2, WK),
        (2020,),
        {BU: "cbs_buurtgrenzen", BU2: "cbs_kerncijfers", WK: "cbs_kerncijfers"},
    ),
    # the Leefbaarometer adds nothing to a list: a code of its own is a mistake to be found
    (KAART, (2020,), (2020, BU, BU2, WK), {BU: "cbs_buurtgrenzen", WK: "cbs_buurtgrenzen"}),
    # areas of another year are not the areas of this year
    (NIETS[0], (2019, BU, WK), (2024, BU, WK), {}),
    # land and gemeenten are no areas of the table
    (NIETS[0], (2020, "NL00", "GM0014", BU), (2020,), {BU: "cbs_kerncijfers"}),
    # nothing at all
    (NIETS[0], (2020,), (2020,), {}),
]


@pytest.mark.parametrize(("kaart", "kwb", "lbm", "verwacht"), KEUZE)
def test_the_first_source_that_knows_the_year_is_taken(
    kaart: gpd.GeoDataFrame, kwb: tuple, lbm: tuple, verwacht: dict[str, str]
) -> None:
    uit = maak_gebieden(kaart, rijen("kwb", *kwb), rijen("lbm", *lbm), 2020)
    assert dict(zip(uit["regiocode"], uit["herkomst"], strict=True)) == verwacht
    assert list(uit.columns) == tabellen()["gebieden"].kolomnamen
    assert uit.crs == "EPSG:28992"
    zonder_kaart = uit["herkomst"] != "cbs_buurtgrenzen"
    assert uit.loc[zonder_kaart, ["geometry", "oppervlak_m2"]].isna().all(axis=None)


def test_what_the_map_does_not_say_the_key_figures_may() -> None:
    # The map knows no names or marks here; the key figures do.
    kaart = KAART.assign(regionaam=None, indelingswijziging=None)
    kwb = rijen("kwb", 2020, BU).assign(indelingswijziging="3")
    uit = maak_gebieden(kaart, kwb, rijen("lbm", 2020), 2020).set_index("regiocode")
    assert uit.loc[BU, ["regionaam", "indelingswijziging"]].tolist() == [f"{BU} kwb", "3"]
    assert uit.loc[BU, "herkomst"] == "cbs_buurtgrenzen"
    assert uit.loc[WK, ["regionaam", "indelingswijziging"]].isna().all()


def test_water_is_left_out_and_land_is_dissolved() -> None:
    # BU: two pieces of land, 100 x 100 m each, and 50 m of water between them.
    # BU2: water only, so there is no ground to live on.
    kaart = grenzen(
        (BU, "NEE", strook(0, 100)),
        (BU, "JA", strook(100, 150)),
        (BU, "NEE", strook(150, 250)),
        (BU2, "JA", strook(300, 400)),
        ("BU00140002", "B", strook(400, 500)),  # a Belgian enclave
    )
    uit = maak_gebieden(kaart, *NIETS[1:], 2020)
    assert list(uit["regiocode"]) == [BU]
    assert uit["oppervlak_m2"].tolist() == [20_000]
    assert uit.geometry[0].equals(shapely.union_all([strook(0, 100), strook(150, 250)]))


def test_names_and_the_codes_above() -> None:
    kwb = rijen("kwb", 2020, "NL00", "GM0014", BU2, "BU1680AB0C")
    kwb["gemeentenaam"] = [None, None, "Haren", None]
    uit = maak_gebieden(grenzen(), kwb, rijen("lbm", 2020), 2020).set_index("regiocode")
    assert list(uit.index) == [BU2, "BU1680AB0C"]
    assert uit["wijkcode"].tolist() == ["WK001400", "WK1680AB"]  # letters since 2022
    assert uit["gemeentecode"].tolist() == ["GM0014", "GM1680"]
    # the row's own name of the gemeente, else that of the gemeente's row, else none
    assert uit.loc[BU2, "gemeentenaam"] == "Haren"
    assert pd.isna(uit.loc["BU1680AB0C", "gemeentenaam"])
    zonder = kwb.assign(gemeentenaam=None)
    uit = maak_gebieden(grenzen(), zonder, rijen("lbm", 2020), 2020).set_index("regiocode")
    assert uit.loc[BU2, "gemeentenaam"] == "GM0014 kwb"


def test_the_order_of_rows_does_not_matter() -> None:
    kaart = grenzen(*((f"BU0014000{n}", "NEE", strook(n, n + 1)) for n in (3, 1, 2)))
    eens = maak_gebieden(kaart, *NIETS[1:], 2020)
    anders = maak_gebieden(kaart.iloc[::-1], *NIETS[1:], 2020)
    pd.testing.assert_frame_equal(eens, anders)
    assert eens["regiocode"].is_monotonic_increasing
