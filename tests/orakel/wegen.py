"""The oracle's crosswalk: which part of an old area lies in which new one, and along which road.

Here: the roads of `docs/methode.md`, "Verschillende indelingen", and the measure of a part, from
"Van delen naar een gebied". Not here: figures (`cellen.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import shapely

from tests.orakel import lezen

# A road that counted: what it counted in. Only parts that counted alike are weighed by it.
EENHEID = {
    "identiek": "m2",
    "oppervlak": "m2",
    "adressen": "adressen",
    "vierkanten": "inwoners",
}


@dataclass(frozen=True)
class Deel:
    """A part of an old area in a new one. telt: what the road counted; maat: what it weighs."""

    van: str
    naar: str
    w: float
    weg: str
    telt: float | None = None
    maat: float | None = None


class Jaar:
    """The areas of a year with their ground, addresses and squares, as far as there are any."""

    def __init__(self, bronnen: Path, jaar: int, niveau: str) -> None:
        self.jaar = jaar
        self.gebieden = lezen.gebieden(bronnen, jaar, niveau)
        self._waar = bronnen, jaar, niveau

    @cached_property
    def grond(self) -> dict[str, shapely.Geometry]:
        return {code: gebied.land for code, gebied in self.gebieden.items() if gebied.land}

    @cached_property
    def codes(self) -> list[str]:
        return sorted(self.grond)

    @cached_property
    def boom(self) -> shapely.STRtree:
        return shapely.STRtree([self.grond[code] for code in self.codes])

    @cached_property
    def adressen(self) -> dict[tuple[str, str], str] | None:
        return lezen.adressen(*self._waar)

    @cached_property
    def adressen_per_gebied(self) -> dict[str, list[tuple[str, str]]]:
        uit: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for adres, code in (self.adressen or {}).items():
            uit[code].append(adres)
        return uit

    @cached_property
    def vierkanten(self) -> dict[str, list[tuple[shapely.Point, float | None]]]:
        """The squares whose middle lies in each area."""
        uit: dict[str, list[tuple[shapely.Point, float | None]]] = defaultdict(list)
        for punt, inwoners in lezen.vierkanten(*self._waar[:2]):
            if code := self.waarin(punt):
                uit[code].append((punt, inwoners))
        return uit

    def waarin(self, punt: shapely.Point) -> str | None:
        """The area that a point lies in; of several, the first by code."""
        gevonden = self.boom.query(punt, predicate="intersects")
        return min((self.codes[plek] for plek in gevonden), default=None)


class Landen:
    """Every year's areas, and the crosswalk between any two of them."""

    def __init__(self, bronnen: Path, niveau: str, regels: dict[str, Any]) -> None:
        self.regels = regels
        self._bronnen, self._niveau = bronnen, niveau
        self._jaren: dict[int, Jaar] = {}
        self._wegen: dict[tuple[int, int, str, int], list[Deel]] = {}
        self._sneden: dict[tuple[int, int, str], dict[str, float]] = {}

    def jaar(self, jaar: int) -> Jaar:
        if jaar not in self._jaren:
            self._jaren[jaar] = Jaar(self._bronnen, jaar, self._niveau)
        return self._jaren[jaar]

    def omzetting(self, oud: int, nieuw: int) -> dict[str, list[Deel]]:
        """The parts of every new area, each with its measure."""
        delen: dict[str, list[Deel]] = {code: [] for code in self.jaar(nieuw).gebieden}
        for code in self.jaar(oud).gebieden:
            for deel in self._delen(oud, nieuw, code, len(TRAPPEN)):
                delen[deel.naar].append(deel)
        return {code: self._gemeten(oud, nieuw, stukken) for code, stukken in delen.items()}

    def naar_wijken(self, oud: int, nieuw: int, wijken: list[str]) -> dict[str, list[Deel]]:
        """The parts of every wijk of the new year in buurten of the old one ("Een editie van
        wijken"); these are the buurten."""
        uit: dict[str, list[Deel]] = {wijk: [] for wijk in wijken}
        for code in self.jaar(oud).gebieden:
            per_wijk: dict[str, list[Deel]] = defaultdict(list)
            for deel in self._delen(oud, nieuw, code, len(TRAPPEN)):
                per_wijk[f"WK{deel.naar[2:8]}"].append(deel)
            if not all(wijk in uit for wijk in per_wijk):
                continue
            for wijk, delen in per_wijk.items():
                w = 1.0 if len(per_wijk) == 1 else sum(deel.w for deel in delen)
                geteld = [deel.telt for deel in delen if deel.telt is not None]
                telt = sum(geteld) if len(geteld) == len(delen) else None
                uit[wijk].append(Deel(code, wijk, w, delen[0].weg, telt))
        return {wijk: self._gemeten(oud, nieuw, stukken) for wijk, stukken in uit.items()}

    def _delen(self, oud: int, nieuw: int, code: str, trap: int) -> list[Deel]:
        """Where an old area goes, along the first of so many roads that there is."""
        sleutel = oud, nieuw, code, trap
        if sleutel not in self._wegen:
            if oud == nieuw:
                uit = [Deel(code, code, 1.0, "zelfde_jaar")]
            else:
                wegen = (weg(self, oud, nieuw, code) for weg in TRAPPEN[:trap])
                uit = next((delen for delen in wegen if delen), [])
            self._wegen[sleutel] = uit
        return self._wegen[sleutel]

    def _snede(self, oud: int, nieuw: int, code: str) -> dict[str, float]:
        """The m² of land that an old area shares with each new one."""
        sleutel = oud, nieuw, code
        if sleutel not in self._sneden:
            land, nieuw_jaar = self.jaar(oud).grond.get(code), self.jaar(nieuw)
            uit = {}
            for plek in nieuw_jaar.boom.query(land) if land is not None else ():
                naar = nieuw_jaar.codes[plek]
                m2 = shapely.area(shapely.intersection(land, nieuw_jaar.grond[naar]))
                if m2 > 0:
                    uit[naar] = float(m2)
            self._sneden[sleutel] = uit
        return self._sneden[sleutel]

    def _gelijkenis(self, oud: int, nieuw: int, code: str) -> dict[str, float]:
        """Intersection over union of an old area with each new one."""
        land = self.jaar(oud).grond
        return {
            naar: m2 / (land[code].area + self.jaar(nieuw).grond[naar].area - m2)
            for naar, m2 in self._snede(oud, nieuw, code).items()
        }

    def identiek(self, oud: int, nieuw: int, code: str) -> list[Deel]:
        gelijk, snede = self._gelijkenis(oud, nieuw, code), self._snede(oud, nieuw, code)
        zelfde = {naar: s for naar, s in gelijk.items() if s >= self.regels["grens_identiek"]}
        if zelfde:
            naar = code if code in zelfde else min(zelfde, key=lambda n: (-zelfde[n], n))
            return [Deel(code, naar, 1.0, "identiek", snede[naar])]
        if code not in self.jaar(nieuw).gebieden or not self._merk(oud, nieuw, code):
            return []
        beide = code in self.jaar(oud).grond and code in self.jaar(nieuw).grond
        if beide and gelijk.get(code, 0.0) < self.regels["grens_merk"]:
            return []
        return [Deel(code, code, 1.0, "identiek", snede.get(code))]

    def _merk(self, oud: int, nieuw: int, code: str) -> bool:
        """Whether every year after the first of the two says that the area did not change."""
        jaren = range(min(oud, nieuw) + 1, max(oud, nieuw) + 1)
        return all(
            code in self.jaar(jaar).gebieden and self.jaar(jaar).gebieden[code].merk == "1"
            for jaar in jaren
        )

    def adressen(self, oud: int, nieuw: int, code: str) -> list[Deel]:
        nu = self.jaar(nieuw).adressen
        toen = self.jaar(oud).adressen_per_gebied.get(code, [])
        if nu is None or not toen:
            return []
        tel: Counter[str] = Counter(
            nu[adres] for adres in toen if nu.get(adres) in self.jaar(nieuw).gebieden
        )
        if tel.total() < self.regels["minimum_adressen"] * len(toen) or not tel:
            return []
        return _naar_rato(code, "adressen", {naar: float(n) for naar, n in tel.items()})

    def vierkanten(self, oud: int, nieuw: int, code: str) -> list[Deel]:
        tel: dict[str, float] = defaultdict(float)
        samen = 0.0
        for punt, inwoners in self.jaar(oud).vierkanten.get(code, []):
            samen += self.regels["vierkant_geheim"] if inwoners is None else inwoners
            naar = self.jaar(nieuw).waarin(punt)
            if inwoners and naar:
                tel[naar] += inwoners
        if not tel or sum(tel.values()) < self.regels["minimum_adressen"] * samen:
            return []
        return _naar_rato(code, "vierkanten", tel)

    def oppervlak(self, oud: int, nieuw: int, code: str) -> list[Deel]:
        land = self.jaar(oud).grond.get(code)
        if land is None:
            return []
        alle = self._snede(oud, nieuw, code)
        minimum = self.regels["minimum_deel"] * land.area
        stukken = {naar: m2 for naar, m2 in alle.items() if m2 >= minimum}
        heel = len(self.jaar(nieuw).grond) == len(self.jaar(nieuw).gebieden)
        nodig = self.regels["minimum_oppervlak" if heel else "grens_identiek"]
        if not stukken or sum(alle.values()) < nodig * land.area:
            return []
        return _naar_rato(code, "oppervlak", stukken)

    def keten(self, oud: int, nieuw: int, code: str) -> list[Deel]:
        return self._keten(oud, nieuw, code, 4)

    def keten_met_naam(self, oud: int, nieuw: int, code: str) -> list[Deel]:
        return self._keten(oud, nieuw, code, 4, met_naam=True)

    def _stap(self, oud: int, nieuw: int, code: str, met_naam: bool) -> list[Deel]:
        delen = self._delen(oud, nieuw, code, 4)
        return delen or (self.code_en_naam(oud, nieuw, code) if met_naam else [])

    def _keten(
        self, oud: int, nieuw: int, code: str, trap: int, met_naam: bool = False
    ) -> list[Deel]:
        tussen = range(min(oud, nieuw) + 1, max(oud, nieuw))
        for via in sorted(tussen, key=lambda jaar: abs(jaar - oud)):
            if not self.jaar(via).gebieden:
                continue
            w: dict[str, float] = defaultdict(float)
            for een in self._stap(oud, via, code, met_naam):
                for twee in self._stap(via, nieuw, een.naar, met_naam):
                    w[twee.naar] += een.w * twee.w
            bekend = code in self.jaar(oud).grond
            if bekend and any(naar in self.jaar(nieuw).grond for naar in w):
                continue
            if abs(sum(w.values()) - 1) <= 1e-9:
                return [Deel(code, naar, deel, "keten") for naar, deel in w.items()]
        return []

    def code_en_naam(self, oud: int, nieuw: int, code: str) -> list[Deel]:
        toen, nu = self.jaar(oud).gebieden[code], self.jaar(nieuw).gebieden.get(code)
        onbekend = nu is not None and (toen.land is None or nu.land is None)
        if nu is None or not onbekend or not toen.naam or toen.naam != nu.naam:
            return []
        return [Deel(code, code, 1.0, "code_en_naam")]

    def _gemeten(self, oud: int, nieuw: int, delen: list[Deel]) -> list[Deel]:
        """The parts of one new area, with one measure for all of them or none."""
        eenheden = {EENHEID.get(deel.weg) for deel in delen}
        if len(eenheden) == 1 and all(deel.telt for deel in delen):
            return [replace(deel, maat=deel.telt) for deel in delen]
        for heeft in (self._inwoners, self._adressen, self._m2):
            maten = [heeft(oud, nieuw, deel.van) for deel in delen]
            if all(maat is not None for maat in maten):
                gewogen = [deel.w * (maat or 0.0) for deel, maat in zip(delen, maten, strict=True)]
                if sum(gewogen) > 0:
                    return [replace(d, maat=m) for d, m in zip(delen, gewogen, strict=True)]
        return delen

    def _inwoners(self, oud: int, nieuw: int, code: str) -> float | None:
        if not self.jaar(oud).vierkanten or code not in self.jaar(oud).grond:
            return None
        vierkanten = self.jaar(oud).vierkanten.get(code, [])
        return sum(inwoners or 0.0 for _, inwoners in vierkanten)

    def _adressen(self, oud: int, nieuw: int, code: str) -> float | None:
        if self.jaar(oud).adressen is None or self.jaar(nieuw).adressen is None:
            return None
        return float(len(self.jaar(oud).adressen_per_gebied.get(code, [])))

    def _m2(self, oud: int, nieuw: int, code: str) -> float | None:
        land = self.jaar(oud).grond.get(code)
        return None if land is None else float(land.area)


TRAPPEN = (
    Landen.identiek,
    Landen.adressen,
    Landen.vierkanten,
    Landen.oppervlak,
    Landen.keten,
    Landen.code_en_naam,
    Landen.keten_met_naam,
)


def _naar_rato(van: str, weg: str, telt: dict[str, float]) -> list[Deel]:
    samen = sum(telt.values())
    return [Deel(van, naar, n / samen, weg, n) for naar, n in telt.items()]
