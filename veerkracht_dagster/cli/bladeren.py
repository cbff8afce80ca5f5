"""`veerkracht catalogus`: browse the catalogue, and write the generated pages.

Here: showing entries. Not here: the catalogue itself.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.cli.weergave import VERKEERD_GEBRUIK, fout, toon_json

_SOORTEN = ("bronnen", "kolommen", "groepen", "indicatoren", "kaartlagen", "edities")


def voer_uit(naam: str | None, *, als_json: bool) -> None:
    """Show all entries by kind, or one entry whole."""
    cat = catalogus()
    if naam is None:
        overzicht = {
            soort: {k: v.titel for k, v in getattr(cat, soort).items()} for soort in _SOORTEN
        }
        if als_json:
            toon_json(overzicht)
            return
        for soort, regels in overzicht.items():
            _tabel(soort, regels)
        return
    gevonden = {
        soort: getattr(cat, soort)[naam] for soort in _SOORTEN if naam in getattr(cat, soort)
    }
    tabel = tabellen().get(naam)
    if not gevonden and tabel is None:
        lijkt = [k for soort in _SOORTEN for k in getattr(cat, soort) if naam.lower() in k.lower()]
        hint = (
            f"; perhaps: {', '.join(lijkt[:8])}" if lijkt else "; `veerkracht catalogus` lists all"
        )
        fout(f"'{naam}' is not in the catalogue{hint}", VERKEERD_GEBRUIK)
    inhoud = {soort: model.model_dump(mode="json") for soort, model in gevonden.items()}
    if tabel is not None:
        inhoud["tabel"] = {k.naam: f"{k.titel} [{k.eenheid or k.type}]" for k in tabel.kolommen}
    if als_json:
        toon_json(inhoud)
        return
    for soort, velden in inhoud.items():
        _tabel(f"{naam} ({soort})", {k: v for k, v in velden.items() if v not in (None, [], {})})


def schrijf_docs(map_: Path, *, als_json: bool) -> None:
    """Write the pages that are generated from the catalogue."""
    from veerkracht_dagster.catalogus.woordenboek import schrijf_woordenboek

    paden = [str(pad) for pad in schrijf_woordenboek(map_)]
    if als_json:
        toon_json(paden)
    else:
        Console(highlight=False).print("\n".join(paden))


def _tabel(titel: str, regels: dict[str, object]) -> None:
    tabel = Table(title=titel, title_justify="left", show_header=False, box=None)
    for naam, waarde in regels.items():
        tabel.add_row(f"[bold]{naam}[/bold]", str(waarde).replace("[", "\\["))
    Console(highlight=False).print(tabel)
