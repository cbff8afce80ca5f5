"""A corporation's scan on four buurten in two wijken, worked out on paper."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import CAT
from veerkracht_dagster.bronnen.scans import Scanopdracht
from veerkracht_dagster.catalogus.schema import controleer
from veerkracht_dagster.indicatoren.scan import ScanFout, scan

NA = math.nan
A, B, C, D = "BU00010001", "BU00010002", "BU00010101", "BU00020001"
W, X = "WK000100", "WK000101"
EDITIE = CAT.edities["2014-2020"]
GEGEVEN = {
    "inwoners_eind": [1000, 3000, 2000, 4000],
    "woningen_eind": [500, 1500, 1000, 2000],
    "corporatie_eind": [40, 20, 60, 50],
    "bik_woningen_eind": [200, 100, NA, NA],
    "bik_score_woning_eind": [8.0, 5.0, NA, NA],
    "won_begin": [-0.20, -0.20, -0.10, 0.0],
    "won_eind": [-0.10, -0.10, -0.11, 0.1],
    "fys_eind": [-0.2, NA, 0.0, 0.0],
    "signaal_absoluut": [4, 3, 7, 6],
    # national mean, weighted: (10 x 1 + 20 x 3 + 30 x 2 + 5 x 4) / 10 = 15
    "aandeel_lvb_eind": [10, 20, 30, 5],
    "aandeel_lvb_begin": [10, 24, 10, 5],
}  # fmt: skip
# Wijk X has no row of its own: its boundaries were not delivered.
GEBIEDEN = pd.DataFrame(
    [
        ("buurt", A, "Oud"),
        ("buurt", B, "Nieuw"),
        ("buurt", C, None),
        ("buurt", D, "Ver"),
        ("wijk", W, "Wijk 00 Stad"),
        ("wijk", "WK000200", "Elders"),
    ],
    columns=["niveau", "regiocode", "regionaam"],
)


def _indicatoren() -> dict[str, pd.DataFrame]:
    uit = {}
    for naam, indicator in CAT.indicatoren.items():
        leeg = {kolom: GEGEVEN.get(kolom, [NA] * 4) for kolom in indicator.kolommen}
        uit[naam] = pd.DataFrame({"regiocode": [A, B, C, D], **leeg}).astype(
            dict.fromkeys(leeg, "float64")
        )
    return uit


def _scan(**anders: object) -> pd.DataFrame:
    opdracht = Scanopdracht.model_validate(
        {"naam": "De Linde", "editie": "2014-2020", "werkgebied": ["GM0001"], **anders}
    )
    return scan(_indicatoren(), GEBIEDEN, {"de-linde": opdracht}, EDITIE, CAT)


@pytest.fixture(scope="module")
def tabel() -> pd.DataFrame:
    return _scan().set_index(["regiocode", "maat"])


def test_only_its_own_area_and_by_wijk_and_buurt(tabel: pd.DataFrame) -> None:
    assert set(tabel.index.get_level_values(0)) == {A, B, C, W, X}
    assert set(tabel.loc[W, "niveau"]) == {"wijk"}
    assert set(tabel["naam"]) == {"De Linde"}


# area, measure, figure, colour
KLEUREN = [
    (A, "won", -0.10, "oranje"),  # between -.15678 and -.039195
    (C, "won", -0.11, "oranje"),
    (W, "won", -0.10, "oranje"),
    (A, "bik_woning", 8.0, "groen"),
    (B, "bik_woning", 5.0, "rood"),
    (W, "bik_woning", (8 * 200 + 5 * 100) / 300, "groen"),  # weighed with its own dwellings: 7
    (C, "bik_woning", NA, "geen"),
    (A, "fys", -0.2, "rood"),
    (W, "fys", NA, "geen"),  # known for 1,000 of 4,000 residents
    # times the national mean of 15: green up to 15, red above 22.5
    (A, "lvb", 10, "groen"),
    (B, "lvb", 20, "oranje"),
    (C, "lvb", 30, "rood"),
    (W, "lvb", 17.5, "oranje"),
    # residents in classes 4-6: 1,000 of 4,000
    (A, "signaal_zwak", 100, "rood"),
    (B, "signaal_zwak", 0, "groen"),
    (W, "signaal_zwak", 25, "oranje"),
    # no cuts, no colour
    (A, "corporatiebezit", 40, "geen"),
    (W, "corporatiebezit", (40 * 500 + 20 * 1500) / 2000, "geen"),
]


@pytest.mark.parametrize(("gebied", "maat", "waarde", "kleur"), KLEUREN)
def test_figures_and_colours(
    tabel: pd.DataFrame, gebied: str, maat: str, waarde: float, kleur: str
) -> None:
    rij = tabel.loc[(gebied, maat)]
    assert rij["waarde"] == pytest.approx(waarde, nan_ok=True)
    assert rij["kleur"] == kleur


@pytest.mark.parametrize(
    ("waarde", "kleur"), [(7.0, "groen"), (6.999, "oranje"), (5.5, "oranje"), (5.499, "rood")]
)
def test_a_value_on_a_cut_is_in_the_better_colour(waarde: float, kleur: str) -> None:
    indicatoren = _indicatoren()
    indicatoren["domeinmaten"]["bik_score_woning_eind"] = [waarde] * 4
    opdracht = Scanopdracht(naam="x", editie="2014-2020", werkgebied=["BU00010001"])
    uit = scan(indicatoren, GEBIEDEN, {"x": opdracht}, EDITIE, CAT).set_index(["regiocode", "maat"])
    assert uit.loc[(A, "bik_woning"), "kleur"] == kleur


def test_on_course_to_the_target_year(tabel: pd.DataFrame) -> None:
    # won of A rises .1 in six years, so by 2040 to -.1 + .1 / 6 x 20 = .2333: green by then
    rij = tabel.loc[(A, "won")]
    assert rij["verwacht"] == pytest.approx(-0.1 + 0.1 / 6 * 20)
    assert rij["koers"] == "op koers"
    # C falls
    assert tabel.loc[(C, "won"), "koers"] == "niet op koers"
    assert tabel.loc[(A, "lvb"), "koers"] == "bereikt"
    assert tabel.loc[(B, "lvb"), "koers"] == "op koers"  # 24 -> 20 -> 6.7
    assert tabel.loc[(A, "fys"), "koers"] == "onbekend"  # no begin
    assert set(tabel["streefjaar"]) == {2040}


def test_stock_of_its_own_or_of_all(tabel: pd.DataFrame) -> None:
    # own: 200 + 100 of 2,000 in the wijk; nothing delivered in C
    assert tabel.loc[(W, "won"), ["woningen_corporatie", "veel_bezit"]].tolist() == [300, "nee"]
    assert tabel.loc[(A, "won"), "veel_bezit"] == "ja"  # 200 of 500
    assert tabel.loc[(X, "won"), "veel_bezit"] == "onbekend"
    alle = _scan(bezit="alle_corporaties", veel_bezit=0.25).set_index(["regiocode", "maat"])
    # 40 % of 500 + 20 % of 1,500
    assert alle.loc[(W, "won"), ["woningen_corporatie", "veel_bezit"]].tolist() == [500, "ja"]


@pytest.mark.parametrize(
    ("anders", "maat", "verwacht"),
    [
        # own: 200 of the 500 in A, of B nobody knows: not 200 of 2,000
        ({"bik_woningen_eind": [200, NA, NA, NA]}, "veel_bezit", "ja"),
        # residents of B unknown: one of two areas is not enough, however few the others have
        ({"inwoners_eind": [1000, NA, 2000, 4000]}, "status", "ontbreekt"),
    ],
)
def test_a_part_is_not_held_against_the_whole(
    anders: dict[str, list], maat: str, verwacht: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.GEGEVEN", GEGEVEN | anders)
    tabel = _scan().set_index(["regiocode", "maat"])
    assert tabel.loc[(W, "won"), maat] == verwacht


def test_where_a_corporation_delivered_nothing_its_score_is_not_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alleen_A = {"bik_woningen_eind": [200, NA, NA, NA], "bik_score_woning_eind": [8.0, NA, NA, NA]}
    monkeypatch.setattr(f"{__name__}.GEGEVEN", GEGEVEN | alleen_A)
    tabel = _scan().set_index(["regiocode", "maat"])
    assert tabel.loc[(W, "bik_woning"), ["status", "waarde"]].tolist() == ["gemeten", 8.0]


def test_a_wijk_has_its_own_name_and_not_that_of_a_buurt() -> None:
    tabel = _scan().fillna({"regionaam": "geen"})
    namen = {code: set(rijen["regionaam"]) for code, rijen in tabel.groupby("regiocode")}
    assert namen == {A: {"Oud"}, B: {"Nieuw"}, C: {"geen"}, W: {"Wijk 00 Stad"}, X: {"geen"}}


def test_two_corporations_each_have_their_rows() -> None:
    een, ander = (
        Scanopdracht(naam=naam, editie="2014-2020", werkgebied=[gebied])
        for naam, gebied in (("een", "WK000100"), ("ander", "GM0002"))
    )
    uit = scan(_indicatoren(), GEBIEDEN, {"een": een, "ander": ander}, EDITIE, CAT)
    per = uit.groupby("corporatie")["regiocode"].unique()
    assert set(per["een"]) == {W, A, B}
    assert set(per["ander"]) == {"WK000200", D}


def test_what_is_left_out_stands_there_with_its_role_and_without_a_figure() -> None:
    weg = ["won", "laag_opgeleid"]
    tabel = _scan(zonder=weg, rollen={"Onderwijs": "aanjagend"})
    per = tabel.set_index(["regiocode", "maat"])
    for gebied in (A, B, C, W, X):
        assert set(tabel.loc[tabel["regiocode"] == gebied, "domein"]) == set(CAT.domeinen)
        onderwijs = per.loc[(gebied, "laag_opgeleid")]
        assert onderwijs[["domein", "rol", "status"]].tolist() == [
            "Onderwijs", "aanjagend", "weggelaten",
        ]  # fmt: skip
    # A has a figure of `won`, which stays out: figure, colour and course
    rij = per.loc[(A, "won")]
    assert rij[["waarde", "begin", "verwacht"]].isna().all()
    assert rij[["kleur", "koers"]].tolist() == ["geen", "onbekend"]
    # what is not left out is as it was, and says whether it has a figure
    assert per.loc[(A, "lvb"), ["status", "waarde"]].tolist() == ["gemeten", 10]
    assert per.loc[(C, "bik_woning"), "status"] == "ontbreekt"
    gewoon = _scan(rollen={"Onderwijs": "aanjagend"})
    pd.testing.assert_frame_equal(
        *(t.loc[~t["maat"].isin(weg)].reset_index(drop=True) for t in (tabel, gewoon))
    )


def test_an_area_that_is_not_there_is_refused() -> None:
    with pytest.raises(ScanFout, match=r"levering/scan/de-linde\.yml.*GM9999.*codes van dat jaar"):
        _scan(werkgebied=["GM0001", "GM9999"])


def test_the_table_obeys_its_schema_also_without_corporations() -> None:
    leeg = scan(_indicatoren(), GEBIEDEN, {}, EDITIE, CAT)
    uitslag = controleer("scan", {"2014-2020": _scan(), "2014-2022": leeg})
    assert uitslag.goed, uitslag.melding()
    assert leeg.empty
