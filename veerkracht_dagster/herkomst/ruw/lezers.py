"""Which second reader belongs to which dialect, and empty cells told apart.

Here: the choice, and the rule that makes a state of an empty cell.
Not here: the dialects (`odata.py`, `tekst.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.herkomst.rekenen import Cel
from veerkracht_dagster.herkomst.ruw import odata, tekst
from veerkracht_dagster.herkomst.ruw.blad import Blad, GeenTweedeLezer, Levering, Plaats

_BLADEN: dict[str, Callable[[Levering, Mapping[str, Kolom], str], Blad]] = {
    "odata_v3": odata.blad_v3,
    "odata_v4": odata.blad_v4,
    "statline_csv": tekst.blad_statline,
    "statline_csv_r": tekst.blad_statline,
    "leefbaarometer_csv": tekst.blad_leefbaarometer,
    "leefbaarometer_geojson": tekst.blad_geojson,
    "levering": tekst.blad_levering,
}
_PLAATSEN: dict[str, Callable[[Levering, Mapping[str, Kolom], str, str], Plaats | None]] = {
    "odata_v3": odata.plaats_v3,
    "odata_v4": odata.plaats_v4,
    "statline_csv": tekst.plaats_statline,
    "statline_csv_r": tekst.plaats_statline,
    "leefbaarometer_csv": tekst.plaats_leefbaarometer,
    "leefbaarometer_geojson": tekst.plaats_geojson,
    "levering": tekst.plaats_levering,
}
_BEGIN = {"buurt": "BU", "wijk": "WK"}
_MERKTEKEN, _GEHEIM = -99990.0, -99997.0


def lees_blad(levering: Levering, kolommen: Mapping[str, Kolom], niveau: str) -> Blad:
    """All numbers of a source and year, of the areas of one level.

    Raises:
        GeenTweedeLezer: the dialect is not read here.
    """
    if levering.dialect not in _BLADEN:
        raise GeenTweedeLezer(f"dialect {levering.dialect}")
    blad = _BLADEN[levering.dialect](levering, kolommen, niveau)
    blad.codes = [code for code in blad.codes if code.startswith(_BEGIN[niveau])]
    return blad


def zoek_plaats(
    levering: Levering, kolommen: Mapping[str, Kolom], naam: str, code: str
) -> Plaats | None:
    """Where the cell of a column and area stands; None where the file does not have it.

    Raises:
        GeenTweedeLezer: the dialect is not read here.
    """
    if levering.dialect not in _PLAATSEN:
        raise GeenTweedeLezer(f"dialect {levering.dialect}")
    return _PLAATSEN[levering.dialect](levering, kolommen, naam, code)


def cellen(blad: Blad, kolommen: Mapping[str, Kolom]) -> dict[str, dict[str, Cel]]:
    """Per column the cell of every area of the sheet, empty ones with their state."""
    uit: dict[str, dict[str, Cel]] = {}
    for naam, kolom in kolommen.items():
        cijfers = blad.cijfers.get(naam, {})
        basis = blad.cijfers.get(kolom.noemer or kolom.weegkolom or "", {})
        gevuld = {c for c in blad.codes if c in cijfers and cijfers[c] > _MERKTEKEN}
        geen = "onderdrukt"
        if not gevuld or kolom.soort == "code" or blad.leeg_is_ontbreekt:
            geen = "ontbreekt"
        mag_niemand = geen == "onderdrukt"
        uit[naam] = {
            code: (cijfers[code], "waargenomen")
            if code in gevuld
            else _leeg(cijfers.get(code), mag_niemand and basis.get(code) == 0, geen)
            for code in blad.codes
        }
    return uit


def _leeg(merkteken: float | None, niemand: bool, geen: str) -> Cel:
    if merkteken is not None:
        return None, "onderdrukt" if merkteken == _GEHEIM else "ontbreekt"
    return None, "n.v.t." if niemand else geen
