"""The folders of an edition's releases: putting another one there, taking away what is too old.

Here: moving a staged folder, and undoing that. Not here: the pointer (`wijzer.py`), what is in a
release, or when it is swapped (`publiceren.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from veerkracht_dagster.publicatie.release import Release, is_gaaf, lees_release
from veerkracht_dagster.publicatie.wijzer import lees_wijzer, trek_in

BEWAARD = 5
KLAAR, _WEG = ".klaar-", ".weg-"


@contextmanager
def terug_bij_fout(map_editie: Path, release_id: str) -> Iterator[None]:
    """Put the folder back as it was, and take the note away, if anything fails up to the commit.

    The rows of the warehouse roll back by themselves: files and tables both change, or neither.
    """
    doel, weg = map_editie / release_id, map_editie / f"{_WEG}{release_id}"
    bestond = doel.exists()
    shutil.rmtree(weg, ignore_errors=True)  # of a publication that was killed
    try:
        yield
    except BaseException as fout:
        # A connection that is lost at the commit: whether that was done, only the warehouse knows.
        if isinstance(fout, sa.exc.DBAPIError) and fout.connection_invalidated:
            raise
        trek_in(map_editie)
        if weg.exists() or not bestond:
            shutil.rmtree(doel, ignore_errors=True)
        if weg.exists():
            weg.rename(doel)
        raise


def zet_map_neer(map_editie: Path, map_klaar: Path, release: Release) -> Release:
    """Move the staged folder to its place; the current one, where it is intact and of the same
    code, stays. One of the same contents that was current before goes: to come back is an event,
    with a time and a release before it of its own.
    """
    doel = map_editie / release.release_id
    bestaand = lees_release(doel) if lees_wijzer(map_editie) == release.release_id else None
    if bestaand is not None and bestaand.versies == release.versies and is_gaaf(doel, bestaand):
        return bestaand
    if doel.exists():
        doel.rename(map_editie / f"{_WEG}{release.release_id}")
    map_klaar.rename(doel)
    return release


def ruim_op(map_editie: Path) -> None:
    """Keep the current release and the latest before it; remove what interrupted runs left."""
    huidig = lees_wijzer(map_editie)
    releases: list[tuple[str, Path]] = []
    for pad in map_editie.iterdir():
        if pad.name.startswith((KLAAR, _WEG)):
            shutil.rmtree(pad)
        elif pad.is_dir() and not pad.is_symlink() and pad.name != huidig:
            release = lees_release(pad)
            if release is not None:
                releases.append((release.gemaakt, pad))
    for _, pad in sorted(releases, reverse=True)[BEWAARD - 1 :]:
        shutil.rmtree(pad)
