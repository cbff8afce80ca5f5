"""Where everything of one work folder lies: source files, snapshots, tables, releases, warehouse.

Here: the folders, from the environment or given. Not here: what is in them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.opslag.vingerafdrukken import Vingerafdrukken

WAREHOUSE = "VEERKRACHT_WAREHOUSE"  # the environment variable with the url of the warehouse
STANDAARD = Path(".veerkracht/werk/voorbeeld")


class InstantieFout(ValueError):
    """The settings of a Dagster instance name what is not there; the message says what to do."""


@dataclass(frozen=True)
class Werkmap:
    """The folders of one Dagster instance.

    pad: the work folder. bronnen: folder with the publishers' files (default: `bronnen` in it,
    where the sample is written). tabellen: folder or fsspec url of the tables between stages.
    warehouse: SQLAlchemy url of what is published.
    """

    pad: Path
    bronnen: Path
    tabellen: str
    warehouse: str = field(repr=False)  # may hold a password

    @classmethod
    def uit_omgeving(cls) -> Werkmap:
        """From VEERKRACHT_WERK, _BRONNEN, _TABELLEN and _WAREHOUSE."""
        pad = Path(os.environ.get("VEERKRACHT_WERK") or STANDAARD).absolute()
        bronnen = os.environ.get("VEERKRACHT_BRONNEN")
        return cls(
            pad=pad,
            bronnen=Path(bronnen).absolute() if bronnen else pad / "bronnen",
            tabellen=os.environ.get("VEERKRACHT_TABELLEN") or str(pad / "tabellen"),
            warehouse=os.environ.get(WAREHOUSE) or f"duckdb:///{pad / 'warehouse.duckdb'}",
        )

    @classmethod
    def in_map(cls, pad: Path, bronnen: Path | None = None) -> Werkmap:
        """All defaults, in `pad`."""
        return cls(
            pad, bronnen or pad / "bronnen", str(pad / "tabellen"),
            f"duckdb:///{pad / 'warehouse.duckdb'}",
        )  # fmt: skip

    @property
    def is_voorbeeld(self) -> bool:
        """Whether the source files are the sample's own."""
        return self.bronnen == self.pad / "bronnen"

    @property
    def uitgaven(self) -> Path:
        """Folder of the published releases."""
        return self.pad / "uitgaven"

    @property
    def dagster_home(self) -> Path:
        """Folder of the Dagster instance."""
        return Path(os.environ.get("DAGSTER_HOME") or self.pad / "dagster_home")

    @cached_property
    def snapshots(self) -> Snapshots:
        """The store of publishers' files."""
        return Snapshots(self.pad / "snapshots")

    @cached_property
    def vingerafdrukken(self) -> Vingerafdrukken:
        """The memory of file hashes."""
        return Vingerafdrukken(self.pad / "vingerafdrukken.json")
