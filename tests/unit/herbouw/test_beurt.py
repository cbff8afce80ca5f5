"""One rebuild at a time in a work folder, and a killed one keeps nobody waiting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from veerkracht_dagster.herbouw.beurt import Bezig, beurt
from veerkracht_dagster.werkmap import Werkmap

_HOUDER = """
import sys
from pathlib import Path
from veerkracht_dagster.herbouw.beurt import beurt
from veerkracht_dagster.werkmap import Werkmap
with beurt(Werkmap.in_map(Path(sys.argv[1])), "de ander", meld=lambda t: print(t, flush=True)):
    print("aan de beurt", flush=True)
    sys.stdin.readline()
"""


def _houder(map_: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _HOUDER, str(map_)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _regel(stroom: IO[str] | None) -> str:
    assert stroom is not None
    return stroom.readline().strip()


def test_a_second_rebuild_is_told_who_is_at_work_and_may_refuse(tmp_path: Path) -> None:
    with _houder(tmp_path) as ander:
        assert _regel(ander.stdout) == "aan de beurt"
        wie = rf"al een herbouw bezig: de ander \(proces {ander.pid} op .*niet-wachten"
        with (
            pytest.raises(Bezig, match=wie),
            beurt(Werkmap.in_map(tmp_path), "ik", wachten=False),
        ):
            pass
        ander.kill()


def test_who_waits_says_so_once_and_goes_on_when_the_other_is_done(tmp_path: Path) -> None:
    with _houder(tmp_path) as eerste, _houder(tmp_path) as tweede:
        regels = {_regel(eerste.stdout), _regel(tweede.stdout)}
        wacht = next(regel for regel in regels if regel != "aan de beurt")
        assert "Deze wacht tot die klaar is" in wacht
        klaar, wachter = (eerste, tweede) if f"proces {eerste.pid} " in wacht else (tweede, eerste)
        klaar.communicate("\n", timeout=30)
        assert _regel(wachter.stdout) == "aan de beurt"
        wachter.communicate("\n", timeout=30)


def test_a_killed_rebuild_keeps_nobody_waiting(tmp_path: Path) -> None:
    with _houder(tmp_path) as ander:
        assert _regel(ander.stdout) == "aan de beurt"
        ander.kill()
        ander.wait()
        with beurt(Werkmap.in_map(tmp_path), "ik", wachten=False):
            pass


def test_a_rebuild_that_fails_gives_its_turn_away(tmp_path: Path) -> None:
    werkmap = Werkmap.in_map(tmp_path)
    with pytest.raises(OSError, match="vol"), beurt(werkmap, "ik"):
        raise OSError("vol")
    with beurt(werkmap, "ik", wachten=False):
        pass
