"""Column lineage: of every column, from the publisher's own name for it to the maps."""

from __future__ import annotations

import json
import re

import pytest

from assets_defs.kenmerken import tabelkenmerken
from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.catalogus.kolomgraaf import kolomgraaf
from veerkracht_dagster.catalogus.kolomherkomst import uit_van
from veerkracht_dagster.catalogus.kolompagina import kolomherkomst, tabelpagina, zoekpagina

CAT = catalogus()
GRAAF = kolomgraaf()
TABELLEN = pytest.mark.parametrize("naam", list(tabellen()))


@TABELLEN
def test_no_column_of_an_asset_is_without_lineage(naam: str) -> None:
    herkomst = tabelkenmerken(naam)["metadata"]["dagster/column_lineage"].deps_by_column
    assert list(herkomst) == tabellen()[naam].kolomnamen
    assert [kolom for kolom, uit in herkomst.items() if not uit] == []


@TABELLEN
def test_every_column_comes_from_a_publisher_or_from_the_catalogue(naam: str) -> None:
    for kolom in tabellen()[naam].kolomnamen:
        boven = GRAAF.stroomop((naam, kolom))
        assert (naam, kolom) not in boven, f"{kolom} is made of itself"
        bodem = {knoop[0] for knoop in boven if knoop not in GRAAF.kolommen}
        assert bodem, kolom
        assert {tabel.partition("/")[0] for tabel in bodem} <= {"levering", "catalogus"}, kolom


def test_every_column_of_a_publisher_reaches_a_table_of_an_edition() -> None:
    per_editie = {*CAT.indicatoren, *CAT.kaartlagen, *CAT.overzichten}
    for naam in CAT.groepen["uitkering"].kolommen:
        for titel in CAT.kolommen[naam].uitgever.titels:
            onder = GRAAF.stroomaf((f"levering/{CAT.kolommen[naam].bron}", titel))
            assert {"signaal_absoluut", "rapport"} <= {tabel for tabel, _ in onder} & per_editie


def test_a_column_without_origin_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rapport\.nieuw: nergens staat waar deze kolom uit komt"):
        uit_van("rapport", "nieuw", CAT)


@pytest.mark.parametrize(
    ("naam", "gevonden"),
    [
        # the publisher's title, of this year or an earlier one, v4 measure, Excel name; ours
        ("In bezit woningcorporatie", ("levering/cbs_kerncijfers", "In bezit woningcorporatie")),
        ("gemiddelde woningwaarde", ("levering/cbs_kerncijfers", "Gemiddelde woningwaarde")),
        ("D006837", ("levering/cbs_kerncijfers", "Personen per soort uitkering; AO")),
        ("A_SOZ_WW", ("levering/cbs_kerncijfers", "Personen per soort uitkering; WW")),
        ("gwb_code_10", ("levering/cbs_kerncijfers", "gwb_code_10")),
        ("dK_relatief", ("kwetsbare_bewoners", "dK_relatief")),
        ("signaal.focus", ("signaal", "focus")),
        ("arbeidsongesch", None),
    ],
)
def test_a_column_is_found_by_any_of_its_names(naam: str, gevonden: tuple[str, str] | None) -> None:
    knopen = GRAAF.zoek(naam)
    assert (gevonden in knopen) if gevonden else not knopen


def test_what_is_at_the_bottom_of_a_column() -> None:
    assert GRAAF.leveringen(("overlast_onveiligheid", "V_eind"))["leefbaarometer"][0] == "onv"
    assert GRAAF.leveringen(("levering/leefbaarometer", "onv")) == {"leefbaarometer": ["onv"]}


@TABELLEN
def test_the_page_of_a_table_has_its_columns_and_the_publishers_names(naam: str) -> None:
    tekst = tabelpagina(naam, GRAAF)
    rijen = re.findall(r"^\| `([^`]+)` \|", tekst, flags=re.MULTILINE)
    assert rijen == [k for k in tabellen()[naam].kolomnamen if "__" not in k]
    for kolom, definitie in CAT.kolommen.items():
        if naam in (definitie.bron, "buurttabel"):
            rij = next(r for r in tekst.splitlines() if r.startswith(f"| `{kolom}` |"))
            assert all(titel in rij for titel in definitie.uitgever.titels)
    assert tabelkenmerken(naam)["metadata"]["herkomst van kolommen"].value == tekst


def test_the_page_of_all_has_every_column_and_every_name_of_a_publisher() -> None:
    tekst = kolomherkomst(CAT, GRAAF)
    for tabel, kolom in GRAAF.kolommen:
        if "__" not in kolom:
            deel = tekst.split(f"\n### {tabel}\n")[1].split("\n### ")[0]
            assert f"\n| `{kolom}` |" in deel, (tabel, kolom)
    for definitie in CAT.kolommen.values():
        for naam in (*definitie.uitgever.titels, *definitie.uitgever.v4, *definitie.uitgever.excel):
            assert naam in tekst


def test_the_page_to_search_in_holds_the_whole_graph_and_asks_for_nothing() -> None:
    html = zoekpagina(GRAAF)
    gegevens = json.loads(re.search(r"^const K = (.*);$", html, re.MULTILINE)[1])
    assert {(tabel, kolom) for tabel, kolom, *_ in gegevens} == {*GRAAF.kolommen, *GRAAF.naar}
    for tabel, kolom, *_, uit, naar in gegevens:
        assert [tuple(gegevens[n][:2]) for n in uit] == list(GRAAF.uit.get((tabel, kolom), ()))
        assert [tuple(gegevens[n][:2]) for n in naar] == list(GRAAF.naar.get((tabel, kolom), ()))
    namen = {(tabel, kolom): ook for tabel, kolom, _, _, ook, *_ in gegevens}
    assert "a_soz_wb" in namen["levering/cbs_kerncijfers", "Personen per soort uitkering; Bijstand"]
    assert not re.search(r"https?://|src=|<link|@import", html)
