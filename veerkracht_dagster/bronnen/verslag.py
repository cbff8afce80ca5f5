"""What reading a delivery brought to light: rows per file, states per column, what was not found.

Here: the record only. Not here: the reading (`lezen.py`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Gelezen:
    """A file that was read: its name, sha256 and number of data rows."""

    naam: str
    sha256: str
    rijen: int


@dataclass(frozen=True)
class Leesverslag:
    """Facts of one reading. `standen` counts the states of each column's cells.

    `reden` says why the table is empty; `gebruikt` are the hashes of the files that it has rows of;
    `kolommen` maps our column to the publisher's name in
    this file; `niet_gevonden` are our columns that this year's file does not have.
    """

    bron: str
    peiljaar: int
    reden: str | None = None
    bestanden: tuple[Gelezen, ...] = ()
    gebruikt: tuple[str, ...] = ()
    uitgeversversie: str | None = None
    kolommen: dict[str, str] | None = None
    niet_gevonden: tuple[str, ...] = ()
    standen: dict[str, dict[str, int]] | None = None
    opmerkingen: tuple[str, ...] = ()

    @property
    def rijen(self) -> int:
        """Data rows over all files."""
        return sum(bestand.rijen for bestand in self.bestanden)
