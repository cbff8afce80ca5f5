"""`veerkracht trace`: the receipt of one figure, from the rule to the raw text.

Here: which figure is meant, and the tree folded to a readable length.
Not here: the tree (`herkomst/bon.py`), its other forms (`herkomst/prov.py`, `herkomst/bewijs.py`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.weergave import FOUT, NIETS_DAAR, VERKEERD_GEBRUIK, fout, toon_json
from veerkracht_dagster.herkomst.bewijs import schrijf_bewijs
from veerkracht_dagster.herkomst.bon import Bonnen, Knoop, OnbekendCijfer
from veerkracht_dagster.herkomst.bon_overzicht import bon_van_overzicht
from veerkracht_dagster.herkomst.gepubliceerd import GeenBewijs, Gepubliceerd
from veerkracht_dagster.herkomst.prov import als_prov
from veerkracht_dagster.werkmap import Werkmap

_MEESTE_DELEN = 5  # of an area, shown when folded
_BREED = 10_000
_ZONDER_WEG = ("zelfde_jaar", "identiek")


def voer_uit(
    gebied: str,
    cijfer: str,
    editie: str,
    *,
    jaar: int | None,
    diep: bool,
    als_json: bool,
    prov: bool,
    bewijs: Path | None,
) -> None:
    """Run the command."""
    werkmap, cat = Werkmap.uit_omgeving(), catalogus()
    map_release = werkmap.uitgaven / editie / "actueel"
    if not (map_release / "release.json").is_file():
        fout(f"edition {editie} is not published; run `make rebuild`", NIETS_DAAR)
    try:
        uitgave = Gepubliceerd(map_release, werkmap.snapshots, cat)
        bonnen = Bonnen(uitgave, diep=diep or bewijs is not None)
        bon = bon_van(bonnen, gebied, cijfer, jaar)
        kop = {"editie": editie, "release": uitgave.release["release_id"], "gebied": gebied}
        if bewijs is not None:
            schrijf_bewijs(bewijs, bon, kop, uitgave)
    except GeenBewijs as weg:
        fout(str(weg))
    except OnbekendCijfer as onbekend:
        fout(str(onbekend), VERKEERD_GEBRUIK)
    except FileExistsError as bestaat:
        fout(str(bestaat), VERKEERD_GEBRUIK)
    if prov:
        toon_json(als_prov(bon, kop, uitgave))
    elif als_json:
        toon_json({**kop, "bon": bon.als_json()})
    elif bewijs is not None:
        print(f"{bewijs}: bon, ruwe rijen en programma; reken na met: python {bewijs}/herreken.py")
    else:
        _toon(bon, f"{gebied} · {editie} · release {kop['release']}", diep=diep)
    if bon.afwijkingen:
        fout("niet herleid: " + "; ".join(bon.afwijkingen[:5]), FOUT)


def bon_van(bonnen: Bonnen, gebied: str, cijfer: str, jaar: int | None = None) -> Knoop:
    """The receipt that is asked for: of an area, or of a row of an overview.

    Raises:
        OnbekendCijfer: there is no such figure.
    """
    tabel, _, kolom = cijfer.partition(".")
    if kolom and tabel in bonnen.cat.overzichten:
        return bon_van_overzicht(bonnen, tabel, gebied, kolom)
    if not bonnen.uitgave.heeft(gebied) and cijfer in bonnen.cat.rapportmaten:
        return bon_van_overzicht(bonnen, "rapport", f"{gebied}/{cijfer}", "waarde")
    return bonnen.bon(gebied, cijfer, jaar)


def _toon(bon: Knoop, kop: str, *, diep: bool) -> None:
    # In a file or a pipe a step is one line; a terminal folds it under its own branch.
    scherm = Console(highlight=False, width=None if sys.stdout.isatty() else _BREED)
    blad = _Blad(diep=diep)
    scherm.print(escape(kop))
    scherm.print(blad.boom(bon))
    for regel in blad.bronnen():
        scherm.print(escape(regel))
    if not diep:
        scherm.print(
            "Gevouwen: alles met --diep, voor machines --json of --prov, narekenen met --bewijs MAP"
        )


class _Blad:
    """The tree of a receipt in words. Folded: a figure once, a cell and its source on one line."""

    def __init__(self, *, diep: bool) -> None:
        self._diep = diep
        self._gezien: set[int] = set()
        self._bestanden: dict[str, dict[str, Any]] = {}

    def boom(self, knoop: Knoop, boven: Tree | None = None) -> Tree:
        """The step and those under it."""
        eerder = not self._diep and bool(knoop.kinderen) and id(knoop) in self._gezien
        regel = f"{self._cijfer(knoop)} · zie hierboven" if eerder else self._regel(knoop)
        tak = Tree(escape(regel)) if boven is None else boven.add(escape(regel))
        if eerder:
            return tak
        self._gezien.add(id(knoop))
        for kind in self._onder(knoop):
            self.boom(kind, tak)
        if not self._diep and knoop.soort == "cel" and len(knoop.kinderen) > _MEESTE_DELEN:
            tak.add(f"en nog {len(knoop.kinderen) - _MEESTE_DELEN} delen, alle met --diep")
        if self._diep and knoop.soort == "gebieden":
            for rij in knoop.met["rijen"]:
                tak.add(escape("  ".join(_getal(x) for x in rij)))
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
            return f"{voor}{bron.uitleg}"
        feiten = bron.feiten
        nummer = self._nummer(feiten)
        plek = f"rij {feiten['rij']}, {feiten['kolom']!r}, bestand [{nummer}]"
        waarom = bron.uitleg.partition(" (ruwe tekst")[0]
        leeg = f" ({waarom})" if bron.waarde is None else ""
        return f"{voor}ruwe tekst {feiten['ruwe_tekst']!r} in {plek}{leeg}"

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
