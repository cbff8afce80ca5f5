"""The crosswalk counted a second time, from maps, lists of areas, addresses and squares.

Here: maps, squares and lists read (`kaart.py`, `namen.py`), what an area is in a year (`jaar.py`),
addresses in common (`adressen.py`), shared ground and residents (`grond.py`), which road an area
takes (`wegen.py`), shapes compared (`vormen.py`), and what was counted before (`bewaard.py`).
Not here: the crosswalk that is published (`buurttabel/`), of which nothing is used. Only the
catalogue's parameters are shared.
"""

from veerkracht_dagster.tweede.hertellen.hertellen import Hertelling, hertel

__all__ = ["Hertelling", "hertel"]
