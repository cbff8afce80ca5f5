"""Every table of the pipeline, derived from the catalogue: its columns, key and lineage.

Here: which columns a table has, their type, bounds, title, unit and what they are made of. One
`Tabel` feeds the Pandera schema, the Dagster metadata, the SQLAlchemy table and the dictionary.
Not here: the checking itself (`schema.py`) or any values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from veerkracht_dagster.catalogus.kolomherkomst import GROND, levering, uit_van
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Catalogus, Kaartlaag, Kolom
from veerkracht_dagster.celstatus import (
    STATUSSEN,
    bovengrens_van,
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
GEBIEDSBRONNEN = (
    "cbs_kerncijfers",
    "leefbaarometer",
    "woonzorgwijzer",
    "cbs_microdata",
    "corporatie_bik",
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


def _tekst(naam: str, titel: str, *, leeg: bool = False, **meer: Any) -> Tabelkolom:
    return Tabelkolom(naam, "tekst", titel, leeg_mag=leeg, **meer)


_NIVEAU = _tekst("niveau", "Niveau van het gebied", waarden=("land", "gemeente", "wijk", "buurt"))
_REGIOCODE = _tekst("regiocode", "Code van het gebied", patroon=CODEPATROON)
_REGIONAAM = _tekst("regionaam", "Naam van het gebied", leeg=True)
_HERKOMST = (
    _tekst("bron_bestand", "sha256 van het bestand waar de rij uit komt"),
    Tabelkolom("bron_rij", "heel", "Rijnummer in dat bestand, vanaf 0", minimum=0),
)
_GEOMETRIE = Tabelkolom("geometry", "geometrie", "Vlak", eenheid="EPSG:28992", leeg_mag=True)


def _cel(
    naam: str, kolom: Kolom, uit: tuple[tuple[str, str], ...], omgezet: bool
) -> Iterator[Tabelkolom]:
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
    yield _tekst(status_van(naam), f"Status van {naam}", waarden=STATUSSEN, uit=uit)
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
    if omgezet and kolom.begrensd:
        for grens, titel in ((ondergrens_van, "Minste"), (bovengrens_van, "Meeste")):
            yield Tabelkolom(
                grens(naam),
                "getal",
                f"{titel} dat {naam} kan zijn, gezien afronding en onderdrukking door de uitgever",
                kolom.eenheid,
                leeg_mag=True,
                minimum=kolom.ondergrens,
                maximum=kolom.bovengrens,
                uit=uit,
            )


def _brontabel(cat: Catalogus, bron: str) -> Tabel:
    cellen: list[Tabelkolom] = []
    for naam, kolom in cat.kolommen_van(bron).items():
        cellen += _cel(naam, kolom, levering(bron, kolom.uitgever.titels), False)
    gebied = (
        _NIVEAU,
        _REGIOCODE,
        _REGIONAAM,
        _tekst("gemeentenaam", "Naam van de gemeente", leeg=True),
        _tekst("indelingswijziging", "1 zelfde, 2 code anders, 3 grens anders", leeg=True),
        Tabelkolom("gebiedsjaar", "heel", "Jaar van de indeling waarop de rij staat", minimum=1995),
    )
    return Tabel(
        bron,
        "bronnen",
        cat.bronnen[bron].titel,
        cat.bronnen[bron].omschrijving,
        (*gebied, *cellen, *_HERKOMST),
        ("regiocode",),
    )


def _grenzen(cat: Catalogus) -> Tabel:
    bron = cat.bronnen["cbs_buurtgrenzen"]
    kolommen = (
        _NIVEAU,
        _REGIOCODE,
        _REGIONAAM,
        _tekst("gemeentenaam", "Naam van de gemeente", leeg=True),
        _tekst("indelingswijziging", "1 zelfde, 2 code anders, 3 grens anders", leeg=True),
        _tekst("water", "JA water, NEE land, B Belgisch gebied", waarden=("JA", "NEE", "B")),
        *_HERKOMST,
        _GEOMETRIE,
    )
    return Tabel(
        "cbs_buurtgrenzen",
        "bronnen",
        bron.titel,
        bron.omschrijving,
        kolommen,
        ("regiocode", "water"),
        frozenset({"geopandas", "parquet"}),
    )


def _adressen(cat: Catalogus) -> Tabel:
    bron = cat.bronnen["cbs_adressen"]
    kolommen = (
        _tekst("postcode", "Postcode (PC6)", patroon=r"^[1-9][0-9]{3}[A-Z]{2}$"),
        Tabelkolom("huisnummer", "heel", "Huisnummer zonder toevoeging", minimum=0),
        _tekst("buurtcode", "Buurt", patroon=r"^BU"),
        _tekst("wijkcode", "Wijk", patroon=r"^WK"),
        _tekst("gemeentecode", "Gemeente", patroon=r"^GM"),
    )
    return Tabel(
        "cbs_adressen",
        "bronnen",
        bron.titel,
        bron.omschrijving,
        kolommen,
        ("postcode", "huisnummer"),
        frozenset({"duckdb", "parquet"}),
    )


def _vierkanten(cat: Catalogus) -> Tabel:
    bron = cat.bronnen["cbs_vierkanten"]
    uit = levering("cbs_vierkanten", bron.kenkolommen["inwoners"])
    kolommen = (
        _tekst("vierkant", "Vierkant van 100 bij 100 meter", patroon=VIERKANTPATROON),
        Tabelkolom("x", "heel", "Midden van het vierkant, oost", eenheid="m (EPSG:28992)"),
        Tabelkolom("y", "heel", "Midden van het vierkant, noord", eenheid="m (EPSG:28992)"),
        *_cel("inwoners", cat.kolommen["inwoners"], uit, False),
        *_HERKOMST,
    )
    return Tabel(
        "cbs_vierkanten", "bronnen", bron.titel, bron.omschrijving, kolommen, ("vierkant",)
    )


def _gebieden() -> Tabel:
    uit = (("cbs_buurtgrenzen", "regiocode"), ("cbs_kerncijfers", "regiocode"))
    kolommen = (
        _NIVEAU,
        Tabelkolom("regiocode", "tekst", "Code van het gebied", patroon=CODEPATROON, uit=uit),
        _REGIONAAM,
        _tekst("wijkcode", "Wijk"),
        _tekst("gemeentecode", "Gemeente"),
        _tekst("gemeentenaam", "Naam van de gemeente", leeg=True),
        _tekst("indelingswijziging", "1 zelfde, 2 code anders, 3 grens anders", leeg=True),
        _tekst("herkomst", "Bron waaruit het gebied bekend is"),
        Tabelkolom("oppervlak_m2", "getal", "Landoppervlak", "m²", leeg_mag=True, minimum=0),
        Tabelkolom(
            "geometry",
            "geometrie",
            "Landvlak, geldig, een per code",
            "EPSG:28992",
            leeg_mag=True,
            uit=(("cbs_buurtgrenzen", "geometry"),),
        ),
    )
    return Tabel(
        "gebieden",
        "buurttabel",
        "Gebieden van een jaar",
        "De buurten en wijken van een jaar, een rij per code: namen, gemeente en landvlak.",
        kolommen,
        ("regiocode",),
        frozenset({"geopandas", "parquet"}),
    )


def _omzetting() -> Tabel:
    kolommen = (
        _NIVEAU,
        Tabelkolom("basis", "heel", "Jaar van de gebieden waarheen wordt omgezet"),
        _tekst("van_regio", "Gebied van het peiljaar", patroon=CODEPATROON),
        _tekst("naar_regio", "Gebied van het basisjaar", leeg=True),
        Tabelkolom(
            "gewicht",
            "getal",
            "Deel van het oude gebied dat naar het nieuwe gaat",
            "deel",
            leeg_mag=True,
            minimum=0,
            maximum=1,
            uit=GROND,
        ),
        _tekst("methode", "Weg waarlangs", waarden=METHODEN_OMZETTING, uit=GROND),
        Tabelkolom(
            "aantal", "getal", "Adressen, inwoners of m² land achter het gewicht", leeg_mag=True
        ),
        _tekst(
            "via", "Jaar waarover een keten loopt; 'merk': identiek volgens de uitgever", leeg=True
        ),
    )
    return Tabel(
        "buurt_omzetting",
        "buurttabel",
        "Omzetting tussen indelingen",
        "Welk deel van een gebied van het peiljaar in welk gebied van het basisjaar ligt.",
        kolommen,
        ("basis", "van_regio", "naar_regio"),
    )


def _buurttabel(cat: Catalogus) -> Tabel:
    cellen: list[Tabelkolom] = []
    for naam, kolom in cat.kolommen.items():
        uit = ((kolom.bron, naam), ("buurt_omzetting", "gewicht"))
        cellen += _cel(naam, kolom, uit, True)
    kolommen = (
        _NIVEAU,
        Tabelkolom("basisjaar", "heel", "Jaar van de gebieden"),
        _REGIOCODE,
        *cellen,
        *(
            _tekst(
                f"omzetting_{bron}",
                f"Weg waarlangs de cijfers van {bron} hier komen",
                waarden=METHODEN_OMZETTING,
                uit=(("buurt_omzetting", "methode"),),
            )
            for bron in GEBIEDSBRONNEN
        ),
    )
    return Tabel(
        "buurttabel",
        "buurttabel",
        "Buurttabel",
        "Alle cijfers van een peiljaar op de gebieden van elk basisjaar, met status en dekking. "
        "Een uitgave heeft ze ook voor wijken en gemeenten, opnieuw berekend uit de gebieden, niet "
        "gemiddeld: tabellen/buurttabel_wijk.parquet en tabellen/buurttabel_gemeente.parquet, met "
        "deze kolommen (zonder omzetting_*) en peiljaar.",
        kolommen,
        ("basisjaar", "regiocode"),
    )


def _indicator(cat: Catalogus, naam: str) -> Tabel:
    indicator = cat.indicatoren[naam]
    waar = {k: tabel for tabel, ind in cat.indicatoren.items() for k in ind.kolommen}

    def uit(invoer: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((waar.get(k, "buurttabel"), k) for k in invoer)

    kolommen: list[Tabelkolom] = [_REGIOCODE]
    for k, d in indicator.kolommen.items():
        kolommen.append(
            Tabelkolom(
                k,
                "getal",
                d.titel,
                d.eenheid,
                leeg_mag=True,
                minimum=d.minimum,
                maximum=d.maximum,
                waarden=tuple(float(code) for code in d.codes),
                formule=d.formule or "",
                uit=uit(d.invoer),
            )
        )
        kolommen.append(
            _tekst(status_van(k), f"Status van {k}", waarden=STATUSSEN, uit=uit(d.invoer))
        )
    kolommen += [
        _tekst(k, d.titel, leeg=True, uit=uit(d.invoer or indicator.invoer))
        for k, d in indicator.kenmerken.items()
    ]
    return Tabel(
        naam,
        "indicatoren",
        indicator.titel,
        indicator.omschrijving,
        tuple(kolommen),
        ("regiocode",),
    )


def _overzicht(cat: Catalogus, naam: str) -> Tabel:
    overzicht = cat.overzichten[naam]
    kolommen = tuple(
        Tabelkolom(
            k,
            d.type,
            d.titel,
            d.eenheid,
            leeg_mag=d.leeg_mag,
            minimum=d.minimum,
            maximum=d.maximum,
            waarden=tuple(d.waarden),
            patroon=CODEPATROON if k == "regiocode" else None,
            formule=d.formule,
            uit=tuple((tabel, kolom) for tabel, _, kolom in (i.partition(".") for i in d.invoer)),
        )
        for k, d in overzicht.kolommen.items()
    )
    return Tabel(
        naam,
        "indicatoren",
        overzicht.titel,
        overzicht.omschrijving,
        kolommen,
        tuple(overzicht.sleutel),
    )


def _kaartlaag(cat: Catalogus, naam: str) -> Tabel:
    laag = cat.kaartlagen[naam]
    waar = {k: tabel for tabel, ind in cat.indicatoren.items() for k in ind.kolommen}
    waarde = ((waar[laag.waarde], laag.waarde),)
    klasse = ((waar[laag.klasse_uit], laag.klasse_uit),) if laag.klasse_uit else waarde
    geen = cat.geen_meting
    klassen = laag.klassen
    extra = [_extra(cat, k, van) for k, van in laag.extra.items()]
    kolommen = (
        _REGIOCODE,
        _REGIONAAM,
        _tekst("wijkcode", "Wijk"),
        _tekst("gemeentecode", "Gemeente"),
        _tekst("gemeentenaam", "Naam van de gemeente", leeg=True),
        Tabelkolom("waarde", "getal", *waarde_van_laag(cat, laag), leeg_mag=True, uit=waarde),
        Tabelkolom(
            "klasse", "heel", "Klasse", waarden=(*klassen, geen.code), uit=klasse,
            formule=_grens(laag),
        ),
        _tekst(
            "label", "Naam van de klasse", uit=klasse,
            waarden=(*(k.label for k in klassen.values()), geen.label),
        ),
        _tekst("kleur", "Kleur van de klasse", leeg=True,
               waarden=tuple(k.kleur for k in klassen.values()), uit=klasse),
        _tekst("status", "Status van de waarde", waarden=STATUSSEN, uit=waarde),
        _tekst("toelichting", "Waarom geen meting, of wat te weten bij het lezen", leeg=True),
        *extra,
        _tekst("jaren", "De jaren waar de cijfers werkelijk van zijn", leeg=True),
        _GEOMETRIE,
    )  # fmt: skip
    return Tabel(
        naam,
        "kaartlagen",
        laag.titel,
        f"Kaartlaag {laag.nummer}: {laag.titel} ({laag.eenheid}). {cat.bijsluiter}",
        kolommen,
        ("regiocode",),
        frozenset({"geopandas", "parquet"}),
    )


def waarde_van_laag(cat: Catalogus, laag: Kaartlaag) -> tuple[str, str]:
    """Title and unit of a layer's `waarde`: where the layer is one of classes, of what it shows."""
    if laag.eenheid != "klasse":
        return laag.titel, laag.eenheid
    figuur = next(
        i.kolommen[laag.waarde] for i in cat.indicatoren.values() if laag.waarde in i.kolommen
    )
    return figuur.titel, figuur.eenheid


