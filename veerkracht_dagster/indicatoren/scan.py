"""A corporation's scan: its measures per wijk and buurt, with colour, stock and target year.

Here: the table `scan`. A wijk is the weighted mean of its buurten.
Not here: the corporation's file (`bronnen/scans.py`), the pages (`rapport/scan.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.scans import Scanopdracht
from veerkracht_dagster.catalogus.models import Catalogus, Editie, Maat
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel
from veerkracht_dagster.indicatoren.relatief import gewogen_spreiding
from veerkracht_dagster.klassegrenzen import Getallen

GROEN, ORANJE, ROOD, GEEN = "groen", "oranje", "rood", "geen"
GEMETEN, ONTBREEKT, WEGGELATEN = "gemeten", "ontbreekt", "weggelaten"


class ScanFout(ValueError):
    """A corporation's file asks for areas that the edition does not have."""


def scan(
    indicatoren: Mapping[str, pd.DataFrame],
    gebieden: pd.DataFrame,
    opdrachten: Mapping[str, Scanopdracht],
    editie: Editie,
    cat: Catalogus,
) -> pd.DataFrame:
    """The table `scan` of an edition: a row per corporation, area and measure of every domain.

    A measure that the corporation leaves out has its rows too, without a figure: `weggelaten`.

    Args:
        indicatoren: all indicator tables, by name.
        gebieden: table `gebieden` of the base year, for the names of wijken and buurten.
        opdrachten: the corporations of this edition, by key.

    Raises:
        ScanFout: a working area has no areas in this edition.
    """
    alles = _naast_elkaar(indicatoren)
    namen = dict(zip(gebieden["regiocode"], gebieden["regionaam"], strict=True))
    delen = [
        deel
        for sleutel, opdracht in sorted(opdrachten.items())
        for deel in _van_corporatie(sleutel, opdracht, alles, namen, editie, cat)
    ]
    return in_tabelvorm(pd.concat(delen), "scan") if delen else lege_tabel("scan")


