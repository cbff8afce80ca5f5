"""Finds the files of a source and year by the patterns of `bronnen.yml`: in a source folder, or
among the files of a receipt (`ontvangsten.py`).

Here: which files belong to a source and year, and in which dialect they seem to be written.
Not here: reading them (`lezen.py`) or keeping them (`vastleggen.py`).
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from veerkracht_dagster.bronnen.bijbestanden import bijbestand_van
from veerkracht_dagster.bronnen.fouten import BronFout, Probleem, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.metgezellen import weiger_metgezellen
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Bron, Catalogus, Vindplaats
from veerkracht_dagster.opslag.vingerafdrukken import AFWEZIG, Vingerafdrukken, versie_van

__all__ = ["AFWEZIG", "Levering", "Leveringsdeel", "Vingerafdrukken", "leveringsversie", "vind"]
_BEGIN = 300  # characters looked at to recognise a dialect


@dataclass(frozen=True)
class Leveringsdeel:
    """Files of one place in the source folder, in one dialect; their name is their path there."""

    vindplaats: Vindplaats
    dialect: str
    bestanden: tuple[Bestand, ...]


@dataclass(frozen=True)
class Levering:
    """What lies in the source folder for a source and year; `reden` says why there is nothing."""

    bron: str
    peiljaar: int
    delen: tuple[Leveringsdeel, ...]
    reden: str | None

    @property
    def aanwezig(self) -> bool:
        return bool(self.delen)

    @property
    def bestanden(self) -> tuple[Bestand, ...]:
        return tuple(bestand for deel in self.delen for bestand in deel.bestanden)


def vind(
    bronnen: Path | Sequence[Bestand], bron: str, peiljaar: int, *, cat: Catalogus | None = None
) -> Levering:
    """Find the files of `bron` for `peiljaar` in a source folder or a list of files.

    The first place with files wins; places marked `aanvullend` are added. Nothing found, or only
    files without what must be beside them (`erbij`): an empty delivery with the reason in Dutch.

    Raises:
        BronFout: a file is in no known dialect, or lies outside the source folder.
    """
    beschrijving = (cat or catalogus()).bronnen[bron]
    delen: list[Leveringsdeel] = []
    redenen: list[str] = []
    hoofd_gevonden = False
    for vindplaats in beschrijving.vindplaatsen:
        if hoofd_gevonden and not vindplaats.aanvullend:
            continue
        patroon = _patroon(vindplaats, beschrijving.tabellen, peiljaar)
        alle = _bestanden(bronnen, patroon) if patroon else ()
        if not alle:
            continue
        if vindplaats.vereist and not any(_past_deel(b.kort, vindplaats.vereist) for b in alle):
            redenen.append(f"{patroon}: er is geen bestand {vindplaats.vereist} bij")
            continue
        passend = _passend(vindplaats, alle, beschrijving.vindplaatsen)
        if not passend:
            continue
        if vindplaats.erbij:
            erbij = vindplaats.erbij.format(jaar=peiljaar)
            gevonden = _bestanden(bronnen, erbij)
            if not gevonden:
                redenen += [f"{b.naam}: {vindplaats.zonder} (gezocht: {erbij})" for b in passend]
                continue
            passend += gevonden
        delen.append(Leveringsdeel(vindplaats, vindplaats.dialect, passend))
        hoofd_gevonden = hoofd_gevonden or not vindplaats.aanvullend
    reden = None if delen else "; ".join(redenen) or _waar_gezocht(beschrijving, peiljaar)
    return Levering(bron, peiljaar, tuple(delen), reden)


def leveringsversie(levering: Levering, vingerafdrukken: Vingerafdrukken) -> str:
    """sha256 over the sorted (relative path, sha256 of content); 'afwezig' without files."""
    versie = versie_van(
        (b.naam, b.sha256 or vingerafdrukken.sha256(b.pad)) for b in levering.bestanden
    )
    vingerafdrukken.schrijf()
    return versie


def begin_van(pad: Path) -> str:
    """The first characters of a file as text (gzip opened, undecodable bytes shown as such)."""
    with pad.open("rb") as stroom:
        ruw = stroom.read(4 * _BEGIN)
    if ruw[:2] == b"\x1f\x8b":
        try:
            with gzip.open(pad, "rb") as stroom:
                ruw = stroom.read(4 * _BEGIN)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            pass  # the dialect will say that the file is cut off
    utf_16 = ruw.startswith((b"\xff\xfe", b"\xfe\xff"))  # known, and refused, by its dialect
    return ruw.decode("utf-16" if utf_16 else "utf-8", errors="replace")[:_BEGIN]


def _patroon(vindplaats: Vindplaats, tabellen: dict[int, str], peiljaar: int) -> str | None:
    if "{tabel}" in vindplaats.patroon and peiljaar not in tabellen:
        return None
    return vindplaats.patroon.format(jaar=peiljaar, tabel=tabellen.get(peiljaar, ""))


def _bestanden(bronnen: Path | Sequence[Bestand], patroon: str) -> tuple[Bestand, ...]:
    if not isinstance(bronnen, Path):
        return tuple(bestand for bestand in bronnen if _past(bestand.naam, patroon))
    wortel = bronnen.resolve()
    gevonden = []
    for pad in sorted(_zoek(bronnen, patroon.split("/"))):
        naam = pad.relative_to(bronnen).as_posix()
        if pad.name.startswith(".") or bijbestand_van(naam) or pad.is_dir():
            continue
        if not pad.resolve().is_relative_to(wortel):
            raise bronfout(
                naam,
                gevonden="een verwijzing naar een plaats buiten de bronnenmap",
                verwacht="een bestand in de bronnenmap zelf",
                remedie="zet het bestand zelf in de bronnenmap",
            )
        if not pad.is_file():
            raise bronfout(
                naam,
                gevonden="een pijp, een apparaat of een verwijzing naar iets dat er niet is",
                verwacht="een bestand",
                remedie="zet het bestand zelf in de bronnenmap, of haal dit weg",
            )
        if pad.is_symlink() and naam.casefold().startswith("levering/"):
            raise bronfout(
                naam,
                gevonden="een verwijzing in een levering",
                verwacht="het bestand zelf",
                remedie="zet het geleverde bestand zelf in de map van de levering",
            )
        weiger_metgezellen(naam, pad)
        gevonden.append(Bestand(naam, pad))
    return tuple(gevonden)


def _zoek(map_: Path, vormen: Sequence[str]) -> Iterator[Path]:
    """As a glob does, folder by folder, in capitals or not: KWB-2016.XLSX is kwb-2016.xlsx."""
    try:
        namen = os.listdir(map_)
    except (FileNotFoundError, NotADirectoryError):
        return
    for naam in namen:
        if not _past_deel(naam, vormen[0]):
            continue
        if len(vormen) == 1:
            yield map_ / naam
        else:
            yield from _zoek(map_ / naam, vormen[1:])


def _past(naam: str, patroon: str) -> bool:
    delen, vormen = naam.split("/"), patroon.split("/")
    return len(delen) == len(vormen) and all(map(_past_deel, delen, vormen))


def _past_deel(naam: str, vorm: str) -> bool:
    return fnmatchcase(naam.casefold(), vorm.casefold())


def _passend(
    vindplaats: Vindplaats, alle: tuple[Bestand, ...], plaatsen: list[Vindplaats]
) -> tuple[Bestand, ...]:
    """The files written in the dialect of this place; a file in no dialect at all is refused."""
    if vindplaats.herkenning is None:
        return alle
    zelfde = [p for p in plaatsen if p.patroon == vindplaats.patroon and p.herkenning]
    passend, onbekend = [], []
    for bestand in alle:
        begin = begin_van(bestand.pad)
        if re.search(vindplaats.herkenning, begin):
            passend.append(bestand)
        elif not any(re.search(p.herkenning or "", begin) for p in zelfde):
            onbekend.append(_onbekend(bestand, begin, zelfde))
    if onbekend:
        raise BronFout(*onbekend)
    return tuple(passend)


def _onbekend(bestand: Bestand, begin: str, zelfde: list[Vindplaats]) -> Probleem:
    kaal = begin.strip("\ufeff \r\n")
    if not kaal:
        gevonden = f"een leeg bestand ({bestand.pad.stat().st_size} bytes)"
    elif kaal.startswith("<"):
        gevonden = f"een webpagina in plaats van gegevens, beginnend met {kaal[:60]!r}"
    else:
        gevonden = f"een onbekend dialect, dat begint met {begin[:80]!r}"
    return Probleem(
        gevonden=gevonden,
        verwacht="een van de dialecten " + ", ".join(plaats.dialect for plaats in zelfde),
        remedie="haal het bestand opnieuw op bij de uitgever, of haal het weg",
        bestand=bestand.naam,
    )


def _waar_gezocht(beschrijving: Bron, peiljaar: int) -> str:
    patronen = dict.fromkeys(
        _patroon(plaats, beschrijving.tabellen, peiljaar) for plaats in beschrijving.vindplaatsen
    )
    gezocht = ", ".join(patroon for patroon in patronen if patroon)
    return f"geen bestand van {beschrijving.titel} {peiljaar} gevonden (gezocht: {gezocht})"
