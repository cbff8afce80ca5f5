"""Rebuilds: what is stale, in which order, and no more than that.

Here: looking at the deliveries, asking Dagster what is stale, launching runs stage by stage.
Not here: what an asset does; the command line (`cli/`).
"""
