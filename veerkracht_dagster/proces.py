"""How a process of ours starts and ends: without looking at libraries more than it must, and not
outliving who asked for it.

Here: garbage collection and leaving, measured on a rebuild of the sample. Light to import.
Not here: what a process does.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import signal
import sys
import threading
from multiprocessing import parent_process

# Half a million objects of libraries live as long as the process: looking through them for garbage
# at Python's own pace costs a twentieth of a rebuild.
_MINDER_VAAK = (50_000, 20, 50)


def begin() -> None:
    """Look for garbage in cycles less often."""
    gc.set_threshold(*_MINDER_VAAK)


def alles_geladen() -> None:
    """What is there now, libraries and definitions, stays: never look through it for garbage."""
    gc.freeze()


def begin_werker() -> None:
    """The start of a process that does runs for another."""
    begin()
    # Ctrl-C is for all processes of a terminal: one that waits for work goes, without a traceback;
    # one that does a run has Dagster's own handler meanwhile, and fails the run first.
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    threading.Thread(target=_eindig_met_ouder, daemon=True).start()
    # Registered first, so done last: taking every library down costs a second more.
    atexit.register(os._exit, 0)


def _eindig_met_ouder() -> None:
    """Without the process that asked for it, a run would go on beside the rebuild after it."""
    if ouder := parent_process():
        ouder.join()
        os._exit(1)


def vertrek(code: object) -> None:
    """Leave with an exit code, after all that was registered for the end has been done."""
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    atexit._run_exitfuncs()
    with contextlib.suppress(BrokenPipeError):  # who reads along may have gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code or 0)
