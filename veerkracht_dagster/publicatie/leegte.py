"""Editions without an area, layers without a class, groups that K is not made of: what is not
there to show, and why.

Here: the judgement, the note that an edition leaves in its folder, and reading both back for who
tells it (the end of a rebuild, `status`, the UI). Not here: publishing (`publiceren.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.publicatie.release import Release
from veerkracht_dagster.publicatie.uitgave import Uitgave

NOTITIE = "niet_gepubliceerd.txt"


class LegeEditie(ValueError):
    """An edition has no area at all: that is no release. Nothing published changed."""


def weiger_leeg(uitgave: Uitgave) -> None:
    """Refuse an edition without a single area.

    Raises:
        LegeEditie: with what is missing and what to do.
    """
    if all(len(laag) for laag in uitgave.lagen.values()):
        return
    editie = uitgave.editie
    raise LegeEditie(
        f"editie {uitgave.sleutel} heeft geen enkel gebied en is niet gepubliceerd: er is van "
        f"{editie.basisjaar} geen {editie.niveau} bekend uit cbs_buurtgrenzen, cbs_kerncijfers of "
        f"leefbaarometer{_van(editie.gemeenten)}. Zet een bestand van {editie.basisjaar} van een "
        "van de drie in de bronmap (waar: docs/bronnen.md), of haal de editie uit edities.yml"
    )


def _van(gemeenten: list[str]) -> str:
    return f" in {', '.join(gemeenten)}" if gemeenten else ""


def noteer_leeg(map_editie: Path, reden: str) -> None:
    """Leave in the folder of an edition why it has no release."""
    map_editie.mkdir(parents=True, exist_ok=True)
    (map_editie / NOTITIE).write_text(reden + "\n", encoding="utf-8")


def waarom_leeg(map_editie: Path) -> str | None:
    """Why an edition has no release; None where it has one, or was never made."""
    pad = map_editie / NOTITIE
    return pad.read_text(encoding="utf-8").strip() if pad.is_file() else None


def niet_gebruikt(map_release: Path) -> str:
    """The groups that were delivered and that K of a release is not made of, in words; else ''."""
    pad = map_release / "tabellen" / "kwetsbare_bewoners.parquet"
    if "niet_gebruikt" not in pq.read_schema(pad).names:
        return ""  # a release from before it was told
    teksten = pq.read_table(pad, columns=["niet_gebruikt"])["niet_gebruikt"].unique().to_pylist()
    return "; ".join(tekst for tekst in teksten if tekst)


def lagen_zonder_klasse(map_release: Path, release: Release) -> Iterator[tuple[str, str]]:
    """Layers in which no area has a class, with the reason that most of their areas give."""
    geen = str(catalogus().geen_meting.code)
    for naam, telling in release.klassen.items():
        if telling.get(geen, 0) and telling[geen] == sum(telling.values()):
            redenen = pq.read_table(map_release / f"{naam}.parquet", columns=["toelichting"])
            ((reden, _),) = Counter(redenen["toelichting"].to_pylist()).most_common(1)
            yield naam, reden
