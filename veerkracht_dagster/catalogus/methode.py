"""The method page, in Dutch for readers and in English for engineers, written from the catalogue.

Here: Markdown. Not here: any word of the method (`methode.yml`) or number (the other YAML files).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from veerkracht_dagster.catalogus.cijfers import formule_van
from veerkracht_dagster.catalogus.markdown import GEMAAKT, koppen, parameter, rij
from veerkracht_dagster.catalogus.models import (
    Catalogus,
    Constanten,
    Kaartlaag,
    Merk,
    Omzetting,
    Parameters,
    Tweetalig,
)

Taal = Literal["nl", "en"]
METHODE: dict[Taal, str] = {"nl": "methode.md", "en": "method.md"}
_MERKEN: dict[Taal, dict[Merk, str]] = {
    "nl": {"gevonden": "gevonden", "afgeleid": "afgeleid", "gekozen": "gekozen"},
    "en": {"gevonden": "found", "afgeleid": "derived", "gekozen": "chosen"},
}
_WOORDEN: dict[Taal, dict[str, str]] = {
    "nl": {
        "titel": "Methode",
        "merken": "Achter elk kopje staat waar het vandaan komt: *gevonden* in een openbare bron, "
        "*afgeleid* uit gepubliceerde cijfers, of *gekozen* omdat geen openbare bron het zegt.",
        "ook": "[English](method.md). Elke kolom staat in het "
        "[gegevenswoordenboek](gegevenswoordenboek.md).",
        "lagen": "De lagen",
        "legenda": "titel {titel}, legenda {legenda}",
        "waarde": "Waarde",
        "eenheid": "eenheid",
        "klassen": "| klasse | naam | kleur | wanneer |",
        "groepen": "Groepen",
        "uit": "uit",
        "formules": "Formules",
        "parameters": "Parameters",
        "omzetting": "alle edities",
        "constanten": "constante, alle edities",
        "geen": "geen",
    },
    "en": {
        "titel": "Method",
        "merken": "Behind every heading stands where it is from: *found* in a public source, "
        "*derived* from published figures, or *chosen* because no public source says.",
        "ook": "[Nederlands](methode.md). Every column is in the "
        "[data dictionary](gegevenswoordenboek.md) (in Dutch, as are names and labels: they are "
        "the publishers' own).",
        "lagen": "The layers",
        "legenda": "title {titel}, legend {legenda}",
        "waarde": "Value",
        "eenheid": "unit",
        "klassen": "| class | name | colour | when |",
        "groepen": "Groups",
        "uit": "from",
        "formules": "Formulas",
        "parameters": "Parameters",
        "omzetting": "all editions",
        "constanten": "constant, all editions",
        "geen": "none",
    },
}


def methode(cat: Catalogus, taal: Taal) -> str:
    """The page as Markdown; the numbers in its text are those of the first edition."""
    woorden, merken = _WOORDEN[taal], _MERKEN[taal]
    eerste = next(iter(cat.edities.values())).parameters
    waarden = _waarden(eerste) | _waarden(cat.omzetting) | _waarden(cat.constanten)
    regels = [
        GEMAAKT, f"# {woorden['titel']}", "", woorden["ook"], "", f"> {cat.bijsluiter}", "",
        woorden["merken"], "",
    ]  # fmt: skip
    for regel in cat.methode.regels:
        tekst = _in_taal(regel, taal).format(**waarden)
        regels += [f"## {_in_taal(regel.kop, taal)} ({merken[regel.merk]})", "", tekst, ""]
    regels += [f"## {woorden['lagen']}", ""]
    for naam, laag in cat.kaartlagen.items():
        regels += [*_laag(naam, laag, cat, taal), ""]
    regels += [f"## {woorden['groepen']}", "", *_groepen(cat, taal), ""]
    regels += [f"## {woorden['formules']}", "", *_formules(cat), ""]
    return "\n".join([*regels, *_parameters(cat, taal), ""])


def _in_taal(tekst: Tweetalig, taal: Taal) -> str:
    return tekst.nl if taal == "nl" else tekst.en


def _waarden(parameters: Parameters | Omzetting | Constanten) -> dict[str, str]:
    return {naam: parameter(waarde) for naam, waarde in parameters.model_dump().items()}


def _laag(naam: str, laag: Kaartlaag, cat: Catalogus, taal: Taal) -> Iterator[str]:
    woorden, merken, uitleg = _WOORDEN[taal], _MERKEN[taal], cat.methode.lagen[naam]
    herkomst = woorden["legenda"].format(titel=merken[uitleg.titel], legenda=merken[uitleg.legenda])
    yield f"### {laag.nummer}. {laag.titel}"
    yield ""
    yield f"`{naam}`: {herkomst}. {_in_taal(uitleg, taal)}"
    yield f"{woorden['waarde']}: `{laag.waarde}`, {woorden['eenheid']}: {laag.eenheid}."
    yield ""
    yield woorden["klassen"]
    yield rij(*["---"] * 4)
    for code, klasse in laag.klassen.items():
        yield rij(str(code), klasse.label, f"`{klasse.kleur}`", _wanneer(laag, code))
    yield rij(str(cat.geen_meting.code), cat.geen_meting.label, "", "")


def _wanneer(laag: Kaartlaag, code: int) -> str:
    """When a value is in a class, from the layer's limits."""
    if laag.klasse_uit is not None:
        return f"`{laag.klasse_uit}` = {code}"
    maal = f" `{laag.eenheid_grenzen}`" if laag.eenheid_grenzen else ""
    onder = laag.grenzen[code - 2] if code > 1 else None
    boven = laag.grenzen[code - 1] if code <= len(laag.grenzen) else None
    milder = laag.op_de_grens == "milder"
    delen = []
    if onder is not None:
        delen.append(f"{'>' if milder and onder > 0 else '≥'} {onder:.6g}{maal}")
    if boven is not None:
        delen.append(f"{'≤' if milder and boven > 0 else '<'} {boven:.6g}{maal}")
    return ", ".join(delen)


