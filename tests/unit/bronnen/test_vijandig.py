"""Files that are not what they seem: refused at once, said what to do, never followed or run."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import time
import tracemalloc
import zipfile
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
from veerkracht_dagster.bronnen.invoer import Bestand, bytes_van
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
        ("bron: x\nbijlagen: " + "[" * 20_000 + "]" * 20_000, "meer dan 20 lijsten in elkaar"),
        ("bron: x\ngebiedsjaar: " + "9" * 6_000, "een getal of datum die niet kan"),
        ("bron: x\ngebiedsjaar: 2020-13-45", "een getal of datum die niet kan"),
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


# --- small, and large when it is read -------------------------------------------------------------
def _werkboek(*cellen: tuple[int, int, object], na: bytes = b"") -> bytes:
    """A delivery of two buurten as a workbook, with cells elsewhere, or text after its sheet."""
    inhoud = io.BytesIO()
    boek = xlsxwriter.Workbook(inhoud)
    blad = boek.add_worksheet()
    for nummer, rij in enumerate([("Code", "Aantal"), ("BU00140000", 100), ("BU00140001", 50)]):
        blad.write_row(nummer, 0, rij)
    for cel in cellen:
        blad.write(*cel)
    boek.close()
    if not na:
        return inhoud.getvalue()
    anders = io.BytesIO()
    with zipfile.ZipFile(inhoud) as van, zipfile.ZipFile(anders, "w", zipfile.ZIP_DEFLATED) as naar:
        for naam in van.namelist():
            meer = na if naam.startswith("xl/worksheets/") else b""
            naar.writestr(naam, van.read(naam) + meer)
    return anders.getvalue()


def _lever(map_: Path, naam: str, ruw: bytes) -> None:
    kolommen = {"Code": "regiocode", "Aantal": "md_personen"}
    hash_ = hashlib.sha256(ruw).hexdigest()
    schrijf_levering(map_, MICRODATA, bestand=naam, sha256=hash_, kolommen=kolommen)
    (map_ / "levering/cbs_microdata/2020/uitvoer.csv").unlink()
    schrijf(map_, f"levering/cbs_microdata/2020/{naam}", ruw)


@pytest.mark.parametrize(
    ("cellen", "melding"),
    [
        ([(1_048_575, 16_383, " ")], "7 gevulde cellen, en een in XFD1048576"),
        ([(1_048_575, 0, " ")], "7 gevulde cellen, en een in rij 1048576"),  # the last row
        ([(5, 702, "x")], "en een in AAA6"),
        ([(99_999, 1, 0)], "en een in rij 100000"),
    ],
)
def test_a_cell_far_from_the_table(tmp_path: Path, cellen: list, melding: str) -> None:
    _lever(tmp_path, "uitvoer.xlsx", _werkboek(*cellen))
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize("tekst", [b"<c ", b"<x:c t='", b"<row ", b" r='A"])
def test_text_in_which_looking_for_cells_would_not_end(tmp_path: Path, tekst: bytes) -> None:
    """A third of a million times what a cell begins with, and never its end."""
    _lever(tmp_path, "uitvoer.xlsx", _werkboek(na=b"<!-- " + tekst * 330_000 + b" -->"))
    begin = time.process_time()
    lees_map(tmp_path, "cbs_microdata", 2020)
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("keer", [1, 2])  # as one member of gzip, and as two
def test_a_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, keer: int) -> None:
    ruw = b"".join(gzip.compress(b"Code;Aantal\n" + bytes(80 << 20), 9) for _ in range(keer))
    _lever(tmp_path, "uitvoer.csv", ruw)
    tracemalloc.start()
    try:
        with pytest.raises(BronFout, match="en 400 keer zo groot als ingepakt"):
            lees_map(tmp_path, "cbs_microdata", 2020)
        assert tracemalloc.get_traced_memory()[1] < 200 << 20
    finally:
        tracemalloc.stop()


def test_a_file_that_no_publisher_has(tmp_path: Path) -> None:
    """Three milliards of bytes, of which the disk holds none."""
    schrijf_v3(tmp_path)
    with (tmp_path / V3 / "TypedDataSet.skip0.json").open("r+b") as stroom:
        stroom.truncate(3 << 30)
    bestand = Bestand("TypedDataSet.json", tmp_path / V3 / "TypedDataSet.skip0.json")
    with pytest.raises(BronFout, match="gevonden: 3221225472 bytes"):
        bytes_van(bestand)


# --- JSON of another shape ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("bestand", "veld", "waarde", "melding"),
    [
        ("DataProperties.json", "ID", [1], "kolom 'ID', rij 2: gevonden: een list"),
        ("DataProperties.json", "Title", 7, "kolom 'Title', rij 2: gevonden: 7"),
        ("DataProperties.json", "Unit", {"a": 1}, "kolom 'Unit', rij 2: gevonden: een dict"),
        ("WijkenEnBuurten.skip0.json", "Title", 7.5, "kolom 'Title', rij 2: gevonden: 7.5"),
        ("TypedDataSet.skip0.json", "ID", {}, "kolom 'ID', rij 2: gevonden: een dict"),
    ],
)
def test_a_field_of_another_shape(
    tmp_path: Path, bestand: str, veld: str, waarde: object, melding: str | None
) -> None:
    schrijf_v3(tmp_path)
    pad = tmp_path / V3 / bestand
    inhoud = json.loads(pad.read_bytes())
    inhoud["value"][2][veld] = waarde
    pad.write_text(json.dumps(inhoud))
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


@pytest.mark.parametrize("link", ["http://[::1", 7, ["x"], {"a": 1}, "zo maar"])
def test_a_next_page_that_is_no_address(tmp_path: Path, link: object) -> None:
    schrijf_v3(tmp_path)
    pad = tmp_path / V3 / "TypedDataSet.skip0.json"
    inhoud = json.loads(pad.read_bytes())
    inhoud["odata.nextLink"] = link
    pad.write_text(json.dumps(inhoud))
    with pytest.raises(BronFout, match="een volgende pagina die bij 4 begint"):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


@pytest.mark.parametrize("diepte", [200, 900, 5_000])
def test_geojson_in_itself(tmp_path: Path, diepte: int) -> None:
    kenmerk = {"type": "Feature", "properties": {"buurtcode": "BU00140000"}, "geometry": "VLAK"}
    tekst = json.dumps({"type": "FeatureCollection", "features": [kenmerk]})
    binnen = '{"type":"GeometryCollection","geometries":['
    tekst = tekst.replace('"VLAK"', binnen * diepte + "]}" * diepte)
    schrijf(tmp_path, "cbs_wijkbuurtkaart/2020/buurten_2020.geojson", tekst)
    with pytest.raises(BronFout, match=r"niet te lezen is|geen geldige|een GeometryCollection"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


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
