"""V, its change with the sign turned, and the steps in between."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import buurttabel, edittabel
from veerkracht_dagster.indicatoren import corporatiewoningen, overlast_onveiligheid

NA = math.nan
A, B = "BU00010001", "BU00010002"


def V_van(per_jaar: dict[int, list], **meer) -> pd.DataFrame:
    """onv per year for areas A, B with 1,000 residents each in 2020."""
    jaren = {j: {"onv": onv} for j, onv in per_jaar.items()}
    jaren.setdefault(2020, {})["inwoners"] = [1000, 1000]
    tabellen = {jaar: buurttabel([A, B], **kolommen) for jaar, kolommen in jaren.items()}
    return overlast_onveiligheid(edittabel(tabellen, **meer)).set_index("regiocode")


def test_higher_is_better_and_a_rise_of_nuisance_is_positive() -> None:
    uit = V_van({2014: [0.10, -0.05], 2020: [0.04, -0.01]})
    assert uit["V_eind"].tolist() == [0.04, -0.01]
    assert uit["dP"].tolist() == pytest.approx([0.06, -0.04])  # A got worse
    assert uit["dP_relatief"].tolist() == pytest.approx([0.05, -0.05])  # mean 0.01
    assert uit["onv_klasse"].tolist() == [6, 5]  # 0.039195 <= 0.04, and -0.01 above -0.039195
    assert set(uit["dP__status"]) == {"waargenomen"}


@pytest.mark.parametrize(
    ("begin", "eind", "status"),
    [
        ("-", 0.1, "ontbreekt"),
        (0.1, "-", "ontbreekt"),
        ("o", 0.1, "onderdrukt"),
        ((0.1, "g"), 0.1, "geschat"),
    ],
)
def test_a_change_has_the_worst_state_of_its_ends(begin: object, eind: object, status: str) -> None:
    uit = V_van({2014: [begin, 0.1], 2020: [eind, 0.1]}).loc[A]
    assert uit["dP__status"] == status
    assert pd.isna(uit["dP"]) == (status != "geschat")


# 2014-16, 2016-18, 2018-20: measured steps and those with more nuisance (a lower score).
STAPPEN = [
    ("drie gemeten", (0.3, 0.2, 0.1, 0.0), (3, 3)),
    ("gelijk is geen toename", (0.3, 0.3, 0.2, 0.3), (3, 1)),
    ("2016 niet gemeten", (0.3, None, 0.1, 0.0), (1, 1)),
    ("2018 niet gemeten", (0.3, 0.2, None, 0.0), (1, 1)),
    ("alleen de einden", (0.3, None, None, 0.0), (0, 0)),
    ("niets", (None, None, None, None), (0, 0)),
]


@pytest.mark.parametrize(("onv", "verwacht"), [s[1:] for s in STAPPEN], ids=[s[0] for s in STAPPEN])
def test_steps(onv: tuple, verwacht: tuple[int, int]) -> None:
    cellen = {
        jaar: ["-" if v is None else v, 0.0]
        for jaar, v in zip((2014, 2016, 2018, 2020), onv, strict=True)
    }
    uit = V_van(cellen).loc[A]
    assert (uit["stappen_gemeten"], uit["stappen_toename"]) == verwacht


def test_a_step_needs_its_very_years() -> None:
    # 2015 may stand for an end, never for a step: its change would be of another length.
    uit = V_van({2014: [0.3, 0], 2015: [0.2, 0], 2017: [0.1, 0], 2020: [0.0, 0]}).loc[A]
    assert uit["stappen_gemeten"] == 0


def test_the_length_of_a_step_is_a_parameter() -> None:
    uit = V_van({2014: [0.3, 0], 2017: [0.2, 0], 2020: [0.1, 0]}, stap_jaren=3).loc[A]
    assert (uit["stappen_gemeten"], uit["stappen_toename"]) == (2, 2)


def test_years_really_used() -> None:
    uit = V_van({2014: [0.1, 0.1], 2018: [0.2, 0.2]}).loc[A]
    assert uit["V_eind"] == 0.2
    assert uit["jaren_begin"] == "leefbaarometer 2014"
    assert uit["jaren_eind"] == "leefbaarometer 2018"


def test_without_a_leefbaarometer_everything_is_missing() -> None:
    uit = V_van({})
    assert uit[["V_begin", "V_eind", "dP", "dP_relatief", "onv_klasse"]].isna().all(axis=None)
    assert set(uit["onv_klasse__status"]) == {"ontbreekt"}
    assert set(uit["jaren_eind"]) == {""}


def test_corporatiebezit_is_of_the_end() -> None:
    per_jaar = {
        2019: buurttabel([A, B], percentage_corporatiewoningen=[30, 40], woningen=[10, 20]),
        2020: buurttabel([A, B], percentage_corporatiewoningen=["-", "-"], woningen=[11, 21]),
    }
    uit = corporatiewoningen(edittabel(per_jaar)).set_index("regiocode")
    assert uit["corporatie_eind"].tolist() == [30, 40]  # not released for 2020: 2019
    assert uit["woningen_eind"].tolist() == [11, 21]
    assert set(uit["jaren_eind"]) == {"kerncijfers 2019"}


def test_corporatiebezit_not_released() -> None:
    uit = corporatiewoningen(edittabel({2020: buurttabel([A, B], woningen=[11, 21])}))
    assert uit["corporatie_eind"].isna().all()
    assert set(uit["corporatie_eind__status"]) == {"ontbreekt"}
    assert set(uit["jaren_eind"]) == {""}
