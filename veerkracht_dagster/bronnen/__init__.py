"""Stage `bronnen`: a publisher's file is found, kept untouched and read into a typed table.

`vindplaatsen.vind` finds the files of a source and year, `vastleggen.leg_vast` keeps them as
snapshots, `lezen.lees` reads the snapshots into the table of the catalogue.
Not here: any figure the publisher did not write.
"""
