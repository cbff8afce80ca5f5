"""The schema check of a table too big for pandas: the same rules, asked of DuckDB.

Here: the rules of a `Tabel` as SQL over an Arrow table, with the same outcome as `schema.py`.
Not here: which rules there are (`tabellen/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from veerkracht_dagster.catalogus.schema import KOLOMMEN_GEVAL, Uitslag, remedie
from veerkracht_dagster.catalogus.tabellen import Tabel, Tabelkolom, tabellen

_VOORBEELDEN = 20


def controleer_groot(naam: str, per_partitie: Mapping[str, pa.Table]) -> Uitslag:
    """Check Arrow tables against the rules of `naam`; of each broken rule the first 20 rows."""
    spec = tabellen()[naam]
    with duckdb.connect() as verbinding:
        delen = [_gevallen(verbinding, spec, p, tabel) for p, tabel in per_partitie.items()]
    alles = pd.concat([pd.DataFrame(columns=KOLOMMEN_GEVAL), *(d for d in delen if not d.empty)])
    return Uitslag(naam, alles, "" if alles.empty else remedie(naam))


def _gevallen(
    verbinding: duckdb.DuckDBPyConnection, spec: Tabel, partitie: str, tabel: pa.Table
) -> pd.DataFrame:
    if tabel.column_names != spec.kolomnamen:
        gevonden = ", ".join(tabel.column_names)
        regel = f"de kolommen {', '.join(spec.kolomnamen)}"
        return pd.DataFrame([(partitie, "", regel, "", gevonden)], columns=KOLOMMEN_GEVAL)
    rijen: list[tuple[Any, ...]] = []
    verbinding.register("tabel", tabel)
    for kolom, regel, breekt in _gebroken(verbinding, list(_regels(spec))):
        vraag = (
            f'select "{spec.sleutel[0]}"::varchar, "{kolom}"::varchar from tabel '
            f"where {breekt} limit {_VOORBEELDEN}"
        )
        rijen += [(partitie, kolom, regel, *rij) for rij in verbinding.sql(vraag).fetchall()]
    if _alle_verschillend([tabel.column(naam) for naam in spec.sleutel]):
        return pd.DataFrame(rijen, columns=KOLOMMEN_GEVAL)
    sleutel = ", ".join(f'"{naam}"' for naam in spec.sleutel)
    dubbel = (
        f"select concat_ws(' ', {sleutel}), count(*)::varchar || ' keer' from tabel "
        f"group by {sleutel} having count(*) > 1 limit {_VOORBEELDEN}"
    )
    regel = f"sleutel {' + '.join(spec.sleutel)} is uniek"
    rijen += [(partitie, spec.sleutel[-1], regel, *r) for r in verbinding.sql(dubbel).fetchall()]
    return pd.DataFrame(rijen, columns=KOLOMMEN_GEVAL)


def _alle_verschillend(kolommen: Sequence[pa.ChunkedArray]) -> bool:
    """Whether surely no two rows have the same key: one number per row, sorted.

    A third of the time and memory of the groups that name the doubles; False when it cannot tell.
    """
    sleutel, mogelijk = np.zeros(len(kolommen[0]), np.int64), 1
    for kolom in kolommen:
        if not pa.types.is_dictionary(kolom.type):
            kolom = kolom.dictionary_encode()
        geheel = kolom.unify_dictionaries().combine_chunks()
        if not isinstance(geheel, pa.DictionaryArray) or geheel.null_count:
            return False
        waarden = geheel.dictionary
        mogelijk *= len(waarden)
        if mogelijk >= 2**63 or len(waarden.unique()) != len(waarden):
            return False
        sleutel *= len(waarden)
        sleutel += geheel.indices.to_numpy()
    sleutel.sort()
    return not (sleutel[1:] == sleutel[:-1]).any()


def _gebroken(
    verbinding: duckdb.DuckDBPyConnection, regels: list[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    """The rules that some row breaks: all looked at in one pass over the table."""
    tellingen = ", ".join(f"count(*) filter (where {breekt})" for _, _, breekt in regels)
    aantallen = verbinding.sql(f"select {tellingen} from tabel").fetchone() or ()
    return [regel for regel, aantal in zip(regels, aantallen, strict=True) if aantal]


def _regels(spec: Tabel) -> Iterator[tuple[str, str, str]]:
    """(column, rule, SQL that is true where it is broken). Names and rules are the catalogue's."""
    for kolom in spec.kolommen:
        naam = f'"{kolom.naam}"'
        if not kolom.leeg_mag:
            yield kolom.naam, "niet leeg", f"{naam} is null"
        if kolom.patroon is not None:
            yield (
                kolom.naam,
                f"van de vorm {kolom.patroon}",
                f"not regexp_matches({naam}, '{kolom.patroon}')",
            )
        yield from _getalregels(kolom, naam)


def _getalregels(kolom: Tabelkolom, naam: str) -> Iterator[tuple[str, str, str]]:
    if kolom.minimum is not None:
        yield kolom.naam, f"ten minste {kolom.minimum:g}", f"{naam} < {kolom.minimum}"
    if kolom.maximum is not None:
        yield kolom.naam, f"ten hoogste {kolom.maximum:g}", f"{naam} > {kolom.maximum}"
