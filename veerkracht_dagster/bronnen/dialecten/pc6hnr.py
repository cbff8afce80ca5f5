"""CBS's pc6hnr files: per postcode and house number the buurt, wijk and gemeente of 1 August.

Here: nine million rows through Arrow with every column as a dictionary, so that each distinct
postcode, number and code is looked at once; integer codes padded again; headers by prefix.
Not here: what the addresses are used for (`buurttabel/omzetting.py`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as pacsv

from veerkracht_dagster.bronnen.dialecten.statline import een_bestand
from veerkracht_dagster.bronnen.fouten import Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand, open_bestand, weiger_geen_gegevens
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Lezing, Vraag
from veerkracht_dagster.bronnen.zips import is_zip, leden_van

_OPNIEUW = "haal het bestand opnieuw op bij het CBS"
_GETOOND = 5
_BLOK = 4 << 20  # each block has lists of its own until they are put together: few of them
# Our column -> how its header starts, in the order in which they are tried ('gwb_code' is the
# buurt in the year that names its columns so).
_KOPPEN = {
    "postcode": ("pc6", "pc"),
    "huisnummer": ("huisnummer", "hnr"),
    "buurtcode": ("buurt", "gwb"),
    "wijkcode": ("wijk",),
    "gemeentecode": ("gemeente", "gem"),
}
_JAAR_IN_KOP = re.compile(r"20\d\d$")
_CODES = {"buurtcode": ("BU", 8), "wijkcode": ("WK", 6), "gemeentecode": ("GM", 4)}
_POSTCODE = re.compile(r"([1-9]\d{3}) ?([A-Z]{2})", re.ASCII)
_HUISNUMMER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class _Kolom:
    """A column as positions in its distinct values; `waarden` has None for an unfit one."""

    plaatsen: np.ndarray
    waarden: list[str | None]
    ruw: list[str]

    @property
    def onjuist(self) -> np.ndarray:
        fout = np.array([waarde is None for waarde in self.waarden], bool)
        return np.flatnonzero(fout[self.plaatsen])[:_GETOOND] if fout.any() else np.array([], int)

    @cached_property
    def kanoniek(self) -> np.ndarray:
        """Per distinct text the place of the first that means the same."""
        eerste: dict[str | None, int] = {}
        return np.array([eerste.setdefault(w, i) for i, w in enumerate(self.waarden)], np.int32)

    def als_tekst(self) -> pd.Categorical:
        """Nine million texts as places in a short list of them: a tenth of the memory."""
        eigen, plaats = np.unique(self.kanoniek, return_inverse=True)
        teksten = pd.Index([self.waarden[i] for i in eigen], dtype="str")
        plaatsen = plaats.astype(np.int32)[self.plaatsen]
        return pd.Categorical.from_codes(plaatsen, teksten, validate=False)

    def als_getal(self) -> np.ndarray:
        return np.array([int(w or 0) for w in self.waarden], np.int64)[self.plaatsen]


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The address table: postcode, huisnummer, buurtcode, wijkcode, gemeentecode.

    Raises:
        BronFout: more than one file, cut off, headers missing or of another year, a postcode,
            number or code of another shape, a buurt outside its wijk or gemeente, an address twice.
    """
    bestand = _adreslijst(een_bestand(deel))
    hun_van = _koppen_van(bestand, _kopregel(bestand))
    _weiger_ander_jaar(bestand, hun_van, vraag.peiljaar)
    kolommen = _kolommen(bestand, hun_van)
    _weiger_onjuist(bestand, kolommen, hun_van)
    reeksen: dict[str, np.ndarray | pd.Categorical] = {}
    for kolom in vraag.tabel.kolommen:
        gelezen = kolommen.pop(kolom.naam)
        reeksen[kolom.naam] = gelezen.als_getal() if kolom.type == "heel" else gelezen.als_tekst()
    frame = pd.DataFrame(reeksen, copy=False)
    return Lezing(frame, (Gelezen(bestand.naam, bestand.sha256, len(frame)),), hun_van)


def _adreslijst(bestand: Bestand) -> Bestand:
    """The list itself; a zip of CBS also holds lists of names."""
    if not is_zip(bestand):
        return bestand
    leden = leden_van(bestand, "pc6hnr*.csv", "pc6huisnr*.csv")
    if len(leden) > 1:
        raise bronfout(
            bestand.waar,
            gevonden="een zip met " + ", ".join(str(lid.lid) for lid in leden),
            verwacht="een lijst met adressen",
            remedie=_OPNIEUW,
        )
    return leden[0]


