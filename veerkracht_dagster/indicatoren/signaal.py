"""The signal: class absolute and relative, structural or not, and how stable the class is.

Here: the signal classes of the method's table, applied to an edition, under perturbation too.
Not here: the decision rule itself (`klassen.py`), labels and colours (`kaartlagen/`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Parameters
from veerkracht_dagster.indicatoren.cellen import combineer, met_status
from veerkracht_dagster.indicatoren.klassen import focusklasse, signaalklasse
from veerkracht_dagster.indicatoren.relatief import ten_opzichte_van_gemeente, verandering
from veerkracht_dagster.klassegrenzen import Getallen

_KANTEN_K = ("", "_ondergrens", "_bovengrens")


@dataclass(frozen=True)
class _Vorm:
    """Absolute or relative: which columns the signal is made of."""

    naam: str
    dK: str
    dP: str


_VORMEN = (_Vorm("absoluut", "dK", "dP"), _Vorm("relatief", "dK_relatief", "dP_relatief"))


def signaal(K: pd.DataFrame, V: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The table `signaal` of an edition from `kwetsbare_bewoners` and `overlast_onveiligheid`."""
    K, V = K.set_index("regiocode"), V.set_index("regiocode")
    alles = K.join(V.drop(columns=K.columns.intersection(V.columns)))
    onv = V["onv_klasse"].to_numpy()
    uit = pd.DataFrame(index=alles.index)
    for vorm in _VORMEN:
        klasse = signaalklasse(
            alles[vorm.dK].to_numpy(),
            alles[vorm.dP].to_numpy(),
            onv,
            parameters.tK_procentpunt,
            parameters.tP_punt,
        )
        status = combineer([alles[f"{vorm.dK}__status"], alles[f"{vorm.dP}__status"]])
        met_status(uit, f"signaal_{vorm.naam}", pd.Series(klasse, index=uit.index), status)
        stabiel = _stabiliteit(alles, onv, klasse, vorm, parameters)
        met_status(uit, f"stabiliteit_{vorm.naam}", stabiel, status)
        uit[f"structureel_{vorm.naam}"] = _structureel(klasse, V, parameters.minimum_stappen)
    focus = focusklasse(onv, K["kwetsbaar_klasse"].to_numpy())
    status = combineer([K["kwetsbaar_klasse__status"], V["onv_klasse__status"]])
    met_status(uit, "focus", pd.Series(focus, index=uit.index), status)
    return uit.reset_index()


def _structureel(klasse: Getallen, V: pd.DataFrame, minimum: int) -> np.ndarray:
    """A weak class over the period, and more nuisance in enough steps; unknown is not no."""
    constanten = catalogus().constanten
    genoeg = V["stappen_gemeten"].to_numpy() >= minimum
    vaak = V["stappen_toename"].to_numpy() >= constanten.minimum_toename
    zwak = np.isin(klasse, constanten.zwakke_klassen)
    return np.where(np.isnan(klasse) | ~genoeg, "onbekend", np.where(zwak & vaak, "ja", "nee"))


def _stabiliteit(
    alles: pd.DataFrame, onv: Getallen, klasse: Getallen, vorm: _Vorm, parameters: Parameters
) -> pd.Series:
    """Share of the perturbed classifications that give the same class."""
    gelijk = np.zeros(len(alles))
    aantal = 0
    for dK in _verstoorde_dK(alles, vorm, parameters):
        for fK, fP in product(parameters.stabiliteit_factoren, repeat=2):
            anders = signaalklasse(
                dK,
                alles[vorm.dP].to_numpy(),
                onv,
                parameters.tK_procentpunt * fK,
                parameters.tP_punt * fP,
            )
            gelijk += anders == klasse
            aantal += 1
    return pd.Series(np.where(np.isnan(klasse), np.nan, gelijk / aantal), index=alles.index)


def _verstoorde_dK(alles: pd.DataFrame, vorm: _Vorm, parameters: Parameters) -> Iterator[Getallen]:
    """dK with K at its middle and both bounds, and with its inputs moved within their rounding.

    V is not moved: the Leefbaarometer is published to seven digits.
    """
    for grens in _KANTEN_K:
        # Both ends are made by one method from the same groups, so they err to the same side.
        dK = verandering(alles[f"K_eind{grens}"], alles[f"K_begin{grens}"])
        yield _in_vorm(dK, alles, vorm, parameters)
    for trekking in range(catalogus().constanten.stabiliteit_trekkingen):
        eind, begin = (
            _toeval(alles.index, f"{parameters.stabiliteit_zaad} {trekking} {kant}")
            * alles[f"K_{kant}_afronding"]
            for kant in ("eind", "begin")
        )
        yield _in_vorm(alles["dK"] + eind - begin, alles, vorm, parameters)


def _toeval(codes: pd.Index, trekking: str) -> Getallen:
    """A number in [-1, 1) per area that depends on its code and the draw, on nothing else.

    So an area keeps its draw whichever other areas there are, and in whatever order.
    """
    namen = (codes.astype("str") + f" {trekking}").to_numpy(dtype=object)
    return pd.util.hash_array(namen, categorize=False).astype("float64") / 2.0**63 - 1.0


def _in_vorm(dK: pd.Series, alles: pd.DataFrame, vorm: _Vorm, parameters: Parameters) -> Getallen:
    if vorm.naam == "absoluut":
        return dK.to_numpy()
    minimum = parameters.minimum_buurten_gemeente
    return ten_opzichte_van_gemeente(dK, alles["inwoners_eind"], minimum)[0].to_numpy()
