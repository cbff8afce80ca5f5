"""Kerncijfers as OData v3 answers: TypedDataSet, DataProperties, the regions' names, TableInfos.

Here: one row per region, a column per topic, null for every reason.
Not here: pages (`odata.py`), which topic is which column of ours (`onderwerpen.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.dialecten.odata import (
    V3,
    Pagina,
    alle_rijen,
    getalveld,
    paginas,
    veld,
    verplichte_paginas,
    weiger_aantal,
)
from veerkracht_dagster.bronnen.fouten import bronfout
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp, zoek, zoek_titel
from veerkracht_dagster.bronnen.regio import (
    niveaus_van_soort,
    tekst,
    weiger_codes,
    zonder_kenmerk,
)
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, gebiedstabel

_KAAL = (
    "de antwoorden staan er zonder omhulsel, zoals cbsodata ze bewaart; dat zij heel zijn zegt "
    "TableInfos.RecordCount"
)
_REGIODIMENSIES = ("GeoDetail", "GeoDimension")


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of kerncijfers from OData v3 answers.

    Raises:
        BronFout: a set or page is missing or cut off, another table or year, a column matched
            twice, a text where a number should be, wrong or double region codes.
    """
    eigenschappen = verplichte_paginas(deel.bestanden, "DataProperties", V3, vraag)
    gegevens = verplichte_paginas(deel.bestanden, "TypedDataSet", V3, vraag)
    infos = paginas(deel.bestanden, "TableInfos", V3, vraag)
    dimensie = _regiodimensie(eigenschappen[0].bestand, alle_rijen(eigenschappen), vraag)
    namen = verplichte_paginas(deel.bestanden, dimensie, V3, vraag)
    kaal = [p.bestand for p in (*eigenschappen, *gegevens, *namen) if p.kaal]
    if kaal:
        _weiger_onbekend_aantal(kaal[0], infos)
    if infos and infos[0].rijen:
        _weiger_andere_tabel(infos[0].bestand, infos[0].rijen[0].get("Identifier"), vraag)
        weiger_aantal(
            gegevens[-1].bestand,
            sum(len(p.rijen) for p in gegevens),
            infos[0].rijen[0].get("RecordCount"),
            "TableInfos.RecordCount",
        )
    for sleutel in ("ID", "Key"):
        veld(eigenschappen[0].bestand, alle_rijen(eigenschappen), sleutel)
    onderwerpen = onderwerpen_van(alle_rijen(eigenschappen))
    gevonden = zoek(eigenschappen[0].bestand, vraag.kolommen, onderwerpen, heel_jaar=vraag.peiljaar)
    velden = {"ID", *(rij["Key"] for rij in alle_rijen(eigenschappen))}
    gebieden = _gebieden(gegevens, namen, dimensie, onderwerpen, velden)
    waarden = {
        naam: np.concatenate(
            [
                np.array(getalveld(p.bestand, p.rijen, sleutel, velden), dtype=float)
                for p in gegevens
            ]
        )
        for naam, sleutel in gevonden.sleutels.items()
    }
    houden = gebieden["niveau"].notna().to_numpy(bool)
    frame = gebiedstabel(
        vraag,
        {naam: reeks[houden] for naam, reeks in gebieden.items()},
        {naam: reeks[houden] for naam, reeks in waarden.items()},
        gebiedsjaar=vraag.peiljaar,
    )
    weg = int((~houden).sum())
    return Lezing(
        frame,
        tuple(pagina.gelezen for pagina in gegevens),
        gevonden.sleutels,
        gevonden.niet_gevonden,
        ((_KAAL,) if kaal else ())
        + zonder_kenmerk(gebieden)
        + ((f"{weg} regio's zijn geen land, gemeente, wijk of buurt",) if weg else ()),
    )


def onderwerpen_van(rijen: list[dict[str, Any]]) -> list[Onderwerp]:
    """The topics of DataProperties, each with the titles of its groups."""
    bij_id = {rij["ID"]: rij for rij in rijen}

    def groepen(rij: dict[str, Any]) -> tuple[str, ...]:
        titels: list[str] = []
        gezien = set()
        while rij.get("ParentID") in bij_id and rij["ParentID"] not in gezien:
            gezien.add(rij["ParentID"])
            rij = bij_id[rij["ParentID"]]
            titels.insert(0, str(rij.get("Title") or ""))
        return tuple(titels)

    uit = []
    for rij in rijen:
        if rij.get("Type") == "Topic":
            pad = groepen(rij)
            groep = pad[0] if pad else None
            uit.append(
                Onderwerp(rij["Key"], rij.get("Title") or "", rij.get("Unit"), groep, pad=pad)
            )
    return uit


