"""Three worked receipts of a layer: a red, a green and a grey area.

Here: which areas, and their receipts as text for the UI.
Not here: the receipts (`bon.py`), showing them (`assets_defs/kaartlagen.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from veerkracht_dagster.bonnen.gepubliceerd import GeenBewijs
from veerkracht_dagster.bonnen.knoop import Knoop
from veerkracht_dagster.bonnen.leesbaar import Bontekst, vouw
from veerkracht_dagster.bonnen.werktabellen import bonnen_van
from veerkracht_dagster.catalogus.models import Catalogus, Kaartlaag
from veerkracht_dagster.rapport.bladzijde import veilig

_BREEDTE = 110  # letters: what the UI's dialog shows of a line in a window of 1280 pixels


def kies(laag: Kaartlaag, klassen: Mapping[str, int], cat: Catalogus) -> list[str]:
    """The first area of the reddest class there is, of the least red one, and without a class."""
    per_klasse: dict[int, str] = {}
    for code in sorted(klassen):
        per_klasse.setdefault(int(klassen[code]), code)
    grijs = per_klasse.pop(cat.geen_meting.code, None)
    op_kleur = sorted(per_klasse, key=lambda klasse: _rood(laag.klassen[klasse].kleur))
    gekozen = [per_klasse[klasse] for klasse in (*op_kleur[-1:], *op_kleur[:1])]
    return list(dict.fromkeys([*gekozen, *([grijs] if grijs else [])]))


def _rood(kleur: str) -> int:
    rood, groen, blauw = (int(kleur[i : i + 2], 16) for i in (1, 3, 5))
    return 2 * rood - groen - blauw


def uitgewerkt(
    naam: str,
    rijen: Mapping[str, Mapping[str, Any]],
    editie: str,
    tabellen: str,
    snapshots: Path,
) -> str:
    """Receipts of a layer that is just made, as Markdown, and the command for any other.

    rijen: cells of the layer of the areas that were chosen.
    """
    vraag = f"`veerkracht trace <gebied> {naam} --editie {editie}`"
    try:
        bonnen = bonnen_van(tabellen, editie, snapshots)
        bonnen.uitgave.met_laag(naam, rijen)
        delen = [
            f"#### {_kop(code, rij)}\n\n```text\n{als_tekst(bonnen.bon(code, naam))}\n```"
            for code, rij in rijen.items()
        ]
    except GeenBewijs as weg:
        return f"Geen bonnen: {weg}\n\nNa de uitgave: {vraag}"
    return "\n\n".join([*delen, f"Van elk ander gebied, na de uitgave: {vraag}"])


def _kop(code: str, rij: Mapping[str, Any]) -> str:
    return veilig(f"{rij['regionaam'] or 'zonder naam'} ({code}): {rij['label']}")


def als_tekst(bon: Knoop) -> str:
    """A receipt, folded, as plain text that fits in a dialog of the UI."""
    blad = Bontekst(diep=False)
    boom = blad.boom(bon).regels(_BREEDTE)
    bronnen = (deel for bron in blad.bronnen() for deel in vouw(bron, _BREEDTE))
    return "\n".join([*boom, *bronnen])
