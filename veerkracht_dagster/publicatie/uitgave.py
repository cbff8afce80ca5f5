"""What is to be published of one edition.

Here: the tables and their provenance as they come from the stages before.
Not here: the form in which they are published (`inhoud.py`) or anything done with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from veerkracht_dagster.catalogus.models import Editie
from veerkracht_dagster.tweede.ruilen import Veranderd, Verklaring
from veerkracht_dagster.tweede.vergelijken import Telling

if TYPE_CHECKING:
    from veerkracht_dagster.kaartlagen.leengrenzen import Tekengrond
    from veerkracht_dagster.publicatie.inhoud import Inhoud
    from veerkracht_dagster.publicatie.release import Release


def onverklaard(_map: Path, _vorige: Release, _veranderd: Veranderd) -> Verklaring:
    """For tables that were made of nothing: there is no why."""
    return Verklaring()


@dataclass(frozen=True)
class Aanleiding:
    """What a release came about by: `door` whom, `reden` why, in which `run`.

    verdwenen: why what stood in the release before may be gone from this one, as a person said;
    empty: nobody did.
    """

    door: str = ""
    reden: str = ""
    run: str = ""
    verdwenen: str = ""


@dataclass(frozen=True)
class Uitgave:
    """An edition's tables and where they came from.

    `lagen`, `indicatoren`, `overzichten`: by key; `buurttabellen`: by peiljaar; `optellingen`: what
    these are of wijken and gemeenten (`buurttabel/optelling.py`), all years. `kaarten` are the
    cards of the sources' snapshots, `controles` the results of the checks, `versies` of code and
    data. `omzettingen`: crosswalk per year of areas; `leveringen`: per peiljaar and source the
    files, by which `herrekening` computes every figure of the staged tables a second time and
    says what does not follow from the raw files (`tweede/poort.py`); `telling` is how many cells it
    compared, once it did. `verklaar` finds why
    figures differ from those of the release before, whose folder it gets. `grondslag`: per year and
    source the files that the crosswalks stand on, by which the audit makes them a second time.
    `halve_kaarten`: years of which the map is of a part (`halve_kaarten.py`).
    `grond`: what pictures are drawn on, where that is not the layers' own ground.
    """

    sleutel: str
    editie: Editie
    lagen: Mapping[str, gpd.GeoDataFrame]
    herrekening: Callable[[Inhoud], Iterable[str]]
    indicatoren: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    overzichten: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    buurttabellen: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    optellingen: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    kaarten: Sequence[Mapping[str, Any]] = ()
    controles: Sequence[Mapping[str, Any]] = ()
    versies: Mapping[str, Any] = field(default_factory=dict)
    git: Mapping[str, Any] | None = None
    omzettingen: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    leveringen: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    grondslag: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    verklaar: Callable[[Path, Release, Veranderd], Verklaring] = onverklaard
    halve_kaarten: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    grond: Tekengrond | None = None
    aanleiding: Aanleiding = field(default_factory=Aanleiding)
    telling: Telling = field(default_factory=Telling)