def _weiger_onbekend_aantal(bestand: Bestand, infos: list[Pagina]) -> None:
    """Without its envelope only the table itself says whether an answer is whole."""
    if not infos or not infos[0].rijen or infos[0].rijen[0].get("RecordCount") is None:
        raise bronfout(
            bestand.naam,
            gevonden="rijen zonder het omhulsel van het antwoord (odata.metadata, value), en geen "
            "TableInfos met RecordCount",
            verwacht="het antwoord van de dienst, onbewerkt, of TableInfos.json ernaast",
            remedie="bewaar de antwoorden zoals zij komen; met cbsodata: download_data(tabel, "
            "dir=map) zet TableInfos erbij",
        )


def _regiodimensie(bestand: Bestand, rijen: list[dict[str, Any]], vraag: Vraag) -> str:
    """Key of the dimension that holds the regions; its map year must be ours."""
    gevonden = [rij for rij in rijen if rij.get("Type") in _REGIODIMENSIES]
    if len(gevonden) != 1:
        raise bronfout(
            bestand.naam,
            gevonden=f"{len(gevonden)} dimensies met gebieden",
            verwacht="een dimensie met gebieden (GeoDetail), zoals WijkenEnBuurten",
            remedie="haal DataProperties van de juiste tabel op",
        )
    kaartjaar = gevonden[0].get("MapYear")
    if kaartjaar is not None and str(kaartjaar) != str(vraag.peiljaar):
        raise bronfout(
            bestand.naam,
            kolom=gevonden[0]["Key"],
            gevonden=f"gebieden van {kaartjaar}",
            verwacht=f"gebieden van {vraag.peiljaar}",
            remedie="zet de tabel bij het juiste jaar in bronnen.yml",
        )
    return str(gevonden[0]["Key"])


def _weiger_andere_tabel(bestand: Bestand, nummer: object, vraag: Vraag) -> None:
    if nummer is not None and vraag.tabelnummer and str(nummer).upper() != vraag.tabelnummer:
        raise bronfout(
            bestand.naam,
            kolom="Identifier",
            gevonden=f"tabel {nummer}",
            verwacht=f"tabel {vraag.tabelnummer}, van {vraag.peiljaar}",
            remedie="zet de tabel in de map van haar eigen nummer",
        )


def _gebieden(
    gegevens: list[Pagina],
    namen: list[Pagina],
    dimensie: str,
    onderwerpen: list[Onderwerp],
    velden: set[str],
) -> Kolommen:
    eerste = gegevens[0].bestand
    rijen = alle_rijen(gegevens)
    codes = tekst(veld(eerste, rijen, dimensie, velden))
    soortveld = zoek_titel(onderwerpen, "Soort regio")
    soort = tekst(veld(eerste, rijen, soortveld, velden)) if soortveld else None
    niveau = niveaus_van_soort(eerste, codes, soort, kolom=soortveld or "")
    bekend = niveau.notna()
    weiger_codes(eerste, codes[bekend], niveau[bekend], kolom=dimensie)
    naam_van = namen_van(namen)
    _weiger_onbekende(eerste, codes, naam_van, dimensie)
    uit: Kolommen = {
        "niveau": niveau,
        "regiocode": codes,
        "regionaam": codes.map(naam_van).astype("str"),
        "bron_bestand": pd.Series(np.repeat(
            [p.bestand.sha256 for p in gegevens], [len(p.rijen) for p in gegevens]
        ), dtype="str"),
        "bron_rij": pd.Series(np.concatenate([np.arange(len(p.rijen)) for p in gegevens])),
    }  # fmt: skip
    for ons, titel in (
        ("gemeentenaam", "Gemeentenaam"),
        ("indelingswijziging", "Indelingswijziging"),
    ):
        sleutel = zoek_titel(onderwerpen, titel)
        if sleutel:
            uit[ons] = tekst(veld(eerste, rijen, sleutel, velden))
    return uit


def namen_van(namen: list[Pagina]) -> dict[str, str]:
    """Title by key, of the categories of a dimension, without the blanks around them."""
    rijen = alle_rijen(namen)
    sleutels = veld(namen[0].bestand, rijen, "Key")
    titels = veld(namen[0].bestand, rijen, "Title")
    return {
        str(sleutel).strip(): str(titel or "").strip()
        for sleutel, titel in zip(sleutels, titels, strict=True)
    }


def _weiger_onbekende(
    bestand: Bestand, codes: pd.Series, naam_van: dict[str, str], dimensie: str
) -> None:
    onbekend = codes[~codes.isin(list(naam_van))]
    zonder = set(naam_van) - set(codes)
    if len(onbekend) or zonder:
        wat = "regio's zonder naam" if len(onbekend) else "regio's zonder cijfers"
        code = str(onbekend.iloc[0]) if len(onbekend) else min(zonder)
        raise bronfout(
            bestand.naam,
            kolom=dimensie,
            rij=int(onbekend.index[0]) if len(onbekend) else None,
            code=code,
            gevonden=f"{len(onbekend) or len(zonder)} {wat}",
            verwacht=f"dezelfde regio's in TypedDataSet en {dimensie}",
            remedie="haal beide verzamelingen op hetzelfde moment opnieuw op",
        )
