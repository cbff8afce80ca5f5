"""`veerkracht audit`: replay every figure of what is published.

Here: printing and the exit code. Not here: the audit (`audit/controleren.py`).
"""

from __future__ import annotations

import time

from rich.console import Console

from veerkracht_dagster.audit.controleren import Audituitslag, controleer
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.make import make
from veerkracht_dagster.cli.weergave import FOUT, NIETS_DAAR, fout, toon_json
from veerkracht_dagster.tweede.hertellen import Hertelling
from veerkracht_dagster.werkmap import Werkmap

_GETOOND = 20


def voer_uit(editie: str | None, *, als_json: bool) -> None:
    """Audit one edition or all; exit code 1 when anything does not hold."""
    werkmap, cat = Werkmap.uit_omgeving(), catalogus()
    scherm, uitslagen = Console(highlight=False, markup=False, soft_wrap=True), {}
    for naam in [editie] if editie else list(cat.edities):
        begin = time.monotonic()
        uitslag = controleer(werkmap, naam, cat)
        if uitslag is None:
            continue
        uitslagen[naam] = uitslag
        if not als_json:
            _toon(scherm, naam, uitslag, time.monotonic() - begin)
    if not uitslagen:
        hoe = make("rebuild", werkmap)
        fout(
            f"nothing is published in {werkmap.uitgaven}; run `{hoe}`",
            NIETS_DAAR,
        )
    if als_json:
        toon_json({naam: _als_json(uitslag) for naam, uitslag in uitslagen.items()})
    if not all(uitslag.goed for uitslag in uitslagen.values()):
        raise SystemExit(FOUT)


def _toon(scherm: Console, naam: str, uitslag: Audituitslag, seconden: float) -> None:
    release = uitslag.release.release_id if uitslag.release else "onbekend"
    scherm.print(
        f"{naam} release {release}: {uitslag.telling.cellen} cijfers en standen "
        f"herrekend uit de ruwe bestanden, {len(uitslag.verschillen)} verschillen, "
        f"{len(uitslag.afwijkingen)} afwijkingen ({seconden:.1f} s)"
    )
    scherm.print(f"  {_omzetting(uitslag.hertelling)}")
    for regel in [*uitslag.afwijkingen, *map(str, uitslag.verschillen[:_GETOOND])]:
        scherm.print(f"  - {regel}")
    if len(uitslag.verschillen) > _GETOOND:
        scherm.print(f"  - en nog {len(uitslag.verschillen) - _GETOOND} (alle met --json)")
    if uitslag.verschillen:
        scherm.print(
            f"  Staat het goede cijfer nog in de bestanden van de uitgave, dan herstelt "
            f"`dg launch --assets release --partition {naam}` het warehouse; anders berekent "
            f"`veerkracht rebuild --editie {naam} --alles` alles opnieuw."
        )
    for notitie in uitslag.notities:
        scherm.print(f"  let op: {notitie}")


def _omzetting(geteld: Hertelling) -> str:
    if not geteld.paren:
        return "omzetting niet herteld" if geteld.niet else "geen omzetting: er zijn geen gebieden"
    eerder = f", {geteld.bewaard} eerder" if geteld.bewaard else ""
    return (
        f"omzetting herteld uit kaarten en adressen: {geteld.rijen} rijen, {geteld.paren} paren "
        f"van jaren{eerder} ({geteld.seconden:.1f} s)"
    )


def _als_json(uitslag: Audituitslag) -> dict[str, object]:
    return {
        "release_id": uitslag.release.release_id if uitslag.release else None,
        "goed": uitslag.goed,
        "cellen": uitslag.telling.cellen,
        "omzetting": {
            "rijen": uitslag.hertelling.rijen,
            "paren": uitslag.hertelling.paren,
            "eerder_geteld": uitslag.hertelling.bewaard,
            "seconden": round(uitslag.hertelling.seconden, 3),
        },
        "verschillen": [vars(verschil) for verschil in uitslag.verschillen],
        "afwijkingen": uitslag.afwijkingen,
        "notities": uitslag.notities,
    }
