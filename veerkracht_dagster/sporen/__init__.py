"""What the stages write down as they go: files, dialect, and the place of a cell in them.

Here: what goes beside a table, and where in a publisher's file a row of it stands. Every stage may
know it; it knows the catalogue only.
Not here: what is made of it afterwards: receipts and the second computation (`bonnen/`, `tweede/`).
"""
