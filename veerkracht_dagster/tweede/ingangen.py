"""The entries of a catalogue one by one: compared, and one taken over from another catalogue.

Here: which entries there are, as paths. Not here: what they mean (`catalogus/models/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from veerkracht_dagster.catalogus.models import Catalogus, Editie

Pad = tuple[str, ...]
EDITIE = "editie"
# How deep an entry lies: a layer's limits are an entry, and so is a column as a whole.
_DIEPTE = {
    "kolommen": 2, "groepen": 2, "microdata": 1, "indicatoren": 4, "overzichten": 2, "maten": 2,
    "domeinen": 2, "rapportmaten": 2, "vergelijkmaten": 2, "kaartlagen": 3, "geen_meting": 1,
    "bijsluiter": 1, "omzetting": 2, "constanten": 2, EDITIE: 3,
}  # fmt: skip


def ingangen(cat: Catalogus, editie: Editie) -> dict[Pad, Any]:
    """Every entry that says something about figures, and those of the edition."""
    alles = {**cat.model_dump(mode="json"), EDITIE: editie.model_dump(mode="json")}
    uit: dict[Pad, Any] = {}
    for deel, diepte in _DIEPTE.items():
        uit |= dict(_tot(alles[deel], (deel,), diepte - 1))
    return uit


def _tot(inhoud: Any, pad: Pad, diepte: int) -> Iterator[tuple[Pad, Any]]:
    if diepte <= 0 or not isinstance(inhoud, Mapping):
        yield pad, inhoud
        return
    for sleutel, waarde in inhoud.items():
        yield from _tot(waarde, (*pad, str(sleutel)), diepte - 1)


def anders(oud: Mapping[Pad, Any], nieuw: Mapping[Pad, Any]) -> list[Pad]:
    """Entries that are not the same, or on one side only."""
    geen = object()
    alle = dict.fromkeys([*oud, *nieuw])
    return [pad for pad in alle if oud.get(pad, geen) != nieuw.get(pad, geen)]


def met_ingang(cat: Catalogus, editie: Editie, pad: Pad, waarde: Any) -> tuple[Catalogus, Editie]:
    """The same with one entry replaced; without it where `waarde` is None.

    Raises:
        pydantic.ValidationError: by itself, the entry does not fit the rest.
    """
    alles = {**cat.model_dump(mode="json"), EDITIE: editie.model_dump(mode="json")}
    plek: Any = alles
    for sleutel in pad[:-1]:
        plek = plek.setdefault(sleutel, {})
    if waarde is None:
        plek.pop(pad[-1], None)
    else:
        plek[pad[-1]] = waarde
    nieuwe_editie = Editie.model_validate(alles.pop(EDITIE))
    return (cat if pad[0] == EDITIE else Catalogus.model_validate(alles)), nieuwe_editie
