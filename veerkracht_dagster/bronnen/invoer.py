"""Opens a publisher's file: bytes, text, JSON or delimited rows, or a refusal that says why not.

Here: what goes wrong before any meaning: cut off, empty, HTML, wrong encoding, ragged rows.
Not here: what the columns mean (`dialecten/`).
"""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from veerkracht_dagster.bronnen.fouten import BronFout, Problemen, bronfout

# No file of text of ours is larger: the squares and maps, which are, are not read as a whole.
_GROOTSTE = 2 << 30
# Deflate reaches 1,032 at most, on one repeated byte; tables of figures stay under 100.
MEESTE_KEREN, PAS_VANAF = 400, 50 << 20
_BROK = 16 << 20
_MEESTE_RIJEN = 0.9  # so many of the rows are of one length: then it is not they that are wrong
_OPNIEUW = "haal het bestand opnieuw op bij de uitgever"
_BRONREGEL = re.compile(r"(?:bron(?:nen)?\s*:|source\s*:|©|\(c\)\s)", re.IGNORECASE)
# Texts in two bytes a sign, as a spreadsheet saves "Unicode text".
_MERKEN_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# What zipfile raises on a zip that is cut off, damaged or of an unknown kind; of bzip2 it raises an
# OSError without a number, which one of the disk always has. Each was seen, by turning bytes over.
_KAPOTTE_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError
)  # fmt: skip


@dataclass(frozen=True)
class Bestand:
    """A file: `naam` as it lay in the source folder, `pad` where its bytes are now.

    lid: the member that is meant, when the file is a zip (see `zips.leden_van`).
    """

    naam: str
    pad: Path
    sha256: str = ""
    lid: str | None = None

    @property
    def kort(self) -> str:
        """File name without folders: of the member, when one is meant."""
        return Path(self.lid or self.naam).name

    @property
    def waar(self) -> str:
        """How an error names it: the file, and the member when one is meant."""
        return f"{self.naam} > {self.lid}" if self.lid else self.naam


@dataclass(frozen=True)
class Rijen:
    """A table: header and rows, every row as long as the header.

    Of a delimited file every cell is a text; of a workbook a number is a number.
    """

    koppen: list[str]
    rijen: Sequence[Sequence[Any]]
    opmerkingen: tuple[str, ...] = ()

    def kolom(self, plaats: int) -> list[Any]:
        return [rij[plaats] for rij in self.rijen]


def bytes_van(bestand: Bestand) -> bytes:
    """The file's bytes, gzip opened.

    Raises:
        BronFout: empty, cut off or damaged gzip, too large, or HTML instead of data.
    """
    if bestand.pad.stat().st_size > _GROOTSTE:
        raise _te_groot(bestand, f"{bestand.pad.stat().st_size} bytes")
    delen, grootte = [], 0
    with open_bestand(bestand) as stroom:
        while deel := stroom.read(_BROK):
            delen.append(deel)
            grootte += len(deel)
            if grootte > _GROOTSTE:
                raise _te_groot(bestand, f"meer dan {_GROOTSTE} bytes uitgepakt")
    inhoud = b"".join(delen)
    if inhoud[:2] == b"\x1f\x8b":
        inhoud = _uitgepakt(bestand, inhoud)
    weiger_geen_gegevens(bestand, inhoud[:300])
    return inhoud


def _uitgepakt(bestand: Bestand, ingepakt: bytes) -> bytes:
    """What gzip holds, taken out bit by bit: a bomb is refused before it fills the memory."""
    delen, grootte, bron = [], 0, io.BytesIO(ingepakt)
    try:
        with gzip.open(bron) as stroom:
            while deel := stroom.read(_BROK):
                delen.append(deel)
                grootte += len(deel)
                if grootte > _GROOTSTE or grootte > max(PAS_VANAF, MEESTE_KEREN * bron.tell()):
                    raise _te_groot(bestand, f"meer dan {grootte} bytes, ingepakt {bron.tell()}")
    except (EOFError, gzip.BadGzipFile, zlib.error) as fout:
        raise bronfout(
            bestand.waar,
            gevonden=f"een afgekapt of beschadigd gzip-bestand ({fout})",
            verwacht="een volledig gzip-bestand",
            remedie=_OPNIEUW,
        ) from fout
    return b"".join(delen)


def _te_groot(bestand: Bestand, gevonden: str) -> BronFout:
    return bronfout(
        bestand.waar,
        gevonden=gevonden,
        verwacht=f"ten hoogste {_GROOTSTE} bytes, en {MEESTE_KEREN} keer zo groot als ingepakt",
        remedie="vertrouw dit bestand niet; " + _OPNIEUW,
    )


