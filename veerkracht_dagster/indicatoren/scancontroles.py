"""Check of a corporation's scan: colours, course and stock a second time, row by row.

Here: what a row says of itself and of what its corporation asked. Not here: the scan (`scan.py`),
whose arrays are not used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from veerkracht_dagster.bronnen.scans import Scanopdracht
from veerkracht_dagster.catalogus.models import Catalogus, Editie, Maat
from veerkracht_dagster.controle import Controle

CONTROLES = {
    "kleur_en_koers": "Kleur, verwachting en koers volgen uit cijfer, grenzen en opdracht."
}
_SPELING = 1e-9


def controleer_scan(
    tabel: pd.DataFrame,
    indicatoren: Mapping[str, pd.DataFrame],
    opdrachten: Mapping[str, Scanopdracht],
    editie: Editie,
    cat: Catalogus,
) -> Controle:
    """The check on table `scan` of one edition."""
    gevallen, landelijk = [], _Landelijk(indicatoren)
    for rij in tabel.to_dict("records"):
        opdracht = opdrachten[rij["corporatie"]]
        maat = opdracht.maten(cat)[rij["maat"]][1]
        maal = landelijk.gemiddelde(maat.kolom) if maat.van_gemiddelde else 1.0
        for veld, moet in _volgt({str(k): v for k, v in rij.items()}, maat, maal, opdracht, editie):
            if not _zelfde(rij[veld], moet):
                plek = {k: rij[k] for k in ("corporatie", "regiocode", "maat")}
                gevallen.append({**plek, "veld": veld, "gevonden": rij[veld], "verwacht": moet})
    kop = ["corporatie", "regiocode", "maat", "veld", "gevonden", "verwacht"]
    return Controle(
        "kleur_en_koers",
        pd.DataFrame(gevallen, columns=kop),
        {"rijen": len(tabel)},
        "Zie indicatoren/scan.py.",
    )


class _Landelijk:
    """National means, weighted with residents; each once."""

    def __init__(self, indicatoren: Mapping[str, pd.DataFrame]) -> None:
        self._kolommen = {
            str(k): dict(zip(tabel["regiocode"], tabel[k], strict=True))
            for tabel in indicatoren.values()
            for k in tabel.columns
            if k != "regiocode"
        }
        self._klaar: dict[str, float] = {}

    def gemiddelde(self, kolom: str) -> float:
        if kolom not in self._klaar:
            inwoners = self._kolommen["inwoners_eind"]
            paren = [(x, inwoners[code]) for code, x in self._kolommen[kolom].items()]
            telt = [(x, w) for x, w in paren if _er_is(x) and _er_is(w) and w > 0]
            som = math.fsum(w for _, w in telt)
            self._klaar[kolom] = math.fsum(x * w for x, w in telt) / som if som else math.nan
        return self._klaar[kolom]


def _volgt(
    rij: Mapping[str, Any], maat: Maat, maal: float, opdracht: Scanopdracht, editie: Editie
) -> Iterator[tuple[str, object]]:
    waarde, begin = rij["waarde"], rij["begin"]
    jaren = opdracht.streefjaar - editie.eind
    verwacht = math.nan
    if _er_is(waarde) and _er_is(begin):
        verwacht = waarde + jaren * (waarde - begin) / (editie.eind - editie.begin)
    nu, dan = _kleur(waarde, maat, maal), _kleur(verwacht, maat, maal)
    yield "verwacht", verwacht
    yield "kleur", nu
    if nu == "groen":
        yield "koers", "bereikt"
    elif "geen" in (nu, dan):
        yield "koers", "onbekend"
    else:
        yield "koers", "op koers" if dan == "groen" else "niet op koers"


def _kleur(x: float, maat: Maat, maal: float) -> str:
    if maat.groen is None or maat.rood is None or not _er_is(x) or not _er_is(maal):
        return "geen"
    groen, rood = maat.groen * maal, maat.rood * maal
    if maat.beter == "hoger":
        return "groen" if x >= groen else "rood" if x < rood else "oranje"
    return "groen" if x <= groen else "rood" if x > rood else "oranje"


def _er_is(x: Any) -> bool:
    return x is not None and x == x


def _zelfde(een: Any, ander: Any) -> bool:
    if isinstance(ander, str) or not (_er_is(een) and _er_is(ander)):
        return een == ander if isinstance(ander, str) else _er_is(een) == _er_is(ander)
    return bool(abs(een - ander) <= _SPELING * max(1.0, abs(ander)))
