"""Files that are not what they seem: refused at once, said what to do, never followed or run."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest
import xlsxwriter

from tests.unit.bronnen.hulp import (
    LBM,
    MICRODATA,
    V3,
    lbm,
    lees_map,
    schrijf,
    schrijf_levering,
    schrijf_v3,
    v3_set,
)
from tests.unit.bronnen.test_buurtgrenzen import KAART, VIERKANT, _gpkg, _nieuw
from tests.unit.bronnen.test_vierkanten import _schrijf as schrijf_vierkanten
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.scans import lees_scans, scanversies
from veerkracht_dagster.bronnen.vindplaatsen import vind
from veerkracht_dagster.catalogus import catalogus

MANIFEST = "levering/cbs_microdata/2020/manifest.yml"
SCAN = "levering/scan/de-linde.yml"
OPDRACHT = "naam: De Linde\neditie: 2014-2020\nwerkgebied: [GM0129]\n"
BOM = "a: &a [x, x]\n" + "".join(
    f"{na}: &{na} [*{voor}, *{voor}]\n" for voor, na in zip("abcdefgh", "bcdefghi", strict=True)
)


# --- what is no file ------------------------------------------------------------------------------
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / V3).mkdir(parents=True)
    os.mkfifo(tmp_path / V3 / "TypedDataSet.json")
    with pytest.raises(BronFout, match="gevonden: een pijp") as fout:
        vind(tmp_path, "cbs_kerncijfers", 2020)
    assert fout.value.bestand == f"{V3}/TypedDataSet.json"


def test_a_link_to_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / V3).mkdir(parents=True)
    (tmp_path / V3 / "TypedDataSet.json").symlink_to(tmp_path / "weg.json")
    with pytest.raises(BronFout, match="een verwijzing naar iets dat er niet is"):
        vind(tmp_path, "cbs_kerncijfers", 2020)


@pytest.mark.parametrize("soort", ["verwijzing", "kapot", "map"])
def test_a_scan_is_a_file_of_its_own(tmp_path: Path, soort: str) -> None:
    geheim = schrijf(tmp_path, "elders/geheim.yml", "wachtwoord: hond\n")
    bronnen = tmp_path / "bronnen"
    pad = bronnen / SCAN
    pad.parent.mkdir(parents=True)
    if soort == "map":
        pad.mkdir()
    else:
        pad.symlink_to(geheim if soort == "verwijzing" else tmp_path / "weg")
    with pytest.raises(BronFout, match="een verwijzing, een map of een pijp") as fout:
        lees_scans(bronnen, catalogus())
    assert "hond" not in str(fout.value)
    assert set(scanversies(bronnen, ["2014-2020"])) == {"2014-2020"}


# --- YAML -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("tekst", "melding"),
    [
        (BOM, "een verwijzing"),
        ("naam: A\nnaam: B\n" + OPDRACHT.split("\n", 1)[1], "'naam' voor de tweede keer"),
        (OPDRACHT + "veel_bezit: 1/0\n", "'1/0' is geen getal, en geen breuk"),
        (OPDRACHT + "grenzen: {fys: {groen: .nan, rood: -1}}\n", "finite"),
    ],
)
def test_a_scan_that_is_more_than_it_says(tmp_path: Path, tekst: str, melding: str) -> None:
    schrijf(tmp_path, SCAN, tekst)
    with pytest.raises(BronFout, match=melding) as fout:
        lees_scans(tmp_path, catalogus())
    assert fout.value.bestand == SCAN


@pytest.mark.parametrize(
    ("tekst", "melding"),
    [
        (BOM, "een verwijzing"),
        ("bron: cbs_microdata\nbron: woonzorgwijzer\n", "'bron' voor de tweede keer"),
        ("bron: x\n" + "#" * 200_000, "tekens, en ten hoogste"),
    ],
)
def test_a_manifest_that_is_more_than_it_says(tmp_path: Path, tekst: str, melding: str) -> None:
    schrijf_levering(tmp_path, MICRODATA)
    schrijf(tmp_path, MANIFEST, tekst)
    with pytest.raises(BronFout, match=melding) as fout:
        lees_map(tmp_path, "cbs_microdata", 2020)
    assert fout.value.bestand == MANIFEST


# --- cells of a workbook without a value ----------------------------------------------------------
def _fout(boek: xlsxwriter.Workbook, blad: xlsxwriter.worksheet.Worksheet) -> None:
    blad.write_formula(1, 1, "=NA()", value="#N/A")


def _leeg(boek: xlsxwriter.Workbook, blad: xlsxwriter.worksheet.Worksheet) -> None:
    blad.write_formula(1, 1, "=25+25", value="")


def _samen(boek: xlsxwriter.Workbook, blad: xlsxwriter.worksheet.Worksheet) -> None:
    blad.merge_range(1, 1, 2, 1, 50)


@pytest.mark.parametrize(
    ("doe", "melding"),
    [
        (_fout, "cellen met een fout"),
        (_leeg, "formules zonder uitkomst"),
        (_samen, "samengevoegde cellen"),
    ],
)
def test_a_cell_without_a_value_of_its_own_is_not_read_as_empty(tmp_path, doe, melding) -> None:
    inhoud = io.BytesIO()
    boek = xlsxwriter.Workbook(inhoud)
    blad = boek.add_worksheet()
    for nummer, rij in enumerate([("Code", "Aantal"), ("BU00140000", 100), ("BU00140001", 50)]):
        blad.write_row(nummer, 0, rij)
    doe(boek, blad)
    boek.close()
    ruw = inhoud.getvalue()
    schrijf_levering(
        tmp_path,
        MICRODATA,
        bestand="uitvoer.xlsx",
        sha256=hashlib.sha256(ruw).hexdigest(),
        kolommen={"Code": "regiocode", "Aantal": "md_personen"},
    )
    (tmp_path / "levering/cbs_microdata/2020/uitvoer.csv").unlink()
    schrijf(tmp_path, "levering/cbs_microdata/2020/uitvoer.xlsx", ruw)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_microdata", 2020)


# --- of another year, table or place --------------------------------------------------------------
def test_two_files_with_the_scores_of_one_meting(tmp_path: Path) -> None:
    schrijf(tmp_path, LBM, lbm())
    kopie = LBM.replace("scores buurten ", "scores buurten (kopie) ")
    schrijf(tmp_path, kopie, lbm(codes=("BU00149999",)))
    with pytest.raises(BronFout, match="haal een van de twee weg"):
        lees_map(tmp_path, "leefbaarometer", 2014)
    schrijf(tmp_path, kopie, lbm())  # the same bytes do no harm
    assert len(lees_map(tmp_path, "leefbaarometer", 2014)[0]) == 2


@pytest.mark.parametrize(
    ("naam", "kolommen", "melding"),
    [
        ("buurten_2019.gpkg", {}, "een kaart van 2019"),
        ("kaart.gpkg", {"jaar": [2019] * 3}, "kolom 'jaar', rij 0: gevonden: een kaart van 2019"),
    ],
)
def test_a_map_of_another_year(tmp_path: Path, naam: str, kolommen: dict, melding: str) -> None:
    _gpkg(tmp_path, {"buurten": _nieuw(**kolommen)}, f"cbs_wijkbuurtkaart/2020/{naam}")
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


@pytest.mark.parametrize("naam", ["buurten_2020_v3.gpkg", "uitgave_2022_over_2020.gpkg"])
def test_a_map_that_names_its_own_year(tmp_path: Path, naam: str) -> None:
    kaart = _nieuw(jaar=[2020] * 3)
    _gpkg(tmp_path, {"buurten": kaart}, f"{Path(KAART).parent.as_posix()}/{naam}")
    assert len(lees_map(tmp_path, "cbs_buurtgrenzen", 2020)[0]) == 3


def test_key_figures_of_another_table(tmp_path: Path) -> None:
    schrijf_v3(tmp_path)
    schrijf(tmp_path, f"{V3}/TableInfos.json", v3_set("TableInfos", [{"Identifier": "84583NED"}]))
    with pytest.raises(BronFout, match="gevonden: tabel 84583NED; verwacht: tabel 84799NED"):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


def test_squares_with_east_and_north_the_other_way_round(tmp_path: Path) -> None:
    schrijf_vierkanten(
        tmp_path,
        crs28992res100m=["E5678N1234", "E0100N4000", "E0101N4000", "E0102N4000"],
    )
    with pytest.raises(BronFout, match=r"rij 0: gevonden: 'E5678N1234'; verwacht: .*oosten"):
        lees_map(tmp_path, "cbs_vierkanten", 2014)


@pytest.mark.parametrize(
    ("kolommen", "melding"),
    [
        (
            {"geometry": [VIERKANT, VIERKANT, None]},
            "rij 2, code BU00140001: gevonden: geen vlak",
        ),
        (
            {"gemeentecode": ["GM0014", "GM0014", "GM0599"]},
            "kolom 'gemeentecode', rij 2, code BU00140001: gevonden: GM0599; verwacht: GM0014",
        ),
        (
            {"wijkcode": ["WK001409", "WK001400", "WK001400"]},
            "kolom 'wijkcode', rij 0, code BU00140000: gevonden: WK001409; verwacht: WK001400",
        ),
        ({"geometry": [VIERKANT, VIERKANT, VIERKANT.centroid]}, "rij 2: gevonden: een Point"),
    ],
)
def test_a_map_that_contradicts_itself(tmp_path: Path, kolommen: dict, melding: str) -> None:
    _gpkg(tmp_path, {"buurten": _nieuw(**kolommen)})
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


def test_scores_of_wijken_saved_as_those_of_buurten(tmp_path: Path) -> None:
    wijken = lbm(codes=("WK001400",)).replace("bu_code", "wk_code").replace("bu_naam", "wk_naam")
    schrijf(tmp_path, LBM, wijken)
    with pytest.raises(BronFout, match="scores per wijk; verwacht: scores per buurt"):
        lees_map(tmp_path, "leefbaarometer", 2014)
