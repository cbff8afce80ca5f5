"""The one description of data: sources, columns, indicators, layers and editions.

Here: the YAML files, their models, and what is made from them (tables, schemas, dictionary).
Not here: any figure, any file of a publisher.
"""

from veerkracht_dagster.catalogus.fouten import CatalogusFout
from veerkracht_dagster.catalogus.laden import catalogus, lees_catalogus
from veerkracht_dagster.catalogus.models import Catalogus, Editie, Kaartlaag, Kolom
from veerkracht_dagster.catalogus.tabellen import Tabel, Tabelkolom, tabellen

__all__ = [
    "Catalogus",
    "CatalogusFout",
    "Editie",
    "Kaartlaag",
    "Kolom",
    "Tabel",
    "Tabelkolom",
    "catalogus",
    "lees_catalogus",
    "tabellen",
]