def is_gewoon(pad: Path) -> bool:
    """Whether it is a file with bytes: no link, folder, pipe or device."""
    return pad.is_file() and not pad.is_symlink()


@contextmanager
def open_bestand(bestand: Bestand) -> Iterator[IO[bytes]]:
    """The file's bytes as a stream, or those of the member that is meant.

    Raises:
        BronFout: the zip is cut off or damaged, also when that shows while reading.
    """
    if bestand.lid is None:
        with bestand.pad.open("rb") as stroom:
            yield stroom
        return
    with geopende_zip(bestand) as zip_, zip_.open(bestand.lid) as lid:
        yield lid


@contextmanager
def geopende_zip(bestand: Bestand) -> Iterator[zipfile.ZipFile]:
    """The zip itself, for as long as the block.

    Raises:
        BronFout: it is cut off or damaged, also when that shows within the block.
    """
    try:
        with zipfile.ZipFile(bestand.pad) as zip_:
            yield zip_
    except _KAPOTTE_ZIP as fout:
        raise kapotte_zip(bestand, fout) from fout
    except OSError as fout:
        if fout.errno is not None:
            raise
        raise kapotte_zip(bestand, fout) from fout


def kapotte_zip(bestand: Bestand, fout: object) -> BronFout:
    """The error for a zip that cannot be read."""
    return bronfout(
        bestand.waar,
        gevonden=f"een afgekapte of beschadigde zip ({str(fout)[:200]})",
        verwacht="een volledige zip",
        remedie=_OPNIEUW,
    )


def weiger_geen_gegevens(bestand: Bestand, begin: bytes) -> None:
    """Refuse an empty file, text in UTF-16, and a web page that was saved as if it were data.

    Raises:
        BronFout: the file starts with nothing, the mark of UTF-16, HTML or XML.
    """
    if begin.startswith(_MERKEN_UTF_16):
        raise bronfout(
            bestand.waar,
            gevonden="tekst in UTF-16, zoals een spreadsheet 'Unicode-tekst' bewaart",
            verwacht="tekst in UTF-8",
            remedie="haal het bestand op zoals de uitgever het geeft, of bewaar het als CSV UTF-8",
        )
    tekst = begin.decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t")
    if not tekst:
        raise bronfout(
            bestand.waar, gevonden="een leeg bestand", verwacht="gegevens", remedie=_OPNIEUW
        )
    if tekst.startswith("<"):
        soort = "HTML" if "html" in tekst.lower() else "XML"
        raise bronfout(
            bestand.waar,
            gevonden=f"{soort} in plaats van gegevens, beginnend met {tekst[:60]!r}",
            verwacht="gegevens",
            remedie="de server gaf een foutpagina; " + _OPNIEUW,
        )


def tekst_van(bestand: Bestand) -> str:
    """The file as text (UTF-8, byte order mark removed).

    Raises:
        BronFout: see `bytes_van`; or the file is not UTF-8.
    """
    try:
        return bytes_van(bestand).decode("utf-8-sig")
    except UnicodeDecodeError as fout:
        raise bronfout(
            bestand.waar,
            gevonden=f"byte {fout.object[fout.start]:#04x} op plaats {fout.start}",
            verwacht="tekst in UTF-8",
            remedie="sla het bestand op als UTF-8, of " + _OPNIEUW,
        ) from fout


