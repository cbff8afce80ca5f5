"""The generated documents tell of every table, column, layer and parameter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.catalogus.woordenboek import (
    gegevenswoordenboek,
    kaartlagen,
    schrijf_woordenboek,
)

CAT = catalogus()


def test_writing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    eerst = {pad.name: pad.read_bytes() for pad in schrijf_woordenboek(tmp_path / "a")}
    assert set(eerst) == {"gegevenswoordenboek.md", "kaartlagen.md"}
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
