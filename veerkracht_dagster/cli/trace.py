"""`veerkracht trace`: the receipt of one figure, from the rule to the raw text.

Here: which figure is meant, and the form in which it is printed.
Not here: the tree (`bonnen/bon.py`), its forms (`bonnen/leesbaar.py`, `prov.py`, `bewijs.py`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from veerkracht_dagster.bonnen.bon import Bonnen
from veerkracht_dagster.bonnen.gepubliceerd import GeenBewijs, Gepubliceerd
from veerkracht_dagster.bonnen.knoop import Knoop
from veerkracht_dagster.bonnen.leesbaar import Bontekst, Tak
from veerkracht_dagster.bonnen.naast_warehouse import NietVergeleken, anders_in_warehouse
from veerkracht_dagster.bonnen.onbekend import OnbekendCijfer
from veerkracht_dagster.bonnen.vraag import bon_van
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.plaatsen import code_of_zelf
from veerkracht_dagster.cli.weergave import FOUT, NIETS_DAAR, VERKEERD_GEBRUIK, fout, toon_json
from veerkracht_dagster.werkmap import Werkmap


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
        kwijt = any(map_release.parent.glob("*/release.json"))
        hoe = "has lost its pointer `actueel`" if kwijt else "is not published"
        fout(f"edition {editie} {hoe}; run `veerkracht rebuild --editie {editie}`", NIETS_DAAR)
    if not _van_overzicht(cijfer):
        gebied = code_of_zelf(werkmap, editie, gebied)
    try:
        uitgave = Gepubliceerd(map_release, werkmap.snapshots, cat)
        bonnen = Bonnen(uitgave, diep=diep or bewijs is not None)
        bon = bon_van(bonnen, gebied, cijfer, jaar)
        kop = {"editie": editie, "release": uitgave.release["release_id"], "gebied": gebied}
        if bewijs is not None:
            from veerkracht_dagster.bonnen.bewijs import schrijf_bewijs

            schrijf_bewijs(bewijs, bon, kop, uitgave)
    except GeenBewijs as weg:
        fout(str(weg))
    except OnbekendCijfer as onbekend:
        fout(str(onbekend), VERKEERD_GEBRUIK)
    except FileExistsError as bestaat:
        fout(str(bestaat), VERKEERD_GEBRUIK)
    anders = _in_warehouse(werkmap.warehouse, editie, kop["release"], bon)
    if prov:
        from veerkracht_dagster.bonnen.prov import als_prov

        toon_json(als_prov(bon, kop, uitgave))
    elif als_json:
        toon_json({**kop, "warehouse_anders": anders, "bon": bon.als_json()})
    elif bewijs is not None:
        print(f"{bewijs}: bon, ruwe rijen en programma; reken na met: python {bewijs}/herreken.py")
    else:
        _toon(bon, f"{gebied} · {editie} · release {kop['release']}", diep=diep)
    if bon.afwijkingen:
        fout("niet herleid: " + "; ".join(bon.afwijkingen[:5]), FOUT)
    if anders:
        fout(
            "het warehouse is anders dan de uitgave: " + "; ".join(anders[:5])
            + f"; `dg launch --assets release --partition {editie}` herstelt het, `veerkracht "
            "audit` noemt alles", FOUT,
        )  # fmt: skip


def _van_overzicht(cijfer: str) -> bool:
    """Whether a figure is asked of a row of an overview, whose key is no area."""
    tabel, _, kolom = cijfer.partition(".")
    return bool(kolom) and tabel in catalogus().overzichten


def _in_warehouse(url: str, editie: str, release_id: str, bon: Knoop) -> list[str]:
    """Figures of the receipt that the warehouse has otherwise; said where that cannot be told."""
    try:
        return anders_in_warehouse(url, editie, release_id, bon)
    except NietVergeleken as reden:
        print(f"let op: niet met het warehouse vergeleken: {reden}", file=sys.stderr)
        return []


def _toon(bon: Knoop, kop: str, *, diep: bool) -> None:
    blad = Bontekst(diep=diep)
    boom = blad.boom(bon)
    print(kop)
    if sys.stdout.isatty():
        _teken(boom)
    else:
        print("\n".join(boom.regels()))
    print("\n".join(blad.bronnen()))
    if not diep:
        print("Gevouwen: alles met --diep, voor machines --json of --prov, narekenen met --bewijs")


def _teken(boom: Tak) -> None:
    """In a terminal a line that is too long goes on under its own branch."""
    from rich.console import Console
    from rich.markup import escape
    from rich.tree import Tree

    def als_boom(tak: Tak, boom: Tree) -> Tree:
        for onder in tak.takken:
            als_boom(onder, boom.add(escape(onder.regel)))
        return boom

    Console(highlight=False).print(als_boom(boom, Tree(escape(boom.regel))))
