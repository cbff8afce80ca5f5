"""Every entry of the catalogue that one edits, each with another value, and what that must do.

Here: the entries, from the models themselves, so that a new one is among them; for each, whether it
is refused, or what the second hand then makes of an edition and what a rebuild would make again.
Not here: which entries are tried (a test tries some of every kind, `bench/bench_ingangen.py` all).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from assets_defs.edities import EDITIESLEUTEL, versies_van_edities
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Catalogus, Editie
from veerkracht_dagster.codeversie import Codeversies
from veerkracht_dagster.codeversie.bedrading import Bedrading
from veerkracht_dagster.codeversie.broncode import Broncode
from veerkracht_dagster.codeversie.ingangen import Ingangen
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.tweede.gelijk import gelijk
from veerkracht_dagster.tweede.ingangen import EDITIE, Pad, met_ingang
from veerkracht_dagster.tweede.naspel import Naspel
from veerkracht_dagster.tweede.overzicht import OVERZICHTEN
from veerkracht_dagster.tweede.ruilen import Invoer
from veerkracht_dagster.tweede.vergelijken import verwacht
from veerkracht_dagster.werkmap import Werkmap

# What one edits of figures, layers and editions. Of sources and columns the tests of reading tell.
SOORTEN = (
    "groepen", "microdata", "indicatoren", "overzichten", "vergelijkmaten", "rapportmaten", "maten",
    "domeinen", "kaartlagen", "bijsluiter", "geen_meting", "constanten", EDITIE,
)  # fmt: skip
# What a row of the figure table is made of is half of a figure: the other half is a line of a
# stage, by another hand, and the gate names what the two say otherwise.
_REGEL = {
    "rapportmaten": {"regel", "kolom", "gewicht", "gemeten", "waar", "waarvan", "nummer",
                     "van_alles", "onderdelen"},
    "indicatoren": {"regel", "invoer", "met", "kant", "groep"},
}  # fmt: skip
Wijziging = tuple[Pad, Any]


def wijzigingen(cat: Catalogus, editie: Editie) -> Iterator[Wijziging]:
    """Every value that is no list or group of entries itself, and another in its place."""
    alles = {**cat.model_dump(mode="json"), EDITIE: editie.model_dump(mode="json")}
    for soort in SOORTEN:
        for pad, waarde in _bladen(alles[soort], (soort,)):
            if _REGEL.get(soort, set()).intersection(pad):
                continue
            for anders in _anders(waarde):
                yield pad, anders


def _bladen(inhoud: Any, pad: Pad) -> Iterator[tuple[Pad, Any]]:
    if isinstance(inhoud, Mapping):
        for sleutel, waarde in inhoud.items():
            yield from _bladen(waarde, (*pad, str(sleutel)))
    elif inhoud not in (None, [], ""):
        yield pad, inhoud


def _anders(waarde: Any) -> Iterator[Any]:
    if isinstance(waarde, bool):
        yield not waarde
    elif isinstance(waarde, int | float):
        yield waarde + 1 if isinstance(waarde, int) else waarde * 1.1 + 0.001
    elif isinstance(waarde, list):
        yield waarde[:-1]
        if all(isinstance(x, int | float) for x in waarde):
            yield [*waarde[:-1], waarde[-1] + 1]
    else:
        yield "#123456" if str(waarde).startswith("#") else f"{waarde} anders"


@dataclass
class Gevolg:
    """Of one entry with another value.

    geweigerd: why, where it is. anders: tables that the second hand then makes otherwise;
    opnieuw: assets that a rebuild makes again.
    """

    geweigerd: str
    anders: set[str]
    opnieuw: set[str]


class Proef:
    """An edition of a built sample, in which entries are changed one at a time."""

    def __init__(self, invoer: Invoer, werkmap: Werkmap, naam: str) -> None:
        """invoer: what the release was made of. Years are those of the catalogue of now."""
        self.cat, self._naam, self._codes = catalogus(), naam, invoer.stukken.codes
        self.editie = self.cat.edities[naam]
        self._jaren = {jaar: invoer.stukken.jaartabel(jaar, self.cat) for jaar in invoer.jaren}
        self._tabellen = self._gemaakt(self.editie, self.cat)
        self._versies = _versies(self.cat)
        self._editieversie = versies_van_edities(self.cat)[naam]
        graaf = build_defs(werkmap).resolve_asset_graph()
        self._onder = {
            sleutel.to_user_string(): {k.to_user_string() for k in graaf.get(sleutel).child_keys}
            for sleutel in graaf.get_all_asset_keys()
        }

    def wijzig(self, pad: Pad, waarde: Any) -> Gevolg:
        """What comes of it."""
        try:
            cat, editie = met_ingang(self.cat, self.editie, pad, waarde)
            if pad[0] == EDITIE:
                dump = self.cat.model_dump(mode="json")
                dump["edities"][self._naam] = editie.model_dump(mode="json")
                cat = Catalogus.model_validate(dump)
            nieuw = _versies(cat)
        except ValueError as fout:  # of the models, or of a table that says nowhere what it is of
            return Gevolg(str(fout), set(), set())
        tabellen = self._gemaakt(editie, cat)
        anders = {
            naam
            for naam in self._tabellen.keys() | tabellen.keys()
            if not _zelfde(self._tabellen.get(naam), tabellen.get(naam))
        }
        alle = self._versies.keys() | nieuw.keys()
        eerst = {asset for asset in alle if nieuw.get(asset) != self._versies.get(asset)}
        if versies_van_edities(cat)[self._naam] != self._editieversie:
            eerst |= self._onder[EDITIESLEUTEL.to_user_string()]
        return Gevolg("", anders, self._en_eronder(eerst))

    def _en_eronder(self, assets: set[str]) -> set[str]:
        uit, wacht = set(assets), list(assets)
        while wacht:
            erbij = self._onder.get(wacht.pop(), set()) - uit
            uit |= erbij
            wacht += erbij
        return uit

    def _gemaakt(self, editie: Editie, cat: Catalogus) -> dict[str, Any]:
        """Every table of the edition by the second hand."""
        naspel = Naspel(editie, self._codes, self._jaren, cat)
        uit = {n: t for n, t in verwacht(naspel, cat) if not n.startswith("buurttabel")}
        return {**uit, **{naam: list(maak(naspel)) for naam, maak in OVERZICHTEN.items()}}


def _zelfde(een: Any, ander: Any) -> bool:
    if een == ander or een is None or ander is None:
        return een is ander or een == ander
    if isinstance(een, Mapping):
        return een.keys() == ander.keys() and all(_zelfde(een[k], ander[k]) for k in een)
    if isinstance(een, list | tuple):
        return len(een) == len(ander) and all(map(_zelfde, een, ander))
    return bool(gelijk(een, ander))


@cache
def _code() -> tuple[Broncode, Bedrading]:
    broncode = Broncode()
    return broncode, Bedrading(broncode)


def _versies(cat: Catalogus) -> dict[str, str]:
    versies = Codeversies(*_code(), Ingangen(cat))
    stappen = ("buurttabel", "indicatoren", "kaartlagen", "publicatie")
    return {asset: versies.van(asset) for stap in stappen for asset in versies.assets(stap)}
