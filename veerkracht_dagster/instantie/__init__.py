"""Dagster's own store, as far as the project has to do with it: the instance and its event log.

Here: opening it, what it keeps and reads for us, the tags of runs, tables through its IO manager,
and the one module that knows Dagster from the inside (`intern.py`).
Not here: files and tables as such (`opslag/`), what is stale (`herbouw/`), assets (`assets_defs/`).
"""
