"""A picture of a layer: its map, legend with counts, period and caveat, as PNG.

Here: drawing what the layer table says. Not here: deciding a class or a colour (the table and the
catalogue do), or turning boundaries into paths (`kaartbeeld.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.transforms import Affine2D

from veerkracht_dagster.catalogus.models import Catalogus, Editie, Kaartlaag
from veerkracht_dagster.kaartlagen.arcering import KLEUR as ARCERING
from veerkracht_dagster.kaartlagen.arcering import KOLOM, legendaregel
from veerkracht_dagster.kaartlagen.blad import Kaartblad
from veerkracht_dagster.kaartlagen.kaartbeeld import Kaartbeeld, maak_kaartbeeld
from veerkracht_dagster.kaartlagen.png import naar_png

GRIJS, RAND, GRENS = "#5c636a", "#9aa0a6", "#3c4043"
VEEL_GEBIEDEN = 2_000
SCHERM = 1_400  # width in pixels, for a screen; `veerkracht kaart` draws them wider
_Array = np.ndarray[Any, Any]
_LINKS = 0.025
_HOOGTE = 0.72  # of the width
_KAART = (0.02, 0.075, 0.60, 0.565)  # left, bottom, width, height: parts of the picture's width


@dataclass(frozen=True)
class _Regel:
    """A line of the legend. `kleur` None is no fill; `gearceerd` is the hatched sample."""

    label: str
    kleur: str | None
    aantal: int | None  # None: of nothing measured there is no number
    gearceerd: bool = False


def teken_kaart(
    laag_tabel: gpd.GeoDataFrame,
    laag: Kaartlaag,
    cat: Catalogus,
    *,
    breedte_px: int = SCHERM,
    grondtekst: str = "",
    editie: Editie | None = None,
    stabiliteit_grens: float | None = None,
) -> bytes:
    """The PNG of one layer.

    Args:
        laag_tabel: the layer's table (columns as in `tabellen()`), geometry possibly empty.
        grondtekst: on which ground areas are drawn, where that is not their own.
        editie: gives the period in the subtitle and the word for an area (buurten, wijken).
        stabiliteit_grens: areas whose `stabiliteit` is below it are hatched; None: no hatching.

    Raises:
        ValueError: a class the layer does not have.
    """
    klassen = laag_tabel["klasse"].to_numpy()
    _controleer_klassen(klassen, laag, cat)
    _, _, breedte, hoogte = (deel * breedte_px for deel in _KAART)
    beeld = maak_kaartbeeld(
        laag_tabel.geometry, laag_tabel["gemeentecode"], breedte=breedte, hoogte=hoogte
    )
    wankel = _wankel(laag_tabel, stabiliteit_grens)
    blad = Kaartblad(breedte_px, _HOOGTE)
    woord = "wijken" if editie is not None and editie.niveau == "wijk" else "buurten"
    _schrijf_koppen(blad, laag, cat, editie, _jaren(laag_tabel), grondtekst)
    if beeld.leeg:
        _schrijf_geen_grenzen(blad, woord)
    else:
        _teken_gebieden(blad, beeld, klassen, laag, cat, wankel)
    regels = _legenda(klassen, laag, cat, wankel, stabiliteit_grens)
    _schrijf_legenda(blad, regels, woord, _reden(laag_tabel, cat))
    exact = [*(klasse.kleur for klasse in laag.klassen.values()), "#ffffff"]
    return naar_png(blad.beeld(), exact)


def _controleer_klassen(klassen: _Array, laag: Kaartlaag, cat: Catalogus) -> None:
    vreemd = set(np.unique(klassen).tolist()) - {*laag.klassen, cat.geen_meting.code}
    if vreemd:
        raise ValueError(
            f"laag '{laag.titel}': klasse {sorted(vreemd)} staat niet in kaartlagen.yml "
            f"({sorted(laag.klassen)} of {cat.geen_meting.code}); herstel de klasse of de catalogus"
        )


def _wankel(tabel: pd.DataFrame, grens: float | None) -> _Array | None:
    if grens is None or KOLOM not in tabel:
        return None
    return (tabel[KOLOM] < grens).to_numpy(dtype=bool)


def _jaren(tabel: pd.DataFrame) -> str:
    """The years the figures are of: those of most areas, and how many areas have others."""
    jaren = tabel["jaren"].dropna()
    telling = jaren[jaren != ""].value_counts()
    if telling.empty:
        return ""
    anders = int(telling.iloc[1:].sum())
    slot = f" (in {_getal(anders)} gebieden anders)" if anders else ""
    return f"Jaren van de cijfers: {telling.index[0]}{slot}"


def _reden(tabel: pd.DataFrame, cat: Catalogus) -> str:
    """Why nothing was measured, where that holds for every area."""
    if len(tabel) == 0 or (tabel["klasse"] != cat.geen_meting.code).any():
        return ""
    redenen = tabel["toelichting"].dropna()
    telling = redenen[redenen != ""].value_counts()
    return "" if telling.empty else str(telling.index[0])


def _getal(aantal: int | None) -> str:
    return "–" if aantal is None else f"{aantal:,}".replace(",", ".")


def _schrijf_koppen(
    blad: Kaartblad,
    laag: Kaartlaag,
    cat: Catalogus,
    editie: Editie | None,
    jaren: str,
    grondtekst: str,
) -> None:
    px = next((px for px in (19, 16, 14, 12) if len(blad.regels(laag.titel, 0.95, px=px)) == 1), 10)
    blad.tekst(_LINKS, _HOOGTE - 0.036, laag.titel, px=px, letter="DejaVuSans-Bold")
    delen = [f"eenheid: {laag.eenheid}"]
    if editie is not None:
        delen.insert(0, f"{editie.titel} · gebieden van {editie.basisjaar}")
    blad.tekst(_LINKS, _HOOGTE - 0.063, " · ".join(delen), kleur=GRIJS)
    onder = [*blad.regels(jaren, 0.95, px=11)[:2], *blad.regels(grondtekst, 0.95, px=11)[:1]]
    for nummer, deel in enumerate(reversed(onder)):
        blad.tekst(_LINKS, 0.041 + 0.016 * nummer, deel, px=11, kleur=GRIJS)
    blad.tekst(_LINKS, 0.018, cat.bijsluiter, letter="DejaVuSans-Oblique")


def _schrijf_geen_grenzen(blad: Kaartblad, woord: str) -> None:
    links, onder, breedte, hoogte = _KAART
    blad.vak(links, onder, breedte, hoogte, vulling="#fafafa", lijn=RAND)
    melding = (
        f"Geen grenzen bekend: deze {woord}",
        "kunnen niet op een kaart worden getekend.",
        "De tellingen hiernaast kloppen wel.",
    )
    for nummer, regel in enumerate(melding):
        y = onder + hoogte / 2 + 0.025 - 0.025 * nummer
        blad.tekst(links + breedte / 2, y, regel, px=14, kleur=GRIJS, anker="ms")


def _teken_gebieden(
    blad: Kaartblad,
    beeld: Kaartbeeld,
    klassen: _Array,
    laag: Kaartlaag,
    cat: Catalogus,
    wankel: _Array | None,
) -> None:
    """Fills per class, then edges over all areas, hatching and gemeente borders on top."""
    plaats = Affine2D().translate(_KAART[0] * blad.breedte, _KAART[1] * blad.breedte)
    veel = beeld.aantal_gebieden > VEEL_GEBIEDEN
    for code, stijl in laag.klassen.items():
        pad = beeld.pad(klassen == code)
        if pad is not None:
            # Many small areas: no edges, which would cover the colours, but no white seams either.
            lijn = stijl.kleur if veel else None
            blad.vorm(pad, plaats, vulling=stijl.kleur, lijn=lijn, dikte=0.4)
    rand = beeld.pad(klassen == cat.geen_meting.code if veel else np.full(len(klassen), True))
    if rand is not None:
        blad.vorm(rand, plaats, lijn=RAND, dikte=0.4 if veel else 0.7)
    arcering = None if wankel is None else beeld.pad(wankel)
    if arcering is not None:
        blad.vorm(arcering, plaats, arcering=ARCERING)
    if beeld.gemeentegrens is not None:
        blad.vorm(beeld.gemeentegrens, plaats, lijn=GRENS, dikte=0.6 if veel else 1.4)


def _legenda(
    klassen: _Array,
    laag: Kaartlaag,
    cat: Catalogus,
    wankel: _Array | None,
    grens: float | None,
) -> list[_Regel]:
    gemeten = bool((klassen != cat.geen_meting.code).any())
    regels = [
        _Regel(stijl.label, stijl.kleur, int((klassen == code).sum()) if gemeten else None)
        for code, stijl in laag.klassen.items()
    ]
    geen = cat.geen_meting
    regels.append(_Regel(geen.label, None, int((klassen == geen.code).sum())))
    if wankel is not None and grens is not None:
        hoeveel = int(wankel.sum()) if gemeten else None
        regels.append(_Regel(legendaregel(grens), None, hoeveel, gearceerd=True))
    return regels


def _schrijf_legenda(blad: Kaartblad, regels: list[_Regel], woord: str, reden: str) -> None:
    links, rechts, tekst = 0.645, 0.975, 0.687
    y = _HOOGTE - 0.115
    blad.tekst(links, y, "Legenda", px=13, letter="DejaVuSans-Bold")
    blad.tekst(rechts, y, f"aantal {woord}", px=11, kleur=GRIJS, anker="rs")
    y -= 0.034
    for regel in regels:
        arcering = ARCERING if regel.gearceerd else None
        vak = (links, y - 0.005, 0.03, 0.0195)
        blad.vak(*vak, vulling=regel.kleur, lijn=RAND, arcering=arcering)
        blad.tekst(rechts, y, _getal(regel.aantal), anker="rs")
        for deel in blad.regels(regel.label, rechts - tekst - 0.052):
            blad.tekst(tekst, y, deel)
            y -= 0.0175
        y -= 0.0145
    for deel in blad.regels(reden, rechts - links, px=11)[:6]:
        blad.tekst(links, y - 0.01, deel, px=11, kleur=GRIJS)
        y -= 0.0165
