"""One work folder belongs to one set of sources: which it is, and refusing another.

Releases made of a folder, and releases made of what is fetched (beside the folder `geleverd`), are
not versions of one another: in one work folder the one would replace the other.

Here: the mark in the work folder. Not here: what is gone from a release
(`publicatie/verdwenen.py`).
"""

from __future__ import annotations

import json

from veerkracht_dagster.werkmap import Werkmap

NAAM = "bronnen.json"


class AndereBronnen(ValueError):
    """A work folder is asked to work on other sources than it was made of."""


def bind(werkmap: Werkmap, *, nieuw: bool = False) -> None:
    """Hold a work folder to its sources; the first rebuild says which they are.

    Args:
        nieuw: these are its sources from now on: somebody moved them, and says so.

    Raises:
        AndereBronnen: it has others; with both, and what to do.
    """
    pad, nu = werkmap.pad / NAAM, _van(werkmap)
    toen = json.loads(pad.read_text(encoding="utf-8"))["bronnen"] if pad.is_file() else None
    if toen is not None and toen != nu and not nieuw:
        raise AndereBronnen(
            f"{werkmap.pad} hoort bij de bronmap {werkmap.pad / toen}, en wordt nu aangeroepen met "
            f"{werkmap.bronnen}. Een werkmap is van een stel bronnen, anders vervangt het ene de "
            "uitgaven van het andere. Neem de bronmap van toen (BRONNEN=map; met OPHALEN alleen is "
            "het de map geleverd in de werkmap), of een eigen werkmap (make ... WERK=map). Zijn "
            "het dezelfde bronnen op een andere plek, zeg dat dan: make rebuild VERHUISD=ja, of "
            "veerkracht rebuild --verhuisd"
        )
    if toen != nu:
        werkmap.pad.mkdir(parents=True, exist_ok=True)
        pad.write_text(json.dumps({"bronnen": nu}) + "\n", encoding="utf-8")


def _van(werkmap: Werkmap) -> str:
    """The source folder; within the work folder from there, so that both can move."""
    eigen = werkmap.bronnen.is_relative_to(werkmap.pad)
    return str(werkmap.bronnen.relative_to(werkmap.pad) if eigen else werkmap.bronnen)
