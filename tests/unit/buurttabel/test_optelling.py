"""Buurten added up to wijken and gemeenten, worked out on paper, and the publisher's own rows."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.buurttabel.hulp import cijfers
from veerkracht_dagster.buurttabel.controles import controleer_buurttabel
from veerkracht_dagster.buurttabel.optelling import hogere_code, tel_op, vergelijk_optelling
from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.celstatus import bovengrens_van, dekking_van, ondergrens_van, status_van
from veerkracht_dagster.sporen.afkomst import Afkomst

CAT = catalogus()
# Two wijken in one gemeente: 01 with two buurten, 02 with one.
BUURTEN = ["BU00010100", "BU00010101", "BU00010200"]
KWB = {
    "inwoners": [100, 300, 50],
    "huishoudens": [50, 150, 20],
    "personen_bijstand": [20, 30, "o"],
    "woningen": [40, 160, 20],
    "percentage_koopwoningen": [50, 25, 10],
}


def rijen(codes: list[str], niveau: str, **kolommen: list) -> pd.DataFrame:
    return cijfers(codes, **kolommen).assign(niveau=niveau)


def cel(tabel: pd.DataFrame, code: str, naam: str) -> tuple:
    rij = tabel.set_index("regiocode").loc[code]
    return rij[naam], rij[status_van(naam)], rij[dekking_van(naam)]


def test_the_codes_above() -> None:
    codes = pd.Index(["BU036300AA"])
    assert list(hogere_code(codes, "wijk")) == ["WK036300"]
    assert list(hogere_code(codes, "gemeente")) == ["GM0363"]


def test_counts_add_up_and_shares_go_by_their_denominator() -> None:
    buurten = rijen(BUURTEN, "buurt", **KWB)
    wijken = tel_op(buurten, "wijk", CAT)
    assert wijken["regiocode"].tolist() == ["WK000101", "WK000102"]
    assert cel(wijken, "WK000101", "inwoners") == (400, "waargenomen", 1)
    # 50 % of 40 dwellings and 25 % of 160: 60 of 200
    assert cel(wijken, "WK000101", "percentage_koopwoningen") == (30, "waargenomen", 1)
    assert cel(wijken, "WK000102", "personen_bijstand")[1] == "onderdrukt"
    gemeente = tel_op(buurten, "gemeente", CAT)
    # the suppressed buurt has 50 of 450 residents: 8/9 is covered, so it counts as an estimate
    assert cel(gemeente, "GM0001", "personen_bijstand") == (50, "geschat", pytest.approx(8 / 9))
    streng = tel_op(buurten, "gemeente", CAT, ["inwoners", "personen_bijstand"], 0.9)
    assert cel(streng, "GM0001", "personen_bijstand")[1] == "ontbreekt"


def test_a_score_goes_by_residents_where_all_are_known() -> None:
    scores = {"onv": [0.1, 0.3, 0.5]}
    bekend = tel_op(rijen(BUURTEN, "buurt", **KWB, **scores), "wijk", CAT)
    # (0.1 x 100 + 0.3 x 300) / 400
    assert cel(bekend, "WK000101", "onv") == (pytest.approx(0.25), "geschat", 1)
    deels = KWB | {"inwoners": [100, "-", 50]}
    onbekend = tel_op(rijen(BUURTEN, "buurt", **deels, **scores), "wijk", CAT)
    assert cel(onbekend, "WK000101", "onv")[1] == "ontbreekt"
    # by land where that is known of all: (0.1 x 30 + 0.3 x 10) / 40
    met_land = rijen(BUURTEN, "buurt", **deels, **scores, oppervlakte_land=[30, 10, 5])
    assert cel(tel_op(met_land, "wijk", CAT), "WK000101", "onv")[0] == pytest.approx(0.15)


def test_a_buurt_alone_in_its_wijk_counts_also_where_nobody_lives() -> None:
    uit = tel_op(rijen(BUURTEN, "buurt", inwoners=[100, 300, 0], onv=[0.1, 0.3, 0.5]), "wijk", CAT)
    assert cel(uit, "WK000102", "inwoners") == (0, "waargenomen", 1)
    assert cel(uit, "WK000102", "onv") == (0.5, "waargenomen", 1)


def test_coverage_and_bounds_of_a_harmonised_table_go_along() -> None:
    buurten = rijen(BUURTEN, "buurt", inwoners=[100, (300, "g"), 50])
    buurten[dekking_van("inwoners")] = [1.0, 0.9, 1.0]
    buurten[ondergrens_van("inwoners")] = [95.0, 280.0, 45.0]
    buurten[bovengrens_van("inwoners")] = [105.0, float("nan"), 55.0]
    wijken = tel_op(buurten, "wijk", CAT, ["inwoners"]).set_index("regiocode")
    eerste = wijken.loc["WK000101"]
    # 100 residents covered wholly and 300 for 0.9
    assert eerste[dekking_van("inwoners")] == pytest.approx((100 * 1 + 300 * 0.9) / 400)
    assert eerste[status_van("inwoners")] == "geschat"
    assert eerste[ondergrens_van("inwoners")] == 375
    assert pd.isna(eerste[bovengrens_van("inwoners")])
    assert wijken.loc["WK000102", bovengrens_van("inwoners")] == 55


@pytest.mark.parametrize(
    ("uitgever", "fout"),
    [
        # two buurten, each off by less than 5 either way, and the wijk itself too: 385 to 415
        ({"inwoners": [415]}, []),
        ({"inwoners": [385]}, []),
        ({"inwoners": [420]}, ["inwoners"]),
        ({"inwoners": [380]}, ["inwoners"]),
        # bijstand in tens: 50, off by 5 for each of three
        ({"personen_bijstand": [60]}, []),
        ({"personen_bijstand": [70]}, ["personen_bijstand"]),
        # a share that none of its buurten come near
        ({"percentage_koopwoningen": [51]}, []),
        ({"percentage_koopwoningen": [52]}, ["percentage_koopwoningen"]),
        # what the publisher leaves out is not compared
        ({"inwoners": ["o"]}, []),
    ],
)
def test_the_publishers_own_row_of_a_wijk(uitgever: dict, fout: list[str]) -> None:
    alle = pd.concat(
        [rijen(BUURTEN, "buurt", **KWB), rijen(["WK000101"], "wijk", **uitgever)]
    ).reset_index(drop=True)
    statussen = {status_van(naam): "ontbreekt" for naam in KWB}
    gevallen, geteld = vergelijk_optelling(alle.fillna(statussen), CAT)
    assert gevallen["kolom"].tolist() == fout
    assert geteld == {"wijk": 0 if uitgever == {"inwoners": ["o"]} else 1}
    leeg = pd.DataFrame(columns=tabellen()["buurttabel"].kolomnamen)
    controle = next(
        c
        for c in controleer_buurttabel(
            leeg,
            [],
            {"cbs_kerncijfers": alle.fillna(statussen)},
            CAT,
            {"cbs_kerncijfers": Afkomst()},
        )
        if c.naam == "wijk_en_gemeente"
    )
    assert controle.goed == (not fout)


def test_what_does_not_add_up_is_not_compared() -> None:
    alle = pd.concat(
        [
            rijen(BUURTEN[:2], "buurt", opleidingsniveau_laag=[10, 10]),
            rijen(["WK000101"], "wijk", opleidingsniveau_laag=[500]),
        ]
    )
    gevallen, geteld = vergelijk_optelling(alle, CAT)
    assert gevallen.empty
    assert geteld == {}
