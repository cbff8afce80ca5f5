"""What the release calendar expects by now, and how old the newest peiljaar of a source is.

Here: arithmetic with dates only. Not here: what is there (`ophalen/innemen.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from veerkracht_dagster.catalogus.models import Kalender


def verschenen(kalender: Kalender, jaar: int, vandaag: date) -> bool:
    """Whether a peiljaar should be out by today."""
    return (vandaag.year, vandaag.month) > (jaar + kalender.na, kalender.maand)


def verwacht(kalender: Kalender, jaren: Iterable[int], vandaag: date, eerste: int) -> list[int]:
    """The peiljaren that should be out by today; with `elke` 2, every second one from `eerste`."""
    return [
        jaar
        for jaar in jaren
        if (jaar - eerste) % kalender.elke == 0
        and (kalender.vanaf is None or jaar >= kalender.vanaf)
        and verschenen(kalender, jaar, vandaag)
    ]


def niet_gekomen(
    kalender: Kalender, jaren: Iterable[int], aanwezig: Collection[int], vandaag: date, eerste: int
) -> list[int]:
    """What is expected, newer than all that is there, and has not come."""
    nieuwste = max(aanwezig, default=0)
    return [jaar for jaar in verwacht(kalender, jaren, vandaag, eerste) if jaar > nieuwste]
