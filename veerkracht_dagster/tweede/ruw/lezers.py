"""Which second reader belongs to which dialect, and empty cells told apart.

Here: the choice, and the rule that makes a state of an empty cell.
Not here: the dialects (`odata.py`, `tekst.py`, `geojson.py`, `werkboek.py`), one cell
(`opzoeken.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.rekenwijze.rekenen import Cel, Getal
from veerkracht_dagster.tweede.ruw import geojson, odata, perioden, tekst, werkboek
from veerkracht_dagster.tweede.ruw.blad import Bewijslevering, GeenTweedeLezer, Ruwblad, Vorm

Kolommen = Mapping[str, Kolom]
_LEZERS: dict[
    str,
    tuple[
        Callable[[Bewijslevering, Kolommen, str], Ruwblad],
        Callable[[Bewijslevering, Kolommen, str], Vorm | None],
    ],
] = {
    "odata_v3": (odata.blad_v3, odata.vorm_v3),
    "odata_v3_perioden": (perioden.blad_perioden, perioden.vorm_perioden),
    "odata_v4": (odata.blad_v4, odata.vorm_v4),
    "odata_v4_csv": (odata.blad_bulk, odata.vorm_bulk),
    "statline_csv": (tekst.blad_statline, tekst.vorm_statline),
    "statline_csv_r": (tekst.blad_statline, tekst.vorm_statline),
    "statweb_csv": (tekst.blad_statweb, tekst.vorm_statweb),
    "kwb_excel": (werkboek.blad_kwb, werkboek.vorm_kwb),
    "leefbaarometer_csv": (tekst.blad_leefbaarometer, tekst.vorm_leefbaarometer),
    "leefbaarometer_geojson": (geojson.blad_geojson, geojson.vorm_geojson),
    "levering": (tekst.blad_levering, tekst.vorm_levering),
}
BEGIN = {"buurt": "BU", "wijk": "WK"}
# Of which areas a figure may be made: a source without wijken has what buurten are together.
NIVEAUS_VAN = {"buurt": ("buurt",), "wijk": ("wijk", "buurt")}
_VAST = catalogus().constanten
MERKTEKEN, _GEHEIM = float(_VAST.merkgetal_tot), float(_VAST.merkgetal_geheim)


def kent(dialect: str) -> bool:
    """Is there a second reader of a dialect?"""
    return dialect in _LEZERS


def lees_blad(levering: Bewijslevering, kolommen: Kolommen, niveau: str) -> Ruwblad:
    """All numbers of a source and year, of the areas of one level.

    Raises:
        GeenTweedeLezer: the dialect is not read here.
    """
    blad = _lezer(levering)[0](levering, kolommen, niveau)
    blad.codes = [code for code in blad.codes if code.startswith(BEGIN[niveau])]
    return blad


def vorm_van(levering: Bewijslevering, kolommen: Kolommen, niveau: str) -> Vorm | None:
    """How the records of a source and year are found; None where it has nothing of this level.

    Raises:
        GeenTweedeLezer: the dialect is not read here.
    """
    return _lezer(levering)[1](levering, kolommen, niveau)


def _lezer(
    levering: Bewijslevering,
) -> tuple[
    Callable[[Bewijslevering, Kolommen, str], Ruwblad],
    Callable[[Bewijslevering, Kolommen, str], Vorm | None],
]:
    if levering.dialect not in _LEZERS:
        raise GeenTweedeLezer(f"dialect {levering.dialect}")
    return _LEZERS[levering.dialect]


def cellen(blad: Ruwblad, kolommen: Kolommen) -> dict[str, dict[str, Cel]]:
    """Per column the cell of every area of the sheet, empty ones with their state."""
    uit: dict[str, dict[str, Cel]] = {}
    for naam, kolom in kolommen.items():
        merken = kolom.merken or ()
        cijfers = {c: x for c, x in blad.cijfers.get(naam, {}).items() if x not in merken}
        basis = blad.cijfers.get(kolom.noemer or kolom.weegkolom or "", {})
        gevuld = {c for c in blad.codes if c in cijfers and cijfers[c] > MERKTEKEN}
        geen = zonder_cijfer(kolom, gevuld=bool(gevuld), nooit_geheim=blad.leeg_is_ontbreekt)
        uit[naam] = {
            code: (cijfers[code], "waargenomen")
            if code in gevuld
            else leeg(cijfers.get(code), basis.get(code), geen)
            for code in blad.codes
        }
    return uit


def zonder_cijfer(kolom: Kolom, *, gevuld: bool, nooit_geheim: bool) -> str:
    """The state of an empty cell in a column: suppressed only where others have a figure."""
    return "ontbreekt" if not gevuld or kolom.soort == "code" or nooit_geheim else "onderdrukt"


def leeg(merkteken: Getal, basis: Getal, geen: str) -> Cel:
    """The cell without a figure. basis: the figure of what it is a share or mean of."""
    if merkteken is not None:
        return None, "onderdrukt" if merkteken == _GEHEIM else "ontbreekt"
    return None, "n.v.t." if geen == "onderdrukt" and basis == 0 else geen
