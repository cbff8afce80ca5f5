"""The check of the crosswalk against the shapes themselves."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.unit.buurttabel.hulp import REGELS, strook
from veerkracht_dagster.buurttabel.indeling import Indelingen
from veerkracht_dagster.buurttabel.omzetting import maak_omzettingen
from veerkracht_dagster.buurttabel.overzicht import eigen_niveau, wijzigingen
from veerkracht_dagster.buurttabel.wegcontroles import (
    controleer_omzetting,
    controleer_plek,
    controleer_wijzigingen,
)

A, B, C = "BU00010001", "BU00010002", "BU00010003"
# A stays, B gives a part to C.
OUD = {A: strook(0, 100), B: strook(100, 200), C: strook(200, 300)}
NIEUW = {A: strook(0, 100), B: strook(100, 170), C: strook(170, 300)}


def _gebieden(vlakken: dict[str, shapely.Polygon]) -> gpd.GeoDataFrame:
    codes = list(vlakken)
    return gpd.GeoDataFrame(
        {"niveau": "buurt", "regiocode": codes, "regionaam": codes},
        geometry=gpd.GeoSeries(list(vlakken.values()), crs="EPSG:28992"),
    )


@pytest.fixture
def indelingen() -> Indelingen:
    return Indelingen({2018: _gebieden(OUD), 2020: _gebieden(NIEUW)}, {})


@pytest.fixture
def tabel(indelingen: Indelingen) -> pd.DataFrame:
    return maak_omzettingen(2018, [("buurt", 2020)], indelingen, REGELS)


def test_a_crosswalk_of_these_maps_holds(tabel: pd.DataFrame, indelingen: Indelingen) -> None:
    assert tabel["methode"].tolist() == ["identiek", "oppervlak", "oppervlak", "oppervlak"]
    assert controleer_omzetting(tabel, 2018, indelingen, REGELS).goed


@pytest.mark.parametrize(
    ("rij", "kolom", "waarde", "reden"),
    [
        (1, "methode", "identiek", "niet even groot"),  # B lost a third of its ground
        (2, "aantal", 20_000.0, "groter dan het gebied"),  # B has 10,000 m2
        (0, "methode", "oppervlak", "langs een andere weg"),  # A did not change
        (0, "gewicht", 0.5, "langs een andere weg"),
    ],
)
def test_what_the_maps_contradict_is_named(
    tabel: pd.DataFrame, indelingen: Indelingen, rij: int, kolom: str, waarde: object, reden: str
) -> None:
    tabel.loc[rij, kolom] = waarde
    gevallen = controleer_omzetting(tabel, 2018, indelingen, REGELS).gevallen
    assert gevallen["van_regio"].tolist() == [tabel.loc[rij, "van_regio"]]
    assert reden in gevallen["reden"].iloc[0]


@pytest.mark.parametrize(
    ("kolom", "waarde"),
    [("soort", "gesplitst"), ("naar", C), ("methode", "identiek"), ("gebieden", 3),
     ("zelfde_code", B)],
)  # fmt: skip
def test_what_is_told_of_changes_is_counted_again(
    tabel: pd.DataFrame, kolom: str, waarde: object
) -> None:
    zonder = pd.DataFrame({"van_regio": ["BU00010009"], "methode": ["geen"]})
    eigen = tabel.loc[:, ["van_regio", "naar_regio", "gewicht", "methode"]]
    eigen = pd.concat([eigen, zonder], ignore_index=True)
    verteld = wijzigingen(eigen, REGELS).assign(niveau="buurt", basis="2020")
    eigen = eigen.assign(niveau="buurt", basis=2020)
    assert verteld["soort"].tolist() == ["ongewijzigd", "grens verschoven", "zonder weg"]
    assert controleer_wijzigingen(eigen, verteld, REGELS).goed
    verteld.loc[1, kolom] = waarde
    assert not controleer_wijzigingen(eigen, verteld, REGELS).goed


# --- buurten in wijken ---------------------------------------------------------------------------
WIJK = "WK000100"


@pytest.fixture
def met_wijk() -> Indelingen:
    """The same, and a wijk that all of it lies in."""
    een, ander = ({**vlakken, WIJK: strook(0, 300)} for vlakken in (OUD, NIEUW))
    gebieden = (_gebieden(een), _gebieden(ander))
    for tabel in gebieden:
        tabel["niveau"] = ["wijk" if code == WIJK else "buurt" for code in tabel["regiocode"]]
    return Indelingen(dict(zip((2018, 2020), gebieden, strict=True)), {})


def test_buurten_in_wijken_hold_and_are_no_changes(met_wijk: Indelingen) -> None:
    tabel = maak_omzettingen(2018, [("wijk", 2020)], met_wijk, REGELS)
    assert tabel["methode"].tolist() == ["identiek", "oppervlak", "oppervlak", "identiek"]
    assert controleer_omzetting(tabel, 2018, met_wijk, REGELS).goed
    verteld = wijzigingen(eigen_niveau(tabel), REGELS).assign(niveau="wijk", basis="2020")
    assert verteld["gebieden"].tolist() == [1]  # one wijk, unchanged
    assert controleer_wijzigingen(tabel, verteld, REGELS).goed


@pytest.mark.parametrize(
    ("rij", "kolom", "waarde", "reden"),
    [
        (0, "methode", "oppervlak", "langs een andere weg"),  # A did not change
        (0, "gewicht", 0.5, "langs een andere weg"),
        (1, "aantal", 20_000.0, "groter dan het gebied"),
    ],
)
def test_what_the_maps_contradict_of_buurten_in_wijken_is_named(
    met_wijk: Indelingen, rij: int, kolom: str, waarde: object, reden: str
) -> None:
    tabel = maak_omzettingen(2018, [("wijk", 2020)], met_wijk, REGELS)
    tabel.loc[rij, kolom] = waarde
    gevallen = controleer_omzetting(tabel, 2018, met_wijk, REGELS).gevallen
    assert gevallen["van_regio"].tolist() == [tabel.loc[rij, "van_regio"]]
    assert reden in gevallen["reden"].iloc[0]


# --- where a map lies -----------------------------------------------------------------------------
CODES = [f"BU0001{k:04d}" for k in range(12)]


def _rij(verschoven: float, hoeveel: int = 12) -> gpd.GeoDataFrame:
    """Twelve strips of 100 m by 100 m; some of them lie elsewhere."""
    return _gebieden(
        {
            code: strook(100 * k + weg, 100 * (k + 1) + weg)
            for k, code in enumerate(CODES)
            for weg in [verschoven if k < hoeveel else 0]
        }
    )


@pytest.mark.parametrize(
    ("oud", "fout"),
    [
        (_rij(0), False),
        (_rij(90), False),  # within their own width
        (_rij(5000, 2), False),  # some were drawn elsewhere
        (_rij(5000, 3), True),
        (_rij(150), True),
        (_rij(5000).iloc[:5], False),  # too few to say
        (_rij(5000).assign(regionaam="x"), False),  # a code that is used again for other ground
    ],
)
def test_a_map_that_lies_elsewhere(oud: gpd.GeoDataFrame, fout: bool) -> None:
    indelingen = Indelingen({2018: oud, 2020: _rij(0)}, {})
    controle = controleer_plek(2018, [("buurt", 2020), ("buurt", 2018)], indelingen)
    assert controle.goed != fout
    if fout:
        assert "op de kaart van 2018 ergens anders dan op die van 2020" in controle.melding()
        assert "cbs_wijkbuurtkaart/2018/" in controle.melding()
