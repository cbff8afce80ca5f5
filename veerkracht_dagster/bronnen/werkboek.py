"""Workbooks of Excel, old (.xls) and new (.xlsx): sheets as rows of cells, or a refusal.

Here: what may not be in a workbook (macros, formulas, links, cells without a value of their own, a
zip bomb), and one header row, wherever it stands.
Not here: what the cells mean (`dialecten/`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veerkracht_dagster.bronnen.fouten import BronFout, Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand, weiger_geen_gegevens
from veerkracht_dagster.bronnen.leesproces import lees_apart
from veerkracht_dagster.bronnen.zips import is_zip, veilige_leden, weiger_beschadigd

_OUD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the compound file in which .xls is kept
_OPNIEUW = "haal het bestand opnieuw op, of vraag de leverancier om een werkboek met alleen waarden"
_MACRO = re.compile(r"(vbaproject\.bin|/macrosheets/|/activex/|/embeddings/)", re.IGNORECASE)
_VERWIJZING = re.compile(r"/externallinks/", re.IGNORECASE)
_FORMULE = (re.compile(rb"<(?:\w+:)?f[\s/>]"), "cellen met formules")
_SAMENGEVOEGD = (re.compile(rb"<(?:\w+:)?mergeCell\s"), "samengevoegde cellen")
# In these no value is read, and that is not the same as an empty cell.
_FOUTCEL = (re.compile(rb"<(?:\w+:)?c\s[^<>]*\bt=['\"]e['\"]"), "cellen met een fout, als #N/B")
_ZONDER_UITKOMST = (
    re.compile(
        rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)(?:</(?:\w+:)?c>|<(?:\w+:)?v(?:/>|></))"
    ),
    "formules zonder uitkomst",
)
# A cell in a column from AAA on, or a row from 100,000 on. Whatever is between it and A1 would be
# made, as empty cells: up to seventeen milliards.
_VER = re.compile(rb"\br=['\"](?:([A-Z]{3}\d+)|[A-Z]{0,2}([1-9]\d{5,}))['\"]")
_CEL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_BLAD = re.compile(r"^xl/worksheets/[^/]+\.xml$")
_MACROS_XLS = ("_VBA_PROJECT", "VBA")
_HOOGSTE_KOP = 50  # rows in which a header is looked for by what it holds
_BROK, _STAART = 1 << 20, 1_000


@dataclass(frozen=True)
class Werkblad:
    """A sheet: headers as written (trimmed), and rows as long as the header.

    boven: how many filled rows stand above the header.
    """

    naam: str
    titels: list[str]
    rijen: list[list[object]]
    boven: int = 0

    @property
    def opmerkingen(self) -> tuple[str, ...]:
        """What was passed over."""
        boven = f"{self.boven} rijen boven de kop van blad {self.naam!r} overgeslagen"
        return (boven,) if self.boven else ()

    @property
    def koppen(self) -> list[str]:
        """The headers in lower case."""
        return [titel.lower() for titel in self.titels]

    def kolom(self, plaats: int) -> list[object]:
        return [rij[plaats] for rij in self.rijen]


def bladen_van(
    bestand: Bestand, *, formules: bool = True, koppen: Collection[str] = ()
) -> list[Werkblad]:
    """The sheets that hold something, each with its header.

    That is the first row with one of `koppen`; without them, or where none is there, the first row
    with two or more cells.

    Args:
        koppen: in lower case, what only the header holds.
        formules: whether cells may hold a formula; its last result is then what counts.

    Raises:
        BronFout: no workbook, damaged, macros, links to other workbooks, a zip bomb, cells with an
            error, formulas without a result, a header twice; and where formulas may not be those,
            merged cells, and .xls, in which they are not seen.
    """
    import python_calamine

    _weiger_onveilig(bestand, formules)
    try:
        ruw = lees_apart(cellen_in, bestand.pad, bestand=bestand)
    except python_calamine.CalamineError as fout:
        raise _onleesbaar(bestand, fout) from fout
    bladen = (_blad(bestand, naam, rijen, koppen) for naam, rijen in ruw)
    return [blad for blad in bladen if blad is not None]


def cellen_in(pad: Path) -> list[tuple[str, list[list[Any]]]]:
    """Name and cells of every sheet, from A1 on."""
    import python_calamine

    werkboek = python_calamine.CalamineWorkbook.from_path(pad)
    return [
        (naam, werkboek.get_sheet_by_name(naam).to_python(skip_empty_area=False))
        for naam in werkboek.sheet_names
    ]


def _kop(rijen: Sequence[Sequence[object]], koppen: Collection[str]) -> int | None:
    for i, rij in enumerate(rijen[:_HOOGSTE_KOP]):
        if any(str(cel).strip().lower() in koppen for cel in rij):
            return i
    return next((i for i, rij in enumerate(rijen) if sum(_gevuld(c) for c in rij) > 1), None)


def _blad(
    bestand: Bestand, naam: str, rijen: Sequence[Sequence[object]], bekend: Collection[str]
) -> Werkblad | None:
    kop = _kop(rijen, bekend)
    if kop is None:
        return None
    titels = [str(cel).strip() if _gevuld(cel) else "" for cel in rijen[kop]]
    koppen = [titel.lower() for titel in titels]
    problemen = Problemen(bestand.waar)
    for dubbel in sorted({k for k in koppen if k and koppen.count(k) > 1}):
        problemen.erbij(
            kolom=dubbel,
            gevonden=f"{koppen.count(dubbel)} kolommen met dezelfde naam op blad {naam!r}",
            verwacht="elke kolom een keer",
            remedie=_OPNIEUW,
        )
    problemen.werp()
    gevuld = [list(rij) for rij in rijen[kop + 1 :] if any(map(_gevuld, rij))]
    boven = sum(any(map(_gevuld, rij)) for rij in rijen[:kop])
    return Werkblad(naam, titels, gevuld, boven)


def cel_als_tekst(cel: object) -> str:
    """A cell as text; a whole number that Excel holds as a float is written without its '.0'."""
    if cel is None:
        return ""
    return f"{cel:.15g}" if isinstance(cel, float) else str(cel)


def _gevuld(cel: object) -> bool:
    return cel is not None and str(cel).strip() != ""


def _weiger_onveilig(bestand: Bestand, formules: bool) -> None:
    with bestand.pad.open("rb") as stroom:
        begin = stroom.read(300)
    weiger_geen_gegevens(bestand, begin)
    if begin.startswith(_OUD):
        _weiger_macros_oud(bestand)
        if not formules:
            raise bronfout(
                bestand.waar,
                gevonden="een werkboek in de oude vorm (.xls)",
                verwacht="de vorm .xlsx, waarin te zien is of er formules en koppelingen zijn",
                remedie="sla het op als .xlsx met alleen waarden, en zet dat in het manifest",
            )
    elif is_zip(bestand):
        namen = [lid.filename for lid in veilige_leden(bestand)]
        weiger_beschadigd(bestand)
        _weiger_leden(bestand, namen)
        bladen = [naam for naam in namen if _BLAD.match(naam)]
        _weiger_cellen(bestand, bladen, formules=formules)
    else:
        raise _onleesbaar(bestand, f"het begint met {begin[:8]!r}")


def _weiger_leden(bestand: Bestand, namen: Sequence[str]) -> None:
    problemen = Problemen(bestand.waar)
    for naam in namen:
        for patroon, wat in (
            (_MACRO, "macro's of ingesloten bestanden"),
            (_VERWIJZING, "koppelingen"),
        ):
            if patroon.search(f"/{naam}"):
                problemen.erbij(
                    gevonden=f"{wat} ({naam})", verwacht="alleen cellen", remedie=_OPNIEUW
                )
    problemen.werp()


def _weiger_macros_oud(bestand: Bestand) -> None:
    """Names in a compound file are UTF-16: a macro project has one of its own."""
    inhoud = bestand.pad.read_bytes()
    for naam in _MACROS_XLS:
        if naam.encode("utf-16-le") + b"\0\0" in inhoud:
            raise bronfout(
                bestand.waar,
                gevonden=f"macro's ({naam})",
                verwacht="alleen cellen",
                remedie=_OPNIEUW,
            )


def _weiger_cellen(bestand: Bestand, bladen: Sequence[str], *, formules: bool) -> None:
    """Cells without a value of their own, by what the sheets are written in."""
    soorten = [_FOUTCEL, _ZONDER_UITKOMST]
    if not formules:
        soorten += [_FORMULE, _SAMENGEVOEGD]
    problemen = Problemen(bestand.waar)
    with zipfile.ZipFile(bestand.pad) as zip_:
        for naam in bladen:
            gezien = {w for stuk in _stukken(zip_, naam) for p, w in soorten if p.search(stuk)}
            if any(_VER.search(stuk) for stuk in _stukken(zip_, naam)):
                _weiger_ver(problemen, naam, _stukken(zip_, naam))
            for wat in (wat for _, wat in soorten if wat in gezien):
                problemen.erbij(
                    gevonden=f"{wat} ({naam})",
                    verwacht="alleen waarden",
                    remedie="plak de waarden in een nieuw werkboek, zonder formules, fouten en "
                    "samengevoegde cellen",
                )
    problemen.werp()


def _weiger_ver(problemen: Problemen, naam: str, stukken: Iterable[bytes]) -> None:
    """A sheet of which nearly all is empty, up to a cell that somebody left behind."""
    gevuld, laatste, breed = 0, 0, ""
    for stuk in stukken:
        gevuld += len(_CEL.findall(stuk))
        for ver in _VER.finditer(stuk):
            breed = breed or (ver[1] or b"").decode()
            laatste = max(laatste, int(ver[2] or 0))
    if breed or laatste > gevuld:
        problemen.erbij(
            gevonden=f"{gevuld} gevulde cellen, en een in {breed or f'rij {laatste}'} ({naam})",
            verwacht="een blad zonder lege rijen en kolommen voor zijn laatste cel, en ten hoogste "
            "702 kolommen",
            remedie="verwijder de rijen onder en de kolommen rechts van de tabel, en sla het op",
        )


def _stukken(zip_: zipfile.ZipFile, naam: str) -> Iterator[bytes]:
    """A member in pieces that overlap a little, so that nothing falls between two."""
    staart = b""
    with zip_.open(naam) as stroom:
        while stuk := stroom.read(_BROK):
            yield staart + stuk
            staart = stuk[-_STAART:]


def _onleesbaar(bestand: Bestand, fout: object) -> BronFout:
    return bronfout(
        bestand.waar,
        gevonden=f"een bestand dat geen leesbaar werkboek is ({str(fout)[:200]})",
        verwacht="een werkboek van Excel (.xlsx of .xls)",
        remedie=_OPNIEUW,
    )
