"""How a rebuild ends: the classes of an edition, every edition, what was refused, what is next.

Here: the closing tables of `veerkracht rebuild`. Not here: the rebuild (`herbouw/`), progress
(`herbouw.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from veerkracht_dagster.cli import opgemerkt
from veerkracht_dagster.cli.make import bij_make
from veerkracht_dagster.cli.stand import (
    leegte,
    toon_klassen,
    toon_leegte,
    toon_mis,
    toon_wachtende,
    toon_zonder_vlak,
    uitgaven,
)
from veerkracht_dagster.cli.weergave import toon_tabel
from veerkracht_dagster.werkmap import Werkmap

if TYPE_CHECKING:
    from veerkracht_dagster.herbouw.resultaat import Resultaat


def als_json(werkmap: Werkmap, resultaat: Resultaat, seconden: float) -> dict[str, Any]:
    """The whole outcome, for machines: also of a rebuild in which something was refused."""
    gepubliceerd = uitgaven(werkmap)
    leeg = leegte(werkmap, resultaat.edities)
    return {
        "berekend": resultaat.berekend,
        "runs": resultaat.runs,
        "seconden": round(seconden, 2),
        "edities": {
            naam: {
                "stand": stand,
                "uitgave": gepubliceerd.get(naam, {}).get("release_id"),
                "staat_op": resultaat.door_editie(naam),
                **leeg[naam],
                **{
                    wat: gepubliceerd.get(naam, {}).get(wat, {})
                    for wat in ("zonder_vlak", "halve_kaarten")
                },
            }
            for naam, stand in resultaat.edities.items()
        },
        "geweigerd": [vars(weigering) for weigering in resultaat.geweigerd.values()],
        "onbereikbaar": [vars(een) for een in resultaat.onbereikbaar],
        **opgemerkt.als_json(opgemerkt.kijk(werkmap)),
    }


def toon(
    scherm: Console, werkmap: Werkmap, resultaat: Resultaat, seconden: float, editie: str | None
) -> None:
    """The outcome on a screen."""
    gepubliceerd = uitgaven(werkmap)
    getoond = editie or next(iter(gepubliceerd), None)
    if getoond in gepubliceerd:
        toon_klassen(scherm, gepubliceerd[getoond])
    toon_leegte(scherm, leegte(werkmap, resultaat.edities))
    opgemerkt.toon(scherm, opgemerkt.kijk(werkmap))
    toon_mis(scherm, resultaat)
    toon_zonder_vlak(scherm, gepubliceerd)
    runs = f"{len(resultaat.runs)} {'run' if len(resultaat.runs) == 1 else 'runs'}"
    if resultaat.aantal:
        scherm.print(f"{resultaat.aantal} partities berekend in {runs}, {seconden:.1f} s.")
    elif resultaat.gelukt:
        scherm.print(f"Niets nieuws: alles is bij ({seconden:.1f} s).")
    else:
        scherm.print(f"Niets nieuws gemaakt ({seconden:.1f} s).")
    _toon_edities(scherm, werkmap, resultaat, gepubliceerd)
    bij = bij_make(werkmap)
    scherm.print(
        f"Verder: make ui{bij} (kaarten en herkomst in de Dagster UI). In deze shell, na "
        f'`eval "$(make -s env{bij})"`: veerkracht status --editie (de klassen van een andere '
        "editie), veerkracht trace, veerkracht export.",
        soft_wrap=True,
    )


def _toon_edities(
    scherm: Console, werkmap: Werkmap, resultaat: Resultaat, gepubliceerd: dict[str, dict[str, Any]]
) -> None:
    """Every edition: how it stands, its release and where that lies; and what it waits for."""
    tabel = Table.grid(padding=(0, 2))
    for naam, stand in resultaat.edities.items():
        uitgave = gepubliceerd.get(naam)
        delen = (
            (uitgave["titel"], uitgave["release_id"], str(werkmap.uitgaven / naam / "actueel"))
            if uitgave
            else ("", "", "")
        )
        tabel.add_row(naam, stand, *delen)
    toon_tabel(scherm, tabel)
    toon_wachtende(scherm, resultaat)
