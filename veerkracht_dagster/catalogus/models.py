"""The shape of the catalogue: Pydantic models of the six YAML files.

Here: what a source, column, indicator, layer and edition may say, and the rules between them.
Not here: reading the files (`laden.py`), or what is made from them (`tabellen/`, `schema.py`).
"""

from __future__ import annotations

import re
from collections.abc import Container
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

SoortKolom = Literal["aantal", "aandeel", "gemiddelde", "mediaan", "score", "code"]
Niveau = Literal["buurt", "wijk"]
Weg = Literal["identiek", "adressen", "vierkanten", "oppervlak", "code_en_naam", "keten"]
Kleur = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


def _breuk(waarde: object) -> object:
    """A threshold may be written as a fraction ('200/3'), so that it is exact to the last bit."""
    return float(Fraction(waarde)) if isinstance(waarde, str) else waarde


Getal = Annotated[float, BeforeValidator(_breuk)]


def _als_lijst(waarde: object) -> object:
    return [waarde] if isinstance(waarde, str) else waarde


# One name, or several where the publisher changed it over the years.
Namen = Annotated[list[str], BeforeValidator(_als_lijst)]


class Model(BaseModel):
    """Every entry: unknown keys are refused, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
        return self


class Ophaalweg(Model):
    """A way to fetch a source: a service of CBS by table number, or files at an address.

    url: with {jaar}; adressen: per peiljaar, tried in order where the publisher moved a file.
    map: folder in which what comes is named, so that a `vindplaats` finds it.
    """

    weg: Literal["cbs_v4_bulk", "cbs_v4", "cbs_v3", "bestand", "feed"]
    url: str | None = None
    adressen: dict[int, Namen] = {}
    map: str | None = None
    vanaf: int = 0
    einde: str | None = None  # of a feed: how the name of the file ends

    def adressen_van(self, jaar: int) -> list[str]:
        """Where the file of a year may be, best first; nothing when no address is known."""
        if jaar in self.adressen:
            return self.adressen[jaar]
        return [self.url.format(jaar=jaar)] if self.url and jaar >= self.vanaf else []


class Kalender(Model):
    """When the publisher brings out a peiljaar: `maand` of the year `na` the peiljaar itself."""

    na: int = Field(ge=0)
    maand: int = Field(ge=1, le=12)
    elke: int = Field(default=1, ge=1)  # years between two peiljaren
    bron: str  # who says so


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


class Uitgeverskolom(Model):
    """How the publisher identifies a column; never by the number behind an OData name."""

    titels: list[str]
    eenheid: str | None = None
    groep: str | None = None
    v4: list[str] = []
    excel: Namen = []


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
    deel: bool = False
    gewicht: str | None = None
    afronding: float | None = None
    aselect: bool = False
    telt_niet_op: str | None = None
    onderdrukking: str | None = None
    onderdrukt_tot: float | None = None
    codes: list[int] = []
    minimum: float | None = None
    maximum: float | None = None
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
    def begrensd(self) -> bool:
        """Has a cell bounds: is it rounded, or is known how large what is suppressed can be."""
        return self.afronding is not None or self.onderdrukt_tot is not None

    @property
    def weegkolom(self) -> str | None:
        """The column whose observed value weighs this one when areas are joined."""
        return self.noemer if self.soort == "aandeel" else self.gewicht


class Groep(Model):
    """A group of vulnerable residents: persons over residents, or a share (%) as published."""

    titel: str
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


class Indicatorkolom(Model):
    """One figure of an indicator table, with its formula and what it is made of."""

    titel: str
    eenheid: str
    soort: Literal["getal", "aantal", "code"] = "getal"
    minimum: float | None = None
    maximum: float | None = None
    codes: list[int] = []
    formule: str | None = None
    invoer: list[str] = []


class Kenmerk(Model):
    """A text column beside the figures; without `invoer` it is made of all that the table reads."""

    titel: str
    invoer: list[str] = []


class Indicator(Model):
    """One indicator table of an edition."""

    titel: str
    omschrijving: str
    invoer: list[str]  # columns of the buurttabel it reads
    kolommen: dict[str, Indicatorkolom]
    kenmerken: dict[str, Kenmerk]


class Overzichtkolom(Model):
    """One column of an overview; `invoer` names what it is made of, as table.column."""

    titel: str
    type: Literal["tekst", "heel", "getal"] = "getal"
    eenheid: str = ""
    leeg_mag: bool = False
    minimum: float | None = None
    maximum: float | None = None
    waarden: list[str] = []
    formule: str = ""
    invoer: list[str] = []


def _van_buiten(invoer: str) -> bool:
    """Is a column of an overview made of a file of the catalogue, or of what a corporation asks?"""
    return invoer.startswith(("catalogus/", "levering/scan."))


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


class Rapportmaat(Model):
    """A figure of the report: what it is made of, and a public figure beside it.

    `openbaar` is that figure in words, `anders` why it is not of the same unit or period.
    """

    titel: str
    eenheid: str
    formule: str
    invoer: list[str]
    openbaar: str | None = None
    anders: str | None = None

    @model_validator(mode="after")
    def _openbaar_met_voorbehoud(self) -> Rapportmaat:
        if (self.openbaar is None) != (self.anders is None):
            raise ValueError(
                "een `openbaar` cijfer zegt met `anders` waarin het verschilt, en andersom"
            )
        return self


Rol = Literal["verantwoordelijk", "aanjagend", "signalerend"]


class Domein(Model):
    """A domain of the scan: the corporation's usual role, and the measures that stand for it."""

    rol: Rol
    maten: list[str]


