"""The words of CONTRIBUTING.md are those of the code."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGINA = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## Words\n")[2]
WOORDEN = re.findall(r"^\| ([^|`]+?) \| [^|]+ \| `(\w+)` \|$", PAGINA, re.MULTILINE)
BEGIN = re.findall(r"^\| ([^|`]+?) \| [^|]+ \|$", PAGINA.partition("\n## ")[0], re.MULTILINE)
VEEL = 6  # modules with a public function that begins with a word: then it is one of our verbs
NAAMWOORDEN = {"niet", "tabel", "verschil", "tekst", "koppen", "eigenschappen"}  # what comes out


@cache
def _modules() -> dict[Path, ast.Module]:
    paden = [*(ROOT / "veerkracht_dagster").rglob("*.py"), *(ROOT / "assets_defs").rglob("*.py")]
    return {pad: ast.parse(pad.read_text(encoding="utf-8")) for pad in paden}


def _namen(boom: ast.Module) -> set[str]:
    """Every name in a module, in small letters; a word may be bent in it (weg, wegen)."""
    uit = set()
    for knoop in ast.walk(boom):
        for veld in ("name", "id", "arg", "attr", "module"):
            if isinstance(naam := getattr(knoop, veld, None), str):
                uit.add(naam.lower())
    return uit


def test_there_are_words() -> None:
    assert len(WOORDEN) > 20
    assert len(BEGIN) > 10


@pytest.mark.parametrize(("woorden", "module"), WOORDEN)
def test_a_word_names_something_in_its_module(woorden: str, module: str) -> None:
    bomen = [(pad, boom) for pad, boom in _modules().items() if pad.stem == module]
    assert bomen, f"no module is called {module}"
    namen = {module, *(naam for _, boom in bomen for naam in _namen(boom))}
    for woord in woorden.split(", "):
        assert any(woord[:-1] in naam for naam in namen), f"{woord} names nothing in {module}"


def test_the_first_words_of_functions_are_told() -> None:
    per_woord: dict[str, set[Path]] = defaultdict(set)
    keren: Counter[str] = Counter()
    for pad, boom in _modules().items():
        for knoop in boom.body:
            if isinstance(knoop, ast.FunctionDef) and not knoop.name.startswith("_"):
                per_woord[knoop.name.split("_")[0]].add(pad)
                keren[knoop.name.split("_")[0]] += 1
    verteld = {woord.split()[0] for cel in BEGIN for woord in cel.split(", ")}
    veel = {woord for woord, paden in per_woord.items() if len(paden) >= VEEL}
    assert veel - verteld - NAAMWOORDEN == set(), "say in CONTRIBUTING.md what these do"
    assert {woord for woord in verteld - {"first"} if not keren[woord]} == set(), (
        "nobody does these"
    )


def test_two_meanings_never_share_the_name_of_a_class() -> None:
    waar: dict[str, list[str]] = defaultdict(list)
    for pad, boom in _modules().items():
        for knoop in boom.body:
            if isinstance(knoop, ast.ClassDef) and not knoop.name.startswith("_"):
                waar[knoop.name].append(str(pad.relative_to(ROOT)))
    assert {naam: paden for naam, paden in waar.items() if len(paden) > 1} == {}
