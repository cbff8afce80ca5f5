"""Map and key figures of one year must know the same areas, as far as both speak of them."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pytest

from veerkracht_dagster.buurttabel.adrescontroles import controleer_adressen
from veerkracht_dagster.buurttabel.gebiedscontroles import controleer_gebieden
from veerkracht_dagster.sporen.afkomst import Afkomst

KAART, CIJFERS = "cbs_wijkbuurtkaart/2020/kaart.gpkg", "cbs_odata_v3/84799NED/TypedDataSet.json"
LBM = "leefbaarometer_3.0/geometrie-lbm3-2020/buurt 2020.gpkg"


def _tabel(codes: list[str], water: str = "NEE") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "niveau": "buurt",
            "regiocode": pd.array(codes, dtype="str"),
            "water": water,
            "gebiedsjaar": 2020,
            "bron_bestand": "sha",
            "bron_rij": range(len(codes)),
        }
    )


def _van(naam: str) -> Afkomst:
    return Afkomst(levering=[{"dialect": "x", "bestanden": [[naam, "sha"]]}])


def _gevallen(
    kaart: list[str], cijfers: list[str], naam: str = KAART, water: str = "NEE"
) -> list[tuple]:
    afkomst = {"cbs_buurtgrenzen": _van(naam), "cbs_kerncijfers": _van(CIJFERS)}
    controle = controleer_gebieden(_tabel(kaart, water), _tabel(cijfers), 2020, afkomst)
    if controle.goed:
        return []
    kop = ["bestand", "rij", "regiocode", "reden"]
    return list(controle.gevallen[kop].itertuples(index=False, name=None))


A1, A2, B1, C1 = "BU00010001", "BU00010002", "BU00020001", "BU00030001"


def test_a_buurt_that_is_not_on_the_map() -> None:
    assert _gevallen([A1], [A1, A2]) == [(CIJFERS, 1, A2, "staat niet op de kaart")]


def test_a_buurt_of_another_year_on_the_map() -> None:
    assert _gevallen([A1, A2], [A1]) == [(KAART, 1, A2, "staat niet in de Kerncijfers")]


def test_a_gemeente_that_is_not_on_the_map_of_a_country() -> None:
    assert _gevallen([A1, B1], [A1, B1, C1]) == [(CIJFERS, 2, C1, "staat niet op de kaart")]


@pytest.mark.parametrize(
    ("kaart", "cijfers"),
    [
        ([A1, A2, B1], [A1, A2, B1]),
        ([A1, A2], [A1, A2, B1, C1]),  # a map of one gemeente of three
        ([A1, B1, C1], [A1]),  # figures of one gemeente
        ([A1], []),
        ([], [A1]),
    ],
)
def test_a_part_of_the_country_is_no_case(kaart: list[str], cijfers: list[str]) -> None:
    assert _gevallen(kaart, cijfers) == []


@pytest.mark.parametrize(
    ("kaart", "cijfers", "zonder_kaart", "zonder_cijfers"),
    [
        ([A1, B1, C1], [A1, B1, C1], 0, 0),
        ([A1], [A1, B1, C1], 2, 0),  # a page of a service: one gemeente of three
        ([], [A1, B1], 2, 0),
        ([A1, B1, C1], [C1], 0, 2),  # a choice of regions
    ],
)
def test_what_one_of_the_two_lacks_is_told_at_any_share(
    kaart: list[str], cijfers: list[str], zonder_kaart: int, zonder_cijfers: int
) -> None:
    afkomst = {"cbs_buurtgrenzen": _van(KAART), "cbs_kerncijfers": _van(CIJFERS)}
    feiten = controleer_gebieden(_tabel(kaart), _tabel(cijfers), 2020, afkomst).feiten
    assert feiten["gemeenten_zonder_kaart"] == zonder_kaart
    assert feiten["gemeenten_zonder_kerncijfers"] == zonder_cijfers


def test_the_map_of_the_leefbaarometer_leaves_out_where_nobody_lives() -> None:
    assert _gevallen([A1], [A1, A2], LBM) == []


def test_water_has_no_figures() -> None:
    assert _gevallen([A1, A2], [A1], water="JA") == []


@pytest.mark.parametrize(
    ("aantallen", "fout"),
    [
        ({2016: 1000, 2020: 1040}, []),
        ({2016: 500, 2020: 1040}, [(2020, 500, 1040)]),
        ({2016: 1000, 2020: 10}, [(2020, 1000, 10)]),
        ({2016: 0, 2020: 1040}, []),  # a year without addresses goes another road
        ({2020: 1040}, []),
    ],
)
def test_a_year_with_far_fewer_addresses_than_its_base(aantallen: dict, fout: list) -> None:
    adressen = {jaar: pads.dataset(pa.table({"x": range(n)})) for jaar, n in aantallen.items()}
    controle = controleer_adressen(2016, [2020], adressen)
    kop = ["basis", "adressen", "adressen_basis"]
    assert list(controle.gevallen[kop].itertuples(index=False, name=None)) == fout