def _groepen(cat: Catalogus, taal: Taal) -> Iterator[str]:
    yield from koppen("", "", _WOORDEN[taal]["uit"])
    for naam, groep in cat.groepen.items():
        teller = " + ".join(f"`{kolom}`" for kolom in groep.teller)
        uit = f"`{groep.aandeel}`" if groep.aandeel else f"({teller}) / `{groep.noemer}`"
        yield rij(f"`{naam}`", groep.titel, uit)


def _formules(cat: Catalogus) -> Iterator[str]:
    yield from koppen("", "", "", "")
    for tabel, indicator in cat.indicatoren.items():
        for naam, kolom in indicator.kolommen.items():
            yield rij(f"`{tabel}.{naam}`", kolom.titel, formule_van(cat, kolom), kolom.eenheid)


def _parameters(cat: Catalogus, taal: Taal) -> Iterator[str]:
    yield f"## {_WOORDEN[taal]['parameters']} ({_MERKEN[taal]['gekozen']})"
    yield ""
    yield from koppen("", "", *(f"`{naam}`" for naam in cat.edities))
    for naam, uitleg in cat.methode.parameters.items():
        waarden = [parameter(getattr(editie.parameters, naam)) for editie in cat.edities.values()]
        geen = _WOORDEN[taal]["geen"]
        yield rij(f"`{naam}`", _in_taal(uitleg, taal), *(waarde or geen for waarde in waarden))
    yield ""
    yield from koppen("", "", _WOORDEN[taal]["omzetting"])
    for naam, uitleg in cat.methode.omzetting.items():
        waarde = parameter(getattr(cat.omzetting, naam))
        yield rij(f"`{naam}`", _in_taal(uitleg, taal), waarde or _WOORDEN[taal]["geen"])
    yield ""
    yield from koppen("", "", _WOORDEN[taal]["constanten"])
    for naam, uitleg in cat.methode.constanten.items():
        waarde = parameter(getattr(cat.constanten, naam))
        yield rij(f"`{naam}`", _in_taal(uitleg, taal), waarde)
