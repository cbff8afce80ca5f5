"""The `veerkracht` command: what it says, in text and JSON, and how it ends."""

from __future__ import annotations

import io
import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
from click.testing import Result
from PIL import Image
from rich.console import Console
from typer.testing import CliRunner

from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.cli import app
from veerkracht_dagster.cli.stand import leegte, toon_leegte, toon_zonder_vlak
from veerkracht_dagster.codeversie import codeversie
from veerkracht_dagster.instantie.openen import open_instance
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
GELUKT, MISLUKT, VERKEERD_GEBRUIK, NIETS_DAAR = 0, 1, 2, 3
Veerkracht = Callable[..., Result]


def _veerkracht(*woorden: str) -> Result:
    uit = CliRunner().invoke(app, list(woorden), catch_exceptions=False)
    assert "Traceback" not in uit.output
    return uit


@pytest.fixture
def leeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work folder in which nothing was made."""
    monkeypatch.chdir(tmp_path)
    for naam in ("VEERKRACHT_BRONNEN", "VEERKRACHT_TABELLEN", "VEERKRACHT_WAREHOUSE"):
        monkeypatch.delenv(naam, raising=False)
    monkeypatch.setenv("VEERKRACHT_WERK", str(tmp_path / "werk"))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "werk" / "dagster_home"))
    return tmp_path / "werk"


@pytest.fixture
def vol(gebouwd: tuple, leeg: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The work folder in which everything was made."""
    werkmap, _ = gebouwd
    monkeypatch.setenv("VEERKRACHT_WERK", str(werkmap.pad))
    monkeypatch.setenv("DAGSTER_HOME", str(werkmap.pad / "dagster_home"))
    return werkmap


# --- help and wrong use ---------------------------------------------------------------------------
def test_help_lists_the_commands() -> None:
    uit = _veerkracht("--help")
    assert uit.exit_code == GELUKT
    for commando in ("rebuild", "status", "catalogus", "export", "voorbeeld"):
        assert commando in uit.output
    assert "--editie" in _veerkracht("rebuild", "--help").output


VERKEERD = [
    (["rebuild", "--editie", "2014-2021"], ["2014-2021", *CAT.edities]),
    (["rebuild", "--bron", "cbs"], ["'cbs'", *CAT.bronnen]),
    (["export", "--gemeente", "GM0014", "--editie", "nu"], ["'nu'", *CAT.edities]),
    (["catalogus", "woz"], ["'woz'", "gemiddelde_woz_waarde"]),  # something like it
    (["catalogus", "xyz"], ["'xyz'", "veerkracht catalogus"]),
    (["catalogus", "xyz", "--code"], ["'xyz'", *CAT.kaartlagen]),
    (["lineage", "xyz"], ["'xyz'", "veerkracht catalogus"]),
    (["lineage"], ["--openlineage"]),
    (["lineage", "dK", "--openlineage", "x"], ["--openlineage"]),
    (["lineage", "--openlineage", "vol"], ["vol", "is a directory"]),
    (["herbouw"], ["herbouw"]),
    (["export"], ["--gemeente"]),
    (["voorbeeld", "maak", "x", "--gemeenten", "3"], ["3 gemeenten", "at least 4 gemeenten"]),
    (["voorbeeld", "maak", "x", "--buurten", "40"], ["40 buurten", "12 buurten per gemeente"]),
    (["voorbeeld", "maak", "vol"], ["vol is not empty"]),
    (["voorbeeld", "maak", "vol/bestand"], ["vol/bestand", "is a file"]),
    (["catalogus", "--docs", "vol/bestand"], ["vol/bestand", "is a file"]),
    (["export", "--gemeente", "GM0014", "--naar", "vol/bestand"], ["vol/bestand", "is a file"]),
]


