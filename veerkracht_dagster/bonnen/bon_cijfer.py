"""Which steps a figure of an indicator is made of, by its row in the figure table.

Here: a function per way in which a rule's inputs are found (`aanvoer`), that gives a step what lies
under it; and the words of a rule with the parameters of the edition.
Not here: K and its groups (`bon_groep.py`), computing and comparing a step (`knoop.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from veerkracht_dagster.bonnen import bon_groep
from veerkracht_dagster.bonnen.knoop import Knoop, stap
from veerkracht_dagster.catalogus.cijfers import gegeven_van
from veerkracht_dagster.catalogus.models import Rij
from veerkracht_dagster.rekenwijze.regeltabel import REGELS

if TYPE_CHECKING:
    from veerkracht_dagster.bonnen.bon import Bonnen


def bouw(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> str:
    """Give the step what it is made of; returns its rule."""
    regel = REGELS[rij.regel]
    knoop.met |= rij.met
    if regel.reken is None:
        bon_groep.beschreven(bonnen, knoop, rij, code)
        return "gepubliceerd"
    gekozen = _AANVOER[regel.aanvoer](bonnen, knoop, rij, code)
    for naam, waarde in gegeven_van(bonnen.cat, bonnen.regels, rij).items():
        knoop.met[naam] = list(waarde) if isinstance(waarde, list) else waarde
    if rij.regel in _WOORDEN:
        knoop.uitleg = _WOORDEN[rij.regel](knoop.uitleg, knoop.met)
    return gekozen or regel.reken


def _cijfers(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    knoop.kinderen = [bonnen.cijfer(naam, code) for naam in rij.invoer]


def _gemeente(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    """A figure, and its mean over the gemeente."""
    eigen, gewicht = rij.invoer
    kolommen = [(bonnen.tabel_van(naam), naam) for naam in rij.invoer]
    codes = bonnen.uitgave.van_gemeente(code)
    gebieden = bonnen.gebieden(kolommen, codes, f"gebieden van GM{code[2:6]}")
    if bonnen.diep:
        bonnen.ontvouw(gebieden)
    aantal = sum(None not in waarden for waarden in gebieden.met["rijen"])
    gemiddelde = Knoop(
        "gemiddelde", f"{eigen} van GM{code[2:6]}", kinderen=[gebieden],
        uitleg=f"gemiddelde van de gemeente, gewogen met {gewicht}",
        feiten={"eenheid": bonnen.eenheid(eigen), "gebieden": aantal},
    )  # fmt: skip
    knoop.kinderen = [bonnen.cijfer(eigen, code), stap(gemiddelde, "gemiddelde")]


def _land(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    """A figure, and its mean and standard deviation over the country."""
    eigen, gewicht = rij.invoer
    knoop.kinderen = [bonnen.cijfer(eigen, code), *bonnen.landelijk(eigen, gewicht)]


def _jaren(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    """A column in every year of the period's steps."""
    gaan = [list(paar) for paar in bonnen.uitgave.editie.stappen]
    knoop.met = {"gebied": code, "stappen": gaan, **rij.met}
    jaren = sorted({jaar for paar in gaan for jaar in paar} & set(bonnen.uitgave.jaren))
    (kolom,) = rij.invoer
    knoop.kinderen = [bonnen.cellen.cel(kolom, jaar, code) for jaar in jaren]


def _rang(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    """A figure, and what it is ranked among."""
    eigen, anderen = rij.invoer
    allen = bonnen.gebieden([(bonnen.tabel_van(anderen), anderen)], None, "alle gebieden")
    knoop.kinderen = [bonnen.cijfer(eigen, code), allen]


def _verstoord(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    """A class with what it follows from, and K that is perturbed: of the area, or all beside it."""
    klasse, dK, dP, onv, *rest = rij.invoer
    namen = rest[1:] if rij.met["relatief"] else rest
    knoop.met |= {"klasse": klasse, "dK": dK, "dP": dP, "namen": namen}
    eigen = [klasse, dK, dP, onv]
    if not rij.met["relatief"]:
        knoop.kinderen = [bonnen.cijfer(k, code) for k in dict.fromkeys([*eigen, *namen])]
        return
    kolommen = [(bonnen.tabel_van(k), k) for k in rest]
    buren = bonnen.gebieden(kolommen, bonnen.uitgave.van_gemeente(code), "gebieden")
    buren.feiten["gemeente"] = f"GM{code[2:6]}"
    if bonnen.diep:
        bonnen.ontvouw(buren)
    knoop.kinderen = [*(bonnen.cijfer(k, code) for k in eigen), buren]


_Aanvoer = Callable[["Bonnen", Knoop, Rij, str], str | None]
_AANVOER: dict[str, _Aanvoer] = {
    "cijfers": _cijfers, "gemeente": _gemeente, "land": _land, "jaren": _jaren, "rang": _rang,
    "verstoord": _verstoord, "buurttabel": bon_groep.overgenomen, "aandeel": bon_groep.aandeel,
    "groepen": bon_groep.K, "bijdrage": bon_groep.bijdrage, "aandelen": bon_groep.aandelen,
}  # fmt: skip


# --- words ----------------------------------------------------------------------------------------
def _signaal(formule: str, met: dict[str, Any]) -> str:
    return f"{formule}; tK {met['tK']:g} procentpunt, tP {met['tP']:g} scorepunt"


def _stappen(_formule: str, met: dict[str, Any]) -> str:
    return "stappen " + ", ".join(f"{a}-{b}" for a, b in met["stappen"])


def _stabiliteit(_formule: str, met: dict[str, Any]) -> str:
    malen, keren = ", ".join(f"{f:g}" for f in met["factoren"]), met["trekkingen"]
    return (
        f"deel van {3 + keren} maal {len(met['factoren']) ** 2} keren dat dezelfde klasse volgt: K "
        f"in het midden, op zijn grenzen en {keren} keer binnen zijn afronding "
        f"(zaad {met['zaad']}), tK en tP elk maal {malen}"
    )


def _structureel(_formule: str, met: dict[str, Any]) -> str:
    klassen = ", ".join(map(str, met["zwak"]))
    return (
        f"klasse {klassen}, en in ten minste {met['minimum_toename']} gemeten stappen meer overlast"
    )


_WOORDEN: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "signaal": _signaal, "stappen": _stappen, "stabiliteit": _stabiliteit,
    "structureel": _structureel,
}  # fmt: skip
