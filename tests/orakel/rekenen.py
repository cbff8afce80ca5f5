"""The nine layers, focus and structureel a second time, straight from the raw files.

A plain program, buurt by buurt, that shares no code with the project: what it knows is the method
(docs/methode.md) and the publishers' file formats. Its thresholds are written out here.
Here: years, K, V, changes, classes. Not here: files (`lezen.py`), boundaries (`omzetten.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from pathlib import Path

from tests.orakel import lezen
from tests.orakel.lezen import NIEMAND, Cel, Rijen
from tests.orakel.omzetten import Omzetting, bereik, omzetting, zet_om

TK, TP = 1.0, 0.01
GROEPEN = {  # numerators and denominator
    "uitkering": (("bijstand", "ao", "ww"), "inwoners"),
    "lvb": (("lvb",), "wzw_inwoners"),
    "ggz": (("ggz",), "wzw_inwoners"),
}
GEEN = -9


@dataclass(frozen=True)
class Editie:
    begin: int
    eind: int
    basis: int
    niveau: str = "buurt"


@dataclass
class Bron:
    """One source on the areas of the edition, by year, and how many areas each year reaches."""

    jaren: dict[int, Rijen] = field(default_factory=dict)
    bereik: dict[int, int] = field(default_factory=dict)

    def jaar_voor(self, anker: int, kolommen: Iterable[str]) -> int | None:
        """That year, or one or two before it: the first with figures in all the columns."""
        kolommen = list(kolommen)
        for jaar in (anker, anker - 1, anker - 2):
            rijen = self.jaren.get(jaar, {})
            gevuld = all(
                any(isinstance(rij[kolom], float) for rij in rijen.values()) for kolom in kolommen
            )
            if rijen and gevuld and self.bereik[jaar] >= 0.9 * self.bereik.get(anker, 0):
                return jaar
        return None

    def cel(self, jaar: int | None, code: str, kolom: str) -> Cel:
        return None if jaar is None else self.jaren[jaar][code][kolom]


class Orakel:
    """All layers of an edition: `klassen[laag][code]`, `waarden[laag][code]`, `structureel`."""

    def __init__(self, bronnen: Path, editie: Editie) -> None:
        self.bronnen, self.editie = bronnen, editie
        self._wegen: dict[int, Omzetting] = {}
        self.codes = sorted(self._weg(editie.basis))
        self.bron = self._lees_alles()
        self.klassen: dict[str, dict[str, int]] = {}
        self.waarden: dict[str, dict[str, float | None]] = {}
        self.structureel: dict[str, dict[str, str]] = {}
        self._reken()

    # --- sources on the areas of the edition ---
    def _weg(self, jaar: int) -> Omzetting:
        if jaar not in self._wegen:
            e = self.editie
            self._wegen[jaar] = omzetting(self.bronnen, jaar, e.basis, e.niveau)
        return self._wegen[jaar]

    def _lees_alles(self) -> dict[str, Bron]:
        e = self.editie
        uit = {naam: Bron() for naam in ("kwb", "wzw", "md", "lbm")}
        for anker in (e.begin, e.eind):
            for jaar in (anker, anker - 1, anker - 2):
                if jaar < 2014:  # the first year of the project
                    continue
                kwb = lezen.kerncijfers(self.bronnen, jaar, e.niveau)
                self._zet(uit["kwb"], jaar, kwb, jaar, lezen.KERNCIJFERS)
                for naam, map_, kolommen in (
                    ("wzw", "woonzorgwijzer", lezen.WOONZORG),
                    ("md", "cbs_microdata", lezen.MICRODATA),
                ):
                    rijen, op = lezen.levering(self.bronnen, map_, jaar, e.niveau, kolommen)
                    self._zet(uit[naam], jaar, rijen, op, kolommen)
        scores = lezen.leefbaarometer(self.bronnen, e.niveau)
        jaren = {j for a in (e.begin, e.eind) for j in (a, a - 1, a - 2)}
        for jaar in sorted(jaren | set(range(e.begin, e.eind + 1, 2))):
            if jaar >= 2014:
                self._zet(uit["lbm"], jaar, scores.get(jaar, {}), 2024, ["onv"])
        return uit

    def _zet(self, bron: Bron, jaar: int, rijen: Rijen, op: int, kolommen: Iterable[str]) -> None:
        if rijen:
            bron.jaren[jaar] = zet_om(rijen, self._weg(op), kolommen)
            bron.bereik[jaar] = bereik(rijen, self._weg(op))

    # --- K ---
    def _aandeel(self, bron: Bron, anker: int, tellers: Iterable[str], noemer: str) -> dict:
        """Share 0-1 per area; None without one."""
        tellers = list(tellers)
        jaar = bron.jaar_voor(anker, [*tellers, noemer])
        uit: dict[str, float | None] = {}
        for code in self.codes:
            delen = [bron.cel(jaar, code, teller) for teller in tellers]
            geheel = bron.cel(jaar, code, noemer)
            compleet = all(isinstance(deel, float) for deel in [*delen, geheel])
            uit[code] = min(sum(delen) / geheel, 1.0) if compleet and geheel else None  # type: ignore
        return uit

    def _bron_van(self, groep: str) -> Bron:
        return self.bron["kwb" if groep == "uitkering" else "wzw"]

    def _K(self) -> tuple[dict, dict]:
        """K in % at begin and end, from microdata or the groups."""
        e = self.editie
        aanwezig = {
            anker: [
                groep
                for groep, (tellers, noemer) in GROEPEN.items()
                if self._bron_van(groep).jaar_voor(anker, [*tellers, noemer]) is not None
            ]
            for anker in (e.begin, e.eind)
        }
        beide = [groep for groep in aanwezig[e.begin] if groep in aanwezig[e.eind]]
        groepen = {e.begin: beide, e.eind: beide or aanwezig[e.eind]}
        kanten = []
        for anker in (e.begin, e.eind):
            delen = [self._aandeel(self._bron_van(g), anker, *GROEPEN[g]) for g in groepen[anker]]
            geteld = self._aandeel(self.bron["md"], anker, ["kwetsbaar"], "personen")
            kanten.append(({c: self._geschat(delen, c) for c in self.codes}, geteld))
        (geschat_b, geteld_b), (geschat_e, geteld_e) = kanten
        begin, eind = {}, {}
        for c in self.codes:
            samen = geschat_b[c] is not None and geschat_e[c] is not None
            microdata = geteld_e[c] is not None and (geteld_b[c] is not None or not samen)
            b, k = (geteld_b[c], geteld_e[c]) if microdata else (geschat_b[c], geschat_e[c])
            begin[c], eind[c] = (None if x is None else 100 * x for x in (b, k))
        return begin, eind

    @staticmethod
    def _geschat(delen: list[dict], code: str) -> float | None:
        niet = 1.0
        for deel in delen:
            if deel[code] is None:
                return None
            niet *= 1.0 - deel[code]
        return 1.0 - niet if delen else None

    # --- the layers ---
    def _reken(self) -> None:
        e, kwb, lbm = self.editie, self.bron["kwb"], self.bron["lbm"]
        jaar = kwb.jaar_voor(e.eind, ["inwoners"])
        inwoners = {c: _getal(kwb.cel(jaar, c, "inwoners")) for c in self.codes}
        K_begin, K_eind = self._K()
        V_begin, V_eind = (
            {c: _getal(lbm.cel(lbm.jaar_voor(a, ["onv"]), c, "onv")) for c in self.codes}
            for a in (e.begin, e.eind)
        )
        jaar = kwb.jaar_voor(e.eind, ["corporatie"])
        corporatie = {c: _getal(kwb.cel(jaar, c, "corporatie")) for c in self.codes}
        dK = {c: _verschil(K_eind[c], K_begin[c]) for c in self.codes}
        dP = {c: _verschil(V_begin[c], V_eind[c]) for c in self.codes}
        dK_rel, dP_rel = self._relatief(dK, inwoners), self._relatief(dP, inwoners)
        m, s = self._spreiding(K_eind, inwoners)
        onv = {c: _onv_klasse(V_eind[c]) for c in self.codes}
        kwetsbaar = {c: _kwetsbaar(K_eind[c], m, s) for c in self.codes}
        voor = {
            "signaal_absoluut": (dK, lambda c: _signaal(dK[c], dP[c], onv[c])),
            "signaal_relatief": (dK_rel, lambda c: _signaal(dK_rel[c], dP_rel[c], onv[c])),
            "kwetsbaar_situatie": (K_eind, kwetsbaar.get),
            "kwetsbaar_ontwikkeling": (dK, lambda c: _vijf(dK[c], TK)),
            "kwetsbaar_ontwikkeling_relatief": (dK_rel, lambda c: _vijf(dK_rel[c], TK)),
            "overlast_situatie": (V_eind, onv.get),
            "overlast_ontwikkeling": (dP, lambda c: _vijf(dP[c], TP)),
            "overlast_ontwikkeling_relatief": (dP_rel, lambda c: _vijf(dP_rel[c], TP)),
            "corporatiebezit": (corporatie, lambda c: _corporatie(corporatie[c])),
            "focus": (K_eind, lambda c: _focus(onv[c], kwetsbaar[c])),
        }
        for laag, (waarde, klasse) in voor.items():
            self.klassen[laag] = {c: klasse(c) for c in self.codes}  # type: ignore[misc]
            self.waarden[laag] = dict(waarde)
        for vorm in ("absoluut", "relatief"):
            klassen = self.klassen[f"signaal_{vorm}"]
            self.structureel[vorm] = {c: self._is_structureel(c, klassen[c]) for c in self.codes}

    def _relatief(self, verandering: dict, inwoners: dict) -> dict:
        """Minus the mean of the gemeente, weighted with residents."""
        telt: dict[str, list[tuple[float, float]]] = {}
        for c, x in verandering.items():
            if x is not None and (inwoners[c] or 0) > 0:
                telt.setdefault(c[2:6], []).append((x, inwoners[c]))
        uit = {}
        for c, x in verandering.items():
            paren = telt.get(c[2:6])
            if x is None or not paren:
                uit[c] = None
                continue
            gemiddelde = sum(y * n for y, n in paren) / sum(n for _, n in paren)
            uit[c] = round(x - gemiddelde, 12)
        return uit

    def _spreiding(self, K: dict, inwoners: dict) -> tuple[float, float]:
        paren = [(K[c], inwoners[c]) for c in self.codes if K[c] is not None and inwoners[c]]
        totaal = sum(n for _, n in paren)
        m = sum(k * n for k, n in paren) / totaal
        return m, sqrt(sum((k - m) ** 2 * n for k, n in paren) / totaal)

    def _is_structureel(self, code: str, klasse: int) -> str:
        scores = []
        for jaar in range(self.editie.begin, self.editie.eind + 1, 2):
            rijen = self.bron["lbm"].jaren.get(jaar)
            scores.append(_getal(rijen[code]["onv"]) if rijen else None)
        stappen = [
            _verschil(van, tot)
            for van, tot in pairwise(scores)
            if van is not None and tot is not None
        ]
        if klasse == GEEN or len(stappen) < 2:
            return "onbekend"
        return "ja" if klasse in (4, 5, 6) and sum(x > 0 for x in stappen) >= 2 else "nee"


def _getal(cel: Cel) -> float | None:
    return None if cel is None or cel == NIEMAND else float(cel)


def _verschil(een: float | None, ander: float | None) -> float | None:
    return None if een is None or ander is None else round(een - ander, 9)


def _signaal(dK: float | None, dP: float | None, onv: int) -> int:
    if dK is None or dP is None or onv == GEEN:
        return GEEN
    if dK < -TK:
        return 1 if dP < -TP else 2
    if dK <= TK:
        return 3
    if dP < -TP:
        return 8
    if dP <= TP:
        return 7
    return 4 if onv >= 5 else 5 if onv >= 3 else 6


def _onv_klasse(V: float | None) -> int:
    if V is None:
        return GEEN
    return 1 + sum(0.15678 * maal <= V for maal in (-1.5, -1, -0.5, -0.25, 0.25, 0.5, 1, 1.5))


def _kwetsbaar(K: float | None, m: float, s: float) -> int:
    if K is None:
        return GEEN
    return 1 + sum(grens <= K for grens in (m - s, m, m + s))


def _vijf(x: float | None, t: float) -> int:
    if x is None:
        return GEEN
    return 1 if x < -3 * t else 2 if x < -t else 3 if x <= t else 4 if x <= 3 * t else 5


def _corporatie(x: float | None) -> int:
    return GEEN if x is None else 1 + sum(x >= grens for grens in (5, 100 / 3, 200 / 3))


def _focus(onv: int, kwetsbaar: int) -> int:
    if GEEN in (onv, kwetsbaar):
        return GEEN
    if onv == 1 and kwetsbaar == 4:
        return 10
    begin = 1 if onv >= 5 else 4 if onv >= 3 else 7
    return begin + min(kwetsbaar, 3) - 1
