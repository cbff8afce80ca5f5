"""Kerncijfers as CBS's bulk download of a v4 table: one zip with a CSV per set.

Here: what separates the fields by the header (CBS writes `;`), UTF-8 with byte order mark, decimal
comma, millions of observations through Arrow with every column as a dictionary, so that each
distinct code and number is looked at once.
Not here: long to wide (`waarnemingen.py`), the same sets as JSON (`odata_v4.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv as pacsv

from veerkracht_dagster.bronnen.dialecten.odata import weiger_aantal
from veerkracht_dagster.bronnen.dialecten.odata_v4 import onderwerpen_van, weiger_dimensies
from veerkracht_dagster.bronnen.dialecten.statline import een_bestand
from veerkracht_dagster.bronnen.dialecten.waarnemingen import (
    Gecodeerd,
    Vulling,
    Waarnemingen,
    gebieden_van,
)
from veerkracht_dagster.bronnen.fouten import BronFout, bronfout
from veerkracht_dagster.bronnen.getallen import Notatie, getallen_van
from veerkracht_dagster.bronnen.invoer import (
    Bestand,
    bytes_van,
    kopregel_van,
    ontbrekend_bestand,
    open_bestand,
    rijen_van,
    weiger_geen_gegevens,
)
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp, zoek, zoek_titel
from veerkracht_dagster.bronnen.regio import tekst, weiger_codes
from veerkracht_dagster.bronnen.scheiding import scheiding_van, velden_van, verteld
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Lezing, Vraag, gebiedstabel
from veerkracht_dagster.bronnen.zips import leden_van

_GEWOON = ";"
_SLEUTELS = {"Identifier", "Id", "Measure"}  # headers that every set has one of
_OPNIEUW = "haal de zip van de tabel opnieuw op bij het CBS"
_NOTATIE = Notatie(frozenset({"", "."}), decimaal=",")
Rij = dict[str, str | None]


@dataclass(frozen=True)
class Bulkinhoud:
    """A bulk zip: its members by name, the topics, the regions' dimension, the observations."""

    zip_: Bestand
    leden: dict[str, Bestand]
    onderwerpen: list[Onderwerp]
    dimensie: str
    waarnemingen: Waarnemingen
    teken: str  # what separates the fields of the observations


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of kerncijfers from the bulk zip of a v4 table.

    Raises:
        BronFout: more than one file, no or an unsafe zip, a set missing, another table or year, a
            column matched twice, two observations of one cell, an unknown region, fewer
            observations than announced.
    """
    inhoud = inhoud_van(deel, vraag)
    zip_, leden = inhoud.zip_, inhoud.leden
    codes = _tabel(zip_, leden, f"{inhoud.dimensie}Codes")
    codelid = leden[f"{inhoud.dimensie}Codes".lower()]
    gevonden = zoek(
        leden["measurecodes"], vraag.kolommen, inhoud.onderwerpen, heel_jaar=vraag.peiljaar
    )
    regio = tekst(_veld(codelid, codes, "Identifier"))
    weiger_codes(codelid, regio, kolom="Identifier")
    vulling = Vulling(
        {code: i for i, code in enumerate(regio)},
        gevonden.sleutels,
        zoek_titel(inhoud.onderwerpen, "Indelingswijziging"),
        inhoud.dimensie,
        {onderwerp.sleutel for onderwerp in inhoud.onderwerpen},
    )
    vulling.neem(inhoud.waarnemingen)
    weiger_aantal(
        inhoud.waarnemingen.bestand,
        vulling.aantal,
        _aangekondigd(leden),
        "Properties.ObservationCount",
    )
    plek = (np.full(len(regio), zip_.sha256, dtype=object), np.arange(len(regio)))
    gebieden = gebieden_van(regio, tekst(_veld(codelid, codes, "Title")), plek, vulling)
    return Lezing(
        gebiedstabel(vraag, gebieden, vulling.waarden, gebiedsjaar=vraag.peiljaar),
        (Gelezen(zip_.naam, zip_.sha256, vulling.aantal),),
        gevonden.sleutels,
        gevonden.niet_gevonden,
        verteld(inhoud.teken, _GEWOON) + vulling.opmerkingen,
    )


def inhoud_van(deel: VastgelegdDeel, vraag: Vraag) -> Bulkinhoud:
    """What is in the zip, by set.

    Raises:
        BronFout: see `lees`.
    """
    zip_ = een_bestand(deel)
    leden = {lid.kort.lower().removesuffix(".csv"): lid for lid in leden_van(zip_, "*.csv")}
    _weiger_andere_tabel(leden, vraag)
    maten = _tabel(zip_, leden, "MeasureCodes")
    groepen = _tabel(zip_, leden, "MeasureGroups") if "measuregroups" in leden else []
    dimensies = _tabel(zip_, leden, "Dimensions")
    dimensie = weiger_dimensies(leden["dimensions"], dimensies, vraag)
    lid = _lid(zip_, leden, "Observations")
    kopregel = _eerste_regel(lid)
    teken = _teken(kopregel)
    waarnemingen = _waarnemingen(lid, velden_van(kopregel, teken), teken, dimensie)
    return Bulkinhoud(zip_, leden, onderwerpen_van(maten, groepen), dimensie, waarnemingen, teken)


def _lid(zip_: Bestand, leden: dict[str, Bestand], naam: str) -> Bestand:
    if naam.lower() not in leden:
        raise ontbrekend_bestand(zip_.naam, f"{naam}.csv", _OPNIEUW)
    return leden[naam.lower()]


def _tabel(zip_: Bestand, leden: dict[str, Bestand], naam: str) -> list[Rij]:
    lid = _lid(zip_, leden, naam)
    rijen = rijen_van(lid, _teken(kopregel_van(lid)))
    return [
        {kop: cel or None for kop, cel in zip(rijen.koppen, rij, strict=True)}
        for rij in rijen.rijen
    ]


def _teken(kopregel: str) -> str:
    """What separates the fields of a set: the sign by which its key is a header among others."""
    return scheiding_van(kopregel, lambda k: len(k) > 1 and bool(_SLEUTELS & set(k))) or _GEWOON


def _veld(lid: Bestand, rijen: list[Rij], naam: str) -> list[str | None]:
    if rijen and naam not in rijen[0]:
        raise bronfout(
            lid.waar,
            kolom=naam,
            gevonden="kolommen " + ", ".join(rijen[0])[:200],
            verwacht=f"een kolom {naam}",
            remedie=_OPNIEUW,
        )
    return [rij[naam] for rij in rijen]


def eigenschappen(leden: dict[str, Bestand]) -> Rij:
    """The publisher's words about the table; empty when the zip does not hold them.

    Properties.csv is a table of one row, or a list of names and values: both are met.
    """
    lid = leden.get("properties")
    if lid is None:
        return {}
    rijen = rijen_van(lid, _teken(kopregel_van(lid)))
    if "Identifier" in rijen.koppen and {"Title", "ObservationCount"} & set(rijen.koppen):
        return dict(zip(rijen.koppen, rijen.rijen[0], strict=True))
    paren = [rijen.koppen, *rijen.rijen]
    return {paar[0].strip(): paar[1].strip() for paar in paren if len(paar) == 2}


def _weiger_andere_tabel(leden: dict[str, Bestand], vraag: Vraag) -> None:
    nummer = eigenschappen(leden).get("Identifier")
    if nummer and nummer.strip().lower() != (vraag.tabelnummer or "").lower():
        raise bronfout(
            leden["properties"].waar,
            kolom="Identifier",
            gevonden=f"tabel {nummer}",
            verwacht=f"tabel {vraag.tabelnummer}",
            remedie="zet elke zip in de map van zijn eigen tabel",
        )


def _aangekondigd(leden: dict[str, Bestand]) -> Any:
    aantal = (eigenschappen(leden).get("ObservationCount") or "").strip()
    return int(aantal) if aantal.isdecimal() else None


def _eerste_regel(lid: Bestand) -> str:
    """The header of a set, without unpacking the millions of rows under it."""
    with open_bestand(lid) as stroom:
        eerste = stroom.readline(4096)
    weiger_geen_gegevens(lid, eerste)
    return eerste.decode("utf-8-sig", errors="replace").strip()


def _waarnemingen(lid: Bestand, koppen: list[str], teken: str, dimensie: str) -> Waarnemingen:
    # Read whole: Arrow reads the blocks of one buffer side by side, those of a zip one by one.
    inhoud = bytes_van(lid)
    nodig = [dimensie, "Measure", "ValueAttribute", "Value", "StringValue"]
    for naam in nodig[:4]:
        if naam not in koppen:
            raise bronfout(
                lid.waar,
                kolom=naam,
                gevonden="kolommen " + ", ".join(koppen)[:200],
                verwacht="kolommen " + ", ".join(nodig),
                remedie=_OPNIEUW,
            )
    tabel = _arrow(lid, inhoud, teken, [naam for naam in nodig if naam in koppen])
    kolommen = {naam: _gecodeerd(tabel.column(naam)) for naam in tabel.column_names}
    return Waarnemingen(
        lid,
        kolommen[dimensie],
        kolommen["Measure"],
        kolommen["ValueAttribute"],
        _getallen(lid, kolommen["Value"]),
        kolommen.get("StringValue"),
    )


def _arrow(lid: Bestand, inhoud: bytes, teken: str, nodig: list[str]) -> pa.Table:
    try:
        return pacsv.read_csv(
            pa.BufferReader(inhoud),
            parse_options=pacsv.ParseOptions(delimiter=teken, newlines_in_values=False),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(nodig, pa.dictionary(pa.int32(), pa.string())),
                include_columns=nodig,
                strings_can_be_null=False,
            ),
        ).unify_dictionaries()
    except (pa.ArrowInvalid, pa.ArrowKeyError) as fout:
        raise bronfout(
            lid.waar,
            gevonden="een regel die niet te lezen is: " + " ".join(str(fout).split())[:200],
            verwacht=f"evenveel velden per regel als in de kopregel, gescheiden door {teken!r}",
            remedie="het bestand is afgekapt of beschadigd; " + _OPNIEUW,
        ) from fout


def _gecodeerd(kolom: pa.ChunkedArray) -> Gecodeerd:
    geheel = kolom.combine_chunks()
    if isinstance(geheel, pa.ChunkedArray):  # no rows at all
        return Gecodeerd(np.array([], np.int64), [])
    waarden = [(waarde or "").strip() for waarde in geheel.dictionary.to_pylist()]
    return Gecodeerd(geheel.indices.to_numpy(zero_copy_only=False), waarden)


def _getallen(lid: Bestand, kolom: Gecodeerd) -> np.ndarray:
    """Each distinct number is read once; an error names the first row that has it."""
    if not len(kolom.waarden):
        return np.array([], float)
    try:
        per_waarde = getallen_van(lid, {"Value": [w or "" for w in kolom.waarden]}, _NOTATIE)
    except BronFout as fout:
        eerste = {waarde: rij for rij, waarde in reversed(list(enumerate(kolom.plaatsen)))}
        raise BronFout(
            *(replace(p, rij=None if p.rij is None else eerste[p.rij]) for p in fout.problemen)
        ) from fout
    return per_waarde["Value"][kolom.plaatsen]
