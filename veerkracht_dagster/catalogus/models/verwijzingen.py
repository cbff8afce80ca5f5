"""Entries of the catalogue that name each other: what is named must be there.

Here: every such name, with the file and key where it stands. Not here: what an entry may hold.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from datetime import date
from typing import TYPE_CHECKING

from veerkracht_dagster.catalogus.models.basis import zelfde
from veerkracht_dagster.catalogus.models.bronnen import EIGEN_VORM, GEBIEDSKOLOMMEN
from veerkracht_dagster.catalogus.models.constanten import Constanten
from veerkracht_dagster.catalogus.models.edities import Omzetting, Parameters
from veerkracht_dagster.rekenwijze.regeltabel import (
    MET_GROEP,
    MET_KANT,
    REGELS,
    UIT_BUURTTABEL,
    Regel,
)

if TYPE_CHECKING:
    from veerkracht_dagster.catalogus.models import Catalogus
    from veerkracht_dagster.catalogus.models.indicatoren import Rij

_ZONDER_EIGEN_GRENZEN = ("gemiddelde", "mediaan", "score")
# A name (None: nothing is named), where it must be, and where it stands.
Verwijzing = tuple[str | None, Container[str], str]


def onbekende_verwijzingen(cat: Catalogus) -> Iterator[str]:
    """In words, every name of something that is not there."""
    onbekend = [
        f"{waar} noemt '{naam}', dat niet in de catalogus staat"
        for deel in (_kolommen, _indicatoren, _overzichten, _kaartlagen, _edities, _constanten)
        for naam, waarin, waar in deel(cat)
        if naam is not None and naam not in waarin
    ]
    yield from onbekend
    yield from _bronnen(cat)
    yield from _lagen(cat)
    if not onbekend:
        yield from _zonder_grond(cat)
    yield from _jaren(cat)
    yield from _zonder_grenzen(cat)
    yield from _rijen(cat)
    yield from _methode(cat)


def _bronnen(cat: Catalogus) -> Iterator[str]:
    """A source has columns, and says where its key columns come from."""
    gebiedsbronnen = cat.gebiedsbronnen
    for naam, bron in cat.bronnen.items():
        if naam in EIGEN_VORM:
            continue
        if naam not in gebiedsbronnen:
            yield (
                f"bronnen.yml: {naam} heeft geen kolommen: beschrijf bij de bron onder `kolommen` "
                "wat wij ervan bewaren, of haal de bron weg"
            )
        onze = {zelfde(x) for k in cat.kolommen_van(naam).values()
                for x in (*k.uitgever.titels, *k.uitgever.v4)}  # fmt: skip
        for titel in bron.overgeslagen:
            if zelfde(titel) in onze:
                yield (
                    f"bronnen.yml: {naam}.overgeslagen noemt '{titel}', en kolommen.yml bewaart "
                    "het als kolom: haal het uit overgeslagen, of haal de kolom weg"
                )
        if mist := [kolom for kolom in GEBIEDSKOLOMMEN if kolom not in bron.kenkolommen]:
            yield (
                f"bronnen.yml: {naam}.kenkolommen: {', '.join(mist)} ontbreekt: noem de kolommen "
                "van de uitgever waar het uit komt, of geef een lege lijst"
            )
    for naam in EIGEN_VORM:
        if naam not in cat.bronnen:
            yield f"bronnen.yml: {naam} ontbreekt: er is geen buurttabel zonder; zet de bron terug"


def _kolommen(cat: Catalogus) -> Iterator[Verwijzing]:
    for naam, kolom in cat.kolommen.items():
        yield kolom.bron, cat.bronnen, f"kolommen.yml: {naam}.bron"
        zelfde_rij = cat.kolommen_van(kolom.bron)
        yield kolom.noemer, zelfde_rij, f"kolommen.yml: {naam}.noemer"
        yield kolom.gewicht, cat.kolommen, f"kolommen.yml: {naam}.gewicht"
        yield kolom.deel_van, zelfde_rij, f"kolommen.yml: {naam}.deel_van"
        for deel in kolom.som_van:
            yield deel, zelfde_rij, f"kolommen.yml: {naam}.som_van"


def _zonder_grenzen(cat: Catalogus) -> Iterator[str]:
    """Of a mean nothing else says that a number cannot be one."""
    for naam, kolom in cat.kolommen.items():
        if kolom.soort not in _ZONDER_EIGEN_GRENZEN:
            continue
        waarden = {"minimum": kolom.minimum, "maximum": kolom.maximum, "merken": kolom.merken}
        if mist := [sleutel for sleutel, waarde in waarden.items() if waarde is None]:
            yield (
                f"kolommen.yml: {naam} ({kolom.soort}) heeft geen {', '.join(mist)}: zeg tussen "
                "welke getallen de kolom ligt, en welk getal de uitgever geeft waar hij er geen "
                "heeft (merken: [-1]; is er geen bekend, merken: [])"
            )


def _constanten(cat: Catalogus) -> Iterator[Verwijzing]:
    for kolom in cat.constanten.lbm_dimensies:
        yield kolom, cat.kolommen, "constanten.yml: lbm_dimensies"
    signalen = {str(code) for code in cat.kaartlagen["signaal_absoluut"].klassen}
    for code in cat.constanten.zwakke_klassen:
        yield str(code), signalen, "constanten.yml: zwakke_klassen"
    for kolom in cat.constanten.telling_naast.values():
        yield kolom, cat.kolommen, "constanten.yml: telling_naast"


def _indicatoren(cat: Catalogus) -> Iterator[Verwijzing]:
    for naam, groep in cat.groepen.items():
        for kolom in groep.kolommen:
            yield kolom, cat.kolommen, f"indicatoren.yml: groepen.{naam}"
    for kolom in (cat.microdata.teller, cat.microdata.noemer):
        yield kolom, cat.kolommen, "indicatoren.yml: microdata"
    for naam, indicator in cat.indicatoren.items():
        for k, rij in indicator.rijen.items():
            waar = f"indicatoren.yml: {naam}.{k}"
            yield rij.regel, REGELS, f"{waar}.regel"
            yield rij.groep, cat.groepen, f"{waar}.groep"
            if rij.regel in REGELS:
                uit_buurttabel = REGELS[rij.regel].aanvoer in UIT_BUURTTABEL
                bekend = cat.kolommen if uit_buurttabel else _cijfers(cat)
                for invoer in rij.invoer:
                    yield invoer, bekend, f"{waar}.invoer"


def _rijen(cat: Catalogus) -> Iterator[str]:
    """Rows of the figure table that do not say what their rule asks for."""
    for naam, indicator in cat.indicatoren.items():
        for k, rij in indicator.rijen.items():
            if rij.regel in REGELS:
                for fout in _rij(rij, REGELS[rij.regel]):
                    yield f"indicatoren.yml: {naam}.{k}: regel {rij.regel} {fout}"


def _rij(rij: Rij, regel: Regel) -> Iterator[str]:
    minste, meeste = regel.invoer
    if not minste <= len(rij.invoer) <= meeste:
        namen = f"{minste} namen" if minste == meeste else f"{minste} tot {meeste} namen"
        yield f"vraagt in `invoer` {namen}, gevonden {len(rij.invoer)}"
    for veld, bij in (("kant", MET_KANT), ("groep", MET_GROEP)):
        heeft = getattr(rij, veld) is not None
        if heeft != (regel.aanvoer in bij):
            yield f"heeft geen `{veld}`; haal die weg" if heeft else f"vraagt een `{veld}`"
    if vreemd := sorted(rij.met.keys() ^ regel.met.keys()):
        yield f"vraagt in `met` precies {list(regel.met)}, te veel of te weinig: {vreemd}"
    for sleutel, mogelijk in regel.met.items():
        if sleutel in rij.met and rij.met[sleutel] not in mogelijk:
            yield f"kent `met.{sleutel}` {rij.met[sleutel]!r} niet; kies uit {list(mogelijk)}"


def _cijfers(cat: Catalogus) -> set[str]:
    return {k for indicator in cat.indicatoren.values() for k in indicator.kolommen}


def _overzichten(cat: Catalogus) -> Iterator[Verwijzing]:
    cijfers = {
        f"{i}.{k}"
        for i, ind in cat.indicatoren.items()
        for k in ("regiocode", *ind.kolommen, *ind.kenmerken)
    }
    cijfers |= {f"{o}.{k}" for o, over in cat.overzichten.items() for k in over.kolommen}
    cijfers.add("gebieden.regionaam")  # of that table, names are all that an overview shows
    for naam, overzicht in cat.overzichten.items():
        for k, uit in overzicht.kolommen.items():
            for invoer in uit.invoer:
                if not _van_buiten(invoer):
                    for groep in cat.groepen if "{groep}" in invoer else [""]:
                        wie = invoer.format(groep=groep)
                        yield wie, cijfers, f"indicatoren.yml: overzichten.{naam}.{k}.invoer"
    yield from _rapportmaten(cat)
    for naam, vergeleken in cat.vergelijkmaten.items():
        yield vergeleken.kolom, _cijfers(cat), f"indicatoren.yml: vergelijkmaten.{naam}.kolom"
    for naam, maat in cat.maten.items():
        yield maat.kolom, _cijfers(cat), f"indicatoren.yml: maten.{naam}.kolom"
        yield maat.begin, _cijfers(cat), f"indicatoren.yml: maten.{naam}.begin"
    for naam, domein in cat.domeinen.items():
        for maat_naam in domein.maten:
            yield maat_naam, cat.maten, f"indicatoren.yml: domeinen.{naam}.maten"


def _rapportmaten(cat: Catalogus) -> Iterator[Verwijzing]:
    cijfers = _cijfers(cat)
    for naam, maat in cat.rapportmaten.items():
        waar = f"indicatoren.yml: rapportmaten.{naam}"
        eisen = [*maat.waar, *maat.waarvan]
        for kolom in (maat.kolom, maat.gewicht, *maat.gemeten, *(k for k, *_ in eisen)):
            if kolom is None or "{" not in kolom:  # of the group: known when it is
                yield kolom, cijfers, waar
        for _, _, waarde in eisen:
            if isinstance(waarde, str) and waarde != "{klasse}":
                yield waarde, Constanten.model_fields, waar


def _van_buiten(invoer: str) -> bool:
    """Is a column of an overview made of a file of the catalogue, or of what a corporation asks?"""
    return invoer.startswith(("catalogus/", "levering/scan."))


def _kaartlagen(cat: Catalogus) -> Iterator[Verwijzing]:
    cijfers = _cijfers(cat)
    teksten = {k for indicator in cat.indicatoren.values() for k in indicator.kenmerken}
    for naam, laag in cat.kaartlagen.items():
        for indicator in laag.indicatoren:
            yield indicator, cat.indicatoren, f"kaartlagen.yml: {naam}.indicatoren"
        yield laag.waarde, cijfers, f"kaartlagen.yml: {naam}.waarde"
        yield laag.klasse_uit, cijfers, f"kaartlagen.yml: {naam}.klasse_uit"
        for extra in laag.extra.values():
            yield extra, cijfers | teksten, f"kaartlagen.yml: {naam}.extra"
        eenheid = laag.eenheid_grenzen
        yield eenheid, Parameters.model_fields, f"kaartlagen.yml: {naam}.eenheid_grenzen"


def _lagen(cat: Catalogus) -> Iterator[str]:
    """A layer shows what is in the tables it names, in classes that its figure has."""
    nummers: dict[int, str] = {}
    for naam, laag in cat.kaartlagen.items():
        if (ander := nummers.setdefault(laag.nummer, naam)) != naam:
            yield f"kaartlagen.yml: {naam}.nummer {laag.nummer} heeft {ander} ook: kies een ander"
        for sleutel, k in (
            ("waarde", laag.waarde), ("klasse_uit", laag.klasse_uit),
            *((f"extra.{k}", k) for k in laag.extra.values()),
        ):  # fmt: skip
            van = [
                i for i, ind in cat.indicatoren.items() if k in {**ind.kolommen, **ind.kenmerken}
            ]
            if van and not set(van) & set(laag.indicatoren):
                yield (
                    f"kaartlagen.yml: {naam}.{sleutel}: '{k}' staat in {' en '.join(van)}: zet die "
                    "tabel in `indicatoren` van de laag"
                )
        tabellen = [cat.indicatoren[t] for t in laag.indicatoren if t in cat.indicatoren]
        if laag.relatief and not any("informatief" in ind.kenmerken for ind in tabellen):
            yield (
                f"kaartlagen.yml: {naam}.relatief: geen van haar tabellen zegt of een gemeente "
                "genoeg gebieden heeft (`informatief`): haal relatief weg, of noem zo een tabel"
            )
        for ind in cat.indicatoren.values():
            codes = ind.kolommen[laag.klasse_uit].codes if laag.klasse_uit in ind.kolommen else []
            if codes and sorted(codes) != sorted(laag.klassen):
                yield (
                    f"kaartlagen.yml: {naam}.klassen zijn {sorted(laag.klassen)}, en "
                    f"{laag.klasse_uit} heeft {sorted(codes)}: maak ze gelijk, hier of in "
                    "indicatoren.yml"
                )


def _zonder_grond(cat: Catalogus) -> Iterator[str]:
    """Why an area has no class follows from what the class is made of: the layer has that too."""
    waar = {k: tabel for tabel, ind in cat.indicatoren.items() for k in ind.kolommen}
    for naam, laag in cat.kaartlagen.items():
        bepaald_door = laag.klasse_uit or laag.waarde
        grond = {waar[k] for k in cat.grond_van(laag) if k != bepaald_door}
        for tabel in sorted(grond - set(laag.indicatoren)):
            yield (
                f"kaartlagen.yml: {naam}.indicatoren: {bepaald_door} is gemaakt van {tabel}: "
                "zet die tabel erbij, want de laag zegt daaruit waarom een gebied geen klasse heeft"
            )


def _jaren(cat: Catalogus) -> Iterator[str]:
    """An edition runs from an earlier to a later year, of those that the pipeline knows."""
    dit_jaar = date.today().year
    for naam, editie in cat.edities.items():
        if not re.fullmatch(r"[\w.-]+", naam):
            yield f"edities.yml: {naam}: de naam wordt een map: letters, cijfers, - en _ alleen"
        if editie.eind <= editie.begin:
            yield f"edities.yml: {naam}.eind {editie.eind} ligt niet na begin {editie.begin}"
        if editie.begin < cat.eerste_peiljaar:
            yield (
                f"edities.yml: {naam}.begin {editie.begin} ligt voor eerste_peiljaar "
                f"{cat.eerste_peiljaar}: verander een van de twee"
            )
        for sleutel in ("eind", "basisjaar"):
            if (jaar := getattr(editie, sleutel)) > dit_jaar:
                yield f"edities.yml: {naam}.{sleutel} {jaar} is nog niet geweest: kies eerder"


def _edities(cat: Catalogus) -> Iterator[Verwijzing]:
    for uitzondering in cat.omzetting.codes_zonder_gebied:
        yield uitzondering.bron, cat.bronnen, "edities.yml: omzetting.codes_zonder_gebied"
    for naam, editie in cat.edities.items():
        for groep in editie.parameters.kwetsbaar_groepen:
            yield groep, cat.groepen, f"edities.yml: {naam}.kwetsbaar_groepen"
        for paar in editie.parameters.kwetsbaar_vervangers.items():
            for groep in paar:
                yield groep, cat.groepen, f"edities.yml: {naam}.kwetsbaar_vervangers"
    velden = {**Parameters.model_fields, **Omzetting.model_fields, **Constanten.model_fields}
    for regel in cat.methode.regels:
        for naam in re.findall(r"{(\w+)}", regel.nl + regel.en):
            yield naam, velden, f"methode.yml: regels: '{regel.kop.nl}'"


def _methode(cat: Catalogus) -> Iterator[str]:
    """What the method describes is what there is, no more and no less."""
    for naam in sorted(set(cat.kaartlagen) - set(cat.methode.lagen)):
        yield (
            f"kaartlagen.yml: {naam}.uitleg ontbreekt: zeg waar titel en legenda vandaan komen en "
            "hoe de laag te lezen is (titel, legenda, nl, en)"
        )
    for waar, beschreven, bestaat in (
        ("parameters", cat.methode.parameters, Parameters.model_fields),
        ("omzetting", cat.methode.omzetting, Omzetting.model_fields),
        ("constanten", cat.methode.constanten, Constanten.model_fields),
    ):
        if scheef := sorted(set(beschreven) ^ set(bestaat)):
            yield f"methode.yml: {waar}: {scheef} staat er te veel of ontbreekt"
