"""Check of a corporation's scan: its rows, and every figure, colour and course a second time.

Here: what follows from the indicators and from what the corporation asked: which rows there are and
what is in each. Not here: the scan (`scan.py`), whose arrays are not used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from veerkracht_dagster.bronnen.scans import Scanopdracht
from veerkracht_dagster.catalogus.models import Catalogus, Editie, Maat
from veerkracht_dagster.controle import Controle

CONTROLES = {
    "scan_volgt": "Rijen, namen, rol, cijfer, kleur, koers en bezit volgen uit wat erin gaat.",
}
_SPELING = 1e-9
_PLEK = ("corporatie", "niveau", "regiocode", "maat")
_WEGGELATEN: dict[str, object] = {
    "status": "weggelaten", "gemeten": math.nan, "waarde": math.nan, "begin": math.nan,
    "verwacht": math.nan, "kleur": "geen", "koers": "onbekend",
}  # fmt: skip


def controleer_scan(
    tabel: pd.DataFrame,
    indicatoren: Mapping[str, pd.DataFrame],
    gebieden: pd.DataFrame,
    opdrachten: Mapping[str, Scanopdracht],
    editie: Editie,
    cat: Catalogus,
) -> Controle:
    """The check on table `scan` of one edition."""
    bron = _Indicatoren(indicatoren, cat.omzetting.minimum_dekking)
    kolommen = (gebieden[k].tolist() for k in ("niveau", "regiocode", "regionaam"))
    namen = {(niveau, code): naam for niveau, code, naam in zip(*kolommen, strict=True)}
    per_plek = {
        tuple(str(ruw[k]) for k in _PLEK): {str(k): v for k, v in ruw.items()}
        for ruw in tabel.to_dict("records")
    }
    plekken = set(_plekken(bron, opdrachten, editie, cat))
    gevallen: list[dict[str, object]] = [
        {**dict(zip(_PLEK, plek, strict=True)), "veld": "rij",
         "gevonden": "een rij" if plek in per_plek else "geen rij",
         "verwacht": "een rij" if plek in plekken else "geen rij"}
        for plek in sorted(per_plek.keys() ^ plekken)
    ]  # fmt: skip
    maten = {sleutel: opdracht.maten(cat) for sleutel, opdracht in opdrachten.items()}
    for plek, rij in per_plek.items():
        if plek not in plekken:
            continue
        opdracht = opdrachten[plek[0]]
        domein, maat = maten[plek[0]][rij["maat"]]
        moeten: dict[str, object] = {"domein": domein, "rol": opdracht.rol(domein, cat)}
        moeten["regionaam"] = namen.get((rij["niveau"], rij["regiocode"]))
        for veld, moet in (moeten | dict(_cijfers(bron, rij, maat, opdracht, editie))).items():
            if not _zelfde(rij[veld], moet):
                waar = {k: rij[k] for k in _PLEK}
                gevallen.append({**waar, "veld": veld, "gevonden": rij[veld], "verwacht": moet})
    return Controle(
        "scan_volgt",
        pd.DataFrame(gevallen, columns=[*_PLEK, "veld", "gevonden", "verwacht"]),
        {"rijen": len(tabel)},
        "Zie indicatoren/scan.py.",
    )


def _plekken(
    bron: _Indicatoren, opdrachten: Mapping[str, Scanopdracht], editie: Editie, cat: Catalogus
) -> Iterator[tuple[str, ...]]:
    """Where a row must stand: every area of a corporation, with every measure of every domain."""
    for sleutel, opdracht in opdrachten.items():
        codes = bron.werkgebied(opdracht)
        gebieden = {("wijk", f"WK{code[2:8]}") for code in codes}
        if editie.niveau == "buurt":
            gebieden |= {("buurt", code) for code in codes}
        for gebied in gebieden:
            for domein in cat.domeinen.values():
                yield from ((sleutel, *gebied, maat) for maat in domein.maten)


def _cijfers(
    bron: _Indicatoren,
    rij: Mapping[str, Any],
    maat: Maat,
    opdracht: Scanopdracht,
    editie: Editie,
) -> Iterator[tuple[str, object]]:
    """What must stand in a row: dwellings, and the figure with all that follows from it."""
    codes = bron.codes(rij["niveau"], rij["regiocode"], opdracht)
    yield from bron.bezit(codes, opdracht).items()
    yield "gebieden", len(codes)
    if rij["maat"] in opdracht.zonder:
        yield from _WEGGELATEN.items()
        return
    cijfers = bron.cijfers(codes, maat)
    yield "status", "gemeten" if _er_is(cijfers["waarde"]) else "ontbreekt"
    yield from cijfers.items()
    maal = bron.landelijk(maat.kolom) if maat.van_gemiddelde else 1.0
    yield from _volgt(rij, maat, maal, opdracht, editie)


class _Indicatoren:
    """The indicators' cells by column and area, and what is made of them."""

    def __init__(self, indicatoren: Mapping[str, pd.DataFrame], minimum_dekking: float) -> None:
        self._minimum = minimum_dekking
        self._kolommen: dict[str, dict[str, float]] = {}
        for tabel in indicatoren.values():
            namen = tabel["regiocode"].tolist()
            for k in tabel.columns.drop("regiocode"):
                self._kolommen.setdefault(str(k), dict(zip(namen, tabel[k].tolist(), strict=True)))
        self._landelijk: dict[str, float] = {}
        self._codes: dict[tuple[str, ...], list[str]] = {}

    def werkgebied(self, opdracht: Scanopdracht) -> list[str]:
        """The areas that a corporation names, each by its own code or by a larger one."""
        begin = tuple(gebied[2:] for gebied in opdracht.werkgebied)
        return [code for code in self._kolommen["inwoners_eind"] if code[2:].startswith(begin)]

    def codes(self, niveau: str, regiocode: str, opdracht: Scanopdracht) -> list[str]:
        """The areas of the working area that a row stands for."""
        sleutel = (niveau, regiocode, *opdracht.werkgebied)
        if sleutel not in self._codes:
            eigen = regiocode[2:]
            self._codes[sleutel] = [
                code
                for code in self.werkgebied(opdracht)
                if (code[2:8] if niveau == "wijk" else code[2:]) == eigen
            ]
        return self._codes[sleutel]

    def cijfers(self, codes: list[str], maat: Maat) -> dict[str, object]:
        """The figure at the end and at the begin of the edition."""
        figuur = self._kolommen[maat.kolom]
        waarden = [figuur[code] for code in codes]
        if maat.klassen:
            waarden = [100.0 * (x in maat.klassen) if _er_is(x) else math.nan for x in waarden]
        gewicht = [self._kolommen[maat.weging][code] for code in codes]
        begin = math.nan
        if maat.begin is not None:
            toen = [self._kolommen[maat.begin][c] for c in codes]
            begin = self._gemiddelde(toen, gewicht, maat)
        gemeten = sum(map(_er_is, waarden))
        return {
            "gemeten": gemeten,
            "waarde": self._gemiddelde(waarden, gewicht, maat),
            "begin": begin,
        }

    def _gemiddelde(self, waarden: list[float], gewicht: list[float], maat: Maat) -> float:
        if len(waarden) == 1:
            return waarden[0]
        paren = zip(waarden, gewicht, strict=True)
        telt = [(x, w) for x, w in paren if _er_is(x) and _er_is(w) and w > 0]
        gedekt = math.fsum(w for _, w in telt)
        deel, geheel = gedekt, math.fsum(w for w in gewicht if _er_is(w))
        if not (maat.van_levering or all(map(_er_is, gewicht))):
            deel, geheel = len(telt), len(gewicht)
        if not telt or deel < self._minimum * geheel:
            return math.nan
        return math.fsum(x * w for x, w in telt) / gedekt

    def bezit(self, codes: list[str], opdracht: Scanopdracht) -> dict[str, object]:
        """Dwellings of the corporation, and whether that is much."""
        alle = [self._kolommen["woningen_eind"][code] for code in codes]
        if opdracht.bezit == "bik":
            eigen = [self._kolommen["bik_woningen_eind"][code] for code in codes]
        else:
            deel = [self._kolommen["corporatie_eind"][code] for code in codes]
            eigen = [x / 100.0 * w for x, w in zip(deel, alle, strict=True)]
        woningen = _som(eigen)
        totaal = _som([n for x, n in zip(eigen, alle, strict=True) if _er_is(x)])
        veel = "onbekend"
        if _er_is(woningen) and _er_is(totaal) and totaal > 0:
            veel = "ja" if woningen / totaal >= opdracht.veel_bezit else "nee"
        return {"woningen_corporatie": woningen, "veel_bezit": veel}

    def landelijk(self, kolom: str) -> float:
        """The national mean, weighted with residents."""
        if kolom not in self._landelijk:
            inwoners = self._kolommen["inwoners_eind"]
            paren = [(x, inwoners[code]) for code, x in self._kolommen[kolom].items()]
            telt = [(x, w) for x, w in paren if _er_is(x) and _er_is(w) and w > 0]
            som = math.fsum(w for _, w in telt)
            self._landelijk[kolom] = math.fsum(x * w for x, w in telt) / som if som else math.nan
        return self._landelijk[kolom]


