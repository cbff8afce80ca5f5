"""Sensitivity, calculated by hand: flipping thresholds, ranks within bounds, groups left out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.golden.rekenen import indicatortabellen
from tests.golden.twaalf import LAND
from tests.unit.indicatoren.hulp import CAT, REGELS, buurttabel, edittabel
from veerkracht_dagster.indicatoren import (
    domeinmaten,
    gevoeligheid,
    gevoeligheid_klassen,
    gevoeligheid_varianten,
    kwetsbare_bewoners,
    overlast_onveiligheid,
)
from veerkracht_dagster.indicatoren.klassen import signaalklasse

NA = math.nan
KLASSEN = tuple(range(1, 9))
A, B, C, D = (f"BU0001000{n}" for n in range(1, 5))
DRIE = ["uitkering", "lvb", "ggz"]


def _tabellen(rijen: list[tuple]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """K, V and domain measures with given (dK, dP, onv); everything else is of no matter."""
    codes = [f"BU000100{n:02d}" for n in range(len(rijen))]
    dK, dP, onv = (np.array(k, dtype="float64") for k in zip(*rijen, strict=True))
    K = pd.DataFrame({"regiocode": codes, "dK": dK, "dK_relatief": dK, "methode": "microdata"})
    for kant in ("", "_ondergrens", "_bovengrens"):
        K[f"K_eind{kant}"] = 20.0
    K = K.assign(K_eind__status="waargenomen", groepen="")
    V = pd.DataFrame({"regiocode": codes, "dP": dP, "dP_relatief": dP, "onv_klasse": onv})
    V = V.assign(V_eind=0.0, V_eind__status="waargenomen")
    return K, V, pd.DataFrame({"regiocode": codes})


# dK, dP, onv -> tK where the class flips and the class there; the same for tP. tK = 1, tP = .01
OMSLAG = [
    # 4 now; from tK = 3 on it is 3; from tP = .05 on it is 7
    ((3, 0.05, 5), (3, 3), (0.05, 7)),
    # 3 now; below tK = .5 it would be 6; tP does not matter
    ((0.5, 0.05, 1), (0.5, 6), None),
    # 3 now, and falling: below .5 it would be 1, since dP < -tP
    ((-0.5, -0.05, 5), (0.5, 1), None),
    # 7 now; below tP = .005 it would be 5
    ((2, 0.005, 3), (2, 3), (0.005, 5)),
    # 7 now; below tP = .005 it would be 8
    ((2, -0.005, 3), (2, 3), (0.005, 8)),
    # 8 now; from tP = .02 on it is 7
    ((2, -0.02, 5), (2, 3), (0.02, 7)),
    # 1 now; from tP = .02 on it is 2
    ((-2, -0.02, 5), (2, 3), (0.02, 2)),
    # 2 now, because nuisance rises: no tP changes that
    ((-2, 0.02, 5), (2, 3), None),
    # on the thresholds: 3 at tK = 1, and just below it 7, since dP is on tP
    ((1, 0.01, 5), (1, 7), None),
    # nothing changes, whatever the thresholds
    ((0, 0, 5), None, None),
    ((NA, 0.02, 5), None, None),
]


@pytest.mark.parametrize(("cijfers", "op_tK", "op_tP"), OMSLAG)
def test_where_a_class_flips(cijfers: tuple, op_tK: tuple | None, op_tP: tuple | None) -> None:
    rij = gevoeligheid(*_tabellen([cijfers]), REGELS, CAT).iloc[0]
    for naam, verwacht in (("tK", op_tK), ("tP", op_tP)):
        gevonden = rij[[f"omslag_{naam}_absoluut", f"klasse_na_{naam}_absoluut"]].tolist()
        assert gevonden == pytest.approx(list(verwacht or (NA, NA)), nan_ok=True)
        status = "ontbreekt" if np.isnan(cijfers[0]) else "waargenomen" if verwacht else "n.v.t."
        assert rij[f"omslag_{naam}_absoluut__status"] == status


GETAL = st.floats(-5, 5, allow_nan=False).map(lambda x: round(x, 3))


@settings(max_examples=60, deadline=None)
@given(GETAL, GETAL.map(lambda x: x / 50), st.integers(1, 9), st.floats(0.01, 8))
def test_no_other_threshold_flips_it(dK: float, dP: float, onv: int, tK: float) -> None:
    # Any tK on the same side of the flipping one gives the same class, any on the other its class.
    rij = gevoeligheid(*_tabellen([(dK, dP, onv)]), REGELS, CAT).iloc[0]
    gewoon, anders = (
        signaalklasse(*(np.array([x]) for x in (dK, dP, float(onv))), t, 0.01)[0] for t in (1.0, tK)
    )
    omslag = rij["omslag_tK_absoluut"]
    zelfde_kant = np.isnan(omslag) or (omslag > 1.0) == (omslag > tK)
    assert anders == (gewoon if zelfde_kant else rij["klasse_na_tK_absoluut"])


def test_ranks_within_bounds() -> None:
    # K 40 in [35, 45], 30 in [20, 42], 10 in [5, 15], and one that is not known
    K, V, maten = _tabellen([(0, 0, 5)] * 4)
    K["K_eind"], K["K_eind_ondergrens"] = [40, 30, 10, NA], [35, 20, 5, NA]
    K["K_eind_bovengrens"] = [45, 42, 15, NA]
    K["K_eind__status"] = ["geschat"] * 3 + ["onderdrukt"]
    V["V_eind"] = [0.1, 0.1, -0.2, 0.3]  # least is most nuisance: 2, 2, 1, 4
    uit = gevoeligheid(K, V, maten, REGELS, CAT)
    rangen = uit[["rang_K", "rang_K_hoogst", "rang_K_laagst"]].to_numpy().tolist()
    # the first may have to let the second pass; the third is third in any case
    assert rangen[:3] == [[1, 1, 2], [2, 1, 2], [3, 3, 3]]
    assert np.isnan(rangen[3]).all()
    assert uit["rang_K__status"].tolist() == ["geschat"] * 3 + ["onderdrukt"]
    assert uit[["rang_P", "rang_P_hoogst", "rang_P_laagst"]].to_numpy().tolist() == [
        [2, 2, 3], [2, 2, 3], [1, 1, 1], [4, 4, 4],
    ]  # fmt: skip


def _jaar(lvb: int, **anders: list) -> pd.DataFrame:
    """A: uitkering .1, lvb as given / 900, ggz .2; B has a head count too; C lacks ggz."""
    vol = {
        "inwoners": [1000] * 3, "personen_bijstand": [50] * 3, "personen_ao": [30] * 3,
        "personen_ww": [20] * 3, "wzw_inwoners": [900] * 3, "wzw_lvb_personen": [lvb] * 3,
        "wzw_ggz_personen": [180, 180, "o"], "md_personen": ["-", 1000, "-"],
        "md_kwetsbaar": ["-", 300, "-"], "onv": [0.0] * 3,
    }  # fmt: skip
    return buurttabel([A, B, C], **{**vol, **anders})


@pytest.fixture(scope="module")
def drie() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    tabel = edittabel(
        {2014: _jaar(90), 2020: _jaar(180)}, kwetsbaar_groepen=DRIE, terugval_bereik=0.5
    )
    return kwetsbare_bewoners(tabel, CAT), overlast_onveiligheid(tabel), domeinmaten(tabel, CAT)


def test_what_each_group_adds(drie: tuple) -> None:
    uit = gevoeligheid(*drie, REGELS, CAT).set_index("regiocode")
    # 1 - .9 x .8 x .8 = .424; without uitkering .36, without lvb or ggz .28
    verwacht = {"uitkering": 6.4, "lvb": 14.4, "ggz": 14.4}
    for groep, punten in verwacht.items():
        assert uit.loc[A, f"bijdrage_{groep}"] == pytest.approx(punten)
        assert uit.loc[B, f"bijdrage_{groep}__status"] == "n.v.t."  # counted, not made of groups
        assert uit.loc[C, f"bijdrage_{groep}__status"] == "onderdrukt"
    assert uit.loc[A, "bijdrage_laag_opgeleid__status"] == "n.v.t."  # not among the groups


def test_variants_of_K(drie: tuple) -> None:
    uit = gevoeligheid_varianten(*drie, REGELS).set_index("variant")
    assert list(uit.index) == [
        "alle groepen", "zonder uitkering", "zonder lvb", "zonder ggz",
        "K op de ondergrens", "K op de bovengrens",
    ]  # fmt: skip
    # A as above, B 30 % in every variant; as many residents, so the mean of the two
    gemiddelden = {
        "alle groepen": (42.4 + 30) / 2,
        "zonder uitkering": (36 + 30) / 2,
        "zonder lvb": (28 + 30) / 2,
        # at most .1 + .2 + .2
        "K op de bovengrens": (50 + 30) / 2,
        "K op de ondergrens": (20 + 30) / 2,
    }
    assert uit.loc[list(gemiddelden), "gemiddelde_K"].tolist() == pytest.approx(
        list(gemiddelden.values())
    )
    assert uit.loc["zonder lvb", "verschil"] == pytest.approx(29 - 36.2)
    assert set(uit["gebieden"]) == {2}
    # A is above B with all groups and below it without lvb: the order turns
    assert uit.loc["alle groepen", "rangcorrelatie"] == pytest.approx(1)
    assert uit.loc["zonder lvb", "rangcorrelatie"] == pytest.approx(-1)
    # without lvb K of A does not rise: 3 instead of a rise
    assert uit.loc["zonder lvb", "ander_signaal"] == 1
    assert uit.loc["alle groepen", ["andere_klasse", "ander_signaal"]].tolist() == [0, 0]


def test_the_only_group_left_out_leaves_nothing() -> None:
    tabel = edittabel({j: _jaar(90) for j in (2014, 2020)}, kwetsbaar_groepen=["uitkering"])
    uit = gevoeligheid_varianten(
        kwetsbare_bewoners(tabel, CAT),
        overlast_onveiligheid(tabel),
        domeinmaten(tabel, CAT),
        REGELS,
    ).set_index("variant")
    assert uit.loc["zonder uitkering", "gebieden"] == 1  # the one with a head count
    assert uit.loc["alle groepen", "gebieden"] == 3


def test_classes_for_each_pair_of_thresholds() -> None:
    tabellen = indicatortabellen(LAND)
    K, V = tabellen["kwetsbare_bewoners"], tabellen["overlast_onveiligheid"]
    uit = gevoeligheid_klassen(K, V, REGELS, CAT)
    assert len(uit) == 2 * 9 * (len(KLASSEN) + 1)
    per_paar = uit.groupby(["vorm", "tK_procentpunt", "tP_punt"])["gebieden"].sum()
    assert set(per_paar) == {len(LAND)}
    gewoon = uit.query("vorm == 'absoluut' and tK_procentpunt == 1 and tP_punt == 0.01")
    telling = gewoon.set_index("klasse")["gebieden"].to_dict()
    assert telling == {k: sum(b.signaal == k for b in LAND) for k in (*KLASSEN, -9)}
    assert gewoon["anders"].sum() == 0
    # tK = 2: dK of 2 and -2 (buurten 2, 8, 9) join class 3
    dubbel = uit.query("vorm == 'absoluut' and tK_procentpunt == 2 and tP_punt == 0.01")
    drie = dubbel.set_index("klasse").loc[3]
    assert (drie["gebieden"], drie["anders"]) == (2 + 3, 3)
