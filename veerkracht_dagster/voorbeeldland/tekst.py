"""Small helpers for writing figures as text.

Here: JSON text per cell, and one row per record from columns, which is many times faster than
building a dictionary per row. Not here: any publisher's names or order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Regels = list[str]


def json_tekst(waarde: Any) -> str:
    """Return compact JSON, letters with accents as they are."""
    return json.dumps(waarde, ensure_ascii=False, separators=(",", ":"))


def teksten(waarden: Iterable[Any]) -> Regels:
    """Return each value as JSON text."""
    return [json_tekst(w) for w in waarden]


def getallen(waarden: np.ndarray, decimalen: int, leeg: str = "null") -> Regels:
    """Return whole numbers without a point, others with one (2.0), NaN as `leeg`."""
    if decimalen == 0:
        return [leeg if w != w else str(int(w)) for w in waarden.tolist()]
    return [leeg if w != w else repr(w) for w in waarden.tolist()]


def records(namen: Sequence[str], kolommen: Sequence[Regels]) -> Regels:
    """Return a JSON object per row from columns of JSON text."""
    sleutels = [json_tekst(n) + ":" for n in namen]
    met_sleutel = [[s + w for w in k] for s, k in zip(sleutels, kolommen, strict=True)]
    return ["{" + ",".join(rij) + "}" for rij in zip(*met_sleutel, strict=True)]


def schrijf_tekst(pad: Path, tekst: str) -> Path:
    """Write text as UTF-8 with the line ends it has, making the folder; return the path."""
    pad.parent.mkdir(parents=True, exist_ok=True)
    pad.write_bytes(tekst.encode("utf-8"))
    return pad
