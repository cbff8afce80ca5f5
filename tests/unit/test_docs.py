"""The documents say what is there: generated pages, names, links, pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
import yaml

from veerkracht_dagster.bronnen.dialecten.levering import Manifest
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.woordenboek import schrijf_woordenboek
from veerkracht_dagster.celstatus import STATUSSEN
from veerkracht_dagster.cli import app
from veerkracht_dagster.opslag.warehouse import SCHEMA
from veerkracht_dagster.publicatie.tabellen import publicatietabellen

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGINAS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NASLAG = (DOCS / "reference.md").read_text(encoding="utf-8")


def test_generated_pages_are_up_to_date(tmp_path: Path):
    for pad in schrijf_woordenboek(tmp_path):
        assert (DOCS / pad.name).read_text(encoding="utf-8") == pad.read_text(encoding="utf-8"), (
            f"docs/{pad.name} is not what the catalogue says: run `make docs`"
        )


def test_the_reference_explains_every_state():
    assert [regel for regel in STATUSSEN if f"| `{regel}` |" not in NASLAG] == []


def test_the_reference_lists_every_column_of_a_layer_file():
    for kolom in ("waarde", "klasse", "label", "kleur", "status", "toelichting", "jaren"):
        assert kolom in NASLAG.partition("**QGIS**")[2]


def test_the_manifest_in_the_readme_is_one():
    tekst = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert tekst is not None
    manifest = Manifest.model_validate(yaml.safe_load(tekst[1]))
    ons = {kolom for kolom in manifest.kolommen.values() if kolom is not None}
    kolommen = catalogus().kolommen
    assert ons - {"regiocode"} == {
        k for k in ons if k in kolommen and kolommen[k].bron == manifest.bron
    }


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda pad: pad.name)
def test_links_lead_somewhere(pagina: Path):
    tekst = pagina.read_text(encoding="utf-8")
    for doel in re.findall(r"\]\(([^)\s]+)\)", tekst):
        if re.match(r"[a-z]+:", doel):
            continue
        bestand, _, anker = doel.partition("#")
        pad = (pagina.parent / bestand).resolve() if bestand else pagina
        assert pad.exists(), doel
        if anker:
            assert anker in _ankers(pad), doel


def _ankers(pad: Path) -> set[str]:
    """Anchors of the headings, by GitHub's rule."""
    koppen = re.findall(r"^#+ (.*)$", pad.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", kop.lower()).replace(" ", "-") for kop in koppen}


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda pad: pad.name)
def test_commands_exist(pagina: Path):
    blokken = re.findall(
        r"^```(\w*)\n(.*?)^```", pagina.read_text(encoding="utf-8"), re.DOTALL | re.M
    )
    regels = [r for soort, blok in blokken if soort == "console" for r in blok.splitlines()]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    doelen = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for regel in regels:
        opdracht = regel.partition("#")[0]
        for doel in re.findall(r"\bmake (?:-s )?([a-z]+)", opdracht):
            assert doel in doelen, regel
        for woorden in re.findall(r"^\s*veerkracht ([a-z].*)", opdracht):
            _bestaat(typer.main.get_command(app), woorden.split(), regel)


def _bestaat(opdracht: object, woorden: list[str], regel: str) -> None:
    """Walk down the groups of the command, then compare the options."""
    while hasattr(opdracht, "commands"):
        anders = getattr(opdracht, "zonder_naam", None)
        genoemd = woorden and woorden[0] in opdracht.commands
        naam = woorden.pop(0) if genoemd or anders is None else anders
        assert naam in opdracht.commands, regel
        opdracht = opdracht.commands[naam]
    bekend = {optie for parameter in opdracht.params for optie in parameter.opts}  # type: ignore[attr-defined]
    assert {woord for woord in woorden if woord.startswith("--")} <= bekend, regel


def test_the_reference_names_the_published_tables_and_the_columns_of_its_query():
    tabellen = publicatietabellen(catalogus())
    assert [tabel for tabel in tabellen if f"`{tabel}`" not in NASLAG] == []
    vraag = NASLAG.partition("```python\n")[2].partition("```")[0]
    assert f"from {SCHEMA}.kaartlagen" in vraag
    kolommen = {kolom.naam for kolom in tabellen["kaartlagen"]}
    assert set(re.findall(r"gemeentenaam|label|editie|laag\b", vraag)) <= kolommen


@pytest.mark.parametrize("pad", sorted(DOCS.glob("beelden/*")), ids=lambda pad: pad.name)
def test_pictures_are_small_and_shown(pad: Path):
    assert pad.stat().st_size < 250_000
    assert any(f"beelden/{pad.name}" in p.read_text(encoding="utf-8") for p in PAGINAS)
