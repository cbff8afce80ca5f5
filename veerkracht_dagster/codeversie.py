"""The code version of a stage: a hash of its code and of the catalogue entries it reads.

Here: one version per stage, so that a change of code or catalogue makes exactly the assets stale
that it touches, and nobody has to remember to raise a number. Comments, docstrings and layout do
not count.
Not here: data versions (`assets_defs/afleveren.py`).
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from veerkracht_dagster.catalogus.laden import lees_yaml

_PAKKET = Path(__file__).parent
# Per stage: its own package, and what it reads from the catalogue.
_CODE = {
    "bronnen": [
        "bronnen",
        "indicatoren/klassen.py",
        "celstatus.py",
        "opslag/snapshots.py",
        "herkomst/bestanden.py",
        "herkomst/vindplek.py",
    ],
    "buurttabel": [
        "buurttabel",
        "celstatus.py",
        "herkomst/bestanden.py",
        "herkomst/vindplek.py",
    ],
    "indicatoren": [
        "indicatoren",
        "bronnen/scans.py",
        "bronnen/yaml.py",
        "bronnen/invoer.py",
        "bronnen/fouten.py",
        "celstatus.py",
    ],
    "kaartlagen": ["kaartlagen", "indicatoren/klassen.py", "celstatus.py"],
    "publicatie": [
        "publicatie",
        "rapport",
        "kaartlagen/arcering.py",
        "indicatoren/rapport.py",  # names of its figures
        "indicatoren/klassen.py",
        "indicatoren/relatief.py",
        "herkomst/bestanden.py",
        "herkomst/poort.py",
        "herkomst/stukken.py",
        "herkomst/gelijk.py",
        "herkomst/vergelijken.py",
        "herkomst/naspel.py",
        "herkomst/gevoelig.py",
        "herkomst/overzicht.py",
        "herkomst/ruilen.py",
        "herkomst/gewichten.py",
        "herkomst/ingangen.py",
        "herkomst/uitgegeven.py",
        "herkomst/jaartabel.py",
        "herkomst/toelichten.py",
        "herkomst/ruw",
        "rekenwijze",
        "opslag/snapshots.py",
        "opslag/tabellen.py",
        "opslag/postgis.py",
        "opslag/warehouse.py",
        "celstatus.py",
    ],
}
# Fetching and watching bring bytes in and change no figure; nor do these words about a source.
_ZONDER = {"ophalen", "uitkijk"}
_ZONDER_SLEUTELS = {"ophalen", "kalender", "tabeltitel", "overgeslagen", "kenkolommen"}
_CATALOGUS = {
    "bronnen": ["bronnen.yml", "kolommen.yml", "constanten.yml"],
    "buurttabel": ["kolommen.yml", "edities.yml"],
    "indicatoren": ["indicatoren.yml", "kaartlagen.yml", "edities.yml", "constanten.yml"],
    "kaartlagen": ["kaartlagen.yml", "edities.yml", "constanten.yml"],
    "publicatie": [
        "kaartlagen.yml",
        "indicatoren.yml",
        "kolommen.yml",
        "edities.yml",
        "constanten.yml",
    ],
}
# Which years an edition uses, and so to which areas a year is converted, follows from these.
_VAN_JAREN = {"terugval_jaren", "stap_jaren"}


@cache
def codeversie(stap: str) -> str:
    """Twelve hexadecimal digits for a stage."""
    som = hashlib.sha256()
    for deel in [*_CODE[stap], "catalogus/tabellen", "catalogus/models"]:
        pad = _PAKKET / deel
        for bestand in sorted(pad.rglob("*.py")) if pad.is_dir() else [pad]:
            if bestand.parent.name in _ZONDER:
                continue
            som.update(_code(bestand.read_bytes()))
    for naam in _CATALOGUS[stap]:
        inhoud = lees_yaml(_PAKKET / "catalogus" / naam)
        if naam == "edities.yml":
            inhoud = _parameters_van(stap, inhoud)
        if naam == "bronnen.yml":
            inhoud = _zonder_ophalen(inhoud)
        if naam == "kaartlagen.yml" and stap == "indicatoren":
            inhoud = _alleen_klassen(inhoud)
        som.update(json.dumps(inhoud, sort_keys=True, default=str).encode())
    return som.hexdigest()[:12]


@cache
def codeversie_van_uitgave() -> str:
    """Of all stages: a release says by which code it was made, and is made again by other code."""
    return hashlib.sha256("".join(map(codeversie, _CODE)).encode()).hexdigest()[:12]


def _parameters_van(stap: str, inhoud: dict[str, Any]) -> dict[str, Any]:
    """The editions with only the parameters that a stage reads; a release publishes them all."""
    if stap == "publicatie":
        return inhoud
    if stap != "buurttabel":
        dekking = inhoud["omzetting"]["minimum_dekking"] if stap == "indicatoren" else None
        return {**inhoud, "omzetting": dekking}

    def gelezen(parameters: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in parameters.items() if k in _VAN_JAREN}

    edities = {
        naam: {**editie, "parameters": gelezen(editie.get("parameters", {}))}
        for naam, editie in inhoud["edities"].items()
    }
    return {**inhoud, "edities": edities, "parameters": gelezen(inhoud["parameters"])}


def _alleen_klassen(inhoud: dict[str, Any]) -> dict[str, Any]:
    """Of the layers what the report counts by: classes, their names and limits; no colours."""
    return {
        naam: {
            **{sleutel: laag.get(sleutel) for sleutel in ("grenzen", "op_de_grens")},
            "klassen": {code: klasse["label"] for code, klasse in laag["klassen"].items()},
        }
        for naam, laag in inhoud["kaartlagen"].items()
    } | {"geen_meting": inhoud["geen_meting"]}


def _zonder_ophalen(inhoud: dict[str, Any]) -> dict[str, Any]:
    bronnen = {
        naam: {sleutel: w for sleutel, w in bron.items() if sleutel not in _ZONDER_SLEUTELS}
        for naam, bron in inhoud["bronnen"].items()
    }
    return {**inhoud, "bronnen": bronnen}


@cache
def _code(tekst: bytes) -> bytes:
    """What Python makes of a file's text, without docstrings, comments and line numbers.

    Compiled code, because it is made in C: the syntax tree of all stages would cost half a second
    at every start of the command.
    """
    code = compile(tekst, "stap", "exec", dont_inherit=True, optimize=2)
    return repr(_delen(code)).encode()


def _delen(waarde: Any) -> Any:
    """The parts of compiled code that matter, in an order that is the same in every process."""
    if isinstance(waarde, CodeType):
        return (
            waarde.co_name,
            waarde.co_code,
            waarde.co_names,
            waarde.co_varnames,
            [_delen(constante) for constante in waarde.co_consts],
        )
    if isinstance(waarde, frozenset):
        return sorted(map(repr, waarde))
    if isinstance(waarde, tuple):
        return [_delen(deel) for deel in waarde]
    return waarde
