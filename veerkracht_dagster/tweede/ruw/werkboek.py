"""Workbooks of Excel read a second time: .xlsx, a zip with XML, opened with nothing but Python.

Here: the sheet with two or more cells in a row, its header, its rows as they stand in the XML.
Not here: macros, formulas and other refusals (`bronnen/werkboek.py`); .xls (`oud_werkboek.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.rekenwijze.ruw.cel import getal, tekst_in
from veerkracht_dagster.tweede.ruw import oud_werkboek
from veerkracht_dagster.tweede.ruw.blad import (
    Bewijslevering,
    GeenTweedeLezer,
    Gesplitst,
    Kop,
    Ruwbestand,
    Ruwblad,
    Splitser,
    Vorm,
)
from veerkracht_dagster.tweede.ruw.register import inhoud_van

KWB_CODES = ("gwb_code_10", "gwb_code")  # headers of CBS's codes of areas
_RIJ = re.compile(rb"<row\b[^>]*?(?:/>|>.*?</row>)", re.S)
_CEL = re.compile(rb'<c\b[^>]*\br="([A-Z]+)\d+"')
_ELDERS = re.compile(rb'<c\b[^>]*\bt="s"[^>]*>\s*<v[^>]*>(\d+)</v>')
_SI = re.compile(rb"<si\b.*?</si>", re.S)


def letters(nummer: int) -> str:
    """The name of a column, from 0: A ... Z, AA ..."""
    uit, nummer = "", nummer + 1
    while nummer:
        nummer, rest = divmod(nummer - 1, 26)
        uit = chr(65 + rest) + uit
    return uit


def _nummer(naam: bytes) -> int:
    uit = 0
    for letter in naam:
        uit = uit * 26 + letter - 64
    return uit - 1


@lru_cache(maxsize=8)
def _gedeeld(bestand: Ruwbestand, _stempel: str) -> list[bytes]:
    """The texts that the sheets refer to, as they stand."""
    leden = [lid for lid in bestand.leden() if lid.lid == "xl/sharedStrings.xml"]
    return _SI.findall(leden[0].bytes()) if leden else []


def _heel(bestand: Ruwbestand, rij: bytes) -> bytes:
    """A row, with behind it the texts that it refers to."""
    gedeeld = _gedeeld(replace(bestand, lid=None), bestand.stempel)
    nummers = sorted({int(nummer) for nummer in _ELDERS.findall(rij)})
    return rij + b"".join(b"\n<!--%d-->" % n + gedeeld[n] for n in nummers)


def _cellen(bestand: Ruwbestand, rij: bytes) -> dict[str, str]:
    """Of a row, the filled cells by the letters of their column."""
    heel = _heel(bestand, rij)
    namen = [naam.decode() for naam in _CEL.findall(rij)]
    teksten = {naam: tekst_in("xlsx", heel, (naam,)) for naam in namen}
    return {naam: tekst for naam, tekst in teksten.items() if tekst and tekst.strip()}


def _bladen(bestand: Ruwbestand) -> Iterator[tuple[str, Ruwbestand]]:
    """Names and members of the sheets."""
    per_lid = {lid.lid: lid for lid in bestand.leden()}
    boek, verwijzingen = (
        per_lid[naam].bytes().decode() for naam in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    )
    doel = {}
    for regel in re.findall(r"<Relationship\b[^>]*>", verwijzingen):
        eigen = dict(re.findall(r'(\w+)="([^"]*)"', regel))
        doel[eigen["Id"]] = eigen["Target"].removeprefix("/xl/")
    for regel in re.findall(r"<sheet\b[^>]*>", boek):
        eigen = dict(re.findall(r'(\w+)="([^"]*)"', regel.replace("r:id", "rid")))
        yield eigen["name"], per_lid["xl/" + doel[eigen["rid"]]]


def _kop(lid: Ruwbestand, bekend: Collection[str]) -> tuple[int, dict[str, str]]:
    """The end of the header and its cells: the row with what is known to be in it, else the first
    with two or more filled cells."""
    eerste: tuple[int, dict[str, str]] = 0, {}
    for rij in islice(_RIJ.finditer(inhoud_van(lid)), oud_werkboek.HOOGSTE_KOP):
        cellen = _cellen(lid, rij[0])
        if any(tekst.strip().lower() in bekend for tekst in cellen.values()):
            return rij.end(), cellen
        if len(cellen) > 1 and not eerste[1]:
            eerste = rij.end(), cellen
        if eerste[1] and not bekend:
            break
    return eerste


def _blad(
    bestand: Ruwbestand, naam: str | None, bekend: Collection[str]
) -> tuple[Ruwbestand, int, list[str]]:
    """The sheet of that name, or the only one that holds something; its header."""
    gevuld = []
    for titel, lid in _bladen(bestand):
        eind, cellen = _kop(lid, bekend)
        if cellen and naam in (None, titel):
            breedte = max(_nummer(letter.encode()) for letter in cellen) + 1
            koppen = [cellen.get(letters(i), "").strip() for i in range(breedte)]
            gevuld.append((lid, eind, koppen))
    if len(gevuld) != 1:
        raise GeenTweedeLezer(f"{bestand.naam}: {len(gevuld)} bladen met gegevens")
    return gevuld[0]


def tabel_van(
    bestand: Ruwbestand, naam: str | None = None, bekend: Collection[str] = ()
) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a sheet as texts, empty rows left out.

    bekend: in lower case, what is known to be in the header.
    """
    if oud_werkboek.is_oud(bestand):
        return oud_werkboek.tabel_van(bestand, naam, bekend)
    lid, eind, koppen = _blad(bestand, naam, bekend)
    rijen = []
    for rij in _RIJ.finditer(inhoud_van(lid), eind):
        cellen = _cellen(lid, rij[0])
        if cellen:
            rijen.append([cellen.get(letters(i), "") for i in range(len(koppen))])
    return koppen, rijen


