"""Kerncijfers as the old StatWeb wrote them: title lines, two header rows, names without codes.

Here: that form, and linking a name to the one region of the table that has it.
Not here: StatLine's own export, with codes (`statline.py`).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.dialecten.odata import V3, alle_rijen, veld, verplichte_paginas
from veerkracht_dagster.bronnen.fouten import BronFout, Problemen, bronfout
from veerkracht_dagster.bronnen.getallen import Notatie, getallen_van
from veerkracht_dagster.bronnen.invoer import Bestand, tekst_van
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp, zoek
from veerkracht_dagster.bronnen.regio import niveaus, tekst, weiger_codes
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Lezing, Vraag, gebiedstabel
from veerkracht_dagster.catalogus.models.basis import zelfde

_NOTATIE = Notatie(frozenset({"", "."}), decimaal=",")
_TITEL = re.compile(r"Kerncijfers wijken en buurten (\d{4})")
_BRON = re.compile(r"(Bron: CBS|©|\(c\) ?CBS)", re.IGNORECASE)
_OPNIEUW = "haal de tabel opnieuw op als OData of als StatLine-CSV"
_LIJST = "WijkenEnBuurten"


@dataclass(frozen=True)
class Uitvoer:
    """An export: its year, topics in order of columns, names of regions, cells as text."""

    jaar: int
    onderwerpen: list[Onderwerp]
    namen: list[str]
    cellen: list[list[str]]


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of kerncijfers from a StatWeb export and the table's own list of regions.

    A region whose name none or several regions of the list have, is left out and counted in the
    remarks: its cells are then `ontbreekt` further on.

    Raises:
        BronFout: more than one export, another year, cut off, a column matched twice, a text
            where a number should be, or a list of another table.
    """
    bestand = _een_uitvoer(deel)
    uitvoer = lees_uitvoer(bestand)
    if uitvoer.jaar != vraag.peiljaar:
        raise bronfout(
            bestand.naam,
            gevonden=f"cijfers van {uitvoer.jaar}",
            verwacht=f"cijfers van {vraag.peiljaar}, zoals de bestandsnaam zegt",
            remedie="geef het bestand de naam van zijn eigen jaar",
        )
    codes = koppel(uitvoer.namen, regios_van(deel, vraag))
    gekoppeld = codes.notna().to_numpy(bool)
    weiger_codes(bestand, codes[gekoppeld], kolom="Wijken en buurten")
    gevonden = zoek(bestand, vraag.kolommen, uitvoer.onderwerpen, overgeslagen=vraag.overgeslagen)
    ruw = {s: [rij[int(s)] for rij in uitvoer.cellen] for s in gevonden.sleutels.values()}
    getallen = getallen_van(bestand, ruw, _NOTATIE)
    gebieden = {
        "niveau": niveaus(codes[gekoppeld]),
        "regiocode": codes[gekoppeld],
        "regionaam": tekst(uitvoer.namen)[gekoppeld],
        "bron_bestand": pd.Series([bestand.sha256] * int(gekoppeld.sum()), dtype="str"),
        "bron_rij": pd.Series(np.flatnonzero(gekoppeld)),
    }
    waarden = {naam: getallen[s][gekoppeld] for naam, s in gevonden.sleutels.items()}
    titel_van = {o.sleutel: o.titel for o in uitvoer.onderwerpen}
    return Lezing(
        gebiedstabel(vraag, gebieden, waarden, gebiedsjaar=vraag.peiljaar),
        (Gelezen(bestand.naam, bestand.sha256, len(uitvoer.namen)),),
        {naam: titel_van[s] for naam, s in gevonden.sleutels.items()},
        gevonden.niet_gevonden,
        _opmerkingen(uitvoer.namen, gekoppeld),
    )


