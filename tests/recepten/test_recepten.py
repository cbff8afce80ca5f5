"""The recipes of CONTRIBUTING.md, done to a copy of the project, with which the sample is built.

All in one copy and one rebuild, of the edition that one of them adds: a rebuild each would take a
minute more (`bench/bench_recepten.py` does that). The oracle judges figures, layers and thresholds.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from tests.orakel.vergelijken import uitgaven, verschillen
from tests.recepten.recept import PROJECT, doe, kopieer_project, recepten
from tests.werk import kopieer
from veerkracht_dagster.werkmap import Werkmap

EDITIE = "2018-2022"
# heading of the recipe -> the files it may take; the figure's rule is a file of code
DOEL = {
    "A figure of an area": 3, "A column of a publisher": 1, "A source from a CSV": 1,
    "A layer on a figure that is there": 1,
    "An edition": 1, "A threshold": 1,
}  # fmt: skip
_KLAAR = "from veerkracht_dagster.cli import app; app()"


def lever(werkmap: Werkmap, jaar: int) -> dict[str, int]:
    """A delivery of the new source, of every buurt of a year; per code what it says."""
    pad = Path(werkmap.tabellen) / "cbs_kerncijfers" / f"{jaar}.parquet"
    rijen = pq.read_table(pad, columns=["regiocode", "niveau", "inwoners"]).to_pylist()
    inwoners = {rij["regiocode"]: rij["inwoners"] for rij in rijen if rij["niveau"] == "buurt"}
    cijfers = {code: 5 + round(0.03 * inwoners[code]) for code in sorted(inwoners)}
    map_ = werkmap.bronnen / "levering" / "schuldhulp" / str(jaar)
    map_.mkdir(parents=True)
    regels = ["buurtcode;personen", *(f"{code};{x}" for code, x in cijfers.items())]
    inhoud = ("\n".join(regels) + "\n").encode()
    (map_ / "schuldhulp.csv").write_bytes(inhoud)
    manifest = {
        "bron": "schuldhulp", "peiljaar": jaar, "gebiedsjaar": jaar, "bestand": "schuldhulp.csv",
        "sha256": hashlib.sha256(inhoud).hexdigest(), "leverancier": "Voorbeeldgemeente",
        "licentie": "voor dit voorbeeld",
        "kolommen": {"buurtcode": "regiocode", "personen": "schuldhulp_personen"},
    }  # fmt: skip
    (map_ / "manifest.yml").write_text(yaml.safe_dump(manifest))
    return cijfers


def draai(kopie: Path, werkmap: Werkmap, *opdracht: str) -> subprocess.CompletedProcess[str]:
    """A command of the copy on a work folder."""
    omgeving = os.environ | {
        "PYTHONPATH": str(kopie), "VEERKRACHT_WERK": str(werkmap.pad),
        "VEERKRACHT_BRONNEN": str(werkmap.bronnen), "VEERKRACHT_TABELLEN": "",
        "VEERKRACHT_WAREHOUSE": "", "DAGSTER_HOME": str(werkmap.pad / "dagster_home"),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", _KLAAR, *opdracht], cwd=kopie, env=omgeving, capture_output=True,
        text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def gemaakt(gebouwd, tmp_path_factory: pytest.TempPathFactory) -> tuple[Werkmap, dict[str, int]]:
    """The sample, rebuilt by a copy of the project to which every recipe was done."""
    map_ = tmp_path_factory.mktemp("recepten")
    (kopie := map_ / "kopie").mkdir()
    kopieer_project(kopie)
    for stappen in recepten().values():
        for stap in stappen:
            doe(stap, kopie)
    werkmap = kopieer(gebouwd[0], map_ / "werk")
    geleverd = lever(werkmap, 2022)
    uit = draai(kopie, werkmap, "rebuild", "--editie", EDITIE, "--json")
    assert uit.returncode == 0, uit.stdout + uit.stderr
    return werkmap, geleverd


def test_the_page_has_every_recipe() -> None:
    assert set(recepten()) == set(DOEL)


@pytest.mark.parametrize("naam", DOEL)
def test_a_recipe_takes_no_more_files_than_it_may(naam: str) -> None:
    bestanden = {stap.bestand for stap in recepten()[naam]}
    assert 1 <= len(bestanden) <= DOEL[naam]


def _buurttabel(werkmap: Werkmap) -> list[dict]:
    pad = uitgaven(werkmap.pad)[EDITIE] / "buurttabel_2022.parquet"
    return pq.read_table(pad).to_pylist()


def test_the_column_is_published_with_its_state(gemaakt) -> None:
    rijen = _buurttabel(gemaakt[0])
    assert {rij["vrouwen__status"] for rij in rijen} >= {"waargenomen"}
    gezien = [rij for rij in rijen if rij["vrouwen__status"] == "waargenomen"]
    assert all(0 <= rij["vrouwen"] <= rij["inwoners"] + 10 for rij in gezien)
    assert all(rij["vrouwen__ondergrens"] <= rij["vrouwen"] for rij in gezien)


def test_the_figure_is_computed_and_proved(gemaakt) -> None:
    """No release goes out of which the replay, by the row of the figure, says otherwise."""
    pad = uitgaven(gemaakt[0].pad)[EDITIE] / "tabellen" / "kwetsbare_bewoners.parquet"
    rijen = [rij for rij in pq.read_table(pad).to_pylist() if rij["K_marge"] is not None]
    assert rijen
    for rij in rijen:
        marge = rij["K_eind_bovengrens"] - rij["K_eind_ondergrens"]
        assert rij["K_marge"] == pytest.approx(marge, abs=1e-9)


def test_the_source_is_read_and_laid_on_the_areas(gemaakt) -> None:
    werkmap, geleverd = gemaakt
    gevonden = {rij["regiocode"]: rij["schuldhulp_personen"] for rij in _buurttabel(werkmap)}
    assert gevonden == geleverd
    release = json.loads((uitgaven(werkmap.pad)[EDITIE] / "release.json").read_text())
    gedaan = {(c["asset"], c["controle"]): c["feiten"] for c in release["controles"]}
    per_jaar = gedaan["schuldhulp", "samenhang"]["per_jaar"].values()
    assert sum(rij["getoetst"] for rij in per_jaar) >= len(geleverd)


def test_layer_edition_and_threshold_are_those_of_the_oracle(gemaakt) -> None:
    werkmap = gemaakt[0]
    uitgave = uitgaven(werkmap.pad)[EDITIE]
    cat = json.loads((uitgave / "catalogus.json").read_text())
    assert cat["edities"][EDITIE]["parameters"]["tP_punt"] == 0.02
    assert "kwetsbaar_vast" in cat["kaartlagen"]
    anders, cellen = verschillen(werkmap.bronnen, Path(werkmap.tabellen), uitgave, EDITIE)
    assert anders == []
    gebieden = pq.read_metadata(Path(werkmap.tabellen) / "focus" / f"{EDITIE}.parquet").num_rows
    assert cellen >= 24 * gebieden  # eleven layers with class and value, two flags; and the report


def test_the_layer_is_in_every_form_of_the_release(gemaakt) -> None:
    uitgave = uitgaven(gemaakt[0].pad)[EDITIE]
    assert (uitgave / "kwetsbaar_vast.parquet").is_file()
    assert (uitgave / "stijlen" / "kwetsbaar_vast.qml").is_file()
    assert PROJECT not in uitgave.parents
