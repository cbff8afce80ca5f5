"""CBS's squares of 100 by 100 m (vk100): how many residents live in each.

Here: the key as a place, the marks for what is not published; only attributes are read, no squares.
Not here: what the squares are used for (`buurttabel/wegen.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.dialecten.kaartlagen import Kaartbestandslaag, kaart_van
from veerkracht_dagster.bronnen.dialecten.statline import een_bestand
from veerkracht_dagster.bronnen.fouten import Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.jaren import jaarkolommen, weiger_ander_jaar
from veerkracht_dagster.bronnen.regio import tekst
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Lezing, Vraag, in_vorm
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.tabellen import VIERKANTPATROON
from veerkracht_dagster.celstatus import ONDERDRUKT, ONTBREEKT, WAARGENOMEN, status_van

_OPNIEUW = "haal de vierkanten van 100 meter (vk100) van dit jaar opnieuw op bij het CBS"
# Our column -> its names through the years: now, since 2015, and up to 2014, when all years were in
# one file.
_NAMEN = {
    "vierkant": ("crs28992res100m", "c28992r100"),
    "inwoners": ("aantal_inwoners", "inwoner", "inw{jaar}"),
}
_ZIJDE = 100  # metres
_OOST, _NOORD = (0, 2_999), (3_000, 6_299)  # hundreds of metres: the Netherlands in RD New


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of squares: vierkant, the middle (x, y) and inwoners with its state.

    Raises:
        BronFout: more than one file, damaged, no layer or more than one with the columns, a key of
            another shape, a square twice, a figure that is no count.
    """
    bestand = een_bestand(deel)
    kaart = kaart_van(bestand)
    laag, hun_van = _laag(bestand, kaart.lagen, vraag.peiljaar)
    met_jaar = jaarkolommen(laag.kolommen)
    velden = laag.lees_velden(list({*hun_van.values(), *met_jaar}))
    weiger_ander_jaar(bestand, {naam: velden[naam] for naam in met_jaar}, [vraag.peiljaar])
    sleutels = tekst(velden[hun_van["vierkant"]])
    ruw, vast = pd.Series(velden[hun_van["inwoners"]]), catalogus().constanten
    inwoners = pd.to_numeric(ruw, errors="coerce")
    _weiger_sleutels(bestand, sleutels, hun_van["vierkant"])
    fout = ruw.notna() & inwoners.isna() | (inwoners < 0) & (inwoners > vast.merkgetal_tot)
    fout |= inwoners.notna() & (inwoners % 1 != 0)  # what is infinite has no remainder of 0 either
    _weiger_aantallen(bestand, sleutels[fout], ruw[fout], hun_van["inwoners"])
    geen_cijfer = inwoners.isna() | (inwoners <= vast.merkgetal_tot)
    staat = np.where(geen_cijfer, ONTBREEKT, WAARGENOMEN)
    staat[inwoners == vast.merkgetal_geheim] = ONDERDRUKT
    uit = {
        "vierkant": sleutels,
        "x": sleutels.str[1:5].astype("int64") * _ZIJDE + _ZIJDE // 2,
        "y": sleutels.str[6:10].astype("int64") * _ZIJDE + _ZIJDE // 2,
        "inwoners": inwoners.mask(geen_cijfer).astype("float64"),
        status_van("inwoners"): pd.Series(staat, dtype="str"),
        "bron_bestand": pd.Series([bestand.sha256] * len(sleutels), dtype="str"),
        "bron_rij": pd.Series(np.arange(len(sleutels))),
    }
    frame = in_vorm(uit, vraag.tabel)
    gelezen = (Gelezen(bestand.naam, bestand.sha256, len(frame)),)
    return Lezing(frame, gelezen, hun_van, opmerkingen=kaart.opmerkingen)


def _laag(
    bestand: Bestand, lagen: Sequence[Kaartbestandslaag], jaar: int
) -> tuple[Kaartbestandslaag, dict[str, str]]:
    """The layer of squares, and our column -> its name there."""
    namen_van = {ons: [n.format(jaar=jaar) for n in namen] for ons, namen in _NAMEN.items()}
    met_sleutel = [laag for laag in lagen if _eerste(laag.kolommen, namen_van["vierkant"])]
    if len(met_sleutel) != 1:
        raise bronfout(
            bestand.naam,
            kolom=namen_van["vierkant"][0],
            gevonden=f"{len(met_sleutel)} lagen met die kolom, van de lagen "
            + "; ".join(f"{laag.naam} ({', '.join(laag.kolommen[:6])})" for laag in lagen),
            verwacht="een laag met " + " of ".join(namen_van["vierkant"]),
            remedie="laat de laag van dit jaar staan, en haal de andere weg in een kopie"
            if met_sleutel
            else _OPNIEUW,
        )
    laag = met_sleutel[0]
    gevonden = {ons: _eerste(laag.kolommen, namen) for ons, namen in namen_van.items()}
    problemen = Problemen(bestand.naam)
    for ons, van in gevonden.items():
        if van is None:
            problemen.erbij(
                kolom=namen_van[ons][0],
                gevonden=f"laag {laag.naam} met {', '.join(laag.kolommen)[:120]}",
                verwacht="een kolom " + " of ".join(namen_van[ons]),
                remedie=_OPNIEUW,
            )
    problemen.werp()
    return laag, {ons: van for ons, van in gevonden.items() if van is not None}


def _eerste(kolommen: Sequence[str], namen: Sequence[str]) -> str | None:
    return next((kolom for kolom in kolommen if kolom.lower() in namen), None)


def _weiger_sleutels(bestand: Bestand, sleutels: pd.Series, kolom: str) -> None:
    problemen = Problemen(bestand.naam)
    goed = sleutels.str.match(VIERKANTPATROON).fillna(False).to_numpy(bool)
    oost, noord = (pd.to_numeric(sleutels.str[a : a + 4], errors="coerce") for a in (1, 6))
    goed = goed & (oost.between(*_OOST) & noord.between(*_NOORD)).to_numpy(bool)
    for rij in np.flatnonzero(~goed):
        problemen.erbij(
            kolom=kolom,
            rij=int(rij),
            gevonden=f"{sleutels.iloc[rij]!r}",
            verwacht="een vierkant van 100 meter in Nederland, als E1234N5678: eerst hoe ver naar "
            "het oosten, dan naar het noorden",
            remedie=_OPNIEUW,
        )
    for rij in np.flatnonzero(sleutels.duplicated().to_numpy() & goed):
        problemen.erbij(
            kolom=kolom,
            rij=int(rij),
            code=str(sleutels.iloc[rij]),
            gevonden="een vierkant dat al eerder in het bestand staat",
            verwacht="elk vierkant een keer",
            remedie=_OPNIEUW,
        )
    problemen.werp()


def _weiger_aantallen(
    bestand: Bestand, sleutels: pd.Series, gevonden: pd.Series, kolom: str
) -> None:
    """The index of both says the row in the file."""
    problemen = Problemen(bestand.naam)
    for rij, code, waarde in zip(gevonden.index, sleutels, gevonden, strict=True):
        problemen.erbij(
            kolom=kolom,
            rij=int(rij),
            code=str(code),
            gevonden=f"{waarde!r}",
            verwacht="een aantal, of een merkgetal als -99997 waar het CBS geen cijfer geeft",
            remedie=_OPNIEUW,
        )
    problemen.werp()
