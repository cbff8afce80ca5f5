"""What is wrong in a catalogue, in sentences: file, key, line, what was found and what to do.

Here: the line of a key in a YAML file, a key that is nearly another, and the words.
Not here: reading the files (`laden.py`), what they may hold (`models/`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

Pad = tuple[str, ...]
Verplaatst = Mapping[Pad, tuple[str, Pad]]  # a path in the model -> file and path where it stands
_KRUISVERWIJZING = re.compile(r"^(?P<bestand>\w+\.yml): (?P<pad>[^\s:,]+)")
# The loader made in C, where the library has it: six times as fast, at every start of the command.
LADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CatalogusFout(ValueError):
    """The catalogue cannot be read; every line of the message names file, key and remedy."""


def uitleg(
    fouten: Sequence[Mapping[str, Any]], map_: Path, waar: Mapping[str, str], elders: Verplaatst
) -> str:
    """A line for every different mistake.

    Args:
        fouten: as pydantic gives them.
        waar: the file in which a block stands, by its key.
        elders: what stands elsewhere than the model has it.
    """
    bestanden, zinnen = Bestanden(map_), dict[str, None]()
    bedoeld = _verschreven(fouten)
    for fout in fouten:
        pad: Pad = tuple(map(str, fout["loc"]))
        if not pad and fout["type"] == "value_error":  # between entries: file and key are in it
            for zin in str(fout["ctx"]["error"]).splitlines():
                zinnen[_met_regel(zin, bestanden, elders)] = None
        elif fout["type"] != "missing" or pad not in bedoeld.values():
            bestand, plek = _plek(pad, waar, elders)
            zinnen[_zin(fout, bestand, plek, bestanden, bedoeld.get(pad))] = None
    return "\n".join(zinnen)


def _plek(pad: Pad, waar: Mapping[str, str], elders: Verplaatst) -> tuple[str, Pad]:
    """The file and the path where something of the model stands."""
    for n in range(len(pad), 0, -1):
        if pad[:n] in elders:
            bestand, begin = elders[pad[:n]]
            return bestand, (*begin, *pad[n:])
    return waar.get(pad[0], "edities.yml") if pad else "catalogus", pad


def _zin(
    fout: Mapping[str, Any], bestand: str, pad: Pad, bestanden: Bestanden, bedoeld: Pad | None
) -> str:
    regel, _ = bestanden.zoek(bestand, pad)
    gevonden = f" (gevonden: {str(fout['input'])[:60]!r})"
    if bedoeld is not None:
        zin = f"onbekende sleutel{gevonden}; bedoeld is {bedoeld[-1]}: herstel de sleutel"
    elif fout["type"] == "missing":
        zin = "ontbreekt; voeg de sleutel toe"
    elif fout["type"] == "extra_forbidden":
        zin = (
            f"onbekende sleutel{gevonden}; haal de sleutel weg of voeg hem toe aan catalogus/models"
        )
    else:
        zin = f"{_verwacht(fout)}{gevonden}; pas de waarde aan"
    return f"{bestand}: {'.'.join(pad) or 'catalogus'}: {zin}{_op(regel)}"


_VERWACHT = {  # by the beginning of pydantic's name for it
    "greater_than_equal": "verwacht ten minste {ge}", "greater_than": "verwacht meer dan {gt}",
    "less_than_equal": "verwacht ten hoogste {le}", "less_than": "verwacht minder dan {lt}",
    "literal_error": "verwacht {expected}", "string_pattern": "verwacht de vorm {pattern}",
    "float": "verwacht een getal", "int": "verwacht een heel getal",
    "bool": "verwacht true of false",
    "string": "verwacht een tekst", "list": "verwacht een lijst",
    "dict": "verwacht sleutels met waarden", "model": "verwacht sleutels met waarden",
    "too_short": "verwacht er ten minste {min_length}",
    "too_long": "verwacht er ten hoogste {max_length}",
    "value_error": "{error}",
}  # fmt: skip


def _verwacht(fout: Mapping[str, Any]) -> str:
    """What was expected, in our words where someone who edits the catalogue meets it."""
    for begin, zin in _VERWACHT.items():
        if fout["type"].startswith(begin):
            return zin.format(**fout.get("ctx", {}))
    return str(fout["msg"])


def _verschreven(fouten: Sequence[Mapping[str, Any]]) -> dict[Pad, Pad]:
    """Of unknown keys those that are nearly a missing one beside them: (unknown -> meant)."""
    paden = {
        soort: [tuple(map(str, fout["loc"])) for fout in fouten if fout["type"] == soort]
        for soort in ("extra_forbidden", "missing")
    }
    uit: dict[Pad, Pad] = {}
    for pad in paden["extra_forbidden"]:
        naast = [ander[-1] for ander in paden["missing"] if ander[:-1] == pad[:-1]]
        if lijkt := get_close_matches(pad[-1], naast, n=1):
            uit[pad] = (*pad[:-1], lijkt[0])
    return uit


def _met_regel(zin: str, bestanden: Bestanden, elders: Verplaatst) -> str:
    """A sentence that begins with file and key, with the file and line where that stands.

    The key may leave out the block it is in.
    """
    if (vorm := _KRUISVERWIJZING.match(zin)) is None:
        return zin
    genoemd, pad = vorm["bestand"], tuple(vorm["pad"].split("."))
    vol = (blok := genoemd.removesuffix(".yml"), *pad)
    bestand, plek = _plek(vol, {blok: genoemd}, elders)
    if plek != vol:
        pad, zin = plek, f"{bestand}: {'.'.join(plek)}{zin[vorm.end() :]}"
    regel, diepst = 0, 0
    for begin in ((), *((naam,) for naam in bestanden.blokken(bestand))):
        gevonden, diep = bestanden.zoek(bestand, (*begin, *pad))
        if diep - len(begin) > diepst:
            regel, diepst = gevonden, diep - len(begin)
    return zin + _op(regel)


def _op(regel: int) -> str:
    return f" [regel {regel}]" if regel else ""


class Bestanden:
    """The files of a catalogue as trees of keys with their lines; read when asked for."""

    def __init__(self, map_: Path) -> None:
        self._map = map_
        self._bomen: dict[str, yaml.Node | None] = {}

    def blokken(self, bestand: str) -> list[str]:
        """The keys at the top of a file."""
        boom = self._boom(bestand)
        return [str(s.value) for s, _ in boom.value] if isinstance(boom, yaml.MappingNode) else []

    def zoek(self, bestand: str, pad: Pad) -> tuple[int, int]:
        """The line (from 1) of the deepest part of a path that stands there, and how deep it is."""
        plek, regel, diep = self._boom(bestand), 0, 0
        for deel in pad:
            if (gevonden := _stap(plek, deel)) is None:
                break
            regel, plek, diep = *gevonden, diep + 1
        return regel, diep

    def _boom(self, bestand: str) -> yaml.Node | None:
        if bestand not in self._bomen:
            pad = self._map / bestand
            tekst = pad.read_text(encoding="utf-8") if pad.is_file() else ""
            self._bomen[bestand] = yaml.compose(tekst, Loader=LADER)
        return self._bomen[bestand]


def _stap(plek: yaml.Node | None, deel: str) -> tuple[int, yaml.Node] | None:
    if isinstance(plek, yaml.MappingNode):
        for sleutel, waarde in plek.value:
            if str(sleutel.value) == deel:
                return sleutel.start_mark.line + 1, waarde
    elif isinstance(plek, yaml.SequenceNode) and deel.isdigit() and int(deel) < len(plek.value):
        waarde = plek.value[int(deel)]
        return waarde.start_mark.line + 1, waarde
    return None


def geen_yaml(bestand: Path, fout: yaml.YAMLError) -> CatalogusFout:
    """What a file that is no YAML is told, with the line where that shows."""
    plek = getattr(fout, "problem_mark", None)
    wat = getattr(fout, "problem", None) or " ".join(str(fout).split())
    regel = plek.line + 1 if plek is not None else 0
    return CatalogusFout(f"{bestand.name}: geen geldige YAML: {wat}; herstel de regel{_op(regel)}")
