"""Why an area has no class on a layer, a second time; or what to know when reading it.

Here: the text beside every area of a layer, from the states of the figures that it is made of.
Not here: those figures (`naspel.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from veerkracht_dagster.catalogus.models import Editie, Kaartlaag
from veerkracht_dagster.rekenwijze.rekenen import MET_WAARDE, Cel

_TE_WEINIG = "niet informatief: te weinig buurten in de gemeente om mee te vergelijken"
_ZONDER_GEWICHT = "geen inwoners bekend om mee te wegen"
_GROND = {"K": ("K_begin", "K_eind"), "P": ("V_begin", "V_eind")}


def toelichting(
    laag: Kaartlaag,
    staten: Sequence[str],
    cellen: Mapping[str, Sequence[Cel]],
    informatief: Sequence[object],
    editie: Editie,
) -> Iterator[str]:
    """The text of every area.

    Args:
        staten: the state of the class. informatief: 'nee' where a gemeente has too few areas.
    """
    for i, staat in enumerate(staten):
        if staat in MET_WAARDE:
            yield _TE_WEINIG if laag.relatief and informatief[i] == "nee" else ""
            continue
        mist = [(naam, cellen[naam][i][1]) for naam in _gemaakt_van(laag)]
        zinnen = [
            f"{naam} {editie.begin}-{editie.eind}: {waarom}"
            for naam, waarom in mist
            if waarom not in MET_WAARDE
        ]
        yield "geen meting: " + ("; ".join(zinnen) or _ZONDER_GEWICHT)


def _gemaakt_van(laag: Kaartlaag) -> tuple[str, ...]:
    """The figures under the class, as far down as they have a state of their own."""
    if laag.klasse_uit == "focus":
        return "K_eind", "V_eind"
    if laag.klasse_uit in ("signaal_absoluut", "signaal_relatief"):
        return _GROND["K"] + _GROND["P"]
    verandering, _, _ = laag.waarde.partition("_")
    return _GROND[verandering[1]] if verandering in ("dK", "dP") else (laag.waarde,)
