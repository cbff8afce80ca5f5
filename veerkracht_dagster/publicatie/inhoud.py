"""An edition's tables as they are published: Arrow in the catalogue's types, by area code.

Here: the one conversion that everything is hashed, written and audited from.
Not here: what is to be published (`uitgave.py`), writing it (`bestanden.py`), the judgement
(`audit.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.tabellen import Tabelkolom
from veerkracht_dagster.opslag.warehouse import Warehousetabel, naar_arrow
from veerkracht_dagster.publicatie.tabellen import optelling
from veerkracht_dagster.publicatie.uitgave import Uitgave

_Vlakken = np.ndarray[Any, Any]
SLEUTEL = "regiocode"
VLAK = "geometry"
CRS = 28992  # Amersfoort / RD New, of every table in the pipeline
_VEELHOEK = 3  # shapely's number of the type Polygon


@dataclass(frozen=True)
class Laaginhoud:
    """A map layer: figures per area, and beside them the areas as WKB multipolygons.

    Layers with the same areas share one and the same `vlakken`: converted and hashed once.
    """

    cijfers: pa.Table
    vlakken: pa.Array


@dataclass(frozen=True)
class Inhoud:
    """The tables of an edition, their rows by area code. `tabellen` are the warehouse's."""

    sleutel: str
    lagen: Mapping[str, Laaginhoud]
    indicatoren: Mapping[str, pa.Table]
    overzichten: Mapping[str, pa.Table]
    buurttabellen: Mapping[int, pa.Table]
    optellingen: Mapping[str, pa.Table]
    tabellen: Mapping[str, Warehousetabel]
    omzetting: pa.Table  # the crosswalk rows to the edition's areas; `gebiedsjaar`: from which year

    @property
    def vlakken(self) -> pa.Array:
        """The areas of the first layer, which the audit makes sure are those of every layer."""
        return next(iter(self.lagen.values())).vlakken

    @cached_property
    def rijen(self) -> dict[str, pa.Table]:
        """The rows of every warehouse table of this edition, but `releases`."""
        codes = next(iter(self.lagen.values())).cijfers.select([SLEUTEL])
        gebieden = codes.append_column(VLAK, self.vlakken)
        lagen = [_met(laag.cijfers, "laag", naam) for naam, laag in self.lagen.items()]
        jaren = [_met(tabel, "peiljaar", jaar) for jaar, tabel in self.buurttabellen.items()]
        delen = {"gebieden": [gebieden], "kaartlagen": lagen, "buurttabel": jaren}
        losse = {**self.indicatoren, **self.overzichten}
        delen |= {naam: [tabel] for naam, tabel in losse.items()}
        return {naam: self._rijen(naam, lijst) for naam, lijst in delen.items()}

    def _rijen(self, naam: str, delen: list[pa.Table]) -> pa.Table:
        leeg = self.tabellen[naam].schema.empty_table()
        met_editie = [_met(deel, "editie", self.sleutel) for deel in delen]
        return pa.concat_tables([leeg, *met_editie], promote_options="default")


def _met(tabel: pa.Table, kolom: str, waarde: str | int) -> pa.Table:
    """The table with a column that holds one value throughout."""
    soort = pa.int64() if isinstance(waarde, int) else pa.large_string()
    return tabel.append_column(kolom, pa.repeat(pa.scalar(waarde, soort), len(tabel)))


def maak_inhoud(uitgave: Uitgave, tabellen: Mapping[str, Warehousetabel], cat: Catalogus) -> Inhoud:
    """Convert the tables of an edition.

    Raises:
        WarehouseFout: a column is not in the catalogue, or has another type.
    """
    return Inhoud(
        sleutel=uitgave.sleutel,
        lagen=dict(_lagen(uitgave.lagen, tabellen)),
        indicatoren={
            naam: _op_code(naar_arrow(tabel, tabellen[naam].kolommen))[0]
            for naam, tabel in uitgave.indicatoren.items()
        },
        overzichten={
            naam: naar_arrow(tabel, tabellen[naam].kolommen)
            for naam, tabel in uitgave.overzichten.items()
        },
        buurttabellen={
            jaar: _op_code(naar_arrow(tabel, tabellen["buurttabel"].kolommen))[0]
            for jaar, tabel in uitgave.buurttabellen.items()
        },
        optellingen={
            naam: naar_arrow(tabel, optelling(cat)) for naam, tabel in uitgave.optellingen.items()
        },
        tabellen=tabellen,
        omzetting=_omzetting(uitgave.omzettingen),
    )


