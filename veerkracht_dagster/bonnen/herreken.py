"""Recompute a receipt from the raw rows beside it. Needs Python 3.10 or newer and nothing else.

In a bundle it is called `herrekening.py`; `herreken.py` there (`begin_herreken.py`) starts it.

    python herreken.py                the outcome; exit code 1 when anything does not hold
    python herreken.py --alles        also prints every step
    python herreken.py --bronnen MAP  also looks up every row in the publishers' own files in MAP

It checks the hash of every file of the bundle, reads each cell from the publisher's raw row, and
computes every step from those under it, up to the figure as it was published. The rules are in
`rekenwijze/`. Nothing of the program that made the figure is used.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib
import json
import os
import sys
import zipfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HIER = Path(__file__).resolve().parent
SPELING = 1e-9  # relative: the last bits of floating point
GETOOND = 12  # figures at one level, when folded


def main(argumenten: list[str]) -> int:
    """Check and recompute; returns the exit code."""
    fouten = controleer_bestanden()
    if fouten:
        return uitslag(fouten)
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(HIER))
    stappen = importlib.import_module("rekenwijze.stappen")
    cel = importlib.import_module("rekenwijze.ruw.cel")
    bundel = json.loads((HIER / "bon.json").read_text("utf-8"))
    print(f"{bundel['vraag']} (editie {bundel['editie']}, release {bundel['release']})")
    knopen: list[Any] = []
    for beschrijving in bundel["stappen"]:
        knoop = SimpleNamespace(**beschrijving)
        knoop.kinderen = [knopen[nummer] for nummer in beschrijving["kinderen"]]
        fouten += reken(knoop, stappen, cel)
        knopen.append(knoop)
        if "--alles" in argumenten:
            print(f"  {regel_van(knoop)}")
    if "--alles" not in argumenten:
        vat_samen(knopen)
    if "--bronnen" in argumenten:
        map_ = Path(argumenten[argumenten.index("--bronnen") + 1])
        fouten += zoek_op(bundel["bronnen"], knopen, map_)
    return uitslag(fouten)


def uitslag(fouten: list[str]) -> int:
    """Say what does not hold."""
    for fout in fouten:
        print(f"KLOPT NIET: {fout}")
    print(f"{len(fouten)} afwijkingen" if fouten else "alles klopt")
    return 1 if fouten else 0


def controleer_bestanden() -> list[str]:
    """Every file of the bundle is what SHA256SUMS says."""
    fouten = []
    for regel in (HIER / "SHA256SUMS").read_text("utf-8").splitlines():
        verwacht, naam = regel.split("  ", 1)
        pad = HIER / naam
        if not pad.is_file():
            fouten.append(f"{naam} is weg")
        elif hashlib.sha256(pad.read_bytes()).hexdigest() != verwacht:
            fouten.append(f"{naam} is veranderd")
    return fouten


def record_van(plek: dict[str, Any]) -> bytes:
    """The publisher's raw row, from the bundle."""
    inhoud = (HIER / plek["bestand"]).read_bytes()
    return inhoud[plek["begin"] : plek["begin"] + plek["lengte"]]


def reken(knoop: Any, stappen: Any, cel: Any) -> list[str]:
    """One step: read or computed again, and put beside what the receipt says."""
    verwacht, staat, fouten = knoop.waarde, knoop.staat, []
    plek = getattr(knoop, "plek", None)
    if plek is not None:
        tekst, merk = None, ""  # no row for the cell: the row is that of the area itself
        if plek["veld"] is not None:
            vorm, teken, record = plek["vorm"], plek["teken"], record_van(plek)
            tekst = cel.tekst_in(vorm, record, plek["veld"], teken) or ""
            merk = cel.merk_in(vorm, record, plek["merk_veld"], teken)
        if (tekst, merk) != (knoop.met["tekst"], knoop.met.get("merk", "")):
            fouten.append(
                f"{knoop.naam}: de bon zegt {_in_woorden(knoop.met['tekst'])}, de rij "
                f"{_in_woorden(tekst)}{f' met merk {merk!r}' if merk else ''}"
            )
        knoop.met |= {"tekst": tekst, "merk": merk}
    knoop.waarde, knoop.staat = stappen.bereken(knoop.regel, knoop)
    for wat in (verwacht, *knoop.gepubliceerd):
        if not gelijk(knoop.waarde, wat):
            fouten.append(f"{knoop.naam}: gepubliceerd is {wat}, herrekend {knoop.waarde}")
    if knoop.staat != staat:
        fouten.append(f"{knoop.naam}: de staat is {knoop.staat}, de bon zegt {staat}")
    return fouten


def _in_woorden(tekst: Any) -> str:
    return "geen rij in het bestand" if tekst is None else f"ruwe tekst {tekst!r}"


