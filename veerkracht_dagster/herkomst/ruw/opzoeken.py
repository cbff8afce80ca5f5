"""One cell of a delivery as it stands in the publisher's file, read alone.

Here: which delivery of a year holds an area, its records, a cell with its state and why.
Not here: the figures of a whole file (`lezers.lees_blad`), what a cell becomes (`../bon.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.herkomst.rekenen import ONTBREKEND, Cel
from veerkracht_dagster.herkomst.ruw.blad import Kop, Levering, Plaats, Vorm
from veerkracht_dagster.herkomst.ruw.cel import GEEN_WAARNEMING, getal, tekst_in
from veerkracht_dagster.herkomst.ruw.lezers import (
    BEGIN,
    MERKTEKEN,
    leeg,
    vorm_van,
    zonder_cijfer,
)
from veerkracht_dagster.herkomst.ruw.register import Register, onthouden, register_van


@dataclass(frozen=True)
class Gevonden:
    """A cell, where it stands (None: nowhere), and in words why it has no figure."""

    cel: Cel
    plaats: Plaats | None
    waarom: str = ""


class Opzoeker:
    """Looks up cells in one delivery."""

    def __init__(self, levering: Levering, vorm: Vorm, kolommen: Mapping[str, Kolom]) -> None:
        self.levering, self.vorm, self._kolommen = levering, vorm, kolommen
        self._gevuld: dict[tuple[str, str], bool] = {}

    @cached_property
    def _registers(self) -> list[Register]:
        return [register_van(bestand, self.vorm.splitser) for bestand in self.vorm.bestanden]

    @cached_property
    def _regios(self) -> list[Register]:
        if self.vorm.splitser_regios is None:
            return self._registers
        return [register_van(bestand, self.vorm.splitser_regios) for bestand in self.vorm.regios]

    def heeft(self, niveau: str) -> bool:
        """Whether it has any area of a level, in this year."""
        codes = (code for r in self._regios for code in r.codes(BEGIN[niveau]))
        hoort = self.vorm.hoort
        if hoort is None or self.vorm.splitser_regios is not None:
            return next(codes, None) is not None
        kop = next(iter(self.vorm.koppen.values()))
        return any(hoort(rec, kop) for c in codes for r in self._regios for _, _, rec in r.van(c))

    def cel(self, naam: str, code: str) -> Gevonden:
        """The cell of a column and area."""
        plaats = self.plaats(naam, code)
        if plaats is None and not self._bestaat(code):
            return Gevonden(ONTBREKEND, None, "het gebied staat niet in de levering")
        cijfer = None if plaats is None else getal(plaats.tekst)
        if cijfer is not None and cijfer > MERKTEKEN:
            return Gevonden((cijfer, "waargenomen"), plaats)
        kolom = self._kolommen[naam]
        if naam not in self.vorm.koppen:
            return Gevonden(ONTBREKEND, None, "deze kolom staat niet in de levering")
        niveau = "wijk" if code.startswith("WK") else "buurt"
        nooit_geheim = self.vorm.leeg_is_ontbreekt
        gevuld = nooit_geheim or self.gevuld(naam, niveau)
        geen = zonder_cijfer(kolom, gevuld=gevuld, nooit_geheim=nooit_geheim)
        basis = self.plaats(kolom.noemer or kolom.weegkolom or "", code)
        cel = leeg(cijfer, None if basis is None else getal(basis.tekst), geen)
        if plaats is None:
            plaats = self._zonder_waarneming(naam, code)
        return Gevonden(cel, plaats, _waarom(cel[1], cijfer, gevuld=gevuld))

    def plaats(self, naam: str, code: str) -> Plaats | None:
        """Where the cell stands; None where the file does not have it."""
        kop, hoort = self.vorm.koppen.get(naam), self.vorm.hoort
        if kop is None:
            return None
        for register in self._registers:
            for rij, begin, record in register.van(code):
                if hoort is not None and not hoort(record, kop):
                    continue
                heel = record if self.vorm.heel is None else self.vorm.heel(record)
                tekst = tekst_in(self.vorm.vorm, heel, kop.plek, self.vorm.teken)
                return self._plaats(register, rij, begin, heel, tekst or "", kop)
        return None

    def gevuld(self, naam: str, niveau: str) -> bool:
        """Whether any area of the level has a figure in the column."""
        if (naam, niveau) not in self._gevuld:
            eerste = self.vorm.bestanden[0]
            sleutel = f"{self.vorm.koppen[naam].sleutel} {niveau}"
            bekend = onthouden(eerste, sleutel, lambda: self._is_gevuld(naam, niveau))
            self._gevuld[naam, niveau] = bekend
        return self._gevuld[naam, niveau]

    def _is_gevuld(self, naam: str, niveau: str) -> bool:
        codes = (code for r in self._regios for code in r.codes(BEGIN[niveau]))
        return any(self._heeft_cijfer(naam, code) for code in codes)

    def _heeft_cijfer(self, naam: str, code: str) -> bool:
        plaats = self.plaats(naam, code)
        cijfer = None if plaats is None else getal(plaats.tekst)
        return cijfer is not None and cijfer > MERKTEKEN

    def _bestaat(self, code: str) -> bool:
        return any(True for r in self._regios for _ in islice(r.van(code), 1))

    def _zonder_waarneming(self, naam: str, code: str) -> Plaats | None:
        """v4 has no row where there is no figure: the row of the area itself then stands there."""
        for register in self._regios:
            for rij, begin, record in register.van(code):
                kop = self.vorm.koppen[naam]
                return self._plaats(register, rij, begin, record, GEEN_WAARNEMING, kop)
        return None

    def _plaats(
        self, register: Register, rij: int, begin: int, record: bytes, tekst: str, kop: Kop
    ) -> Plaats:
        vorm = self.vorm
        return Plaats(
            register.bestand, rij, tekst, kop, record, begin, vorm.vorm, vorm.teken, vorm.kopregel
        )


def _waarom(staat: str, merkteken: float | None, *, gevuld: bool) -> str:
    if merkteken is not None:
        return f"het merkteken {merkteken:g} van de uitgever"
    if staat == "n.v.t.":
        return "leeg: een aandeel van niemand"
    if staat == "onderdrukt":
        return "leeg, terwijl andere gebieden een cijfer hebben: onderdrukt door de uitgever"
    return "leeg in deze levering" if gevuld else "voor geen enkel gebied van dit niveau gevuld"


def opzoekers(
    leveringen: Sequence[Levering], kolommen: Mapping[str, Kolom], niveau: str
) -> Opzoeker | None:
    """The first of a year's deliveries that has areas of the level.

    Raises:
        GeenTweedeLezer: a dialect is not read here.
    """
    for levering in leveringen:
        vorm = vorm_van(levering, kolommen, niveau)
        if vorm is None:
            continue
        opzoeker = Opzoeker(levering, vorm, kolommen)
        if opzoeker.heeft(niveau):
            return opzoeker
    return None
