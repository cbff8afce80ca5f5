"""How far a harmonised figure can be off: publishers round and suppress, and parts are missing.

Here: the least and the most that every target cell can be, given the weights of the crosswalk. A
cell with a value lies within its rounding; a suppressed one is at most what the publisher
says; of any other is known what its kind allows, and a count of a part is at most its denominator.
Rounded residents and dwellings weigh shares too.
Not here: the figures themselves (`overdracht.py`); how sure the crosswalk is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from veerkracht_dagster.buurttabel.cijfers import CODE, Cijfers
from veerkracht_dagster.buurttabel.kruising import Kruising
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.celstatus import NVT, ONDERDRUKT

Grens = tuple[np.ndarray, np.ndarray]  # least and most, targets x columns; NaN where unknown


class Gewogen(NamedTuple):
    """Columns (positions) that go by a weighted mean.

    weging: targets x sources. speling: per part of the crosswalk how far its weight can be off,
    because people and dwellings are rounded too. bekend: the sources of which the weight is known.
    """

    welke: Sequence[int]
    weging: sparse.csr_matrix
    speling: np.ndarray
    bekend: np.ndarray


class _Cellen(NamedTuple):
    """Bounds of source cells, sources x columns: infinite where nothing bounds them.

    telt: not n.v.t., which stands for nobody. zicht: a value is known, or that it is small. minste,
    meeste: what each column can hold.
    """

    onder: np.ndarray
    boven: np.ndarray
    telt: np.ndarray
    zicht: np.ndarray
    minste: np.ndarray
    meeste: np.ndarray


def grenzen(
    bron: Cijfers,
    gezien: np.ndarray,
    kruising: Kruising,
    gewogen: Iterable[Gewogen],
    kolommen: Mapping[str, Kolom],
) -> Grens:
    """Bounds of all columns on the targets of a crosswalk.

    Args:
        bron: figures of its sources. gezien: which of them count.
    """
    per_kolom = [kolommen[naam] for naam in bron.namen]
    onder, boven = np.full((2, len(kruising.naar), len(per_kolom)), np.nan)
    begrensd = [k for k, kolom in enumerate(per_kolom) if kolom.begrensd]
    telling = [k for k in begrensd if per_kolom[k].soort == "aantal"]
    if telling:
        cellen = _cellen(bron, gezien, telling, per_kolom, _noemers(bron, telling, kolommen))
        onder[:, telling], boven[:, telling] = _van_tellingen(cellen, kruising)
    for groep in gewogen:
        if welke := [k for k in groep.welke if k in begrensd]:
            cellen = _cellen(bron, gezien, welke, per_kolom)
            onder[:, welke], boven[:, welke] = _van_gewogen(cellen, kruising, groep)
    return onder, boven


def _noemers(bron: Cijfers, welke: Sequence[int], kolommen: Mapping[str, Kolom]) -> np.ndarray:
    """The most that the denominator of each count can be (sources x columns); inf if unknown."""
    uit = np.full((len(bron.waarde), len(welke)), np.inf)
    for j, k in enumerate(welke):
        noemer = kolommen[bron.namen[k]].noemer
        if noemer in bron.namen:
            n = bron.namen.index(noemer)
            ruim = bron.waarde[:, n] + kolommen[noemer].afrondingsruimte
            # What was converted before has a bound of its own.
            hoogst = np.where(np.isnan(bron.onder[:, n]), ruim, bron.boven[:, n])
            hoogst = np.where(bron.dekking[:, n] < 1, np.nan, hoogst)
            uit[:, j] = np.nan_to_num(hoogst, nan=np.inf, posinf=np.inf)
    return uit


def _cellen(
    bron: Cijfers,
    gezien: np.ndarray,
    welke: Sequence[int],
    per_kolom: Sequence[Kolom],
    hoogstens: np.ndarray | float = np.inf,
) -> _Cellen:
    """hoogstens: the most that a cell without a figure can be, by another column."""
    kolommen = [per_kolom[k] for k in welke]
    ruimte = np.array([kolom.afrondingsruimte for kolom in kolommen])
    minste = np.array([_of(kolom.ondergrens, -np.inf) for kolom in kolommen])
    meeste = np.array([_of(kolom.bovengrens, np.inf) for kolom in kolommen])
    klein = np.array([_of(kolom.onderdrukt_tot, np.inf) for kolom in kolommen])
    x, gezien = bron.waarde[:, welke], gezien[:, welke]
    onderdrukt = bron.staat[:, welke] == CODE[ONDERDRUKT]
    onder = np.where(gezien, np.maximum(x - ruimte, minste), minste)
    boven = np.minimum(np.where(onderdrukt, np.minimum(klein, meeste), meeste), hoogstens)
    boven = np.where(gezien, np.minimum(x + ruimte, meeste), boven)
    # What was converted before has bounds of its own, and an upper one that is unknown is open.
    eigen = ~np.isnan(bron.onder[:, welke])
    eigen_boven = np.nan_to_num(bron.boven[:, welke], nan=np.inf, posinf=np.inf)
    return _Cellen(
        np.where(eigen, bron.onder[:, welke], onder),
        np.where(eigen, eigen_boven, boven),
        bron.staat[:, welke] != CODE[NVT],
        gezien | onderdrukt,
        minste,
        meeste,
    )


def _of(grens: float | None, anders: float) -> float:
    return anders if grens is None else grens


def _van_tellingen(cellen: _Cellen, kruising: Kruising) -> Grens:
    """Counts add up, and so do their bounds."""
    gewicht = kruising.matrix(kruising.gewicht)
    uit = []
    for grens in (cellen.onder, cellen.boven):
        open_ = cellen.telt & np.isinf(grens)
        som = gewicht @ np.where(cellen.telt & ~open_, grens, 0.0)
        uit.append(np.where(_raakt(kruising, open_), np.nan, som))
    return _afgemaakt(uit, cellen, kruising)


def _van_gewogen(cellen: _Cellen, kruising: Kruising, groep: Gewogen) -> Grens:
    """A share or mean lies between the weighted means of the bounds of its parts.

    With W the weights, d their slack and m the mean, other weights move it by at most
    Σ d |x - m| / (ΣW - Σd), and never beyond the parts themselves.
    """
    telt = cellen.telt.astype("float64")
    weging, speling = groep.weging, groep.speling
    geheel = weging @ telt
    # Only a target of several parts can shift by other weights.
    deel = np.flatnonzero((kruising.bronnen > 1)[kruising.doel] & (speling > 0))
    doel, bron = kruising.doel[deel], kruising.bron[deel]
    los = speling[deel, None] * telt[bron]
    over = geheel - _tel(doel, los, len(geheel))
    uit = []
    for grens, verste, teken in ((cellen.onder, np.minimum, -1.0), (cellen.boven, np.maximum, 1.0)):
        open_ = cellen.telt & np.isinf(grens)
        x = np.where(cellen.telt & ~open_, grens, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            midden = (weging @ x) / geheel
            ruimte = _tel(doel, los * np.abs(x[bron] - midden[doel]), len(geheel)) / over
        ruimte = np.where(over > 0, ruimte, np.inf)
        uiterste = np.full(midden.shape, -teken * np.inf)
        verste.at(uiterste, doel, np.where(cellen.telt[bron], x[bron], -teken * np.inf))
        geschoven = np.isfinite(uiterste)
        dichtste = np.minimum if teken > 0 else np.maximum
        midden = np.where(geschoven, dichtste(midden + teken * ruimte, uiterste), midden)
        uit.append(np.where(_raakt(kruising, open_), np.nan, midden))
    # How much a part of unknown size weighs nobody knows: then all that the kind allows is open.
    los_gewicht = _raakt(kruising, cellen.telt & ~groep.bekend[:, None])
    for grens, uiterste in zip(uit, (cellen.minste, cellen.meeste), strict=True):
        grens[los_gewicht] = np.broadcast_to(uiterste, grens.shape)[los_gewicht]
        grens[np.isinf(grens)] = np.nan
    return _afgemaakt(uit, cellen, kruising)


def _tel(doel: np.ndarray, per_deel: np.ndarray, doelen: int) -> np.ndarray:
    """Sum per target, for every column."""
    kolommen = [np.bincount(doel, kolom, minlength=doelen) for kolom in per_deel.T]
    return np.stack(kolommen, axis=1) if kolommen else np.zeros((doelen, 0))


def _raakt(kruising: Kruising, welke: np.ndarray) -> np.ndarray:
    """Targets with a part in a source for which `welke` holds."""
    return kruising.matrix(np.ones(len(kruising.doel))) @ welke.astype("float64") > 0


def _afgemaakt(uit: Sequence[np.ndarray], cellen: _Cellen, kruising: Kruising) -> Grens:
    """One whole area keeps its bounds to the last bit; where nothing is known there are none."""
    heel, zicht = kruising.enige >= 0, _raakt(kruising, cellen.zicht)
    for grens, van in zip(uit, (cellen.onder, cellen.boven), strict=True):
        eigen = van[kruising.enige[heel]]
        grens[heel] = np.where(np.isinf(eigen), np.nan, eigen)
        grens[~zicht] = np.nan
    return uit[0], uit[1]
