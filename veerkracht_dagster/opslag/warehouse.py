"""The warehouse: a database of published tables, in DuckDB or PostgreSQL.

Here: SQLAlchemy tables made from catalogue columns, opening a warehouse by url, bulk loading and
reading back as Arrow.
Not here: which tables there are (`publicatie/tabellen.py`), or when they are filled
(`publicatie/publiceren.py`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from veerkracht_dagster.catalogus.tabellen import Tabelkolom

SCHEMA = "veerkracht"
BESTANDSNAAM = "warehouse.duckdb"
_RIJEN_PER_BLOK = 5_000
_PAUZE = 0.1  # seconds between two tries
# Ways to compress that DuckDB tries on every column when it closes: a third of the time of a
# publication to the warehouse, for a file that is an eighth smaller.
_TE_DUUR = "alp,alprd,chimp,patas,fsst,dict_fsst,roaring,zstd"
_BEZET = re.compile(r"Could not set lock(?:.*?Conflicting lock is held in (\S*) ?\(PID (\d+)\))?")

_SA_TYPES: dict[str, type[sa.types.TypeEngine]] = {
    "tekst": sa.Text,
    "heel": sa.BigInteger,
    "getal": sa.Double,
    "vlag": sa.Boolean,
    "geometrie": sa.LargeBinary,
}
ARROW_TYPES = {
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
    """One published table: its catalogue columns and its SQLAlchemy table."""

    naam: str
    kolommen: tuple[Tabelkolom, ...]
    sa_tabel: sa.Table

    @property
    def kolomnamen(self) -> list[str]:
        return [kolom.naam for kolom in self.kolommen]

    @property
    def schema(self) -> pa.Schema:
        """The columns as Arrow knows them."""
        return pa.schema([(kolom.naam, ARROW_TYPES[kolom.type]) for kolom in self.kolommen])


def standaard_url(map_warehouse: Path) -> str:
    """The url of the embedded warehouse in a folder: one DuckDB file."""
    return f"duckdb:///{(map_warehouse / BESTANDSNAAM).as_posix()}"


def veilige_url(url: str) -> str:
    """The url as it may be shown: the password hidden, wherever it stands."""
    try:
        doel = make_url(url)
    except ArgumentError:
        return "(onleesbare url)"
    return doel.update_query_dict(dict.fromkeys(_geheime_velden(doel), "***")).render_as_string()


def heeft_wachtwoord(url: str) -> bool:
    """Whether a url holds something that nobody else may read, or cannot be read at all."""
    try:
        return bool(_geheimen(make_url(url)))
    except ArgumentError:
        return True


def _geheime_velden(url: sa.URL) -> list[str]:
    """A driver may take a password as a setting behind the url too: `?password=`, `sslpassword`."""
    return [naam for naam in url.query if "pass" in naam.lower()]


def _geheimen(url: sa.URL) -> list[str]:
    velden = (url.query[naam] for naam in _geheime_velden(url))
    teksten = [tekst for veld in velden for tekst in ([veld] if isinstance(veld, str) else veld)]
    return [tekst for tekst in (url.password, *teksten) if tekst]


def warehousetabellen(
    beschrijving: Mapping[str, Sequence[Tabelkolom]],
) -> dict[str, Warehousetabel]:
    """SQLAlchemy tables of the described ones."""
    metadata = sa.MetaData(schema=SCHEMA)
    return {
        naam: Warehousetabel(naam, tuple(kolommen), sa.Table(naam, metadata, *map(_veld, kolommen)))
        for naam, kolommen in beschrijving.items()
    }


def _veld(kolom: Tabelkolom) -> sa.Column[Any]:
    # No primary keys: DuckDB refuses to delete and insert the same key in one transaction, and
    # that is what a publication does. Uniqueness is audited before it is committed.
    return sa.Column(kolom.naam, _SA_TYPES[kolom.type](), nullable=kolom.naam != "editie")


def bestaat(url: str) -> bool:
    """Whether there is a warehouse to open: an embedded one may not be made yet, or be gone."""
    doel = make_url(url)
    return doel.get_backend_name() != "duckdb" or Path(str(doel.database)).is_file()


def ontbreekt_in(verbinding: sa.Connection, tabellen: Mapping[str, Warehousetabel]) -> list[str]:
    """In words, the tables and columns that the catalogue describes and the warehouse lacks."""
    bestaand = _bestaande_kolommen(verbinding)
    aanwezig = {naam for naam, _ in bestaand}
    if not aanwezig & tabellen.keys():
        return ["alle tabellen"]
    return [f"tabel {naam}" for naam in tabellen if naam not in aanwezig] + [
        f"kolom {naam}.{kolom}"
        for naam, tabel in tabellen.items()
        for kolom in tabel.kolomnamen
        if naam in aanwezig and (naam, kolom) not in bestaand
    ]


@contextmanager
def warehouse(url: str, *, wacht: float = 0, alleen_lezen: bool = False) -> Iterator[sa.Connection]:
    """One connection to the warehouse, closed afterwards together with its engine.

    A DuckDB file belongs to this process while the connection is open; others may read along
    where it is opened to read only. `wacht`: how many seconds to wait for another process that
    has it.

    Raises:
        WarehouseFout: unknown driver, unreachable, or a DuckDB file another process has open.
    """
    motor = _motor(url, alleen_lezen=alleen_lezen)
    try:
        with _verbind(motor, url, time.monotonic() + wacht) as verbinding:
            if verbinding.dialect.name == "duckdb":
                # Loading hardly runs in parallel; waiting for each other costs threads more.
                verbinding.exec_driver_sql("SET threads = 1")
                verbinding.exec_driver_sql(f"SET disabled_compression_methods = '{_TE_DUUR}'")
                verbinding.commit()
            yield verbinding
    finally:
        motor.dispose()


def _motor(url: str, *, alleen_lezen: bool) -> sa.Engine:
    try:
        doel = make_url(url)
        if alleen_lezen and doel.get_backend_name() == "duckdb":
            opties = {"read_only": True}
            return sa.create_engine(doel, hide_parameters=True, connect_args=opties)
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


def _verbind(motor: sa.Engine, url: str, tot: float) -> sa.Connection:
    while True:
        try:
            return motor.connect()
        except DBAPIError as fout:
            oorzaak = str(fout.orig)
            bezet = _BEZET.search(oorzaak)
            if bezet is None or time.monotonic() >= tot:
                raise _waarom_niet(motor, url, oorzaak, bezet) from None
        time.sleep(_PAUZE)


def _waarom_niet(
    motor: sa.Engine, url: str, oorzaak: str, bezet: re.Match[str] | None
) -> WarehouseFout:
    if bezet:
        wie = f"proces {bezet[2]} ({bezet[1]})" if bezet[2] else "een ander proces"
        return WarehouseFout(
            f"warehouse {veilige_url(url)} is bezet: {wie} heeft het bestand open. Sluit dat "
            "programma (een duckdb-scherm, een notebook, een andere publicatie) en draai "
            "opnieuw; lezers kunnen `read_only=True` gebruiken als er niet gepubliceerd wordt"
        )
    for geheim in _geheimen(motor.url):
        oorzaak = oorzaak.replace(geheim, "***")
    return WarehouseFout(
        f"warehouse {veilige_url(url)} is niet te openen: {oorzaak.strip()}; kijk of de "
        "databank draait en of url en rechten kloppen"
    )


def maak_tabellen(verbinding: sa.Connection, tabellen: Mapping[str, Warehousetabel]) -> None:
    """Every table with every column of the catalogue, committed; nothing is done if all are there.

    Columns new in the catalogue are added, empty for older editions.

    Raises:
        WarehouseFout: a column is there with another type.
    """
    bestaand = _bestaande_kolommen(verbinding)
    aanwezig = {naam for naam, _ in bestaand}
    if not aanwezig:
        verbinding.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
    for naam, tabel in tabellen.items():
        if naam in aanwezig:
            _vul_kolommen_aan(verbinding, tabel, bestaand)
        else:
            tabel.sa_tabel.create(verbinding, checkfirst=False)
    verbinding.commit()


def _vul_kolommen_aan(
    verbinding: sa.Connection, tabel: Warehousetabel, bestaand: Mapping[tuple[str, str], str]
) -> None:
    for kolom in tabel.kolommen:
        gevonden = bestaand.get((tabel.naam, kolom.naam))
        if gevonden is None:
            _voeg_kolom_toe(verbinding, tabel.sa_tabel, kolom.naam)
        elif gevonden.upper() not in _SQL_NAMEN[kolom.type]:
            raise WarehouseFout(
                f"warehouse: tabel {SCHEMA}.{tabel.naam}, kolom {kolom.naam} is {gevonden}, de "
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


def naar_arrow(tabel: pd.DataFrame, kolommen: Iterable[Tabelkolom]) -> pa.Table:
    """A data frame as Arrow, in the catalogue's order and types, without its geometry.

    Raises:
        WarehouseFout: a column of the frame is not in the catalogue, or has another type.
    """
    kolommen = list(kolommen)
    vreemd = set(tabel.columns) - {kolom.naam for kolom in kolommen}
    if vreemd:
        raise WarehouseFout(
            f"kolommen {sorted(vreemd)} staan niet in de catalogus; voeg ze daar toe"
        )
    aanwezig = {str(naam): kolom.array for naam, kolom in tabel.items()}
    return pa.table(
        {
            kolom.naam: _arrow_kolom(aanwezig[kolom.naam], kolom)
            for kolom in kolommen
            if kolom.naam in aanwezig and kolom.type != "geometrie"
        }
    )


def _arrow_kolom(waarden: Any, kolom: Tabelkolom) -> pa.Array:
    if isinstance(waarden, pd.arrays.NumpyExtensionArray):
        waarden = waarden.to_numpy()  # ten times as fast as by way of pandas
    try:
        return pa.array(waarden, type=ARROW_TYPES[kolom.type], from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as fout:
        raise WarehouseFout(
            f"kolom {kolom.naam}: verwacht {kolom.type}, gevonden {waarden.dtype} ({fout})"
        ) from None


def laad(verbinding: sa.Connection, doel: Warehousetabel, rijen: pa.Table) -> int:
    """Append Arrow rows to a table, in the fastest way the database knows; returns the count."""
    if verbinding.dialect.name == "duckdb":
        _laad_duckdb(verbinding, doel, rijen)
    elif verbinding.dialect.driver == "psycopg":
        _laad_copy(verbinding, doel, rijen)
    else:
        for blok in rijen.to_batches(max_chunksize=_RIJEN_PER_BLOK):
            verbinding.execute(sa.insert(doel.sa_tabel), blok.to_pylist())
    return rijen.num_rows


def _laad_duckdb(verbinding: sa.Connection, doel: Warehousetabel, rijen: pa.Table) -> None:
    naam = "_aangeboden_rijen"
    duck = _duckdb_van(verbinding)
    duck.register(naam, rijen)
    try:
        # Text, not a SQLAlchemy expression: compiling one of 130 columns takes longer than loading.
        verbinding.execute(
            sa.text(f"INSERT INTO {_geciteerd(verbinding, doel)} BY NAME SELECT * FROM {naam}")
        )
    finally:
        duck.unregister(naam)


def _laad_copy(verbinding: sa.Connection, doel: Warehousetabel, rijen: pa.Table) -> None:
    namen = ", ".join(_quote(verbinding, naam) for naam in rijen.column_names)
    opdracht = f"COPY {_geciteerd(verbinding, doel)} ({namen}) FROM STDIN"
    cursor: Any = verbinding.connection.cursor()
    with cursor, cursor.copy(opdracht) as kopie:
        for blok in rijen.to_batches(max_chunksize=_RIJEN_PER_BLOK):
            for rij in zip(*(kolom.to_pylist() for kolom in blok.columns), strict=True):
                kopie.write_row(rij)


def lees(verbinding: sa.Connection, bron: Warehousetabel, editie: str) -> pa.Table:
    """The rows of an edition as Arrow, as this transaction sees them; in no given order.

    Raises:
        WarehouseFout: the table cannot be read.
    """
    try:
        return _lees(verbinding, bron, editie)
    except (DBAPIError, duckdb.Error) as fout:
        oorzaak = str(getattr(fout, "orig", None) or fout).strip().splitlines()[0]
        raise WarehouseFout(
            f"warehouse: tabel {SCHEMA}.{bron.naam} is niet te lezen ({oorzaak}). Is het bestand "
            "beschadigd, haal het dan weg: `veerkracht rebuild` publiceert opnieuw"
        ) from None


def _lees(verbinding: sa.Connection, bron: Warehousetabel, editie: str) -> pa.Table:
    if verbinding.dialect.name == "duckdb":
        namen = ", ".join(_quote(verbinding, naam) for naam in bron.kolomnamen)
        vraag = f"SELECT {namen} FROM {_geciteerd(verbinding, bron)} WHERE editie = ?"
        gelezen = _duckdb_van(verbinding).execute(vraag, [editie]).to_arrow_table()
        return gelezen.cast(bron.schema)
    velden = [bron.sa_tabel.c[naam] for naam in bron.kolomnamen]
    rijen = verbinding.execute(sa.select(*velden).where(bron.sa_tabel.c.editie == editie)).all()
    kolommen = zip(*rijen, strict=True) if rijen else ([] for _ in velden)
    return pa.table(list(map(list, kolommen)), schema=bron.schema)


def _duckdb_van(verbinding: sa.Connection) -> Any:
    duck = verbinding.connection.driver_connection
    assert duck is not None
    return duck


def _geciteerd(verbinding: sa.Connection, tabel: Warehousetabel) -> str:
    return verbinding.dialect.identifier_preparer.format_table(tabel.sa_tabel)


def _quote(verbinding: sa.Connection, naam: str) -> str:
    return verbinding.dialect.identifier_preparer.quote(naam)
