"""The folders of an edition's releases: which is the current one, putting another in its place.

Here: the pointer, moving a staged folder, undoing both, throwing away what is too old.
Not here: what is in a release, or when it is swapped (`publiceren.py`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from veerkracht_dagster.publicatie.release import Release, is_gaaf, lees_release

ACTUEEL = "actueel"
BEWAARD = 5
KLAAR, _WEG = ".klaar-", ".weg-"


@contextmanager
def terug_bij_fout(map_editie: Path, release_id: str) -> Iterator[None]:
    """Put pointer and folder back as they were if anything fails up to the commit.

    The rows of the warehouse roll back by themselves: files and tables both change, or neither.
    """
    doel, weg = map_editie / release_id, map_editie / f"{_WEG}{release_id}"
    wijzer, bestond = _lees_wijzer(map_editie), doel.exists()
    shutil.rmtree(weg, ignore_errors=True)  # of a publication that was killed
    try:
        yield
    except BaseException:
        zet_wijzer(map_editie, wijzer)
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
    bestaand = lees_release(doel) if _lees_wijzer(map_editie) == release.release_id else None
    if bestaand is not None and bestaand.versies == release.versies and is_gaaf(doel, bestaand):
        return bestaand
    if doel.exists():
        doel.rename(map_editie / f"{_WEG}{release.release_id}")
    map_klaar.rename(doel)
    return release


def _lees_wijzer(map_editie: Path) -> str | None:
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


def ruim_op(map_editie: Path) -> None:
    """Keep the current release and the latest before it; remove what interrupted runs left."""
    huidig = _lees_wijzer(map_editie)
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
