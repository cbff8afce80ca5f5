"""Bounds by rounding and suppression, worked out on paper; and that the truth lies within them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.buurttabel.hulp import cijfers, kolom, kruis
from veerkracht_dagster.buurttabel import draag_over
from veerkracht_dagster.rekenwijze.omzetten import STUKKOLOMMEN, Afrondregel, Stuk, grenzen
from veerkracht_dagster.rekenwijze.rekenen import ONTBREKEND

GEEN = math.nan
INWONERS = kolom("aantal", afronding=5)
TELLING = kolom("aantal", noemer="inwoners", afronding=10, onderdrukt_tot=9)
AANDEEL = kolom("aandeel", noemer="inwoners", afronding=1)


def grens(x: list, wegen: str, soort, inwoners: list | None = None, minimum: float = 0.8) -> dict:
    """(least, most) of column x per target."""
    bron = cijfers("ABC"[: len(x)], x=x, inwoners=inwoners or [100] * len(x))
    omzetting = kruis(wegen)
    doelen = pd.Index(sorted(omzetting["naar_regio"].unique()))
    uit, _ = draag_over(bron, omzetting, doelen, {"x": soort, "inwoners": INWONERS}, minimum)
    return {doel: tuple(uit.loc[doel, ["x__ondergrens", "x__bovengrens"]]) for doel in doelen}


AANTALLEN = [
    # 100 rounded to tens was 95 to 105
    ("heel", [100], "A P 1", {"P": (95, 105)}),
    # 0 was 0 to 5: fewer than none there is not
    ("nul", [0], "A P 1", {"P": (0, 5)}),
    # two roundings add up: 150 was 140 to 160
    ("samenvoeging", [100, 50], "A P 1; B P 1", {"P": (140, 160)}),
    # a share of it has that share of the slack
    ("splitsing", [100], "A P 0.75; A Q 0.25", {"P": (71.25, 78.75), "Q": (23.75, 26.25)}),
    ("grens verschoven", [100, 50], "A P 1; B P 0.2; B Q 0.8", {"P": (104, 116), "Q": (36, 44)}),
    # suppressed is 0 to 9, also where nothing else is known
    ("onderdrukt", ["o"], "A P 1", {"P": (0, 9)}),
    ("deel onderdrukt", [100, "o"], "A P 1; B P 1", {"P": (95, 114)}),
    ("deel van een onderdrukt gebied", ["o"], "A P 0.5; A Q 0.5", {"P": (0, 4.5), "Q": (0, 4.5)}),
    # a missing part is at most all of its residents, 100 and their rounding: 100 + 5 + 102.5
    ("deel ontbreekt", [100, "-"], "A P 1; B P 1", {"P": (95, 207.5)}),
    ("ontbreekt", ["-"], "A P 1", {"P": (GEEN, GEEN)}),
    # n.v.t. is nobody
    ("n.v.t.", [100, "n"], "A P 1; B P 1", {"P": (95, 105)}),
    ("geheel n.v.t.", ["n"], "A P 1", {"P": (GEEN, GEEN)}),
]


@pytest.mark.parametrize(
    ("x", "wegen", "verwacht"), [a[1:] for a in AANTALLEN], ids=[a[0] for a in AANTALLEN]
)
def test_counts(x: list, wegen: str, verwacht: dict) -> None:
    assert grens(x, wegen, TELLING) == {
        doel: pytest.approx(paar, nan_ok=True) for doel, paar in verwacht.items()
    }


AANDELEN = [
    ("heel", [40], [100], (39.5, 40.5)),
    ("nul", [0], [100], (0, 0.5)),
    ("honderd", [100], [100], (99.5, 100)),
    # equal shares: whoever weighs most, the mean is the same
    ("gelijk", [40, 40], [100, 300], (39.5, 40.5)),
    # 20 % of 100 and 60 % of 300: 50 %. Weights off by 2.5 each move it by at most
    # (2.5 x 30 + 2.5 x 10) / (400 - 5), and the shares themselves by 0.5
    ("samenvoeging", [20, 60], [100, 300], (50 - 0.5 - 100 / 395, 50 + 0.5 + 100 / 395)),
    # nobody can say how 2 and 2 people weigh: never beyond the parts themselves
    ("bijna niemand", [20, 60], [2, 2], (19.5, 60.5)),
    # a suppressed share is 0 to 100: (300 x 49.5) / 350 to (300 x 50.5 + 50 x 100) / 350, and by
    # other weights 2.5 x 49.5 / 345 further: what lies between the parts, over what surely is there
    (
        "deel onderdrukt",
        [50, "o"],
        [300, 50],
        (14850 / 350 - 123.75 / 345, 20150 / 350 + 123.75 / 345),
    ),
    # how many people weigh is unknown: land does, and that is not rounded
    ("inwoners onbekend", ["o", "o"], [100, "-"], (0, 100)),
    ("ontbreekt", ["-", "-"], [100, 100], (GEEN, GEEN)),
]


@pytest.mark.parametrize(
    ("x", "inwoners", "verwacht"), [a[1:] for a in AANDELEN], ids=[a[0] for a in AANDELEN]
)
def test_shares(x: list, inwoners: list, verwacht: tuple) -> None:
    uit = grens(x, "; ".join(f"{van} P 1" for van in "AB"[: len(x)]), AANDEEL, inwoners)["P"]
    assert uit == pytest.approx(verwacht, nan_ok=True)


def test_rounded_by_lot_is_off_by_a_whole_unit() -> None:
    # 100 was more than 95 and less than 105, of each of two
    loting = kolom("aantal", afronding=5, aselect=True)
    assert grens([100, 100], "A P 1; B P 1", loting) == {"P": (190, 210)}
    assert grens([0], "A P 1", loting) == {"P": (0, 5)}


def test_only_what_a_publisher_rounds_or_suppresses_has_bounds() -> None:
    bron = cijfers("A", x=[5], y=[5])
    kolommen = {"x": kolom("aantal"), "y": kolom("aandeel", afronding=0.1)}
    uit, _ = draag_over(bron, kruis("A P 1"), pd.Index(["P"]), kolommen, 0.8)
    assert [naam for naam in uit if "grens" in naam] == ["y__ondergrens", "y__bovengrens"]


# --- any country ----------------------------------------------------------------------------------
@st.composite
def landen(draw: st.DrawFn) -> tuple[list, list, list, list]:
    """True residents and cases of old areas, which shares are kept back, and eighths to P."""
    n = draw(st.integers(1, 5))
    mensen = draw(st.lists(st.integers(3, 300), min_size=n, max_size=n))
    gevallen = [draw(st.integers(0, m)) for m in mensen]
    weg = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    deel = [draw(st.integers(1, 8)) for _ in range(n)]  # eighths to P, the rest to Q
    return mensen, gevallen, weg, deel


def _rond(x: float, eenheid: float) -> float:
    return eenheid * math.floor(x / eenheid + 0.5)


@settings(max_examples=60, deadline=None)
@given(landen())
def test_the_truth_lies_within_the_bounds(land: tuple) -> None:
    mensen, gevallen, weg, deel = land
    codes = [f"oud{i}" for i in range(len(mensen))]
    bron = cijfers(
        codes,
        inwoners=[_rond(m, 5) for m in mensen],
        telling=["o" if g < 10 else _rond(g, 10) for g in gevallen],
        aandeel=[
            "o" if w else _rond(100 * g / m, 1)
            for m, g, w in zip(mensen, gevallen, weg, strict=True)
        ],
    )
    regels = []
    for code, achtste in zip(codes, deel, strict=True):
        regels.append(f"{code} P {achtste / 8}")
        regels += [f"{code} Q {1 - achtste / 8}"] if achtste < 8 else []
    omzetting = kruis("; ".join(regels))
    kolommen = {"inwoners": INWONERS, "telling": TELLING, "aandeel": AANDEEL}
    doelen = pd.Index(sorted(omzetting["naar_regio"].unique()))
    uit, _ = draag_over(bron, omzetting, doelen, kolommen, 0.8)
    for doel in doelen:
        w = np.array([d / 8 if doel == "P" else 1 - d / 8 for d in deel])
        echt = {
            "inwoners": w @ mensen,
            "telling": w @ gevallen,
            "aandeel": 100 * (w @ gevallen) / (w @ mensen),
        }
        for naam, waarde in echt.items():
            laag, hoog = uit.loc[doel, [f"{naam}__ondergrens", f"{naam}__bovengrens"]]
            geen_mensen = (w @ bron["inwoners"]) == 0  # then not they weigh a share, but the ground
            if not (math.isnan(laag) or (naam == "aandeel" and geen_mensen)):
                assert laag - 1e-9 <= waarde <= hoog + 1e-9, (doel, naam)
            if not math.isnan(uit.loc[doel, naam]):
                assert laag - 1e-9 <= uit.loc[doel, naam] <= hoog + 1e-9
        _zelfde_als_de_tweede_berekening(uit, doel, bron, omzetting, kolommen)


def _zelfde_als_de_tweede_berekening(uit, doel, bron, omzetting, kolommen) -> None:
    rijen = omzetting.loc[omzetting["naar_regio"] == doel]
    stukken = [Stuk(*rij) for rij in rijen[list(STUKKOLOMMEN)].values]
    eigen = bron.set_index("regiocode")
    for naam, k in kolommen.items():
        cellen = [
            (None if np.isnan(eigen.at[s.van, naam]) else eigen.at[s.van, naam],
             eigen.at[s.van, f"{naam}__status"]) if s.van in eigen.index else ONTBREKEND
            for s in stukken
        ]  # fmt: skip
        noemers = [eigen.at[s.van, "inwoners"] for s in stukken] if k.noemer else None
        regel = Afrondregel(
            (k.afronding or 0) / 2, 2.5 if noemers else 0, k.ondergrens, k.bovengrens,
            k.onderdrukt_tot,
        )  # fmt: skip
        paar = grenzen(stukken, cellen, noemers, k.soort, regel)
        verwacht = [GEEN if x is None else x for x in paar]
        namen = [f"{naam}__ondergrens", f"{naam}__bovengrens"]
        assert uit.loc[doel, namen].tolist() == pytest.approx(verwacht, abs=1e-9, nan_ok=True)
