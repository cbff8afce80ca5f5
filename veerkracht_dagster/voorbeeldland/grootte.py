"""How large the sample country is, its years, and its streams of chance.

Here: `Grootte`, `JAREN`, `ALLE_JAREN`, and `stroom`, the one way in which this package draws
random numbers.
Not here: anything drawn with them.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

# The years of the sample's files; and those that the sample publisher serves: what comes by
# fetching alone (first_contact.md), and 2026 as far as it is out (A7). A year is the same in both.
JAREN: tuple[int, ...] = (2014, 2015, 2016, 2017, 2018, 2019, 2020, 2022, 2024)
ALLE_JAREN: tuple[int, ...] = tuple(range(2014, 2027))


@dataclass(frozen=True)
class Grootte:
    """Size of the country in its last year.

    `gemeenten`: number of gemeenten (at least 4; before the mergers of 2019 there are more).
    `buurten`: number of buurten (at least 12 per gemeente). About 1200 inhabitants and 600
    addresses go with each.
    """

    gemeenten: int = 4
    buurten: int = 150

    def __post_init__(self) -> None:
        if self.gemeenten < 4 or self.buurten < 12 * self.gemeenten:
            raise ValueError(
                f"{self.gemeenten} gemeenten with {self.buurten} buurten: expected at least "
                "4 gemeenten and 12 buurten per gemeente, else the special cases do not fit; "
                "ask for fewer gemeenten or more buurten"
            )


HEEL_NEDERLAND = Grootte(gemeenten=345, buurten=14_574)


def stroom(zaad: int, deel: str) -> np.random.Generator:
    """Return the random stream of one part: another part's draws never shift it."""
    return np.random.default_rng([zaad, zlib.crc32(deel.encode())])
