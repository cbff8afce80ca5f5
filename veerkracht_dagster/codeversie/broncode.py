"""The project's own modules: which one imports which, and what each of them says.

Here: the text of a module, and of compiled code a hash, the names in it and what it imports.
Not here: what of it counts for an asset (`__init__.py`, `bedrading.py`).

Imports are read off compiled code, and not with a library that draws import graphs (grimp gives the
same for what counts): the code is compiled anyway, and a text that is given instead counts too.
"""

from __future__ import annotations

import ast
import dis
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import CodeType
from typing import Any

BEDRADING = "assets_defs"
PAKKETTEN = ("veerkracht_dagster", BEDRADING)
# Makes no table; nor does what is only imported there.
NIET_GEVOLGD = {
    "assets_defs.kenmerken": "what the UI says of an asset",
    "veerkracht_dagster.codeversie": "what counts",
}
_IMPORT, _VERVOLG = dis.opmap["IMPORT_NAME"], dis.opmap["EXTENDED_ARG"]
_WORTEL = Path(__file__).parents[2]
# Imports for types alone, and those that say where from seen from here.
_BIJZONDER = re.compile(rb"^if TYPE_CHECKING|^ *from \.", re.MULTILINE)


@dataclass(frozen=True)
class Code:
    """What Python makes of a text: a hash of it, the names in it, and the texts."""

    som: bytes
    namen: frozenset[str]
    teksten: frozenset[str]

    gecompileerd: CodeType = field(repr=False, compare=False)

    @cached_property
    def invoer(self) -> frozenset[str]:
        """The modules of the project that it imports: named, or taken from a package."""
        van = self.namen & modules()  # an import leaves the dotted name among the names
        mogelijk = {
            f"{pakket}.{eigen}"
            for pakket in van & _in_pakket().keys()
            for eigen in _in_pakket()[pakket]
            if eigen in self.namen
        }
        return van | (mogelijk and mogelijk & set(_genomen(self.gecompileerd)))


def _genomen(code: CodeType) -> Iterator[str]:
    """What compiled code takes from modules (`from a import b`), as dotted names.

    Its instructions are of two bytes each, and the names that are taken are loaded just before the
    import. `dis` tells the same, and takes as long as all the rest here.
    """
    namen, getallen = code.co_code[::2], code.co_code[1::2]
    plek = namen.find(_IMPORT)
    while plek >= 0:
        module = code.co_names[_getal(namen, getallen, plek)]
        ervoor = plek - 1
        while namen[ervoor] == _VERVOLG:
            ervoor -= 1
        genomen = code.co_consts[_getal(namen, getallen, ervoor)]
        yield from (f"{module}.{naam}" for naam in genomen or ())
        plek = namen.find(_IMPORT, plek + 1)
    for constante in code.co_consts:
        if isinstance(constante, CodeType):
            yield from _genomen(constante)


def _getal(namen: bytes, getallen: bytes, plek: int) -> int:
    """The number of an instruction; its higher bytes are in instructions before it."""
    uit, hoger = getallen[plek], 8
    while plek and namen[plek - 1] == _VERVOLG:
        plek -= 1
        uit |= getallen[plek] << hoger
        hoger += 8
    return uit


@cache
def modules() -> frozenset[str]:
    """The names of all modules of the project."""
    paden = [pad for pakket in PAKKETTEN for pad in (_WORTEL / pakket).rglob("*.py")]
    namen = (".".join(pad.relative_to(_WORTEL).with_suffix("").parts) for pad in paden)
    return frozenset(naam.removesuffix(".__init__") for naam in namen)


@cache
def _in_pakket() -> dict[str, list[str]]:
    """Per package the modules that are directly in it, by their own name."""
    uit: dict[str, list[str]] = {}
    for naam in sorted(modules()):
        pakket, _, eigen = naam.rpartition(".")
        uit.setdefault(pakket, []).append(eigen)
    return uit


