"""K both ways, with its bounds, states, groups, method and years; worked out on paper."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import CAT, buurttabel, edittabel, kwb
from veerkracht_dagster.indicatoren import domeinmaten, kwetsbare_bewoners
from veerkracht_dagster.indicatoren.kwetsbaar import bereik_van_groepen

NA = math.nan
A, B, C, D = (f"BU0001000{n}" for n in range(1, 5))
DRIE = ["uitkering", "lvb", "ggz"]


def K_van(per_jaar: dict[int, pd.DataFrame], groepen: list[str] = DRIE, **meer) -> pd.DataFrame:
    tabel = edittabel(per_jaar, kwetsbaar_groepen=groepen, **meer)
    return kwetsbare_bewoners(tabel, CAT).set_index("regiocode")


def jaar(codes: list[str] | None = None, **anders: list) -> pd.DataFrame:
    """One area: 1,000 residents, benefits 50 + 30 + 20; of 900 (WZW) 90 lvb and 180 ggz."""
    gewoon = {
        "inwoners": [1000], "personen_bijstand": [50], "personen_ao": [30], "personen_ww": [20],
        "wzw_inwoners": [900], "wzw_lvb_personen": [90], "wzw_ggz_personen": [180],
    }  # fmt: skip
    return buurttabel(codes or [A], **{k: v for k, v in (gewoon | anders).items() if v is not None})


# --- the estimate ---------------------------------------------------------------------------------
# p: uitkering 100 / 1,000 = 0.1, at least 50 / 1,000, as one may have two; lvb 90 / 900 = 0.1;
# ggz 180 / 900 = 0.2.
SCHATTING = [
    # one group: the share itself, at least its largest part
    (["uitkering"], 10, 5, 10),
    # a group of one count is what it is
    (["lvb"], 10, 10, 10),
    # 1 - 0.9 x 0.9 = 0.19; at least 0.1, at most 0.2
    (["uitkering", "lvb"], 19, 10, 20),
    # 1 - 0.9 x 0.9 x 0.8 = 0.352; at least 0.2, at most 0.4
    (DRIE, 35.2, 20, 40),
]


@pytest.mark.parametrize(("groepen", "K", "onder", "boven"), SCHATTING)
def test_estimate_and_bounds(groepen: list[str], K: float, onder: float, boven: float) -> None:
    rij = K_van({2014: jaar(), 2020: jaar()}, groepen).loc[A]
    for kant in ("begin", "eind"):
        assert rij[f"K_{kant}"] == pytest.approx(K)
        assert rij[f"K_{kant}_ondergrens"] == pytest.approx(onder)
        assert rij[f"K_{kant}_bovengrens"] == pytest.approx(boven)
    assert rij["methode"] == "schatting"
    assert rij["groepen"] == ", ".join(groepen)
    # one group is what was observed; several together are an estimate
    status = "waargenomen" if len(groepen) == 1 else "geschat"
    assert (
        rij[["K_eind__status", "K_eind_ondergrens__status", "dK__status"]].tolist() == [status] * 3
    )


def test_the_upper_bound_stops_at_everybody() -> None:
    # 0.5, 0.4 and 0.3: together 1.2, so at most 1; 1 - 0.5 x 0.6 x 0.7 = 0.79
    vol = jaar(personen_bijstand=[450], wzw_lvb_personen=[360], wzw_ggz_personen=[270])
    rij = K_van({2014: vol, 2020: vol}).loc[A]
    assert rij["K_eind"] == pytest.approx(79)
    assert rij["K_eind_bovengrens"] == 100
    assert rij["K_eind_ondergrens"] == pytest.approx(45)  # bijstand alone, of the largest group


def test_rounded_counts_may_pass_the_residents() -> None:
    # 10 residents (rounded to 5) and 20 with a benefit (rounded to 10): nobody is counted twice
    klein = jaar(inwoners=[10], personen_bijstand=[20], personen_ao=[0], personen_ww=[0])
    rij = K_van({2014: klein, 2020: klein}, ["uitkering"]).loc[A]
    assert rij["K_eind"] == 100
    assert rij["K_eind_bovengrens"] == 100


def test_nobody_lives_there() -> None:
    # in A; in B there is somebody, else no group would reach anything
    per_jaar = {2014: kwb([A, B], [1000] * 2, [100] * 2), 2020: kwb([A, B], [0, 1000], [0, 50])}
    rij = K_van(per_jaar, ["uitkering"]).loc[A]
    assert pd.isna(rij["K_eind"])
    assert rij["K_eind__status"] == "n.v.t."
    assert rij["dK__status"] == "n.v.t."
    assert rij["K_begin"] == pytest.approx(10)


ONVOLLEDIG = [
    # a part of the numerator is suppressed: the share is not known, and not smaller
    ({"personen_ao": ["o"]}, "onderdrukt"),
    ({"inwoners": ["o"]}, "onderdrukt"),
    ({"wzw_ggz_personen": ["-"]}, "ontbreekt"),
    # the worst of two
    ({"personen_ao": ["o"], "wzw_ggz_personen": ["-"]}, "ontbreekt"),
    # no residents in one source, suppressed in the other
    ({"inwoners": [0], "wzw_lvb_personen": ["o"]}, "onderdrukt"),
]


@pytest.mark.parametrize(("anders", "status"), ONVOLLEDIG)
def test_a_missing_part_leaves_no_estimate(anders: dict, status: str) -> None:
    # Another area has everything, so the groups themselves are there.
    def twee(cellen: dict) -> pd.DataFrame:
        vol = {"inwoners": 1000, "personen_bijstand": 50, "personen_ao": 30, "personen_ww": 20,
               "wzw_inwoners": 900, "wzw_lvb_personen": 90, "wzw_ggz_personen": 180}  # fmt: skip
        return buurttabel([A, B], **{k: [*cellen.get(k, [v]), v] for k, v in vol.items()})

    uit = K_van({2014: twee({}), 2020: twee(anders)}, terugval_bereik=0.5)
    assert pd.isna(uit.loc[A, "K_eind"])
    assert uit.loc[A, "K_eind__status"] == status
    assert uit.loc[A, "dK__status"] == status
    assert uit.loc[B, "K_eind"] == pytest.approx(35.2)


def test_an_estimated_part_makes_an_estimate() -> None:
    rij = K_van({2014: jaar(), 2020: jaar(inwoners=[(1000, "g")])}, ["uitkering"]).loc[A]
    assert rij[["K_begin__status", "K_eind__status"]].tolist() == ["waargenomen", "geschat"]


# --- which groups ---------------------------------------------------------------------------------
ZONDER_WZW = {"wzw_inwoners": None, "wzw_lvb_personen": None, "wzw_ggz_personen": None}
GROEPEN = [
    # what is there at both ends
    ({}, {}, "uitkering, lvb, ggz", 35.2, 35.2),
    # lvb and ggz only at the end: both ends without them
    (ZONDER_WZW, {}, "uitkering", 10, 10),
    ({}, ZONDER_WZW, "uitkering", 10, 10),
    # ggz not delivered at the begin: 1 - 0.9 x 0.9 at both ends
    ({"wzw_ggz_personen": ["-"]}, {}, "uitkering, lvb", 19, 19),
]


@pytest.mark.parametrize(("begin", "eind", "groepen", "K_b", "K_e"), GROEPEN)
def test_both_ends_have_the_same_groups(
    begin: dict, eind: dict, groepen: str, K_b: float, K_e: float
) -> None:
    rij = K_van({2014: jaar(**begin), 2020: jaar(**eind)}).loc[A]
    assert rij["groepen"] == groepen
    assert (rij["K_begin"], rij["K_eind"]) == pytest.approx((K_b, K_e))
    assert rij["dK"] == pytest.approx(K_e - K_b, abs=1e-9)


def test_a_delivery_of_one_gemeente_takes_no_K_from_the_others() -> None:
    # ten areas, lvb and ggz of one: K is benefits alone, everywhere, as if they were not there
    codes = [f"BU0001000{n}" for n in range(10)]
    gewoon = {"inwoners": 1000, "personen_bijstand": 50, "personen_ao": 30, "personen_ww": 20}
    deel = {"wzw_inwoners": 900, "wzw_lvb_personen": 90, "wzw_ggz_personen": 180}
    tabel = buurttabel(
        codes,
        **{k: [x] * 10 for k, x in gewoon.items()},
        **{k: [x, *["-"] * 9] for k, x in deel.items()},
    )
    uit = K_van({2014: tabel, 2020: tabel})
    assert set(uit["groepen"]) == {"uitkering"}
    assert uit["K_eind"].tolist() == pytest.approx([10] * 10)
    assert domeinmaten(edittabel({2020: tabel}), CAT)["aandeel_lvb_eind"].count() == 1
    # and that it was delivered and not used is told, with how far it reaches
    eigen = edittabel({2014: tabel, 2020: tabel}, kwetsbaar_groepen=DRIE)
    bereik = bereik_van_groepen(eigen, CAT).set_index("groep")
    assert bereik.loc["uitkering"].to_dict() == {"begin": 1.0, "eind": 1.0, "in K": "ja"}
    assert bereik.loc["lvb"].to_dict() == {"begin": 0.1, "eind": 0.1, "in K": "nee"}
    assert "ggz_zorg" not in bereik.index


def test_a_stand_in_takes_the_place_of_a_group_that_does_not_reach() -> None:
    # lvb stands in for ggz, but is not counted twice where it is wanted itself
    zonder = {"wzw_ggz_personen": ["-"]}
    per_jaar = {2014: jaar(**zonder), 2020: jaar()}
    vervangers = {"ggz": "lvb"}
    uit = K_van(per_jaar, ["uitkering", "ggz"], kwetsbaar_vervangers=vervangers)
    assert uit.loc[A, "groepen"] == "uitkering, lvb"
    assert uit.loc[A, "K_eind"] == pytest.approx(19)
    met = K_van({2014: jaar(), 2020: jaar()}, ["ggz"], kwetsbaar_vervangers=vervangers)
    assert met.loc[A, "groepen"] == "ggz"
    dubbel = K_van(per_jaar, ["lvb", "ggz"], kwetsbaar_vervangers=vervangers)
    assert dubbel.loc[A, "groepen"] == "lvb"


def test_without_a_begin_the_end_stands_and_the_change_is_missing() -> None:
    rij = K_van({2020: jaar(**ZONDER_WZW)}).loc[A]
    assert rij["groepen"] == "uitkering"
    assert rij["K_eind"] == pytest.approx(10)
    assert pd.isna(rij["dK"])
    assert rij["dK__status"] == "ontbreekt"
    assert rij["K_begin__status"] == "ontbreekt"


def test_without_any_group_there_is_no_K() -> None:
    uit = K_van({2014: jaar(), 2020: jaar()}, ["laag_opgeleid"])
    assert uit.loc[A, ["K_begin", "K_eind", "dK", "kwetsbaar_klasse"]].isna().all()
    assert uit.loc[A, "K_eind__status"] == "ontbreekt"
    assert uit.loc[A, "inwoners_eind"] == 1000


# --- microdata ------------------------------------------------------------------------------------
def _met_microdata(personen: object, kwetsbaar: object) -> pd.DataFrame:
    """Two areas, of which A has an export: so many of so many persons in a group."""
    export = {"md_personen": [personen, "-"], "md_kwetsbaar": [kwetsbaar, "-"]}
    return kwb([A, B], [1000, 1000], [100, 100], **export)


def test_microdata_is_exact_and_preferred() -> None:
    # A: 250 of 1,000 and 300 of 1,000 persons; B: the estimate, 10 %
    per_jaar = {2014: _met_microdata(1000, 250), 2020: _met_microdata(1000, 300)}
    uit = K_van(per_jaar, ["uitkering"])
    assert uit["methode"].to_dict() == {A: "microdata", B: "schatting"}
    assert uit["groepen"].to_dict() == {A: "alle (microdata)", B: "uitkering"}
    kolommen = ["K_begin", "K_eind", "K_eind_ondergrens", "K_eind_bovengrens", "dK"]
    assert uit.loc[A, kolommen].tolist() == pytest.approx([25, 30, 30, 30, 5])
    assert uit.loc[A, "K_eind__status"] == "waargenomen"
    assert uit.loc[B, "K_eind"] == pytest.approx(10)


@pytest.mark.parametrize(
    ("begin", "eind"),
    [
        ((1000, 250), ("-", "-")),  # only at the begin
        (("-", "-"), (1000, 300)),  # only at the end
        ((1000, "o"), (1000, 300)),  # the cell of the begin had fewer than ten persons
    ],
)
def test_both_ends_have_the_same_method(begin: tuple, eind: tuple) -> None:
    # A change from an estimate of 10 % to an exact 30 % would be a change of method.
    uit = K_van({2014: _met_microdata(*begin), 2020: _met_microdata(*eind)}, ["uitkering"])
    assert uit["methode"].to_dict() == {A: "schatting", B: "schatting"}
    assert uit.loc[A, ["K_begin", "K_eind", "dK"]].tolist() == pytest.approx([10, 10, 0])


# Microdata at the end in A only. (begin, end) of bijstand -> method, K_begin and K_eind.
ALLEEN_EIND = [
    # the estimate is there at both ends: a change, so the estimate
    ((100, 120), "schatting", 10, 12),
    # it is not there at the begin: no change either way, and the exact figure for the end
    (("o", 120), "microdata", NA, 30),
    ((100, "o"), "microdata", NA, 30),
]


@pytest.mark.parametrize(("bijstand", "methode", "K_b", "K_e"), ALLEEN_EIND)
def test_microdata_of_the_end_alone(bijstand: tuple, methode: str, K_b: float, K_e: float) -> None:
    begin = kwb([A, B], [1000, 1000], [bijstand[0], 100])
    eind = kwb(
        [A, B], [1000, 1000], [bijstand[1], 100], md_personen=[1000, "-"], md_kwetsbaar=[300, "-"]
    )
    rij = K_van({2014: begin, 2020: eind}, ["uitkering"]).loc[A]
    assert rij["methode"] == methode
    assert rij[["K_begin", "K_eind"]].tolist() == pytest.approx([K_b, K_e], nan_ok=True)
    assert pd.isna(rij["dK"]) == (methode == "microdata")


def test_a_group_may_be_a_published_share() -> None:
    # 1 - 0.9 x 0.75 = 0.325
    met = jaar(percentage_huishoudens_laag_inkomen=[25.0])
    rij = K_van({2014: met, 2020: met}, ["uitkering", "laag_inkomen"]).loc[A]
    assert rij["K_eind"] == pytest.approx(32.5)
    assert rij["jaren_eind"] == "laag_inkomen 2020, uitkering 2020"


# --- bounds of the change, and slack by rounding --------------------------------------------------
def test_bounds_of_the_change() -> None:
    # K 19 in [10, 20] at the begin; lvb 0.2 at the end: 1 - 0.9 x 0.8 = 28 in [20, 30]
    rij = K_van({2014: jaar(), 2020: jaar(wzw_lvb_personen=[180])}, ["uitkering", "lvb"]).loc[A]
    assert rij["dK"] == pytest.approx(9)
    # at least 20 - 20, at most 30 - 10
    assert rij[["dK_ondergrens", "dK_bovengrens"]].tolist() == pytest.approx([0, 20])


AFRONDING = [
    # three counts in tens, so 3 x 5 persons; residents in fives by lot: 0.1 x 5;
    # over 1,000 residents
    (["uitkering"], (15 + 0.5) / 1000),
    # the WoonZorgwijzer is not rounded; uitkering weighs for who is not in lvb, 0.9
    (["uitkering", "lvb"], 0.9 * (15 + 0.5) / 1000),
    (["lvb"], 0),
    # a share in tenths of a percent
    (["laag_inkomen"], 0.0005),
]


@pytest.mark.parametrize(("groepen", "deel"), AFRONDING)
def test_how_far_rounding_can_move_K(groepen: list[str], deel: float) -> None:
    met = jaar(percentage_huishoudens_laag_inkomen=[25.0])
    rij = K_van({2014: met, 2020: met}, groepen).loc[A]
    assert rij[["K_begin_afronding", "K_eind_afronding"]].tolist() == pytest.approx(
        [100 * deel] * 2
    )


def test_what_conversion_leaves_open_moves_K_too() -> None:
    # joined of three buurten: 100 is 85 to 115, and one of them was suppressed, so up to 124
    met = jaar(personen_bijstand=[100]).assign(
        personen_bijstand__ondergrens=85.0, personen_bijstand__bovengrens=124.0
    )
    rij = K_van({2014: met, 2020: jaar(personen_bijstand=[100])}, ["uitkering"]).loc[A]
    # 1,000 residents; the others as above: 5 + 5 + share x 5
    meer = rij["K_begin_afronding"] - rij["K_eind_afronding"]
    assert meer == pytest.approx(100 * (24 - 5) / 1000)


# --- years really used ----------------------------------------------------------------------------
def test_every_figure_says_which_years_it_is_from() -> None:
    zonder_ww = {"personen_bijstand": None, "personen_ao": None, "personen_ww": None}
    per_jaar = {
        2013: jaar(**ZONDER_WZW),
        2014: jaar(**zonder_ww),
        2018: jaar(**zonder_ww, inwoners=None),
        2020: jaar(**ZONDER_WZW),
    }
    rij = K_van(per_jaar).loc[A]
    assert rij["K_eind"] == pytest.approx(35.2)
    for kant, uitkering, wzw in (("begin", "2013", "2014"), ("eind", "2020", "2018")):
        delen = dict(deel.rsplit(" ", 1) for deel in rij[f"jaren_{kant}"].split(", "))
        assert delen == {"uitkering": uitkering, "lvb": wzw, "ggz": wzw}


# --- changes, relative, cuts ----------------------------------------------------------------------
def test_change_relative_and_cuts() -> None:
    # 1,000 and 3,000 residents at the end: K 10 -> 12 and 20 -> 28
    per_jaar = {
        2014: kwb([A, B], [1000, 2000], [100, 400]),
        2020: kwb([A, B], [1000, 3000], [120, 840]),
    }
    uit = K_van(per_jaar, ["uitkering"])
    assert uit["dK"].tolist() == pytest.approx([2, 8])
    # weighted with the residents of the end: (2 x 1,000 + 8 x 3,000) / 4,000 = 6.5
    assert uit["dK_relatief"].tolist() == pytest.approx([-4.5, 1.5])
    assert set(uit["informatief"]) == {"nee"}
    # m = (12 + 3 x 28) / 4 = 24; s² = (144 + 3 x 16) / 4 = 48, s = 6.93: cuts 17.07, 24, 30.93
    assert uit["kwetsbaar_klasse"].tolist() == [1, 3]
    assert uit["inwoners_begin"].tolist() == [1000, 2000]
    assert uit["inwoners_eind"].tolist() == [1000, 3000]


def test_K_without_residents_known_has_no_class() -> None:
    # The Kerncijfers are absent; lvb and ggz have their own residents. 1 - 0.9 x 0.8 = 0.28
    zonder = {"inwoners": None, "personen_bijstand": None, "personen_ao": None, "personen_ww": None}
    rij = K_van({2014: jaar(**zonder), 2020: jaar(**zonder)}).loc[A]
    assert rij["K_eind"] == pytest.approx(28)
    assert pd.isna(rij["kwetsbaar_klasse"])
    assert rij["kwetsbaar_klasse__status"] == "ontbreekt"
    assert pd.isna(rij["dK_relatief"])
    assert rij["dK_relatief__status"] == "ontbreekt"
