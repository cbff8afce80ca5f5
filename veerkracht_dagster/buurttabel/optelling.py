"""Buurten added up to wijken or gemeenten, and held against the publisher's own rows.

Here: figures of a higher niveau recomputed from those of buurten, each by its kind, with state,
coverage and bounds. Not here: the sums (`overdracht.py`); areas of another year (`omzetting.py`).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from veerkracht_dagster.buurttabel.cijfers import Cijfers, heeft_waarde
from veerkracht_dagster.buurttabel.kruising import Kruising
from veerkracht_dagster.buurttabel.overdracht import draag_cijfers_over
from veerkracht_dagster.catalogus import Catalogus
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.catalogus.tabellen import METHODEN_OMZETTING
from veerkracht_dagster.celstatus import bovengrens_van, ondergrens_van

Hoger = Literal["wijk", "gemeente"]
HOGER: tuple[Hoger, ...] = ("wijk", "gemeente")
_KOP, _LENGTE = {"wijk": "WK", "gemeente": "GM"}, {"wijk": 6, "gemeente": 4}


def hogere_code(buurtcodes: pd.Index, niveau: Hoger) -> pd.Index:
    """The area of `niveau` in which each buurt lies: CBS builds codes from the top down."""
    eind = 2 + _LENGTE[niveau]
    return pd.Index([_KOP[niveau] + code[2:eind] for code in buurtcodes], dtype=object)


def tel_op(
    tabel: pd.DataFrame,
    niveau: Hoger,
    cat: Catalogus,
    kolommen: list[str] | None = None,
    minimum_dekking: float | None = None,
) -> pd.DataFrame:
    """The figures of buurten on the wijken or gemeenten that they lie in.

    Recomputed, not averaged: counts are added, shares and means go by their denominator, scores by
    residents where those of all buurten are known.

    Args:
        tabel: rows of buurten of one year and one set of areas: regiocode, and per column `x` and
            `x__status` (and coverage and bounds, of a harmonised table).
        kolommen: default all of the catalogue that are in the table.
        minimum_dekking: default that of the catalogue.

    Returns: regiocode, and per column `x`, `x__status`, `x__dekking` and bounds where it has them.
    """
    namen = kolommen or [naam for naam in cat.kolommen if naam in tabel]
    cijfers, codes = Cijfers.van(tabel, namen), pd.Index(tabel["regiocode"])
    doel, hogere = pd.factorize(hogere_code(codes, niveau), sort=True)
    bron = np.argsort(doel, kind="stable")
    een = np.ones(len(codes))
    kruising = Kruising(
        van=codes,
        naar=pd.Index(hogere),
        doel=doel[bron],
        bron=bron,
        gewicht=een,
        maat=_maat(cijfers, doel)[bron],
        methode=np.full(len(codes), METHODEN_OMZETTING.index("zelfde_jaar")),
    )
    minimum = cat.omzetting.minimum_dekking if minimum_dekking is None else minimum_dekking
    uit, _ = draag_cijfers_over(cijfers, codes, kruising, cat.kolommen, minimum)
    begrensd = {naam for naam in namen if cat.kolommen[naam].begrensd}
    return pd.DataFrame({"regiocode": hogere, **uit.kolommen(begrensd)})


def _maat(cijfers: Cijfers, doel: np.ndarray) -> np.ndarray:
    """What a buurt weighs where a column has no weight of its own: its residents."""
    if "inwoners" not in cijfers.namen:
        return np.ones(len(doel))
    inwoners = cijfers.waarde[:, cijfers.namen.index("inwoners")]
    onbekend = np.bincount(doel, np.isnan(inwoners)) > 0
    niemand = np.bincount(doel, np.nan_to_num(inwoners)) <= 0
    return np.where((onbekend | niemand)[doel], 1.0, np.nan_to_num(inwoners))


def vergelijk_optelling(tabel: pd.DataFrame, cat: Catalogus) -> tuple[pd.DataFrame, dict[str, int]]:
    """The publisher's own rows of wijken and gemeenten beside what its buurten make.

    A published count, itself rounded, must lie within the bounds of the sum. A share must lie
    between those of its buurten: the publisher weighs with denominators that it does not publish
    (residents of whom income is known).

    Args:
        tabel: a source table of one year, with rows of several niveaus.

    Returns: what is not explained so (niveau, regiocode, kolom, uitgever, opgeteld, ondergrens,
    bovengrens), and per niveau how many figures were compared.
    """
    namen = [naam for naam in cat.kolommen if naam in tabel and _vergelijkbaar(cat.kolommen[naam])]
    buurten = tabel.loc[tabel["niveau"] == "buurt"]
    fout: list[tuple[object, ...]] = []
    geteld: dict[str, int] = {}
    for niveau in HOGER:
        eigen = tabel.loc[tabel["niveau"] == niveau]
        if buurten.empty or eigen.empty or not namen:
            continue
        som = tel_op(buurten, niveau, cat, namen)
        grenzen = {naam: _grenzen(som, buurten, niveau, naam, cat) for naam in namen}
        plaats = pd.Index(som["regiocode"]).get_indexer(pd.Index(eigen["regiocode"]))
        eigen, plaats = eigen.loc[plaats >= 0], plaats[plaats >= 0]
        uitgever = Cijfers.van(eigen, namen)
        for k, naam in enumerate(namen):
            onder, boven = (grens[plaats] for grens in grenzen[naam])
            x = np.where(heeft_waarde(uitgever.staat[:, k]), uitgever.waarde[:, k], np.nan)
            marge = cat.kolommen[naam].afrondingsruimte + 1e-9 * np.abs(x)
            bekend = ~np.isnan(x) & ~(np.isnan(onder) & np.isnan(boven))
            geteld[niveau] = geteld.get(niveau, 0) + int(bekend.sum())
            opgeteld = som[naam].to_numpy()[plaats]
            for i in np.flatnonzero((x + marge < onder) | (x - marge > boven)):
                code = eigen["regiocode"].iloc[i]
                fout.append((niveau, code, naam, x[i], opgeteld[i], onder[i], boven[i]))
    kop = ["niveau", "regiocode", "kolom", "uitgever", "opgeteld", "ondergrens", "bovengrens"]
    return pd.DataFrame(fout, columns=kop), geteld


def _vergelijkbaar(kolom: Kolom) -> bool:
    return kolom.begrensd and kolom.telt_niet_op is None


def _grenzen(
    som: pd.DataFrame, buurten: pd.DataFrame, niveau: Hoger, naam: str, cat: Catalogus
) -> tuple[np.ndarray, np.ndarray]:
    """Within which a higher area's figure must lie."""
    if cat.kolommen[naam].soort == "aantal":
        return som[ondergrens_van(naam)].to_numpy(), som[bovengrens_van(naam)].to_numpy()
    per_gebied = buurten[naam].groupby(hogere_code(pd.Index(buurten["regiocode"]), niveau))
    # A buurt that is left out can be anything: then there is no telling.
    heel = (per_gebied.count() == per_gebied.size()).to_numpy()
    ruimte = cat.kolommen[naam].afrondingsruimte
    laagst, hoogst = per_gebied.min().to_numpy() - ruimte, per_gebied.max().to_numpy() + ruimte
    return np.where(heel, laagst, np.nan), np.where(heel, hoogst, np.nan)
