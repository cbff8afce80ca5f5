"""What the command prints is whole, however narrow the screen."""

from __future__ import annotations

import io

from rich.console import Console

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.stand import klassentabel
from veerkracht_dagster.cli.weergave import toon_tabel


def test_a_table_wider_than_the_screen_keeps_every_figure() -> None:
    klassen = {
        naam: {str(klasse): 10_000 + klasse for klasse in (*laag.klassen, -9)}
        for naam, laag in catalogus().kaartlagen.items()
    }
    uit = io.StringIO()
    scherm = Console(file=uit, width=80)
    toon_tabel(scherm, klassentabel({"titel": "Heel Nederland", "klassen": klassen}))
    regel = next(r for r in uit.getvalue().splitlines() if "signaal_absoluut" in r)
    assert regel.split()[1:] == [*(str(10_000 + k) for k in range(1, 9)), "9991"]
    assert scherm.width == 80
