"""The wiring of the assets (`assets_defs/`), read as text: which parts of it make which asset.

Here: the statements at the top of those modules, and which of them an asset uses. By statement,
because one module declares many assets, and another holds what all of them share.
Not here: the modules that do the work, which count whole (`broncode.py`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from veerkracht_dagster.codeversie.broncode import (
    BEDRADING,
    NIET_GEVOLGD,
    Broncode,
    Code,
    code_van,
    modules,
)

_KENMERKEN = "tabelkenmerken"  # in a decorator, with the name of the table that the function makes
_LOS = ""  # statements of a module that give nothing a name: they count for all that is in it


class Plek(NamedTuple):
    """A name at the top of a module."""

    module: str
    naam: str


@dataclass
class _Module:
    """A module's statements by the name they give, and where its imported names are from."""

    stukken: dict[str, list[Code]] = field(default_factory=dict)
    van: dict[str, Plek] = field(default_factory=dict)

    def kent(self) -> set[str]:
        """The names at its top."""
        return {*self.stukken, *self.van}


@dataclass(frozen=True)
class Gebruik:
    """What an asset uses: statements of the wiring, and modules that do the work."""

    stukken: list[Code]
    modules: list[str]


class Bedrading:
    """All modules of `assets_defs/`."""

    def __init__(self, broncode: Broncode) -> None:
        self._modules: dict[str, _Module] = {}
        self._gebruik: dict[Plek, Gebruik] = {}
        self._eigen: dict[str, Plek] = {}
        self._fabrieken: dict[str, Plek] = {}
        self.zonder_tabel: dict[str, list[str]] = {}  # per module's own name: a release is no table
        for module in sorted(modules()):
            if module.startswith(f"{BEDRADING}."):
                self._modules[module] = self._lees(module, broncode.lees(module))

    def _lees(self, module: str, tekst: bytes) -> _Module:
        uit = _Module()
        for stuk, code in _stukken(tekst):
            if isinstance(stuk, ast.ImportFrom) and stuk.module is not None:
                for alias in stuk.names:
                    plek = Plek(self._bron(stuk.module, alias.name), alias.name)
                    uit.van[alias.asname or alias.name] = plek
            else:
                for naam in _namen(stuk) or [_LOS]:
                    uit.stukken.setdefault(naam, []).append(code)
                    self._noteer_assets(stuk, Plek(module, naam))
        return uit

    def _bron(self, module: str, naam: str) -> str:
        """Where an imported name is from: it may be a module itself."""
        return f"{module}.{naam}" if f"{module}.{naam}" in modules() else module

    def _noteer_assets(self, stuk: ast.stmt, plek: Plek) -> None:
        kort = plek.module.rpartition(".")[2]
        for naam, is_tabel in _assets(stuk):
            if naam is None:
                self._fabrieken[kort] = plek
            else:
                self._eigen[naam] = plek
                if not is_tabel:
                    self.zonder_tabel.setdefault(kort, []).append(naam)

    def plek(self, asset: str, stap: str) -> Plek:
        """Where an asset is made: its own function, or the one that makes all of a stage.

        Raises:
            KeyError: nowhere.
        """
        gevonden = self._eigen.get(asset) or self._fabrieken.get(stap)
        if gevonden is None:
            raise KeyError(
                f"{asset}: geen functie in {BEDRADING}/ met @dg.asset(**{_KENMERKEN}('{asset}')) "
                f"of name='{asset}', en in {BEDRADING}/{stap}.py geen die elke tabel maakt"
            )
        return gevonden

    def gebruik(self, plek: Plek) -> Gebruik:
        """All that a name at the top of a module uses."""
        if plek not in self._gebruik:
            self._gebruik[plek] = self._zoek(plek)
        return self._gebruik[plek]

    def _zoek(self, plek: Plek) -> Gebruik:
        gezien: set[Plek] = set()
        buiten: set[str] = set()
        wacht = [plek]
        while wacht:
            nu = wacht.pop()
            if nu in gezien or nu.module in NIET_GEVOLGD:
                continue
            if (inhoud := self._modules.get(nu.module)) is None:
                buiten.update({nu.module} & modules())
                continue
            gezien.add(nu)
            if nu.naam in inhoud.van:
                wacht.append(inhoud.van[nu.naam])
            for code in inhoud.stukken.get(nu.naam, ()):
                wacht += [Plek(nu.module, naam) for naam in (code.namen | {_LOS}) & inhoud.kent()]
                wacht += [Plek(module, _LOS) for module in code.invoer]  # inside a function
        stukken = [
            code
            for module, naam in sorted(gezien)
            for code in self._modules[module].stukken.get(naam, ())
        ]
        return Gebruik(stukken, sorted(buiten))


@cache
def _stukken(tekst: bytes) -> list[tuple[ast.stmt, Code]]:
    """The statements of a module, without its docstring."""
    alle = ast.parse(tekst).body
    zonder = alle[1:] if alle and isinstance(alle[0], ast.Expr) else alle
    return [(stuk, code_van(ast.Module(body=[stuk], type_ignores=[]))) for stuk in zonder]


def _namen(stuk: ast.stmt) -> list[str]:
    """The names that a statement at the top of a module gives."""
    if isinstance(stuk, ast.FunctionDef | ast.ClassDef):
        return [stuk.name]
    doelen = stuk.targets if isinstance(stuk, ast.Assign) else [getattr(stuk, "target", None)]
    return [
        knoop.id
        for doel in doelen
        if doel is not None
        for knoop in ast.walk(doel)
        if isinstance(knoop, ast.Name)
    ]


def _assets(stuk: ast.stmt) -> Iterator[tuple[str | None, bool]]:
    """The assets that a statement declares, and whether each is a table of the catalogue.

    None for one whose name is only known when it runs: it is made in a function, for many.
    """
    for functie in [stuk, *getattr(stuk, "body", ())]:
        for decorator in getattr(functie, "decorator_list", ()):
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "dg.asset":
                naam, is_tabel = _naam_van(decorator)
                yield (str(naam.value) if isinstance(naam, ast.Constant) else None), is_tabel


def _naam_van(decorator: ast.Call) -> tuple[ast.expr, bool]:
    for sleutel in decorator.keywords:
        if sleutel.arg == "name":
            return sleutel.value, False
        waarde = sleutel.value
        if isinstance(waarde, ast.Call) and ast.unparse(waarde.func) == _KENMERKEN:
            return waarde.args[0], True
    raise ValueError(
        f"regel {decorator.lineno}: een asset zonder name= en zonder **{_KENMERKEN}(...) heeft "
        "geen codeversie; geef een van beide"
    )
