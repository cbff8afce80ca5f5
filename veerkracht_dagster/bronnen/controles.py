"""Checks on source tables: the Leefbaarometer's own identities and classes, parts of a whole.

Here: method.md section 8, checks 1 and 2; whether a part is within its whole.
Not here: schema checks, the reading itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.controle import Controle
from veerkracht_dagster.herkomst.vindplek import met_vindplek
from veerkracht_dagster.indicatoren.klassen import ONV_GRENZEN, onv_klasse

CONTROLES: dict[str, dict[str, str]] = {
    "leefbaarometer": {
        "identiteiten": "afw = fys + onv + soc + vrz + won, en lbm - afw = 4,102264851.",
        "klassen_gelijk": "Herrekende klassen van onv zijn gelijk aan de gepubliceerde.",
    },
    **{
        bron: {"delen": "Een deel is niet meer dan zijn geheel, op afronding na."}
        for bron in dict.fromkeys(k.bron for k in catalogus().kolommen.values() if k.deel)
    },
}
LBM_MIN_AFW = 4.102264851
# The scores file has 15 digits; the map file, with scores of the end year only, about six.
TOLERANTIE = 1e-5
_DIMENSIES = ["fys", "onv", "soc", "vrz", "won"]


def controleer_bron(bron: str, tabel: pd.DataFrame) -> list[Controle]:
    """The checks on the table of `bron`; none for some sources."""
    controles = []
    if bron == "leefbaarometer":
        controles = [_identiteiten(tabel), _klassen_gelijk(tabel)]
    elif "delen" in CONTROLES.get(bron, {}):
        controles = [_delen(tabel, catalogus().kolommen)]
    return [replace(een, gevallen=met_vindplek(een.gevallen, tabel)) for een in controles]


def _identiteiten(tabel: pd.DataFrame) -> Controle:
    som = tabel[_DIMENSIES].sum(axis=1, skipna=False) - tabel["afw"]
    verschil = tabel["lbm"] - tabel["afw"] - LBM_MIN_AFW
    fout = (som.abs() > TOLERANTIE) | (verschil.abs() > TOLERANTIE)
    alles = tabel[["regiocode"]].assign(som_min_afw=som, lbm_min_afw_rest=verschil)
    getoetst = int(som.notna().sum() + verschil.notna().sum())
    return Controle(
        "identiteiten",
        alles.loc[fout],
        {"getoetst": getoetst},
        "Dit is geen Leefbaarometer 3.0 of het bestand is beschadigd: haal het opnieuw op.",
    )


def _klassen_gelijk(tabel: pd.DataFrame) -> Controle:
    beide = tabel.dropna(subset=["onv", "onv_klasse_gepubliceerd"])
    score = beide["onv"].to_numpy()
    anders = onv_klasse(score) != beide["onv_klasse_gepubliceerd"].to_numpy()
    afstand = np.abs(score[:, None] - ONV_GRENZEN).min(axis=1) if len(score) else score
    op_grens = anders & (afstand <= 1e-4)
    gevallen = beide.loc[anders & ~op_grens, ["regiocode", "onv", "onv_klasse_gepubliceerd"]]
    return Controle(
        "klassen_gelijk",
        gevallen,
        {"getoetst": len(beide), "anders_op_een_grens": int(op_grens.sum())},
        "De uitgever deelt anders in dan voorheen: pas ONV_GRENZEN aan in indicatoren/klassen.py.",
    )


def _delen(bron: pd.DataFrame, kolommen: Mapping[str, Kolom]) -> Controle:
    """Counts of a part beside those of the whole; both rounded, so with the room of both."""
    tabel = pd.DataFrame(bron)  # without attrs, which pandas copies at every look at a column
    fout, getoetst = [pd.DataFrame()], 0
    for naam, kolom in kolommen.items():
        if not kolom.deel or naam not in tabel or kolom.noemer is None:
            continue
        ruimte = kolom.afrondingsruimte + kolommen[kolom.noemer].afrondingsruimte
        meer = tabel[naam].to_numpy() - tabel[kolom.noemer].to_numpy()
        getoetst += int(np.count_nonzero(~np.isnan(meer)))
        if (teveel := meer > ruimte + 1e-9).any():
            rijen = tabel.loc[teveel, ["regiocode", naam, kolom.noemer]]
            rijen.columns = pd.Index(["regiocode", "deel", "geheel"])
            fout.append(rijen.assign(kolom=naam, geheel_kolom=kolom.noemer))
    return Controle(
        "delen",
        pd.concat(fout, ignore_index=True),
        {"getoetst": getoetst},
        "Een deel is meer dan zijn geheel: kijk of het er zo staat en vraag dan een verbeterd "
        "bestand; telt de uitgever deel en geheel op een andere dag, haal dan `deel` weg bij de "
        "kolom in catalogus/kolommen.yml.",
    )