class Klasse(Model):
    """Name and colour of a class."""

    label: str
    kleur: Kleur


class Kaartlaag(Model):
    """One map layer: its figure, its classes with label and colour."""

    nummer: int
    titel: str
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

    @model_validator(mode="after")
    def _klassen_passen(self) -> Kaartlaag:
        if (self.klasse_uit is None) == (not self.grenzen):
            raise ValueError("geef of `klasse_uit` of `grenzen`, niet beide en niet geen van beide")
        if self.grenzen and len(self.klassen) != len(self.grenzen) + 1:
            raise ValueError(
                f"{len(self.grenzen)} grenzen maken {len(self.grenzen) + 1} klassen, "
                f"er staan er {len(self.klassen)}"
            )
        if self.grenzen and self.op_de_grens is None:
            raise ValueError("zeg met `op_de_grens` in welke klasse een waarde op de grens valt")
        return self


Merk = Literal["gevonden", "afgeleid", "gekozen"]


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
    """The method in words: rules, layers, every parameter and every rule of the crosswalk."""

    regels: list[Methoderegel]
    lagen: dict[str, Methodelaag]
    parameters: dict[str, Tweetalig]
    omzetting: dict[str, Tweetalig]


class GeenMeting(Model):
    """What stands where nothing was measured."""

    code: int
    label: str


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
    kwetsbaar_groepen: list[str]


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
    """A period on one set of areas. `parameters` overrides the defaults by name."""

    titel: str
    begin: int
    eind: int
    niveau: Niveau = "buurt"
    basisjaar: int
    parameters: Parameters

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


