"""'Kerncijfers wijken en buurten' as CBS's bulk download of a v4 table: a zip with a CSV per set.

Here: `;`, UTF-8 with byte order mark, text in quotes, decimal comma; the sets are those of
`odata_v4`. Not here: the figures (`kwb`), the topics (`onderwerpen`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.voorbeeldland.odata_v4 import (
    DIMENSIE,
    eigenschappen,
    getalonderwerpen,
    metagegevens,
)
from veerkracht_dagster.voorbeeldland.onderwerpen import TABELLEN

_KOP = ("Id", "Measure", "ValueAttribute", "Value", "StringValue", DIMENSIE)
_MOMENT = (2024, 1, 1, 0, 0, 0)  # the same bytes every time


def schrijf_odata_v4_csv(tabel: pd.DataFrame, jaar: int, doelmap: Path) -> list[Path]:
    """Write a year's table (see `kwb_tabel`) as `cbs_odata_v4/{tabel}/{tabel}.zip`."""
    nummer = TABELLEN[jaar]
    pad = doelmap / "cbs_odata_v4" / nummer / f"{nummer}.zip"
    pad.parent.mkdir(parents=True, exist_ok=True)
    pad.write_bytes(bulkzip(tabel, jaar))
    return [pad]


def bulkzip(tabel: pd.DataFrame, jaar: int, **anders: Any) -> bytes:
    """Return the zip; `anders` replaces Properties."""
    aantal, regels = _waarnemingen(tabel, jaar)
    sets: dict[str, Sequence[Mapping[str, Any]]] = dict(metagegevens(tabel, jaar))
    sets["Properties"] = [_plat(eigenschappen(jaar, aantal) | anders)]
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zip_:
        _zet(zip_, "Observations", [";".join(f'"{kop}"' for kop in _KOP), *regels])
        for naam, rijen in sets.items():
            koppen = list(rijen[0])
            kopregel = ";".join(_cel(kop) for kop in koppen)
            _zet(zip_, naam, [kopregel, *(";".join(map(_cel, rij.values())) for rij in rijen)])
    return inhoud.getvalue()


def _waarnemingen(tabel: pd.DataFrame, jaar: int) -> tuple[int, list[str]]:
    regels: list[str] = []
    regio = np.array([f';"";"{code}"' for code in tabel["code"]], dtype=object)
    for o in getalonderwerpen(jaar):
        if o.bron not in tabel:
            continue
        waarden = tabel[o.bron].to_numpy(dtype=np.float64)
        er = np.flatnonzero(~np.isnan(waarden))
        begin = len(regels)
        regels += [
            f'{begin + i};"{o.v4}";"None";{_getal(waarde)}{staart}'
            for i, (waarde, staart) in enumerate(
                zip(waarden[er].tolist(), regio[er].tolist(), strict=True)
            )
        ]
    return len(regels), regels


def _getal(waarde: float) -> str:
    return str(int(waarde)) if waarde.is_integer() else repr(waarde).replace(".", ",")


def _plat(rij: Mapping[str, Any]) -> dict[str, Any]:
    """A set of one row holds plain values only."""
    return {k: v for k, v in rij.items() if not k.startswith("@") and not isinstance(v, list)}


def _cel(waarde: object) -> str:
    if waarde is None:
        return ""
    return str(waarde) if isinstance(waarde, int) else '"' + str(waarde).replace('"', '""') + '"'


def _zet(zip_: zipfile.ZipFile, naam: str, regels: Iterable[str]) -> None:
    lid = zipfile.ZipInfo(f"{naam}.csv", _MOMENT)
    lid.compress_type = zipfile.ZIP_DEFLATED
    zip_.writestr(lid, ("\ufeff" + "\r\n".join(regels) + "\r\n").encode())
