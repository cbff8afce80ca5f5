"""The pointer `actueel` of an edition, and what counts when it and the warehouse say another thing.

Here: reading and moving the pointer, and finishing a publication that was killed.
Not here: publishing (`publiceren.py`). Light to import: every command looks here first.

The commit in the warehouse decides. A publication notes where the pointer is to go, commits, moves
the pointer and takes the note away. A note that is still there is of a publication that was killed:
whoever reads asks the warehouse, and moves the pointer or leaves it, before it reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

ACTUEEL = "actueel"
_NOTITIE = ".wissel"


@contextmanager
def alleen(map_editie: Path, *, wacht: bool = True) -> Iterator[None]:
    """One process at a time publishes an edition, or finishes what one left.

    Raises:
        filelock.Timeout: another one is at it, and it is not waited for.
    """
    slot = map_editie.with_name(f".{map_editie.name}.slot")
    with FileLock(slot, timeout=-1 if wacht else 0):
        yield


def lees_wijzer(map_editie: Path) -> str | None:
    """The mark of the release that is pointed at."""
    wijzer = map_editie / ACTUEEL
    return os.readlink(wijzer) if wijzer.is_symlink() else None


def zet_wijzer(map_editie: Path, release_id: str | None) -> None:
    """Point `actueel` to a release folder, in one step for whoever reads at that moment."""
    wijzer = map_editie / ACTUEEL
    if release_id is None:
        wijzer.unlink(missing_ok=True)
        return
    tijdelijk = map_editie / f".{ACTUEEL}-nieuw"
    tijdelijk.unlink(missing_ok=True)
    tijdelijk.symlink_to(release_id, target_is_directory=True)
    os.replace(tijdelijk, wijzer)


def kondig_aan(map_editie: Path, release_id: str) -> None:
    """Note that this release is about to be committed."""
    (map_editie / _NOTITIE).write_text(release_id)


def trek_in(map_editie: Path) -> None:
    """It was not."""
    (map_editie / _NOTITIE).unlink(missing_ok=True)


def voltooi(map_editie: Path, release_id: str) -> None:
    """It was: the pointer follows."""
    zet_wijzer(map_editie, release_id)
    trek_in(map_editie)


def maak_af(map_uitgaven: Path, warehouse_url: str) -> list[str]:
    """Finish every publication that was killed: readers call this before they read.

    Returns: in words, what cannot be finished now, because the warehouse cannot be asked.
    """
    uit = []
    for notitie in sorted(map_uitgaven.glob(f"*/{_NOTITIE}")):
        try:
            with alleen(notitie.parent, wacht=False):
                uit += maak_editie_af(notitie.parent, warehouse_url)
        except Timeout:
            continue  # it is being published now
    return uit


def maak_editie_af(map_editie: Path, warehouse_url: str) -> list[str]:
    """The same of one edition, by who is alone there."""
    notitie = map_editie / _NOTITIE
    if not notitie.is_file():
        return []
    from veerkracht_dagster.opslag.warehouse import WarehouseFout, bestaat

    aangekondigd = notitie.read_text()
    try:
        vast = _vastgelegd(warehouse_url, map_editie.name) if bestaat(warehouse_url) else None
    except WarehouseFout as fout:
        return [f"of editie {map_editie.name} uitgave {aangekondigd} is, weet alleen het "
                f"warehouse, en dat antwoordt niet: {fout}"]  # fmt: skip
    if vast == aangekondigd and (map_editie / aangekondigd).is_dir():
        voltooi(map_editie, aangekondigd)
    else:
        trek_in(map_editie)
    return []


def _vastgelegd(warehouse_url: str, editie: str) -> str | None:
    """The release of an edition that was committed last."""
    from veerkracht_dagster.catalogus.laden import catalogus
    from veerkracht_dagster.opslag.warehouse import ontbreekt_in, warehouse, warehousetabellen
    from veerkracht_dagster.publicatie.rijen import gepubliceerd_in
    from veerkracht_dagster.publicatie.tabellen import publicatietabellen

    alle = publicatietabellen(catalogus())
    tabellen = warehousetabellen({"releases": alle["releases"]})
    with warehouse(warehouse_url, alleen_lezen=True) as verbinding:
        with verbinding.begin():
            if ontbreekt_in(verbinding, tabellen):
                return None
        return gepubliceerd_in(verbinding, tabellen, editie)
