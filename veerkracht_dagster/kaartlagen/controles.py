"""Checks of the method on a map layer.

Here: method.md section 8, check 3. Not here: schema checks.
"""

from __future__ import annotations

import pandas as pd

from veerkracht_dagster.catalogus import Catalogus, Editie
from veerkracht_dagster.catalogus.vorm import eigen_gebieden
from veerkracht_dagster.controle import Controle

CONTROLES = {"een_klasse": "Elk gebied staat er een keer in, met een klasse of -9 en haar kleur."}


def een_klasse(
    naam: str, laag: pd.DataFrame, gebieden: pd.DataFrame, editie: Editie, cat: Catalogus
) -> Controle:
    """Every area of the base year exactly once; label and colour are those of its class."""
    verwacht = eigen_gebieden(gebieden, editie)["regiocode"]
    klassen = cat.kaartlagen[naam].klassen
    kleur = laag["klasse"].map({code: k.kleur for code, k in klassen.items()})
    geen = laag["klasse"] == cat.geen_meting.code
    fout = (laag["kleur"].ne(kleur) & ~geen) | (geen & laag["kleur"].notna())
    gevallen = [
        laag.loc[fout, ["regiocode"]].assign(wat="kleur hoort niet bij de klasse"),
        laag.loc[laag["regiocode"].duplicated(), ["regiocode"]].assign(wat="staat er twee keer in"),
        pd.DataFrame({"regiocode": sorted(set(verwacht) - set(laag["regiocode"]))}).assign(
            wat="ontbreekt in de laag"
        ),
        pd.DataFrame({"regiocode": _zonder_gebieden(editie, verwacht)}).assign(
            wat=f"gemeente van de editie zonder gebieden van {editie.basisjaar}: zie edities.yml"
        ),
    ]
    return Controle(
        "een_klasse",
        pd.concat(gevallen, ignore_index=True),
        {"gebieden": len(verwacht), "geen_meting": int(geen.sum())},
        "Zie kaartlagen/laag.py.",
    )


def _zonder_gebieden(editie: Editie, codes: pd.Series) -> list[str]:
    bekend = set("GM" + codes.str[2:6])
    return [gemeente for gemeente in editie.gemeenten if gemeente not in bekend]
