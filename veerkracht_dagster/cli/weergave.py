"""How the command speaks: tables, JSON, errors.

Here: shared output. Not here: what is said.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

FOUT, VERKEERD_GEBRUIK, NIETS_DAAR = 1, 2, 3
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


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