def json_inhoud(bestand: Bestand) -> Any:
    """What stands in a file of JSON, whatever is at the top.

    Raises:
        BronFout: see `bytes_van`; or not whole, or not JSON.
    """
    inhoud = bytes_van(bestand)
    try:
        return orjson.loads(inhoud.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as fout:
        raise bronfout(
            bestand.waar,
            gevonden=f"geen geldige of een afgekapte JSON ({fout})",
            verwacht="een volledig JSON-antwoord",
            remedie=_OPNIEUW,
        ) from fout


def json_van(bestand: Bestand) -> dict[str, Any]:
    """The file as a JSON object.

    Raises:
        BronFout: see `json_inhoud`; or not an object.
    """
    gelezen = json_inhoud(bestand)
    if not isinstance(gelezen, dict):
        raise bronfout(
            bestand.waar,
            gevonden=f"JSON met bovenaan een {type(gelezen).__name__}",
            verwacht="een object",
            remedie=_OPNIEUW,
        )
    return gelezen


def kopregel_van(bestand: Bestand) -> str:
    """The first line of a file of text.

    Raises:
        BronFout: see `bytes_van`.
    """
    inhoud = bytes_van(bestand)
    eind = inhoud.find(b"\n")
    eerste = inhoud[: eind if eind >= 0 else len(inhoud)]
    return eerste.decode("utf-8-sig", errors="replace").rstrip("\r")


def rijen_van(bestand: Bestand, scheiding: str) -> Rijen:
    """The file as delimited rows with one header line.

    Empty rows and a line with the source at the end, which programs add, are left out and told.

    Raises:
        BronFout: see `tekst_van`; or quotes that do not match, rows of another length than the
            header, a column name that occurs twice, no rows, or no newline at the end (cut off).
    """
    tekst = tekst_van(bestand)
    if not tekst.endswith("\n") and bestand.lid is None:  # a member has a checksum
        raise bronfout(
            bestand.waar,
            gevonden=f"een afgekapte laatste regel {tekst.splitlines()[-1][-60:]!r}",
            verwacht="een regeleinde aan het eind van het bestand",
            remedie=_OPNIEUW,
        )
    try:
        alle = list(csv.reader(io.StringIO(tekst, newline=""), delimiter=scheiding, strict=True))
    except csv.Error as fout:
        raise bronfout(
            bestand.waar,
            gevonden=f"een regel die niet te lezen is ({fout})",
            verwacht=f"velden gescheiden door '{scheiding}'",
            remedie=_OPNIEUW,
        ) from fout
    koppen, rijen = [kop.strip() for kop in alle[0]], alle[1:]
    slot = _slot(rijen)
    _weiger_ongelijke_rijen(bestand, koppen, rijen[: len(rijen) - len(slot)])
    bronregels = sum(any(rij) for rij in slot)
    opmerkingen = (
        (f"{len(slot) - bronregels} lege regels aan het eind weggelaten", len(slot) > bronregels),
        (f"{bronregels} regels met de bron aan het eind weggelaten", bronregels > 0),
    )
    return Rijen(
        koppen, rijen[: len(rijen) - len(slot)], tuple(tekst for tekst, zo in opmerkingen if zo)
    )


def _slot(rijen: list[list[str]]) -> list[list[str]]:
    """The last rows that are none: without a single filled field, or only a source."""
    eind = len(rijen)
    while eind and (not any(map(str.strip, rijen[eind - 1])) or _is_bronregel(rijen[eind - 1])):
        eind -= 1
    return rijen[eind:]


def _is_bronregel(rij: list[str]) -> bool:
    """As StatLine and StatWeb close a table: "Bron: CBS", perhaps with empty fields behind it."""
    return bool(_BRONREGEL.match(rij[0].strip())) and not any(map(str.strip, rij[1:]))


def _weiger_ongelijke_rijen(bestand: Bestand, koppen: list[str], rijen: list[list[str]]) -> None:
    problemen = Problemen(bestand.waar)
    for kop in sorted({kop for kop in koppen if koppen.count(kop) > 1}):
        problemen.erbij(
            kolom=kop,
            gevonden=f"{koppen.count(kop)} kolommen met dezelfde naam",
            verwacht="elke kolom een keer",
            remedie="haal de dubbele kolom weg of " + _OPNIEUW,
        )
    _weiger_geen_kopregel(problemen, koppen, rijen)
    for nummer, rij in enumerate(rijen):
        if len(rij) != len(koppen):
            problemen.erbij(
                rij=nummer,
                gevonden=f"{len(rij)} velden" if rij else "een lege regel tussen de rijen",
                verwacht=f"{len(koppen)} velden, zoals de kopregel",
                remedie="herstel de rij, of haal haar weg als zij leeg is; is het bestand afgekapt "
                "of beschadigd, " + _OPNIEUW,
            )
    if not rijen:
        problemen.erbij(
            gevonden="een kopregel zonder rijen", verwacht="ten minste een rij", remedie=_OPNIEUW
        )
    problemen.werp()


def _weiger_geen_kopregel(problemen: Problemen, koppen: list[str], rijen: list[list[str]]) -> None:
    """Most rows have another number of fields: then the first line is none of headings."""
    for velden, keren in Counter(map(len, rijen)).most_common(1):
        if velden != len(koppen) and keren > _MEESTE_RIJEN * len(rijen):
            problemen.erbij(
                gevonden=f"een eerste regel van {len(koppen)}, en {keren} van {velden} velden",
                verwacht="een eerste regel met de koppen van de kolommen",
                remedie="haal weg wat boven de koppen staat, zoals een toelichting",
            )
            problemen.werp()


def ontbrekend_bestand(map_: str, naam: str, remedie: str, wel: Iterable[str] = ()) -> BronFout:
    """The error for a file that must be beside the others and is not; `wel` are those there."""
    er = ", ".join(wel)
    return bronfout(
        map_,
        gevonden=f"geen bestand {naam}" + (f" (wel {er})" if er else ""),
        verwacht=f"{naam} naast de andere",
        remedie=remedie,
    )
