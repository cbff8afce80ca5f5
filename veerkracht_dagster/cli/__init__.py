"""The `veerkracht` command.

Here: commands, options, what is printed, exit codes (0 done, 1 failed, 2 wrong use, 3 nothing
there).
Not here: the work itself.
"""

from veerkracht_dagster.cli.app import app
from veerkracht_dagster.proces import begin, vertrek

__all__ = ["app", "main"]


def main() -> None:
    """The command line: runs a command, and leaves with its exit code."""
    begin()
    try:
        app()
    except SystemExit as einde:
        vertrek(einde.code)
