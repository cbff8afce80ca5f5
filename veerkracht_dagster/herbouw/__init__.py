"""Rebuilds: what is stale, in which order, and no more than that.

Here: looking at the deliveries, asking Dagster what is stale, launching runs stage by stage.
Not here: what an asset does; the command line (`cli/`).
"""

from veerkracht_dagster.herbouw.herbouwen import HerbouwMislukt, Resultaat, herbouw
from veerkracht_dagster.herbouw.verouderd import Verouderd, neem_waar, verouderde_partities

__all__ = [
    "HerbouwMislukt",
    "Resultaat",
    "Verouderd",
    "herbouw",
    "neem_waar",
    "verouderde_partities",
]
