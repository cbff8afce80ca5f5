"""Hatching of areas whose class is not stable: by which column, how, and its line of the legend.

Here: what pictures and GIS styles share. Not here: the stability itself (`indicatoren/signaal.py`),
the drawing (`afbeelding.py`, `publicatie/stijl.py`).
"""

from __future__ import annotations

KOLOM = "stabiliteit"
KLEUR = "#303030"


def legendaregel(grens: float) -> str:
    """What the legend says of areas whose stability is below `grens`."""
    return f"gearceerd: weinig stabiel (<\u00a0{grens:g})".replace(".", ",")
