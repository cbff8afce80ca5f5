"""A hand-made country through the indicators and the layers.

Here: from the country's rows to tables. Not here: what must come out.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely

from tests.golden.land import JAREN, Buurt
from tests.unit.indicatoren.hulp import CAT, buurttabel, editie, edittabel
from veerkracht_dagster.indicatoren import (
    corporatiewoningen,
    kwetsbare_bewoners,
    overlast_onveiligheid,
    signaal,
)
from veerkracht_dagster.kaartlagen.laag import maak_laag

REGELS = {"kwetsbaar_groepen": ["uitkering"]}


def _bijstand(buurt: Buurt, jaar: int) -> object:
    """Persons, as K says; or why they are not known."""
    K = buurt.K_eind
    if jaar == 2014:
        if isinstance(buurt.dK, str):
            return buurt.dK
        K = 20 if isinstance(K, str) else None if K is None else K - buurt.dK
    return K if isinstance(K, str) else 0 if K is None else K * buurt.inwoners / 100


def _jaar(land: Sequence[Buurt], jaar: int) -> pd.DataFrame:
    V = [buurt.V[JAREN.index(jaar)] for buurt in land]
    kerncijfers = {
        "inwoners": [buurt.inwoners for buurt in land],
        "personen_bijstand": [_bijstand(buurt, jaar) for buurt in land],
        "personen_ao": [0] * len(land),
        "personen_ww": [0] * len(land),
        "percentage_corporatiewoningen": [buurt.corporatie for buurt in land],
        "woningen": [100] * len(land),
    }
    alleen_lbm = jaar not in (2014, 2020)
    onv = ["-" if v is None else v for v in V]
    codes = [buurt.code for buurt in land]
    return buurttabel(codes, onv=onv, **({} if alleen_lbm else kerncijfers))


def indicatortabellen(land: Sequence[Buurt]) -> dict[str, pd.DataFrame]:
    """The indicator tables of a country, by name."""
    jaren = edittabel({jaar: _jaar(land, jaar) for jaar in JAREN}, **REGELS)
    K, V = kwetsbare_bewoners(jaren, CAT), overlast_onveiligheid(jaren)
    return {
        "kwetsbare_bewoners": K,
        "overlast_onveiligheid": V,
        "signaal": signaal(K, V, jaren.editie.parameters),
        "corporatiewoningen": corporatiewoningen(jaren),
    }


def naast_elkaar(tabellen: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """K, V and signal per area; what K and V both have is V's with `_V` behind it."""
    K, V, S = (
        tabellen[naam].set_index("regiocode")
        for naam in ("kwetsbare_bewoners", "overlast_onveiligheid", "signaal")
    )
    V = V.rename(columns={naam: f"{naam}_V" for naam in K.columns.intersection(V.columns)})
    return K.join(V).join(S)


def alle_lagen(land: Sequence[Buurt], tabellen: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The nine layers and focus, by name (index: regiocode)."""
    codes = [buurt.code for buurt in land]
    gebieden = gpd.GeoDataFrame(
        {
            "niveau": "buurt",
            "regiocode": codes,
            "regionaam": codes,
            "wijkcode": [f"WK{code[2:8]}" for code in codes],
            "gemeentecode": [f"GM{code[2:6]}" for code in codes],
            "gemeentenaam": "x",
        },
        geometry=[shapely.box(n, 0, n + 1, 1) for n in range(len(codes))],
        crs="EPSG:28992",
    )
    return {
        naam: maak_laag(naam, tabellen, gebieden, editie(**REGELS), CAT).set_index("regiocode")
        for naam in CAT.kaartlagen
    }
