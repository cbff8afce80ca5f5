"""The state of a cell, stored beside its value: `x` and `x__status`; after conversion `x__dekking`,
`x__ondergrens` and `x__bovengrens` where it has bounds, and `x__deel` beside a count of a part.

Here: the five states and the names of the columns beside a value.
Not here: the rules by which a publisher's mark becomes a state (`bronnen/`), or how states combine
(`buurttabel/`).
"""

from __future__ import annotations

WAARGENOMEN = "waargenomen"  # observed by the publisher
ONDERDRUKT = "onderdrukt"  # suppressed by the publisher
ONTBREEKT = "ontbreekt"  # missing, or not yet released
NVT = "n.v.t."  # not applicable (a share of nobody)
GESCHAT = "geschat"  # imputed or corrected
STATUSSEN = (WAARGENOMEN, ONDERDRUKT, ONTBREEKT, NVT, GESCHAT)
MET_WAARDE = (WAARGENOMEN, GESCHAT)


def status_van(kolom: str) -> str:
    """Name of the column with the state of `kolom`."""
    return f"{kolom}__status"


def dekking_van(kolom: str) -> str:
    """Name of the column with the coverage (0-1) of `kolom`."""
    return f"{kolom}__dekking"


def deel_bij(kolom: str) -> str:
    """Name of the column with the share (0-1) that `kolom` is of its denominator."""
    return f"{kolom}__deel"


def ondergrens_van(kolom: str) -> str:
    """Name of the column with the least that `kolom` can be."""
    return f"{kolom}__ondergrens"


def bovengrens_van(kolom: str) -> str:
    """Name of the column with the most that `kolom` can be."""
    return f"{kolom}__bovengrens"