def koppen_van(bestand: Ruwbestand, bekend: Collection[str]) -> list[str]:
    """The header of the only sheet that holds something."""
    return (
        oud_werkboek.koppen_van(bestand, bekend)
        if oud_werkboek.is_oud(bestand)
        else _blad(bestand, None, bekend)[2]
    )


def vorm_van(
    bestand: Ruwbestand,
    naam: str | None,
    bekend: Collection[str],
    koppen: Mapping[str, Kop],
    regio: int,
    jaar: int,
) -> Vorm:
    """How the rows of a sheet are found.

    koppen: `plek` is the number of the column, which becomes its letters here.
    """
    if oud_werkboek.is_oud(bestand):
        return oud_werkboek.vorm_van(bestand, naam, bekend, koppen, regio, jaar)
    lid, eind, _ = _blad(bestand, naam, bekend)
    letter = letters(regio)

    def splits(inhoud: Any) -> Gesplitst:
        for rij in _RIJ.finditer(inhoud, eind):
            code = tekst_in("xlsx", _heel(lid, rij[0]), (letter,))
            if code and code.strip():
                yield code.strip(), rij.start(), rij.end()

    eigen = {ons: replace(kop, plek=(letters(int(kop.plek[0])),)) for ons, kop in koppen.items()}
    return Vorm(
        eigen, (lid,), Splitser(f"xlsx-{letter}", splits), "xlsx", jaar,
        heel=lambda rij: _heel(lid, rij),
    )  # fmt: skip


# --- Kerncijfers as CBS gives them beside StatLine ---------------------------------------------
def _kwb(levering: Bewijslevering, kolommen: Mapping[str, Kolom]) -> tuple[dict[str, Kop], int]:
    koppen = [kop.lower() for kop in koppen_van(levering.bestanden[0], KWB_CODES)]
    regio = next(koppen.index(k) for k in KWB_CODES if k in koppen)
    uit = {}
    for naam, kolom in kolommen.items():
        for hun in kolom.uitgever.excel:
            if hun in koppen:
                uit[naam] = Kop(hun, kolom.titel, kolom.eenheid, "", (str(koppen.index(hun)),))
    return uit, regio


def blad_kwb(levering: Bewijslevering, kolommen: Mapping[str, Kolom], _niveau: str) -> Ruwblad:
    """The sheet of a delivery, every level in it."""
    koppen, regio = _kwb(levering, kolommen)
    _, rijen = tabel_van(levering.bestanden[0], None, KWB_CODES)
    blad = Ruwblad(levering.peiljaar, koppen, cijfers={naam: {} for naam in koppen})
    for rij in rijen:
        code = rij[regio].strip()
        blad.codes.append(code)
        for naam, kop in koppen.items():
            if (cijfer := getal(rij[int(kop.plek[0])])) is not None:
                blad.cijfers[naam][code] = cijfer
    return blad


def vorm_kwb(levering: Bewijslevering, kolommen: Mapping[str, Kolom], _niveau: str) -> Vorm:
    """How its rows are found."""
    koppen, regio = _kwb(levering, kolommen)
    return vorm_van(levering.bestanden[0], None, KWB_CODES, koppen, regio, levering.peiljaar)
