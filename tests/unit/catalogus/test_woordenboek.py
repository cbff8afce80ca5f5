"""The generated documents tell of every table, column, layer and parameter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.catalogus.bronpagina import bronnenpagina
from veerkracht_dagster.catalogus.cijfers import formule_van
from veerkracht_dagster.catalogus.methode import methode
from veerkracht_dagster.catalogus.woordenboek import (
    gegevenswoordenboek,
    kaartlagen,
    schrijf_woordenboek,
)

CAT = catalogus()


def test_writing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    eerst = {pad.name: pad.read_bytes() for pad in schrijf_woordenboek(tmp_path / "a")}
    assert set(eerst) == {
        "gegevenswoordenboek.md", "kaartlagen.md", "bronnen.md", "methode.md", "method.md",
        "kolomherkomst.md", "kolomherkomst.html",
    }  # fmt: skip
    assert {pad.name: pad.read_bytes() for pad in schrijf_woordenboek(tmp_path / "b")} == eerst


@pytest.mark.parametrize("naam", list(tabellen()))
def test_every_column_has_a_row_in_its_table(naam: str) -> None:
    deel = gegevenswoordenboek(CAT).split(f"\n### {naam}\n")[1].split("\n### ")[0]
    rijen = re.findall(r"^\| `([^`]+)` \| (.*?) \|", deel, flags=re.MULTILINE)
    verwacht = [
        (kolom.naam, kolom.titel)
        for kolom in tabellen()[naam].kolommen
        if "__" not in kolom.naam  # said once, at the top
    ]
    assert rijen == verwacht


def test_every_row_has_as_many_cells_as_its_header() -> None:
    for tekst in (gegevenswoordenboek(CAT), kaartlagen(CAT)):
        for blok in re.findall(r"(?:^\|.*\n)+", tekst, flags=re.MULTILINE):
            assert len({len(re.split(r"(?<!\\)\|", rij)) for rij in blok.splitlines()}) == 1, blok


def test_the_publishers_own_names_are_there() -> None:
    rij = next(r for r in gegevenswoordenboek(CAT).splitlines() if r.startswith("| `inwoners` "))
    for deel in ("personen", "afgerond op 5", "Aantal inwoners", "T001036", "a_inw"):
        assert deel in rij


@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_every_class_of_a_layer_is_listed_with_its_colour(naam: str) -> None:
    laag = CAT.kaartlagen[naam]
    deel = kaartlagen(CAT).split(f"\n## {laag.nummer}. ")[1].split("\n## ")[0]
    for code, klasse in laag.klassen.items():
        assert f"| {code} | {klasse.label} | `{klasse.kleur}` |" in deel
    assert f"| -9 | {CAT.geen_meting.label} | geen vulling, dunne grijze rand |" in deel


def test_every_parameter_of_every_edition_is_listed() -> None:
    tekst = kaartlagen(CAT)
    for veld in type(next(iter(CAT.edities.values())).parameters).model_fields:
        assert f"| `{veld}` |" in tekst
    assert CAT.bijsluiter in tekst


# --- the method page ------------------------------------------------------------------------------
TALEN = pytest.mark.parametrize("taal", ["nl", "en"])


@TALEN
def test_the_method_tells_of_every_layer_class_group_formula_and_parameter(taal: str) -> None:
    tekst = methode(CAT, taal)
    for naam, laag in CAT.kaartlagen.items():
        deel = tekst.split(f"### {laag.nummer}. {laag.titel}\n")[1].split("\n##")[0]
        assert f"`{naam}`" in deel
        for code, klasse in laag.klassen.items():
            assert f"| {code} | {klasse.label} | `{klasse.kleur}` |" in deel
    for indicator in CAT.indicatoren.values():
        for kolom in indicator.kolommen.values():
            assert formule_van(CAT, kolom).replace("|", "\\|") in tekst
    for naam in (*CAT.groepen, *type(CAT.edities["2014-2020"].parameters).model_fields):
        assert f"| `{naam}` |" in tekst
    for regel in CAT.methode.regels:
        merk = {"gevonden": "found", "afgeleid": "derived", "gekozen": "chosen"}[regel.merk]
        kop = regel.kop.nl if taal == "nl" else regel.kop.en
        assert f"## {kop} ({regel.merk if taal == 'nl' else merk})" in tekst
    assert "{" not in tekst


def test_the_numbers_in_the_text_are_those_of_the_catalogue() -> None:
    editie = CAT.edities["2014-2020"]
    anders = editie.parameters.model_copy(update={"tK_procentpunt": 1.75})
    cat = CAT.model_copy(
        update={"edities": {"x": editie.model_copy(update={"parameters": anders})}}
    )
    assert "meer dan tK (1.75 procentpunt)" in methode(cat, "nl")
    assert "more than tK (1.75 percentage point)" in methode(cat, "en")


@pytest.mark.parametrize(
    ("naam", "code", "wanneer"),
    [
        ("kwetsbaar_ontwikkeling", 1, "< -3 `tK_procentpunt`"),
        ("kwetsbaar_ontwikkeling", 2, "≥ -3 `tK_procentpunt`, < -1 `tK_procentpunt`"),
        ("kwetsbaar_ontwikkeling", 3, "≥ -1 `tK_procentpunt`, ≤ 1 `tK_procentpunt`"),
        ("kwetsbaar_ontwikkeling", 5, "> 3 `tK_procentpunt`"),
        ("corporatiebezit", 2, "≥ 5, < 33.3333"),
        ("corporatiebezit", 4, "≥ 66.6667"),
        ("focus", 7, "`focus` = 7"),
    ],
)
def test_limits_say_on_which_side_they_fall(naam: str, code: int, wanneer: str) -> None:
    klasse = CAT.kaartlagen[naam].klassen[code]
    rij = f"| {code} | {klasse.label} | `{klasse.kleur}` | {wanneer} |"
    assert rij in methode(CAT, "nl")


def test_the_page_of_sources_names_every_way_address_and_place() -> None:
    tekst = bronnenpagina(CAT)
    for naam, bron in CAT.bronnen.items():
        deel = tekst.split(f"\n## {naam}\n")[1].split("\n## ")[0]
        adressen = [adres for weg in bron.ophalen for adres in weg.adressen]
        verwacht = [
            *(a.url for a in adressen),
            *bron.tabellen.values(),
            *(p.patroon for p in bron.vindplaatsen),
        ]
        verwacht += [weg.sleutel for weg in bron.ophalen]
        assert [wat for wat in verwacht if f"`{wat}`" not in deel] == []
        assert [a.getuige for a in adressen if f"{a.getuige} |" not in deel] == []
        assert ("Ophalen" in deel) == bool(bron.ophalen)
        assert ("Verwacht: uiterlijk in" in deel) == (bron.kalender is not None)
