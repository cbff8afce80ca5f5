"""The crosswalk, worked out on paper: strips of land 100 m high, and streets of a few houses."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import shapely

from tests.unit.buurttabel.hulp import NERGENS, REGELS, indeling, klopt, straat, strook
from veerkracht_dagster.buurttabel import Indeling, maak_omzetting
from veerkracht_dagster.buurttabel.adressen import tel_paren
from veerkracht_dagster.buurttabel.indeling import Indelingen
from veerkracht_dagster.buurttabel.omzetting import maak_omzettingen
from veerkracht_dagster.catalogus import tabellen

A, B, C, D = (f"BU0001000{n}" for n in range(1, 5))
N1, N2, N3, N4 = (f"BU0009000{n}" for n in range(1, 5))  # codes that are new


GROND = [
    # nothing changed: the same shape, 100 x 100 m
    ("ongewijzigd", {A: (0, 100)}, {A: (0, 100)}, {(A, A): (1, "identiek", 10_000)}),
    # only the code changed: the ground decides
    ("hernoemd", {A: (0, 100)}, {N1: (0, 100)}, {(A, N1): (1, "identiek", 10_000)}),
    # two gemeenten became one: every code new, no ground moved
    (
        "gemeentelijke herindeling",
        {A: (0, 100), B: (100, 300)},
        {N1: (0, 100), N2: (100, 300)},
        {(A, N1): (1, "identiek", 10_000), (B, N2): (1, "identiek", 20_000)},
    ),
    # 400 m split at 100 m: 1/4 and 3/4
    (
        "splitsing",
        {A: (0, 400)},
        {N1: (0, 100), N2: (100, 400)},
        {(A, N1): (0.25, "oppervlak", 10_000), (A, N2): (0.75, "oppervlak", 30_000)},
    ),
    # two whole areas into one: each goes whole
    (
        "samenvoeging",
        {A: (0, 100), B: (100, 400)},
        {N1: (0, 400)},
        {(A, N1): (1, "oppervlak", 10_000), (B, N1): (1, "oppervlak", 30_000)},
    ),
    # the border moved from x = 100 to x = 120: 20 of B's 100 m go to A; A stays whole
    (
        "grens verschoven, codes gebleven",
        {A: (0, 100), B: (100, 200)},
        {A: (0, 120), B: (120, 200)},
        {
            (A, A): (1, "oppervlak", 10_000),
            (B, A): (0.2, "oppervlak", 2_000),
            (B, B): (0.8, "oppervlak", 8_000),
        },
    ),
    # the code A was given to other ground; the old ground is N1 now. A code alone is not trusted
    (
        "code hergebruikt",
        {A: (0, 100), B: (500, 600)},
        {N1: (0, 100), A: (500, 600)},
        {(A, N1): (1, "identiek", 10_000), (B, A): (1, "identiek", 10_000)},
    ),
    # 'Meerstad': the code stayed on a quarter of the ground: 100 of 400 m
    (
        "code gebleven op een kwart van de grond",
        {A: (0, 400)},
        {A: (0, 100), N1: (100, 400)},
        {(A, A): (0.25, "oppervlak", 10_000), (A, N1): (0.75, "oppervlak", 30_000)},
    ),
    # two codes swapped their ground
    (
        "codes verwisseld",
        {A: (0, 100), B: (100, 300)},
        {B: (0, 100), A: (100, 300)},
        {(A, B): (1, "identiek", 10_000), (B, A): (1, "identiek", 20_000)},
    ),
    # overlap / union = 9,900 / 10,000 = 0.99: on the limit is the same ground
    ("precies op grens_identiek", {A: (0, 100)}, {N1: (0, 99)}, {(A, N1): (1, "identiek", 9_900)}),
    # 9,890 / 10,000 = 0.989: not the same ground; 98.9 % of it found, and that goes whole
    (
        "net onder grens_identiek",
        {A: (0, 100)},
        {N1: (0, 98.9)},
        {(A, N1): (1, "oppervlak", 9_890)},
    ),
    # half of the land found again: on the limit, all of it goes there
    (
        "precies op minimum_oppervlak",
        {A: (0, 200)},
        {N1: (0, 100)},
        {(A, N1): (1, "oppervlak", 10_000)},
    ),
    # 99 of 200 m found again: too little to go by; counted, never dropped, never on the code
    ("onder minimum_oppervlak", {A: (0, 200)}, {A: (0, 99)}, {(A, ""): NERGENS}),
    # land that is nowhere in the new year
    ("grond verdwenen", {A: (0, 100)}, {A: (500, 600)}, {(A, ""): NERGENS}),
    # neighbours that only touch share no land
    ("alleen raken", {A: (0, 100)}, {N1: (100, 200)}, {(A, ""): NERGENS}),
    # 1,000 m: 600 to N1, 399.5 to N2, half a metre (0.0005) to N3: a digitising sliver, left out;
    # the rest is shared as 600 / 999.5 and 399.5 / 999.5
    (
        "splinter",
        {A: (0, 1000)},
        {N1: (0, 600), N2: (600, 999.5), N3: (999.5, 2000)},
        {
            (A, N1): (600 / 999.5, "oppervlak", 60_000),
            (A, N2): (399.5 / 999.5, "oppervlak", 39_950),
        },
    ),
    # one metre of 1,000 (0.001): on the limit, so it counts
    (
        "net geen splinter",
        {A: (0, 1000)},
        {N1: (0, 600), N2: (600, 999), N3: (999, 2000)},
        {
            (A, N1): (0.6, "oppervlak", 60_000),
            (A, N2): (0.399, "oppervlak", 39_900),
            (A, N3): (0.001, "oppervlak", 100),
        },
    ),
]


@pytest.mark.parametrize(
    ("van", "naar", "verwacht"), [g[1:] for g in GROND], ids=[g[0] for g in GROND]
)
def test_ground_decides(van: dict, naar: dict, verwacht: dict) -> None:
    oud, nieuw = ({code: strook(*x) for code, x in jaar.items()} for jaar in (van, naar))
    klopt(maak_omzetting(indeling(2014, oud), indeling(2020, nieuw), REGELS), verwacht)


def test_the_same_year_is_itself() -> None:
    jaar = indeling(2020, {A: strook(0, 100), B: None})
    uit = maak_omzetting(jaar, jaar, REGELS)
    assert list(uit["naar_regio"]) == [A, B]
    assert list(uit["gewicht"]) == [1.0, 1.0]
    assert set(uit["methode"]) == {"zelfde_jaar"}


# --- addresses ------------------------------------------------------------------------------------
# A is 400 m and is split in the middle: half of the land to N1, half to N2. Its houses are not
# spread evenly.
SPLITSING = ({A: strook(0, 400)}, {N1: strook(0, 200), N2: strook(200, 400)})
LAND = {(A, N1): (0.5, "oppervlak", 20_000), (A, N2): (0.5, "oppervlak", 20_000)}
ADRESSEN = [
    # 4 houses: 3 now in N1, 1 in N2. Addresses tell more than land
    (
        "verdeeld",
        straat("9711AA", [1, 2, 3, 4], A),
        straat("9711AA", [1, 2, 3], N1) + straat("9711AA", [4], N2),
        {(A, N1): (0.75, "adressen", 3), (A, N2): (0.25, "adressen", 1)},
    ),
    # 2 of 4 found again (0.5, on the limit), both in N2: the whole goes there
    (
        "de helft teruggevonden",
        straat("9711AA", [1, 2, 3, 4], A),
        straat("9711AA", [3, 4], N2) + straat("9711ZZ", [1], N1),
        {(A, N2): (1.0, "adressen", 2)},
    ),
    # 1 of 4 found again: too few, back to the land
    ("te weinig teruggevonden", straat("9711AA", [1, 2, 3, 4], A), straat("9711AA", [1], N1), LAND),
    # the same number in another street is another house
    ("andere postcode", straat("9711AA", [1, 2], A), straat("9711AB", [1, 2], N1), LAND),
    # no file in one of the years
    ("geen bestand in het nieuwe jaar", straat("9711AA", [1, 2], A), None, LAND),
    ("geen bestand in het oude jaar", None, straat("9711AA", [1, 2], N1), LAND),
    # a file without rows is an absent file
    ("leeg bestand", [], [], LAND),
]  # fmt: skip


@pytest.mark.parametrize(
    ("oud", "nieuw", "verwacht"), [a[1:] for a in ADRESSEN], ids=[a[0] for a in ADRESSEN]
)
def test_addresses_decide_where_they_are_known(oud, nieuw, verwacht: dict) -> None:
    van = indeling(2016, SPLITSING[0], adressen=oud)
    naar = indeling(2020, SPLITSING[1], adressen=nieuw)
    klopt(maak_omzetting(van, naar, REGELS), verwacht)


def test_the_same_ground_goes_before_addresses() -> None:
    # One house of the two is listed elsewhere in the new year (a correction of the address file).
    van = indeling(2016, {A: strook(0, 100)}, adressen=straat("9711AA", [1, 2], A))
    naar = indeling(
        2020,
        {A: strook(0, 100), B: strook(100, 200)},
        adressen=straat("9711AA", [1], A) + straat("9711AA", [2], B),
    )
    klopt(maak_omzetting(van, naar, REGELS), {(A, A): (1.0, "identiek", 10_000)})


def test_the_road_is_chosen_per_area() -> None:
    # A: same ground. B: addresses (both houses to N1, though half of its land is in N2).
    # C: no addresses, so land. D: nowhere.
    van = indeling(
        2016,
        {A: strook(0, 100), B: strook(100, 200), C: strook(200, 400), D: strook(900, 950)},
        adressen=straat("9711AA", [1, 2], B),
    )
    naar = indeling(
        2020,
        {A: strook(0, 100), N1: strook(100, 150), N2: strook(150, 250), N3: strook(250, 400)},
        adressen=straat("9711AA", [1, 2], N1),
    )
    klopt(
        maak_omzetting(van, naar, REGELS),
        {
            (A, A): (1.0, "identiek", 10_000),
            (B, N1): (1.0, "adressen", 2),
            (C, N2): (0.25, "oppervlak", 5_000),  # 50 of 200 m
            (C, N3): (0.75, "oppervlak", 15_000),
            (D, ""): NERGENS,
        },
    )


def test_lost_addresses_count_in_the_total() -> None:
    van = indeling(2016, {A: strook(0, 1)}, adressen=straat("9711AA", range(1, 11), A))
    naar = indeling(2020, {N1: strook(0, 1)}, adressen=straat("9711AA", range(1, 7), N1))
    assert tel_paren(van.lees_adressen(), naar.lees_adressen(), "buurtcode").to_dict("records") == [
        {"van_regio": A, "naar_regio": N1, "aantal": 6, "totaal": 10}
    ]


# --- code and name --------------------------------------------------------------------------------
GRONDLOOS = [
    # the ground of one year is not known: code and name together
    ("zelfde code en naam", strook(0, 100), None, "Centrum", "code_en_naam"),
    ("ook andersom", None, strook(0, 100), "Centrum", "code_en_naam"),
    ("in geen van beide jaren", None, None, "Centrum", "code_en_naam"),
    # another name: the code may have been given to other ground
    ("zelfde code, andere naam", strook(0, 100), None, "Haven", "geen"),
    # both grounds are known and lie apart: the name does not help
    ("grond spreekt tegen", strook(0, 100), strook(500, 600), "Centrum", "geen"),
]


@pytest.mark.parametrize(
    ("oud", "nieuw", "naam", "methode"), [g[1:] for g in GRONDLOOS], ids=[g[0] for g in GRONDLOOS]
)
def test_code_and_name_only_where_ground_is_unknown(
    oud: shapely.Polygon | None, nieuw: shapely.Polygon | None, naam: str, methode: str
) -> None:
    van = indeling(2014, {A: oud}, namen={A: "Centrum"})
    naar = indeling(2020, {A: nieuw}, namen={A: naam})
    gevonden = (1.0, methode, math.nan)  # nothing was counted
    verwacht = {(A, ""): NERGENS} if methode == "geen" else {(A, A): gevonden}
    klopt(maak_omzetting(van, naar, REGELS), verwacht)


# --- all of it ------------------------------------------------------------------------------------
@pytest.mark.filterwarnings("ignore:GeoSeries.notna")
def test_an_empty_shape_is_no_ground() -> None:
    van = indeling(2014, {A: shapely.Polygon(), B: strook(0, 100)})
    klopt(
        maak_omzetting(van, indeling(2020, {A: strook(0, 100)}), REGELS),
        {(B, A): (1.0, "identiek", 10_000), (A, ""): NERGENS},
    )


@pytest.mark.parametrize("leeg", ["van", "naar"])
def test_a_year_without_areas(leeg: str) -> None:
    vol, niets = indeling(2014, {A: strook(0, 100)}), indeling(2020, {})
    van, naar = (niets, vol) if leeg == "van" else (vol, niets)
    uit = maak_omzetting(van, naar, REGELS)
    assert list(uit["methode"]) == ([] if leeg == "van" else ["geen"])


def test_the_order_of_rows_does_not_matter() -> None:
    van = {A: strook(0, 130), B: strook(130, 310), C: strook(310, 400)}
    naar = {N1: strook(0, 90), N2: strook(90, 200), N3: strook(200, 400)}
    huizen = straat("9711AA", range(9), A) + straat("9711AB", range(5), B)
    later = straat("9711AA", range(4), N1) + straat("9711AA", range(4, 9), N2)
    eens = maak_omzetting(
        indeling(2016, van, adressen=huizen), indeling(2020, naar, adressen=later), REGELS
    )
    anders = maak_omzetting(
        indeling(2016, dict(reversed(van.items())), adressen=reversed(huizen)),
        indeling(2020, dict(reversed(naar.items())), adressen=reversed(later)),
        REGELS,
    )
    pd.testing.assert_frame_equal(eens, anders)
    som = eens.groupby("van_regio")["gewicht"].sum()
    assert som.to_numpy() == pytest.approx(1.0, abs=1e-12)


def test_the_table_goes_to_every_base() -> None:
    oud = indeling(2014, {A: strook(0, 400), "WK000100": strook(0, 400)}).gebieden
    nieuw = indeling(2020, {N1: strook(0, 100), N2: strook(100, 400), "WK000900": strook(0, 400)})
    uit = maak_omzettingen(
        2014,
        [("buurt", 2020), ("buurt", 2014), ("wijk", 2020)],
        Indelingen({2014: oud, 2020: nieuw.gebieden}, {}),
        REGELS,
    )
    assert list(uit.columns) == tabellen()["buurt_omzetting"].kolomnamen
    assert sorted(
        uit[["niveau", "basis", "van_regio", "naar_regio"]].itertuples(index=False, name=None)
    ) == [
        ("buurt", 2014, A, A),
        ("buurt", 2020, A, N1),
        ("buurt", 2020, A, N2),
        ("wijk", 2020, A, "WK000900"),  # for sources that give no wijken
        ("wijk", 2020, "WK000100", "WK000900"),
    ]


W1, W2, W3 = "WK000900", "WK000901", "WK000902"
IN_W1, OOK_IN_W1, NOG_IN_W1, IN_W2, IN_W3 = (
    f"BU00090{n}" for n in ("001", "002", "003", "101", "201")
)
# Old buurten A (0-100 m), B (100-300) and C (300-400) on new ones, and these in wijken W1 and W2.
BUURT_IN_WIJK = [
    # B goes in three parts to buurten of W1: whole to W1, and that weighs exactly 1, though
    # 12 / 200 + 114 / 200 + 74 / 200 is less in floating point
    (
        "drie buurten, een wijk",
        {IN_W1: (0, 112), OOK_IN_W1: (112, 226), NOG_IN_W1: (226, 300), IN_W2: (300, 400)},
        {
            (A, W1): (1, "oppervlak", 10_000),
            (B, W1): (1, "oppervlak", 20_000),
            (C, W2): (1, "identiek", 10_000),
        },
    ),
    # three parts of B, of 50, 100 and 50 m: 3/4 of it to W1
    (
        "drie buurten, twee wijken",
        {IN_W1: (0, 150), OOK_IN_W1: (150, 250), IN_W2: (250, 400)},
        {
            (A, W1): (1, "oppervlak", 10_000),
            (B, W1): (0.75, "oppervlak", 15_000),
            (B, W2): (0.25, "oppervlak", 5_000),
            (C, W2): (1, "oppervlak", 10_000),
        },
    ),
    # a part of B lies in W3, which is not there: B has no road, and no part of it counts in W1
    (
        "een wijk die er niet is",
        {IN_W1: (0, 200), IN_W3: (200, 300), IN_W2: (300, 400)},
        {(A, W1): (1, "oppervlak", 10_000), (B, ""): NERGENS, (C, W2): (1, "identiek", 10_000)},
    ),
]


@pytest.mark.parametrize(("naam", "nieuw", "verwacht"), BUURT_IN_WIJK)
def test_buurten_come_together_in_wijken(naam: str, nieuw: dict, verwacht: dict) -> None:
    van = {A: strook(0, 100), B: strook(100, 300), C: strook(300, 400)}
    naar = {code: strook(*waar) for code, waar in nieuw.items()}
    wijken = {W1: strook(0, 300), W2: strook(300, 400)}
    gebieden = {2014: indeling(2014, van).gebieden, 2020: indeling(2020, naar | wijken).gebieden}
    uit = maak_omzettingen(2014, [("wijk", 2020)], Indelingen(gebieden, {}), REGELS)
    klopt(uit, verwacht)
    assert {1.0} >= set(uit.loc[~uit["van_regio"].duplicated(keep=False), "gewicht"].dropna())


def test_buurten_of_the_base_year_lie_in_their_wijk() -> None:
    vlakken = {A: strook(0, 100), B: strook(100, 200), "WK000100": strook(0, 200)}
    indelingen = Indelingen({2020: indeling(2020, vlakken).gebieden}, {})
    uit = maak_omzettingen(2020, [("wijk", 2020)], indelingen, REGELS)
    klopt(
        uit,
        {
            (A, "WK000100"): (1, "zelfde_jaar", 10_000),
            (B, "WK000100"): (1, "zelfde_jaar", 10_000),
            ("WK000100", "WK000100"): (1, "zelfde_jaar", 20_000),
        },
    )
    assert uit["maat"].tolist() == [10_000, 10_000, 20_000]


def test_the_table_without_bases_is_empty_in_shape() -> None:
    uit = maak_omzettingen(2014, [], Indelingen({}, {}), REGELS)
    assert uit.empty
    assert list(uit.columns) == tabellen()["buurt_omzetting"].kolomnamen


@pytest.mark.parametrize(
    ("anders", "melding"),
    [
        (lambda g: g.rename(columns={"regiocode": "code"}), "geen kolom regiocode, wel .*code"),
        (lambda g: pd.concat([g, g]), "2014: BU00010001 staat er dubbel in"),
    ],
)
def test_areas_without_a_code_each_are_refused(anders, melding: str) -> None:
    gebieden = indeling(2014, {"BU00010001": strook(0, 100)}).gebieden
    with pytest.raises(ValueError, match=melding):
        Indeling(2014, anders(gebieden))


def test_a_row_is_told_by_its_key_also_without_a_road() -> None:
    """A buurt that no road leads from stands there for buurten and for wijken."""
    oud = indeling(2014, {A: None, B: strook(0, 100), "WK000100": None}).gebieden
    nieuw = indeling(2020, {N1: strook(0, 100), W1: strook(0, 100)}).gebieden
    indelingen = Indelingen({2014: oud, 2020: nieuw}, {})
    uit = maak_omzettingen(2014, [("buurt", 2020), ("wijk", 2020)], indelingen, REGELS)
    assert len(uit) == 5
    assert not uit.duplicated(list(tabellen()["buurt_omzetting"].sleutel)).any()
