"""A table and a column: the shape, and the columns that many tables have.

Here: `Tabel`, `Tabelkolom`, codes and roads. Not here: which tables there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.celstatus import (
    STATUSSEN,
    bovengrens_van,
    deel_bij,
    dekking_van,
    ondergrens_van,
    status_van,
)

Type = Literal["tekst", "heel", "getal", "vlag", "geometrie"]
METHODEN_OMZETTING = (
    "zelfde_jaar",
    "identiek",
    "adressen",
    "vierkanten",
    "oppervlak",
    "keten",
    "code_en_naam",
    "gemengd",
    "geen",
)
VIERKANTPATROON = r"^E\d{4}N\d{4}$"  # lower left corner, in 100 m
CODEPATROON = r"^(NL00|GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{2}[0-9A-Z]{2})$"


@dataclass(frozen=True)
class Tabelkolom:
    """One column: type, bounds and meaning. `uit` names (table, column) it is made of."""

    naam: str
    type: Type
    titel: str
    eenheid: str = ""
    leeg_mag: bool = False
    minimum: float | None = None
    maximum: float | None = None
    waarden: tuple[object, ...] = ()
    patroon: str | None = None
    formule: str = ""
    uitgever: str = ""
    uit: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tabel:
    """One table: the asset of the same name holds it. `sleutel` identifies a row."""

    naam: str
    stap: str
    titel: str
    omschrijving: str
    kolommen: tuple[Tabelkolom, ...]
    sleutel: tuple[str, ...]
    kinds: frozenset[str] = field(default_factory=lambda: frozenset({"pandas", "parquet"}))

    def kolom(self, naam: str) -> Tabelkolom:
        return next(kolom for kolom in self.kolommen if kolom.naam == naam)

    @property
    def kolomnamen(self) -> list[str]:
        return [kolom.naam for kolom in self.kolommen]


def tekst(naam: str, titel: str, *, leeg: bool = False, **meer: Any) -> Tabelkolom:
    """A column of texts."""
    return Tabelkolom(naam, "tekst", titel, leeg_mag=leeg, **meer)


NIVEAU = tekst("niveau", "Niveau van het gebied", waarden=("land", "gemeente", "wijk", "buurt"))
REGIOCODE = tekst("regiocode", "Code van het gebied", patroon=CODEPATROON)
REGIONAAM = tekst("regionaam", "Naam van het gebied", leeg=True)
HERKOMST = (
    tekst("bron_bestand", "sha256 van het bestand waar de rij uit komt"),
    Tabelkolom("bron_rij", "heel", "Rijnummer in dat bestand, vanaf 0", minimum=0),
)
GEOMETRIE = Tabelkolom("geometry", "geometrie", "Vlak", eenheid="EPSG:28992", leeg_mag=True)


def cel(
    naam: str, kolom: Kolom, uit: tuple[tuple[str, str], ...], omgezet: bool
) -> Iterator[Tabelkolom]:
    """The columns of a publisher's figure: value and state; `omgezet`: coverage and bounds too."""
    yield Tabelkolom(
        naam,
        "getal",
        kolom.titel,
        kolom.eenheid,
        leeg_mag=True,
        minimum=kolom.ondergrens,
        maximum=kolom.bovengrens,
        waarden=tuple(float(code) for code in kolom.codes),
        uitgever=" / ".join(kolom.uitgever.titels),
        uit=uit,
    )
    yield tekst(status_van(naam), f"Status van {naam}", waarden=STATUSSEN, uit=uit)
    if omgezet:
        yield Tabelkolom(
            dekking_van(naam),
            "getal",
            f"Deel dat waargenomen cellen van {naam} dekken",
            "deel",
            leeg_mag=True,
            minimum=0.0,
            maximum=1.0,
            uit=uit,
        )
    if omgezet and kolom.is_deel:
        yield Tabelkolom(
            deel_bij(naam),
            "getal",
            f"Deel van {kolom.noemer}, over de gebieden waarvan beide bekend zijn",
            "deel",
            leeg_mag=True,
            minimum=0.0,
            uit=uit,
        )
    if omgezet and kolom.begrensd:
        for grens, titel in ((ondergrens_van, "Minste"), (bovengrens_van, "Meeste")):
            yield Tabelkolom(
                grens(naam),
                "getal",
                f"{titel} dat {naam} kan zijn, gezien afronding, onderdrukking en wat ontbreekt",
                kolom.eenheid,
                leeg_mag=True,
                minimum=kolom.ondergrens,
                maximum=kolom.bovengrens,
                uit=uit,
            )
