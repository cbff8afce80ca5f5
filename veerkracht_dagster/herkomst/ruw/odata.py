"""Kerncijfers as OData answers, v3 and v4, read a second time.

Here: rows of a set, topics of DataProperties and MeasureCodes, one cell in a page.
Not here: completeness of pages, refusals (`bronnen/dialecten/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.herkomst.ruw.blad import (
    Blad,
    Kop,
    Levering,
    Plaats,
    Ruwbestand,
    bovenste,
    kies_koppen,
)

Kolommen = Mapping[str, Kolom]


def _rijen(levering: Levering, verzameling: str) -> Iterator[dict[str, Any]]:
    for bestand in levering.van(verzameling):
        yield from orjson.loads(bestand.bytes())["value"]


# --- v3 ---------------------------------------------------------------------------------------
def koppen_v3(levering: Levering, kolommen: Kolommen) -> tuple[dict[str, Kop], str]:
    """Our columns in this table, and the name of its dimension of regions."""
    rijen = list(_rijen(levering, "DataProperties"))
    ouders = {rij["ID"]: (rij.get("ParentID"), str(rij.get("Title") or "")) for rij in rijen}
    onderwerpen = [
        Kop(r["Key"], r["Title"] or "", r.get("Unit") or "", bovenste(r.get("ParentID"), ouders))
        for r in rijen
        if r.get("Type") == "Topic"
    ]
    regio = next(r["Key"] for r in rijen if str(r.get("Type")).startswith("Geo"))
    return kies_koppen(kolommen, onderwerpen), regio


def blad_v3(levering: Levering, kolommen: Kolommen, _niveau: str) -> Blad:
    """The sheet of a delivery, every level in it."""
    koppen, regio = koppen_v3(levering, kolommen)
    blad = Blad(levering.peiljaar, koppen, cijfers={naam: {} for naam in koppen})
    sleutels = [(kop.sleutel, blad.cijfers[naam]) for naam, kop in koppen.items()]
    for rij in _rijen(levering, "TypedDataSet"):
        code = rij[regio].strip()
        blad.codes.append(code)
        for sleutel, kolom in sleutels:
            if rij[sleutel] is not None:
                kolom[code] = float(rij[sleutel])
    return blad


def plaats_v3(levering: Levering, kolommen: Kolommen, naam: str, code: str) -> Plaats | None:
    """The cell of a column and area; None where the file does not have it."""
    koppen, regio = koppen_v3(levering, kolommen)
    if naam not in koppen:
        return None
    for bestand in levering.van("TypedDataSet"):
        for rij, record in _records(bestand, regio, code):
            return _plaats(bestand, rij, record, koppen[naam].sleutel, koppen[naam])
    return None


# --- v4 ---------------------------------------------------------------------------------------
def koppen_v4(levering: Levering, kolommen: Kolommen) -> dict[str, Kop]:
    """Our columns in this table."""
    groepen = {
        rij["Id"]: (rij.get("ParentId"), str(rij.get("Title") or ""))
        for rij in _rijen(levering, "MeasureGroups")
    }
    maten = [
        Kop(
            m["Identifier"], m.get("Title") or "", m.get("Unit") or "",
            bovenste(m.get("MeasureGroupId"), groepen),
        )
        for m in _rijen(levering, "MeasureCodes")
    ]  # fmt: skip
    return kies_koppen(kolommen, maten, maten=True)


def _regio_v4(levering: Levering) -> str:
    return next(
        str(rij["Identifier"])
        for rij in _rijen(levering, "Dimensions")
        if str(rij.get("Kind")).startswith("Geo")
    )


def blad_v4(levering: Levering, kolommen: Kolommen, _niveau: str) -> Blad:
    """The sheet of a delivery, every level in it."""
    koppen, regio = koppen_v4(levering, kolommen), _regio_v4(levering)
    blad = Blad(levering.peiljaar, koppen, cijfers={naam: {} for naam in koppen})
    blad.codes = [rij["Identifier"].strip() for rij in _rijen(levering, f"{regio}Codes")]
    per_maat = {kop.sleutel: blad.cijfers[naam] for naam, kop in koppen.items()}
    for rij in _rijen(levering, "Observations"):
        kolom = per_maat.get(rij["Measure"])
        gewoon = rij.get("ValueAttribute") in (None, "", "None")
        if kolom is not None and gewoon and rij["Value"] is not None:
            kolom[rij[regio].strip()] = float(rij["Value"])
    return blad


def plaats_v4(levering: Levering, kolommen: Kolommen, naam: str, code: str) -> Plaats | None:
    """The cell of a column and area; None where the file does not have it."""
    koppen, regio = koppen_v4(levering, kolommen), _regio_v4(levering)
    if naam not in koppen:
        return None
    kop = koppen[naam]
    maat = re.compile(rb'"Measure"\s*:\s*"' + re.escape(kop.sleutel.encode()) + rb'"')
    for bestand in levering.van("Observations"):
        for rij, record in _records(bestand, regio, code):
            if maat.search(record):
                return _plaats(bestand, rij, record, "Value", kop)
    codes = levering.van(f"{regio}Codes")[0]
    return Plaats(codes, -1, "(geen waarneming: lege cel)", kop)


# --- both -------------------------------------------------------------------------------------
def _records(bestand: Ruwbestand, veld: str, code: str) -> Iterator[tuple[int, bytes]]:
    """The records of a page about a region: their number and their bytes."""
    inhoud = bestand.bytes()
    vorm = rb'"%s"\s*:\s*"%s\s*"' % (re.escape(veld.encode()), re.escape(code.encode()))
    for gevonden in re.finditer(vorm, inhoud):
        begin = inhoud.rfind(b"{", 0, gevonden.start())
        eind = inhoud.find(b"}", gevonden.end()) + 1
        yield inhoud.count(b'"%s"' % veld.encode(), 0, begin), inhoud[begin:eind]


def _plaats(bestand: Ruwbestand, rij: int, record: bytes, veld: str, kop: Kop) -> Plaats:
    vorm = rb'"%s"\s*:\s*("(?:[^"\\]|\\.)*"|[^,}\s]+)' % re.escape(veld.encode())
    gevonden = re.search(vorm, record)
    tekst = gevonden[1].decode() if gevonden else ""
    return Plaats(bestand, rij, tekst, kop, record.decode())
