"""Opening the instance of a work folder: settings that name what is gone are refused by name."""

from __future__ import annotations

import pytest

from veerkracht_dagster.instantie.openen import open_instance
from veerkracht_dagster.werkmap import InstantieFout, Werkmap

WEG = """
compute_logs:
  module: veerkracht_dagster.instantie.uitvoerlogs
  class: Uitvoerlogs
"""


def test_a_class_of_ours_that_is_gone_is_told_with_what_to_do(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))  # and put back afterwards
    werkmap = Werkmap.in_map(tmp_path)
    werkmap.dagster_home.mkdir(exist_ok=True)
    (werkmap.dagster_home / "dagster.yaml").write_text(WEG)
    with pytest.raises(InstantieFout, match=r"compute_logs\.module.*haal `compute_logs` met wat"):
        open_instance(werkmap)
