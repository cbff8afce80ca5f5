"""Which steps a figure of an indicator is made of: changes, classes, signals, ranks.

Here: a function per kind of figure, that gives a step what lies under it and names its rule.
Not here: K and its groups (`bon_groep.py`), computing and comparing a step (`knoop.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from veerkracht_dagster.herkomst import bon_groep
from veerkracht_dagster.herkomst.knoop import Knoop, stap

if TYPE_CHECKING:
    from veerkracht_dagster.herkomst.bon import Bonnen

_K_DELEN = ("", "_ondergrens", "_bovengrens", "_afronding")
_NAMEN_VERSTOORD = ["dK", *(f"K_{k}{deel}" for k in ("begin", "eind") for deel in _K_DELEN)]
_VERSCHILLEN = {
    "dK": ("K_eind", "K_begin"),
    "dK_ondergrens": ("K_eind_ondergrens", "K_begin_bovengrens"),
    "dK_bovengrens": ("K_eind_bovengrens", "K_begin_ondergrens"),
    "dP": ("V_begin", "V_eind"),  # + is more nuisance, and a higher score is less
}


def bouw(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    """Give the step what it is made of; returns its rule."""
    begin = naam.partition("_")[0]
    maker = _OP_NAAM.get(naam) or _OP_BEGIN.get(begin, bon_groep.overgenomen)
    return maker(bonnen, knoop, naam, code)


def _verschil(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    knoop.kinderen = [bonnen.cijfer(k, code) for k in _VERSCHILLEN[naam]]
    return "verschil"


def _tegen_gemeente(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    eigen = naam.removesuffix("_relatief")
    knoop.kinderen = [bonnen.cijfer(eigen, code), _van_gemeente(bonnen, eigen, code)]
    return "tegen_gemeente"


def _van_gemeente(bonnen: Bonnen, verandering: str, code: str) -> Knoop:
    tabel = bonnen.tabel_van(verandering)
    kolommen = [(tabel, verandering), ("kwetsbare_bewoners", "inwoners_eind")]
    codes = bonnen.uitgave.van_gemeente(code)
    gebieden = bonnen.gebieden(kolommen, codes, f"gebieden van GM{code[2:6]}")
    if bonnen.diep:
        bonnen.ontvouw(gebieden)
    aantal = sum(None not in rij for rij in gebieden.met["rijen"])
    knoop = Knoop(
        "gemiddelde", f"{verandering} van GM{code[2:6]}", kinderen=[gebieden],
        uitleg="gemiddelde van de gemeente, gewogen met inwoners_eind",
        feiten={"eenheid": bonnen.eenheid(verandering), "gebieden": aantal},
    )  # fmt: skip
    return stap(knoop, "gemiddelde")


def _kwetsbaar_klasse(bonnen: Bonnen, knoop: Knoop, _naam: str, code: str) -> str:
    knoop.kinderen = [bonnen.cijfer("K_eind", code), *bonnen.landelijk]
    return "kwetsbaar_klasse"


def _onv_klasse(bonnen: Bonnen, knoop: Knoop, _naam: str, code: str) -> str:
    knoop.kinderen = [bonnen.cijfer("V_eind", code)]
    knoop.met["grenzen"] = bonnen.cat.constanten.onv_grenzen
    return "onv_klasse"


def _signaal(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    slot = "_relatief" if naam.endswith("_relatief") else ""
    tK, tP = bonnen.regels.tK_procentpunt, bonnen.regels.tP_punt
    knoop.met |= {"tK": tK, "tP": tP, "problemen_vanaf": bonnen.cat.constanten.problemen_vanaf}
    knoop.uitleg += f"; tK {tK:g} procentpunt, tP {tP:g} scorepunt"
    knoop.kinderen = [bonnen.cijfer(k, code) for k in (f"dK{slot}", f"dP{slot}", "onv_klasse")]
    return "signaal"


def _focus(bonnen: Bonnen, knoop: Knoop, _naam: str, code: str) -> str:
    knoop.kinderen = [bonnen.cijfer(k, code) for k in ("onv_klasse", "kwetsbaar_klasse")]
    knoop.met["problemen_vanaf"] = bonnen.cat.constanten.problemen_vanaf
    return "focus"


def _structureel(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    vast = bonnen.cat.constanten
    knoop.met |= {
        "minimum": bonnen.regels.minimum_stappen, "zwak": vast.zwakke_klassen,
        "minimum_toename": vast.minimum_toename,
    }  # fmt: skip
    vorm = naam.removeprefix("structureel_")
    namen = (f"signaal_{vorm}", "stappen_gemeten", "stappen_toename")
    knoop.kinderen = [bonnen.cijfer(k, code) for k in namen]
    klassen = ", ".join(map(str, vast.zwakke_klassen))
    knoop.uitleg = (
        f"klasse {klassen}, en in ten minste {vast.minimum_toename} gemeten stappen meer overlast"
    )
    return "structureel"


def _stabiliteit(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    vorm, vast = naam.removeprefix("stabiliteit_"), bonnen.cat.constanten
    slot = "_relatief" if vorm == "relatief" else ""
    knoop.met |= {
        "relatief": bool(slot), "klasse": f"signaal_{vorm}", "dK": f"dK{slot}",
        "dP": f"dP{slot}", "namen": _NAMEN_VERSTOORD, "zaad": bonnen.regels.stabiliteit_zaad,
        "tK": bonnen.regels.tK_procentpunt, "tP": bonnen.regels.tP_punt,
        "factoren": list(bonnen.regels.stabiliteit_factoren),
        "trekkingen": vast.stabiliteit_trekkingen, "problemen_vanaf": vast.problemen_vanaf,
    }  # fmt: skip
    factoren, keren = bonnen.regels.stabiliteit_factoren, vast.stabiliteit_trekkingen
    malen = ", ".join(f"{factor:g}" for factor in factoren)
    knoop.uitleg = (
        f"deel van {3 + keren} maal {len(factoren) ** 2} keren dat dezelfde klasse volgt: K in het "
        f"midden, op zijn grenzen en {keren} keer binnen zijn afronding "
        f"(zaad {bonnen.regels.stabiliteit_zaad}), tK en tP elk maal {malen}"
    )
    namen = [f"signaal_{vorm}", f"dK{slot}", f"dP{slot}", "onv_klasse"]
    if slot:
        kolommen = [("kwetsbare_bewoners", k) for k in ("inwoners_eind", *_NAMEN_VERSTOORD)]
        codes = bonnen.uitgave.van_gemeente(code)
        buren = bonnen.gebieden(kolommen, codes, "gebieden")
        buren.feiten["gemeente"] = f"GM{code[2:6]}"
        if bonnen.diep:
            bonnen.ontvouw(buren)
        knoop.kinderen = [*(bonnen.cijfer(k, code) for k in namen), buren]
    else:
        knoop.kinderen = [
            bonnen.cijfer(k, code) for k in dict.fromkeys([*namen, *_NAMEN_VERSTOORD])
        ]
    return "stabiliteit"


def _stappen(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    gaan = [list(paar) for paar in bonnen.uitgave.editie.stappen]
    knoop.met |= {"stappen": gaan, "telt": naam.removeprefix("stappen_")}
    knoop.uitleg = "stappen " + ", ".join(f"{a}-{b}" for a, b in gaan)
    jaren = sorted({jaar for paar in gaan for jaar in paar} & set(bonnen.uitgave.jaren))
    knoop.kinderen = [bonnen.cellen.cel("onv", jaar, code) for jaar in jaren]
    return "stappen"


def _omslag(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    drempel = "tK" if "_tK_" in naam else "tP"
    slot = "_relatief" if naam.endswith("_relatief") else ""
    knoop.met |= {
        "drempel": drempel, "wat": naam.partition("_")[0],
        "tK": bonnen.regels.tK_procentpunt, "tP": bonnen.regels.tP_punt,
        "problemen_vanaf": bonnen.cat.constanten.problemen_vanaf,
    }  # fmt: skip
    knoop.uitleg = knoop.uitleg or f"de klasse net voorbij de drempel {drempel} die haar omslaat"
    namen = (f"dK{slot}", f"dP{slot}", "onv_klasse")
    knoop.kinderen = [bonnen.cijfer(k, code) for k in namen]
    return "omslag"


def _rang(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    """The best rank counts who is certainly higher: own upper bound among lower bounds."""
    _, maat, *rest = naam.split("_")
    kant = f"_{rest[0]}" if rest else ""
    tabel, figuur = ("kwetsbare_bewoners", "K_eind") if maat == "K" else (
        "overlast_onveiligheid", "V_eind")  # fmt: skip
    eigen, anderen = figuur, figuur
    if maat == "K" and kant:
        boven, onder = f"{figuur}_bovengrens", f"{figuur}_ondergrens"
        eigen, anderen = (boven, onder) if kant == "_hoogst" else (onder, boven)
    knoop.met |= {"kant": kant, "teken": 1.0 if maat == "K" else -1.0}
    knoop.uitleg = knoop.uitleg or "van hoog naar laag onder alle gebieden"
    allen = bonnen.gebieden([(tabel, anderen)], None, "alle gebieden")
    knoop.kinderen = [bonnen.cijfer(eigen, code), allen]
    knoop.met["staat_van"] = bonnen.cijfer(figuur, code).staat
    return "rang"


_Maker = Callable[["Bonnen", Knoop, str, str], str]
_OP_NAAM: dict[str, _Maker] = {
    **dict.fromkeys(_VERSCHILLEN, _verschil),
    "dK_relatief": _tegen_gemeente, "dP_relatief": _tegen_gemeente,
    "kwetsbaar_klasse": _kwetsbaar_klasse, "onv_klasse": _onv_klasse, "focus": _focus,
    "methode": bon_groep.gekozen, "groepen": bon_groep.gekozen,
}  # fmt: skip
_OP_BEGIN: dict[str, _Maker] = {  # what stands before the first underscore
    "K": bon_groep.K, "bijdrage": bon_groep.bijdrage, "signaal": _signaal,
    "structureel": _structureel, "stabiliteit": _stabiliteit, "stappen": _stappen,
    "omslag": _omslag, "klasse": _omslag, "rang": _rang,
}  # fmt: skip
