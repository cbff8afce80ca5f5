"""What is not as one would think: files in the source folder that nobody reads, peiljaren that
the publishers' calendar expects and nothing was found for, sources of which there is no year.

Here: naming them, with the pattern that comes nearest or the reason. Not here: which files are read
(`vindplaatsen.py`), the arithmetic of the calendar (`uitkijk/kalender.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from veerkracht_dagster.bronnen.bijbestanden import bijbestand_van
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.scans import leest_scan
from veerkracht_dagster.bronnen.uitkijk.kalender import verwacht
from veerkracht_dagster.bronnen.vindplaatsen import Levering, vind
from veerkracht_dagster.catalogus.models import Bron, Catalogus

# Names of files that are about other files, wherever they stand.
_ERBIJ = re.compile(
    r"(readme|leesmij|license|licentie|licence|sha256sums|md5sums|checksums)(\.\w+)?"
    r"|\..*|.*\.(sha256|md5)",
    re.IGNORECASE,
)
# What programs put beside a file that is read: SQLite after its whole name, GIS after its stem.
_NA_DE_NAAM = ("-wal", "-shm", "-journal", ".aux.xml")
_NA_DE_STAM = (".prj", ".cpg", ".qml", ".qmd", ".qix", ".sld", ".xml", ".aux.xml", ".shp.xml")
_JAAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d(?=\d{4}(?!\d))")
# How much a path must be like a pattern for it to be named; below it, it is another kind of file.
_LIJKT = 0.5


@dataclass(frozen=True)
class Ongelezen:
    """A file, by its path in the source folder, and why nobody reads it.

    voorgegaan: the same source and year is read from a place that comes before.
    """

    bestand: str
    reden: str
    voorgegaan: bool = False


@dataclass(frozen=True)
class _Patroon:
    """A place of a source as one regular expression over paths; `jaar` is what it finds there."""

    bron: str
    tekst: str
    vorm: re.Pattern[str]
    tabellen: dict[str, int]

    @classmethod
    def van(cls, naam: str, bron: Bron, tekst: str) -> _Patroon:
        tabellen = {tabel.casefold(): jaar for jaar, tabel in bron.tabellen.items()}
        vorm, gehad = "", False
        for deel in re.split(r"(\{jaar\}|\{tabel\}|\*)", tekst):
            if deel == "{jaar}":
                vorm += "(?P=jaar)" if gehad else r"(?P<jaar>\d{4})"
                gehad = True
            elif deel == "{tabel}":
                vorm += r"(?P<tabel>[^/]+)"
            else:
                vorm += "[^/]*" if deel == "*" else re.escape(deel)
        return cls(naam, tekst, re.compile(vorm, re.IGNORECASE), tabellen)

    def jaren(self, pad: str, alle: Collection[int]) -> Collection[int] | None:
        """The peiljaren that a path is of by this pattern; None when it does not fit."""
        past = self.vorm.fullmatch(pad)
        if past is None:
            return None
        groepen = past.groupdict()
        if "tabel" in groepen:
            jaar = self.tabellen.get(groepen["tabel"].casefold())
            return None if jaar is None else [jaar]
        return [int(groepen["jaar"])] if "jaar" in groepen else alle

    def voor(self, pad: PurePosixPath) -> PurePosixPath:
        """The pattern for a file, as one would write it: with the year and table of its path."""
        genoemd = _JAAR.findall(str(pad))
        tabellen = [deel for deel in pad.parts if deel.casefold() in self.tabellen]
        if not tabellen and genoemd:
            tabellen = [t.upper() for t, jaar in self.tabellen.items() if str(jaar) == genoemd[-1]]
        tekst = self.tekst.replace("{jaar}", genoemd[-1] if genoemd else "{jaar}")
        return PurePosixPath(tekst.replace("{tabel}", tabellen[0] if tabellen else "{tabel}"))


def ongelezen(bronnen: Path, cat: Catalogus, jaren: Collection[int]) -> list[Ongelezen]:
    """The files in a source folder that nobody reads, in order of their path.

    What belongs to a file that is read is not named: what programs put beside it, the other files
    of a delivery, a README, checksums, hidden files.

    Args:
        jaren: the peiljaren that there are.
    """
    patronen = [
        _Patroon.van(naam, bron, tekst)
        for naam, bron in cat.bronnen.items()
        for plaats in bron.vindplaatsen
        for tekst in dict.fromkeys([plaats.patroon, plaats.erbij or plaats.patroon])
    ]
    kijk = _Kijk(bronnen, cat, jaren, patronen)
    namen = list(_namen(bronnen))
    gevonden = {naam: een for naam in namen if (een := kijk.waarom_niet(naam)) is not None}
    gelezen = [naam for naam in namen if naam not in gevonden]
    return [een for naam, een in gevonden.items() if not _hoort_bij(naam, gelezen)]


@dataclass(frozen=True)
class Opgemerkt:
    """What a look at the source folder and the calendar brought to light.

    bijbestanden: per program its files that were passed over.
    nergens: sources of which no year was found, with the places where files of it would be read.
    """

    ongelezen: list[Ongelezen]
    gemist: dict[str, list[int]]
    bijbestanden: dict[str, list[str]] = field(default_factory=dict)
    nergens: dict[str, list[str]] = field(default_factory=dict)

    def regels(self) -> list[str]:
        """In words: files of a folder with the same reason together, and the years per source.

        Files that another place goes before are left out: the source and year is read.
        """
        groepen: dict[tuple[str, str], list[str]] = {}
        for een in self.ongelezen:
            if not een.voorgegaan:
                map_, _, naam = een.bestand.rpartition("/")
                groepen.setdefault((map_, een.reden), []).append(naam)
        uit = [
            f"{map_}/{namen[0]}: {reden}"
            if len(namen) == 1
            else f"{map_} ({len(namen)} bestanden, zoals {namen[0]}): {reden}"
            for (map_, reden), namen in groepen.items()
        ]
        uit += [
            f"overgeslagen, want van {van}: {namen[0]}"
            + (f" en nog {len(namen) - 1}" if len(namen) > 1 else "")
            for van, namen in self.bijbestanden.items()
        ]
        uit += [
            f"{bron}: volgens de kalender verschenen, en niet gevonden: {', '.join(map(str, mist))}"
            for bron, mist in self.gemist.items()
        ]
        if self.nergens:
            wie = "; ".join(f"{bron}: {' of '.join(p)}" for bron, p in self.nergens.items())
            uit.append(f"van geen enkel jaar, zodat de kolommen leeg zijn; zet er wat is: {wie}")
        return uit


def merk_op(innemer: Innemer, cat: Catalogus, jaren: Collection[int], vandaag: date) -> Opgemerkt:
    """Look at the source folder of a work folder, and at the calendar.

    The sample's publishers keep no calendar: nothing is missed there.
    """
    werkmap = innemer.werkmap
    mist = {} if werkmap.is_voorbeeld else gemist(innemer, cat, jaren, vandaag)
    leeg, bij = nergens(innemer, cat, jaren), dict[str, list[str]]()
    for naam in _namen(werkmap.bronnen, alle=True):
        if een := bijbestand_van(naam):
            bij.setdefault(een.van, []).append(naam)
    return Opgemerkt(ongelezen(werkmap.bronnen, cat, jaren), mist, bij, leeg)


def gemist(
    innemer: Innemer, cat: Catalogus, jaren: Iterable[int], vandaag: date
) -> dict[str, list[int]]:
    """Per source the peiljaren that its calendar expects by today and nothing was found for, in the
    source folder or fetched; a source that has all, or has no calendar, is left out.
    """
    jaren = list(jaren)
    uit = {}
    for naam, bron in cat.bronnen.items():
        if bron.kalender is not None:
            er_is = set(innemer.aanwezige_jaren(naam, jaren))
            zou = verwacht(bron.kalender, jaren, vandaag, cat.eerste_peiljaar)
            if mist := [jaar for jaar in zou if jaar not in er_is]:
                uit[naam] = mist
    return uit


def nergens(innemer: Innemer, cat: Catalogus, jaren: Collection[int]) -> dict[str, list[str]]:
    """Per source without a calendar that has no year at all, the places of its files."""
    return {
        naam: list(dict.fromkeys(plaats.patroon for plaats in bron.vindplaatsen))
        for naam, bron in cat.bronnen.items()
        if bron.kalender is None and not innemer.aanwezige_jaren(naam, jaren)
    }


def _namen(bronnen: Path, *, alle: bool = False) -> Iterator[str]:
    """Every file's path in the source folder, of programs too if `alle`; no links to folders."""
    for map_, mappen, bestanden in os.walk(bronnen):
        mappen[:] = sorted(naam for naam in mappen if not naam.startswith("."))
        for bestand in sorted(bestanden):
            naam = (Path(map_) / bestand).relative_to(bronnen).as_posix()
            if alle or not bijbestand_van(naam):
                yield naam


