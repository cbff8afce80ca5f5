"""The warehouse: a database of published tables, in DuckDB or PostgreSQL.

Here: SQLAlchemy tables made from catalogue columns, opening a warehouse by url, bulk loading.
Not here: which tables there are (`publicatie/tabellen.py`), or when they are filled
(`publicatie/publiceren.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from veerkracht_dagster.catalogus.tabellen import Tabelkolom

SCHEMA = "veerkracht"
_KLAAR = "klaar_"
BESTANDSNAAM = "warehouse.duckdb"
_RIJEN_PER_BLOK = 5_000

_SA_TYPES: dict[str, type[sa.types.TypeEngine]] = {
    "tekst": sa.Text,
    "heel": sa.BigInteger,
    "getal": sa.Double,
    "vlag": sa.Boolean,
    "geometrie": sa.LargeBinary,
}
_ARROW_TYPES = {
    "tekst": pa.large_string(),
    "heel": pa.int64(),
    "getal": pa.float64(),
    "vlag": pa.bool_(),
    "geometrie": pa.large_binary(),
}
_SQL_NAMEN = {
    "tekst": ("VARCHAR", "TEXT"),
    "heel": ("BIGINT",),
    "getal": ("DOUBLE", "DOUBLE PRECISION"),
    "vlag": ("BOOLEAN",),
    "geometrie": ("BLOB", "BYTEA"),
}


class WarehouseFout(RuntimeError):
    """The warehouse cannot be used; the message says which, why and what to do. No secrets."""


@dataclass(frozen=True)
class Warehousetabel:
    """One published table: its catalogue columns and its SQLAlchemy tables, live and staged."""

    naam: str
    kolommen: tuple[Tabelkolom, ...]
    live: sa.Table
    klaar: sa.Table

    @property
    def kolomnamen(self) -> list[str]:
        return [kolom.naam for kolom in self.kolommen]


def standaard_url(map_warehouse: Path) -> str:
    """The url of the embedded warehouse in a folder: one DuckDB file."""
    return f"duckdb:///{(map_warehouse / BESTANDSNAAM).as_posix()}"


def veilige_url(url: str) -> str:
    """The url as it may be shown: the password hidden."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(onleesbare url)"


def warehousetabellen(
    beschrijving: Mapping[str, Sequence[Tabelkolom]],
) -> dict[str, Warehousetabel]:
    """SQLAlchemy tables of the described ones, each live and staged.

    Staging tables are temporary: only this connection sees them, and they are gone with it, also
    when the process is killed.
    """
    live, klaar = sa.MetaData(schema=SCHEMA), sa.MetaData()
    return {
        naam: Warehousetabel(
            naam,
            tuple(kolommen),
            sa.Table(naam, live, *_velden(kolommen)),
            sa.Table(f"{_KLAAR}{naam}", klaar, *_velden(kolommen), prefixes=["TEMPORARY"]),
        )
        for naam, kolommen in beschrijving.items()
    }


def _velden(kolommen: Iterable[Tabelkolom]) -> list[sa.Column[Any]]:
    # No primary keys: DuckDB refuses to delete and insert the same key in one transaction, and
    # that is what a swap does. Uniqueness is audited before anything is swapped in.
    return [
        sa.Column(kolom.naam, _SA_TYPES[kolom.type](), nullable=kolom.naam != "editie")
        for kolom in kolommen
    ]


@contextmanager
def warehouse(url: str) -> Iterator[sa.Connection]:
    """One connection to the warehouse, closed afterwards together with its engine.

    A DuckDB file belongs to this process while the connection is open.

    Raises:
        WarehouseFout: unknown driver, unreachable, or a DuckDB file another process has open.
    """
    motor = _motor(url)
    try:
        with _verbind(motor, url) as verbinding:
            yield verbinding
    finally:
        motor.dispose()


