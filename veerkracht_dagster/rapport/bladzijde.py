"""A page: Markdown that is put together safely, and the same as HTML.

Here: tables, numbers as people write them, escaping of names, the HTML around it.
Not here: what a page says (`bezit.py`, `scan.py`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt

_STIJL = """
body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #1f2328; max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 13px; display: block;
  overflow-x: auto; }
td.groen { background: #b7e1cd; } td.oranje { background: #fce8b2; }
td.rood { background: #f4c7c3; }
th, td { border: 1px solid #d0d4d9; padding: .25rem .5rem; text-align: left; vertical-align: top; }
th { background: #f3f4f6; } td.getal { text-align: right; white-space: nowrap; }
blockquote { border-left: 4px solid #91d0a1; margin-left: 0; padding-left: 1rem; color: #3c4043; }
img { max-width: 100%; } code { background: #f3f4f6; padding: 0 .2rem; }
"""
_STREEP = re.compile(r"(?<!\\)\|")  # a bar that would begin another cell
_KLEUR = re.compile(r"(groen|oranje|rood)$")  # the word stays: a colour alone says too little
_GETAL = re.compile(r"^[−-]?[\d .]*\d(,\d+)?$")


def getal(waarde: float | None, cijfers: int = 1) -> str:
    """A number in Dutch notation; a missing one as a dash."""
    if waarde is None or math.isnan(waarde):
        return "–"
    tekst = f"{waarde:,.{cijfers}f}".replace(",", " ").replace(".", ",")
    return tekst.replace("-", "−") if float(f"{waarde:.{cijfers}f}") else tekst.replace("-", "")


def veilig(tekst: object) -> str:
    """A text from a file or a user as Markdown that means only itself."""
    schoon = " ".join(str(tekst).split())
    return re.sub(r"([\\`*_\[\]<>|&~])", r"\\\1", schoon)


def tabel(koppen: Sequence[str], rijen: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table; cells are Markdown already, except for the bars in them."""

    def rij(cellen: Sequence[str]) -> str:
        return "| " + " | ".join(_STREEP.sub(r"\\|", cel) for cel in cellen) + " |"

    return [rij(koppen), rij(["---"] * len(koppen)), *(rij(cellen) for cellen in rijen), ""]


def anker(kop: str) -> str:
    """The address of a heading on its page, by GitHub's rule."""
    return re.sub(r"[^\w\- ]", "", kop.lower()).replace(" ", "-")


def als_html(titel: str, markdown: str) -> str:
    """A whole HTML page. Raw HTML in the Markdown is shown, never run."""
    return (
        f'<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(titel)}</title>\n'
        f"<style>{_STIJL}</style>\n</head>\n<body>\n{_inhoud(markdown)}</body>\n</html>\n"
    )


@cache
def _lezer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _inhoud(markdown: str) -> str:
    """Headings get their address, cells with a number stand to the right."""
    lezer = _lezer()
    stukken = lezer.parse(markdown)
    for stuk, volgende in pairwise(stukken):
        if stuk.type == "heading_open":
            stuk.attrSet("id", anker(volgende.content))
        if stuk.type == "td_open" and _GETAL.match(volgende.content):
            stuk.attrSet("class", "getal")
        if stuk.type == "td_open" and (kleur := _KLEUR.search(volgende.content)):
            stuk.attrSet("class", kleur[0])
    return lezer.renderer.render(stukken, lezer.options, {})
