"""What the UI says of an asset, taken from the catalogue.

Belongs here: the arguments that every table asset shares: group, description, schema, lineage,
kinds, owners, code version, check specs.
Not here: what an asset does.
"""

import warnings
from functools import cache
from typing import Any

import dagster as dg

from assets_defs.controles import JAREN_MET_GEGEVENS, controles_van
from veerkracht_dagster.catalogus import Tabel, catalogus, tabellen
from veerkracht_dagster.catalogus.kolomgraaf import Kolomgraaf, kolomgraaf
from veerkracht_dagster.catalogus.kolompagina import tabelpagina
from veerkracht_dagster.codeversie import codeversie
from veerkracht_dagster.publicatie.tabellen import publicatietabellen

# Data versions and backfill policies are "beta" in this dagster, which is pinned exactly; a warning
# per asset would drown what matters.
warnings.filterwarnings("ignore", category=dg.BetaWarning)

EIGENAAR = "team:veerkracht"
_TYPES = {
    "tekst": "string",
    "heel": "int",
    "getal": "float",
    "vlag": "bool",
    "geometrie": "geometry",
}


def tabelkenmerken(naam: str, *ook: dg.AssetKey) -> dict[str, Any]:
    """Keyword arguments of `dg.asset` for the table called `naam`.

    ook: what it stands on besides the tables that it is handed.
    """
    tabel = tabellen()[naam]
    return {
        "name": naam,
        "deps": list(ook),
        "group_name": tabel.stap,
        "description": f"{tabel.titel}. {tabel.omschrijving}",
        "kinds": _kinds(tabel),
        "owners": [EIGENAAR],
        "tags": {"stap": tabel.stap},
        "metadata": {
            **_in_warehouse(tabel),
            "dagster/column_schema": _schema(tabel),
            "dagster/column_lineage": _herkomst(tabel),
            "herkomst van kolommen": dg.MetadataValue.md(tabelpagina(naam, _graaf())),
        },
        "code_version": codeversie(naam),
        "check_specs": [
            dg.AssetCheckSpec(controle, asset=naam, description=tekst, blocking=True)
            for controle, tekst in controles_van(naam).items()
        ]
        + [
            dg.AssetCheckSpec(controle, asset=naam, description=tekst)
            for controle, tekst in JAREN_MET_GEGEVENS.items()
            if naam in catalogus().bronnen
        ],
        # One step computes all partitions of a run: a step costs 0.1 s, a run more.
        "backfill_policy": dg.BackfillPolicy.single_run(),
    }


@cache
def _graaf() -> Kolomgraaf:
    return kolomgraaf()


def _kinds(tabel: Tabel) -> set[str]:
    bron = catalogus().bronnen.get(tabel.naam)
    return {*tabel.kinds, bron.kind} if bron else set(tabel.kinds)


def _in_warehouse(tabel: Tabel) -> dict[str, str]:
    """The name of the warehouse's table that a release puts it in; the layers share one."""
    naam = "kaartlagen" if tabel.stap == "kaartlagen" else tabel.naam
    return {"dagster/table_name": naam} if naam in publicatietabellen(catalogus()) else {}


def _schema(tabel: Tabel) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                kolom.naam,
                _TYPES[kolom.type],
                description=" · ".join(
                    deel
                    for deel in (
                        kolom.titel,
                        kolom.eenheid,
                        kolom.uitgever and f"uitgever: {kolom.uitgever}",
                        kolom.formule,
                    )
                    if deel
                ),
                constraints=dg.TableColumnConstraints(nullable=kolom.leeg_mag),
            )
            for kolom in tabel.kolommen
        ]
    )


def _herkomst(tabel: Tabel) -> dg.TableColumnLineage:
    return dg.TableColumnLineage(
        {
            kolom.naam: [
                dg.TableColumnDep(dg.AssetKey(bron.split("/")), van) for bron, van in kolom.uit
            ]
            for kolom in tabel.kolommen
        }
    )
