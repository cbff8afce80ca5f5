"""Dagster resources of the project.

Here: the work folder as a resource. Not here: what is done with it.
"""

import os
from pathlib import Path

import dagster as dg

from veerkracht_dagster.instantie.achtergebleven import meld_proces
from veerkracht_dagster.opslag.warehouse import heeft_wachtwoord
from veerkracht_dagster.werkmap import WAREHOUSE, Werkmap


class Werkplaats(dg.ConfigurableResource):
    """The work folder of this instance.

    Dagster shows what a resource is configured with: a url with a password is there by the name of
    the environment variable that holds it.
    """

    werk: str = ""
    bronnen: str = ""
    tabellen: str = ""
    warehouse: str = ""

    @classmethod
    def van(cls, werkmap: Werkmap) -> "Werkplaats":
        """The resource for a given work folder.

        Raises:
            ValueError: the warehouse's url has a password, and is not in the environment.
        """
        warehouse = werkmap.warehouse
        if heeft_wachtwoord(warehouse):
            if os.environ.get(WAREHOUSE) != warehouse:
                raise ValueError(
                    f"een url met een wachtwoord hoort in de omgeving: zet haar in {WAREHOUSE}"
                )
            warehouse = dg.EnvVar(WAREHOUSE)
        return cls(
            werk=str(werkmap.pad),
            bronnen=str(werkmap.bronnen),
            tabellen=werkmap.tabellen,
            warehouse=warehouse,
        )

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """A run tells in which process it is, wherever that was started."""
        meld_proces(context.instance, context.run)

    @property
    def werkmap(self) -> Werkmap:
        """The folders."""
        warehouse = self.warehouse
        if isinstance(warehouse, dg.EnvVar):  # outside a run nobody has looked it up
            warehouse = str(warehouse.get_value())
        return Werkmap(Path(self.werk), Path(self.bronnen), self.tabellen, warehouse)
