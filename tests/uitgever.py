"""The sample publisher for tests: a small country over real HTTP, and impatient clients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.werk import GROOTTE
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.ophalen.wegen import Ophaler, verbinding_van
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.voorbeeldland import Land, maak_land
from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever, aanbod_van_land

JAREN = (2017, 2020, 2024)
# A test waits for nothing: a server that says nothing for a second says nothing.
ONGEDULDIG = Instellingen(aan=True, pogingen=4, eerste_wacht=0.002, langste_wacht=0.01, lezen=0.5)


@cache
def land() -> Land:
    """The smallest country, in three years."""
    return maak_land(GROOTTE, jaren=JAREN)


def aanbod(map_: Path, jaren: tuple[int, ...] = JAREN, *, naief: bool = True) -> Aanbod:
    """Everything of the country, its files kept in `map_`; in the naive forms, or the real ones."""
    return aanbod_van_land(land(), map_, jaren, naief=naief)


def instellingen(uitgever: Uitgever) -> Instellingen:
    """To fetch from this publisher."""
    return replace(ONGEDULDIG, adressen={"*": uitgever.url})


@contextmanager
def ophaler(uitgever: Uitgever, map_: Path) -> Iterator[Ophaler]:
    """Fetches from this publisher into a store in `map_`."""
    with verbinding_van(instellingen(uitgever), catalogus()) as verbinding:
        yield Ophaler(Snapshots(map_ / "snapshots"), verbinding)
