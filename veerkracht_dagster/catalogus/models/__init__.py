"""The shape of the catalogue: Pydantic models of the YAML files, a module for each that belongs
together, and here the whole.

Here: what a source, column, indicator, layer and edition may say, and the rules between them.
Not here: reading the files (`laden.py`), or what is made from them (`tabellen/`, `schema.py`).
"""

from __future__ import annotations

from pydantic import model_validator

from veerkracht_dagster.catalogus.models.basis import (
    Getal,
    Model,
    Namen,
    Niveau,
)
from veerkracht_dagster.catalogus.models.bronnen import (
    EIGEN_VORM,
    GEBIEDSKOLOMMEN,
    Bijbestand,
    Bron,
    Kalender,
    Kolom,
    SoortKolom,
    Tabeljaren,
    Uitgeverskolom,
    Vindplaats,
)
from veerkracht_dagster.catalogus.models.constanten import Constanten
from veerkracht_dagster.catalogus.models.edities import (
    CodeZonderGebied,
    Editie,
    Omzetting,
    Parameters,
    Weg,
)
from veerkracht_dagster.catalogus.models.indicatoren import (
    Domein,
    Groep,
    Indicator,
    Indicatorkolom,
    Kenmerk,
    Maat,
    Microdata,
    Overzicht,
    Overzichtkolom,
    Rapportmaat,
    Rij,
    Rol,
    Vergelijkmaat,
)
from veerkracht_dagster.catalogus.models.kaartlagen import (
    GeenMeting,
    Kaartlaag,
    Klasse,
    Kleur,
    Merk,
    Methode,
    Methodelaag,
    Methoderegel,
    Tweetalig,
)
from veerkracht_dagster.catalogus.models.ophalen import Adres, Kandidaat, Ophaalweg
from veerkracht_dagster.catalogus.models.verwijzingen import onbekende_verwijzingen

__all__ = [
    "EIGEN_VORM",
    "GEBIEDSKOLOMMEN",
    "Adres",
    "Bijbestand",
    "Bron",
    "Catalogus",
    "CodeZonderGebied",
    "Constanten",
    "Domein",
    "Editie",
    "GeenMeting",
    "Getal",
    "Groep",
    "Indicator",
    "Indicatorkolom",
    "Kaartlaag",
    "Kalender",
    "Kandidaat",
    "Kenmerk",
    "Klasse",
    "Kleur",
    "Kolom",
    "Maat",
    "Merk",
    "Methode",
    "Methodelaag",
    "Methoderegel",
    "Microdata",
    "Model",
    "Namen",
    "Niveau",
    "Omzetting",
    "Ophaalweg",
    "Overzicht",
    "Overzichtkolom",
    "Parameters",
    "Rapportmaat",
    "Rij",
    "Rol",
    "SoortKolom",
    "Tabeljaren",
    "Tweetalig",
    "Uitgeverskolom",
    "Vergelijkmaat",
    "Vindplaats",
    "Weg",
]


class Catalogus(Model):
    """The whole catalogue, its cross-references checked."""

    bijbestanden: list[Bijbestand] = []
    bronnen: dict[str, Bron]
    kolommen: dict[str, Kolom]
    groepen: dict[str, Groep]
    microdata: Microdata
    indicatoren: dict[str, Indicator]
    overzichten: dict[str, Overzicht] = {}
    vergelijkmaten: dict[str, Vergelijkmaat] = {}
    rapportmaten: dict[str, Rapportmaat] = {}
    maten: dict[str, Maat] = {}
    domeinen: dict[str, Domein] = {}
    kaartlagen: dict[str, Kaartlaag]
    bijsluiter: str
    methode: Methode
    geen_meting: GeenMeting
    edities: dict[str, Editie]
    eerste_peiljaar: int
    metingen_leefbaarometer: list[int]
    omzetting: Omzetting
    constanten: Constanten

    @property
    def gebiedsbronnen(self) -> list[str]:
        """The sources of figures per area: those that have columns, in catalogue order."""
        met_kolommen = {kolom.bron for kolom in self.kolommen.values()}
        return [bron for bron in self.bronnen if bron in met_kolommen]

    def kolommen_van(self, bron: str) -> dict[str, Kolom]:
        """The columns of one source, in catalogue order."""
        return {naam: kolom for naam, kolom in self.kolommen.items() if kolom.bron == bron}

    def gebiedsjaren(self, editie: Editie) -> set[int]:
        """Every year on whose areas an edition's figures may stand, and its base year."""
        return {*editie.peiljaren, *self.metingen_leefbaarometer, editie.basisjaar}

    def grond_van(self, laag: Kaartlaag) -> list[str]:
        """The figures without which a layer has no class, in the order of the figure table.

        Those from which its class follows that are made of no other figure: what can lack.
        """
        rijen = {k: rij for ind in self.indicatoren.values() for k, rij in ind.kolommen.items()}
        gezien: set[str] = set()
        wacht = [laag.klasse_uit or laag.waarde]
        while wacht:
            gezien.add(naam := wacht.pop())
            wacht += [onder for onder in rijen[naam].cijfers if onder not in gezien]
        return [naam for naam in rijen if naam in gezien and not rijen[naam].cijfers]

    @model_validator(mode="after")
    def _verwijzingen_kloppen(self) -> Catalogus:
        if fouten := list(onbekende_verwijzingen(self)):
            raise ValueError("\n".join(fouten))
        return self
