"""Editions, their parameters and the rules of the crosswalk: `edities.yml`.

Here: every choice of ours. Not here: why it was made (`methode.yml`).
"""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated, Literal

from pydantic import Field, model_validator

from veerkracht_dagster.catalogus.models.basis import Model, Niveau

Weg = Literal["identiek", "adressen", "vierkanten", "oppervlak", "code_en_naam", "keten"]


Gemeentecode = Annotated[str, Field(pattern=r"^GM\d{4}$")]


class Parameters(Model):
    """Every choice of ours that no public source makes; published with the figures."""

    tK_procentpunt: float = Field(gt=0)
    tP_punt: float = Field(gt=0)
    terugval_jaren: int = Field(ge=0)
    terugval_bereik: float = Field(ge=0, le=1)
    stap_jaren: int = Field(gt=0)
    minimum_stappen: int = Field(ge=1)
    minimum_buurten_gemeente: int = Field(ge=1)
    stabiliteit_factoren: list[float]
    stabiliteit_grens: float = Field(ge=0, le=1)
    stabiliteit_zaad: int
    klein_gebied: int = Field(default=0, ge=0)
    instelling_aandeel: float = Field(default=100, gt=0, le=100)
    kwetsbaar_groepen: list[str]
    kwetsbaar_vervangers: dict[str, str] = {}

    @property
    def mogelijke_groepen(self) -> list[str]:
        """The groups that K may be made of: those wanted, and their stand-ins."""
        return list(dict.fromkeys([*self.kwetsbaar_groepen, *self.kwetsbaar_vervangers.values()]))

    def groepen_uit(self, aanwezig: Container[str]) -> list[str]:
        """Of the groups that there are, those that K is made of, in the order of the parameter.

        A wanted group that is not there is replaced by its stand-in, where that is.
        """
        uit: list[str] = []
        for naam in self.kwetsbaar_groepen:
            gekozen = naam if naam in aanwezig else self.kwetsbaar_vervangers.get(naam)
            if gekozen is not None and gekozen in aanwezig and gekozen not in uit:
                uit.append(gekozen)
        return uit


class CodeZonderGebied(Model):
    """A code in a source that no list of areas of its year has, and why that is no mistake."""

    bron: str
    gebiedsjaar: int
    code: str
    reden: str


class Omzetting(Model):
    """The rules by which areas of one year are laid on those of another; the same for all editions.

    `wegen`: in order of preference; an area takes the first that reaches it. A chain may be there
    twice: its steps use the roads named before it.
    """

    wegen: list[Weg]
    minimum_dekking: float = Field(ge=0, le=1)
    grens_identiek: float = Field(gt=0.5, le=1)
    grens_merk: float = Field(gt=0.5, le=1)
    minimum_adressen: float = Field(ge=0, le=1)
    vierkant_geheim: int = Field(ge=0)
    minimum_oppervlak: float = Field(ge=0, le=1)
    minimum_deel: float = Field(ge=0, lt=1)
    minimum_wijziging: float = Field(ge=0, lt=1)
    codes_zonder_gebied: list[CodeZonderGebied] = []

    @model_validator(mode="after")
    def _wegen_een_keer(self) -> Omzetting:
        dubbel = {w for w in self.wegen if w != "keten" and self.wegen.count(w) > 1}
        if dubbel:
            raise ValueError(f"wegen noemt {sorted(dubbel)} dubbel; alleen keten mag vaker")
        return self


class Editie(Model):
    """A period on one set of areas. `parameters` overrides the defaults by name.

    gemeenten: only their areas, and all that is counted over areas is over these; empty: all.
    """

    titel: str
    begin: int
    eind: int
    niveau: Niveau = "buurt"
    basisjaar: int
    gemeenten: list[Gemeentecode] = []
    parameters: Parameters

    def heeft(self, code: str) -> bool:
        """Is a buurt or wijk an area of the edition: CBS builds codes from the top down."""
        return not self.gemeenten or f"GM{code[2:6]}" in self.gemeenten

    @property
    def stappen(self) -> list[tuple[int, int]]:
        """The period's consecutive steps, as (from year, to year)."""
        stap = self.parameters.stap_jaren
        return [(jaar, jaar + stap) for jaar in range(self.begin, self.eind, stap)]

    @property
    def peiljaren(self) -> list[int]:
        """Years whose figures may be used: begin and end with their fall-back, and the steps."""
        terug = range(self.parameters.terugval_jaren + 1)
        jaren = {anker - t for anker in (self.begin, self.eind) for t in terug}
        return sorted(jaren | {jaar for stap in self.stappen for jaar in stap})