def _naast_elkaar(indicatoren: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    delen = [tabel.set_index("regiocode") for tabel in indicatoren.values()]
    alles = pd.concat(delen, axis=1)
    return alles.loc[:, ~alles.columns.duplicated()]


def _van_corporatie(
    sleutel: str,
    opdracht: Scanopdracht,
    alles: pd.DataFrame,
    namen: Mapping[str, str | None],
    editie: Editie,
    cat: Catalogus,
) -> list[pd.DataFrame]:
    deel = alles.loc[_werkgebied(sleutel, opdracht, alles.index, editie)]
    maten = opdracht.maten(cat)
    gemiddelden = {
        maat.kolom: gewogen_spreiding(alles[maat.kolom], alles["inwoners_eind"])[0]
        for _, maat in maten.values()
        if maat.van_gemiddelde
    }
    uit = []
    for niveau in ["wijk", "buurt"] if editie.niveau == "buurt" else ["wijk"]:
        groep = _Groep.van(deel.index, niveau)
        bezit = _bezit(deel, groep, opdracht)
        for naam, (domein, maat) in maten.items():
            gemiddelde = gemiddelden.get(maat.kolom, 1.0)
            vast: dict[str, Any] = {
                "corporatie": sleutel,
                "naam": opdracht.naam,
                "niveau": niveau,
                "regiocode": groep.codes,
                "regionaam": [namen.get(code) for code in groep.codes],
                "domein": domein,
                "rol": opdracht.rol(domein, cat),
                "maat": naam,
                "titel": maat.titel,
                "eenheid": maat.eenheid,
                "streefjaar": opdracht.streefjaar,
                "gebieden": groep.aantal(np.ones(len(deel))),
            }
            if naam in opdracht.zonder:
                cijfers = _WEGGELATEN
            else:
                cijfers = _maat(
                    deel, groep, maat, gemiddelde, editie, opdracht, cat.omzetting.minimum_dekking
                )
            uit.append(pd.DataFrame({**vast, **cijfers, **bezit}))
    return uit


@dataclass(frozen=True)
class _Groep:
    """The wijken or buurten that areas stand for: their codes, and the place of every area."""

    codes: np.ndarray
    plaats: np.ndarray
    alleen: np.ndarray  # groups of one area

    @classmethod
    def van(cls, gebieden: pd.Index, niveau: str) -> _Groep:
        namen = ("WK" + gebieden.str[2:8] if niveau == "wijk" else gebieden).to_numpy(object)
        codes, plaats = np.unique(namen.astype("str"), return_inverse=True)
        return cls(codes.astype(object), plaats, np.bincount(plaats) == 1)

    def aantal(self, welke: np.ndarray) -> Getallen:
        """Of each, how many areas."""
        return np.bincount(self.plaats, welke, len(self.codes)).astype(np.float64)

    def som(self, waarde: Getallen) -> Getallen:
        """Sum of what there is; nan where there is nothing."""
        heeft = ~np.isnan(waarde)
        totaal = np.bincount(self.plaats, np.where(heeft, waarde, 0.0), len(self.codes))
        return np.where(np.bincount(self.plaats, heeft, len(self.codes)) > 0, totaal, np.nan)

    def gemiddelde(
        self, waarde: Getallen, gewicht: Getallen, minimum_dekking: float, *, van_levering: bool
    ) -> Getallen:
        """Weighted mean; nan where too little of the weight has a figure: of the areas, where the
        weight of one of them is unknown. van_levering: an area without a weight is none of it.

        An area that is alone in its group keeps its figure, also where nobody is known to live.
        """
        telt = ~np.isnan(waarde) & (gewicht > 0)
        som = self.som(np.where(telt, waarde * gewicht, np.nan))
        gedekt = self.som(np.where(telt, gewicht, np.nan))
        with np.errstate(invalid="ignore"):
            onbekend = np.isnan(gewicht) & (not van_levering)
            los = np.bincount(self.plaats, onbekend, len(self.codes)) > 0
            per_stuk = np.bincount(self.plaats, telt, len(self.codes)) / np.bincount(self.plaats)
            genoeg = np.where(
                los, per_stuk >= minimum_dekking, gedekt >= minimum_dekking * self.som(gewicht)
            )
            uit = np.where(genoeg, som / gedekt, np.nan)
        eigen = np.empty(len(self.codes))
        eigen[self.plaats] = waarde
        return np.where(self.alleen, eigen, uit)


def _werkgebied(
    sleutel: str, opdracht: Scanopdracht, codes: pd.Index, editie: Editie
) -> np.ndarray:
    """Which areas belong to it: codes are built from the top down, so a start says enough."""
    kaal = codes.str[2:]
    hoort = np.zeros(len(codes), dtype=bool)
    leeg = []
    for gebied in opdracht.werkgebied:
        raak = kaal.str.startswith(gebied[2:])
        if not raak.any():
            leeg.append(gebied)
        hoort |= np.asarray(raak)
    if leeg:
        raise ScanFout(
            f"levering/scan/{sleutel}.yml, werkgebied: {', '.join(leeg)} heeft geen gebieden in "
            f"editie {opdracht.editie} ({editie.niveau}en van {editie.basisjaar}); gebruik de "
            "codes van dat jaar"
        )
    return hoort


_WEGGELATEN: dict[str, Any] = {
    "status": WEGGELATEN, "gemeten": np.nan, "waarde": np.nan, "begin": np.nan, "verwacht": np.nan,
    "kleur": GEEN, "koers": "onbekend",
}  # fmt: skip


def _bezit(deel: pd.DataFrame, groep: _Groep, opdracht: Scanopdracht) -> dict[str, Any]:
    """Dwellings of the corporation per area, and whether that is much."""
    alle = deel["woningen_eind"].to_numpy()
    if opdracht.bezit == "bik":
        eigen = deel["bik_woningen_eind"].to_numpy()
    else:
        eigen = deel["corporatie_eind"].to_numpy() / 100.0 * alle
    # What the corporation owns of a part is held against the dwellings of that part.
    woningen, totaal = groep.som(eigen), groep.som(np.where(np.isnan(eigen), np.nan, alle))
    aandeel = woningen / np.where(totaal > 0, totaal, np.nan)
    bekend = ~np.isnan(aandeel)
    veel = np.select([aandeel >= opdracht.veel_bezit, bekend], ["ja", "nee"], "onbekend")
    return {"woningen_corporatie": woningen, "veel_bezit": veel}


def _maat(
    deel: pd.DataFrame,
    groep: _Groep,
    maat: Maat,
    gemiddelde: float,
    editie: Editie,
    opdracht: Scanopdracht,
    minimum_dekking: float,
) -> dict[str, Any]:
    dekking, gewicht = minimum_dekking, deel[maat.weging].to_numpy()
    figuur = _figuur(deel[maat.kolom], maat)
    eigen = maat.van_levering
    waarde = groep.gemiddelde(figuur, gewicht, dekking, van_levering=eigen)
    begin = np.full(len(waarde), np.nan)
    if maat.begin is not None:
        begin = groep.gemiddelde(deel[maat.begin].to_numpy(), gewicht, dekking, van_levering=eigen)
    per_jaar = (waarde - begin) / (editie.eind - editie.begin)
    verwacht = waarde + per_jaar * (opdracht.streefjaar - editie.eind)
    nu, dan = (_kleur(cijfer, maat, gemiddelde) for cijfer in (waarde, verwacht))
    koers = np.select(
        [nu == GROEN, (nu == GEEN) | (dan == GEEN), dan == GROEN],
        ["bereikt", "onbekend", "op koers"],
        "niet op koers",
    )
    return {
        "status": np.where(np.isnan(waarde), ONTBREEKT, GEMETEN),
        "gemeten": groep.aantal(~np.isnan(figuur)),
        "waarde": waarde, "begin": begin, "verwacht": verwacht, "kleur": nu, "koers": koers,
    }  # fmt: skip


def _figuur(kolom: pd.Series, maat: Maat) -> Getallen:
    """The figure itself, or for classes 100 where the area is in one of them and 0 where not."""
    waarde = kolom.to_numpy(dtype="float64")
    if not maat.klassen:
        return waarde
    return np.where(np.isnan(waarde), np.nan, np.where(np.isin(waarde, maat.klassen), 100.0, 0.0))


def _kleur(waarde: Getallen, maat: Maat, gemiddelde: float) -> np.ndarray:
    """Green, red or between; none without a figure or without cuts."""
    if maat.groen is None or maat.rood is None:
        return np.full(len(waarde), GEEN)
    maal = gemiddelde if maat.van_gemiddelde else 1.0
    teken = 1.0 if maat.beter == "hoger" else -1.0
    x, groen, rood = teken * waarde, teken * maat.groen * maal, teken * maat.rood * maal
    leeg = np.isnan(waarde) | np.isnan(maal)
    return np.select([leeg, x >= groen, x < rood], [GEEN, GROEN, ROOD], ORANJE)
