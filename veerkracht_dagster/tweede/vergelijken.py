"""Every published figure beside the second computation.

Here: the comparison, cell by cell. Not here: either of the two (`naspel.py`, the stages).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.celstatus import (
    bovengrens_van,
    deel_bij,
    dekking_van,
    ondergrens_van,
    status_van,
)
from veerkracht_dagster.tweede.gelijk import gelijk
from veerkracht_dagster.tweede.jaartabel import Jaartabel
from veerkracht_dagster.tweede.naspel import Naspeellaag, Naspeeltabel, Naspel
from veerkracht_dagster.tweede.overzicht import OVERZICHTEN

_ZONDER_RIJ = (
    "niets: geen rij van de catalogus maakt haar; geef een cijfer een rij in indicatoren.yml, en "
    "wat een laag meeneemt `extra` in kaartlagen.yml"
)
Kolommen = Mapping[str, Sequence[Any]]  # a published table: column -> values by row


class Arrowkolommen(Kolommen):
    """An Arrow table as lists, made when asked for: one column in memory at a time."""

    def __init__(self, tabel: pa.Table) -> None:
        self._tabel = tabel

    def __getitem__(self, naam: str) -> Sequence[Any]:
        uit: list[Any] = self._tabel[naam].to_pylist()
        return uit

    def __iter__(self) -> Iterator[str]:
        return (v.name for v in self._tabel.schema if not pa.types.is_large_binary(v.type))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class Verschil:
    """A published cell that does not replay."""

    tabel: str
    kolom: str
    code: str
    gepubliceerd: object
    herrekend: object

    def __str__(self) -> str:
        return (
            f"{self.tabel}.{self.kolom} {self.code}: gepubliceerd is {_tekst(self.gepubliceerd)}, "
            f"uit de ruwe bestanden volgt {_tekst(self.herrekend)}"
        )


@dataclass
class Telling:
    """How many cells were compared."""

    cellen: int = 0


def vergelijk(
    naspel: Naspel,
    lagen: Mapping[str, Kolommen],
    indicatoren: Mapping[str, Kolommen],
    overzichten: Mapping[str, Kolommen],
    buurttabellen: Mapping[int, Kolommen],
    cat: Catalogus,
    telling: Telling | None = None,
    *,
    op_volgorde: bool = False,
) -> Iterator[Verschil]:
    """Every difference between what is published and the second computation.

    Each published table must hold the areas of the edition, each once, and only columns that the
    second computation knows: a figure that nobody recomputes is a difference too. An overview must
    hold precisely the rows that follow, known by the key that the catalogue gives it, and with
    `op_volgorde` in that order (a database gives rows in any). A figure that is taken over as it is
    must be so to the last bit.
    """
    telling = telling or Telling()
    moet = dict(verwacht(naspel, cat))
    for jaar, tabel in buurttabellen.items():
        naam = jaartabelnaam(jaar)
        heel = naspel.jaren[jaar].heel if jaar in naspel.jaren else {}
        precies = {k: heel[kolom.bron] for k, kolom in cat.kolommen.items() if kolom.bron in heel}
        yield from _tabel(naam, tabel, moet.get(naam, {}), naspel.codes, telling, precies)
    for naam, tabel in (*indicatoren.items(), *lagen.items()):
        yield from _tabel(naam, tabel, moet.get(naam, {}), naspel.codes, telling)
    for naam, tabel in overzichten.items():
        if naam in NIET_NAGESPEELD:
            continue
        rijen = OVERZICHTEN[naam](naspel) if naam in OVERZICHTEN else ()
        yield from _overzicht(
            naam, tabel, rijen, cat.overzichten[naam].sleutel, telling, op_volgorde
        )


def jaartabelnaam(jaar: int) -> str:
    """What the harmonised table of a year is called in a difference."""
    return f"buurttabel {jaar}"


def verwacht(naspel: Naspel, cat: Catalogus) -> Iterator[tuple[str, dict[str, Sequence[Any]]]]:
    """Per table with a row per area, the columns that follow, in the order of the areas."""
    for jaar, tabel in naspel.jaren.items():
        yield jaartabelnaam(jaar), _jaar(tabel, cat)
    for naam, cellen in naspel.tabellen.items():
        yield naam, _indicator(cellen)
    for naam, laag in naspel.lagen.items():
        yield naam, _laag(laag, naam, naspel.codes, cat)


# What a corporation asks for its scan is no part of a release.
NIET_NAGESPEELD = {"scan"}
GEEN_CIJFERS = {
    "regiocode", "regionaam", "wijkcode", "gemeentecode", "gemeentenaam", "toelichting",
    "geometry", "niveau", "basisjaar", "editie", "laag", "peiljaar",
}  # fmt: skip


def _jaar(jaar: Jaartabel, cat: Catalogus) -> dict[str, Sequence[Any]]:
    uit: dict[str, Sequence[Any]] = {f"omzetting_{bron}": weg for bron, weg in jaar.wegen.items()}
    for naam in cat.kolommen:
        cellen = jaar.kolommen[naam]
        uit |= {
            naam: cellen.waarde,
            status_van(naam): cellen.staat,
            dekking_van(naam): cellen.dekking,
        }
        if cat.kolommen[naam].begrensd:
            uit |= {ondergrens_van(naam): cellen.onder, bovengrens_van(naam): cellen.boven}
        if cat.kolommen[naam].is_deel:
            uit[deel_bij(naam)] = cellen.deel
    return uit


def _indicator(tabel: Naspeeltabel) -> dict[str, Sequence[Any]]:
    uit: dict[str, Sequence[Any]] = dict(tabel.teksten)
    for naam, cellen in tabel.cellen.items():
        uit[naam] = [cel[0] for cel in cellen]
        uit[status_van(naam)] = [cel[1] for cel in cellen]
    return uit


def _laag(
    laag: Naspeellaag, naam: str, codes: Sequence[str], cat: Catalogus
) -> dict[str, Sequence[Any]]:
    legenda, geen = cat.kaartlagen[naam].klassen, cat.geen_meting
    klassen = [geen.code if klasse is None else klasse for klasse in laag.klasse]
    return {
        "waarde": [cel[0] for cel in laag.waarde],
        "status": [cel[1] for cel in laag.waarde],
        "klasse": klassen,
        "label": [legenda[k].label if k in legenda else geen.label for k in klassen],
        "kleur": [legenda[k].kleur if k in legenda else None for k in klassen],
        "jaren": laag.jaren,
        "toelichting": laag.toelichting,
        # CBS builds codes from the top down: gemeente (4 digits), wijk (2), buurt (2).
        "gemeentecode": ["GM" + code[2:6] for code in codes],
        "wijkcode": ["WK" + code[2:8] for code in codes],
        **laag.extra,
    }


def _tabel(
    naam: str,
    tabel: Kolommen,
    verwacht: Mapping[str, Sequence[Any]],
    codes: Sequence[str],
    telling: Telling,
    precies: Mapping[str, Sequence[bool]] | None = None,
) -> Iterator[Verschil]:
    eigen = list(tabel["regiocode"])
    volgorde = sorted(range(len(eigen)), key=eigen.__getitem__)
    gesorteerd = [eigen[i] for i in volgorde]
    if gesorteerd != list(codes):
        anders = sorted(set(gesorteerd) ^ set(codes)) or ["een gebied staat er vaker"]
        yield Verschil(naam, "regiocode", anders[0], f"{len(eigen)} gebieden", f"{len(codes)}")
        return
    al_goed = volgorde == list(range(len(eigen)))
    for kolom in tabel:
        if kolom in GEEN_CIJFERS and kolom not in verwacht:
            continue
        if kolom not in verwacht:
            yield Verschil(naam, kolom, "*", "een kolom", _ZONDER_RIJ)
            continue
        telling.cellen += len(codes)
        gevonden = tabel[kolom]
        waarden = list(gevonden) if al_goed else [gevonden[i] for i in volgorde]
        heel = (precies or {}).get(kolom)
        yield from _kolom(naam, kolom, waarden, verwacht[kolom], codes, heel)
    for kolom in verwacht.keys() - tabel.keys():
        yield Verschil(naam, kolom, "*", "geen kolom", "een kolom met cijfers")


def _overzicht(
    naam: str,
    tabel: Kolommen,
    rijen: Iterable[Mapping[str, Any]],
    sleutel: Sequence[str],
    telling: Telling,
    op_volgorde: bool,
) -> Iterator[Verschil]:
    kolommen = [kolom for kolom in tabel if kolom != "editie"]
    gevonden: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for waarden in zip(*(tabel[kolom] for kolom in kolommen), strict=True):
        rij = dict(zip(kolommen, waarden, strict=True))
        plek = _plek(rij, sleutel)
        if plek in gevonden:
            yield Verschil(naam, "*", " ".join(plek), "vaker dan een keer", "een rij")
        gevonden[plek] = waarden
    staat_er = list(gevonden)
    for nummer, moet in enumerate(rijen):
        plek = _plek(moet, sleutel)
        if op_volgorde and plek in gevonden and staat_er[nummer : nummer + 1] != [plek]:
            yield Verschil(naam, "*", " ".join(plek), "een andere plaats", f"rij {nummer + 1}")
            op_volgorde = False  # one row out of place moves all that follow
        eigen = gevonden.pop(plek, None)
        if eigen is None:
            yield Verschil(naam, "*", " ".join(plek), "geen rij", "een rij")
            continue
        telling.cellen += len(kolommen)
        for kolom, waarde in zip(kolommen, eigen, strict=True):
            if kolom not in moet:
                yield Verschil(naam, kolom, "*", "een kolom", _ZONDER_RIJ)
            elif waarde != moet[kolom] and not gelijk(waarde, moet[kolom]):
                yield Verschil(naam, kolom, " ".join(plek), waarde, moet[kolom])
    for plek in gevonden:
        yield Verschil(naam, "*", " ".join(plek), "een rij", "geen rij")


def _plek(rij: Mapping[str, Any], sleutel: Sequence[str]) -> tuple[str, ...]:
    return tuple(_tekst(rij[kolom]) for kolom in sleutel)


def _kolom(
    naam: str,
    kolom: str,
    waarden: list[Any],
    verwacht: Sequence[Any],
    codes: Sequence[str],
    heel: Sequence[bool] | None,
) -> Iterator[Verschil]:
    if waarden == verwacht:
        return
    for i, (gevonden, moet) in enumerate(zip(waarden, verwacht, strict=True)):
        if gevonden == moet or (gelijk(gevonden, moet) and not (heel and heel[i])):
            continue
        yield Verschil(naam, kolom, codes[i], gevonden, moet)


def _tekst(waarde: object) -> str:
    if waarde is None or waarde != waarde:
        return "leeg"
    return f"{waarde:.12g}" if isinstance(waarde, float) else str(waarde)
