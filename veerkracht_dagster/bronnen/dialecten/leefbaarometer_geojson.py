"""Leefbaarometer 3.0 of one meting as GeoJSON: buurten with scores, published class and shape.

Here: both forms in which it is given, the publisher's own (WFS) and that of who gave it out again.
Not here: the scores as CSV (`leefbaarometer.py`), the shapes (`wijkbuurtkaart.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.dialecten.geometrie import geojson_van, weiger_halve
from veerkracht_dagster.bronnen.dialecten.leefbaarometer import SCORES, weiger_identiteit
from veerkracht_dagster.bronnen.fouten import Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.jaren import weiger_ander_jaar
from veerkracht_dagster.bronnen.regio import tekst, weiger_codes
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, gebiedstabel, leeg

_SPELING_AFGEROND = 1e-4  # the GeoJSON holds six significant digits
_HUN_VAN = {**{score: score for score in SCORES[1:]}, "onv_klasse_gepubliceerd": "konv"}
_LAAGNAAM = re.compile(r"score(\d\d)(?!\d)", re.IGNORECASE)  # lbm3:buurtscore24 (sources.md, 7)


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """Deviation, dimensions and published class of buurten in the files of this very year.

    The files do not hold the total score: `lbm` is `ontbreekt`, and is not computed.

    Raises:
        BronFout: not GeoJSON, columns missing, another year inside, wrong or double codes, or an
            identity that does not hold.
    """
    van_jaar = [b for b in deel.bestanden if f"buurten_{vraag.peiljaar}/" in b.naam]
    kenmerken = {bestand: geojson_van(bestand) for bestand in van_jaar}
    weiger_halve(kenmerken)
    frames, kolommen = [leeg(vraag.tabel)], dict[str, str]()
    for bestand, inhoud in kenmerken.items():
        plat = is_van_de_dienst(inhoud.eigenschappen)
        hun_van = {ons: hun if plat else f"raw.{hun}" for ons, hun in _HUN_VAN.items()}
        kolommen |= hun_van
        frames.append(_frame(bestand, eigenschappen_van(inhoud.eigenschappen), hun_van, vraag))
    geheel = pd.concat(frames, ignore_index=True)
    if van_jaar:
        weiger_codes(van_jaar[0], geheel["regiocode"], kolom="code")
    return Lezing(
        geheel,
        tuple(
            Gelezen(bestand.naam, bestand.sha256, len(frame))
            for bestand, frame in zip(van_jaar, frames[1:], strict=True)
        ),
        kolommen,
        ("lbm",) if van_jaar else (),
    )


def is_van_de_dienst(eigenschappen: Sequence[dict[str, Any]]) -> bool:
    """Whether features are as the publisher's own WFS gives them (lbm3:buurtscore24): flat, with
    `id` and `name`; who gave them out again put the scores in `raw`, beside `code` and `naam`."""
    eerste = eigenschappen[0] if eigenschappen else {}
    return "raw" not in eerste and "code" not in eerste and {"id", "konv"} <= set(eerste)


def eigenschappen_van(eigenschappen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Features of either form in the second: code, naam, gemeente, and the scores in `raw`."""
    if not is_van_de_dienst(eigenschappen):
        return eigenschappen
    return [{**e, "code": e.get("id"), "naam": e.get("name"), "raw": e} for e in eigenschappen]


def _frame(
    bestand: Bestand, eigenschappen: list[dict[str, Any]], hun_van: dict[str, str], vraag: Vraag
) -> pd.DataFrame:
    _weiger_ander_jaar(bestand, eigenschappen, vraag)
    ruw = [_ruw(e) for e in eigenschappen]
    codes = tekst([e.get("code") for e in eigenschappen])
    problemen = Problemen(bestand.waar)
    waarden: dict[str, np.ndarray] = {}
    for ons, hun in _HUN_VAN.items():
        reeks = [r.get(hun) for r in ruw]
        for rij, waarde in enumerate(reeks):
            if type(waarde) not in (int, float):
                problemen.erbij(
                    kolom=hun_van[ons],
                    rij=rij,
                    code=str(codes.iloc[rij]),
                    gevonden=f"{waarde!r}",
                    verwacht="een getal",
                    remedie="haal het bestand van de Leefbaarometer 3.0 opnieuw op",
                )
        waarden[ons] = np.array([w if type(w) in (int, float) else np.nan for w in reeks], float)
    problemen.werp()
    weiger_codes(bestand, codes, pd.Series("buurt", index=codes.index), kolom="code")
    weiger_identiteit(bestand, codes, waarden, _SPELING_AFGEROND)
    gebieden: Kolommen = {
        "niveau": pd.Series("buurt", index=codes.index, dtype="str"),
        "regiocode": codes,
        "regionaam": tekst([e.get("naam") for e in eigenschappen]),
        "gemeentenaam": tekst([e.get("gemeente") for e in eigenschappen]),
        "bron_bestand": pd.Series(bestand.sha256, index=codes.index, dtype="str"),
        "bron_rij": pd.Series(np.arange(len(codes))),
    }
    return gebiedstabel(vraag, gebieden, waarden, gebiedsjaar=vraag.peiljaar)


def _ruw(eigenschappen: dict[str, Any]) -> dict[str, Any]:
    gevonden = eigenschappen.get("raw")
    return gevonden if isinstance(gevonden, dict) else {}


def _weiger_ander_jaar(bestand: Bestand, eigenschappen: list[dict[str, Any]], vraag: Vraag) -> None:
    """By what the features say, and by the name that the publisher gives its layer."""
    jaren = [_ruw(e).get("year") for e in eigenschappen]
    weiger_ander_jaar(bestand, {"year": jaren}, [vraag.peiljaar], "scores")
    laag = _LAAGNAAM.search(bestand.kort)
    if laag is not None and 2000 + int(laag[1]) != vraag.peiljaar:
        raise bronfout(
            bestand.naam,
            gevonden=f"scores van {2000 + int(laag[1])}, zegt de naam van de laag",
            verwacht=f"scores van {vraag.peiljaar}, zoals de map zegt",
            remedie="zet het bestand in de map van zijn eigen jaar",
        )