_OMZETTING = pa.schema(
    [
        ("gebiedsjaar", pa.int64()),
        ("van_regio", pa.large_string()),
        ("naar_regio", pa.large_string()),
        ("gewicht", pa.float64()),
        ("methode", pa.large_string()),
        ("aantal", pa.float64()),
        ("via", pa.large_string()),
        ("maat", pa.float64()),
    ]
)


def _omzetting(omzettingen: Mapping[int, pd.DataFrame]) -> pa.Table:
    delen = [
        pa.Table.from_pandas(tabel, _OMZETTING.remove(0), preserve_index=False).add_column(
            0, "gebiedsjaar", pa.repeat(pa.scalar(jaar, pa.int64()), len(tabel))
        )
        for jaar, tabel in sorted(omzettingen.items())
    ]
    return pa.concat_tables([_OMZETTING.empty_table(), *delen]).replace_schema_metadata()


def _lagen(
    lagen: Mapping[str, gpd.GeoDataFrame], tabellen: Mapping[str, Warehousetabel]
) -> Iterator[tuple[str, Laaginhoud]]:
    kolommen = (*tabellen["kaartlagen"].kolommen, *tabellen["gebieden"].kolommen)
    vorige: tuple[_Vlakken, pa.Array] | None = None
    for naam, tabel in lagen.items():
        cijfers, volgorde = _op_code(_leeg_is_afwezig(naar_arrow(tabel, kolommen), kolommen))
        vlakken = tabel.geometry.to_numpy()[volgorde]
        if vorige is None or not _zelfde(vlakken, vorige[0]):
            vorige = vlakken, pa.array(shapely.to_wkb(_meervoudig(vlakken)), pa.large_binary())
        yield naam, Laaginhoud(cijfers, vorige[1])


def _op_code(tabel: pa.Table) -> tuple[pa.Table, Any]:
    """The rows by area code, and the order in which they were taken."""
    volgorde = pc.sort_indices(tabel[SLEUTEL])
    plaats = volgorde.to_numpy()
    if (plaats[1:] > plaats[:-1]).all():
        return tabel, plaats
    return tabel.take(volgorde), plaats


def _leeg_is_afwezig(tabel: pa.Table, kolommen: Iterable[Tabelkolom]) -> pa.Table:
    """An empty text in a layer becomes an absent one: one way to say that nothing is there."""
    for kolom in kolommen:
        if kolom.type == "tekst" and kolom.leeg_mag and kolom.naam in tabel.column_names:
            oud = tabel[kolom.naam]
            nieuw = pc.if_else(pc.equal(oud, ""), None, oud)
            tabel = tabel.set_column(tabel.column_names.index(kolom.naam), kolom.naam, nieuw)
    return tabel


def _zelfde(een: _Vlakken, ander: _Vlakken) -> bool:
    """Are these the same areas, to the last coordinate?"""
    if len(een) != len(ander):
        return False
    leeg = shapely.is_missing(een) & shapely.is_missing(ander)
    return bool((leeg | shapely.equals_identical(een, ander)).all())


def _meervoudig(vlakken: _Vlakken) -> _Vlakken:
    """Every polygon as a multipolygon: a file's layer has one type of geometry."""
    enkel = shapely.get_type_id(vlakken) == _VEELHOEK
    uit = vlakken.copy()
    if enkel.any():
        uit[enkel] = shapely.multipolygons(vlakken[enkel][:, None])
    return uit
