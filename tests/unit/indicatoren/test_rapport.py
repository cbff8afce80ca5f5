"""The figures of the report on corporations' stock, worked out on paper."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import CAT
from veerkracht_dagster.indicatoren import rapport

NA = math.nan
# code, corporatie %, inwoners, K begin, K eind, V begin, V eind, signal class, lvb %
LAND = [
    ("BU00010001", 70, 1000, 10, 14, 0.1, 0.0, 4, 8),
    ("BU00010002", 200 / 3, 3000, 20, 22, 0.0, -0.1, 6, 12),
    ("BU00010003", 0, 2000, 10, 8, 0.2, 0.3, 1, 2),
    ("BU00020001", 4, 1000, 10, 9, 0.2, 0.1, 2, NA),
    ("BU00020002", 50, 1000, 10, 7, 0.2, NA, NA, 4),
    ("BU00030001", NA, 2000, NA, 30, -0.1, -0.2, NA, 6),
]


def _indicatoren(rijen: list[tuple]) -> dict[str, pd.DataFrame]:
    code, corporatie, inwoners, K_b, K_e, V_b, V_e, klasse, lvb = (
        pd.Series(kolom) for kolom in zip(*rijen, strict=True)
    )
    basis = pd.DataFrame({"regiocode": code})
    return {
        "kwetsbare_bewoners": basis.assign(
            K_begin=K_b, K_eind=K_e, dK=K_e - K_b, inwoners_eind=inwoners.astype(float)
        ),
        "overlast_onveiligheid": basis.assign(V_begin=V_b, V_eind=V_e, dP=V_b - V_e),
        "signaal": basis.assign(signaal_absoluut=klasse.astype(float)),
        "corporatiewoningen": basis.assign(corporatie_eind=corporatie.astype(float)),
        "domeinmaten": basis.assign(aandeel_lvb_eind=lvb.astype(float)),
    }


@pytest.fixture(scope="module")
def tabel() -> pd.DataFrame:
    return rapport(_indicatoren(LAND), CAT).set_index(["onderdeel", "groep", "maat"])


# part, group, figure, value, areas measured for it, of how many
CIJFERS = [
    # 66.67 % and 70 %: 2/3 or more; the share is known of five of the six
    ("bezit", "2/3 of meer", "gebieden", 2, 5, 6),
    ("bezit", "2/3 of meer", "bewoners", 4000, 2, 2),
    ("bezit", "2/3 of meer", "K_begin", (10 + 3 * 20) / 4, 2, 2),
    ("bezit", "2/3 of meer", "K_eind", (14 + 3 * 22) / 4, 2, 2),
    ("bezit", "2/3 of meer", "dK", (4 + 3 * 2) / 4, 2, 2),
    ("bezit", "2/3 of meer", "dP", 0.1, 2, 2),
    ("bezit", "2/3 of meer", "lvb", (8 + 3 * 12) / 4, 2, 2),
    ("bezit", "2/3 of meer", "bewoners_zwak", 4000, 2, 2),
    ("bezit", "2/3 of meer", "signaal_6", 1, 2, 2),
    ("bezit", "minder dan 5 %", "K_eind", (2 * 8 + 9) / 3, 2, 2),
    ("bezit", "minder dan 5 %", "lvb", 2, 1, 2),  # of one of the two
    ("bezit", "minder dan 5 %", "gebieden_zwak", 0, 2, 2),  # measured, and none of them
    ("bezit", "1/3 tot 2/3", "V_eind", NA, 0, 1),  # not measured: no figure, and not 0
    ("bezit", "1/3 tot 2/3", "gebieden_zwak", NA, 0, 1),
    ("bezit", "1/3 tot 2/3", "bewoners_zwak", NA, 0, 1),
    ("bezit", "1/3 tot 2/3", "signaal_3", NA, 0, 1),
    ("bezit", "5 % tot 1/3", "gebieden", 0, 5, 6),
    ("bezit", "5 % tot 1/3", "bewoners", NA, 0, 0),
    ("bezit", "5 % tot 1/3", "K_eind", NA, 0, 0),
    ("bezit", "geen meting", "bewoners", 2000, 1, 1),  # share unknown: apart, and in the country
    ("bezit", "Nederland", "gebieden", 6, 5, 6),
    ("bezit", "Nederland", "bewoners", 10_000, 6, 6),
    ("bezit", "Nederland", "gebieden_zwak", 2, 4, 6),
    # dK and dP both above 0: the first two
    ("land", "Nederland", "bewoners_beide", 4000, 4, 6),
    ("land", "Nederland", "gemeenten_beide", 1, 4, 6),
    ("land", "Nederland", "gemeenten_zwak", 1, 4, 6),
    ("land", "Nederland", "gemeenten", 2, 4, 6),
    # falls in three of the five with a change; of the two with a dP it falls in one
    ("land", "Nederland", "K_daalt", 60, 5, 6),
    ("land", "Nederland", "P_daalt_ook", 50, 2, 3),
    ("gemeenten", "GM0001", "gebieden_zwak", 2, 3, 3),
    ("gemeenten", "GM0001", "bewoners_zwak", 4000, 3, 3),
    # K of the five with both ends: 7, 8, 9, 14, 22
    ("spreiding", "K eind", "p50", 9, 5, 6),
    ("spreiding", "K begin", "p50", 10, 5, 6),
    # V of the five with both ends: -.2, -.1, 0, .1, .3
    ("spreiding", "V eind", "p50", 0, 5, 6),
]  # fmt: skip


@pytest.mark.parametrize(("onderdeel", "groep", "maat", "waarde", "gebieden", "van"), CIJFERS)
def test_figures(
    tabel: pd.DataFrame,
    onderdeel: str,
    groep: str,
    maat: str,
    waarde: float,
    gebieden: int,
    van: int,
) -> None:
    rij = tabel.loc[(onderdeel, groep, maat)]
    assert rij["waarde"] == pytest.approx(waarde, nan_ok=True)
    assert (rij["gebieden"], rij["van"]) == (gebieden, van)


# An area of a weak class of which residents are not known: how many live there is not 0.
def test_a_sum_of_areas_without_the_figure_is_no_measurement() -> None:
    land = [("BU00010001", 70, NA, 10, 14, 0.1, 0.0, 4, 8), *LAND[2:]]
    tabel = rapport(_indicatoren(land), CAT).set_index(["onderdeel", "groep", "maat"])
    for plek in (("bezit", "Nederland"), ("gemeenten", "GM0001")):
        assert math.isnan(tabel.loc[(*plek, "bewoners_zwak"), "waarde"])
        assert tabel.loc[(*plek, "gebieden_zwak"), "waarde"] == 1


def test_growing_differences_are_weighed_with_residents(tabel: pd.DataFrame) -> None:
    # K begin of the five, 1, 3, 2, 1, 1 thousand: mean 110 / 8 = 13.75; variance
    # (3.75² x 5 + 6.25² x 3) / 8 = 23.4375
    sd = tabel.loc[("spreiding", "K begin", "spreiding_sd"), "waarde"]
    assert sd == pytest.approx(math.sqrt(23.4375))


def test_every_figure_says_what_it_is_made_of(tabel: pd.DataFrame) -> None:
    for kolom in ("titel", "eenheid", "formule", "uit"):
        assert tabel[kolom].str.len().gt(0).all()
    assert tabel.index.is_unique


def test_public_figures_stand_where_they_belong_and_say_how_they_differ(
    tabel: pd.DataFrame,
) -> None:
    naast = tabel.dropna(subset="openbaar")
    assert set(naast.index) == {
        ("bezit", "2/3 of meer", "bewoners"), ("bezit", "2/3 of meer", "lvb"),
        ("land", "Nederland", "bewoners_beide"), ("land", "Nederland", "gemeenten_beide"),
        ("land", "Nederland", "K_daalt"),
    }  # fmt: skip
    assert naast["anders"].notna().all()


def test_nothing_measured_gives_a_report_without_figures() -> None:
    leeg = [("BU00010001", NA, NA, NA, NA, NA, NA, NA, NA)]
    tabel = rapport(_indicatoren(leeg), CAT)
    assert tabel["waarde"].isna().all()
    assert (tabel["gebieden"] == 0).all()
    assert "gemeenten" not in set(tabel["onderdeel"])
