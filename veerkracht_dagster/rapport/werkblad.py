"""Tables as a spreadsheet.

Here: sheets with a heading row. Texts stay texts: what begins as a formula is not one.
Not here: which tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

_OPTIES = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
}
# A workbook holds the moment it was made; a fixed one, so that the same tables give the same bytes.
_MOMENT = datetime(2000, 1, 1)


def schrijf_werkblad(pad: Path, bladen: Mapping[str, pd.DataFrame]) -> None:
    """Write a workbook with a sheet per table; a missing value is an empty cell."""
    with xlsxwriter.Workbook(str(pad), _OPTIES) as boek:
        boek.set_properties({"created": _MOMENT})
        kop = boek.add_format({"bold": True, "bottom": 1})
        for naam, tabel in bladen.items():
            blad = boek.add_worksheet(naam[:31])
            blad.freeze_panes(1, 0)
            for plaats, kolom in enumerate(tabel.columns):
                blad.write_string(0, plaats, str(kolom), kop)
                blad.set_column(plaats, plaats, min(max(len(str(kolom)) + 2, 10), 28))
                for rij, waarde in enumerate(tabel[kolom].tolist(), start=1):
                    if isinstance(waarde, str):
                        blad.write_string(rij, plaats, waarde)
                    elif not pd.isna(waarde):
                        blad.write_number(rij, plaats, waarde)
