"""What a second reading gives: a sheet of numbers, or the place of one cell.

Here: the shapes, and the publisher's columns found by title, unit and group.
Not here: any dialect.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.rekenwijze.ruw import ole

Gesplitst = Iterator[tuple[str, int, int]]


class GeenTweedeLezer(ValueError):
    """A dialect has no second reader, or its form is not one that this reader knows."""


@dataclass(frozen=True)
class Ruwbestand:
    """A file of a delivery: its name as delivered, its hash, and where its bytes are.

    lid: the member that is meant, when the file is a zip or a compound file.
    """

    naam: str
    sha256: str
    pad: Path
    lid: str | None = None

    @property
    def kort(self) -> str:
        return (self.lid or self.naam).rpartition("/")[2]

    @property
    def waar(self) -> str:
        return f"{self.naam} > {self.lid}" if self.lid else self.naam

    @property
    def stempel(self) -> str:
        """Changes when the bytes do."""
        stand = self.pad.stat()
        return f"{stand.st_mtime_ns:x}-{stand.st_size:x}"

    @cached_property
    def ingepakt(self) -> bool:
        """Whether the bytes must be unpacked: a member of a zip, or gzip."""
        if self.lid is not None:
            return True
        with self.pad.open("rb") as stroom:
            return stroom.read(2) == b"\x1f\x8b"

    def bytes(self) -> bytes:
        """The content, unpacked."""
        return _bytes(self.pad, self.lid, self.stempel)

    def leden(self) -> list[Ruwbestand]:
        """The members of a zip."""
        with zipfile.ZipFile(self.pad) as zip_:
            return [replace(self, lid=lid) for lid in zip_.namelist() if not lid.endswith("/")]


@lru_cache(maxsize=4)
def _bytes(pad: Path, lid: str | None, _stempel: str) -> bytes:
    ruw = pad.read_bytes()
    if lid is not None and ruw.startswith(ole.MERK):
        return ole.stroom(ruw, lid)
    if lid is not None:
        with zipfile.ZipFile(io.BytesIO(ruw)) as zip_:
            return zip_.read(lid)
    return gzip.decompress(ruw) if ruw[:2] == b"\x1f\x8b" else ruw


@dataclass(frozen=True)
class Bewijslevering:
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
    """A column as the publisher has it: the file's key, title, unit, topic group.

    plek: where it stands in a record (see `cel.tekst_in`).
    """

    sleutel: str
    titel: str
    eenheid: str = ""
    groep: str = ""
    plek: tuple[str, ...] = ()


@dataclass
class Ruwblad:
    """Numbers per column and area; an empty cell is absent. `gebiedsjaar`: year of the areas."""

    gebiedsjaar: int
    koppen: dict[str, Kop]
    codes: list[str] = field(default_factory=list)
    cijfers: dict[str, dict[str, float]] = field(default_factory=dict)
    leeg_is_ontbreekt: bool = False  # a dialect in which nothing is suppressed


@dataclass(frozen=True)
class Splitser:
    """Cuts the content of a file into records: code of the area, first and last byte of each.

    naam: the same for the same cut; the index of a file is kept under it.
    """

    naam: str
    doe: Callable[[Any], Iterator[tuple[str, int, int]]] = field(compare=False)


@dataclass(frozen=True)
class Vorm:
    """How the records of a delivery are found and read, one by one.

    regios: where every area of the delivery stands, when that is not in the records themselves.
    hoort: whether a record is about this year and column; None where all are.
    merk: where a record says that it holds no value (see `cel.merk_in`).
    """

    koppen: Mapping[str, Kop]
    bestanden: tuple[Ruwbestand, ...]
    splitser: Splitser
    vorm: str
    gebiedsjaar: int
    teken: str = ";"
    kopregel: bytes = b""
    regios: tuple[Ruwbestand, ...] = ()
    splitser_regios: Splitser | None = None
    hoort: Callable[[bytes, Kop], bool] | None = None
    merk: tuple[str, ...] = ()
    leeg_is_ontbreekt: bool = False
    heel: Callable[[bytes], bytes] | None = None  # a record with what it needs to be read alone


@dataclass(frozen=True)
class Plaats:
    """One cell in a file: row from 0 after any header, and the text as it stands there.

    tekst: None where the file has no row for the cell; the place is then that of the area itself,
    in the publisher's list of areas. merk: the publisher's word that the text is no value.
    regel: of a file of lines, as an editor counts them, from 1.
    """

    bestand: Ruwbestand
    rij: int
    tekst: str | None
    kop: Kop
    merk: str = ""
    merkplek: tuple[str, ...] = ()
    regel: int | None = None
    record: bytes = b""  # the whole record that holds the cell
    begin: int = -1  # first byte of the record in the unpacked content
    vorm: str = ""
    teken: str = ";"
    kopregel: bytes = b""


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
