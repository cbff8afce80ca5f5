"""One country, one set of boundaries: crosswalks between years and the harmonised table.

Here: which areas a year has (`gebieden`), how areas of two years lie on each other (`omzetting`),
how figures move along (`overdracht`), and the table of all figures of a year (`tabel`). Usable in a
notebook without Dagster.
Not here: anything about maps or signals; reading a publisher's file.
"""

from veerkracht_dagster.buurttabel.gebieden import maak_gebieden
from veerkracht_dagster.buurttabel.indeling import Indeling, Indelingen
from veerkracht_dagster.buurttabel.omzetting import maak_omzetting
from veerkracht_dagster.buurttabel.overdracht import draag_over
from veerkracht_dagster.buurttabel.tabel import maak_buurttabel

__all__ = [
    "Indeling",
    "Indelingen",
    "draag_over",
    "maak_buurttabel",
    "maak_gebieden",
    "maak_omzetting",
]
