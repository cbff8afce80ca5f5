"""A figure of every area of an edition at once, by its row in the figure table.

Here: a function per way in which a rule's inputs are found (`aanvoer`), that gives them as columns;
the rule then computes area by area. The receipt of one area finds the same in `bon_cijfer.py`.
Not here: the years and groups of an edition (`naspel.py`), the rules (`rekenwijze/regels.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from veerkracht_dagster.catalogus.cijfers import aandeel_van, gegeven_van
from veerkracht_dagster.catalogus.fouten import CatalogusFout
from veerkracht_dagster.catalogus.models import Rij
from veerkracht_dagster.rekenwijze import rekenen as r
from veerkracht_dagster.rekenwijze.regels import GEVRAAGD, NVT, REKENREGELS, draagt_bij
from veerkracht_dagster.rekenwijze.regeltabel import REGELS

if TYPE_CHECKING:
    from veerkracht_dagster.tweede.naspel import Naspel

Kolom = Sequence[Any]  # a value per area, in their order


def reken(naspel: Naspel, naam: str, rij: Rij) -> list[Any]:
    """The figure (or text) with its state, of every area."""
    regel = REGELS[rij.regel]
    if regel.aanvoer == "groepen":
        return [K[str(rij.met["onderdeel"])] for K in naspel.gekozen_K[rij.kant or ""]]
    met = {
        **rij.met, "groep": rij.groep, "stappen": naspel.editie.stappen,
        **gegeven_van(naspel.cat, naspel.editie.parameters, rij),
    }  # fmt: skip
    if regel.aanvoer in _MET_JAAR:
        invoer, naspel.jaar_van[naam] = _MET_JAAR[regel.aanvoer](naspel, rij)
    else:
        invoer = _AANVOER[regel.aanvoer](naspel, rij, met)
    rekent = regel.reken or ""
    functie, vast = REKENREGELS[rekent], {k: met[k] for k in GEVRAAGD[rekent]}
    uit = [functie(*cellen, **vast) for cellen in zip(*invoer, strict=True)]
    return _van_wie_geschat_is(naspel, rij, uit) if regel.aanvoer == "bijdrage" else uit


def _cijfers(naspel: Naspel, rij: Rij, _met: dict[str, Any]) -> list[Kolom]:
    return [naspel.cijfer(naam) for naam in rij.invoer]


def _buurttabel(naspel: Naspel, rij: Rij) -> tuple[list[Kolom], int | None]:
    cellen, jaar = naspel.rond(rij.invoer, naspel.anker(rij.kant))
    return [cellen[kolom] for kolom in rij.invoer], jaar


def _aandeel(naspel: Naspel, rij: Rij) -> tuple[list[Kolom], int | None]:
    delen, jaar = naspel.delen(naspel.cat.groepen[rij.groep or ""], naspel.anker(rij.kant))
    return [delen], jaar


def _gemeente(naspel: Naspel, rij: Rij, _met: dict[str, Any]) -> list[Kolom]:
    """A figure, and its mean over the gemeente."""
    gemiddelden = naspel.van_gemeente(*rij.invoer)
    return [naspel.cijfer(rij.invoer[0]), [(gemiddelden[g][0], "") for g in naspel.gemeenten]]


def _land(naspel: Naspel, rij: Rij, _met: dict[str, Any]) -> list[Kolom]:
    """A figure, and its mean and standard deviation over the country."""
    m, s = naspel.landelijk(*rij.invoer)
    n = len(naspel.codes)
    return [naspel.cijfer(rij.invoer[0]), [(m, "")] * n, [(s, "")] * n]


def _jaren(naspel: Naspel, rij: Rij, met: dict[str, Any]) -> list[Kolom]:
    """A column in every year of the period's steps."""
    jaren = sorted({jaar for paar in met["stappen"] for jaar in paar})
    per_jaar = [[cel[0] for cel in naspel.kolom(rij.invoer[0], jaar)] for jaar in jaren]
    rijen = zip(naspel.codes, *per_jaar, strict=True)
    return [[dict(zip(jaren, cijfers, strict=True)) for _, *cijfers in rijen]]


def _rang(naspel: Naspel, rij: Rij, met: dict[str, Any]) -> list[Kolom]:
    """A figure, and what it is ranked among."""
    eigen, anderen = rij.invoer
    op_rij = r.op_rij((cel[0] for cel in naspel.cijfer(anderen)), met["teken"])
    return [naspel.cijfer(eigen), [op_rij] * len(naspel.codes)]


