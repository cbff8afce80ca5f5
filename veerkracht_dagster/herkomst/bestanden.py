"""Which publishers' files a table was made of, carried along in the table's attrs.

Here: putting the hashes in and taking them out; per base year, where a table has areas of several.
As one text, because pandas copies attrs at every look at a column.
Not here: which files went into a table (the stage that makes it knows).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from veerkracht_dagster.catalogus.models import Editie

_ATTR = "snapshots"
# Of a source table its delivery: per part the dialect and (name, sha256) of the files, as JSON.
LEVERING = "levering"
LEVERINGEN = "leveringen"  # of every source behind a table what LEVERING says of it
GRONDSLAG = "grondslag"  # the same per year, of all that a crosswalk stands on
Beschrijving = Sequence[Mapping[str, Any]]
Grondslag = dict[str, dict[str, Beschrijving]]  # year -> source -> its delivery
ALLE = ""  # for a table that is not made per base year


def zet_bestanden(tabel: pd.DataFrame, per_basis: Mapping[Any, Iterable[str]]) -> None:
    """Note the sha256 of the files behind a table, per base year or under `ALLE`."""
    som = {str(basis): sorted(set(hashes)) for basis, hashes in per_basis.items()}
    tabel.attrs[_ATTR] = json.dumps(som, sort_keys=True)


def bestanden_van(tabel: Any, basis: object = ALLE) -> set[str]:
    """The sha256 of the files behind a table (DataFrame or Arrow dataset); none if not noted."""
    return set(json.loads(attrs_van(tabel).get(_ATTR, "{}")).get(str(basis), ()))


def attrs_van(tabel: Any) -> dict[Any, Any]:
    """What a table says of itself: attrs of a DataFrame, or as pandas leaves them in Arrow."""
    if isinstance(tabel, pd.DataFrame):
        return tabel.attrs
    kop = (tabel.schema.metadata or {}).get(b"pandas", b"{}")
    return dict(json.loads(kop).get("attributes") or {})


def onthoud_levering(tabel: pd.DataFrame, beschrijving: Beschrijving) -> None:
    """Let a source table say which files it was read from, and in which dialect."""
    tabel.attrs[LEVERING] = json.dumps(beschrijving)


def onthoud_leveringen(tabel: pd.DataFrame, bronnen: Mapping[str, pd.DataFrame]) -> None:
    """Let a table say the deliveries behind the source tables, with rows, that it was made of."""
    delen = {
        bron: json.loads(eigen.attrs.get(LEVERING, "[]"))
        for bron, eigen in bronnen.items()
        if len(eigen)
    }
    tabel.attrs[LEVERINGEN] = json.dumps(delen)


def leveringen_in(tabel: pd.DataFrame) -> dict[str, Beschrijving]:
    """What `onthoud_leveringen` wrote."""
    gelezen: dict[str, Beschrijving] = json.loads(tabel.attrs.get(LEVERINGEN, "{}"))
    return gelezen


def onthoud_grondslag(
    omzetting: pd.DataFrame,
    jaren: Iterable[str],
    gebieden: Mapping[str, pd.DataFrame],
    punten: Mapping[str, Mapping[str, Any]],
) -> None:
    """Let a crosswalk say the deliveries that it stands on, of every year that has areas.

    Args:
        jaren: those from its own to its bases, the years between among them.
        punten: per source of addresses or squares its table per year (Arrow dataset).
    """
    per_jaar: Grondslag = {
        jaar: {
            **leveringen_in(gebieden[jaar]),
            **{
                bron: json.loads(attrs_van(tabellen[jaar]).get(LEVERING, "[]"))
                for bron, tabellen in punten.items()
                if jaar in tabellen
            },
        }
        for jaar in sorted(jaren)
        if len(gebieden.get(jaar, ()))
    }
    vol = {jaar: {b: d for b, d in van.items() if d} for jaar, van in per_jaar.items()}
    omzetting.attrs[GRONDSLAG] = json.dumps({jaar: van for jaar, van in vol.items() if van})


def grondslag_van(omzettingen: Mapping[int, pd.DataFrame], editie: Editie) -> Grondslag:
    """The deliveries that crosswalks to an edition's areas stand on, of all years from there.

    Where two crosswalks name other files of a year, what was in these was the same when both were
    made: else the older of the two would have been stale. The first is kept.
    """
    uit: Grondslag = {}
    for jaar, tabel in sorted(omzettingen.items()):
        van, tot = sorted((jaar, editie.basisjaar))
        for ander, leveringen in json.loads(attrs_van(tabel).get(GRONDSLAG, "{}")).items():
            if van <= int(ander) <= tot:
                uit.setdefault(ander, leveringen)
    return dict(sorted(uit.items()))
