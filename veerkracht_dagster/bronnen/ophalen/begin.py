"""What a file seems to be, by its first bytes and its last: without the file.

Here: telling kinds apart, the members of a zip and the separator of a CSV in it.
Not here: fetching the bytes (`adreskeur.py`), reading (`bronnen/dialecten/`).
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter

EERSTE = 4096  # bytes that say what kind it is
LAATSTE = 65_557  # bytes in which a zip has its end, with the longest comment; and often its list

_SQLITE, _GPKG = b"SQLite format 3\0", b"GPKG"
_OUD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EINDE, _LID, _KOP = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_TEKENS = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "streep"}
_GETOOND = 6


def soort_van(begin: bytes, einde: bytes = b"") -> tuple[str, bool]:
    """What it seems to be, in words, and whether it can hold data at all.

    Args:
        einde: the last bytes, where the server gives parts.
    """
    kaal = begin.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not kaal:
        return "niets", False
    if begin.startswith(_SQLITE):
        return ("GeoPackage" if begin[68:72] == _GPKG else "SQLite"), True
    if begin.startswith(_OUD_EXCEL):
        return "werkboek (xls)", True
    if begin.startswith(b"PK"):
        return _zip(begin, einde), True
    if b"<html" in kaal[:1000].lower() or kaal[:15].lower().startswith(b"<!doctype html"):
        return "een webpagina (HTML)", False
    if kaal.startswith(b"<"):
        return "XML", True
    if kaal[:1] in b"{[":
        return "JSON", True
    return _tekst(kaal), b"\0" not in kaal


def _zip(begin: bytes, einde: bytes) -> str:
    namen = leden(einde)
    if any(naam.startswith("xl/") for naam in namen):
        return "werkboek (xlsx)"
    binnen = _eerste_regel(begin)
    soort = f"zip ({_tekst(binnen)})" if binnen else "zip"
    if not namen:
        return soort
    meer = f" en nog {len(namen) - _GETOOND}" if len(namen) > _GETOOND else ""
    return f"{soort}: {', '.join(namen[:_GETOOND])}{meer}"


def leden(einde: bytes) -> list[str]:
    """Names of the files in a zip, by its list at the end; none when that is not all there."""
    plaats = einde.rfind(_EINDE)
    if plaats < 0 or plaats + 22 > len(einde):
        return []
    aantal, grootte = struct.unpack_from("<HI", einde, plaats + 10)
    lees, namen = plaats - grootte, list[str]()
    while lees >= 0 and len(namen) < aantal and einde.startswith(_LID, lees):
        naam, extra, opmerking = struct.unpack_from("<HHH", einde, lees + 28)
        namen.append(einde[lees + 46 : lees + 46 + naam].decode("utf-8", errors="replace"))
        lees += 46 + naam + extra + opmerking
    return [naam for naam in namen if not naam.endswith("/")]


def _eerste_regel(begin: bytes) -> bytes:
    """The beginning of the first member of a zip, as far as it is text."""
    if not begin.startswith(_KOP) or len(begin) < 30:
        return b""
    (soort,) = struct.unpack_from("<H", begin, 8)
    naam, extra = struct.unpack_from("<HH", begin, 26)
    ruw = begin[30 + naam + extra :]
    try:
        inhoud = zlib.decompressobj(-15).decompress(ruw, EERSTE) if soort == 8 else ruw
    except zlib.error:
        return b""
    return b"" if b"\0" in inhoud[:200] else inhoud


def _tekst(inhoud: bytes) -> str:
    """A text by the sign between its columns, as its first line has it."""
    regel = inhoud.split(b"\n", 1)[0].decode("utf-8", errors="replace")
    tellingen = Counter(teken for teken in regel if teken in _TEKENS)
    if not tellingen:
        return "tekst"
    return f"CSV met {_TEKENS[max(tellingen, key=lambda teken: tellingen[teken])]}"
