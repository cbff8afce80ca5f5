"""Kerncijfers as OData v4 answers: Observations (one row per measure and region), MeasureCodes.

Here: long to wide; a cell that is not in Observations is empty. Regions come from
WijkenEnBuurtenCodes. Not here: pages (`odata.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.dialecten.odata import (
    V4,
    Pagina,
    alle_rijen,
    getalveld,
    paginas,
    veld,
    verplichte_paginas,
)
from veerkracht_dagster.bronnen.fouten import BronFout, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp, zoek, zoek_titel
from veerkracht_dagster.bronnen.regio import niveaus, tekst, weiger_codes
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, gebiedstabel

_GEEN_MERKTEKEN = "None"  # ValueAttribute of an ordinary value


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of kerncijfers from OData v4 answers.

    Raises:
        BronFout: a set or page is missing or cut off, another table or year, a column matched
            twice, two observations of one cell, an unknown region, wrong or double codes.
    """
    maten = verplichte_paginas(deel.bestanden, "MeasureCodes", V4, vraag)
    dimensie = _regiodimensie(verplichte_paginas(deel.bestanden, "Dimensions", V4, vraag), vraag)
    codes = verplichte_paginas(deel.bestanden, f"{dimensie}Codes", V4, vraag)
    waarnemingen = verplichte_paginas(deel.bestanden, "Observations", V4, vraag)
    groepen = paginas(deel.bestanden, "MeasureGroups", V4, vraag)
    veld(maten[0].bestand, alle_rijen(maten), "Identifier")
    if groepen:
        veld(groepen[0].bestand, alle_rijen(groepen), "Id")
    onderwerpen = onderwerpen_van(alle_rijen(maten), alle_rijen(groepen))
    gevonden = zoek(maten[0].bestand, vraag.kolommen, onderwerpen)
    regio = tekst(veld(codes[0].bestand, alle_rijen(codes), "Identifier"))
    weiger_codes(codes[0].bestand, regio, kolom="Identifier")
    wijziging = zoek_titel(onderwerpen, "Indelingswijziging")
    vulling = _Vulling({code: i for i, code in enumerate(regio)}, gevonden.sleutels, wijziging)
    for pagina in waarnemingen:
        vulling.neem(pagina, dimensie)
    gebieden = _gebieden(codes, regio, vulling)
    merktekens = tuple(
        f"{aantal} waarnemingen met ValueAttribute '{merk}' zijn geen waarde"
        for merk, aantal in sorted(vulling.merktekens.items())
    )
    frame = gebiedstabel(vraag, gebieden, vulling.waarden, gebiedsjaar=vraag.peiljaar)
    return Lezing(
        frame,
        tuple(pagina.gelezen for pagina in waarnemingen),
        gevonden.sleutels,
        gevonden.niet_gevonden,
        merktekens,
    )


def onderwerpen_van(maten: list[dict[str, Any]], groepen: list[dict[str, Any]]) -> list[Onderwerp]:
    """The measures, each with the title of its uppermost group."""
    bij_id = {groep["Id"]: groep for groep in groepen}

    def bovenste(groep_id: object) -> str | None:
        titel = None
        gezien = set()
        while groep_id in bij_id and groep_id not in gezien:
            gezien.add(groep_id)
            titel = bij_id[groep_id].get("Title")
            groep_id = bij_id[groep_id].get("ParentId")
        return titel

    return [
        Onderwerp(
            m["Identifier"],
            m.get("Title") or "",
            m.get("Unit"),
            bovenste(m.get("MeasureGroupId")),
            m["Identifier"],
        )
        for m in maten
    ]


