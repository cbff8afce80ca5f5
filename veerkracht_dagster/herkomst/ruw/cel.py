"""The text of one cell in one record of a publisher's file, and the number it stands for.

Here: records as JSON, as a line of CSV and as a row of a workbook. Standard library alone: this
file goes along, as it is, with every bundle of evidence.
Not here: where a record stands in its file (`register.py`).
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Sequence

# How publishers write that there is no number.
LEEG = ("", ".", ",", "NA", "null", "None")
_GEWOON = ("", "null", "None")  # what stands at the mark of an ordinary value


def tekst_in(vorm: str, record: bytes, plek: Sequence[str], teken: str = ";") -> str | None:
    """The cell's text as it stands there; None where the record does not have it.

    Args:
        vorm: json, csv or xlsx.
        plek: keys from the outside in; the number of a field; the letters of a column.
        teken: what separates fields of CSV.
    """
    return {"json": _json, "csv": _csv, "xlsx": _xlsx}[vorm](record, plek, teken)


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
        elders = re.search(rb"<!--%s--><si\b.*?</si>" % waarde[1], record, re.S)
        return None if elders is None else tekst_van_xml(elders[0])
    return html.unescape(waarde[1].decode())


def tekst_van_xml(stuk: bytes) -> str:
    """What the `t` elements say, without hints for pronunciation."""
    kaal = re.sub(rb"<rPh\b.*?</rPh>", b"", stuk, flags=re.S)
    return html.unescape(b"".join(re.findall(rb"<t\b[^>/]*>(.*?)</t>", kaal, re.S)).decode())
