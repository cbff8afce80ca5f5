"""What stands on what: every partition with those it is made of, by Dagster's own lineage graph.

Here: asking the graph once, and following it. Not here: what is refused (`resultaat.py`), or what
is done about it (`herbouwen.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from veerkracht_dagster.instantie.intern import AssetGraph

Paar = tuple[str, str]  # asset, partition


class Stamboom:
    """Which partitions stand on which. Asked of the graph when it is first needed."""

    def __init__(self, graaf: AssetGraph) -> None:
        self._graaf = graaf

    def ouders(self, paar: Paar) -> set[Paar]:
        """What a partition is directly made of, deliveries too."""
        gevonden = self._graaf.get_parents_partitions(dg.AssetKey(paar[0].split("/")), paar[1])
        return {
            (ouder.asset_key.to_user_string(), ouder.partition_key)
            for ouder in gevonden.parent_partitions
            if ouder.partition_key
        }

    def nodig_voor(self, paar: Paar) -> set[Paar]:
        """A partition and everything it stands on."""
        gezien, wacht = {paar}, deque([paar])
        while wacht:
            nieuw = self.ouders(wacht.popleft()) - gezien
            gezien |= nieuw
            wacht += nieuw
        return gezien

    def op(self, paren: Iterable[Paar]) -> dict[Paar, set[Paar]]:
        """Every partition that stands on one of `paren`, itself not included, and on which."""
        uit: dict[Paar, set[Paar]] = {}
        for paar in paren:
            gezien, wacht = {paar}, deque([paar])
            while wacht:
                nieuw = self._kinderen.get(wacht.popleft(), set()) - gezien
                gezien |= nieuw
                wacht += nieuw
            for kind in gezien - {paar}:
                uit.setdefault(kind, set()).add(paar)
        return uit

    @cached_property
    def _kinderen(self) -> dict[Paar, set[Paar]]:
        uit: dict[Paar, set[Paar]] = {}
        for sleutel in self._graaf.materializable_asset_keys:
            partities = self._graaf.get(sleutel).partitions_def
            assert partities is not None  # every asset of the project is partitioned
            for partitie in partities.get_partition_keys():
                kind = sleutel.to_user_string(), partitie
                for ouder in self.ouders(kind):
                    uit.setdefault(ouder, set()).add(kind)
        return uit
