"""The publishers' recorded answers as an offer: the folder of real files that the tests read too.

Here: putting recorded pages and files together per table and address.
Not here: the sample country (`aanbod.py`), how an answer is made (`odata.py`, `bestanden.py`).
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from veerkracht_dagster.voorbeeldland.uitgever.aanbod import Aanbod
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Statlinetabel, Webbestand
from veerkracht_dagster.voorbeeldland.uitgever.naief import gezien_adres
from veerkracht_dagster.voorbeeldland.uitgever.werkelijk import LBM
from veerkracht_dagster.voorbeeldland.uitgever.zippen import in_zip


def echt_aanbod(map_: Path) -> Aanbod:
    """Recorded answers of the real services: the folder of real files that the tests read too."""
    aanbod = Aanbod()
    voorbeelden = map_ / "odata_samples"
    for rij in _json(voorbeelden / "v4" / "meta_0.json")["value"]:
        aanbod.zet(Statlinetabel(rij["Identifier"], rij["Title"], eigenschappen=rij))
    for rij in _json(voorbeelden / "v3" / "tables_1.json")["value"]:
        nummer = rij["Identifier"]
        tabel = aanbod.tabellen.get(nummer.upper()) or Statlinetabel(nummer, rij["Title"])
        aanbod.zet(replace(tabel, v3={"TableInfos": [json.dumps(rij)]}))
    for map_v3 in sorted((map_ / "cbs_odata_v3").iterdir()):
        aanbod.zet(_echte_tabel(map_v3.name, sorted(map_v3.glob("*.json.gz")), aanbod))
    for nummer, versie in (("80137ned", "v3"), ("83599NED", "v3"), ("80072ned", "v4")):
        paden = sorted((voorbeelden / versie).glob("*.json"))
        aanbod.zet(_echte_tabel(nummer, paden, aanbod))
    kaart = map_ / "cbs_wijkbuurtkaart" / "2017" / "buurt2017.zip"
    aanbod.bestanden[gezien_adres("cbs_buurtgrenzen", 2017)] = Webbestand.van(kaart)
    scores = {p.name: p.read_bytes() for p in (map_ / "leefbaarometer_3.0").glob("*.csv")}
    aanbod.bestanden[f"{LBM}/open-data-leefbaarometer-meting-2024.zip"] = Webbestand(in_zip(scores))
    return aanbod


def _echte_tabel(nummer: str, paden: list[Path], aanbod: Aanbod) -> Statlinetabel:
    """The recorded sets of one table, put together from their pages."""
    tabel = aanbod.tabellen.get(nummer.upper()) or Statlinetabel(nummer, nummer)
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
