"""The `veerkracht` command.

Here: commands, options, what is printed, exit codes (0 done, 1 failed, 2 wrong use, 3 nothing
there).
Not here: the work itself.
"""

from veerkracht_dagster.cli.app import app

__all__ = ["app"]
