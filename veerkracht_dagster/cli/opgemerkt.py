"""What the commands tell of the source folder: files that nobody reads, years that are not there.

Here: showing it. Not here: finding it (`bronnen/ongelezen.py`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from rich.console import Console

from veerkracht_dagster.bronnen.ongelezen import Opgemerkt, merk_op
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.werkmap import Werkmap


def kijk(werkmap: Werkmap) -> Opgemerkt:
    """Look at the source folder and the calendar, for the peiljaren that there are now."""
    from assets_defs.partities import JAREN

    return merk_op(Innemer(werkmap), catalogus(), JAREN, date.today())


def als_json(opgemerkt: Opgemerkt) -> dict[str, Any]:
    """All of it, for machines."""
    return {
        "ongelezen": [vars(een) for een in opgemerkt.ongelezen],
        "overgeslagen": opgemerkt.bijbestanden,
        "verwacht_en_niet_gevonden": opgemerkt.gemist,
        "van_geen_enkel_jaar": opgemerkt.nergens,
    }


def toon(scherm: Console, opgemerkt: Opgemerkt) -> None:
    """On a screen; nothing where there is nothing to say."""
    regels = opgemerkt.regels()
    if regels:
        scherm.print("Niet gelezen, of niet gevonden:")
    for regel in regels:
        scherm.print(f"  {regel}", soft_wrap=True, markup=False)
