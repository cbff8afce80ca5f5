"""Partitions: the peiljaren and edities, and which of them need which.

Belongs here: partition sets and mappings, computed from the catalogue when definitions load.
Not here: assets.
"""

from collections.abc import Callable, Iterable
from datetime import date

import dagster as dg

from veerkracht_dagster.catalogus import catalogus

_CAT = catalogus()
_LAATSTE = max(date.today().year, *(editie.eind for editie in _CAT.edities.values()))
JAREN = range(_CAT.eerste_peiljaar, _LAATSTE + 1)
# Static sets that grow by themselves: with time windows, automation looks at the latest one only.
PEILJAREN = dg.StaticPartitionsDefinition([str(jaar) for jaar in JAREN])
EDITIES = dg.StaticPartitionsDefinition(list(_CAT.edities))


def _mapping(
    stroomafwaarts: Iterable[str], nodig: Callable[[str], Iterable[int]]
) -> dg.StaticPartitionMapping:
    """Mapping to the peiljaren each downstream partition needs (those that exist)."""
    omgekeerd: dict[str, set[str]] = {}
    for partitie in stroomafwaarts:
        for jaar in nodig(partitie):
            if jaar in JAREN:
                omgekeerd.setdefault(str(jaar), set()).add(partitie)
    return dg.StaticPartitionMapping(
        {boven: sorted(onder) for boven, onder in sorted(omgekeerd.items())}
    )


def bases_van(jaar: int) -> set[tuple[str, int]]:
    """(niveau, base year) of the editions that may use figures of `jaar`."""
    return {
        (editie.niveau, editie.basisjaar)
        for editie in _CAT.edities.values()
        if jaar in editie.peiljaren
    }


def gebiedsjaren_van(jaar: int) -> set[int]:
    """Years on whose areas the figures of `jaar` may stand."""
    return {jaar, *_CAT.metingen_leefbaarometer}


def bases_vanuit(gebiedsjaar: int) -> set[tuple[str, int]]:
    """(niveau, base year) pairs to which the areas of a year must be converted."""
    return {
        basis
        for jaar in JAREN
        if gebiedsjaar in gebiedsjaren_van(jaar)
        for basis in bases_van(jaar)
    }


_JAREN = PEILJAREN.get_partition_keys()


def tot_de_bases(jaar: int) -> set[int]:
    """The years from a year to every base it leads to, those between too: for marks and chains."""
    bases = {jaar, *(basis for _, basis in bases_vanuit(jaar))}
    return {j for basis in bases for j in range(min(jaar, basis), max(jaar, basis) + 1)}


OMZETTING_GEBIEDEN = _mapping(_JAREN, lambda jaar: tot_de_bases(int(jaar)))
BUURTTABEL_OMZETTING = _mapping(_JAREN, lambda jaar: gebiedsjaren_van(int(jaar)))
BUURTTABEL_GEBIEDEN = _mapping(_JAREN, lambda jaar: {basis for _, basis in bases_van(int(jaar))})
EDITIE_PEILJAREN = _mapping(_CAT.edities, lambda naam: _CAT.edities[naam].peiljaren)
# Every year on whose areas its figures may stand, and the base year, whose areas they are.
EDITIE_OMZETTING = _mapping(
    _CAT.edities,
    lambda naam: _CAT.gebiedsjaren(_CAT.edities[naam]),
)
EDITIE_BASISJAAR = _mapping(_CAT.edities, lambda naam: [_CAT.edities[naam].basisjaar])
