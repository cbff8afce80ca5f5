"""The tables of an edition: indicators, overviews, map layers.

Here: their columns and what those are made of.
Not here: making them (`indicatoren/`, `kaartlagen/`).
"""

from __future__ import annotations

from veerkracht_dagster.catalogus.cijfers import formule_van, invoer_van, overzichtinvoer
from veerkracht_dagster.catalogus.models import Catalogus, Kaartlaag
from veerkracht_dagster.catalogus.tabellen.tabel import (
    CODEPATROON,
    GEOMETRIE,
    REGIOCODE,
    REGIONAAM,
    Tabel,
    Tabelkolom,
    tekst,
)
from veerkracht_dagster.celstatus import STATUSSEN, status_van


def indicatortabel(cat: Catalogus, naam: str) -> Tabel:
    """A table of indicators of an edition."""
    indicator = cat.indicatoren[naam]
    kolommen: list[Tabelkolom] = [REGIOCODE]
    for k, d in indicator.kolommen.items():
        uit = invoer_van(cat, naam, k)
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
                formule=formule_van(cat, d),
                uit=uit,
            )
        )
        kolommen.append(tekst(status_van(k), f"Status van {k}", waarden=STATUSSEN, uit=uit))
    kolommen += [
        tekst(k, d.titel, leeg=True, uit=invoer_van(cat, naam, k))
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


def overzichttabel(cat: Catalogus, naam: str) -> Tabel:
    """A table whose rows are not areas."""
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
            waarden=_waarden(cat, naam, k),
            patroon=CODEPATROON if k == "regiocode" else None,
            formule=d.formule,
            uit=overzichtinvoer(cat, naam, k),
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


def _waarden(cat: Catalogus, naam: str, kolom: str) -> tuple[str, ...]:
    """What may stand in a column: of a measure, those that the catalogue has."""
    if (naam, kolom) == ("vergelijking", "maat"):
        return tuple(cat.vergelijkmaten)
    return tuple(cat.overzichten[naam].kolommen[kolom].waarden)


def kaartlaagtabel(cat: Catalogus, naam: str) -> Tabel:
    """A map layer."""
    laag = cat.kaartlagen[naam]
    waar = {k: tabel for tabel, ind in cat.indicatoren.items() for k in ind.kolommen}
    waarde = ((waar[laag.waarde], laag.waarde),)
    klasse = ((waar[laag.klasse_uit], laag.klasse_uit),) if laag.klasse_uit else waarde
    geen = cat.geen_meting
    klassen = laag.klassen
    extra = [_extra(cat, k, van) for k, van in laag.extra.items()]
    kolommen = (
        REGIOCODE,
        REGIONAAM,
        tekst("wijkcode", "Wijk"),
        tekst("gemeentecode", "Gemeente"),
        tekst("gemeentenaam", "Naam van de gemeente", leeg=True),
        Tabelkolom("waarde", "getal", *waarde_van_laag(cat, laag), leeg_mag=True, uit=waarde),
        Tabelkolom(
            "klasse", "heel", "Klasse", waarden=(*klassen, geen.code), uit=klasse,
            formule=_grens(laag),
        ),
        tekst(
            "label", "Naam van de klasse", uit=klasse,
            waarden=(*(k.label for k in klassen.values()), geen.label),
        ),
        tekst("kleur", "Kleur van de klasse", leeg=True,
               waarden=tuple(k.kleur for k in klassen.values()), uit=klasse),
        tekst("status", "Status van de waarde", waarden=STATUSSEN, uit=waarde),
        tekst("toelichting", "Waarom geen meting, of wat te weten bij het lezen", leeg=True),
        *extra,
        tekst("jaren", "De jaren waar de cijfers werkelijk van zijn", leeg=True),
        GEOMETRIE,
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
            return tekst(naam, "Is het signaal structureel", waarden=vlag, uit=((tabel, van),))
        if van in indicator.kenmerken:
            return tekst(naam, indicator.kenmerken[van].titel, leeg=True, uit=((tabel, van),))
    raise KeyError(van)  # the catalogue's model has looked it up already


def _grens(laag: Kaartlaag) -> str:
    if laag.klasse_uit:
        return f"klasse uit {laag.klasse_uit}"
    maal = f" maal {laag.eenheid_grenzen}" if laag.eenheid_grenzen else ""
    return f"grenzen {laag.grenzen}{maal}, op de grens: {laag.op_de_grens}"
