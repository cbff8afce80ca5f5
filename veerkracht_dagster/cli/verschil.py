"""`veerkracht verschil A B`: what changed between two releases or runs, and why.

Here: finding the two releases, printing. Not here: the difference (`publicatie/verschil.py`), the
why (`tweede/ruilen.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.cli.weergave import NIETS_DAAR, fout, toon_json
from veerkracht_dagster.instantie.openen import releases_van_run
from veerkracht_dagster.publicatie.release import Release, lees_release
from veerkracht_dagster.publicatie.verschil import (
    Uitgaveverschil,
    als_markdown,
    andere_bestanden,
    tabellen_van_release,
    vergelijk_uitgaven,
)
from veerkracht_dagster.publicatie.wijzer import ACTUEEL
from veerkracht_dagster.tweede.poort import Verklaarder, invoer_van
from veerkracht_dagster.werkmap import Werkmap

Plek = tuple[Path, Release]


def voer_uit(van: str | None, naar: str | None, editie: str | None, *, als_json: bool) -> None:
    """Run the command."""
    werkmap, cat = Werkmap.uit_omgeving(), catalogus()
    uit = []
    for een, ander in _paren(werkmap, van, naar, editie, cat):
        uit.append(verschil_tussen(werkmap, een, ander, cat))
    if als_json:
        toon_json([asdict(verschil) for verschil in uit])
        return
    scherm = Console(highlight=False)
    for verschil in uit:
        scherm.print(Markdown(als_markdown(verschil)))


def verschil_tussen(werkmap: Werkmap, van: Plek, naar: Plek, cat: Catalogus) -> Uitgaveverschil:
    """What changed from one kept release to another, and why."""
    (map_van, oud), (map_naar, nieuw) = van, naar
    uit = Uitgaveverschil(nieuw.editie, oud.release_id, nieuw.release_id)
    uit.bestanden = andere_bestanden(oud.bestanden, nieuw.bestanden)
    was, is_ = (tabellen_van_release(*plek, cat) for plek in (van, naar))
    veranderd = vergelijk_uitgaven(was, is_, uit)
    invoer, opmerkingen = invoer_van(werkmap, map_naar, nieuw, cat)
    if veranderd and invoer is not None:
        uit.verklaring = Verklaarder(werkmap, invoer, nieuw.versies)(map_van, oud, veranderd)
    uit.verklaring.opmerkingen += opmerkingen
    return uit


def _paren(
    werkmap: Werkmap, van: str | None, naar: str | None, editie: str | None, cat: Catalogus
) -> list[tuple[Plek, Plek]]:
    if van is None:
        uit = []
        for naam in [editie] if editie else list(cat.edities):
            nu = _in_map(werkmap.uitgaven / naam / ACTUEEL)
            vorige = _in_map(werkmap.uitgaven / naam / (nu[1].vorige or "-")) if nu else None
            if nu and vorige:
                uit.append((vorige, nu))
        if not uit:
            fout("no edition has a previous release that is kept", NIETS_DAAR)
        return uit
    een = _zoek(werkmap, van, editie)
    actueel = {naam: _in_map(werkmap.uitgaven / naam / ACTUEEL) for naam in een}
    ander = _zoek(werkmap, naar, editie) if naar else {n: p for n, p in actueel.items() if p}
    samen = [(een[naam], ander[naam]) for naam in een if naam in ander]
    if not samen and len(een) == len(ander) == 1:  # two editions
        samen = list(zip(een.values(), ander.values(), strict=True))
    if not samen:
        fout(f"{van} is of {', '.join(een)}, {naar} of {', '.join(ander)}", NIETS_DAAR)
    return samen


def _zoek(werkmap: Werkmap, wat: str, editie: str | None) -> dict[str, Plek]:
    """The kept releases by edition that a release's mark or a run's id stands for."""
    merken: Mapping[str, str | None] = {wat: None}
    gevonden = _bewaard(werkmap, merken, editie)
    if not gevonden:
        gevonden = _bewaard(werkmap, releases_van_run(werkmap, wat), editie)
    if not gevonden:
        fout(f"{wat}: no kept release or run with that id in {werkmap.uitgaven}", NIETS_DAAR)
    return gevonden


def _bewaard(
    werkmap: Werkmap, merken: Mapping[str, str | None], editie: str | None
) -> dict[str, Plek]:
    uit = {}
    for merk, van_editie in merken.items():
        for map_release in sorted(werkmap.uitgaven.glob(f"*/{merk}")):
            plek = _in_map(map_release)
            if plek and (van_editie or editie or plek[1].editie) == plek[1].editie:
                uit[plek[1].editie] = plek
    return uit


def _in_map(map_release: Path) -> Plek | None:
    release = lees_release(map_release)
    return None if release is None else (map_release, release)
