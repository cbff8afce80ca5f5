"""What must hold for any crosswalk and any table (hypothesis).

Weights are eighths and measures whole numbers, so that sums are exact and a coverage never falls on
the other side of the limit by rounding alone.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.buurttabel.hulp import REGELS, cijfers, indeling, kolom, strook
from veerkracht_dagster.buurttabel import maak_omzetting
from veerkracht_dagster.buurttabel.overdracht import draag_over
from veerkracht_dagster.celstatus import MET_WAARDE, dekking_van, status_van

MINIMUM = 0.8
KOLOMMEN = {
    "inwoners": kolom("aantal"),
    "bijstand": kolom("aantal", noemer="inwoners"),
    "laag_inkomen": kolom("aandeel", noemer="inwoners"),
    "onv": kolom("score"),
    "stedelijkheid": kolom("code"),
}
TELLINGEN = ("inwoners", "bijstand")
GEWOGEN = ("laag_inkomen", "onv")
ZONDER_WAARDE = st.sampled_from(["o", "-", "n"])


def _cellen(getallen: st.SearchStrategy) -> st.SearchStrategy:
    met_waarde = st.one_of(getallen, st.tuples(getallen, st.just("g")))
    return st.one_of(met_waarde, met_waarde, met_waarde, ZONDER_WAARDE)


CELLEN = {
    "inwoners": _cellen(st.integers(0, 5000)),
    "bijstand": _cellen(st.floats(0, 1e6)),
    "laag_inkomen": _cellen(st.floats(0, 100)),
    "onv": _cellen(st.floats(-1, 1)),
    "stedelijkheid": _cellen(st.integers(1, 5)),
}


@st.composite
def verhuizingen(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """A source table, a crosswalk in which every old area goes whole or not at all, the targets."""
    oud = [f"oud{n}" for n in range(draw(st.integers(1, 6)))]
    nieuw = [f"nieuw{n}" for n in range(draw(st.integers(1, 5)))]
    rijen = []
    for van in oud:
        weg = draw(st.sampled_from(["oppervlak", "adressen", "code_en_naam", "geen"]))
        delen = draw(st.lists(st.integers(1, 8), min_size=1, max_size=len(nieuw)))
        if weg == "geen":
            rijen.append((van, None, math.nan, weg, math.nan))
            continue
        if weg == "code_en_naam" or sum(delen) > 8:
            delen = [8]
        delen[-1] += 8 - sum(delen)
        doelen = draw(st.permutations(nieuw))
        for naar, deel in zip(doelen, delen, strict=False):
            maat = math.nan if weg == "code_en_naam" else deel * draw(st.integers(1, 1000))
            rijen.append((van, naar, deel / 8, weg, maat))
    omzetting = pd.DataFrame(
        rijen, columns=["van_regio", "naar_regio", "gewicht", "methode", "aantal"]
    ).astype({"gewicht": "float64", "aantal": "float64"})
    omzetting["maat"] = omzetting["aantal"].where(omzetting["aantal"].notna(), omzetting["gewicht"])
    in_bestand = oud[: draw(st.integers(1, len(oud)))]  # the publisher may leave areas out
    tabel = {
        naam: draw(st.lists(cel, min_size=len(in_bestand), max_size=len(in_bestand)))
        for naam, cel in CELLEN.items()
    }
    return cijfers(in_bestand, **tabel), omzetting, nieuw


def _waarden(tabel: pd.DataFrame, naam: str) -> pd.Series:
    """Observed or estimated values by code."""
    per_code = tabel.set_index("regiocode") if "regiocode" in tabel else tabel
    return per_code.loc[per_code[status_van(naam)].isin(MET_WAARDE), naam]


@settings(max_examples=25, deadline=None)
@given(verhuizingen())
def test_counts_are_conserved(geval: tuple) -> None:
    bron, omzetting, nieuw = geval
    uit, behoud = draag_over(bron, omzetting, pd.Index(nieuw), KOLOMMEN, MINIMUM)
    met_weg = set(omzetting.dropna(subset="gewicht")["van_regio"])
    assert [b.kolom for b in behoud] == list(TELLINGEN)
    for b in behoud:
        eerst = _waarden(bron, b.kolom)
        kwijt = eerst[~eerst.index.isin(met_weg)].sum()
        assert b.bron == pytest.approx(eerst.sum(), rel=1e-9)
        assert b.zonder_weg == pytest.approx(kwijt, rel=1e-9)
        assert b.omgezet == pytest.approx(eerst.sum() - kwijt, rel=1e-9, abs=1e-9)
        over = uit[b.kolom].sum() + b.te_weinig_dekking
        assert over == pytest.approx(b.omgezet, rel=1e-9, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(verhuizingen())
def test_values_and_states_belong_together(geval: tuple) -> None:
    bron, omzetting, nieuw = geval
    uit, _ = draag_over(bron, omzetting, pd.Index(nieuw), KOLOMMEN, MINIMUM)
    raakt = omzetting.dropna(subset="gewicht").groupby("naar_regio")["van_regio"].agg(set)
    for naam in KOLOMMEN:
        status, dekking = uit[status_van(naam)], uit[dekking_van(naam)]
        # no value without a state that has one, no such state without a value
        assert (uit[naam].notna() == status.isin(MET_WAARDE)).all()
        assert dekking.between(0, 1).all()
        assert (dekking[status.isin(MET_WAARDE)] >= MINIMUM).all()
        gezien = _waarden(bron, naam)
        for doel in nieuw:
            delen = gezien[gezien.index.isin(raakt.get(doel, set()))]
            if delen.empty:
                assert pd.isna(uit.loc[doel, naam])  # nothing out of nothing, least of all 0
            elif pd.notna(uit.loc[doel, naam]):
                waarde = uit.loc[doel, naam]
                if naam in GEWOGEN:
                    assert delen.min() - 1e-9 <= waarde <= delen.max() + 1e-9
                elif naam in TELLINGEN:
                    assert waarde <= delen.sum() * (1 + 1e-9)
                    assert (waarde > 0) == (delen > 0).any()
                else:
                    assert waarde in set(delen)


@settings(max_examples=25, deadline=None)
@given(verhuizingen(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(geval: tuple, toeval) -> None:
    bron, omzetting, nieuw = geval
    uit, _ = draag_over(bron, omzetting, pd.Index(nieuw), KOLOMMEN, MINIMUM)

    def schud(tabel: pd.DataFrame) -> pd.DataFrame:
        volgorde = list(range(len(tabel)))
        toeval.shuffle(volgorde)
        return tabel.iloc[volgorde]

    anders = pd.Index(toeval.sample(nieuw, len(nieuw)))
    nog_eens, _ = draag_over(schud(bron), schud(omzetting), anders, KOLOMMEN, MINIMUM)
    pd.testing.assert_frame_equal(uit, nog_eens.loc[nieuw], rtol=1e-12)


@st.composite
def stroken(draw: st.DrawFn) -> list[int]:
    """Borders of strips that together lie on 0 - 1,000 m."""
    return sorted({0, 1000, *draw(st.lists(st.integers(1, 999), max_size=6))})


@settings(max_examples=25, deadline=None)
@given(stroken(), stroken())
def test_all_land_goes_somewhere(oud: list[int], nieuw: list[int]) -> None:
    van, naar = (
        {f"BU000{nr}00{n:02d}": strook(*x) for n, x in enumerate(pairwise(grenzen))}
        for nr, grenzen in ((1, oud), (2, nieuw))
    )
    uit = maak_omzetting(indeling(2014, van), indeling(2020, naar), REGELS)
    assert set(uit["van_regio"]) == set(van)
    assert set(uit["naar_regio"]) <= set(naar)
    assert uit["gewicht"].between(0, 1).all()
    som = uit.groupby("van_regio")["gewicht"].sum()
    assert np.allclose(som, 1, rtol=0, atol=1e-12)
    # every weight is the share of the strip that lies in the other one (slivers < 0.001 left out)
    for rij in uit.itertuples():
        stuk = van[rij.van_regio].intersection(naar[rij.naar_regio]).area
        if rij.methode == "oppervlak":
            assert rij.gewicht == pytest.approx(stuk / van[rij.van_regio].area, abs=0.01)
        else:
            assert stuk / van[rij.van_regio].union(naar[rij.naar_regio]).area >= 0.99
