"""The signal of an edition: ties with a threshold, structureel, stabiliteit, states."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import CAT, REGELS, edittabel, kwb
from veerkracht_dagster.indicatoren import kwetsbare_bewoners, overlast_onveiligheid, signaal
from veerkracht_dagster.indicatoren.controles import (
    RUIS_K,
    RUIS_V,
    grenzen,
    hogere_drempel,
    relatief_nul,
    zonder_ruis,
)

NA = math.nan


def bereken(
    codes: list[str], inwoners: list, K: tuple[list, list], V: tuple[list, list], **meer: object
) -> pd.DataFrame:
    """K (persons of `inwoners`) and V at begin and end, through to the signal; index regiocode."""
    per_jaar = {
        jaar: kwb(codes, inwoners, K[kant], onv=V[kant]) for kant, jaar in enumerate((2014, 2020))
    }
    tabel = edittabel(per_jaar, **meer)
    tabellen = kwetsbare_bewoners(tabel, CAT), overlast_onveiligheid(tabel)
    uit = signaal(*tabellen, tabel.editie.parameters)
    delen = [uit, *tabellen]
    gezien: set[str] = set()
    for n, deel in enumerate(delen):
        delen[n] = deel.set_index("regiocode").drop(columns=list(gezien & set(deel.columns)))
        gezien |= set(delen[n].columns)
    return pd.concat(delen, axis=1)


# Boundaries are exact: a change that equals a threshold falls in the milder class. Kerncijfers are
# rounded to 10 persons, so in buurten of 1,000 a change of exactly 1 procentpunt is common.
def test_a_change_of_exactly_tK_is_about_equal_whatever_K_is() -> None:
    codes = [f"BU000{n // 10}000{n % 10}" for n in range(99)]
    begin, eind = [10 * n for n in range(99)], [10 * (n + 1) for n in range(99)]
    stil = [0.0] * 99
    meer = bereken(codes, [1000] * 99, (begin, eind), ([0.5] * 99, stil))
    minder = bereken(codes, [1000] * 99, (eind, begin), ([0.5] * 99, stil))
    for uit in (meer, minder):
        anders = uit.loc[uit["signaal_absoluut"] != 3, ["K_begin", "K_eind", "dK"]]
        assert anders.empty, anders.to_string()


def test_a_change_of_exactly_tP_is_about_equal_whatever_V_is() -> None:
    # Scores as published, in decimals: 0.05 to 0.04 is exactly 0.01 more nuisance.
    codes = [f"BU000{n // 10}000{n % 10}" for n in range(60)]
    begin, eind = [(n - 29) / 100 for n in range(60)], [(n - 30) / 100 for n in range(60)]
    K = [100] * 60, [300] * 60
    for V in ((begin, eind), (eind, begin)):
        uit = bereken(codes, [1000] * 60, K, V)
        anders = uit.loc[uit["signaal_absoluut"] != 7, ["V_begin", "V_eind", "dP"]]
        assert anders.empty, anders.to_string()


# --- structureel ----------------------------------------------------------------------------------
# Class, steps measured, steps with more nuisance -> flag. Two steps are enough to know.
STRUCTUREEL = [
    (4, 3, 2, "ja"),
    (5, 3, 3, "ja"),
    (6, 2, 2, "ja"),
    (4, 3, 1, "nee"),  # one rise
    (6, 2, 0, "nee"),
    (4, 1, 1, "onbekend"),  # one step measured: not known, which is not no
    (6, 0, 0, "onbekend"),
    (3, 3, 3, "nee"),  # only classes 4-6
    (7, 3, 3, "nee"),
    (8, 3, 2, "nee"),
    (1, 3, 2, "nee"),
    (7, 1, 1, "onbekend"),
    (None, 3, 3, "onbekend"),  # no class
]
# dK and dP that give each class at onv class 5, 3 or 1
_GEEFT = {1: (-2, -0.1, 5), 3: (0, 0.1, 5), 4: (2, 0.1, 5), 5: (2, 0.1, 3), 6: (2, 0.1, 1),
          7: (2, 0.0, 5), 8: (2, -0.1, 5), None: (NA, 0.1, 5)}  # fmt: skip


def _tabellen(rijen: list[tuple]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indicator tables with the given class and steps; relative is the same as absolute."""
    codes = [f"BU000100{n:02d}" for n in range(len(rijen))]
    dK, dP, onv = (list(k) for k in zip(*(_GEEFT[klasse] for klasse, *_ in rijen), strict=True))
    K = pd.DataFrame({"regiocode": codes, "dK": dK, "dK_relatief": dK, "K_begin": 20.0})
    K["K_eind"] = K["K_begin"] + K["dK"]
    for kant in ("begin", "eind"):
        K[f"K_{kant}_ondergrens"] = K[f"K_{kant}_bovengrens"] = K[f"K_{kant}"]
        K[f"K_{kant}_afronding"] = 0.0
    K = K.assign(inwoners_eind=1e9, kwetsbaar_klasse=2.0)
    V = pd.DataFrame({"regiocode": codes, "dP": dP, "dP_relatief": dP, "onv_klasse": onv})
    V["stappen_gemeten"], V["stappen_toename"] = ([r[n] for r in rijen] for n in (1, 2))
    for tabel in (K, V):
        for naam in [k for k in tabel if k != "regiocode"]:
            tabel[naam] = tabel[naam].astype("float64")
            tabel[f"{naam}__status"] = np.where(tabel[naam].isna(), "onderdrukt", "waargenomen")
    return K, V


