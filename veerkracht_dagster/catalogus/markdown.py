"""Markdown of the generated pages: their first line, tables, values.

Here: form only. Not here: what the pages say (`woordenboek.py`, `methode.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

GEMAAKT = (
    "<!-- Generated from veerkracht_dagster/catalogus/*.yml; change it there, "
    "not here (`schrijf_woordenboek`). -->"
)


def parameter(waarde: object) -> str:
    """The value of a parameter in words."""
    if isinstance(waarde, Mapping):
        waarde = [f"{naam}: {x}" for naam, x in waarde.items()]
    return ", ".join(map(str, waarde)) if isinstance(waarde, list) else str(waarde)


def koppen(*namen: str) -> list[str]:
    """The head of a table."""
    return [rij(*namen), rij(*("---" for _ in namen))]


def rij(*cellen: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(_cellen(cellen))} |"


def _cellen(cellen: Iterable[str]) -> Iterator[str]:
    """A cell on one line: a bar inside it would begin another column."""
    for cel in cellen:
        yield " ".join(cel.replace("|", "\\|").split())
