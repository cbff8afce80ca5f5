"""The tables of the stage bronnen: what publishers deliver, under our names.

Here: figures per area, shapes, addresses, squares. Not here: reading them (`bronnen/`).
"""

from __future__ import annotations

from collections.abc import Callable

from veerkracht_dagster.catalogus.kolomherkomst import levering
from veerkracht_dagster.catalogus.models import EIGEN_VORM, Catalogus
from veerkracht_dagster.catalogus.tabellen.tabel import (
    GEOMETRIE,
    HERKOMST,
    NIVEAU,
    REGIOCODE,
    REGIONAAM,
    VIERKANTPATROON,
    Tabel,
    Tabelkolom,
    cel,
    tekst,
)


def brontabel(cat: Catalogus, bron: str) -> Tabel:
    """A source as it is read: figures per area, unless it has a shape of its own."""
    eigen = _EIGEN_VORM.get(bron)
    return _gebiedsbron(cat, bron) if eigen is None else eigen(cat)


def _gebiedsbron(cat: Catalogus, bron: str) -> Tabel:
    cellen: list[Tabelkolom] = []
    for naam, kolom in cat.kolommen_van(bron).items():
        cellen += cel(naam, kolom, levering(bron, kolom.uitgever.titels), False)
    gebied = (
        NIVEAU,
        REGIOCODE,
        REGIONAAM,
        tekst("gemeentenaam", "Naam van de gemeente", leeg=True),
        tekst("indelingswijziging", "1 zelfde, 2 code anders, 3 grens anders", leeg=True),
        Tabelkolom("gebiedsjaar", "heel", "Jaar van de indeling waarop de rij staat", minimum=1995),
    )
    return Tabel(
        bron,
        "bronnen",
        cat.bronnen[bron].titel,
        cat.bronnen[bron].omschrijving,
        (*gebied, *cellen, *HERKOMST),
        ("regiocode",),
    )


def _grenzen(cat: Catalogus) -> Tabel:
    """The shapes of areas."""
    bron = cat.bronnen["cbs_buurtgrenzen"]
    kolommen = (
        NIVEAU,
        REGIOCODE,
        REGIONAAM,
        tekst("gemeentenaam", "Naam van de gemeente", leeg=True),
        tekst("indelingswijziging", "1 zelfde, 2 code anders, 3 grens anders", leeg=True),
        tekst("water", "JA water, NEE land, B Belgisch gebied", waarden=("JA", "NEE", "B")),
        *HERKOMST,
        GEOMETRIE,
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
    """Addresses with the area they are in."""
    bron = cat.bronnen["cbs_adressen"]
    kolommen = (
        tekst("postcode", "Postcode (PC6)", patroon=r"^[1-9][0-9]{3}[A-Z]{2}$"),
        Tabelkolom("huisnummer", "heel", "Huisnummer zonder toevoeging", minimum=0),
        tekst("buurtcode", "Buurt", patroon=r"^BU"),
        tekst("wijkcode", "Wijk", patroon=r"^WK"),
        tekst("gemeentecode", "Gemeente", patroon=r"^GM"),
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
    """Residents per square of 100 m."""
    bron = cat.bronnen["cbs_vierkanten"]
    uit = levering("cbs_vierkanten", bron.kenkolommen["inwoners"])
    kolommen = (
        tekst("vierkant", "Vierkant van 100 bij 100 meter", patroon=VIERKANTPATROON),
        Tabelkolom("x", "heel", "Midden van het vierkant, oost", eenheid="m (EPSG:28992)"),
        Tabelkolom("y", "heel", "Midden van het vierkant, noord", eenheid="m (EPSG:28992)"),
        *cel("inwoners", cat.kolommen["inwoners"], uit, False),
        *HERKOMST,
    )
    return Tabel(
        "cbs_vierkanten", "bronnen", bron.titel, bron.omschrijving, kolommen, ("vierkant",)
    )


_EIGEN_VORM: dict[str, Callable[[Catalogus], Tabel]] = dict(
    zip(EIGEN_VORM, (_grenzen, _adressen, _vierkanten), strict=True)
)
