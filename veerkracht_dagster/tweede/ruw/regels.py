"""Delimited files read a second time: what separates the fields, and the rows that are rows.

Here: any file of lines with one header. Not here: what its columns are (`tekst.py`).
"""

from __future__ import annotations

import csv
import io
import re

from veerkracht_dagster.rekenwijze.ruw.cel import velden_van
from veerkracht_dagster.tweede.ruw.blad import Ruwbestand
from veerkracht_dagster.tweede.ruw.register import eerste_regel

_TEKENS = ";,\t"
_SLOT = re.compile(r"\s*(bron(nen)?\s*:.*|source\s*:.*|©.*|\(c\)\s.*)?$", re.IGNORECASE)


def teken_van(bestand: Ruwbestand) -> str:
    """What separates the fields: the sign that cuts the header into most of them."""
    kopregel = eerste_regel(bestand)
    return max(_TEKENS, key=lambda teken: len(velden_van(kopregel, teken)))


def tabel_van(bestand: Ruwbestand, teken: str | None = None) -> tuple[list[str], list[list[str]]]:
    """Header and rows; an empty line is none, nor is one that only says who the source is.

    teken: what separates the fields, where that is known; else as the header tells.
    """
    tekst = io.StringIO(bestand.bytes().decode("utf-8-sig"), newline="")
    koppen, *rijen = csv.reader(tekst, delimiter=teken or teken_van(bestand))
    return koppen, [
        rij for rij in rijen if len(rij) == len(koppen) and not _SLOT.match("".join(rij))
    ]
