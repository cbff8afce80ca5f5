"""A layer: class, label, colour, state, why there is no measurement, and the years."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.unit.indicatoren.hulp import CAT, editie
from tests.unit.kaartlagen.methode import FOCUSKLEUREN, LEGENDA, TITELS
from veerkracht_dagster.catalogus import tabellen
from veerkracht_dagster.kaartlagen.controles import een_klasse
from veerkracht_dagster.kaartlagen.laag import NIET_INFORMATIEF, maak_laag

NA = math.nan
EDITIE = editie()
A, B, C = "BU00010001", "BU00010002", "BU00010003"


def gebieden(codes: list[str], niveau: str = "buurt") -> gpd.GeoDataFrame:
    """Areas of the base year, a square each, and a wijk that a map of buurten must leave out."""
    alle = [*codes, "WK000100"]
    return gpd.GeoDataFrame(
        {
            "niveau": [niveau] * len(codes) + ["wijk"],
            "regiocode": alle,
            "regionaam": [f"Naam van {code}" for code in alle],
            "wijkcode": [f"WK{code[2:8]}" for code in alle],
            "gemeentecode": [f"GM{code[2:6]}" for code in alle],
            "gemeentenaam": "Ergens",
        },
        geometry=[shapely.box(n, 0, n + 1, 1) for n in range(len(alle))],
        crs="EPSG:28992",
    )


def indicatoren(codes: list[str], **cijfers: list) -> dict[str, pd.DataFrame]:
    """Every indicator table; a figure is a list of numbers or states; not given: missing."""
    uit = {}
    for naam, indicator in CAT.indicatoren.items():
        tabel = pd.DataFrame({"regiocode": codes})
        for kolom in indicator.kolommen:
            cellen = cijfers.get(kolom, ["ontbreekt"] * len(codes))
            tabel[kolom] = [NA if isinstance(c, str) else float(c) for c in cellen]
            status = [c if isinstance(c, str) else "waargenomen" for c in cellen]
            tabel[f"{kolom}__status"] = pd.Series(status, dtype="str")
        for kenmerk in indicator.kenmerken:
            tabel[kenmerk] = cijfers.get(f"{naam}_{kenmerk}", cijfers.get(kenmerk, ""))
        uit[naam] = tabel
    return uit


def laag(naam: str, codes: list[str] | None = None, **cijfers: list) -> pd.DataFrame:
    """The layer of these figures, by regiocode."""
    codes = codes or [f"BU000100{n:02d}" for n in range(len(next(iter(cijfers.values()))))]
    uit = maak_laag(naam, indicatoren(codes, **cijfers), gebieden(codes), EDITIE, CAT)
    assert list(uit.columns) == tabellen()[naam].kolomnamen
    assert uit.crs == "EPSG:28992"
    return uit.set_index("regiocode")


# Per layer: its figure, the figure its class is from (else limits), and a value in each class.
WAARDEN: dict[str, tuple[str, str | None, list[float]]] = {
    "signaal_absoluut": ("dK", "signaal_absoluut", [-2, -2, 0, 2, 2, 2, 2, 2]),
    "signaal_relatief": ("dK_relatief", "signaal_relatief", [-2, -2, 0, 2, 2, 2, 2, 2]),
    "kwetsbaar_situatie": ("K_eind", "kwetsbaar_klasse", [5, 15, 25, 35]),
    "kwetsbaar_ontwikkeling": ("dK", None, [-3.1, -3, 1, 3, 3.1]),  # tK = 1
    "kwetsbaar_ontwikkeling_relatief": ("dK_relatief", None, [-3.1, -1.1, -1, 1.1, 3.1]),
    "overlast_situatie": ("V_eind", "onv_klasse", [-0.3, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2, 1]),
    "overlast_ontwikkeling": ("dP", None, [-0.031, -0.03, 0.01, 0.03, 0.031]),  # tP = 0.01
    "overlast_ontwikkeling_relatief": ("dP_relatief", None, [-0.031, -0.011, -0.01, 0.011, 0.031]),
    "corporatiebezit": ("corporatie_eind", None, [4.9, 5, 100 / 3, 200 / 3]),
}


@pytest.mark.parametrize("naam", list(WAARDEN))
def test_classes_labels_and_colours_are_those_of_the_method(naam: str) -> None:
    waarde, klasse_uit, waarden = WAARDEN[naam]
    klassen = list(LEGENDA[naam])
    cijfers = {waarde: waarden} | ({klasse_uit: klassen} if klasse_uit else {})
    uit = laag(naam, **cijfers)
    assert uit["waarde"].tolist() == waarden
    assert uit["klasse"].tolist() == klassen
    assert list(zip(uit["label"], uit["kleur"], strict=True)) == list(LEGENDA[naam].values())
    assert set(uit["status"]) == {"waargenomen"}
    assert set(uit["toelichting"]) == {""}


def test_focus_has_the_colours_of_the_method() -> None:
    uit = laag("focus", focus=list(range(1, 11)), K_eind=list(range(10, 20)))
    assert dict(zip(uit["klasse"], uit["kleur"], strict=True)) == FOCUSKLEUREN
    assert uit["label"].nunique() == 10


def test_all_nine_layers_and_focus_are_there_in_order() -> None:
    assert list(CAT.kaartlagen) == [*LEGENDA, "focus"]
    assert [laag.nummer for laag in CAT.kaartlagen.values()] == list(range(1, 11))
    assert {naam: CAT.kaartlagen[naam].titel for naam in TITELS} == TITELS
    assert [n for n, laag in CAT.kaartlagen.items() if laag.relatief] == [
        "signaal_relatief", "kwetsbaar_ontwikkeling_relatief", "overlast_ontwikkeling_relatief",
    ]  # fmt: skip


def test_a_new_threshold_moves_the_limits() -> None:
    codes = [A, B]
    ruim = editie(tK_procentpunt=2.0)
    uit = maak_laag(
        "kwetsbaar_ontwikkeling", indicatoren(codes, dK=[2, 6.1]), gebieden(codes), ruim, CAT
    )
    assert uit["klasse"].tolist() == [3, 5]


# --- no measurement -------------------------------------------------------------------------------
OND, ONT, NVT = "onderdrukt", "ontbreekt", "n.v.t."
GEEN_METING = [
    # layer, figures of one area, state of the layer, the figures that lack
    ("kwetsbaar_situatie", {"K_eind": OND, "kwetsbaar_klasse": OND}, OND, {"K_eind": OND}),
    ("kwetsbaar_situatie", {"K_eind": NVT, "kwetsbaar_klasse": NVT}, NVT, {"K_eind": NVT}),
    ("kwetsbaar_ontwikkeling", {"K_begin": ONT, "K_eind": 10, "dK": ONT}, ONT, {"K_begin": ONT}),
    ("overlast_ontwikkeling", {"V_begin": 0, "V_eind": OND, "dP": OND}, OND, {"V_eind": OND}),
    ("overlast_situatie", {"V_eind": ONT}, ONT, {"V_eind": ONT}),
    ("corporatiebezit", {"corporatie_eind": OND}, OND, {"corporatie_eind": OND}),
    # K is there, V is not: both ends of V are named, K is not
    (
        "signaal_absoluut",
        {"K_begin": 1, "K_eind": 3, "dK": 2},
        ONT,
        {"V_begin": ONT, "V_eind": ONT},
    ),
    ("focus", {"V_eind": 0.1, "K_eind": OND, "focus": OND}, OND, {"K_eind": OND}),
]


@pytest.mark.parametrize(("naam", "cijfers", "status", "mist"), GEEN_METING)
def test_no_measurement_says_why(naam: str, cijfers: dict, status: str, mist: dict) -> None:
    rij = laag(naam, [A], **{naam: [cel] for naam, cel in cijfers.items()}).loc[A]
    assert (rij["klasse"], rij["label"], rij["status"]) == (-9, "geen meting", status)
    assert pd.isna(rij["kleur"])
    bekend = cijfers.get(CAT.kaartlagen[naam].waarde)  # what is known is shown, class or no class
    assert rij["waarde"] == bekend or (isinstance(bekend, str | None) and pd.isna(rij["waarde"]))
    redenen = "; ".join(f"{kolom} 2014-2020: {waarom}" for kolom, waarom in mist.items())
    assert rij["toelichting"] == f"geen meting: {redenen}"


@pytest.mark.parametrize(
    ("naam", "cijfers"),
    [
        ("kwetsbaar_ontwikkeling_relatief", {"K_begin": [1], "K_eind": [3], "dK": [2]}),
        ("overlast_ontwikkeling_relatief", {"V_begin": [0.1], "V_eind": [0.2], "dP": [-0.1]}),
        ("kwetsbaar_situatie", {"K_eind": [3]}),
    ],
)
def test_residents_that_lack_are_named(naam: str, cijfers: dict[str, list]) -> None:
    # The figure is there, but without residents there is no mean to compare with and no cut.
    toelichting = laag(naam, [A], **cijfers).loc[A, "toelichting"]
    assert toelichting.startswith("geen meting: ")
    assert "inwoners" in toelichting


@pytest.mark.parametrize("naam", [*LEGENDA, "focus"])
def test_an_area_without_any_figure_is_on_the_map_and_says_why(naam: str) -> None:
    # B is an area of the base year, but no indicator table has a row of it.
    waarde = CAT.kaartlagen[naam].waarde
    klasse = CAT.kaartlagen[naam].klasse_uit
    cijfers = indicatoren([A], **{waarde: [1], **({klasse: [1]} if klasse else {})})
    uit = maak_laag(naam, cijfers, gebieden([A, B]), EDITIE, CAT).set_index("regiocode")
    assert list(uit.index) == [A, B]
    rij = uit.loc[B]
    assert (rij["klasse"], rij["status"]) == (-9, "ontbreekt")
    assert rij["toelichting"].startswith("geen meting: ")
    assert rij["toelichting"].endswith("ontbreekt")
    assert rij["regionaam"] == f"Naam van {B}"
    if "structureel" in uit:
        assert rij["structureel"] == "onbekend"
        assert pd.isna(rij["stabiliteit"])


def test_an_absent_edition_has_a_map_of_areas() -> None:
    uit = laag("signaal_absoluut", [A, B], dK=["ontbreekt", "ontbreekt"])
    assert set(uit["klasse"]) == {-9}
    assert uit.geometry.notna().all()


# --- what goes along ------------------------------------------------------------------------------
def test_a_gemeente_that_does_not_inform_is_marked_on_relative_layers_only() -> None:
    cijfers = {"dK": [2, 2], "dK_relatief": [1, 1], "informatief": ["nee", "ja"]}
    relatief = laag("kwetsbaar_ontwikkeling_relatief", [A, B], **cijfers)
    assert relatief["toelichting"].to_dict() == {A: NIET_INFORMATIEF, B: ""}
    assert relatief["klasse"].tolist() == [3, 3]  # the figure stays
    absoluut = laag("kwetsbaar_ontwikkeling", [A, B], **cijfers)
    assert set(absoluut["toelichting"]) == {""}


TWEE = [("ja", "ja", False), ("nee", "ja", True), ("ja", "nee", True), ("nee", "nee", True)]


@pytest.mark.parametrize(("K", "V", "gemerkt"), TWEE)
def test_a_layer_of_two_changes_informs_where_both_do(K: str, V: str, gemerkt: bool) -> None:
    cijfers = {"signaal_relatief": [3], "dK_relatief": [0]}
    informatief = {
        "kwetsbare_bewoners_informatief": [K], "overlast_onveiligheid_informatief": [V]
    }  # fmt: skip
    uit = laag("signaal_relatief", [A], **cijfers, **informatief)
    assert uit["toelichting"].tolist() == [NIET_INFORMATIEF if gemerkt else ""]


@pytest.mark.parametrize("vorm", ["absoluut", "relatief"])
def test_the_signal_has_its_flag_and_its_stability(vorm: str) -> None:
    uit = laag(
        f"signaal_{vorm}",
        [A, B],
        **{
            f"signaal_{vorm}": [4, 7],
            WAARDEN[f"signaal_{vorm}"][0]: [2, 2],
            f"structureel_{vorm}": ["ja", "nee"],
            f"stabiliteit_{vorm}": [0.75, 1],
        },
    )
    assert uit["structureel"].tolist() == ["ja", "nee"]
    assert uit["stabiliteit"].tolist() == [0.75, 1]


JAREN = [
    # layer, (begin, end) per indicator table, what the layer says
    ("corporatiebezit", {"corporatiewoningen": ("", "kerncijfers 2019")}, "eind: kerncijfers 2019"),
    (
        "kwetsbaar_ontwikkeling",
        {"kwetsbare_bewoners": ("uitkering 2014", "uitkering 2020")},
        "begin: uitkering 2014; eind: uitkering 2020",
    ),
    (
        "signaal_absoluut",
        {
            "kwetsbare_bewoners": ("uitkering 2014", "uitkering 2020"),
            "overlast_onveiligheid": ("leefbaarometer 2014", "leefbaarometer 2018"),
        },
        "begin: uitkering 2014, leefbaarometer 2014; eind: uitkering 2020, leefbaarometer 2018",
    ),
    ("overlast_situatie", {}, ""),
]


@pytest.mark.parametrize(("naam", "per_tabel", "jaren"), JAREN)
def test_years_really_used(naam: str, per_tabel: dict[str, tuple[str, str]], jaren: str) -> None:
    kenmerken = {
        f"{tabel}_jaren_{kant}": tekst
        for tabel, teksten in per_tabel.items()
        for kant, tekst in zip(("begin", "eind"), teksten, strict=True)
    }
    uit = maak_laag(naam, indicatoren([A], **kenmerken), gebieden([A]), EDITIE, CAT)
    assert uit["jaren"].tolist() == [jaren]


def test_a_map_of_wijken_has_wijken() -> None:
    per_wijk = EDITIE.model_copy(update={"niveau": "wijk"})
    uit = maak_laag(
        "kwetsbaar_ontwikkeling", indicatoren(["WK000100"], dK=[2]), gebieden([A]), per_wijk, CAT
    )
    assert uit[["regiocode", "klasse"]].values.tolist() == [["WK000100", 4]]


def test_the_order_of_rows_does_not_matter() -> None:
    codes, dK = [A, B, C], [2, -2, 0]
    om = {n: t.iloc[::-1] for n, t in indicatoren(codes, dK=dK).items()}
    eens = laag("kwetsbaar_ontwikkeling", codes, dK=dK)
    anders = maak_laag("kwetsbaar_ontwikkeling", om, gebieden(codes).iloc[::-1], EDITIE, CAT)
    pd.testing.assert_frame_equal(eens, anders.set_index("regiocode"))


# --- the check of the method (section 8, 3) -------------------------------------------------------
def _controle(laag_: pd.DataFrame) -> pd.DataFrame:
    return een_klasse("kwetsbaar_ontwikkeling", laag_, gebieden([A, B, C]), EDITIE, CAT).gevallen


@pytest.fixture
def goed() -> pd.DataFrame:
    return laag("kwetsbaar_ontwikkeling", [A, B, C], dK=[2, -2, "onderdrukt"]).reset_index()


def test_a_right_layer_passes(goed: pd.DataFrame) -> None:
    controle = een_klasse("kwetsbaar_ontwikkeling", goed, gebieden([A, B, C]), EDITIE, CAT)
    assert controle.goed
    assert controle.feiten == {"gebieden": 3, "geen_meting": 1}


@pytest.mark.parametrize(
    ("rij", "kleur"),
    [
        (0, "#2166ac"),  # the colour of another class
        (0, None),  # no colour on a class
        (2, "#f7f7f7"),  # a colour on -9
    ],
)
def test_a_wrong_colour_is_found(goed: pd.DataFrame, rij: int, kleur: str | None) -> None:
    goed.loc[rij, "kleur"] = kleur
    assert _controle(goed).values.tolist() == [
        [goed["regiocode"][rij], "kleur hoort niet bij de klasse"]
    ]


def test_an_area_that_is_left_out_or_stands_twice_is_found(goed: pd.DataFrame) -> None:
    assert _controle(goed.iloc[:2]).values.tolist() == [[C, "ontbreekt in de laag"]]
    dubbel = pd.concat([goed, goed.iloc[:1]])
    assert _controle(dubbel).values.tolist() == [[A, "staat er twee keer in"]]
