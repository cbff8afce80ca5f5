"""'Kerncijfers wijken en buurten' in the form of the OData v3 Feed.

Here: TypedDataSet and WijkenEnBuurten in pages of 10 000 with `odata.nextLink`, DataProperties and
TableInfos; padded codes, null for every reason, names with their position.
Not here: the figures (`kwb`), the topics (`onderwerpen`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from veerkracht_dagster.voorbeeldland.onderwerpen import TABELLEN, Tabelonderwerp, onderwerpen
from veerkracht_dagster.voorbeeldland.tekst import (
    Regels,
    getallen,
    json_tekst,
    records,
    schrijf_tekst,
    teksten,
)

FEED = "https://opendata.cbs.nl/ODataFeed/odata"
PAGINA = 10_000
DIMENSIE = "WijkenEnBuurten"
REGIO_KOLOMMEN = ["code", "titel", "gemeentenaam", "soort", "gemeentecode", "wijkcode"]


def schrijf_odata_v3(tabel: pd.DataFrame, jaar: int, map: Path) -> list[Path]:
    """Write a year's table (see `kwb_tabel`) as v3 files under `cbs_odata_v3/{tabel}`."""
    nummer = TABELLEN[jaar]
    doel = map / "cbs_odata_v3" / nummer
    sets = sets_v3(tabel, jaar)
    paden = []
    for naam in ("TypedDataSet", DIMENSIE):
        regels = sets[naam]
        for begin in range(0, max(len(regels), 1), PAGINA):
            volgende = begin + PAGINA if begin + PAGINA < len(regels) else None
            tekst = antwoord(FEED, nummer, naam, regels[begin : begin + PAGINA], volgende)
            paden.append(schrijf_tekst(doel / f"{naam}.skip{begin}.json", tekst))
    for naam in ("DataProperties", "TableInfos"):
        tekst = antwoord(FEED, nummer, naam, sets[naam], None)
        paden.append(schrijf_tekst(doel / f"{naam}.json", tekst))
    return paden


def sets_v3(tabel: pd.DataFrame, jaar: int, **info: object) -> dict[str, Regels]:
    """Return every set of a year's table as rows of JSON; `info` replaces fields of TableInfos."""
    return {
        "TableInfos": [json_tekst(table_info(jaar, len(tabel)) | info)],
        "TypedDataSet": _rijen(tabel, jaar),
        "DataProperties": [json_tekst(e) for e in data_properties(jaar)],
        "CategoryGroups": [],
        DIMENSIE: _regios(tabel),
    }


def antwoord(feed: str, nummer: str, naam: str, regels: Regels, volgende: int | None) -> str:
    """Return a page of a set; `volgende` is where the next one begins, if there is one."""
    soort = f"{feed}/{nummer}/$metadata#Cbs.OData.WebAPI.{naam}"
    link = f"{feed}/{nummer}/{naam}?$format=json&$skip={volgende}"
    staart = "" if volgende is None else f',"odata.nextLink":{json_tekst(link)}'
    return f'{{"odata.metadata":{json_tekst(soort)},"value":[{",".join(regels)}]{staart}}}'


def _rijen(tabel: pd.DataFrame, jaar: int) -> Regels:
    namen, kolommen = ["ID", DIMENSIE], [[str(i) for i in range(len(tabel))]]
    kolommen.append(teksten(tabel["code"].str.ljust(10)))
    for onderwerp in onderwerpen(jaar):
        namen.append(onderwerp.naam)
        kolommen.append(_kolom(tabel, onderwerp))
    return records(namen, kolommen)


def _kolom(tabel: pd.DataFrame, onderwerp: Tabelonderwerp) -> Regels:
    vaste = {
        "gemeentenaam": lambda: tabel["gemeentenaam"].str.ljust(40),
        "soort_regio": lambda: tabel["soort"].str.ljust(10),
        "codering": lambda: tabel["code"].str.ljust(10),
        "indelingswijziging": lambda: tabel["indelingswijziging"],
        "postcode": lambda: tabel["postcode"].str.rjust(10),
    }
    if onderwerp.bron in vaste:
        return teksten(vaste[onderwerp.bron]())
    if onderwerp.bron not in tabel:
        return ["null"] * len(tabel)
    return getallen(tabel[onderwerp.bron].to_numpy(), onderwerp.decimalen)


