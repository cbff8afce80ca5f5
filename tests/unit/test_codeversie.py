"""The code version of an asset moves with its code and its catalogue, and with nothing else."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

import pytest

import veerkracht_dagster.codeversie as module
from veerkracht_dagster.catalogus import catalogus, lees_catalogus
from veerkracht_dagster.catalogus.laden import MAP
from veerkracht_dagster.codeversie import STAPPEN, Codeversies, codeversie, telt_mee
from veerkracht_dagster.codeversie.bedrading import Bedrading
from veerkracht_dagster.codeversie.broncode import NIET_GEVOLGD, Broncode, lees_module, modules
from veerkracht_dagster.codeversie.ingangen import Ingangen

PAKKET = Path(module.__file__).parents[1]
WORTEL = PAKKET.parent
INGANGEN = Ingangen(catalogus())
BEDRAAD = Bedrading(Broncode())
NU = Codeversies(Broncode(), BEDRAAD, INGANGEN)
STAP_VAN = {asset: stap for stap in STAPPEN for asset in NU.assets(stap)}
ALLE = set(STAP_VAN)
BRONNEN, LAGEN = set(catalogus().bronnen), set(catalogus().kaartlagen)
BUURTTABEL = {"gebieden", "buurt_omzetting", "buurttabel"}
UITGAVE = {"release", "uitgaveverschil"}
Wijziging = Callable[[str], str]


def _versies(codeversies: Codeversies) -> dict[str, str]:
    return {asset: codeversies.van(asset) for asset in STAP_VAN}


EERST = _versies(NU)


def _anders(codeversies: Codeversies) -> set[str]:
    """The assets that have another version than now."""
    return {asset for asset, versie in _versies(codeversies).items() if versie != EERST[asset]}


def _na(naam: str, wijzig: Wijziging) -> set[str]:
    """The assets that have another version when a module says something else."""
    oud = lees_module(naam).decode()
    nieuw = wijzig(oud)
    assert nieuw != oud, "the test changes nothing"

    def lees(gevraagd: str) -> bytes:
        return nieuw.encode() if gevraagd == naam else lees_module(gevraagd)

    code = Broncode(lees=lees)
    bedraad = Bedrading(code) if naam.startswith("assets_defs") else BEDRAAD
    return _anders(Codeversies(code, bedraad, INGANGEN))


def test_a_version_is_twelve_digits_and_each_asset_has_its_own() -> None:
    assert all(len(versie) == 12 and int(versie, 16) >= 0 for versie in EERST.values())
    assert len(set(EERST.values())) == len(EERST)


def test_an_asset_that_nothing_makes_has_no_version() -> None:
    with pytest.raises(KeyError, match=r"nergens: geen functie in assets_defs/"):
        codeversie("nergens")


def test_another_process_has_the_same_versions() -> None:
    vraag = "import veerkracht_dagster.codeversie as c; print(c.codeversie_van_uitgave())"
    omgeving = {**os.environ, "PYTHONHASHSEED": "7"}
    uit = subprocess.run(
        [sys.executable, "-c", vraag], capture_output=True, text=True, check=True, env=omgeving
    )
    assert uit.stdout.strip() == NU.van_uitgave()


# --- code -----------------------------------------------------------------------------------------
OPMAAK: dict[str, Wijziging] = {
    "a comment": lambda tekst: tekst + "\n# said better\n",
    "an empty line": lambda tekst: tekst.replace("\nclass ", "\n\n\nclass ", 1) + "\n\n",
    "the docstring of the module": lambda tekst: tekst.replace('"""', '"""Anders. ', 1),
    "the docstring of a class": lambda tekst: tekst.replace('    """One column', '    """A column'),
    "the docstring of a method": lambda tekst: tekst.replace('"""The columns in', '"""Those in'),
}


@pytest.mark.parametrize("wat", OPMAAK)
def test_comments_docstrings_and_layout_do_not_count(wat: str) -> None:
    assert _na("veerkracht_dagster.indicatoren.jaren", OPMAAK[wat]) == set()


def test_comments_and_docstrings_of_the_wiring_do_not_count() -> None:
    def wijzig(tekst: str) -> str:
        return tekst.replace('"""K, its', "# said better\n    '''Its").replace(
            'bounds and its change."""', "bounds.'''"
        )

    assert _na("assets_defs.indicatoren", wijzig) == set()


