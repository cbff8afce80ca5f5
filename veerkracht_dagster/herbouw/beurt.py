"""One rebuild at a time in a work folder: whose turn it is, and waiting for it.

Held by a lock of the operating system, which ends with the process that has it: no file that stays
behind can keep anybody waiting. Who is at work stands beside it, to be read by who waits.

Here: the turn. Not here: the rebuild (`herbouwen.py`), publishing at the same time from the UI
(`publicatie/publiceren.py`).
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from veerkracht_dagster.werkmap import Werkmap

_SLOT, _WIE = ".herbouw.slot", ".herbouw.json"


class Bezig(RuntimeError):
    """Another rebuild is at work in this work folder, and nobody wanted to wait for it."""


@contextmanager
def beurt(
    werkmap: Werkmap,
    wat: str,
    *,
    wachten: bool = True,
    meld: Callable[[str], None] = lambda _: None,
) -> Iterator[None]:
    """The only rebuild in a work folder, from here to the end of the block.

    Args:
        wat: who asks, in words: for who has to wait.
        wachten: wait for a rebuild that is at work; else refuse.
        meld: told once, before waiting.

    Raises:
        Bezig: another one is at work, and `wachten` is off.
    """
    werkmap.pad.mkdir(parents=True, exist_ok=True)
    slot, wie = FileLock(werkmap.pad / _SLOT), werkmap.pad / _WIE
    try:
        slot.acquire(blocking=False)
    except Timeout:
        bezig = f"In {werkmap.pad} is al een herbouw bezig: {_wie(wie)}"
        if not wachten:
            raise Bezig(f"{bezig}. Probeer het straks weer, of laat --niet-wachten weg.") from None
        meld(f"{bezig}. Deze wacht tot die klaar is.")
        slot.acquire()
    try:
        wie.write_text(json.dumps(_ik(wat)), encoding="utf-8")
        yield
        wie.unlink(missing_ok=True)
    finally:
        slot.release()


def _ik(wat: str) -> dict[str, str | int]:
    nu = datetime.now().astimezone()
    return {
        "wat": wat,
        "proces": os.getpid(),
        "machine": socket.gethostname(),
        "sinds": f"{nu:%d-%m %H:%M}",
    }


def _wie(pad: Path) -> str:
    """Who has the turn; unknown in the instant before it wrote that down."""
    with suppress(OSError, ValueError, KeyError):
        wie = json.loads(pad.read_text(encoding="utf-8"))
        return f"{wie['wat']} (proces {wie['proces']} op {wie['machine']}, sinds {wie['sinds']})"
    return "net begonnen"
