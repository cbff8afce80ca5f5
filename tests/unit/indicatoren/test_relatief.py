"""Against the gemeente's own mean, and the national cuts: weighted by residents."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from veerkracht_dagster.indicatoren.relatief import gewogen_spreiding, ten_opzichte_van_gemeente

NA = math.nan
A1, A2, A3 = (f"BU000100{n:02d}" for n in (1, 2, 3))
B1, B2 = "BU00020001", "BU00020002"


def _relatief(rijen: dict[str, tuple[float, float]], minimum: int = 3):
    """code -> (change, residents): relative change and informative, by code."""
    tabel = pd.DataFrame(rijen, index=["verandering", "inwoners"]).T
    uit = ten_opzichte_van_gemeente(tabel["verandering"], tabel["inwoners"], minimum)
    return uit[0].to_dict(), uit[1].to_dict()


def test_the_mean_is_weighted_by_residents() -> None:
    # (2 x 100 + 6 x 300) / 400 = 5
    uit, _ = _relatief({A1: (2, 100), A2: (6, 300)})
    assert uit == pytest.approx({A1: -3, A2: 1})


def test_every_gemeente_has_its_own_mean() -> None:
    uit, _ = _relatief({A1: (2, 100), A2: (4, 100), B1: (10, 5), B2: (20, 5)})
    assert uit == pytest.approx({A1: -1, A2: 1, B1: -5, B2: 5})


WIE_TELT = [
    # no residents: not in the mean, but it has its difference from it
    ("zonder inwoners", {A1: (2, 100), A2: (4, 100), A3: (9, 0)}, {A1: -1, A2: 1, A3: 6}),
    # residents unknown: the same
    ("inwoners onbekend", {A1: (2, 100), A2: (4, 100), A3: (9, NA)}, {A1: -1, A2: 1, A3: 6}),
    # no change: not in the mean, and no difference
    ("zonder verandering", {A1: (2, 100), A2: (4, 100), A3: (NA, 800)}, {A1: -1, A2: 1, A3: NA}),
    # nobody's residents are known: there is no mean, and nothing relative
    ("geen enkele inwoner bekend", {A1: (2, NA), A2: (4, 0)}, {A1: NA, A2: NA}),
    # one buurt: its own mean
    ("een buurt", {A1: (2, 100)}, {A1: 0}),
]


@pytest.mark.parametrize(
    ("rijen", "verwacht"), [w[1:] for w in WIE_TELT], ids=[w[0] for w in WIE_TELT]
)
def test_who_counts_in_the_mean(rijen: dict, verwacht: dict) -> None:
    uit, _ = _relatief(rijen)
    assert uit == pytest.approx(verwacht, nan_ok=True)


INFORMATIEF = [
    ({A1: (1, 10), A2: (1, 10), A3: (1, 10)}, "ja"),  # three: enough
    ({A1: (1, 10), A2: (1, 10)}, "nee"),  # two
    ({A1: (1, 10), A2: (1, 10), A3: (NA, 10)}, "nee"),  # the third has no change
    ({A1: (1, 10), A2: (1, 10), A3: (1, 0)}, "nee"),  # nobody lives in the third
]


@pytest.mark.parametrize(("rijen", "verwacht"), INFORMATIEF)
def test_fewer_than_three_buurten_do_not_inform(rijen: dict, verwacht: str) -> None:
    _, informatief = _relatief(rijen)
    assert set(informatief.values()) == {verwacht}


def test_spread_is_weighted() -> None:
    # 10 (1,000) and 40 (2,000): m = 90,000 / 3,000 = 30; s² = (400 x 1,000 + 100 x 2,000) / 3,000
    # = 200. Who has no residents or no figure does not count.
    waarde = pd.Series([10, 40, 99, NA, 5.0])
    gewicht = pd.Series([1000, 2000, 0, 500, NA])
    assert gewogen_spreiding(waarde, gewicht) == pytest.approx((30, math.sqrt(200)))


def test_spread_of_nothing() -> None:
    assert all(map(math.isnan, gewogen_spreiding(pd.Series([1.0]), pd.Series([NA]))))
