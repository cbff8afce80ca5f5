"""Set-up happens once, is never half done, and says what it misses.

The real Makefile, in a folder of its own, with a stand-in for `uv` that writes down its calls.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

# Makes a `python` in the virtual environment, as uv would. At the command that FAIL names it does
# HOW: it fails, or takes all down with it, make too, as a power cut does.
UV = """#!/bin/sh
echo "$*" >> uv.log
case "$*" in *"$FAIL"*) test -z "$FAIL" || eval "$HOW" ;; esac
bin=.veerkracht/venv/bin
case "$*" in venv*) mkdir -p $bin && ln -sf {python} $bin/python ;; esac
case "$*" in "pip install"*)
    printf '#!/bin/sh\nmkdir -p "$3"\n' > $bin/veerkracht && chmod +x $bin/veerkracht ;; esac
"""


class Clone:
    """A clone with a stand-in for `uv`, which installs a stand-in for `veerkracht`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("Makefile", "pyproject.toml", "requirements.lock", "dagster.yaml"):
            shutil.copy(ROOT / name, folder)
        self.uv = folder / "uv"
        self.uv.write_text(UV.format(python=sys.executable))
        self.uv.chmod(0o755)

    def make(
        self, *arguments: str, fail: str = "", how: str = "exit 2"
    ) -> subprocess.CompletedProcess[str]:
        """Call make as a user would: without what the make that runs these tests exported."""
        inherited = ("MAKE", "MFLAGS", "VEERKRACHT_", "DAGSTER_HOME", "BRONNEN", "WERK")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(inherited)}
        return subprocess.run(
            ["make", f"UV={self.uv}", f"PYTHON={sys.executable}", *arguments],
            cwd=self.folder,
            env=environment | {"FAIL": fail, "HOW": how},
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # so that `kill -9 0` ends this make, and not the tests
        )

    def uv_calls(self) -> list[str]:
        """The uv commands since the last time this was asked."""
        log = self.folder / "uv.log"
        calls = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [" ".join(call.split()[:2]) if call.startswith("pip") else "venv" for call in calls]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


@pytest.fixture
def ready(clone: Clone) -> Clone:
    """A clone whose set-up is done."""
    assert clone.make("setup").returncode == 0
    assert clone.uv_calls() == ["venv", "pip sync", "pip install"]
    assert (clone.folder / ".veerkracht/werk/voorbeeld/bronnen").is_dir()
    return clone


def test_a_second_set_up_does_nothing(ready: Clone) -> None:
    again = ready.make("setup")
    assert (again.returncode, again.stdout, ready.uv_calls()) == (0, "", [])


@pytest.mark.parametrize(
    ("changed", "calls"),
    [
        ("requirements.lock", ["venv", "pip sync", "pip install"]),  # from an empty environment
        ("pyproject.toml", ["pip install"]),  # the project only, not its libraries
        ("Makefile", []),
    ],
)
def test_a_change_does_only_what_it_asks_for(ready: Clone, changed: str, calls: list[str]) -> None:
    ahead = (ready.folder / ".veerkracht/venv/.ready").stat().st_mtime + 10
    os.utime(ready.folder / changed, (ahead, ahead))
    assert ready.make("setup").returncode == 0
    assert ready.uv_calls() == calls


def test_a_moved_clone_is_set_up_again(ready: Clone) -> None:
    moved = ready.folder.rename(ready.folder.with_name("elsewhere"))
    ready.folder, ready.uv = moved, moved / "uv"
    assert ready.make("setup").returncode == 0
    assert ready.uv_calls() == ["venv", "pip sync", "pip install"]


@pytest.mark.parametrize("how", ["exit 2", "kill -9 0"])
@pytest.mark.parametrize(
    ("fail", "calls"),
    [
        ("venv --", ["venv", "pip sync", "pip install"]),
        ("pip sync", ["venv", "pip sync", "pip install"]),
        ("pip install", ["pip install"]),
    ],
)
def test_a_set_up_that_broke_off_is_not_taken_for_done(
    clone: Clone, fail: str, calls: list[str], how: str
) -> None:
    assert clone.make("setup", fail=fail, how=how).returncode != 0
    clone.uv_calls()
    assert clone.make("setup").returncode == 0
    assert clone.uv_calls() == calls


def test_a_python_that_is_too_old_is_refused_with_the_remedy(clone: Clone) -> None:
    old = clone.folder / "python3.10"
    old.write_text('#!/bin/sh\ntest "$1" = --version && echo Python 3.10.1 && exit\nexit 1\n')
    old.chmod(0o755)
    refused = clone.make("setup", f"PYTHON={old}")
    assert refused.returncode != 0
    assert "needs Python 3.11 or newer" in refused.stderr
    assert "Python 3.10.1" in refused.stderr
    assert "make setup PYTHON=" in refused.stderr