def test_structureel() -> None:
    uit = signaal(*_tabellen([rij[:3] for rij in STRUCTUREEL]), REGELS)
    klassen = [None if np.isnan(k) else int(k) for k in uit["signaal_absoluut"]]
    assert klassen == [rij[0] for rij in STRUCTUREEL]
    assert uit["structureel_absoluut"].tolist() == [rij[3] for rij in STRUCTUREEL]


@pytest.mark.parametrize(("minimum", "vlag"), [(1, "nee"), (2, "onbekend")])
def test_the_least_number_of_steps_is_a_parameter(minimum: int, vlag: str) -> None:
    regels = REGELS.model_copy(update={"minimum_stappen": minimum})
    uit = signaal(*_tabellen([(4, 1, 1)]), regels)
    assert uit["structureel_absoluut"].tolist() == [vlag]


# --- stabiliteit ----------------------------------------------------------------------------------
# One buurt of 1,000,000 residents: rounding moves K by 0.00025, so only the thresholds matter.
# tK 0.5, 1, 2 times tP 0.005, 0.01, 0.02; K has one group, so its bounds are K itself.
STABIEL = [
    # dK 5, dP .05: class 4 under all nine
    (5.0, 0.05, 1.0),
    # dK 1.5, dP .05: 4, but 3 for tK = 2: six of nine
    (1.5, 0.05, 6 / 9),
    # dK 5, dP .015: 4, but 7 for tP = .02: six of nine
    (5.0, 0.015, 6 / 9),
    # dK 0.75: 3 for tK 1 and 2; for tK 0.5 it is 4 or 7: six of nine
    (0.75, 0.05, 6 / 9),
    # dK 1.5 and dP .015: 4 for tK .5, 1 and tP .005, .01: four of nine
    (1.5, 0.015, 4 / 9),
    # nothing changes: 3 under all
    (0.0, 0.0, 1.0),
]


@pytest.mark.parametrize(("dK", "dP", "deel"), STABIEL)
def test_stability_under_other_thresholds(dK: float, dP: float, deel: float) -> None:
    n = 1_000_000
    K = [200_000], [200_000 + round(dK * n / 100)]
    uit = bereken(["BU00010001"], [n], K, ([dP], [0.0]))
    assert uit["stabiliteit_absoluut"].iloc[0] == pytest.approx(deel)


def test_rounding_makes_a_small_buurt_unstable() -> None:
    # dK = 1.2 and 100 residents: three counts in tens can move K by 15 procentpunt
    klein, groot = (
        bereken(["BU00010001"], [n], ([20 * n / 100], [21.2 * n / 100]), ([0.05], [0.0]))
        for n in (100, 1_000_000)
    )
    assert klein["stabiliteit_absoluut"].iloc[0] < groot["stabiliteit_absoluut"].iloc[0]


def test_stability_is_seeded_and_between_0_and_1() -> None:
    codes = [f"BU000100{n:02d}" for n in range(40)]
    gegeven = (
        codes, [500] * 40, ([50] * 40, [50 + n for n in range(40)]), ([0.1] * 40, [0.08] * 40),
    )  # fmt: skip
    eens, nog_eens = (bereken(*gegeven)["stabiliteit_absoluut"] for _ in range(2))
    pd.testing.assert_series_equal(eens, nog_eens)
    assert eens.between(0, 1).all()
    anders = bereken(*gegeven, stabiliteit_zaad=7)["stabiliteit_absoluut"]
    assert not anders.equals(eens)


