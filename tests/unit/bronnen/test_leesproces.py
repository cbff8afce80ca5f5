"""What a library in machine code may do to the process that reads: it, and nothing else, ends."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.unit.bronnen.hulp import lees_map
from tests.unit.bronnen.test_buurtgrenzen import _gpkg, _nieuw
from veerkracht_dagster.bronnen import leesproces
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.invoer import Bestand, weiger_geen_gegevens
from veerkracht_dagster.bronnen.leesproces import lees_apart

ZONDER_EIND = (
    "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "
    "SELECT b.* FROM buurten b, r WHERE r.x < 0"
)


@pytest.fixture
def bestand(tmp_path: Path) -> Bestand:
    (tmp_path / "kaart.gpkg").write_bytes(b"x")
    return Bestand("kaart.gpkg", tmp_path / "kaart.gpkg")


@pytest.mark.parametrize(
    ("functie", "argumenten", "melding"),
    [
        (os.abort, (), r"waarop het lezen afbrak \(code -6"),  # as a library that finds no way out
        (bytes, (1 << 40,), "meer dan 6 GiB geheugen"),
        (pow, (3, 10**9), "na 1 s rekenen nog niet gelezen"),  # on the processor
        (time.sleep, (100,), "na 1 s rekenen nog niet gelezen"),  # and waiting for something
    ],
)
def test_the_end_of_the_process_is_a_refusal_of_the_file(
    bestand: Bestand,
    monkeypatch: pytest.MonkeyPatch,
    functie: Callable[..., Any],
    argumenten: tuple[Any, ...],
    melding: str,
) -> None:
    assert (
        lees_apart(len, "abc", bestand=bestand) == 3
    )  # it is there, so that starting is not timed
    monkeypatch.setattr(leesproces, "SECONDEN", 1)
    monkeypatch.setattr(leesproces, "_KEREN_WACHTEN", 2)
    with pytest.raises(BronFout, match=melding) as fout:
        lees_apart(functie, *argumenten, bestand=bestand)
    assert fout.value.bestand == "kaart.gpkg"
    assert lees_apart(len, "ab", bestand=bestand) == 2  # the next file is read


def test_what_is_raised_there_is_raised_here(bestand: Bestand) -> None:
    with pytest.raises(ZeroDivisionError):
        lees_apart(divmod, 1, 0, bestand=bestand)
    with pytest.raises(BronFout, match="gevonden: een leeg bestand") as fout:
        lees_apart(weiger_geen_gegevens, bestand, b"", bestand=bestand)
    assert fout.value.problemen[0].bestand == "kaart.gpkg"


def test_it_writes_nothing_and_does_not_outlive_who_asked(bestand: Bestand) -> None:
    nummer = lees_apart(os.getpid, bestand=bestand)
    assert nummer != os.getpid()
    assert nummer == lees_apart(os.getpid, bestand=bestand)  # one, for all files
    with pytest.raises(OSError, match="File too large"):
        lees_apart(Path.write_bytes, bestand.pad, bytes(2 << 20), bestand=bestand)
    leesproces._lezers.pop(os.getpid()).stop()
    with pytest.raises(ProcessLookupError):
        os.kill(nummer, 0)


@pytest.mark.parametrize("wat", [signal.SIGINT, signal.SIGTERM])
def test_what_ends_a_group_of_processes_is_no_refusal_of_a_file(bestand: Bestand, wat: int) -> None:
    """Ctrl-C and the end of a run reach all of it: who asks stops, and then this does."""
    nummer = lees_apart(os.getpid, bestand=bestand)
    os.kill(nummer, wat)
    assert lees_apart(os.getpid, bestand=bestand) == nummer


def test_a_view_without_end_in_a_map(tmp_path: Path) -> None:
    _met_view(_gpkg(tmp_path, {"buurten": _nieuw()}))
    with pytest.raises(BronFout, match="een GeoPackage met een view: eindeloos"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


def test_a_view_without_end_in_a_map_in_a_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kaart = _gpkg(tmp_path, {"buurten": _nieuw()})
    _met_view(kaart)
    with zipfile.ZipFile(kaart.with_suffix(".zip"), "w") as zip_:
        zip_.write(kaart, "buurten.gpkg")
    kaart.unlink()
    monkeypatch.setattr(leesproces, "SECONDEN", 1)
    with pytest.raises(BronFout, match="na 1 s rekenen nog niet gelezen"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


def _met_view(kaart: Path) -> None:
    with closing(sqlite3.connect(kaart)) as db:
        db.execute(f"CREATE VIEW eindeloos AS {ZONDER_EIND}")
        for tabel in ("gpkg_contents", "gpkg_geometry_columns"):
            namen = [rij[1] for rij in db.execute(f"PRAGMA table_info({tabel})")]
            waarden = [
                "'eindeloos'" if naam in ("table_name", "identifier") else naam for naam in namen
            ]
            db.execute(
                f"INSERT INTO {tabel} SELECT {', '.join(waarden)} FROM {tabel} "
                "WHERE table_name = 'buurten'"
            )
        db.commit()
