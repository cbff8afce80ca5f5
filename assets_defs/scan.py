"""A corporation's scan: what it asks (`levering/scan`) and its table, as assets.

Belongs here: the observable files per edition, and which tables the scan needs.
Not here: reading the files, figures, pages (`veerkracht_dagster/`).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from assets_defs.afleveren import als_tabel, lever_af
from assets_defs.edities import EDITIESLEUTEL
from assets_defs.kenmerken import tabelkenmerken
from assets_defs.partities import EDITIE_BASISJAAR, EDITIES
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.scans import lees_scans, scanversies
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.indicatoren.scan import scan as bereken_scan
from veerkracht_dagster.indicatoren.scancontroles import controleer_scan
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.io_manager import KOLOMMEN

SCANSLEUTEL = dg.AssetKey(["levering", "scan"])
_CAT = catalogus()


def versies_van_scans(werkplaats: Werkplaats) -> dict[str, str]:
    """Version of the corporations' files in the source folder, per edition."""
    return scanversies(werkplaats.werkmap.bronnen, EDITIES.get_partition_keys())


@dg.observable_source_asset(
    key=SCANSLEUTEL,
    group_name="bronnen",
    partitions_def=EDITIES,
    description="Wat corporaties voor hun scan vragen: een YAML-bestand per corporatie.",
    metadata={"plaatsen": ["levering/scan/{corporatie}.yml"]},
    tags={"stap": "bronnen", "dagster/kind/yaml": ""},
)
def scanopdrachten(werkplaats: Werkplaats) -> dg.DataVersionsByPartition:
    """The files that name each edition."""
    return dg.DataVersionsByPartition(versies_van_scans(werkplaats))


@dg.asset(
    **tabelkenmerken("scan", SCANSLEUTEL, EDITIESLEUTEL),
    partitions_def=EDITIES,
    ins={
        "gebieden": dg.AssetIn(
            "gebieden",
            partition_mapping=EDITIE_BASISJAAR,
            metadata={KOLOMMEN: ["niveau", "regiocode", "regionaam"]},
        ),
        **{naam: dg.AssetIn(naam) for naam in _CAT.indicatoren},
    },
)
def scan(
    context: dg.AssetExecutionContext, werkplaats: Werkplaats, gebieden: Any, **indicatoren: Any
) -> Iterator[Any]:
    """The scan of every corporation, in the edition that its file names."""
    tabellen, feiten, controles = {}, {}, {}
    geweigerd: dict[str, str] = {}
    for naam in sorted(context.partition_keys):
        try:
            eigen = lees_scans(werkplaats.werkmap.bronnen, _CAT, naam)
        except BronFout as fout:
            geweigerd[naam] = str(fout)
            continue
        cijfers = {indicator: tabel[naam] for indicator, tabel in indicatoren.items()}
        editie = _CAT.edities[naam]
        namen = gebieden[str(editie.basisjaar)]
        tabellen[naam] = bereken_scan(cijfers, namen, eigen, editie, _CAT)
        feiten[naam] = {"kleuren": als_tabel(_telling(tabellen[naam]))}
        controles[naam] = [controleer_scan(tabellen[naam], cijfers, namen, eigen, editie, _CAT)]
    yield from lever_af(context, "scan", tabellen, feiten, controles, geweigerd)


def _telling(tabel: pd.DataFrame) -> pd.DataFrame:
    groepen = ["corporatie", "niveau", "kleur"]
    return tabel.groupby(groepen).size().rename("maten").reset_index()
