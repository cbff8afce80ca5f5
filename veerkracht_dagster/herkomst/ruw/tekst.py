"""Files of text read a second time: StatLine CSV, Leefbaarometer scores, deliveries.

Here: the headers, and one line of a file. Not here: refusals (`bronnen/dialecten/`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.herkomst.ruw.blad import (
    Blad,
    GeenTweedeLezer,
    Kop,
    Levering,
    Plaats,
    Ruwbestand,
    getal,
    kies_koppen,
    regels_met,
)

Kolommen = Mapping[str, Kolom]
_NIVEAUS = {"buurt": "buurten", "wijk": "wijken"}


def _tabel(bestand: Ruwbestand, teken: str) -> list[list[str]]:
    tekst = bestand.bytes().decode("utf-8-sig")
    return [rij for rij in csv.reader(io.StringIO(tekst, newline=""), delimiter=teken) if rij]


def _kopregel(bestand: Ruwbestand, teken: str) -> list[str]:
    eerste = bestand.bytes().split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")
    return next(csv.reader([eerste], delimiter=teken))


# --- StatLine ---------------------------------------------------------------------------------
def _met_punten(tekst: str) -> str:
    """A name as R writes it: a dot for every run of other signs."""
    return re.sub(r"(?:[^\w]|_|[²³])+", ".", tekst).casefold()


def koppen_statline(levering: Levering, kolommen: Kolommen) -> tuple[dict[str, Kop], str]:
    """Our columns, and the header of the region codes."""
    koppen = _kopregel(levering.bestanden[0], _teken(levering))
    regio = next(k for k in koppen if _met_punten(k).startswith("regioaanduiding.codering"))
    if levering.dialect == "statline_csv_r":
        return _koppen_r(koppen, kolommen), regio
    alle = []
    for kop in koppen:
        pad, eenheid = re.fullmatch(r"(.*?)(?: \(([^()]*)\))?", kop, re.S).groups()  # type: ignore[union-attr]
        delen = pad.split("/")
        alle.append(Kop(kop, delen[-1], eenheid or "", delen[0] if len(delen) > 1 else ""))
    return kies_koppen(kolommen, alle), regio


def _koppen_r(koppen: list[str], kolommen: Kolommen) -> dict[str, Kop]:
    uit = {}
    for naam, kolom in kolommen.items():
        wij = kolom.uitgever
        for titel in wij.titels:
            slot = _met_punten(f".{titel} ({wij.eenheid or ''})")
            begin = _met_punten(f"{wij.groep or ''}.")
            for kop in koppen:
                if _met_punten(kop).endswith(slot) and _met_punten(kop).startswith(begin):
                    uit[naam] = Kop(kop, titel, wij.eenheid or "", wij.groep or "")
    return uit


def _teken(levering: Levering) -> str:
    return "," if levering.dialect == "statline_csv_r" else ";"


def blad_statline(levering: Levering, kolommen: Kolommen, _niveau: str) -> Blad:
    """The sheet of a delivery, every level in it."""
    koppen, regio = koppen_statline(levering, kolommen)
    return _blad(_tabel(levering.bestanden[0], _teken(levering)), koppen, regio, levering.peiljaar)


def plaats_statline(levering: Levering, kolommen: Kolommen, naam: str, code: str) -> Plaats | None:
    """The cell of a column and area; None where the file does not have it."""
    koppen, regio = koppen_statline(levering, kolommen)
    return _regel(levering.bestanden[0], _teken(levering), koppen.get(naam), {regio: code})


def _blad(tabel: list[list[str]], koppen: Mapping[str, Kop], regio: str, jaar: int) -> Blad:
    kop, *rijen = tabel
    plaats = {naam: kop.index(k.sleutel) for naam, k in koppen.items()}
    blad = Blad(jaar, dict(koppen), cijfers={naam: {} for naam in koppen})
    bij = kop.index(regio)
    for rij in rijen:
        code = rij[bij].strip()
        blad.codes.append(code)
        for naam, nummer in plaats.items():
            if (cijfer := getal(rij[nummer])) is not None:
                blad.cijfers[naam][code] = cijfer
    return blad


def _regel(
    bestand: Ruwbestand, teken: str, kop: Kop | None, sleutel: Mapping[str, str]
) -> Plaats | None:
    """The cell under `kop` in the row that has these texts under these headers."""
    if kop is None:
        return None
    koppen = _kopregel(bestand, teken)
    zoek = max(sleutel.values(), key=len).encode()
    for nummer, ruw in regels_met(bestand.bytes(), zoek):
        velden = next(csv.reader([ruw.decode("utf-8-sig")], delimiter=teken), [])
        if len(velden) == len(koppen) and all(
            velden[koppen.index(k)].strip() == waarde for k, waarde in sleutel.items()
        ):
            return Plaats(bestand, nummer, velden[koppen.index(kop.sleutel)], kop, ruw.decode())
    return None


# --- Leefbaarometer ---------------------------------------------------------------------------
def _scores(levering: Levering, niveau: str) -> tuple[Ruwbestand, int] | None:
    """The newest score file of a level, and the year of its areas."""
    beste: tuple[Ruwbestand, int] | None = None
    for bestand in levering.bestanden:
        if bestand.kort.lower().endswith(".zip"):
            raise GeenTweedeLezer(f"{bestand.naam}: een zip")
        koppen = [kop.lower() for kop in _kopregel(bestand, ",")]
        jaren = re.search(r"(\d{4})-(\d{4})\D*$", bestand.kort)
        if f"{niveau[0]}{'u' if niveau == 'buurt' else 'k'}_code" in koppen and jaren:
            jaar = int(jaren[2])
            if beste is None or jaar >= beste[1]:
                beste = bestand, jaar
    return beste


def _scorekoppen(bestand: Ruwbestand, kolommen: Kolommen) -> tuple[dict[str, Kop], str]:
    koppen = _kopregel(bestand, ",")
    uit = {n: Kop(n, k.titel, k.eenheid) for n, k in kolommen.items() if n in koppen}
    return uit, next(kop for kop in koppen if kop.lower().endswith("_code"))


def blad_leefbaarometer(levering: Levering, kolommen: Kolommen, niveau: str) -> Blad:
    """The sheet of a delivery, every level in it."""
    gevonden = _scores(levering, niveau)
    if gevonden is None:
        return Blad(levering.peiljaar, {}, leeg_is_ontbreekt=True)
    bestand, meting = gevonden
    koppen, regio = _scorekoppen(bestand, kolommen)
    kop, *rijen = _tabel(bestand, ",")
    bij, wanneer = kop.index(regio), kop.index("jaar")
    van_jaar = [rij for rij in rijen if int(float(rij[wanneer])) == levering.peiljaar]
    blad = _blad([kop, *van_jaar], koppen, regio, meting)
    blad.leeg_is_ontbreekt = True
    if meting == levering.peiljaar:  # the areas on which all years of the meting stand
        blad.codes = list(dict.fromkeys([*blad.codes, *(rij[bij].strip() for rij in rijen)]))
    return blad


def plaats_leefbaarometer(
    levering: Levering, kolommen: Kolommen, naam: str, code: str
) -> Plaats | None:
    """The cell of a column and area; None where the file does not have it."""
    gevonden = _scores(levering, "buurt" if code.startswith("BU") else "wijk")
    if gevonden is None:
        return None
    koppen, regio = _scorekoppen(gevonden[0], kolommen)
    sleutel = {regio: code, "jaar": str(levering.peiljaar)}
    return _regel(gevonden[0], ",", koppen.get(naam), sleutel)


# --- Leefbaarometer as GeoJSON ----------------------------------------------------------------
def _objecten(levering: Levering) -> list[tuple[Ruwbestand, int, dict[str, Any]]]:
    """Properties of the features of this year's files, numbers as they are written."""
    uit = []
    for bestand in levering.bestanden:
        if f"buurten_{levering.peiljaar}/" not in bestand.naam:
            continue
        inhoud = json.loads(bestand.bytes(), parse_float=str, parse_int=str)
        uit += [(bestand, i, f["properties"]) for i, f in enumerate(inhoud["features"])]
    return uit


