"""The decision rules and cuts of the method, as tables of boundary cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerkracht_dagster.indicatoren.klassen import focusklasse, kwetsbaar_klasse, signaalklasse
from veerkracht_dagster.klassegrenzen import klasse_naar_grenzen, onv_klasse

tK, tP = 1.0, 0.01
NA = math.nan


def _een(functie, *waarden: float) -> float | None:
    """The class of one area; None for no class."""
    (klasse,) = functie(*(np.array([w], dtype="float64") for w in waarden))
    return None if np.isnan(klasse) else int(klasse)


def _signaal(dK: float, dP: float, onv: float) -> int | None:
    return _een(lambda *x: signaalklasse(*x, tK, tP), dK, dP, onv)


SIGNAAL = [
    # dK, dP, onv, class
    (-1.001, -0.0101, 5, 1),  # both fall
    (-1.001, -0.01, 5, 2),  # dP on -tP: not below it
    (-1.001, 0.0, 5, 2),
    (-1.001, 0.01, 5, 2),
    (-1.001, 9.0, 1, 2),  # falls, whatever the problems do
    (-1.0, -9.0, 5, 3),  # dK on -tK: about equal
    (-1.0, 9.0, 1, 3),
    (0.0, 0.0, 9, 3),
    (1.0, 9.0, 1, 3),  # dK on tK: about equal
    (1.0, -9.0, 9, 3),
    (1.001, 0.0101, 9, 4),  # rises, more problems: the level decides
    (1.001, 0.0101, 5, 4),
    (1.001, 0.0101, 4, 5),
    (1.001, 0.0101, 3, 5),
    (1.001, 0.0101, 2, 6),
    (1.001, 0.0101, 1, 6),
    (1.001, 0.01, 1, 7),  # dP on tP: not above it
    (1.001, 0.0, 1, 7),
    (1.001, -0.01, 1, 7),  # dP on -tP
    (1.001, -0.0101, 1, 8),
    (99.0, -9.0, 9, 8),
    # any input missing: no measurement, also where it would not decide
    (NA, 0.0, 5, None),
    (0.0, NA, 5, None),
    (0.0, 0.0, NA, None),
    (NA, NA, NA, None),
]


@pytest.mark.parametrize(("dK", "dP", "onv", "klasse"), SIGNAAL)
def test_signal(dK: float, dP: float, onv: float, klasse: int | None) -> None:
    assert _signaal(dK, dP, onv) == klasse


def test_thresholds_are_parameters() -> None:
    dK, dP, onv = np.array([2.0, 2.0]), np.array([0.02, 0.02]), np.array([1.0, 5.0])
    assert signaalklasse(dK, dP, onv, 2.0, tP).tolist() == [3, 3]
    assert signaalklasse(dK, dP, onv, tK, 0.02).tolist() == [7, 7]
    assert signaalklasse(dK, dP, onv, tK, tP).tolist() == [6, 4]


# Limits of the Leefbaarometer: 0.15678 times these; a score on a limit is in the better class.
ONV = [(-1.5, 2), (-1.0, 3), (-0.5, 4), (-0.25, 5), (0.25, 6), (0.5, 7), (1.0, 8), (1.5, 9)]


@pytest.mark.parametrize(("maal", "klasse"), ONV)
def test_leefbaarometer_classes(maal: float, klasse: int) -> None:
    grens = 0.15678 * maal
    assert _een(onv_klasse, grens) == klasse
    assert _een(onv_klasse, np.nextafter(grens, -1)) == klasse - 1
    assert _een(onv_klasse, np.nextafter(grens, 1)) == klasse


def test_leefbaarometer_classes_far_out_and_missing() -> None:
    assert onv_klasse(np.array([-9.0, 0.0, 9.0])).tolist() == [1, 5, 9]
    assert _een(onv_klasse, NA) is None


KWETSBAAR = [  # m = 20, s = 10: zeer weinig < 10 <= weinig < 20 <= veel < 30 <= zeer veel
    (0, 1), (9.999, 1), (10, 2), (19.999, 2), (20, 3), (29.999, 3), (30, 4), (100, 4), (NA, None),
]  # fmt: skip


@pytest.mark.parametrize(("K", "klasse"), KWETSBAAR)
def test_kwetsbaar_cuts(K: float, klasse: int | None) -> None:
    assert _een(lambda x: kwetsbaar_klasse(x, 20.0, 10.0), K) == klasse


def test_without_residents_there_are_no_cuts_and_no_classes() -> None:
    # m and s are weighted with residents; where those are unknown everywhere, nothing can be said.
    assert np.isnan(kwetsbaar_klasse(np.array([5.0, 50.0]), NA, NA)).all()


# The table of the method: rows by the class of onv, columns by that of K (1-4).
FOCUS = {
    9: (1, 2, 3, 3), 8: (1, 2, 3, 3), 7: (1, 2, 3, 3), 6: (1, 2, 3, 3), 5: (1, 2, 3, 3),  # weinig
    4: (4, 5, 6, 6), 3: (4, 5, 6, 6),  # bovengemiddeld
    2: (7, 8, 9, 9),  # veel
    1: (7, 8, 9, 10),  # zeer veel counts as veel, unless K is zeer veel too
}  # fmt: skip


@pytest.mark.parametrize(("onv", "kwetsbaar"), [(o, k) for o in FOCUS for k in range(1, 5)])
def test_focus(onv: int, kwetsbaar: int) -> None:
    assert _een(focusklasse, onv, kwetsbaar) == FOCUS[onv][kwetsbaar - 1]


@pytest.mark.parametrize(("onv", "kwetsbaar"), [(NA, 1), (1, NA), (NA, NA)])
def test_focus_of_nothing(onv: float, kwetsbaar: float) -> None:
    assert _een(focusklasse, onv, kwetsbaar) is None


# milder: nearer to 0, at both signs (layers 4, 5, 7, 8; limits in tK)
MILDER = [
    (-3.1, 1), (-3, 2), (-1.1, 2), (-1, 3), (0, 3), (1, 3), (1.1, 4), (3, 4), (3.1, 5), (NA, None),
]  # fmt: skip
# hoger: in the class above (layer 9: 5 %, 1/3, 2/3)
HOGER = [
    (0, 1), (4.9, 1), (5, 2), (33, 2), (100 / 3, 3), (34, 3), (66, 3), (200 / 3, 4), (67, 4),
    (100, 4), (NA, None),
]  # fmt: skip


@pytest.mark.parametrize(("waarde", "klasse"), MILDER)
def test_a_value_on_a_limit_is_in_the_milder_class(waarde: float, klasse: int | None) -> None:
    assert _een(lambda x: klasse_naar_grenzen(x, [-3, -1, 1, 3], "milder"), waarde) == klasse


@pytest.mark.parametrize(("waarde", "klasse"), HOGER)
def test_a_value_on_a_limit_is_in_the_higher_class(waarde: float, klasse: int | None) -> None:
    grenzen = [5, 100 / 3, 200 / 3]
    assert _een(lambda x: klasse_naar_grenzen(x, grenzen, "hoger"), waarde) == klasse


# --- for any input --------------------------------------------------------------------------------
GETAL = st.one_of(
    st.floats(-200, 200), st.sampled_from([-tK, tK, -tP, tP, 0.0, NA]), st.floats(-0.05, 0.05)
)
KLASSE = st.sampled_from([*map(float, range(1, 10)), NA])
RIJEN = st.lists(st.tuples(GETAL, GETAL, KLASSE), min_size=1, max_size=30)


def _kolommen(rijen: list[tuple[float, float, float]]) -> list[np.ndarray]:
    return [np.array(kolom, dtype="float64") for kolom in zip(*rijen, strict=True)]


@settings(max_examples=50, deadline=None)
@given(RIJEN, st.floats(0.001, 50), st.floats(0.0001, 1))
def test_classes_are_exhaustive_and_exclusive(rijen: list, grens_K: float, grens_P: float) -> None:
    # The eight conditions of the method's table, one by one: exactly one holds, or none is given.
    kolommen = _kolommen(rijen)
    klassen = signaalklasse(*kolommen, grens_K, grens_P)
    for dK, dP, onv, klasse in zip(*kolommen, klassen, strict=True):
        if any(np.isnan([dK, dP, onv])):
            assert np.isnan(klasse)
            continue
        if any(0 < abs(abs(x) - t) < 1e-9 for x, t in ((dK, grens_K), (dP, grens_P))):
            continue  # on the limit but for the last bits: either side is right
        meer = dK > grens_K and dP > grens_P
        regels = [
            dK < -grens_K and dP < -grens_P,
            dK < -grens_K and dP >= -grens_P,
            abs(dK) <= grens_K,
            meer and onv >= 5,
            meer and onv in (3, 4),
            meer and onv in (1, 2),
            dK > grens_K and abs(dP) <= grens_P,
            dK > grens_K and dP < -grens_P,
        ]
        assert regels.count(True) == 1
        assert regels[int(klasse) - 1]


@settings(max_examples=50, deadline=None)
@given(RIJEN, st.floats(0.1, 20), st.floats(1, 10))
def test_raising_tK_only_moves_to_class_3(rijen: list, grens: float, maal: float) -> None:
    kolommen = _kolommen(rijen)
    laag, hoog = (signaalklasse(*kolommen, t, tP) for t in (grens, grens * maal))
    assert ((hoog == laag) | (hoog == 3) | (np.isnan(hoog) & np.isnan(laag))).all()


@settings(max_examples=50, deadline=None)
@given(RIJEN)
def test_an_area_does_not_depend_on_the_others(rijen: list) -> None:
    samen = signaalklasse(*_kolommen(rijen), tK, tP)
    los = [signaalklasse(*_kolommen([rij]), tK, tP)[0] for rij in rijen]
    np.testing.assert_array_equal(samen, los)
