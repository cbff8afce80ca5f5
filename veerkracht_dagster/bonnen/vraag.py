"""Which receipt is asked for: that of an area, or of a row of an overview.

Here: choosing by what was asked. Not here: the receipts (`bon.py`, `bon_overzicht.py`).
"""

from __future__ import annotations

from veerkracht_dagster.bonnen.bon import Bonnen
from veerkracht_dagster.bonnen.bon_overzicht import bon_van_overzicht
from veerkracht_dagster.bonnen.knoop import Knoop
from veerkracht_dagster.catalogus.rapportcijfers import rapportmaten


def bon_van(bonnen: Bonnen, gebied: str, cijfer: str, jaar: int | None = None) -> Knoop:
    """The receipt that is asked for: of an area, or of a row of an overview.

    Raises:
        OnbekendCijfer: there is no such figure.
    """
    tabel, _, kolom = cijfer.partition(".")
    if kolom and tabel in bonnen.cat.overzichten:
        return bon_van_overzicht(bonnen, tabel, gebied, kolom)
    if cijfer in rapportmaten(bonnen.cat) and not _is_gebied(bonnen, gebied):
        return bon_van_overzicht(bonnen, "rapport", f"{gebied}/{cijfer}", "waarde")
    return bonnen.bon(gebied, cijfer, jaar)


def _is_gebied(bonnen: Bonnen, gebied: str) -> bool:
    """An area of the edition, or what is written as one: the code of a buurt or wijk."""
    lijkt = gebied[:2] in ("BU", "WK") and gebied[2:].isdecimal()
    return lijkt or bonnen.uitgave.heeft(gebied)
