"""One country, one set of boundaries: crosswalks between years and the harmonised table.

Here: which areas a year has (`gebieden`), how areas of two years lie on each other (`omzetting`),
how figures move along (`overdracht`), the table of all figures of a year (`tabel`), buurten added
up (`optelling`) and what changed (`overzicht`). Usable in a notebook without Dagster or catalogue
(`los`): docs/buurttabel.md.
Not here: anything about maps or signals; reading a publisher's file.
"""

from veerkracht_dagster.buurttabel.gebieden import maak_gebieden
from veerkracht_dagster.buurttabel.indeling import Indeling, Indelingen
from veerkracht_dagster.buurttabel.los import kolom, reken_om
from veerkracht_dagster.buurttabel.omzetting import maak_omzetting
from veerkracht_dagster.buurttabel.optelling import tel_op
from veerkracht_dagster.buurttabel.overdracht import draag_over
from veerkracht_dagster.buurttabel.overzicht import minste_dekking, wijzigingen
from veerkracht_dagster.buurttabel.tabel import maak_buurttabel

__all__ = [
    "Indeling",
    "Indelingen",
    "draag_over",
    "kolom",
    "maak_buurttabel",
    "maak_gebieden",
    "maak_omzetting",
    "minste_dekking",
    "reken_om",
    "tel_op",
    "wijzigingen",
]
