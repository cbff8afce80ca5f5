"""The recipes of CONTRIBUTING.md as edits: what stands there is done, to the letter.

Here: reading the page, and doing a recipe to a copy of the project. Not here: building with it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
_BLOK = r"```\w+\n(.*?)```"
_STAP = re.compile(
    rf"In `(?P<erbij>[^`]+)`, at the end of `(?P<sleutel>\w+)`:\n\n{_BLOK}"
    rf"|New file `(?P<nieuw>[^`]+)`:\n\n{_BLOK}"
    rf"|In `(?P<anders>[^`]+)`,[^`]* instead of:\n\n{_BLOK}\n\nwrite:\n\n{_BLOK}",
    re.DOTALL,
)


@dataclass(frozen=True)
class Stap:
    """One edit. sleutel: the block of a YAML file at the end of which the text goes; was: what it
    stands in place of; without both the file is new."""

    bestand: str
    tekst: str
    sleutel: str | None = None
    was: str | None = None

    @property
    def regels(self) -> int:
        """Lines that are written."""
        return len(self.tekst.splitlines())


def recepten() -> dict[str, list[Stap]]:
    """The edits of every recipe, by its heading."""
    pagina = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    deel = pagina.partition("\n## Recipes\n")[2].partition("\n## ")[0]
    koppen = re.split(r"^### (.+)$", deel, flags=re.MULTILINE)[1:]
    return {
        kop: list(_stappen(tekst)) for kop, tekst in zip(koppen[::2], koppen[1::2], strict=True)
    }


def _stappen(tekst: str) -> Iterator[Stap]:
    for vondst in _STAP.finditer(tekst):
        erbij, sleutel, blok, nieuw, heel, anders, was, wordt = vondst.groups()
        if erbij:
            yield Stap(erbij, blok, sleutel=sleutel)
        elif nieuw:
            yield Stap(nieuw, heel)
        else:
            yield Stap(anders, wordt, was=was)


def kopieer_project(naar: Path) -> Path:
    """What of the project a rebuild needs."""
    for map_ in ("veerkracht_dagster", "assets_defs"):
        shutil.copytree(PROJECT / map_, naar / map_, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "dagster.yaml", naar)
    return naar


def doe(stap: Stap, kopie: Path) -> None:
    """Do an edit to a copy of the project."""
    pad = kopie / stap.bestand
    if stap.sleutel is None and stap.was is None:
        assert not pad.exists(), f"{stap.bestand} is there already"
        pad.write_text(stap.tekst, encoding="utf-8")
        return
    oud = pad.read_text(encoding="utf-8")
    if stap.was is not None:
        was, wordt = stap.was.strip("\n"), stap.tekst.strip("\n")
        assert oud.count(was) == 1, f"{stap.bestand}: {was!r} stands there {oud.count(was)} times"
        nieuw = oud.replace(was, wordt)
    else:
        begin = re.search(rf"^{stap.sleutel}:\n", oud, flags=re.MULTILINE)
        assert begin, f"{stap.bestand}: no block {stap.sleutel}"
        verder = re.search(r"^\S", oud[begin.end() :], flags=re.MULTILINE)
        einde = begin.end() + verder.start() if verder else len(oud)
        nieuw = oud[:einde].rstrip("\n") + "\n" + stap.tekst + "\n" + oud[einde:]
    pad.write_text(nieuw, encoding="utf-8")
