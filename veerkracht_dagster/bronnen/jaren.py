"""A year that a file tells in a column, held to the year that is asked.

Here: which columns tell a year, in every source: one that is called so, or codes with the year in
front (`2021BU02330000` in PDOK's `jaarstatcode`: first_contact.md, A11).
Not here: years in the names of files and tables (the dialects).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from veerkracht_dagster.bronnen.fouten import Problemen
from veerkracht_dagster.bronnen.invoer import Bestand

# Columns that hold a year and nothing else, as 2021, 2021.0, 2021JJ00 (StatLine) or a day in it.
_JAARKOLOMMEN = {
    "jaar",
    "peiljaar",
    "jaartal",
    "statjaar",
    "jaarstat",
    "year",
    "perioden",
    "periode",
}
_BEGINT_MET_JAAR = re.compile(r"((?:19|20)\d\d)(?!\d)", re.ASCII)
# In any column of codes; a shapefile cuts its name off at ten letters (`JAARSTATCO`).
_CODE_MET_JAAR = re.compile(r"((?:19|20)\d\d)(?:NL|GM|WK|BU)[0-9A-Z]{2,8}$", re.ASCII)
_CODEKOLOM = ("code", "stat")


def zonder_streepjes(naam: str) -> str:
    """A column's name however it is written: `gemeente_naam`, `gemeenteNaam`, `GEMEENTENAAM`."""
    return re.sub(r"[^a-z0-9]", "", naam.lower())


def jaarkolommen(namen: Iterable[str]) -> list[str]:
    """The columns that may tell a year, by their names."""
    return [
        naam
        for naam in namen
        if (kaal := zonder_streepjes(naam)) in _JAARKOLOMMEN
        or any(deel in kaal for deel in _CODEKOLOM)
    ]


def weiger_ander_jaar(
    bestand: Bestand,
    kolommen: Mapping[str, Iterable[object]],
    mag: Collection[int],
    wat: str = "gegevens",
) -> None:
    """Refuse a file of which a column says another year.

    Args:
        kolommen: columns as the file names them, such as `jaarkolommen` found them; the index of a
            Series says the row in the file.
        mag: the years that rows may be of.
        wat: what the file holds, for the message.

    Raises:
        BronFout: names the column and the first row of each other year.
    """
    verwacht = " of ".join(str(jaar) for jaar in sorted(set(mag)))
    problemen = Problemen(bestand.waar)
    for naam, waarden in kolommen.items():
        for jaar, (rij, waarde) in _jaren_in(naam, waarden).items():
            if jaar not in mag:
                problemen.erbij(
                    kolom=naam,
                    rij=rij,
                    gevonden=f"{wat} van {jaar} ({waarde})",
                    verwacht=f"{wat} van {verwacht}, zoals de map zegt",
                    remedie=f"zet het bestand in de map van {jaar}",
                )
    problemen.werp()


def _jaren_in(naam: str, waarden: Iterable[object]) -> dict[int, tuple[int, object]]:
    """Each year that a column tells, with the first row and value that tell it."""
    vorm = _BEGINT_MET_JAAR if zonder_streepjes(naam) in _JAARKOLOMMEN else _CODE_MET_JAAR
    reeks = waarden if isinstance(waarden, pd.Series) else pd.Series(list(waarden), dtype=object)
    uit: dict[int, tuple[int, object]] = {}
    for rij, waarde in reeks[~reeks.duplicated()].items():
        if (gevonden := vorm.match(str(waarde).strip())) is not None:
            uit.setdefault(int(gevonden[1]), (int(str(rij)), waarde))
    return uit
