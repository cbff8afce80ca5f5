"""The overviews a second time: report, comparison, and sensitivity to thresholds and groups.

Here: every row of those tables, from the figures of `naspel.py`, in plain Python.
Not here: those figures; a corporation's scan, whose order is no part of a release.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from veerkracht_dagster.rekenwijze import rekenen as r
from veerkracht_dagster.rekenwijze.rekenen import Getal
from veerkracht_dagster.rekenwijze.tellen import (
    K_van_rest,
    Vergeleken,
    percentiel,
    rangcorrelatie,
    verschillen,
)

if TYPE_CHECKING:
    from veerkracht_dagster.tweede.naspel import Naspel

Rij = Mapping[str, Any]
Paar = tuple[Getal, Getal]
_LAND = "Nederland"
_TEGENOVER = ("rang", "van", "percentiel", "verschil")


def klassen(naspel: Naspel) -> Iterator[Rij]:
    """Table `gevoeligheid_klassen`: areas per class for each pair of thresholds."""
    regels, onv = naspel.editie.parameters, naspel.V.waarden("onv_klasse")
    problemen, geen = naspel.cat.constanten.problemen_vanaf, naspel.cat.geen_meting.code
    drempels = regels.tK_procentpunt, regels.tP_punt
    for vorm, slot in (("absoluut", ""), ("relatief", "_relatief")):
        drietallen = list(
            zip(naspel.K.waarden(f"dK{slot}"), naspel.V.waarden(f"dP{slot}"), onv, strict=True)
        )
        gewoon = [r.signaal(*x, *drempels, problemen) for x in drietallen]
        for fK, fP in product(regels.stabiliteit_factoren, repeat=2):
            tK, tP = regels.tK_procentpunt * fK, regels.tP_punt * fP
            nieuw = [r.signaal(*x, tK, tP, problemen) for x in drietallen]
            for code in (*naspel.cat.kaartlagen[f"signaal_{vorm}"].klassen, geen):
                hier = [
                    oud for oud, nu in zip(gewoon, nieuw, strict=True) if (nu or geen) == code
                ]  # fmt: skip
                anders = sum(oud != code for oud in hier) if code != geen else 0
                yield {
                    "vorm": vorm, "tK_procentpunt": tK, "tP_punt": tP, "klasse": code,
                    "gebieden": len(hier), "anders": anders,
                }  # fmt: skip


# --- comparison -------------------------------------------------------------------------------
def vergelijking(naspel: Naspel) -> Iterator[Rij]:
    """Table `vergelijking`: how an area stands against its gemeente and the country."""
    inwoners = naspel.K.waarden("inwoners_eind")
    for maat, tabel, kolom, teken in (
        ("K", naspel.K, "K_eind", 1.0), ("dK", naspel.K, "dK", 1.0),
        ("P", naspel.V, "V_eind", -1.0), ("dP", naspel.V, "dP", 1.0),
    ):  # fmt: skip
        waarden = tabel.waarden(kolom)
        groepen: dict[str, list[int]] = {}
        for i, x in enumerate(waarden):
            if x is not None:
                groepen.setdefault("NL", []).append(i)
                groepen.setdefault(naspel.gemeenten[i], []).append(i)
        groep = {
            naam: Vergeleken([(teken * (waarden[i] or 0.0), inwoners[i]) for i in plaatsen])
            for naam, plaatsen in groepen.items()
        }
        for i in groepen.get("NL", ()):
            x = teken * (waarden[i] or 0.0)
            rij: dict[str, Any] = {"regiocode": naspel.codes[i], "maat": maat, "waarde": x}
            for naam, sleutel in (("land", "NL"), ("gemeente", naspel.gemeenten[i])):
                gevonden = groep[sleutel].tegenover(x)
                rij |= {f"{wat}_{naam}": gevonden[wat] for wat in _TEGENOVER}
            yield rij


# --- K made otherwise -------------------------------------------------------------------------
def varianten(naspel: Naspel) -> Iterator[Rij]:
    """Table `gevoeligheid_varianten`: a group left out, K at its bounds."""
    inwoners = naspel.K.waarden("inwoners_eind")
    begin, eind = (naspel.K.waarden(f"K_{kant}") for kant in ("begin", "eind"))
    m, _ = naspel.landelijk("K_eind", "inwoners_eind")
    oud_klasse = naspel.K.waarden("kwetsbaar_klasse")
    oud_signaal = _signalen(naspel, begin, eind)
    for variant, van, tot in _maaksels(naspel, begin, eind):
        spreiding = r.spreiding(zip(tot, inwoners, strict=True))
        klasse = [r.kwetsbaar_klasse(K, *spreiding) for K in tot]
        yield {
            "variant": variant,
            "gebieden": sum(K is not None for K in tot),
            "gemiddelde_K": spreiding[0],
            "verschil": None if m is None or spreiding[0] is None else spreiding[0] - m,
            "rangcorrelatie": rangcorrelatie(list(zip(eind, tot, strict=True))),
            "andere_klasse": _anders(oud_klasse, klasse),
            "ander_signaal": _anders(oud_signaal, _signalen(naspel, van, tot)),
        }


def _maaksels(
    naspel: Naspel, begin: list[Getal], eind: list[Getal]
) -> Iterator[tuple[str, list[Getal], list[Getal]]]:
    yield "alle groepen", begin, eind
    geschat, groepen = [not geteld for geteld in naspel.geteld], naspel.gebruikt
    maten = naspel.tabellen["domeinmaten"]
    for groep in groepen:
        kanten = []
        for kant, heel in (("begin", begin), ("eind", eind)):
            rest = [maten.waarden(f"aandeel_{g}_{kant}") for g in groepen if g != groep]
            kanten.append(
                [
                    K_van_rest(K, [reeks[i] for reeks in rest]) if zelf else K
                    for i, (K, zelf) in enumerate(zip(heel, geschat, strict=True))
                ]
            )
        yield f"zonder {groep}", kanten[0], kanten[1]
    for grens in ("ondergrens", "bovengrens"):
        yield (
            f"K op de {grens}",
            naspel.K.waarden(f"K_begin_{grens}"),
            naspel.K.waarden(f"K_eind_{grens}"),
        )


def _signalen(naspel: Naspel, begin: Sequence[Getal], eind: Sequence[Getal]) -> list[Getal]:
    regels, problemen = naspel.editie.parameters, naspel.cat.constanten.problemen_vanaf
    reeksen = zip(eind, begin, naspel.V.waarden("dP"), naspel.V.waarden("onv_klasse"), strict=True)
    return [
        r.signaal(r.verschil(e, b), dP, onv, regels.tK_procentpunt, regels.tP_punt, problemen)
        for e, b, dP, onv in reeksen
    ]


def _anders(een: Sequence[Getal], ander: Sequence[Getal]) -> int:
    return sum(map(verschillen, een, ander))


# --- the report -------------------------------------------------------------------------------
def rapport(naspel: Naspel) -> Iterator[Rij]:
    """Table `rapport`: 'Veerkracht in het corporatiebezit'."""
    cat = naspel.cat
    laag = cat.kaartlagen["corporatiebezit"]
    meeste = list(laag.klassen.values())[-1].label
    for onderdeel, groep, maat, waarde, gebieden in _Rapport(naspel).cijfers():
        woorden = cat.rapportmaten[maat]
        naast = (onderdeel, groep) in {("land", _LAND), ("bezit", meeste)}
        yield {
            "onderdeel": onderdeel, "groep": groep, "maat": maat, "waarde": waarde,
            "gebieden": gebieden, "titel": woorden.titel, "eenheid": woorden.eenheid,
            "formule": woorden.formule, "uit": ", ".join(woorden.invoer),
            "openbaar": woorden.openbaar if naast else None,
            "anders": woorden.anders if naast else None,
        }  # fmt: skip


_Cijfer = tuple[str, str, str, Getal, int]


class _Rapport:
    """Figures side by side per area, and what is told of them."""

    def __init__(self, naspel: Naspel) -> None:
        t = naspel.tabellen
        self.cat, self.gemeente = naspel.cat, naspel.gemeenten
        self.zwak = self.cat.constanten.zwakke_klassen
        self.x = {
            **{k: naspel.K.waarden(k) for k in ("K_begin", "K_eind", "dK", "inwoners_eind")},
            **{k: naspel.V.waarden(k) for k in ("V_begin", "V_eind", "dP")},
            "lvb": t["domeinmaten"].waarden("aandeel_lvb_eind"),
            "signaal": t["signaal"].waarden("signaal_absoluut"),
        }
        laag = self.cat.kaartlagen["corporatiebezit"]
        labels = {code: k.label for code, k in laag.klassen.items()}
        nummers = [
            r.klasse(x, laag.grenzen, laag.op_de_grens or "hoger")
            for x in t["corporatiewoningen"].waarden("corporatie_eind")
        ]
        self.bezit = [self.cat.geen_meting.label if k is None else labels[k] for k in nummers]
        self.klassen = [*labels.values(), self.cat.geen_meting.label]
        self.alle = range(len(naspel.codes))

    def cijfers(self) -> Iterator[_Cijfer]:
        for klasse in (*self.klassen, _LAND):
            deel = [i for i in self.alle if klasse in (_LAND, self.bezit[i])]
            for maat, waarde, gebieden in self._deel(deel):
                yield "bezit", klasse, maat, waarde, gebieden
        for maat, waarde, gebieden in self._land():
            yield "land", _LAND, maat, waarde, gebieden
        zwak: dict[str, list[int]] = {}
        for i in self._waar("signaal", lambda klasse: klasse in self.zwak):
            zwak.setdefault(self.gemeente[i], []).append(i)
        for gemeente, deel in zwak.items():
            yield "gemeenten", gemeente, "gebieden_zwak", float(len(deel)), len(deel)
            yield "gemeenten", gemeente, "bewoners_zwak", self._inwoners(deel), len(deel)
        yield from self._spreiding()

    def _waar(self, kolom: str, regel: Callable[[float], bool]) -> list[int]:
        return [i for i, x in enumerate(self.x[kolom]) if x is not None and regel(x)]

    def _inwoners(self, deel: Sequence[int]) -> float:
        return math.fsum(self.x["inwoners_eind"][i] or 0.0 for i in deel)

    def _deel(self, deel: Sequence[int]) -> Iterator[tuple[str, Getal, int]]:
        inwoners = self.x["inwoners_eind"]
        klasse = [self.x["signaal"][i] for i in deel]
        gemeten = sum(k is not None for k in klasse)
        zwak = [i for i, k in zip(deel, klasse, strict=True) if k in self.zwak]
        yield "gebieden", float(len(deel)), len(deel)
        yield "bewoners", self._inwoners(deel), sum(inwoners[i] is not None for i in deel)
        for maat in ("K_begin", "K_eind", "dK", "V_begin", "V_eind", "dP", "lvb"):
            yield (maat, *r.gemiddelde((self.x[maat][i], inwoners[i]) for i in deel))
        yield "gebieden_zwak", float(len(zwak)), gemeten
        yield "bewoners_zwak", self._inwoners(zwak), gemeten
        for nummer in self.cat.kaartlagen["signaal_absoluut"].klassen:
            yield f"signaal_{nummer}", float(klasse.count(nummer)), gemeten

    def _land(self) -> Iterator[tuple[str, Getal, int]]:
        met_dK, met_dP = ({*self._waar(k, lambda _: True)} for k in ("dK", "dP"))
        stijgt = {*self._waar("dK", lambda x: x > 0)} & {*self._waar("dP", lambda x: x > 0)}
        daalt = {*self._waar("dK", lambda x: x < 0)}
        daalt_ook = daalt & {*self._waar("dP", lambda x: x < 0)}
        gemeten = self._waar("signaal", lambda _: True)
        zwak = self._waar("signaal", lambda klasse: klasse in self.zwak)
        beide = len(met_dK & met_dP)
        yield "bewoners_beide", self._inwoners(sorted(stijgt)), beide
        yield "gemeenten_beide", self._gemeenten(stijgt), beide
        yield "gemeenten_zwak", self._gemeenten(zwak), len(gemeten)
        yield "gemeenten", self._gemeenten(gemeten), len(gemeten)
        yield "K_daalt", _procent(daalt, met_dK), len(met_dK)
        yield "P_daalt_ook", _procent(daalt_ook, daalt & met_dP), len(daalt & met_dP)

    def _gemeenten(self, deel: Sequence[int] | set[int]) -> float:
        return float(len({self.gemeente[i] for i in deel}))

    def _spreiding(self) -> Iterator[_Cijfer]:
        for naam in ("K", "V"):
            begin, eind = self.x[f"{naam}_begin"], self.x[f"{naam}_eind"]
            samen = [i for i in self.alle if begin[i] is not None and eind[i] is not None]
            for kant, reeks in (("begin", begin), ("eind", eind)):
                groep = f"{naam} {kant}"
                _, sd = r.spreiding((reeks[i], self.x["inwoners_eind"][i]) for i in samen)
                yield "spreiding", groep, "spreiding_sd", sd, len(samen)
                gemeten = [x for i in samen if (x := reeks[i]) is not None]
                for nummer in self.cat.constanten.percentielen:
                    yield "spreiding", groep, f"p{nummer}", percentiel(gemeten, nummer), len(samen)


def _procent(deel: set[int], geheel: set[int]) -> Getal:
    return 100.0 * len(deel) / len(geheel) if geheel else None


OVERZICHTEN: Mapping[str, Callable[[Naspel], Iterator[Rij]]] = {
    "gevoeligheid_klassen": klassen,
    "gevoeligheid_varianten": varianten,
    "vergelijking": vergelijking,
    "rapport": rapport,
}