def _verstoord(naspel: Naspel, rij: Rij, met: dict[str, Any]) -> list[Kolom]:
    """A class with what it follows from, and dK perturbed, as it is or against the gemeente."""
    *eigen, gewicht = rij.invoer[:5]
    namen = rij.invoer[-len(r.VERSTOORD) :]
    per_gebied = naspel.verstoord(namen, met["zaad"], met["trekkingen"], met["decimalen"])
    if met["relatief"]:
        inwoners = dict(zip(naspel.codes, (c[0] for c in naspel.cijfer(gewicht)), strict=True))
        tegen: dict[str, list[r.Getal]] = {}
        for codes in naspel.per_gemeente.values():
            tegen |= r.verstoord_gemeente(
                {c: per_gebied[c] for c in codes}, inwoners, met["decimalen_relatief"]
            )
        per_gebied = tegen
    return [*map(naspel.cijfer, eigen), [per_gebied[code] for code in naspel.codes]]


def _bijdrage(naspel: Naspel, rij: Rij, _met: dict[str, Any]) -> list[Kolom]:
    """K, and the share of every group that it is made of."""
    kolommen = {g: naspel.cijfer(aandeel_van(naspel.cat, g, "eind")) for g in naspel.gebruikt}
    aandelen = [
        {groep: kolom[i][0] for groep, kolom in kolommen.items()} for i in range(len(naspel.codes))
    ]
    return [naspel.cijfer(rij.invoer[0]), aandelen]


def _van_wie_geschat_is(naspel: Naspel, rij: Rij, cellen: list[Any]) -> list[Any]:
    """A group adds to K only where K is made of it."""
    return [
        cel if draagt_bij(rij.groep or "", naspel.gebruikt, str(methode)) else NVT
        for cel, methode in zip(cellen, naspel.reeks("methode"), strict=True)
    ]


def _aandelen(naspel: Naspel, rij: Rij, _met: dict[str, Any]) -> list[Kolom]:
    """A figure, and the share of every group that K of the area is estimated from."""
    geen: dict[str, r.Getal] = {}
    per_gebied = [
        geen if geteld else {g: delen[i].waarde for g, delen in naspel.aandelen_eind.items()}
        for i, geteld in enumerate(naspel.geteld)
    ]
    return [naspel.cijfer(rij.invoer[0]), per_gebied]


_AANVOER: dict[str, Callable[[Naspel, Rij, dict[str, Any]], list[Kolom]]] = {
    "cijfers": _cijfers, "gemeente": _gemeente, "land": _land, "jaren": _jaren, "rang": _rang,
    "verstoord": _verstoord, "bijdrage": _bijdrage, "aandelen": _aandelen,
}  # fmt: skip
# Of what is from the buurttabel, also the year that it is really from.
_MET_JAAR = {"buurttabel": _buurttabel, "aandeel": _aandeel}


def weiger_halve_regels() -> None:
    """Every rule of the figure table has its function, and gives it all that it asks for.

    Raises:
        CatalogusFout: not so; no release with such a figure could be proved.
    """
    for naam, regel in REGELS.items():
        waar = f"rekenwijze/regeltabel.py: regel '{naam}'"
        if regel.reken is None or regel.aanvoer == "groepen":
            continue  # a text; K, which an edition makes as a whole
        if regel.reken not in REKENREGELS:
            raise CatalogusFout(
                f"{waar} rekent met '{regel.reken}', en die functie is er niet: schrijf haar in "
                "rekenwijze/regels.py en zet haar daar in REKENREGELS"
            )
        if regel.aanvoer not in {*_AANVOER, *_MET_JAAR}:
            raise CatalogusFout(
                f"{waar} heeft een aanvoer '{regel.aanvoer}' die niemand brengt; kies uit "
                f"{', '.join([*_AANVOER, *_MET_JAAR])}, of schrijf haar in tweede/kolommen.py"
            )
        krijgt = {*regel.met, *regel.parameters, *regel.constanten, "groep", "stappen"}
        if mist := sorted(set(GEVRAAGD[regel.reken]) - krijgt):
            raise CatalogusFout(
                f"{waar}: {regel.reken} in rekenwijze/regels.py vraagt ook {', '.join(mist)}: noem "
                "dat bij de regel onder met, parameters of constanten"
            )
