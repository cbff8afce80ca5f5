"""Map layers and the method in words: `kaartlagen.yml` and `methode.yml`.

Here: classes with label and colour, and what readers are told of rules and layers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from veerkracht_dagster.catalogus.models.basis import Getal, Model
from veerkracht_dagster.catalogus.models.edities import Parameters

Kleur = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Merk = Literal["gevonden", "afgeleid", "gekozen"]


class Klasse(Model):
    """Name and colour of a class."""

    label: str
    kleur: Kleur


class Kaartlaag(Model):
    """One map layer: its figure, its classes with label and colour."""

    nummer: int
    titel: str
    # Where K is made of other groups than the edition's: with {titel} and {bewoners}.
    titel_groepen: str | None = None
    eenheid: str
    waarde: str
    klasse_uit: str | None = None
    grenzen: list[Getal] = []
    eenheid_grenzen: str | None = None
    op_de_grens: Literal["milder", "hoger"] | None = None
    indicatoren: list[str]
    relatief: bool = False
    extra: dict[str, str] = {}
    klassen: dict[int, Klasse]

    def grenzen_bij(self, parameters: Parameters) -> list[float]:
        """Its limits in an edition: those that are times a parameter, with that."""
        maal = getattr(parameters, self.eenheid_grenzen) if self.eenheid_grenzen else 1.0
        return [grens * maal for grens in self.grenzen]

    @model_validator(mode="after")
    def _klassen_passen(self) -> Kaartlaag:
        if (self.klasse_uit is None) == (not self.grenzen):
            raise ValueError("geef of `klasse_uit` of `grenzen`, niet beide en niet geen van beide")
        if self.grenzen and len(self.klassen) != len(self.grenzen) + 1:
            raise ValueError(
                f"{len(self.grenzen)} grenzen maken {len(self.grenzen) + 1} klassen, "
                f"er staan er {len(self.klassen)}"
            )
        if any(een >= ander for een, ander in pairwise(self.grenzen)):
            raise ValueError("`grenzen` loopt op, zonder gelijke getallen")
        if self.grenzen and list(self.klassen) != list(range(1, len(self.klassen) + 1)):
            raise ValueError(f"bij grenzen heten de klassen 1 tot en met {len(self.klassen)}")
        if self.grenzen and self.op_de_grens is None:
            raise ValueError("zeg met `op_de_grens` in welke klasse een waarde op de grens valt")
        return self


class Tweetalig(Model):
    """A text for readers (Dutch) and for engineers (English)."""

    nl: str
    en: str


class Methoderegel(Tweetalig):
    """A part of the method in words; `{name}` is filled with that parameter."""

    kop: Tweetalig
    merk: Merk


class Methodelaag(Tweetalig):
    """How to read a layer, and whether its title and legend are found or chosen."""

    titel: Merk
    legenda: Merk


class Methode(Model):
    """The method in words: rules, layers, every parameter, constant and rule of the crosswalk."""

    regels: list[Methoderegel]
    lagen: dict[str, Methodelaag]
    parameters: dict[str, Tweetalig]
    omzetting: dict[str, Tweetalig]
    constanten: dict[str, Tweetalig]


class GeenMeting(Model):
    """What stands where nothing was measured."""

    code: int
    label: str