def lees_module(naam: str) -> bytes:
    """The text of a module of the project."""
    pad = _WORTEL.joinpath(*naam.split("."))
    return (pad / "__init__.py" if pad.is_dir() else pad.with_suffix(".py")).read_bytes()


@dataclass(frozen=True)
class Broncode:
    """All modules; `lees` gives the text of one."""

    lees: Callable[[str], bytes] = lees_module
    _gelezen: dict[str, Code] = field(default_factory=dict)

    def code(self, module: str) -> Code:
        """A module as it counts: comments, docstrings and layout do not."""
        if module not in self._gelezen:
            self._gelezen[module] = _onthouden(self.lees(module), module)
        return self._gelezen[module]

    def bereik(self, modules: Iterable[str]) -> set[str]:
        """The modules, all that they import in turn, and the packages that these are in.

        Imports inside a function count, those for types alone do not. A package is run before a
        module in it, and so counts; what it imports for the convenience of others does not, unless
        something is taken from the package itself.
        """
        gevolgd: set[str] = set()
        wacht = list(modules)
        while wacht:
            naam = wacht.pop()
            if naam not in gevolgd and naam not in NIET_GEVOLGD:
                gevolgd.add(naam)
                wacht += self.code(naam).invoer
        return gevolgd | {boven for naam in gevolgd for boven in _pakketten(naam)}


def _pakketten(module: str) -> list[str]:
    delen = module.split(".")
    return [".".join(delen[:n]) for n in range(1, len(delen))]


@cache
def _onthouden(tekst: bytes, module: str) -> Code:
    return code_van(_zonder_typen(tekst, module) if _BIJZONDER.search(tekst) else tekst)


def _zonder_typen(tekst: bytes, module: str) -> ast.Module:
    """A module without what it says for types alone, and with whole names where it imports."""
    boom = ast.parse(tekst)
    boom.body = [stuk for stuk in boom.body if not _voor_typen(stuk)]
    binnen = module.split(".") if module in _in_pakket() else module.split(".")[:-1]
    for knoop in ast.walk(boom):
        if isinstance(knoop, ast.ImportFrom) and knoop.level:
            hoger = binnen[: len(binnen) - knoop.level + 1]
            knoop.module, knoop.level = ".".join([*hoger, *filter(None, [knoop.module])]), 0
    return boom


def _voor_typen(stuk: ast.stmt) -> bool:
    return isinstance(stuk, ast.If) and ast.unparse(stuk.test) == "TYPE_CHECKING"


def code_van(tekst: Any) -> Code:
    """What Python makes of a text, a syntax tree, or code that is compiled already.

    Compiled code, because it is made in C: walking the syntax trees of all modules would cost half
    a second at every start of the command.
    """
    if not isinstance(tekst, CodeType):
        tekst = compile(tekst, "stuk", "exec", dont_inherit=True, optimize=2)
    namen: set[str] = set()
    teksten: set[str] = set()
    delen = _delen(tekst, namen, teksten)
    som = hashlib.sha256(repr(delen).encode()).digest()
    return Code(som, frozenset(namen), frozenset(teksten), tekst)


def _delen(waarde: Any, namen: set[str], teksten: set[str]) -> Any:
    """The parts of compiled code that matter, in an order that is the same in every process."""
    if isinstance(waarde, CodeType):
        namen.update(waarde.co_names)
        return (
            waarde.co_name,
            waarde.co_argcount,
            waarde.co_posonlyargcount,
            waarde.co_kwonlyargcount,
            waarde.co_flags,
            waarde.co_code,
            waarde.co_exceptiontable,
            waarde.co_names,
            waarde.co_varnames,
            waarde.co_freevars,
            waarde.co_cellvars,
            [_delen(constante, namen, teksten) for constante in waarde.co_consts],
        )
    if isinstance(waarde, frozenset):
        teksten.update(deel for deel in waarde if isinstance(deel, str))
        return sorted(map(repr, waarde))
    if isinstance(waarde, tuple):
        return [_delen(deel, namen, teksten) for deel in waarde]
    if isinstance(waarde, str):
        teksten.add(waarde)
    return waarde