@pytest.mark.parametrize(("woorden", "zegt"), VERKEERD, ids=[" ".join(v[0]) for v in VERKEERD])
def test_wrong_use_says_what_is_right(leeg: Path, woorden: list[str], zegt: list[str]) -> None:
    bestand = leeg.parent / "vol" / "bestand"
    bestand.parent.mkdir()
    bestand.touch()
    uit = CliRunner().invoke(app, woorden)
    assert uit.exit_code == VERKEERD_GEBRUIK, repr(uit.exception)
    for deel in zegt:
        assert deel in uit.stderr
    assert uit.stdout == ""
    assert sorted(leeg.parent.rglob("*")) == [bestand.parent, bestand]  # and nothing was made


# --- before anything ------------------------------------------------------------------------------
@pytest.mark.parametrize("json_", [[], ["--json"]])
def test_status_before_anything_says_what_to_do(leeg: Path, json_: list[str]) -> None:
    uit = _veerkracht("status", *json_)
    assert uit.exit_code == NIETS_DAAR
    assert "make rebuild" in uit.stderr
    assert str(leeg) in uit.stderr
    assert not leeg.exists()


def test_export_before_anything_says_what_to_do(leeg: Path) -> None:
    uit = _veerkracht("export", "--gemeente", "GM0014")
    assert uit.exit_code == NIETS_DAAR
    assert "2014-2020 is not published" in uit.stderr
    assert "make rebuild" in uit.stderr


