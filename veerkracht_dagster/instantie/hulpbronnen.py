"""Dagster resources of the project.

Here: the work folder as a resource. Not here: what is done with it.
"""

import dagster as dg

from veerkracht_dagster.instantie.achtergebleven import meld_proces
from veerkracht_dagster.werkmap import Werkmap


class Werkplaats(dg.ConfigurableResource):
    """The work folder of this instance; empty fields come from the environment."""

    werk: str = ""
    bronnen: str = ""
    tabellen: str = ""
    warehouse: str = ""

    @classmethod
    def van(cls, werkmap: Werkmap) -> "Werkplaats":
        """The resource for a given work folder."""
        return cls(
            werk=str(werkmap.pad),
            bronnen=str(werkmap.bronnen),
            tabellen=werkmap.tabellen,
            warehouse=werkmap.warehouse,
        )

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """A run tells in which process it is, wherever that was started."""
        meld_proces(context.instance, context.run)

    @property
    def werkmap(self) -> Werkmap:
        """The folders."""
        from pathlib import Path

        return Werkmap(Path(self.werk), Path(self.bronnen), self.tabellen, self.warehouse)
