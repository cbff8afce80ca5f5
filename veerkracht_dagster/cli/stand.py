"""`veerkracht status`: what is there, from which release, how old, what is stale.

Here: reading releases and staleness, and showing them. Not here: changing anything.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli import opgemerkt
from veerkracht_dagster.cli.make import make
from veerkracht_dagster.cli.weergave import NIETS_DAAR, fout, toon_json, toon_tabel
from veerkracht_dagster.publicatie.leegte import lagen_zonder_klasse, niet_gebruikt, waarom_leeg
from veerkracht_dagster.publicatie.publiceren import huidige_release
from veerkracht_dagster.publicatie.wijzer import ACTUEEL
from veerkracht_dagster.werkmap import Werkmap

if TYPE_CHECKING:
    from veerkracht_dagster.herbouw.resultaat import Resultaat

_GENOEMD = 5  # gemeenten without a map that are called by their code


def voer_uit(*, editie: str | None, als_json: bool) -> None:
    """Run the command; with an edition its classes too."""
    werkmap = Werkmap.uit_omgeving()
    if not (werkmap.dagster_home / "history").exists() and not werkmap.uitgaven.exists():
        hoe = make("rebuild", werkmap)
        fout(
            f"nothing is made yet in {werkmap.pad}; run `{hoe}` first",
            NIETS_DAAR,
        )
    gepubliceerd = uitgaven(werkmap)
    te_doen, mis = _te_doen(werkmap)
    gezien = opgemerkt.kijk(werkmap)
    leeg = leegte(werkmap, catalogus().edities)
    if als_json:
        toon_json(
            {
                "werkmap": str(werkmap.pad),
                "uitgaven": gepubliceerd,
                "leegte": leeg,
                "te_doen": te_doen,
                "geweigerd": [vars(weigering) for weigering in mis.geweigerd.values()],
                "staat_op": {e: door for e in catalogus().edities if (door := mis.door_editie(e))},
                **opgemerkt.als_json(gezien),
            }
        )
        return
    scherm = Console(highlight=False)
    tabel = Table(title="Uitgaven", title_justify="left")
    for kop in ("editie", "titel", "uitgave", "gemaakt", "oud", "gebieden", "controles"):
        tabel.add_column(kop)
    for naam, uitgave in gepubliceerd.items():
        tabel.add_row(naam, *_regel(uitgave))
    toon_tabel(scherm, tabel)
    if editie in gepubliceerd:
        toon_klassen(scherm, gepubliceerd[editie])
    toon_leegte(scherm, leeg)
    toon_zonder_vlak(scherm, gepubliceerd)
    opgemerkt.toon(scherm, gezien)
    toon_mis(scherm, mis)
    toon_wachtende(scherm, mis)
    if not te_doen:
        scherm.print("Alles is bij: een rebuild berekent niets.")
        return
    scherm.print(f"Een rebuild berekent {len(te_doen)} partities, en wat daardoor verandert:")
    for (asset, reden), aantal in Counter((v["asset"], v["reden"]) for v in te_doen).items():
        scherm.print(f"  {asset}: {aantal} ({reden})")


def uitgaven(werkmap: Werkmap) -> dict[str, dict[str, Any]]:
    """The release description (`release.json`) of every edition that is published."""
    uit = {}
    for naam in catalogus().edities:
        pad = werkmap.uitgaven / naam / "actueel" / "release.json"
        if pad.is_file():
            uit[naam] = json.loads(pad.read_text(encoding="utf-8"))
    return uit


def toon_mis(scherm: Console, resultaat: Resultaat) -> None:
    """Every refusal and every publisher that did not answer, in their own words."""
    meldingen = resultaat.meldingen()
    if meldingen:
        aantal = len(resultaat.geweigerd)
        scherm.print(f"Geweigerd: {aantal} {'partitie' if aantal == 1 else 'partities'}.")
    for wie, melding in meldingen:
        scherm.print(f"  {wie}: {melding}", soft_wrap=True, markup=False)
    if resultaat.onbereikbaar:
        scherm.print("Niet bereikt, en wat er was blijft gelden:")
    for tekst in resultaat.onbereikte_meldingen():
        scherm.print(f"  {tekst}", soft_wrap=True, markup=False)


def toon_wachtende(scherm: Console, resultaat: Resultaat) -> None:
    """Every edition that stands on something refused, and what to mend for it."""
    for naam in catalogus().edities:
        if door := resultaat.door_editie(naam):
            scherm.print(f"{naam} staat op {'; '.join(door)}: herstel dat.", soft_wrap=True)


_HEEL = "Is de kaart een deel van het land, haal haar dan heel op."


def toon_zonder_vlak(scherm: Console, gepubliceerd: Mapping[str, Mapping[str, Any]]) -> None:
    """Every edition with areas that a map does not have: how many, and in which gemeenten.

    Without the map of the base year they cannot be drawn; without that of another year they took
    another road to the areas of the edition. The second is said once, of all editions together.
    """
    andere: dict[str, tuple[list[str], Mapping[str, int]]] = {}
    for naam, uitgave in gepubliceerd.items():
        if per_gemeente := uitgave.get("zonder_vlak"):
            scherm.print(
                f"{naam}: {sum(per_gemeente.values())} van {_gebieden(uitgave)} gebieden staan "
                f"niet op de kaart van {uitgave['basisjaar']}, en hebben geen vlak "
                f"({_per_gemeente(per_gemeente)}). {_HEEL}",
                soft_wrap=True,
            )
        for jaar, per_jaar in uitgave.get("halve_kaarten", {}).items():
            andere.setdefault(f"{jaar} ({uitgave['niveau']})", ([], per_jaar))[0].append(naam)
    for jaar, (edities, per_jaar) in sorted(andere.items()):
        scherm.print(
            f"{', '.join(edities)}: {sum(per_jaar.values())} gebieden staan niet op de kaart van "
            f"{jaar} ({_per_gemeente(per_jaar)}): hun cijfers gaan langs een andere weg dan hun "
            f"grond. {_HEEL}",
            soft_wrap=True,
        )


def _per_gemeente(telling: Mapping[str, int]) -> str:
    waar = ", ".join(f"{gemeente} {n}" for gemeente, n in list(telling.items())[:_GENOEMD])
    meer = len(telling) - _GENOEMD
    return f"{waar} en nog {meer} gemeenten" if meer > 0 else waar


def _gebieden(uitgave: Mapping[str, Any]) -> int:
    return sum(next(iter(uitgave["klassen"].values())).values())


def toon_klassen(scherm: Console, uitgave: dict[str, Any]) -> None:
    """Layers x classes of one release."""
    toon_tabel(scherm, klassentabel(uitgave))


def leegte(werkmap: Werkmap, edities: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Of every edition why it has no release (`waarom`), or which of its layers have no class, and
    which groups were delivered that its K is not made of."""
    uit: dict[str, dict[str, Any]] = {}
    for naam in edities:
        release = huidige_release(werkmap.uitgaven, naam)
        map_release = werkmap.uitgaven / naam / ACTUEEL
        uit[naam] = {
            "waarom": waarom_leeg(werkmap.uitgaven / naam) if release is None else None,
            "zonder_klasse": dict(lagen_zonder_klasse(map_release, release)) if release else {},
            "niet_gebruikt": niet_gebruikt(map_release) if release else "",
        }
    return uit


