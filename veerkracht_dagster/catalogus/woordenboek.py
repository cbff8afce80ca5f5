"""The data dictionary and the list of layers in `docs/`, written from the catalogue.

Here: Markdown. Not here: any description of a column or layer; those are in the YAML files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from veerkracht_dagster.catalogus.bronpagina import BRONNEN, bronnenpagina
from veerkracht_dagster.catalogus.kolomgraaf import kolomgraaf
from veerkracht_dagster.catalogus.kolompagina import (
    KOLOMHERKOMST,
    ZOEKPAGINA,
    kolomherkomst,
    zoekpagina,
)
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.markdown import GEMAAKT, koppen, parameter, rij
from veerkracht_dagster.catalogus.methode import METHODE, methode
from veerkracht_dagster.catalogus.models import Catalogus, Kaartlaag, Kolom
from veerkracht_dagster.catalogus.tabellen import Tabel, Tabelkolom, tabellen_van
from veerkracht_dagster.celstatus import MET_WAARDE, STATUSSEN

WOORDENBOEK, KAARTLAGEN = "gegevenswoordenboek.md", "kaartlagen.md"


def schrijf_woordenboek(map_docs: Path, cat: Catalogus | None = None) -> list[Path]:
    """Write all documents into a folder; the same catalogue gives the same bytes."""
    cat = cat or catalogus()
    map_docs.mkdir(parents=True, exist_ok=True)
    graaf = kolomgraaf(cat)
    teksten = {
        WOORDENBOEK: gegevenswoordenboek(cat),
        KAARTLAGEN: kaartlagen(cat),
        BRONNEN: bronnenpagina(cat),
        METHODE["nl"]: methode(cat, "nl"),
        METHODE["en"]: methode(cat, "en"),
        KOLOMHERKOMST: kolomherkomst(cat, graaf),
        ZOEKPAGINA: zoekpagina(graaf),
    }
    for naam, tekst in teksten.items():
        (map_docs / naam).write_text(tekst, encoding="utf-8", newline="\n")
    return [map_docs / naam for naam in teksten]


def gegevenswoordenboek(cat: Catalogus) -> str:
    """Every table and column, by stage, as Markdown."""
    tabellen = list(tabellen_van(cat).values())
    stappen = list(dict.fromkeys(tabel.stap for tabel in tabellen))
    regels = [GEMAAKT, "# Gegevenswoordenboek", "", *_leeswijzer(), ""]
    for stap in stappen:
        regels += [f"## {stap}", ""]
        for tabel in tabellen:
            if tabel.stap == stap:
                regels += [*_tabel(tabel, cat), ""]
    return "\n".join(regels)


def _leeswijzer() -> list[str]:
    met = ", ".join(f"`{status}`" for status in MET_WAARDE)
    return [
        "Een getal `x` heeft ernaast `x__status`, en na omzetting `x__dekking`: het deel van het "
        "gebied dat waargenomen cellen dekken. Waar de uitgever afrondt of kleine getallen "
        "onderdrukt, en bij een telling van een deel, staan daarbij `x__ondergrens` en "
        "`x__bovengrens`: daartussen ligt het getal, gegeven de gewichten van de omzetting; leeg "
        "is onbekend. Een telling van een deel heeft ook `x__deel`: welk deel van haar noemer zij "
        "is, over de delen van het gebied waarvan beide bekend zijn. Deze kolommen staan "
        "hieronder niet apart.",
        "",
        f"Statussen: {', '.join(f'`{status}`' for status in STATUSSEN)}; alleen bij {met} is er "
        "een waarde. Een lege cel is nooit 0.",
    ]


def _tabel(tabel: Tabel, cat: Catalogus) -> Iterator[str]:
    yield f"### {tabel.naam}"
    yield ""
    yield f"{tabel.titel}. {tabel.omschrijving}"
    yield ""
    bron = cat.bronnen.get(tabel.naam)
    if bron is not None:
        yield f"Uitgever: {bron.uitgever}. Licentie: {bron.licentie}. Bron: <{bron.url}>"
        yield ""
    yield f"Sleutel: {', '.join(f'`{kolom}`' for kolom in tabel.sleutel)}."
    yield ""
    yield from koppen(
        "kolom", "titel", "eenheid", "type", "grenzen", "bij de uitgever", "formule", "uit"
    )
    namen = set(tabel.kolomnamen)
    for kolom in tabel.kolommen:
        if kolom.naam.rpartition("__")[0] not in namen:
            yield _kolom(kolom, cat.kolommen.get(kolom.naam))


def _kolom(kolom: Tabelkolom, bij_uitgever: Kolom | None) -> str:
    soort = kolom.type + (f" ({bij_uitgever.soort})" if bij_uitgever is not None else "")
    uit = [f"`{tabel}.{naam}`" if naam else f"`{tabel}`" for tabel, naam in kolom.uit]
    return rij(
        f"`{kolom.naam}`",
        kolom.titel,
        kolom.eenheid,
        soort + (", mag leeg" if kolom.leeg_mag else ""),
        _grenzen(kolom, bij_uitgever),
        _uitgever(bij_uitgever),
        kolom.formule,
        ", ".join(dict.fromkeys(uit)),
    )


def _grenzen(kolom: Tabelkolom, bij_uitgever: Kolom | None) -> str:
    delen = []
    if kolom.minimum is not None:
        delen.append(f"≥ {kolom.minimum:g}")
    if kolom.maximum is not None:
        delen.append(f"≤ {kolom.maximum:g}")
    if kolom.waarden:
        delen.append(" / ".join(_waarde(waarde) for waarde in kolom.waarden))
    if kolom.patroon is not None:
        delen.append(f"`{kolom.patroon}`")
    if bij_uitgever is not None and bij_uitgever.afronding is not None:
        loting = ", bij loting" if bij_uitgever.aselect else ""
        delen.append(f"afgerond op {bij_uitgever.afronding:g}{loting}")
    if bij_uitgever is not None and bij_uitgever.onderdrukking is not None:
        delen.append(f"onderdrukt: {bij_uitgever.onderdrukking}")
    if bij_uitgever is not None and bij_uitgever.onderdrukt_tot is not None:
        delen.append(f"onderdrukt is ten hoogste {bij_uitgever.onderdrukt_tot:g}")
    return "; ".join(delen)


def _waarde(waarde: object) -> str:
    return f"{waarde:g}" if isinstance(waarde, float) else str(waarde)


def _uitgever(kolom: Kolom | None) -> str:
    if kolom is None:
        return ""
    uitgever = kolom.uitgever
    delen = [" of ".join(uitgever.titels)]
    delen += [f"groep {uitgever.groep}"] if uitgever.groep else []
    delen += [f"v4 {' of '.join(uitgever.v4)}"] if uitgever.v4 else []
    delen += [f"Excel {', '.join(uitgever.excel)}"] if uitgever.excel else []
    return "; ".join(delen)


def kaartlagen(cat: Catalogus) -> str:
    """Every layer with its legend and thresholds, and the parameters per edition, as Markdown."""
    regels = [GEMAAKT, "# Kaartlagen", "", f"> {cat.bijsluiter}", ""]
    for naam, laag in cat.kaartlagen.items():
        regels += [*_laag(naam, laag, cat), ""]
    return "\n".join([*regels, *_parameters(cat), ""])


def _laag(naam: str, laag: Kaartlaag, cat: Catalogus) -> Iterator[str]:
    yield f"## {laag.nummer}. {laag.titel}"
    yield ""
    yield f"Sleutel `{naam}`. Eenheid: {laag.eenheid}. Waarde: `{laag.waarde}`. {_regel(laag)}"
    if laag.extra:
        extra = ", ".join(f"`{kolom}` (`{uit}`)" for kolom, uit in laag.extra.items())
        yield ""
        yield f"Ook in deze laag: {extra}."
    yield ""
    yield from koppen("klasse", "naam", "kleur")
    for code, klasse in laag.klassen.items():
        yield rij(str(code), klasse.label, f"`{klasse.kleur}`")
    yield rij(str(cat.geen_meting.code), cat.geen_meting.label, "geen vulling, dunne grijze rand")


def _regel(laag: Kaartlaag) -> str:
    if laag.klasse_uit is not None:
        return f"Klasse: `{laag.klasse_uit}`."
    grenzen = ", ".join(f"{grens:.10g}" for grens in laag.grenzen)
    maal = f" maal `{laag.eenheid_grenzen}`" if laag.eenheid_grenzen else ""
    return (
        f"Grenzen: {grenzen}{maal}; een waarde op de grens valt in de {laag.op_de_grens}e klasse."
    )


def _parameters(cat: Catalogus) -> Iterator[str]:
    yield "## Edities en parameters"
    yield ""
    yield "De drempels zijn een keuze van dit project; ze gaan met elke uitgave mee."
    yield ""
    edities = cat.edities
    yield from koppen("", *(f"`{naam}`" for naam in edities))
    yield rij("titel", *(editie.titel for editie in edities.values()))
    yield rij("periode", *(f"{editie.begin}-{editie.eind}" for editie in edities.values()))
    yield rij("niveau", *(editie.niveau for editie in edities.values()))
    yield rij("gebieden van", *(str(editie.basisjaar) for editie in edities.values()))
    yield rij("gemeenten", *(", ".join(editie.gemeenten) or "alle" for editie in edities.values()))
    velden = next(iter(edities.values())).parameters.model_dump()
    for veld in velden:
        waarden = (getattr(editie.parameters, veld) for editie in edities.values())
        yield rij(f"`{veld}`", *(parameter(waarde) for waarde in waarden))
    yield ""
    yield "De omzetting van gebieden tussen jaren is voor alle edities gelijk."
    yield ""
    yield from koppen("", "omzetting")
    for veld, waarde in cat.omzetting.model_dump().items():
        yield rij(f"`{veld}`", parameter(waarde))