def _andere_constante(tekst: str) -> str:
    """One figure or text in the code of a module made another; a new one where there is none."""
    for knoop in ast.walk(ast.parse(tekst)):
        for waarde in ast.iter_child_nodes(knoop):
            los = isinstance(knoop, ast.Expr | ast.ImportFrom | ast.JoinedStr)
            if isinstance(waarde, ast.Constant) and not los:
                erbij = {int: "1", float: "1", str: "' anders'"}.get(type(waarde.value))
                stuk = ast.get_source_segment(tekst, waarde)
                if erbij and stuk:
                    regels = tekst.splitlines(keepends=True)
                    regel = regels[waarde.lineno - 1].encode()
                    begin, rest = regel[: waarde.col_offset], regel[waarde.col_offset :]
                    nieuw = rest.replace(stuk.encode(), f"({stuk} + {erbij})".encode(), 1)
                    if nieuw != rest:  # not over several lines
                        regels[waarde.lineno - 1] = (begin + nieuw).decode()
                        return "".join(regels)
    return tekst + "\nERBIJ = 1\n"


IN_BEREIK = sorted({naam for asset in ALLE for naam in NU.telt(asset).modules})


@pytest.mark.parametrize("naam", IN_BEREIK)
def test_another_constant_in_any_module_in_reach_makes_the_assets_stale(naam: str) -> None:
    bereikt = {asset for asset in ALLE if naam in NU.telt(asset).modules}
    assert _na(naam, _andere_constante) == bereikt


SAMEN = ["catalogus.laden", "catalogus.tabellen.tabel", "celstatus", "opslag.tabellen", "tekst"]
NA_VORM = {*BRONNEN, "kwetsbare_bewoners", "signaal", "rapport", *LAGEN}


@pytest.mark.parametrize(
    ("naam", "assets"),
    # what many share, and what a list by hand left out
    [
        *((naam, ALLE - {"uitgaveverschil"}) for naam in SAMEN),
        ("controle", ALLE - UITGAVE),
        ("catalogus.vorm", NA_VORM),
        ("sporen.afkomst", BRONNEN | BUURTTABEL | {"release"}),
        ("indicatoren.rapport", {"rapport"}),
        ("bonnen.bon", LAGEN),  # a layer carries worked receipts
    ],
)
def test_what_many_share_counts_for_all_of_them(naam: str, assets: set[str]) -> None:
    assert assets <= _na(f"veerkracht_dagster.{naam}", _andere_constante)


BEDRADING = [
    # module, what it said, what it says now, which assets are made by it
    ("indicatoren", "bereken_kwetsbaar(tabel,", "bereken_kwetsbaar(1, tabel,",
     {"kwetsbare_bewoners"}),
    ("indicatoren", '"basisjaar", "regiocode"]', '"basisjaar"]',  # what four share
     {"kwetsbare_bewoners", "overlast_onveiligheid", "corporatiewoningen", "domeinmaten"}),
    ("bronnen", "sorted(context.partition_keys)", "reversed(context.partition_keys)", BRONNEN),
    ("bronnen", '"niet vermeld"', '"onbekend"', BRONNEN),
    ("kaartlagen", "_GENOEMD = 10", "_GENOEMD = 11", LAGEN),
    ("overzichten", "nummer / 100 for", "nummer / 10 for", {"gevoeligheid"}),
    ("partities", "_LAATSTE + 1)", "_LAATSTE)",  # no new year for what asks for no years
     ALLE - {"signaal", "gevoeligheid", "uitgaveverschil", *catalogus().overzichten} | {"scan"}),
    ("weigeren", "allow_retries=False", "allow_retries=True", ALLE - {"uitgaveverschil"}),
    ("uitgavecontroles", "_BLADZIJDE = 50", "_BLADZIJDE = 5", {"release"}),
    ("kenmerken", '"vlag": "bool"', '"vlag": "boolean"', set()),  # what the UI says
]  # fmt: skip


@pytest.mark.parametrize(("naam", "oud", "nieuw", "assets"), BEDRADING)
def test_the_wiring_counts_by_what_an_asset_uses_of_it(
    naam: str, oud: str, nieuw: str, assets: set[str]
) -> None:
    assert _na(f"assets_defs.{naam}", lambda tekst: tekst.replace(oud, nieuw, 1)) == assets


