"""The published layers as real geometry, where the warehouse is a PostgreSQL with PostGIS.

Here: one view that a GIS program opens by itself. Not here: the tables below it (`warehouse.py`).
"""

from __future__ import annotations

import sqlalchemy as sa

from veerkracht_dagster.opslag.warehouse import SCHEMA

VIEW = "kaarten"
_EPSG = 28992
_HEEFT_POSTGIS = sa.text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
_MAAK = f"""
CREATE VIEW {SCHEMA}.{VIEW} AS
SELECT kaartlagen.*,
       ST_GeomFromWKB(gebieden.geometry, {_EPSG})::geometry(Geometry, {_EPSG}) AS geom
FROM {SCHEMA}.kaartlagen JOIN {SCHEMA}.gebieden USING (editie, regiocode)
"""


def maak_kaarten(verbinding: sa.Connection) -> None:
    """View `kaarten`: the rows of `kaartlagen` with `geom`, in EPSG:28992; committed.

    Made anew each time, since a view does not see columns that came later. Nothing is done in
    another database, or without the extension.
    """
    if verbinding.dialect.name == "postgresql" and verbinding.execute(_HEEFT_POSTGIS).first():
        verbinding.execute(sa.text(f"DROP VIEW IF EXISTS {SCHEMA}.{VIEW}"))
        verbinding.execute(sa.text(_MAAK))
    verbinding.commit()
