"""The division of the ground: which atoms form a buurt, and the codes and names of a year.

Here: `Toestand` (the division while it is being changed), `Indeling` (the division of one year),
and the first division. Not here: how it changes between years (`wijzigingen`), geometry of
buurten (`land`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from veerkracht_dagster.voorbeeldland.aaneensluiten import sluit_aaneen
from veerkracht_dagster.voorbeeldland.grootte import Grootte, stroom
from veerkracht_dagster.voorbeeldland.namen import delen, plaatsnamen
from veerkracht_dagster.voorbeeldland.raster import (
    FloatArray,
    IntArray,
    Raster,
    maak_raster,
    som_per,
)

KOLOMMEN = (
    "buurtcode",
    "buurtnaam",
    "wijkcode",
    "wijknaam",
    "gemeentecode",
    "gemeentenaam",
    "indelingswijziging",
)
ATOMEN_PER_BUURT = (3, 4, 4, 5, 6)
EERSTE_GEMEENTE = 101  # the gemeente of one buurt


@dataclass
class Wijk:
    """A wijk in the making: `label` is the part of the code after the gemeente."""

    gemeente: int
    label: str
    naam: str
    gebruikt: set[str] = field(default_factory=set)


@dataclass
class Buurt:
    """A buurt in the making: `label` is the part of the code after the wijk."""

    wijk: int
    label: str
    naam: str


@dataclass
class Toestand:
    """The division of this moment; changes are made in place.

    `buurt_van_atoom` holds keys of `buurten`; `gemeenten` maps a key to (code, name).
    """

    gemeenten: dict[int, tuple[int, str]]
    wijken: dict[int, Wijk]
    buurten: dict[int, Buurt]
    buurt_van_atoom: IntArray

    def code(self, sleutel: int) -> str:
        """Return the buurtcode of a buurt."""
        buurt = self.buurten[sleutel]
        return "BU" + self._wijkdeel(buurt.wijk) + buurt.label

    def wijkcode(self, sleutel: int) -> str:
        """Return the wijkcode of a wijk."""
        return "WK" + self._wijkdeel(sleutel)

    def _wijkdeel(self, sleutel: int) -> str:
        wijk = self.wijken[sleutel]
        return f"{self.gemeenten[wijk.gemeente][0]:04d}{wijk.label}"

    def nieuw_label(self, wijk: int) -> str:
        """Return a buurt label never used before in this wijk, and mark it used."""
        gebruikt = self.wijken[wijk].gebruikt
        label = next(f"{i:02d}" for i in range(100) if f"{i:02d}" not in gebruikt)
        gebruikt.add(label)
        return label


@dataclass(frozen=True)
class Landindeling:
    """The division of one year.

    `buurten`: a row per buurt in publisher's order (gemeentenaam, wijkcode, buurtcode), columns
    `KOLOMMEN`. `buurt_van_atoom`: for each atom its row in `buurten`.
    """

    jaar: int
    buurten: pd.DataFrame
    buurt_van_atoom: IntArray

    def som(self, per_atoom: FloatArray | IntArray) -> FloatArray:
        """Return the sum of a figure per buurt, in the order of `buurten`."""
        return som_per(self.buurt_van_atoom, per_atoom, len(self.buurten))


def eerste_toestand(zaad: int, grootte: Grootte, fusies: int) -> tuple[Raster, Toestand]:
    """Return the ground and the division of the first year.

    Gemeente 0 has one buurt; gemeenten 1 to 2 * `fusies` will merge in pairs; the last one is the
    largest, and gets letters in its codes later.
    """
    rng = stroom(zaad, "indeling")
    per_gemeente = _buurten_per_gemeente(rng, grootte.buurten, grootte.gemeenten + fusies)
    atomen_per_buurt = rng.choice(ATOMEN_PER_BUURT, size=grootte.buurten)
    atomen_per_buurt[0] = max(ATOMEN_PER_BUURT)
    raster = maak_raster(zaad, int(atomen_per_buurt.sum()))
    gemeente_van_buurt = np.repeat(np.arange(len(per_gemeente)), per_gemeente)
    atomen_per_gemeente = np.bincount(gemeente_van_buurt, weights=atomen_per_buurt).astype(int)
    delen_gemeente = verdeel(rng, raster, np.arange(len(raster.land)), list(atomen_per_gemeente))
    namen = iter(plaatsnamen(rng, len(per_gemeente) + grootte.buurten))
    toestand = Toestand({}, {}, {}, np.zeros(len(raster.land), dtype=np.int64))
    for g, atomen in enumerate(delen_gemeente):
        toestand.gemeenten[g] = (EERSTE_GEMEENTE + 7 * g, next(namen))
        aantallen = atomen_per_buurt[gemeente_van_buurt == g]
        for buurt, deel in enumerate(verdeel(rng, raster, atomen, list(aantallen))):
            toestand.buurt_van_atoom[deel] = len(toestand.buurten) + buurt
        _benoem(rng, toestand, g, namen, len(aantallen))
    toestand.buurt_van_atoom = sluit_aaneen(
        raster.buren, toestand.buurt_van_atoom, gemeente_van_buurt
    )
    return raster, toestand


def verdeel(
    rng: np.random.Generator, raster: Raster, atomen: IntArray, aantallen: list[int]
) -> list[IntArray]:
    """Divide atoms into compact groups of exactly the given sizes, by repeated halving."""
    if len(aantallen) == 1:
        return [atomen]
    midden = len(aantallen) // 2
    x, y = raster.x[atomen], raster.y[atomen]
    hoek = np.arctan2(np.ptp(y) + 1, np.ptp(x) + 1) * (1 if rng.random() < 0.5 else -1)
    hoek = rng.uniform(-0.5, 0.5) + (hoek if abs(np.ptp(x) - np.ptp(y)) < 1500 else 0.0)
    if np.ptp(y) > np.ptp(x):
        hoek += np.pi / 2
    volgorde = np.argsort(x * np.cos(hoek) + y * np.sin(hoek), kind="stable")
    grens = int(sum(aantallen[:midden]))
    eerste, tweede = atomen[volgorde[:grens]], atomen[volgorde[grens:]]
    return verdeel(rng, raster, eerste, aantallen[:midden]) + verdeel(
        rng, raster, tweede, aantallen[midden:]
    )


def _buurten_per_gemeente(rng: np.random.Generator, buurten: int, gemeenten: int) -> IntArray:
    gewicht = np.clip(rng.lognormal(0, 0.6, gemeenten), 0.4, 4)
    gewicht[-1] = gewicht[1:].max() * 1.4
    gewicht[0] = 0
    aantal = np.maximum(np.floor(gewicht / gewicht.sum() * (buurten - 1)).astype(np.int64), 5)
    aantal[0] = 1
    aantal[-1] += buurten - aantal.sum()
    return aantal


def _benoem(
    rng: np.random.Generator, t: Toestand, gemeente: int, namen: Iterator[str], aantal: int
) -> None:
    """Give the next `aantal` buurten of a gemeente their wijken, labels and names."""
    over, nummer = aantal, 0
    while over:
        maat = min(over, int(rng.integers(4, 8)))
        if over - maat < 3:
            maat = over
        wijk = len(t.wijken)
        plaats = t.gemeenten[gemeente][1] if nummer == 0 else next(namen)
        t.wijken[wijk] = Wijk(gemeente, f"{nummer:02d}", f"Wijk {nummer:02d} {plaats}")
        for deelnaam in delen(rng, plaats, maat):
            t.buurten[len(t.buurten)] = Buurt(wijk, t.nieuw_label(wijk), deelnaam)
        over, nummer = over - maat, nummer + 1
