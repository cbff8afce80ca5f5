"""What breaks the schema of a source table, said of the publisher's file it was read from.

Here: outcomes of the schema check as refusals with file, column and row.
Not here: the schema (`catalogus/schema.py`); what a dialect refuses while reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
import pyarrow as pa

from veerkracht_dagster.bronnen.fouten import Probleem
from veerkracht_dagster.catalogus.schema import Uitslag
from veerkracht_dagster.catalogus.tabellen import tabellen
from veerkracht_dagster.sporen.afkomst import Afkomst
from veerkracht_dagster.sporen.vindplek import Vindplek, Vindplekken


def schemafouten(
    uitslag: Uitslag,
    per_partitie: Mapping[str, pd.DataFrame | pa.Table],
    afkomst: Mapping[str, Afkomst],
) -> list[Probleem]:
    """Every failure of the schema check of a source, in its place in the publisher's file."""
    return list(_schemafouten(uitslag, per_partitie, afkomst))


def _schemafouten(
    uitslag: Uitslag,
    per_partitie: Mapping[str, pd.DataFrame | pa.Table],
    afkomst: Mapping[str, Afkomst],
) -> Iterator[Probleem]:
    sleutel = tabellen()[uitslag.tabel].sleutel
    for partitie, gevallen in uitslag.gevallen.groupby("partitie", sort=False):
        tabel = per_partitie.get(str(partitie))  # of some rules no row is to blame
        # The key that a case is named by: `catalogus/schema.py`, `catalogus/schema_groot.py`.
        naam = sleutel[0 if isinstance(tabel, pa.Table) else -1]
        plekken = None if tabel is None else Vindplekken(tabel, afkomst[str(partitie)], naam)
        for geval in gevallen.itertuples():
            code = geval.rij if isinstance(geval.rij, str) and geval.rij else None
            kolom = str(geval.kolom)
            plek = plekken.van(code, kolom) if plekken else Vindplek(None, kolom, None)
            yield Probleem(
                gevonden=_tekst(geval.gevonden),
                verwacht=f"{geval.kolom}: {geval.regel}",
                remedie=uitslag.remedie[:1].lower() + uitslag.remedie[1:].rstrip("."),
                bestand=plek.bestand,
                kolom=plek.kolom,
                rij=plek.rij,
                code=code,
            )


def _tekst(gevonden: object) -> str:
    return f"{gevonden:.15g}" if isinstance(gevonden, float) else str(gevonden)
