"""What was last seen of every source and year: the publisher's marks, and one version for them.

Here: when marks mean another version, and the memory of it on disk.
Not here: asking for marks (`merken.py`).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from veerkracht_dagster.opslag.vingerafdrukken import AFWEZIG, versie_van

GEHEUGEN = "gezien.json"  # in the work folder


def merkversie(merk: Mapping[str, object]) -> str:
    """The version that a publisher's marks stand for."""
    return versie_van((str(naam), str(waarde)) for naam, waarde in merk.items())


@dataclass(frozen=True)
class Gezien:
    """The version of a source and year, the marks it stands for (per service), and the words.

    reden: the publisher's own, such as 'Correctie'. gestopt: the publisher goes on no more.
    """

    versie: str
    merken: dict[str, dict[str, Any]] = field(default_factory=dict)
    tabel: str | None = None
    reden: str = ""
    gestopt: bool = False


def gezien_bij(
    dienst: str,
    merk: Mapping[str, Any] | None,
    vorige: Gezien | None,
    *,
    tabel: str | None = None,
    reden: str = "",
    gestopt: bool = False,
) -> Gezien:
    """What is seen now, given what was seen before.

    The version is another one when the same service gives other marks. A service that was not
    asked before (v3 while v4 is down) says nothing about change: the version stays.

    Args:
        merk: None when the publisher does not have it; empty when its server gives no marks.
    """
    if merk is None and vorige is not None and vorige.versie != AFWEZIG:
        # Withdrawn: what we have stays what it is.
        return Gezien(vorige.versie, vorige.merken, tabel, "Ingetrokken", True)
    if merk is None:
        return Gezien(AFWEZIG, {}, tabel, reden, gestopt)
    nieuw = dict(merk)
    eerder = vorige.merken if vorige else {}
    zelfde = vorige is not None and vorige.versie != AFWEZIG and eerder.get(dienst, nieuw) == nieuw
    versie = vorige.versie if zelfde and vorige is not None else merkversie(nieuw)
    merken = {**eerder, dienst: nieuw} if zelfde else {dienst: nieuw}
    return Gezien(versie, merken, tabel, reden, gestopt)


class Geheugen:
    """What was seen, in a small JSON file; absent or unreadable, everything is seen anew."""

    def __init__(self, pad: Path) -> None:
        self._pad = pad
        self._gezien = self._lees()

    def van(self, bron: str, jaar: int) -> Gezien | None:
        """What was last seen of a source and year."""
        return self._gezien.get(f"{bron}/{jaar}")

    def onthoud(self, bron: str, jaar: int, gezien: Gezien) -> None:
        """Remember, until `schrijf` in memory only."""
        self._gezien[f"{bron}/{jaar}"] = gezien

    def schrijf(self) -> None:
        """Write aside and move into place."""
        self._pad.parent.mkdir(parents=True, exist_ok=True)
        opzij = self._pad.with_name(f".{self._pad.name}.{uuid.uuid4().hex}")
        opzij.write_bytes(orjson.dumps({k: asdict(g) for k, g in sorted(self._gezien.items())}))
        os.replace(opzij, self._pad)

    def _lees(self) -> dict[str, Gezien]:
        if not self._pad.is_file():
            return {}
        try:
            return {str(k): Gezien(**g) for k, g in orjson.loads(self._pad.read_bytes()).items()}
        except (orjson.JSONDecodeError, AttributeError, TypeError):
            return {}
