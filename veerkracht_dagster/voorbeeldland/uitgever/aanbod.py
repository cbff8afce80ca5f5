"""What the publisher has on offer: the tables and files of the sample country, or real answers.

Here: every table and file that is served, and bringing out another version. Not here: what a
version is (`uitgaven.py`), which files there are (`werkelijk.py`, `naief.py`), how all is served
(`odata.py`, `bestanden.py`).
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from veerkracht_dagster.voorbeeldland import regiobeeld
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.onderwerpen import TABELLEN
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Statlinetabel, Webbestand, Webvraag
from veerkracht_dagster.voorbeeldland.uitgever.naief import naieve_bestanden
from veerkracht_dagster.voorbeeldland.uitgever.uitgaven import (
    Maker,
    Wat,
    bewaar,
    lees,
    maker_van,
)
from veerkracht_dagster.voorbeeldland.uitgever.werkelijk import (
    werkelijke_bestanden,
    zoals_uitgegeven,
)

_TABEL_IN_PAD = re.compile(r"/(\d{5}[A-Za-z]{3})(?:/|$)")


@dataclass
class Aanbod:
    """Tables by number in capitals, files by 'host/path', and how to make a next version.

    gebeurd: the versions that were brought out of a table, after its first; kept in `geheugen`.
    """

    tabellen: dict[str, Statlinetabel] = field(default_factory=dict)
    bestanden: dict[str, Webbestand] = field(default_factory=dict)
    makers: dict[str, Maker] = field(default_factory=dict)
    gebeurd: dict[str, list[Wat]] = field(default_factory=dict)
    geheugen: Path | None = None
    keren: int = 0

    def zet(self, tabel: Statlinetabel) -> None:
        """Bring out a (version of a) table."""
        self.tabellen[tabel.nummer.upper()] = tabel

    def verander(self, vraag: Webvraag) -> None:
        """Bring out another version of what is asked."""
        gevonden = _TABEL_IN_PAD.search(vraag.pad)
        if gevonden and gevonden[1].upper() in self.tabellen:
            self.verander_tabel(gevonden[1])
        elif vraag.url in self.bestanden:
            self.keren += 1
            oud = self.bestanden[vraag.url]
            moment = f"Mon, 26 Feb 2024 02:00:{self.keren % 60:02d} GMT"
            self.bestanden[vraag.url] = Webbestand(_met_opmerking(oud.inhoud, self.keren), moment)

    def verander_tabel(self, nummer: str, wat: Wat = Wat.CIJFER) -> str | None:
        """Bring out another version of a table; returns which, as v4 says it.

        Raises:
            NietsTeVullen: measures were to be filled, and none are empty.
        """
        nummer = nummer.upper()
        if nummer not in self.makers:
            self.keren += 1
            self.zet(_ander_merk(self.tabellen[nummer], self.keren))
        else:
            gebeurd = [*self.gebeurd.get(nummer, []), wat]
            self._breng_uit(nummer, gebeurd)
            self.gebeurd[nummer] = gebeurd
            bewaar(self.geheugen, self.gebeurd)
        tabel = self.tabellen.get(nummer)
        return (tabel.eigenschappen or {}).get("Version") if tabel else None

    def _breng_uit(self, nummer: str, gebeurd: Sequence[Wat]) -> None:
        tabel = self.makers[nummer](gebeurd)
        if tabel is None:
            self.tabellen.pop(nummer, None)
        else:
            self.zet(tabel)


def aanbod_van_land(
    land: Land,
    map_: Path,
    jaren: Iterable[int] | None = None,
    *,
    naief: bool = False,
    geheugen: Path | None = None,
) -> Aanbod:
    """Everything that can be fetched of the sample country, for these years or all it has.

    Args:
        map_: a folder of its own, where the files are kept that are served; made when not there.
        naief: in the forms that were assumed before anybody looked; else as publishers serve it.
        geheugen: file in which is remembered which versions were brought out.
    """
    jaren = sorted(jaren or land.jaren)
    maak_bestanden = naieve_bestanden if naief else werkelijke_bestanden
    gebeurd = lees(geheugen)
    aanbod = Aanbod(bestanden=maak_bestanden(land, map_, jaren), gebeurd=gebeurd, geheugen=geheugen)
    for jaar in jaren:
        nummer = TABELLEN[jaar].upper()
        aanbod.makers[nummer] = maker_van(land, jaar, None if naief else zoals_uitgegeven)
        aanbod._breng_uit(nummer, gebeurd.get(nummer, ()))
    if regiobeeld.EDITIE in land.jaren:
        aanbod.zet(_regiobeeld(land))
    return aanbod


def _regiobeeld(land: Land) -> Statlinetabel:
    """The table of RIVM, at the host of third parties, which has v3 alone (sources.md 1)."""
    sets = regiobeeld.sets_regiobeeld(land)
    titel = json.loads(sets["TableInfos"][0])["Title"]
    return Statlinetabel(regiobeeld.TABEL, titel, sets, host_v3="dataderden.cbs.nl")


def _met_opmerking(inhoud: bytes, keer: int) -> bytes:
    """A zip with the same members and other bytes; any other file stays as it is."""
    if not inhoud.startswith(b"PK"):
        return inhoud
    uit = io.BytesIO(inhoud)
    with zipfile.ZipFile(uit, "a") as zip_:
        zip_.comment = f"versie {keer}".encode()
    return uit.getvalue()


def _ander_merk(tabel: Statlinetabel, keer: int) -> Statlinetabel:
    """The same figures under other marks, for a table that cannot be made again."""
    moment = f"2030-01-01T00:{keer:02d}:00"
    eigen = tabel.eigenschappen and {**tabel.eigenschappen, "Modified": moment, "Version": moment}
    v3 = dict(tabel.v3)
    if v3.get("TableInfos"):
        info = {**json.loads(v3["TableInfos"][0]), "Modified": moment}
        v3["TableInfos"] = [json.dumps(info)]
    return replace(tabel, v3=v3, eigenschappen=eigen)
