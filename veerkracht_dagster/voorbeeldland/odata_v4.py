"""'Kerncijfers wijken en buurten' in the form of OData v4.

Here: Observations in pages of 100 000 with `@odata.nextLink`, empty cells left out, codes without
padding; MeasureCodes, MeasureGroups, Dimensions, WijkenEnBuurtenCodes and -Groups, Properties.
Text topics (names, postcode, Indelingswijziging) do not exist in a table of type Numeric.
Not here: the figures (`kwb`), the topics (`onderwerpen`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.voorbeeldland.odata_v3 import REGIO_KOLOMMEN, omschrijving, wijknamen
from veerkracht_dagster.voorbeeldland.onderwerpen import TABELLEN, Tabelonderwerp, onderwerpen
from veerkracht_dagster.voorbeeldland.tekst import Regels, json_tekst, schrijf_tekst

BASIS = "https://datasets.cbs.nl/odata/v1/CBS"
PAGINA = 100_000
DIMENSIE = "WijkenEnBuurten"


def schrijf_odata_v4(tabel: pd.DataFrame, jaar: int, map: Path) -> list[Path]:
    """Write a year's table (see `kwb_tabel`) as v4 files under `cbs_odata_v4/{tabel}`."""
    nummer = TABELLEN[jaar]
    doel = map / "cbs_odata_v4" / nummer
    waarnemingen = _waarnemingen(tabel, jaar)
    paden = []
    for begin in range(0, max(len(waarnemingen), 1), PAGINA):
        volgende = begin + PAGINA if begin + PAGINA < len(waarnemingen) else None
        tekst = _antwoord(nummer, "Observations", waarnemingen[begin : begin + PAGINA], volgende)
        paden.append(schrijf_tekst(doel / f"Observations.skip{begin}.json", tekst))
    for naam, rijen in metagegevens(tabel, jaar).items():
        tekst = _antwoord(nummer, naam, [json_tekst(r) for r in rijen], None)
        paden.append(schrijf_tekst(doel / f"{naam}.json", tekst))
    tekst = json_tekst(eigenschappen(jaar, len(waarnemingen)))
    paden.append(schrijf_tekst(doel / "Properties.json", tekst))
    return paden


def sets_v4(tabel: pd.DataFrame, jaar: int) -> dict[str, Regels]:
    """Return every set of a year's table as rows of JSON, all but the singleton Properties."""
    meta = metagegevens(tabel, jaar)
    return {
        "Observations": _waarnemingen(tabel, jaar),
        **{naam: [json_tekst(r) for r in rijen] for naam, rijen in meta.items()},
    }


def metagegevens(tabel: pd.DataFrame, jaar: int) -> dict[str, list[dict[str, Any]]]:
    """Return the sets that describe a year's table, all but the singleton Properties."""
    codes, groepen = _maten(jaar)
    return {
        "MeasureCodes": codes,
        "MeasureGroups": groepen,
        "Dimensions": [_dimensie(jaar)],
        f"{DIMENSIE}Codes": _regiocodes(tabel),
        f"{DIMENSIE}Groups": _regiogroepen(tabel),
    }


def _antwoord(nummer: str, naam: str, regels: Regels, volgende: int | None) -> str:
    context = json_tekst(f"{BASIS}/{nummer}/$metadata#{naam}")
    link = json_tekst(f"{BASIS}/{nummer}/{naam}?$skip={volgende}")
    staart = "" if volgende is None else f',"@odata.nextLink":{link}'
    return f'{{"@odata.context":{context},"value":[{",".join(regels)}]{staart}}}'


def getalonderwerpen(jaar: int) -> list[Tabelonderwerp]:
    """Return the topics that are measures: all but texts."""
    return [o for o in onderwerpen(jaar) if o.datatype != "String"]


def _waarnemingen(tabel: pd.DataFrame, jaar: int) -> Regels:
    regio = np.array([f',"{DIMENSIE}":"{c}"}}' for c in tabel["code"]], dtype=object)
    regels: Regels = []
    for o in getalonderwerpen(jaar):
        if o.bron not in tabel:
            continue
        waarden = tabel[o.bron].to_numpy(dtype=np.float64)
        er = np.flatnonzero(~np.isnan(waarden))
        maat = f',"Measure":"{o.v4}","ValueAttribute":"None","Value":'
        begin = len(regels)
        regels += [
            f'{{"Id":{begin + i}{maat}{waarde!r}{staart}'
            for i, (waarde, staart) in enumerate(
                zip(waarden[er].tolist(), regio[er].tolist(), strict=True)
            )
        ]
    return regels


