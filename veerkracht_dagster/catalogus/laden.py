"""Reads the catalogue's YAML files into one checked `Catalogus`.

Here: reading, merging defaults into editions, errors that name file, key and remedy.
Not here: what the entries mean (`models/`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from veerkracht_dagster.catalogus.models import Catalogus

MAP = Path(__file__).parent
# The loader made in C, where the library has it: six times as fast, at every start of the command.
_LADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BESTAND_VAN_SLEUTEL = {
    "bronnen": "bronnen.yml",
    "kolommen": "kolommen.yml",
    "groepen": "indicatoren.yml",
    "microdata": "indicatoren.yml",
    "indicatoren": "indicatoren.yml",
    "overzichten": "indicatoren.yml",
    "rapportmaten": "indicatoren.yml",
    "maten": "indicatoren.yml",
    "domeinen": "indicatoren.yml",
    "kaartlagen": "kaartlagen.yml",
    "bijsluiter": "kaartlagen.yml",
    "geen_meting": "kaartlagen.yml",
    "methode": "methode.yml",
    "edities": "edities.yml",
    "parameters": "edities.yml",
    "omzetting": "edities.yml",
    "constanten": "constanten.yml",
}


class CatalogusFout(ValueError):
    """The catalogue cannot be read; the message names file, key and remedy."""


def lees_catalogus(map_: Path = MAP) -> Catalogus:
    """Read the YAML files in `map_`.

    Raises:
        CatalogusFout: unknown key, missing key, wrong value, or a name that refers to nothing.
    """
    inhoud: dict[str, Any] = {}
    for bestand in dict.fromkeys(_BESTAND_VAN_SLEUTEL.values()):
        deel = lees_yaml(map_ / bestand)
        dubbel = inhoud.keys() & deel.keys()
        if dubbel:
            raise CatalogusFout(
                f"{bestand}: sleutel {sorted(dubbel)} staat al in een ander bestand"
            )
        inhoud |= deel
    _vul_edities(inhoud)
    try:
        return Catalogus.model_validate(inhoud)
    except ValidationError as fout:
        raise CatalogusFout("\n".join(_uitleg(e) for e in fout.errors())) from fout


def lees_yaml(pad: Path) -> dict[str, Any]:
    """One file of the catalogue as it stands.

    Raises:
        CatalogusFout: absent, no YAML, or no keys with values.
    """
    try:
        inhoud = yaml.load(pad.read_bytes(), Loader=_LADER)
    except FileNotFoundError as fout:
        raise CatalogusFout(f"{pad.name}: bestaat niet in {pad.parent}; zet het terug") from fout
    except yaml.YAMLError as fout:
        raise CatalogusFout(f"{pad.name}: geen geldige YAML ({fout}); herstel de regel") from fout
    if not isinstance(inhoud, dict):
        raise CatalogusFout(
            f"{pad.name}: gevonden {type(inhoud).__name__}, verwacht sleutels met waarden; "
            "herstel het bestand"
        )
    return inhoud


def _vul_edities(inhoud: dict[str, Any]) -> None:
    """The default parameters under those of each edition; the base year is the end year."""
    if "parameters" not in inhoud:
        raise CatalogusFout("edities.yml: parameters: Field required; voeg de sleutel toe")
    standaard = inhoud.pop("parameters")
    for editie in (inhoud.get("edities") or {}).values():
        editie["parameters"] = standaard | editie.get("parameters", {})
        if "eind" in editie:
            editie.setdefault("basisjaar", editie["eind"])


def _uitleg(fout: Any) -> str:
    plaats = [str(deel) for deel in fout["loc"]]
    bestand = _BESTAND_VAN_SLEUTEL.get(plaats[0], "edities.yml") if plaats else "catalogus"
    gevonden = "" if fout["type"] == "missing" else f" (gevonden: {str(fout['input'])[:60]!r})"
    remedie = {
        "extra_forbidden": "haal de sleutel weg of voeg hem toe aan catalogus/models",
        "missing": "voeg de sleutel toe",
    }.get(fout["type"], "pas de waarde aan")
    return f"{bestand}: {'.'.join(plaats) or 'catalogus'}: {fout['msg']}{gevonden}; {remedie}"


@cache
def catalogus() -> Catalogus:
    """The project's own catalogue, read once per process."""
    return lees_catalogus()
