"""The oracle: every layer of an edition, from the publishers' files and the words of the method.

Here: K with its bounds and slack, V, changes, the signal, stability, focus and classes, written
from `docs/methode.md` and not from the product. Not here: reading files (`lezen.py`), the crosswalk
(`wegen.py`), cells (`cellen.py`), years and groups (`jaren.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import fsum, prod, sqrt
from pathlib import Path

from tests.orakel.cellen import Aandeel, aandeel
from tests.orakel.jaren import Cijfers, Keuze
from tests.orakel.regels import Groep, Laag, Regels
from tests.orakel.trekking import trekking

Getal = float | None
Getallen = dict[str, Getal]
Klassen = dict[str, int | None]
KANTEN = ("begin", "eind")


# A class, or the figure that it goes by -> the figures that it follows from, and, of a layer that
# compares with the gemeente, the changes that are compared.
_K, _V = ("K_begin", "K_eind"), ("V_begin", "V_eind")
GROND = {
    "signaal_absoluut": _K + _V, "signaal_relatief": _K + _V, "focus": ("K_eind", "V_eind"),
    "kwetsbaar_klasse": ("K_eind",), "K_eind": ("K_eind",), "onv_klasse": ("V_eind",),
    "corporatie_eind": ("corporatie_eind",),
    "dK": _K, "dK_relatief": _K, "dP": _V, "dP_relatief": _V,
}  # fmt: skip
RELATIEF = {"signaal_relatief": ("dK", "dP"), "dK_relatief": ("dK",), "dP_relatief": ("dP",)}


@dataclass(frozen=True)
class Toelichting:
    """What is told beside an area: figures that lack where there is no class, else caveats:
    "weinig" residents, groups that most are in, and a "gemeente" with too few to compare with."""

    mist: frozenset[str]
    let_op: frozenset[str]
    gemeten: bool = True


@dataclass(frozen=True)
class K:
    """K of an area at one end, in %; without a figure all are None."""

    waarde: Getal = None
    ondergrens: Getal = None
    bovengrens: Getal = None
    afronding: Getal = None


class Orakel:
    """The layers of one edition.

    codes: its areas. klassen, waarden: per layer and area. velden: per layer, per further column of
    that layer ("structureel", "ondergrens", ...), per area.
    """

    def __init__(self, bronnen: Path, regels: Regels) -> None:
        self.regels = regels
        self.decimalen = regels.constanten["decimalen_verandering"]
        self.cijfers = Cijfers(bronnen, regels)
        self.codes = self.cijfers.codes
        self.keuze = Keuze(self.cijfers)
        self.getallen: dict[str, Getallen] = {}
        self.kenmerken: dict[str, dict[str, str | None]] = {}
        self.uit_klasse: dict[str, Klassen] = {}
        self._overgenomen()
        self._kwetsbaar()
        self._veranderingen()
        self._klassen()
        self._signalen()
        self.klassen: dict[str, dict[str, int]] = {}
        self.waarden: dict[str, Getallen] = {}
        self.velden: dict[str, dict[str, dict[str, float | str | None]]] = {}
        self.voorbehoud = {code: self._voorbehoud(code) for code in self.codes}
        self.wegen_mee = {  # per change and gemeente how many areas weigh in its mean
            x: {g: len(delen) for g, delen in self._per_gemeente(self.getallen[x]).items()}
            for x in ("dK", "dP")
        }
        for naam, laag in regels.lagen.items():
            self.waarden[naam] = self.getallen[laag.waarde]
            self.klassen[naam] = {code: self._klasse(laag, code) for code in self.codes}
            alles = {**self.getallen, **self.kenmerken}
            self.velden[naam] = {veld: dict(alles[uit]) for veld, uit in laag.extra.items()}

    def _kolom(self, kolom: str, kant: str) -> Getallen:
        """A column as it is, of the year that it is there at this end."""
        jaar = self.keuze.jaar((kolom,), kant)
        if jaar is None:
            return dict.fromkeys(self.codes)
        return {code: f.getal for code, f in self.cijfers.figuren(kolom, jaar).items()}

    def _overgenomen(self) -> None:
        for kant in KANTEN:
            self.getallen[f"V_{kant}"] = self._kolom("onv", kant)
        self.getallen["corporatie_eind"] = self._kolom("percentage_corporatiewoningen", "eind")
        self.getallen["inwoners"] = self.inwoners = self._kolom("inwoners", "eind")

    def _aandelen(self, groep: Groep, jaar: int | None) -> dict[str, Aandeel | None]:
        if jaar is None:
            return dict.fromkeys(self.codes)
        kolommen = self.regels.kolommen
        figuren = {kolom: self.cijfers.figuren(kolom, jaar) for kolom in groep.kolommen}
        return {
            code: aandeel(
                [(kolom, figuren[kolom][code]) for kolom in groep.teller],
                (groep.noemer, figuren[groep.noemer][code]),
                kolommen,
            )
            for code in self.codes
        }

    def _kwetsbaar(self) -> None:
        microdata = self.regels.microdata
        geteld, geschat = {}, {}
        for kant in KANTEN:
            jaar = self.keuze.jaar(microdata.kolommen, kant)
            uit = self._aandelen(microdata, jaar)
            geteld[kant] = {code: _schat([uit[code]]) for code in self.codes}
            groepen = self.keuze.groepen if kant == "eind" or self.keuze.vergelijkbaar else []
            jaren = self.keuze.jaar_van_groep[kant]
            per_groep = {g: self._aandelen(self.keuze.groep(g), jaren[g]) for g in groepen}
            self.delen_eind = per_groep  # the end comes last
            delen = list(per_groep.values())
            geschat[kant] = {code: _schat([deel[code] for deel in delen]) for code in self.codes}
        k: dict[str, dict[str, K]] = {kant: {} for kant in KANTEN}
        self.kenmerken["methode"], self.kenmerken["groepen"] = {}, {}
        for code in self.codes:
            te_schatten = all(geschat[kant][code].waarde is not None for kant in KANTEN)
            beide = geteld["begin"][code].waarde is not None
            eind = geteld["eind"][code].waarde is not None
            tel = eind and (beide or not te_schatten)
            for kant in KANTEN:
                k[kant][code] = (geteld if tel else geschat)[kant][code]
            self.kenmerken["methode"][code] = "microdata" if tel else "schatting"
            self.kenmerken["groepen"][code] = (
                "alle (microdata)" if tel else ", ".join(self.keuze.groepen)
            )
        for kant in KANTEN:
            for deel in ("waarde", "ondergrens", "bovengrens", "afronding"):
                naam = f"K_{kant}" + ("" if deel == "waarde" else f"_{deel}")
                self.getallen[naam] = {code: getattr(k[kant][code], deel) for code in self.codes}

    def _verschil(self, later: str, eerder: str) -> Getallen:
        een, ander = self.getallen[later], self.getallen[eerder]
        return {code: _min(een[code], ander[code], self.decimalen) for code in self.codes}

    def _veranderingen(self) -> None:
        g = self.getallen
        g["dK"] = self._verschil("K_eind", "K_begin")
        g["dK_ondergrens"] = self._verschil("K_eind_ondergrens", "K_begin_bovengrens")
        g["dK_bovengrens"] = self._verschil("K_eind_bovengrens", "K_begin_ondergrens")
        g["dP"] = self._verschil("V_begin", "V_eind")
        g["dK_relatief"], g["dP_relatief"] = self._relatief(g["dK"]), self._relatief(g["dP"])

    def _voorbehoud(self, code: str) -> frozenset[str]:
        """Why K asks for care: few residents, and groups that most of them are in."""
        wonen, p = self.inwoners[code], self.regels.p
        uit = {"weinig"} if wonen is not None and wonen < p["klein_gebied"] else set()
        if self.kenmerken["methode"][code] == "schatting":
            for groep, delen in self.delen_eind.items():
                deel = delen[code]
                if deel is not None and round(deel.p, 9) >= p["instelling_aandeel"] / 100:
                    uit.add(groep)
        return frozenset(uit)

    def toelichting(self, naam: str, code: str) -> Toelichting:
        """What the text beside an area must tell, in this layer."""
        laag = self.regels.lagen[naam]
        if self.klassen[naam][code] == self.regels.geen:
            mist = [x for x in GROND[laag.klasse_uit or laag.waarde] if self._mist(x, code)]
            return Toelichting(frozenset(mist), frozenset(), gemeten=False)
        over_k = self.voorbehoud[code] if "groepen" in laag.extra else frozenset[str]()
        nodig = self.regels.p["minimum_buurten_gemeente"]
        veranderingen = RELATIEF.get(laag.klasse_uit or laag.waarde, ())
        te_weinig = any(self.wegen_mee[x].get(code[2:6], 0) < nodig for x in veranderingen)
        return Toelichting(frozenset(), over_k | ({"gemeente"} if te_weinig else set()))

    def _mist(self, cijfer: str, code: str) -> bool:
        return self.getallen[cijfer][code] is None

    def _per_gemeente(self, d: Getallen) -> dict[str, list[tuple[float, float]]]:
        """Residents and change of the areas that have both, by gemeente."""
        delen: dict[str, list[tuple[float, float]]] = {}
        for code in self.codes:
            w, x = self.inwoners[code], d[code]
            if w and x is not None:
                delen.setdefault(code[2:6], []).append((w, x))
        return delen

    def _relatief(self, d: Getallen) -> Getallen:
        """A change minus the mean of its gemeente, weighed by who lives there at the end."""
        delen = self._per_gemeente(d)
        mid = {g: fsum(w * x for w, x in d) / fsum(w for w, _ in d) for g, d in delen.items()}
        decimalen = self.regels.constanten["decimalen_relatief"]
        return {code: _min(d[code], mid.get(code[2:6]), decimalen) for code in self.codes}

    def _klassen(self) -> None:
        v, k = self.getallen["V_eind"], self.getallen["K_eind"]
        c = self.regels.constanten
        grenzen = [maat * c["onv_eenheid"] for maat in c["onv_maten"]]
        self.uit_klasse["onv_klasse"] = {code: _trap(v[code], grenzen) for code in self.codes}
        paren = [
            (w, x)
            for code in self.codes
            if (w := self.inwoners[code]) and (x := k[code]) is not None
        ]
        klasse: Klassen = dict.fromkeys(self.codes)
        if paren:
            samen = fsum(w for w, _ in paren)
            m = fsum(w * x for w, x in paren) / samen
            s = sqrt(fsum(w * (x - m) ** 2 for w, x in paren) / samen)
            klasse = {code: _trap(k[code], [m - s, m, m + s]) for code in self.codes}
        self.uit_klasse["kwetsbaar_klasse"] = klasse
        onv = self.uit_klasse["onv_klasse"]
        self.uit_klasse["focus"] = {
            code: self._focus(onv[code], klasse[code]) for code in self.codes
        }

    def _focus(self, onv: int | None, kwetsbaar: int | None) -> int | None:
        if onv is None or kwetsbaar is None:
            return None
        if onv == 1 and kwetsbaar == 4:
            return 10
        veel, beperkt = self.regels.constanten["problemen_vanaf"]
        rij = 0 if onv >= beperkt else 1 if onv >= veel else 2
        return 3 * rij + min(kwetsbaar, 3)

    def _signaal(
        self, dk: Getal, dp: Getal, onv: int | None, maal_k: float = 1.0, maal_p: float = 1.0
    ) -> int | None:
        if dk is None or dp is None or onv is None:
            return None
        t_k = self.regels.p["tK_procentpunt"] * maal_k
        t_p = self.regels.p["tP_punt"] * maal_p
        if dk < -t_k:
            return 1 if dp < -t_p else 2
        if dk <= t_k:
            return 3
        if dp <= t_p:
            return 8 if dp < -t_p else 7
        veel, beperkt = self.regels.constanten["problemen_vanaf"]
        return 4 if onv >= beperkt else 5 if onv >= veel else 6

    def _signalen(self) -> None:
        gemeten, toename = self._stappen()
        g, onv = self.getallen, self.uit_klasse["onv_klasse"]
        keren = self._keren()
        for vorm, achter in (("absoluut", ""), ("relatief", "_relatief")):
            dk, dp = g[f"dK{achter}"], g[f"dP{achter}"]
            klasse = {c: self._signaal(dk[c], dp[c], onv[c]) for c in self.codes}
            self.uit_klasse[f"signaal_{vorm}"] = klasse
            reeks = [self._relatief(d) for d in keren] if achter else keren
            self.getallen[f"stabiliteit_{vorm}"] = {
                c: self._stabiel(klasse[c], [d[c] for d in reeks], dp[c], onv[c])
                for c in self.codes
            }
            self.kenmerken[f"structureel_{vorm}"] = {
                c: self._structureel(klasse[c], gemeten[c], toename[c]) for c in self.codes
            }

    def _stabiel(self, klasse: int | None, keren: list[Getal], dp: Getal, onv: int | None) -> Getal:
        if klasse is None:
            return None
        maal = self.regels.p["stabiliteit_factoren"]
        gelijk = [
            self._signaal(dk, dp, onv, maal_k, maal_p) == klasse
            for dk in keren for maal_k in maal for maal_p in maal
        ]  # fmt: skip
        return sum(gelijk) / len(gelijk)

    def _keren(self) -> list[Getallen]:
        """dK on the estimate, on both lower and both upper bounds, and with every draw."""
        paren = [("K_eind" + deel, "K_begin" + deel) for deel in ("", "_ondergrens", "_bovengrens")]
        uit = [self._verschil(eind, begin) for eind, begin in paren]
        g, zaad = self.getallen, self.regels.p["stabiliteit_zaad"]
        for n in range(self.regels.constanten["stabiliteit_trekkingen"]):
            keer: Getallen = {}
            for code in self.codes:
                dk, eind, begin = (
                    g[naam][code] for naam in ("dK", "K_eind_afronding", "K_begin_afronding")
                )
                if dk is None or eind is None or begin is None:
                    keer[code] = None
                    continue
                a, b = (trekking(f"{code} {zaad} {n} {kant}") for kant in ("eind", "begin"))
                keer[code] = dk + a * eind - b * begin
            uit.append(keer)
        return uit

    def _stappen(self) -> tuple[dict[str, int], dict[str, int]]:
        """Per area the steps with a measurement at both sides, and those with more nuisance."""
        gemeten, toename = dict.fromkeys(self.codes, 0), dict.fromkeys(self.codes, 0)
        stap = self.regels.p["stap_jaren"]
        for jaar in range(self.regels.begin, self.regels.eind - stap + 1, stap):
            voor, na = (self.cijfers.figuren("onv", j) for j in (jaar, jaar + stap))
            for code in self.codes:
                meer = _min(voor[code].getal, na[code].getal, self.decimalen)
                if meer is not None:
                    gemeten[code] += 1
                    toename[code] += meer > 0
        return gemeten, toename

    def _structureel(self, klasse: int | None, gemeten: int, toename: int) -> str:
        if klasse is None or gemeten < self.regels.p["minimum_stappen"]:
            return "onbekend"
        c = self.regels.constanten
        ja = klasse in c["zwakke_klassen"] and toename >= c["minimum_toename"]
        return "ja" if ja else "nee"

    def _klasse(self, laag: Laag, code: str) -> int:
        waarde = self.getallen[laag.waarde][code]
        if laag.klasse_uit:
            klasse = self.uit_klasse[laag.klasse_uit][code]
        elif laag.milder:
            klasse = _milder(waarde, laag.grenzen)
        else:
            klasse = _trap(waarde, laag.grenzen)
        return self.regels.geen if klasse is None else klasse


def _min(een: Getal, ander: Getal, decimalen: int) -> Getal:
    return None if een is None or ander is None else round(een - ander, decimalen)


def _trap(x: Getal, grenzen: list[float] | tuple[float, ...]) -> int | None:
    """The class of a figure; on a limit the higher one."""
    return None if x is None else 1 + sum(x >= grens for grens in grenzen)


def _milder(x: Getal, grenzen: tuple[float, ...]) -> int | None:
    """The class of a change; on a limit the one nearer to 0."""
    if x is None:
        return None
    voorbij: Callable[[float], bool] = lambda grens: x >= grens if grens < 0 else x > grens  # noqa: E731
    return 1 + sum(voorbij(grens) for grens in grenzen)


def _schat(delen: list[Aandeel | None]) -> K:
    """K in % from the shares of the groups, or of the one that was counted."""
    bekend = [deel for deel in delen if deel is not None]
    if not bekend or len(bekend) < len(delen):
        return K()
    geen = [1 - deel.p for deel in bekend]
    ruimte: Getal = None
    if all(deel.ruimte is not None for deel in bekend):
        ruimte = 100 * fsum(
            (deel.ruimte or 0.0) * prod(geen[:n] + geen[n + 1 :]) for n, deel in enumerate(bekend)
        )
    return K(
        100 * (1 - prod(geen)),
        100 * max(deel.minst for deel in bekend),
        100 * min(1.0, fsum(deel.meest for deel in bekend)),
        ruimte,
    )
