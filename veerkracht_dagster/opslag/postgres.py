"""What a PostgreSQL gives a published table beside its rows: keys, and geometry where PostGIS is.

Here: a unique index per table by its key in the catalogue; `gebieden.geom`, real geometry that the
database makes of the WKB beside it, with an index; and view `kaarten`, that a GIS program opens by
itself. What is there stays, with the rights on it and the views built on it.
Not here: the tables themselves, and any other database (`warehouse.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from veerkracht_dagster.opslag.warehouse import SCHEMA, WarehouseFout, veilige_url

VIEW, GEOM = "kaarten", "geom"
EPSG = 28992
_SLOT = 20142020  # of ours among PostgreSQL's advisory locks: two publications may begin at once
_HEEFT_POSTGIS = sa.text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
_KOLOMMEN = sa.text(
    "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
    "WHERE attrelid = to_regclass(:naam) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
)
_GEOM_TYPE = f"geometry(MultiPolygon,{EPSG})"
_GEBIEDEN = f"{SCHEMA}.gebieden"
_ZONDER_NULL = (15,)  # from this version on, two empty parts of a key are the same


def wacht_op_beurt(verbinding: sa.Connection) -> None:
    """Until the end of this transaction, no other publication makes tables or indexes."""
    if _is_postgres(verbinding):
        verbinding.execute(sa.text("SELECT pg_advisory_xact_lock(:slot)"), {"slot": _SLOT})


def richt_in(verbinding: sa.Connection, sleutels: Mapping[str, Sequence[str]]) -> None:
    """Keys, geometry and the view, where they are not there yet; committed. Nothing is done in
    another database.

    Args:
        sleutels: per table the columns that identify a row.

    Raises:
        WarehouseFout: the view of an earlier version is there, and others are built on it.
    """
    if _is_postgres(verbinding):
        wacht_op_beurt(verbinding)
        for naam, kolommen in sleutels.items():
            verbinding.execute(sa.text(_index(naam, kolommen, _nulls(verbinding))))
        if verbinding.execute(_HEEFT_POSTGIS).first():
            _maak_geom(verbinding)
            _maak_kaarten(verbinding)
    verbinding.commit()


@contextmanager
def zegt_wanneer_het_wegvalt(verbinding: sa.Connection) -> Iterator[None]:
    """Say in a sentence that the server, or the road to it, went away in the middle.

    Raises:
        WarehouseFout: the connection was lost; the server undoes what was not committed.
    """
    if not _is_postgres(verbinding):
        yield
        return
    eigen = verbinding.dialect.loaded_dbapi.OperationalError  # of a COPY, as the driver raises it
    try:
        yield
    except (eigen, OperationalError) as fout:
        oorzaak = str(getattr(fout, "orig", None) or fout).strip().splitlines()[0]
        raise WarehouseFout(
            f"warehouse {veilige_url(str(verbinding.engine.url))}: de verbinding met de databank "
            f"viel weg ({oorzaak}); wat gepubliceerd was staat er nog. Kijk of de databank draait "
            "en draai opnieuw"
        ) from None


def _is_postgres(verbinding: sa.Connection) -> bool:
    return verbinding.dialect.name == "postgresql"


def _nulls(verbinding: sa.Connection) -> str:
    versie = verbinding.dialect.server_version_info or ()
    return "NULLS NOT DISTINCT" if tuple(versie) >= _ZONDER_NULL else ""


def _index(naam: str, kolommen: Iterable[str], nulls: str) -> str:
    # Names are the catalogue's own (`schema` holds them to letters, digits and _).
    velden = ", ".join(f'"{kolom}"' for kolom in kolommen)
    return (
        f'CREATE UNIQUE INDEX IF NOT EXISTS "{naam}_sleutel" ON {SCHEMA}."{naam}" ({velden}) '
        f"{nulls}"
    )


def _maak_geom(verbinding: sa.Connection) -> None:
    """The shape as geometry, kept by the database itself: it is never another than the WKB."""
    if GEOM not in dict(_kolommen(verbinding, _GEBIEDEN)):
        verbinding.execute(
            sa.text(
                f"ALTER TABLE {_GEBIEDEN} ADD COLUMN {GEOM} {_GEOM_TYPE} GENERATED ALWAYS AS "
                f"(ST_Multi(ST_GeomFromWKB(geometry, {EPSG}))) STORED"
            )
        )
    verbinding.execute(
        sa.text(f"CREATE INDEX IF NOT EXISTS gebieden_{GEOM} ON {_GEBIEDEN} USING gist ({GEOM})")
    )


def _maak_kaarten(verbinding: sa.Connection) -> None:
    """View `kaarten`: the rows of `kaartlagen` with `geom`. Columns that came later come last:
    PostgreSQL changes a view under those who use it in that way only.
    """
    er_is = _kolommen(verbinding, f"{SCHEMA}.{VIEW}")
    lagen = [naam for naam, _ in _kolommen(verbinding, f"{SCHEMA}.kaartlagen")]
    oud = [naam for naam, _ in er_is]
    velden = [*oud, *(naam for naam in [*lagen, GEOM] if naam not in oud)]
    if er_is and velden == oud and dict(er_is)[GEOM] == _GEOM_TYPE:
        return
    if er_is and dict(er_is)[GEOM] != _GEOM_TYPE:
        _verwijder_oude(verbinding)
        velden = [*lagen, GEOM]
    uit = ", ".join(f'{"gebieden" if v == GEOM else "kaartlagen"}."{v}"' for v in velden)
    verbinding.execute(
        sa.text(
            f"CREATE OR REPLACE VIEW {SCHEMA}.{VIEW} AS SELECT {uit} FROM {SCHEMA}.kaartlagen "
            f"JOIN {_GEBIEDEN} USING (editie, regiocode)"
        )
    )


def _verwijder_oude(verbinding: sa.Connection) -> None:
    """The view of before `geom` was a column: it cannot be changed in place."""
    try:
        verbinding.execute(sa.text(f"DROP VIEW {SCHEMA}.{VIEW}"))
    except DBAPIError as fout:
        raise WarehouseFout(
            f"warehouse: view {SCHEMA}.{VIEW} is van een vorige versie en andere views staan erop "
            f"({str(fout.orig).strip().splitlines()[0]}). Haal die eenmalig weg, publiceer, en "
            "maak ze opnieuw"
        ) from None


def _kolommen(verbinding: sa.Connection, naam: str) -> list[tuple[str, str]]:
    return [(kolom, soort) for kolom, soort in verbinding.execute(_KOLOMMEN, {"naam": naam})]
