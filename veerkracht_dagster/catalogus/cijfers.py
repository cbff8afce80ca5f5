"""The figure table: every figure of an edition as one row, and what follows from that row.

Here: which table a figure is in, what it is made of, its formula, which columns of the buurttabel a
table reads. Lineage, docs, receipts and assets read it here; nobody declares it a second time.
Not here: the rows (`indicatoren.yml`), the rules (`rekenwijze/regeltabel.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from veerkracht_dagster.catalogus.models import Catalogus, Groep, Parameters, Rij
from veerkracht_dagster.catalogus.rapportcijfers import (
    groepkolommen,
    rapportinvoer,
    rapportmaten,
)
from veerkracht_dagster.rekenwijze.regeltabel import REGELS

Kolomnaam = tuple[str, str]  # table, column
BUURTTABEL = "buurttabel"
# Where a group is in no edition's `kwetsbaar_groepen`, that is all that its part of K follows from.
GEEN_GROEP: Kolomnaam = ("catalogus/edities", "kwetsbaar_groepen")


def tabel_van(cat: Catalogus) -> dict[str, str]:
    """Per figure its table; texts that several tables have under one name are not in it."""
    uit: dict[str, str] = {}
    vaker: set[str] = set()
    for tabel, indicator in cat.indicatoren.items():
        for naam in indicator.rijen:
            vaker |= {naam} & uit.keys()
            uit[naam] = tabel
    return {naam: tabel for naam, tabel in uit.items() if naam not in vaker}


def gekozen_groepen(cat: Catalogus) -> list[str]:
    """The groups that K of any edition may be made of, in the order of the catalogue."""
    gekozen = {naam for e in cat.edities.values() for naam in e.parameters.mogelijke_groepen}
    return [naam for naam in cat.groepen if naam in gekozen]


def _samen_met(cat: Catalogus, groep: str | None) -> list[str]:
    """The groups that K may be made of with a group: of a group and its stand-in only one."""
    uit: set[str] = set()
    for editie in cat.edities.values():
        if groep in editie.parameters.mogelijke_groepen:
            for naam in editie.parameters.kwetsbaar_groepen:
                plaats = {naam, editie.parameters.kwetsbaar_vervangers.get(naam, naam)}
                uit |= plaats & {groep} or plaats
    return [naam for naam in cat.groepen if naam in uit]


def microdata(cat: Catalogus) -> Groep:
    """The head count, as a group of its own."""
    return Groep(titel="Microdata", teller=[cat.microdata.teller], noemer=cat.microdata.noemer)


def eigen_noemers(cat: Catalogus, groep: Groep) -> list[bool]:
    """Per count of a group: are the residents that it is divided by of its own source."""
    return [cat.kolommen[kolom].noemer == groep.noemer for kolom in groep.teller]


def aandeel_van(cat: Catalogus, groep: str, kant: str) -> str:
    """The figure that is the share of a group at one end of the edition."""
    return next(
        naam
        for indicator in cat.indicatoren.values()
        for naam, rij in indicator.rijen.items()
        if (rij.regel, rij.groep, rij.kant) == ("aandeel", groep, kant)
    )


def gegeven_van(cat: Catalogus, regels: Parameters, rij: Rij) -> dict[str, Any]:
    """What its rule is given of an edition's parameters and of the method's constants."""
    regel = REGELS[rij.regel]
    parameters = {naam: getattr(regels, veld) for naam, veld in regel.parameters.items()}
    return parameters | {n: getattr(cat.constanten, veld) for n, veld in regel.constanten.items()}


def formule_van(cat: Catalogus, rij: Rij) -> str:
    """How the figure is made, in words, by its rule."""
    groep = microdata(cat)
    woorden = {**rij.met, "teller": groep.teller[0], "noemer": groep.noemer}
    return REGELS[rij.regel].formule(rij.invoer, woorden)


def invoer_van(cat: Catalogus, tabel: str, naam: str) -> tuple[Kolomnaam, ...]:
    """What a figure or text is made of, one step down, as (table, column)."""
    rij = cat.indicatoren[tabel].rijen[naam]
    return tuple(dict.fromkeys(_invoer(cat, tabel, rij)))


def _invoer(cat: Catalogus, tabel: str, rij: Rij) -> Iterator[Kolomnaam]:
    aanvoer = REGELS[rij.regel].aanvoer
    if aanvoer == "bijdrage" and rij.groep not in gekozen_groepen(cat):
        yield GEEN_GROEP
        return
    if aanvoer == "jaren van de tabel":
        for naam in cijfers_van_tekst(cat, tabel, rij):
            yield from _invoer(cat, tabel, cat.indicatoren[tabel].kolommen[naam])
        return
    groepen = [cat.groepen[rij.groep]] if aanvoer == "aandeel" and rij.groep else []
    if aanvoer in ("groepen", "aandelen"):
        groepen = [cat.groepen[naam] for naam in gekozen_groepen(cat)]
    if aanvoer == "groepen":
        groepen.append(microdata(cat))
    for groep in groepen:
        yield from ((BUURTTABEL, kolom) for kolom in groep.kolommen)
    namen = list(rij.invoer) or K_van_tekst(cat, tabel, rij)
    if aanvoer == "bijdrage":
        namen += [aandeel_van(cat, groep, "eind") for groep in _samen_met(cat, rij.groep)]
    waar = tabel_van(cat)
    buurtcellen = aanvoer in ("buurttabel", "jaren")
    yield from ((BUURTTABEL if buurtcellen else waar[k], k) for k in namen)


def K_van_tekst(cat: Catalogus, tabel: str, rij: Rij) -> list[str]:
    """The figures that a text about how K was made speaks of: K itself, at both ends."""
    if REGELS[rij.regel].aanvoer != "K van de tabel":
        return []
    kolommen = cat.indicatoren[tabel].kolommen.items()
    return [naam for naam, d in kolommen if d.regel == "K" and d.met == {"onderdeel": ""}]


def cijfers_van_tekst(cat: Catalogus, tabel: str, rij: Rij) -> list[str]:
    """The figures whose years a text tells: those it names, else all at its end of the edition."""
    kolommen = cat.indicatoren[tabel].kolommen
    return [k for k, d in kolommen.items() if d.kant == rij.kant and k in (rij.invoer or kolommen)]


def buurtkolommen(cat: Catalogus, tabel: str) -> list[str]:
    """The columns of the buurttabel that an indicator table is made of."""
    alle = (i for naam in cat.indicatoren[tabel].rijen for i in invoer_van(cat, tabel, naam))
    return list(dict.fromkeys(kolom for van, kolom in alle if van == BUURTTABEL))


def overzichtinvoer(cat: Catalogus, tabel: str, kolom: str) -> tuple[Kolomnaam, ...]:
    """What a column of an overview is made of, as (table, column)."""
    waar = tabel_van(cat)
    namen: list[str] = []
    if tabel == "rapport" and kolom in ("waarde", "gebieden"):
        maten = rapportmaten(cat).values()
        namen = [naam for maat in maten for naam in rapportinvoer(cat, maat, waar)]
    elif (tabel, kolom) == ("rapport", "van"):
        namen = [f"{waar[naam]}.{naam}" for naam in groepkolommen(cat)]
    elif tabel == "scan" and kolom in ("gebieden", "gemeten"):
        namen = [f"{waar[maat.kolom]}.{maat.kolom}" for maat in cat.maten.values()]
    elif tabel == "scan" and kolom in ("waarde", "begin"):
        for maat in cat.maten.values():
            figuur = maat.kolom if kolom == "waarde" else maat.begin
            if figuur is not None:
                namen += [f"{waar[k]}.{k}" for k in (figuur, maat.weging)]
    else:
        if tabel == "vergelijking" and kolom != "regiocode":
            namen = [f"{waar[maat.kolom]}.{maat.kolom}" for maat in cat.vergelijkmaten.values()]
        namen += [
            invoer.format(groep=groep)
            for invoer in cat.overzichten[tabel].kolommen[kolom].invoer
            for groep in (gekozen_groepen(cat) if "{groep}" in invoer else [""])
        ]
    paren = (naam.partition(".") for naam in dict.fromkeys(namen))
    return tuple((van, naam) for van, _, naam in paren)
