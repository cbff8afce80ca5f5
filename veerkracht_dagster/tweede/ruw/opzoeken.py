"""One cell of a delivery as it stands in the publisher's file, read alone.

Here: which delivery of a year holds an area, its records, a cell with its state and why.
Not here: the figures of a whole file (`lezers.lees_blad`), what a cell becomes (`../bon.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.rekenwijze.rekenen import ONTBREKEND, Cel
from veerkracht_dagster.rekenwijze.ruw.cel import getal, merk_in, tekst_in
from veerkracht_dagster.tweede.ruw.blad import Bewijslevering, Kop, Plaats, Vorm
from veerkracht_dagster.tweede.ruw.lezers import (
    BEGIN,
    MERKTEKEN,
    leeg,
    vorm_van,
    zonder_cijfer,
)
from veerkracht_dagster.tweede.ruw.register import Record, Register, onthouden, register_van


@dataclass(frozen=True)
class Celvondst:
    """A cell, where it stands (None: nowhere), and in words why it has no figure.

    niet_in_bestand: in words, that no file of the delivery has a row or column for it.
    """

    cel: Cel
    plaats: Plaats | None
    waarom: str = ""
    niet_in_bestand: str = ""


class Opzoeker:
    """Looks up cells of areas of one level in one delivery."""

    def __init__(
        self, levering: Bewijslevering, vorm: Vorm, kolommen: Mapping[str, Kolom], niveau: str
    ) -> None:
        self.levering, self.vorm, self._kolommen = levering, vorm, kolommen
        self.niveau = niveau
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
        return any(hoort(rec.inhoud, kop) for c in codes for r in self._regios for rec in r.van(c))

    def cel(self, naam: str, code: str) -> Celvondst:
        """The cell of a column and area."""
        plaats = self.plaats(naam, code)
        if plaats is None and not self._bestaat(code):
            waarom = "het gebied staat niet in de levering"
            return Celvondst(
                ONTBREKEND, None, waarom, f"{self._bestanden} heeft geen rij van {code}"
            )
        kolom = self._kolommen[naam]
        cijfer, eigen_merk = _cijfer(plaats), None
        if cijfer in (kolom.merken or ()):
            cijfer, eigen_merk = None, cijfer
        if cijfer is not None and cijfer > MERKTEKEN:
            return Celvondst((cijfer, "waargenomen"), plaats)
        if naam not in self.vorm.koppen:
            waarom = "deze kolom staat niet in de levering"
            return Celvondst(ONTBREKEND, None, waarom, f"geen kolom {naam} in {self._bestanden}")
        niveau = "wijk" if code.startswith("WK") else "buurt"
        nooit_geheim = self.vorm.leeg_is_ontbreekt
        gevuld = nooit_geheim or self.gevuld(naam, niveau)
        geen = zonder_cijfer(kolom, gevuld=gevuld, nooit_geheim=nooit_geheim)
        basis = self.plaats(kolom.noemer or kolom.weegkolom or "", code)
        cel = leeg(cijfer, _cijfer(basis), geen)
        if plaats is not None:
            merkteken = cijfer if eigen_merk is None else eigen_merk
            return Celvondst(cel, plaats, _waarom(cel[1], merkteken, plaats.merk, gevuld=gevuld))
        maat = self.vorm.koppen[naam].sleutel
        return Celvondst(
            cel, self._van_gebied(naam, code), _waarom(cel[1], cijfer, "", gevuld=gevuld),
            self._geen_rij(f"van {code} voor {maat}"),
        )  # fmt: skip

    def plaats(self, naam: str, code: str) -> Plaats | None:
        """Where the cell stands; None where the file does not have it."""
        kop, hoort = self.vorm.koppen.get(naam), self.vorm.hoort
        if kop is None:
            return None
        for register in self._registers:
            for record in register.van(code):
                if hoort is not None and not hoort(record.inhoud, kop):
                    continue
                vorm = self.vorm
                heel = record.inhoud if vorm.heel is None else vorm.heel(record.inhoud)
                tekst = tekst_in(vorm.vorm, heel, kop.plek, vorm.teken) or ""
                return replace(
                    self._plaats(register, record, kop), tekst=tekst, record=heel,
                    merk=merk_in(vorm.vorm, heel, vorm.merk, vorm.teken), merkplek=vorm.merk,
                )  # fmt: skip
        return None

    def gevuld(self, naam: str, niveau: str) -> bool:
        """Whether any area of the level has a figure in the column."""
        if (naam, niveau) not in self._gevuld:
            eerste = self.vorm.bestanden[0]
            sleutel = f"{self.vorm.koppen[naam].sleutel} {niveau} {self.levering.peiljaar}"
            bekend = onthouden(eerste, sleutel, lambda: self._is_gevuld(naam, niveau))
            self._gevuld[naam, niveau] = bekend
        return self._gevuld[naam, niveau]

    def _is_gevuld(self, naam: str, niveau: str) -> bool:
        codes = (code for r in self._regios for code in r.codes(BEGIN[niveau]))
        return any(self._heeft_cijfer(naam, code) for code in codes)

    def _heeft_cijfer(self, naam: str, code: str) -> bool:
        cijfer = _cijfer(self.plaats(naam, code))
        eigen_merken = self._kolommen[naam].merken or ()
        return cijfer is not None and cijfer > MERKTEKEN and cijfer not in eigen_merken

    def _bestaat(self, code: str) -> bool:
        return any(True for r in self._regios for _ in islice(r.van(code), 1))

    def _van_gebied(self, naam: str, code: str) -> Plaats | None:
        """v4 has no row where there is no figure: where the area itself stands, without a text."""
        for register in self._regios:
            for record in register.van(code):
                return self._plaats(register, record, self.vorm.koppen[naam])
        return None

    def _plaats(self, register: Register, record: Record, kop: Kop) -> Plaats:
        vorm = self.vorm
        return Plaats(
            register.bestand, record.rij, None, kop,
            regel=record.regel if vorm.vorm == "csv" else None,
            record=record.inhoud, begin=record.begin,
            vorm=vorm.vorm, teken=vorm.teken, kopregel=vorm.kopregel,
        )  # fmt: skip

    def _geen_rij(self, wat: str) -> str:
        return f"geen rij in het bestand: {self._bestanden} heeft er geen {wat}"

    @property
    def _bestanden(self) -> str:
        """The files in which the rows are."""
        eerste, *rest = (bestand.waar for bestand in self.vorm.bestanden)
        return eerste + (f" (met {len(rest)} volgende)" if rest else "")


def _cijfer(plaats: Plaats | None) -> float | None:
    """The number that stands somewhere, unless the publisher marks it as none."""
    return None if plaats is None or plaats.merk else getal(plaats.tekst)


def _waarom(staat: str, merkteken: float | None, merk: str, *, gevuld: bool) -> str:
    if merk:
        return f"de uitgever merkt deze waarde als {merk!r}"
    if merkteken is not None:
        return f"het merkteken {merkteken:g} van de uitgever"
    if staat == "n.v.t.":
        return "leeg: een aandeel van niemand"
    if staat == "onderdrukt":
        return "leeg, terwijl andere gebieden een cijfer hebben: onderdrukt door de uitgever"
    return "leeg in deze levering" if gevuld else "voor geen enkel gebied van dit niveau gevuld"


def opzoekers(
    leveringen: Sequence[Bewijslevering], kolommen: Mapping[str, Kolom], niveau: str
) -> Opzoeker | None:
    """The first of a year's deliveries that has areas of the level.

    Raises:
        GeenTweedeLezer: a dialect is not read here.
    """
    for levering in leveringen:
        vorm = vorm_van(levering, kolommen, niveau)
        if vorm is None:
            continue
        opzoeker = Opzoeker(levering, vorm, kolommen, niveau)
        if opzoeker.heeft(niveau):
            return opzoeker
    return None
