"""Files that programs put beside others: Excel's lock, the Finder's and the Explorer's own.

Here: knowing one by its name, or that of a folder on the way to it. Not here: which there are
(`catalogus/bronnen.yml`); other files that nobody reads (`ongelezen.py`).
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Bijbestand


def bijbestand_van(pad: str) -> Bijbestand | None:
    """What a path in the source folder or in a zip is of, if it is of a program; in any case."""
    delen = [deel.casefold() for deel in PurePosixPath(pad).parts]
    for een in catalogus().bijbestanden:
        if any(fnmatchcase(deel, een.vorm.casefold()) for deel in delen):
            return een
    return None
