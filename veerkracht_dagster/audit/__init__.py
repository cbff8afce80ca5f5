"""The audit of what is published, after the fact.

Here: a release on disk and in the warehouse, beside the second computation and its raw files.
Not here: that computation (`tweede/`), the judgement before publication (`publicatie/audit.py`).
"""
