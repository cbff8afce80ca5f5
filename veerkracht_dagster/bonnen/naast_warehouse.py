"""What the warehouse says of the figures of a receipt, beside the files that it was made from.

Here: which of those figures stand otherwise in the warehouse, or why that cannot be told.
Not here: the receipt (`bon.py`); every figure of a release (`audit.py`). An embedded warehouse is
opened as it is: SQLAlchemy and pandas would take longer to import than the receipt to make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from veerkracht_dagster.bonnen.knoop import Knoop
from veerkracht_dagster.bonnen.leestabel import als_sql, naam_in_sql
from veerkracht_dagster.tweede.gelijk import gelijk

SCHEMA = "veerkracht"
_INGEBED = "duckdb:///"
_Vraag = Callable[[str], list[tuple[Any, ...]]]


class NietVergeleken(RuntimeError):
    """The warehouse cannot be read; the message says why and what to do."""


def anders_in_warehouse(url: str, editie: str, release_id: str, bon: Knoop) -> list[str]:
    """In words, every figure of the receipt that the warehouse does not have so.

    Raises:
        NietVergeleken: it cannot be read.
    """
    with _open(url) as vraag:
        return list(_anders(vraag, editie, release_id, bon))


def _anders(vraag: _Vraag, editie: str, release_id: str, bon: Knoop) -> Iterator[str]:
    uitgave = vraag(_kies("releases", ["release_id"], {"editie": editie, "actueel": True}))
    if uitgave != [(release_id,)]:
        hun = uitgave[0][0] if uitgave else "geen"
        yield f"het warehouse houdt van {editie} uitgave {hun}, de bestanden zijn van {release_id}"
    per_rij: dict[tuple[str, tuple[tuple[str, Any], ...]], dict[str, Any]] = {}
    for knoop in bon.alle():
        if knoop.staat_in is not None:
            tabel, kolom, rij = knoop.staat_in
            per_rij.setdefault((tabel, tuple(rij.items())), {})[kolom] = knoop.gepubliceerd[0]
    for (tabel, sleutel), cijfers in per_rij.items():
        gevonden = vraag(_kies(tabel, list(cijfers), {"editie": editie, **dict(sleutel)}))
        plek = f"{tabel} {' '.join(str(x) for _, x in sleutel)}"
        if len(gevonden) != 1:
            yield f"{plek}: {len(gevonden)} rijen in het warehouse, een in de bestanden"
            continue
        for (kolom, moet), staat_er in zip(cijfers.items(), gevonden[0], strict=True):
            if not gelijk(staat_er, moet):
                yield f"{plek}: {kolom} is in het warehouse {staat_er}, in de bestanden {moet}"


@contextmanager
def _open(url: str) -> Iterator[_Vraag]:
    if url.startswith(_INGEBED):
        with _duckdb(Path(url.removeprefix(_INGEBED))) as vraag:
            yield vraag
        return
    import sqlalchemy as sa

    from veerkracht_dagster.opslag.warehouse import WarehouseFout, warehouse

    try:
        with warehouse(url, alleen_lezen=True) as verbinding:
            yield lambda tekst: [tuple(rij) for rij in verbinding.exec_driver_sql(tekst)]
    except (WarehouseFout, sa.exc.DBAPIError) as fout:
        raise NietVergeleken(str(fout)) from None


@contextmanager
def _duckdb(pad: Path) -> Iterator[_Vraag]:
    import duckdb

    if not pad.is_file():
        raise NietVergeleken(f"{pad} is er niet; `veerkracht rebuild` publiceert opnieuw")
    try:
        with duckdb.connect(str(pad), read_only=True, config={"threads": 1}) as verbinding:
            yield lambda tekst: verbinding.execute(tekst).fetchall()
    except duckdb.Error as fout:
        oorzaak = str(fout).splitlines()[0]
        raise NietVergeleken(
            f"{pad}: {oorzaak}; sluit het programma dat het open heeft, of herstel het met "
            "`veerkracht rebuild`"
        ) from None


def _kies(tabel: str, kolommen: Sequence[str], sleutel: Mapping[str, Any]) -> str:
    namen = ", ".join(map(naam_in_sql, kolommen))
    waar = " AND ".join(f"{naam_in_sql(kolom)} = {als_sql(x)}" for kolom, x in sleutel.items())
    return f"SELECT {namen} FROM {SCHEMA}.{naam_in_sql(tabel)} WHERE {waar}"
