"""Where a figure comes from: what a table was made of, carried along with it.

Here: the trail from a published figure back to the publishers' files.
Not here: those files and their cards (`opslag/snapshots.py`), what columns are made of
(`catalogus/`).
"""
