"""The publishers' raw files a second time: one small reader per dialect, apart from `bronnen/`.

Here: numbers of a whole file for the audit, and for a receipt one cell as it stands in the file.
Not here: fetching, refusing, keeping (`bronnen/`, `opslag/`); a file that is read here was taken in
and checked there.
"""

from veerkracht_dagster.tweede.ruw.blad import (
    Bewijslevering,
    GeenTweedeLezer,
    Kop,
    Plaats,
    Ruwbestand,
    Ruwblad,
)
from veerkracht_dagster.tweede.ruw.lezers import BEGIN, NIVEAUS_VAN, lees_blad
from veerkracht_dagster.tweede.ruw.opzoeken import Opzoeker, opzoekers

__all__ = [
    "BEGIN",
    "NIVEAUS_VAN",
    "Bewijslevering",
    "GeenTweedeLezer",
    "Kop",
    "Opzoeker",
    "Plaats",
    "Ruwbestand",
    "Ruwblad",
    "lees_blad",
    "opzoekers",
]
