"""The tables between the stages read as a release is, so that a layer can show receipts of itself.

Here: where those tables are, and which of their rows are of the edition.
Not here: the receipts (`bon.py`), which of them are shown (`voorbeelden.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from veerkracht_dagster.bonnen.bon import Bonnen
from veerkracht_dagster.bonnen.gepubliceerd import GeenBewijs, Gepubliceerd
from veerkracht_dagster.bonnen.leestabel import Leestabel, als_sql
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.opslag.tabellen import erbij_van
from veerkracht_dagster.rekenwijze.omzetten import STUKKOLOMMEN, Stuk
from veerkracht_dagster.sporen.afkomst import Afkomst


class Werktabellen(Gepubliceerd):
    """An edition before it is published. `map`: the local folder of the tables between stages."""

    def __init__(self, map: Path, naam: str, snapshots: Snapshots, cat: Catalogus) -> None:
        self.map, self.naam, self.snapshots, self.cat = map, naam, snapshots, cat
        self.editie = cat.edities[naam]
        self.minimum_dekking = cat.omzetting.minimum_dekking
        self._begin()
        self._lagen: dict[str, Mapping[str, Mapping[str, Any]]] = {}
        self._naar_code: dict[int, dict[str, list[Stuk]]] = {}
        per_jaar = {jaar: self._leveringen(jaar) for jaar in self.editie.peiljaren}
        self.release = {"leveringen": {str(jaar): van for jaar, van in per_jaar.items() if van}}

    def met_laag(self, naam: str, rijen: Mapping[str, Mapping[str, Any]]) -> None:
        """Take in a layer that is not kept yet: its cells by area."""
        self._lagen[naam] = rijen

    def rij(self, tabel: str, naam: str, code: str) -> Mapping[str, Any]:
        """The row of an area in a table, with at least that column."""
        return self._lagen[tabel][code] if tabel in self._lagen else super().rij(tabel, naam, code)

    @cached_property
    def jaren(self) -> list[int]:
        """The years with figures."""
        return sorted(map(int, self.release["leveringen"]))

    def stukken(self, code: str, gebiedsjaar: int) -> list[Stuk]:
        """The crosswalk rows that lead from a year's areas to an area."""
        if gebiedsjaar not in self._naar_code:
            per_gebied = self._naar_code.setdefault(gebiedsjaar, {})
            tabel = f"buurt_omzetting_{gebiedsjaar}"
            for rij in self._lees(tabel, "*", "gewicht IS NOT NULL"):
                deel = Stuk(*(rij[k] for k in STUKKOLOMMEN))
                per_gebied.setdefault(rij["naar_regio"], []).append(deel)
        return self._naar_code[gebiedsjaar].get(code, [])

    def _pad(self, tabel: str) -> Path:
        naam, _, partitie = tabel.rpartition("_")
        if naam in ("buurttabel", "buurt_omzetting"):
            return self.map / naam / f"{partitie}.parquet"
        return self.map / tabel / f"{self.naam}.parquet"

    def _tabel(self, tabel: str) -> Leestabel:
        """Of a table of a year the rows on the areas of the edition."""
        basis = {"buurttabel": "basisjaar", "buurt_omzetting": "basis"}.get(
            tabel.rpartition("_")[0]
        )
        if basis is None:
            return super()._tabel(tabel)
        wij = f"niveau = {als_sql(self.editie.niveau)} AND {basis} = {self.editie.basisjaar}"
        if self.editie.gemeenten:
            code = "regiocode" if basis == "basisjaar" else "naar_regio"
            gemeenten = ", ".join(map(als_sql, self.editie.gemeenten))
            wij += f" AND 'GM' || substr({code}, 3, 4) IN ({gemeenten})"
        return Leestabel(self._pad(tabel), wij)

    def _leveringen(self, jaar: int) -> dict[str, Any]:
        pad = self._pad(f"buurttabel_{jaar}")
        if not pad.is_file():
            return {}
        return dict(Afkomst.van_json(erbij_van(pq.read_schema(pad))).leveringen)


class Werkbonnen(Bonnen):
    """Receipts of an edition before it is published."""

    uitgave: Werktabellen


def bonnen_van(tabellen: str, naam: str, snapshots: Path) -> Werkbonnen:
    """Receipts of an edition, opened once for all its layers while none of its tables changes.

    Raises:
        GeenBewijs: the tables are not in a local folder.
    """
    map_ = Path(tabellen)
    if not map_.is_dir():
        raise GeenBewijs(f"{tabellen} is geen map op deze machine")
    return _bonnen(map_, naam, snapshots, _stempel(map_, naam))


def _stempel(map_: Path, naam: str) -> tuple[tuple[str, int], ...]:
    """Changes when a table does that receipts of an edition are made of."""
    eigen = [map_ / tabel / f"{naam}.parquet" for tabel in catalogus().indicatoren]
    jaren = [pad for tabel in ("buurttabel", "buurt_omzetting") for pad in (map_ / tabel).iterdir()]
    return tuple((str(pad), os.stat(pad).st_mtime_ns) for pad in (*eigen, *jaren) if pad.is_file())


@lru_cache(maxsize=8)
def _bonnen(map_: Path, naam: str, snapshots: Path, _stempel: object) -> Werkbonnen:
    return Werkbonnen(Werktabellen(map_, naam, Snapshots(snapshots), catalogus()))
