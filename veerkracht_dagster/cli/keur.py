"""`veerkracht bronnen keur`: what every address answers now, and what a rebuild would do.

Here: progress, the table, and the exit code. Not here: asking (`bronnen/ophalen/adreskeur.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from veerkracht_dagster.bronnen.ophalen.adreskeur import (
    WEIGERT,
    Adreskeur,
    Bevinding,
    Jaaroordeel,
)
from veerkracht_dagster.bronnen.ophalen.bevestigd import BESTAND, Bevestigd
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.ophalen.instellingen import AAN, Instellingen
from veerkracht_dagster.bronnen.ophalen.wegen import verbinding_van
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.weergave import FOUT, toon_json, toon_tabel
from veerkracht_dagster.werkmap import Werkmap

_EENHEDEN = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_TELT = {"cbs_v4_bulk": "waarnemingen", "cbs_v4": "waarnemingen", "cbs_v3": "rijen"}


def voer_uit(*, bron: str | None, jaar: int | None, als_json: bool) -> None:
    """Run the command."""
    werkmap, cat = Werkmap.uit_omgeving(), catalogus()
    bronnen = [bron] if bron else [naam for naam, b in cat.bronnen.items() if b.ophalen]
    jaren = [jaar] if jaar else _jaren()
    oordelen = _keur(bronnen, jaren)
    bevestigd = Bevestigd(werkmap.pad / BESTAND)
    bevestigd.onthoud(b.adres for o in oordelen for b in o.bevindingen if b.werkt)
    nodig = _staat_erop(o for o in oordelen if o.besluit == WEIGERT)
    eigen = _niet_gevraagd(werkmap, oordelen)
    if als_json:
        toon_json([_rij(o, b, bevestigd, nodig, eigen) for o in oordelen for b in o.bevindingen])
    else:
        _toon(oordelen, bevestigd, nodig, eigen)
    if any(nodig.get(_sleutel(o)) for o in oordelen if _sleutel(o) not in eigen):
        raise typer.Exit(FOUT)


def _jaren() -> list[int]:
    from assets_defs.partities import JAREN

    return list(JAREN)


def _keur(bronnen: Sequence[str], jaren: Sequence[int]) -> list[Jaaroordeel]:
    """Ask, with progress on a terminal. Little patience: this is a look, not a fetch."""
    instellingen, oordelen = Instellingen.uit_omgeving().ongeduldig(), []
    scherm = Console(file=sys.stderr)
    kolommen = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with (
        verbinding_van(instellingen, catalogus()) as verbinding,
        Progress(*kolommen, console=scherm, transient=True, disable=not scherm.is_terminal) as balk,
    ):
        taak = balk.add_task("adressen", total=len(bronnen) * len(jaren))
        for oordeel in Adreskeur(verbinding, catalogus()).keur(bronnen, jaren):
            balk.update(taak, advance=1, description=f"{oordeel.bron} {oordeel.jaar}")
            oordelen.append(oordeel)
    return oordelen


def _staat_erop(oordelen: Iterable[Jaaroordeel]) -> dict[tuple[str, str], list[str]]:
    """Per source and year that would be refused the editions that stand on it."""
    paren = [_sleutel(oordeel) for oordeel in oordelen]
    if not paren:
        return {}
    from veerkracht_dagster.definitions import defs
    from veerkracht_dagster.herbouw.geraakt import Stamboom
    from veerkracht_dagster.herbouw.verouderd import RELEASE

    uit: dict[tuple[str, str], list[str]] = {}
    for (asset, editie), op in Stamboom(defs.resolve_asset_graph()).op(paren).items():
        if asset == RELEASE:
            for paar in op:
                uit.setdefault(paar, []).append(editie)
    return uit


def _niet_gevraagd(werkmap: Werkmap, oordelen: Sequence[Jaaroordeel]) -> set[tuple[str, str]]:
    """What a rebuild does not fetch: it lies in the source folder, or was chosen by hand."""
    innemer = Innemer(werkmap)
    return {_sleutel(o) for o in oordelen if not innemer.zou_ophalen(o.bron, o.jaar)}


def _sleutel(oordeel: Jaaroordeel) -> tuple[str, str]:
    return oordeel.bron, str(oordeel.jaar)


def _doet(oordeel: Jaaroordeel, bevinding: Bevinding, eigen: set[tuple[str, str]]) -> str:
    if _sleutel(oordeel) in eigen:
        return "gebruikt de bronnenmap of wat gekozen is"
    return oordeel.doet(bevinding)


def _rij(
    oordeel: Jaaroordeel,
    bevinding: Bevinding,
    bevestigd: Bevestigd,
    nodig: dict[tuple[str, str], list[str]],
    eigen: set[tuple[str, str]],
) -> dict[str, Any]:
    return {
        **asdict(bevinding),
        "bevestigd": bevestigd.laatst(bevinding.adres),
        "herbouw": _doet(oordeel, bevinding, eigen),
        "waarom": oordeel.waarom,
        "edities": sorted(nodig.get(_sleutel(oordeel), [])),
    }


def _toon(
    oordelen: Sequence[Jaaroordeel],
    bevestigd: Bevestigd,
    nodig: dict[tuple[str, str], list[str]],
    eigen: set[tuple[str, str]],
) -> None:
    scherm = Console(highlight=False)
    tabel = Table(title="Wat elk adres nu antwoordt", title_justify="left")
    for kop in ("bron", "jaar", "weg", "adres", "antwoord", "grootte", "gewijzigd",
                "eerste bytes", "bevestigd", "een herbouw"):  # fmt: skip
        tabel.add_column(kop, no_wrap=True)
    verder = 0
    for oordeel in oordelen:
        for b in oordeel.bevindingen:
            if not (b.gezien or b.werkt):
                verder += 1  # beyond what anybody saw, and not there: as expected
                continue
            tabel.add_row(
                b.bron, str(b.jaar), b.weg, b.adres, b.antwoord[:100], _grootte(b),
                b.gewijzigd or "", b.dialect or "", (bevestigd.laatst(b.adres) or "nooit")[:10],
                _doet(oordeel, b, eigen), style=None if b.werkt else "red",
            )  # fmt: skip
    toon_tabel(scherm, tabel)
    scherm.print(f"Verder {verder} adressen die niemand nog zag en die er niet zijn.")
    for regel in dict.fromkeys(_gevonden_kolommen(oordelen)):
        scherm.print(regel, markup=False)
    for oordeel in oordelen:
        edities = sorted(nodig.get(_sleutel(oordeel), []))
        if oordeel.waarom and _sleutel(oordeel) not in eigen:
            gevolg = f" Hierop staan: {', '.join(edities)}." if edities else ""
            scherm.print(f"{oordeel.bron} {oordeel.jaar}: een herbouw {oordeel.besluit}.{gevolg}")
            scherm.print(f"  {oordeel.waarom}", markup=False)
    if not Instellingen.uit_omgeving().aan:
        scherm.print(f"Ophalen staat uit: een herbouw haalt alleen op met {AAN}=ja (OPHALEN=ja).")


def _gevonden_kolommen(oordelen: Iterable[Jaaroordeel]) -> Iterable[str]:
    """Of a table whose topics nobody recorded: what was taken for a column of ours."""
    for bevinding in (b for oordeel in oordelen for b in oordeel.bevindingen):
        for naam, voluit in bevinding.kolommen.items():
            yield f"{bevinding.bron}: {naam} is gevonden als {voluit} ({bevinding.adres})"


def _grootte(bevinding: Bevinding) -> str:
    """Bytes of a file, rows of a table."""
    aantal = bevinding.grootte
    if aantal is None:
        return ""
    if bevinding.weg in _TELT:
        return f"{aantal} {_TELT[bevinding.weg]}"
    return next((f"{aantal / g:.1f} {e}" for g, e in _EENHEDEN if aantal >= g), f"{aantal} B")
