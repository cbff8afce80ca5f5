"""How the command speaks: tables, JSON, errors, and the instance it works on.

Here: shared output. Not here: what is said.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    import dagster as dg
    from rich.console import Console
    from rich.table import Table

    from veerkracht_dagster.werkmap import Werkmap

FOUT, VERKEERD_GEBRUIK, NIETS_DAAR = 1, 2, 3
_DAGSTER_YAML = Path(__file__).parents[2] / "dagster.yaml"


def toon_json(inhoud: Any) -> None:
    """Print JSON on standard output."""
    typer.echo(json.dumps(inhoud, ensure_ascii=False, indent=2, default=str))


def toon_tabel(scherm: Console, tabel: Table) -> None:
    """Print a table whole: a code, figure or path that is cut off is of no use to anyone."""
    breed = scherm.measure(tabel, options=scherm.options.update(max_width=10_000)).maximum
    eigen = scherm.width
    scherm.width = max(eigen, breed)
    try:
        scherm.print(tabel, crop=False)
    finally:
        scherm.width = eigen


def fout(melding: str, code: int = FOUT) -> NoReturn:
    """Print an error on standard error and stop with `code`."""
    typer.secho(
        f"veerkracht: {melding}", err=True, fg=typer.colors.RED if sys.stderr.isatty() else None
    )
    raise typer.Exit(code)


def open_instance(werkmap: Werkmap) -> dg.DagsterInstance:
    """The Dagster instance of the work folder, made with the project's dagster.yaml if new."""
    import dagster as dg

    thuis = werkmap.dagster_home
    thuis.mkdir(parents=True, exist_ok=True)
    if _DAGSTER_YAML.is_file():
        _kopieer_als_anders(_DAGSTER_YAML, thuis / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(thuis)
    return dg.DagsterInstance.get()


def _kopieer_als_anders(van: Path, naar: Path) -> None:
    if not naar.is_file() or naar.read_bytes() != van.read_bytes():
        shutil.copyfile(van, naar)
