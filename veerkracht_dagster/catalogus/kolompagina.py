"""Pages on which columns are traced: one per table for the UI, one of all, and one to search in.

Here: Markdown and a self-contained HTML page. Not here: the graph (`kolomgraaf.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from veerkracht_dagster.catalogus.kolomgraaf import Knoop, Kolomgraaf
from veerkracht_dagster.catalogus.markdown import GEMAAKT, koppen, rij
from veerkracht_dagster.catalogus.models import Catalogus

KOLOMHERKOMST, ZOEKPAGINA = "kolomherkomst.md", "kolomherkomst.html"
_SJABLOON = Path(__file__).parent / ZOEKPAGINA
_GETOOND = 8  # of a publisher's columns, in a cell of a table's page


def tabelpagina(naam: str, graaf: Kolomgraaf) -> str:
    """The page of one table: per column what it is made of, how, and where that was published."""
    regels = koppen("kolom", "uit", "formule", "bij de uitgever")
    for knoop in _hoofdkolommen(graaf):
        if knoop[0] == naam:
            kolom = graaf.kolommen[knoop]
            uitgever = "; ".join(_levering(*paar) for paar in graaf.leveringen(knoop).items())
            regels.append(rij(f"`{knoop[1]}`", _lijst(kolom.uit), kolom.formule, uitgever))
    return "\n".join([*regels, "", _BIJKOLOMMEN])


def kolomherkomst(cat: Catalogus, graaf: Kolomgraaf) -> str:
    """All columns of all tables, and the publishers' names for them, as Markdown."""
    regels = [
        GEMAAKT,
        "# Herkomst van kolommen",
        "",
        "Van de naam die de uitgever een kolom geeft tot de kaart waarop zij te zien is, en terug. "
        f"[{ZOEKPAGINA}]({ZOEKPAGINA}) is dezelfde graaf met een zoekveld: open het bestand in een "
        "bladeraar. In de terminal: `veerkracht lineage NAAM`. Wat een kolom betekent staat in het "
        "[gegevenswoordenboek](gegevenswoordenboek.md).",
        "",
        _BIJKOLOMMEN,
        "",
        "## Namen van uitgevers",
        "",
    ]
    for bron, beschrijving in cat.bronnen.items():
        regels += [
            f"### levering/{bron}",
            "",
            f"{beschrijving.titel}, {beschrijving.uitgever}.",
            "",
        ]
        regels += [*_uitgever(f"levering/{bron}", graaf), ""]
    regels += ["## Kolommen", ""]
    for tabel in dict.fromkeys(tabel for tabel, _ in graaf.kolommen):
        regels += [f"### {tabel}", "", *_kolommen(tabel, graaf), ""]
    return "\n".join(regels)


_BIJKOLOMMEN = (
    "Kolommen naast een cijfer (`x__status`, `x__dekking` en zo meer) komen uit dezelfde kolommen "
    "als `x`."
)


def _uitgever(levering: str, graaf: Kolomgraaf) -> Iterator[str]:
    yield from koppen("bij de uitgever", "ook wel", "onze kolom", "komt terecht in")
    for knoop, doelen in graaf.naar.items():
        if knoop[0] == levering:
            eigen = [doel for doel in doelen if "__" not in doel[1]]
            verder = dict.fromkeys(tabel for tabel, _ in graaf.stroomaf(knoop))
            yield rij(
                knoop[1], ", ".join(graaf.namen.get(knoop, ())), _lijst(eigen),
                ", ".join(tabel for tabel in verder if tabel not in dict(eigen)),
            )  # fmt: skip


def _kolommen(tabel: str, graaf: Kolomgraaf) -> Iterator[str]:
    yield from koppen("kolom", "uit", "formule", "naar")
    for knoop in _hoofdkolommen(graaf):
        if knoop[0] == tabel:
            kolom = graaf.kolommen[knoop]
            naar = [doel for doel in graaf.naar.get(knoop, ()) if "__" not in doel[1]]
            yield rij(f"`{knoop[1]}`", _lijst(kolom.uit), kolom.formule, _lijst(naar))


def _hoofdkolommen(graaf: Kolomgraaf) -> Iterator[Knoop]:
    """Every column but those that stand beside a figure."""
    for tabel, kolom in graaf.kolommen:
        if (tabel, kolom.rpartition("__")[0]) not in graaf.kolommen:
            yield tabel, kolom


def _lijst(knopen: Iterable[Knoop]) -> str:
    return ", ".join(f"`{tabel}.{kolom}`" for tabel, kolom in dict.fromkeys(knopen))


def _levering(bron: str, namen: list[str]) -> str:
    meer = f" en nog {len(namen) - _GETOOND}" if len(namen) > _GETOOND else ""
    return f"{bron}: {', '.join(namen[:_GETOOND])}{meer}"


def zoekpagina(graaf: Kolomgraaf) -> str:
    """The graph with a field to search in, as one HTML file that needs nothing else."""
    knopen = list(dict.fromkeys([*graaf.kolommen, *graaf.naar]))
    nummer = {knoop: plaats for plaats, knoop in enumerate(knopen)}
    gegevens = []
    for knoop in knopen:
        kolom = graaf.kolommen.get(knoop)
        namen = list(graaf.namen.get(knoop, ()))
        gegevens.append(
            [
                *knoop,
                kolom.titel if kolom else "",
                kolom.formule if kolom else "",
                namen,
                [nummer[van] for van in graaf.uit.get(knoop, ())],
                [nummer[doel] for doel in graaf.naar.get(knoop, ())],
            ]
        )
    # In a script '<' could begin a tag: as an escape it is the same text to JSON.
    tekst = json.dumps(gegevens, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return _SJABLOON.read_text(encoding="utf-8").replace("[/*gegevens*/]", tekst)
