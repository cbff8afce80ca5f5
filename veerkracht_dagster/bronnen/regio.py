"""Region codes and levels: trimmed, checked against the catalogue's pattern, unique.

Here: land, gemeente, wijk and buurt. Not here: figures, geometry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.fouten import Problemen
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.catalogus.tabellen import CODEPATROON

NIVEAU_VAN_CODE = {"NL": "land", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}
NIVEAU_VAN_SOORT = {"Land": "land", "Gemeente": "gemeente", "Wijk": "wijk", "Buurt": "buurt"}


def tekst(waarden: Iterable[Any]) -> pd.Series:
    """Texts without the blanks around them; None stays missing."""
    return pd.Series(list(waarden), dtype="str").str.strip()


def niveaus(codes: pd.Series) -> pd.Series:
    """The level that each code's first two letters say; missing for other letters."""
    return codes.str[:2].map(NIVEAU_VAN_CODE).astype("str")


def niveaus_van_soort(
    bestand: Bestand, codes: pd.Series, soort: pd.Series | None, *, kolom: str
) -> pd.Series:
    """The level that the publisher's kind of region says; of other regions than ours missing.

    Raises:
        BronFout: a kind that nobody knows at a code of one of ours.
    """
    van_code = niveaus(codes)
    if soort is None:
        return van_code
    niveau = soort.map(NIVEAU_VAN_SOORT).astype("str")
    problemen = Problemen(bestand.waar)
    for rij in np.flatnonzero(niveau.isna() & van_code.notna()):
        problemen.erbij(
            kolom=kolom,
            rij=int(rij),
            code=str(codes.iloc[rij]),
            gevonden=f"de soort {soort.iloc[rij]!r}",
            verwacht="een van " + ", ".join(NIVEAU_VAN_SOORT),
            remedie="haal het bestand opnieuw op bij de uitgever; is het een nieuwe naam van een "
            "soort, zet die dan in bronnen/regio.py",
        )
    problemen.werp()
    return niveau


_GEEN_GEBIED = (
    "haal de regel weg als zij geen gebied is, zoals een totaal of een toelichting; anders hoort "
    "hier de code van het gebied"
)


def geen_code(tekst: object) -> bool:
    """Whether a cell is no misspelt code: a code has digits, at least the four of a gemeente."""
    return len(re.findall(r"\d", str(tekst))) < 4


def weiger_codes(
    bestand: Bestand, codes: pd.Series, niveau: pd.Series | None = None, *, kolom: str
) -> None:
    """Refuse codes of another shape, codes of another level than `niveau`, and duplicates.

    The index of `codes` says the row in the file.

    Raises:
        BronFout: names the rows and codes.
    """
    problemen = Problemen(bestand.naam)
    goed = codes.str.fullmatch(CODEPATROON.strip("^$")).fillna(False).to_numpy(bool)
    for rij in np.flatnonzero(~goed):
        problemen.erbij(
            kolom=kolom,
            rij=int(codes.index[int(rij)]),
            code=str(codes.iloc[rij]),
            gevonden=f"de code {codes.iloc[rij]!r}",
            verwacht="NL00, GM + 4 cijfers, WK + 6 of BU + 8 tekens, met hoofdletters",
            remedie=_GEEN_GEBIED
            if geen_code(codes.iloc[rij])
            else "herstel de code; voorloopnullen en letters horen erbij",
        )
    if niveau is not None:
        for rij in np.flatnonzero(goed & (niveaus(codes) != niveau).to_numpy(bool)):
            problemen.erbij(
                kolom=kolom,
                rij=int(codes.index[int(rij)]),
                code=str(codes.iloc[rij]),
                gevonden=f"een {niveau.iloc[rij]} met de code {codes.iloc[rij]}",
                verwacht=f"een code van een {niveau.iloc[rij]}",
                remedie="haal het bestand opnieuw op bij de uitgever",
            )
    weiger_dubbel(problemen, codes, kolom)
    problemen.werp()


def weiger_dubbel(problemen: Problemen, sleutels: pd.Series, kolom: str) -> None:
    """Note every key that occurs more than once, at its second row."""
    for rij in np.flatnonzero(sleutels.duplicated()):
        problemen.erbij(
            kolom=kolom,
            rij=int(sleutels.index[int(rij)]),
            code=str(sleutels.iloc[rij]),
            gevonden=f"de sleutel {sleutels.iloc[rij]} voor de tweede keer",
            verwacht="elke sleutel een keer",
            remedie="haal de dubbele rij weg of haal het bestand opnieuw op",
        )


def zonder_kenmerk(gebieden: Mapping[str, pd.Series]) -> tuple[str, ...]:
    """A remark for each text about the region that the file does not have."""
    kenmerken = ("regionaam", "gemeentenaam", "indelingswijziging")
    return tuple(f"geen kolom voor {naam}" for naam in kenmerken if naam not in gebieden)
