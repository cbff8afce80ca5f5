"""Receipts: where a published figure comes from, and whether it can be computed again.

Here: which files a table was made of, carried along with it; a second reading of the raw files, a
second computation that shares no code with the stages, and the audit of a release by both.
Not here: making any figure that is published.
"""
