"""The second hand: every published figure computed once more, from the publishers' files.

Here: a second reading of the raw files (`ruw/`), the crosswalk made again (`hertellen/`), the
replay of an edition, the comparison, and the gate before publication. It shares no code with the
stages; what it computes by is `rekenwijze/`.
Not here: making any figure that is published, receipts (`bonnen/`), a release on disk (`audit/`).
"""
