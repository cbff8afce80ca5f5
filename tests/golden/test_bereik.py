"""Reach, by hand: ten buurten with residents and two without, and which groups K is made of."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import CAT, buurttabel, edittabel, kwb
from veerkracht_dagster.indicatoren import kwetsbare_bewoners

CODES = [f"BU00010{n:03}" for n in range(12)]
INWONERS = [1000] * 10 + [0, 0]
# Per buurt with residents: benefits 100 of 1,000 = .10, patients 50 of 1,000 = .05, and of the 900
# whom the WoonZorgwijzer counts 180 with ggz = .20.
ALLEEN_UITKERING, MET_ZORG, MET_GGZ = 10.0, 14.5, 28.0  # 1 - .90 (x .95 | x .80), in %


def _jaar(ggz: int, zorg: int) -> pd.DataFrame:
    """A year in which so many of the ten have a figure of ggz, and of patients."""

    def zoveel(aantal: int, waarde: int) -> list[object]:
        return [waarde] * aantal + ["-"] * (12 - aantal)

    return buurttabel(
        CODES,
        inwoners=INWONERS,
        personen_bijstand=[n // 10 for n in INWONERS],
        personen_ao=[0] * 12,
        personen_ww=[0] * 12,
        wzw_inwoners=zoveel(ggz, 900),
        wzw_ggz_personen=zoveel(ggz, 180),
        rivm_ggz_patienten=zoveel(zorg, 50),
    )


GEVALLEN = [
    # 9 of 10 at both ends, on the limit: ggz
    ((9, 10), (9, 10), "uitkering, ggz", MET_GGZ),
    # 8 of 10 at one end: 0.8 < 0.9, and at both ends its stand-in (10 of 10)
    ((9, 10), (8, 10), "uitkering, ggz_zorg", MET_ZORG),
    ((0, 10), (10, 10), "uitkering, ggz_zorg", MET_ZORG),
    # one gemeente's delivery, of ggz or of the stand-in, takes nothing away from the others
    ((3, 10), (3, 10), "uitkering, ggz_zorg", MET_ZORG),
    ((3, 3), (3, 3), "uitkering", ALLEEN_UITKERING),
    # neither reaches at both ends: benefits alone
    ((10, 0), (0, 10), "uitkering", ALLEEN_UITKERING),
]


@pytest.mark.parametrize(("begin", "eind", "groepen", "K"), GEVALLEN)
def test_groups_by_reach(begin: tuple, eind: tuple, groepen: str, K: float) -> None:
    tabel = edittabel(
        {2014: _jaar(*begin), 2020: _jaar(*eind)},
        kwetsbaar_groepen=["uitkering", "ggz"],
        kwetsbaar_vervangers={"ggz": "ggz_zorg"},
        terugval_jaren=0,
    )
    uit = kwetsbare_bewoners(tabel, CAT).set_index("regiocode")
    assert set(uit["groepen"]) == {groepen}
    eerste = uit.loc[CODES[0]]
    assert (eerste["K_begin"], eerste["K_eind"]) == pytest.approx((K, K))
    assert uit.loc[CODES[10:], "K_eind"].isna().all()  # a share of nobody


def test_a_stand_in_year_reaches_enough_or_does_not_stand_in() -> None:
    # ggz of 2020 in 8 of 10, of 2019 in 9 of 10: both ends from the year that reaches
    per_jaar = {2014: _jaar(10, 0), 2019: _jaar(9, 0), 2020: _jaar(8, 0)}
    regels = {"kwetsbaar_groepen": ["uitkering", "ggz"], "terugval_jaren": 2}
    uit = kwetsbare_bewoners(edittabel(per_jaar, **regels), CAT)
    assert set(uit["jaren_eind"]) == {"ggz 2019, uitkering 2020"}
    per_jaar[2019] = _jaar(8, 0)
    uit = kwetsbare_bewoners(edittabel(per_jaar, **regels), CAT)
    assert set(uit["groepen"]) == {"uitkering"}


# --- one gemeente's own delivery ----------------------------------------------------------------
TWEE = ["BU00010000", "BU00010001", "BU00010002", *(f"BU0002000{n}" for n in range(7))]


def _levering_van_een(jaar: int) -> pd.DataFrame:
    """Ten buurten; ggz is delivered for the three of GM0001, in 2014 for two of them."""
    ggz = [180, 180, 180 if jaar == 2020 else "-", *["-"] * 7]
    return buurttabel(
        TWEE,
        inwoners=[1000] * 10,
        personen_bijstand=[100] * 10,
        personen_ao=[0] * 10,
        personen_ww=[0] * 10,
        wzw_inwoners=[900 if x == 180 else "-" for x in ggz],
        wzw_ggz_personen=ggz,
    )


def _van_een(begin: int = 2020, **regels: object) -> pd.DataFrame:
    per_jaar = {2014: _levering_van_een(begin), 2020: _levering_van_een(2020)}
    tabel = edittabel(per_jaar, kwetsbaar_groepen=["uitkering", "ggz"], terugval_jaren=0, **regels)
    return kwetsbare_bewoners(tabel, CAT).set_index("regiocode")


def test_a_delivery_of_one_gemeente_is_told_with_the_line_that_uses_it() -> None:
    uit = _van_een()
    assert set(uit["groepen"]) == {"uitkering"}
    # 3 of 10 at both ends, and all three of its own gemeente
    assert set(uit["niet_gebruikt"]) == {
        "ggz: geleverd voor 30% (begin) en 30% (eind) van de gebieden; een editie met "
        "`gemeenten: [GM0001]` gebruikt het"
    }
    # in 2014 two of its three, which is too few there too: then no edition would use it
    assert set(_van_een(begin=2014)["niet_gebruikt"]) == {
        "ggz: geleverd voor 20% (begin) en 30% (eind) van de gebieden"
    }


def test_an_edition_of_that_gemeente_uses_it_and_has_no_other_areas() -> None:
    uit = _van_een(gemeenten=["GM0001"])
    assert uit.index.tolist() == TWEE[:3]
    assert set(uit["groepen"]) == {"uitkering, ggz"}
    assert set(uit["niet_gebruikt"]) == {""}
    assert uit["K_eind"].tolist() == pytest.approx([MET_GGZ] * 3)
    # the national mean and spread are those of the edition: all three equal, so s = 0
    assert set(uit["kwetsbaar_klasse"]) == {4}


VOORBEHOUD = [
    # residents and persons with a benefit, and what is to be known
    (50, 10, ""),  # exactly 50 is not fewer
    (45, 10, "let op: minder dan 50 inwoners"),
    (1000, 390, ""),
    (1000, 400, "let op: 40 % of meer in een groep (uitkering), zoals bij een instelling"),
    (
        40,
        20,
        "let op: minder dan 50 inwoners; 40 % of meer in een groep (uitkering), zoals bij een "
        "instelling",
    ),
]


@pytest.mark.parametrize(("inwoners", "bijstand", "tekst"), VOORBEHOUD)
def test_places_of_few_or_special_residents_carry_a_caveat(
    inwoners: int, bijstand: int, tekst: str
) -> None:
    jaar = kwb(CODES[:1], [inwoners], [bijstand])
    regels = {"klein_gebied": 50, "instelling_aandeel": 40}
    uit = kwetsbare_bewoners(edittabel({2014: jaar, 2020: jaar}, **regels), CAT)
    assert uit["voorbehoud"].tolist() == [tekst]
