"""The audit before publication: what was staged equals what was made, and obeys the catalogue.

Here: functions that return a list of failures, in words; none means good. They judge the tables
themselves (`oordeel_tabellen`), the staged files and the staged warehouse tables.
Not here: what happens with a failure (`publiceren.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import sqlalchemy as sa
from pyarrow import csv

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.celstatus import MET_WAARDE, STATUSSEN, status_van
from veerkracht_dagster.opslag.warehouse import Warehousetabel
from veerkracht_dagster.publicatie import geopackage
from veerkracht_dagster.publicatie.bestanden import geopackage_naam, uitgavelaag
from veerkracht_dagster.publicatie.release import Release, bestanden_in, klassentelling
from veerkracht_dagster.publicatie.uitgave import Uitgave

VERGELEKEN = ("waarde", "klasse", "label", "kleur", "status")
_Masker = np.ndarray[Any, Any]


def audit(
    uitgave: Uitgave,
    cat: Catalogus,
    release: Release,
    map_klaar: Path,
    verbinding: sa.Connection,
    tabellen: Mapping[str, Warehousetabel],
) -> list[str]:
    """Every failure of the staged release, in words."""
    return [
        *oordeel_tabellen(uitgave, cat),
        *oordeel_bestanden(uitgave, map_klaar),
        *oordeel_warehouse(uitgave, verbinding, tabellen),
        *oordeel_release(uitgave, cat, release, map_klaar),
    ]


def oordeel_tabellen(uitgave: Uitgave, cat: Catalogus) -> Iterator[str]:
    """One class per area, colours of the catalogue, no figure without a state that allows it."""
    yield from _ontbrekende_lagen(uitgave, cat)
    gebieden = [set(laag["regiocode"]) for laag in uitgave.lagen.values()]
    for naam, laag in uitgave.lagen.items():
        codes = laag["regiocode"]
        yield from _melding(naam, "gebied staat er vaker dan een keer", codes.duplicated(), codes)
        anders = gebieden[0] ^ set(codes)
        if anders:
            yield f"{naam}: andere gebieden dan de eerste laag: {_voorbeelden(sorted(anders))}"
        yield from _klassen_en_kleuren(naam, laag, cat)
        met_waarde = laag["status"].isin(MET_WAARDE)
        gemeten = laag["klasse"] != cat.geen_meting.code
        yield from _melding(
            naam, "een cijfer tegen de status in", laag["waarde"].notna() != met_waarde, codes
        )
        yield from _melding(naam, "een klasse tegen de status in", gemeten != met_waarde, codes)
    for naam, tabel in uitgave.indicatoren.items():
        yield from _cijfers_en_status(naam, tabel)
    for jaar, tabel in uitgave.buurttabellen.items():
        yield from _cijfers_en_status(f"buurttabel {jaar}", tabel)


def _ontbrekende_lagen(uitgave: Uitgave, cat: Catalogus) -> Iterator[str]:
    bekend, gegeven = set(cat.kaartlagen), set(uitgave.lagen)
    mist, vreemd = bekend - gegeven, gegeven - bekend
    if mist or vreemd:
        yield f"lagen: ontbreekt {sorted(mist)}, onbekend {sorted(vreemd)}"


def _klassen_en_kleuren(naam: str, laag: pd.DataFrame, cat: Catalogus) -> Iterator[str]:
    if naam not in cat.kaartlagen:
        return
    klassen, geen = cat.kaartlagen[naam].klassen, cat.geen_meting
    labels = {code: klasse.label for code, klasse in klassen.items()} | {geen.code: geen.label}
    kleuren = {code: klasse.kleur for code, klasse in klassen.items()}
    codes = laag["regiocode"]
    onbekend = ~laag["klasse"].isin(list(labels))
    yield from _melding(naam, f"klasse niet een van {list(labels)}", onbekend, codes)
    for kolom, juist in (("label", labels), ("kleur", kleuren)):
        anders = ~_gelijk(laag[kolom], laag["klasse"].map(juist))
        yield from _melding(naam, f"{kolom} niet van de klasse in de catalogus", anders, codes)


def _cijfers_en_status(naam: str, tabel: pd.DataFrame) -> Iterator[str]:
    codes = tabel["regiocode"]
    for kolom in map(str, tabel.columns):
        if status_van(kolom) not in tabel:
            continue
        status, waar = tabel[status_van(kolom)], f"{naam}.{kolom}"
        yield from _melding(waar, "onbekende status", ~status.isin(STATUSSEN), codes)
        fout = tabel[kolom].notna() != status.isin(MET_WAARDE)
        yield from _melding(waar, "een cijfer tegen de status in", fout, codes)


def oordeel_bestanden(uitgave: Uitgave, map_klaar: Path) -> Iterator[str]:
    """Read the files back as a reader would: the map equals the table."""
    pad = map_klaar / geopackage_naam(uitgave.sleutel)
    if geopackage.lagen_in(pad) != set(uitgave.lagen):
        yield f"{pad.name}: lagen {sorted(geopackage.lagen_in(pad))}, niet {sorted(uitgave.lagen)}"
        return
    stijlen = geopackage.standaardstijlen(pad)
    for naam, tabel in uitgave.lagen.items():
        laag = uitgavelaag(tabel, uitgave.editie.niveau)
        yield from _gelijke_laag(f"{pad.name}:{naam}", laag, geopackage.lees_laag(pad, naam))
        gelezen = pd.read_parquet(map_klaar / f"{naam}.parquet")
        yield from _gelijke_laag(f"{naam}.parquet", laag, gelezen)
        if naam not in stijlen:
            yield f"{pad.name}: laag {naam} heeft geen stijl"
    for jaar, tabel in uitgave.buurttabellen.items():
        yield from _gelijke_buurttabel(map_klaar, jaar, tabel)


def _gelijke_laag(waar: str, laag: pd.DataFrame, gelezen: pd.DataFrame) -> Iterator[str]:
    sleutel = laag.columns[0]
    if len(gelezen) != len(laag):
        yield f"{waar}: {len(gelezen)} rijen, de tabel heeft er {len(laag)}"
        return
    gelezen = gelezen.sort_values(sleutel, ignore_index=True)
    for kolom in (sleutel, *VERGELEKEN):
        anders = ~_gelijk(gelezen[kolom], laag[kolom])
        yield from _melding(waar, f"{kolom} is anders dan in de tabel", anders, laag[sleutel])


def _gelijke_buurttabel(map_klaar: Path, jaar: int, tabel: pd.DataFrame) -> Iterator[str]:
    parquet, tekst = (map_klaar / f"buurttabel_{jaar}.{soort}" for soort in ("parquet", "csv"))
    alleen_code = csv.ConvertOptions(include_columns=["regiocode"])
    gelezen = {
        parquet.name: pq.read_table(parquet, columns=["regiocode"]),
        tekst.name: csv.read_csv(tekst, convert_options=alleen_code),
    }
    for naam, codes in gelezen.items():
        if codes["regiocode"].to_pylist() != tabel["regiocode"].to_list():
            yield f"{naam}: {codes.num_rows} rijen, niet dezelfde als de {len(tabel)} van de tabel"


def oordeel_warehouse(
    uitgave: Uitgave, verbinding: sa.Connection, tabellen: Mapping[str, Warehousetabel]
) -> Iterator[str]:
    """The staged tables hold the same rows and the same classes."""
    lang = tabellen["kaartlagen"].klaar
    velden = [lang.c.laag, lang.c.regiocode, *(lang.c[kolom] for kolom in VERGELEKEN)]
    gelezen = pd.read_sql(sa.select(*velden), verbinding)
    per_laag = dict(iter(gelezen.groupby("laag")))
    for naam, tabel in uitgave.lagen.items():
        laag = tabel[["regiocode", *VERGELEKEN]].sort_values("regiocode", ignore_index=True)
        deel = per_laag.get(naam, gelezen.iloc[:0]).drop(columns="laag")
        yield from _gelijke_laag(f"warehouse kaartlagen:{naam}", laag, deel)
    verwacht = {naam: len(tabel) for naam, tabel in uitgave.indicatoren.items()}
    verwacht["buurttabel"] = sum(len(tabel) for tabel in uitgave.buurttabellen.values())
    for naam, aantal in verwacht.items():
        vraag = sa.select(sa.func.count()).select_from(tabellen[naam].klaar)
        gevonden = verbinding.execute(vraag).scalar_one()
        if gevonden != aantal:
            yield f"warehouse {naam}: {gevonden} rijen, de tabel heeft er {aantal}"


def oordeel_release(
    uitgave: Uitgave, cat: Catalogus, release: Release, map_klaar: Path
) -> Iterator[str]:
    """The description tells of these files and these classes."""
    werkelijk = {bestand.naam: bestand for bestand in bestanden_in(map_klaar)}
    genoemd = {bestand.naam: bestand for bestand in release.bestanden}
    for naam in sorted(werkelijk.keys() | genoemd.keys()):
        if werkelijk.get(naam) != genoemd.get(naam):
            yield f"release.json: {naam} is niet het bestand dat er staat (sha256 of omvang)"
    for naam, telling in release.klassen.items():
        if telling != klassentelling(naam, uitgave, cat):
            yield f"release.json: klassentelling van {naam} klopt niet met de tabel"


def _gelijk(een: pd.Series, ander: pd.Series) -> _Masker:
    """Equal per row; two absent values are equal."""
    a, b = een.reset_index(drop=True), ander.reset_index(drop=True)
    beide_leeg = (a.isna() & b.isna()).to_numpy(dtype=bool)
    return beide_leeg | (a == b).fillna(False).to_numpy(dtype=bool)


def _melding(waar: str, regel: str, fout: Any, codes: pd.Series) -> Iterator[str]:
    """One failure for all rows that break a rule, with their number and the first three codes."""
    gevallen = codes.to_numpy()[np.asarray(fout, dtype=bool)]
    if len(gevallen):
        yield f"{waar}: {regel} ({len(gevallen)}x: {_voorbeelden(list(gevallen))})"


def _voorbeelden(codes: list[Any]) -> str:
    return ", ".join(map(str, codes[:3])) + (", ..." if len(codes) > 3 else "")
