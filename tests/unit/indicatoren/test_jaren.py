"""Which year stands for an end of the edition: that very one, else an earlier one within reach."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import buurttabel, edittabel
from veerkracht_dagster.indicatoren.jaren import jaar_met_bereik, kies_jaren

CODES = [f"BU0001000{n}" for n in range(10)]


def jaar(inwoners=None, **meer) -> pd.DataFrame:
    """A year of ten areas."""
    kolommen = {"inwoners": inwoners} if inwoners else {}
    return buurttabel(CODES, **kolommen, **meer)


VOL, LEEG = [100] * 10, ["-"] * 10
DEEL = jaar([1] * 8 + ["-"] * 2)
KEUZE = [
    # the year itself
    ("het jaar zelf", {2020: jaar(VOL), 2019: jaar(VOL)}, 2020),
    # not released in the year itself: the nearest earlier one
    ("een jaar terug", {2020: jaar(LEEG), 2019: jaar(VOL), 2018: jaar(VOL)}, 2019),
    ("twee jaar terug", {2020: jaar(LEEG), 2019: jaar(LEEG), 2018: jaar(VOL)}, 2018),
    # three years is too far
    ("drie jaar terug", {2020: jaar(LEEG), 2017: jaar(VOL)}, None),
    # never a later one
    ("later", {2020: jaar(LEEG), 2021: jaar(VOL)}, None),
    # the year has no table at all
    ("jaar ontbreekt", {2019: jaar(VOL)}, 2019),
    ("niets", {}, None),
    # suppressed or n.v.t. everywhere is no figure; one figure is enough for the year to count
    ("alles onderdrukt", {2020: jaar(["o"] * 10), 2019: jaar(VOL)}, 2019),
    ("een cel is genoeg", {2020: jaar([5, *["o"] * 9]), 2019: jaar(VOL)}, 2020),
    ("een schatting is een cijfer", {2020: jaar([(5, "g"), *["o"] * 9])}, 2020),
    # an earlier file of one gemeente (8 of the 10 areas) must not fill the map of a country; 9 of
    # 10 is on the limit and may; what is suppressed there is no figure
    ("deellevering", {2020: jaar(LEEG), 2019: DEEL}, None),
    ("jaar heeft geen bestand", {2019: DEEL}, None),
    ("precies genoeg", {2020: jaar(LEEG), 2019: jaar([1] * 9 + ["-"])}, 2019),
    ("onderdrukt is geen cijfer", {2020: jaar(LEEG), 2019: jaar([1] * 8 + ["o"] * 2)}, None),
    # so the one before it stands in
    ("overgeslagen", {2020: jaar(LEEG), 2019: DEEL, 2018: jaar(VOL)}, 2018),
    # the year itself may be partial: then it is what there is
    ("zelf een deel", {2020: jaar([1, *["-"] * 9]), 2019: jaar(VOL)}, 2020),
]


@pytest.mark.parametrize(
    ("per_jaar", "verwacht"), [k[1:] for k in KEUZE], ids=[k[0] for k in KEUZE]
)
def test_which_year_stands_for_2020(per_jaar: dict, verwacht: int | None) -> None:
    assert kies_jaren(edittabel(per_jaar), ["inwoners"], 2020) == verwacht


# --- reach: over the areas with residents, and nothing else ---------------------------------------
BEREIK = [
    # 9 of 10; 8 of 10; two of those ten are without residents, so 8 of 8, and their own figures
    # do not count: 7 of 8
    ("precies genoeg", VOL, [5] * 9 + ["-"], 2020),
    ("te weinig", VOL, [5] * 8 + ["-"] * 2, None),
    ("waar niemand woont", [100] * 8 + [0] * 2, [5] * 8 + ["-"] * 2, 2020),
    ("niemand telt niet mee", [100] * 8 + [0] * 2, [5] * 7 + ["-", 0, 0], None),
    # suppressed is no figure, an estimate is; an area of which residents are unknown is one
    ("onderdrukt", VOL, [5] * 8 + ["o"] * 2, None),
    ("geschat", VOL, [(5, "g")] * 9 + ["o"], 2020),
    ("inwoners onbekend", [100] * 8 + ["-"] * 2, [5] * 8 + ["-"] * 2, None),
]


@pytest.mark.parametrize(
    ("inwoners", "bijstand", "verwacht"), [k[1:] for k in BEREIK], ids=[k[0] for k in BEREIK]
)
def test_reach_counts_areas_with_residents(inwoners: list, bijstand: list, verwacht) -> None:
    tabel = edittabel({2020: jaar(inwoners, personen_bijstand=bijstand)})
    assert jaar_met_bereik(tabel, ["personen_bijstand"], 2020) == verwacht


def test_columns_reach_together_and_fall_back_as_a_whole() -> None:
    # each column alone has 9 of 10, both have 8; the year before has them all
    per_jaar = {
        2020: jaar(VOL, personen_ao=[1] * 9 + ["-"], personen_ww=["-", *[1] * 9]),
        2019: jaar(VOL, personen_ao=[1] * 10, personen_ww=[1] * 10),
    }
    tabel = edittabel(per_jaar)
    assert jaar_met_bereik(tabel, ["personen_ao"], 2020) == 2020
    assert jaar_met_bereik(tabel, ["personen_ao", "personen_ww"], 2020) == 2019


def test_residents_are_those_of_the_end_or_of_the_last_year_that_counts_them() -> None:
    # 2020 does not count the last two; in 2019 nobody lived there
    per_jaar = {
        2020: jaar([100] * 8 + ["-"] * 2, onv=[0.1] * 8 + ["-"] * 2),
        2019: jaar([100] * 8 + [0] * 2),
    }
    assert jaar_met_bereik(edittabel(per_jaar), ["onv"], 2020) == 2020
    assert jaar_met_bereik(edittabel(per_jaar, terugval_jaren=0), ["onv"], 2020) is None


def test_columns_of_one_figure_come_from_one_year() -> None:
    # 2020 has residents but no benefits yet: a share takes both from 2019.
    per_jaar = {
        2020: jaar(VOL),
        2019: jaar([90] * 10, personen_bijstand=[9] * 10),
    }
    cellen = edittabel(per_jaar).cellen_rond(["personen_bijstand", "inwoners"], 2020)
    assert [cel.jaar for cel in cellen.values()] == [2019, 2019]
    assert cellen["inwoners"].waarde.tolist() == [90] * 10


def test_sources_have_their_own_years() -> None:
    per_jaar = {
        2020: jaar(VOL),
        2018: buurttabel(CODES, onv=[0.1] * 10),
    }
    tabel = edittabel(per_jaar)
    assert kies_jaren(tabel, ["inwoners"], 2020) == 2020
    assert kies_jaren(tabel, ["onv"], 2020) == 2018


def test_the_fall_back_is_a_parameter() -> None:
    per_jaar = {2020: jaar(LEEG), 2019: jaar(VOL)}
    assert kies_jaren(edittabel(per_jaar, terugval_jaren=0), ["inwoners"], 2020) is None


def test_without_a_year_all_is_missing() -> None:
    cel = edittabel({2020: jaar(LEEG)}).cellen_rond(["inwoners"], 2020)["inwoners"]
    assert not cel.heeft_cijfers
    assert set(cel.status) == {"ontbreekt"}
    assert cel.waarde.isna().all()


def test_an_edition_takes_its_own_niveau_and_base() -> None:
    tabel = pd.concat(
        [
            buurttabel(CODES[:2], inwoners=[1, 2]),
            buurttabel(CODES[:2], basisjaar=2022, inwoners=[3, 4]),
            buurttabel(["WK000100"], niveau="wijk", inwoners=[5]),
        ]
    )
    eigen = edittabel({2020: tabel})
    assert list(eigen.gebieden) == CODES[:2]
    assert eigen.cellen("inwoners", 2020).waarde.tolist() == [1, 2]


def test_years_with_other_areas_are_laid_side_by_side() -> None:
    tabel = edittabel(
        {
            2014: buurttabel(CODES[:2], inwoners=[1, 2]),
            2020: buurttabel(CODES[1:3], inwoners=[3, 4]),
        }
    )
    assert list(tabel.gebieden) == CODES[:3]
    assert tabel.cellen("inwoners", 2014).waarde.tolist()[:2] == [1, 2]
    assert pd.isna(tabel.cellen("inwoners", 2014).waarde.iloc[2])
