"""The wiring: one function that makes the Dagster definitions for the UI, the CLI and tests.

Here: which jobs, sensors and schedules come beside the stages.
Not here: the stages (`herbouw/stappen.py`), or any of the bodies.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from veerkracht_dagster.automatisering.bonnen import bon
from veerkracht_dagster.automatisering.roosters import PEILJARENJOB, roosters
from veerkracht_dagster.automatisering.sensoren import sensoren
from veerkracht_dagster.automatisering.taken import bijwerken, herinnering
from veerkracht_dagster.automatisering.verouderd import VEROUDERD_ASSET, verouderd_job
from veerkracht_dagster.herbouw.beloop import Beloop, als_hulpbron
from veerkracht_dagster.herbouw.stappen import onderdelen, stapjobs
from veerkracht_dagster.werkmap import Werkmap


def build_defs(werkmap: Werkmap | None = None, **overrides: Any) -> dg.Definitions:
    """The definitions on a work folder (default: from the environment).

    overrides: arguments of `dg.Definitions` to replace, such as `resources`.
    """
    jobs = stapjobs()
    delen = onderdelen(werkmap or Werkmap.uit_omgeving(), jobs)
    delen["jobs"] += [bijwerken, herinnering, bon, PEILJARENJOB, verouderd_job]
    delen["assets"] = [*delen["assets"], VEROUDERD_ASSET]
    delen["resources"]["beloop"] = als_hulpbron(Beloop())
    delen["sensors"] = sensoren(jobs["bronnen"])
    delen["schedules"] = roosters(jobs["bronnen"])
    return dg.Definitions(**(delen | overrides))


defs = build_defs()
