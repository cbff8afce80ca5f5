"""`veerkracht lineage`: what a column is made of and where it goes, and the graph for machines.

Here: printing.
Not here: the graph (`catalogus/kolomgraaf.py`), events (`catalogus/openlineage.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.kolomgraaf import Knoop, Kolomgraaf, kolomgraaf
from veerkracht_dagster.cli.weergave import VERKEERD_GEBRUIK, fout, toon_json

_HOOGSTENS = 5


def schrijf(pad: Path, *, als_json: bool) -> None:
    """Write the whole graph as OpenLineage events."""
    from veerkracht_dagster.catalogus.openlineage import schrijf_openlineage

    aantal = schrijf_openlineage(pad, catalogus())
    if als_json:
        toon_json({"bestand": str(pad), "gebeurtenissen": aantal})
    else:
        Console(highlight=False).print(f"{pad}: {aantal} events", soft_wrap=True)


def voer_uit(naam: str, *, als_json: bool) -> None:
    """Show every column that is called so, by us or by the publisher."""
    graaf = kolomgraaf()
    gevonden = graaf.zoek(naam)
    if not gevonden:
        fout(
            f"no column is called '{naam}'; give our name (K_eind, buurttabel.inwoners) or the "
            "publisher's (Aantal inwoners, a_inw); `veerkracht catalogus` lists all",
            VERKEERD_GEBRUIK,
        )
    if als_json:
        toon_json([_als_json(knoop, graaf) for knoop in gevonden])
        return
    scherm = Console(highlight=False)
    for knoop in gevonden[:_HOOGSTENS]:
        kop = Tree(f"[bold]{_tekst(knoop, graaf)}[/bold]")
        for titel, buren in (("gemaakt uit", graaf.uit), ("komt terecht in", graaf.naar)):
            if buren.get(knoop):
                _takken(kop.add(titel), knoop, buren, graaf, {knoop})
        scherm.print(kop)
    if rest := gevonden[_HOOGSTENS:]:
        namen = ", ".join(".".join(knoop) for knoop in rest[:20])
        scherm.print(f"En nog {len(rest)}: {escape(namen)}{', ...' if len(rest) > 20 else ''}")


def _takken(
    boom: Tree,
    knoop: Knoop,
    buren: Mapping[Knoop, tuple[Knoop, ...]],
    graaf: Kolomgraaf,
    gezien: set[Knoop],
) -> None:
    """Every column once, under the first that leads to it; states stand with their figure."""
    nieuw = [k for k in buren.get(knoop, ()) if k not in gezien and "__" not in k[1]]
    gezien |= set(nieuw)
    for buur in nieuw:
        _takken(boom.add(_tekst(buur, graaf)), buur, buren, graaf, gezien)


def _tekst(knoop: Knoop, graaf: Kolomgraaf) -> str:
    kolom = graaf.kolommen.get(knoop)
    delen = [".".join(knoop)]
    if kolom is not None:
        delen += [kolom.titel, kolom.formule]
    delen += graaf.namen.get(knoop, ())
    return escape(" · ".join(deel for deel in delen if deel))


def _als_json(knoop: Knoop, graaf: Kolomgraaf) -> dict[str, object]:
    kolom = graaf.kolommen.get(knoop)
    return {
        "kolom": ".".join(knoop),
        "titel": kolom.titel if kolom else None,
        "formule": kolom.formule or None if kolom else None,
        "bij_de_uitgever": graaf.leveringen(knoop),
        "uit": [".".join(van) for van in graaf.uit.get(knoop, ())],
        "naar": [".".join(doel) for doel in graaf.naar.get(knoop, ())],
        "stroomop": [".".join(van) for van in graaf.stroomop(knoop)],
        "stroomaf": [".".join(doel) for doel in graaf.stroomaf(knoop)],
    }
