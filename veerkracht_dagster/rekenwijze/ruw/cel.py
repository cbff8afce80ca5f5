"""The text of one cell in one record of a publisher's file, and the number it stands for.

Here: records as JSON, as a line of CSV and as a row of a workbook, new or old. Standard library
alone: this file goes along, as it is, with every bundle of evidence.
Not here: where a record stands in its file (`tweede/ruw/register.py`).
"""

from __future__ import annotations

import csv
import html
import json
import re
import struct
from collections.abc import Sequence

# How publishers write that there is no number.
LEEG = ("", ".", ",", "NA", "null", "None")
_GEWOON = ("", "null", "None")  # what stands at the mark of an ordinary value


def tekst_in(vorm: str, record: bytes, plek: Sequence[str], teken: str = ";") -> str | None:
    """The cell's text as it stands there; None where the record does not have it.

    Args:
        vorm: json, csv, xlsx, or xls for a workbook of before 2007.
        plek: keys from the outside in; the number of a field; the letters of a column.
        teken: what separates fields of CSV.
    """
    return {"json": _json, "csv": _csv, "xlsx": _xlsx, "xls": _xls}[vorm](record, plek, teken)


def merk_in(vorm: str, record: bytes, plek: Sequence[str], teken: str = ";") -> str:
    """The publisher's mark that what stands in a record is no value; empty where it is one.

    plek: where marks stand; nowhere where it is empty.
    """
    merk = (tekst_in(vorm, record, plek, teken) if plek else None) or ""
    return "" if merk.strip() in _GEWOON else merk.strip()


def getal(tekst: str | None) -> float | None:
    """A number in Dutch or English notation; None for a mark of no number."""
    kaal = (tekst or "").strip()
    return None if kaal in LEEG else float(kaal.replace(",", "."))


def velden_van(record: bytes, teken: str) -> list[str]:
    """The fields of one line of CSV."""
    return next(csv.reader([record.decode("utf-8-sig").rstrip("\r\n")], delimiter=teken), [])


def _json(record: bytes, plek: Sequence[str], _teken: str) -> str | None:
    waarde = json.loads(record, parse_float=str, parse_int=str)
    for sleutel in plek:
        if not isinstance(waarde, dict) or sleutel not in waarde:
            return None
        waarde = waarde[sleutel]
    return "null" if waarde is None else str(waarde)


def _csv(record: bytes, plek: Sequence[str], teken: str) -> str | None:
    velden = velden_van(record, teken)
    return velden[int(plek[0])] if int(plek[0]) < len(velden) else None


def _xlsx(record: bytes, plek: Sequence[str], _teken: str) -> str | None:
    """A row of a sheet; texts that the workbook keeps elsewhere stand, as they are, behind it."""
    vorm = rb"<c\b[^>]*\br=\"%s\d+\"[^>]*?(?:/>|>(.*?)</c>)" % plek[0].encode()
    gevonden = re.search(vorm, record, re.S)
    if gevonden is None or gevonden[1] is None:
        return None
    soort = re.search(rb'\bt="(\w+)"', gevonden[0].partition(b">")[0])
    if soort is not None and soort[1] == b"inlineStr":
        return tekst_van_xml(gevonden[1])
    waarde = re.search(rb"<v[^>]*>(.*?)</v>", gevonden[1], re.S)
    if waarde is None:
        return None
    if soort is not None and soort[1] == b"s":
        return _elders(record, waarde[1])
    return html.unescape(waarde[1].decode())


def _elders(record: bytes, nummer: bytes) -> str | None:
    """A text that the workbook keeps apart."""
    gevonden = re.search(rb"<!--%s--><si\b.*?</si>" % nummer, record, re.S)
    return None if gevonden is None else tekst_van_xml(gevonden[0])


def _xls(record: bytes, plek: Sequence[str], _teken: str) -> str | None:
    """Cells are records of kind and length (two bytes each), row, column and look, and content."""
    kolom, begin = int(plek[0]), 0
    while begin < len(record) and record[begin : begin + 5] != b"\n<!--":
        soort, lengte, _, eerste = struct.unpack_from("<4H", record, begin)
        waarde, begin = record[begin + 10 : begin + 4 + lengte], begin + 4 + lengte
        if soort == _MULRK and eerste <= kolom < eerste + lengte // 6 - 1:
            stap = 6 * (kolom - eerste)
            return als_tekst(_rk(waarde[stap : stap + 4]))
        if soort in _XLS and eerste == kolom:
            return _XLS[soort](record, waarde)
    return None


def _rk(vier: bytes) -> float:
    """A number in four bytes: whole or the first half of a double, perhaps times a hundred."""
    (bits,) = struct.unpack("<I", vier)
    if bits & 2:
        getal_ = float(struct.unpack("<i", vier)[0] >> 2)
    else:
        (getal_,) = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", bits & ~3))
    return getal_ / 100.0 if bits & 1 else getal_


def _uitkomst(_record: bytes, waarde: bytes) -> str | None:
    """A number, also as the result of a formula; a result that is a text stands apart."""
    return None if waarde[6:8] == b"\xff\xff" else als_tekst(struct.unpack("<d", waarde[:8])[0])


_MULRK = 0x00BD
_XLS = {
    0x0006: _uitkomst,
    0x0203: _uitkomst,
    0x027E: lambda _record, waarde: als_tekst(_rk(waarde)),
    0x00FD: lambda record, waarde: _elders(record, b"%d" % struct.unpack("<I", waarde)[0]),
}


def als_tekst(waarde: object) -> str:
    """A number as the shortest text that stands for it, a whole one without '.0'; a text as is."""
    return repr(waarde).removesuffix(".0") if isinstance(waarde, float) else str(waarde)


def tekst_van_xml(stuk: bytes) -> str:
    """What the `t` elements say, without hints for pronunciation."""
    kaal = re.sub(rb"<rPh\b.*?</rPh>", b"", stuk, flags=re.S)
    return html.unescape(b"".join(re.findall(rb"<t\b[^>/]*>(.*?)</t>", kaal, re.S)).decode())
