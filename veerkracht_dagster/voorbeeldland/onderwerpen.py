"""The topics of 'Kerncijfers wijken en buurten' per year, and the names they get.

Here: reading `onderwerpen.csv` (a row per topic and period of years, in the publisher's order) and
the OData name of a topic, which is its key and its position in that year's table.
Not here: figures.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import pandas as pd

TABELLEN = {
    2014: "82931NED",
    2015: "83220NED",
    2016: "83487NED",
    2017: "83765NED",
    2018: "84286NED",
    2019: "84583NED",
    2020: "84799NED",
    2021: "85039NED",
    2022: "85318NED",
    2023: "85618NED",
    2024: "85984NED",
    2025: "86165NED",
    2026: "86358NED",
}


class Tabelonderwerp(NamedTuple):
    """One topic of one year; `groep` is a path of titles, `bron` our own name (or empty).

    `positie` is the publisher's Position, `naam` its OData v3 column, `v4` its measure id
    (invented, X......, where none is publicly known).
    """

    positie: int
    groep: tuple[str, ...]
    titel: str
    naam: str
    eenheid: str
    datatype: str
    decimalen: int
    standaard: str
    presentatie: str
    v4: str
    bron: str


@cache
def _alle() -> pd.DataFrame:
    bestand = files(__package__).joinpath("onderwerpen.csv")
    with bestand.open(encoding="utf-8") as f:
        return pd.read_csv(f, dtype=str, keep_default_na=False)


@cache
def onderwerpen(jaar: int) -> tuple[Tabelonderwerp, ...]:
    """Return the topics of a year in the publisher's order."""
    alle = _alle()
    rijen = alle[(alle["van"].astype(int) <= jaar) & (alle["tot"].astype(int) >= jaar)]
    return tuple(
        Tabelonderwerp(
            positie,
            tuple(r["groep"].split("/")),
            r["titel"],
            f"{r['sleutel']}_{positie}",
            r["eenheid"],
            r["datatype"],
            int(r["decimalen"]),
            r["standaard"],
            r["presentatie"],
            r["v4"],
            r["bron"],
        )
        for positie, r in enumerate(rijen.to_dict("records"), start=1)
    )
