"""Indicators and what is made of them: `indicatoren.yml`.

Here: groups, the figure table (which rule and inputs make a figure), overviews, measures of the
report and of a scan.
"""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from veerkracht_dagster.catalogus.models.basis import Getal, Model
from veerkracht_dagster.rekenwijze.regeltabel import MET_GEWICHT, REGELS, UIT_BUURTTABEL

Rol = Literal["verantwoordelijk", "aanjagend", "signalerend"]


class Groep(Model):
    """A group of vulnerable residents: persons over residents, or a share (%) as published."""

    titel: str
    bewoners: str = ""  # of a title: 'bewoners met een uitkering'
    teller: list[str] = []
    noemer: str | None = None
    aandeel: str | None = None

    @model_validator(mode="after")
    def _een_van_beide(self) -> Groep:
        if (self.aandeel is None) == (not self.teller) or (self.noemer is None) != (
            not self.teller
        ):
            raise ValueError("geef `teller` met `noemer`, of `aandeel`")
        return self

    @property
    def kolommen(self) -> list[str]:
        """The columns that the share is made of."""
        return [kolom for kolom in (*self.teller, self.noemer, self.aandeel) if kolom is not None]


class Microdata(Model):
    """The exact head count: persons in at least one group, and persons in all."""

    teller: str
    noemer: str


class Rij(Model):
    """A row of the figure table: a figure or text, by a rule of its inputs.

    regel: one of `rekenwijze/regeltabel.py`.
    invoer: figures of the same area or, with `kant`, columns of the buurttabel at that end of the
    edition. groep: the group that it is about. met: what the rule has to know beside these.
    """

    titel: str
    regel: str
    kant: Literal["begin", "eind"] | None = None
    groep: str | None = None
    invoer: list[str] = []
    met: dict[str, bool | float | str] = {}

    @property
    def cijfers(self) -> list[str]:
        """The figures of the same area that it is made of, one step down; a weight is not one."""
        aanvoer = REGELS[self.regel].aanvoer
        if aanvoer in UIT_BUURTTABEL:
            return []
        return self.invoer[:-1] if aanvoer in MET_GEWICHT else self.invoer


class Indicatorkolom(Rij):
    """One figure of an indicator table."""

    eenheid: str
    soort: Literal["getal", "aantal", "code"] = "getal"
    minimum: float | None = None
    maximum: float | None = None
    codes: list[int] = []


class Kenmerk(Rij):
    """A text column beside the figures."""


class Indicator(Model):
    """One indicator table of an edition."""

    titel: str
    omschrijving: str
    kolommen: dict[str, Indicatorkolom]
    kenmerken: dict[str, Kenmerk]

    @property
    def rijen(self) -> dict[str, Rij]:
        """Its part of the figure table."""
        return {**self.kolommen, **self.kenmerken}


class Overzichtkolom(Model):
    """One column of an overview; `invoer` names what it is made of, as table.column.

    `{groep}` in a name stands for every group that K of an edition may be made of. What the
    measures of report and scan are made of stands with those (`catalogus/cijfers.py`).
    """

    titel: str
    type: Literal["tekst", "heel", "getal"] = "getal"
    eenheid: str = ""
    leeg_mag: bool = False
    minimum: float | None = None
    maximum: float | None = None
    waarden: list[str] = []
    formule: str = ""
    invoer: list[str] = []


class Overzicht(Model):
    """A table of an edition whose rows are not its areas: counts, comparisons, a report."""

    titel: str
    omschrijving: str
    sleutel: list[str]
    kolommen: dict[str, Overzichtkolom]

    @model_validator(mode="after")
    def _sleutel_bestaat(self) -> Overzicht:
        if vreemd := [naam for naam in self.sleutel if naam not in self.kolommen]:
            raise ValueError(f"sleutel noemt {vreemd}, geen kolommen van deze tabel")
        return self


class Vergelijkmaat(Model):
    """A figure by which areas are compared; teken: -1 where a lower one is more of the problem."""

    kolom: str
    teken: Literal[1, -1]


class Maat(Model):
    """A measure of a corporation's scan: a figure of an edition, and where its colours change.

    `groen` and `rood` are in the measure's unit, or times the national mean (`van_gemiddelde`).
    Without them the measure has no colour. `begin`: the same figure at the begin of the edition.
    With `klassen` the measure is the share (%) of residents in those classes of the column.
    """

    titel: str
    eenheid: str
    kolom: str
    begin: str | None = None
    klassen: list[int] = []
    beter: Literal["hoger", "lager"] = "hoger"
    groen: Getal | None = None
    rood: Getal | None = None
    van_gemiddelde: bool = False
    weging: Literal["inwoners_eind", "bik_woningen_eind", "woningen_eind"] = "inwoners_eind"

    @property
    def van_levering(self) -> bool:
        """Is it about what a corporation delivered: where it delivered nothing it is not about."""
        return self.weging == "bik_woningen_eind"

    @model_validator(mode="after")
    def _grenzen_kloppen(self) -> Maat:
        if (self.groen is None) != (self.rood is None):
            raise ValueError("geef `groen` en `rood` allebei, of geen van beide")
        if self.groen is not None and self.rood is not None:
            andersom = self.groen < self.rood if self.beter == "hoger" else self.groen > self.rood
            if andersom:
                raise ValueError(
                    f"`groen` ligt aan de verkeerde kant van `rood` ({self.beter} is beter)"
                )
        return self


Toets = Literal["bekend", "in", "boven", "onder"]
Voorwaarde = tuple[str, Toets, int | str | None]  # a figure, how it is tested, and against what
Onderdeel = Literal["bezit", "land", "gemeenten", "spreiding"]


class Rapportmaat(Model):
    """A figure of the report: a row of the figure table, over many areas.

    regel: one of `rekenwijze/tellen.py`, over `kolom`, weighed by `gewicht`. It is about areas that
    have all of `gemeten`, where every condition of `waar` holds; a part has `waarvan` beside that.
    A name as the value of a condition is a constant. van_alles: it is measured over all areas, and
    not over those of the group, which may be known only where it is measured. onderdelen: parts of
    the report that show it. `openbaar` is a public figure in words, `anders` why it is not of the
    same unit or period.
    """

    titel: str
    eenheid: str
    onderdelen: list[Onderdeel]
    regel: Literal[
        "aantal", "gemeenten", "som", "gemiddelde", "standaardafwijking", "deel", "percentiel_van"
    ]
    kolom: str | None = None
    gewicht: str | None = None
    gemeten: list[str] = []
    waar: list[Voorwaarde] = []
    waarvan: list[Voorwaarde] = []
    nummer: int | str | None = None
    van_alles: bool = False
    openbaar: str | None = None
    anders: str | None = None

    @model_validator(mode="after")
    def _openbaar_met_voorbehoud(self) -> Rapportmaat:
        if (self.openbaar is None) != (self.anders is None):
            raise ValueError(
                "een `openbaar` cijfer zegt met `anders` waarin het verschilt, en andersom"
            )
        return self


class Domein(Model):
    """A domain of the scan: the corporation's usual role, and the measures that stand for it."""

    rol: Rol
    maten: list[str]