def _kopregel(bestand: Bestand) -> list[str]:
    """The headers; the file must not be empty, HTML, or without a last newline."""
    with open_bestand(bestand) as stroom:
        eerste = stroom.readline(4096)
        weiger_geen_gegevens(bestand, eerste)
        if bestand.lid is None and not _eindigt_heel(bestand):
            raise bronfout(
                bestand.waar,
                gevonden="een afgekapte laatste regel",
                verwacht="een regeleinde aan het eind van het bestand",
                remedie=_OPNIEUW,
            )
    regel = eerste.decode("utf-8-sig", errors="replace").strip()
    try:
        return next(csv.reader([regel], delimiter=";", strict=True))
    except csv.Error as fout:
        raise bronfout(
            bestand.waar,
            gevonden=f"een kopregel die niet te lezen is ({fout})",
            verwacht="een kopregel met velden gescheiden door ';'",
            remedie="het bestand is beschadigd; " + _OPNIEUW,
        ) from fout


def _eindigt_heel(bestand: Bestand) -> bool:
    with bestand.pad.open("rb") as stroom:
        stroom.seek(-1, 2)
        return stroom.read(1) == b"\n"


def _koppen_van(bestand: Bestand, koppen: list[str]) -> dict[str, str]:
    """Our column -> the header in this file."""
    problemen = Problemen(bestand.waar)
    gevonden: dict[str, str] = {}
    for ons, beginnen in _KOPPEN.items():
        passend = [
            kop
            for kop in koppen
            if kop.strip().lower().startswith(beginnen) and kop not in gevonden.values()
        ]
        if len(passend) == 1:
            gevonden[ons] = passend[0]
        else:
            problemen.erbij(
                kolom=ons,
                gevonden=f"{len(passend)} passende koppen in {', '.join(koppen)[:120]}",
                verwacht=f"een kop die begint met {' of '.join(beginnen)}",
                remedie="controleer of dit het pc6hnr-bestand is; " + _OPNIEUW,
            )
    problemen.werp()
    return gevonden


def _weiger_ander_jaar(bestand: Bestand, hun_van: dict[str, str], peiljaar: int) -> None:
    """A header that says a year ('Buurt2019') says that of its codes."""
    problemen = Problemen(bestand.waar)
    for kop in hun_van.values():
        jaar = _JAAR_IN_KOP.search(kop.strip())
        if jaar is not None and int(jaar[0]) != peiljaar:
            problemen.erbij(
                kolom=kop,
                gevonden=f"codes van {jaar[0]}, zegt de kop",
                verwacht=f"codes van {peiljaar}, het jaar van de map",
                remedie=f"zet het bestand in de map van {jaar[0]}, of " + _OPNIEUW,
            )
    problemen.werp()


def _kolommen(bestand: Bestand, hun_van: dict[str, str]) -> dict[str, _Kolom]:
    woordenboek = pa.dictionary(pa.int32(), pa.string())
    try:
        with open_bestand(bestand) as stroom:
            tabel = pacsv.read_csv(
                bestand.pad if bestand.lid is None else stroom,
                read_options=pacsv.ReadOptions(block_size=_BLOK),
                parse_options=pacsv.ParseOptions(delimiter=";"),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(hun_van.values(), woordenboek),
                    include_columns=list(hun_van.values()),
                ),
            )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as fout:
        raise bronfout(
            bestand.waar,
            gevonden="een regel die niet te lezen is: " + " ".join(str(fout).split())[:200],
            verwacht="evenveel velden per regel als in de kopregel, gescheiden door ';'",
            remedie="het bestand is afgekapt of beschadigd; " + _OPNIEUW,
        ) from fout
    normaal = _normaliseerders()
    uit = {}
    for ons, hun in hun_van.items():
        uit[ons] = _kolom(tabel.column(hun), normaal[ons])
        tabel = tabel.drop_columns(hun)  # what is laid out whole is not kept in pieces too
    return uit


def _kolom(kolom: pa.ChunkedArray, normaal: Callable[[str], str | None]) -> _Kolom:
    geheel = kolom.unify_dictionaries().combine_chunks()
    if isinstance(geheel, pa.ChunkedArray):  # no rows at all
        return _Kolom(np.array([], np.int32), [], [])
    ruw = [waarde or "" for waarde in geheel.dictionary.to_pylist()]
    plaatsen = geheel.indices.to_numpy(zero_copy_only=False)
    return _Kolom(plaatsen, [normaal(waarde.strip()) for waarde in ruw], ruw)


