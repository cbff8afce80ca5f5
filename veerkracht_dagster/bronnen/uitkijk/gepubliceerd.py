"""Which version of a source and year stands in the releases that readers see.

Here: reading it from their descriptions. Not here: publishing (`publicatie/`), of which a source's
table must not depend: only the file that a release leaves is read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from veerkracht_dagster.bronnen.ontvangsten import Ontvangst


class Gepubliceerd(NamedTuple):
    """A version that is published, and the release that was made of it last."""

    ontvangst: Ontvangst
    uitgave: str  # in words


def gepubliceerde_versie(
    map_uitgaven: Path, bron: str, jaar: int, versies: Sequence[Ontvangst]
) -> Gepubliceerd | None:
    """Of the versions that came in, the one in the newest current release that stands on it; None
    where no release stands on any.
    """
    gevonden = []
    for pad in map_uitgaven.glob("*/actueel/release.json"):
        uitgave = json.loads(pad.read_bytes())
        for velden in ("leveringen", "grondslag"):
            delen = uitgave.get(velden, {}).get(str(jaar), {}).get(bron)
            hashes = {sha256 for deel in delen or () for _, sha256 in deel["bestanden"]}
            for versie in versies if hashes else ():
                if {sha256 for _, sha256 in versie.bestanden} == hashes:
                    gevonden.append((uitgave["gemaakt"], uitgave, versie))
    if not gevonden:
        return None
    _, uitgave, versie = max(gevonden, key=lambda een: een[0])
    wanneer = f"{uitgave['gemaakt'][:16].replace('T', ' ')} UTC"
    return Gepubliceerd(
        versie, f"uitgave {uitgave['release_id']} van {uitgave['editie']} ({wanneer})"
    )
