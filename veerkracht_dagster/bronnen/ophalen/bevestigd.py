"""When each address was last confirmed by a real answer, on this machine.

Here: a small JSON file in the work folder. Not here: asking (`adreskeur.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import orjson

from veerkracht_dagster.bronnen.ontvangsten import nu, schrijf_opzij

BESTAND = "bevestigd.json"  # in the work folder


class Bevestigd:
    """Addresses and the moment of their last real answer; absent or unreadable: none yet."""

    def __init__(self, pad: Path) -> None:
        self._pad = pad
        self._momenten = _lees(pad)

    def laatst(self, adres: str) -> str | None:
        """The moment (ISO 8601, UTC), None when it never answered here."""
        return self._momenten.get(adres)

    def onthoud(self, adressen: Iterable[str], moment: datetime | None = None) -> None:
        """These answered now."""
        tekst = (moment or nu()).isoformat(timespec="seconds")
        self._momenten |= dict.fromkeys(adressen, tekst)
        schrijf_opzij(self._pad, orjson.dumps(dict(sorted(self._momenten.items()))))


def _lees(pad: Path) -> dict[str, str]:
    try:
        inhoud = orjson.loads(pad.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return {}
    return {str(a): str(m) for a, m in inhoud.items()} if isinstance(inhoud, dict) else {}
