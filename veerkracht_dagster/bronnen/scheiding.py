"""What separates the fields of a text file, told from its header line.

Here: which of the signs that publishers and spreadsheets use gives the headers a dialect knows.
Not here: reading the rows (`invoer.py`), or what the headers mean (`dialecten/`).
"""

from __future__ import annotations

import csv
from collections.abc import Callable

# CBS's addresses have `;` in one year and `,` in another (first_contact.md, A2); R and pandas write
# `,`, a Dutch spreadsheet `;`, a copied table tabs.
SCHEIDINGEN = (";", ",", "\t")
_NAMEN = {";": "een puntkomma", ",": "een komma", "\t": "een tab"}


def velden_van(regel: str, teken: str) -> list[str]:
    """The fields of one line, without the blanks around them; none where quotes do not match."""
    try:
        rij = next(csv.reader([regel.strip("\ufeff\r\n")], delimiter=teken, strict=True), [])
    except csv.Error:
        return []
    return [veld.strip() for veld in rij]


def scheiding_van(kopregel: str, kent: Callable[[list[str]], bool]) -> str | None:
    """The only sign that makes headers of the line which the dialect knows; None without one.

    Args:
        kent: whether these are the headers of the dialect.
    """
    passend = [teken for teken in SCHEIDINGEN if kent(velden_van(kopregel, teken))]
    return passend[0] if len(passend) == 1 else None


def verteld(teken: str, gewoon: str) -> tuple[str, ...]:
    """A remark where another sign was found than the publisher's own."""
    if teken == gewoon:
        return ()
    return (f"de velden zijn gescheiden door {_NAMEN[teken]}, niet door {_NAMEN[gewoon]}",)
