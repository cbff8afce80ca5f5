"""What K is made of, and what is taken over from the buurttabel at either end of an edition.

Here: the groups and their shares, the years they are from, what each adds to K.
Not here: changes and signals (`bon_cijfer.py`), the cells (`bon_cel.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from veerkracht_dagster.catalogus.models import Groep
from veerkracht_dagster.herkomst.knoop import Knoop, stap

if TYPE_CHECKING:
    from veerkracht_dagster.herkomst.bon import Bonnen

MICRODATA = "microdata"
_SCHATTING = {
    "": "schatting: 1 - Π(1 - p_g)",
    "_ondergrens": "schatting: de grootste p_g",
    "_bovengrens": "schatting: de som van p_g, ten hoogste 1",
    "_afronding": "wat afronding en onderdrukking van de invoer K kunnen schuiven",
}


def overgenomen(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    """A cell of the buurttabel, or the share of a group, at one end of the edition."""
    kaal, _, kant = naam.rpartition("_")
    anker = _anker(bonnen, kant)
    groep = bonnen.cat.groepen.get(kaal.removeprefix("aandeel_"))
    if groep is not None and kaal.startswith("aandeel_"):
        knoop.kinderen = [_deel(bonnen, kaal.removeprefix("aandeel_"), groep, anker, code)]
        return "aandeel"
    kolom = {"V": "onv", "corporatie": "percentage_corporatiewoningen"}.get(kaal, kaal)
    jaar = jaar_van(bonnen, [kolom], anker, code)
    knoop.kinderen = [bonnen.cellen.cel(kolom, jaar, code)]
    knoop.uitleg = (knoop.uitleg or "overgenomen") + _terugval(jaar, anker)
    return "overgenomen"


def K(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    """K or one of its bounds: counted in microdata, else estimated from the shares of groups."""
    kant, deel = ("begin", naam[7:]) if naam.startswith("K_begin") else ("eind", naam[6:])
    knoop.met["onderdeel"] = deel
    anker = _anker(bonnen, kant)
    tabel = "kwetsbare_bewoners"
    if bonnen.uitgave.cel(tabel, "methode", code) == "microdata":
        knoop.feiten["methode"] = "microdata"
        knoop.uitleg = "microdata: personen in ten minste een groep / personen"
        md = bonnen.cat.microdata
        groep = Groep(titel="Microdata", teller=[md.teller], noemer=md.noemer)
        knoop.kinderen = [_deel(bonnen, MICRODATA, groep, anker, code)]
        return "K_microdata"
    jaren = bonnen.uitgave.cel(tabel, f"jaren_{kant}", code)
    groepen = [tekst.split()[0] for tekst in jaren.split(", ") if tekst]
    gekozen = [naam for naam in bonnen.regels.kwetsbaar_groepen if naam in groepen]
    knoop.feiten |= {"methode": "schatting", "groepen": ", ".join(gekozen)}
    knoop.uitleg = _SCHATTING[deel]
    knoop.kinderen = [_deel(bonnen, g, bonnen.cat.groepen[g], anker, code) for g in gekozen]
    return "K_schatting"


def _deel(bonnen: Bonnen, naam: str, groep: Groep, anker: int, code: str) -> Knoop:
    """The share of a group around a year; that of microdata is per area, so in its own year."""
    bereikt = bonnen.uitgave.jaar_van_groep(groep.kolommen, anker) if naam != MICRODATA else None
    jaar = jaar_van(bonnen, groep.kolommen, anker, code) if bereikt is None else bereikt
    kolommen = [*groep.teller, groep.noemer or groep.aandeel or ""]
    knoop = Knoop(
        "deel", f"p_{naam} {jaar}", uitleg="aandeel zoals de uitgever het geeft",
        feiten={"titel": groep.titel, "eenheid": "deel van de personen"},
        met={"als_aandeel": groep.aandeel is not None, "groep": naam},
        kinderen=[bonnen.cellen.cel(kolom, jaar, code) for kolom in kolommen],
    )  # fmt: skip
    if groep.aandeel is None:
        knoop.uitleg = f"({' + '.join(groep.teller)}) / {groep.noemer}, ten hoogste 1"
    knoop.uitleg += _terugval(jaar, anker)
    return stap(knoop, "deel")


def gekozen(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    """A text about how K was made: what is published, with the shares it speaks of."""
    knoop.met["tekst"] = bonnen.uitgave.cel("kwetsbare_bewoners", naam, code)
    knoop.kinderen = [bonnen.cijfer("K_begin", code), bonnen.cijfer("K_eind", code)]
    return "gepubliceerd"


def bijdrage(bonnen: Bonnen, knoop: Knoop, naam: str, code: str) -> str:
    """What a group adds to K."""
    groep = naam.removeprefix("bijdrage_")
    knoop.met["groep"] = groep
    gebruikt = gebruikte_groepen(bonnen)
    methode = bonnen.uitgave.cel("kwetsbare_bewoners", "methode", code)
    if groep not in gebruikt or methode != "schatting":
        knoop.met["staat"] = "n.v.t."
        knoop.uitleg = "de groep telt niet mee in K" if groep not in gebruikt else (
            "K is geteld uit microdata, waarin groepen geen delen zijn")  # fmt: skip
        return "geen"
    aandelen = [bonnen.cijfer(f"aandeel_{g}_eind", code) for g in gebruikt]
    for g, kind in zip(gebruikt, aandelen, strict=True):
        kind.met["groep"] = g
    knoop.kinderen = [bonnen.cijfer("K_eind", code), *aandelen]
    return "bijdrage"


def gebruikte_groepen(bonnen: Bonnen) -> list[str]:
    """The groups of the estimated K of the edition; the same for all areas."""
    tabel = "kwetsbare_bewoners"
    paren = zip(*bonnen.uitgave.kolommen(tabel, ["methode", "groepen"]), strict=True)
    tekst = next((groepen for methode, groepen in paren if methode == "schatting"), "")
    return [naam for naam in tekst.split(", ") if naam]


def _anker(bonnen: Bonnen, kant: str) -> int:
    return bonnen.uitgave.editie.begin if kant == "begin" else bonnen.uitgave.editie.eind


def jaar_van(bonnen: Bonnen, kolommen: Sequence[str], anker: int, code: str) -> int:
    """The year that stands for one: itself, or an earlier one where it has no figures anywhere."""
    gevonden = bonnen.uitgave.jaar_voor(kolommen, anker, code)
    return anker if gevonden is None else gevonden


def _terugval(jaar: int, anker: int) -> str:
    """In words that an earlier year stands for the one that was wanted."""
    return f"; {anker} heeft het niet voor genoeg gebieden, {jaar} wel" if jaar != anker else ""
