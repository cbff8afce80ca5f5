"""Where things are kept: the snapshot store with the hashes of files, the files between the stages,
the warehouse.

Here: keeping and finding bytes and tables. Not here: what is in them.
"""
