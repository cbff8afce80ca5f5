"""Reads the catalogue's YAML files into one checked `Catalogus`.

Here: reading. Not here: what the entries mean (`models/`), where they may stand
(`samenvoegen.py`), the words of a refusal (`fouten.py`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.constructor import ConstructorError

from veerkracht_dagster.catalogus.fouten import LADER, CatalogusFout, geen_yaml, uitleg
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.samenvoegen import voeg_samen

MAP = Path(__file__).parent
_BESTAND_VAN_SLEUTEL = {
    "bijbestanden": "bronnen.yml",
    "bronnen": "bronnen.yml",
    "kolommen": "kolommen.yml",
    "groepen": "indicatoren.yml",
    "microdata": "indicatoren.yml",
    "indicatoren": "indicatoren.yml",
    "overzichten": "indicatoren.yml",
    "vergelijkmaten": "indicatoren.yml",
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


class _Lader(LADER):
    """Safe, and a key that stands twice is refused: the first would go without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        gezien: set[str] = set()
        for sleutel, _ in node.value:
            if str(sleutel.value) in gezien and sleutel.tag != "tag:yaml.org,2002:merge":
                wat = f"de sleutel {sleutel.value!r} staat er voor de tweede keer"
                raise ConstructorError(None, None, wat, sleutel.start_mark)
            gezien.add(str(sleutel.value))
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


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
    for sleutel in ("bronnen", "kolommen", "methode"):
        if not isinstance(inhoud.get(sleutel), dict):
            bestand = _BESTAND_VAN_SLEUTEL[sleutel]
            raise CatalogusFout(f"{bestand}: {sleutel}: verwacht sleutels met waarden; herstel het")
    verplaatst = voeg_samen(inhoud)
    try:
        return Catalogus.model_validate(inhoud)
    except ValidationError as fout:
        raise CatalogusFout(uitleg(fout.errors(), map_, _BESTAND_VAN_SLEUTEL, verplaatst)) from fout


def lees_yaml(pad: Path) -> dict[str, Any]:
    """One file of the catalogue as it stands.

    Raises:
        CatalogusFout: absent, no YAML, or no keys with values.
    """
    try:
        inhoud = yaml.load(pad.read_bytes(), Loader=_Lader)
    except FileNotFoundError as fout:
        raise CatalogusFout(f"{pad.name}: bestaat niet in {pad.parent}; zet het terug") from fout
    except yaml.YAMLError as fout:
        raise geen_yaml(pad, fout) from fout
    if not isinstance(inhoud, dict):
        raise CatalogusFout(
            f"{pad.name}: gevonden {type(inhoud).__name__}, verwacht sleutels met waarden; "
            "herstel het bestand"
        )
    return inhoud


@cache
def catalogus() -> Catalogus:
    """The project's own catalogue, read once per process."""
    return lees_catalogus()