def _extra(cat: Catalogus, naam: str, van: str) -> Tabelkolom:
    """A column of an indicator that goes along with the layer."""
    for tabel, indicator in cat.indicatoren.items():
        if van in indicator.kolommen:
            d = indicator.kolommen[van]
            return Tabelkolom(
                naam, "getal", d.titel, d.eenheid, True, d.minimum, d.maximum, uit=((tabel, van),)
            )
        if van in indicator.kenmerken and naam == "structureel":
            vlag = ("ja", "nee", "onbekend")
            return _tekst(naam, "Is het signaal structureel", waarden=vlag, uit=((tabel, van),))
        if van in indicator.kenmerken:
            return _tekst(naam, indicator.kenmerken[van].titel, leeg=True, uit=((tabel, van),))
    raise KeyError(van)  # the catalogue's model has looked it up already


def _grens(laag: Kaartlaag) -> str:
    if laag.klasse_uit:
        return f"klasse uit {laag.klasse_uit}"
    maal = f" maal {laag.eenheid_grenzen}" if laag.eenheid_grenzen else ""
    return f"grenzen {laag.grenzen}{maal}, op de grens: {laag.op_de_grens}"


@cache
def tabellen() -> dict[str, Tabel]:
    """All tables of the project's catalogue by name, in pipeline order."""
    return _tabellen(catalogus())


def tabellen_van(cat: Catalogus) -> dict[str, Tabel]:
    """All tables of a catalogue by name, in pipeline order."""
    return tabellen() if cat is catalogus() else _tabellen(cat)


def _tabellen(cat: Catalogus) -> dict[str, Tabel]:
    alle = [_brontabel(cat, bron) for bron in GEBIEDSBRONNEN]
    alle[1:1] = [_grenzen(cat), _adressen(cat), _vierkanten(cat)]
    alle += [_gebieden(), _omzetting(), _buurttabel(cat)]
    alle += [_indicator(cat, naam) for naam in cat.indicatoren]
    alle += [_overzicht(cat, naam) for naam in cat.overzichten]
    alle += [_kaartlaag(cat, naam) for naam in cat.kaartlagen]
    return {tabel.naam: _met_herkomst(tabel, cat) for tabel in alle}


def _met_herkomst(tabel: Tabel, cat: Catalogus) -> Tabel:
    """The table with what every column is made of."""
    kolommen = (
        kolom if kolom.uit else replace(kolom, uit=uit_van(tabel.naam, kolom.naam, cat))
        for kolom in tabel.kolommen
    )
    return replace(tabel, kolommen=tuple(kolommen))
