"""How the areas of one year lie on the areas of another: the crosswalk.

Here: the roads (same year, same ground, addresses, land overlap, code and name) and the rule that
chooses one per area. A code match alone is never trusted: codes are reused for other ground.
Not here: measuring ground (`grond.py`) and addresses (`adressen.py`); moving figures along the
crosswalk (`overdracht.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from veerkracht_dagster.buurttabel.adressen import (
    Adresboeken,
    Adressen,
    lees_adressen,
    tel_paren,
)
from veerkracht_dagster.buurttabel.grond import Grond, Overlap, overlap
from veerkracht_dagster.catalogus.models import Parameters
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel
from veerkracht_dagster.tekst import TEKST

_ADRESKOLOM = {"buurt": "buurtcode", "wijk": "wijkcode"}


@dataclass(frozen=True)
class Indeling:
    """The areas of one year at one niveau.

    gebieden: GeoDataFrame with regiocode, regionaam, geometry (EPSG:28992; may be missing).
    adressen: a DataFrame, Arrow table or Arrow dataset with postcode, huisnummer and the code of
    the area in column `adreskolom`, or what gives them when asked; None where there is no file.
    """

    jaar: int
    gebieden: gpd.GeoDataFrame
    adressen: Any = None
    adreskolom: str = "buurtcode"

    @cached_property
    def codes(self) -> pd.Index:
        """The codes of the areas."""
        return pd.Index(self.gebieden["regiocode"].to_numpy(dtype=object))

    @cached_property
    def rang(self) -> np.ndarray:
        """Place of every code in alphabetical order; -1, at the end, for no code."""
        rang = np.full(len(self.codes) + 1, -1)
        rang[np.argsort(self.codes.to_numpy(), kind="stable")] = np.arange(len(self.codes))
        return rang

    @cached_property
    def grond(self) -> Grond:
        """The land of the areas."""
        return Grond.van(self.gebieden)

    def lees_adressen(self) -> Adressen | None:
        """The addresses, None where there are none."""
        if self.adressen is None:
            return None
        if callable(self.adressen):
            return self.adressen() or None
        return lees_adressen(self.adressen, (self.adreskolom,)) or None


class Indelingen:
    """The areas of many years at every niveau; what is worked out of a year stays.

    gebieden: table `gebieden` per year. adressen: table `cbs_adressen` per year, where there is one
    (Arrow dataset, DataFrame); they are read when a road needs them.
    """

    def __init__(
        self, gebieden: Mapping[int, gpd.GeoDataFrame], adressen: Mapping[int, Any]
    ) -> None:
        self._gebieden = gebieden
        self._adressen = Adresboeken(adressen, tuple(_ADRESKOLOM.values()))
        self._indelingen: dict[tuple[int, str], Indeling] = {}

    def van(self, jaar: int, niveau: str) -> Indeling:
        """The areas of a year at a niveau."""
        if (jaar, niveau) not in self._indelingen:
            alle = self._gebieden[jaar]
            self._indelingen[jaar, niveau] = Indeling(
                jaar,
                alle.loc[alle["niveau"].to_numpy(dtype=object) == niveau],
                (lambda: self._adressen[jaar]) if jaar in self._adressen else None,
                _ADRESKOLOM[niveau],
            )
        return self._indelingen[jaar, niveau]


class Delen(NamedTuple):
    """Parts of old areas in new ones: positions, weight, and the addresses or m² behind it."""

    van: np.ndarray
    naar: np.ndarray
    gewicht: np.ndarray
    aantal: np.ndarray


@dataclass(frozen=True)
class Paar:
    """Two years, and what roads between them need; measured once, and only when asked for."""

    van: Indeling
    naar: Indeling
    regels: Parameters

    @cached_property
    def overlap(self) -> Overlap:
        """Shared ground."""
        return overlap(self.van.grond, self.naar.grond)


def maak_omzetting(van: Indeling, naar: Indeling, regels: Parameters) -> pd.DataFrame:
    """The crosswalk from the areas of `van` to those of `naar`.

    Returns: van_regio, naar_regio, gewicht (0-1; sums to 1 per van_regio), methode, aantal
    (addresses or m² land behind the weight). An area for which no road exists stands there once
    with methode 'geen', without target or weight: counted, never dropped.
    """
    paar = Paar(van, naar, regels)
    wegen = {"zelfde_jaar": _zelfde_jaar} if van.jaar == naar.jaar else WEGEN
    rest = np.full(len(van.codes), True)
    gevonden: list[tuple[str, Delen]] = []
    for methode, weg in wegen.items():
        if not rest.any():
            break
        delen = weg(paar, rest)
        welke = rest[delen.van]
        gevonden.append((methode, Delen(*(rij[welke] for rij in delen))))
        rest[gevonden[-1][1].van] = False
    return _rijen(paar, gevonden, np.flatnonzero(rest))


def _rijen(paar: Paar, gevonden: list[tuple[str, Delen]], zonder: np.ndarray) -> pd.DataFrame:
    """The rows of the crosswalk, in the order of their codes."""
    leeg = np.full(len(zonder), np.nan)
    delen = [*(delen for _, delen in gevonden), Delen(zonder, np.full(len(zonder), -1), leeg, leeg)]
    i, j, gewicht, aantal = (np.concatenate(rij) for rij in zip(*delen, strict=True))
    methode = np.repeat(
        np.array([*(methode for methode, _ in gevonden), "geen"], dtype=object),
        [len(deel.van) for deel in delen],
    )
    naar_codes = np.append(paar.naar.codes.to_numpy(), np.nan)
    rij = np.lexsort((paar.naar.rang[j], paar.van.rang[i]))
    return pd.DataFrame(
        {
            "van_regio": pd.array(paar.van.codes.to_numpy()[i[rij]], dtype=TEKST),
            "naar_regio": pd.array(naar_codes[j[rij]], dtype=TEKST),
            "gewicht": gewicht[rij],
            "methode": pd.array(methode[rij], dtype=TEKST),
            "aantal": aantal[rij],
        }
    )


def _zelfde_jaar(paar: Paar, _rest: np.ndarray) -> Delen:
    """An area is itself."""
    plaats = np.arange(len(paar.van.codes))
    return Delen(
        plaats,
        paar.naar.codes.get_indexer(paar.van.codes),
        np.ones(len(plaats)),
        paar.van.gebieden["oppervlak_m2"].to_numpy(dtype="float64"),
    )


def _identiek(paar: Paar, _rest: np.ndarray) -> Delen:
    """The same ground, whatever the code: overlap / union at or above `grens_identiek`."""
    grond = paar.overlap
    zelfde = grond.overeenkomst >= paar.regels.grens_identiek
    van, naar, gedeeld = grond.van[zelfde], grond.naar[zelfde], grond.gedeeld[zelfde]
    return Delen(van, naar, np.ones(len(van)), gedeeld)


def _per_adres(paar: Paar, rest: np.ndarray) -> Delen:
    """Share of the addresses of an old area that lie in each new one (2016 and later)."""
    van, naar = paar.van.lees_adressen(), paar.naar.lees_adressen()
    if van is None or naar is None:
        return _geen_delen()
    paren = tel_paren(van, naar, paar.van.adreskolom, paar.van.codes[rest])
    i = paar.van.codes.get_indexer(pd.Index(paren["van_regio"]))
    j = paar.naar.codes.get_indexer(pd.Index(paren["naar_regio"]))
    aantal = np.where(j >= 0, paren["aantal"], 0)  # an area that does not exist is not found
    teruggevonden = np.bincount(i, aantal, minlength=len(rest))[i]
    welke = (j >= 0) & (teruggevonden >= paar.regels.minimum_adressen * paren["totaal"].to_numpy())
    i, j, aantal = i[welke], j[welke], aantal[welke].astype("float64")
    return Delen(i, j, aantal / teruggevonden[welke], aantal)


def _per_oppervlak(paar: Paar, _rest: np.ndarray) -> Delen:
    """Share of the land of an old area that lies in each new one (assumes even spread)."""
    grond = paar.overlap
    # Slivers below a thousandth are digitising noise between two editions of the map.
    echt = grond.gedeeld >= 0.001 * grond.van_m2[grond.van]
    echt &= grond.gedekt[grond.van] >= paar.regels.minimum_oppervlak
    van, gedeeld = grond.van[echt], grond.gedeeld[echt]
    som = np.bincount(van, gedeeld, minlength=len(grond.van_m2))
    return Delen(van, grond.naar[echt], gedeeld / som[van], gedeeld)


def _code_en_naam(paar: Paar, rest: np.ndarray) -> Delen:
    """Code and name agree, for areas whose ground is unknown in one of the two years."""
    grond = paar.overlap
    plaats = paar.naar.codes.get_indexer(paar.van.codes)
    i = np.flatnonzero(rest & (plaats >= 0))
    j = plaats[i]
    oud, nieuw = (
        indeling.gebieden["regionaam"].to_numpy(dtype=object)[waar]
        for indeling, waar in ((paar.van, i), (paar.naar, j))
    )
    onbekend = np.isnan(grond.van_m2[i]) | np.isnan(grond.naar_m2[j])
    i, j = i[onbekend & (oud == nieuw)], j[onbekend & (oud == nieuw)]
    return Delen(i, j, np.ones(len(i)), np.full(len(i), np.nan))


def _geen_delen() -> Delen:
    plaatsen = np.empty(0, np.int64)
    return Delen(plaatsen, plaatsen, np.empty(0), np.empty(0))


# In order of preference: an area takes the first road that reaches it.
WEGEN: dict[str, Callable[[Paar, np.ndarray], Delen]] = {
    "identiek": _identiek,
    "adressen": _per_adres,
    "oppervlak": _per_oppervlak,
    "code_en_naam": _code_en_naam,
}


def maak_omzettingen(
    jaar: int,
    bases: Iterable[tuple[str, int]],
    indelingen: Indelingen,
    regels: Parameters,
) -> pd.DataFrame:
    """The table `buurt_omzetting` from the areas of `jaar` to every (niveau, base year)."""
    delen = []
    for niveau, basis in sorted(set(bases)):
        deel = maak_omzetting(indelingen.van(jaar, niveau), indelingen.van(basis, niveau), regels)
        deel.insert(0, "niveau", niveau)
        deel.insert(1, "basis", basis)
        delen.append(deel)
    vol = [deel for deel in delen if not deel.empty]
    uit = pd.concat(vol, ignore_index=True) if vol else lege_tabel("buurt_omzetting")
    return in_tabelvorm(uit, "buurt_omzetting")
