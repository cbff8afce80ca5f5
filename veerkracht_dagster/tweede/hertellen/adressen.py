"""Addresses that two years have in common, counted by DuckDB from the publisher's own text.

Here: two lists joined on postcode and number. Not here: which road goes by them (`wegen.py`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from veerkracht_dagster.tweede.hertellen.kaart import adreslijst
from veerkracht_dagster.tweede.ruw import Bewijslevering

_LENGTE = {"buurt": ("BU", 8, ("buurt", "gwb")), "wijk": ("WK", 6, ("wijk",))}
_TEKENS = ";,\t"  # what separates fields, by year: the one that the header has most of
_GEHEUGEN = "600MB"  # more goes to disk


class Paren(NamedTuple):
    """per_paar: old area -> new area -> addresses in both years. totaal: those of the old area."""

    per_paar: dict[str, dict[str, int]]
    totaal: dict[str, int]


class Adresteller:
    """Counts pairs of years; of the last year that others were laid beside, the list stays."""

    def __init__(self) -> None:
        self._map = tempfile.TemporaryDirectory(prefix="adressen_")
        self._db = duckdb.connect()
        self._db.execute(f"set memory_limit = '{_GEHEUGEN}'; set preserve_insertion_order = false")
        self._db.execute("set temp_directory = ?", [self._map.name])
        self._nieuw: tuple[str, str] | None = None

    def sluit(self) -> None:
        """Throw away what was read."""
        self._db.close()
        self._map.cleanup()

    def tel(
        self, van: Bewijslevering, naar: Bewijslevering, niveau: str, gebieden: Collection[str]
    ) -> Paren:
        """Addresses of `van` found again in `naar`, per pair of areas, of the old areas named."""
        if self._nieuw != (naar.bestanden[0].sha256, niveau):
            self._maak("nieuw", naar, niveau)
            self._nieuw = (naar.bestanden[0].sha256, niveau)
        nodig = pa.table({"gebied": pa.array(sorted(gebieden), pa.string())})
        self._db.register("nodig", nodig)
        self._maak("oud", van, niveau, "and gebied in (select gebied from nodig)")
        per_paar: dict[str, dict[str, int]] = {}
        for een, ander, aantal in self._db.execute(
            "select o.gebied, n.gebied, count(*) from oud o join nieuw n using (adres) group by all"
        ).fetchall():
            per_paar.setdefault(een, {})[ander] = aantal
        totaal = self._db.execute("select gebied, count(*) from oud group by all").fetchall()
        return Paren(per_paar, dict(totaal))

    def tel_gebieden(
        self, levering: Bewijslevering, niveau: str, gebieden: Collection[str]
    ) -> dict[str, int]:
        """Addresses in each of the areas named."""
        nodig = pa.table({"gebied": pa.array(sorted(gebieden), pa.string())})
        self._db.register("nodig", nodig)
        self._maak("oud", levering, niveau, "and gebied in (select gebied from nodig)")
        vraag = "select gebied, count(*) from oud group by all"
        return dict(self._db.execute(vraag).fetchall())

    def _maak(self, tabel: str, levering: Bewijslevering, niveau: str, waar: str = "") -> None:
        """A row per address: its postcode and number as one number, and its area."""
        pad = adreslijst(levering, Path(self._map.name))
        with pad.open("rb") as stroom:
            kopregel = stroom.readline().decode("utf-8-sig").strip()
        teken = max(_TEKENS, key=kopregel.count)
        koppen = [kop.strip(' "').lower() for kop in kopregel.split(teken)]
        begin, lengte, gebied = _LENGTE[niveau]
        # Columns by their place: no text of a file is part of a statement.
        pc, nummer, code = (
            next(f"k{i}" for i, kop in enumerate(koppen) if kop.startswith(woorden))
            for woorden in (("pc",), ("huisnummer", "hnr"), gebied)
        )
        namen = ", ".join(f"'k{i}'" for i in range(len(koppen)))
        self._db.execute(
            f"""create or replace table {tabel} as
            with rauw as (
              select replace({pc}, ' ', '') as pc, try_cast({nummer} as bigint) as nummer,
                     '{begin}' || lpad(ltrim(trim({code}), '{begin}'), {lengte}, '0') as gebied
              from read_csv(?, delim = '{teken}', header = false, skip = 1, names = [{namen}],
                            all_varchar = true, quote = '"')
            )
            select distinct (left(pc, 4)::bigint * 676 + (ord(pc[5]) - 65) * 26 + ord(pc[6]) - 65)
                     * 1000000000 + nummer as adres, gebied
            from rauw where pc <> '' {waar}""",
            [str(pad)],
        )
        if pad.parent == Path(self._map.name):
            pad.unlink()