def test_an_area_keeps_its_stability_whoever_is_beside_it() -> None:
    codes = [f"BU000{n}0001" for n in range(1, 10)]  # a gemeente each, so absolute only
    n = len(codes)
    gegeven = [200] * n, ([20] * n, [20 + 2 * i for i in range(n)]), ([0.1] * n, [0.08] * n)
    samen = bereken(codes, *gegeven)["stabiliteit_absoluut"]
    assert samen.nunique() - 1 > 0  # they do not all have the same
    inwoners, K, V = gegeven
    for plaats, code in enumerate(codes):
        eigen_K, eigen_V = (([x[0][plaats]], [x[1][plaats]]) for x in (K, V))
        los = bereken([code], [inwoners[plaats]], eigen_K, eigen_V)
        assert los["stabiliteit_absoluut"].iloc[0] == samen[code]


def test_without_a_class_there_is_no_stability() -> None:
    codes, inwoners = ["BU00010001", "BU00010002"], [1000, 1000]
    V = [0.1, 0.1], [0.0, 0.0]
    uit = bereken(codes, inwoners, ([100, 100], ["o", 100]), V, terugval_bereik=0.5)
    rij = uit.loc["BU00010001"]
    assert rij[["signaal_absoluut", "stabiliteit_absoluut", "focus"]].isna().all()
    assert rij["stabiliteit_absoluut__status"] == "onderdrukt"
    assert uit.loc["BU00010002", "stabiliteit_absoluut"] > 0


# --- the checks of the method (section 8, 4-6) ----------------------------------------------------
@pytest.fixture
def land() -> pd.DataFrame:
    codes = [f"BU0001000{n}" for n in range(1, 5)]
    K = [100, 120, 150, 170], [150, 110, 200, 185]
    V = [0.0, 0.1, -0.1, 0.0], [-0.05, 0.1, -0.2, 0.02]
    return bereken(codes, [1000, 2000, 500, 700], K, V)


def test_checks_hold(land: pd.DataFrame) -> None:
    tabel = land.reset_index()
    for kolom in ("dK_relatief", "dP_relatief"):
        assert relatief_nul(kolom, tabel, land["inwoners_eind"]).goed
    assert grenzen(tabel).goed
    assert hogere_drempel(tabel, tabel[["regiocode", "dP", "onv_klasse"]], REGELS).goed


def test_a_relative_layer_that_is_off_balance_is_found(land: pd.DataFrame) -> None:
    land.loc["BU00010002", "dK_relatief"] += 1e-6
    controle = relatief_nul("dK_relatief", land.reset_index(), land["inwoners_eind"])
    # 1e-6 x 2,000 of 4,200 residents
    assert controle.gevallen["gemeente"].tolist() == ["GM0001"]
    assert controle.gevallen["gemiddelde"].tolist() == pytest.approx([1e-6 * 2000 / 4200])


@pytest.mark.parametrize(("kolom", "decimalen"), {**RUIS_K, **RUIS_V}.items())
def test_a_change_with_noise_in_its_last_bits_is_found(
    land: pd.DataFrame, kolom: str, decimalen: int
) -> None:
    regels = RUIS_K if kolom in RUIS_K else RUIS_V
    assert zonder_ruis(land.reset_index(), regels).goed
    land.loc["BU00010003", kolom] += 4 * 10.0 ** -(decimalen + 1)
    gevallen = zonder_ruis(land.reset_index(), regels).gevallen
    assert gevallen.values.tolist() == [["BU00010003", kolom, decimalen]]


@pytest.mark.parametrize("kant", ["begin", "eind"])
@pytest.mark.parametrize(("grens", "stap"), [("ondergrens", 1e-6), ("bovengrens", -1e-6)])
def test_an_estimate_outside_its_bounds_is_found(
    land: pd.DataFrame, kant: str, grens: str, stap: float
) -> None:
    land.loc["BU00010003", f"K_{kant}_{grens}"] += stap
    gevallen = grenzen(land.reset_index()).gevallen
    assert gevallen.values.tolist() == [["BU00010003", f"K_{kant}"]]
