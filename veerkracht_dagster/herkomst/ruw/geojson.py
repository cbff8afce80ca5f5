"""The Leefbaarometer as GeoJSON read a second time: features with properties.

Here: both forms in which scores are given, the publisher's own (WFS: flat) and that of who gave
them out again (in `raw`). Not here: refusals (`bronnen/dialecten/`), shapes (`hertellen/kaart.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.herkomst.ruw.blad import (
    Blad,
    Gesplitst,
    Kop,
    Levering,
    Ruwbestand,
    Splitser,
    Vorm,
)
from veerkracht_dagster.rekenwijze.ruw.cel import getal

Kolommen = Mapping[str, Kolom]


def _van_jaar(levering: Levering) -> list[Ruwbestand]:
    return [b for b in levering.bestanden if f"buurten_{levering.peiljaar}/" in b.naam]


def _koppen_geojson(kolommen: Kolommen) -> dict[str, Kop]:
    return {
        naam: Kop(f"raw.{titel}", kolom.titel, kolom.eenheid, "", ("properties", "raw", titel))
        for naam, kolom in kolommen.items()
        if naam != "lbm"
        for titel in kolom.uitgever.titels[:1]
    }


def blad_geojson(levering: Levering, kolommen: Kolommen, niveau: str) -> Blad:
    """The sheet of a delivery, every level in it."""
    koppen = _koppen_geojson(kolommen)
    blad = Blad(levering.peiljaar, koppen, cijfers={naam: {} for naam in koppen})
    for bestand in _van_jaar(levering) if niveau == "buurt" else []:
        inhoud = json.loads(bestand.bytes(), parse_float=str, parse_int=str)
        for vlak in inhoud["features"]:
            code = vlak["properties"]["code"].strip()
            blad.codes.append(code)
            for naam, kop in koppen.items():
                cijfer = getal(str(vlak["properties"]["raw"].get(kop.plek[-1])))
                if cijfer is not None:
                    blad.cijfers[naam][code] = cijfer
    return blad


def _splits_geojson(inhoud: Any) -> Gesplitst:
    """The features. Latin-1 keeps a byte a sign: a place in the text is one in the file."""
    tekst, lezer = bytes(inhoud).decode("latin-1"), json.JSONDecoder()
    plek = tekst.index("[", tekst.index('"features"')) + 1
    while True:
        while tekst[plek] in ", \t\r\n":
            plek += 1
        if tekst[plek] == "]":
            return
        vlak, eind = lezer.raw_decode(tekst, plek)
        yield vlak["properties"]["code"].strip(), plek, eind
        plek = eind


def vorm_geojson(levering: Levering, kolommen: Kolommen, niveau: str) -> Vorm | None:
    """How its features are found; None for wijken, which it does not have."""
    if niveau != "buurt":
        return None
    bestanden = tuple(_van_jaar(levering))
    splitser = Splitser("geojson", _splits_geojson)
    return Vorm(_koppen_geojson(kolommen), bestanden, splitser, "json", levering.peiljaar)
