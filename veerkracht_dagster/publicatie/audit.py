"""The audit before publication: what was staged equals what was made, and obeys the catalogue.

Here: functions that return a list of failures, in words; none means good. They judge the tables
themselves (`oordeel_tabellen`), the staged files and the rows of the warehouse.
Not here: what happens with a failure (`publiceren.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.celstatus import MET_WAARDE, STATUSSEN, status_van
from veerkracht_dagster.opslag.warehouse import lees
from veerkracht_dagster.publicatie import geopackage
from veerkracht_dagster.publicatie.bestanden import (
    TABELMAP,
    csv_tabel,
    geopackage_naam,
    lees_csv,
    lees_parquet,
    losse_tabellen,
    uitgavelaag,
)
from veerkracht_dagster.publicatie.inhoud import SLEUTEL, Inhoud
from veerkracht_dagster.publicatie.opgeteld import oordeel_opgeteld
from veerkracht_dagster.publicatie.release import Release, bestanden_in, klassentelling
from veerkracht_dagster.publicatie.uitgave import Uitgave

_Masker = np.ndarray[Any, Any]
_ORDE = ("laag", "peiljaar", SLEUTEL)


def oordeel_tabellen(uitgave: Uitgave, inhoud: Inhoud, cat: Catalogus) -> Iterator[str]:
    """One class per area, colours of the catalogue, no figure without a state that allows it."""
    yield from _ontbrekende_lagen(uitgave, cat)
    eerste = next(iter(inhoud.lagen.values()))
    for naam, laag in inhoud.lagen.items():
        cijfers = laag.cijfers
        codes = cijfers[SLEUTEL]
        yield from _melding(naam, "gebied staat er vaker dan een keer", _dubbel(codes), codes)
        if not codes.equals(eerste.cijfers[SLEUTEL]):
            anders = set(codes.to_pylist()) ^ set(eerste.cijfers[SLEUTEL].to_pylist())
            yield f"{naam}: andere gebieden dan de eerste laag: {_voorbeelden(sorted(anders))}"
        elif laag.vlakken is not eerste.vlakken:
            fout = _anders(laag.vlakken, eerste.vlakken)
            yield from _melding(naam, "ander vlak dan in de eerste laag", fout, codes)
        yield from _klassen_en_kleuren(naam, cijfers, cat)
        met_waarde = _in(cijfers["status"], MET_WAARDE)
        gevuld = _masker(cijfers["waarde"].is_valid())
        gemeten = _masker(pc.not_equal(cijfers["klasse"], cat.geen_meting.code))
        # The state is that of the class; a figure is shown wherever it is known.
        yield from _melding(naam, "een klasse zonder cijfer", met_waarde & ~gevuld, codes)
        yield from _melding(naam, "een klasse tegen de status in", gemeten != met_waarde, codes)
        yield from _omgezet(naam, uitgave.lagen[naam], cijfers)
    for naam, tabel in inhoud.indicatoren.items():
        yield from _cijfers_en_status(naam, tabel, len(uitgave.indicatoren[naam]))
    for naam, tabel in inhoud.overzichten.items():
        rijen = len(uitgave.overzichten[naam])
        if len(tabel) != rijen:
            yield f"{naam}: {len(tabel)} rijen na het omzetten naar Arrow, niet {rijen}"
    for jaar, tabel in inhoud.buurttabellen.items():
        rijen = len(uitgave.buurttabellen[jaar])
        yield from _cijfers_en_status(f"buurttabel {jaar}", tabel, rijen)
    for naam, tabel in inhoud.optellingen.items():
        yield from _cijfers_en_status(naam, tabel, len(uitgave.optellingen[naam]))
    yield from oordeel_opgeteld(inhoud, cat)


def _ontbrekende_lagen(uitgave: Uitgave, cat: Catalogus) -> Iterator[str]:
    bekend, gegeven = set(cat.kaartlagen), set(uitgave.lagen)
    mist, vreemd = bekend - gegeven, gegeven - bekend
    if mist or vreemd:
        yield f"lagen: ontbreekt {sorted(mist)}, onbekend {sorted(vreemd)}"


def _klassen_en_kleuren(naam: str, cijfers: pa.Table, cat: Catalogus) -> Iterator[str]:
    if naam not in cat.kaartlagen:
        return
    klassen, geen = cat.kaartlagen[naam].klassen, cat.geen_meting
    legenda = [(code, k.label, k.kleur) for code, k in klassen.items()]
    nummers, labels, kleuren = zip(*legenda, (geen.code, geen.label, None), strict=True)
    codes = cijfers[SLEUTEL]
    plaats = pc.index_in(cijfers["klasse"], pa.array(nummers, pa.int64()))
    onbekend = _masker(plaats.is_null())
    yield from _melding(naam, f"klasse niet een van {list(nummers)}", onbekend, codes)
    for kolom, juist in (("label", labels), ("kleur", kleuren)):
        anders = _anders(cijfers[kolom], pa.array(juist, pa.large_string()).take(plaats))
        yield from _melding(naam, f"{kolom} niet van de klasse in de catalogus", anders, codes)


def _omgezet(naam: str, tabel: pd.DataFrame, cijfers: pa.Table) -> Iterator[str]:
    """The converted layer against the table it was made of: its classes and unrounded values."""
    volgorde = np.argsort(tabel[SLEUTEL].to_numpy(dtype=object), kind="stable")
    for kolom in ("klasse", "waarde"):
        bron, omgezet = tabel[kolom].to_numpy()[volgorde], cijfers[kolom].to_numpy()
        if not np.array_equal(bron, omgezet, equal_nan=True):
            yield f"{naam}: {kolom} is bij het omzetten naar Arrow veranderd"


def _cijfers_en_status(naam: str, tabel: pa.Table, rijen: int) -> Iterator[str]:
    codes = tabel[SLEUTEL]
    if len(tabel) != rijen:
        yield f"{naam}: {len(tabel)} rijen na het omzetten naar Arrow, de tabel heeft er {rijen}"
    kolommen = dict(zip(tabel.column_names, tabel.columns, strict=True))
    for kolom, waarden in kolommen.items():
        status = kolommen.get(status_van(kolom))
        if status is None:
            continue
        waar = f"{naam}.{kolom}"
        yield from _melding(waar, "onbekende status", ~_in(status, STATUSSEN), codes)
        fout = _masker(waarden.is_valid()) != _in(status, MET_WAARDE)
        yield from _melding(waar, "een cijfer tegen de status in", fout, codes)


def oordeel_bestanden(uitgave: Uitgave, inhoud: Inhoud, map_klaar: Path) -> Iterator[str]:
    """Read the files back as a reader would: the map equals the table."""
    pad = map_klaar / geopackage_naam(uitgave.sleutel)
    if geopackage.lagen_in(pad) != set(inhoud.lagen):
        yield f"{pad.name}: lagen {sorted(geopackage.lagen_in(pad))}, niet {sorted(inhoud.lagen)}"
        return
    stijlen = geopackage.standaardstijlen(pad)
    for naam, laag in inhoud.lagen.items():
        tabel = uitgavelaag(laag, uitgave.editie.niveau)
        yield from _verschil(f"{pad.name}:{naam}", tabel, geopackage.lees_laag(pad, naam))
        yield from _verschil(f"{naam}.parquet", tabel, lees_parquet(map_klaar / f"{naam}.parquet"))
        if naam not in stijlen:
            yield f"{pad.name}: laag {naam} heeft geen stijl"
    for naam, tabel in losse_tabellen(inhoud).items():
        gelezen = lees_parquet(map_klaar / TABELMAP / f"{naam}.parquet")
        yield from _verschil(f"{TABELMAP}/{naam}.parquet", tabel, gelezen)
    for jaar, tabel in inhoud.buurttabellen.items():
        parquet, tekst = (map_klaar / f"buurttabel_{jaar}.{soort}" for soort in ("parquet", "csv"))
        yield from _verschil(parquet.name, tabel, lees_parquet(parquet))
        yield from _verschil(tekst.name, csv_tabel(tabel), lees_csv(tekst, tabel.schema))


def oordeel_warehouse(inhoud: Inhoud, verbinding: sa.Connection) -> Iterator[str]:
    """The rows of the edition, as this transaction sees them, are those of the tables."""
    for naam, rijen in inhoud.rijen.items():
        # Not kept under a name: the next table is read when this one is gone.
        yield from _verschil(
            f"warehouse {naam}", rijen, lees(verbinding, inhoud.tabellen[naam], inhoud.sleutel)
        )


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


def _verschil(waar: str, verwacht: pa.Table, gelezen: pa.Table) -> Iterator[str]:
    """Every column in which what was read differs from what was to be written."""
    if set(gelezen.column_names) != set(verwacht.column_names):
        een_kant = sorted(set(gelezen.column_names) ^ set(verwacht.column_names))
        yield f"{waar}: kolommen {een_kant} staan maar aan een van beide kanten"
        return
    if len(gelezen) != len(verwacht):
        yield f"{waar}: {len(gelezen)} rijen, de tabel heeft er {len(verwacht)}"
        return
    gelezen = gelezen.select(verwacht.column_names).cast(verwacht.schema)
    if gelezen.equals(verwacht):
        return
    namen = verwacht.column_names
    # All of a row tells it from another: a database gives rows in any order.
    sleutels = [naam for naam in namen if naam in _ORDE or naam.endswith("code")]
    volgorde = [*sleutels, *(naam for naam in namen if naam not in sleutels)]
    verwacht, gelezen = _geordend(verwacht, volgorde), _geordend(gelezen, volgorde)
    codes = verwacht[next((naam for naam in namen if naam.endswith("code")), namen[0])]
    for kolom in verwacht.column_names:
        anders = _anders(gelezen[kolom], verwacht[kolom])
        yield from _melding(waar, f"{kolom} is anders dan in de tabel", anders, codes)


def _geordend(tabel: pa.Table, sleutels: Sequence[str]) -> pa.Table:
    return tabel.sort_by([(sleutel, "ascending") for sleutel in sleutels])


def _dubbel(codes: pa.ChunkedArray) -> _Masker:
    """Rows that repeat the code of the row before; rows are by code."""
    uit = np.zeros(len(codes), dtype=bool)
    uit[1:] = _masker(pc.equal(codes.slice(1), codes.slice(0, max(len(codes) - 1, 0))))
    return uit


def _in(kolom: pa.ChunkedArray, waarden: Sequence[str]) -> _Masker:
    return _masker(pc.is_in(kolom, pa.array(waarden, kolom.type)))


def _anders(een: Any, ander: Any) -> _Masker:
    """Where two columns differ; two absent values are equal."""
    gelijk = _masker(pc.fill_null(pc.equal(een, ander), False))
    beide_leeg = _masker(pc.is_null(een)) & _masker(pc.is_null(ander))
    return ~(gelijk | beide_leeg)


def _masker(vlaggen: pa.Array | pa.ChunkedArray) -> _Masker:
    return (
        vlaggen.to_numpy(zero_copy_only=False)
        if isinstance(vlaggen, pa.Array)
        else (vlaggen.to_numpy())
    )


def _melding(waar: str, regel: str, fout: _Masker, codes: Any) -> Iterator[str]:
    """One failure for all rows that break a rule, with their number and the first three codes."""
    if fout.any():
        gevallen = codes.filter(pa.array(fout)).to_pylist()
        yield f"{waar}: {regel} ({len(gevallen)}x: {_voorbeelden(gevallen)})"


def _voorbeelden(codes: Iterable[Any]) -> str:
    codes = list(codes)
    return ", ".join(map(str, codes[:3])) + (", ..." if len(codes) > 3 else "")
