"""Which publishers' files a table was made of, carried along in the table's attrs.

Here: putting the hashes in and taking them out; per base year, where a table has areas of several.
As one text, because pandas copies attrs at every look at a column.
Not here: which files went into a table (the stage that makes it knows).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

_ATTR = "snapshots"
# Of a source table its delivery: per part the dialect and (name, sha256) of the files, as JSON.
LEVERING = "levering"
ALLE = ""  # for a table that is not made per base year


def zet_bestanden(tabel: pd.DataFrame, per_basis: Mapping[Any, Iterable[str]]) -> None:
    """Note the sha256 of the files behind a table, per base year or under `ALLE`."""
    som = {str(basis): sorted(set(hashes)) for basis, hashes in per_basis.items()}
    tabel.attrs[_ATTR] = json.dumps(som, sort_keys=True)


def bestanden_van(tabel: Any, basis: object = ALLE) -> set[str]:
    """The sha256 of the files behind a table (DataFrame or Arrow dataset); none if not noted."""
    return set(json.loads(attrs_van(tabel).get(_ATTR, "{}")).get(str(basis), ()))


def attrs_van(tabel: Any) -> dict[Any, Any]:
    """What a table says of itself: attrs of a DataFrame, or as pandas leaves them in Arrow."""
    if isinstance(tabel, pd.DataFrame):
        return tabel.attrs
    kop = (tabel.schema.metadata or {}).get(b"pandas", b"{}")
    return dict(json.loads(kop).get("attributes") or {})
