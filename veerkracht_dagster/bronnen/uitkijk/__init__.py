"""The watch: what publishers have now, and what of it is new.

Here: asking for marks only (`merken.py`), remembering them (`gezien.py`), the publisher's list of
tables (`catalogi.py`), what kind of change came (`verschil.py`), what is due (`kalender.py`).
Not here: fetching (`ophalen/`), or what Dagster does about it (`automatisering/`).
"""
