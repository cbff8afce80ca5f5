"""Which year stands for an end of the edition: that very one, else an earlier one within reach."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import KWB, LBM, buurttabel, edittabel
from veerkracht_dagster.indicatoren.jaren import kies_jaren

CODES = [f"BU0001000{n}" for n in range(10)]


def jaar(inwoners=None, *, bereikt: int = 10, **meer) -> pd.DataFrame:
    """A year in which the Kerncijfers reach the first so many of ten areas."""
    weg = ["identiek"] * bereikt + ["geen"] * (10 - bereikt)
    kolommen = {"inwoners": inwoners} if inwoners else {}
    return buurttabel(CODES, wegen={KWB: weg}, **kolommen, **meer)


VOL, LEEG = [100] * 10, ["-"] * 10
DEEL = jaar([1] * 8 + ["-"] * 2, bereikt=8)
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
    # an earlier file of one gemeente (8 of the 10 areas that the year itself reaches) must not fill
    # the map of a country; 9 of 10 is on the limit and may
    ("deellevering", {2020: jaar(LEEG), 2019: DEEL}, None),
    ("precies genoeg", {2020: jaar(LEEG), 2019: jaar([1] * 9 + ["-"], bereikt=9)}, 2019),
    # so the one before it stands in
    ("overgeslagen", {2020: jaar(LEEG), 2019: DEEL, 2018: jaar(VOL)}, 2018),
    # the year itself may be partial: then it is what there is
    ("zelf een deel", {2020: jaar([1, *["-"] * 9], bereikt=1), 2019: jaar(VOL)}, 2020),
]


@pytest.mark.parametrize(
    ("per_jaar", "verwacht"), [k[1:] for k in KEUZE], ids=[k[0] for k in KEUZE]
)
def test_which_year_stands_for_2020(per_jaar: dict, verwacht: int | None) -> None:
    assert kies_jaren(edittabel(per_jaar), ["inwoners"], 2020) == verwacht


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
        2018: buurttabel(CODES, wegen={LBM: ["identiek"] * 10}, onv=[0.1] * 10),
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
