"""Overlast en onveiligheid (V): the Leefbaarometer's dimension onv and its development.

Here: V at the begin and end, dP (+ is more nuisance), relative to the gemeente, and the steps in
between that make a signal structural.
Not here: the identities of the Leefbaarometer (`bronnen/`), classes of the signal (`signaal.py`).
"""

from __future__ import annotations

import pandas as pd

from veerkracht_dagster.indicatoren.cellen import combineer, met_status
from veerkracht_dagster.indicatoren.jaren import Edittabel
from veerkracht_dagster.indicatoren.relatief import ten_opzichte_van_gemeente, verandering
from veerkracht_dagster.klassegrenzen import onv_klasse


def overlast_onveiligheid(tabel: Edittabel) -> pd.DataFrame:
    """The table `overlast_onveiligheid` of an edition (one row per area)."""
    editie = tabel.editie
    uit = pd.DataFrame(index=tabel.gebieden)
    for kant, anker in (("begin", editie.begin), ("eind", editie.eind)):
        V = tabel.cellen_rond(["onv"], anker)["onv"]
        met_status(uit, f"V_{kant}", V.waarde, V.status)
        uit[f"jaren_{kant}"] = f"leefbaarometer {V.jaar}" if V.heeft_cijfers else ""
    status = combineer([uit["V_begin__status"], uit["V_eind__status"]])
    met_status(uit, "dP", verandering(uit["V_begin"], uit["V_eind"]), status)
    inwoners = tabel.cellen_rond(["inwoners"], editie.eind)["inwoners"].waarde
    relatief, uit["informatief"] = ten_opzichte_van_gemeente(
        uit["dP"], inwoners, editie.parameters.minimum_buurten_gemeente
    )
    met_status(uit, "dP_relatief", relatief, status)
    klasse = pd.Series(onv_klasse(uit["V_eind"].to_numpy()), index=uit.index)
    met_status(uit, "onv_klasse", klasse, uit["V_eind__status"])
    _stappen(uit, tabel)
    return uit.reset_index()


def _stappen(uit: pd.DataFrame, tabel: Edittabel) -> None:
    """Steps of the period that have a measurement at both ends, and those with more nuisance."""
    veranderingen = pd.DataFrame(
        {
            van: verandering(tabel.cellen("onv", van).waarde, tabel.cellen("onv", tot).waarde)
            for van, tot in tabel.editie.stappen
        },
        index=tabel.gebieden,
    )
    altijd = pd.Series("waargenomen", index=tabel.gebieden)
    met_status(uit, "stappen_gemeten", veranderingen.notna().sum(axis=1), altijd)
    met_status(uit, "stappen_toename", veranderingen.gt(0).sum(axis=1), altijd)
