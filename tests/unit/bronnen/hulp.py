"""Tiny publishers' files, written in the test that reads them."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.vastleggen import ter_plaatse
from veerkracht_dagster.bronnen.verslag import Leesverslag
from veerkracht_dagster.bronnen.vindplaatsen import vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Catalogus, Tabeljaren
from veerkracht_dagster.opslag.vingerafdrukken import Vingerafdrukken

V3 = "cbs_odata_v3/84799NED"  # 2020
V4 = "cbs_odata_v4/83765NED"  # 2017
LBM = "leefbaarometer_3.0/Leefbaarometer-scores buurten 2002-2024.csv"
ADRESSEN = "cbs_pc6huisnr/2017/pc6hnr20170801_gwb.csv"
LAND = 4.102264851

# code, name, gemeente, level, inhabitants, benefits
REGIOS = [
    ("NL00", "Nederland", "Nederland", "Land", 120, 30),
    ("GM0014", "Groningen", "Groningen", "Gemeente", 120, 30),
    ("WK001400", "Centrum", "Groningen", "Wijk", 120, 30),
    ("BU00140000", "Noord", "Groningen", "Buurt", 100, 20),
    ("BU00140001", "Zuid", "Groningen", "Buurt", 20, None),  # suppressed
    ("BU00140002", "Leeg", "Groningen", "Buurt", 0, None),  # nobody: not applicable
]
# Key (the number is not the real one, on purpose), title, unit, group
ONDERWERPEN = [
    ("Gemeentenaam_1", "Gemeentenaam", "naam", "Regioaanduiding"),
    ("SoortRegio_2", "Soort regio", "omschrijving", "Regioaanduiding"),
    ("Codering_3", "Codering", "code", "Regioaanduiding"),
    ("Indelingswijziging_4", "Indelingswijziging wijken en buurten", "code", "Regioaanduiding"),
    ("AantalInwoners_95", "Aantal inwoners\xa0", "aantal", "Bevolking"),
    ("Bijstand_7", "Personen per soort uitkering; Bijstand", "aantal", "Sociale zekerheid"),
    ("Koopwoningen_8", "Koopwoningen", "%", "Wonen"),
    ("Koopwoningen_9", "Koopwoningen", "kWh", "Energie"),
]


def schrijf(map_: Path, naam: str, inhoud: str | bytes | dict[str, Any]) -> Path:
    """Write a file below `map_`; a name on .gz is compressed, a dict becomes JSON."""
    pad = map_ / naam
    pad.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(inhoud, dict):
        inhoud = json.dumps(inhoud, ensure_ascii=False)
    ruw = inhoud.encode("utf-8") if isinstance(inhoud, str) else inhoud
    pad.write_bytes(gzip.compress(ruw, mtime=0) if naam.endswith(".gz") else ruw)
    return pad


def lees_map(
    map_: Path, bron: str, jaar: int, cat: Catalogus | None = None
) -> tuple[pd.DataFrame, Leesverslag]:
    """Find and read, where the files lie; by `kleine_tabellen` unless told otherwise."""
    vingers = Vingerafdrukken(map_.parent / "vingerafdrukken.json")
    return lees(ter_plaatse(vind(map_, bron, jaar), vingers), cat or kleine_tabellen())


@cache
def kleine_tabellen() -> Catalogus:
    """The catalogue for a publisher whose whole tables have just the columns of these tests."""
    nooit = {"in_tabel": Tabeljaren(tot=0)}
    kolommen = {n: kolom.model_copy(update=nooit) for n, kolom in catalogus().kolommen.items()}
    return catalogus().model_copy(update={"kolommen": kolommen})


def v3_set(naam: str, rijen: list[dict[str, Any]], volgende: int | None = None) -> dict[str, Any]:
    """One OData v3 answer of table 84799NED."""
    url = "https://opendata.cbs.nl/ODataFeed/odata/84799NED"
    uit: dict[str, Any] = {
        "odata.metadata": f"{url}/$metadata#Cbs.OData.WebAPI.{naam}",
        "value": rijen,
    }
    if volgende is not None:
        uit["odata.nextLink"] = f"{url}/{naam}?$format=json&$skip={volgende}"
    return uit


def v3_rijen() -> list[dict[str, Any]]:
    """TypedDataSet: padded codes, null for every reason."""
    return [
        {
            "ID": i,
            "WijkenEnBuurten": code.ljust(10),
            "Gemeentenaam_1": gemeente.ljust(40),
            "SoortRegio_2": soort.ljust(10),
            "Codering_3": code.ljust(10),
            "Indelingswijziging_4": "1" if soort == "Buurt" else ".",
            "AantalInwoners_95": inwoners,
            "Bijstand_7": bijstand,
            "Koopwoningen_8": None,
            "Koopwoningen_9": 2000,
        }
        for i, (code, _, gemeente, soort, inwoners, bijstand) in enumerate(REGIOS)
    ]


def v3_eigenschappen() -> list[dict[str, Any]]:
    """DataProperties: the dimension, the groups, the topics."""
    groepen = list(dict.fromkeys(groep for *_, groep in ONDERWERPEN))
    uit = [
        {"ID": 0, "ParentID": None, "Type": "GeoDetail", "Key": "WijkenEnBuurten",
         "Title": "Wijken en buurten", "MapYear": 2020, "Unit": None}
    ]  # fmt: skip
    uit += [
        {"ID": 1 + i, "ParentID": None, "Type": "TopicGroup", "Key": "", "Title": g, "Unit": None}
        for i, g in enumerate(groepen)
    ]
    uit += [
        {"ID": 100 + i, "ParentID": 1 + groepen.index(groep), "Type": "Topic", "Key": sleutel,
         "Title": titel, "Unit": eenheid}
        for i, (sleutel, titel, eenheid, groep) in enumerate(ONDERWERPEN)
    ]  # fmt: skip
    return uit


def schrijf_v3(map_: Path, *, per_pagina: int = 4) -> None:
    """A whole v3 table of six regions, in pages."""
    rijen = v3_rijen()
    namen = [{"Key": code.ljust(10), "Title": naam} for code, naam, *_ in REGIOS]
    for verzameling, alle in (("TypedDataSet", rijen), ("WijkenEnBuurten", namen)):
        for begin in range(0, len(alle), per_pagina):
            eind = begin + per_pagina
            volgende = eind if eind < len(alle) else None
            antwoord = v3_set(verzameling, alle[begin:eind], volgende)
            schrijf(map_, f"{V3}/{verzameling}.skip{begin}.json", antwoord)
    schrijf(map_, f"{V3}/DataProperties.json", v3_set("DataProperties", v3_eigenschappen()))
    info = {"Modified": "2021-03-26T02:00:00", "RecordCount": len(rijen)}
    schrijf(map_, f"{V3}/TableInfos.json", v3_set("TableInfos", [info]))


def v4_set(naam: str, rijen: list[dict[str, Any]], volgende: int | None = None) -> dict[str, Any]:
    """One OData v4 answer of table 83765NED."""
    url = "https://datasets.cbs.nl/odata/v1/CBS/83765NED"
    uit: dict[str, Any] = {"@odata.context": f"{url}/$metadata#{naam}", "value": rijen}
    if volgende is not None:
        uit["@odata.nextLink"] = f"{url}/{naam}?$skip={volgende}"
    return uit


def schrijf_v4(map_: Path) -> None:
    """A whole v4 table: long, sparse, in pages of five."""
    maten = [
        ("T001036", "Aantal inwoners", "aantal", "M1"),
        ("D006842", "Personen per soort uitkering; Bijstand", "aantal", "M2"),
        ("M000297", "Woningvoorraad", "aantal", "M3"),
    ]
    schrijf(map_, f"{V4}/MeasureCodes.json", v4_set("MeasureCodes", [
        {"Identifier": i, "Title": t, "Unit": e, "MeasureGroupId": g} for i, t, e, g in maten
    ]))  # fmt: skip
    schrijf(map_, f"{V4}/MeasureGroups.json", v4_set("MeasureGroups", [
        {"Id": "M1", "Title": "Bevolking", "ParentId": None},
        {"Id": "M2", "Title": "Sociale zekerheid", "ParentId": None},
        {"Id": "M3", "Title": "Wonen", "ParentId": None},
    ]))  # fmt: skip
    schrijf(map_, f"{V4}/Dimensions.json", v4_set("Dimensions", [
        {"Identifier": "WijkenEnBuurten", "Kind": "GeoDetail", "MapYear": "2017"}
    ]))  # fmt: skip
    schrijf(map_, f"{V4}/WijkenEnBuurtenCodes.json", v4_set("WijkenEnBuurtenCodes", [
        {"Identifier": code, "Title": naam} for code, naam, *_ in REGIOS
    ]))  # fmt: skip
    schrijf(map_, f"{V4}/Properties.json", {"Version": "202011060000"})
    waarnemingen = v4_waarnemingen()
    for begin in range(0, len(waarnemingen), 5):
        volgende = begin + 5 if begin + 5 < len(waarnemingen) else None
        antwoord = v4_set("Observations", waarnemingen[begin : begin + 5], volgende)
        schrijf(map_, f"{V4}/Observations.skip{begin}.json.gz", antwoord)


def v4_waarnemingen() -> list[dict[str, Any]]:
    """What is empty is not there; buurt 'Leeg' has inhabitants 0 and nothing else."""
    cellen = [
        (maat, regio[0], regio[plek])
        for maat, plek in (("T001036", 4), ("D006842", 5))
        for regio in REGIOS
        if regio[plek] is not None
    ]
    return [
        {"Id": i, "Measure": m, "ValueAttribute": "None", "Value": w, "WijkenEnBuurten": r}
        for i, (m, r, w) in enumerate(cellen)
    ]


def statline() -> str:
    """StatLine CSV: byte order mark, ';', quotes, CRLF, padded codes, decimal comma."""
    koppen = [
        "Wijken en buurten", "Regioaanduiding/Gemeentenaam (naam)",
        "Regioaanduiding/Soort regio (omschrijving)", "Regioaanduiding/Codering (code)",
        "Regioaanduiding/Indelingswijziging wijken en buurten (code)",
        "Bevolking/Aantal inwoners (aantal)",
        "Sociale zekerheid/Personen per soort uitkering; Bijstand (aantal)",
        "Wonen/Woningen naar eigendom/Koopwoningen (%)",
        "Inkomen/Inkomen van personen/40% personen met laagste inkomen (%)",
    ]  # fmt: skip
    regels = [";".join(f'"{kop}"' for kop in koppen)]
    for code, naam, gemeente, soort, inwoners, bijstand in REGIOS:
        uitkering = '"."' if bijstand is None else bijstand
        regels.append(
            f'"{naam}";"{gemeente:<40}";"{soort:<10}";"{code:<10}";"1";'
            f'{inwoners};{uitkering};57;"40,5"'
        )
    return "\ufeff" + "\r\n".join(regels) + "\r\n"


def lbm(codes: tuple[str, ...] = ("BU00140000", "BU00140001"), jaren=(2014, 2016)) -> str:
    """Score file; 2016 has no dimensions."""
    regels = ["bu_code,bu_naam,jaar,lbm,afw,fys,onv,soc,vrz,won"]
    for nummer, code in enumerate(codes):
        for jaar in jaren:
            dimensies = [0.01 * (nummer + 1), -0.02, 0.03, 1e-5, 0.005]
            afw = sum(dimensies)
            tekst = ",".join(["NA"] * 5 if jaar == 2016 else [repr(d) for d in dimensies])
            regels.append(f"{code},Buurt {nummer},{jaar},{LAND + afw!r},{afw!r},{tekst}")
    return "\n".join(regels) + "\n"


def adressen() -> str:
    """pc6hnr of 2017: integer codes, another header for the gemeente."""
    return (
        "PC6;Huisnummer;Buurt2017;Wijk2017;Gem2017\n"
        "9711AA;1;140000;1400;14\n"
        "9711AA;2;140001;1400;14\n"
        "9712AB;1;140001;1400;14\n"
    )


MICRODATA = "code;aantal;kwetsbaar\nBU00140000;100;25\nBU00140001;50;.\n"


def schrijf_levering(map_: Path, tekst: str, bron: str = "cbs_microdata", **anders: Any) -> None:
    """A delivery of 2020 with a manifest; `anders` replaces the manifest's keys."""
    manifest = {
        "bron": bron,
        "peiljaar": 2020,
        "gebiedsjaar": 2019,
        "bestand": "uitvoer.csv",
        "sha256": hashlib.sha256(tekst.encode()).hexdigest(),
        "leverancier": "CBS",
        "licentie": "uitvoerregels",
        "kolommen": {"code": "regiocode", "aantal": "md_personen", "kwetsbaar": "md_kwetsbaar"},
    } | anders
    kaal = {sleutel: waarde for sleutel, waarde in manifest.items() if waarde is not ...}
    schrijf(map_, f"levering/{bron}/2020/manifest.yml", kaal)  # JSON is YAML
    schrijf(map_, f"levering/{bron}/2020/uitvoer.csv", tekst)
