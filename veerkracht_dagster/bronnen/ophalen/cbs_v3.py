"""CBS tables over OData v3: the Feed, which serves whole tables in pages.

Here: the sets of a table, and seeing that the table stayed the same while they came.
Not here: paging (`odata.py`), the rows (`dialecten/odata_v3.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from veerkracht_dagster.bronnen.dialecten.odata import V3
from veerkracht_dagster.bronnen.ophalen.odata import Odatapagina, VeranderdOnderweg, verzameling
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding

FEED = "https://opendata.cbs.nl/ODataFeed/odata"
_VRAAG = "?$format=json"
# What of TableInfos says that a table is another than before.
MERKEN = ("Modified", "MetaDataModified", "Updated", "ReasonDelivery", "RecordCount")


def eigenschappen(verbinding: Verbinding, feed: str, tabel: str, map_: Path) -> Odatapagina:
    """What the publisher says of a table: the only row of TableInfos.

    Args:
        feed: where the service keeps its tables, such as `FEED`.

    Raises:
        Afwezig: there is no such table.
        OphaalFout: as `Verbinding.haal`.
    """
    return next(verzameling(verbinding, f"{feed}/{tabel}", "TableInfos", V3, map_, _VRAAG))


def merk_van(info: Odatapagina) -> dict[str, Any]:
    """The marks of a table."""
    rij = info.rijen[0] if info.rijen else {}
    return {naam: rij.get(naam) for naam in MERKEN}


def beschrijving(verbinding: Verbinding, feed: str, nummer: str, map_: Path) -> list[Odatapagina]:
    """What is in a table, and no figures: its properties and the categories of its dimensions.

    Not the areas and periods, which are large or plain.

    Raises:
        Afwezig, OphaalFout: as `Verbinding.haal`.
    """
    basis = f"{feed}/{nummer}"
    uit = list(verzameling(verbinding, basis, "DataProperties", V3, map_, _VRAAG))
    for rij in [rij for pagina in uit for rij in pagina.rijen]:
        if rij.get("Type") == "Dimension":
            uit += verzameling(verbinding, basis, str(rij["Key"]), V3, map_, _VRAAG)
    return uit


def tabel(
    verbinding: Verbinding, feed: str, nummer: str, info: Odatapagina, map_: Path
) -> list[Odatapagina]:
    """Every set of a table, all of one version.

    Raises:
        VeranderdOnderweg: another version came out, or rows are missing.
        Afwezig, OphaalFout: as `Verbinding.haal`.
    """
    basis = f"{feed}/{nummer}"

    def alles(naam: str) -> list[Odatapagina]:
        return list(verzameling(verbinding, basis, naam, V3, map_, _VRAAG))

    uit = [info, *(properties := alles("DataProperties"))]
    for rij in (rij for pagina in properties for rij in pagina.rijen):
        if str(rij.get("Type", "")).endswith(("Dimension", "GeoDetail")):
            uit += alles(str(rij["Key"]))
    rijen = alles("TypedDataSet")
    (map_ / "na").mkdir(exist_ok=True)
    na = merk_van(eigenschappen(verbinding, feed, nummer, map_ / "na"))
    aantal = sum(len(pagina.rijen) for pagina in rijen)
    if na != merk_van(info):
        raise VeranderdOnderweg(f"{basis}: van {merk_van(info)} naar {na}")
    if na["RecordCount"] not in (None, aantal):
        raise VeranderdOnderweg(f"{basis}: {aantal} rijen, aangekondigd {na['RecordCount']}")
    return [*uit, *rijen]
