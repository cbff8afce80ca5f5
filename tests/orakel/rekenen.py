"""The nine layers, focus and structureel a second time, straight from the raw files.

A plain program, buurt by buurt, that shares no code with the project: what it knows is the method
(docs/methode.md) and the publishers' file formats. Thresholds, groups and limits of layers are
those of the catalogue that a release carries (`regels.py`).
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
from tests.orakel.omzetten import Omzetting, deel, dekking, omzetting, zet_om
from tests.orakel.regels import Regels

VLAGGEN = {"structureel_absoluut": "signaal_absoluut", "structureel_relatief": "signaal_relatief"}


@dataclass(frozen=True)
class Eis:
    """What a year must reach: enough of the areas with residents; or, for the year itself, one."""

    regels: Regels
    bewoond: set[str]
    eigen_jaar: bool


@dataclass
class Bron:
    """One source on the areas of the edition, by year."""

    jaren: dict[int, Rijen] = field(default_factory=dict)

    def jaar_voor(self, anker: int, kolommen: Iterable[str], eis: Eis) -> int | None:
        """That year, or one of those before it, of which a figure in all the columns stands in
        enough of the areas with residents; by `eis` one figure will do for the year itself."""
        kolommen = list(kolommen)
        for jaar in eis.regels.jaren(anker):
            rijen = self.jaren.get(jaar, {})
            met = [
                {code for code, rij in rijen.items() if isinstance(rij[kolom], float)}
                for kolom in kolommen
            ]
            if eis.eigen_jaar and jaar == anker:
                if all(met):
                    return jaar
                continue
            overal = eis.bewoond.intersection(*met)
            if overal and len(overal) / len(eis.bewoond) >= eis.regels.terugval_bereik:
                return jaar
        return None

    def cel(self, jaar: int | None, code: str, kolom: str) -> Cel:
        return None if jaar is None else self.jaren[jaar][code][kolom]


class Orakel:
    """All layers of an edition: `klassen[laag][code]`, `waarden[laag][code]`, `structureel`.

    Raises:
        OnbekendVoorOrakel: a layer, group or road that there is no rule for here.
    """

    def __init__(self, bronnen: Path, regels: Regels) -> None:
        self.bronnen, self.regels = bronnen, regels
        self._wegen: dict[int, Omzetting] = {}
        alle = sorted(self._weg(regels.basis))
        self.codes = [c for c in alle if not regels.gemeenten or f"GM{c[2:6]}" in regels.gemeenten]
        self.eigen = set(self.codes)
        self.bron = self._lees_alles()
        bewoond = self._bewoond()
        self.groepseis, self.gewoon = (Eis(regels, bewoond, eigen) for eigen in (False, True))
        self.klassen: dict[str, dict[str, int]] = {}
        self.waarden: dict[str, dict[str, float | None]] = {}
        self.structureel: dict[str, dict[str, str]] = {}
        self._reken()

    # --- sources on the areas of the edition ---
    def _weg(self, jaar: int) -> Omzetting:
        if jaar not in self._wegen:
            e = self.regels
            self._wegen[jaar] = omzetting(self.bronnen, jaar, e.basis, e.niveau, e.omzetting)
        return self._wegen[jaar]

    def _lees_alles(self) -> dict[str, Bron]:
        e = self.regels
        uit = {naam: Bron() for naam in ("kwb", "wzw", "md", "lbm", "rivm")}
        for anker in (e.begin, e.eind):
            for jaar in e.jaren(anker):
                kwb = lezen.kerncijfers(self.bronnen, jaar, e.niveau)
                self._zet(uit["kwb"], jaar, kwb, jaar, lezen.KERNCIJFERS)
                for naam, map_, kolommen in (
                    ("wzw", "woonzorgwijzer", lezen.WOONZORG),
                    ("md", "cbs_microdata", lezen.MICRODATA),
                ):
                    rijen, op = lezen.levering(self.bronnen, map_, jaar, e.niveau, kolommen)
                    self._zet(uit[naam], jaar, rijen, op, kolommen)
                patienten = lezen.regiobeeld(self.bronnen, jaar, e.niveau)
                self._zet(uit["rivm"], jaar, patienten, 2024, ["ggz_patienten"])
        for jaar in [jaar for jaar in uit["rivm"].jaren if jaar in uit["kwb"].jaren]:
            for code, rij in uit["rivm"].jaren[jaar].items():
                for kolom in ("inwoners", dekking("inwoners")):
                    rij[kolom] = uit["kwb"].jaren[jaar][code][kolom]
        scores = lezen.leefbaarometer(self.bronnen, e.niveau)
        jaren = {jaar for anker in (e.begin, e.eind) for jaar in e.jaren(anker)}
        for jaar in sorted(jaren | set(e.stappen())):
            if jaar >= e.eerste_jaar:
                self._zet(uit["lbm"], jaar, scores.get(jaar, {}), 2024, ["onv"])
        return uit

    def _zet(self, bron: Bron, jaar: int, rijen: Rijen, op: int, kolommen: Iterable[str]) -> None:
        if rijen:
            weg = {code: stukken for code, stukken in self._weg(op).items() if code in self.eigen}
            bron.jaren[jaar] = zet_om(rijen, weg, kolommen, self.regels.omzetting)

    # --- K ---
    def _bewoond(self) -> set[str]:
        """The areas but those that the last count up to the end says are without residents."""
        kwb, leeg = self.bron["kwb"], set()
        for code in self.codes:
            for jaar in self.regels.jaren(self.regels.eind):
                inwoners = kwb.jaren[jaar][code]["inwoners"] if jaar in kwb.jaren else None
                if isinstance(inwoners, float):
                    leeg |= {code} if inwoners == 0 else set()
                    break
        return set(self.codes) - leeg

    def _aandeel(
        self, bron: Bron, anker: int, tellers: Iterable[str], noemer: str, eis: Eis
    ) -> dict:
        """Share 0-1 per area; None without one."""
        tellers = list(tellers)
        jaar = bron.jaar_voor(anker, [*tellers, noemer], eis)
        uit: dict[str, float | None] = {}
        for code in self.codes:
            aantallen = [bron.cel(jaar, code, teller) for teller in tellers]
            geheel = bron.cel(jaar, code, noemer)
            compleet = all(isinstance(x, float) for x in [*aantallen, geheel])
            delen = (
                [self._deel(bron, jaar, code, teller, noemer) for teller in tellers]
                if compleet and geheel else [None]
            )  # fmt: skip
            uit[code] = None if None in delen else min(sum(delen), 1.0)  # type: ignore
        return uit

    @staticmethod
    def _deel(bron: Bron, jaar: int | None, code: str, teller: str, noemer: str) -> float | None:
        """Those counted over the residents of the same parts; where these are of another source,
        both scaled up to the whole."""
        if lezen.DEEL_VAN.get(teller) == noemer:
            return _getal(bron.cel(jaar, code, deel(teller)))
        x, n = (
            _getal(bron.cel(jaar, code, k)) / _getal(bron.cel(jaar, code, dekking(k)))  # type: ignore
            for k in (teller, noemer)
        )
        return x / n

    def _bron_van(self, groep: str) -> Bron:
        return self.bron[{"uitkering": "kwb", "ggz_zorg": "rivm"}.get(groep, "wzw")]

    def _K(self) -> tuple[dict, dict]:
        """K in % at begin and end, from microdata or the groups."""
        e = self.regels
        aanwezig = {
            anker: {
                groep
                for groep, (tellers, noemer) in e.groepen.items()
                if self._bron_van(groep).jaar_voor(anker, [*tellers, noemer], self.groepseis)
                is not None
            }
            for anker in (e.begin, e.eind)
        }
        beide = e.gekozen(aanwezig[e.begin] & aanwezig[e.eind])
        groepen = {e.begin: beide, e.eind: beide or e.gekozen(aanwezig[e.eind])}
        kanten = []
        for anker in (e.begin, e.eind):
            delen = [
                self._aandeel(self._bron_van(g), anker, *e.groepen[g], self.groepseis)
                for g in groepen[anker]
            ]
            md = self.bron["md"]
            geteld = self._aandeel(md, anker, ["kwetsbaar"], "personen", self.gewoon)
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
        for aandeel in delen:
            if aandeel[code] is None:
                return None
            niet *= 1.0 - aandeel[code]
        return 1.0 - niet if delen else None

    # --- the layers ---
    def _reken(self) -> None:
        e, kwb, lbm = self.regels, self.bron["kwb"], self.bron["lbm"]
        jaar = kwb.jaar_voor(e.eind, ["inwoners"], self.gewoon)
        inwoners = {c: _getal(kwb.cel(jaar, c, "inwoners")) for c in self.codes}
        K_begin, K_eind = self._K()
        V_begin, V_eind = (
            {
                c: _getal(lbm.cel(lbm.jaar_voor(a, ["onv"], self.gewoon), c, "onv"))
                for c in self.codes
            }
            for a in (e.begin, e.eind)
        )
        jaar = kwb.jaar_voor(e.eind, ["corporatie"], self.gewoon)
        corporatie = {c: _getal(kwb.cel(jaar, c, "corporatie")) for c in self.codes}
        dK = {c: _verschil(K_eind[c], K_begin[c], e) for c in self.codes}
        dP = {c: _verschil(V_begin[c], V_eind[c], e) for c in self.codes}
        dK_rel, dP_rel = self._relatief(dK, inwoners), self._relatief(dP, inwoners)
        m, s = self._spreiding(K_eind, inwoners)
        onv = {c: _naar_grenzen(V_eind[c], e.onv_grenzen) for c in self.codes}
        kwetsbaar = {c: _naar_grenzen(K_eind[c], [m - s, m, m + s]) for c in self.codes}
        figuren = {
            "K_eind": K_eind, "dK": dK, "dK_relatief": dK_rel, "V_eind": V_eind, "dP": dP,
            "dP_relatief": dP_rel, "corporatie_eind": corporatie,
        }  # fmt: skip
        codes = {
            "signaal_absoluut": {c: _signaal(dK[c], dP[c], onv[c], e) for c in self.codes},
            "signaal_relatief": {c: _signaal(dK_rel[c], dP_rel[c], onv[c], e) for c in self.codes},
            "onv_klasse": onv,
            "kwetsbaar_klasse": kwetsbaar,
            "focus": {c: _focus(onv[c], kwetsbaar[c], e) for c in self.codes},
        }
        e.ken_lagen(figuren, codes, VLAGGEN)
        anders = {"K_begin": K_begin, "V_begin": V_begin, "inwoners": inwoners}
        self.figuren: dict[str, dict[str, float | None]] = {**figuren, **anders}
        for naam, laag in e.lagen.items():
            waarde = figuren[laag.waarde]
            klassen = codes[laag.klasse_uit] if laag.klasse_uit else {
                c: _naar_grenzen(waarde[c], laag.grenzen, milder=laag.milder) for c in self.codes
            }  # fmt: skip
            self.klassen[naam] = {c: e.geen if k is None else k for c, k in klassen.items()}
            self.waarden[naam] = dict(waarde)
        for vlag, signaal in VLAGGEN.items():
            self.structureel[vlag] = {
                c: self._is_structureel(c, codes[signaal][c]) for c in self.codes
            }

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
            uit[c] = round(x - gemiddelde, self.regels.decimalen_relatief)
        return uit

    def _spreiding(self, K: dict, inwoners: dict) -> tuple[float, float]:
        paren = [(K[c], inwoners[c]) for c in self.codes if K[c] is not None and inwoners[c]]
        totaal = sum(n for _, n in paren)
        m = sum(k * n for k, n in paren) / totaal
        return m, sqrt(sum((k - m) ** 2 * n for k, n in paren) / totaal)

    def _is_structureel(self, code: str, klasse: int | None) -> str:
        e, scores = self.regels, []
        for jaar in e.stappen():
            rijen = self.bron["lbm"].jaren.get(jaar)
            scores.append(_getal(rijen[code]["onv"]) if rijen else None)
        stappen = [
            _verschil(van, tot, e)
            for van, tot in pairwise(scores)
            if van is not None and tot is not None
        ]
        if klasse is None or len(stappen) < e.minimum_stappen:
            return "onbekend"
        vaak = sum(x > 0 for x in stappen) >= e.minimum_toename
        return "ja" if klasse in e.zwak and vaak else "nee"


def _getal(cel: Cel) -> float | None:
    return None if cel is None or cel == NIEMAND else float(cel)


def _verschil(een: float | None, ander: float | None, e: Regels) -> float | None:
    return None if een is None or ander is None else round(een - ander, e.decimalen)


def _signaal(dK: float | None, dP: float | None, onv: int | None, e: Regels) -> int | None:
    if dK is None or dP is None or onv is None:
        return None
    if dK < -e.tK:
        return 1 if dP < -e.tP else 2
    if dK <= e.tK:
        return 3
    if dP < -e.tP:
        return 8
    if dP <= e.tP:
        return 7
    return 4 if onv >= e.beperkt else 5 if onv >= e.vrij_veel else 6


def _naar_grenzen(x: float | None, grenzen: list[float], *, milder: bool = False) -> int | None:
    """Class 1 and up; on a limit the higher class, or the one nearer to 0."""
    if x is None:
        return None
    return 1 + sum(x > grens if milder and grens > 0 else x >= grens for grens in grenzen)


def _focus(onv: int | None, kwetsbaar: int | None, e: Regels) -> int | None:
    if onv is None or kwetsbaar is None:
        return None
    if onv == 1 and kwetsbaar == 4:
        return 10
    begin = 1 if onv >= e.beperkt else 4 if onv >= e.vrij_veel else 7
    return begin + min(kwetsbaar, 3) - 1
