"""Ranks, percentiles and differences from the mean, worked out on paper."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import CAT
from veerkracht_dagster.indicatoren import vergelijking
from veerkracht_dagster.indicatoren.rangen import percentiel, rang, rang_tussen, rangcorrelatie

NA = math.nan
A, B, C = (f"BU0001000{n}" for n in range(1, 4))
D = "BU00020001"

RANGEN = [
    # value, rank, percentile: the share of the others that are lower, an equal counting half
    ([30, 10, 20], [1, 3, 2], [100, 0, 50]),
    # equals share the best rank; (1 lower + half of 1) / 3
    ([20, 20, 30, 10], [2, 2, 1, 4], [50, 50, 100, 0]),
    ([5, NA, 5], [1, NA, 1], [50, NA, 50]),
    ([5, NA], [1, NA], [NA, NA]),  # alone: no percentile
    ([NA, NA], [NA, NA], [NA, NA]),
]


@pytest.mark.parametrize(("waarde", "rangen", "percentielen"), RANGEN)
def test_ranks(waarde: list, rangen: list, percentielen: list) -> None:
    reeks = np.array(waarde, dtype="float64")
    np.testing.assert_allclose(rang(reeks), rangen)
    np.testing.assert_allclose(percentiel(reeks), percentielen)


def test_a_rank_lies_within_its_range() -> None:
    toeval = np.random.default_rng(7)
    waarde = toeval.integers(0, 30, 200).astype(float)
    marge = toeval.uniform(0, 5, (2, 200))
    midden, hoogst, laagst = rang_tussen(waarde, waarde - marge[0], waarde + marge[1])
    assert (hoogst <= midden).all()
    assert (midden <= laagst).all()
    # every rank that comes out for figures drawn within the bounds lies in the range
    for _ in range(20):
        getrokken = toeval.uniform(waarde - marge[0], waarde + marge[1])
        r = rang(getrokken)
        assert ((hoogst <= r) & (r <= laagst)).all()


def test_correlation_of_ranks() -> None:
    een = np.array([1, 2, 3, 4, NA])
    assert rangcorrelatie(een, np.array([10, 20, 40, 30, 5])) == pytest.approx(0.8)
    assert math.isnan(rangcorrelatie(een, np.ones(5)))


@pytest.fixture(scope="module")
def uit() -> pd.DataFrame:
    codes = [A, B, C, D]
    K = pd.DataFrame({"regiocode": codes, "K_eind": [30.0, 10.0, NA, 20.0], "dK": [2.0, 2, 2, -1],
                      "inwoners_eind": [1000.0, 3000, 500, 6000]})  # fmt: skip
    V = pd.DataFrame({"regiocode": codes, "V_eind": [-0.1, 0.1, 0.0, NA], "dP": [NA] * 3 + [0.05]})
    return vergelijking(K, V, CAT).set_index(["maat", "regiocode"])


def test_only_what_has_a_figure_is_compared(uit: pd.DataFrame) -> None:
    assert list(uit.index) == [
        ("K", A), ("K", B), ("K", D), *(("dK", c) for c in (A, B, C, D)),
        *(("P", c) for c in (A, B, C)), ("dP", D),
    ]  # fmt: skip


def test_against_country_and_gemeente(uit: pd.DataFrame) -> None:
    # Country: (30 x 1 + 10 x 3 + 20 x 6) / 10 = 18; GM0001 without C: (30 + 10 x 3) / 4 = 15
    rij = uit.loc[("K", A)]
    assert rij[["rang_land", "van_land", "percentiel_land", "verschil_land"]].tolist() == [
        1, 3, 100, 12,
    ]  # fmt: skip
    assert rij[["rang_gemeente", "van_gemeente", "verschil_gemeente"]].tolist() == [1, 2, 15]
    # the only one of its gemeente: first of one, no percentile, on the mean
    alleen = uit.loc[("K", D)]
    assert alleen[["rang_gemeente", "van_gemeente", "verschil_gemeente"]].tolist() == [1, 1, 0]
    assert math.isnan(alleen["percentiel_gemeente"])


def test_ties_share_the_best_rank(uit: pd.DataFrame) -> None:
    assert uit.loc["dK", "rang_land"].tolist() == [1, 1, 1, 4]


def test_more_nuisance_is_a_higher_P_and_a_better_rank(uit: pd.DataFrame) -> None:
    P = uit.loc["P"]
    assert P["waarde"].tolist() == [0.1, -0.1, 0.0]
    assert P["rang_land"].tolist() == [1, 3, 2]
    # (.1 x 1,000 - .1 x 3,000) / 4,500
    assert P.loc[C, "verschil_land"] == pytest.approx(200 / 4500)
    assert str(P.loc[C, "waarde"]) == "0.0"


def test_without_residents_there_is_a_rank_but_no_mean() -> None:
    K = pd.DataFrame({"regiocode": [A], "K_eind": [10.0], "dK": [NA], "inwoners_eind": [NA]})
    V = pd.DataFrame({"regiocode": [A], "V_eind": [NA], "dP": [NA]})
    rij = vergelijking(K, V, CAT).iloc[0]
    assert rij["rang_land"] == 1
    assert math.isnan(rij["verschil_land"])
