"""Workbooks of before 2007 (.xls) read a second time: whole by xlrd, and a row as its bytes.

Here: sheets with something on them, their rows as texts, where the bytes of a row stand.
Not here: the container (`ole.py`), a cell in the bytes of a row (`cel.py`), .xlsx (`werkboek.py`).
A number is kept as bits in such a file: its text is the shortest that stands for those.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from veerkracht_dagster.rekenwijze.ruw.cel import als_tekst, tekst_in
from veerkracht_dagster.tweede.ruw.blad import (
    GeenTweedeLezer,
    Gesplitst,
    Kop,
    Ruwbestand,
    Splitser,
    Vorm,
)
from veerkracht_dagster.tweede.ruw.register import inhoud_van

if TYPE_CHECKING:
    import xlrd

STROOM = "Workbook"
HOOGSTE_KOP = 50  # rows in which a header is looked for
_BEGIN, _EINDE, _BLAD, _GEDEELD = 0x0809, 0x000A, 0x0085, 0x00FD
_BIFF8 = 0x0600
# Records that hold cells of a row; the first two bytes of each are its number.
_CELLEN = {0x0006, 0x00BD, 0x00BE, 0x00D6, _GEDEELD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
_BREEDTE = 256  # columns that a sheet can have


def is_oud(bestand: Ruwbestand) -> bool:
    """A workbook of before 2007, by its name."""
    return bestand.kort.lower().endswith(".xls")


def tabel_van(
    bestand: Ruwbestand, naam: str | None, bekend: Collection[str]
) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a sheet as texts, empty rows left out."""
    nummer, kop = _blad(bestand, naam, bekend)
    blad = _boek(bestand, bestand.stempel).sheet_by_index(nummer)
    koppen, *rijen = ([als_tekst(x) for x in blad.row_values(i)] for i in range(kop, blad.nrows))
    return [k.strip() for k in koppen], [rij for rij in rijen if any(x.strip() for x in rij)]


def vorm_van(
    bestand: Ruwbestand,
    naam: str | None,
    bekend: Collection[str],
    koppen: Mapping[str, Kop],
    regio: int,
    jaar: int,
) -> Vorm:
    """How the rows of a sheet are found."""
    nummer, kop = _blad(bestand, naam, bekend)
    lid = replace(bestand, lid=STROOM)

    def splits(inhoud: Any) -> Gesplitst:
        for rij, begin, eind in _rijen(inhoud, _begin(inhoud)[nummer]):
            code = tekst_in("xls", _heel(bestand, inhoud[begin:eind]), (str(regio),))
            if rij > kop and code and code.strip():
                yield code.strip(), begin, eind

    return Vorm(
        koppen, (lid,), Splitser(f"xls-{nummer}-{regio}", splits), "xls", jaar,
        heel=lambda rij: _heel(bestand, rij),
    )  # fmt: skip


def koppen_van(bestand: Ruwbestand, bekend: Collection[str]) -> list[str]:
    """The header of the only sheet that holds something."""
    nummer, kop = _blad(bestand, None, bekend)
    inhoud = _stroom(bestand)
    rijen = _rijen(inhoud, _begin(inhoud)[nummer])
    cellen = next(_cellen(bestand, inhoud[b:e]) for rij, b, e in rijen if rij == kop)
    return [cellen.get(i, "").strip() for i in range(max(cellen) + 1)]


def _blad(bestand: Ruwbestand, naam: str | None, bekend: Collection[str]) -> tuple[int, int]:
    """The sheet of that name, or the only one that holds something, and the row of its header."""
    inhoud = _stroom(bestand)
    gevuld = []
    for nummer, titel in enumerate(_boek(bestand, bestand.stempel).sheet_names()):
        rijen = _rijen(inhoud, _begin(inhoud)[nummer]) if naam in (None, titel) else iter(())
        per_rij = ((r, _cellen(bestand, inhoud[b:e])) for r, b, e in islice(rijen, HOOGSTE_KOP))
        kop = _kop(per_rij, bekend)
        gevuld += [] if kop is None else [(nummer, kop)]
    if len(gevuld) != 1:
        raise GeenTweedeLezer(f"{bestand.naam}: {len(gevuld)} bladen met gegevens")
    return gevuld[0]


