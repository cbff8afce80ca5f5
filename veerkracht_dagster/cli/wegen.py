"""`veerkracht bronnen` alone: along which way each source and year came that tables are made of.

Here: reading that from the receipts, and showing it. Not here: the ways (`bronnen/ophalen/`), the
versions of one source and year (`versies.py`).
"""

from __future__ import annotations

from datetime import date

from rich.console import Console
from rich.table import Table

from veerkracht_dagster.bronnen.ontvangsten import Ontvangst, Ontvangsten
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.make import make
from veerkracht_dagster.cli.weergave import NIETS_DAAR, fout, toon_json, toon_tabel
from veerkracht_dagster.werkmap import Werkmap

_BRONNENMAP = "bronnenmap"


def voer_uit(*, als_json: bool) -> None:
    """Run the command."""
    werkmap = Werkmap.uit_omgeving()
    gebruikt = wegen_van(Ontvangsten(werkmap.snapshots))
    if not gebruikt:
        hoe = make("rebuild", werkmap)
        fout(
            f"nothing came in yet in {werkmap.pad}; run `{hoe}` first",
            NIETS_DAAR,
        )
    if als_json:
        toon_json(
            [
                {"bron": bron, "jaar": jaar, "weg": _weg(o), "adres": o.adres, "versie": o.versie,
                 "ontvangen": o.ontvangen, "bestanden": len(o.bestanden),
                 "mislukt": [vars(m) for m in o.mislukt], "ook_langs": o.ook_langs}
                for (bron, jaar), o in gebruikt.items()
            ]
        )  # fmt: skip
        return
    bronnen = list(dict.fromkeys(bron for bron, _ in gebruikt))
    tabel = Table(
        title="Langs welke weg elke bron kwam, per peiljaar (na: zoveel adressen gaven niets)",
        title_justify="left",
    )
    for kop in ("jaar", *bronnen):
        tabel.add_column(kop, no_wrap=True)
    for jaar in sorted({jaar for _, jaar in gebruikt}):
        cellen = [_met_mislukt(o) if (o := gebruikt.get((bron, jaar))) else "" for bron in bronnen]
        tabel.add_row(str(jaar), *cellen)
    toon_tabel(Console(highlight=False), tabel)


def wegen_van(ontvangsten: Ontvangsten) -> dict[tuple[str, int], Ontvangst]:
    """Per source and year the receipt that its table was made of, in the order of the catalogue."""
    cat = catalogus()
    return {
        (bron, jaar): ontvangst
        for bron in cat.bronnen
        for jaar in range(cat.eerste_peiljaar, date.today().year + 1)
        if (ontvangst := ontvangsten.aanvaard(bron, jaar)) is not None
    }


def _weg(ontvangst: Ontvangst) -> str:
    return ontvangst.weg or _BRONNENMAP


def _met_mislukt(ontvangst: Ontvangst) -> str:
    """The way, and how many were tried in vain before it."""
    voor = len(ontvangst.mislukt)
    return f"{_weg(ontvangst)} (na {voor})" if voor else _weg(ontvangst)
