"""Moving figures, worked out on paper: every kind of column, every state, and the coverage."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tests.unit.buurttabel.hulp import cijfers, kolom, kruis
from veerkracht_dagster.buurttabel.overdracht import draag_over
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.celstatus import dekking_van, status_van

MINIMUM = 0.8
GEEN = math.nan


def over(bron: pd.DataFrame, omzetting: pd.DataFrame, doelen: str, kolommen: dict):
    """Move to the targets, a letter each: (value, state, coverage) of column x per target."""
    uit, behoud = draag_over(bron, omzetting, pd.Index(list(doelen)), kolommen, MINIMUM)
    namen = ["x", status_van("x"), dekking_van("x")]
    return {doel: tuple(uit.loc[doel, namen]) for doel in doelen}, behoud


def gelijk(uit: dict, verwacht: dict) -> None:
    assert {d: cel[1] for d, cel in uit.items()} == {d: cel[1] for d, cel in verwacht.items()}
    for plek in (0, 2):
        getallen = {d: cel[plek] for d, cel in uit.items()}
        goed = {d: cel[plek] for d, cel in verwacht.items()}
        assert getallen == pytest.approx(goed, rel=1e-12, nan_ok=True)


# --- counts ---------------------------------------------------------------------------------------
# Old areas A, B; new areas P, Q. By default 100 m² of land for a weight of 1.
AANTALLEN = [
    # whole and unchanged: the very number, still observed
    ("ongewijzigd", "A P 1", [100, 7], {"P": (100, "waargenomen", 1)}),
    # split 3 : 1 of 100: 75 and 25, and both are estimates
    (
        "splitsing",
        "A P 0.75; A Q 0.25",
        [100, 7],
        {"P": (75, "geschat", 1), "Q": (25, "geschat", 1)},
    ),
    # 100 + 50 of two whole areas: a sum of what was observed is observed
    ("samenvoeging", "A P 1; B P 1", [100, 50], {"P": (150, "waargenomen", 1)}),
    # a fifth of B's 50 goes to P: 100 + 10, and 40 stay
    (
        "grens verschoven",
        "A P 1; B P 0.2; B Q 0.8",
        [100, 50],
        {"P": (110, "geschat", 1), "Q": (40, "geschat", 1)},
    ),
    # a real zero is a number
    ("nul", "A P 1; B P 1", [0, 0], {"P": (0, "waargenomen", 1)}),
    # an estimate stays an estimate, also when it goes whole
    ("al geschat", "A P 1", [(100, "g"), 7], {"P": (100, "geschat", 1)}),
    # B is suppressed and is 100 of 500 m²: the rest covers 0.8, on the limit, so it counts
    (
        "deel onderdrukt, precies genoeg",
        "A P 1 400m2; B P 1 100m2",
        [100, "o"],
        {"P": (100, "geschat", 0.8)},
    ),
    # B is 101 of 501 m²: 400 / 501 = 0.798 is too little
    (
        "deel onderdrukt, net te weinig",
        "A P 1 400m2; B P 1 101m2",
        [100, "o"],
        {"P": (GEEN, "ontbreekt", 400 / 501)},
    ),
    # nothing observed: suppressed stays suppressed
    ("geheel onderdrukt", "A P 1", ["o", 7], {"P": (GEEN, "onderdrukt", 0)}),
    ("beide onderdrukt", "A P 1; B P 1", ["o", "o"], {"P": (GEEN, "onderdrukt", 0)}),
    # suppressed beside missing: suppressed, since that much is known
    ("onderdrukt en ontbreekt", "A P 1; B P 1", ["o", "-"], {"P": (GEEN, "onderdrukt", 0)}),
    ("ontbreekt", "A P 1", ["-", 7], {"P": (GEEN, "ontbreekt", 0)}),
    ("niet van toepassing", "A P 1", ["n", 7], {"P": (GEEN, "n.v.t.", 0)}),
    # not applicable beside missing: missing
    ("n.v.t. en ontbreekt", "A P 1; B P 1", ["n", "-"], {"P": (GEEN, "ontbreekt", 0)}),
    # n.v.t. stands for nobody: what is observed covers all there is
    ("n.v.t. telt niet mee", "A P 1; B P 1", [100, "n"], {"P": (100, "geschat", 1)}),
    # new ground without any old area: missing, never 0
    (
        "nieuwe grond",
        "A P 1",
        [100, 7],
        {"P": (100, "waargenomen", 1), "Q": (GEEN, "ontbreekt", 0)},
    ),
    # the publisher left B out of the file (C stands for it): an area that exists and is missing
    (
        "gebied niet in het bestand",
        "A P 1 300m2; C P 1 100m2",
        [100, 7],
        {"P": (GEEN, "ontbreekt", 0.75)},
    ),
    # code and name alone is no certainty about the ground
    ("code en naam", "A P 1 naam", [100, 7], {"P": (100, "geschat", 1)}),
    # by addresses: weight 3/4 and 1/4, coverage counted in addresses: 30 of 40 is too little
    ("adressen", "A P 0.75 30adr; B P 0.25 10adr", [100, "-"], {"P": (GEEN, "ontbreekt", 0.75)}),
    # addresses and m² do not add up: what both carry does, 400 / (400 + 100) = 0.8
    (
        "gemengde wegen",
        "A P 0.5 3adr/400; B P 0.125 90000m2/100",
        [100, "-"],
        {"P": (50, "geschat", 0.8)},
    ),
    # nothing is known of both: a sum of all is whole, of a part nobody knows how much it is
    ("onweegbaar", "A P 1 naam; B P 0.5 9m2", [100, 50], {"P": (125, "geschat", 1)}),
    ("onweegbaar, deels", "A P 1 naam; B P 0.5 9m2", [100, "-"], {"P": (GEEN, "ontbreekt", 0)}),
]


@pytest.mark.parametrize(
    ("wegen", "x", "verwacht"), [a[1:] for a in AANTALLEN], ids=[a[0] for a in AANTALLEN]
)
def test_counts(wegen: str, x: list, verwacht: dict) -> None:
    uit, _ = over(cijfers("AB", x=x), kruis(wegen), "".join(verwacht), {"x": kolom("aantal")})
    gelijk(uit, verwacht)


# Coverage of a count is in people where its column says of whom it is a part (noemer).
# A and B merge into P; A has 900 of the 1,000 residents but only 10 of the 100 m².
NAAR_INWONERS = [
    # B suppressed: 900 of 1,000 residents are covered
    ("deel onderdrukt", [40, "o"], [900, 100], (40, "geschat", 0.9)),
    # A suppressed: 100 of 1,000
    ("het grote deel onderdrukt", ["o", 5], [900, 100], (GEEN, "ontbreekt", 0.1)),
    # nobody lives in either: by land, and all observed
    ("niemand woont er", [0, 0], [0, 0], (0, "waargenomen", 1)),
    # nobody, and one of the two is missing: 10 of the 100 m²
    ("niemand, half bekend", [0, "-"], [0, 0], (GEEN, "ontbreekt", 0.1)),
]


@pytest.mark.parametrize(
    ("x", "inwoners", "verwacht"), [n[1:] for n in NAAR_INWONERS], ids=[n[0] for n in NAAR_INWONERS]
)
def test_coverage_of_a_count_is_in_residents(x: list, inwoners: list, verwacht: tuple) -> None:
    weg = kruis("A P 1 10m2; B P 1 90m2")
    kolommen = {"inwoners": kolom("aantal"), "x": kolom("aantal", noemer="inwoners")}
    uit, _ = over(cijfers("AB", inwoners=inwoners, x=x), weg, "P", kolommen)
    gelijk(uit, {"P": verwacht})


# --- shares and means -----------------------------------------------------------------------------
# 40 % of A's 100 dwellings and 10 % of B's 300.
AANDELEN = [
    # whole A + whole B: (40 x 100 + 10 x 300) / 400 = 17.5 %
    ("samenvoeging", "A P 1; B P 1", [40, 10], [100, 300], {"P": (17.5, "waargenomen", 1)}),
    # half of A (50 dwellings) + all of B: (40 x 50 + 10 x 300) / 350
    ("deel van A", "A P 0.5; B P 1", [40, 10], [100, 300], {"P": (5000 / 350, "geschat", 1)}),
    # a part of one area has the same share
    (
        "splitsing",
        "A P 0.5; A Q 0.5",
        [40, 10],
        [100, 300],
        {"P": (40, "geschat", 1), "Q": (40, "geschat", 1)},
    ),
    # B suppressed, 100 of the 1,000 dwellings: A's share, over the same observed cells
    ("deel onderdrukt", "A P 1; B P 1", [40, "o"], [900, 100], {"P": (40, "geschat", 0.9)}),
    ("te veel onderdrukt", "A P 1; B P 1", [40, "o"], [100, 300], {"P": (GEEN, "ontbreekt", 0.25)}),
    # a share of nobody does not weigh
    ("niemand woont er", "A P 1; B P 1", [40, "n"], [100, 0], {"P": (40, "geschat", 1)}),
    ("alleen niemand", "A P 1", ["n", 10], [0, 300], {"P": (GEEN, "n.v.t.", 0)}),
    # 0 % is a share
    ("nul procent", "A P 1; B P 1", [0, 10], [300, 100], {"P": (2.5, "waargenomen", 1)}),
    # a share among zero dwellings, and no other: it is what the publisher says
    ("geheel en alleen", "A P 1", [33.3, 10], [0, 300], {"P": (33.3, "waargenomen", 1)}),
]


@pytest.mark.parametrize("soort", ["aandeel", "gemiddelde"])
@pytest.mark.parametrize(
    ("wegen", "x", "woningen", "verwacht"), [a[1:] for a in AANDELEN], ids=[a[0] for a in AANDELEN]
)
def test_shares_and_means_are_weighted_by_their_denominator(
    soort: str, wegen: str, x: list, woningen: list, verwacht: dict
) -> None:
    rol = {"aandeel": "noemer", "gemiddelde": "gewicht"}[soort]
    kolommen = {"woningen": kolom("aantal"), "x": kolom(soort, **{rol: "woningen"})}
    bron = cijfers("AB", woningen=woningen, x=x)
    gelijk(over(bron, kruis(wegen), "".join(verwacht), kolommen)[0], verwacht)


def test_a_share_whose_denominator_is_unknown_is_not_passed_over() -> None:
    # 40 % of A's 100 dwellings; B says 10 % but of how many is suppressed. To give 40 % as observed
    # with a coverage of 1 would make B's dwellings 0, and missing never becomes 0.
    weg = kruis("A P 1 100m2; B P 1 900m2")
    kolommen = {"woningen": kolom("aantal"), "x": kolom("aandeel", noemer="woningen")}
    uit, _ = over(cijfers("AB", woningen=[100, "o"], x=[40, 10]), weg, "P", kolommen)
    assert uit["P"][1] != "waargenomen"
    assert uit["P"][2] < 1


@pytest.mark.parametrize("soort", ["aandeel", "aantal"])
def test_an_area_of_which_nothing_is_known_is_not_covered(soort: str) -> None:
    # B is not in the file at all: its dwellings are not 0 but unknown. What is left to go by is the
    # crosswalk, of which A is a half of the areas and a tenth of the land: too little.
    weg = kruis("A P 1 100m2; B P 1 900m2")
    kolommen = {"woningen": kolom("aantal"), "x": kolom(soort, noemer="woningen")}
    uit, _ = over(cijfers("A", woningen=[100], x=[40]), weg, "P", kolommen)
    assert uit["P"][1] == "ontbreekt"
    assert uit["P"][2] < MINIMUM


# --- medians and scores ---------------------------------------------------------------------------
SCORES = [
    # one whole area: its own score, observed
    ("geheel", "A P 1", [0.3, 0.1], {"P": (0.3, "waargenomen", 1)}),
    # two whole areas of 300 and 100 m²: (0.3 x 300 + 0.1 x 100) / 400 = 0.25; a score of two
    # areas together was never observed
    ("samenvoeging", "A P 1 300m2; B P 1 100m2", [0.3, 0.1], {"P": (0.25, "geschat", 1)}),
    # the part of one area: the same score, estimated
    ("deel", "A P 0.25", [0.3, 0.1], {"P": (0.3, "geschat", 1)}),
    # by addresses, 1 against 3: (-0.1 x 1 + 0.1 x 3) / 4 = 0.05
    ("adressen", "A P 0.5 1adr; B P 1 3adr", [-0.1, 0.1], {"P": (0.05, "geschat", 1)}),
    # addresses and m² mixed: by what both carry, 300 and 100: (0.3 x 3 + 0.1) / 4 = 0.25
    (
        "gemengde wegen",
        "A P 1 50adr/300; B P 0.25 50000m2/100",
        [0.3, 0.1],
        {"P": (0.25, "geschat", 1)},
    ),
    # code and name has no measure, so nobody knows what either weighs
    (
        "naam en oppervlak",
        "A P 1 naam; B P 0.25 50000m2",
        [0.3, 0.1],
        {"P": (GEEN, "ontbreekt", 0)},
    ),
    # no score for B (17 % of the buurten has none): 100 of 400 m² is too much to miss
    ("zonder score", "A P 1 300m2; B P 1 100m2", [0.3, "-"], {"P": (GEEN, "ontbreekt", 0.75)}),
]


@pytest.mark.parametrize("soort", ["score", "mediaan"])
@pytest.mark.parametrize(
    ("wegen", "x", "verwacht"), [s[1:] for s in SCORES], ids=[s[0] for s in SCORES]
)
def test_scores_and_medians_are_weighted_and_marked(
    soort: str, wegen: str, x: list, verwacht: dict
) -> None:
    gelijk(
        over(cijfers("AB", x=x), kruis(wegen), "".join(verwacht), {"x": kolom(soort)})[0], verwacht
    )


def test_a_median_goes_by_its_own_weight() -> None:
    # medians 10 (of 100 households) and 20 (of 300): (1,000 + 6,000) / 400 = 17.5, an estimate
    kolommen = {"huishoudens": kolom("aantal"), "x": kolom("mediaan", gewicht="huishoudens")}
    bron = cijfers("AB", huishoudens=[100, 300], x=[10, 20])
    weg = kruis("A P 1 900m2; B P 1 100m2")
    gelijk(over(bron, weg, "P", kolommen)[0], {"P": (17.5, "geschat", 1)})


# --- codes ----------------------------------------------------------------------------------------
CODES = [
    ("geheel", "A P 1", [3, 1], (3, "waargenomen", 1)),
    # 300 m² of code 3, 100 of code 1: the larger part
    ("grootste deel", "A P 1 300m2; B P 1 100m2", [3, 1], (3, "geschat", 1)),
    # equal parts: the smaller code, whatever the order
    ("gelijk", "A P 1; B P 1", [5, 2], (2, "geschat", 1)),
    # no mean of codes: 1 and 5 never give 3
    ("geen gemiddelde", "A P 0.6; B P 0.4", [1, 5], (1, "geschat", 1)),
    # the larger part is unknown: not enough is known
    ("grootste deel onbekend", "A P 1 300m2; B P 1 100m2", ["-", 1], (GEEN, "ontbreekt", 0.25)),
]


@pytest.mark.parametrize(
    ("wegen", "x", "verwacht"), [c[1:] for c in CODES], ids=[c[0] for c in CODES]
)
def test_codes_go_by_the_largest_part(wegen: str, x: list, verwacht: tuple) -> None:
    gelijk(over(cijfers("AB", x=x), kruis(wegen), "P", {"x": kolom("code")})[0], {"P": verwacht})


def test_two_small_parts_of_one_code_outweigh_a_larger_of_another() -> None:
    # code 2: 30 + 30 m²; code 4: 50 m²
    weg = kruis("A P 0.3; B P 0.5; C P 0.3")
    uit, _ = over(cijfers("ABC", x=[2, 4, 2]), weg, "P", {"x": kolom("code")})
    assert uit["P"][0] == 2


# --- conservation ---------------------------------------------------------------------------------
def test_the_report_says_where_every_person_went() -> None:
    # A (100) is split over P and Q; B (50) goes to Q beside suppressed C, 9 times as large:
    # Q's own part 0.5 x 100 + 50 has too little coverage; D (7) has no road.
    weg = kruis("A P 0.5; A Q 0.5; B Q 1; C Q 1 900m2; D geen")
    bron = cijfers("ABCD", x=[100, 50, "o", 7])
    uit, (behoud,) = over(bron, weg, "PQ", {"x": kolom("aantal")})
    # Q: 50 m² of A and 100 of B observed, of 50 + 100 + 900
    gelijk(uit, {"P": (50, "geschat", 1), "Q": (GEEN, "ontbreekt", 150 / 1050)})
    assert (behoud.kolom, behoud.bron, behoud.zonder_weg) == ("x", 157, 7)
    assert (behoud.omgezet, behoud.te_weinig_dekking) == (150, 100)


def test_only_counts_are_conserved() -> None:
    kolommen = {"x": kolom("score"), "y": kolom("aantal"), "z": kolom("code")}
    bron = cijfers("A", x=[0.1], y=[3], z=[2])
    _, behoud = over(bron, kruis("A P 1"), "P", kolommen)
    assert [b.kolom for b in behoud] == ["y"]


CAT = catalogus()
TELLINGEN = [naam for naam, kolom in CAT.kolommen.items() if kolom.soort == "aantal"]


@pytest.fixture(scope="module")
def verhuisd() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every count of the catalogue on 300 areas, and on others: each goes whole to 1, 2 or 3."""
    toeval = np.random.default_rng(300)
    codes = [f"oud{n}" for n in range(300)]
    bron = cijfers(
        codes, **{naam: list(toeval.integers(0, 10_000, 300) * 5.0) for naam in TELLINGEN}
    )
    regels = []
    for code in codes:
        delen = toeval.dirichlet(np.ones(toeval.integers(1, 4)))
        doelen = toeval.choice(200, len(delen), replace=False)
        regels += [
            f"{code} nieuw{doel} {deel!r}"
            for doel, deel in zip(doelen, delen.tolist(), strict=True)
        ]
    omzetting = kruis("; ".join(regels))
    doelen = pd.Index(omzetting["naar_regio"].unique())
    kolommen = {naam: CAT.kolommen[naam] for naam in TELLINGEN}
    return bron, draag_over(bron, omzetting, doelen, kolommen, 0.8)[0]


@pytest.mark.parametrize("naam", TELLINGEN)
def test_no_one_is_lost_or_made_up(verhuisd: tuple, naam: str) -> None:
    voor, na = verhuisd
    assert na[naam].sum() == pytest.approx(voor[naam].sum(), rel=1e-9)
