"""The areas of a year a second time: which there are, their names, marks and land.

Here: what the map has and what the lists of figures name besides.
Not here: how two years lie on each other (`grond.py`, `wegen.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from veerkracht_dagster.tweede.hertellen.kaart import Landvlak, land_van, vierkanten_van
from veerkracht_dagster.tweede.hertellen.namen import Namen, namen_van
from veerkracht_dagster.tweede.ruw import Bewijslevering
from veerkracht_dagster.tweede.ruw.lezers import BEGIN

_ONGEWIJZIGD = "1"  # the publisher's mark: code and boundary as the year before
Leveringen = Mapping[str, Sequence[Bewijslevering]]  # by source


@dataclass(frozen=True)
class Gebiedsjaar:
    """The areas of a year at a level, by their place in `codes` (in alphabetical order).

    m2: NaN where the land is unknown, 0 where there is none.
    """

    jaar: int
    niveau: str
    codes: list[str]
    naam: Mapping[str, str | None]
    gemeente: Mapping[str, str | None]
    vlak: Any
    adressen: Bewijslevering | None
    vierkanten: Bewijslevering | None
    merken: Callable[[], Mapping[str, str | None]] = field(repr=False)

    @cached_property
    def plek(self) -> dict[str, int]:
        """The place of every code."""
        return {code: i for i, code in enumerate(self.codes)}

    @cached_property
    def m2(self) -> Any:
        """Land of every area."""
        return shapely.area(self.vlak)

    @cached_property
    def vormen(self) -> list[bytes | None]:
        """Every shape as bytes that are the same wherever it begins."""
        return list(shapely.to_wkb(shapely.normalize(self.vlak)))

    @cached_property
    def ongewijzigd(self) -> frozenset[str]:
        """Codes that the publisher calls as they were the year before."""
        return frozenset(code for code, merk in self.merken().items() if merk == _ONGEWIJZIGD)

    @cached_property
    def punten(self) -> tuple[Any, Any] | None:
        """Where squares lie, and how many live there (NaN: no figure); None without squares."""
        if self.vierkanten is None:
            return None
        x, y, inwoners = vierkanten_van(self.vierkanten)
        return (shapely.points(x, y), inwoners) if len(x) else None


class Jaren(Mapping[int, Gebiedsjaar]):
    """The years that are known, each read when it is asked for."""

    def __init__(self, leveringen: Mapping[int, Leveringen], niveau: str) -> None:
        self._leveringen, self._niveau = leveringen, niveau
        self._gelezen: dict[int, Gebiedsjaar] = {}

    def __getitem__(self, jaar: int) -> Gebiedsjaar:
        if jaar not in self._gelezen:
            self._gelezen[jaar] = lees_jaar(jaar, self._niveau, self._leveringen[jaar])
        return self._gelezen[jaar]

    def __contains__(self, jaar: object) -> bool:
        return jaar in self._leveringen  # a Mapping of itself would read the year to find out

    def __iter__(self) -> Iterator[int]:
        return iter(self._leveringen)

    def __len__(self) -> int:
        return len(self._leveringen)


def lees_jaar(jaar: int, niveau: str, leveringen: Leveringen) -> Gebiedsjaar:
    """The areas of a year.

    Those of the map and those that the Kerncijfers name besides; without either, those of the
    Leefbaarometer, where it stands on the areas of this year.

    Raises:
        GeenTweedeLezer: a list of figures has no second reader.
    """
    land = _eerste(leveringen.get("cbs_buurtgrenzen", ()), lambda deel: land_van(deel, niveau))
    op_kaart: dict[str, Landvlak] = {rij.code: rij for rij in land or ()}
    lijsten = [namen_van(deel, niveau) for deel in leveringen.get("cbs_kerncijfers", ())]
    lijst, gemeenten = _lijst(lijsten, jaar, BEGIN[niveau]), _lijst(lijsten, jaar, "GM").naam
    if not op_kaart and not lijst.naam:
        lijsten = [namen_van(deel, niveau) for deel in leveringen.get("leefbaarometer", ())]
        lijst = _lijst(lijsten, jaar, BEGIN[niveau])
    codes = sorted({*op_kaart, *lijst.naam})
    vlak = np.array([_vlak(op_kaart.get(code)) for code in codes], dtype=object)

    def van(code: str, veld: str, anders: Mapping[str, str | None]) -> str | None:
        eigen = getattr(op_kaart.get(code), veld, None)
        return anders.get(code) if eigen is None else eigen

    def gemeente(code: str) -> str | None:
        return van(code, "gemeente", lijst.gemeente) or gemeenten.get(f"GM{code[2:6]}")

    def merken() -> dict[str, str | None]:
        anders = lijst.merken() if any(van(code, "merk", {}) is None for code in codes) else {}
        return {code: van(code, "merk", anders) for code in codes}

    adressen, vierkanten = (
        next(iter(leveringen.get(bron, ())), None) for bron in ("cbs_adressen", "cbs_vierkanten")
    )
    return Gebiedsjaar(
        jaar,
        niveau,
        codes,
        {code: van(code, "naam", lijst.naam) for code in codes},
        {code: gemeente(code) for code in codes},
        vlak,
        adressen,
        vierkanten,
        merken,
    )


def _vlak(rij: Landvlak | None) -> Any:
    return None if rij is None else rij.vlak


def _eerste(
    delen: Sequence[Bewijslevering], lees: Callable[[Bewijslevering], list[Landvlak]]
) -> list[Landvlak] | None:
    """Of the parts of a delivery the first that has anything of this level."""
    return next((gelezen for deel in delen if (gelezen := lees(deel))), None)


def _lijst(lijsten: Sequence[Namen], jaar: int, begin: str) -> Namen:
    """The first list that stands on the areas of the year and names any whose code begins so."""
    for namen in lijsten:
        naam = {code: x for code, x in namen.naam.items() if code.startswith(begin)}
        if naam and namen.jaar == jaar:
            return Namen(jaar, naam, namen.gemeente, namen.merken)
    return Namen(jaar)
