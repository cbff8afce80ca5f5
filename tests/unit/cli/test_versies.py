"""`veerkracht bronnen`: every version that came in, and rebuilding from another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from veerkracht_dagster.bronnen.ontvangsten import Ontvangst, Ontvangsten
from veerkracht_dagster.cli import app
from veerkracht_dagster.werkmap import Werkmap

VERKEERD_GEBRUIK, NIETS_DAAR = 2, 3
KWB = ("cbs_kerncijfers", "2020")


def _bronnen(*woorden: str) -> Result:
    return CliRunner().invoke(app, ["bronnen", *woorden], catch_exceptions=False)


@pytest.fixture
def ontvangsten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ontvangsten:
    monkeypatch.setenv("VEERKRACHT_WERK", str(tmp_path))
    return Ontvangsten(Werkmap.in_map(tmp_path).snapshots)


def _bewaar(ontvangsten: Ontvangsten, sha256: str, dag: int, reden: str) -> Ontvangst:
    ontvangst = Ontvangst(
        "cbs_kerncijfers", 2020, (("84799NED.zip", sha256),), f"2021-03-{dag}T02:00:00.000+00:00",
        weg="cbs_v4_bulk", reden=reden,
    )  # fmt: skip
    ontvangsten.bewaar(ontvangst)
    ontvangsten.telt(ontvangst)
    return ontvangst


def test_een_correctie_staat_naast_wat_er_was_en_beide_zijn_te_kiezen(ontvangsten) -> None:
    eerste = _bewaar(ontvangsten, "a" * 64, 26, "Actualisering")
    tweede = _bewaar(ontvangsten, "b" * 64, 27, "Correctie")
    ontvangsten.aanvaardt(tweede)
    alle = json.loads(_bronnen(*KWB, "--json").stdout)
    assert [(o["versie"], o["reden"], o["stand"]) for o in alle] == [
        (eerste.versie, "Actualisering", ""),
        (tweede.versie, "Correctie", "in de tabel"),
    ]
    gekozen = _bronnen(*KWB, "--kies", eerste.versie[:10]).stdout
    assert "gekozen" in gekozen
    assert "veerkracht rebuild --bron cbs_kerncijfers" in gekozen
    assert ontvangsten.gekozen("cbs_kerncijfers", 2020) == eerste
    _bronnen(*KWB, "--kies", "nieuwste")
    assert ontvangsten.gekozen("cbs_kerncijfers", 2020) is None


def test_zonder_meer_langs_welke_weg_alles_kwam(ontvangsten) -> None:
    ontvangsten.aanvaardt(_bewaar(ontvangsten, "a" * 64, 26, "Actualisering"))
    uit_de_map = Ontvangst("cbs_adressen", 2024, (("x.csv", "b" * 64),), "2025-01-01T00:00:00")
    ontvangsten.bewaar(uit_de_map)
    ontvangsten.aanvaardt(uit_de_map)
    rijen = json.loads(_bronnen("--json").stdout)
    assert [(r["bron"], r["jaar"], r["weg"]) for r in rijen] == [
        ("cbs_kerncijfers", 2020, "cbs_v4_bulk"),
        ("cbs_adressen", 2024, "bronnenmap"),
    ]
    regels = [regel.replace("│", " ").split() for regel in _bronnen().stdout.splitlines()]
    assert ["2020", "cbs_v4_bulk"] in regels
    assert ["2024", "bronnenmap"] in regels


def test_wat_er_niet_is(ontvangsten) -> None:
    niets = _bronnen()
    assert (niets.exit_code, "nothing came in yet" in niets.output) == (NIETS_DAAR, True)
    half = _bronnen("cbs_kerncijfers")
    assert (half.exit_code, "of which year?" in half.output) == (VERKEERD_GEBRUIK, True)
    leeg = _bronnen(*KWB)
    assert leeg.exit_code == NIETS_DAAR
    assert "no version of cbs_kerncijfers 2020" in leeg.output
    _bewaar(ontvangsten, "a" * 64, 26, "Actualisering")
    verkeerd = _bronnen(*KWB, "--kies", "zz")
    assert verkeerd.exit_code == VERKEERD_GEBRUIK
    assert "0 versies van cbs_kerncijfers 2020" in verkeerd.output
