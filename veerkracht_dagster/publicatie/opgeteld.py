"""The wijken and gemeenten of a release counted again, straight from its buurten.

Here: counts are the sum of what is known, figures lie within their bounds and are covered enough.
Not here: how they were made (`buurttabel/optelling.py`), reading files back (`audit.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.celstatus import bovengrens_van, dekking_van, ondergrens_van
from veerkracht_dagster.publicatie.inhoud import SLEUTEL, Inhoud

_LENGTE = {"WK": len("WK000101"), "GM": len("GM0001")}
_SPELING = 1e-9


def oordeel_opgeteld(inhoud: Inhoud, cat: Catalogus) -> Iterator[str]:
    """What in the tables of wijken and gemeenten does not follow from those of buurten."""
    for naam, opgeteld in inhoud.optellingen.items():
        yield from _cellen(naam, opgeteld, cat)
    for jaar, buurten in inhoud.buurttabellen.items():
        tellingen = [
            naam
            for naam, kolom in cat.kolommen.items()
            if kolom.soort == "aantal" and naam in buurten.column_names
        ]
        x = _matrix(buurten, tellingen)
        for naam, opgeteld in inhoud.optellingen.items():
            rij = np.flatnonzero(opgeteld["peiljaar"].to_numpy() == jaar)
            eigen = opgeteld.slice(rij[0] if len(rij) else 0, len(rij))
            yield from _sommen(f"{naam} {jaar}", eigen, buurten[SLEUTEL], tellingen, x)


def _sommen(
    waar: str, opgeteld: pa.Table, codes: pa.ChunkedArray, tellingen: Sequence[str], x: np.ndarray
) -> Iterator[str]:
    """The sum of what is known of the areas within; nothing, or that, where not all is."""
    kop = "GM" if "gemeente" in waar else "WK"
    hogere, plaats = np.unique(
        [kop + code[2 : _LENGTE[kop]] for code in codes.to_pylist()], return_inverse=True
    )
    if opgeteld[SLEUTEL].to_pylist() != hogere.tolist():
        yield f"{waar}: andere gebieden dan die waarin haar buurten liggen"
        return
    volgorde = np.argsort(plaats, kind="stable")
    begin = np.searchsorted(plaats[volgorde], np.arange(len(hogere)))
    som = np.add.reduceat(np.nan_to_num(x)[volgorde], begin, axis=0)
    alle = ~np.logical_or.reduceat(np.isnan(x)[volgorde], begin, axis=0)
    y = _matrix(opgeteld, tellingen)
    ernaast = ~(np.abs(y - som) <= _SPELING * np.maximum(1, np.abs(som)))
    yield from _melding(
        waar, "is niet de som", ernaast & (alle | ~np.isnan(y)), tellingen, opgeteld
    )


def _cellen(waar: str, tabel: pa.Table, cat: Catalogus) -> Iterator[str]:
    """A figure that is known whole lies within its bounds, and enough of its area is covered.

    Of a part, the figure is that of the buurten that are known; the bounds are of all, and hold
    also what is known of a buurt that is too little covered to have a figure.
    """
    namen = [naam for naam in cat.kolommen if naam in tabel.column_names]
    y = _matrix(tabel, namen)
    dekking = _matrix(tabel, [dekking_van(naam) for naam in namen])
    fout = ~np.isnan(y) & ~(dekking >= cat.omzetting.minimum_dekking)
    met = [k for k, naam in enumerate(namen) if ondergrens_van(naam) in tabel.column_names]
    onder, boven = (
        _matrix(tabel, [grens_van(namen[k]) for k in met])
        for grens_van in (ondergrens_van, bovengrens_van)
    )
    speling = _SPELING * np.maximum(1, np.abs(np.nan_to_num(y[:, met])))
    buiten = (y[:, met] < onder - speling) | (y[:, met] > boven + speling)
    fout[:, met] |= buiten & (dekking[:, met] >= 1 - _SPELING)
    yield from _melding(waar, "buiten zijn grenzen of dekking", fout, namen, tabel)


def _matrix(tabel: pa.Table, kolommen: Sequence[str]) -> np.ndarray:
    uit = np.empty((len(tabel), len(kolommen)))
    for k, naam in enumerate(kolommen):
        uit[:, k] = tabel[naam].to_numpy()
    return uit


def _melding(
    waar: str, wat: str, fout: np.ndarray, kolommen: Sequence[str], tabel: pa.Table
) -> Iterator[str]:
    for k in np.flatnonzero(fout.any(axis=0)):
        codes = tabel[SLEUTEL].filter(pa.array(fout[:, k])).to_pylist()
        voorbeelden = ", ".join(codes[:3])
        yield f"{waar}.{kolommen[int(k)]}: {wat} in {len(codes)} gebied(en), zoals {voorbeelden}"
