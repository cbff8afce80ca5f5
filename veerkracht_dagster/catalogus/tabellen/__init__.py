"""Every table of the pipeline, derived from the catalogue: its columns, key and lineage.

Here: which columns a table has, their type, bounds, title, unit and what they are made of. One
`Tabel` feeds the Pandera schema, the Dagster metadata, the SQLAlchemy table and the dictionary.
A module per stage; `tabel.py` has their shape.
Not here: the checking itself (`schema.py`) or any values.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from veerkracht_dagster.catalogus.kolomherkomst import uit_van
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.tabellen.bronnen import brontabel
from veerkracht_dagster.catalogus.tabellen.buurttabel import buurttabel, gebieden, omzetting
from veerkracht_dagster.catalogus.tabellen.edities import (
    indicatortabel,
    kaartlaagtabel,
    overzichttabel,
    waarde_van_laag,
)
from veerkracht_dagster.catalogus.tabellen.tabel import (
    CODEPATROON,
    METHODEN_OMZETTING,
    VIERKANTPATROON,
    Tabel,
    Tabelkolom,
    Type,
)

__all__ = [
    "CODEPATROON",
    "METHODEN_OMZETTING",
    "VIERKANTPATROON",
    "Tabel",
    "Tabelkolom",
    "Type",
    "tabellen",
    "tabellen_van",
    "waarde_van_laag",
]


@cache
def tabellen() -> dict[str, Tabel]:
    """All tables of the project's catalogue by name, in pipeline order."""
    return _tabellen(catalogus())


def tabellen_van(cat: Catalogus) -> dict[str, Tabel]:
    """All tables of a catalogue by name, in pipeline order."""
    return tabellen() if cat is catalogus() else _tabellen(cat)


def _tabellen(cat: Catalogus) -> dict[str, Tabel]:
    alle = [brontabel(cat, bron) for bron in cat.bronnen]
    alle += [gebieden(), omzetting(), buurttabel(cat)]
    alle += [indicatortabel(cat, naam) for naam in cat.indicatoren]
    alle += [overzichttabel(cat, naam) for naam in cat.overzichten]
    alle += [kaartlaagtabel(cat, naam) for naam in cat.kaartlagen]
    return {tabel.naam: _met_herkomst(tabel, cat) for tabel in alle}


def _met_herkomst(tabel: Tabel, cat: Catalogus) -> Tabel:
    """The table with what every column is made of."""
    kolommen = (
        kolom if kolom.uit else replace(kolom, uit=uit_van(tabel.naam, kolom.naam, cat))
        for kolom in tabel.kolommen
    )
    return replace(tabel, kolommen=tuple(kolommen))