def _normaliseerders() -> dict[str, Callable[[str], str | None]]:
    def postcode(ruw: str) -> str | None:
        gevonden = _POSTCODE.fullmatch(ruw)
        return gevonden[1] + gevonden[2] if gevonden else None

    def huisnummer(ruw: str) -> str | None:
        return ruw if _HUISNUMMER.fullmatch(ruw) else None

    return {
        "postcode": postcode,
        "huisnummer": huisnummer,
        **{ons: _code(begin, lengte) for ons, (begin, lengte) in _CODES.items()},
    }


def _code(begin: str, lengte: int) -> Callable[[str], str | None]:
    """A code with its prefix; a number gets its leading zeros back."""
    vorm = re.compile(rf"(?:{begin})?(\d{{4}}[0-9A-Z]{{{lengte - 4}}})", re.ASCII)

    def code(ruw: str) -> str | None:
        kaal = ruw.zfill(lengte) if re.fullmatch(r"\d+", ruw, re.ASCII) else ruw
        gevonden = vorm.fullmatch(kaal)
        return begin + gevonden[1] if gevonden else None

    return code


def _weiger_onjuist(bestand: Bestand, kolommen: dict[str, _Kolom], hun_van: dict[str, str]) -> None:
    problemen = Problemen(bestand.waar)
    postcode, huisnummer = kolommen["postcode"], kolommen["huisnummer"]

    def adres(rij: int) -> str:
        return f"{postcode.ruw[postcode.plaatsen[rij]]} {huisnummer.ruw[huisnummer.plaatsen[rij]]}"

    for ons, kolom in kolommen.items():
        for rij in kolom.onjuist:
            problemen.erbij(
                kolom=hun_van[ons],
                rij=int(rij),
                code=adres(rij),
                gevonden=f"{kolom.ruw[kolom.plaatsen[rij]]!r}",
                verwacht=f"een {ons} zoals het CBS die schrijft",
                remedie="herstel de rij of " + _OPNIEUW,
            )
    if not len(postcode.plaatsen):
        problemen.erbij(gevonden="een kopregel zonder rijen", verwacht="adressen", remedie=_OPNIEUW)
    problemen.werp()
    for rij in _buiten_gemeente(kolommen):
        problemen.erbij(
            kolom=hun_van["buurtcode"],
            rij=int(rij),
            code=adres(rij),
            gevonden="een buurt buiten zijn wijk of gemeente",
            verwacht="een buurtcode die met de codes van wijk en gemeente begint",
            remedie="herstel de rij of " + _OPNIEUW,
        )
    for rij in _dubbel(postcode, huisnummer):
        problemen.erbij(
            kolom=hun_van["postcode"],
            rij=int(rij),
            code=adres(rij),
            gevonden="een adres dat al eerder in het bestand staat",
            verwacht="elke postcode met huisnummer een keer",
            remedie="haal de dubbele rij weg of " + _OPNIEUW,
        )
    problemen.werp()


def _buiten_gemeente(kolommen: dict[str, _Kolom]) -> np.ndarray:
    """Rows whose buurt code does not start with the codes of its wijk and gemeente."""
    buurt = kolommen["buurtcode"]
    fout = np.zeros(len(buurt.plaatsen), bool)
    for ons, lengte in (("wijkcode", 6), ("gemeentecode", 4)):
        ander = kolommen[ons]
        plaats = {str(waarde)[2:]: i for i, waarde in enumerate(ander.waarden)}
        verwacht = np.array(
            [plaats.get(str(w)[2 : 2 + lengte], -1) for w in buurt.waarden], np.int32
        )
        kanoniek = np.array([plaats[str(waarde)[2:]] for waarde in ander.waarden], np.int32)
        fout |= verwacht[buurt.plaatsen] != kanoniek[ander.plaatsen]
    return np.flatnonzero(fout)[:_GETOOND]


def _dubbel(postcode: _Kolom, huisnummer: _Kolom) -> np.ndarray:
    """Second and later rows of an address."""

    def sleutels() -> np.ndarray:
        uit = postcode.kanoniek.astype(np.int64)[postcode.plaatsen]
        uit *= 1_000_000_000
        uit += np.array([int(w or 0) for w in huisnummer.waarden], np.int32)[huisnummer.plaatsen]
        return uit

    gesorteerd = sleutels()
    gesorteerd.sort()
    if not (gesorteerd[1:] == gesorteerd[:-1]).any():
        return np.array([], int)
    return np.flatnonzero(pd.Series(sleutels()).duplicated())[:_GETOOND]
