"""The oracle's choice of years and groups: which year a figure is of, and what K is made of.

Here: cells of any column in any year on the areas of an edition, reach, years that stand in, and
the groups of an edition, from `docs/methode.md`: "Jaren die niet samenvallen", "Bereik" and
"Kwetsbare bewoners: open bronnen". Not here: K, V and classes (`rekenen.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.orakel import lezen
from tests.orakel.cellen import SCORES, Figuur, figuur
from tests.orakel.lezen import Rijen
from tests.orakel.regels import FIGUREN, Groep, Regels
from tests.orakel.wegen import Deel, Landen

Figuren = dict[str, Figuur]


class Cijfers:
    """Every column of every year, on the areas of the edition."""

    def __init__(self, bronnen: Path, regels: Regels) -> None:
        self.regels = regels
        self.landen = Landen(bronnen, regels.niveau, regels.omzetting)
        self._buurten = Landen(bronnen, "buurt", regels.omzetting)  # of which wijken are made
        alle = sorted(self.landen.jaar(regels.basis).gebieden)
        mee = regels.gemeenten
        self.codes = [code for code in alle if not mee or f"GM{code[2:6]}" in mee]
        self._bronnen = bronnen
        self._rijen: dict[tuple[str, int], tuple[Rijen, int, str]] = {}
        self._omzetting: dict[tuple[int, str], dict[str, list[Deel]]] = {}
        self._figuren: dict[tuple[str, int], Figuren] = {}
        self._scores: dict[str, dict[int, Rijen]] = {}

    def figuren(self, kolom: str, jaar: int) -> Figuren:
        """The cells of a column of a year."""
        if (kolom, jaar) not in self._figuren:
            rijen, gebiedsjaar, niveau = self._bron(FIGUREN[kolom][0], jaar)
            uit = dict.fromkeys(self.codes, Figuur())
            if rijen and not (niveau != self.regels.niveau and kolom in SCORES):
                minimum = self.regels.omzetting["minimum_dekking"]
                delen = self._delen(gebiedsjaar, niveau)
                for code in self.codes:
                    uit[code] = figuur(kolom, delen[code], rijen, self.regels.kolommen, minimum)
            self._figuren[kolom, jaar] = uit
        return self._figuren[kolom, jaar]

    def _delen(self, gebiedsjaar: int, niveau: str) -> dict[str, list[Deel]]:
        if (gebiedsjaar, niveau) not in self._omzetting:
            basis = self.regels.basis
            self._omzetting[gebiedsjaar, niveau] = (
                self.landen.omzetting(gebiedsjaar, basis)
                if niveau == self.regels.niveau
                else self._buurten.naar_wijken(
                    gebiedsjaar, basis, list(self.landen.jaar(basis).gebieden)
                )
            )
        return self._omzetting[gebiedsjaar, niveau]

    def _bron(self, bron: str, jaar: int) -> tuple[Rijen, int, str]:
        """The rows of a source of a year, the year of their areas, and which areas these are."""
        if (bron, jaar) not in self._rijen:
            niveaus = [self.regels.niveau] + ["buurt"] * (self.regels.niveau == "wijk")
            gelezen = [(*BRONNEN[bron](self, jaar, niveau), niveau) for niveau in niveaus]
            met_rijen = [uit for uit in gelezen if uit[0]]
            self._rijen[bron, jaar] = (met_rijen or gelezen)[0]
        return self._rijen[bron, jaar]

    def _kerncijfers(self, jaar: int, niveau: str) -> tuple[Rijen, int]:
        return lezen.kerncijfers(self._bronnen, jaar, niveau), jaar

    def _woonzorgwijzer(self, jaar: int, niveau: str) -> tuple[Rijen, int]:
        return lezen.levering(self._bronnen, "woonzorgwijzer", jaar, niveau, lezen.WOONZORG)

    def _microdata(self, jaar: int, niveau: str) -> tuple[Rijen, int]:
        return lezen.levering(self._bronnen, "cbs_microdata", jaar, niveau, lezen.MICRODATA)

    def _regiobeeld(self, jaar: int, niveau: str) -> tuple[Rijen, int]:
        return lezen.regiobeeld(self._bronnen, jaar, niveau), 2024

    def _leefbaarometer(self, jaar: int, niveau: str) -> tuple[Rijen, int]:
        if niveau not in self._scores:
            self._scores[niveau] = lezen.leefbaarometer(self._bronnen, niveau)
        return self._scores[niveau].get(jaar, {}), 2024


BRONNEN: dict[str, Callable[[Cijfers, int, str], tuple[Rijen, int]]] = {
    "kerncijfers": Cijfers._kerncijfers,
    "woonzorgwijzer": Cijfers._woonzorgwijzer,
    "microdata": Cijfers._microdata,
    "regiobeeld": Cijfers._regiobeeld,
    "leefbaarometer": Cijfers._leefbaarometer,
}


class Keuze:
    """The year of each figure at both ends, and the groups that K is made of."""

    def __init__(self, cijfers: Cijfers) -> None:
        self.cijfers, self.regels = cijfers, cijfers.regels
        self.bewoond = [code for code in cijfers.codes if self._bewoond(code)]
        self.jaar_van_groep: dict[str, dict[str, int]] = {"begin": {}, "eind": {}}
        self.groepen, self.vergelijkbaar = self._groepen()

    def _terug(self, jaar: int) -> list[int]:
        """A year and the earlier ones that may stand in for it, the latest first."""
        vroegste = max(self.regels.eerste_jaar, jaar - self.regels.p["terugval_jaren"])
        return list(range(jaar, vroegste - 1, -1))

    def _bewoond(self, code: str) -> bool:
        """Whether someone lives there, by the latest year that counts; unknown is yes."""
        for jaar in self._terug(self.regels.eind):
            geteld = self.cijfers.figuren("inwoners", jaar)[code].getal
            if geteld is not None:
                return geteld > 0
        return True

    def bereikt(self, kolommen: tuple[str, ...], jaar: int) -> bool:
        """Whether enough inhabited areas have a figure of all these columns in this year."""
        figuren = [self.cijfers.figuren(kolom, jaar) for kolom in kolommen]
        met = sum(all(f[code].getal is not None for f in figuren) for code in self.bewoond)
        return met > 0 and met >= self.regels.p["terugval_bereik"] * len(self.bewoond)

    def jaar(self, kolommen: tuple[str, ...], kant: str) -> int | None:
        """The year itself where it has any figure, else the latest before it that reaches."""
        eigen = getattr(self.regels, kant)
        if all(
            any(f.getal is not None for f in self.cijfers.figuren(kolom, eigen).values())
            for kolom in kolommen
        ):
            return int(eigen)
        return next((j for j in self._terug(eigen)[1:] if self.bereikt(kolommen, j)), None)

    def _jaar_van_groep(self, naam: str, kant: str) -> int | None:
        kolommen = self.regels.groepen[naam].kolommen
        jaren = self._terug(getattr(self.regels, kant))
        return next((jaar for jaar in jaren if self.bereikt(kolommen, jaar)), None)

    def _groepen(self) -> tuple[list[str], bool]:
        """The groups, and whether begin and end have them both."""
        p = self.regels.p
        for naam in self.regels.groepen:
            for kant, jaren in self.jaar_van_groep.items():
                if (jaar := self._jaar_van_groep(naam, kant)) is not None:
                    jaren[naam] = jaar
        for kanten in (("begin", "eind"), ("eind",)):
            gekozen: list[str] = []
            for naam in p["kwetsbaar_groepen"]:
                invallers = [naam, p["kwetsbaar_vervangers"].get(naam)]
                goed = [
                    n for n in invallers if n and all(n in self.jaar_van_groep[k] for k in kanten)
                ]
                if goed and goed[0] not in gekozen:
                    gekozen.append(goed[0])
            if gekozen:
                return gekozen, len(kanten) == 2
        return [], False

    def groep(self, naam: str) -> Groep:
        return self.regels.groepen[naam]