def _motor(url: str) -> sa.Engine:
    try:
        doel = make_url(url)
        if doel.get_backend_name() == "duckdb" and doel.database not in (None, "", ":memory:"):
            Path(str(doel.database)).parent.mkdir(parents=True, exist_ok=True)
        return sa.create_engine(doel, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as fout:
        raise WarehouseFout(
            f"warehouse {veilige_url(url)}: deze url is niet te openen "
            f"({type(fout).__name__}); verwacht bijvoorbeeld duckdb:///map/{BESTANDSNAAM} of "
            "postgresql+psycopg://gebruiker:wachtwoord@host/database, met het stuurprogramma "
            "van die databank geïnstalleerd"
        ) from None


def _verbind(motor: sa.Engine, url: str) -> sa.Connection:
    try:
        return motor.connect()
    except DBAPIError as fout:
        oorzaak = str(fout.orig)
        bezet = re.search(r"Conflicting lock is held in (\S*) ?\(PID (\d+)\)", oorzaak)
        if bezet or "Could not set lock" in oorzaak:
            wie = f"proces {bezet[2]} ({bezet[1]})" if bezet else "een ander proces"
            raise WarehouseFout(
                f"warehouse {veilige_url(url)} is bezet: {wie} heeft het bestand open. Sluit dat "
                "programma (een duckdb-scherm, een notebook, een andere publicatie) en draai "
                "opnieuw; lezers kunnen `read_only=True` gebruiken als er niet gepubliceerd wordt"
            ) from None
        wachtwoord = motor.url.password
        if wachtwoord:
            oorzaak = oorzaak.replace(str(wachtwoord), "***")
        raise WarehouseFout(
            f"warehouse {veilige_url(url)} is niet te openen: {oorzaak.strip()}; kijk of de "
            "databank draait en of url en rechten kloppen"
        ) from None


def maak_klaar(verbinding: sa.Connection, tabellen: Mapping[str, Warehousetabel]) -> None:
    """Empty staging tables, and live tables that have every column of the catalogue."""
    verbinding.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
    for tabel in tabellen.values():
        tabel.live.create(verbinding, checkfirst=True)
        tabel.klaar.create(verbinding, checkfirst=False)
    _vul_kolommen_aan(verbinding, tabellen)


def _vul_kolommen_aan(verbinding: sa.Connection, tabellen: Mapping[str, Warehousetabel]) -> None:
    """Columns new in the catalogue are added (empty for older editions); a new type is refused."""
    bestaand = _bestaande_kolommen(verbinding)
    for naam, tabel in tabellen.items():
        for kolom in tabel.kolommen:
            gevonden = bestaand.get((naam, kolom.naam))
            if gevonden is None:
                _voeg_kolom_toe(verbinding, tabel.live, kolom.naam)
            elif gevonden.upper() not in _SQL_NAMEN[kolom.type]:
                raise WarehouseFout(
                    f"warehouse: tabel {SCHEMA}.{naam}, kolom {kolom.naam} is {gevonden}, de "
                    f"catalogus zegt {kolom.type}. Begin een nieuw warehouse of hernoem de kolom "
                    "in de catalogus; publiceer daarna elke editie opnieuw"
                )


def _bestaande_kolommen(verbinding: sa.Connection) -> dict[tuple[str, str], str]:
    vraag = sa.text(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = :schema"
    )
    rijen = verbinding.execute(vraag, {"schema": SCHEMA})
    return {(tabel, kolom): soort for tabel, kolom, soort in rijen}


def _voeg_kolom_toe(verbinding: sa.Connection, tabel: sa.Table, naam: str) -> None:
    schrijf = verbinding.dialect.identifier_preparer
    veld = tabel.c[naam]
    soort = veld.type.compile(dialect=verbinding.dialect)
    verbinding.execute(
        sa.DDL(
            f"ALTER TABLE {schrijf.format_table(tabel)} ADD COLUMN {schrijf.quote(naam)} {soort}"
        )
    )


def naar_arrow(
    tabel: pd.DataFrame, kolommen: Iterable[Tabelkolom], vast: dict[str, object]
) -> pa.Table:
    """A data frame as Arrow in the catalogue's types; geometry as WKB, absent columns empty.

    `vast` gives the columns that hold one value throughout (editie, laag, peiljaar).

    Raises:
        WarehouseFout: a column of the frame is not in the catalogue, or has another type.
    """
    kolommen = list(kolommen)
    vreemd = set(tabel.columns) - {kolom.naam for kolom in kolommen}
    if vreemd:
        raise WarehouseFout(
            f"kolommen {sorted(vreemd)} staan niet in de catalogus; voeg ze daar toe"
        )
    velden = {kolom.naam: _arrow_kolom(tabel, kolom, vast) for kolom in kolommen}
    return pa.table(velden)


def _arrow_kolom(tabel: pd.DataFrame, kolom: Tabelkolom, vast: dict[str, object]) -> pa.Array:
    soort = _ARROW_TYPES[kolom.type]
    if kolom.naam in vast:
        return pa.repeat(pa.scalar(vast[kolom.naam], type=soort), len(tabel))
    if kolom.naam not in tabel.columns:
        return pa.nulls(len(tabel), type=soort)
    if kolom.type == "geometrie":
        vlakken = gpd.GeoSeries(tabel[kolom.naam])
        return pa.array(vlakken.to_wkb(), type=soort, from_pandas=True)
    try:
        return pa.array(tabel[kolom.naam], type=soort, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as fout:
        gevonden = tabel[kolom.naam].dtype
        raise WarehouseFout(
            f"kolom {kolom.naam}: verwacht {kolom.type}, gevonden {gevonden} ({fout})"
        ) from None


def laad(verbinding: sa.Connection, doel: sa.Table, rijen: pa.Table) -> int:
    """Append Arrow rows to a table, in the fastest way the database knows; returns the count."""
    if verbinding.dialect.name == "duckdb":
        _laad_duckdb(verbinding, doel, rijen)
    elif verbinding.dialect.driver == "psycopg":
        _laad_copy(verbinding, doel, rijen)
    else:
        for blok in rijen.to_batches(max_chunksize=_RIJEN_PER_BLOK):
            verbinding.execute(sa.insert(doel), blok.to_pylist())
    return rijen.num_rows


def _laad_duckdb(verbinding: sa.Connection, doel: sa.Table, rijen: pa.Table) -> None:
    bron = sa.table("_aangeboden_rijen", *(sa.column(naam) for naam in rijen.column_names))
    duck = verbinding.connection.driver_connection
    assert duck is not None
    duck.register(bron.name, rijen)
    try:
        verbinding.execute(
            sa.insert(doel).from_select(list(rijen.column_names), sa.select(*bron.columns))
        )
    finally:
        duck.unregister(bron.name)


def _laad_copy(verbinding: sa.Connection, doel: sa.Table, rijen: pa.Table) -> None:
    schrijf = verbinding.dialect.identifier_preparer
    namen = ", ".join(schrijf.quote(naam) for naam in rijen.column_names)
    opdracht = f"COPY {schrijf.format_table(doel)} ({namen}) FROM STDIN"
    cursor: Any = verbinding.connection.cursor()
    with cursor, cursor.copy(opdracht) as kopie:
        for blok in rijen.to_batches(max_chunksize=_RIJEN_PER_BLOK):
            for rij in zip(*(kolom.to_pylist() for kolom in blok.columns), strict=True):
                kopie.write_row(rij)
