"""Kerncijfers as OData answers, v3 and v4, and as the bulk download of v4, read a second time.

Here: rows of a set, topics of DataProperties and MeasureCodes, records of a page and of a CSV.
Not here: completeness of pages, refusals (`bronnen/dialecten/`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.rekenwijze.ruw.cel import getal, velden_van
from veerkracht_dagster.tweede.ruw.blad import (
    Bewijslevering,
    Gesplitst,
    Kop,
    Ruwbestand,
    Ruwblad,
    Splitser,
    Vorm,
    bovenste,
    kies_koppen,
)
from veerkracht_dagster.tweede.ruw.regels import teken_van
from veerkracht_dagster.tweede.ruw.register import eerste_regel

Kolommen = Mapping[str, Kolom]
# An object without objects in it; braces in texts do not count.
_RECORD = re.compile(rb'\{(?:[^{}"]++|"(?:[^"\\]++|\\.)*+")*+\}')
_GEWOON = (None, "", "None")


def rijen_van(levering: Bewijslevering, verzameling: str) -> Iterator[dict[str, Any]]:
    """The rows of a set, of all its pages."""
    for bestand in levering.van(verzameling):
        inhoud = orjson.loads(bestand.bytes())  # cbsodata saves the rows alone
        yield from inhoud if isinstance(inhoud, list) else inhoud["value"]


def _splits_json(inhoud: Any, veld: bytes) -> Gesplitst:
    code = re.compile(rb'"%s"\s*:\s*"([^"]*)"' % veld)
    for record in _RECORD.finditer(inhoud):
        gevonden = code.search(record[0])
        if gevonden:
            yield gevonden[1].decode().strip(), record.start(), record.end()


def splitser_json(veld: str) -> Splitser:
    """Records of a set, by the field that holds the region."""
    return Splitser(f"json-{veld}", lambda inhoud: _splits_json(inhoud, veld.encode()))


# --- v3 ---------------------------------------------------------------------------------------
def koppen_v3(levering: Bewijslevering, kolommen: Kolommen) -> tuple[dict[str, Kop], str]:
    """Our columns in this table, and the name of its dimension of regions."""
    rijen = list(rijen_van(levering, "DataProperties"))
    ouders = {rij["ID"]: (rij.get("ParentID"), str(rij.get("Title") or "")) for rij in rijen}
    onderwerpen = [
        Kop(
            r["Key"], r["Title"] or "", r.get("Unit") or "", bovenste(r.get("ParentID"), ouders),
            (r["Key"],),
        )
        for r in rijen
        if r.get("Type") == "Topic"
    ]  # fmt: skip
    regio = next(r["Key"] for r in rijen if str(r.get("Type")).startswith("Geo"))
    return kies_koppen(kolommen, onderwerpen), regio


def blad_v3(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Ruwblad:
    """The sheet of a delivery, every level in it."""
    koppen, regio = koppen_v3(levering, kolommen)
    blad = Ruwblad(levering.peiljaar, koppen, cijfers={naam: {} for naam in koppen})
    sleutels = [(kop.sleutel, blad.cijfers[naam]) for naam, kop in koppen.items()]
    for rij in rijen_van(levering, "TypedDataSet"):
        code = rij[regio].strip()
        blad.codes.append(code)
        for sleutel, kolom in sleutels:
            if rij[sleutel] is not None:
                kolom[code] = float(rij[sleutel])
    return blad


def vorm_v3(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Vorm:
    """How its records are found."""
    koppen, regio = koppen_v3(levering, kolommen)
    paginas = tuple(levering.van("TypedDataSet"))
    return Vorm(koppen, paginas, splitser_json(regio), "json", levering.peiljaar)


# --- v4 ---------------------------------------------------------------------------------------
def _koppen_v4(
    maten: list[dict[str, Any]], groepen: list[dict[str, Any]], kolommen: Kolommen, waarde: str
) -> dict[str, Kop]:
    ouders = {rij["Id"]: (rij.get("ParentId"), str(rij.get("Title") or "")) for rij in groepen}
    alle = [
        Kop(
            m["Identifier"], m.get("Title") or "", m.get("Unit") or "",
            bovenste(m.get("MeasureGroupId"), ouders), (waarde,),
        )
        for m in maten
    ]  # fmt: skip
    return kies_koppen(kolommen, alle, maten=True)


def koppen_v4(levering: Bewijslevering, kolommen: Kolommen) -> dict[str, Kop]:
    """Our columns in this table."""
    maten, groepen = (list(rijen_van(levering, naam)) for naam in ("MeasureCodes", "MeasureGroups"))
    return _koppen_v4(maten, groepen, kolommen, "Value")


def regio_van(dimensies: Iterator[dict[str, Any]]) -> str:
    """Which dimension of v4 is that of the regions."""
    return next(str(rij["Identifier"]) for rij in dimensies if str(rij["Kind"]).startswith("Geo"))


def blad_v4(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Ruwblad:
    """The sheet of a delivery, every level in it."""
    koppen, regio = koppen_v4(levering, kolommen), regio_van(rijen_van(levering, "Dimensions"))
    blad = Ruwblad(levering.peiljaar, koppen, cijfers={naam: {} for naam in koppen})
    blad.codes = [rij["Identifier"].strip() for rij in rijen_van(levering, f"{regio}Codes")]
    per_maat = {kop.sleutel: blad.cijfers[naam] for naam, kop in koppen.items()}
    for rij in rijen_van(levering, "Observations"):
        kolom = per_maat.get(rij["Measure"])
        if kolom is not None and rij.get("ValueAttribute") in _GEWOON and rij["Value"] is not None:
            kolom[rij[regio].strip()] = float(rij["Value"])
    return blad


def vorm_v4(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Vorm:
    """How its records are found: one per area and measure."""
    regio = regio_van(rijen_van(levering, "Dimensions"))
    return Vorm(
        koppen_v4(levering, kolommen),
        tuple(levering.van("Observations")),
        splitser_json(regio),
        "json",
        levering.peiljaar,
        regios=tuple(levering.van(f"{regio}Codes")),
        splitser_regios=splitser_json("Identifier"),
        hoort=_is_maat_json,
        merk=("ValueAttribute",),
    )


def _is_maat_json(record: bytes, kop: Kop) -> bool:
    if b'"%s"' % kop.sleutel.encode() not in record:
        return False
    return bool(orjson.loads(record)["Measure"] == kop.sleutel)


# --- v4, bulk: one zip with a CSV per set ------------------------------------------------------
def leden_van(levering: Bewijslevering) -> dict[str, Ruwbestand]:
    """The sets of a bulk download, by name."""
    leden = [lid for bestand in levering.bestanden for lid in bestand.leden()]
    return {lid.kort.lower().removesuffix(".csv"): lid for lid in leden}


def tabel_van(lid: Ruwbestand) -> Iterator[dict[str, Any]]:
    """The rows of a set of a bulk download."""
    tekst = io.StringIO(lid.bytes().decode("utf-8-sig"), newline="")
    for rij in csv.DictReader(tekst, delimiter=teken_van(lid)):
        yield {naam: waarde or None for naam, waarde in rij.items()}


def _koppen_bulk(leden: Mapping[str, Ruwbestand], kolommen: Kolommen) -> dict[str, Kop]:
    groepen = list(tabel_van(leden["measuregroups"])) if "measuregroups" in leden else []
    waarde = str(_kopregel_bulk(leden).index("Value"))
    return _koppen_v4(list(tabel_van(leden["measurecodes"])), groepen, kolommen, waarde)


def _kopregel_bulk(leden: Mapping[str, Ruwbestand]) -> list[str]:
    return velden_van(eerste_regel(leden["observations"]), teken_van(leden["observations"]))


def blad_bulk(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Ruwblad:
    """The sheet of a delivery, every level in it."""
    leden = leden_van(levering)
    koppen, regio = _koppen_bulk(leden, kolommen), regio_van(tabel_van(leden["dimensions"]))
    blad = Ruwblad(levering.peiljaar, koppen, cijfers={naam: {} for naam in koppen})
    blad.codes = [rij["Identifier"].strip() for rij in tabel_van(leden[f"{regio}Codes".lower()])]
    per_maat = {kop.sleutel: blad.cijfers[naam] for naam, kop in koppen.items()}
    tekst = leden["observations"].bytes().decode("utf-8-sig")
    rijen = csv.reader(io.StringIO(tekst, newline=""), delimiter=teken_van(leden["observations"]))
    kop = next(rijen)
    maat, soort, waarde, waar = (
        kop.index(k) for k in ("Measure", "ValueAttribute", "Value", regio)
    )
    for rij in rijen:
        kolom = per_maat.get(rij[maat].strip())
        if kolom is None or (rij[soort].strip() or None) not in _GEWOON:
            continue
        if (cijfer := getal(rij[waarde])) is not None:
            kolom[rij[waar].strip()] = cijfer
    return blad


def vorm_bulk(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Vorm:
    """How its records are found: one line per area and measure."""
    leden = leden_van(levering)
    regio = regio_van(tabel_van(leden["dimensions"]))
    kop = _kopregel_bulk(leden)
    maat, soort = kop.index("Measure"), kop.index("ValueAttribute")
    gebieden = leden[f"{regio}Codes".lower()]
    teken = teken_van(leden["observations"])

    def is_maat(record: bytes, kop: Kop) -> bool:
        return velden_van(record, teken)[maat].strip() == kop.sleutel

    return Vorm(
        _koppen_bulk(leden, kolommen),
        (leden["observations"],),
        _regels_naar(regio, teken),
        "csv",
        levering.peiljaar,
        teken,
        kopregel=eerste_regel(leden["observations"]),
        regios=(gebieden,),
        splitser_regios=_regels_naar("Identifier", teken_van(gebieden)),
        hoort=is_maat,
        merk=(str(soort),),
    )


def _regels_naar(veld: str, teken: str) -> Splitser:
    return Splitser(f"csv-{veld}", lambda inhoud: splits_regels(inhoud, teken, veld.__eq__))


_REGEL = re.compile(rb'(?:[^"\n]++|"(?:[^"]++|"")*+")++')  # a line break between quotes is text


def splits_regels(inhoud: Any, teken: str, is_regio: Callable[[str], bool]) -> Gesplitst:
    """The lines of a CSV after its header; `is_regio` knows the header of the codes."""
    regels = _REGEL.finditer(inhoud)
    koppen = velden_van(next(regels)[0], teken)
    plaats = next(i for i, kop in enumerate(koppen) if is_regio(kop))
    for regel in regels:
        velden = velden_van(regel[0], teken)
        if len(velden) > plaats:
            yield velden[plaats].strip(), regel.start(), regel.end()
