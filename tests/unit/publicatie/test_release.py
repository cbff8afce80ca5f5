"""release.json: what it says, and when two releases are the same."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.unit.publicatie.voorbeelduitgave import KLEIN as CAT
from tests.unit.publicatie.voorbeelduitgave import inhoud_van
from tests.unit.publicatie.voorbeelduitgave import maak_uitgave as maak_hele_uitgave
from veerkracht_dagster.publicatie.kenmerk import inhoud_kenmerk
from veerkracht_dagster.publicatie.release import (
    ReleaseFout,
    beschrijf,
    git_commit,
    is_gaaf,
    klassentelling,
    lees_release,
    schrijf_release,
)
from veerkracht_dagster.publicatie.uitgave import Uitgave


def maak_uitgave() -> Uitgave:
    return maak_hele_uitgave(cat=CAT)


def test_areas_without_a_polygon_are_counted_per_gemeente(tmp_path: Path) -> None:
    uitgave = maak_uitgave()
    for naam, laag in uitgave.lagen.items():
        kaart = laag.geometry.where(laag["gemeentecode"] == "GM0001")
        uitgave.lagen[naam] = laag.set_geometry(kaart)
    beschreven = partial(
        beschrijf,
        cat=CAT,
        release_id="x",
        map_release=tmp_path,
        vorige=None,
        gemaakt=datetime.now(UTC),
    )
    assert beschreven(uitgave).zonder_vlak == {"GM0002": 8}
    assert beschreven(maak_uitgave()).zonder_vlak == {}


def test_of_a_layer_without_a_measurement_no_class_is_said_to_have_none() -> None:
    uitgave = maak_uitgave()
    geen, laag = CAT.geen_meting.code, uitgave.lagen["focus"]
    vol = klassentelling("focus", uitgave, CAT)
    assert vol.keys() == {*map(str, CAT.kaartlagen["focus"].klassen), str(geen)}
    uitgave.lagen["focus"] = laag.assign(klasse=geen)
    assert klassentelling("focus", uitgave, CAT) == {str(geen): len(laag)}


def _kenmerk(u: Uitgave) -> str:
    return inhoud_kenmerk(u, inhoud_van(u, CAT), CAT)


def _anders(u: Uitgave, **velden: object) -> Uitgave:
    return dataclasses.replace(u, **velden)  # type: ignore[arg-type]


def _andere_waarde(u: Uitgave) -> Uitgave:
    u.lagen["focus"].loc[2, "waarde"] += 1e-12
    return u


def _verschoven_grens(u: Uitgave) -> Uitgave:
    laag = u.lagen["focus"]
    laag.geometry = laag.geometry.translate(0.001)
    return u


def _cijfers_verwisseld(u: Uitgave) -> Uitgave:
    tabel = u.indicatoren["kwetsbare_bewoners"]
    tabel.loc[[0, 1], "dK"] = tabel.loc[[1, 0], "dK"].to_numpy()
    return u


def _andere_drempel(u: Uitgave) -> Uitgave:
    parameters = u.editie.parameters.model_copy(update={"tK_procentpunt": 2.0})
    return _anders(u, editie=u.editie.model_copy(update={"parameters": parameters}))


@pytest.mark.parametrize(
    "verander",
    [
        _andere_waarde,
        _verschoven_grens,
        _cijfers_verwisseld,
        _andere_drempel,
        lambda u: _anders(u, buurttabellen={2014: u.buurttabellen[2014]}),
        lambda u: _anders(u, kaarten=[{"sha256": "cd" * 32}]),
    ],
)
def test_other_contents_have_another_mark(verander: Callable[[Uitgave], Uitgave]) -> None:
    assert _kenmerk(verander(maak_uitgave())) != _kenmerk(maak_uitgave())


@pytest.mark.parametrize(
    "verander",
    [
        lambda u: u,
        # The same figures in another order are the same.
        lambda u: _anders(u, lagen={k: v.iloc[::-1] for k, v in u.lagen.items()}),
        # When, by which code and with which remarks: not what readers get.
        lambda u: _anders(u, git={"commit": "abc", "gewijzigd": True}, versies={"code": "2"}),
        lambda u: _anders(u, kaarten=[{**u.kaarten[0], "opgehaald": "2025-01-01"}]),
    ],
)
def test_the_same_contents_have_the_same_mark(verander: Callable[[Uitgave], Uitgave]) -> None:
    assert _kenmerk(verander(maak_uitgave())) == _kenmerk(maak_uitgave())


def _beschrijf(doel: Path, u: Uitgave, release_id: str = "0123"):
    (doel / "a.csv").write_text("abc")
    return beschrijf(
        u,
        CAT,
        release_id=release_id,
        map_release=doel,
        vorige=None if release_id == "abcd" else _beschrijf(doel, u, "abcd"),
        gemaakt=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    )


def test_release_json_says_it_all(tmp_path: Path) -> None:
    schrijf_release(tmp_path, _beschrijf(tmp_path, maak_uitgave()))
    inhoud = json.loads((tmp_path / "release.json").read_text(encoding="utf-8"))
    assert inhoud["bestanden"] == [
        {
            "naam": "a.csv",
            # printf abc | sha256sum
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "bytes": 3,
        }
    ]
    # 16 areas, classes 1-4 and -9 in turns.
    assert inhoud["klassen"]["corporatiebezit"] == {"1": 4, "2": 3, "3": 3, "4": 3, "-9": 3}
    assert inhoud["parameters"]["tK_procentpunt"] == 1.0
    assert inhoud["kaarten"][0]["bron"] == "cbs_kerncijfers"
    assert inhoud["controles"] == [{"controle": "een_klasse", "geslaagd": True}]
    assert (inhoud["gemaakt"], inhoud["vorige"]) == ("2024-05-06T07:08:09+00:00", "abcd")
    assert (inhoud["editie"], inhoud["niveau"], inhoud["basisjaar"]) == ("2014-2020", "buurt", 2020)


def test_a_release_reads_back_as_it_was_written(tmp_path: Path) -> None:
    release = _beschrijf(tmp_path, maak_uitgave())
    schrijf_release(tmp_path, release)
    assert lees_release(tmp_path) == release
    assert lees_release(tmp_path / "nergens") is None


def test_a_changed_missing_or_extra_file_is_noticed(tmp_path: Path) -> None:
    release = _beschrijf(tmp_path, maak_uitgave())
    assert is_gaaf(tmp_path, release)
    (tmp_path / "a.csv").write_text("abd")  # as many bytes
    assert not is_gaaf(tmp_path, release)
    (tmp_path / "a.csv").write_text("abc")
    (tmp_path / "b.csv").touch()
    assert not is_gaaf(tmp_path, release)


@pytest.mark.parametrize("tekst", ["", "{", "[]", '{"bestanden": []}', '{"bestanden": [{"x": 1}]}'])
def test_a_broken_release_json_is_named(tmp_path: Path, tekst: str) -> None:
    (tmp_path / "release.json").write_text(tekst)
    with pytest.raises(ReleaseFout, match=r"release.json: geen leesbare releasebeschrijving"):
        lees_release(tmp_path)


def test_git_commit_and_whether_files_differ(tmp_path: Path) -> None:
    def git(*opdracht: str) -> str:
        wie = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        uit = subprocess.run(
            ["git", "-C", str(tmp_path), *wie, *opdracht],
            capture_output=True,
            text=True,
            check=True,
        )
        return uit.stdout.strip()

    assert git_commit(tmp_path) is None
    git("init", "-q")
    assert git_commit(tmp_path) is None  # no commit yet
    (tmp_path / "a").touch()
    git("add", "a")
    git("commit", "-q", "-m", "a")
    assert git_commit(tmp_path) == {"commit": git("rev-parse", "HEAD"), "gewijzigd": False}
    (tmp_path / "a").write_text("x")
    assert git_commit(tmp_path) == {"commit": git("rev-parse", "HEAD"), "gewijzigd": True}


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_commit(tmp_path) is None
