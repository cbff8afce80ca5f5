"""The tables of the stage buurttabel: areas, crosswalk, harmonised figures.

Here: their columns and what those are made of. Not here: making them (`buurttabel/`).
"""

from __future__ import annotations

from veerkracht_dagster.catalogus.kolomherkomst import GROND
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.tabellen.tabel import (
    CODEPATROON,
    METHODEN_OMZETTING,
    NIVEAU,
    REGIOCODE,
    REGIONAAM,
    Tabel,
    Tabelkolom,
    cel,
    tekst,
)


def gebieden() -> Tabel:
    """The areas of a year."""
    uit = (("cbs_buurtgrenzen", "regiocode"), ("cbs_kerncijfers", "regiocode"))
    kolommen = (
        NIVEAU,
        Tabelkolom("regiocode", "tekst", "Code van het gebied", patroon=CODEPATROON, uit=uit),
        REGIONAAM,
        tekst("wijkcode", "Wijk"),
        tekst("gemeentecode", "Gemeente"),
        tekst("gemeentenaam", "Naam van de gemeente", leeg=True),
        tekst("indelingswijziging", "1 zelfde, 2 code anders, 3 grens anders", leeg=True),
        tekst("herkomst", "Bron waaruit het gebied bekend is"),
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


def omzetting() -> Tabel:
    """The crosswalk."""
    kolommen = (
        NIVEAU,
        Tabelkolom("basis", "heel", "Jaar van de gebieden waarheen wordt omgezet"),
        tekst("van_regio", "Gebied van het peiljaar", patroon=CODEPATROON),
        tekst("naar_regio", "Gebied van het basisjaar", leeg=True),
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
        tekst("methode", "Weg waarlangs", waarden=METHODEN_OMZETTING, uit=GROND),
        Tabelkolom(
            "aantal", "getal", "Adressen, inwoners of m² land achter het gewicht", leeg_mag=True
        ),
        tekst(
            "via", "Jaar waarover een keten loopt; 'merk': identiek volgens de uitgever", leeg=True
        ),
        Tabelkolom(
            "maat",
            "getal",
            "Wat de rij weegt naast andere van hetzelfde nieuwe gebied, alle in een maat",
            "inwoners, adressen of m²",
            leeg_mag=True,
            minimum=0,
            uit=GROND,
        ),
    )
    return Tabel(
        "buurt_omzetting",
        "buurttabel",
        "Omzetting tussen indelingen",
        "Welk deel van een gebied van het peiljaar in welk gebied van het basisjaar ligt. Naar een "
        "wijk leiden ook de buurten, voor bronnen die van een jaar geen wijken geven.",
        kolommen,
        ("niveau", "basis", "van_regio", "naar_regio"),
    )


def buurttabel(cat: Catalogus) -> Tabel:
    """All figures of a year on one set of areas."""
    cellen: list[Tabelkolom] = []
    for naam, kolom in cat.kolommen.items():
        uit = ((kolom.bron, naam), ("buurt_omzetting", "gewicht"))
        cellen += cel(naam, kolom, uit, True)
    kolommen = (
        NIVEAU,
        Tabelkolom("basisjaar", "heel", "Jaar van de gebieden"),
        REGIOCODE,
        *cellen,
        *(
            tekst(
                f"omzetting_{bron}",
                f"Weg waarlangs de cijfers van {bron} hier komen",
                waarden=METHODEN_OMZETTING,
                uit=(("buurt_omzetting", "methode"),),
            )
            for bron in cat.gebiedsbronnen
        ),
    )
    return Tabel(
        "buurttabel",
        "buurttabel",
        "Buurttabel",
        "Alle cijfers van een peiljaar op de gebieden van elk basisjaar, met status en dekking. "
        "Van een bron zonder wijken is een wijk wat haar buurten samen zijn. "
        "Een uitgave heeft ze ook voor wijken en gemeenten, opnieuw berekend uit de gebieden, niet "
        "gemiddeld: tabellen/buurttabel_wijk.parquet en tabellen/buurttabel_gemeente.parquet, met "
        "deze kolommen (zonder omzetting_*) en peiljaar.",
        kolommen,
        ("basisjaar", "regiocode"),
    )
