"""How the division changes from year to year, as it does in reality.

Here: splits, mergers and moves of buurten, codes given to another area, mergers of gemeenten,
and letters in codes; every change is written down in `bijzonder`. Indelingswijziging is derived
from what changed since the year before: 1 nothing, 2 code only, 3 boundary.
Not here: figures, geometry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.voorbeeldland.grootte import ALLE_JAREN, Grootte, stroom
from veerkracht_dagster.voorbeeldland.indeling import (
    KOLOMMEN,
    Buurt,
    Landindeling,
    Toestand,
    eerste_toestand,
)
from veerkracht_dagster.voorbeeldland.namen import plaatsnamen
from veerkracht_dagster.voorbeeldland.raster import IntArray, Raster

JAAR_FUSIE, JAAR_HERGEBRUIK, JAAR_LETTERS = 2019, 2020, 2022
JAREN_ZONDER_WIJZIGING = (2021, 2023)
AANDEEL_PER_JAAR = 0.007


@dataclass
class Verloop:
    """All years' divisions, and the special cases met on the way (see `land.bijzonder`)."""

    raster: Raster
    indelingen: dict[int, Landindeling]
    bijzonder: dict[str, Any] = field(default_factory=dict)


def maak_verloop(zaad: int, grootte: Grootte, jaren: tuple[int, ...] = ALLE_JAREN) -> Verloop:
    """Return the divisions of the years; every change happens whether or not its year is asked."""
    fusies = max(1, grootte.gemeenten // 60)
    raster, toestand = eerste_toestand(zaad, grootte, fusies)
    maker = _Maker(raster, toestand, stroom(zaad, "wijzigingen"), fusies, grootte.buurten)
    indelingen: dict[int, Landindeling] = {}
    vorige: Landindeling | None = None
    for jaar in ALLE_JAREN:
        if jaar != ALLE_JAREN[0] and jaar not in JAREN_ZONDER_WIJZIGING:
            maker.wijzig(jaar)
        vorige = _leg_vast(jaar, toestand, vorige)
        if jaar in jaren:
            indelingen[jaar] = vorige
    return Verloop(raster, indelingen, maker.bijzonder)


class _Maker:
    """Makes the changes of a year; a buurt changes at most once in the life of the country."""

    def __init__(
        self, raster: Raster, t: Toestand, rng: np.random.Generator, fusies: int, buurten: int
    ) -> None:
        self.raster, self.t, self.rng, self.fusies = raster, t, rng, fusies
        self.per_jaar = max(1, round(AANDEEL_PER_JAAR * buurten / 3))
        self.gemeente_een_buurt = 0
        self.laatste_gemeente = len(t.gemeenten) - 1
        self.geraakt = {k for k, b in t.buurten.items() if t.wijken[b.wijk].gemeente == 0}
        soorten = ("gesplitst", "afgesplitst", "samengevoegd", "verplaatst", "code_hergebruikt")
        self.bijzonder: dict[str, Any] = {soort: {} for soort in soorten}
        self.vrijgekomen: list[tuple[int, str, str]] = []
        self._bereid_voor(ALLE_JAREN[0])

    def wijzig(self, jaar: int) -> None:
        self._bereid_voor(jaar)
        for _ in range(self.per_jaar):
            self._voeg_samen(jaar)
            self._splits(jaar, helemaal=jaar % 2 == 0)
            self._verplaats(jaar)
        if jaar == JAAR_FUSIE:
            self._fuseer(jaar)
        if jaar == JAAR_HERGEBRUIK:
            for _ in range(self.per_jaar):
                self._hernummer(jaar)
                if self._neem_oude_code(jaar):
                    self._voeg_samen(jaar)  # keeps the number of buurten as asked
        if jaar == JAAR_LETTERS:
            self._letters(jaar)

    def _hernoemd(self, jaar: int) -> list[int]:
        """Return the gemeenten that get new codes this year; nothing else happens to them then."""
        if jaar == JAAR_FUSIE:
            return list(range(1, 2 * self.fusies + 1))
        return [self.laatste_gemeente] if jaar == JAAR_LETTERS else []

    def _bereid_voor(self, jaar: int) -> None:
        """Put the year's candidates in a random order; what is touched is skipped when drawn."""
        t = self.t
        self.sleutel = max(t.buurten) + 1
        self.aantal = np.bincount(t.buurt_van_atoom, minlength=self.sleutel)
        wijk = np.zeros(self.sleutel, dtype=np.int64)
        gemeente = np.zeros(self.sleutel, dtype=np.int64)
        for k, buurt in t.buurten.items():
            wijk[k], gemeente[k] = buurt.wijk, t.wijken[buurt.wijk].gemeente
        rust = np.isin(gemeente, self._hernoemd(jaar))
        groot = np.flatnonzero((self.aantal >= 4) & ~rust)
        self.grote = [int(k) for k in self.rng.permutation(groot)]
        grens = t.buurt_van_atoom[self.raster.buren]
        a, b = np.divmod(np.unique(grens[:, 0] * self.sleutel + grens[:, 1]), self.sleutel)
        samen = (a != b) & (gemeente[a] == gemeente[b]) & ~rust[a]
        paren = np.stack([a, b], axis=1)[samen]
        gemengd = self.rng.permutation(paren)
        self.paren = gemengd.tolist()
        self.paren_wijk = gemengd[wijk[gemengd[:, 0]] == wijk[gemengd[:, 1]]].tolist()

    def _noteer(self, soort: str, jaar: int, sleutel: str, waarde: Any) -> None:
        self.bijzonder[soort].setdefault(jaar, {})[sleutel] = waarde

    def _grote_buurt(self, wijk: int | None = None) -> int | None:
        """Return an untouched buurt of at least four atoms (in a wijk), or None."""
        for k in self.grote:
            if k not in self.geraakt and wijk in (None, self.t.buurten[k].wijk):
                return k
        return None

    def _paar(self, paren: list[list[int]], minstens: int = 1) -> tuple[int, int] | None:
        """Return two untouched neighbours, the first of at least so many atoms, or None."""
        while paren:
            a, b = paren.pop()
            if a not in self.geraakt and b not in self.geraakt and self.aantal[a] >= minstens:
                return a, b
        return None

    def _helft(self, sleutel: int) -> IntArray:
        """Return about half of a buurt's atoms, on one side of a line."""
        atomen = np.flatnonzero(self.t.buurt_van_atoom == sleutel)
        hoek = self.rng.uniform(0, np.pi)
        langs = self.raster.x[atomen] * np.cos(hoek) + self.raster.y[atomen] * np.sin(hoek)
        return atomen[np.argsort(langs, kind="stable")[: len(atomen) // 2]]

    def _nieuwe(self, wijk: int, naam: str, atomen: IntArray, label: str | None = None) -> int:
        sleutel, self.sleutel = self.sleutel, self.sleutel + 1
        self.t.buurten[sleutel] = Buurt(wijk, label or self.t.nieuw_label(wijk), naam)
        self.t.buurt_van_atoom[atomen] = sleutel
        self.geraakt.add(sleutel)
        return sleutel

    def _splits(self, jaar: int, helemaal: bool) -> None:
        """Split a buurt: into two new codes, or with the old code kept for what is left."""
        sleutel = self._grote_buurt()
        if sleutel is None:
            return
        oud, buurt = self.t.code(sleutel), self.t.buurten[sleutel]
        self.geraakt.add(sleutel)
        deel = self._nieuwe(buurt.wijk, f"{buurt.naam} I", self._helft(sleutel))
        if helemaal:
            buurt.label, buurt.naam = self.t.nieuw_label(buurt.wijk), f"{buurt.naam} II"
            self._noteer("gesplitst", jaar, oud, [self.t.code(deel), self.t.code(sleutel)])
        else:
            self._noteer("afgesplitst", jaar, oud, self.t.code(deel))

    def _voeg_samen(self, jaar: int) -> None:
        """Merge two buurten; the first keeps its code, the second's disappears."""
        paar = self._paar(self.paren_wijk)
        if paar is None:
            return
        blijft, verdwijnt = paar
        weg = self.t.code(verdwijnt)
        self.t.buurt_van_atoom[self.t.buurt_van_atoom == verdwijnt] = blijft
        buurt = self.t.buurten.pop(verdwijnt)
        self.vrijgekomen.append((buurt.wijk, buurt.label, weg))
        self.geraakt |= {blijft, verdwijnt}
        self._noteer("samengevoegd", jaar, self.t.code(blijft), [self.t.code(blijft), weg])

    def _verplaats(self, jaar: int) -> None:
        """Move one atom from a buurt to its neighbour; both keep their codes."""
        paar = self._paar(self.paren, minstens=3)
        if paar is None:
            return
        van, naar = paar
        grens = self.t.buurt_van_atoom[self.raster.buren]
        rij = np.flatnonzero((grens[:, 0] == van) & (grens[:, 1] == naar))[0]
        self.t.buurt_van_atoom[self.raster.buren[rij, 0]] = naar
        self.geraakt |= {van, naar}
        self._noteer("verplaatst", jaar, self.t.code(van), self.t.code(naar))

    def _hernummer(self, jaar: int) -> None:
        """Give a buurt a new code, and its old code to a neighbour with other ground."""
        paar = self._paar(self.paren_wijk)
        if paar is None:
            return
        eerste, tweede = paar
        code, was_elders = self.t.code(eerste), self.t.code(tweede)
        buurt = self.t.buurten[eerste]
        self.t.buurten[tweede].label = buurt.label
        buurt.label = self.t.nieuw_label(buurt.wijk)
        self.geraakt |= {eerste, tweede}
        gegevens = {"oude_grond_heet_nu": self.t.code(eerste), "nieuwe_grond_heette": was_elders}
        self._noteer("code_hergebruikt", jaar, code, gegevens)

    def _neem_oude_code(self, jaar: int) -> bool:
        """Give a code that disappeared in an earlier merger to new ground in the same wijk."""
        for i, (wijk, label, oude_code) in enumerate(self.vrijgekomen):
            sleutel = self._grote_buurt(wijk)
            if sleutel is None or not oude_code.startswith("BU" + self.t.wijkcode(wijk)[2:]):
                continue
            self.geraakt.add(sleutel)
            code = self.t.code(sleutel)
            self._nieuwe(wijk, f"{self.t.buurten[sleutel].naam} I", self._helft(sleutel), label)
            gegevens = {"oude_grond_heet_nu": None, "nieuwe_grond_heette": code}
            self._noteer("code_hergebruikt", jaar, oude_code, gegevens)
            del self.vrijgekomen[i]
            return True
        return False

    def _fuseer(self, jaar: int) -> None:
        """Merge gemeenten in pairs under a new code; wijken of the second are numbered on."""
        self.bijzonder["gemeente_gefuseerd"] = {jaar: {}}
        for f in range(self.fusies):
            eerste, tweede = 1 + 2 * f, 2 + 2 * f
            oud = [f"GM{self.t.gemeenten[g][0]:04d}" for g in (eerste, tweede)]
            nummer = sum(w.gemeente == eerste for w in self.t.wijken.values())
            self.t.gemeenten[eerste] = (3101 + f, plaatsnamen(self.rng, 1)[0])
            for wijk in self.t.wijken.values():
                if wijk.gemeente == tweede:
                    wijk.gemeente, wijk.label = eerste, f"{nummer:02d}"
                    wijk.naam = f"Wijk {nummer:02d} {wijk.naam.split(' ', 2)[2]}"
                    nummer += 1
            del self.t.gemeenten[tweede]
            self._noteer("gemeente_gefuseerd", jaar, f"GM{3101 + f:04d}", oud)

    def _letters(self, jaar: int) -> None:
        """Give the wijken of the last gemeente letters, in another order than their numbers."""
        self.bijzonder["lettercodes"] = {jaar: {}}
        wijken = [k for k, w in self.t.wijken.items() if w.gemeente == self.laatste_gemeente]
        for i, k in enumerate(self.rng.permutation(wijken)):
            oud, wijk = self.t.wijkcode(int(k)), self.t.wijken[int(k)]
            wijk.label = f"{'MNPRSTWX'[i // 26]}{chr(ord('A') + i % 26)}"
            wijk.naam, wijk.gebruikt = wijk.naam.split(" ", 2)[2], {"00"}
            for buurt in self.t.buurten.values():
                if buurt.wijk == k:
                    buurt.label = self.t.nieuw_label(int(k))
            self._noteer("lettercodes", jaar, oud, self.t.wijkcode(int(k)))


def _leg_vast(jaar: int, t: Toestand, vorige: Landindeling | None) -> Landindeling:
    """Return the division of this moment as tables, in the publisher's order of rows."""
    sleutels = np.array(sorted(t.buurten), dtype=np.int64)
    rijen = []
    for k in sleutels:
        buurt = t.buurten[int(k)]
        wijk = t.wijken[buurt.wijk]
        gemeente, naam = t.gemeenten[wijk.gemeente]
        gebied = (t.wijkcode(buurt.wijk), wijk.naam, f"GM{gemeente:04d}", naam)
        rijen.append((t.code(int(k)), buurt.naam, *gebied, 1))
    tabel = pd.DataFrame(rijen, columns=list(KOLOMMEN))
    volgorde = np.lexsort(
        [tabel[k].to_numpy(dtype=object) for k in ("buurtcode", "wijkcode", "gemeentenaam")]
    )
    rij_van_sleutel = np.full(int(sleutels.max()) + 1, -1, dtype=np.int64)
    rij_van_sleutel[sleutels[volgorde]] = np.arange(len(sleutels))
    tabel = tabel.iloc[volgorde].reset_index(drop=True)
    rij = rij_van_sleutel[t.buurt_van_atoom]
    tabel["indelingswijziging"] = _indelingswijziging(tabel, rij, vorige)
    return Landindeling(jaar, tabel, rij)


def _indelingswijziging(
    tabel: pd.DataFrame, rij: IntArray, vorige: Landindeling | None
) -> IntArray:
    if vorige is None:
        return np.ones(len(tabel), dtype=np.int64)
    paar = pd.DataFrame({"nu": rij, "toen": vorige.buurt_van_atoom}).drop_duplicates()
    een = ~(paar["nu"].duplicated(keep=False) | paar["toen"].duplicated(keep=False))
    zelfde = paar[een]
    uit = np.full(len(tabel), 3, dtype=np.int64)
    nu = tabel["buurtcode"].to_numpy()[zelfde["nu"]]
    toen = vorige.buurten["buurtcode"].to_numpy()[zelfde["toen"]]
    uit[zelfde["nu"]] = np.where(nu == toen, 1, 2)
    return uit
