"""Runs of a rebuild side by side: in this process, and in others that stay.

Here: starting processes, dividing runs, gathering outcomes. Light to import, so that a process can
start before Dagster is there.
Not here: a run itself (`uitvoeren.py`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from veerkracht_dagster.proces import begin_werker

if TYPE_CHECKING:
    import dagster as dg

    from veerkracht_dagster.herbouw.uitvoeren import Opdracht, Uitkomst, Uitvoerder
    from veerkracht_dagster.werkmap import Werkmap

# More gain little: a stage waits for its slowest part.
HOOGSTENS = 2


def aantal_processen() -> int:
    """How many runs at once: VEERKRACHT_PROCESSEN, else one per core that this process may use."""
    gevraagd = os.environ.get("VEERKRACHT_PROCESSEN")
    if gevraagd:
        if not gevraagd.isdecimal() or int(gevraagd) < 1:
            raise ValueError(f"VEERKRACHT_PROCESSEN={gevraagd}: verwacht een heel getal vanaf 1")
        return int(gevraagd)
    kernen = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(HOOGSTENS, kernen or 1)


class Werkers:
    """Processes that do runs, besides this one. Without any, all runs are done here, in turn."""

    def __init__(self, werkmap: Werkmap, processen: int = 1) -> None:
        self.processen = processen
        self._werkmap, self._warm = werkmap, False
        # Spawned, not forked: a process with threads and open databases cannot be copied safely.
        self._pool = (
            ProcessPoolExecutor(
                processen - 1, mp_context=get_context("spawn"), initializer=begin_werker
            )
            if processen > 1
            else None
        )

    def __enter__(self) -> Werkers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def warm_op(self) -> None:
        """Let the processes start and import what they need, while this one does something else."""
        if self._pool is not None:
            self._warm = True
            self._pool.submit(_warm_op)

    def bereid_voor(self, instance: dg.DagsterInstance) -> None:
        """Let warm processes open the instance, while this one looks at what is stale."""
        if self._pool is not None and self._warm:
            self._pool.submit(_bereid_voor, self._werkmap, instance.get_ref())

    def doe(
        self,
        opdrachten: Sequence[Opdracht],
        hier: Uitvoerder,
        instance: dg.DagsterInstance,
    ) -> list[Uitkomst]:
        """Do all runs and wait for them; the outcomes are in the order of the runs."""
        uit: dict[int, Uitkomst] = {}
        elders: dict[int, Future[Uitkomst]] = {}
        for nummer, opdracht in enumerate(opdrachten):
            if self._pool is not None and nummer % self.processen:
                try:
                    taak = self._pool.submit(_doe, self._werkmap, instance.get_ref(), opdracht)
                except BrokenProcessPool:  # it stopped while it had nothing to do
                    self._pool = None
                else:
                    elders[nummer] = taak
        for nummer, opdracht in enumerate(opdrachten):
            if nummer not in elders:
                uit[nummer] = hier.doe(opdracht)
        for nummer, toekomst in elders.items():
            uit[nummer] = _uitkomst(toekomst)
            hier.voortgang(opdrachten[nummer].stap, " ", len(opdrachten[nummer].assets))
        return [uit[nummer] for nummer in range(len(opdrachten))]


def _uitkomst(toekomst: Future[Uitkomst]) -> Uitkomst:
    from veerkracht_dagster.herbouw.uitvoeren import Mislukking, Uitkomst

    try:
        return toekomst.result()
    except BrokenProcessPool:
        melding = (
            "een werkproces is gestopt voor zijn run klaar was (te weinig geheugen?); draai "
            "opnieuw met VEERKRACHT_PROCESSEN=1"
        )
        return Uitkomst("", (Mislukking("", melding),))


_hier: dict[Werkmap, Uitvoerder] = {}


def _warm_op() -> None:
    import veerkracht_dagster.herbouw.uitvoeren
    import veerkracht_dagster.kaartlagen.afbeelding  # noqa: F401  read late, because it is slow


def _uitvoerder(werkmap: Werkmap, ref: Any) -> Uitvoerder:
    """In another process: its definitions and instance are made once."""
    import dagster as dg

    from veerkracht_dagster.herbouw.uitvoeren import Uitvoerder

    if werkmap not in _hier:
        _hier[werkmap] = Uitvoerder(werkmap, dg.DagsterInstance.from_ref(ref))
    return _hier[werkmap]


def _bereid_voor(werkmap: Werkmap, ref: Any) -> None:
    _uitvoerder(werkmap, ref)


def _doe(werkmap: Werkmap, ref: Any, opdracht: Opdracht) -> Uitkomst:
    return _uitvoerder(werkmap, ref).doe(opdracht)
