"""Fetching from publishers: their bytes into the snapshot store, and a receipt of what came.

Here: one connection with all its patience (`verbinding.py`), a client per service (`cbs_v4.py`,
`cbs_v3.py`, `bestanden.py`), which of them gives a source and year (`wegen.py`), and which of all
deliveries counts (`innemen.py`).
Not here: reading what came (`bronnen/dialecten/`), noticing that something is new (`uitkijk/`).
Nothing here changes a figure, so it is no part of the code version of the stage.
"""