@dataclass
class _Kijk:
    """A look at a source folder; what a source and year is made of is found once."""

    bronnen: Path
    cat: Catalogus
    jaren: Collection[int]
    patronen: Collection[_Patroon]
    _leveringen: dict[tuple[str, int], Levering | None] = field(default_factory=dict)

    def waarom_niet(self, naam: str) -> Ongelezen | None:
        """Why a file is not read; None when it is, or is about other files."""
        if leest_scan(naam) or _ERBIJ.fullmatch(PurePosixPath(naam).name):
            return None
        passend = [
            (patroon.bron, jaar)
            for patroon in self.patronen
            for jaar in patroon.jaren(naam, self.jaren) or ()
        ]
        if not passend:
            return Ongelezen(naam, _dichtst_bij(naam, self.patronen))
        redenen = []
        for bron, jaar in passend:
            if jaar in self.jaren:
                levering = self._levering(bron, jaar)
                if levering is None or naam in {b.naam for b in levering.bestanden}:
                    return None  # it is read, or its table says what is wrong
                redenen.append(levering)
        if not redenen:
            bron, jaar = passend[0]
            eerste, laatste = min(self.jaren), max(self.jaren)
            return Ongelezen(
                naam, f"{bron} {jaar}: de peiljaren zijn {eerste} tot en met {laatste}"
            )
        levering = redenen[0]
        wie = f"{levering.bron} {levering.peiljaar}"
        if levering.reden is not None:
            return Ongelezen(naam, f"{wie}: {levering.reden}")
        voor = levering.delen[0].vindplaats.patroon
        return Ongelezen(naam, f"{wie} is er al: {voor} gaat voor", voorgegaan=True)

    def _levering(self, bron: str, jaar: int) -> Levering | None:
        """What a source and year is read from; None when one of its files is refused at sight."""
        if (bron, jaar) not in self._leveringen:
            try:
                gevonden = vind(self.bronnen, bron, jaar, cat=self.cat)
            except BronFout:
                gevonden = None
            self._leveringen[bron, jaar] = gevonden
        return self._leveringen[bron, jaar]


