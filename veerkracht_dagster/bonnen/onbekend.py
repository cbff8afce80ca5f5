"""What is asked for is not there: what was looked for, where, what is nearest, what to do.

Here: the words for an area, a figure and a row of an overview.
Not here: looking it up (`bon.py`, `bon_overzicht.py`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from veerkracht_dagster.bonnen.gepubliceerd import Gepubliceerd
from veerkracht_dagster.bonnen.leestabel import als_sql
from veerkracht_dagster.catalogus.models import Catalogus

_GENOEMD = 4
_BEGIN = {"BU": "buurt", "WK": "wijk"}


class OnbekendCijfer(ValueError):
    """An area or figure that is not in the edition; the message says which there are."""


def onbekend_gebied(uitgave: Gepubliceerd, code: str) -> OnbekendCijfer:
    """No area of the edition: an area of another year, of another level, or of none."""
    editie, codes = uitgave.editie, sorted(uitgave.codes)
    plek = bisect_left(codes, code)
    buren = codes[max(0, min(plek - _GENOEMD // 2, len(codes) - _GENOEMD)) :][:_GENOEMD]
    return OnbekendCijfer(
        f"{code} is geen {editie.niveau} van {editie.titel}: gezocht onder de {len(codes)} codes "
        f"van {editie.basisjaar} in {uitgave.map}; het dichtst bij: {', '.join(buren)}; "
        f"{_raad(uitgave, code)}"
    )


def _raad(uitgave: Gepubliceerd, code: str) -> str:
    editie = uitgave.editie
    niveau = _BEGIN.get(code[:2], editie.niveau)
    if niveau != editie.niveau:
        passend = [naam for naam, e in uitgave.cat.edities.items() if e.niveau == niveau]
        return f"het is een {niveau}, en die staan in editie {', '.join(passend) or 'geen'}"
    rijen = uitgave.rijen_van("buurt_omzetting", f"van_regio = {als_sql(code)}")
    if rijen:
        jaar = max(rij["gebiedsjaar"] for rij in rijen)
        nu = sorted({rij["naar_regio"] for rij in rijen if rij["gebiedsjaar"] == jaar})
        return (
            f"in {jaar} was het er een, en in {editie.basisjaar} is dat {', '.join(nu)}: vraag die"
        )
    return f"geef een code zoals CBS die in {editie.basisjaar} gebruikte"


def onbekend_cijfer(cat: Catalogus, cijfer: str) -> OnbekendCijfer:
    """No layer, figure or column."""
    cijfers = (k for i in cat.indicatoren.values() for k in (*i.kolommen, *i.kenmerken))
    lijkt = _lijkt(cijfer, [*cat.kaartlagen, *cijfers, *cat.kolommen])
    return OnbekendCijfer(
        f"'{cijfer}' is geen kaartlaag, cijfer van een indicator of kolom van de buurttabel; "
        f"{lijkt}`veerkracht catalogus` noemt ze alle"
    )


def onbekende_rij(
    tabel: str, namen: Sequence[str], sleutel: str, er_zijn: Iterable[str]
) -> OnbekendCijfer:
    """No row of an overview."""
    alle = list(er_zijn)
    lijkt = _lijkt(sleutel, alle) or f"wel bijvoorbeeld {', '.join(map(repr, alle[:_GENOEMD]))}; "
    return OnbekendCijfer(
        f"{tabel} heeft geen rij {sleutel!r}: gezocht onder {len(alle)} rijen naar "
        f"{'/'.join(namen)}; {lijkt}een gebied geeft men met zijn code, zoals BU00140000"
    )


def _lijkt(gevraagd: str, namen: Sequence[str]) -> str:
    dichtbij = get_close_matches(gevraagd, list(dict.fromkeys(namen)), _GENOEMD)
    return f"het meest lijken {', '.join(map(repr, dichtbij))}; " if dichtbij else ""
