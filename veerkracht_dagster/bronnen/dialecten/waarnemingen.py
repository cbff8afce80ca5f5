"""Observations, one row per measure and region, laid out as a column per measure.

Here: long to wide for both forms in which CBS gives v4 (JSON pages, bulk CSV); every row is looked
at by column, never one by one. A cell that is not among the observations is empty.
Not here: reading either form (`odata_v4.py`, `odata_v4_csv.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.fouten import bronfout
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.regio import niveaus, tekst
from veerkracht_dagster.bronnen.vorm import Kolommen

_GEEN_MERKTEKEN = ("None", "", None)  # ValueAttribute of an ordinary value


@dataclass(frozen=True)
class Gecodeerd:
    """A column of texts as positions in its distinct values."""

    plaatsen: np.ndarray
    waarden: Sequence[str | None]

    @classmethod
    def van(cls, teksten: Iterable[object]) -> Gecodeerd:
        """From one text per row; None is a value of its own."""
        plaatsen, waarden = pd.factorize(
            np.array(list(teksten), dtype=object), use_na_sentinel=False
        )
        return cls(plaatsen, [None if w is None or w != w else str(w) for w in waarden])

    def naar(self, plaats: dict[str, int]) -> np.ndarray:
        """Per row the place of its text in `plaats`, -1 where it has none."""
        per_waarde = np.array([plaats.get(w or "", -1) for w in self.waarden], dtype=np.int64)
        return per_waarde[self.plaatsen] if len(per_waarde) else self.plaatsen.astype(np.int64)


@dataclass(frozen=True)
class Waarnemingen:
    """The observations of one file, in its order. `tekst` may be absent: a table of numbers."""

    bestand: Bestand
    regio: Gecodeerd
    maat: Gecodeerd
    merk: Gecodeerd
    waarde: np.ndarray
    tekst: Gecodeerd | None = None


@dataclass
class Vulling:
    """Fills the wide columns file by file, so that only one file is in memory."""

    plaats: dict[str, int]  # region -> row
    sleutels: dict[str, str]  # our column -> measure
    wijziging: str | None  # measure with the change of boundaries, a text
    dimensie: str
    maten: Set[str]  # every measure of the table, also those that we do not keep
    waarden: dict[str, np.ndarray] = field(init=False)
    bestand: np.ndarray = field(init=False)
    rij: np.ndarray = field(init=False)
    wijzigingen: np.ndarray = field(init=False)
    merktekens: Counter[str] = field(default_factory=Counter)
    aantal: int = 0

    def __post_init__(self) -> None:
        aantal = len(self.plaats)
        maten = list(dict.fromkeys(self.sleutels.values()))
        self._maten = {maat: i for i, maat in enumerate(maten)}
        self._tabel = np.full((len(maten), aantal), np.nan)
        self._gezien = np.zeros((len(maten), aantal), bool)
        self.waarden = {n: self._tabel[self._maten[m]] for n, m in self.sleutels.items()}
        self.bestand = np.full(aantal, None, dtype=object)
        self.rij = np.full(aantal, -1)
        self.wijzigingen = np.full(aantal, None, dtype=object)

    def neem(self, deel: Waarnemingen) -> None:
        """Take over the observations of one file.

        Raises:
            BronFout: a region or measure that is not in its list, or a cell for the second time.
        """
        regio = deel.regio.naar(self.plaats)
        self._weiger_onbekende(deel, deel.regio, regio, self.dimensie, "regio")
        bekend = deel.maat.naar(dict.fromkeys(self.maten, 0))
        self._weiger_onbekende(deel, deel.maat, bekend, "Measure", "maat")
        self.aantal += len(regio)
        # Later rows first, so that what stays is the first row of a region.
        nieuw = np.flatnonzero(self.rij[regio] < 0)[::-1]
        self.bestand[regio[nieuw]] = deel.bestand.sha256
        self.rij[regio[nieuw]] = nieuw
        maat = deel.maat.naar(self._maten)
        eigen = np.flatnonzero(maat >= 0)
        self._weiger_dubbele(deel, eigen, maat[eigen], regio[eigen])
        self._gezien[maat[eigen], regio[eigen]] = True
        gewoon = np.array([merk in _GEEN_MERKTEKEN for merk in deel.merk.waarden], bool)
        is_gewoon = gewoon[deel.merk.plaatsen[eigen]] if len(gewoon) else np.ones(0, bool)
        for merk, keren in enumerate(np.bincount(deel.merk.plaatsen[eigen[~is_gewoon]])):
            if keren:
                self.merktekens[str(deel.merk.waarden[merk])] += int(keren)
        goed = eigen[is_gewoon]
        self._tabel[maat[goed], regio[goed]] = deel.waarde[goed]
        self._neem_wijziging(deel, regio)

    def _neem_wijziging(self, deel: Waarnemingen, regio: np.ndarray) -> None:
        if self.wijziging is None or deel.tekst is None:
            return
        rijen = np.flatnonzero(deel.maat.naar({self.wijziging: 0}) == 0)
        teksten = np.array([*deel.tekst.waarden], dtype=object)
        self.wijzigingen[regio[rijen]] = teksten[deel.tekst.plaatsen[rijen]]

    def _weiger_onbekende(
        self, deel: Waarnemingen, kolom: Gecodeerd, plaats: np.ndarray, naam: str, wat: str
    ) -> None:
        for rij in np.flatnonzero(plaats < 0)[:1]:
            code = kolom.waarden[kolom.plaatsen[rij]]
            raise bronfout(
                deel.bestand.waar,
                kolom=naam,
                rij=int(rij),
                code=str(code),
                gevonden=f"een waarneming van {wat} {code!r}",
                verwacht=f"een {wat} uit {naam}Codes",
                remedie="haal Observations en codes op hetzelfde moment opnieuw op",
            )

    def _weiger_dubbele(
        self, deel: Waarnemingen, rijen: np.ndarray, maat: np.ndarray, regio: np.ndarray
    ) -> None:
        """A cell that was seen before, in an earlier file or earlier in this one."""
        sleutel = maat * len(self.plaats) + regio
        eerder = self._gezien[maat, regio]
        volgorde = np.argsort(sleutel, kind="stable")
        gesorteerd = sleutel[volgorde]
        eerder[volgorde[1:]] |= gesorteerd[1:] == gesorteerd[:-1]
        for plek in np.flatnonzero(eerder)[:1]:
            rij = int(rijen[plek])
            raise bronfout(
                deel.bestand.waar,
                kolom=deel.maat.waarden[deel.maat.plaatsen[rij]],
                rij=rij,
                code=str(deel.regio.waarden[deel.regio.plaatsen[rij]]),
                gevonden="een tweede waarneming van dezelfde cel",
                verwacht="een waarneming per maat en regio",
                remedie="haal de Observations opnieuw op, zonder dubbele pagina's",
            )

    @property
    def opmerkingen(self) -> tuple[str, ...]:
        """What the publisher's marks said."""
        return tuple(
            f"{aantal} waarnemingen met ValueAttribute '{merk}' zijn geen waarde"
            for merk, aantal in sorted(self.merktekens.items())
        )


def gebieden_van(
    regio: pd.Series, titels: pd.Series, plek: tuple[np.ndarray, np.ndarray], vulling: Vulling
) -> Kolommen:
    """The areas' texts and origin; a region without observations has its place in the codes' file.

    Args:
        plek: file (sha256) and row of each region in the list of regions.
    """
    naam_van = dict(zip(regio, titels, strict=True))
    gemeente = ("GM" + regio.str[2:6]).where(regio != "NL00", "NL00")
    gezien = vulling.rij >= 0
    return {
        "niveau": niveaus(regio),
        "regiocode": regio,
        "regionaam": titels,
        "gemeentenaam": gemeente.map(naam_van).astype("str"),
        "indelingswijziging": tekst(vulling.wijzigingen),
        "bron_bestand": pd.Series(np.where(gezien, vulling.bestand, plek[0]), dtype="str"),
        "bron_rij": pd.Series(np.where(gezien, vulling.rij, plek[1])),
    }
