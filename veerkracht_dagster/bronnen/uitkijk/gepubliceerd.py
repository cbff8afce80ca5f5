"""Which version of a source and year stands in the releases that readers see.

Here: reading it from their descriptions. Not here: publishing (`publicatie/`), of which a source's
table must not depend: only the file that a release leaves is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from veerkracht_dagster.bronnen.ontvangsten import Ontvangst


class Laatstgepubliceerd(NamedTuple):
    """A version that is published, and the release that was made of it last."""

    ontvangst: Ontvangst
    uitgave: str  # in words


def gepubliceerde_versie(
    map_uitgaven: Path, bron: str, jaar: int, versies: Sequence[Ontvangst]
) -> Laatstgepubliceerd | None:
    """Of the versions that came in, the one in the newest current release that stands on it; None
    where no release stands on any.
    """
    gevonden = []
    for pad in map_uitgaven.glob("*/actueel/release.json"):
        uitgave = json.loads(pad.read_bytes())
        hashes = _hashes(uitgave, bron, jaar)
        for versie in versies if hashes else ():
            if hashes <= {sha256 for _, sha256 in versie.bestanden}:
                gevonden.append((uitgave["gemaakt"], uitgave, versie))
    if not gevonden:
        return None
    _, uitgave, versie = max(gevonden, key=lambda een: een[0])
    wanneer = f"{uitgave['gemaakt'][:16].replace('T', ' ')} UTC"
    return Laatstgepubliceerd(
        versie, f"uitgave {uitgave['release_id']} van {uitgave['editie']} ({wanneer})"
    )


def _hashes(uitgave: Mapping[str, Any], bron: str, jaar: int) -> set[str]:
    """The files that the figures of a release are of; of a source without figures (a map,
    addresses) those that its crosswalks stand on. A crosswalk that came out the same may stand on
    an older version of a list of areas than the figures do.
    """
    for veld in ("leveringen", "grondslag"):
        delen = uitgave.get(veld, {}).get(str(jaar), {}).get(bron)
        if delen:
            return {sha256 for deel in delen for _, sha256 in deel["bestanden"]}
    return set()
