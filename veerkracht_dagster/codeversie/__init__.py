"""The code version of an asset: a hash of the code that makes it and of the catalogue it reads.

Here: one version per asset, derived from what imports what, so that a change of code or catalogue
makes exactly the assets stale that it touches, and nobody has to remember to raise a number or to
add a module to a list. Comments, docstrings and layout do not count.
Not here: data versions (`assets_defs/afleveren.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.codeversie.bedrading import Bedrading, Plek
from veerkracht_dagster.codeversie.broncode import Broncode
from veerkracht_dagster.codeversie.ingangen import Ingangen, Velden

STAPPEN = ("bronnen", "buurttabel", "indicatoren", "kaartlagen", "publicatie")

# What changes no table. All else that an asset imports counts: a module may be forgotten here, and
# then too much is computed again, never too little.
_NIET_GETELD = {
    "veerkracht_dagster.bronnen.ophalen": "brings bytes in; their hash is the data version",
    "veerkracht_dagster.bronnen.uitkijk": "looks what a publisher has",
    "veerkracht_dagster.instantie.tags": "a release reads the names of the tags of runs",
    "veerkracht_dagster.instantie.hulpbronnen": "where things are",
    "veerkracht_dagster.instantie.intern": "names of Dagster",
    "veerkracht_dagster.instantie.versies": "which version stood there before",
    "veerkracht_dagster.werkmap": "where things are",
}
# These carry the whole catalogue to whoever reads it: what of it is read shows there.
_DRAAGT_CATALOGUS = (
    "veerkracht_dagster.catalogus.cijfers",
    "veerkracht_dagster.catalogus.kolomherkomst",
    "veerkracht_dagster.catalogus.laden",
    "veerkracht_dagster.catalogus.models",
    "veerkracht_dagster.catalogus.rapportcijfers",
    "veerkracht_dagster.catalogus.samenvoegen",
    "veerkracht_dagster.catalogus.tabellen",
    "veerkracht_dagster.rekenwijze.regeltabel",
)
_CIJFERS = 12


@dataclass(frozen=True)
class Telt:
    """What counts for an asset: modules, fields of the catalogue, and a hash of all of it.

    The wiring in `assets_defs/` is in the hash, by the statements that the asset uses.
    """

    modules: list[str]
    velden: list[Velden]
    som: bytes


class Codeversies:
    """The versions of all assets, of the modules, the wiring and the catalogue that are given."""

    def __init__(self, broncode: Broncode, bedrading: Bedrading, ingangen: Ingangen) -> None:
        self._broncode, self._bedrading, self._ingangen = broncode, bedrading, ingangen
        self._tabellen = ingangen.tabellen
        self._telt: dict[Plek, Telt] = {}

    def assets(self, stap: str) -> list[str]:
        """The assets of a stage."""
        eigen = [naam for naam, tabel in self._tabellen.items() if tabel.stap == stap]
        return eigen + self._bedrading.zonder_tabel.get(stap, [])

    def telt(self, asset: str) -> Telt:
        """What counts for an asset."""
        tabel = self._tabellen.get(asset)
        plek = self._bedrading.plek(asset, tabel.stap if tabel else "")
        if plek not in self._telt:
            self._telt[plek] = self._bepaal(plek)
        return self._telt[plek]

    def _bepaal(self, plek: Plek) -> Telt:
        gebruik = self._bedrading.gebruik(plek)
        modules = [
            module
            for module in sorted(self._broncode.bereik(gebruik.modules))
            if not _in(module, _NIET_GETELD)
        ]
        lezers = [self._broncode.code(m) for m in modules if not _in(m, _DRAAGT_CATALOGUS)]
        gelezen = [*lezers, *gebruik.stukken]
        namen = frozenset[str]().union(*(code.namen for code in gelezen))
        teksten = frozenset[str]().union(*(code.teksten for code in gelezen))
        velden = self._ingangen.gelezen(namen, teksten)
        som = _som(
            *(self._broncode.code(module).som for module in modules),
            *(code.som for code in gebruik.stukken),
            self._ingangen.som(velden),
        )
        return Telt(modules, velden, som)

    def van(self, asset: str) -> str:
        """Twelve hexadecimal digits for an asset."""
        return _som(self.telt(asset).som, self._ingangen.tabelsom(asset)).hex()[:_CIJFERS]

    def van_stap(self, stap: str) -> str:
        """The same for a stage: of all its assets."""
        return _som(*(self.van(a).encode() for a in self.assets(stap))).hex()[:_CIJFERS]

    def van_uitgave(self) -> str:
        """Of all stages: a release says by which code it was made, and is made again by other."""
        return _som(*(self.van_stap(stap).encode() for stap in STAPPEN)).hex()[:_CIJFERS]


def _in(module: str, delen: Iterable[str]) -> bool:
    return f"{module}.".startswith(tuple(f"{deel}." for deel in delen))


def _som(*delen: bytes) -> bytes:
    som = hashlib.sha256()
    for deel in delen:
        som.update(deel)
    return som.digest()


@cache
def _eigen() -> Codeversies:
    broncode = Broncode()
    return Codeversies(broncode, Bedrading(broncode), Ingangen(catalogus()))


def codeversie(asset: str) -> str:
    """Twelve hexadecimal digits for an asset.

    Raises:
        KeyError: nothing in `assets_defs/` makes it.
    """
    return _eigen().van(asset)


def codeversie_van_stap(stap: str) -> str:
    """Twelve hexadecimal digits for all assets of a stage."""
    return _eigen().van_stap(stap)


def codeversie_van_uitgave() -> str:
    """Twelve hexadecimal digits for all assets."""
    return _eigen().van_uitgave()


def assets_van(stap: str) -> list[str]:
    """The assets of a stage, those that are no table among them."""
    return _eigen().assets(stap)


def telt_mee(asset: str) -> Telt:
    """What counts for the version of an asset.

    Raises:
        KeyError: nothing in `assets_defs/` makes it.
    """
    return _eigen().telt(asset)
