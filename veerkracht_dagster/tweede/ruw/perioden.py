"""A table of OData v3 with all years in one (RIVM Regiobeeld), read a second time.

Here: the topic and the category of each column found by the words of the catalogue, and which
records are of a year and of that category.
Not here: tables of one year (`odata.py`), completeness and refusals (`bronnen/dialecten/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.tweede.ruw.blad import Bewijslevering, Kop, Ruwblad, Vorm, gelijk
from veerkracht_dagster.tweede.ruw.odata import Kolommen, rijen_van, splitser_json


class _Tabel:
    """What a delivery says of its columns and dimensions, and which rows it has of a year."""

    def __init__(self, levering: Bewijslevering, kolommen: Kolommen) -> None:
        rijen = list(rijen_van(levering, "DataProperties"))
        self.levering = levering
        self.regio = self._dimensie(rijen, "Geo")
        self.periode = self._dimensie(rijen, "TimeDimension")
        per_id = {rij["ID"]: rij for rij in rijen}
        onderwerpen = [rij for rij in rijen if rij.get("Type") == "Topic"]
        self.koppen: dict[str, Kop] = {}
        self.soorten: dict[str, dict[str, str]] = {}
        for naam, kolom in kolommen.items():
            (rij,) = (r for r in onderwerpen if _past(kolom, _in_woorden(r, per_id)))
            self.koppen[naam] = Kop(
                rij["Key"], str(rij.get("Title") or ""), str(rij.get("Unit") or ""), "",
                (rij["Key"],),
            )  # fmt: skip
            self.soorten[naam] = {
                str(r["Key"]): self._categorie(kolom, str(r["Key"]))
                for r in rijen
                if r.get("Type") == "Dimension"
            }

    @staticmethod
    def _dimensie(rijen: Iterable[Mapping[str, Any]], begin: str) -> str:
        return next(str(r["Key"]) for r in rijen if str(r.get("Type")).startswith(begin))

    def _categorie(self, kolom: Kolom, dimensie: str) -> str:
        titels = {str(r["Key"]): gelijk(r["Title"]) for r in rijen_van(self.levering, dimensie)}
        passend = [
            sleutel
            for sleutel, titel in titels.items()
            if any(re.fullmatch(vorm, titel) for vorm in kolom.uitgever.categorie)
        ]
        return (passend or list(titels))[0].strip()

    def hoort(self, rij: Mapping[str, Any], naam: str) -> bool:
        """Whether a row is of the year, and of the kind of figure of a column."""
        if str(rij[self.periode]).strip() != f"{self.levering.peiljaar}JJ00":
            return False
        return all(str(rij[d]).strip() == soort for d, soort in self.soorten[naam].items())

    @property
    def gebiedsjaar(self) -> int:
        return catalogus().bronnen[self.levering.bron].gebiedsjaar or self.levering.peiljaar


def _in_woorden(rij: Mapping[str, Any], per_id: Mapping[object, Mapping[str, Any]]) -> str:
    """Groups from the outside in, title and unit of a topic."""
    titels, gezien = [str(rij.get("Title") or "")], set()
    ouder = rij.get("ParentID")
    while ouder in per_id and ouder not in gezien:
        gezien.add(ouder)
        titels.insert(0, str(per_id[ouder].get("Title") or ""))
        ouder = per_id[ouder].get("ParentID")
    return gelijk(f"{'/'.join(titels)} ({rij.get('Unit') or ''})")


def _past(kolom: Kolom, woorden: str) -> bool:
    wel, niet = kolom.uitgever.herkenning, kolom.uitgever.herkenning_niet
    return all(re.search(v, woorden) for v in wel) and not any(re.search(v, woorden) for v in niet)


def blad_perioden(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Ruwblad:
    """The sheet of a year, every level in it."""
    tabel = _Tabel(levering, kolommen)
    blad = Ruwblad(tabel.gebiedsjaar, tabel.koppen, cijfers={naam: {} for naam in tabel.koppen})
    codes: dict[str, None] = {}
    for rij in rijen_van(levering, "TypedDataSet"):
        for naam, kop in tabel.koppen.items():
            if tabel.hoort(rij, naam):
                code = str(rij[tabel.regio]).strip()
                codes[code] = None
                if rij[kop.sleutel] is not None:
                    blad.cijfers[naam][code] = float(rij[kop.sleutel])
    blad.codes = list(codes)
    return blad


def vorm_perioden(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Vorm:
    """How its records are found: one per area, year and kind of figure."""
    tabel = _Tabel(levering, kolommen)
    naam_van = {kop.sleutel: naam for naam, kop in tabel.koppen.items()}

    def is_van(record: bytes, kop: Kop) -> bool:
        return tabel.hoort(orjson.loads(record), naam_van[kop.sleutel])

    return Vorm(
        tabel.koppen,
        tuple(levering.van("TypedDataSet")),
        splitser_json(tabel.regio),
        "json",
        tabel.gebiedsjaar,
        hoort=is_van,
    )
