"""Measuring a task in a fresh process: wall time, processor time and peak memory.

Here: starting the process and reading what the system says it used; printing a line per figure.
Not here: what is measured (`bench_*.py`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

CODE = Path(__file__).resolve().parents[1]
STANDAARDMAP = CODE / ".veerkracht" / "bench"
_KIND = "--kind"
Taak = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True)
class Meting:
    """What a process used: `wand` and `cpu` (user and system) in seconds, `piek` in MiB.

    `uitkomst` is the JSON it gave back, empty if it gave none.
    """

    wand: float
    cpu: float
    piek: float
    uitkomst: dict[str, Any] = field(default_factory=dict)


def meet(
    opdracht: Sequence[str | Path], omgeving: Mapping[str, str] | None = None, fout: int = 0
) -> Meting:
    """Run a command and measure it, its start-up included; JSON on its output is the outcome.

    Raises:
        SystemExit: the command ended otherwise than with `fout`; what it printed is shown.
    """
    with tempfile.TemporaryFile() as uitvoer, tempfile.TemporaryFile() as fouten:
        begin = monotonic()
        proces = subprocess.Popen(
            [str(deel) for deel in opdracht],
            env={**os.environ, "PYTHONPATH": str(CODE), **(omgeving or {})},
            stdout=uitvoer,
            stderr=fouten,
        )
        # The usage of this one child, and of no other that this process ever started.
        _, status, gebruik = os.wait4(proces.pid, 0)
        wand = monotonic() - begin
        proces.returncode = os.waitstatus_to_exitcode(status)
        uitvoer.seek(0)
        fouten.seek(0)
        if proces.returncode != fout:
            raise SystemExit(f"{opdracht} failed:\n{fouten.read().decode(errors='replace')}")
        tekst = uitvoer.read().decode()
    naar_mib = 1 / 1024**2 if sys.platform == "darwin" else 1 / 1024
    return Meting(
        wand,
        gebruik.ru_utime + gebruik.ru_stime,
        gebruik.ru_maxrss * naar_mib,
        json.loads(tekst) if tekst.startswith("{") else {},
    )


def meet_taak(taak: Taak, *argumenten: str | Path) -> Meting:
    """Run a task of the calling script in a fresh process (see `hoofd`) and measure it."""
    script = sys.modules["__main__"].__file__
    assert script is not None
    return meet([sys.executable, script, _KIND, taak.__name__, *map(str, argumenten)])


def hoofd(begin: Callable[[], None], *taken: Taak) -> None:
    """The main program of a benchmark: `begin`, or in a process of `meet_taak` one of `taken`."""
    if sys.argv[1:2] == [_KIND]:
        naam, *argumenten = sys.argv[2:]
        print(json.dumps({taak.__name__: taak for taak in taken}[naam](*argumenten) or {}))
    else:
        begin()


def regel(naam: str, meting: Meting, doel: str = "") -> None:
    """Print one figure, and what it is compared with."""
    print(
        f"{naam:<52} {meting.wand:7.1f} s wall {meting.cpu:7.1f} s cpu {meting.piek:7.0f} MiB"
        f"   {doel}".rstrip(),
        flush=True,
    )


def druk() -> str:
    """How busy the machine is: on a busy one, the wall time says little."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