def cijfer_van(knoop: Any) -> str:
    """A step's figure in words, with its unit or class."""
    feiten = getattr(knoop, "feiten", {})
    achter = feiten.get("label") or feiten.get("eenheid") or ""
    achter = "" if achter.startswith("klasse") else achter
    return " ".join(filter(None, [f"{knoop.naam} = {knoop.waarde}", achter, knoop.staat]))


def regel_van(knoop: Any) -> str:
    """A step, and what it was computed from."""
    plek = getattr(knoop, "plek", None)
    uit = ", ".join(kind.naam for kind in knoop.kinderen[:4]) or (
        waar(knoop) if plek else "gegeven"
    )
    meer = f" en nog {len(knoop.kinderen) - 4}" if len(knoop.kinderen) > 4 else ""
    return f"{cijfer_van(knoop)} <- {knoop.regel}({uit}{meer})"


def waar(knoop: Any) -> str:
    """The raw text of a cell, and where it stands in the bundle and in the publisher's file."""
    plek = knoop.plek
    regel = "" if plek["regel_in_bron"] is None else f", regel {plek['regel_in_bron']}"
    bron = f"{plek['bestand']} ({plek['bron']}{regel})"
    if plek["veld"] is None:
        return f"{knoop.feiten['niet_in_bestand']}; het gebied zelf staat in {bron}"
    return f"{knoop.met['tekst']!r} in {bron}"


def vat_samen(knopen: list[Any]) -> None:
    """The figure with the figures that it is made of, and how many steps lie below those."""
    print(f"  {cijfer_van(knopen[-1])}")
    laag, gezien = knopen[-1:], {id(knopen[-1])}
    for inspringing in ("    ", "      "):
        kinderen = {id(kind): kind for knoop in laag for kind in knoop.kinderen}
        laag = [kind for nummer, kind in kinderen.items() if nummer not in gezien]
        gezien |= kinderen.keys()
        for kind in laag[:GETOOND]:
            print(f"{inspringing}{cijfer_van(kind)}")
        if len(laag) > GETOOND:
            print(f"{inspringing}en nog {len(laag) - GETOOND}")
    telling = Counter(knoop.regel for knoop in knopen)
    regels = ", ".join(f"{aantal} {regel}" for regel, aantal in telling.most_common())
    bestanden = {knoop.plek["bestand"] for knoop in knopen if hasattr(knoop, "plek")}
    print(f"{len(knopen)} stappen herrekend ({regels})")
    print(f"uit de rijen van {len(bestanden)} bestanden; elke stap staat er met --alles")


def gelijk(een: Any, ander: Any) -> bool:
    """The same figure but for the last bits."""
    if isinstance(een, (int, float)) and isinstance(ander, (int, float)):
        return bool(abs(een - ander) <= SPELING * max(1.0, abs(ander)))
    return bool(een == ander)


def zoek_op(bronnen: dict[str, Any], knopen: list[Any], map_: Path) -> list[str]:
    """Every raw row at its place in the publisher's own file."""
    paden = [pad for pad in map_.rglob("*") if pad.is_file()]
    per_hash = {hashlib.sha256(pad.read_bytes()).hexdigest(): pad for pad in paden}
    fouten, inhoud = [], {}
    for naam, bron in bronnen.items():
        if bron["sha256"] not in per_hash:
            fouten.append(f"{naam}: geen bestand in {map_} met sha256 {bron['sha256']}")
            continue
        inhoud[naam] = uitgepakt(per_hash[bron["sha256"]], bron["lid"])
        print(f"  {naam}: gevonden als {per_hash[bron['sha256']]}")
    for knoop in knopen:
        plek = getattr(knoop, "plek", None)
        if plek is None or plek["bron"] not in inhoud:
            continue
        eigen = record_van(plek)[: plek["lengte_in_bron"]]
        begin = plek["begin_in_bron"]
        bron = inhoud[plek["bron"]]
        if bron[begin : begin + len(eigen)] != eigen:
            fouten.append(f"{knoop.naam}: de rij staat niet zo in {plek['bron']}")
        elif plek["regel_in_bron"] not in (None, bron.count(b"\n", 0, begin) + 1):
            fouten.append(f"{knoop.naam}: de rij staat niet op regel {plek['regel_in_bron']}")
    return fouten


def uitgepakt(pad: Path, lid: str | None) -> bytes:
    """The content of a file, of a member of a zip or of a workbook of before 2007, or of gzip."""
    ruw = pad.read_bytes()
    ole = importlib.import_module("rekenwijze.ruw.ole")
    if lid is not None and ruw.startswith(ole.MERK):
        return bytes(ole.stroom(ruw, lid))
    if lid is not None:
        with zipfile.ZipFile(pad) as zip_:
            return zip_.read(lid)
    return gzip.decompress(ruw) if ruw[:2] == b"\x1f\x8b" else ruw


def begin() -> int:
    """The program; who reads along may stop reading, and then nothing was said to hold."""
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code
