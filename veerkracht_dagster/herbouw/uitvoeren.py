"""Executes the runs of a rebuild in this process.

Here: one run, its tags, following its steps, and what went wrong in words.
Not here: which runs there are (`herbouwen.py`), or in which process (`werkers.py`).
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from assets_defs.weigeren import geweigerd_in
from veerkracht_dagster.herbouw.stappen import job_van, stapdefs
from veerkracht_dagster.instantie.intern import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)
from veerkracht_dagster.instantie.runs import doe_run
from veerkracht_dagster.instantie.tags import REDEN_TAG
from veerkracht_dagster.machine import zin
from veerkracht_dagster.proces import alles_geladen
from veerkracht_dagster.werkmap import Werkmap

Voortgang = Callable[[str, str, int], None]  # (stage, asset or '', number of assets)
RELEASE = "release"
_KLASSE = re.compile(r"^[\w.]+: ")  # the exception's class, which Dagster puts before its message


def zwijg(_stap: str, _asset: str, _aantal: int) -> None:
    """Progress that nobody follows."""


@dataclass(frozen=True)
class Opdracht:
    """A run to do: assets of one stage, and an unbroken range of their partitions.

    verdwenen: why what stood in releases may be gone from them now; see `assets_defs.publicatie`.
    ouder: id of the run that asked for it.
    """

    stap: str
    assets: tuple[str, ...]
    partities: tuple[str, ...]
    reden: str
    verdwenen: str = ""
    ouder: str = ""


@dataclass(frozen=True)
class Mislukking:
    """A step that failed; without an asset it is the run itself.

    geweigerd: the message per partition that the step refused; empty when it does not say which.
    """

    asset: str
    melding: str
    geweigerd: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Uitkomst:
    """What became of a run; `fouten` is empty when it succeeded, and then all of it was made.

    gemaakt: the (asset, partition) pairs that a run made in which something failed.
    """

    run_id: str
    fouten: tuple[Mislukking, ...] = ()
    gemaakt: frozenset[tuple[str, str]] = frozenset()


class Uitvoerder:
    """Does runs on one work folder and one instance."""

    def __init__(
        self, werkmap: Werkmap, instance: dg.DagsterInstance, voortgang: Voortgang = zwijg
    ) -> None:
        self.defs = stapdefs(werkmap, loggers={"stil": volger(voortgang)})
        self.voortgang = voortgang
        self._instance, self._werkmap = instance, werkmap
        alles_geladen()

    def doe(self, opdracht: Opdracht) -> Uitkomst:
        """Do a run and wait for its end.

        Raises:
            KeyboardInterrupt: somebody ended it. To Dagster that is a failed step; it is no
                refusal.
        """
        begonnen = time.time()
        run = doe_run(
            self.defs.resolve_job_def(job_van(opdracht.stap)),
            self._instance,
            assets=opdracht.assets,
            config={"loggers": {"stil": {}}, **_instelling(opdracht)},
            tags={
                ASSET_PARTITION_RANGE_START_TAG: opdracht.partities[0],
                ASSET_PARTITION_RANGE_END_TAG: opdracht.partities[-1],
                REDEN_TAG: opdracht.reden,
            },
            ouder=self._instance.get_run_by_id(opdracht.ouder) if opdracht.ouder else None,
        )
        if run.success:
            return Uitkomst(run.run_id)
        if any(map(_afgebroken, run.filter_events(lambda g: g.is_step_failure))):
            raise KeyboardInterrupt
        fouten = [
            Mislukking(
                str(gebeurtenis.step_key),
                _diepste(gebeurtenis, self._werkmap, begonnen),
                geweigerd_in(gebeurtenis),
            )
            for gebeurtenis in run.filter_events(lambda g: g.is_step_failure)
        ]
        return Uitkomst(
            run.run_id,
            tuple(fouten) or (Mislukking("", f"run {run.run_id} is mislukt"),),
            frozenset(_gemaakt(run)),
        )


def _instelling(opdracht: Opdracht) -> dict[str, Any]:
    if RELEASE not in opdracht.assets or not opdracht.verdwenen:
        return {}
    return {"ops": {RELEASE: {"config": {"verdwenen": opdracht.verdwenen}}}}


def _afgebroken(gebeurtenis: dg.DagsterEvent) -> bool:
    fout = gebeurtenis.step_failure_data.error
    return fout is not None and fout.cls_name == dg.DagsterExecutionInterruptedError.__name__


def _gemaakt(run: dg.JobExecutionResult) -> Iterator[tuple[str, str]]:
    for gebeurtenis in run.filter_events(lambda g: g.is_step_materialization):
        assert gebeurtenis.asset_key is not None  # of a materialization
        yield gebeurtenis.asset_key.to_user_string(), str(gebeurtenis.partition)


def _diepste(gebeurtenis: dg.DagsterEvent, werkmap: Werkmap, begonnen: float) -> str:
    """The innermost message of a failed step: what the user can act upon."""
    gegevens = gebeurtenis.step_failure_data
    if gegevens.user_failure_data and gegevens.user_failure_data.description:
        return gegevens.user_failure_data.description
    fout = gegevens.error
    while fout is not None and fout.cause is not None:
        fout = fout.cause
    if fout is None:
        return "onbekende fout"
    return zin(fout.message, werkmap, begonnen) or _KLASSE.sub("", fout.message.strip())


def volger(voortgang: Voortgang) -> dg.LoggerDefinition:
    """A Dagster logger that prints nothing and tells which step is at work."""

    class Volger(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            gebeurtenis = getattr(record, "dagster_event", None)
            if gebeurtenis is not None and gebeurtenis.is_step_event and gebeurtenis.step_key:
                if gebeurtenis.is_step_start:
                    voortgang(gebeurtenis.job_name.removeprefix("stap_"), gebeurtenis.step_key, 0)
                elif gebeurtenis.is_step_success:
                    voortgang(gebeurtenis.job_name.removeprefix("stap_"), gebeurtenis.step_key, 1)

    @dg.logger
    def stil(_context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("veerkracht.voortgang", level=logging.DEBUG)
        logger.addHandler(Volger())
        return logger

    return stil
