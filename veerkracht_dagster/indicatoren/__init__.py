"""K, V, their changes, relative changes, signal classes, structureel, stabiliteit, sensitivity.

Here: the arithmetic of the method, on the harmonised table of an edition. Usable without Dagster.
Not here: file formats, geometry, labels and colours.
"""

from veerkracht_dagster.indicatoren.corporatie import corporatiewoningen
from veerkracht_dagster.indicatoren.domeinmaten import domeinmaten
from veerkracht_dagster.indicatoren.gevoeligheid import gevoeligheid, gevoeligheid_klassen
from veerkracht_dagster.indicatoren.jaren import Edittabel, kies_jaren
from veerkracht_dagster.indicatoren.kwetsbaar import kwetsbare_bewoners
from veerkracht_dagster.indicatoren.overlast import overlast_onveiligheid
from veerkracht_dagster.indicatoren.rapport import rapport
from veerkracht_dagster.indicatoren.signaal import signaal
from veerkracht_dagster.indicatoren.varianten import gevoeligheid_varianten
from veerkracht_dagster.indicatoren.vergelijking import vergelijking

__all__ = [
    "Edittabel",
    "corporatiewoningen",
    "domeinmaten",
    "gevoeligheid",
    "gevoeligheid_klassen",
    "gevoeligheid_varianten",
    "kies_jaren",
    "kwetsbare_bewoners",
    "overlast_onveiligheid",
    "rapport",
    "signaal",
    "vergelijking",
]
