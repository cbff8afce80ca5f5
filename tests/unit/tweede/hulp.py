"""Sources taken in, the pipeline's crosswalk of them, and the count beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import shapely

from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.buurttabel import Indelingen, maak_gebieden
from veerkracht_dagster.buurttabel.omzetting import maak_omzettingen
from veerkracht_dagster.catalogus import Editie, catalogus
from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.tweede.hertellen import Hertelling, hertel
from veerkracht_dagster.tweede.stukken import leveringen_van
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
LIJSTEN = ("cbs_buurtgrenzen", "cbs_kerncijfers", "leefbaarometer")
PUNTEN = ("cbs_adressen", "cbs_vierkanten")


@dataclass
class Genomen:
    """Sources as they are taken in: per source and year the table, and its files."""

    editie: Editie
    jaren: Sequence[int]
    snapshots: Snapshots
    tabellen: dict[tuple[str, int], pd.DataFrame]
    beschreven: dict[tuple[str, int], Any]

    @classmethod
    def van(cls, werkmap: Werkmap, editie: Editie, jaren: Sequence[int]) -> Genomen:
        """All that a crosswalk may stand on, of these years."""
        innemer = Innemer(werkmap)
        alle = {(b, j): innemer.neem_in(b, j) for b in (*LIJSTEN, *PUNTEN) for j in jaren}
        return cls(
            editie,
            jaren,
            werkmap.snapshots,
            {sleutel: x.tabel for sleutel, x in alle.items()},
            {sleutel: x.vastgelegd.beschrijving for sleutel, x in alle.items()},
        )

    def zonder(self, *weg: tuple[str, int]) -> Genomen:
        """As if these had never been delivered."""
        tabellen = {k: t.iloc[:0] if k in weg else t for k, t in self.tabellen.items()}
        beschreven = {k: b for k, b in self.beschreven.items() if k not in weg}
        return replace(self, tabellen=tabellen, beschreven=beschreven)

    def omzetting(self, niveau: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The pipeline's crosswalk to the base year, and the areas of that year."""
        gebieden = {
            j: maak_gebieden(*(self.tabellen[b, j] for b in LIJSTEN), j) for j in self.jaren
        }
        punten = (
            {j: pads.dataset(pa.Table.from_pandas(t)) for (b, j), t in self.tabellen.items()
             if b == bron and len(t)}
            for bron in PUNTEN
        )  # fmt: skip
        indelingen, basis = Indelingen(gebieden, *punten), {(niveau, self.editie.basisjaar)}
        alle = pd.concat(
            maak_omzettingen(j, basis, indelingen, CAT.omzetting).assign(gebiedsjaar=j)
            for j in self.jaren
        )
        eigen = gebieden[self.editie.basisjaar]
        eigen = eigen.loc[eigen["niveau"] == niveau]
        namen = pd.DataFrame(eigen[["regiocode", "regionaam", "gemeentenaam"]])
        vlakken = eigen.geometry.to_numpy()
        return alle.loc[alle["gewicht"].notna()], namen.assign(geometry=shapely.to_wkb(vlakken))

    def hertel(
        self, omzetting: pd.DataFrame, gebieden: pd.DataFrame, niveau: str, map_: Path
    ) -> Hertelling:
        """The count of the same files, beside a crosswalk."""
        leveringen = {
            jaar: leveringen_van(
                {b: x for (b, j), x in self.beschreven.items() if j == jaar}, jaar, self.snapshots
            )
            for jaar in self.jaren
        }
        return hertel(
            pa.Table.from_pandas(omzetting, preserve_index=False),
            pa.Table.from_pandas(gebieden.drop(columns="geometry"), preserve_index=False),
            pa.Table.from_pandas(gebieden[["regiocode", "geometry"]], preserve_index=False),
            leveringen,
            self.editie.model_copy(update={"niveau": niveau}),
            CAT,
            map_,
        )