def _koppen_geojson(kolommen: Kolommen) -> dict[str, Kop]:
    return {
        naam: Kop(f"raw.{kolom.uitgever.titels[0]}", kolom.titel, kolom.eenheid)
        for naam, kolom in kolommen.items()
        if naam != "lbm"
    }


def blad_geojson(levering: Levering, kolommen: Kolommen, niveau: str) -> Blad:
    """The sheet of a delivery, every level in it."""
    koppen = _koppen_geojson(kolommen)
    blad = Blad(levering.peiljaar, koppen, cijfers={naam: {} for naam in koppen})
    for _, _, eigenschappen in _objecten(levering) if niveau == "buurt" else []:
        code = eigenschappen["code"].strip()
        blad.codes.append(code)
        for naam, kop in koppen.items():
            tekst = eigenschappen["raw"].get(kop.sleutel.removeprefix("raw."))
            if tekst is not None:
                blad.cijfers[naam][code] = float(tekst)
    return blad


def plaats_geojson(levering: Levering, kolommen: Kolommen, naam: str, code: str) -> Plaats | None:
    """The cell of a column and area; None where the file does not have it."""
    kop = _koppen_geojson(kolommen).get(naam)
    for bestand, nummer, eigenschappen in _objecten(levering) if kop else []:
        if eigenschappen["code"].strip() == code:
            assert kop is not None
            tekst = str(eigenschappen["raw"].get(kop.sleutel.removeprefix("raw.")))
            return Plaats(bestand, nummer, tekst, kop, json.dumps(eigenschappen))
    return None


# --- deliveries with a manifest ---------------------------------------------------------------
def _manifest(levering: Levering) -> tuple[dict[str, Any], Ruwbestand]:
    per_naam = {bestand.kort: bestand for bestand in levering.bestanden}
    manifest = yaml.safe_load(per_naam["manifest.yml"].bytes())
    return manifest, per_naam[manifest["bestand"]]


def _koppen_levering(manifest: Mapping[str, Any], kolommen: Kolommen) -> tuple[dict[str, Kop], str]:
    hun = {ons: kop for kop, ons in manifest["kolommen"].items() if ons is not None}
    koppen = {
        naam: Kop(hun[naam], kolom.titel, kolom.eenheid)
        for naam, kolom in kolommen.items()
        if naam in hun
    }
    return koppen, hun["regiocode"]


def blad_levering(levering: Levering, kolommen: Kolommen, _niveau: str) -> Blad:
    """The sheet of a delivery, every level in it."""
    manifest, bestand = _manifest(levering)
    koppen, regio = _koppen_levering(manifest, kolommen)
    return _blad(_tabel(bestand, ";"), koppen, regio, int(manifest["gebiedsjaar"]))


def plaats_levering(levering: Levering, kolommen: Kolommen, naam: str, code: str) -> Plaats | None:
    """The cell of a column and area; None where the file does not have it."""
    manifest, bestand = _manifest(levering)
    koppen, regio = _koppen_levering(manifest, kolommen)
    return _regel(bestand, ";", koppen.get(naam), {regio: code})
