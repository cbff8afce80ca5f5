"""The report of an edition in its release, with the map it begins with.

Here: bringing figures, map and stamp together. Not here: the page (`rapport/`).
"""

from __future__ import annotations

from pathlib import Path

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.kaartlagen.leengrenzen import getekend
from veerkracht_dagster.publicatie.uitgave import Uitgave
from veerkracht_dagster.rapport.aanloop import (
    KAART,
    SIGNAAL,
    Stempel,
    kaart_en_gebieden,
    uitleg,
)
from veerkracht_dagster.rapport.bezit import Bezitsrapport, gemeentenamen


def schrijf_rapport(doel: Path, uitgave: Uitgave, cat: Catalogus, stempel: Stempel) -> None:
    """Write page, plots, map and spreadsheet into an existing folder.

    Args:
        cat: the catalogue with the titles of this edition's layers.
    """
    editie, laag = uitgave.editie, uitgave.lagen[SIGNAAL]
    aanloop = [
        *stempel.regels(cat), *uitleg(editie, cat), *kaart_en_gebieden(laag, editie, cat),
    ]  # fmt: skip
    namen = gemeentenamen([laag])
    pagina = Bezitsrapport(uitgave.overzichten["rapport"], editie, namen, cat, aanloop)
    pagina.schrijf(doel)
    (doel / KAART).write_bytes(_kaart(uitgave, cat))


def _kaart(uitgave: Uitgave, cat: Catalogus) -> bytes:
    # Here, because a plotting library costs half a second of every start of the command.
    from veerkracht_dagster.kaartlagen.afbeelding import teken_kaart

    editie, laag, grond = uitgave.editie, uitgave.lagen[SIGNAAL], uitgave.grond
    return teken_kaart(
        laag if grond is None else getekend(laag, grond), cat.kaartlagen[SIGNAAL], cat,
        editie=editie, grondtekst="" if grond is None else grond.uitleg,
        stabiliteit_grens=editie.parameters.stabiliteit_grens,
    )  # fmt: skip
