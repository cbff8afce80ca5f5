"""Counts grow with those they count among; shares, percentages and what is in disorder do not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.telling import geen_percentage, geen_telling

REGELS = catalogus().constanten
rng = np.random.default_rng(14)
# Sizes as buurten have them: half of them small, a few of thousands.
LAND = np.round(rng.lognormal(6.5, 1.1, 400))
GEMEENTE = LAND[:40]
DORP = np.array([128.0, 302.0, 294.0, 507.0])
AANDEEL = rng.beta(4, 60, 400)  # of an area, 0 to 1


def _deel(geheel: np.ndarray) -> np.ndarray:
    return AANDEEL[: len(geheel)]


def _telling(x: np.ndarray, geheel: np.ndarray, gemeenten: int = 1) -> str | None:
    codes = [f"BU{k % gemeenten:04d}{k:04d}" for k in range(len(x))]
    return geen_telling(x, geheel, pd.Series(codes), REGELS)


VORMEN: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "persons": lambda r: np.round(_deel(r) * r),
    "persons with decimals": lambda r: _deel(r) * r,
    "parts of 1": lambda r: np.round(_deel(r), 3),
    "percentages": lambda r: np.round(100 * _deel(r), 1),
    "whole percentages": lambda r: np.round(100 * _deel(r)),
    "per thousand": lambda r: np.round(1000 * _deel(r)),
}


@pytest.mark.parametrize("geheel", [LAND, GEMEENTE, DORP], ids=["land", "gemeente", "dorp"])
@pytest.mark.parametrize("vorm", ["persons", "persons with decimals"])
def test_counts_are_counts(geheel: np.ndarray, vorm: str) -> None:
    assert _telling(VORMEN[vorm](geheel), geheel) is None


@pytest.mark.parametrize("geheel", [LAND, GEMEENTE], ids=["land", "gemeente"])
@pytest.mark.parametrize("vorm", [naam for naam in VORMEN if "persons" not in naam])
def test_what_is_delivered_for_counts_is_told(geheel: np.ndarray, vorm: str) -> None:
    gevonden = _telling(VORMEN[vorm](geheel), geheel)
    assert gevonden is not None
    assert f"in {len(geheel)} gebieden, waar {geheel.sum():.0f} zijn" in gevonden


def test_figures_of_other_areas_show_in_a_country() -> None:
    ergens = np.random.default_rng(1).permutation(VORMEN["persons"](LAND))
    assert _telling(ergens, LAND) is not None


def test_parts_of_1_show_in_a_village_too() -> None:
    assert _telling(VORMEN["parts of 1"](DORP), DORP) is not None


@pytest.mark.parametrize(
    ("x", "geheel"),
    [
        (VORMEN["percentages"](DORP), DORP),  # four areas are not enough to be sure
        (np.zeros(400), LAND),  # nobody
        (np.full(400, np.nan), LAND),
        (np.where(np.arange(400) == 7, 1.0, 0.0), LAND),  # one person in the country
        (rng.poisson(0.0005 * LAND).astype(float), LAND),  # a rare group
        (np.where(LAND > 1e9, 1.0, np.nan), LAND),
        (np.array([0.4, 0.3]), np.array([300.0, 800.0])),  # an estimate of two areas
        (np.append(VORMEN["persons"](LAND[:399]), 900.0), np.append(LAND[:399], 950.0)),  # a home
        (VORMEN["persons"](np.full(400, 700.0)), np.full(400, 700.0)),  # areas of one size
        (VORMEN["persons"](LAND), np.zeros(400)),  # nobody lives there
    ],
)
def test_what_may_be_right_is_no_case(x: np.ndarray, geheel: np.ndarray) -> None:
    assert _telling(x, geheel) is None


@pytest.mark.parametrize("deel", [0.001, 0.002, 0.005, 0.02])
@pytest.mark.parametrize("afronding", [1, 5, 10])
def test_counts_of_which_the_small_ones_are_left_out_are_counts(
    deel: float, afronding: int
) -> None:
    """What is left of a rare group are counts that are all alike: 10, 10, 20."""
    x = rng.poisson(deel * LAND).astype(float)
    x = np.where(x < 10, np.nan, afronding * np.round(x / afronding))
    assert _telling(x, LAND) is None


@pytest.mark.parametrize("weg", [0.1, 0.3])
def test_percentages_of_which_small_areas_are_left_out_are_none(weg: float) -> None:
    x = np.where(np.quantile(LAND, weg) > LAND, np.nan, VORMEN["percentages"](LAND))
    assert _telling(x, LAND) is not None


def test_gemeenten_that_have_no_figures_are_not_nobody() -> None:
    x = VORMEN["percentages"](LAND)
    eigen = np.arange(len(LAND)) % 4 == 0  # of one gemeente of four
    assert _telling(np.where(eigen, x, np.nan), LAND, gemeenten=4) is not None
    personen = VORMEN["persons"](LAND)
    assert _telling(np.where(eigen, personen, np.nan), LAND, gemeenten=4) is None


@pytest.mark.parametrize(
    ("x", "fout"),
    [
        (np.array([0.4, 0.35, 0.02] * 5), True),
        (np.array([40.0, 35.0, 0.5] * 5), False),
        (np.array([0.0, 1.0, 1.0] * 5), False),  # whole percentages, low
        (np.array([0.4, 0.35, np.nan] * 3), False),  # few areas
        (np.full(20, np.nan), False),
    ],
)
def test_percentages_as_parts_of_1(x: np.ndarray, fout: bool) -> None:
    assert (geen_percentage(x, REGELS) is not None) == fout
