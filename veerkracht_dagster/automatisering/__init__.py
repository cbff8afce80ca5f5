"""Automation: sensors that watch publishers and deliveries, schedules, and what they start.

Here: turning what is seen into runs (`sensoren.py`), times (`roosters.py`), jobs (`taken.py`).
Not here: asking publishers (`bronnen/uitkijk/`), what a run does (`assets_defs/`), what is stale
(`herbouw/`).
"""
