"""`veerkracht trace`: the receipt of one figure, from the rule to the raw text.

Here: reading the release, printing the tree. Not here: the tree (`herkomst/bon.py`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.weergave import NIETS_DAAR, VERKEERD_GEBRUIK, fout, toon_json
from veerkracht_dagster.herkomst.audit import editie_van, stukken_van
from veerkracht_dagster.herkomst.bon import Bonnen, Knoop, OnbekendCijfer
from veerkracht_dagster.herkomst.stukken import BewijsFout
from veerkracht_dagster.publicatie.publiceren import ACTUEEL, huidige_release
from veerkracht_dagster.werkmap import Werkmap

_KORT = ("bestand", "rij", "kolom", "sha256")


def voer_uit(
    code: str, cijfer: str, editie: str, *, jaar: int | None, diep: bool, als_json: bool
) -> None:
    """Run the command."""
    werkmap, cat = Werkmap.uit_omgeving(), catalogus()
    release = huidige_release(werkmap.uitgaven, editie)
    if release is None:
        fout(f"edition {editie} is not published; run `make rebuild`", NIETS_DAAR)
    try:
        stukken = stukken_van(
            werkmap, werkmap.uitgaven / editie / ACTUEEL, release, editie_van(release, cat)
        )
        naspel = stukken.naspel(
            (j for j in stukken.editie.peiljaren if j in stukken.leveringen), cat
        )
        bon = Bonnen(stukken, naspel, werkmap.snapshots).bon(code, cijfer, jaar)
    except BewijsFout as weg:
        fout(str(weg))
    except OnbekendCijfer as onbekend:
        fout(str(onbekend), VERKEERD_GEBRUIK)
    if als_json:
        toon_json({"editie": editie, "release": release.release_id, "gebied": code,
                   "bon": asdict(bon)})  # fmt: skip
        return
    scherm = Console(highlight=False)
    scherm.print(f"{code} · {editie} · release {release.release_id}")
    scherm.print(_boom(bon, diep=diep))
    if not diep:
        scherm.print("Gevouwen; alles met --diep, voor machines met --json.")


def _boom(
    knoop: Knoop, *, diep: bool, boven: Tree | None = None, gezien: set[str] | None = None
) -> Tree:
    gezien = set() if gezien is None else gezien
    regel = _regel(knoop, diep=diep)
    tak = Tree(regel) if boven is None else boven.add(regel)
    if not diep and knoop.soort == "cijfer" and knoop.naam in gezien:
        if knoop.kinderen:
            tak.add("(zie hierboven)")
        return tak
    if knoop.soort == "cijfer":
        gezien.add(knoop.naam)
    enkel = len(knoop.kinderen) == 1 and knoop.kinderen[0].soort == "omzetting"
    if not diep and enkel and knoop.kinderen[0].feiten["methode"] in ("zelfde_jaar", "identiek"):
        for bron in knoop.kinderen[0].kinderen:  # the same ground: nothing to say of the road
            _boom(bron, diep=diep, boven=tak, gezien=gezien)
        return tak
    for kind in knoop.kinderen:
        _boom(kind, diep=diep, boven=tak, gezien=gezien)
    return tak


def _regel(knoop: Knoop, *, diep: bool) -> str:
    staat = f" [{knoop.staat}]" if knoop.staat else ""
    label = knoop.feiten.get("label", "")
    eenheid = "" if label else knoop.feiten.get("eenheid", "")
    delen = [f"{knoop.naam} = {_getal(knoop.waarde)} {label or eenheid}".rstrip() + staat]
    if knoop.uitleg:
        delen.append(knoop.uitleg)
    if knoop.soort == "cel" and knoop.feiten.get("dekking", 1.0) < 1:
        delen.append(f"dekking {knoop.feiten['dekking']:.3g}")
    feiten: dict[str, Any] = knoop.feiten
    if knoop.soort == "broncel" and not diep:
        feiten = {k: feiten[k] for k in _KORT if k in feiten}
        if "sha256" in feiten:
            feiten["sha256"] = feiten["sha256"][:12]
    if knoop.soort == "broncel" or diep:
        delen += [f"{k} {v}" for k, v in feiten.items() if v not in (None, "", knoop.waarde)]
    return escape(" · ".join(delen))


def _getal(waarde: object) -> str:
    if waarde is None:
        return "leeg"
    return f"{waarde:.10g}" if isinstance(waarde, float) else str(waarde)