def _som(reeks: list[float]) -> float:
    er_zijn = [x for x in reeks if _er_is(x)]
    return math.fsum(er_zijn) if er_zijn else math.nan


def _volgt(
    rij: Mapping[str, Any], maat: Maat, maal: float, opdracht: Scanopdracht, editie: Editie
) -> Iterator[tuple[str, object]]:
    waarde, begin = rij["waarde"], rij["begin"]
    jaren = opdracht.streefjaar - editie.eind
    verwacht = math.nan
    if _er_is(waarde) and _er_is(begin):
        verwacht = waarde + jaren * (waarde - begin) / (editie.eind - editie.begin)
    nu, dan = _kleur(waarde, maat, maal), _kleur(verwacht, maat, maal)
    yield "verwacht", verwacht
    yield "kleur", nu
    if nu == "groen":
        yield "koers", "bereikt"
    elif "geen" in (nu, dan):
        yield "koers", "onbekend"
    else:
        yield "koers", "op koers" if dan == "groen" else "niet op koers"


def _kleur(x: float, maat: Maat, maal: float) -> str:
    if maat.groen is None or maat.rood is None or not _er_is(x) or not _er_is(maal):
        return "geen"
    groen, rood = maat.groen * maal, maat.rood * maal
    if maat.beter == "hoger":
        return "groen" if x >= groen else "rood" if x < rood else "oranje"
    return "groen" if x <= groen else "rood" if x > rood else "oranje"


def _er_is(x: Any) -> bool:
    return x is not None and x is not pd.NA and x == x


def _zelfde(een: Any, ander: Any) -> bool:
    if isinstance(ander, str) or not (_er_is(een) and _er_is(ander)):
        return een == ander if isinstance(ander, str) else _er_is(een) == _er_is(ander)
    return bool(abs(een - ander) <= _SPELING * max(1.0, abs(ander)))
