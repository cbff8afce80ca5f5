"""Harmonised tables of a few buurten, and an edition on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tests.unit.buurttabel.hulp import cijfers
from veerkracht_dagster.catalogus import Editie, catalogus
from veerkracht_dagster.catalogus.cijfers import buurtkolommen
from veerkracht_dagster.catalogus.models import Parameters
from veerkracht_dagster.indicatoren.jaren import Edittabel, maak_edittabel

CAT = catalogus()
# Written out here and not taken from the catalogue: the cases are calculated with these.
REGELS = Parameters(
    tK_procentpunt=1.0, tP_punt=0.01, terugval_jaren=2, terugval_bereik=0.9, stap_jaren=2,
    minimum_stappen=2, minimum_buurten_gemeente=3, stabiliteit_factoren=[0.5, 1.0, 2.0],
    stabiliteit_grens=0.8, stabiliteit_zaad=1, kwetsbaar_groepen=["uitkering"],
)  # fmt: skip
INVOER = sorted({naam for tabel in CAT.indicatoren for naam in buurtkolommen(CAT, tabel)})


def editie(
    begin: int = 2014, eind: int = 2020, gemeenten: Sequence[str] = (), **regels: Any
) -> Editie:
    """An edition with the parameters of these tests; some of them other than usual."""
    parameters = REGELS.model_copy(update=regels)
    return Editie(
        titel="x", begin=begin, eind=eind, basisjaar=2020, gemeenten=list(gemeenten),
        parameters=parameters,
    )  # fmt: skip


def buurttabel(
    codes: Sequence[str],
    *,
    niveau: str = "buurt",
    basisjaar: int = 2020,
    **kolommen: Sequence[object],
) -> pd.DataFrame:
    """What indicators read of the harmonised table of a year; cells as in `cijfers`.

    Columns not given are missing.
    """
    niets = ["-"] * len(codes)
    tabel = cijfers(codes, **{naam: kolommen.get(naam, niets) for naam in INVOER})
    ernaast: dict[str, pd.Series] = {}
    for naam in INVOER:  # as the areas are: whole, so off by their own rounding
        kolom, x = CAT.kolommen[naam], tabel[naam]
        half = (kolom.afronding or 0.0) * (1 if kolom.aselect else 0.5)
        ernaast[f"{naam}__ondergrens"] = (x - half).clip(lower=0.0)
        ernaast[f"{naam}__bovengrens"] = x + half
        ernaast[f"{naam}__dekking"] = x.notna().astype("float64")
        if kolom.is_deel:
            noemer = tabel[kolom.noemer]
            ernaast[f"{naam}__deel"] = (x / noemer).where(noemer > 0)
    tabel = pd.concat([tabel, pd.DataFrame(ernaast)], axis=1)
    return tabel.assign(niveau=niveau, basisjaar=basisjaar)


def edittabel(per_jaar: Mapping[int, pd.DataFrame], **van_editie: Any) -> Edittabel:
    """The edition's tables, as the assets make them."""
    return maak_edittabel(editie(**van_editie), per_jaar, CAT)


def kwb(codes: Sequence[str], inwoners: Sequence[object], bijstand: Sequence[object], **meer: Any):
    """A year of Kerncijfers with bijstand as the only benefit: K = bijstand / inwoners."""
    nul = [0] * len(codes)
    return buurttabel(
        codes,
        inwoners=inwoners,
        personen_bijstand=bijstand,
        personen_ao=nul,
        personen_ww=nul,
        **meer,
    )
