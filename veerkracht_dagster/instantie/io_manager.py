"""Tables between the stages, kept by Dagster: one IO manager, one file per partition.

Here: where a table lies, writing it aside and moving it into place, which columns an asset reads.
Not here: the file itself (`opslag/tabellen.py`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import dagster as dg

from veerkracht_dagster.opslag.tabellen import (
    erbij_van,
    lees_onthouden,
    lees_tabel,
    open_tabel,
    schrijf_tabel,
)
from veerkracht_dagster.sporen.afkomst import Afkomst, Tabellen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from upath import UPath

# Large (nine million addresses a year), or needed of few of the years that are handed on: handed on
# as a dataset, of which whoever needs it reads what it needs.
LUI = frozenset({"cbs_adressen", "cbs_vierkanten"})
# Metadata of an asset input: the columns it reads, of a table that has many more.
KOLOMMEN = "veerkracht/kolommen"


class TabelIOManager(dg.UPathIOManager):
    """Keeps `{partition: table}` as `<asset>/<partition>.parquet`, and hands the same back.

    A table is a DataFrame, a GeoDataFrame, or (assets in `LUI`) an Arrow dataset. With one
    partition or many the shape is the same: `Tabellen`, by partition, each with where it is from
    beside it; in the file that stands in the metadata.
    """

    extension = ".parquet"

    def handle_output(self, context: dg.OutputContext, obj: Mapping[str, Any]) -> None:
        """Write every partition of the output."""
        paden = self._get_paths_for_partitions(context)
        afkomst = Tabellen.van(obj).afkomst
        for partitie, tabel in obj.items():
            self.make_directory(paden[partitie].parent)
            self.dump_to_path(context, (tabel, afkomst[partitie].als_json()), paden[partitie])
        map_ = self._map(paden)
        context.add_output_metadata(
            {"map": dg.MetadataValue.path(str(map_)), "dagster/uri": map_.as_uri()}
        )

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        """Write aside and move into place, so that a reader never sees half a table."""
        opzij = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            tabel, erbij = obj
            schrijf_tabel(tabel, opzij, erbij)
            opzij.rename(path)
        finally:
            opzij.unlink(missing_ok=True)

    def load_input(self, context: dg.InputContext) -> Tabellen:
        """Read the partitions that the mapping asks for."""
        paden = self._get_paths_for_partitions(context)
        lui = context.asset_key.path[-1] in LUI
        kolommen = (context.definition_metadata or {}).get(KOLOMMEN)
        tabellen, afkomst = {}, {}
        for partitie, pad in sorted(paden.items()):
            if lui:
                tabellen[partitie] = open_tabel(pad)
                erbij = erbij_van(tabellen[partitie].schema)
            else:
                tabellen[partitie], erbij = lees_onthouden(pad, kolommen)
            afkomst[partitie] = Afkomst.van_json(erbij)
        return Tabellen(tabellen, afkomst)

    def load_from_path(self, context: dg.InputContext, path: UPath) -> Any:
        """Read one table."""
        return lees_tabel(path)

    def _map(self, paden: Mapping[str, UPath]) -> UPath:
        return next(iter(paden.values())).parent
