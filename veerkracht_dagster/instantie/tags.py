"""The tags that runs carry, and what they tell.

Here: their names. Not here: giving them (`herbouw/uitvoeren.py`, `automatisering/`).
"""

REDEN_TAG = "veerkracht/reden"  # on every run of a rebuild or of a watch: why it is there
WACHT_TAG = "veerkracht/wacht"  # on every run that a watch started: the name of the sensor
