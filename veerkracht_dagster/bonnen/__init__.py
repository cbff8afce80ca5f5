"""Receipts: where one published figure comes from, down to the raw text in a publisher's file.

Here: the tree of one figure, what a release says of itself for it, its forms in words, as PROV and
as a bundle that recomputes itself.
Not here: the rules (`rekenwijze/`), reading raw files (`tweede/ruw/`), all figures (`tweede/`).
"""