def _kop(rijen: Iterator[tuple[int, dict[int, str]]], bekend: Collection[str]) -> int | None:
    """The row with what is known to be in a header, else the first with two or more cells."""
    eerste = None
    for rij, cellen in rijen:
        if any(tekst.strip().lower() in bekend for tekst in cellen.values()):
            return rij
        if len(cellen) > 1 and eerste is None:
            eerste = rij
        if eerste is not None and not bekend:
            break
    return eerste


def _stroom(bestand: Ruwbestand) -> Any:
    try:
        return inhoud_van(replace(bestand, lid=STROOM))
    except (KeyError, ValueError) as fout:
        raise GeenTweedeLezer(f"{bestand.naam}: {fout}") from None


@lru_cache(maxsize=4)
def _boek(bestand: Ruwbestand, _stempel: str) -> xlrd.Book:
    """Names and texts of the workbook; a sheet is read when it is asked for."""
    import xlrd

    # Its warnings go to standard output, where receipts are printed.
    return xlrd.open_workbook(str(bestand.pad), on_demand=True, logfile=io.StringIO())


def _records(inhoud: Any, plek: int) -> Iterator[tuple[int, int, int]]:
    """Kind, first byte and end of every record from a place, up to the end of that part."""
    diepte = 0
    while diepte or plek < len(inhoud):
        soort, lengte = struct.unpack_from("<HH", inhoud, plek)
        yield soort, plek, plek + 4 + lengte
        diepte += {_BEGIN: 1, _EINDE: -1}.get(soort, 0)
        if not diepte:
            return
        plek += 4 + lengte


def _begin(inhoud: Any) -> list[int]:
    """Where each sheet begins, in the order of their names."""
    if struct.unpack_from("<H", inhoud, 4)[0] != _BIFF8:
        raise GeenTweedeLezer("een werkboek van voor 1997 (.xls)")
    velden = (
        struct.unpack_from("<IBB", inhoud, begin + 4)
        for soort, begin, _ in _records(inhoud, 0)
        if soort == _BLAD
    )
    return [plek for plek, _, soort in velden if soort == 0]


def _rijen(inhoud: Any, plek: int) -> Iterator[tuple[int, int, int]]:
    """Of each row of a sheet its number and the place of its cells, which follow each other."""
    rij, eerste, laatste = -1, 0, 0
    for soort, begin, eind in _records(inhoud, plek):
        if soort not in _CELLEN:
            continue
        (nummer,) = struct.unpack_from("<H", inhoud, begin + 4)
        if nummer < rij:
            raise GeenTweedeLezer(f"rij {nummer} staat na rij {rij}")
        if nummer > rij:
            if rij >= 0:
                yield rij, eerste, laatste
            rij, eerste = nummer, begin
        laatste = eind
    if rij >= 0:
        yield rij, eerste, laatste


def _heel(bestand: Ruwbestand, rij: bytes) -> bytes:
    """The cells of a row, with behind them the texts that they refer to."""
    teksten = _boek(bestand, bestand.stempel)._sharedstrings
    plekken = (begin for soort, begin, _ in _records_van(rij) if soort == _GEDEELD)
    nummers = sorted({struct.unpack_from("<I", rij, begin + 10)[0] for begin in plekken})
    erbij = (f"\n<!--{n}--><si><t>{escape(teksten[n])}</t></si>".encode() for n in nummers)
    return rij + b"".join(erbij)


def _records_van(rij: bytes) -> Iterator[tuple[int, int, int]]:
    plek = 0
    while plek < len(rij):
        soort, lengte = struct.unpack_from("<HH", rij, plek)
        yield soort, plek, plek + 4 + lengte
        plek += 4 + lengte


def _cellen(bestand: Ruwbestand, rij: bytes) -> dict[int, str]:
    """Of a row, the filled cells by the number of their column."""
    heel = _heel(bestand, rij)
    teksten = {i: tekst_in("xls", heel, (str(i),)) for i in range(_BREEDTE)}
    return {i: tekst for i, tekst in teksten.items() if tekst and tekst.strip()}
