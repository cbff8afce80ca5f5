"""A receipt in words: a tree of lines, folded to a readable length or whole.

Here: what of a step is said, and what is left out when folded.
Not here: the tree itself (`bon.py`), where it is shown (`cli/trace.py`, `voorbeelden.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import TextWrapper
from typing import Any

from veerkracht_dagster.bonnen.knoop import Knoop

_SMALST = 30  # letters; deeper in a tree than that leaves, a line is longer than asked
_MEESTE_DELEN = 5  # of an area, shown when folded
_ZONDER_WEG = ("zelfde_jaar", "identiek")


@dataclass
class Tak:
    """A line of a receipt, and the lines under it."""

    regel: str
    takken: list[Tak] = field(default_factory=list)

    def regels(self, breedte: int = 0, begin: str = "", voor: str = "") -> Iterator[str]:
        """The tree drawn as text; a line longer than `breedte` goes on under itself."""
        eerste, *rest = vouw(self.regel, breedte - len(begin) if breedte else 0)
        yield begin + eerste
        yield from (f"{voor}{'│' if self.takken else ' '}{deel[1:]}" for deel in rest)
        for i, tak in enumerate(self.takken):
            hoek, door = ("└── ", "    ") if i == len(self.takken) - 1 else ("├── ", "│   ")
            yield from tak.regels(breedte, voor + hoek, voor + door)


def vouw(tekst: str, breedte: int) -> list[str]:
    """The text in parts of at most `breedte`, the later ones indented; 0: not folded.

    Every letter stays, spaces too: they may be the publisher's own.
    """
    if not breedte or len(tekst) <= breedte:
        return [tekst]
    vouwer = TextWrapper(
        max(breedte, _SMALST), subsequent_indent="    ", drop_whitespace=False,
        replace_whitespace=False, expand_tabs=False, break_on_hyphens=False,
    )  # fmt: skip
    eerste, *rest = vouwer.wrap(tekst)
    uit = [eerste]
    for deel in rest:
        kaal = deel[4:].lstrip(" ")  # spaces where it was folded stay at the end of the line before
        uit[-1] += " " * (len(deel) - 4 - len(kaal))
        uit.append("    " + kaal)
    return uit


class Bontekst:
    """The tree of a receipt in words. Folded: a figure once, a cell and its source on one line."""

    def __init__(self, *, diep: bool) -> None:
        self._diep = diep
        self._gezien: set[int] = set()
        self._bestanden: dict[str, dict[str, Any]] = {}

    def boom(self, knoop: Knoop) -> Tak:
        """The step and those under it."""
        eerder = not self._diep and bool(knoop.kinderen) and id(knoop) in self._gezien
        regel = f"{self._cijfer(knoop)} · zie hierboven" if eerder else self._regel(knoop)
        tak = Tak(regel)
        if eerder:
            return tak
        self._gezien.add(id(knoop))
        for kind in self._onder(knoop):
            tak.takken.append(self.boom(kind))
        if not self._diep and knoop.soort == "cel" and len(knoop.kinderen) > _MEESTE_DELEN:
            rest = len(knoop.kinderen) - _MEESTE_DELEN
            tak.takken.append(Tak(f"en nog {rest} delen, alle met --diep"))
        if self._diep and knoop.soort == "gebieden":
            tak.takken += [Tak("  ".join(map(_getal, rij))) for rij in knoop.met["rijen"]]
        return tak

    def _onder(self, knoop: Knoop) -> list[Knoop]:
        if self._diep:
            return knoop.kinderen
        if knoop.soort == "cel":
            if self._op_een_regel(knoop):
                return []
            op_gewicht = sorted(knoop.kinderen, key=lambda k: -(k.waarde or 0))
            return op_gewicht[:_MEESTE_DELEN]
        if knoop.soort == "omzetting" or knoop.naam.startswith("stabiliteit_"):
            return []
        return knoop.kinderen

    def _op_een_regel(self, cel: Knoop) -> bool:
        """The same ground: of the road there is nothing to say."""
        return len(cel.kinderen) == 1 and cel.kinderen[0].met["methode"] in _ZONDER_WEG

    def _regel(self, knoop: Knoop) -> str:
        delen = [self._cijfer(knoop)]
        if not self._diep and knoop.soort == "cel" and self._op_een_regel(knoop):
            stuk = knoop.kinderen[0]
            eigen = knoop.naam.partition(" ")[0] == stuk.kinderen[0].naam.partition(" ")[0]
            delen.append(self._bron(stuk.kinderen[0], f"{stuk.naam}: " if eigen else ""))
        elif not self._diep and knoop.soort == "omzetting":
            delen = [f"{knoop.waarde:.4g} {knoop.uitleg}", self._bron(knoop.kinderen[0], "")]
        elif knoop.soort == "broncel":
            delen.append(self._bron(knoop, ""))
        elif knoop.uitleg:
            delen.append(knoop.uitleg)
        if knoop.soort == "cel" and 0 < knoop.feiten.get("dekking", 1.0) < 1:
            delen.append(f"dekking {knoop.feiten['dekking']:.3g}")
        if self._diep:
            delen += [f"{k} {v}" for k, v in knoop.feiten.items() if v not in (None, "")]
        if knoop.afwijking:
            delen.append(f"WIJKT AF: {knoop.afwijking}")
        return " · ".join(delen)

    def _cijfer(self, knoop: Knoop) -> str:
        if knoop.soort == "gebieden":
            return knoop.naam
        staat = f" [{knoop.staat}]" if knoop.staat else ""
        achter = knoop.feiten.get("label") or knoop.feiten.get("eenheid") or ""
        if achter.startswith("klasse"):
            achter = ""
        return f"{knoop.naam} = {_getal(knoop.waarde)} {achter}".rstrip() + staat

    def _bron(self, bron: Knoop, voor: str) -> str:
        """Where a source cell stands: its text, row, column and file, which stand once below."""
        if bron.plaats is None:
            return f"{voor}{bron.feiten['niet_in_bestand']} ({self._waarom(bron)})"
        feiten = bron.feiten
        rij, byte, regel = (feiten[k] for k in ("rij", "byte", "regel"))
        plek = f"in rij {rij} (vanaf 0, zonder kop; byte {byte})"
        if regel is not None:
            plek = f"op regel {regel} (rij {rij} vanaf 0, zonder kop; byte {byte})"
        bestand = f"bestand [{self._nummer(feiten)}]"
        leeg = f" ({self._waarom(bron)})" if bron.waarde is None else ""
        if "niet_in_bestand" in feiten:
            gebied = f"het gebied zelf staat {plek}, {bestand}"
            return f"{voor}{feiten['niet_in_bestand']}{leeg}; {gebied}"
        tekst = f"ruwe tekst {feiten['ruwe_tekst']!r}"
        return f"{voor}{tekst} {plek}, {feiten['kolom']!r}, {bestand}{leeg}"

    def _waarom(self, bron: Knoop) -> str:
        return bron.uitleg.partition("; ")[0]

    def _nummer(self, feiten: dict[str, Any]) -> int:
        self._bestanden.setdefault(f"{feiten['sha256']} {feiten['bestand']}", feiten)
        return list(self._bestanden).index(f"{feiten['sha256']} {feiten['bestand']}") + 1

    def bronnen(self) -> list[str]:
        """The files that were named, each with its publisher, version, hash and licence."""
        uit = []
        for nummer, feiten in enumerate(self._bestanden.values(), start=1):
            versie = f", versie {feiten['versie']}" if feiten["versie"] else ""
            uit.append(
                f"[{nummer}] {feiten['bestand']} · {feiten['uitgever']}{versie}, opgehaald "
                f"{feiten['opgehaald'][:10]} · {feiten['licentie']} · "
                f"sha256 {feiten['sha256'] if self._diep else feiten['sha256'][:12]} · "
                f"{feiten['url']}"
            )
        return uit


def _getal(waarde: object) -> str:
    if waarde is None:
        return "leeg"
    return f"{waarde:.10g}" if isinstance(waarde, float) else str(waarde)