@pytest.mark.parametrize(
    "begin",
    [
        "veerkracht_dagster.automatisering",
        "veerkracht_dagster.bronnen.ophalen",
        "veerkracht_dagster.bronnen.uitkijk",
        "veerkracht_dagster.catalogus.bronpagina",
        "veerkracht_dagster.catalogus.kolompagina",
        "veerkracht_dagster.catalogus.woordenboek",
        "veerkracht_dagster.cli",
        "veerkracht_dagster.definitions",
        "veerkracht_dagster.herbouw",
        "veerkracht_dagster.voorbeeldland",
        "veerkracht_dagster.werkmap",
    ],
)
def test_what_fetches_prints_or_commands_counts_for_no_asset(begin: str) -> None:
    assert any(naam.startswith(begin) for naam in modules()), "renamed"
    assert not [naam for naam in IN_BEREIK if naam.startswith(begin)]


# Modules of one stage do not make the tables of another: what the code of a stage may reach.
STAPPEN_IN_BEREIK = {
    "bronnen": {"bronnen"},
    "buurttabel": {"bronnen", "buurttabel"},
    "indicatoren": {"bronnen", "indicatoren"},
    "kaartlagen": {"bronnen", "indicatoren", "kaartlagen"},
    "publicatie": {*STAPPEN},
}


@pytest.mark.parametrize("asset", STAP_VAN)
def test_an_asset_stands_on_no_stage_after_its_own(asset: str) -> None:
    delen = {naam.split(".")[1] for naam in NU.telt(asset).modules if "." in naam}
    assert delen & set(STAPPEN) <= STAPPEN_IN_BEREIK[STAP_VAN[asset]]


@cache
def _ingevoerd(naam: str) -> set[str]:
    """The modules of the project that a module imports when it runs, told in another way."""
    uit = set()
    wacht: list[ast.AST] = [ast.parse(lees_module(naam))]
    while wacht:
        knoop = wacht.pop()
        if isinstance(knoop, ast.If) and ast.unparse(knoop.test) == "TYPE_CHECKING":
            continue
        wacht += ast.iter_child_nodes(knoop)
        if isinstance(knoop, ast.ImportFrom):
            punten = "." * knoop.level + (knoop.module or "")
            van = resolve_name(punten, naam.rpartition(".")[0]) if knoop.level else punten
            uit |= {van, *(f"{van}.{deel.name}" for deel in knoop.names)}
        elif isinstance(knoop, ast.Import):
            uit |= {deel.name for deel in knoop.names}
    return uit & modules()


@pytest.mark.parametrize("asset", STAP_VAN)
def test_what_a_module_that_counts_imports_counts_too(asset: str) -> None:
    geteld = set(telt_mee(asset).modules)
    # A package runs before its modules; what it imports for the convenience of others may be left.
    pakketten = {naam for naam in geteld if any(m.startswith(f"{naam}.") for m in modules())}
    nodig = set().union(*map(_ingevoerd, geteld - pakketten))
    vrij = (*module._NIET_GETELD, *NIET_GEVOLGD)
    assert {naam for naam in nodig - geteld if not naam.startswith(vrij)} == set()


def test_a_new_import_counts_and_so_does_the_module_it_brings(tmp_path: Path) -> None:
    for pakket in (PAKKET, WORTEL / "assets_defs"):
        zonder = shutil.ignore_patterns("__pycache__", "voorbeeldland")
        shutil.copytree(pakket, tmp_path / pakket.name, ignore=zonder)
    oud = tmp_path / PAKKET.name / "buurttabel/gebieden.py"
    with oud.open("a") as bestand:
        bestand.write("\n\ndef erbij():\n    from veerkracht_dagster.buurttabel import nieuw\n")
    (oud.parent / "nieuw.py").write_text("X = 1\n")
    vraag = (
        "import veerkracht_dagster.codeversie as c; print(c.telt_mee('buurt_omzetting').modules)"
    )
    omgeving = {**os.environ, "PYTHONPATH": str(tmp_path)}
    uit = subprocess.run(
        [sys.executable, "-P", "-c", vraag],
        capture_output=True, text=True, check=True, env=omgeving, cwd=tmp_path,
    )  # fmt: skip
    assert "veerkracht_dagster.buurttabel.nieuw" in ast.literal_eval(uit.stdout)


# --- the catalogue --------------------------------------------------------------------------------
@pytest.fixture
def kopie(tmp_path: Path) -> Iterator[Path]:
    """A copy of the catalogue's files in which things may be changed."""
    for bestand in MAP.glob("*.yml"):
        shutil.copy(bestand, tmp_path)
    return tmp_path