def _regios(tabel: pd.DataFrame) -> Regels:
    regels = []
    namen = wijknamen(tabel)
    for r in tabel[REGIO_KOLOMMEN].to_dict("records"):
        gemeente = "" if r["soort"] == "Land" else r["gemeentecode"]
        regels.append(
            json_tekst(
                {
                    "Key": r["code"].ljust(10),
                    "Title": r["titel"],
                    "Description": omschrijving(r, namen) or None,
                    "Municipality": gemeente,
                    "DetailRegionCode": "" if r["soort"] == "Land" else r["code"],
                }
            )
        )
    return regels


def wijknamen(tabel: pd.DataFrame) -> dict[str, str]:
    """Return the name of each wijk by its code."""
    wijken = tabel[tabel["soort"] == "Wijk"]
    return dict(zip(wijken["code"], wijken["titel"], strict=True))


def omschrijving(r: Mapping[Any, str], namen: Mapping[str, str]) -> str:
    """Return the publisher's sentence about a region (empty for the country)."""
    naam, gemeente = f"'{r['titel']}' ({r['code']})", f"'{r['gemeentenaam']}'"
    if r["soort"] == "Gemeente":
        return f"Gemeente {naam}"
    if r["soort"] == "Wijk":
        return f"Wijk {naam} is een wijk in de gemeente {gemeente}."
    if r["soort"] == "Buurt":
        wijk = namen[r["wijkcode"]]
        return f"Buurt {naam} is een buurt in wijk '{wijk}' in de gemeente {gemeente}."
    return ""


def data_properties(jaar: int) -> list[dict[str, object]]:
    """Return the rows of DataProperties: the dimension, topic groups and topics, in order."""
    leeg = dict.fromkeys(["MapYear", "Datatype", "Unit", "Decimals", "Default", "PresentationType"])

    def rij(id_: int, soort: str, positie: int | None, ouder: int | None) -> dict[str, object]:
        return {
            "odata.type": f"Cbs.OData.{soort}",
            "ID": id_,
            "Position": positie,
            "ParentID": ouder,
            "Type": soort,
        }

    uit = [
        rij(0, "GeoDetail", 0, None)
        | {"Key": DIMENSIE, "Title": "Wijken en buurten", "Description": ""}
        | (leeg | {"MapYear": jaar})
    ]
    groepen: dict[tuple[str, ...], int] = {}
    for o in onderwerpen(jaar):
        for diepte in range(1, len(o.groep) + 1):
            pad = o.groep[:diepte]
            if pad not in groepen:
                groepen[pad] = len(uit)
                kop = rij(len(uit), "TopicGroup", None, groepen.get(pad[:-1]))
                uit.append(kop | {"Key": "", "Title": pad[-1], "Description": ""} | leeg)
        uit.append(
            rij(len(uit), "Topic", o.positie, groepen[o.groep])
            | {"Key": o.naam, "Title": o.titel, "Description": ""}
            | {"MapYear": None, "Datatype": o.datatype, "Unit": o.eenheid}
            | {"Decimals": o.decimalen, "Default": o.standaard, "PresentationType": o.presentatie}
        )
    return uit


def table_info(jaar: int, rijen: int) -> dict[str, object]:
    """Return the row of TableInfos; its text says that this country is invented."""
    nummer, titel = TABELLEN[jaar], f"Kerncijfers wijken en buurten {jaar}"
    uitleg = f"Voorbeeld: een verzonnen land, geen cijfers van het CBS. Peiljaar {jaar}."
    samenvatting = "Kerncijfers over demografische en sociaal-economische kenmerken"
    return {
        "Updated": f"{jaar + 1}-03-26T02:00:00",
        "ID": 0,
        "Identifier": nummer,
        "Title": titel,
        "ShortTitle": titel,
        "ShortDescription": uitleg,
        "Summary": samenvatting,
        "Modified": f"{jaar + 1}-03-26T02:00:00",
        "MetaDataModified": f"{jaar + 1}-03-26T02:00:00",
        "ReasonDelivery": "Actualisering",
        "ExplanatoryText": "",
        "OutputStatus": "Regulier",
        "Source": "Voorbeeld.",
        "Language": "nl",
        "Catalog": "CBS",
        "Frequency": "Onregelmatig",
        "Period": str(jaar),
        "SummaryAndLinks": samenvatting,
        "ApiUrl": f"https://opendata.cbs.nl/ODataApi/OData/{nummer}",
        "FeedUrl": f"https://opendata.cbs.nl/ODataFeed/OData/{nummer}",
        "DefaultPresentation": "",
        "DefaultSelection": "",
        "GraphTypes": "Table,Map",
        "RecordCount": rijen,
        "ColumnCount": len(onderwerpen(jaar)) + 1,
        "SearchPriority": "2",
    }
