"""The crosswalk's weights a second time, from the counts that stand beside them.

Here: per old area the weights add up to 1, and follow from addresses, residents or m² where these
are what the road goes by. Not here: those counts themselves, which the audit makes again
(`hertellen/`) and the gate takes as given.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from veerkracht_dagster.rekenwijze.omzetten import Stuk
from veerkracht_dagster.tweede.gelijk import gelijk
from veerkracht_dagster.tweede.jaartabel import Wegen
from veerkracht_dagster.tweede.vergelijken import Telling, Verschil

_NAAR_RATO = {"adressen", "vierkanten", "oppervlak"}


def controleer_gewichten(wegen: Mapping[int, Wegen], telling: Telling) -> Iterator[Verschil]:
    """Every weight that does not follow, and every area that is not given away whole."""
    for jaar, per_doel in wegen.items():
        tabel = f"buurt_omzetting {jaar}"
        per_bron: dict[str, list[tuple[str, Stuk]]] = {}
        for naar, stukken in per_doel.items():
            for stuk in stukken:
                per_bron.setdefault(stuk.van, []).append((naar, stuk))
        for van, delen in per_bron.items():
            telling.cellen += len(delen)
            som = math.fsum(stuk.gewicht for _, stuk in delen)
            if not gelijk(som, 1.0):
                yield Verschil(tabel, "gewicht", van, som, 1.0)
                continue
            if any(stuk.methode not in _NAAR_RATO for _, stuk in delen):
                continue
            geheel = math.fsum(stuk.aantal or 0.0 for _, stuk in delen)
            for naar, stuk in delen:
                moet = (stuk.aantal or 0.0) / geheel if geheel else None
                if not gelijk(stuk.gewicht, moet):
                    yield Verschil(tabel, "gewicht", f"{van} {naar}", stuk.gewicht, moet)
