"""Which road every area takes, a second time: area by area, by the rules of the catalogue.

Here: the roads in their order, and chains over a year between.
Not here: what is counted for them (`adressen.py`, `grond.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from veerkracht_dagster.catalogus.models import Omzetting
from veerkracht_dagster.rekenwijze.omzetten import maat_van
from veerkracht_dagster.tweede.hertellen.adressen import Adresteller, Paren
from veerkracht_dagster.tweede.hertellen.grond import (
    Gedeeld,
    Vierkantbewoners,
    bewoners_per_paar,
    gedeelde_grond,
)
from veerkracht_dagster.tweede.hertellen.jaar import Gebiedsjaar, Jaren

_HEEL = 1e-9  # how near to 1 what comes through a chain must be
_ZELFDE_PUNT = 0.01  # metres: shapes whose points lie no further apart may be taken for one


class Wegrij(NamedTuple):
    """A row of the crosswalk; `speling`: how far apart two ways to compare shapes may count."""

    van: str
    naar: str
    gewicht: float
    methode: str
    aantal: float | None
    via: str | None
    maat: float | None
    speling: float = 0.0


class Wegdeel(NamedTuple):
    """A part of an old area in a new one (its place); what was counted or measured for it."""

    naar: int
    gewicht: float
    aantal: float | None
    speling: float = 0.0


class Kaartenbak:
    """The years that are known, and the pairs of them that were looked at: each worked out once."""

    def __init__(self, jaren: Jaren, regels: Omzetting, teller: Adresteller) -> None:
        self.jaren, self.regels, self.teller = jaren, regels, teller
        self._paren: dict[tuple[int, int], Jarenpaar] = {}

    def paar(self, van: int, naar: int) -> Jarenpaar:
        """Two years."""
        if (van, naar) not in self._paren:
            self._paren[van, naar] = Jarenpaar(self, self.jaren[van], self.jaren[naar])
        return self._paren[van, naar]

    def rijen(self, van: int, naar: int, wijken: Gebiedsjaar | None = None) -> Iterator[Wegrij]:
        """The crosswalk from the areas of a year to those of another; areas without a road are
        left out. wijken: from buurten to these, each with all that lies in it by its code."""
        paar = self.paar(van, naar)
        doelen = paar.naar.codes if wijken is None else wijken.codes
        per_doel: dict[int, list[tuple[int, str, str | None, Wegdeel]]] = {}
        for i in range(len(paar.van.codes)):
            methode, via, delen = paar.weg(i, self.regels.wegen)
            if wijken is not None:
                delen = _in_wijken(delen, paar.naar, wijken)
            for deel in delen:
                per_doel.setdefault(deel.naar, []).append((i, methode, via, deel))
        maten = dict(self._maten(paar, per_doel))
        for naar_, rijen in per_doel.items():
            for (i, methode, via, deel), maat in zip(rijen, maten[naar_], strict=True):
                yield Wegrij(
                    paar.van.codes[i], doelen[naar_], deel.gewicht, methode, deel.aantal,
                    via, maat, deel.speling,
                )  # fmt: skip

    def _maten(
        self, paar: Jarenpaar, per_doel: Mapping[int, Sequence[tuple[int, str, Any, Wegdeel]]]
    ) -> Iterator[tuple[int, list[float | None]]]:
        """Per new area what its parts weigh beside each other, in one measure that all have: as it
        was counted, else residents, addresses or land by their weight."""
        gemengd = {}
        for naar, rijen in per_doel.items():
            geteld = [deel.aantal for *_, deel in rijen if deel.aantal]
            if len({maat_van(methode) for _, methode, *_ in rijen}) == 1 and len(geteld) == len(
                rijen
            ):
                yield naar, list(geteld)
            elif len(rijen) == 1:
                yield naar, [rijen[0][3].gewicht]
            else:
                gemengd[naar] = rijen
        for draagt in paar.gedragen({i for rijen in gemengd.values() for i, *_ in rijen}):
            for naar, rijen in list(gemengd.items()):
                per_deel = [(deel.gewicht, draagt.get(i)) for i, _, _, deel in rijen]
                maten = [gewicht * x for gewicht, x in per_deel if x is not None]
                if len(maten) == len(rijen) and sum(maten) > 0:
                    yield naar, list(maten)
                    del gemengd[naar]
        for naar, rijen in gemengd.items():
            yield naar, [None] * len(rijen)


Weg = tuple[str, str | None, list[Wegdeel]]
_GEEN: Weg = ("geen", None, [])


class Jarenpaar:
    """Two years: what they have in common is counted when a road first asks for it."""

    def __init__(self, bak: Kaartenbak, van: Gebiedsjaar, naar: Gebiedsjaar) -> None:
        self.bak, self.van, self.naar, self.regels = bak, van, naar, bak.regels
        self._wegen: dict[str, Callable[[int], list[Wegdeel]]] = {
            "adressen": self._adressen,
            "vierkanten": self._vierkanten,
            "oppervlak": self._oppervlak,
            "code_en_naam": self._code_en_naam,
        }

    def weg(self, i: int, volgorde: Sequence[str]) -> Weg:
        """The first road of an area, in order of preference."""
        if self.van.jaar == self.naar.jaar:
            return "zelfde_jaar", None, [Wegdeel(i, 1.0, _getal(self.van.m2[i]))]
        for plek, methode in enumerate(volgorde):
            if methode == "identiek":
                if delen := self._identiek(i):
                    return methode, None, delen
                if delen := self._gemerkt(i):
                    return methode, "merk", delen
            elif methode == "keten":
                eigen = [weg for weg in volgorde[:plek] if weg != "keten"]
                jaar, delen = self._keten(i, eigen)
                if delen:
                    return methode, str(jaar), delen
            elif delen := self._wegen[methode](i):
                return methode, None, delen
        return _GEEN

    # --- the same area ------------------------------------------------------------------------
    @cached_property
    def _gedeeld(self) -> Gedeeld:
        return gedeelde_grond(self.van, self.naar)

    def _overeenkomst(self, i: int, j: int) -> float:
        """Land in common as a part of all land of the two."""
        gedeeld = self._gedeeld.get(i, {}).get(j, 0.0)
        return gedeeld / (float(self.van.m2[i]) + float(self.naar.m2[j]) - gedeeld)

    def _identiek(self, i: int) -> list[Wegdeel]:
        """The same ground, of one new area: that with its own code, or which agrees most, or which
        is first by code. Of the very same shape nothing can be off."""
        gedeeld, code = self._gedeeld.get(i, {}), self.van.codes[i]
        zelfde = [
            (self.naar.codes[j] != code, -deel, self.naar.codes[j], j)
            for j in gedeeld
            if (deel := self._overeenkomst(i, j)) >= self.regels.grens_identiek
        ]
        if not zelfde:
            return []
        j = min(zelfde)[-1]
        speling = 0.0 if gedeeld[j] == self.van.m2[i] else _ZELFDE_PUNT * self.van.vlak[i].length
        return [Wegdeel(j, 1.0, gedeeld[j], speling)]

    def _gemerkt(self, i: int) -> list[Wegdeel]:
        """The publisher says in every year from the first to the last that nothing changed."""
        code = self.van.codes[i]
        j = self.naar.plek.get(code)
        if j is None or not self._nooit_gewijzigd(code):
            return []
        m2 = [x for x in map(_getal, (self.van.m2[i], self.naar.m2[j])) if x is not None]
        if len(m2) == 2 and not (
            j in self._gedeeld.get(i, {}) and self._overeenkomst(i, j) >= self.regels.grens_merk
        ):
            return []
        return [Wegdeel(j, 1.0, min(m2, default=None))]

    def _nooit_gewijzigd(self, code: str) -> bool:
        eerste, laatste = sorted((self.van.jaar, self.naar.jaar))
        jaren = self.bak.jaren
        tussen = range(eerste + 1, laatste + 1)
        return all(jaar in jaren and code in jaren[jaar].ongewijzigd for jaar in tussen)

    def gedragen(self, oude: Collection[int]) -> Iterator[dict[int, float]]:
        """What old areas have, where it is known: residents, addresses, land, in this order."""
        if not oude:
            return
        met_grond = {i: m2 for i in oude if (m2 := _getal(self.van.m2[i])) is not None}
        if self._bewoners is not None:
            yield {i: self._bewoners.bekend.get(i, 0.0) for i in met_grond}
        van, naar = self.van.adressen, self.naar.adressen
        if van is not None and naar is not None:
            codes = [self.van.codes[i] for i in oude]
            geteld = self.bak.teller.tel_gebieden(van, self.van.niveau, codes)
            yield {i: float(geteld.get(self.van.codes[i], 0)) for i in oude}
        yield met_grond

    # --- by what lies in it ---------------------------------------------------------------------
    @cached_property
    def _adresparen(self) -> Paren | None:
        van, naar = self.van.adressen, self.naar.adressen
        if van is None or naar is None:
            return None
        wegen = self.regels.wegen
        eerder = [weg for weg in wegen[: wegen.index("adressen")] if weg != "keten"]
        codes = [code for i, code in enumerate(self.van.codes) if self.weg(i, eerder) == _GEEN]
        return self.bak.teller.tel(van, naar, self.van.niveau, codes)

    def _adressen(self, i: int) -> list[Wegdeel]:
        if self._adresparen is None:
            return []
        code, plek = self.van.codes[i], self.naar.plek
        gevonden = {
            plek[naar]: float(aantal)
            for naar, aantal in self._adresparen.per_paar.get(code, {}).items()
            if naar in plek
        }
        nodig = self.regels.minimum_adressen * self._adresparen.totaal.get(code, 0)
        return _naar_rato(gevonden) if gevonden and sum(gevonden.values()) >= nodig else []

    @cached_property
    def _bewoners(self) -> Vierkantbewoners | None:
        return bewoners_per_paar(self.van, self.naar, self.regels.vierkant_geheim)

    def _vierkanten(self, i: int) -> list[Wegdeel]:
        if self._bewoners is None:
            return []
        gevonden = self._bewoners.per_paar.get(i, {})
        nodig = self.regels.minimum_adressen * self._bewoners.hoogstens.get(i, 0.0)
        return _naar_rato(gevonden) if gevonden and sum(gevonden.values()) >= nodig else []

    @cached_property
    def _minimum_oppervlak(self) -> float:
        """Where the land of some new area is unknown, the rest of an old one may lie there."""
        onbekend = any(_getal(m2) is None for m2 in self.naar.m2.tolist())
        return self.regels.grens_identiek if onbekend else self.regels.minimum_oppervlak

    def _oppervlak(self, i: int) -> list[Wegdeel]:
        gedeeld, groot = self._gedeeld.get(i, {}), float(self.van.m2[i])
        if not gedeeld or sum(gedeeld.values()) / groot < self._minimum_oppervlak:
            return []
        return _naar_rato(
            {j: m2 for j, m2 in gedeeld.items() if m2 >= self.regels.minimum_deel * groot}
        )

    # --- without ground -------------------------------------------------------------------------
    def _code_en_naam(self, i: int) -> list[Wegdeel]:
        code = self.van.codes[i]
        j = self.naar.plek.get(code)
        if j is None or (
            _getal(self.van.m2[i]) is not None and _getal(self.naar.m2[j]) is not None
        ):
            return []
        naam = self.van.naam.get(code)
        return (
            [Wegdeel(j, 1.0, None)] if naam is not None and naam == self.naar.naam.get(code) else []
        )

    def _keten(self, i: int, volgorde: Sequence[str]) -> tuple[int, list[Wegdeel]]:
        """Over one year between, the nearest to the old one first, where all of it comes through
        and not two areas of which the ground is known are tied."""
        eerste, laatste = sorted((self.van.jaar, self.naar.jaar))
        tussen = [j for j in self.bak.jaren if eerste < j < laatste and self.bak.jaren[j].codes]
        for jaar in sorted(tussen, key=lambda j: abs(j - self.van.jaar)):
            _, _, heen = self.bak.paar(self.van.jaar, jaar).weg(i, volgorde)
            samen: dict[int, float] = {}
            for deel in heen:
                verder = self.bak.paar(jaar, self.naar.jaar).weg(deel.naar, volgorde)[2]
                for stap in verder:
                    samen[stap.naar] = samen.get(stap.naar, 0.0) + deel.gewicht * stap.gewicht
            bekend = _getal(self.van.m2[i]) is not None
            op_grond = bekend and any(_getal(self.naar.m2[j]) is not None for j in samen)
            if abs(math.fsum(samen.values()) - 1.0) <= _HEEL and not op_grond:
                return jaar, [Wegdeel(j, gewicht, None) for j, gewicht in samen.items()]
        return 0, []


def _in_wijken(
    delen: Sequence[Wegdeel], buurten: Gebiedsjaar, wijken: Gebiedsjaar
) -> list[Wegdeel]:
    """Parts in buurten as parts in the wijken of these; none where a wijk is not there."""
    per_wijk: dict[int, list[Wegdeel]] = {}
    for deel in delen:
        plek = wijken.plek.get("WK" + buurten.codes[deel.naar][2:8])
        if plek is None:
            return []
        per_wijk.setdefault(plek, []).append(deel)
    return [
        Wegdeel(
            plek,
            math.fsum(deel.gewicht for deel in samen) if len(per_wijk) > 1 else 1.0,
            None
            if None in (geteld := [d.aantal for d in samen])
            else math.fsum(filter(None, geteld)),
            math.fsum(deel.speling for deel in samen),
        )
        for plek, samen in per_wijk.items()
    ]


def _naar_rato(geteld: Mapping[int, float]) -> list[Wegdeel]:
    geheel = math.fsum(geteld.values())
    return [Wegdeel(j, aantal / geheel, aantal) for j, aantal in geteld.items()]


def _getal(x: float) -> float | None:
    return None if x != x else float(x)
