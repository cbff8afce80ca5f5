"""The house: a room (a package or module of the product, or `assets_defs`) stands above what it
uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.util import resolve_name
from itertools import pairwise
from pathlib import Path

import veerkracht_dagster.codeversie as module
from veerkracht_dagster.codeversie.broncode import modules

WORTEL = Path(module.__file__).parents[2]


def _kamer(naam: str) -> str:
    boven, _, rest = naam.partition(".")
    return boven if boven == "assets_defs" else rest.partition(".")[0]


def _invoer(naam: str) -> Iterator[str]:
    """The modules that a module names in any import, also one for types or inside a function."""
    pad = WORTEL.joinpath(*naam.split("."))
    pad = pad / "__init__.py" if pad.is_dir() else pad.with_suffix(".py")
    pakket = naam if pad.name == "__init__.py" else naam.rpartition(".")[0]
    for knoop in ast.walk(ast.parse(pad.read_text(encoding="utf-8"))):
        if isinstance(knoop, ast.Import):
            yield from (alias.name for alias in knoop.names)
        elif isinstance(knoop, ast.ImportFrom):
            van = resolve_name("." * knoop.level + (knoop.module or ""), pakket)
            onder = [f"{van}.{alias.name}" for alias in knoop.names]
            yield from (een if een in modules() else van for een in onder)


@cache
def _pijlen() -> dict[str, dict[str, str]]:
    """Per room the rooms that it uses, each with a module and import that says so."""
    uit: dict[str, dict[str, str]] = {}
    for naam in sorted(modules()):
        for ander in _invoer(naam):
            if ander in modules() and _kamer(ander) != _kamer(naam):
                uit.setdefault(_kamer(naam), {})[_kamer(ander)] = f"{naam} -> {ander}"
    return uit


def test_no_room_is_used_by_what_it_uses() -> None:
    pijlen = _pijlen()
    try:
        TopologicalSorter(pijlen).prepare()
    except CycleError as fout:
        kring = fout.args[1][::-1]
        stappen = [pijlen[een][ander] for een, ander in pairwise(kring)]
        raise AssertionError("\n".join(["rooms in a circle:", *stappen])) from None


def test_the_rooms_are_seen() -> None:
    """Else the test above would hold of nothing."""
    pijlen = _pijlen()
    assert {"catalogus", "tweede", "opslag"} <= pijlen["publicatie"].keys()
    assert "rekenwijze" in pijlen["catalogus"]
    assert "bonnen" not in pijlen["tweede"]
