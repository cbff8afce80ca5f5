"""The table of a year: sources side by side on every base, the road, the report, refusals."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.unit.buurttabel.hulp import cijfers, kruis
from veerkracht_dagster.bronnen.vorm import leeg
from veerkracht_dagster.buurttabel.controles import controleer_buurttabel
from veerkracht_dagster.buurttabel.tabel import GebiedsjaarFout, Verslag, Wegen, maak_buurttabel
from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.catalogus.models import CodeZonderGebied
from veerkracht_dagster.celstatus import dekking_van, status_van
from veerkracht_dagster.sporen.afkomst import Afkomst

CAT = catalogus()
OUD = ["BU00010001", "BU00010002"]
NIEUW = ["BU00090001", "BU00090002"]
NIETS = {bron: leeg(tabellen()[bron]) for bron in CAT.gebiedsbronnen}
BASIS = {
    2020: pd.DataFrame({"niveau": ["buurt", "buurt", "wijk"], "regiocode": [*NIEUW, "WK000900"]})
}


def levering(bron: str, gebiedsjaar: int, codes: list[str], **kolommen: list) -> pd.DataFrame:
    """A source table in which columns not given are missing."""
    eigen = CAT.kolommen_van(bron)
    anders = {naam: ["-"] * len(codes) for naam in eigen if naam not in kolommen}
    tabel = cijfers(codes, **kolommen, **anders)
    return tabel.assign(niveau="buurt", gebiedsjaar=gebiedsjaar, bron_bestand=f"sha van {bron}")


def omzetting(
    *, basis: int = 2020, niveau: str = "buurt", wegen: str | None = None
) -> pd.DataFrame:
    """Old 1 whole to new 1; old 2 half to new 1, half to new 2."""
    wegen = wegen or "{0} {2} 1; {1} {2} 0.5; {1} {3} 0.5"
    return kruis(wegen.format(*OUD, *NIEUW)).assign(basis=basis, niveau=niveau)


def maak(bronnen: dict, omzettingen: dict, bases=(("buurt", 2020),)):
    tabel, verslagen = maak_buurttabel(NIETS | bronnen, Wegen(omzettingen, BASIS), bases, 0.8, CAT)
    assert list(tabel.columns) == tabellen()["buurttabel"].kolomnamen
    return tabel.set_index("regiocode"), verslagen


KWB = levering("cbs_kerncijfers", 2014, OUD, inwoners=[100, 50], woningen=["o", 20])


def test_every_source_travels_from_its_own_areas() -> None:
    # Kerncijfers on the areas of 2014; Leefbaarometer on those of 2024, where new 1 is BU...7.
    lbm = levering("leefbaarometer", 2024, ["BU00070001"], onv=[0.1])
    van_2024 = kruis(f"BU00070001 {NIEUW[0]} 1").assign(basis=2020, niveau="buurt")
    tabel, verslagen = maak(
        {"cbs_kerncijfers": KWB, "leefbaarometer": lbm}, {2014: omzetting(), 2024: van_2024}
    )
    # residents: 100 + half of 50, and the other half
    assert tabel["inwoners"].tolist() == [125, 25]
    assert tabel["inwoners__status"].tolist() == ["geschat", "geschat"]
    # dwellings of new 1: suppressed on 100 of its 150 m²; of new 2: half of 20
    assert tabel["woningen__status"].tolist() == ["ontbreekt", "geschat"]
    assert tabel["woningen__dekking"].tolist() == pytest.approx([1 / 3, 1])
    assert tabel["onv"].tolist() == pytest.approx([0.1, float("nan")], nan_ok=True)
    assert tabel["onv__status"].tolist() == ["waargenomen", "ontbreekt"]
    assert tabel["omzetting_leefbaarometer"].tolist() == ["oppervlak", "geen"]
    assert [(v.bron, v.gebiedsjaar, v.gebieden) for v in verslagen] == [
        ("cbs_kerncijfers", 2014, 2),
        ("leefbaarometer", 2024, 1),
    ]


# --- wijken of a source that gives buurten only ---------------------------------------------------
def _naar_wijk(wegen: str = "{0} WK000900 1; {1} WK000900 0.5; {1} WK000901 0.5") -> pd.DataFrame:
    ook = kruis("WK000100 WK000900 1").assign(basis=2020, niveau="wijk")
    return pd.concat([omzetting(niveau="wijk", wegen=wegen), ook])


def test_a_wijk_is_what_its_buurten_are_where_a_source_has_no_wijken() -> None:
    wzw = levering("woonzorgwijzer", 2014, OUD, wzw_inwoners=[100, 40], wzw_lvb_personen=[5, 4])
    tabel, (verslag,) = maak({"woonzorgwijzer": wzw}, {2014: _naar_wijk()}, [("wijk", 2020)])
    rij = tabel.loc["WK000900"]
    # 100 + half of 40; 5 + half of 4, of the 120 of these
    assert (rij["wzw_inwoners"], rij["wzw_lvb_personen"]) == (120, 7)
    assert rij["wzw_lvb_personen__deel"] == pytest.approx(7 / 120)
    assert (rij["wzw_inwoners__status"], rij["wzw_inwoners__dekking"]) == ("geschat", 1)
    assert (verslag.niveau, verslag.gebieden, verslag.onbekend) == ("wijk", 2, ())
    (inwoners,) = (b for b in verslag.behoud if b.kolom == "wzw_inwoners")
    assert (inwoners.bron, inwoners.zonder_weg, inwoners.omgezet) == (140, 0, 120)


def test_a_source_that_gives_wijken_has_them_of_nowhere_else() -> None:
    buurten = levering("cbs_kerncijfers", 2014, OUD, inwoners=[100, 50])
    wijken = levering("cbs_kerncijfers", 2014, ["WK000100"], inwoners=[163]).assign(niveau="wijk")
    tabel, _ = maak(
        {"cbs_kerncijfers": pd.concat([buurten, wijken])}, {2014: _naar_wijk()}, [("wijk", 2020)]
    )
    assert tabel["inwoners"].tolist() == [163]


def test_a_score_of_buurten_is_none_of_a_wijk() -> None:
    bik = levering("corporatie_bik", 2014, OUD, bik_woningen=[10, 20], bik_score_woning=[7, 8])
    tabel, _ = maak({"corporatie_bik": bik}, {2014: _naar_wijk()}, [("wijk", 2020)])
    assert tabel["bik_woningen"].tolist() == [20]
    assert tabel["bik_score_woning"].isna().all()
    assert set(tabel["bik_score_woning__status"]) == {"ontbreekt"}


def test_an_absent_source_is_missing_everywhere() -> None:
    tabel, verslagen = maak({"cbs_kerncijfers": KWB}, {2014: omzetting()})
    for naam, kolom in CAT.kolommen.items():
        if kolom.bron != "cbs_kerncijfers":
            assert tabel[naam].isna().all()
            assert set(tabel[status_van(naam)]) == {"ontbreekt"}
            assert set(tabel[dekking_van(naam)]) == {0}
    assert set(tabel["omzetting_woonzorgwijzer"]) == {"geen"}
    assert [v.bron for v in verslagen] == ["cbs_kerncijfers"]


def test_a_base_of_another_niveau_has_its_own_rows() -> None:
    tabel, _ = maak(
        {"cbs_kerncijfers": KWB}, {2014: omzetting()}, [("wijk", 2020), ("buurt", 2020)]
    )
    assert tabel.groupby("niveau").size().to_dict() == {"buurt": 2, "wijk": 1}
    assert tabel.loc["WK000900", "inwoners__status"] == "ontbreekt"  # only buurten were delivered


def test_a_year_that_no_edition_uses_is_empty_in_shape() -> None:
    tabel, verslagen = maak({"cbs_kerncijfers": KWB}, {}, [])
    assert tabel.empty
    assert verslagen == []


def test_codes_without_a_road_are_named() -> None:
    wegen = "{0} {2} 1; {1} geen"
    tabel, (verslag,) = maak({"cbs_kerncijfers": KWB}, {2014: omzetting(wegen=wegen)})
    assert verslag.zonder_weg == (OUD[1],)
    (inwoners,) = [b for b in verslag.behoud if b.kolom == "inwoners"]
    assert (inwoners.bron, inwoners.zonder_weg, inwoners.omgezet) == (150, 50, 100)
    assert tabel["omzetting_cbs_kerncijfers"].tolist() == ["oppervlak", "geen"]
    assert tabel.loc[NIEUW[1], "inwoners__status"] == "ontbreekt"


def test_a_target_of_two_roads_says_so() -> None:
    wegen = "{0} {2} 1 9m2; {1} {2} 0.5 3adr; {1} {3} 0.5 3adr"
    tabel, _ = maak({"cbs_kerncijfers": KWB}, {2014: omzetting(wegen=wegen)})
    assert tabel["omzetting_cbs_kerncijfers"].tolist() == ["gemengd", "adressen"]


@pytest.mark.parametrize(
    ("jaren", "gevonden"),
    [
        ([2016, 2016], r"cbs_kerncijfers staat op de gebieden van \[2016\]"),  # no crosswalk for it
        ([2014, 2020], r"\[2014, 2020\]"),  # two divisions in one file
    ],
)
def test_areas_of_another_year_are_refused(jaren: list[int], gevonden: str) -> None:
    with pytest.raises(GebiedsjaarFout, match=gevonden) as fout:
        maak({"cbs_kerncijfers": KWB.assign(gebiedsjaar=jaren)}, {2014: omzetting()})
    assert "verwacht is een van [2014]" in str(fout.value)
    assert "metingen_leefbaarometer in catalogus/edities.yml" in str(fout.value)


def test_the_order_of_rows_does_not_matter() -> None:
    eens, _ = maak({"cbs_kerncijfers": KWB}, {2014: omzetting()})
    anders, _ = maak({"cbs_kerncijfers": KWB.iloc[::-1]}, {2014: omzetting().iloc[::-1]})
    pd.testing.assert_frame_equal(eens, anders)


# --- the checks of the method on this table (section 8, 7 and 8) ----------------------------------
def _controle(naam: str, tabel: pd.DataFrame, verslagen: list[Verslag]):
    bronnen = {"cbs_kerncijfers": KWB}
    controles = controleer_buurttabel(
        tabel.reset_index(), verslagen, bronnen, CAT, dict.fromkeys(bronnen, Afkomst())
    )
    return {controle.naam: controle for controle in controles}[naam]


@pytest.fixture
def goed() -> tuple[pd.DataFrame, list[Verslag]]:
    return maak({"cbs_kerncijfers": KWB}, {2014: omzetting()})


def test_checks_hold_on_a_right_table(goed) -> None:
    for naam in ("behoud", "geen_nul_uit_niets", "dekking", "codes_gevonden"):
        assert _controle(naam, *goed).goed


def test_a_count_that_is_lost_is_found() -> None:
    # The weights of old 2 add up to 0.9: a tenth of its 50 residents is gone.
    wegen = "{0} {2} 1; {1} {2} 0.5; {1} {3} 0.4"
    controle = _controle("behoud", *maak({"cbs_kerncijfers": KWB}, {2014: omzetting(wegen=wegen)}))
    assert not controle.goed
    inwoners = controle.gevallen.set_index("kolom").loc["inwoners"]
    assert inwoners["verschil"] == pytest.approx(5)
    assert "tellen niet op tot 1" in controle.melding()


@pytest.mark.parametrize("waarde", [-0.001, 100.001])
def test_a_share_outside_0_to_100_is_found(goed, waarde: float) -> None:
    tabel, verslagen = goed
    tabel.loc[NIEUW[0], ["percentage_koopwoningen", "percentage_koopwoningen__status"]] = (
        waarde, "geschat",
    )  # fmt: skip
    gevallen = _controle("behoud", tabel, verslagen).gevallen
    assert gevallen[["kolom", "regiocode"]].values.tolist() == [
        ["percentage_koopwoningen", NIEUW[0]]
    ]


@pytest.mark.parametrize(
    ("waarde", "status"),
    [(0.0, "onderdrukt"), (0.0, "ontbreekt"), (0.0, "n.v.t."), (float("nan"), "waargenomen")],
)
def test_a_zero_out_of_nothing_is_found(goed, waarde: float, status: str) -> None:
    tabel, verslagen = goed
    tabel.loc[NIEUW[1], ["woningen", "woningen__status"]] = (waarde, status)
    gevallen = _controle("geen_nul_uit_niets", tabel, verslagen).gevallen
    assert gevallen[["kolom", "regiocode"]].to_numpy().tolist() == [["woningen", NIEUW[1]]]


@pytest.mark.parametrize(
    "anders",
    [
        {"inwoners__dekking": 0.79},  # below the minimum of the catalogue, and yet a figure
        {"inwoners__dekking": 1.01},
        {"inwoners__ondergrens": 500.0, "inwoners__bovengrens": 600.0},
        {"inwoners__ondergrens": 0.0, "inwoners__bovengrens": 1.0},
        {"inwoners": float("nan"), "inwoners__ondergrens": 9.0, "inwoners__bovengrens": 8.0},
    ],
)
def test_a_figure_on_too_little_or_outside_its_bounds_is_found(goed, anders: dict) -> None:
    tabel, verslagen = goed
    for kolom, waarde in anders.items():
        tabel.loc[NIEUW[0], kolom] = waarde
    controle = _controle("dekking", tabel, verslagen)
    assert controle.gevallen[["kolom", "regiocode"]].to_numpy().tolist() == [["inwoners", NIEUW[0]]]


def test_unmatched_codes_are_counted() -> None:
    wegen = "{0} {2} 1; {1} geen"
    controle = _controle(
        "codes_gevonden", *maak({"cbs_kerncijfers": KWB}, {2014: omzetting(wegen=wegen)})
    )
    assert controle.feiten == {"cbs_kerncijfers buurt naar 2020: zonder weg": 1}


def test_a_code_that_is_in_no_list_of_areas_is_an_error() -> None:
    # Old 2 is in the delivery, but the crosswalk, made from that year's areas, does not know it.
    goed = maak({"cbs_kerncijfers": KWB}, {2014: omzetting(wegen="{0} {2} 1; {0} {3} 0")})
    controle = _controle("codes_gevonden", *goed)
    assert controle.gevallen[["bron", "gebiedsjaar", "regiocode", "niveau"]].to_dict("records") == [
        {"bron": "cbs_kerncijfers", "gebiedsjaar": 2014, "regiocode": OUD[1], "niveau": "buurt"}
    ]
    assert OUD[1] in controle.melding()
    assert "omzetting.codes_zonder_gebied in catalogus/edities.yml" in controle.melding()


def test_a_code_that_the_catalogue_explains_is_counted() -> None:
    tabel, verslagen = maak({"cbs_kerncijfers": KWB}, {2014: omzetting(wegen="{0} {2} 1")})
    verklaard = CodeZonderGebied(
        bron="cbs_kerncijfers", gebiedsjaar=2014, code=OUD[1], reden="stond nog niet op de kaart"
    )
    regels = CAT.omzetting.model_copy(update={"codes_zonder_gebied": [verklaard]})
    cat, bronnen = CAT.model_copy(update={"omzetting": regels}), {"cbs_kerncijfers": KWB}
    afkomst = {"cbs_kerncijfers": Afkomst()}
    (controle,) = [
        c for c in controleer_buurttabel(tabel.reset_index(), verslagen, bronnen, cat, afkomst)
        if c.naam == "codes_gevonden"
    ]  # fmt: skip
    assert controle.goed
    assert controle.feiten == {"codes zonder gebied, verklaard in de catalogus": 1}
    # Another year's code is not explained by it.
    elders = [replace(verslag, gebiedsjaar=2016) for verslag in verslagen]
    assert not controleer_buurttabel(
        tabel.reset_index(), elders, bronnen, cat, dict.fromkeys(bronnen, Afkomst())
    )[-1].goed