@dataclass
class _Vulling:
    """Fills the wide columns page by page, so that only one page is in memory."""

    plaats: dict[str, int]  # region -> row
    sleutels: dict[str, str]  # our column -> measure
    wijziging: str | None  # measure with the change of boundaries, a text
    waarden: dict[str, np.ndarray] = field(init=False)
    bestand: np.ndarray = field(init=False)
    rij: np.ndarray = field(init=False)
    wijzigingen: list[str | None] = field(init=False)
    merktekens: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        aantal = len(self.plaats)
        self.waarden = {naam: np.full(aantal, np.nan) for naam in self.sleutels}
        self._gezien = {maat: np.zeros(aantal, bool) for maat in self.sleutels.values()}
        self._kolom = {maat: naam for naam, maat in self.sleutels.items()}
        self.bestand = np.full(aantal, None, dtype=object)
        self.rij = np.full(aantal, -1)
        self.wijzigingen = [None] * aantal

    def neem(self, pagina: Pagina, dimensie: str) -> None:
        """Take over the observations of one page."""
        bestand, rijen = pagina.bestand, pagina.rijen
        regios = veld(bestand, rijen, dimensie)
        maten = veld(bestand, rijen, "Measure")
        getallen = getalveld(bestand, rijen, "Value")
        for nummer, (regio, maat, getal) in enumerate(zip(regios, maten, getallen, strict=True)):
            plek = self.plaats.get(regio)
            if plek is None:
                raise _onbekende_regio(bestand, nummer, str(regio), dimensie)
            if self.rij[plek] < 0:
                self.bestand[plek], self.rij[plek] = bestand.sha256, nummer
            naam = self._kolom.get(maat)
            if naam is not None:
                self._zet(bestand, nummer, rijen[nummer], naam, maat, plek, getal)
            elif maat == self.wijziging:
                self.wijzigingen[plek] = rijen[nummer].get("StringValue")

    def _zet(
        self, bestand: Bestand, nummer: int, rij: dict[str, Any], naam: str, maat: str, plek: int,
        getal: float | None,
    ) -> None:  # fmt: skip
        if self._gezien[maat][plek]:
            raise bronfout(
                bestand.naam,
                kolom=maat,
                rij=nummer,
                gevonden="een tweede waarneming van dezelfde cel",
                verwacht="een waarneming per maat en regio",
                remedie="haal de Observations opnieuw op, zonder dubbele pagina's",
            )
        self._gezien[maat][plek] = True
        merk = rij.get("ValueAttribute") or _GEEN_MERKTEKEN
        if merk != _GEEN_MERKTEKEN:
            self.merktekens[merk] += 1
        elif getal is not None:
            self.waarden[naam][plek] = getal


def _onbekende_regio(bestand: Bestand, nummer: int, regio: str, dimensie: str) -> BronFout:
    return bronfout(
        bestand.naam,
        kolom=dimensie,
        rij=nummer,
        code=regio,
        gevonden=f"een waarneming van regio {regio!r}",
        verwacht=f"een regio uit {dimensie}Codes",
        remedie="haal Observations en codes op hetzelfde moment opnieuw op",
    )


def _regiodimensie(dimensies: list[Pagina], vraag: Vraag) -> str:
    gevonden = [r for r in alle_rijen(dimensies) if str(r.get("Kind", "")).startswith("Geo")]
    kaartjaar = gevonden[0].get("MapYear") if len(gevonden) == 1 else None
    if len(gevonden) != 1 or (kaartjaar and str(kaartjaar) != str(vraag.peiljaar)):
        raise bronfout(
            dimensies[0].bestand.naam,
            gevonden=f"{len(gevonden)} dimensies met gebieden, van jaar {kaartjaar}",
            verwacht=f"een dimensie met gebieden van {vraag.peiljaar}",
            remedie="zet de tabel bij het juiste jaar in bronnen.yml",
        )
    return str(gevonden[0]["Identifier"])


def _gebieden(codes: list[Pagina], regio: pd.Series, vulling: _Vulling) -> Kolommen:
    """Names from the codes; a region without observations has its place in the codes' file."""
    titels = tekst(veld(codes[0].bestand, alle_rijen(codes), "Title"))
    naam_van = dict(zip(regio, titels, strict=True))
    gemeente = ("GM" + regio.str[2:6]).where(regio != "NL00", "NL00")
    codebestand = np.repeat(
        [p.bestand.sha256 for p in codes], [len(p.rijen) for p in codes]
    ).astype(object)
    coderij = np.concatenate([np.arange(len(p.rijen)) for p in codes])
    gezien = vulling.rij >= 0
    return {
        "niveau": niveaus(regio),
        "regiocode": regio,
        "regionaam": titels,
        "gemeentenaam": gemeente.map(naam_van).astype("str"),
        "indelingswijziging": tekst(vulling.wijzigingen),
        "bron_bestand": pd.Series(np.where(gezien, vulling.bestand, codebestand), dtype="str"),
        "bron_rij": pd.Series(np.where(gezien, vulling.rij, coderij)),
    }
