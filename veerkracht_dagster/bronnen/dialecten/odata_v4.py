"""Kerncijfers as OData v4 answers: Observations (one row per measure and region), MeasureCodes.

Here: the sets of a table; regions come from WijkenEnBuurtenCodes.
Not here: pages (`odata.py`), long to wide (`waarnemingen.py`), the bulk file (`odata_v4_csv.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from veerkracht_dagster.bronnen.dialecten.odata import (
    V4,
    Pagina,
    alle_rijen,
    getalveld,
    paginas,
    veld,
    verplichte_paginas,
    weiger_aantal,
)
from veerkracht_dagster.bronnen.dialecten.waarnemingen import (
    Gecodeerd,
    Vulling,
    Waarnemingen,
    gebieden_van,
)
from veerkracht_dagster.bronnen.fouten import bronfout
from veerkracht_dagster.bronnen.invoer import Bestand, json_van
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp, zoek, zoek_titel
from veerkracht_dagster.bronnen.regio import tekst, weiger_codes
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.vorm import Lezing, Vraag, gebiedstabel


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of kerncijfers from OData v4 answers.

    Raises:
        BronFout: a set or page is missing or cut off, another table or year, a column matched
            twice, two observations of one cell, an unknown region, wrong or double codes.
    """
    maten = verplichte_paginas(deel.bestanden, "MeasureCodes", V4, vraag)
    dimensie = regiodimensie(deel, vraag)
    codes = verplichte_paginas(deel.bestanden, f"{dimensie}Codes", V4, vraag)
    waarnemingen = verplichte_paginas(deel.bestanden, "Observations", V4, vraag)
    groepen = paginas(deel.bestanden, "MeasureGroups", V4, vraag)
    veld(maten[0].bestand, alle_rijen(maten), "Identifier")
    if groepen:
        veld(groepen[0].bestand, alle_rijen(groepen), "Id")
    onderwerpen = onderwerpen_van(alle_rijen(maten), alle_rijen(groepen))
    gevonden = zoek(maten[0].bestand, vraag.kolommen, onderwerpen, heel_jaar=vraag.peiljaar)
    regio = tekst(veld(codes[0].bestand, alle_rijen(codes), "Identifier"))
    weiger_codes(codes[0].bestand, regio, kolom="Identifier")
    wijziging = zoek_titel(onderwerpen, "Indelingswijziging")
    plaats = {code: i for i, code in enumerate(regio)}
    alle_maten = {onderwerp.sleutel for onderwerp in onderwerpen}
    vulling = Vulling(plaats, gevonden.sleutels, wijziging, dimensie, alle_maten)
    for pagina in waarnemingen:
        vulling.neem(waarnemingen_van(pagina, dimensie))
    weiger_aantal(
        waarnemingen[-1].bestand,
        vulling.aantal,
        _aangekondigd(deel.bestanden),
        "Properties.ObservationCount",
    )
    titels = tekst(veld(codes[0].bestand, alle_rijen(codes), "Title"))
    plek = (
        np.repeat([p.bestand.sha256 for p in codes], [len(p.rijen) for p in codes]).astype(object),
        np.concatenate([np.arange(len(p.rijen)) for p in codes]),
    )
    gebieden = gebieden_van(regio, titels, plek, vulling)
    frame = gebiedstabel(vraag, gebieden, vulling.waarden, gebiedsjaar=vraag.peiljaar)
    return Lezing(
        frame,
        tuple(pagina.gelezen for pagina in waarnemingen),
        gevonden.sleutels,
        gevonden.niet_gevonden,
        vulling.opmerkingen,
    )


def onderwerpen_van(maten: list[dict[str, Any]], groepen: list[dict[str, Any]]) -> list[Onderwerp]:
    """The measures, each with the titles of its groups."""
    bij_id = {groep["Id"]: groep for groep in groepen}

    def titels_van(groep_id: object) -> tuple[str, ...]:
        titels: list[str] = []
        gezien = set()
        while groep_id in bij_id and groep_id not in gezien:
            gezien.add(groep_id)
            titels.insert(0, str(bij_id[groep_id].get("Title") or ""))
            groep_id = bij_id[groep_id].get("ParentId")
        return tuple(titels)

    uit = []
    for maat in maten:
        pad = titels_van(maat.get("MeasureGroupId"))
        sleutel, groep = maat["Identifier"], pad[0] if pad else None
        uit.append(
            Onderwerp(sleutel, maat.get("Title") or "", maat.get("Unit"), groep, sleutel, pad)
        )
    return uit


def _aangekondigd(bestanden: Sequence[Bestand]) -> object:
    """How many observations the table has, as its Properties say; None without them."""
    eigen = [bestand for bestand in bestanden if bestand.kort.split(".")[0] == "Properties"]
    return json_van(eigen[0]).get("ObservationCount") if eigen else None


def waarnemingen_van(pagina: Pagina, dimensie: str) -> Waarnemingen:
    """The observations of a page, by column.

    Raises:
        BronFout: a row without one of its fields, or with a text for a number.
    """
    bestand, rijen = pagina.bestand, pagina.rijen
    return Waarnemingen(
        bestand,
        Gecodeerd.van(veld(bestand, rijen, dimensie)),
        Gecodeerd.van(veld(bestand, rijen, "Measure")),
        Gecodeerd.van([rij.get("ValueAttribute") for rij in rijen]),
        np.array(getalveld(bestand, rijen, "Value"), dtype=float),
        Gecodeerd.van([rij.get("StringValue") for rij in rijen]),
    )


def regiodimensie(deel: VastgelegdDeel, vraag: Vraag) -> str:
    """The dimension that holds the regions.

    Raises:
        BronFout: see `weiger_dimensies`.
    """
    dimensies = verplichte_paginas(deel.bestanden, "Dimensions", V4, vraag)
    return weiger_dimensies(dimensies[0].bestand, alle_rijen(dimensies), vraag)


def weiger_dimensies(bestand: Bestand, dimensies: Sequence[dict[str, Any]], vraag: Vraag) -> str:
    """The dimension that holds the regions.

    Raises:
        BronFout: not exactly one, or of another year.
    """
    gevonden = [r for r in dimensies if str(r.get("Kind", "")).startswith("Geo")]
    kaartjaar = gevonden[0].get("MapYear") if len(gevonden) == 1 else None
    if len(gevonden) != 1 or (kaartjaar and str(kaartjaar) != str(vraag.peiljaar)):
        raise bronfout(
            bestand.waar,
            gevonden=f"{len(gevonden)} dimensies met gebieden, van jaar {kaartjaar}",
            verwacht=f"een dimensie met gebieden van {vraag.peiljaar}",
            remedie="zet de tabel bij het juiste jaar in bronnen.yml",
        )
    return str(gevonden[0]["Identifier"])
