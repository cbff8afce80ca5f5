"""CBS's output rules for microdata: what may not have left its environment may not come in here.

Here: keys of persons, small cells, rounding. Not here: the manifest (`levering.py`).
Source: CBS, guidelines for RA output; STAPMON for income and wealth (sources.md, section 8).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.fouten import Problemen
from veerkracht_dagster.bronnen.invoer import Bestand

KLEINSTE_CEL, KLEINSTE_CEL_INKOMEN = 10, 100
AFRONDING, AFRONDING_INKOMEN = 5, 100
_PERSOONSSLEUTEL = re.compile(r"^(RIN|BEID|BSN|A-?nummer$)", re.IGNORECASE)
_VRAAG = "vraag een uitvoer die aan de uitvoerregels van het CBS voldoet"


def weiger_persoonssleutels(bestand: Bestand, koppen: Iterable[str]) -> None:
    """Refuse a file with a key of persons or companies.

    Raises:
        BronFout: names the columns.
    """
    problemen = Problemen(bestand.waar)
    for kop in koppen:
        if _PERSOONSSLEUTEL.match(kop.strip()):
            problemen.erbij(
                kolom=kop,
                gevonden="een sleutel van personen of bedrijven",
                verwacht="uitvoer zonder RIN- of BEID-sleutels",
                remedie="verwijder dit bestand en meld het; zulke gegevens mogen niet naar buiten",
            )
    problemen.werp()


def weiger_cellen(
    bestand: Bestand,
    codes: pd.Series,
    getallen: Mapping[str, np.ndarray],
    inkomen: Collection[str],
    afronding: int,
) -> None:
    """Refuse counts that are too small, or not rounded as the delivery says.

    Args:
        getallen: every column of figures, also those that we do not keep; NaN for empty.
        inkomen: the columns about income or wealth, with a higher bound.
        afronding: what counts are rounded to.

    Raises:
        BronFout: names the columns, rows and codes; never the figure itself.
    """
    problemen = Problemen(bestand.waar)
    for kolom, reeks in getallen.items():
        over_inkomen = kolom in inkomen
        minste = KLEINSTE_CEL_INKOMEN if over_inkomen else KLEINSTE_CEL
        veelvoud = AFRONDING_INKOMEN if over_inkomen else afronding
        for rij in np.flatnonzero(reeks < minste):
            problemen.erbij(
                kolom=kolom,
                rij=int(rij),
                code=str(codes.iloc[rij]),
                gevonden=f"een cel met minder dan {minste} personen",
                verwacht=f"ten minste {minste} personen, of een lege cel",
                remedie=_VRAAG,
            )
        for rij in np.flatnonzero((reeks >= minste) & (reeks % veelvoud != 0)):
            problemen.erbij(
                kolom=kolom,
                rij=int(rij),
                code=str(codes.iloc[rij]),
                gevonden=f"een aantal dat niet op {veelvoud} is afgerond",
                verwacht=f"een veelvoud van {veelvoud}",
                remedie=_VRAAG + ", of noem de afronding in het manifest (`afronding`)",
            )
    problemen.werp()
