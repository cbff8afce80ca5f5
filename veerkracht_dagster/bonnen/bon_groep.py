"""What K is made of, and what is taken over from the buurttabel at either end of an edition.

Here: the groups and their shares, the years they are from, what each adds to K.
Not here: changes and signals (`bon_cijfer.py`), the cells (`bon_cel.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from veerkracht_dagster.bonnen.knoop import Knoop, stap
from veerkracht_dagster.catalogus.cijfers import K_van_tekst, aandeel_van, eigen_noemers, microdata
from veerkracht_dagster.catalogus.models import Groep, Rij
from veerkracht_dagster.rekenwijze.regels import GESCHAT, GETELD, draagt_bij

if TYPE_CHECKING:
    from veerkracht_dagster.bonnen.bon import Bonnen

_SCHATTING = {
    "": "schatting: 1 - Π(1 - p_g)",
    "_ondergrens": "schatting: de grootste ondergrens van p_g",
    "_bovengrens": "schatting: de som van de bovengrenzen van p_g, ten hoogste 1",
    "_afronding": "wat afronding van de invoer, en wat ervan onbekend is, K kunnen schuiven",
}


def overgenomen(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    """A cell of the buurttabel at one end of the edition."""
    anker, (kolom,) = _anker(bonnen, rij), rij.invoer
    jaar = jaar_van(bonnen, [kolom], anker, code)
    knoop.kinderen = [bonnen.cellen.cel(kolom, jaar, code)]
    knoop.uitleg += _terugval(jaar, anker)


def aandeel(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    """The share of a group at one end of the edition."""
    naam = rij.groep or ""
    knoop.kinderen = [_deel(bonnen, naam, bonnen.cat.groepen[naam], _anker(bonnen, rij), code)]


def K(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> str:
    """K or one of its bounds: counted in microdata, else estimated from the shares of groups."""
    anker = _anker(bonnen, rij)
    tabel = bonnen.tabel_van("methode")
    if bonnen.uitgave.cel(tabel, "methode", code) == GETELD:
        knoop.feiten["methode"] = GETELD
        knoop.uitleg = "microdata: personen in ten minste een groep / personen"
        knoop.kinderen = [_deel(bonnen, GETELD, microdata(bonnen.cat), anker, code)]
        return "K_microdata"
    jaren = bonnen.uitgave.cel(tabel, f"jaren_{rij.kant}", code)
    gekozen = bonnen.regels.groepen_uit({tekst.split()[0] for tekst in jaren.split(", ") if tekst})
    knoop.feiten |= {"methode": GESCHAT, "groepen": ", ".join(gekozen)}
    knoop.uitleg = _SCHATTING[knoop.met["onderdeel"]]
    knoop.kinderen = [_deel(bonnen, g, bonnen.cat.groepen[g], anker, code) for g in gekozen]
    return "K_schatting"


def _deel(bonnen: Bonnen, naam: str, groep: Groep, anker: int, code: str) -> Knoop:
    """The share of a group around a year; that of microdata is per area, so in its own year."""
    bereikt = bonnen.uitgave.jaar_van_groep(groep.kolommen, anker) if naam != GETELD else None
    jaar = jaar_van(bonnen, groep.kolommen, anker, code) if bereikt is None else bereikt
    kolommen = [*groep.teller, groep.noemer or groep.aandeel or ""]
    knoop = Knoop(
        "deel", f"p_{naam} {jaar}", uitleg="aandeel zoals de uitgever het geeft",
        feiten={"titel": groep.titel, "eenheid": "deel van de personen"},
        met={"als_aandeel": groep.aandeel is not None, "groep": naam,
             "eigen_noemer": eigen_noemers(bonnen.cat, groep)},
        kinderen=[bonnen.cellen.cel(kolom, jaar, code) for kolom in kolommen],
    )  # fmt: skip
    if groep.aandeel is None:
        knoop.uitleg = (
            f"({' + '.join(groep.teller)}) / {groep.noemer}, elk over de gebieden waarvan beide "
            "bekend zijn, samen ten hoogste 1"
        )
    knoop.uitleg += _terugval(jaar, anker)
    return stap(knoop, "deel")


def beschreven(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    """A text about how figures were made: what is published, with the figures it speaks of."""
    tabel = bonnen.tabel_van(knoop.naam)
    knoop.met["tekst"] = bonnen.uitgave.cel(tabel, knoop.naam, code)
    namen = rij.invoer or K_van_tekst(bonnen.cat, tabel, rij)
    knoop.kinderen = [bonnen.cijfer(naam, code) for naam in namen]


def aandelen(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> None:
    """A figure, and the shares of the groups that K of the area is estimated from."""
    (eigen,) = rij.invoer
    knoop.kinderen = [bonnen.cijfer(eigen, code)]
    if bonnen.uitgave.cel(bonnen.tabel_van("methode"), "methode", code) == "schatting":
        anker = bonnen.uitgave.editie.eind
        knoop.kinderen += [
            _deel(bonnen, g, bonnen.cat.groepen[g], anker, code) for g in gebruikte_groepen(bonnen)
        ]


def bijdrage(bonnen: Bonnen, knoop: Knoop, rij: Rij, code: str) -> str | None:
    """What a group adds to K."""
    knoop.met["groep"] = rij.groep
    gebruikt = gebruikte_groepen(bonnen)
    methode = bonnen.uitgave.cel(bonnen.tabel_van("methode"), "methode", code)
    if not draagt_bij(rij.groep or "", gebruikt, methode):
        knoop.met["staat"] = "n.v.t."
        knoop.uitleg = "de groep telt niet mee in K" if rij.groep not in gebruikt else (
            "K is geteld uit microdata, waarin groepen geen delen zijn")  # fmt: skip
        return "geen"
    aandelen = [bonnen.cijfer(aandeel_van(bonnen.cat, g, "eind"), code) for g in gebruikt]
    for g, kind in zip(gebruikt, aandelen, strict=True):
        kind.met["groep"] = g
    (K,) = rij.invoer
    knoop.kinderen = [bonnen.cijfer(K, code), *aandelen]
    return None


def gebruikte_groepen(bonnen: Bonnen) -> list[str]:
    """The groups of the estimated K of the edition; the same for all areas."""
    tabel = bonnen.tabel_van("methode")
    paren = zip(*bonnen.uitgave.kolommen(tabel, ["methode", "groepen"]), strict=True)
    tekst = next((groepen for methode, groepen in paren if methode == GESCHAT), "")
    return [naam for naam in tekst.split(", ") if naam]


def _anker(bonnen: Bonnen, rij: Rij) -> int:
    return bonnen.uitgave.editie.begin if rij.kant == "begin" else bonnen.uitgave.editie.eind


def jaar_van(bonnen: Bonnen, kolommen: Sequence[str], anker: int, code: str) -> int:
    """The year that stands for one: itself, or an earlier one where it has no figures anywhere."""
    gevonden = bonnen.uitgave.jaar_voor(kolommen, anker, code)
    return anker if gevonden is None else gevonden


def _terugval(jaar: int, anker: int) -> str:
    """In words that an earlier year stands for the one that was wanted."""
    return f"; {anker} heeft het niet voor genoeg gebieden, {jaar} wel" if jaar != anker else ""
