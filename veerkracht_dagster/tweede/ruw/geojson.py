"""The Leefbaarometer as GeoJSON read a second time: features with properties.

Here: both forms in which scores are given, the publisher's own (WFS: flat) and that of who gave
them out again (in `raw`). Not here: refusals (`bronnen/dialecten/`), shapes (`hertellen/kaart.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.rekenwijze.ruw.cel import getal
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

Kolommen = Mapping[str, Kolom]


def _van_jaar(levering: Bewijslevering) -> list[Ruwbestand]:
    return [b for b in levering.bestanden if f"buurten_{levering.peiljaar}/" in b.naam]


def _code(eigen: Mapping[str, Any]) -> str:
    return str(eigen["code"] if "code" in eigen else eigen["id"]).strip()


def _is_plat(bestand: Ruwbestand) -> bool:
    """Whether the scores stand among the properties themselves."""
    return "raw" not in json.loads(bestand.bytes())["features"][0]["properties"]


def _koppen(kolommen: Kolommen, *, plat: bool) -> dict[str, Kop]:
    pad = ("properties",) if plat else ("properties", "raw")
    return {
        naam: Kop(".".join([*pad[1:], titel]), kolom.titel, kolom.eenheid, "", (*pad, titel))
        for naam, kolom in kolommen.items()
        if naam != "lbm"
        for titel in kolom.uitgever.titels[:1]
    }


def blad_geojson(levering: Bewijslevering, kolommen: Kolommen, niveau: str) -> Ruwblad:
    """The sheet of a delivery, every level in it."""
    blad = Ruwblad(levering.peiljaar, {}, cijfers={naam: {} for naam in kolommen})
    for bestand in _van_jaar(levering) if niveau == "buurt" else []:
        blad.koppen = _koppen(kolommen, plat=_is_plat(bestand))
        inhoud = json.loads(bestand.bytes(), parse_float=str, parse_int=str)
        for vlak in inhoud["features"]:
            code, eigen = _code(vlak["properties"]), vlak["properties"]
            blad.codes.append(code)
            for naam, kop in blad.koppen.items():
                cijfer = getal(str(eigen.get("raw", eigen).get(kop.plek[-1])))
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
        yield _code(vlak["properties"]), plek, eind
        plek = eind


def vorm_geojson(levering: Bewijslevering, kolommen: Kolommen, niveau: str) -> Vorm | None:
    """How its features are found; None for wijken, which it does not have.

    Raises:
        GeenTweedeLezer: files in both forms.
    """
    bestanden = tuple(_van_jaar(levering))
    vormen = {_is_plat(bestand) for bestand in bestanden}
    if niveau != "buurt":
        return None
    if len(vormen) > 1:
        raise GeenTweedeLezer(f"{bestanden[0].naam}: bestanden in twee vormen")
    koppen = _koppen(kolommen, plat=True in vormen)
    splitser = Splitser("geojson", _splits_geojson)
    return Vorm(koppen, bestanden, splitser, "json", levering.peiljaar)
