"""A figure that no schema or check allows: the source's asset names file, column and row."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from assets_defs.bronnen import brontabellen
from tests.unit.bronnen.hulp import schrijf_levering
from tests.werk import rijen
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.werkmap import Werkmap

WZW = "levering/woonzorgwijzer/2020/uitvoer.csv"
KOLOMMEN = {"code": "regiocode", "mensen": "wzw_inwoners", "beperkt": "wzw_lvb_personen"}


def _neem_in(map_: Path, tekst: str) -> tuple[dg.ExecuteInProcessResult, str]:
    """The asset of the WoonZorgwijzer over one delivery, and what a failure says."""
    schrijf_levering(map_ / "bronnen", tekst, "woonzorgwijzer", kolommen=KOLOMMEN)
    (tabel,) = [bron for bron in brontabellen if bron.key.path == ["woonzorgwijzer"]]
    werkplaats = Werkplaats.van(Werkmap.in_map(map_))
    uit = dg.materialize(
        [tabel],
        partition_key="2020",
        resources={"werkplaats": werkplaats, "io_manager": dg.mem_io_manager},
        raise_on_error=False,
    )
    fouten = [e.step_failure_data.error for e in uit.all_events if e.is_step_failure]
    return uit, "".join(str(fout.to_string()) for fout in fouten if fout)


def test_a_figure_that_cannot_be_is_named_in_its_place_in_the_file(tmp_path: Path) -> None:
    regels = "code;mensen;beperkt\nBU00140000;100;25\nBU00140001;-5;1\n"
    uit, melding = _neem_in(tmp_path, regels)
    assert not uit.success
    assert (
        f"{WZW}, kolom 'mensen', rij 1, code BU00140001: gevonden: -5; "
        "verwacht: wzw_inwoners: ten minste 0; wat te doen: kijk of"
    ) in melding
    assert "Een rij telt vanaf 0, zonder de kop." in melding
    controle = next(c for c in uit.get_asset_check_evaluations() if c.check_name == "schema")
    assert not controle.passed
    (voorbeeld,) = rijen(controle.metadata["voorbeelden"])
    plaats = [voorbeeld[veld] for veld in ("bestand", "kolom", "rij", "code")]
    assert plaats == [WZW, "mensen", 1, "BU00140001"]


def test_a_part_that_is_more_than_its_whole_is_told_in_its_place(tmp_path: Path) -> None:
    uit, melding = _neem_in(tmp_path, "code;mensen;beperkt\nBU00140000;100;25\nBU00140001;50;51\n")
    assert not uit.success
    assert (
        f"controle samenhang: 1 geval, zoals bestand {WZW}, kolom_uitgever beperkt, rij 1, "
        "regiocode BU00140001, kolom wzw_lvb_personen, gevonden 51, verwacht niet meer dan "
        "wzw_inwoners, naast {'wzw_inwoners': 50.0}. Kijk of het er zo staat"
    ) in melding


def test_a_right_file_passes(tmp_path: Path) -> None:
    uit, melding = _neem_in(tmp_path, "code;mensen;beperkt\nBU00140000;100;25\n")
    assert uit.success, melding


@pytest.mark.parametrize("rij", ["BU00140001;-5;-1\n", "BU00140001;100;-1\n"])
def test_every_wrong_cell_is_told(tmp_path: Path, rij: str) -> None:
    _, melding = _neem_in(tmp_path, "code;mensen;beperkt\n" + rij)
    assert melding.count("ten minste 0") == rij.count("-")
