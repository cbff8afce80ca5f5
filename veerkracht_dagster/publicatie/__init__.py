"""Publication: stage, audit, swap; release files, warehouse tables, release description.

Here: writing what was made, and proving that what is written equals what was made.
Not here: computing any figure, class or colour.
"""