def _hoort_bij(naam: str, gelezen: Collection[str]) -> bool:
    """Whether a file stands beside one that is read because of that one."""
    klein = naam.casefold()
    for ander in gelezen:
        heel = ander.casefold()
        stam = heel.rpartition(".")[0] or heel
        if any(klein == heel + einde for einde in _NA_DE_NAAM):
            return True
        if any(klein == stam + einde for einde in _NA_DE_STAM):
            return True
        map_ = heel.rpartition("/")[0]
        if map_.startswith("levering/") and klein.startswith(f"{map_}/"):
            return True
    return False


def _dichtst_bij(naam: str, patronen: Collection[_Patroon]) -> str:
    """The pattern that a path is most like, and in what it differs."""
    pad = PurePosixPath(naam)
    vormen = [(patroon.bron, patroon.voor(pad)) for patroon in patronen]
    bron, vorm = max(vormen, key=lambda een: _gelijkenis(pad, een[1]))
    if _gelijkenis(pad, vorm) < _LIJKT:
        return "geen bron leest dit, en geen patroon lijkt erop"
    uit = f"geen bron leest dit; het dichtst bij komt {vorm} ({bron})"
    if _past(pad, vorm) and "{tabel}" not in vorm.parts:
        return f"{uit}: zet het in de map {vorm.parent}"
    hier = {v.name for _, v in vormen if v.parent == vorm.parent}
    if str(pad.parent).casefold() == str(vorm.parent).casefold() and len(hier) > 1:
        return f"{uit}; in die map worden gelezen: {', '.join(sorted(hier))}"
    return uit


def _past(pad: PurePosixPath, vorm: PurePosixPath) -> bool:
    """Whether a name fits that of a pattern, which says something of it: `*` fits everything."""
    return vorm.name != "*" and fnmatchcase(pad.name.casefold(), vorm.name.casefold())


def _gelijkenis(pad: PurePosixPath, vorm: PurePosixPath) -> float:
    """How much a path is like a pattern, 0 to 1: its folder, its name, its suffix."""

    def deel(een: str, ander: str) -> float:
        return SequenceMatcher(None, een.casefold(), ander.casefold().replace("*", "")).ratio()

    stam = vorm.name.rpartition(".")[0] or vorm.name
    if vorm.name == "*":
        naam = 0.5  # it fits, and says nothing
    else:
        naam = 1.0 if _past(pad, vorm) and stam != "*" else deel(pad.stem, stam)
    achter = fnmatchcase(pad.suffix.casefold(), vorm.suffix.casefold()) and vorm.name != "*"
    return 0.5 * deel(str(pad.parent), str(vorm.parent)) + 0.3 * naam + 0.2 * achter
