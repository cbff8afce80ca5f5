"""Whether a file that came is whole and of the kind that was asked, before it is kept.

Here: one quick look per kind. Not here: reading it (`bronnen/dialecten/`), which looks at the rest.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import orjson

from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.invoer import Bestand, weiger_geen_gegevens
from veerkracht_dagster.bronnen.ophalen.fouten import Voorbijgaand
from veerkracht_dagster.bronnen.zips import veilige_leden, weiger_beschadigd

Keuring = Callable[[Path], None]
_SQLITE = b"SQLite format 3\0"
_OUD_EXCEL = b"\xd0\xcf\x11\xe0"


def keur_json(pad: Path) -> None:
    """A whole JSON object.

    Raises:
        Voorbijgaand: empty, HTML, cut off, or no object.
    """
    _weiger_geen_gegevens(pad)
    try:
        inhoud = orjson.loads(pad.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as fout:
        raise Voorbijgaand(f"geen geldige of een afgekapte JSON ({fout})") from fout
    if not isinstance(inhoud, dict):
        raise Voorbijgaand(f"JSON met bovenaan een {type(inhoud).__name__}")


def keur_xml(pad: Path) -> None:
    """A whole XML document without a document type (which could hold entities).

    Raises:
        Voorbijgaand: empty, HTML, cut off, or with a document type.
    """
    from xml.etree import ElementTree

    inhoud = pad.read_bytes()
    if b"<!DOCTYPE" in inhoud or b"<!ENTITY" in inhoud or b"<html" in inhoud[:300].lower():
        raise Voorbijgaand(f"HTML of XML met een documenttype, beginnend met {inhoud[:60]!r}")
    try:
        ElementTree.fromstring(inhoud)
    except ElementTree.ParseError as fout:
        raise Voorbijgaand(f"geen geldige of een afgekapte XML ({fout})") from fout


def keur_bestand(pad: Path) -> None:
    """A zip, GeoPackage or workbook that is whole, by its own size or checksums.

    Raises:
        Voorbijgaand: empty, HTML, cut off or damaged, or of another kind.
        BronFout: a zip that is not to be trusted.
    """
    _weiger_geen_gegevens(pad)
    with pad.open("rb") as stroom:
        begin = stroom.read(100)
    if begin.startswith(b"PK"):
        _keur_zip(pad)
    elif begin.startswith(_SQLITE):
        _keur_sqlite(pad, begin)
    elif not begin.startswith(_OUD_EXCEL):
        raise Voorbijgaand(f"geen zip, GeoPackage of werkboek, maar {begin[:16]!r}")


def _keur_zip(pad: Path) -> None:
    if not zipfile.is_zipfile(pad):
        raise Voorbijgaand("een afgekapte zip")
    bestand = Bestand(pad.name, pad)
    veilige_leden(bestand)  # an unsafe zip is no passing fault
    try:
        weiger_beschadigd(bestand)
    except BronFout as fout:
        raise Voorbijgaand(fout.gevonden) from fout


def _keur_sqlite(pad: Path, begin: bytes) -> None:
    """The first page says how many pages there are, of which size."""
    grootte = int.from_bytes(begin[16:18], "big")
    grootte = 65_536 if grootte == 1 else grootte
    verwacht = grootte * int.from_bytes(begin[28:32], "big")
    if pad.stat().st_size < verwacht:
        raise Voorbijgaand(
            f"een GeoPackage van {pad.stat().st_size} bytes, volgens zichzelf {verwacht}"
        )


def _weiger_geen_gegevens(pad: Path) -> None:
    with pad.open("rb") as stroom:
        begin = stroom.read(300)
    try:
        weiger_geen_gegevens(Bestand(pad.name, pad), begin)
    except BronFout as fout:
        raise Voorbijgaand(fout.gevonden) from fout
