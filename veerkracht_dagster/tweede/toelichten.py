"""Why an area has no class on a layer, a second time; or what to know when reading it.

Here: the text beside every area of a layer, from the states of the figures that it is made of.
Not here: those figures (`naspel.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from veerkracht_dagster.catalogus.models import Editie, Kaartlaag
from veerkracht_dagster.rekenwijze.rekenen import MET_WAARDE, Cel

if TYPE_CHECKING:
    from veerkracht_dagster.tweede.naspel import Naspel

_TE_WEINIG = "niet informatief: te weinig buurten in de gemeente om mee te vergelijken"
_ZONDER_GEWICHT = "geen inwoners bekend om mee te wegen"


def toelichting(
    laag: Kaartlaag,
    grond: Sequence[str],
    staten: Sequence[str],
    cellen: Mapping[str, Sequence[Cel]],
    informatief: Sequence[object],
    voorbehoud: Sequence[object],
    editie: Editie,
) -> Iterator[str]:
    """The text of every area.

    Args:
        grond: the figures without which there is no class. staten: the state of the class.
        informatief: 'nee' where a gemeente has too few areas.
        voorbehoud: what to know of K, on a layer about K.
    """
    for i, staat in enumerate(staten):
        if staat in MET_WAARDE:
            weinig = [_TE_WEINIG] if laag.relatief and informatief[i] == "nee" else []
            yield "; ".join(
                [*weinig, *(str(tekst[i]) for tekst in [voorbehoud] if tekst and tekst[i])]
            )
            continue
        mist = [(naam, cellen[naam][i][1]) for naam in grond]
        zinnen = [
            f"{naam} {editie.begin}-{editie.eind}: {waarom}"
            for naam, waarom in mist
            if waarom not in MET_WAARDE
        ]
        yield "geen meting: " + ("; ".join(zinnen) or _ZONDER_GEWICHT)


def niet_gebruikt(naspel: Naspel, gebruikt: Sequence[str]) -> str:
    """Groups that were delivered, do not reach enough and are not in K; and where they do reach."""
    zinnen = []
    for naam in naspel.editie.parameters.mogelijke_groepen:
        if naam not in gebruikt:
            raak = list(_geraakt(naspel, naspel.cat.groepen[naam].kolommen))
            delen = [sum(r) / max(sum(naspel.bewoond), 1) for r in raak]
            if any(delen) and min(delen) < naspel.editie.parameters.terugval_bereik:
                begin, eind = (f"{deel:.0%}" for deel in delen)
                zin = f"{naam}: geleverd voor {begin} (begin) en {eind} (eind) van de gebieden"
                if waar := ", ".join(_waar_genoeg(naspel, raak)):
                    zin += f"; een editie met `gemeenten: [{waar}]` gebruikt het"
                zinnen.append(zin)
    return "; ".join(zinnen)


def _geraakt(naspel: Naspel, kolommen: Sequence[str]) -> Iterator[list[bool]]:
    """At begin and end, per area: has it residents, and a figure of the group."""
    for anker in (naspel.editie.begin, naspel.editie.eind):
        jaar = naspel.jaar_van_groep(kolommen, anker)
        jaar = naspel.jaar_voor(kolommen, anker) if jaar is None else jaar
        yield [False] * len(naspel.codes) if jaar is None else naspel.bereik(kolommen, jaar)


def _waar_genoeg(naspel: Naspel, raak: Sequence[Sequence[bool]]) -> Iterator[str]:
    """The gemeenten that are reached enough at both ends."""
    genoeg = naspel.editie.parameters.terugval_bereik
    for gemeente, codes in sorted(naspel.per_gemeente.items()):
        plekken = [i for i in (naspel.plek[code] for code in codes) if naspel.bewoond[i]]
        if plekken and all(sum(r[i] for i in plekken) / len(plekken) >= genoeg for r in raak):
            yield gemeente
