"""A work folder belongs to one set of sources, and says so when it is called with another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from veerkracht_dagster.herbouw.bronnenmerk import AndereBronnen, bind
from veerkracht_dagster.werkmap import Werkmap


def test_the_same_sources_again(tmp_path: Path) -> None:
    for _ in range(2):
        bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "een"))


def test_another_folder_is_refused_and_named(tmp_path: Path) -> None:
    bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "een"))
    with pytest.raises(AndereBronnen, match=r"hoort bij de bronmap .*/een, en .*/twee"):
        bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "twee"))
    bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "een"))  # what was said first still holds


def test_a_folder_and_what_is_fetched_are_not_the_same_sources(tmp_path: Path) -> None:
    # What `make rebuild BRONNEN=een` and `make rebuild OPHALEN=ja` give.
    bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "een"))
    with pytest.raises(AndereBronnen, match=r"met .*/werk/geleverd\. .*WERK=map.*VERHUISD=ja"):
        bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "werk" / "geleverd"))


def test_who_says_that_they_moved_is_believed(tmp_path: Path) -> None:
    bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "een"))
    bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "twee"), nieuw=True)
    bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "twee"))
    with pytest.raises(AndereBronnen):
        bind(Werkmap.in_map(tmp_path / "werk", tmp_path / "een"))


def test_a_work_folder_may_move_with_the_sources_in_it(tmp_path: Path) -> None:
    bind(Werkmap.in_map(tmp_path / "werk"))
    shutil.move(tmp_path / "werk", tmp_path / "elders")
    bind(Werkmap.in_map(tmp_path / "elders"))
