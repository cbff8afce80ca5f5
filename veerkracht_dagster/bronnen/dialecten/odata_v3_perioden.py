"""A table of OData v3 with a dimension of periods: all years in one, all on the areas of one year.

Here: which rows are of the year and of the kind of figure that we keep (RIVM Regiobeeld).
Not here: tables of one year (`odata_v3.py`), pages (`odata.py`), which topic is which column
(`onderwerpen.py`).

Nobody recorded an answer of 50149NED. Witnesses: a public client of 2026 asks it by `Perioden eq
'2020JJ00'` and tells of kinds of figures ('aantal', 'per 10.000', 'score'); its 549,300 rows are 10
years times 3 kinds times the 18,310 gemeenten, wijken and buurten of 2024. What dimensions, topics
and kinds are called is found in the table itself, and refused where that is not one and the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.dialecten.odata import (
    V3,
    Pagina,
    alle_rijen,
    getalveld,
    paginas,
    stroom,
    veld,
    verplichte_paginas,
    weiger_aantal,
)
from veerkracht_dagster.bronnen.dialecten.odata_v3 import namen_van, onderwerpen_van
from veerkracht_dagster.bronnen.fouten import Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand, ontbrekend_bestand
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp, zelfde
from veerkracht_dagster.bronnen.regio import niveaus, tekst, weiger_codes, zonder_kenmerk
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, gebiedstabel, leeg
from veerkracht_dagster.catalogus.models import Kolom

_JAAR = r"\d{4}JJ00"
_GETOOND = 12


@dataclass(frozen=True)
class Kolomplek:
    """Where a column of ours stands: the topic's key, and per further dimension the category."""

    naam: str
    sleutel: str
    soort: tuple[tuple[str, str], ...]
    voluit: str


