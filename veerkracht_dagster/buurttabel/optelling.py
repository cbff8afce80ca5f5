"""Buurten added up to wijken or gemeenten, and held against the publisher's own rows.

Here: figures of a higher niveau recomputed from those of buurten, each by its kind, with state,
coverage and bounds. Not here: the sums (`overdracht.py`); areas of another year (`omzetting.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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


def hogere_code(codes: pd.Index, niveau: Hoger) -> pd.Index:
    """The area of `niveau` that each buurt or wijk lies in: CBS builds codes from the top down."""
    eind = 2 + _LENGTE[niveau]
    return pd.Index([_KOP[niveau] + code[2:eind] for code in codes], dtype=object)


def tel_op(
    tabel: pd.DataFrame,
    niveau: Hoger,
    cat: Catalogus,
    kolommen: list[str] | None = None,
    minimum_dekking: float | None = None,
) -> pd.DataFrame:
    """The figures of buurten on the wijken or gemeenten that they lie in.

    Recomputed, not averaged: counts are added, shares and means go by their denominator, scores by
    residents where those of all buurten are known, else by land.

    Args:
        tabel: rows of buurten of one year and one set of areas: regiocode, and per column `x` and
            `x__status` (and coverage and bounds, of a harmonised table).
        kolommen: default all of the catalogue that are in the table.
        minimum_dekking: default that of the catalogue.

    Returns: regiocode, and per column `x`, `x__status`, `x__dekking` and bounds where it has them.
    """
    namen = kolommen or [naam for naam in cat.kolommen if naam in tabel]
    return _als_tabel(*_sommen(tabel, [niveau], cat, namen, minimum_dekking)[niveau], cat)


def tel_jaren_op(
    buurttabellen: Mapping[int, pd.DataFrame], niveaus: Sequence[Hoger], cat: Catalogus
) -> dict[str, pd.DataFrame]:
    """The harmonised tables of an edition's years, on its own areas, added up.

    Returns: tables `buurttabel_wijk` and `buurttabel_gemeente`: peiljaar, niveau, basisjaar,
    regiocode, and per column what `tel_op` gives. No table where there is nothing to add up.
    """
    delen: dict[Hoger, list[tuple[int, int, _Som]]] = {niveau: [] for niveau in niveaus}
    for jaar, tabel in sorted(buurttabellen.items()):
        if len(tabel):
            basis = int(tabel["basisjaar"].iloc[0])
            for niveau, som in _sommen(tabel, niveaus, cat, list(cat.kolommen)).items():
                delen[niveau].append((jaar, basis, som))
    uit = {}
    for niveau, van_niveau in delen.items():
        if van_niveau:
            jaren, bases, sommen = zip(*van_niveau, strict=True)
            aantal = [len(codes) for codes, _ in sommen]
            codes = pd.Index(np.concatenate([codes for codes, _ in sommen]))
            kop = {"peiljaar": np.repeat(jaren, aantal), "basisjaar": np.repeat(bases, aantal)}
            cijfers = Cijfers.samen([cijfers for _, cijfers in sommen])
            uit[f"buurttabel_{niveau}"] = _als_tabel(codes, cijfers, cat, kop | {"niveau": niveau})
    return uit


_Som = tuple[pd.Index, Cijfers]  # areas of a higher niveau, and their figures


def _sommen(
    tabel: pd.DataFrame,
    niveaus: Sequence[Hoger],
    cat: Catalogus,
    namen: list[str],
    minimum_dekking: float | None = None,
) -> dict[Hoger, _Som]:
    """The sums of several niveaus in one go: an area goes to one of each."""
    cijfers, codes = Cijfers.van(tabel, namen), pd.Index(tabel["regiocode"])
    per_niveau = [pd.factorize(hogere_code(codes, niveau), sort=True) for niveau in niveaus]
    plaats = np.cumsum([0, *(len(hogere) for _, hogere in per_niveau)])
    doel = np.concatenate([d + eerste for (d, _), eerste in zip(per_niveau, plaats, strict=False)])
    maat = np.concatenate([_maat(cijfers, d) for d, _ in per_niveau])
    naar = pd.Index(np.concatenate([hogere for _, hogere in per_niveau]))
    volgorde = np.argsort(doel, kind="stable")
    kruising = Kruising(
        van=codes,
        naar=naar,
        doel=doel[volgorde],
        bron=np.tile(np.arange(len(codes)), len(niveaus))[volgorde],
        gewicht=np.ones(len(doel)),
        maat=maat[volgorde],
        methode=np.full(len(doel), METHODEN_OMZETTING.index("zelfde_jaar")),
    )
    minimum = cat.omzetting.minimum_dekking if minimum_dekking is None else minimum_dekking
    uit, _ = draag_cijfers_over(cijfers, codes, kruising, cat.kolommen, minimum)
    return {
        niveau: (naar[begin:eind], uit.rijen(np.arange(begin, eind)))
        for niveau, begin, eind in zip(niveaus, plaats, plaats[1:], strict=False)
    }


def _als_tabel(
    codes: pd.Index, cijfers: Cijfers, cat: Catalogus, kop: Mapping[str, object] | None = None
) -> pd.DataFrame:
    return pd.DataFrame({**(kop or {}), "regiocode": codes, **cijfers.kolommen(cat.kolommen)})


_GEDRAGEN = ("inwoners", "oppervlakte_land")


def _maat(cijfers: Cijfers, doel: np.ndarray) -> np.ndarray:
    """What a buurt weighs where a column has no weight of its own: its residents, else its land.

    The first that is known of all buurten of the higher area; NaN where neither is.
    """
    uit = np.full(len(doel), np.nan)
    for naam in reversed([naam for naam in _GEDRAGEN if naam in cijfers.namen]):
        draagt = cijfers.waarde[:, cijfers.namen.index(naam)]
        onbekend = np.bincount(doel, np.isnan(draagt)) > 0
        niets = np.bincount(doel, np.nan_to_num(draagt)) <= 0
        uit = np.where((onbekend | niets)[doel], uit, draagt)
    return uit


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
    geteld: Counter[str] = Counter()
    per_niveau = {niveau: tabel.loc[tabel["niveau"] == niveau] for niveau in HOGER}
    niveaus = [niveau for niveau, eigen in per_niveau.items() if len(eigen)]
    iets = len(buurten) and niveaus and namen
    sommen = _sommen(buurten, niveaus, cat, namen) if iets else {}
    for niveau, opgetelde in sommen.items():
        eigen, som = per_niveau[niveau], _als_tabel(*opgetelde, cat)
        grenzen = {naam: _grenzen(som, buurten, niveau, naam, cat) for naam in namen}
        plaats = pd.Index(som["regiocode"]).get_indexer(pd.Index(eigen["regiocode"]))
        eigen, plaats = eigen.loc[plaats >= 0], plaats[plaats >= 0]
        uitgever = Cijfers.van(eigen, namen)
        for k, naam in enumerate(namen):
            onder, boven = (grens[plaats] for grens in grenzen[naam])
            x = np.where(heeft_waarde(uitgever.staat[:, k]), uitgever.waarde[:, k], np.nan)
            marge = cat.kolommen[naam].afrondingsruimte + 1e-9 * np.abs(x)
            bekend = ~np.isnan(x) & ~(np.isnan(onder) & np.isnan(boven))
            geteld[niveau] += int(np.count_nonzero(bekend))
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
