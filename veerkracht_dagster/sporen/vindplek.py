"""Where in a publisher's file a cell of a source table stands, for what is found after reading.

Here: file, row and the publisher's own column, from what is known of a source table.
Not here: the raw text in that place (`tweede/ruw/`); what is refused while reading
(`bronnen/fouten.py`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from veerkracht_dagster.sporen.afkomst import Afkomst


class Vindplek(NamedTuple):
    """A place in a publisher's file, as far as it is known; `rij` counts data rows from 0."""

    bestand: str | None
    kolom: str | None
    rij: int | None


class Vindplekken:
    """The places behind the rows of one source table (DataFrame or Arrow table)."""

    def __init__(
        self, tabel: pd.DataFrame | pa.Table, afkomst: Afkomst, sleutel: str = "regiocode"
    ) -> None:
        self._tabel, self._sleutel, self._kolommen = tabel, sleutel, afkomst.kolommen
        self._namen = {sha: naam for deel in afkomst.levering for naam, sha in deel["bestanden"]}

    def van(self, code: object, kolom: str | None = None) -> Vindplek:
        """The place of the first row with this key, and of one of our columns in it."""
        bestand, rij = self._regel(code)
        alle = ", ".join(self._namen.values()) or None
        naam = self._kolommen.get(kolom, kolom) if kolom else None
        return Vindplek(self._namen.get(bestand or "", alle), naam, rij)

    def _regel(self, code: object) -> tuple[str | None, int | None]:
        """Hash of the file and number of the row; a table of addresses keeps neither."""
        namen = {"bron_bestand", "bron_rij"}
        if isinstance(self._tabel, pa.Table):
            import pyarrow.compute as pc  # takes its time, and is seldom asked

            plek = pc.index(self._tabel[self._sleutel].cast(pa.string()), str(code)).as_py()
            if plek < 0 or not namen <= set(self._tabel.column_names):
                return None, None
            rij = self._tabel.slice(plek, 1).to_pylist()[0]
        else:
            gevonden = self._tabel.loc[self._tabel[self._sleutel].astype("str") == str(code)]
            if gevonden.empty or not namen <= set(self._tabel):
                return None, None
            rij = gevonden.iloc[0]
        return str(rij["bron_bestand"]), int(rij["bron_rij"])


def met_vindplek(gevallen: pd.DataFrame, tabel: pd.DataFrame, afkomst: Afkomst) -> pd.DataFrame:
    """Cases of areas (`regiocode`, perhaps `kolom`) with the place of each in front.

    Adds: bestand, kolom_uitgever where there is a `kolom`, rij. Without cases it stays as it is.
    """
    if gevallen.empty:
        return gevallen
    plekken = Vindplekken(tabel, afkomst)
    kolommen = gevallen["kolom"] if "kolom" in gevallen else [None] * len(gevallen)
    gevonden = [
        plekken.van(code, kolom)
        for code, kolom in zip(gevallen["regiocode"], kolommen, strict=True)
    ]
    plaats: dict[str, Any] = {"bestand": [plek.bestand for plek in gevonden]}
    if "kolom" in gevallen:
        plaats["kolom_uitgever"] = [plek.kolom for plek in gevonden]
    plaats["rij"] = [plek.rij for plek in gevonden]
    return pd.concat([pd.DataFrame(plaats, index=gevallen.index), gevallen], axis=1)
