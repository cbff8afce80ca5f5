"""The checks of the method per asset: name and what it says.

Belongs here: bringing the stages' lists together, by asset. Not here: the checks themselves
(`controles.py` of each stage).
"""

import dagster as dg

from veerkracht_dagster.bronnen.controles import CONTROLES as BRONNEN
from veerkracht_dagster.buurttabel.adrescontroles import CONTROLES as ADRESSEN
from veerkracht_dagster.buurttabel.controles import CONTROLES as BUURTTABEL
from veerkracht_dagster.buurttabel.gebiedscontroles import CONTROLES as GEBIEDEN
from veerkracht_dagster.buurttabel.maatcontroles import CONTROLES as MATEN
from veerkracht_dagster.buurttabel.wegcontroles import CONTROLES as OMZETTING
from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.indicatoren.controles import CONTROLES as INDICATOREN
from veerkracht_dagster.indicatoren.scancontroles import CONTROLES as SCAN
from veerkracht_dagster.kaartlagen.controles import CONTROLES as KAARTLAAG

SCHEMA = "schema"
# Of a source: a year without a delivery is a table without rows, green in the list of partitions.
JAREN_MET_GEGEVENS = {"jaren_met_gegevens": "Elk peiljaar heeft gegevens: welke niet, en waarom."}
_METHODE: dict[str, dict[str, str]] = {
    **BRONNEN,
    "gebieden": GEBIEDEN,
    "buurt_omzetting": OMZETTING | ADRESSEN,
    "buurttabel": BUURTTABEL | MATEN,
    **INDICATOREN,
    "scan": SCAN,
    **dict.fromkeys(catalogus().kaartlagen, KAARTLAAG),
}


def controles_van(naam: str) -> dict[str, str]:
    """Every check on the table asset `naam`: name -> what it says."""
    return {SCHEMA: "De tabel voldoet aan het schema uit de catalogus.", **_METHODE.get(naam, {})}


def controlesleutels() -> list[dg.AssetCheckKey]:
    """The keys of all checks of all tables, in pipeline order."""
    return [
        dg.AssetCheckKey(dg.AssetKey(naam), controle)
        for naam in tabellen()
        for controle in controles_van(naam)
    ]
