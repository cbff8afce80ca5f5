"""RIVM Regiobeeld (50149NED) in the form of the OData v3 Feed: all years on the areas of 2024.

Here: patients per gemeente, wijk and buurt, year and kind of figure, as one table with a dimension
of periods and one of kinds of figures. That it has these, three kinds and no country is witnessed
(see `bronnen/dialecten/odata_v3_perioden.py`); how dimensions, topics and kinds are called is not,
and is invented here: no test may lean on a name.
Not here: the patients themselves (`bevolking`), fetching (`uitgever/`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from veerkracht_dagster.voorbeeldland.kwb import kwb_regios
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.odata_v3 import PAGINA, antwoord
from veerkracht_dagster.voorbeeldland.raster import FloatArray
from veerkracht_dagster.voorbeeldland.tekst import (
    Regels,
    getallen,
    json_tekst,
    records,
    schrijf_tekst,
    teksten,
)

TABEL = "50149NED"
FEED = "https://dataderden.cbs.nl/ODataFeed/odata"
EDITIE = 2024  # the year of its areas
LAATSTE = 2023
MINSTE = 10  # persons in a cell that is published
REGIO, PERIODE, SOORT = "WijkenEnBuurten", "Perioden", "Cijfersoort"
SOORTEN = {"T001": "Aantal", "T002": "Aantal per 10 000 inwoners", "T003": "Score"}
ONDERWERPEN = {  # key -> (group, title, unit, what it is of the truth)
    "ZorgkostenGgz_1": ("Zorgkosten", "Ggz", "euro", ""),
    "PatientenHuisartsenzorg_2": ("Pati\u00ebnten", "Huisartsenzorg", "aantal", ""),
    "PatientenGgz_3": ("Pati\u00ebnten", "Ggz", "aantal", "rivm_ggz_patienten"),
    "PatientenWijkverpleging_4": ("Pati\u00ebnten", "Wijkverpleging", "aantal", ""),
}


def schrijf_regiobeeld(land: Land, map: Path) -> list[Path]:
    """Write the table under `cbs_odata_v3/50149NED`; needs the year 2024 in the country."""
    doel, paden = map / "cbs_odata_v3" / TABEL, []
    for naam, regels in sets_regiobeeld(land).items():
        for begin in range(0, max(len(regels), 1), PAGINA):
            volgende = begin + PAGINA if begin + PAGINA < len(regels) else None
            tekst = antwoord(FEED, TABEL, naam, regels[begin : begin + PAGINA], volgende)
            paden.append(schrijf_tekst(doel / f"{naam}.skip{begin}.json", tekst))
    return paden


def sets_regiobeeld(land: Land, **info: object) -> dict[str, Regels]:
    """Return every set of the table as rows of JSON; `info` replaces fields of TableInfos."""
    regios, atomen = kwb_regios(land, EDITIE)
    fijn = regios["soort"] != "Land"
    jaren = [jaar for jaar in land.jaren if jaar <= LAATSTE]
    delen = [_van_jaar(land, jaar, regios, atomen)[fijn.to_numpy()] for jaar in jaren]
    tabel = pd.concat(delen, ignore_index=True)
    tabel = tabel.loc[tabel.index.repeat(len(SOORTEN))].reset_index(drop=True)
    tabel["soort"] = np.tile(list(SOORTEN), len(tabel) // len(SOORTEN))
    return {
        "TableInfos": [json_tekst(_table_info(len(tabel)) | info)],
        "DataProperties": [json_tekst(rij) for rij in _data_properties()],
        "TypedDataSet": _rijen(tabel),
        REGIO: [
            json_tekst({"Key": code.ljust(10), "Title": titel, "Description": None})
            for code, titel in regios.loc[fijn, ["code", "titel"]].itertuples(index=False)
        ],
        PERIODE: [
            json_tekst({"Key": f"{j}JJ00", "Title": str(j), "Description": None, "Status": ""})
            for j in jaren
        ],
        SOORT: [
            json_tekst({"Key": sleutel, "Title": titel, "Description": None})
            for sleutel, titel in SOORTEN.items()
        ],
    }


def _van_jaar(
    land: Land, jaar: int, regios: pd.DataFrame, atomen: list[np.ndarray]
) -> pd.DataFrame:
    uit = pd.DataFrame({"code": regios["code"], "periode": f"{jaar}JJ00"})
    for kolom in ("inwoners", *(o[3] for o in ONDERWERPEN.values() if o[3])):
        waarden: FloatArray = np.zeros(len(regios))
        for gebied in atomen:
            eigen = np.unique(gebied)
            waarden[eigen] = land.som(kolom, jaar, gebied, len(regios))[eigen]
        uit[kolom] = waarden
    return uit


def _rijen(tabel: pd.DataFrame) -> Regels:
    namen = ["ID", REGIO, PERIODE, SOORT]
    kolommen = [
        [str(i) for i in range(len(tabel))],
        teksten(tabel["code"].str.ljust(10)),
        teksten(tabel["periode"]),
        teksten(tabel["soort"].str.ljust(6)),
    ]
    for sleutel, (*_, kolom) in ONDERWERPEN.items():
        namen.append(sleutel)
        kolommen.append(_figuren(tabel, kolom) if kolom else ["null"] * len(tabel))
    return records(namen, kolommen)


def _figuren(tabel: pd.DataFrame, kolom: str) -> Regels:
    """Counts, and those per 10,000 residents; none below the smallest cell, and no scores."""
    aantal = tabel[kolom].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        deel = np.rint(10_000 * aantal / tabel["inwoners"].to_numpy())
    soort = tabel["soort"].to_numpy()
    waarde = np.select([soort == "T001", soort == "T002"], [aantal, deel], np.nan)
    klein = (aantal < MINSTE) & (tabel["inwoners"].to_numpy() > 0)
    return getallen(np.where(klein | ~np.isfinite(waarde), np.nan, waarde), 0)


def _data_properties() -> list[dict[str, object]]:
    def rij(id_: int, soort: str, ouder: int | None, **meer: object) -> dict[str, object]:
        vast = {"odata.type": f"Cbs.OData.{soort}", "ID": id_, "ParentID": ouder, "Type": soort}
        return {**vast, "Description": "", **meer}

    uit = [
        rij(0, "GeoDetail", None, Key=REGIO, Title="Wijken en buurten", MapYear=EDITIE),
        rij(1, "TimeDimension", None, Key=PERIODE, Title="Perioden", MapYear=None),
        rij(2, "Dimension", None, Key=SOORT, Title="Cijfersoort", MapYear=None),
    ]
    groepen: dict[str, int] = {}
    for sleutel, (groep, titel, eenheid, _) in ONDERWERPEN.items():
        if groep not in groepen:
            groepen[groep] = len(uit)
            uit.append(rij(len(uit), "TopicGroup", None, Key="", Title=groep))
        uit.append(
            rij(len(uit), "Topic", groepen[groep], Key=sleutel, Title=titel, Unit=eenheid)
            | {"Datatype": "Long", "Decimals": 0, "Default": "Missing"}
        )
    return uit


def _table_info(rijen: int) -> dict[str, object]:
    titel = "Voorbeeld van Regiobeeld; wijken en buurten"
    return {
        "ID": 0,
        "Identifier": TABEL,
        "Title": titel,
        "ShortTitle": titel,
        "ShortDescription": "Een verzonnen land, geen cijfers van het RIVM.",
        "Updated": "2025-06-02T02:00:00",
        "Modified": "2025-06-02T02:00:00",
        "MetaDataModified": "2025-06-02T02:00:00",
        "ReasonDelivery": "Actualisering",
        "OutputStatus": "Regulier",
        "Catalog": "RIVM",
        "Period": f"2014 - {LAATSTE}",
        "RecordCount": rijen,
    }
