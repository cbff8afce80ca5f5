"""Kerncijfers as the workbook that CBS gives beside StatLine (kwb-2013.xls to kwb2025.xlsx).

Here: one row per region, Excel names as headers, numbers as numbers or as text with a comma or a
point, every mark of 'no number' that was met in these files.
Not here: other workbooks (deliveries: `levering.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.dialecten.statline import een_bestand
from veerkracht_dagster.bronnen.fouten import Problemen, bronfout
from veerkracht_dagster.bronnen.getallen import Notatie, getallen_van
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.jaren import jaarkolommen, weiger_ander_jaar
from veerkracht_dagster.bronnen.onderwerpen import meld_afwezig
from veerkracht_dagster.bronnen.regio import (
    niveaus_van_soort,
    tekst,
    weiger_codes,
    zonder_kenmerk,
)
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, gebiedstabel
from veerkracht_dagster.bronnen.werkboek import Werkblad, bladen_van, cel_als_tekst
from veerkracht_dagster.catalogus.models import Kolom

# '.' with any blanks around it, an empty cell, and 5,507 cells of g_gas_ap in 2022: a lone ','.
LEEG = frozenset({"", ".", ","})
# These are per 1,000, whatever their name's first letter says (sources.md, section 3.2).
PER_DUIZEND = frozenset({"p_geb", "p_ste", "p_wmo_t"})
_CODEKOPPEN = ("gwb_code_10", "gwb_code")
_OPNIEUW = "haal het Excel-bestand opnieuw op bij het CBS"
_KOLOMMEN_BEKEND_VANAF = 2019
_NOTATIE = Notatie(LEEG, gemengd=True)


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of kerncijfers from a workbook.

    Raises:
        BronFout: more than one file, no workbook or an unsafe one, no sheet with region codes, a
            header twice, a text where a number should be, wrong or double codes, or a column per
            1,000 that the catalogue calls a percentage.
    """
    bestand = een_bestand(deel)
    blad = _blad(bestand)
    plaats = {kop: i for i, kop in enumerate(blad.koppen)}
    sleutels = {
        naam: excel
        for naam, kolom in vraag.kolommen.items()
        if (excel := _excelnaam(bestand, naam, kolom, plaats)) is not None
    }
    _weiger_afwezig(bestand, sleutels, blad.koppen, vraag)
    jaren = {kop: blad.kolom(plaats[kop]) for kop in jaarkolommen(blad.koppen)}
    weiger_ander_jaar(bestand, jaren, [vraag.peiljaar])
    cijfers = {excel: blad.kolom(plaats[excel]) for excel in sleutels.values()}
    getallen = getallen_van(bestand, cijfers, _NOTATIE)
    gebieden = _gebieden(bestand, blad, plaats)
    houden = gebieden["niveau"].notna().to_numpy(bool)
    frame = gebiedstabel(
        vraag,
        {naam: reeks[houden] for naam, reeks in gebieden.items()},
        {naam: getallen[excel][houden] for naam, excel in sleutels.items()},
        gebiedsjaar=vraag.peiljaar,
    )
    weg = int((~houden).sum())
    return Lezing(
        frame,
        (Gelezen(bestand.naam, bestand.sha256, len(blad.rijen)),),
        sleutels,
        tuple(naam for naam in vraag.kolommen if naam not in sleutels),
        blad.opmerkingen
        + zonder_kenmerk(gebieden)
        + ((f"{weg} regio's zijn geen land, gemeente, wijk of buurt",) if weg else ()),
    )


def _blad(bestand: Bestand) -> Werkblad:
    """The sheet with the regions; headers without the blanks that some of them end with."""
    alle = bladen_van(bestand, koppen=_CODEKOPPEN)
    bladen = [blad for blad in alle if set(_CODEKOPPEN) & set(blad.koppen)]
    if len(bladen) != 1:
        raise bronfout(
            bestand.waar,
            gevonden=f"{len(bladen)} bladen met een kolom {' of '.join(_CODEKOPPEN)}",
            verwacht="een blad met een rij per regio",
            remedie=_OPNIEUW,
        )
    return bladen[0]


def _excelnaam(bestand: Bestand, naam: str, kolom: Kolom, plaats: dict[str, int]) -> str | None:
    """The header of a column of ours, None when this year does not have it."""
    namen = [excel for excel in kolom.uitgever.excel if excel in plaats]
    problemen = Problemen(bestand.waar)
    if len(namen) > 1:
        problemen.erbij(
            kolom=naam,
            gevonden=" en ".join(namen),
            verwacht="een van die kolommen",
            remedie="maak `uitgever.excel` van de kolom in kolommen.yml eenduidig",
        )
    for excel in set(namen) & PER_DUIZEND:
        if "1 000" not in kolom.eenheid:
            problemen.erbij(
                kolom=excel,
                gevonden=f"de eenheid '{kolom.eenheid}' in kolommen.yml ({naam})",
                verwacht="een eenheid 'per 1 000 ...'; zo schrijft het CBS deze kolom",
                remedie="verbeter de eenheid in kolommen.yml",
            )
    problemen.werp()
    return namen[0] if namen else None


def _weiger_afwezig(
    bestand: Bestand, sleutels: Mapping[str, str], koppen: list[str], vraag: Vraag
) -> None:
    """Of earlier workbooks it is not known which columns they have."""
    problemen = Problemen(bestand.waar)
    for naam, kolom in vraag.kolommen.items():
        if naam not in sleutels and vraag.peiljaar >= _KOLOMMEN_BEKEND_VANAF:
            gezocht = kolom.uitgever.excel[0]
            meld_afwezig(problemen, naam, kolom, gezocht, koppen, vraag.peiljaar)
    problemen.werp()


def _gebieden(bestand: Bestand, blad: Werkblad, plaats: dict[str, int]) -> Kolommen:
    def kolom(*koppen: str) -> pd.Series | None:
        kop = next((kop for kop in koppen if kop in plaats), None)
        return None if kop is None else tekst(map(cel_als_tekst, blad.kolom(plaats[kop])))

    kop = next(kop for kop in _CODEKOPPEN if kop in plaats)
    codes = kolom(*_CODEKOPPEN)
    assert codes is not None
    soort = kolom("recs")
    niveau = niveaus_van_soort(bestand, codes, soort, kolom="recs")
    bekend = niveau.notna()
    weiger_codes(bestand, codes[bekend], niveau[bekend], kolom=kop)
    uit = {
        "niveau": niveau,
        "regiocode": codes,
        "regionaam": kolom("regio"),
        "gemeentenaam": kolom("gm_naam"),
        "indelingswijziging": kolom("ind_wbi"),
        "bron_bestand": pd.Series([bestand.sha256] * len(codes), dtype="str"),
        "bron_rij": pd.Series(np.arange(len(codes))),
    }
    return {naam: reeks for naam, reeks in uit.items() if reeks is not None}
