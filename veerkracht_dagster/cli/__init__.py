"""The `veerkracht` command.

Here: commands, options, what is printed, exit codes (0 done, 1 failed, 2 wrong use, 3 nothing
there).
Not here: the work itself.
"""

import sys
import time

from veerkracht_dagster import machine
from veerkracht_dagster.catalogus.fouten import CatalogusFout
from veerkracht_dagster.cli.app import app
from veerkracht_dagster.cli.weergave import FOUT
from veerkracht_dagster.proces import begin, vertrek
from veerkracht_dagster.werkmap import InstantieFout, Werkmap

__all__ = ["app", "main"]


def main() -> None:
    """The command line: runs a command, and leaves with its exit code."""
    begin()
    begonnen = time.time()
    werkmap = Werkmap.uit_omgeving()
    try:
        machine.begin(werkmap)
        app()
    except (
        CatalogusFout,
        InstantieFout,
    ) as mis:  # a sentence per mistake, and no inside of the program
        print(mis, file=sys.stderr)
        vertrek(FOUT)
    except SystemExit as einde:
        vertrek(einde.code)
    except Exception as fout:
        zin = machine.waarom(fout, werkmap, begonnen)
        if zin is None:
            raise
        print(f"veerkracht: {zin}", file=sys.stderr)
        vertrek(FOUT)
