"""Which tables the warehouse publishes, derived from the catalogue's tables.

Here: the long layer table, the areas' geometry once, the indicators, overviews and buurttabel with
their edition, the releases.
Not here: making or filling them in a database (`opslag/warehouse.py`).
"""

from __future__ import annotations

from dataclasses import replace

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.tabellen import Tabel, Tabelkolom, tabellen_van

EDITIE = Tabelkolom("editie", "tekst", "Editie")
LAAG = Tabelkolom("laag", "tekst", "Kaartlaag")
PEILJAAR = Tabelkolom("peiljaar", "heel", "Peiljaar")
RELEASES = (
    EDITIE,
    Tabelkolom("release_id", "tekst", "Kenmerk van de inhoud"),
    Tabelkolom("gemaakt", "tekst", "Tijdstip (ISO 8601, UTC)"),
    Tabelkolom("vorige", "tekst", "De release ervoor", leeg_mag=True),
    Tabelkolom("actueel", "vlag", "Is dit de release die nu in de tabellen staat"),
    Tabelkolom("beschrijving", "tekst", "De inhoud van release.json"),
    # The same contents may be published again: an event has a number, contents have a mark.
    Tabelkolom("nummer", "heel", "De hoeveelste uitgave van deze editie", leeg_mag=True),
    Tabelkolom("door", "tekst", "Wie haar maakte", leeg_mag=True),
    Tabelkolom("reden", "tekst", "Waarom zij gemaakt is", leeg_mag=True),
)


def publicatietabellen(cat: Catalogus) -> dict[str, tuple[Tabelkolom, ...]]:
    """The columns of every published table, by name.

    `gebieden` holds the geometry of the areas, which the layers of an edition share: join
    `kaartlagen` to it by editie and regiocode.
    """
    tabellen = tabellen_van(cat)
    lagen = _lange_tabel([tabellen[naam] for naam in cat.kaartlagen])
    vlak = [kolom for kolom in lagen if kolom.type == "geometrie" or kolom.naam == "regiocode"]
    cijfers = [kolom for kolom in lagen if kolom.type != "geometrie"]
    losse = (*cat.indicatoren, *cat.overzichten)
    indicatoren = {naam: (EDITIE, *tabellen[naam].kolommen) for naam in losse}
    return {
        "gebieden": (EDITIE, *vlak),
        "kaartlagen": (EDITIE, LAAG, *cijfers),
        **indicatoren,
        "buurttabel": (EDITIE, PEILJAAR, *tabellen["buurttabel"].kolommen),
        "releases": RELEASES,
    }


def publicatiesleutels(cat: Catalogus) -> dict[str, tuple[str, ...]]:
    """The columns that identify a row of every published table."""
    tabellen = tabellen_van(cat)
    losse = (*cat.indicatoren, *cat.overzichten)
    return {
        "gebieden": ("editie", "regiocode"),
        "kaartlagen": ("editie", "laag", "regiocode"),
        **{naam: ("editie", *tabellen[naam].sleutel) for naam in losse},
        "buurttabel": ("editie", "peiljaar", *tabellen["buurttabel"].sleutel),
        "releases": ("editie", "release_id"),
    }


def optelling(cat: Catalogus) -> tuple[Tabelkolom, ...]:
    """The columns of the buurttabel of an edition's years, added up to wijken or gemeenten."""
    kolommen = tabellen_van(cat)["buurttabel"].kolommen
    return (PEILJAAR, *(k for k in kolommen if not k.naam.startswith("omzetting_")))


def _lange_tabel(lagen: list[Tabel]) -> list[Tabelkolom]:
    """The union of the layers' columns; what holds for one layer only (classes, bounds) goes."""
    alle: dict[str, Tabelkolom] = {}
    for laag in lagen:
        for kolom in laag.kolommen:
            eerste = alle.setdefault(kolom.naam, replace(kolom, waarden=(), formule="", uit=()))
            if eerste.type != kolom.type:
                raise ValueError(
                    f"kolom {kolom.naam} is {eerste.type} in de ene kaartlaag en {kolom.type} in "
                    f"{laag.naam}; maak de types gelijk in catalogus/tabellen"
                )
    return list(alle.values())