def test_a_folder_of_sources_that_is_not_there_is_refused(clone: Clone) -> None:
    refused = clone.make("rebuild", "BRONNEN=nergens")
    assert refused.returncode != 0
    assert "BRONNEN=nergens is not a folder" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "work", "sources"),
    [
        ([], ".veerkracht/werk/voorbeeld", ""),
        (["BRONNEN=echte bestanden"], ".veerkracht/werk/eigen", "echte bestanden"),
        (["BRON=http"], ".veerkracht/werk/http", ""),
        (["OPHALEN=ja"], ".veerkracht/werk/eigen", ".veerkracht/werk/eigen/geleverd"),
        (["OPHALEN=ja", "BRONNEN=echte bestanden"], ".veerkracht/werk/eigen", "echte bestanden"),
    ],
)
def test_the_sample_and_real_files_each_have_their_own_instance(
    ready: Clone, arguments: list[str], work: str, sources: str
) -> None:
    (ready.folder / "echte bestanden").mkdir()
    lines = ready.make("-s", "env", *arguments).stdout.splitlines()
    home = ready.folder / work / "dagster_home"
    assert lines[:3] == [
        f'export VEERKRACHT_WERK="{ready.folder / work}"',
        f'export VEERKRACHT_BRONNEN="{ready.folder / sources if sources else ""}"',
        f'export DAGSTER_HOME="{home}"',
    ]
    fetching = "ja" if "OPHALEN=ja" in arguments else ""
    assert f'export VEERKRACHT_OPHALEN="{fetching}"' in lines
    assert (home / "dagster.yaml").read_text() == (ROOT / "dagster.yaml").read_text()


def test_clean_removes_all_that_make_wrote(ready: Clone) -> None:
    ready.make("-s", "env")
    assert ready.make("clean").returncode == 0
    assert not (ready.folder / ".veerkracht").exists()
    assert (ready.folder / "pyproject.toml").exists()


def test_help_names_every_target_that_is_for_people(clone: Clone) -> None:
    listed = {line.split()[1] for line in clone.make().stdout.splitlines() if "  make " in line}
    phony = next(
        line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY:")
    )
    assert listed == set(phony.split()[1:]) - {"home", "FORCE"}


@pytest.mark.parametrize("name", ["met spaties en (haken)", "müşteri'nin klasörü"])
def test_a_clone_may_stand_in_any_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    clone = Clone(tmp_path / name)
    assert clone.make("setup").returncode == 0
    assert clone.uv_calls() == ["venv", "pip sync", "pip install"]
    assert clone.make("setup").stdout == ""
    assert clone.uv_calls() == []


def test_the_uv_of_the_environment_itself_is_not_used_to_remove_it(ready: Clone) -> None:
    # After `eval "$(make -s env)"` it is the first on PATH, and a set-up begins with removing it.
    own = ready.folder / ".veerkracht/venv/bin"
    shutil.copy(ready.uv, own / "uv")
    path = f"{own}:{ready.folder}:{os.environ['PATH']}"
    found = subprocess.run(
        ["make", "--eval", "which: ; @echo $(UV)", "which"],
        cwd=ready.folder, env={**os.environ, "PATH": path}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert found.stdout.strip() == str(ready.uv)


@pytest.fixture
def of_another(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clone, dict]]:
    """A clone that is set up by somebody else, and how to run as who has no rights in it."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # where anyone may come
    folder.chmod(0o755)
    clone = Clone(folder)
    assert clone.make("setup").returncode == 0
    if os.getuid() == 0:  # for whom rights do not hold
        yield clone, {"user": 65534, "group": 65534, "extra_groups": []}
    else:
        (folder / ".veerkracht").chmod(0o555)
        yield clone, {}
        (folder / ".veerkracht").chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("hidden", [False, True], ids=["to be read", "not to be read"])
def test_who_has_no_rights_removes_nothing_and_is_told(of_another: tuple, hidden: bool) -> None:
    clone, as_another = of_another
    stamp = clone.folder / ".veerkracht/venv/.libraries"
    if hidden:
        stamp.chmod(0)
    else:
        stamp.write_text("elsewhere")  # as in a clone that was moved
    before = sorted((clone.folder / ".veerkracht/venv/bin").iterdir())
    refused = subprocess.run(
        ["make", f"UV={clone.uv}", f"PYTHON={sys.executable}", "status"],
        cwd=clone.folder, capture_output=True, text=True, check=False, **as_another,
    )  # fmt: skip
    assert refused.returncode != 0
    assert "is not yours to read and write" in refused.stderr
    assert "Nothing was removed" in refused.stderr
    assert sorted((clone.folder / ".veerkracht/venv/bin").iterdir()) == before


PIP = """#!/bin/sh
case "$*" in
    *version_info*) exit 0 ;;
    "-m venv"*) mkdir -p .veerkracht/venv/bin && cp "$0" .veerkracht/venv/bin/python
        printf '#!/bin/sh\\nmkdir -p "$3"\\n' > .veerkracht/venv/bin/veerkracht
        chmod +x .veerkracht/venv/bin/veerkracht ;;
    *"--require-hashes"*)
        for n in $(seq 60); do echo "Collecting lib$n"; echo "  Using cached x"; done
        echo "Installing collected packages: all"; exit {code} ;;
esac
"""


@pytest.mark.parametrize("code", [0, 1])
def test_with_pip_set_up_is_quiet_and_shows_how_far_it_is(clone: Clone, code: int) -> None:
    python = clone.folder / "python3"
    python.write_text(PIP.format(code=code))
    python.chmod(0o755)
    said = clone.make("setup", "UV=", f"PYTHON={python}")
    lines = said.stderr.splitlines()
    assert "with pip; 2 to 6 minutes" in lines[0]
    assert [line.split()[0] for line in lines[1:3]] == ["25", "50"]
    assert "all are here: unpacking" in lines[3]
    assert (said.returncode == 0) == (code == 0)
    if code:
        assert "all that it said is in .veerkracht/setup.log" in said.stderr
        assert not (clone.folder / ".veerkracht/venv/.libraries").exists()
    else:
        assert len(lines) < 8, said.stderr
