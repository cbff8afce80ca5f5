"""The tags that runs carry, and what they tell.

Here: their names, and the reason that others look at. Not here: giving them
(`herbouw/uitvoeren.py`, `automatisering/`).
"""

REDEN_TAG = "veerkracht/reden"  # on every run of a rebuild or of a watch: why it is there
ONTBREEKT = "nog niet gemaakt"  # the reason of a partition that was never made
WACHT_TAG = "veerkracht/wacht"  # on every run that a watch started: the name of the sensor
