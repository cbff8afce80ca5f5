"""The code version of a stage moves with its code and its catalogue, and with nothing else."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from veerkracht_dagster import codeversie as module
from veerkracht_dagster.codeversie import codeversie
from veerkracht_dagster.definitions import STAPPEN

PAKKET = Path(module.__file__).parent
ALLE = set(STAPPEN)


@pytest.fixture(scope="module")
def kopie(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the package in which things may be changed; unchanged files are parsed once."""
    map_ = tmp_path_factory.mktemp("pakket") / PAKKET.name
    shutil.copytree(PAKKET, map_, ignore=shutil.ignore_patterns("__pycache__", "voorbeeld"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PAKKET", map_)
        yield map_
    codeversie.cache_clear()


def _versies() -> dict[str, str]:
    codeversie.cache_clear()
    return {stap: codeversie(stap) for stap in STAPPEN}


@pytest.fixture(scope="module")
def eerst(kopie: Path) -> dict[str, str]:
    return _versies()


@pytest.fixture
def gewijzigd(
    kopie: Path, eerst: dict[str, str]
) -> Iterator[Callable[[str, Callable[[str], str]], set[str]]]:
    """Change one file, and hear which stages have another version."""
    bewaard: dict[Path, str | None] = {}

    def anders(bestand: str, wijzig: Callable[[str], str]) -> set[str]:
        pad = kopie / bestand
        bewaard[pad] = pad.read_text() if pad.is_file() else None
        nieuw = wijzig(bewaard[pad] or "")
        assert nieuw != bewaard[pad], "the test changes nothing"
        pad.write_text(nieuw)
        return {stap for stap, versie in _versies().items() if versie != eerst[stap]}

    yield anders
    for pad, tekst in bewaard.items():
        pad.unlink() if tekst is None else pad.write_text(tekst)


def test_a_version_is_twelve_digits_and_each_stage_has_its_own() -> None:
    versies = [codeversie(stap) for stap in STAPPEN]
    assert all(len(versie) == 12 and int(versie, 16) >= 0 for versie in versies)
    assert len(set(versies)) == len(versies)


OPMAAK = {
    "a comment": lambda tekst: tekst + "\n# said better\n",
    "an empty line": lambda tekst: tekst.replace("\nclass ", "\n\n\nclass ", 1) + "\n\n",
    "the docstring of the module": lambda tekst: tekst.replace('"""', '"""Anders. ', 1),
    "the docstring of a class": lambda tekst: tekst.replace('    """One column', '    """A column'),
    "the docstring of a method": lambda tekst: tekst.replace('"""The columns in', '"""Those in'),
}


@pytest.mark.parametrize("wat", OPMAAK)
def test_comments_docstrings_and_layout_do_not_count(gewijzigd: Callable, wat: str) -> None:
    assert gewijzigd("indicatoren/jaren.py", OPMAAK[wat]) == set()


CODE = [
    ("bronnen/cellen.py", {"bronnen"}),
    ("bronnen/dialecten/pc6hnr.py", {"bronnen"}),  # below the package too
    ("buurttabel/overdracht.py", {"buurttabel"}),
    ("indicatoren/kwetsbaar.py", {"indicatoren"}),
    ("kaartlagen/laag.py", {"kaartlagen"}),
    ("publicatie/audit.py", {"publicatie"}),
    # what no table is made with
    ("cli/app.py", set()),
    ("herbouw/herbouwen.py", set()),
    ("werkmap.py", set()),
    ("bronnen/ophalen/verbinding.py", set()),
    ("bronnen/uitkijk/merken.py", set()),
    # the models of the catalogue are everybody's
    ("catalogus/models/edities.py", ALLE),
]


@pytest.mark.parametrize(("bestand", "stappen"), CODE)
def test_code_changes_its_own_stage(gewijzigd: Callable, bestand: str, stappen: set[str]) -> None:
    assert gewijzigd(bestand, lambda tekst: tekst + "\nERBIJ = 1\n") == stappen


def test_a_new_module_counts(gewijzigd: Callable) -> None:
    assert gewijzigd("buurttabel/nieuw.py", lambda _: "X = 1\n") == {"buurttabel"}


def test_a_deeper_change_counts(gewijzigd: Callable) -> None:
    # One sign in an expression.
    assert gewijzigd("indicatoren/klassen.py", lambda t: t.replace("dK < -tK", "dK <= -tK")) >= {
        "indicatoren", "kaartlagen",
    }  # fmt: skip


MAKEN, TONEN = {"buurttabel", "publicatie"}, {"indicatoren", "kaartlagen", "publicatie"}
CATALOGUS = [
    # file, what it said, what it says now, who reads it; a release publishes parameters and legends
    ("edities.yml", "tK_procentpunt: 1.0", "tK_procentpunt: 1.5", TONEN),
    ("edities.yml", "tP_punt: 0.01", "tP_punt: 0.02", TONEN),
    ("edities.yml", "terugval_jaren: 2", "terugval_jaren: 3", {*MAKEN, *TONEN}),
    ("edities.yml", "minimum_dekking: 0.8", "minimum_dekking: 0.7", {*MAKEN, "indicatoren"}),
    ("edities.yml", "grens_identiek: 0.99", "grens_identiek: 0.98", MAKEN),
    ("kaartlagen.yml", "#697bd4", "#697bd5", {"kaartlagen", "publicatie"}),
    ("indicatoren.yml", "[wzw_lvb_personen]", "[wzw_ggz_personen]", {"indicatoren", "publicatie"}),
    ("bronnen.yml", "cbs_pc6huisnr/{jaar}/*.csv", "cbs_pc6hnr/{jaar}/*.csv", {"bronnen"}),
    ("bronnen.yml", "vanaf: 2021", "vanaf: 2020", set()),  # where to fetch changes no figure
    ("kaartlagen.yml", "grenzen: ['5', ", "grenzen: ['6', ", TONEN),  # the report counts by classes
    ("constanten.yml", "0.15678", "0.15679", {"bronnen", *TONEN}),
    ("kolommen.yml", "afronding: 5", "afronding: 10", {"bronnen", *MAKEN}),
]


@pytest.mark.parametrize(("bestand", "oud", "nieuw", "stappen"), CATALOGUS)
def test_the_catalogue_changes_every_stage_that_reads_it(
    gewijzigd: Callable, bestand: str, oud: str, nieuw: str, stappen: set[str]
) -> None:
    assert gewijzigd(f"catalogus/{bestand}", lambda t: t.replace(oud, nieuw, 1)) >= stappen


@pytest.mark.parametrize(("bestand", "oud", "nieuw", "stappen"), CATALOGUS)
def test_the_catalogue_changes_no_other_stage(
    gewijzigd: Callable, bestand: str, oud: str, nieuw: str, stappen: set[str]
) -> None:
    # Another threshold for the signal must not lay eight years of boundaries over each other again.
    assert gewijzigd(f"catalogus/{bestand}", lambda t: t.replace(oud, nieuw, 1)) <= stappen


def test_a_comment_in_the_catalogue_does_not_count(gewijzigd: Callable) -> None:
    assert gewijzigd("catalogus/edities.yml", lambda tekst: f"# beter gezegd\n{tekst}") == set()


# --- nothing that makes a table may be left out ---------------------------------------------------
# Read through the catalogue's own entries, or without influence on what a table holds.
BUITEN = ("catalogus/", "controle.py", "tekst.py", "__init__.py")


def _invoer(bestand: Path) -> set[Path]:
    """The modules of the project that a module imports."""
    uit = set()
    for knoop in ast.walk(ast.parse(bestand.read_text())):
        namen = []
        if isinstance(knoop, ast.ImportFrom) and (knoop.module or "").startswith(PAKKET.name):
            namen = [knoop.module, *(f"{knoop.module}.{naam.name}" for naam in knoop.names)]
        elif isinstance(knoop, ast.Import):
            namen = [naam.name for naam in knoop.names if naam.name.startswith(PAKKET.name)]
        for naam in namen:
            pad = PAKKET.joinpath(*naam.split(".")[1:])
            uit |= {p for p in (pad.with_suffix(".py"), pad / "__init__.py") if p.is_file()}
    return uit


@pytest.mark.parametrize("stap", STAPPEN)
def test_every_module_that_a_stage_uses_counts(stap: str) -> None:
    geteld = {
        pad
        for deel in module._CODE[stap]
        for pad in ((PAKKET / deel).rglob("*.py") if (PAKKET / deel).is_dir() else [PAKKET / deel])
        if pad.parent.name not in module._ZONDER
    }
    gebruikt, wacht = set(), set(geteld)
    while wacht:
        nieuw = _invoer(wacht.pop()) - gebruikt
        gebruikt |= nieuw
        wacht |= {p for p in nieuw if not p.relative_to(PAKKET).as_posix().startswith(BUITEN)}
    namen = {pad.relative_to(PAKKET).as_posix() for pad in gebruikt - geteld}
    assert {n for n in namen if not n.startswith(BUITEN) and not n.endswith("__init__.py")} == set()
