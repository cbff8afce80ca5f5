"""Address files in which addresses stand with another buurt than where they are."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest

from tests.unit.buurttabel.hulp import REGELS, strook
from veerkracht_dagster.buurttabel.adrescontroles import controleer_plaatsen
from veerkracht_dagster.buurttabel.indeling import Indelingen
from veerkracht_dagster.buurttabel.omzetting import maak_omzettingen

CODES = [f"BU0001{k:04d}" for k in range(12)]
GOED = pd.DataFrame(
    {
        "postcode": [f"{1000 + k:04d}AB" for k in range(12) for _ in range(20)],
        "huisnummer": [n for _ in range(12) for n in range(1, 21)],
        "buurtcode": [code for code in CODES for _ in range(20)],
        "wijkcode": "WK000100",
    }
)


def _gebieden(laatste: float) -> gpd.GeoDataFrame:
    """Twelve strips of 100 m; the border of the last two lies at `laatste`."""
    randen = [*(100.0 * k for k in range(11)), laatste, 1200.0]
    vlakken = [strook(*paar) for paar in pairwise(randen)]
    frame = {"niveau": "buurt", "regiocode": CODES, "regionaam": CODES}
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(vlakken, crs="EPSG:28992"))


def _naar(buurt: str, deel: int) -> pd.DataFrame:
    """The addresses with a part of 20 of every buurt at one of them."""
    weg = GOED["huisnummer"] <= deel
    return GOED.assign(buurtcode=GOED["buurtcode"].where(~weg, buurt))


def _verschoven() -> pd.DataFrame:
    return GOED.assign(buurtcode=GOED["buurtcode"].shift(20, fill_value=CODES[0]))


def _gevonden(oud: pd.DataFrame, nieuw: pd.DataFrame | None) -> list[str]:
    adressen = {2018: oud} if nieuw is None else {2018: oud, 2020: nieuw}
    indelingen = Indelingen({2018: _gebieden(1100), 2020: _gebieden(1130)}, adressen)
    tabel = maak_omzettingen(2018, [("buurt", 2020)], indelingen, REGELS)
    controle = controleer_plaatsen(tabel, 2018, indelingen)
    return [] if controle.goed else controle.gevallen["gevonden"].tolist()


@pytest.mark.parametrize(
    ("oud", "nieuw"),
    [
        (GOED, GOED),
        (_naar(CODES[0], 1), GOED),  # one of twenty is another buurt now
        (GOED.iloc[:-20], GOED),  # a buurt without addresses
        (GOED.iloc[:20], GOED.iloc[:20].assign(huisnummer=range(101, 121))),  # nothing in common
    ],
)
def test_what_may_be_so_is_no_case(oud: pd.DataFrame, nieuw: pd.DataFrame) -> None:
    gevonden = _gevonden(oud, nieuw)
    assert [een for een in gevonden if "andere grond" in een] == []


@pytest.mark.parametrize(
    ("oud", "nieuw", "woorden"),
    [
        (_naar(CODES[3], 20), GOED, ["11 van 12 buurten zonder", "240 van 240", "andere grond"]),
        (_naar(CODES[3], 18), GOED, ["218 van 240 adressen in een buurt", "andere grond"]),
        (_naar(CODES[3], 18), _naar(CODES[3], 18), ["218 van 240 adressen in een buurt"]),
        (_naar(CODES[3], 10), GOED, ["90 van 200 adressen liggen in 2020 op andere grond"]),
        (_verschoven(), GOED, ["andere grond"]),  # a column moved down
        (_naar(CODES[3], 20), None, ["11 van 12 buurten zonder", "240 van 240"]),
    ],
)
def test_addresses_at_another_buurt(
    oud: pd.DataFrame, nieuw: pd.DataFrame | None, woorden: list[str]
) -> None:
    gevonden = _gevonden(oud, nieuw)
    assert len(gevonden) == len(woorden)
    assert all(woord in een for woord, een in zip(woorden, gevonden, strict=True)), gevonden


# --- gemeenten without an address -----------------------------------------------------------------
def _gemeenten(met: int) -> list[str]:
    codes = [f"BU{k + 1:04d}0000" for k in range(12)]
    gebieden = _gebieden(1100).assign(regiocode=codes)
    wie = GOED.assign(buurtcode=[code for code in codes for _ in range(20)]).iloc[: 20 * met]
    indelingen = Indelingen({2018: gebieden}, {2018: wie})
    tabel = maak_omzettingen(2018, [("buurt", 2018)], indelingen, REGELS)
    controle = controleer_plaatsen(tabel, 2018, indelingen)
    return [] if controle.goed else controle.gevallen["gevonden"].tolist()


@pytest.mark.parametrize(
    ("met", "fout"),
    [
        (12, []),
        (10, ["geen adres in 2 gemeenten: GM0011, GM0012"]),
        (5, []),  # somebody's part of the country
    ],
)
def test_a_gemeente_without_an_address(met: int, fout: list[str]) -> None:
    assert _gemeenten(met) == fout
