"""An index that cannot be kept is done without: one may trace a figure on a read-only disk."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from veerkracht_dagster.tweede.ruw import Ruwbestand, register

SHA256 = "ab" + "0" * 62


@pytest.fixture
def bestand(tmp_path: Path) -> Ruwbestand:
    """As a snapshot lies: in a folder of its first two digits."""
    pad = tmp_path / "snapshots" / "ab" / SHA256
    pad.parent.mkdir(parents=True)
    pad.write_bytes(b"x")
    return Ruwbestand("x.csv", SHA256, pad)


def _kan_niet(nummer: int) -> object:
    def weiger(*_: object, **__: object) -> None:
        raise OSError(nummer, os.strerror(nummer))

    return weiger


@pytest.mark.parametrize("nummer", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT])
def test_nothing_is_kept_and_nothing_fails(
    bestand: Ruwbestand, monkeypatch: pytest.MonkeyPatch, nummer: int
) -> None:
    weiger = _kan_niet(nummer)
    monkeypatch.setattr(Path, "write_text", weiger)
    if nummer == errno.EROFS:  # there, taking away what is not there is refused as well
        monkeypatch.setattr(Path, "unlink", weiger)
    assert register.onthouden(bestand, "is het zo", lambda: True)
    assert [pad for pad in bestand.pad.parents[1].rglob("*") if pad.is_file()] == [bestand.pad]


def test_half_of_an_index_does_not_stay(
    bestand: Ruwbestand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register.os, "replace", _kan_niet(errno.ENOSPC))
    assert register.onthouden(bestand, "is het zo", lambda: True)
    assert [pad for pad in bestand.pad.parents[1].rglob("*") if pad.is_file()] == [bestand.pad]


def test_another_failure_is_one(bestand: Ruwbestand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "write_text", _kan_niet(errno.EIO))
    with pytest.raises(OSError, match="Input/output error"):
        register.onthouden(bestand, "is het zo", lambda: True)
