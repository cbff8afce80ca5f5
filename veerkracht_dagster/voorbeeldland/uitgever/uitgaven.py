"""Next versions of a table, as CBS brings them out: what each kind does to the sample's tables.

Here: a table after a row of such versions, and remembering that row, so that a publisher that is
started again goes on where it was. Not here: the forms of a table (`voorbeeldland/odata_v3.py` and
others), what is on offer (`aanbod.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pandas as pd

from veerkracht_dagster.voorbeeldland.kwb import NOG_NIET_UITGEBRACHT, kwb_tabel
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.odata_v3 import sets_v3
from veerkracht_dagster.voorbeeldland.odata_v4 import eigenschappen, sets_v4
from veerkracht_dagster.voorbeeldland.odata_v4_csv import bulkzip
from veerkracht_dagster.voorbeeldland.onderwerpen import TABELLEN
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Statlinetabel

NIEUW_ONDERWERP = "Tiny houses"


class Wat(StrEnum):
    """What is new in a version."""

    CIJFER = "cijfer"  # a correction: residents of the last buurt
    GEVULD = "gevuld"  # measures that were empty have figures
    KOLOM = "kolom"  # a topic that nobody has seen before
    GESTOPT = "gestopt"  # the same table, and nothing more will come
    INGETROKKEN = "ingetrokken"  # taken away


# The table after these versions, oldest first; None when it is withdrawn.
Maker = Callable[[Sequence[Wat]], Statlinetabel | None]


class NietsTeVullen(ValueError):
    """A table without measures that are still empty."""


def maker_van(
    land: Land, jaar: int, aanpassen: Callable[[Statlinetabel, int], Statlinetabel] | None
) -> Maker:
    """How to make every version of the table of a year."""
    eerste = kwb_tabel(land, jaar)

    def maak(gebeurd: Sequence[Wat]) -> Statlinetabel | None:
        if gebeurd and gebeurd[-1] is Wat.INGETROKKEN:
            return None
        tabel = _gevuld(land, jaar) if Wat.GEVULD in gebeurd else eerste.copy()
        tabel.loc[tabel.index[-1], "inwoners"] += 5 * sum(wat is Wat.CIJFER for wat in gebeurd)
        moment = datetime(jaar + 1, 3, 26, 2) + timedelta(hours=len(gebeurd))
        gestopt = bool(gebeurd) and gebeurd[-1] is Wat.GESTOPT
        uit = maak_tabel(tabel, jaar, moment, reden="Stopgezet" if gestopt else "Actualisering",
                         status="Gediscontinueerd" if gestopt else "Regulier")  # fmt: skip
        uit = uit if aanpassen is None else aanpassen(uit, jaar)
        return _met_onderwerp(uit) if Wat.KOLOM in gebeurd else uit

    return maak


def _gevuld(land: Land, jaar: int) -> pd.DataFrame:
    if jaar not in NOG_NIET_UITGEBRACHT:
        raise NietsTeVullen(
            f"tabel van {jaar}: geen lege maten; kies een jaar uit "
            + ", ".join(map(str, NOG_NIET_UITGEBRACHT))
        )
    return kwb_tabel(land, jaar, leeg=())


def maak_tabel(
    tabel: pd.DataFrame,
    jaar: int,
    moment: datetime | None = None,
    *,
    reden: str = "Actualisering",
    status: str = "Regulier",
) -> Statlinetabel:
    """A version of a year's table (see `kwb_tabel`), brought out at `moment`."""
    moment = moment or datetime(jaar + 1, 3, 26, 2)
    naief = moment.isoformat(timespec="seconds")
    merk = {
        "Version": f"{moment:%Y%m%d%H%M}",
        "Modified": f"{naief}+01:00",
        "ObservationsModified": f"{naief}+01:00",
        "VersionReason": reden,
        "Status": status,
    }
    info = {
        "Modified": naief, "Updated": naief, "MetaDataModified": naief, "ReasonDelivery": reden,
        "OutputStatus": status,
    }  # fmt: skip
    v4 = sets_v4(tabel, jaar)
    eigen = eigenschappen(jaar, len(v4["Observations"])) | merk
    eigen.pop("@odata.context")
    return Statlinetabel(
        TABELLEN[jaar],
        str(eigen["Title"]),
        sets_v3(tabel, jaar, **info),
        v4,
        eigen,
        bulkzip(tabel, jaar, **merk),
    )


def _met_onderwerp(tabel: Statlinetabel) -> Statlinetabel:
    """With a measure that nobody knows, in the last group; not as bulk, which is made of `kwb`."""
    soort = json.loads(tabel.v4["MeasureCodes"][-1])
    maat = soort | {"Identifier": "X999999", "Title": NIEUW_ONDERWERP, "Unit": "aantal"}
    topic = json.loads(tabel.v3["DataProperties"][-1])
    positie = topic["Position"] + 1
    sleutel = f"TinyHouses_{positie}"
    nieuw = topic | {"ID": topic["ID"] + 1, "Position": positie, "Key": sleutel,
                     "Title": NIEUW_ONDERWERP, "Unit": "aantal"}  # fmt: skip
    v3 = tabel.v3 | {
        "DataProperties": [*tabel.v3["DataProperties"], json.dumps(nieuw)],
        "TypedDataSet": [f'{rij[:-1]},"{sleutel}":3}}' for rij in tabel.v3["TypedDataSet"]],
    }
    v4 = tabel.v4 | {"MeasureCodes": [*tabel.v4["MeasureCodes"], json.dumps(maat)]}
    eigen = tabel.eigenschappen
    if "Observations" in v4 and eigen is not None:
        rij = json.loads(v4["Observations"][0])
        rij |= {"Id": len(v4["Observations"]), "Measure": "X999999", "Value": 3.0}
        v4["Observations"] = [*v4["Observations"], json.dumps(rij)]
        eigen = eigen | {"ObservationCount": len(v4["Observations"])}
    return replace(tabel, v3=v3, v4=v4, eigenschappen=eigen, bulk=None)


def lees(pad: Path | None) -> dict[str, list[Wat]]:
    """What was brought out before, per table; nothing when nothing was."""
    if pad is None or not pad.is_file():
        return {}
    return {nummer: [Wat(w) for w in rij] for nummer, rij in json.loads(pad.read_text()).items()}


def bewaar(pad: Path | None, gebeurd: dict[str, list[Wat]]) -> None:
    """Remember what was brought out."""
    if pad is not None:
        pad.parent.mkdir(parents=True, exist_ok=True)
        nieuw = pad.with_suffix(".nieuw")
        nieuw.write_text(json.dumps(gebeurd))
        nieuw.replace(pad)