@dataclass(frozen=True)
class Opzet:
    """The shape of a table: its dimensions of areas and periods, and our columns in it."""

    regio: str
    periode: str
    plekken: tuple[Kolomplek, ...]

    @property
    def velden(self) -> tuple[str, ...]:
        """What of a row is looked at."""
        soorten = (dimensie for plek in self.plekken for dimensie, _ in plek.soort)
        sleutels = (plek.sleutel for plek in self.plekken)
        return tuple(dict.fromkeys([self.regio, self.periode, *soorten, *sleutels]))


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The rows of the year, of the kind of figure that each column keeps.

    Raises:
        BronFout: a set or page is missing or cut off, another table or year of areas, a column or
            a kind of figure that is not there once, a text where a number should be, wrong codes,
            or an area and year twice.
    """
    opzet = opzet_van(deel.bestanden, vraag)
    namen = namen_van(verplichte_paginas(deel.bestanden, opzet.regio, V3, vraag))
    infos = paginas(deel.bestanden, "TableInfos", V3, vraag)
    alles, gelezen = _alle_jaren(deel.bestanden, opzet, vraag.tabelnummer)
    eerste = deel.bestanden[0]
    if infos and infos[0].rijen:
        aantal = sum(pagina.rijen for pagina in gelezen)
        aangekondigd = infos[0].rijen[0].get("RecordCount")
        weiger_aantal(infos[0].bestand, aantal, aangekondigd, "TableInfos.RecordCount")
    van = next((b for b in deel.bestanden if b.kort.startswith("TypedDataSet")), eerste)
    eigen = alles[alles["periode"] == f"{vraag.peiljaar}JJ00"]
    if eigen.empty:
        return Lezing(leeg(vraag.tabel), gelezen, {})
    gebieden, waarden = _per_gebied(van, eigen, opzet, namen)
    return Lezing(
        gebiedstabel(vraag, gebieden, waarden, gebiedsjaar=_gebiedsjaar(vraag)),
        gelezen,
        {plek.naam: plek.sleutel for plek in opzet.plekken},
        (),
        tuple(f"{plek.naam} is gevonden als {plek.voluit}" for plek in opzet.plekken)
        + zonder_kenmerk(gebieden),
    )


def _gebiedsjaar(vraag: Vraag) -> int:
    return vraag.cat.bronnen[vraag.bron].gebiedsjaar or vraag.peiljaar


def opzet_van(bestanden: Sequence[Bestand], vraag: Vraag) -> Opzet:
    """The shape of a table, by DataProperties and the sets of its kinds of figures alone.

    Raises:
        BronFout: one of those sets is missing or cut off, other areas, or a column or a kind of
            figure that is not there once.
    """
    eigenschappen = verplichte_paginas(bestanden, "DataProperties", V3, vraag)
    bestand, rijen = eigenschappen[0].bestand, alle_rijen(eigenschappen)
    for sleutel in ("ID", "Key"):
        veld(bestand, rijen, sleutel)
    regio = _dimensie(bestand, rijen, ("GeoDetail", "GeoDimension"), "gebieden")
    _weiger_kaartjaar(bestand, regio, vraag)
    periode = _dimensie(bestand, rijen, ("TimeDimension",), "perioden")
    categorieen = {
        str(rij["Key"]): namen_van(verplichte_paginas(bestanden, str(rij["Key"]), V3, vraag))
        for rij in rijen
        if rij.get("Type") == "Dimension"
    }
    onderwerpen, problemen = onderwerpen_van(rijen), Problemen(bestand.waar)
    plekken = []
    for naam, kolom in vraag.kolommen.items():
        onderwerp = _onderwerp(problemen, naam, kolom, onderwerpen)
        soort = {
            dimensie: _categorie(problemen, naam, kolom, dimensie, titels)
            for dimensie, titels in categorieen.items()
        }
        if onderwerp is not None:
            wat = [f"{d} '{categorieen[d][k]}'" for d, k in soort.items() if k is not None]
            plekken.append(
                Kolomplek(
                    naam,
                    onderwerp.sleutel,
                    tuple((d, k) for d, k in soort.items() if k is not None),
                    ", ".join([f"'{onderwerp.voluit}'", *wat]),
                )
            )
    problemen.werp()
    return Opzet(str(regio["Key"]), str(periode["Key"]), tuple(plekken))


def _dimensie(
    bestand: Bestand, rijen: list[dict[str, Any]], soorten: Sequence[str], wat: str
) -> dict[str, Any]:
    gevonden = [rij for rij in rijen if rij.get("Type") in soorten]
    if len(gevonden) != 1:
        raise bronfout(
            bestand.naam,
            gevonden=f"{len(gevonden)} dimensies met {wat}",
            verwacht=f"een dimensie met {wat} ({' of '.join(soorten)})",
            remedie="haal DataProperties van de juiste tabel op",
        )
    return gevonden[0]


def _weiger_kaartjaar(bestand: Bestand, regio: Mapping[str, Any], vraag: Vraag) -> None:
    """The areas are of one year for all periods; where the table says which, it must be ours."""
    kaartjaar, jaar = regio.get("MapYear"), _gebiedsjaar(vraag)
    if kaartjaar is not None and str(kaartjaar) != str(jaar):
        raise bronfout(
            bestand.naam,
            kolom=str(regio["Key"]),
            gevonden=f"gebieden van {kaartjaar}",
            verwacht=f"gebieden van {jaar} ({vraag.bron}.gebiedsjaar in catalogus/bronnen.yml)",
            remedie="deelt de uitgever nu anders in, zet dat jaar dan bij gebiedsjaar, en in "
            "metingen_leefbaarometer in catalogus/edities.yml, zodat er een omzetting van is",
        )


def past(kolom: Kolom, voluit: str) -> bool:
    """Whether a topic, written in full with groups and unit, is what the catalogue describes."""
    kaal, uitgever = zelfde(voluit), kolom.uitgever
    if any(re.search(vorm, kaal) for vorm in uitgever.herkenning_niet):
        return False
    return all(re.search(vorm, kaal) for vorm in uitgever.herkenning)


def _onderwerp(
    problemen: Problemen, naam: str, kolom: Kolom, onderwerpen: Sequence[Onderwerp]
) -> Onderwerp | None:
    passend = [o for o in onderwerpen if past(kolom, o.voluit)]
    if len(passend) == 1:
        return passend[0]
    wel = passend or list(onderwerpen)
    problemen.erbij(
        kolom=naam,
        gevonden=f"{len(passend)} passende onderwerpen; er zijn: "
        + _opsomming([f"'{o.voluit}'" for o in wel]),
        verwacht=f"een onderwerp met {' en '.join(kolom.uitgever.herkenning)}",
        remedie="zet bij uitgever in catalogus/kolommen.yml in herkenning (en herkenning_niet) "
        "woorden die van de genoemde onderwerpen alleen het juiste heeft",
    )
    return None


def _categorie(
    problemen: Problemen, naam: str, kolom: Kolom, dimensie: str, titels: Mapping[str, str]
) -> str | None:
    passend = [
        sleutel
        for sleutel, titel in titels.items()
        if any(re.fullmatch(vorm, zelfde(titel)) for vorm in kolom.uitgever.categorie)
    ]
    alle = passend or list(titels)
    if len(alle) == 1:
        return alle[0]
    problemen.erbij(
        kolom=naam,
        gevonden=f"{len(passend)} passende categorieën van {dimensie}; er zijn: "
        + _opsomming([f"'{titel}'" for titel in titels.values()]),
        verwacht=f"een categorie {' of '.join(kolom.uitgever.categorie)}",
        remedie="zet de titel van de juiste bij uitgever in catalogus/kolommen.yml, in categorie",
    )
    return None


def _opsomming(namen: Sequence[str]) -> str:
    meer = f" en nog {len(namen) - _GETOOND}" if len(namen) > _GETOOND else ""
    return ", ".join(namen[:_GETOOND]) + meer


@lru_cache(maxsize=2)
def _alle_jaren(
    bestanden: tuple[Bestand, ...], opzet: Opzet, tabelnummer: str | None
) -> tuple[pd.DataFrame, tuple[Gelezen, ...]]:
    """Every row of a kind that we keep. Remembered by content: every year asks for the same, and
    all of it is half a gigabyte of text."""
    delen, gelezen = [], []
    for pagina in stroom(bestanden, "TypedDataSet", V3, tabelnummer):
        gelezen.append(pagina.gelezen)
        delen.append(_van_pagina(pagina, opzet))
    if not delen:
        map_ = bestanden[0].naam.rpartition("/")[0]
        raise ontbrekend_bestand(map_, "TypedDataSet.json", "haal de tabel opnieuw op")
    return pd.concat(delen, ignore_index=True), tuple(gelezen)


def _van_pagina(pagina: Pagina, opzet: Opzet) -> pd.DataFrame:
    """Area, period, place in the file; per column its figure, and is the row of its kind."""
    cijfervelden = {plek.sleutel for plek in opzet.plekken}
    kolommen = {
        naam: (getalveld if naam in cijfervelden else veld)(pagina.bestand, pagina.rijen, naam)
        for naam in opzet.velden
    }
    uit = pd.DataFrame(
        {"code": tekst(kolommen[opzet.regio]), "periode": tekst(kolommen[opzet.periode])}
    )
    vreemd = uit.loc[~uit["periode"].str.fullmatch(_JAAR).fillna(False).to_numpy(bool), "periode"]
    if len(vreemd):
        raise bronfout(
            pagina.bestand.naam,
            kolom=opzet.periode,
            rij=int(vreemd.index[0]),
            gevonden=f"de periode {vreemd.iloc[0]!r}",
            verwacht="hele jaren, zoals 2020JJ00",
            remedie="haal de tabel opnieuw op; geeft de uitgever nu ook kortere perioden, dan is "
            "dit een andere tabel",
        )
    uit["bron_bestand"], uit["bron_rij"] = pagina.bestand.sha256, np.arange(len(uit))
    ergens = np.zeros(len(uit), dtype=bool)
    for plek in opzet.plekken:
        hoort = np.ones(len(uit), dtype=bool)
        for dimensie, categorie in plek.soort:
            hoort &= (tekst(kolommen[dimensie]) == categorie).to_numpy(bool)
        uit[plek.naam] = np.array(kolommen[plek.sleutel], dtype=float)
        uit[_hoort(plek)] = hoort
        ergens |= hoort
    return uit[ergens]


def _hoort(plek: Kolomplek) -> str:
    return f"{plek.naam} hoort"


def _per_gebied(
    bestand: Bestand, rijen: pd.DataFrame, opzet: Opzet, namen: Mapping[str, str]
) -> tuple[Kolommen, dict[str, np.ndarray]]:
    """One row per area, that of the first column's kind; other columns from their own rows."""
    waarden: dict[str, np.ndarray] = {}
    hoofd = pd.DataFrame()
    for plek in opzet.plekken:
        eigen = rijen[rijen[_hoort(plek)]]
        eigen = eigen[niveaus(eigen["code"]).notna().to_numpy()]
        weiger_codes(bestand, eigen.set_index("bron_rij")["code"], kolom=opzet.regio)
        hoofd = eigen.set_index("code") if hoofd.empty else hoofd
        waarden[plek.naam] = eigen.set_index("code")[plek.naam].reindex(hoofd.index).to_numpy()
    codes = pd.Series(hoofd.index, dtype="str")
    onbekend = codes[~codes.isin(list(namen))]
    if len(onbekend):
        raise bronfout(
            bestand.naam,
            kolom=opzet.regio,
            code=str(onbekend.iloc[0]),
            gevonden=f"{len(onbekend)} gebieden zonder naam",
            verwacht=f"dezelfde gebieden in TypedDataSet en {opzet.regio}",
            remedie="haal beide verzamelingen op hetzelfde moment opnieuw op",
        )
    return {
        "niveau": niveaus(codes),
        "regiocode": codes,
        "regionaam": codes.map(dict(namen)).astype("str"),
        "bron_bestand": hoofd["bron_bestand"].reset_index(drop=True),
        "bron_rij": hoofd["bron_rij"].reset_index(drop=True),
    }, waarden
