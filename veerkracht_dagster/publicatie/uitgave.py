"""What is to be published of one edition.

Here: the tables and their provenance as they come from the stages before.
Not here: the form in which they are published (`inhoud.py`) or anything done with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from veerkracht_dagster.catalogus.models import Editie


@dataclass(frozen=True)
class Uitgave:
    """An edition's tables and where they came from.

    `lagen`, `indicatoren`, `overzichten`: by key; `buurttabellen`: by peiljaar. `kaarten` are the
    cards of the sources' snapshots, `controles` the results of the checks, `versies` of code and
    data.
    """

    sleutel: str
    editie: Editie
    lagen: Mapping[str, gpd.GeoDataFrame]
    indicatoren: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    overzichten: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    buurttabellen: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    kaarten: Sequence[Mapping[str, Any]] = ()
    controles: Sequence[Mapping[str, Any]] = ()
    versies: Mapping[str, Any] = field(default_factory=dict)
    git: Mapping[str, Any] | None = None
