"""A machine with too little of something: one sentence, of what, how much, and that all stands."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from veerkracht_dagster import machine
from veerkracht_dagster.machine import MachineFout, nodige_ruimte, vraag_ruimte, waarom, zin
from veerkracht_dagster.werkmap import Werkmap

BLIJFT = "Wat gepubliceerd is, is niet veranderd."
VOL = "is te weinig ruimte: er is nog"
DICHT = "is niet te schrijven"
GEHEUGEN = "er is te weinig geheugen"
MIB = 1 << 20


@pytest.fixture
def werkmap(tmp_path: Path) -> Werkmap:
    return Werkmap.in_map(tmp_path, tmp_path / "van de uitgevers")


# As these were seen: of Python, SQLite by SQLAlchemy, DuckDB, Arrow, GDAL, NumPy, the loader.
@pytest.mark.parametrize(
    ("tekst", "verwacht"),
    [
        ("OSError: [Errno 28] No space left on device", VOL),
        ("OSError: [Errno 27] File too large", VOL),
        ("(sqlite3.OperationalError) database or disk is full", VOL),
        ("(sqlite3.OperationalError) disk I/O error", VOL),
        ('IO Error: Could not write file "x.wal": No space left on device', VOL),
        ("OSError: [Errno 30] Read-only file system", DICHT),
        ("(sqlite3.OperationalError) attempt to write a readonly database", DICHT),
        ("MemoryError: ", GEHEUGEN),
        ("Unable to allocate 1.2 GiB for an array with shape (9, 9)", GEHEUGEN),
        ("ImportError: x.so: failed to map segment from shared object", GEHEUGEN),
        ("RuntimeError: can't start new thread", GEHEUGEN),
        ("ArrowMemoryError: realloc of size 64 failed", GEHEUGEN),
        ("KeyError: 'regiocode'", None),
        ("ValueError: kolom vol heeft geen ruimte", None),
    ],
)
def test_an_error_of_the_machine_is_a_sentence(
    werkmap: Werkmap, tekst: str, verwacht: str | None
) -> None:
    gezegd = zin(tekst, werkmap)
    assert (gezegd is None) == (verwacht is None)
    if gezegd is not None and verwacht is not None:
        assert verwacht in gezegd
        assert BLIJFT in gezegd
        assert "\n" not in gezegd


@pytest.mark.parametrize("waar", ["van de uitgevers/kaart.gpkg", "../elders/x"])
def test_a_file_that_is_not_ours_is_another_story(werkmap: Werkmap, waar: str) -> None:
    pad = (werkmap.pad / waar).resolve()
    werkmap = replace(werkmap, pad=werkmap.pad / "werk")
    assert zin(f"PermissionError: [Errno 13] Permission denied: '{pad}'", werkmap) is None
    eigen = f"PermissionError: [Errno 13] Permission denied: '{werkmap.pad}/tabellen'"
    assert f"{werkmap.pad}/tabellen {DICHT}" in str(zin(eigen, werkmap))


def test_what_it_came_from_counts(werkmap: Werkmap) -> None:
    fout = sa.exc.InvalidRequestError("the transaction is closed")
    fout.__cause__ = OSError(28, "No space left on device")
    assert VOL in str(waarom(fout, werkmap))
    assert waarom(FileNotFoundError(2, "No such file"), werkmap) is None
    assert waarom(MachineFout("zo is het"), werkmap) == "zo is het"


def test_an_edition_that_was_published_before_the_disk_was_full_is_named(werkmap: Werkmap) -> None:
    for editie, tijd in (("2014-2020", 200), ("2014-2022", 100), ("2018-2024", 200)):
        map_ = werkmap.uitgaven / editie
        (map_ / "x").mkdir(parents=True)
        (map_ / "actueel").symlink_to("x")
        os.utime(map_ / "actueel", (tijd, tijd), follow_symlinks=False)
    vol = OSError(28, "No space left on device")
    assert BLIJFT in str(waarom(vol, werkmap))
    assert BLIJFT in str(waarom(vol, werkmap, sinds=300))
    gezegd = str(waarom(vol, werkmap, sinds=150))
    assert "2014-2020, 2018-2024 zijn hierbij al opnieuw gepubliceerd, en heel" in gezegd
    assert "wat verder gepubliceerd is, is niet veranderd." in gezegd
    assert BLIJFT not in gezegd


# --- before a rebuild -----------------------------------------------------------------------------
def _bestand(pad: Path, bytes_: int) -> None:
    """A file of a size that takes no room."""
    pad.parent.mkdir(parents=True, exist_ok=True)
    with pad.open("wb") as stroom:
        stroom.truncate(bytes_)


def test_the_room_that_is_needed_follows_from_what_is_new(werkmap: Werkmap) -> None:
    _bestand(werkmap.bronnen / "map" / "kaart.gpkg", 100 * MIB)
    assert nodige_ruimte(werkmap) == 350 * MIB
    _bestand(werkmap.pad / "snapshots" / "ab" / "kaart", 90 * MIB)
    _bestand(werkmap.pad / "tabellen" / "gebieden" / "2020.parquet", 5 * MIB)
    _bestand(werkmap.pad / "warehouse.duckdb", 7 * MIB)
    assert nodige_ruimte(werkmap) == (50 + 3 * 10 + 5 + 7) * MIB
    assert nodige_ruimte(Werkmap.in_map(werkmap.pad / "nieuw")) == 140 * MIB  # with the sample


def test_a_disk_that_is_too_small_is_told_before_anything_is_begun(werkmap: Werkmap) -> None:
    _bestand(werkmap.bronnen / "kaart.gpkg", 10 << 40)  # more than any disk has free, times three
    with pytest.raises(
        MachineFout, match=r"er is nog \d+ MiB vrij, .* ongeveer 31457330 MiB nodig"
    ):
        vraag_ruimte(werkmap)
    assert [pad.name for pad in werkmap.pad.iterdir()] == ["van de uitgevers"]


def test_a_folder_that_is_not_writable_is_told_before_anything_is_begun() -> None:
    with pytest.raises(MachineFout, match="/sys/veerkracht/ is niet te schrijven"):
        vraag_ruimte(Werkmap.in_map(Path("/sys/veerkracht")))


def test_memory_that_is_too_little_is_told_before_anything_is_begun(
    werkmap: Werkmap, monkeypatch: pytest.MonkeyPatch
) -> None:
    werkmap.bronnen.mkdir()
    vraag_ruimte(werkmap)
    monkeypatch.setattr(machine, "_GEHEUGEN", 1 << 50)
    with pytest.raises(MachineFout, match="MiB geheugen vrij, en een rebuild in 2 processen heeft"):
        vraag_ruimte(werkmap, 2)


# --- the command ----------------------------------------------------------------------------------
def _grens(wat: int, waarde: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(wat, (waarde, waarde))


@pytest.mark.parametrize(
    ("opdracht", "wat", "waarde", "zegt"),
    [
        ("status", resource.RLIMIT_NOFILE, 40, "mag 40 bestanden tegelijk open hebben"),
        ("rebuild", resource.RLIMIT_NOFILE, 100, "heeft er ten minste 128 nodig"),
        ("status", resource.RLIMIT_AS, 1 << 30, "dit proces mag 1024 MiB"),
        ("rebuild", resource.RLIMIT_AS, 3 << 30, "dit proces mag 3072 MiB"),
        ("rebuild", resource.RLIMIT_FSIZE, 0, "niet groter worden dan 0 MiB (ulimit -f)"),
        ("status", resource.RLIMIT_FSIZE, 100_000, "niet groter worden dan 0 MiB (ulimit -f)"),
    ],
)
def test_a_command_says_in_one_sentence_what_is_too_little(
    tmp_path: Path, opdracht: str, wat: int, waarde: int, zegt: str
) -> None:
    (tmp_path / "dagster_home" / "history").mkdir(parents=True)
    (tmp_path / "geen bronnen").mkdir()
    klaar = subprocess.run(
        [sys.executable, "-c", "from veerkracht_dagster.cli import main; main()", opdracht],
        env={
            "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(filter(None, sys.path)),
            "VEERKRACHT_WERK": str(tmp_path), "VEERKRACHT_BRONNEN": str(tmp_path / "geen bronnen"),
            "VEERKRACHT_PROCESSEN": "1", "HOME": str(tmp_path),
        },
        preexec_fn=_grens(wat, waarde),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert klaar.returncode == 1
    (regel,) = [r for r in klaar.stderr.splitlines() if r]
    assert zegt in regel
    assert BLIJFT in regel
