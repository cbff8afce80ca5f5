"""Roads that need more than two years of ground: the publisher's mark, chains, squares of 100 m."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import pytest
import shapely

from tests.unit.buurttabel.hulp import NERGENS, REGELS, indeling, klopt, straat, strook
from veerkracht_dagster.buurttabel import Indeling, maak_omzetting

A, B, C = "BU00010001", "BU00010002", "BU00010003"
N1, N2 = "BU00090001", "BU00090002"
GROND = strook(0, 100)


def jaar(
    peiljaar: int, vlakken: Mapping[str, shapely.Geometry | None], merk: str = "1", **meer
) -> Indeling:
    """A year in which every area has the same mark of the publisher, and another name."""
    uit = indeling(
        peiljaar, vlakken, **{"namen": {code: f"{code} {peiljaar}" for code in vlakken}, **meer}
    )
    uit.gebieden["indelingswijziging"] = merk
    return uit


# --- the publisher's mark -------------------------------------------------------------------------
ZONDER_GROND = {A: None}
MERKEN = [
    # marks of 2015 and 2016, ground of 2014 and 2016 (m²), the road
    ("in alle jaren ongewijzigd", ["1", "1"], (None, None), "identiek"),
    ("de grond van een jaar is bekend", ["1", "1"], (None, GROND), "identiek"),
    # 2: another code on the same ground; 3: another boundary; '.': nothing said
    ("grens anders in een jaar ertussen", ["3", "1"], (None, None), "geen"),
    ("code anders in het laatste jaar", ["1", "2"], (None, None), "geen"),
    ("niets gezegd", ["1", None], (None, None), "geen"),
    # the publisher's own mark and 91 m of 100 m: drawn again, not moved
    ("anders getekend", ["1", "1"], (GROND, strook(0, 91)), "identiek"),
    # 89 of 100: the mark is not believed against the ground
    ("grond spreekt het merk tegen", ["1", "1"], (GROND, strook(0, 89)), "oppervlak"),
    # without a mark 91 of 100 is another area
    ("anders getekend zonder merk", ["3", "1"], (GROND, strook(0, 91)), "oppervlak"),
]  # fmt: skip


@pytest.mark.parametrize("terug", [False, True], ids=["vooruit", "terug"])
@pytest.mark.parametrize(
    ("merken", "grond", "weg"), [m[1:] for m in MERKEN], ids=[m[0] for m in MERKEN]
)
def test_a_mark_counts_if_it_holds_for_every_step(merken, grond, weg: str, terug: bool) -> None:
    # What the mark of 2014 says is about the step from 2013: it does not matter here.
    oud, midden, nieuw = (
        jaar(2014, {A: grond[0]}, merk="3"),
        jaar(2015, ZONDER_GROND, merk=merken[0]),
        jaar(2016, {A: grond[1]}, merk=merken[1]),
    )
    van, naar = (nieuw, oud) if terug else (oud, nieuw)
    uit = maak_omzetting(van, naar, REGELS, [midden])
    assert uit["methode"].tolist() == [weg]
    assert uit["gewicht"].tolist() == (
        [1.0] if weg != "geen" else pytest.approx([float("nan")], nan_ok=True)
    )


def test_a_year_of_which_nothing_is_known_may_have_changed_anything() -> None:
    van, naar = jaar(2014, ZONDER_GROND), jaar(2016, ZONDER_GROND)
    assert maak_omzetting(van, naar, REGELS)["methode"].tolist() == ["geen"]


def test_a_code_given_up_and_given_out_again_is_another_area() -> None:
    # The code is not there in 2015, so its mark of 2016 says nothing of 2014.
    uit = maak_omzetting(
        jaar(2014, ZONDER_GROND), jaar(2016, ZONDER_GROND), REGELS, [jaar(2015, {B: None})]
    )
    assert uit["methode"].tolist() == ["geen"]


# --- chains ---------------------------------------------------------------------------------------
def test_a_chain_where_no_direct_road_is() -> None:
    # 2014: a list of codes only. To 2016 by the mark, and from there 3 of 4 addresses to N1.
    van, midden, naar = (
        jaar(2014, ZONDER_GROND),
        jaar(2015, {A: strook(0, 400)}, adressen=straat("9711AA", [1, 2, 3, 4], A)),
        jaar(
            2016,
            {N1: strook(0, 200), N2: strook(200, 400)},
            adressen=straat("9711AA", [1, 2, 3], N1) + straat("9711AA", [4], N2),
        ),
    )
    uit = maak_omzetting(van, naar, REGELS, [midden])
    niets = float("nan")
    klopt(uit, {(A, N1): (0.75, "keten", niets), (A, N2): (0.25, "keten", niets)})
    assert uit["via"].tolist() == ["2015", "2015"]


def test_a_chain_of_strong_roads_goes_before_code_and_name() -> None:
    # A keeps code and name and its ground of 2014 is unknown; but by the mark it is the A of 2015,
    # which went to B.
    namen = {A: "Centrum", B: "Haven"}
    van, midden, naar = (
        jaar(2014, ZONDER_GROND, namen=namen),
        jaar(2015, {A: GROND}, namen=namen),
        jaar(2016, {A: strook(500, 600), B: GROND}, merk="3", namen=namen),
    )
    uit = maak_omzetting(van, naar, REGELS, [midden])
    klopt(uit, {(A, B): (1.0, "keten", float("nan"))})


def test_code_and_name_in_a_chain_comes_last() -> None:
    # By code and name to 2015, and on the same ground under another code to 2016.
    van, midden, naar = (
        indeling(2014, ZONDER_GROND),
        indeling(2015, {A: GROND}),
        indeling(2016, {N1: GROND}),
    )
    klopt(maak_omzetting(van, naar, REGELS, [midden]), {(A, N1): (1.0, "keten", float("nan"))})


def test_a_chain_does_not_go_round_the_ground() -> None:
    # The real Bangeweer: code and name stay, the ground does not; the year between has no ground.
    van, midden, naar = (
        indeling(2017, {A: strook(0, 100)}),
        indeling(2020, ZONDER_GROND),
        indeling(2024, {A: strook(0, 17)}),
    )
    klopt(maak_omzetting(van, naar, REGELS, [midden]), {(A, ""): NERGENS})


def test_a_chain_that_loses_a_part_is_no_road() -> None:
    # Half of A goes to B, which has no road to 2016.
    van, midden, naar = (
        jaar(2014, {A: strook(0, 200)}),
        jaar(2015, {C: strook(0, 100), B: strook(100, 200)}, merk="3"),
        jaar(2016, {C: None}),
    )
    klopt(maak_omzetting(van, naar, REGELS, [midden]), {(A, ""): NERGENS})


def test_the_nearest_year_between_goes_first() -> None:
    van, naar = jaar(2014, ZONDER_GROND), jaar(2017, {N1: GROND})
    tussen = [jaar(2016, {A: GROND}), jaar(2015, {A: GROND})]
    assert maak_omzetting(van, naar, REGELS, tussen)["via"].tolist() == ["2015"]


# --- land beside areas of which the ground is unknown ---------------------------------------------
@pytest.mark.parametrize(("bekend", "weg"), [(True, "oppervlak"), (False, "geen")])
def test_land_that_may_lie_in_an_area_without_ground_is_not_divided(bekend: bool, weg: str) -> None:
    # 60 of A's 100 m lie in N1. If the ground of N2 is unknown, the other 40 may be there.
    naar = {N1: strook(0, 60), N2: strook(500, 600) if bekend else None}
    uit = maak_omzetting(indeling(2014, {A: GROND}), indeling(2020, naar), REGELS)
    assert uit["methode"].tolist() == [weg]


# --- squares of 100 m -----------------------------------------------------------------------------
def _met_vierkanten(vlakken: dict, punten: list[tuple[float, float, float]], **meer) -> Indeling:
    gewoon = indeling(2014, vlakken, **meer)
    tabel = pd.DataFrame(punten, columns=["x", "y", "inwoners"])
    return Indeling(gewoon.jaar, gewoon.gebieden, gewoon.adressen, vierkanten=tabel)


SPLITSING = {N1: strook(0, 200), N2: strook(200, 400)}


def test_residents_go_before_land() -> None:
    # 30 + 60 residents in the western half, 10 in the eastern; one square outside, one empty.
    van = _met_vierkanten(
        {A: strook(0, 400)},
        [(50, 50, 30), (150, 50, 60), (250, 50, 10), (350, 50, 0), (900, 50, 70)],
    )
    klopt(
        maak_omzetting(van, indeling(2020, SPLITSING), REGELS),
        {(A, N1): (0.9, "vierkanten", 90), (A, N2): (0.1, "vierkanten", 10)},
    )


def test_addresses_go_before_residents() -> None:
    huizen = straat("9711AA", [1, 2], A)
    van = _met_vierkanten({A: strook(0, 400)}, [(50, 50, 30)], adressen=huizen)
    naar = indeling(2020, SPLITSING, adressen=straat("9711AA", [1, 2], N2))
    klopt(maak_omzetting(van, naar, REGELS), {(A, N2): (1.0, "adressen", 2)})


@pytest.mark.parametrize(
    ("zonder_cijfer", "verwacht"),
    [
        # 30 + 10 residents known, and 10 squares of at most 4: 40 >= half of 80; they weigh nothing
        (10, {(A, N1): (0.75, "vierkanten", 30), (A, N2): (0.25, "vierkanten", 10)}),
        # with 11 it is 40 of 84: too much is unknown, back to the land
        (11, {(A, N1): (0.5, "oppervlak", 20_000), (A, N2): (0.5, "oppervlak", 20_000)}),
    ],
)
def test_a_square_without_a_figure_is_not_empty(zonder_cijfer: int, verwacht: dict) -> None:
    geheim = [(390.0, float(y), math.nan) for y in range(zonder_cijfer)]
    van = _met_vierkanten({A: strook(0, 400)}, [(50, 50, 30), (250, 50, 10), *geheim])
    klopt(maak_omzetting(van, indeling(2020, SPLITSING), REGELS), verwacht)


def test_squares_of_which_most_are_lost_tell_too_little() -> None:
    # 40 of 100 residents are found again: too few, back to the land.
    van = _met_vierkanten({A: strook(0, 400)}, [(50, 50, 40), (350, 50, 60)])
    naar = indeling(2020, {N1: strook(0, 300)})
    klopt(maak_omzetting(van, naar, REGELS), {(A, N1): (1.0, "oppervlak", 30_000)})


# --- what parts weigh beside each other -----------------------------------------------------------
def _gemengd(met_adressen: bool) -> pd.DataFrame:
    """X of the new year is A whole (the same ground) and a part of B, by addresses.

    A is 100 m wide and has 30 addresses; B is 50 m wide and has 20, of which 5 are found in X and
    15 in Y. Without addresses B goes by land: 10 of its 50 m lie in X.
    """
    a, b = (
        straat("1000AA", range(1, 31), "BU00010001"),
        straat("1000AB", range(1, 21), "BU00010002"),
    )
    nieuw = [(pc, nr, "BU00010003" if nr <= 5 else "BU00010004") for pc, nr, _ in b]
    return maak_omzetting(
        indeling(2019, {"BU00010001": strook(0, 100), "BU00010002": strook(100, 150)},
                 adressen=a + b if met_adressen else None),
        indeling(2020, {"BU00010003": strook(0, 110), "BU00010004": strook(110, 150)},
                 adressen=[(pc, nr, "BU00010003") for pc, nr, _ in a] + nieuw),
        REGELS.model_copy(update={"grens_identiek": 0.9}),
    ).set_index(["van_regio", "naar_regio"])  # fmt: skip


def test_mixed_roads_weigh_by_the_addresses_that_both_carry() -> None:
    uit = _gemengd(met_adressen=True)
    # the same ground counted 10,000 m² and the other 5 addresses: 1 x 30 and 5/20 x 20 addresses
    assert uit["methode"].tolist() == ["identiek", "adressen", "adressen"]
    assert uit["aantal"].tolist() == [10_000, 5, 15]
    assert uit["maat"].tolist() == [30, 5, 15]


def test_roads_of_one_kind_weigh_by_what_they_counted() -> None:
    uit = _gemengd(met_adressen=False)
    assert uit["methode"].tolist() == ["identiek", "oppervlak", "oppervlak"]
    assert uit["maat"].tolist() == uit["aantal"].tolist() == [10_000, 1_000, 4_000]


def test_without_a_measure_that_all_have_nobody_knows_what_a_part_weighs() -> None:
    a, b = "BU00010001", "BU00010002"
    # A by code and name (its old ground is unknown), and half of B by land, both into A
    uit = maak_omzetting(
        indeling(2019, {a: None, b: strook(100, 200)}),
        indeling(2020, {a: strook(0, 150), b: strook(150, 200)}),
        REGELS,
    ).set_index(["van_regio", "naar_regio"])
    assert uit.loc[[(a, a), (b, a)], "maat"].isna().all()
    assert uit.loc[(b, b), "maat"] == 5_000  # alone in its area
