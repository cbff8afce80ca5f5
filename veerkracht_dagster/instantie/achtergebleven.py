"""Runs whose process is gone: killed, or lost with the machine. They are failed, with the reason.

Dagster would show them as started for ever, and count them among the runs that may be at work at
once: then nothing that is queued starts any more. Its own monitoring asks the launcher, and the
default one cannot tell (`DefaultRunLauncher.supports_check_run_worker_health`).

Here: whether the process of a run still lives, and failing a run that has none. Not here: doing
again what it left (`herbouw/`; Dagster's retries of the runs that a watch asked for).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Collection

import dagster as dg
import psutil

PROCES_TAG = "veerkracht/proces"  # on every run that began: machine, process, and its start
_ONAF = [
    dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING,
]  # fmt: skip
_SPELING = 1.0  # seconds by which the start of one process may be told differently


def dit_proces() -> str:
    """This process, as a tag of the runs that it does itself."""
    return f"{socket.gethostname()}/{os.getpid()}/{psutil.Process().create_time():.2f}"


def meld_proces(instance: dg.DagsterInstance | None, run: dg.DagsterRun | None) -> None:
    """Let a run that is at work here say so; a sensor is no run, and a rebuild's says it itself."""
    if instance is not None and run is not None and PROCES_TAG not in run.tags:
        instance.add_run_tags(run.run_id, {PROCES_TAG: dit_proces()})


def ruim_achtergebleven(
    instance: dg.DagsterInstance, behalve: Collection[str] = ()
) -> dict[str, str]:
    """Fail the runs whose process is gone.

    Args:
        behalve: runs to leave alone.

    Returns: per run that was failed the reason.
    """
    uit = {}
    for run in instance.get_runs(dg.RunsFilter(statuses=_ONAF)):
        reden = None if run.run_id in behalve else _dood(run)
        if reden:
            instance.report_run_failed(run, reden)
            uit[run.run_id] = reden
    return uit


def _dood(run: dg.DagsterRun) -> str | None:
    """Why a run cannot go on; None when it may be alive, or it cannot be told from here."""
    proces = _proces_van(run)
    if proces is None:
        return None
    machine, pid, begin = proces
    if machine != socket.gethostname() or _leeft(pid, begin):
        return None
    return (
        f"Het proces van deze run ({pid} op {machine}) is er niet meer: gedood, of met de machine "
        "uitgevallen. Wat gepubliceerd was staat er nog; een herbouw maakt wat hier onaf bleef."
    )


def _proces_van(run: dg.DagsterRun) -> tuple[str, int, float] | None:
    """Machine, process and since when it was there; unknown of a run that has no process yet."""
    if PROCES_TAG not in run.tags:
        return None
    machine, pid, begin = run.tags[PROCES_TAG].rsplit("/", 2)
    return machine, int(pid), float(begin)


def _leeft(pid: int, begin: float) -> bool:
    """Whether that process is there, and not another one that got its number later."""
    try:
        proces = psutil.Process(pid)
        zelfde = abs(proces.create_time() - begin) < _SPELING
        return zelfde and proces.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
