"""What rebuilds refused and is not mended yet, kept in the work folder so that status can tell.

Here: the small file. Not here: refusing (`herbouwen.py`), or what stands on it (`geraakt.py`).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Collection, Iterable
from dataclasses import asdict

import orjson

from veerkracht_dagster.herbouw.geraakt import Paar
from veerkracht_dagster.herbouw.resultaat import Weigering
from veerkracht_dagster.werkmap import Werkmap

NAAM = "geweigerd.json"


def onthoud(werkmap: Werkmap, nieuw: Iterable[Weigering], gemaakt: Collection[Paar]) -> None:
    """Add what a rebuild refused, and forget what it made."""
    alle = {w.paar: w for w in _lees(werkmap) if w.paar not in gemaakt}
    alle |= {w.paar: w for w in nieuw}
    pad = werkmap.pad / NAAM
    if not alle:
        pad.unlink(missing_ok=True)
        return
    opzij = pad.with_name(f".{NAAM}.{uuid.uuid4().hex}")
    opzij.write_bytes(orjson.dumps([asdict(w) for _, w in sorted(alle.items())]))
    os.replace(opzij, pad)


def nog_geweigerd(werkmap: Werkmap, te_doen: Collection[Paar]) -> dict[Paar, Weigering]:
    """What was refused and would be tried again: what is up to date meanwhile was mended."""
    return {w.paar: w for w in _lees(werkmap) if w.paar in te_doen}


def _lees(werkmap: Werkmap) -> list[Weigering]:
    pad = werkmap.pad / NAAM
    if not pad.is_file():
        return []
    return [Weigering(**een) for een in orjson.loads(pad.read_bytes())]
