"""The files with which Dagster and the linter are set up do what they are for."""

import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

ROOT = Path(__file__).parents[3]


def test_the_instance_is_quiet_and_runs_two_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.telemetry_enabled is False
        assert instance.nux_enabled is False
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 2


def test_dagster_dev_and_dg_load_the_same_definitions() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text())
    module = workspace["load_from"][0]["python_module"]
    assert module["module_name"] == "veerkracht_dagster.definitions"
    assert (
        f'code_location_target_module = "{module["module_name"]}"'
        in (ROOT / "pyproject.toml").read_text()
    )


@pytest.mark.parametrize("package", ["assets_defs", "veerkracht_dagster"])
def test_top_level_packages_are_empty(package: str) -> None:
    # Anything here makes the import of the definitions circular.
    assert (ROOT / package / "__init__.py").read_text() == ""


@pytest.mark.parametrize(
    ("path", "refused"),
    [("assets_defs/x.py", True), ("veerkracht_dagster/bronnen/x.py", False)],
)
def test_lint_refuses_postponed_annotations_in_asset_modules(
    tmp_path: Path, path: str, refused: bool
) -> None:
    # They break assets with an annotated `context`, and only when a run starts.
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    module = tmp_path / path
    module.parent.mkdir(parents=True)
    module.write_text('"""X."""\n\nfrom __future__ import annotations\n')
    ruff = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "TID251", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("TID251" in ruff.stdout) is refused
    assert ruff.returncode == int(refused)