def lees_uitvoer(bestand: Bestand) -> Uitvoer:
    """What a StatWeb export says.

    Raises:
        BronFout: no title with a year, no header rows, rows of another length, or no line with the
            source at the end (cut off).
    """
    try:
        regels = list(csv.reader(io.StringIO(tekst_van(bestand)), delimiter=";", strict=True))
    except csv.Error as fout:
        raise _onleesbaar(bestand, f"een regel die niet te lezen is ({fout})") from fout
    regels = [regel for regel in regels if regel]
    titel = _TITEL.search(regels[0][0])
    kop = next((i for i, r in enumerate(regels) if r[0].strip() == "Wijken en buurten"), None)
    if titel is None or kop is None or kop < 1:
        raise _onleesbaar(bestand, f"een begin als {regels[0][0][:60]!r}")
    if len(regels[-1]) != 1 or not _BRON.match(regels[-1][0].strip()):
        raise _onleesbaar(bestand, f"een laatste regel {';'.join(regels[-1])[:60]!r}")
    titels, eenheden, rijen = regels[kop - 1], regels[kop], regels[kop + 1 : -1]
    problemen = Problemen(bestand.naam)
    for nummer, rij in enumerate([titels, *rijen], start=-1):
        if len(rij) != len(eenheden):
            problemen.erbij(
                rij=nummer if nummer >= 0 else None,
                gevonden=f"{len(rij)} velden",
                verwacht=f"{len(eenheden)} velden, zoals de regel met eenheden",
                remedie=_OPNIEUW,
            )
    problemen.werp()
    onderwerpen = [
        _onderwerp(plaats, titels[plaats], eenheden[plaats]) for plaats in range(1, len(titels))
    ]
    return Uitvoer(int(titel[1]), onderwerpen, [rij[0].strip() for rij in rijen], rijen)


def koppel(namen: list[str], regios: pd.DataFrame) -> pd.Series:
    """The code of each name, missing where none or several regions have it.

    Args:
        regios: columns code and titel.
    """
    sleutels = regios["titel"].map(zelfde)
    uniek = ~sleutels.duplicated(keep=False)
    code_van = dict(zip(sleutels[uniek], regios["code"][uniek], strict=True))
    keren = Counter(map(zelfde, namen))
    return pd.Series(
        [code_van.get(zelfde(n)) if keren[zelfde(n)] == 1 else None for n in namen], dtype="str"
    )


def regios_van(deel: VastgelegdDeel, vraag: Vraag) -> pd.DataFrame:
    """Code and title of every region of the table, from the list beside the export."""
    lijsten = [b for b in deel.bestanden if b.kort.startswith(_LIJST)]
    eigen = [Bestand(f"{_LIJST}.{b.kort.partition('.')[2]}", b.pad, b.sha256) for b in lijsten]
    rijen = alle_rijen(paginas := verplichte_paginas(eigen, _LIJST, V3, vraag))
    return pd.DataFrame(
        {
            "code": tekst(veld(paginas[0].bestand, rijen, "Key")),
            "titel": tekst(veld(paginas[0].bestand, rijen, "Title")),
        }
    )


def _een_uitvoer(deel: VastgelegdDeel) -> Bestand:
    uitvoer = [b for b in deel.bestanden if not b.kort.startswith(_LIJST)]
    if len(uitvoer) != 1:
        raise bronfout(
            uitvoer[0].naam,
            gevonden="meer dan een bestand voor dit jaar: " + ", ".join(b.kort for b in uitvoer),
            verwacht="een bestand",
            remedie="laat het bestand staan dat geldt, en haal de andere weg",
        )
    return uitvoer[0]


def _onderwerp(plaats: int, pad: str, eenheid: str) -> Onderwerp:
    delen = [deel.strip() for deel in pad.split("|")]
    groep = delen[0] if len(delen) > 1 else None
    return Onderwerp(str(plaats), delen[-1], eenheid.strip(), groep)


def _opmerkingen(namen: list[str], gekoppeld: np.ndarray) -> tuple[str, ...]:
    los = [naam for naam, heeft_code in zip(namen, gekoppeld, strict=True) if not heeft_code]
    if not los:
        return ()
    getoond = ", ".join(los[:5]) + (", ..." if len(los) > 5 else "")
    return (f"{len(los)} van {len(namen)} regio's zijn niet met zekerheid te koppelen: {getoond}",)


def _onleesbaar(bestand: Bestand, gevonden: str) -> BronFout:
    return bronfout(
        bestand.naam,
        gevonden=gevonden,
        verwacht="een volledige uitvoer van StatWeb: titel, onderwerpen, eenheden, rijen, bron",
        remedie=_OPNIEUW,
    )
