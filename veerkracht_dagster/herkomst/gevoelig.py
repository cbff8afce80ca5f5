"""Domain measures and sensitivity a second time, area by area.

Here: shares and scores at both ends, thresholds at which a class flips, ranks, what a group adds.
Not here: K, V and the signal (`naspel.py`), one figure's formula (`rekenwijze/rekenen.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import nextafter, prod
from typing import TYPE_CHECKING

from veerkracht_dagster.rekenwijze import rekenen as r
from veerkracht_dagster.rekenwijze.rekenen import Cel, Getal

if TYPE_CHECKING:
    from veerkracht_dagster.herkomst.naspel import Naspeeltabel, Naspel

KANTEN = ("begin", "eind")
NVT: Cel = (None, "n.v.t.")


def domeinmaten(naspel: Naspel, uit: Naspeeltabel) -> None:
    """Every figure of table `domeinmaten` that the catalogue names, `x_begin` and `x_eind`."""
    cat = naspel.cat
    jaren: dict[str, dict[str, int]] = {kant: {} for kant in KANTEN}
    for figuur in cat.indicatoren["domeinmaten"].kolommen:
        naam, _, kant = figuur.rpartition("_")
        anker = naspel.editie.begin if kant == "begin" else naspel.editie.eind
        groep = cat.groepen.get(naam.removeprefix("aandeel_"))
        if groep is not None:
            delen, jaar = naspel.delen(groep, anker)
            cellen = [r.met_staat(_maal(deel[0], 100.0), deel[2]) for deel in delen]
            heeft, van = any(deel[0] is not None for deel in delen), naam.removeprefix("aandeel_")
        else:
            kolom, jaar = naspel.rond([naam], anker)
            cellen = [r.met_staat(*cel) for cel in kolom[naam]]
            heeft = any(cel[1] in r.MET_WAARDE for cel in kolom[naam])
            van = cat.kolommen[naam].bron
        uit.cellen[figuur] = cellen
        if heeft and jaar is not None:
            jaren[kant][van] = jaar
    for kant in KANTEN:
        tekst = ", ".join(f"{van} {jaar}" for van, jaar in sorted(jaren[kant].items()))
        uit.teksten[f"jaren_{kant}"] = [tekst] * len(naspel.codes)


def gevoeligheid(naspel: Naspel, maten: Naspeeltabel, uit: Naspeeltabel) -> None:
    """The table `gevoeligheid`."""
    for vorm, slot in (("absoluut", ""), ("relatief", "_relatief")):
        _omslag(naspel, vorm, slot, uit)
    for naam, tabel, figuur, teken in (
        ("K", naspel.K, "K_eind", 1.0),
        ("P", naspel.V, "V_eind", -1.0),
    ):
        staten = [cel[1] for cel in tabel.cellen[figuur]]
        grenzen = ("_ondergrens", "_bovengrens") if naam == "K" else ("", "")
        midden, onder, boven = (
            [_maal(x, teken) for x in tabel.waarden(figuur + kant)] for kant in ("", *grenzen)
        )
        reeksen = rangen(midden, onder, boven)
        for kant, reeks in zip(("", "_hoogst", "_laagst"), reeksen, strict=True):
            uit.cellen[f"rang_{naam}{kant}"] = [
                r.met_staat(x, staat) for x, staat in zip(reeks, staten, strict=True)
            ]
    _bijdragen(naspel, maten, uit)


def _maal(x: Getal, factor: float) -> Getal:
    return None if x is None else x * factor


def _omslag(naspel: Naspel, vorm: str, slot: str, uit: Naspeeltabel) -> None:
    regels = naspel.editie.parameters
    tK, tP = regels.tK_procentpunt, regels.tP_punt
    problemen = naspel.cat.constanten.problemen_vanaf
    kolommen: dict[str, list[Cel]] = {
        f"{kop}_{t}_{vorm}": [] for t in ("tK", "tP") for kop in ("omslag", "klasse_na")
    }
    reeksen = (
        naspel.K.waarden(f"dK{slot}"), naspel.V.waarden(f"dP{slot}"), naspel.V.waarden("onv_klasse")
    )  # fmt: skip
    for dK, dP, onv in zip(*reeksen, strict=True):
        nu = r.signaal(dK, dP, onv, tK, tP, problemen)
        for t, x, drempel in (("tK", dK, tK), ("tP", dP, tP)):
            omslag: Cel = r.ONTBREKEND if nu is None else NVT
            na_omslag = omslag
            if nu is not None and x:
                nieuw = abs(x) if abs(x) > drempel else nextafter(abs(x), 0.0)
                paar = (nieuw, tP) if t == "tK" else (tK, nieuw)
                na = r.signaal(dK, dP, onv, *paar, problemen)
                if na != nu:
                    omslag, na_omslag = (abs(x), "waargenomen"), (na, "waargenomen")
            kolommen[f"omslag_{t}_{vorm}"].append(omslag)
            kolommen[f"klasse_na_{t}_{vorm}"].append(na_omslag)
    uit.cellen |= kolommen


def rangen(
    midden: Sequence[Getal], onder: Sequence[Getal], boven: Sequence[Getal]
) -> tuple[list[Getal], list[Getal], list[Getal]]:
    """Rank from high to low, and the best and worst it can be within bounds."""
    m, o, b = (sorted(x for x in reeks if x is not None) for reeks in (midden, onder, boven))
    aantal = len(m)
    return (
        [None if x is None else 1.0 + aantal - bisect_right(m, x) for x in midden],
        [None if x is None else 1.0 + aantal - bisect_right(o, x) for x in boven],
        [None if x is None else float(aantal - bisect_left(b, x)) for x in onder],
    )


def _bijdragen(naspel: Naspel, maten: Naspeeltabel, uit: Naspeeltabel) -> None:
    geschat = [methode == "schatting" for methode in naspel.K.teksten["methode"]]
    groepen = naspel.groepen()["eind"] if any(geschat) else []
    delen = {groep: maten.waarden(f"aandeel_{groep}_eind") for groep in groepen}
    for groep in naspel.cat.groepen:
        if groep not in groepen:
            uit.cellen[f"bijdrage_{groep}"] = [NVT] * len(naspel.codes)
            continue
        cellen = []
        for i, (K, is_geschat) in enumerate(zip(naspel.K.cellen["K_eind"], geschat, strict=True)):
            p = {g: reeks[i] for g, reeks in delen.items()}
            waarde: Getal = None
            if None not in p.values():
                over = {g: 1.0 - (x or 0.0) / 100 for g, x in p.items()}
                zonder = prod(x for g, x in over.items() if g != groep)
                waarde = 100.0 * (zonder - prod(over.values()))
            cellen.append(r.met_staat(waarde, K[1]) if is_geschat else NVT)
        uit.cellen[f"bijdrage_{groep}"] = cellen
