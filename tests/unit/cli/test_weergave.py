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
    alle = sum(10_000 + k for k in range(1, 9))
    geteld = [*(str(10_000 + k) for k in range(1, 9)), "9991"]
    assert regel.split()[1:] == [*geteld, *f"{alle} van {alle + 9991}".split()]
    assert scherm.width == 80


def test_of_a_layer_without_a_class_there_is_no_number_of_any() -> None:
    klassen = {
        naam: {str(klasse): 12 if klasse == -9 else 0 for klasse in (*laag.klassen, -9)}
        for naam, laag in catalogus().kaartlagen.items()
    }
    uit = io.StringIO()
    toon_tabel(Console(file=uit, width=80), klassentabel({"titel": "x", "klassen": klassen}))
    regel = next(r for r in uit.getvalue().splitlines() if "signaal_absoluut" in r)
    assert regel.split()[1:] == [*"–" * 8, "12", "0", "van", "12"]