def _maten(jaar: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return MeasureCodes and MeasureGroups; Index counts both, as DataProperties.ID does in v3."""
    codes: list[dict[str, Any]] = []
    groepen: dict[tuple[str, ...], dict[str, Any]] = {}
    index = 0
    tekstgroepen = {o.groep[0] for o in onderwerpen(jaar)} - {
        o.groep[0] for o in getalonderwerpen(jaar)
    }
    for o in onderwerpen(jaar):
        for diepte in range(1, len(o.groep) + 1):
            pad = o.groep[:diepte]
            if pad not in groepen:
                index += 1
                ouder = groepen[pad[:-1]]["Id"] if diepte > 1 else None
                naam = f"G{index:06d}"
                groepen[pad] = _groep(naam, index, pad[-1], ouder)
        index += 1
        if o.datatype != "String":
            soort = o.datatype
            codes.append(
                {
                    "Identifier": o.v4,
                    "Index": index,
                    "Title": o.titel,
                    "Description": "",
                    "MeasureGroupId": groepen[o.groep]["Id"],
                    "DataType": soort,
                    "Unit": o.eenheid,
                    "Format": None,
                    "Decimals": o.decimalen,
                    "PresentationType": o.presentatie,
                }
            )
    return codes, [g for pad, g in groepen.items() if pad[0] not in tekstgroepen]


def _groep(id_: str, index: int, titel: str, ouder: str | None) -> dict[str, Any]:
    return {"Id": id_, "Index": index, "Title": titel, "Description": "", "ParentId": ouder}


def _dimensie(jaar: int) -> dict[str, Any]:
    return {
        "Identifier": DIMENSIE,
        "Title": "Wijken en buurten",
        "Description": "",
        "Kind": "GeoDetail",
        "MapYear": str(jaar),
        "ReleasePolicy": None,
    }


def _regiocodes(tabel: pd.DataFrame) -> list[dict[str, Any]]:
    namen = wijknamen(tabel)
    uit = []
    for i, r in enumerate(tabel[REGIO_KOLOMMEN].to_dict("records"), start=1):
        groep = {"Land": "NL", "Gemeente": "GM"}.get(r["soort"], r["gemeentecode"])
        uit.append(
            {
                "Identifier": r["code"],
                "Index": i,
                "Title": r["titel"],
                "Description": omschrijving(r, namen) or None,
                "DimensionGroupId": groep,
                "DetailRegionCode": None if r["soort"] == "Land" else r["code"],
            }
        )
    return uit


def _regiogroepen(tabel: pd.DataFrame) -> list[dict[str, Any]]:
    uit = [{"Id": "WBGM", "Index": 0, "Title": "Wijken en buurten per gemeente"}]
    uit[0] |= {"Description": None, "ParentId": None}
    gemeenten = tabel[tabel["soort"] == "Gemeente"]
    for code, titel in zip(gemeenten["code"], gemeenten["titel"], strict=True):
        uit.append(_groep(code, len(uit), titel, "WBGM") | {"Description": None})
    for code, titel in (("NL", "Nederland"), ("GM", "Gemeenten")):
        uit.append(_groep(code, len(uit), titel, None) | {"Description": None})
    return uit


def eigenschappen(jaar: int, aantal: int) -> dict[str, Any]:
    """Return the singleton Properties of a year's table with `aantal` observations."""
    nummer, moment = TABELLEN[jaar], f"{jaar + 3}-11-06T00:00:00+01:00"
    overheid = "https://standaarden.overheid.nl/owms/terms/Centraal_Bureau_voor_de_Statistiek"
    uitleg = f"Voorbeeld: een verzonnen land, geen cijfers van het CBS. Peiljaar {jaar}."
    return {
        "@odata.context": f"{BASIS}/{nummer}/$metadata#Properties",
        "Identifier": nummer,
        "Title": f"Kerncijfers wijken en buurten {jaar}",
        "Description": uitleg,
        "Language": "nl",
        "Authority": overheid,
        "Modified": moment,
        "TemporalCoverage": str(jaar),
        "Catalog": "CBS",
        "Publisher": overheid,
        "ContactPoint": "",
        "Version": f"{jaar + 3}11060000",
        "VersionNotes": "",
        "VersionReason": "Actualisering",
        "Frequency": "Onregelmatig",
        "Status": "Regulier",
        "ObservationCount": aantal,
        "ObservationsModified": moment,
        "DatasetType": "Numeric",
        "DefaultPresentation": "",
        "GraphTypes": "Table,Map",
        "SearchPriority": "2",
        "License": "https://creativecommons.org/licenses/by/4.0/",
        "Source": "Voorbeeld.",
        "Summary": "Kerncijfers over demografische en sociaal-economische kenmerken",
        "LongDescription": uitleg,
        "Provenance": [],
        "RelatedSources": [],
    }