def test_rebuild_of_a_folder_that_is_not_there(leeg: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEERKRACHT_BRONNEN", str(leeg.parent / "weg"))
    uit = _veerkracht("rebuild")
    assert uit.exit_code == VERKEERD_GEBRUIK
    assert str(leeg.parent / "weg") in uit.stderr
    assert "VEERKRACHT_BRONNEN" in uit.stderr


@pytest.mark.parametrize("json_", [[], ["--json"]])
def test_rebuild_of_bad_files_fails_and_names_them(
    leeg: Path, monkeypatch: pytest.MonkeyPatch, json_: list[str]
) -> None:
    map_ = leeg.parent / "eigen" / "cbs_odata_v3" / "84799NED"
    map_.mkdir(parents=True)
    for naam in ("DataProperties.json", "TypedDataSet.skip0.json"):
        (map_ / naam).write_text("<!DOCTYPE html><html>503</html>")
    monkeypatch.setenv("VEERKRACHT_BRONNEN", str(leeg.parent / "eigen"))
    uit = _veerkracht("rebuild", "--bron", "cbs_kerncijfers", *json_)
    assert uit.exit_code == MISLUKT
    assert "what was published before stays as it was" in uit.stderr
    gezegd = uit.stdout.replace("\\n", " ")
    assert "cbs_odata_v3/84799NED/DataProperties.json" in gezegd
    assert "HTML in plaats van gegevens" in gezegd
    assert "wat te doen" in gezegd
    if json_:
        rest = json.loads(uit.stdout)
        assert [(w["asset"], w["partitie"]) for w in rest["geweigerd"]] == [
            ("cbs_kerncijfers", "2020")
        ]
        assert {e["stand"] for e in rest["edities"].values()} == {"niet gepubliceerd"}


def test_what_nobody_reads_and_what_waits_is_told_by_rebuild_and_status(
    leeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    eigen = leeg.parent / "eigen"
    (eigen / "cbs_kwb_excel").mkdir(parents=True)
    (eigen / "cbs_kwb_excel" / "kwb-2016.csv").touch()
    (eigen / "levering" / "woonzorgwijzer" / "2023").mkdir(parents=True)
    (eigen / "levering" / "woonzorgwijzer" / "2023" / "uit.csv").touch()
    monkeypatch.setenv("VEERKRACHT_BRONNEN", str(eigen))
    gebouwd = _veerkracht("rebuild", "--editie", "2018-2024")
    assert gebouwd.exit_code == MISLUKT
    stand = _veerkracht("status")
    for uit in (gebouwd.stdout, stand.stdout):
        tekst = " ".join(uit.split())
        assert "cbs_kwb_excel/kwb-2016.csv: geen bron leest dit; het dichtst bij komt" in tekst
        assert "cbs_adressen: volgens de kalender verschenen, en niet gevonden: 2016, 2017" in tekst
        assert "woonzorgwijzer 2023: levering/woonzorgwijzer/2023" in tekst
        assert "2018-2024 staat op woonzorgwijzer 2023: herstel dat." in tekst
    machine = json.loads(_veerkracht("status", "--json").stdout)
    assert machine["staat_op"] == {"2018-2024": ["woonzorgwijzer 2023"]}
    assert [w["partitie"] for w in machine["geweigerd"]] == ["2023"]
    assert [een["bestand"] for een in machine["ongelezen"]] == ["cbs_kwb_excel/kwb-2016.csv"]
    assert machine["verwacht_en_niet_gevonden"]["cbs_adressen"][0] == 2016


# --- catalogue ------------------------------------------------------------------------------------
def test_the_catalogue_at_a_glance() -> None:
    uit = _veerkracht("catalogus")
    assert uit.exit_code == GELUKT
    for naam in (
        *CAT.bronnen,
        *CAT.kolommen,
        *CAT.groepen,
        *CAT.indicatoren,
        *CAT.kaartlagen,
        *CAT.edities,
    ):
        assert naam in uit.stdout


def test_the_catalogue_for_machines() -> None:
    uit = json.loads(_veerkracht("catalogus", "--json").stdout)
    assert uit["kaartlagen"] == {naam: laag.titel for naam, laag in CAT.kaartlagen.items()}
    assert set(uit["kolommen"]) == set(CAT.kolommen)


@pytest.mark.parametrize(
    ("naam", "soorten"),
    [
        ("inwoners", {"kolommen"}),
        ("leefbaarometer", {"bronnen", "tabel"}),
        ("focus", {"kaartlagen", "tabel"}),
        ("signaal", {"indicatoren", "tabel"}),
        ("2014-2020", {"edities"}),
        ("lvb", {"groepen"}),
        ("buurttabel", {"tabel"}),
    ],
)
def test_one_entry_of_the_catalogue(naam: str, soorten: set[str]) -> None:
    uit = json.loads(_veerkracht("catalogus", naam, "--json").stdout)
    assert set(uit) == soorten
    if "tabel" in soorten:
        assert list(uit["tabel"]) == tabellen()[naam].kolomnamen
    assert _veerkracht("catalogus", naam).exit_code == GELUKT


def test_what_counts_for_the_code_version_of_a_table() -> None:
    uit = json.loads(_veerkracht("catalogus", "rapport", "--code", "--json").stdout)
    assert uit["versie"] == codeversie("rapport")
    assert "veerkracht_dagster.indicatoren.rapport" in uit["modules"]
    assert "kaartlagen.klassen.label" in uit["catalogus"]
    assert "veerkracht_dagster.celstatus" in _veerkracht("catalogus", "rapport", "--code").stdout
    assert set(json.loads(_veerkracht("catalogus", "--code", "--json").stdout)) > {
        "release",
        "scan",
    }


def test_the_generated_pages(tmp_path: Path) -> None:
    uit = json.loads(_veerkracht("catalogus", "--docs", str(tmp_path / "docs"), "--json").stdout)
    assert sorted(Path(pad).name for pad in uit) == [
        "bronnen.md", "gegevenswoordenboek.md", "kaartlagen.md", "kolomherkomst.html",
        "kolomherkomst.md", "method.md", "methode.md",
    ]  # fmt: skip
    assert all(Path(pad).is_file() for pad in uit)


@pytest.mark.parametrize("naam", ["In bezit woningcorporatie", "p_wcorpw", "A047047"])
def test_lineage_of_a_column_by_the_publishers_name(naam: str) -> None:
    (uit,) = json.loads(_veerkracht("lineage", naam, "--json").stdout)
    assert uit["kolom"] == "levering/cbs_kerncijfers.In bezit woningcorporatie"
    assert "cbs_kerncijfers.percentage_corporatiewoningen" in uit["naar"]
    assert {"corporatiebezit.klasse", "rapport.waarde"} <= set(uit["stroomaf"])
    gezien = " ".join(_veerkracht("lineage", naam).stdout.split())
    assert "A047047 · p_wcorpw" in gezien
    assert "corporatiebezit.klasse" in gezien


def test_lineage_as_openlineage(tmp_path: Path) -> None:
    pad = tmp_path / "lineage.ndjson"
    assert f"{len(tabellen())} events" in _veerkracht("lineage", "--openlineage", str(pad)).stdout
    namen = [json.loads(regel)["job"]["name"] for regel in pad.read_text("utf-8").splitlines()]
    assert namen == list(tabellen())


# --- after a rebuild ------------------------------------------------------------------------------
def test_rebuild_with_nothing_new(vol: Any) -> None:
    uit = _veerkracht("rebuild", "--editie", "2014-2020")
    assert uit.exit_code == GELUKT
    assert "Niets nieuws" in uit.stdout
    assert "Veerkracht 2014-2020: aantal gebieden per klasse" in uit.stdout
    for laag in CAT.kaartlagen:
        assert laag in uit.stdout
    assert "make ui" in uit.stdout  # where to go from here


@pytest.mark.parametrize(
    ("gegeven", "gezegd"),
    [
        ("", "make ui (kaarten"),
        ("BRON=http", "make ui BRON=http (kaarten"),
        ("OPHALEN=ja WERK=ergens", 'eval "$(make -s env OPHALEN=ja WERK=ergens)"'),
        (None, "make ui WERK="),  # where it was not make that started it
    ],
)
def test_rebuild_says_how_to_come_back(
    vol: Any, monkeypatch: pytest.MonkeyPatch, gegeven: str | None, gezegd: str
) -> None:
    if gegeven is not None:
        monkeypatch.setenv("VEERKRACHT_MAKE", gegeven)
    assert gezegd in _veerkracht("rebuild", "--editie", "2014-2020").stdout


def test_rebuild_for_machines(vol: Any) -> None:
    uit = json.loads(_veerkracht("rebuild", "--json").stdout)
    assert (uit["berekend"], uit["runs"]) == ({}, [])
    assert uit["seconden"] > 0


def test_status(vol: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")  # on 80 columns the table breaks names over two lines
    uit = _veerkracht("status")
    assert uit.exit_code == GELUKT
    assert "Alles is bij" in uit.stdout
    for editie in CAT.edities:
        assert editie in uit.stdout


def test_status_of_an_edition_has_its_classes(vol: Any) -> None:
    uit = _veerkracht("status", "--editie", "2014-2022").stdout
    assert "Veerkracht 2014-2022: aantal gebieden per klasse" in uit
    telling = json.loads((vol.uitgaven / "2014-2022/actueel/release.json").read_text())["klassen"]
    rij = next(
        regel.split() for regel in uit.splitlines() if regel.strip().startswith("corporatie")
    )
    aantallen = [telling["corporatiebezit"][k] for k in ("1", "2", "3", "4", "-9")]
    gemeten = [sum(aantallen[:-1]), "van", sum(aantallen)]
    assert rij[1:] == [str(wat) for wat in (*aantallen, *gemeten)]
    leeg = [
        r for r in uit.splitlines() if r.startswith("2014-2022: ") and "geen enkele klasse" in r
    ]
    assert leeg == [], "every layer of it has classes"
    assert _veerkracht("status", "--editie", "2014-2019").exit_code == VERKEERD_GEBRUIK


def test_a_layer_without_any_class_says_why_for_every_edition(vol: Any, tmp_path: Path) -> None:
    werkmap = Werkmap.in_map(tmp_path)
    naam = "2014-2022"  # not the edition whose classes are shown
    shutil.copytree(vol.uitgaven / naam / "actueel", werkmap.uitgaven / naam / "actueel")
    pad = werkmap.uitgaven / naam / "actueel" / "release.json"
    uitgave = json.loads(pad.read_text())
    for laag in ("corporatiebezit", "focus"):
        uitgave["klassen"][laag] = dict.fromkeys(uitgave["klassen"][laag], 0) | {"-9": 3}
    pad.write_text(json.dumps(uitgave))
    scherm = Console(file=io.StringIO(), width=400)
    leeg = leegte(werkmap, CAT.edities)
    toon_leegte(scherm, leeg)
    assert list(leeg[naam]["zonder_klasse"]) == ["corporatiebezit", "focus"]
    for laag, reden in leeg[naam]["zonder_klasse"].items():
        tabel = pq.read_table(pad.parent / f"{laag}.parquet")
        assert reden == Counter(tabel["toelichting"].to_pylist()).most_common(1)[0][0]
        assert f"geen enkele klasse: {reden}" in scherm.file.getvalue()


def test_an_edition_without_areas_is_no_release_and_says_why(
    leeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (leeg.parent / "eigen").mkdir()
    monkeypatch.setenv("VEERKRACHT_BRONNEN", str(leeg.parent / "eigen"))
    reden = "editie 2018-2024 heeft geen enkel gebied en is niet gepubliceerd"
    for opdracht in ("rebuild --editie 2018-2024", "status", "status --json"):
        uit = _veerkracht(*opdracht.split())
        assert uit.exit_code == GELUKT, uit.output  # what is not there stops nothing
        assert reden in " ".join(uit.stdout.split())
        assert not (leeg / "uitgaven" / "2018-2024" / "actueel").exists()
    with open_instance(Werkmap.uit_omgeving()) as instance:
        sleutel = dg.AssetCheckKey(dg.AssetKey("release"), "gepubliceerd")
        (record,) = instance.event_log_storage.get_asset_check_execution_history(sleutel, limit=1)
        inhoud = record.event.dagster_event.asset_check_evaluation_data
        assert (inhoud.passed, inhoud.severity) == (False, dg.AssetCheckSeverity.WARN)
        assert reden in str(inhoud.metadata["gevallen"])


def test_areas_that_no_map_has_are_told(vol: Any) -> None:
    uitgave = json.loads((vol.uitgaven / "2014-2022/actueel/release.json").read_text())
    gebieden = sum(uitgave["klassen"]["focus"].values())
    assert uitgave["zonder_vlak"] == {}  # the map of the sample is whole
    deels = uitgave | {"zonder_vlak": {f"GM000{n}": n for n in range(1, 8)}}
    scherm = Console(file=io.StringIO(), width=200)
    toon_zonder_vlak(scherm, {"2014-2020": uitgave, "2014-2022": deels})
    tekst = scherm.file.getvalue()
    assert tekst.startswith(
        f"2014-2022: 28 van {gebieden} gebieden staan niet op de kaart van 2022"
    )
    assert "(GM0001 1, GM0002 2, GM0003 3, GM0004 4, GM0005 5 en nog 2 gemeenten)" in tekst


def test_a_map_of_a_part_of_another_year_is_told_once(vol: Any) -> None:
    uitgave = json.loads((vol.uitgaven / "2014-2022/actueel/release.json").read_text())
    assert uitgave["halve_kaarten"] == {}
    deels = uitgave | {"halve_kaarten": {"2018": {"GM0001": 3, "GM0002": 1}}}
    scherm = Console(file=io.StringIO(), width=200)
    toon_zonder_vlak(scherm, {"2014-2020": deels, "2014-2022": deels})
    tekst = scherm.file.getvalue()
    assert tekst.startswith(
        "2014-2020, 2014-2022: 4 gebieden staan niet op de kaart van 2018 (buurt) (GM0001 3, GM0002"
    )
    assert tekst.count("andere weg dan hun grond") == 1


def test_status_for_machines(vol: Any) -> None:
    uit = json.loads(_veerkracht("status", "--json").stdout)
    assert uit["werkmap"] == str(vol.pad)
    assert uit["te_doen"] == []
    assert list(uit["uitgaven"]) == list(CAT.edities)
    for editie, uitgave in uit["uitgaven"].items():
        actueel = vol.uitgaven / editie / "actueel"
        assert uitgave == json.loads((actueel / "release.json").read_text())


# --- kaart -----------------------------------------------------------------------------------
def test_a_picture_of_a_gemeente_as_large_as_asked(vol: Any, tmp_path: Path) -> None:
    (gemeente, aantal), *_ = _gemeenten(vol).items()
    opdracht = ["kaart", "focus", "--gemeente", gemeente, "--breedte", "1000", "--json"]
    uit = json.loads(_veerkracht(*opdracht, "--naar", str(tmp_path / "uit")).stdout)
    assert uit["gebieden"] == aantal
    assert Path(uit["bestand"]) == tmp_path / "uit" / f"focus_2014-2020_{gemeente}.png"
    assert Image.open(uit["bestand"]).size == (1000, 720)


def test_a_picture_of_what_is_not_there(vol: Any) -> None:
    assert _veerkracht("kaart", "focus", "--gemeente", "GM9999").exit_code == NIETS_DAAR
    assert _veerkracht("kaart", "fokus").exit_code == VERKEERD_GEBRUIK


# --- export ---------------------------------------------------------------------------------------
def _gemeenten(werkmap: Any) -> dict[str, int]:
    laag = gpd.read_parquet(werkmap.uitgaven / "2014-2020" / "actueel" / "focus.parquet")
    return laag["gemeentecode"].value_counts().to_dict()


def test_export_of_one_gemeente_opens_with_its_colours(vol: Any, tmp_path: Path) -> None:
    gemeente, aantal = next(iter(_gemeenten(vol).items()))
    uit = json.loads(
        _veerkracht(
            "export", "--gemeente", gemeente, "--naar", str(tmp_path / "uit"), "--json"
        ).stdout
    )
    pad = Path(uit["bestand"])
    assert pad.parent == tmp_path / "uit"
    assert [p.name for p in pad.parent.iterdir()] == [pad.name]  # nothing half beside it
    assert uit["gebieden"] == aantal
    lagen = [naam for naam, _ in pyogrio.list_layers(pad)]
    assert [naam for naam in lagen if naam != "layer_styles"] == list(CAT.kaartlagen)
    stijlen = pyogrio.read_dataframe(pad, layer="layer_styles", read_geometry=False)
    for naam, laag in CAT.kaartlagen.items():
        tabel = gpd.read_file(pad, layer=naam)
        assert set(tabel["gemeentecode"]) == {gemeente}
        assert len(tabel) == aantal
        assert tabel.crs.to_epsg() == 28992
        (stijl,) = stijlen.loc[stijlen["f_table_name"] == naam, "styleQML"]
        rgb = [tuple(int(k.kleur[i : i + 2], 16) for i in (1, 3, 5)) for k in laag.klassen.values()]
        for r, g, b in rgb:
            assert f"{r},{g},{b}" in stijl


def test_export_again_replaces_the_file(vol: Any, tmp_path: Path) -> None:
    gemeente = next(iter(_gemeenten(vol)))
    eerst, daarna = (
        _veerkracht("export", "--gemeente", gemeente, "--naar", str(tmp_path)) for _ in range(2)
    )
    assert eerst.stdout == daarna.stdout
    uitgave = json.loads((vol.uitgaven / "2014-2020" / "actueel" / "release.json").read_text())
    assert f"release {uitgave['release_id']}" in eerst.stdout


def test_export_of_an_unknown_gemeente_lists_those_there_are(vol: Any, tmp_path: Path) -> None:
    uit = _veerkracht("export", "--gemeente", "GM9999", "--naar", str(tmp_path / "uit"))
    assert uit.exit_code == NIETS_DAAR
    for gemeente in _gemeenten(vol):
        assert gemeente in uit.stderr
    assert not (tmp_path / "uit").exists()


# --- the sample -----------------------------------------------------------------------------------
def test_the_sample_of_any_size(tmp_path: Path) -> None:
    woorden = ["--gemeenten", "4", "--buurten", "48", "--no-adressen", "--json"]
    uit = json.loads(_veerkracht("voorbeeld", "maak", str(tmp_path / "land"), *woorden).stdout)
    assert uit["bestanden"]
    assert all(Path(pad).is_file() for pad in uit["bestanden"])
    assert not any("pc6hnr" in pad for pad in uit["bestanden"])
