"""A process beside this one, in which files of others are read by libraries in machine code.

Here: starting it, its limits of memory and time, handing it a function and taking what that returns
or raises. Not here: what is read (`dialecten/kaartlagen.py`, `werkboek.py`).

A file can make such a library hang, take all memory or end the process that it is in: a view
without end in a GeoPackage, a workbook with a cell in its last column (asked 400 GB, and aborted).
There it takes nothing along, and the file is refused. The process stays for the next file.
"""

from __future__ import annotations

import atexit
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from veerkracht_dagster.bronnen.fouten import BronFout, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand

# Room for the largest file of a publisher (CBS's squares of 100 m: 0.4 GB), many times over.
GEHEUGEN = 6 << 30
# Time on the processor, and more for a large file.
SECONDEN, BYTES_PER_SECONDE = 20, 1 << 20
# A process that waits for something takes no time on the processor: it is ended too, later.
_KEREN_WACHTEN = 10
_HOOGSTENS_SCHRIJVEN = 1 << 20  # bytes: what it has to say when it ends
_GEEN_GEHEUGEN = 77  # exit code of our own
# Of the environment only what a library needs: no addresses, no passwords.
_OMGEVING = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
             "PYTHONDONTWRITEBYTECODE", "MPLCONFIGDIR", "GDAL_DATA", "PROJ_DATA")  # fmt: skip
_BEGIN = "from veerkracht_dagster.bronnen.leesproces import dien; dien({})"
_WANTROUW = "vertrouw dit bestand niet; haal het opnieuw op bij de uitgever of leverancier"

Uitkomst = TypeVar("Uitkomst")


def lees_apart(functie: Callable[..., Uitkomst], *argumenten: Any, bestand: Bestand) -> Uitkomst:
    """What a function of a module returns or raises, computed in the process beside this one.

    Args:
        bestand: what is read: by its size there is more time, and an error names it.

    Raises:
        BronFout: reading took too much time or memory, or ended the process.
    """
    with _slot:
        lezer = _lezers.pop(os.getpid(), None) or _Lezer()
        try:
            goed, uitkomst = lezer.doe(functie, argumenten, bestand)
        except BaseException:
            lezer.stop()  # nobody waits for its answer any more
            raise
        _lezers[os.getpid()] = lezer
    if goed:
        return uitkomst
    raise uitkomst


class _Lezer:
    """The process. One that ended, or does not answer in time, is of no use any more."""

    def __init__(self) -> None:
        self._verbinding, daar = Pipe()
        # Nameless, and open as long as the process: what it says when it ends.
        self._gezegd = tempfile.TemporaryFile()  # noqa: SIM115
        omgeving = {naam: os.environ[naam] for naam in _OMGEVING if naam in os.environ}
        paden = os.pathsep.join(filter(None, sys.path))
        with daar:
            self._proces = subprocess.Popen(
                [sys.executable, "-c", _BEGIN.format(daar.fileno())],
                pass_fds=[daar.fileno()],
                env={**omgeving, "PYTHONPATH": paden, "OPENBLAS_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._gezegd,
            )

    def doe(
        self, functie: Callable[..., Any], argumenten: Sequence[Any], bestand: Bestand
    ) -> tuple[bool, Any]:
        """Whether the function returned, and what; else what it raised.

        Raises:
            BronFout: the process ended, or gave no answer.
        """
        seconden = SECONDEN + bestand.pad.stat().st_size // BYTES_PER_SECONDE
        try:
            self._verbinding.send((functie, argumenten, seconden))
            if self._verbinding.poll(_KEREN_WACHTEN * seconden):
                goed, uitkomst = self._verbinding.recv()
                return goed, uitkomst
        except (EOFError, ConnectionError):
            raise self._waarom_niet(bestand, seconden) from None
        raise _te_lang(bestand, seconden)

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._proces.kill()
        self._proces.wait()
        self._verbinding.close()
        self._gezegd.close()

    def _waarom_niet(self, bestand: Bestand, seconden: int) -> BronFout:
        code = self._proces.wait()
        self._gezegd.seek(0)
        gezegd = self._gezegd.read().decode(errors="replace").strip().splitlines()
        if code == -signal.SIGXCPU:
            return _te_lang(bestand, seconden)
        if code == _GEEN_GEHEUGEN or any("memory allocation" in regel for regel in gezegd):
            wat = f"een bestand dat bij het lezen meer dan {GEHEUGEN >> 30} GiB geheugen vroeg"
        else:
            laatste = f": {gezegd[-1][:200]}" if gezegd else ""
            wat = f"een bestand waarop het lezen afbrak (code {code}{laatste})"
        return _geweigerd(bestand, wat)


_lezers: dict[int, _Lezer] = {}  # by process: one that was copied does not share the other's
_slot = threading.Lock()


@atexit.register
def _stop() -> None:
    if lezer := _lezers.pop(os.getpid(), None):
        lezer.stop()


def _te_lang(bestand: Bestand, seconden: int) -> BronFout:
    return _geweigerd(bestand, f"een bestand dat na {seconden} s rekenen nog niet gelezen was")


def _geweigerd(bestand: Bestand, gevonden: str) -> BronFout:
    verwacht = "een bestand dat met minder tijd en geheugen te lezen is"
    return bronfout(bestand.waar, gevonden=gevonden, verwacht=verwacht, remedie=_WANTROUW)


def dien(nummer: int) -> None:
    """The process itself: functions from the pipe with this number, until who asks is gone."""
    _begrens(resource.RLIMIT_AS, GEHEUGEN)
    _begrens(resource.RLIMIT_CORE, 0)
    _begrens(resource.RLIMIT_FSIZE, _HOOGSTENS_SCHRIJVEN)
    for wat in (signal.SIGINT, signal.SIGTERM):  # who asks stops, and then this does
        signal.signal(wat, signal.SIG_IGN)
    # pyogrio imports these where they are there, and needs none to read: a second and a half less.
    # None is Python's own word for "not to be imported" (its reference, 5.3.1, The module cache).
    sys.modules |= dict.fromkeys(("geopandas", "pandas", "pyarrow"))  # type: ignore[arg-type]
    with Connection(nummer) as verbinding:
        while True:
            try:
                functie, argumenten, seconden = verbinding.recv()
            except EOFError:
                return
            verbinding.send(_doe(functie, argumenten, seconden))


def _begrens(wat: int, hoogstens: int) -> None:
    """No more than this, and not more than whoever started us may have."""
    mag = [hoogstens, *(x for x in resource.getrlimit(wat) if x != resource.RLIM_INFINITY)]
    resource.setrlimit(wat, (min(mag), min(mag)))


def _doe(functie: Callable[..., Any], argumenten: Sequence[Any], seconden: int) -> tuple[bool, Any]:
    tot = int(sum(os.times()[:2])) + 1 + seconden
    resource.setrlimit(resource.RLIMIT_CPU, (tot, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    try:
        return True, functie(*argumenten)
    except MemoryError:
        sys.exit(_GEEN_GEHEUGEN)
    except Exception as fout:  # noqa: BLE001  raised again by who asked
        return False, fout
