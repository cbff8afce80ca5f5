"""Other people's files, as they were found, beside the publishers' real ones: each as it should go.

Every folder of `inputs` has an entry here: read or refused with these words, told as not read, done
as its own program does it, or held by a test that makes the same thing by itself.
"""

from __future__ import annotations

import ast
import datetime
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.ongelezen import merk_op
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.vastleggen import leg_vast
from veerkracht_dagster.bronnen.vindplaatsen import vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.voorbeeldland import maak_land, schrijf_geheel
from veerkracht_dagster.werkmap import Werkmap

pytestmark = pytest.mark.echt
WORTEL = Path(__file__).parents[2]
JAREN = range(2014, 2027)


@dataclass(frozen=True)
class Leest:
    """The codes that are read, and figures among them: (code, column) -> figure."""

    bron: str
    jaar: int
    codes: tuple[str, ...]
    cijfers: dict[tuple[str, str], Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Weigert:
    """Words that the refusal must hold."""

    bron: str
    jaar: int
    melding: str


@dataclass(frozen=True)
class NietGelezen:
    """The file that `rebuild` and `status` name."""

    bestand: str


@dataclass(frozen=True)
class Programma:
    """What the program of the folder prints."""

    zegt: str
    niet: str = "Traceback"


@dataclass(frozen=True)
class Elders:
    """The test that makes this thing by itself: it takes a rebuild, a kill or a second process."""

    bestand: str
    test: str


A, B, C = "BU99990001", "BU99990002", "BU99990003"
KAART, KWB, LBM = "cbs_buurtgrenzen", "cbs_kerncijfers", "leefbaarometer"
WZW = "woonzorgwijzer"
INWONERS = {("GM9999", "inwoners"): 300, ("BU99990000", "inwoners"): 200, (A, "inwoners"): 100}
STATLINE = ("GM9999", "WK999900", "BU99990000", A)
GEVALLEN: dict[str, Leest | Weigert | NietGelezen | Programma | Elders] = {
    "B01a": Weigert(KAART, 2024, r"gevonden: 2 gebieden; verwacht: 3 gebieden"),
    "B02a": Weigert(KAART, 2018, r"een kaart van 2021 .* verwacht: een kaart van 2018"),
    "B03": Leest(
        KAART, 2024, (A, B), {(A, "indelingswijziging"): "1", (B, "indelingswijziging"): "3"}
    ),
    "B04": Weigert(KAART, 2024, r"\.gpkg-wal, met rijen die wel bewaard zijn"),
    "B06a": Leest(KAART, 2024, (A, B), {(A, "m2"): 1_000_000, (B, "m2"): 1_000_000}),
    "B10a": Leest(
        KAART, 2024, (A, B, C), {(A, "m2"): 500_000, (B, "m2"): 1_000_000, (C, "m2"): 1_500_000}
    ),
    "B11a": Weigert(KWB, 2024, r"gevonden: geen kolom"),  # read; of a table with one topic
    "B12a": Weigert(KWB, 2024, r"geen kolom met regiocodes .* met het onderwerp Codering erbij"),
    "B12c": Weigert(KWB, 2024, r"een gedraaide tabel, met onderwerpen in de rijen"),
    "B14b": Leest(KWB, 2024, STATLINE, INWONERS),
    "B14c": Weigert(KWB, 2024, r"regels die als geheel tussen aanhalingstekens staan"),
    "B14f": Leest(KWB, 2024, STATLINE, INWONERS),
    "B14h": Weigert(KWB, 2024, r"tekst in UTF-16"),
    "B15a": Leest(LBM, 2024, (A,), {(A, "onv"): 0.02}),
    "B15c": Weigert(LBM, 2024, r"een komma in '4,152264851'; verwacht: een punt"),
    "B16c": Leest("cbs_adressen", 2025, ()),  # whatever separates: told from the header
    "B17a": Weigert(WZW, 2020, r"'1\.250', dat 1250 kan zijn en 1 en een deel"),
    "B17b": Leest(WZW, 2020, (A,), {(A, "wzw_inwoners"): 1250}),
    "B17i": Weigert(WZW, 2020, r"'1\.000', dat 1000 kan zijn en 1 en een deel"),
    "B22b": Leest(KWB, 2016, ("NL00", "GM9999", "WK999900", "BU99990000", A)),
    "B23a": Leest(KWB, 2016, ("NL00", "GM9999", "WK999900", "BU99990000", A)),
    "B23b": NietGelezen("cbs_kwb_excel/kwb-2016.csv"),
    "B23d": NietGelezen("cbs_wijkbuurtkaart/wijkenbuurten_2024_v1.gpkg"),
    "B23f": Leest(LBM, 2024, (A,), {(A, "onv"): 0.02}),
    "B30": Programma(r"BU99990002.*geen"),
    "B31": Programma(r"parts overlap", "Exception|'methode': 'geen'"),
    "B32": Programma(r"EPSG:4326.*to_crs\(\"EPSG:28992\"\)", "van_regio"),
    "B33": Elders(
        "tests/unit/instantie/test_achtergebleven.py",
        "test_a_run_of_a_killed_process_fails_with_the_reason",
    ),
    "B34": Elders(
        "tests/dagster/test_leven_van_een_tabel.py",
        "test_een_levering_die_terugkomt_wordt_weer_gelezen",
    ),
    "B35": Elders(
        "tests/unit/herbouw/test_beurt.py",
        "test_a_second_rebuild_is_told_who_is_at_work_and_may_refuse",
    ),
    "B36": Elders(
        "tests/unit/herbouw/test_geraakt.py", "test_one_source_first_reads_what_was_never_read_too"
    ),
    "B37": Elders(
        "tests/dagster/test_hele_weg.py", "test_heights_of_a_map_reach_no_layer_and_are_told"
    ),
    "B38": Elders("tests/unit/cli/test_cli.py", "test_areas_that_no_map_has_are_told"),
    "O3": Elders(
        "tests/dagster/test_niet_meer_dan_nodig.py",
        "test_a_backfill_in_the_ui_makes_stale_what_changed_and_nothing_else",
    ),
    "hostile": Elders("tests/echt/test_andermans_bestanden.py", "test_hostile_deliveries"),
}
# Of `hostile/dos.py` all are refused, but a workbook of which only the text was slow to search.
GELEZEN = {"wzw_xlsx_regex"}


# Modules that stand elsewhere since those programs were written.
VERHUISD = {
    "veerkracht_dagster.bronnen.vingerafdrukken": "veerkracht_dagster.opslag.vingerafdrukken"
}


@pytest.fixture(scope="module")
def inputs(echt: Path) -> Path:
    """Their folder, beside that of the publishers' files."""
    map_ = echt.parent / "inputs"
    if not map_.is_dir():
        pytest.skip(f"there are no files of other people in {map_}")
    return map_


def test_every_folder_has_an_entry(inputs: Path) -> None:
    assert {pad.name for pad in inputs.iterdir() if pad.is_dir()} == set(GEVALLEN)


@pytest.mark.parametrize("naam", list(GEVALLEN))
def test_it_goes_as_it_should(inputs: Path, tmp_path: Path, naam: str) -> None:
    geval = GEVALLEN[naam]
    bronnen = tmp_path / "bronnen"  # a copy: what opens a file of SQLite may change what is beside
    shutil.copytree(inputs / naam, bronnen)
    werkmap = Werkmap.in_map(tmp_path)
    if isinstance(geval, Leest):
        _leest(_tabel(werkmap, geval.bron, geval.jaar), geval)
    elif isinstance(geval, Weigert):
        with pytest.raises(BronFout, match=geval.melding):
            _tabel(werkmap, geval.bron, geval.jaar)
    elif isinstance(geval, NietGelezen):
        gezien = merk_op(Innemer(werkmap), catalogus(), JAREN, datetime.date.today())
        assert any(geval.bestand in regel for regel in gezien.regels()), gezien.regels()
    elif isinstance(geval, Programma):
        uit = _draai(bronnen / "proef.py")
        assert re.search(geval.zegt, uit, re.DOTALL), uit
        assert not re.search(geval.niet, uit), uit
    else:
        assert isinstance(geval, Elders)
        boom = ast.parse((WORTEL / geval.bestand).read_text(encoding="utf-8"))
        assert geval.test in {n.name for n in ast.walk(boom) if isinstance(n, ast.FunctionDef)}


def _tabel(werkmap: Werkmap, bron: str, jaar: int) -> pd.DataFrame:
    levering = vind(werkmap.bronnen, bron, jaar)
    vastgelegd = leg_vast(levering, werkmap.snapshots, werkmap.vingerafdrukken)
    return lees(vastgelegd, catalogus())[0]


def _leest(tabel: pd.DataFrame, geval: Leest) -> None:
    assert len(tabel) > 0
    if geval.codes:
        assert tuple(tabel["regiocode"]) == geval.codes
        tabel = tabel.set_index("regiocode")
    if "geometry" in tabel:
        tabel = tabel.assign(m2=tabel.geometry.area)
    for (code, kolom), verwacht in geval.cijfers.items():
        gevonden = tabel.at[code, kolom]
        assert gevonden == (verwacht if isinstance(verwacht, str) else pytest.approx(verwacht))


def _draai(programma: Path, *argumenten: str) -> str:
    klaar = subprocess.run(
        [sys.executable, str(programma), *argumenten],
        env={**os.environ, "PYTHONPATH": str(WORTEL), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    return klaar.stdout + klaar.stderr


@pytest.fixture(scope="module")
def hostile(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """The generators of hostile deliveries, on the sample's files; gives what one prints."""
    werk = tmp_path_factory.mktemp("hostile")
    schrijf_geheel(maak_land(), werk / "base" / "bronnen")
    (werk / "sec").mkdir()
    (werk / "repo").symlink_to(WORTEL)
    for bestand in (inputs / "hostile").glob("*.py"):
        tekst = bestand.read_text(encoding="utf-8").replace("WORKROOT", str(werk))
        for toen, nu in VERHUISD.items():
            tekst = tekst.replace(toen, nu)
        (werk / bestand.name).write_text(tekst, encoding="utf-8")
    return lambda programma, *argumenten: _draai(werk / programma, *argumenten)


def test_hostile_deliveries(inputs: Path, hostile: Callable[..., str]) -> None:
    """Refused with the file's name; never a traceback, an abort or a hang."""
    bron = (inputs / "hostile" / "dos.py").read_text(encoding="utf-8")
    gezien = re.search(r"for n in \('([^']+)'\)\.split", bron)
    assert gezien is not None
    for naam in gezien[1].split():
        uit = hostile("dos.py", naam)
        assert ("ACCEPTED" if naam in GELEZEN else "REFUSED") in uit, (naam, uit[-400:])


def test_formats_that_lead_elsewhere(hostile: Callable[..., str]) -> None:
    uit = hostile("vrt.py")
    assert uit.count("BronFout:") == uit.count("## ") > 10
    assert "ACCEPTED" not in uit
