"""What the publisher has on offer: the tables and files of the sample country, or real answers.

Here: every source at the address that the catalogue names, and bringing out another version.
Not here: how it is served (`odata.py`, `bestanden.py`).
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd

from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.voorbeeld.kwb import kwb_tabel
from veerkracht_dagster.voorbeeld.land import Land
from veerkracht_dagster.voorbeeld.odata_v3 import sets_v3
from veerkracht_dagster.voorbeeld.odata_v4 import eigenschappen, sets_v4
from veerkracht_dagster.voorbeeld.odata_v4_csv import bulkzip
from veerkracht_dagster.voorbeeld.onderwerpen import TABELLEN
from veerkracht_dagster.voorbeeld.uitgever.antwoord import Bestand, Tabel, Vraag
from veerkracht_dagster.voorbeeld.uitgever.bestanden import feed

_TABEL_IN_PAD = re.compile(r"/(\d{5}[A-Za-z]{3})(?:/|$)")
_FEED_VANAF = 2021
_PDOK = "service.pdok.nl/cbs/wijkenbuurten/{jaar}/atom"
_LBM = "www.leefbaarometer.nl/resources"
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


def aanbod_van_land(land: Land, bronnen: Path, jaren: Iterable[int] | None = None) -> Aanbod:
    """Everything that can be fetched of the sample country.

    Args:
        bronnen: folder in which `schrijf_bronnen` wrote its files: maps and addresses are those.
    """
    aanbod = Aanbod()
    for jaar in jaren or land.jaren:
        tabel = kwb_tabel(land, jaar)
        maker = _maker(tabel, jaar)
        aanbod.makers[TABELLEN[jaar].upper()] = maker
        aanbod.zet(maker(0))
        _zet_kaart(aanbod, bronnen, jaar)
        _zet_adressen(aanbod, bronnen, jaar)
    _zet_leefbaarometer(aanbod, bronnen)
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


def _maker(tabel: pd.DataFrame, jaar: int) -> Maker:
    def maak(keer: int) -> Tabel:
        """The table after so many changes of one figure."""
        anders = tabel.copy()
        anders.loc[anders.index[-1], "inwoners"] += 5 * keer
        return maak_tabel(anders, jaar, datetime(jaar + 1, 3, 26, 2) + timedelta(hours=keer))

    return maak


def _zet_kaart(aanbod: Aanbod, bronnen: Path, jaar: int) -> None:
    pad = bronnen / "cbs_wijkbuurtkaart" / str(jaar) / f"wijkenbuurten_{jaar}.gpkg"
    if not pad.is_file():
        return
    if jaar >= _FEED_VANAF:
        basis = _PDOK.format(jaar=jaar)
        inhoud = pad.read_bytes()
        url = f"https://{basis}/downloads/{pad.name}"
        aanbod.bestanden[f"{basis}/downloads/{pad.name}"] = Bestand(inhoud)
        moment = f"{jaar + 1}-09-01T00:00:00Z"
        aanbod.bestanden[f"{basis}/index.xml"] = Bestand(feed(jaar, url, len(inhoud), moment))
    else:
        inhoud = _zip({f"WijkBuurtkaart_{jaar}_v3/{pad.name}": pad.read_bytes()})
        aanbod.bestanden[_adres("cbs_buurtgrenzen", jaar)] = Bestand(inhoud)


def _zet_adressen(aanbod: Aanbod, bronnen: Path, jaar: int) -> None:
    paden = sorted((bronnen / "cbs_pc6huisnr" / str(jaar)).glob("*.csv"))
    if paden:
        leden = {paden[0].name: paden[0].read_bytes(), f"buurtnaam{jaar}.csv": b"code;naam\n"}
        aanbod.bestanden[_adres("cbs_adressen", jaar)] = Bestand(_zip(leden))


def _zet_leefbaarometer(aanbod: Aanbod, bronnen: Path) -> None:
    paden = sorted((bronnen / "leefbaarometer_3.0").glob("Leefbaarometer-scores *.csv"))
    if not paden:
        return
    map_ = "Leefbaarometer 3.0 - Meting 2024 - open data"
    scores = _zip({f"{map_}/{pad.name}": pad.read_bytes() for pad in paden})
    aanbod.bestanden[f"{_LBM}/open-data-leefbaarometer-meting-2024.zip"] = Bestand(scores)
    lagen = sorted((bronnen / "leefbaarometer_3.0").glob("geometrie-lbm3-2024/*.gpkg"))
    if lagen:
        inhoud = _zip({f"geometrie-lbm3-2024/{pad.name}": pad.read_bytes() for pad in lagen})
        aanbod.bestanden[f"{_LBM}/geometrie-lbm3-2024.zip"] = Bestand(inhoud)


def echt_aanbod(map_: Path) -> Aanbod:
    """Recorded answers of the real services: the folder of real files that the tests read too."""
    aanbod = Aanbod()
    voorbeelden = map_ / "odata_samples"
    for rij in _json(voorbeelden / "v4" / "meta_0.json")["value"]:
        aanbod.zet(Tabel(rij["Identifier"], rij["Title"], eigenschappen=rij))
    for rij in _json(voorbeelden / "v3" / "tables_1.json")["value"]:
        nummer = rij["Identifier"]
        tabel = aanbod.tabellen.get(nummer.upper()) or Tabel(nummer, rij["Title"])
        aanbod.zet(replace(tabel, v3={"TableInfos": [json.dumps(rij)]}))
    for map_v3 in sorted((map_ / "cbs_odata_v3").iterdir()):
        aanbod.zet(_echte_tabel(map_v3.name, sorted(map_v3.glob("*.json.gz")), aanbod))
    for nummer, versie in (("80137ned", "v3"), ("83599NED", "v3"), ("80072ned", "v4")):
        paden = sorted((voorbeelden / versie).glob("*.json"))
        aanbod.zet(_echte_tabel(nummer, paden, aanbod))
    kaart = map_ / "cbs_wijkbuurtkaart" / "2017" / "buurt2017.zip"
    aanbod.bestanden[_adres("cbs_buurtgrenzen", 2017)] = Bestand.van(kaart)
    scores = {p.name: p.read_bytes() for p in (map_ / "leefbaarometer_3.0").glob("*.csv")}
    aanbod.bestanden[f"{_LBM}/open-data-leefbaarometer-meting-2024.zip"] = Bestand(_zip(scores))
    return aanbod


def _echte_tabel(nummer: str, paden: list[Path], aanbod: Aanbod) -> Tabel:
    """The recorded sets of one table, put together from their pages."""
    tabel = aanbod.tabellen.get(nummer.upper()) or Tabel(nummer, nummer)
    v3, v4 = dict(tabel.v3), dict(tabel.v4)
    eigen, eigen_sets = tabel.eigenschappen, set[str]()
    for pad in paden:
        inhoud = _json(pad)
        context = str(inhoud.get("odata.metadata") or inhoud.get("@odata.context"))
        tafel, _, verzameling = context.partition("/$metadata#")
        if not tafel.lower().endswith(f"/{nummer.lower()}") or not verzameling:
            continue
        if verzameling == "Properties":
            eigen = {naam: w for naam, w in inhoud.items() if not naam.startswith("@")}
        elif "@odata.count" not in inhoud:
            sets = v4 if "@odata.context" in inhoud else v3
            rijen = [json.dumps(rij, ensure_ascii=False) for rij in inhoud["value"]]
            naam = verzameling.rpartition(".")[2]
            sets[naam] = [*sets.get(naam, []), *rijen] if naam in eigen_sets else rijen
            eigen_sets.add(naam)
    return replace(tabel, nummer=nummer, v3=v3, v4=v4, eigenschappen=eigen)


def _json(pad: Path) -> dict[str, Any]:
    inhoud = pad.read_bytes()
    return dict(json.loads(gzip.decompress(inhoud) if pad.suffix == ".gz" else inhoud))


def _adres(bron: str, jaar: int) -> str:
    """'host/path' of the first address that the catalogue knows for a year."""
    for weg in catalogus().bronnen[bron].ophalen:
        gezien = [k.url for k in weg.kandidaten(jaar) if k.gezien and weg.weg == "bestand"]
        if gezien:
            return unquote(gezien[0].removeprefix("https://"))
    return f"geen.adres/{bron}/{jaar}"


def _zip(leden: dict[str, bytes]) -> bytes:
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w") as zip_:
        for naam, ruw in leden.items():
            lid = zipfile.ZipInfo(naam, (2024, 1, 1, 0, 0, 0))
            lid.compress_type = zipfile.ZIP_DEFLATED
            zip_.writestr(lid, ruw, compresslevel=1)
    return inhoud.getvalue()


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
