"""What the publisher has on offer: the tables and files of the sample country, or real answers.

Here: every source at the address that the catalogue names, and bringing out another version.
Not here: how it is served (`odata.py`, `bestanden.py`).
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from veerkracht_dagster.voorbeeld.kwb import kwb_tabel
from veerkracht_dagster.voorbeeld.land import Land
from veerkracht_dagster.voorbeeld.odata_v3 import sets_v3
from veerkracht_dagster.voorbeeld.odata_v4 import eigenschappen, sets_v4
from veerkracht_dagster.voorbeeld.odata_v4_csv import bulkzip
from veerkracht_dagster.voorbeeld.onderwerpen import TABELLEN
from veerkracht_dagster.voorbeeld.uitgever.antwoord import Bestand, Tabel, Vraag
from veerkracht_dagster.voorbeeld.uitgever.naief import naieve_bestanden
from veerkracht_dagster.voorbeeld.uitgever.werkelijk import (
    VOLGEND_JAAR,
    werkelijke_bestanden,
    zoals_uitgegeven,
)

_TABEL_IN_PAD = re.compile(r"/(\d{5}[A-Za-z]{3})(?:/|$)")
Maker = Callable[[int], Tabel]


@dataclass
class Aanbod:
    """Tables by number in capitals, files by 'host/path', and how to make a next version."""

    tabellen: dict[str, Tabel] = field(default_factory=dict)
    bestanden: dict[str, Bestand] = field(default_factory=dict)
    makers: dict[str, Maker] = field(default_factory=dict)
    keren: int = 0

    def zet(self, tabel: Tabel) -> None:
        """Bring out a (version of a) table."""
        self.tabellen[tabel.nummer.upper()] = tabel

    def verander(self, vraag: Vraag) -> None:
        """Bring out another version of what is asked."""
        gevonden = _TABEL_IN_PAD.search(vraag.pad)
        if gevonden and gevonden[1].upper() in self.tabellen:
            self.verander_tabel(gevonden[1])
        elif vraag.url in self.bestanden:
            self.keren += 1
            oud = self.bestanden[vraag.url]
            moment = f"Mon, 26 Feb 2024 02:00:{self.keren % 60:02d} GMT"
            self.bestanden[vraag.url] = Bestand(_met_opmerking(oud.inhoud, self.keren), moment)

    def verander_tabel(self, nummer: str) -> str | None:
        """Bring out another version of a table; returns which, as v4 says it."""
        self.keren += 1
        nummer = nummer.upper()
        maker = self.makers.get(nummer)
        self.zet(maker(self.keren) if maker else _ander_merk(self.tabellen[nummer], self.keren))
        return (self.tabellen[nummer].eigenschappen or {}).get("Version")


def aanbod_van_land(
    land: Land, map_: Path, jaren: Iterable[int] | None = None, *, naief: bool = False
) -> Aanbod:
    """Everything that can be fetched of the sample country, for these years or all it has.

    Args:
        map_: a folder of its own, where the files are kept that are served; made when not there.
        naief: in the forms that were assumed before anybody looked; else as publishers serve it.
    """
    jaren = sorted(jaren or land.jaren)
    maak_bestanden = naieve_bestanden if naief else werkelijke_bestanden
    aanbod = Aanbod(bestanden=maak_bestanden(land, map_, jaren))
    for jaar in jaren:
        maker = _maker(kwb_tabel(land, jaar), jaar, naief)
        aanbod.makers[TABELLEN[jaar].upper()] = maker
        aanbod.zet(maker(0))
    for jaar, nummer in {} if naief else VOLGEND_JAAR.items():
        aanbod.zet(_aangekondigd(aanbod.tabellen[TABELLEN[jaren[-1]].upper()], nummer, jaar))
    return aanbod


def maak_tabel(
    tabel: pd.DataFrame,
    jaar: int,
    moment: datetime | None = None,
    *,
    reden: str = "Actualisering",
    status: str = "Regulier",
) -> Tabel:
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
    return Tabel(
        TABELLEN[jaar],
        str(eigen["Title"]),
        sets_v3(tabel, jaar, **info),
        v4,
        eigen,
        bulkzip(tabel, jaar, **merk),
    )


def _maker(tabel: pd.DataFrame, jaar: int, naief: bool) -> Maker:
    def maak(keer: int) -> Tabel:
        """The table after so many changes of one figure."""
        anders = tabel.copy()
        anders.loc[anders.index[-1], "inwoners"] += 5 * keer
        nieuw = maak_tabel(anders, jaar, datetime(jaar + 1, 3, 26, 2) + timedelta(hours=keer))
        return nieuw if naief else zoals_uitgegeven(nieuw, jaar)

    return maak


def _aangekondigd(lijkt_op: Tabel, nummer: str, jaar: int) -> Tabel:
    """A table of another year that only the publisher's lists name."""
    titel = f"Kerncijfers wijken en buurten {jaar}"
    info = json.loads(lijkt_op.v3["TableInfos"][0]) | {"Identifier": nummer, "Title": titel}
    eigen = (lijkt_op.eigenschappen or {}) | {"Identifier": nummer, "Title": titel}
    return Tabel(nummer, titel, {"TableInfos": [json.dumps(info)]}, {}, eigen)


def _met_opmerking(inhoud: bytes, keer: int) -> bytes:
    """A zip with the same members and other bytes; any other file stays as it is."""
    if not inhoud.startswith(b"PK"):
        return inhoud
    uit = io.BytesIO(inhoud)
    with zipfile.ZipFile(uit, "a") as zip_:
        zip_.comment = f"versie {keer}".encode()
    return uit.getvalue()


def _ander_merk(tabel: Tabel, keer: int) -> Tabel:
    """The same figures under other marks, for a table that cannot be made again."""
    moment = f"2030-01-01T00:{keer:02d}:00"
    eigen = tabel.eigenschappen and {**tabel.eigenschappen, "Modified": moment, "Version": moment}
    v3 = dict(tabel.v3)
    if v3.get("TableInfos"):
        info = {**json.loads(v3["TableInfos"][0]), "Modified": moment}
        v3["TableInfos"] = [json.dumps(info)]
    return replace(tabel, v3=v3, eigenschappen=eigen)
