"""Sources and their columns: `bronnen.yml` and `kolommen.yml`.

Here: where a source lies, what its columns are called and may hold.
Not here: the ways to fetch it (`ophalen.py`).
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from veerkracht_dagster.catalogus.models.basis import Model, Namen
from veerkracht_dagster.catalogus.models.ophalen import Ophaalweg

# Sources whose table has a shape of its own; every other source has figures per area.
EIGEN_VORM = ("cbs_buurtgrenzen", "cbs_adressen", "cbs_vierkanten")
# The key columns of a source of figures per area: where each comes from stands with the source.
GEBIEDSKOLOMMEN = (
    "niveau", "regiocode", "regionaam", "gemeentenaam", "indelingswijziging", "gebiedsjaar",
)  # fmt: skip
SoortKolom = Literal["aantal", "aandeel", "gemiddelde", "mediaan", "score", "code"]


class Bijbestand(Model):
    """What a program puts beside files, never a publisher's. vorm: of a name of file or folder."""

    vorm: str = Field(min_length=2)
    van: str
    getuige: str


class Vindplaats(Model):
    """Where a source's files lie in a source folder, and in which dialect they are written."""

    dialect: str
    patroon: str
    herkenning: str | None = None  # regular expression on the first characters of the file
    vereist: str | None = None  # a file name that must be among the matches
    aanvullend: bool = False  # read beside, not instead of, the places before it
    erbij: str | None = None  # a pattern of files without which these cannot be used
    zonder: str | None = None  # why not, and what to do: the reason when they are not there

    @model_validator(mode="after")
    def _klopt(self) -> Vindplaats:
        if self.herkenning is not None:
            re.compile(self.herkenning)
        if (self.erbij is None) != (self.zonder is None):
            raise ValueError("geef `erbij` en `zonder` samen, of geen van beide")
        if self.dialect == "levering" and "{jaar}" not in self.patroon:
            raise ValueError("een levering is van een jaar: zet {jaar} in `patroon`")
        return self


class Kalender(Model):
    """When the publisher brings out a peiljaar: `maand` of the year `na` the peiljaar itself."""

    na: int = Field(ge=0)
    maand: int = Field(ge=1, le=12)
    elke: int = Field(default=1, ge=1)  # years between two peiljaren
    vanaf: int | None = None  # the first peiljaar that there is, if not the first of ours
    bron: str  # who says so


class Onbruikbaar(Model):
    """How many rows of a file may say nothing: that are empty where it counts, or stand twice."""

    deel: float = Field(gt=0, lt=1)  # of all rows
    waarom: str


class Bron(Model):
    """One source dataset of one publisher."""

    titel: str
    uitgever: str
    licentie: str
    url: str
    kind: str
    omschrijving: str
    tabellen: dict[int, str] = {}
    tabeltitel: str | None = None  # pattern of the publisher's title of a table, with the year
    overgeslagen: list[str] = []  # topics of the publisher that we know and do not keep
    kenkolommen: dict[str, list[str]] = {}  # our key column -> the publisher's names for it
    vindplaatsen: list[Vindplaats]
    ophalen: list[Ophaalweg] = []
    kalender: Kalender | None = None
    gebiedsjaar: int | None = None  # all its years stand on the areas of this one
    onbruikbaar: Onbruikbaar | None = None  # without it: not one row

    @model_validator(mode="after")
    def _wegen_heten_verschillend(self) -> Bron:
        namen = [weg.sleutel for weg in self.ophalen]
        if dubbel := sorted({naam for naam in namen if namen.count(naam) > 1}):
            raise ValueError(f"twee wegen heten {dubbel}; geef een `naam`")
        return self


class Uitgeverskolom(Model):
    """How the publisher identifies a column; never by the number behind an OData name."""

    titels: list[str]
    eenheid: str | None = None
    groep: str | None = None
    v4: list[str] = []
    excel: Namen = []
    # Where nobody recorded what a topic is called: what all must be found in it, and what none may
    # be, written in full (groups, title, unit), and the category of a further dimension.
    herkenning: list[str] = []
    herkenning_niet: list[str] = []
    categorie: list[str] = []

    @model_validator(mode="after")
    def _uitdrukkingen(self) -> Uitgeverskolom:
        for vorm in (*self.herkenning, *self.herkenning_niet, *self.categorie):
            re.compile(vorm)
        return self


class Tabeljaren(Model):
    """In which years a publisher's whole table has a column; without a bound, from or to any."""

    van: int | None = None
    tot: int | None = None

    def __contains__(self, jaar: int) -> bool:
        return (self.van is None or jaar >= self.van) and (self.tot is None or jaar <= self.tot)


class Kolom(Model):
    """A column as a publisher writes it and we keep it."""

    bron: str
    titel: str
    eenheid: str
    soort: SoortKolom
    noemer: str | None = None
    deel_van: str | None = None
    som_van: list[str] = []
    heel_getal: bool = False
    gewicht: str | None = None
    afronding: float | None = None
    aselect: bool = False
    telt_niet_op: str | None = None
    zeldzaam: str | None = None  # why figures are so low that they look like shares of 1
    onderdrukking: str | None = None
    onderdrukt_tot: float | None = None
    codes: list[int] = []
    minimum: float | None = None
    maximum: float | None = None
    merken: list[float] | None = None  # numbers by which the publisher says that there is none
    altijd: bool = False
    in_tabel: Tabeljaren = Tabeljaren()
    uitgever: Uitgeverskolom

    @property
    def ondergrens(self) -> float | None:
        """Smallest value the column may hold (its unit), None if unbounded."""
        return 0.0 if self.minimum is None and self.soort in ("aantal", "aandeel") else self.minimum

    @property
    def bovengrens(self) -> float | None:
        """Largest value the column may hold (its unit), None if unbounded."""
        return 100.0 if self.maximum is None and self.soort == "aandeel" else self.maximum

    @property
    def afrondingsruimte(self) -> float:
        """How far a published figure can lie from the true one: half a unit, or a whole by lot."""
        return (self.afronding or 0.0) * (1.0 if self.aselect else 0.5)

    @property
    def heel(self) -> bool:
        """Is a figure as published a whole number: told so, or a count that is rounded to one."""
        return self.heel_getal or (self.soort == "aantal" and (self.afronding or 0) >= 1)

    @property
    def begrensd(self) -> bool:
        """Has a cell bounds: is it rounded, or is known how large what is unknown can be."""
        return self.afronding is not None or self.onderdrukt_tot is not None or self.is_deel

    @property
    def is_deel(self) -> bool:
        """Is it a count of a part, so that a cell is also a share of its denominator."""
        return self.soort == "aantal" and self.noemer is not None

    @property
    def telt_op(self) -> bool:
        """Is the figure of a wijk that of its buurten together: not a score, a median or a code."""
        return self.soort in ("aantal", "aandeel", "gemiddelde") and self.telt_niet_op is None

    @property
    def weegkolom(self) -> str | None:
        """The column whose observed value weighs this one when areas are joined."""
        return self.noemer if self.soort == "aandeel" else self.gewicht
