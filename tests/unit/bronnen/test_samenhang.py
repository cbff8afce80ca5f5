"""Figures that cannot stand together, and rows that dropped out, are found; rounding is no case."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.bronnen.hulp import lees_map, schrijf, statline
from tests.unit.buurttabel.hulp import cijfers
from veerkracht_dagster.bronnen import controles
from veerkracht_dagster.bronnen.controles import CONTROLES, controleer_bron
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.regio import NIVEAU_VAN_CODE
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel
from veerkracht_dagster.controle import Controle
from veerkracht_dagster.sporen.afkomst import Afkomst

A, B = "BU00010001", "BU00010002"


@pytest.mark.parametrize("bron", catalogus().bronnen)
def test_every_source_of_figures_is_checked(bron: str) -> None:
    zegt = CONTROLES.get(bron, {})
    assert ("samenhang" in zegt) == (bron in catalogus().gebiedsbronnen)
    gedaan = [controle.naam for controle in controleer_bron(bron, lege_tabel(bron), Afkomst())]
    assert gedaan == list(zegt)


def _controle(naam: str, tabel: pd.DataFrame) -> Controle:
    alle = {een.naam: een for een in controleer_bron("cbs_kerncijfers", tabel, Afkomst())}
    return alle[naam]


def _gevallen(**kolommen: list) -> list[tuple]:
    leeg = {naam: ["o", "o"] for naam in catalogus().kolommen_van("cbs_kerncijfers")}
    tabel = cijfers((A, B), **(leeg | kolommen)).assign(
        niveau="buurt", regionaam=None, gemeentenaam=None, indelingswijziging=None,
        gebiedsjaar=2020, bron_bestand="sha", bron_rij=[0, 1],
    )  # fmt: skip
    controle = _controle("samenhang", in_tabelvorm(tabel, "cbs_kerncijfers"))
    kop = ["regiocode", "kolom", "gevonden", "verwacht"]
    return [] if controle.goed else controle.gevallen[kop].to_numpy().tolist()


@pytest.mark.parametrize(
    ("kolommen", "geval"),
    [
        ({"inwoners": [1.235, 100]}, [A, "inwoners", 1.235, "een heel getal"]),
        (
            {"inwoners": [100, 50], "inwoners_65_plus": [20, 65]},
            [B, "inwoners_65_plus", 65, "niet meer dan inwoners"],
        ),
        (
            {"inwoners": [100, 50], "huishoudens": [115, 20]},
            [A, "huishoudens", 115, "niet meer dan inwoners"],
        ),
        (
            {
                "percentage_huurwoningen": [40, 40],
                "percentage_corporatiewoningen": [30, 0.3],
                "percentage_overige_verhuurders": [10, 10],
            },
            [
                B,
                "percentage_huurwoningen",
                40,
                "percentage_corporatiewoningen + percentage_overige_verhuurders",
            ],
        ),
    ],
)
def test_what_cannot_be_is_found(kolommen: dict, geval: list) -> None:
    assert _gevallen(**kolommen) == [geval]


@pytest.mark.parametrize(
    "kolommen",
    [
        {"inwoners": [100, 50], "inwoners_65_plus": [100, 60]},  # both rounded by lot
        {"inwoners": ["o", 50], "inwoners_65_plus": [20, "o"]},  # one of them is not known
        {
            "percentage_huurwoningen": [40, 40],
            "percentage_corporatiewoningen": [30, "o"],
            "percentage_overige_verhuurders": [11, 60],
        },
    ],
)
def test_what_rounding_explains_or_nobody_knows_is_no_case(kolommen: dict) -> None:
    assert _gevallen(**kolommen) == []


# --- whether all of it is there ------------------------------------------------------------------
NL, GM1, GM2 = "NL00", "GM0001", "GM0002"


def _compleet(inwoners: dict[str, object]) -> list[list]:
    codes = tuple(inwoners)
    leeg = {naam: ["o"] * len(codes) for naam in catalogus().kolommen_van("cbs_kerncijfers")}
    tabel = cijfers(codes, **(leeg | {"inwoners": list(inwoners.values())})).assign(
        niveau=[NIVEAU_VAN_CODE[code[:2]] for code in codes],
        regionaam=None, gemeentenaam=None, indelingswijziging=None, gebiedsjaar=2020,
        bron_bestand="sha", bron_rij=range(len(codes)),
    )  # fmt: skip
    controle = _controle("compleet", in_tabelvorm(tabel, "cbs_kerncijfers"))
    return [] if controle.goed else controle.gevallen[["regiocode", "gevonden"]].to_numpy().tolist()


def test_an_area_without_any_figure_is_found() -> None:
    assert _compleet({NL: 120, GM1: 70, GM2: 50, A: "o"}) == [[A, "geen enkel cijfer"]]


def test_a_gemeente_that_dropped_out_is_found() -> None:
    assert _compleet({NL: 120, GM1: 70}) == [[NL, "70 inwoners in 1 gemeenten"]]


@pytest.mark.parametrize(
    "inwoners",
    [
        {NL: 120, GM1: 70, GM2: 50, A: 0},
        {NL: 120, GM1: 70, GM2: 55},  # by rounding
        {NL: 17_000_000, GM1: 70, A: 70},  # somebody's choice of a gemeente
        {GM1: 70, A: 70},
    ],
)
def test_what_is_all_there_or_a_choice_of_regions_is_no_case(inwoners: dict) -> None:
    assert _compleet(inwoners) == []


@pytest.mark.parametrize("tekst", ["1e400", "9" * 400])
def test_an_infinite_figure_is_no_number(tmp_path, tekst: str) -> None:
    naam = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2020.csv"
    schrijf(tmp_path, naam, statline().replace(";100;20;", f";{tekst};20;"))
    with pytest.raises(BronFout) as fout:
        lees_map(tmp_path, "cbs_kerncijfers", 2020)
    assert (fout.value.bestand, fout.value.rij) == (naam, 3)
    assert tekst in fout.value.gevonden


# --- what a column says that it holds ------------------------------------------------------------
BUURTEN = tuple(f"BU0001{k:04d}" for k in range(20))
WONEN = [5.0 * (k + 3) ** 2 for k in range(20)]
PROCENT = [6.0, 5.5, 7.0, 4.0] * 5


def _tellingen(bron: str, **kolommen: list) -> list[list]:
    leeg = {naam: ["o"] * 20 for naam in catalogus().kolommen_van(bron)}
    tabel = cijfers(BUURTEN, **(leeg | kolommen)).assign(
        niveau="buurt", regionaam=None, gemeentenaam=None, indelingswijziging=None,
        gebiedsjaar=2020, bron_bestand="sha", bron_rij=range(20),
    )  # fmt: skip
    alle = {een.naam: een for een in controleer_bron(bron, in_tabelvorm(tabel, bron), Afkomst())}
    controle = alle["tellingen"]
    if controle.goed:
        return []
    assert "`zeldzaam`" in controle.remedie
    return controle.gevallen[["regiocode", "kolom", "verwacht"]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("bron", "noemer", "kolom"),
    [
        ("woonzorgwijzer", "wzw_inwoners", "wzw_lvb_personen"),
        ("woonzorgwijzer", "wzw_inwoners", "wzw_ggz_personen"),
        ("cbs_microdata", "md_personen", "md_kwetsbaar"),
        ("cbs_kerncijfers", "inwoners", "personen_bijstand"),
        ("cbs_kerncijfers", "inwoners", "wmo_clienten"),
        ("cbs_kerncijfers", "inwoners", "huishoudens"),
    ],
)
@pytest.mark.parametrize("maal", [0.01, 1, 10])
def test_shares_for_counts_are_found(bron: str, noemer: str, kolom: str, maal: float) -> None:
    aandelen = [maal * x for x in PROCENT]
    assert _tellingen(bron, **{noemer: WONEN, kolom: aandelen}) == [
        [BUURTEN[-1], kolom, catalogus().kolommen[kolom].eenheid]
    ]
    personen = [round(x * deel / 100) for x, deel in zip(WONEN, PROCENT, strict=True)]
    assert _tellingen(bron, **{noemer: WONEN, kolom: personen}) == []


def test_what_the_catalogue_calls_rare_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    kolommen = dict(catalogus().kolommen)
    kolommen["wzw_lvb_personen"] = kolommen["wzw_lvb_personen"].model_copy(
        update={"zeldzaam": "tien in het land"}
    )
    cat = catalogus().model_copy(update={"kolommen": kolommen})
    monkeypatch.setattr(controles, "catalogus", lambda: cat)
    assert _tellingen("woonzorgwijzer", wzw_inwoners=WONEN, wzw_lvb_personen=PROCENT) == []


@pytest.mark.parametrize("kolom", ["percentage_koopwoningen", "percentage_jongeren_jeugdzorg"])
def test_parts_of_1_for_percentages_are_found(kolom: str) -> None:
    gevallen = _tellingen("cbs_kerncijfers", **{kolom: [x / 100 for x in PROCENT]})
    assert [geval[1:] for geval in gevallen] == [[kolom, "percentages"]]
    assert _tellingen("cbs_kerncijfers", **{kolom: PROCENT}) == []