def toon_leegte(scherm: Console, leeg: Mapping[str, Mapping[str, Any]]) -> None:
    """Every edition that is no release, every group that was delivered and not used, and every
    layer without a class, with the reason; layers of one edition with one reason in one line."""
    for naam, wat in leeg.items():
        if wat["waarom"]:
            scherm.print(wat["waarom"], soft_wrap=True, markup=False)
        if wat["niet_gebruikt"]:
            tekst = f"{naam}: niet in K: {wat['niet_gebruikt']}"
            scherm.print(tekst, soft_wrap=True, markup=False)
        per_reden: dict[str, list[str]] = {}
        for laag, reden in wat["zonder_klasse"].items():
            per_reden.setdefault(reden, []).append(laag)
        for reden, lagen in per_reden.items():
            heeft = "heeft" if len(lagen) == 1 else "hebben"
            tekst = f"{naam}: {', '.join(lagen)} {heeft} geen enkele klasse: {reden}"
            scherm.print(tekst, soft_wrap=True, markup=False)


def klassentabel(uitgave: dict[str, Any]) -> Table:
    """Layers x classes: the number of areas."""
    cat = catalogus()
    meeste = max(max(laag.klassen) for laag in cat.kaartlagen.values())
    titel = f"{uitgave['titel']}: aantal gebieden per klasse"
    tabel = Table(title=titel, title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0))
    tabel.add_column("kaartlaag", no_wrap=True)
    for klasse in [*range(1, meeste + 1), "geen", "gemeten"]:
        tabel.add_column(str(klasse), justify="right", no_wrap=True)
    for naam, laag in cat.kaartlagen.items():
        telling = {int(k): v for k, v in uitgave["klassen"][naam].items()}
        geen, alle = telling.get(cat.geen_meting.code, 0), sum(telling.values())
        cellen = [
            ("–" if geen == alle else str(telling.get(klasse, 0))) if klasse in laag.klassen else ""
            for klasse in range(1, meeste + 1)
        ]
        tabel.add_row(naam, *cellen, str(geen), f"{alle - geen} van {alle}")
    return tabel


def _te_doen(werkmap: Werkmap) -> tuple[list[dict[str, Any]], Resultaat]:
    """Partitions that a rebuild would compute now, and what was refused of them before."""
    from veerkracht_dagster.herbouw.stand import te_doen
    from veerkracht_dagster.herbouw.stappen import stapdefs
    from veerkracht_dagster.instantie.openen import open_instance

    graaf = stapdefs(werkmap).resolve_asset_graph()
    with open_instance(werkmap) as instance:
        alle, mis = te_doen(instance, graaf, werkmap)
    return [vars(v) for v in alle], mis


def _regel(uitgave: dict[str, Any]) -> list[str]:
    gemaakt = datetime.fromisoformat(uitgave["gemaakt"])
    uren = (datetime.now(UTC) - gemaakt).total_seconds() / 3600
    oud = f"{uren / 24:.0f} d" if uren >= 48 else f"{uren:.1f} u"
    controles = uitgave.get("controles", [])
    goed = sum(1 for controle in controles if controle["goed"])
    return [
        uitgave["titel"], uitgave["release_id"], f"{gemaakt:%Y-%m-%d %H:%M}", oud,
        str(_gebieden(uitgave)),
        f"{goed}/{len(controles)}",
    ]  # fmt: skip
