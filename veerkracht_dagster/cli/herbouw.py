"""`veerkracht rebuild`: makes the sample if need be, rebuilds with progress, ends with a table.

Here: progress. Not here: the rebuild (`herbouw/`), its closing table (`slot.py`).
"""

from __future__ import annotations

import io
import os
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.cli.weergave import (
    VERKEERD_GEBRUIK,
    fout,
    toon_json,
)
from veerkracht_dagster.herbouw.beurt import Bezig, beurt
from veerkracht_dagster.herbouw.bronnenmerk import AndereBronnen, bind
from veerkracht_dagster.herbouw.werkers import Werkers, aantal_processen
from veerkracht_dagster.machine import vraag_ruimte
from veerkracht_dagster.werkmap import Werkmap

_OMGEVING = {
    # Runs side by side use the cores; threads of libraries within each would only be in the way.
    "OMP_NUM_THREADS": "1",
    # The events of an asset's partitions are stored in one transaction.
    "DAGSTER_EVENT_BATCH_SIZE": "100",
}


@dataclass(frozen=True)
class Herbouwvraag:
    """What is asked of a rebuild, as `herbouw.herbouwen.herbouw` has it."""

    editie: str | None = None
    bron: str | None = None
    alles: bool = False
    verdwenen: str = ""
    verhuisd: bool = False


def voer_uit(vraag: Herbouwvraag, *, wachten: bool, als_json: bool) -> None:
    """Run the command."""
    for naam, waarde in _OMGEVING.items():
        os.environ.setdefault(naam, waarde)
    werkmap = Werkmap.uit_omgeving()
    # Before any other process starts: each finds the instance by it.
    os.environ["DAGSTER_HOME"] = str(werkmap.dagster_home)
    scherm = Console(file=_eigen(sys.stderr if als_json else sys.stdout), highlight=False)
    try:
        processen = aantal_processen()
    except ValueError as verkeerd:
        fout(str(verkeerd), VERKEERD_GEBRUIK)
    vraag_ruimte(werkmap, processen)
    try:
        meld = partial(scherm.print, soft_wrap=True)
        with beurt(werkmap, "veerkracht rebuild", wachten=wachten, meld=meld):
            _met_werkers(werkmap, scherm, processen, vraag, als_json=als_json)
    except Bezig as bezig:
        fout(str(bezig))


def _met_werkers(
    werkmap: Werkmap, scherm: Console, processen: int, vraag: Herbouwvraag, *, als_json: bool
) -> None:
    with Werkers(werkmap, processen) as werkers:
        if vraag.alles or not (werkmap.dagster_home / "history").exists():
            werkers.warm_op()
        _herbouw(werkmap, scherm, werkers, vraag, als_json=als_json)


def _eigen(stroom: TextIO) -> TextIO:
    """The same screen by a way of its own: what steps print meanwhile goes to their logs."""
    try:
        return os.fdopen(os.dup(stroom.fileno()), "w", encoding=stroom.encoding)
    except io.UnsupportedOperation:  # not a file, as in a test
        return stroom


def _herbouw(
    werkmap: Werkmap, scherm: Console, werkers: Werkers, vraag: Herbouwvraag, *, als_json: bool
) -> None:
    try:
        bind(werkmap, nieuw=vraag.verhuisd)
    except AndereBronnen as anders:
        fout(str(anders), VERKEERD_GEBRUIK)
    if werkmap.is_voorbeeld:
        _maak_voorbeeld(werkmap, scherm)
    elif not werkmap.bronnen.is_dir():
        fout(
            f"source folder {werkmap.bronnen} does not exist; set VEERKRACHT_BRONNEN to one",
            VERKEERD_GEBRUIK,
        )
    from veerkracht_dagster.automatisering.geheel import herbouw_als_run
    from veerkracht_dagster.cli import slot
    from veerkracht_dagster.instantie.openen import open_instance

    begin = time.monotonic()
    with open_instance(werkmap) as instance, _Voortgang(scherm) as voortgang:
        resultaat = herbouw_als_run(werkmap, instance, asdict(vraag), voortgang, werkers)
    seconden = time.monotonic() - begin
    if als_json:
        toon_json(slot.als_json(werkmap, resultaat, seconden))
    else:
        slot.toon(scherm, werkmap, resultaat, seconden, vraag.editie)
    if not resultaat.gelukt:
        fout(
            "not all of it was made; what was published before stays as it was. "
            "Put right what is named above and run the same command again."
        )


def _maak_voorbeeld(werkmap: Werkmap, scherm: Console) -> None:
    if werkmap.bronnen.is_dir():
        return
    if Instellingen.uit_omgeving().aan:
        werkmap.bronnen.mkdir(parents=True)  # what is fetched never mixes with an invented country
        return
    from veerkracht_dagster.voorbeeldland import maak_land, schrijf_geheel

    with scherm.status("voorbeeldland maken: de bestanden van de uitgevers"):
        paden = schrijf_geheel(maak_land(), werkmap.bronnen)
    scherm.print(f"voorbeeldland: {len(paden)} bestanden in {werkmap.bronnen}")


class _Voortgang:
    """One line a stage; on a terminal a bar with the step at work."""

    def __init__(self, scherm: Console) -> None:
        self._scherm = scherm
        self._balk = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[stap]:<32}"),
            TimeElapsedColumn(),
            console=scherm,
            transient=False,
        )
        self._taken: dict[str, Any] = {}

    def __enter__(self) -> _Voortgang:
        self._balk.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        for taak in self._taken.values():
            self._balk.update(taak, stap="")
        self._balk.stop()

    def __call__(self, stap: str, asset: str, aantal: int) -> None:
        if stap not in self._taken:
            self._taken[stap] = self._balk.add_task(stap, total=0, stap="")
        taak = self._taken[stap]
        if not asset:
            self._balk.update(taak, total=self._balk.tasks[taak].total + aantal)
        else:
            self._balk.update(taak, advance=aantal, stap=asset)
