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
from itertools import pairwise, takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token

_STIJL = """
body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #1f2328; max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }
/* A table that does not fit is dark where it goes on: colours of cells let that shine through. */
table { border-collapse: collapse; margin: 1rem 0; font-size: 13px; display: block;
  overflow-x: auto; scrollbar-width: thin; background:
  linear-gradient(to right, #fff 40%, transparent) left / 48px 100% no-repeat local,
  linear-gradient(to left, #fff 40%, transparent) right / 48px 100% no-repeat local,
  linear-gradient(to right, rgba(0,0,0,.45), transparent) left / 16px 100% no-repeat scroll,
  linear-gradient(to left, rgba(0,0,0,.45), transparent) right / 16px 100% no-repeat scroll; }
td.groen { background: rgba(111,195,155,.5); } td.oranje { background: rgba(249,209,101,.5); }
/* Red is striped too: who does not see green from red sees that. */
td.rood { background: repeating-linear-gradient(135deg, rgba(233,143,135,.5) 0 6px,
  rgba(233,143,135,.75) 6px 8px); }
/* The heading above a table is its name; shown once, told twice. */
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { border: 1px solid #d0d4d9; padding: .25rem .5rem; text-align: left; vertical-align: top; }
th { background: rgba(95,107,131,.075); }
tbody th { font-weight: normal; background: none; }
table.breed thead th:not(:first-child) { writing-mode: vertical-rl; transform: rotate(180deg);
  max-height: 12rem; }
td.getal { text-align: right; white-space: nowrap; }
blockquote { border-left: 4px solid #91d0a1; margin-left: 0; padding-left: 1rem; color: #3c4043; }
img { max-width: 100%; } code { background: #f3f4f6; padding: 0 .2rem; }
@page { size: A4 landscape; margin: 10mm; }
@media print {
  body { max-width: none; margin: 0; padding: 0; }
  table { display: table; background: none; font-size: 10px; }
  th, td { padding: 2px 3px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  th, td:not(.getal) { overflow-wrap: anywhere; }
  tr, img { break-inside: avoid; }
}
"""
_STREEP = re.compile(r"(?<!\\)\|")  # a bar that would begin another cell
_KLEUR = re.compile(r"(groen|oranje|rood)$")  # the word stays: a colour alone says too little
_BREED = 10  # columns from which on headings stand upright
_GETAL = re.compile(r"^[−-]?[\d\s.]*\d(,\d+)?( \([\d\s]+ van [\d\s]+\))?$")


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
    """Headings get their address, numbers stand to the right, wide tables are `breed`; a table is
    called as the heading above it, and says which headings are of columns and which of rows.
    """
    lezer = _lezer()
    stukken = _toegankelijk(lezer.parse(markdown))
    for plek, stuk in enumerate(stukken):
        if stuk.type == "table_open":
            koppen = takewhile(lambda s: s.type != "thead_close", stukken[plek:])
            if sum(s.type == "th_open" for s in koppen) >= _BREED:
                stuk.attrSet("class", "breed")
    for stuk, volgende in pairwise(stukken):
        if stuk.type == "heading_open":
            stuk.attrSet("id", anker(volgende.content))
        if stuk.type == "td_open" and _GETAL.match(volgende.content):
            stuk.attrSet("class", "getal")
        if stuk.type == "td_open" and (kleur := _KLEUR.search(volgende.content)):
            stuk.attrSet("class", kleur[0])
    return lezer.renderer.render(stukken, lezer.options, {})


def _toegankelijk(stukken: Sequence[Token]) -> list[Token]:
    """With what a screen reader tells of a table: its name, and what each heading is of."""
    uit: list[Token] = []
    kop, eerste, in_kop = "", False, False
    for stuk, volgende in zip(stukken, [*stukken[1:], None], strict=True):
        if stuk.type == "heading_open" and volgende is not None:
            kop = "".join(deel.content for deel in volgende.children or ())
        if stuk.type in ("thead_open", "thead_close"):
            in_kop = stuk.type == "thead_open"
        if stuk.type == "th_open":
            stuk.attrSet("scope", "col")
        if stuk.type == "tr_open":
            eerste = not in_kop
        if eerste and stuk.type in ("td_open", "td_close"):
            stuk.tag, eerste = "th", stuk.type == "td_open"
            if eerste:
                stuk.attrSet("scope", "row")
        uit.append(stuk)
        if stuk.type == "table_open" and kop:
            uit.append(Token("html_block", "", 0, content=f"<caption>{escape(kop)}</caption>\n"))
    return uit