GEVOELIG = {"gevoeligheid", "gevoeligheid_klassen", "gevoeligheid_varianten"}
CATALOGUS = [
    # file, what it said, what it says now; who must notice, and who may: a release publishes all
    # what an edition says has a version per edition, beside the code (`assets_defs/edities.py`)
    ("edities.yml", "tK_procentpunt: 1.0", "tK_procentpunt: 1.5", set(), set()),
    ("edities.yml", "terugval_jaren: 2", "terugval_jaren: 3", set(), set()),
    ("edities.yml", "    basisjaar: 2022", "    basisjaar: 2020", set(), set()),
    ("edities.yml", "edities:\n", "edities:\n  x: {titel: x, begin: 2018, eind: 2020}\n",
     set(), set()),
    ("edities.yml", "minimum_dekking: 0.8", "minimum_dekking: 0.7",
     {"buurttabel", *LAGEN, *UITGAVE}, {*STAPPEN} - {"bronnen"}),
    ("edities.yml", "grens_identiek: 0.99", "grens_identiek: 0.98",
     {"buurt_omzetting", *UITGAVE}, {"buurttabel", "indicatoren", "publicatie"}),
    ("kaartlagen.yml", "#697bd4", "#697bd5",
     {*LAGEN, "rapport", "gevoeligheid_klassen", *UITGAVE},
     {"indicatoren", "kaartlagen", "publicatie"}),
    ("indicatoren.yml", "[wzw_lvb_personen]", "[wzw_ggz_personen]",
     {"kwetsbare_bewoners", *LAGEN, *UITGAVE}, {"indicatoren", "kaartlagen", "publicatie"}),
    ("bronnen.yml", "cbs_pc6huisnr/{jaar}/*.csv", "cbs_pc6hnr/{jaar}/*.csv",
     {"cbs_adressen", *UITGAVE}, {"bronnen", "kaartlagen", "indicatoren", "publicatie"}),
    ("kaartlagen.yml", "grenzen: ['5', ", "grenzen: ['6', ",  # the report counts by classes
     {*LAGEN, "rapport", *UITGAVE}, {"indicatoren", "kaartlagen", "publicatie"}),
    ("indicatoren.yml", "[dK, boven, 0]", "[dK, boven, 1]",  # what the report counts
     {"rapport", *UITGAVE}, {"indicatoren", "publicatie"}),
    ("constanten.yml", "0.15678", "0.15679",
     {"leefbaarometer", "signaal", *UITGAVE}, {*STAPPEN} - {"buurttabel"}),
    ("kolommen.yml", "afronding: 5", "afronding: 10",
     {"cbs_kerncijfers", "buurttabel", *UITGAVE}, {*STAPPEN}),
    ("kolommen.yml", "minimum: 1", "minimum: 2", {"leefbaarometer"}, {*STAPPEN}),
    # where to fetch, and what a publisher has besides, changes no figure
    ("bronnen.yml", "vanaf: 2021", "vanaf: 2020", set(), set()),
]  # fmt: skip


def _na_catalogus(map_: Path, bestand: str, oud: str, nieuw: str) -> set[str]:
    tekst = (map_ / bestand).read_text()
    assert oud in tekst, "the test changes nothing"
    (map_ / bestand).write_text(tekst.replace(oud, nieuw, 1))
    return _anders(Codeversies(Broncode(), BEDRAAD, Ingangen(lees_catalogus(map_))))


@pytest.mark.parametrize(("bestand", "oud", "nieuw", "moet", "mag"), CATALOGUS)
def test_the_catalogue_changes_what_reads_it_and_nothing_else(
    kopie: Path, bestand: str, oud: str, nieuw: str, moet: set[str], mag: set[str]
) -> None:
    # Another threshold for the signal must not lay eight years of boundaries over each other again.
    anders = _na_catalogus(kopie, bestand, oud, nieuw)
    assert anders >= moet
    assert {STAP_VAN[asset] for asset in anders} <= mag


def test_a_comment_in_the_catalogue_does_not_count(kopie: Path) -> None:
    pad = kopie / "edities.yml"
    pad.write_text(f"# beter gezegd\n{pad.read_text()}")
    assert _anders(Codeversies(Broncode(), BEDRAAD, Ingangen(lees_catalogus(kopie)))) == set()