class Catalogus(Model):
    """The whole catalogue, its cross-references checked."""

    bronnen: dict[str, Bron]
    kolommen: dict[str, Kolom]
    groepen: dict[str, Groep]
    microdata: Microdata
    indicatoren: dict[str, Indicator]
    overzichten: dict[str, Overzicht] = {}
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

    def kolommen_van(self, bron: str) -> dict[str, Kolom]:
        """The columns of one source, in catalogue order."""
        return {naam: kolom for naam, kolom in self.kolommen.items() if kolom.bron == bron}

    @model_validator(mode="after")
    def _verwijzingen_kloppen(self) -> Catalogus:
        fouten: list[str] = []

        def moet(naam: str | None, waarin: Container[str], waar: str) -> None:
            if naam is not None and naam not in waarin:
                fouten.append(f"{waar} noemt '{naam}', dat niet in de catalogus staat")

        for naam, kolom in self.kolommen.items():
            moet(kolom.bron, self.bronnen, f"kolommen.yml: {naam}.bron")
            moet(kolom.noemer, self.kolommen, f"kolommen.yml: {naam}.noemer")
            moet(kolom.gewicht, self.kolommen, f"kolommen.yml: {naam}.gewicht")
        for uitzondering in self.omzetting.codes_zonder_gebied:
            moet(uitzondering.bron, self.bronnen, "edities.yml: omzetting.codes_zonder_gebied")
        for naam, groep in self.groepen.items():
            for kolom_naam in groep.kolommen:
                moet(kolom_naam, self.kolommen, f"indicatoren.yml: groepen.{naam}")
        for kolom_naam in (self.microdata.teller, self.microdata.noemer):
            moet(kolom_naam, self.kolommen, "indicatoren.yml: microdata")
        eigen = {k for indicator in self.indicatoren.values() for k in indicator.kolommen}
        kenmerken = {k for indicator in self.indicatoren.values() for k in indicator.kenmerken}
        for naam, indicator in self.indicatoren.items():
            for kolom_naam in indicator.invoer:
                moet(kolom_naam, self.kolommen, f"indicatoren.yml: {naam}.invoer")
            for k, definitie in indicator.kolommen.items():
                for invoer in definitie.invoer:
                    moet(invoer, eigen | set(self.kolommen), f"indicatoren.yml: {naam}.{k}.invoer")
            for k, kenmerk in indicator.kenmerken.items():
                for invoer in kenmerk.invoer:
                    moet(invoer, eigen | set(self.kolommen), f"indicatoren.yml: {naam}.{k}.invoer")
        cijfers = {
            f"{i}.{k}"
            for i, ind in self.indicatoren.items()
            for k in ("regiocode", *ind.kolommen, *ind.kenmerken)
        }
        cijfers |= {f"{o}.{k}" for o, over in self.overzichten.items() for k in over.kolommen}
        cijfers.add("gebieden.regionaam")  # of that table, names are all that an overview shows
        for naam, overzicht in self.overzichten.items():
            for k, uit in overzicht.kolommen.items():
                for invoer in uit.invoer:
                    if not _van_buiten(invoer):
                        moet(invoer, cijfers, f"indicatoren.yml: overzichten.{naam}.{k}.invoer")
        for naam, rapportmaat in self.rapportmaten.items():
            for invoer in rapportmaat.invoer:
                moet(invoer, cijfers, f"indicatoren.yml: rapportmaten.{naam}.invoer")
        for naam, maat in self.maten.items():
            moet(maat.kolom, eigen, f"indicatoren.yml: maten.{naam}.kolom")
            moet(maat.begin, eigen, f"indicatoren.yml: maten.{naam}.begin")
        for naam, domein in self.domeinen.items():
            for maat_naam in domein.maten:
                moet(maat_naam, self.maten, f"indicatoren.yml: domeinen.{naam}.maten")
        for naam, laag in self.kaartlagen.items():
            for indicator_naam in laag.indicatoren:
                moet(indicator_naam, self.indicatoren, f"kaartlagen.yml: {naam}.indicatoren")
            moet(laag.waarde, eigen, f"kaartlagen.yml: {naam}.waarde")
            moet(laag.klasse_uit, eigen, f"kaartlagen.yml: {naam}.klasse_uit")
            for extra in laag.extra.values():
                moet(extra, eigen | kenmerken, f"kaartlagen.yml: {naam}.extra")
            moet(
                laag.eenheid_grenzen,
                Parameters.model_fields,
                f"kaartlagen.yml: {naam}.eenheid_grenzen",
            )
        for naam, editie in self.edities.items():
            for groep_naam in editie.parameters.kwetsbaar_groepen:
                moet(groep_naam, self.groepen, f"edities.yml: {naam}.kwetsbaar_groepen")
        for waar, beschreven, bestaat in (
            ("lagen", self.methode.lagen, self.kaartlagen),
            ("parameters", self.methode.parameters, Parameters.model_fields),
            ("omzetting", self.methode.omzetting, Omzetting.model_fields),
        ):
            if scheef := sorted(set(beschreven) ^ set(bestaat)):
                fouten.append(f"methode.yml: {waar}: {scheef} staat er te veel of ontbreekt")
        for regel in self.methode.regels:
            for naam in re.findall(r"{(\w+)}", regel.nl + regel.en):
                bestaat = {**Parameters.model_fields, **Omzetting.model_fields}
                moet(naam, bestaat, f"methode.yml: regels: '{regel.kop.nl}'")
        if fouten:
            raise ValueError("; ".join(fouten))
        return self
