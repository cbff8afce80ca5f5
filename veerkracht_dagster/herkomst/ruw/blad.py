"""What a second reading gives: a sheet of numbers, or the place of one cell.

Here: the shapes, and the publisher's columns found by title, unit and group.
Not here: any dialect.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from veerkracht_dagster.catalogus.models import Kolom


class GeenTweedeLezer(ValueError):
    """A dialect has no second reader, or its form is not one that this reader knows."""


@dataclass(frozen=True)
class Ruwbestand:
    """A file of a delivery: its name as delivered, its hash, and where its bytes are."""

    naam: str
    sha256: str
    pad: Path

    @property
    def kort(self) -> str:
        return self.naam.rpartition("/")[2]

    def bytes(self) -> bytes:
        """The content, gzip opened."""
        return _bytes(self.pad, self.pad.stat().st_mtime_ns)


@lru_cache(maxsize=12)
def _bytes(pad: Path, _gewijzigd: int) -> bytes:
    ruw = pad.read_bytes()
    return gzip.decompress(ruw) if ruw[:2] == b"\x1f\x8b" else ruw


@dataclass(frozen=True)
class Levering:
    """The files of a source and year, in the dialect in which they were read."""

    bron: str
    peiljaar: int
    dialect: str
    bestanden: tuple[Ruwbestand, ...]

    def van(self, verzameling: str) -> list[Ruwbestand]:
        """The pages of an OData set, by their position."""
        eigen = [b for b in self.bestanden if b.kort.split(".")[0] == verzameling]
        return sorted(eigen, key=lambda b: int("".join(c for c in b.kort if c.isdecimal()) or 0))


@dataclass(frozen=True)
class Kop:
    """A column as the publisher has it: the file's key, title, unit, topic group."""

    sleutel: str
    titel: str
    eenheid: str = ""
    groep: str = ""


@dataclass
class Blad:
    """Numbers per column and area; an empty cell is absent. `gebiedsjaar`: year of the areas."""

    gebiedsjaar: int
    koppen: dict[str, Kop]
    codes: list[str] = field(default_factory=list)
    cijfers: dict[str, dict[str, float]] = field(default_factory=dict)
    leeg_is_ontbreekt: bool = False  # a dialect in which nothing is suppressed


@dataclass(frozen=True)
class Plaats:
    """One cell in a file: row from 0 after any header, and the text as it stands there."""

    bestand: Ruwbestand
    rij: int
    tekst: str
    kop: Kop
    regel: str = ""  # the whole record that holds the cell


def gelijk(tekst: object) -> str:
    """A title without case or double blanks."""
    return " ".join(str(tekst or "").replace("\xa0", " ").split()).casefold()


def kies_koppen(
    kolommen: Mapping[str, Kolom], koppen: Iterable[Kop], *, maten: bool = False
) -> dict[str, Kop]:
    """Our columns among the publisher's: by measure id (`maten`), else title, unit and group."""
    alle = list(koppen)
    per_titel: dict[str, list[Kop]] = {}
    for kop in alle:
        per_titel.setdefault(gelijk(kop.titel), []).append(kop)
    uit: dict[str, Kop] = {}
    for naam, kolom in kolommen.items():
        wij = kolom.uitgever
        gevonden = [kop for kop in alle if kop.sleutel in wij.v4] if maten else []
        if len(gevonden) != 1:
            kandidaten = [k for titel in wij.titels for k in per_titel.get(gelijk(titel), [])]
            passend = [
                kop
                for kop in gevonden or kandidaten
                if gelijk(kop.titel) in {gelijk(t) for t in wij.titels}
                and (wij.eenheid is None or gelijk(kop.eenheid) == gelijk(wij.eenheid))
                and (wij.groep is None or gelijk(kop.groep) == gelijk(wij.groep))
            ]
            gevonden = passend or gevonden
        if gevonden:
            uit[naam] = gevonden[0]
    return uit


def bovenste(nummer: object, ouders: Mapping[object, tuple[object, str]]) -> str:
    """Title of the uppermost group above a topic. ouders: id -> (id of its parent, title)."""
    titel, gezien = "", set()
    while nummer in ouders and nummer not in gezien:
        gezien.add(nummer)
        nummer, titel = ouders[nummer]
    return titel


def regels_met(inhoud: bytes, wat: bytes) -> Iterator[tuple[int, bytes]]:
    """Every line that holds `wat`: its number from 0 after the header, and its bytes."""
    plaats = inhoud.find(wat)
    while plaats >= 0:
        begin = inhoud.rfind(b"\n", 0, plaats) + 1
        eind = inhoud.find(b"\n", plaats)
        eind = len(inhoud) if eind < 0 else eind
        yield inhoud.count(b"\n", 0, begin) - 1, inhoud[begin:eind].rstrip(b"\r")
        plaats = inhoud.find(wat, eind)


def getal(tekst: str, leeg: Sequence[str] = ("", ".", "NA")) -> float | None:
    """A number in Dutch or English notation; None for a mark of no number."""
    tekst = tekst.strip()
    return None if tekst in leeg else float(tekst.replace(",", "."))
