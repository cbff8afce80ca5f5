"""The law of conservation: refused where it is broken, held by every road on drawn shapes."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.buurttabel.hulp import REGELS, indeling, kruis, straat, strook
from veerkracht_dagster.buurttabel import Indeling, kolom, maak_omzetting, reken_om
from veerkracht_dagster.buurttabel.behoudswet import houd_behoudswet
from veerkracht_dagster.tweede.hertellen.jaar import Gebiedsjaar
from veerkracht_dagster.tweede.hertellen.wegen import Kaartenbak

A, B, N1, N2 = "BU00010001", "BU00010002", "BU00090001", "BU00090002"

GEBROKEN = [
    ("twee keer heel", "A P 1; A Q 1", "A: de gewichten zijn samen geen 1; .*samen 2"),
    ("te weinig", "A P 0.4; A Q 0.5; B P 1", "A: de gewichten zijn samen geen 1; .*samen 0.9"),
    ("min en te veel", "A P -0.5; A Q 1.5", "A: een deel dat niet tussen 0 en 1 ligt"),
    ("met en zonder weg", "A P 1; A geen", "A: met en zonder weg tegelijk"),
    ("hetzelfde doel", "B P 1; A P 0.5; A P 0.5", "A: twee rijen naar hetzelfde doel"),
]


@pytest.mark.parametrize(
    ("rijen", "melding"), [g[1:] for g in GEBROKEN], ids=[g[0] for g in GEBROKEN]
)
def test_a_crosswalk_that_counts_an_area_more_or_less_than_once_is_refused(
    rijen: str, melding: str
) -> None:
    with pytest.raises(ValueError, match=melding):
        houd_behoudswet(kruis(rijen))
    cijfers = pd.DataFrame({"regiocode": ["A", "B"], "inwoners": [100, 10]})
    with pytest.raises(ValueError, match=melding):  # also one that somebody made by hand
        reken_om(cijfers, kruis(rijen), {"inwoners": kolom("aantal")})


def test_a_target_without_a_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="A: een doel zonder gewicht"):
        houd_behoudswet(kruis("A P 1; B Q 1").assign(gewicht=[math.nan, 1.0]))


def test_whole_divided_and_nowhere_are_lawful() -> None:
    houd_behoudswet(kruis("A P 1; B P 0.25; B Q 0.75; C geen"))
    houd_behoudswet(kruis("A geen").iloc[:0])


# --- very small areas -----------------------------------------------------------------------------
def test_a_very_small_area_is_one_area_and_no_other() -> None:
    # 1.5 by 1 cm, halved: every point of the halves lies within 1 cm of one of the whole.
    van = indeling(2014, {A: shapely.box(0, 0, 0.015, 0.01)})
    naar = indeling(
        2020, {N1: shapely.box(0, 0, 0.0075, 0.01), N2: shapely.box(0.0075, 0, 0.015, 0.01)}
    )
    uit = maak_omzetting(van, naar, REGELS)
    assert uit["methode"].tolist() == ["oppervlak", "oppervlak"]
    assert uit["gewicht"].tolist() == pytest.approx([0.5, 0.5])


def test_a_long_thin_area_is_not_taken_for_its_neighbour_of_a_centimetre_on() -> None:
    van = indeling(2014, {A: shapely.box(0, 0, 1000, 0.01)})
    naar = indeling(2020, {A: shapely.box(0, 0.009, 1000, 0.019)})
    assert maak_omzetting(van, naar, REGELS)["methode"].tolist() == ["geen"]


OVERLAP = [
    # new areas over each other; the one it is
    ({N1: (0, 100), N2: (0, 100)}, N1),  # both the same shape: the first by code
    ({N1: (0, 99.5), N2: (0, 99.8)}, N2),  # it agrees most
    ({N1: (0, 100), A: (0, 99.5)}, N1),  # the very same shape
    ({N1: (0, 99.9), A: (0, 99.5)}, A),  # its own code
]


@pytest.mark.parametrize(("nieuw", "doel"), OVERLAP)
def test_where_new_areas_lie_over_each_other_an_area_is_one_of_them(nieuw: dict, doel: str) -> None:
    vlakken = {code: strook(*x) for code, x in nieuw.items()}
    oud = {A: strook(0, 100)}
    uit = maak_omzetting(indeling(2014, oud), indeling(2020, vlakken), REGELS)
    assert uit[["naar_regio", "gewicht"]].values.tolist() == [[doel, 1.0]]
    assert list(_tweede_hand(oud, vlakken)) == [(A, doel)]


def test_in_one_year_an_area_that_the_other_map_does_not_have_has_no_road() -> None:
    uit = maak_omzetting(
        indeling(2020, {A: strook(0, 100), B: strook(100, 200)}),
        indeling(2020, {A: strook(0, 100)}),
        REGELS,
    )
    assert uit["methode"].tolist() == ["zelfde_jaar", "geen"]
    assert uit["gewicht"].tolist() == pytest.approx([1.0, math.nan], nan_ok=True)


# --- any shapes, any road -------------------------------------------------------------------------
CODES = [f"BU000{nr}0001" for nr in range(1, 9)]


@st.composite
def landen(draw: st.DrawFn) -> tuple[dict, dict]:
    """Two maps of strips, from millimetres to kilometres; new ones may lie over each other."""
    maat = draw(st.sampled_from([0.001, 0.01, 0.07, 1.0, 100.0, 10_000.0]))
    hoogte = maat * draw(st.sampled_from([0.01, 1.0, 100.0]))

    def kaart(begin: int) -> dict[str, shapely.Polygon]:
        grens = sorted({begin, 23, *draw(st.lists(st.integers(1, 22), max_size=4))})
        codes = draw(st.permutations(CODES))
        return {
            code: strook(van * maat, tot * maat, hoogte)
            for code, (van, tot) in zip(codes, pairwise(grens), strict=False)
        }

    oud, nieuw = kaart(0), kaart(draw(st.integers(0, 7)))
    erbij = [code for code in CODES if code not in nieuw][: draw(st.integers(0, 1))]
    return oud, nieuw | dict.fromkeys(erbij, draw(st.sampled_from(list(nieuw.values()))))


def _tweede_hand(oud: dict, nieuw: dict) -> dict[tuple[str, str], tuple[str, float]]:
    """The crosswalk by the second hand: (old, new) -> road and weight."""

    def jaar(peiljaar: int, vlakken: dict) -> Gebiedsjaar:
        codes = sorted(vlakken)
        vlak = np.array([vlakken[code] for code in codes], dtype=object)
        namen = {code: code for code in codes}
        return Gebiedsjaar(peiljaar, "buurt", codes, namen, namen, vlak, None, None, dict)

    jaren = {2014: jaar(2014, oud), 2020: jaar(2020, nieuw)}
    bak = Kaartenbak(jaren, REGELS, None)  # type: ignore[arg-type]
    return {(rij.van, rij.naar): (rij.methode, rij.gewicht) for rij in bak.rijen(2014, 2020)}


@settings(max_examples=60, deadline=None)
@given(landen())
def test_land_of_any_size_arrives_once_and_the_second_hand_agrees(geval: tuple[dict, dict]) -> None:
    oud, nieuw = geval
    uit = maak_omzetting(indeling(2014, oud), indeling(2020, nieuw), REGELS)
    som = uit.groupby("van_regio")["gewicht"].sum(min_count=1)
    assert np.allclose(som.dropna(), 1.0, rtol=0, atol=1e-9)
    cijfers = pd.DataFrame({"regiocode": list(oud), "inwoners": range(1000, 1000 + len(oud))})
    tabel, (behoud,) = reken_om(cijfers, uit, {"inwoners": kolom("aantal")}, minimum_dekking=0.0)
    zonder = set(uit["van_regio"][uit["gewicht"].isna()])
    moet = cijfers["inwoners"][~cijfers["regiocode"].isin(zonder)].sum()
    assert tabel["inwoners"].sum() == pytest.approx(moet, rel=1e-9)
    assert behoud.bron == cijfers["inwoners"].sum()
    tweede = _tweede_hand(oud, nieuw)
    met_weg = uit.dropna(subset="gewicht")
    rijen = zip(
        *(met_weg[k] for k in ("van_regio", "naar_regio", "methode", "gewicht")), strict=True
    )
    eerste = {(van, naar): (methode, gewicht) for van, naar, methode, gewicht in rijen}
    assert {paar: weg for paar, (weg, _) in eerste.items()} == {
        paar: weg for paar, (weg, _) in tweede.items()
    }
    for paar, (_, gewicht) in eerste.items():
        assert gewicht == pytest.approx(tweede[paar][1], rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([A, B]), st.sampled_from([N1, N2, ""])), min_size=1, max_size=9
    ),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), max_size=6),
)
def test_addresses_and_residents_arrive_once(adressen: list, inwoners: list) -> None:
    oud = {A: strook(0, 100), B: strook(100, 200)}
    nieuw = {N1: strook(0, 37), N2: strook(37, 180)}
    toen = [rij for n, (van, _) in enumerate(adressen) for rij in straat("9711AA", [n], van)]
    nu = [
        rij for n, (_, naar) in enumerate(adressen) if naar for rij in straat("9711AA", [n], naar)
    ]
    vierkanten = pd.DataFrame(
        {
            "x": [x + 0.5 for x, _ in inwoners],
            "y": 50.0,
            "inwoners": [n or None for _, n in inwoners],
        }
    ).astype({"inwoners": "float64"})
    met_vierkanten = Indeling(2014, indeling(2014, oud).gebieden, vierkanten=vierkanten)
    for van, naar in (
        (indeling(2014, oud, adressen=toen), indeling(2020, nieuw, adressen=nu)),
        (met_vierkanten, indeling(2020, nieuw)),
    ):
        uit = maak_omzetting(van, naar, REGELS)
        som = uit.groupby("van_regio")["gewicht"].sum(min_count=1)
        assert set(som.index) == {A, B}
        assert np.allclose(som.dropna(), 1.0, rtol=0, atol=1e-9)
