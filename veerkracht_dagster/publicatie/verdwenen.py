"""What stood in a release and would be gone from the next one: a question to a person.

A share that is not mounted, a table that was moved, a delivery that was thrown away: the pipeline
can make a release without them, and only a person can say whether that is meant.

Here: what is gone, and refusing it. Not here: figures that became missing (`verschil.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from veerkracht_dagster.publicatie.bestanden import TABELMAP
from veerkracht_dagster.publicatie.inhoud import SLEUTEL, Inhoud
from veerkracht_dagster.publicatie.release import Release
from veerkracht_dagster.publicatie.uitgave import Uitgave

IS_HIJ_ER = "Is de bronmap er wel (een schijf die niet gekoppeld is)? Zet terug wat weg is."
_GENOEMD = 5
_TABEL, _VELDEN = "kwetsbare_bewoners", ["methode", "groepen"]
_KEUZES = ("niveau", "basisjaar", "begin", "eind")  # of an edition: who changes these, chooses


class Verdwenen(ValueError):
    """What stood in a release is gone, and nobody said why. Nothing published changed."""

    def __init__(self, editie: str, release_id: str, wat: Iterable[str]) -> None:
        self.wat = list(wat)
        super().__init__(
            f"editie {editie} is niet gepubliceerd: van wat in uitgave {release_id} stond is weg: "
            f"{'; '.join(self.wat)}. Wat gepubliceerd was staat er nog. {IS_HIJ_ER} Is het zo "
            'bedoeld, zeg dan waarom: make rebuild VERDWENEN="reden", veerkracht rebuild '
            '--verdwenen "reden", of in de UI '
            "`verdwenen` in de configuratie van de job bijwerken of van release; de reden komt in "
            "de uitgave"
        )


def verdwenen(map_release: Path, huidig: Release, uitgave: Uitgave, inhoud: Inhoud) -> list[str]:
    """What of the current release is not in the one that is to follow, in words; a line a kind.

    What follows from a choice in the catalogue is not gone: years and areas of an edition of
    another period or base year, and groups that the edition no longer names.
    """
    editie = uitgave.editie
    if any(getattr(huidig, veld) != getattr(editie, veld) for veld in _KEUZES):
        return []
    uit = list(_bronnen(huidig, uitgave))
    codes = set(next(iter(inhoud.lagen.values())).cijfers[SLEUTEL].to_pylist())
    eerder = _gebieden(map_release, huidig)
    weg = sorted(eerder - codes)
    if weg:
        uit.append(f"{len(weg)} van {len(eerder)} gebieden ({_enkele(weg)})")
    gemeenten = sorted({code[2:6] for code in eerder} - {code[2:6] for code in codes})
    if gemeenten:
        uit.append(f"{len(gemeenten)} gemeenten ({_enkele([f'GM{g}' for g in gemeenten])})")
    ongekozen = set(huidig.parameters["kwetsbaar_groepen"]) - {*editie.parameters.kwetsbaar_groepen}
    groepen = _groepen_toen(map_release) - _groepen_nu(inhoud) - ongekozen
    if groepen:
        uit.append(f"de groepen {', '.join(sorted(groepen))} van K")
    return uit


def _bronnen(huidig: Release, uitgave: Uitgave) -> Iterator[str]:
    """Sources that have no year any more, and years of sources that have others still."""
    toen = _jaren_per_bron([huidig.leveringen, huidig.grondslag])
    nu = _jaren_per_bron([uitgave.leveringen, uitgave.grondslag])
    for bron, jaren in sorted(toen.items()):
        weg = sorted(jaren - nu.get(bron, set()))
        if not nu.get(bron):
            yield f"bron {bron} ({', '.join(weg)})"
        elif weg:
            yield f"{bron} van {', '.join(weg)}"


def _jaren_per_bron(delen: Iterable[Mapping[Any, Mapping[str, Any]]]) -> dict[str, set[str]]:
    uit: dict[str, set[str]] = {}
    for deel in delen:
        for jaar, bronnen in deel.items():
            for bron, levering in bronnen.items():
                if levering:
                    uit.setdefault(bron, set()).add(str(jaar))
    return uit


def _gebieden(map_release: Path, huidig: Release) -> set[str]:
    """The areas of a release, by the first of its layers whose file is whole."""
    kolom, groot = f"{huidig.niveau}code", {b.naam: b.bytes for b in huidig.bestanden}
    for naam in huidig.klassen:
        pad = map_release / f"{naam}.parquet"
        if pad.is_file() and pad.stat().st_size == groot.get(pad.name):
            return set(pq.read_table(pad, columns=[kolom])[kolom].to_pylist())
    return set()


def _groepen_toen(map_release: Path) -> set[str]:
    """Groups of which any K of the current release was estimated."""
    pad = map_release / TABELMAP / f"{_TABEL}.parquet"
    return _groepen(pq.read_table(pad, columns=_VELDEN)) if pad.is_file() else set()


def _groepen_nu(inhoud: Inhoud) -> set[str]:
    return _groepen(inhoud.indicatoren[_TABEL]) if _TABEL in inhoud.indicatoren else set()


def _groepen(tabel: pa.Table) -> set[str]:
    geschat = tabel.filter(pc.equal(tabel["methode"], "schatting"))
    teksten = geschat["groepen"].unique().to_pylist()
    return {groep.strip() for tekst in teksten if tekst for groep in tekst.split(",")}


def _enkele(codes: list[str]) -> str:
    return ", ".join(codes[:_GENOEMD]) + (", ..." if len(codes) > _GENOEMD else "")
