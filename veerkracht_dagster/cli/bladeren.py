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


def toon_code(naam: str | None, *, als_json: bool) -> None:
    """Show which modules and fields of the catalogue count for the code version of an asset."""
    from veerkracht_dagster.codeversie import STAPPEN, assets_van, codeversie, telt_mee

    alle = [asset for stap in STAPPEN for asset in assets_van(stap)]
    if naam is None:
        versies = {asset: codeversie(asset) for asset in alle}
        toon_json(versies) if als_json else _tabel("code", dict(versies))
        return
    if naam not in alle:
        fout(f"'{naam}' is no asset; choose from: {', '.join(alle)}", VERKEERD_GEBRUIK)
    telt = telt_mee(naam)
    velden = [".".join(velden) for velden in telt.velden]
    if als_json:
        inhoud = {"versie": codeversie(naam), "modules": telt.modules, "catalogus": velden}
        toon_json(inhoud)
        return
    modules, gelezen = "\n".join(telt.modules), "\n".join(velden)
    regels: dict[str, object] = {"modules": modules, "catalogus": gelezen}
    _tabel(f"{naam} (code)", {"versie": codeversie(naam), **regels})


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
