"""What the steps of a run print, kept for the UI.

Here: Dagster's own store of it, without the copy to the screen where a command shows its progress
there: that copy costs four processes per run, together a tenth of a rebuild of the sample.
Of the local, embedded instance only: named in `dagster.yaml`, and not by one on PostgreSQL.
Not here: what is kept, or how (Dagster's own class does that); events (`gebeurtenissen.py`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from veerkracht_dagster.instantie.intern import (
    IO_TYPE_EXTENSION,
    CapturedLogContext,
    ComputeIOType,
    LocalComputeLogManager,
    compute_logs_directory,
    ensure_file,
    redirect_to_file,
    touch_file,
)


class Uitvoerlogs(LocalComputeLogManager):
    """The default store. `spiegelen`: also show on the screen what steps print."""

    spiegelen = True

    @classmethod
    def config_type(cls) -> Any:
        """No settings: the files are where Dagster's own class has them."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Uitvoerlogs:
        """Made by Dagster from `dagster.yaml`."""
        return cls(compute_logs_directory(os.environ["DAGSTER_HOME"]), inst_data=inst_data)

    @contextmanager
    def capture_logs(self, log_key: Sequence[str]) -> Iterator[CapturedLogContext]:
        """Keep what is printed until the end of the block."""
        if self.spiegelen:
            with super().capture_logs(log_key) as context:
                yield context
            return
        uit, fout = (
            self.get_captured_local_path(log_key, IO_TYPE_EXTENSION[soort])
            for soort in (ComputeIOType.STDOUT, ComputeIOType.STDERR)
        )
        ensure_file(uit)
        ensure_file(fout)
        with redirect_to_file(sys.stdout, uit), redirect_to_file(sys.stderr, fout):
            yield CapturedLogContext(log_key)
        touch_file(self.complete_artifact_path(log_key))
