"""Which areas a list of figures names: their codes, names and marks of change, a second time.

Here: per dialect of Kerncijfers and Leefbaarometer the texts beside the figures. The marks of a
table of observations stand among its figures, and are read only when asked for.
Not here: figures (`tweede/ruw/`), the areas of maps (`kaart.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from veerkracht_dagster.tweede.ruw import odata, tekst, werkboek
from veerkracht_dagster.tweede.ruw.blad import Bewijslevering, GeenTweedeLezer, gelijk
from veerkracht_dagster.tweede.ruw.regels import tabel_van

_WIJZIGING = "indelingswijziging"


@dataclass
class Namen:
    """Per code its name and that of its gemeente, None where there is none; marks when asked.

    `jaar` is the year on whose areas the list stands.
    """

    jaar: int
    naam: dict[str, str | None] = field(default_factory=dict)
    gemeente: dict[str, str | None] = field(default_factory=dict)
    merken: Callable[[], Mapping[str, str | None]] = dict


def namen_van(levering: Bewijslevering, niveau: str) -> Namen:
    """The areas that a delivery names.

    Raises:
        GeenTweedeLezer: the dialect is not read here.
    """
    if levering.dialect not in _LEZERS:
        raise GeenTweedeLezer(f"dialect {levering.dialect}")
    return _LEZERS[levering.dialect](levering, niveau)


def _kaal(waarde: object) -> str | None:
    return None if waarde is None else str(waarde).strip()


def _van_gemeente(namen: Mapping[str, str | None]) -> dict[str, str | None]:
    """Per area the name that the list gives the gemeente of its code."""
    return {code: namen.get(f"GM{code[2:6]}") for code in namen}


# --- OData ------------------------------------------------------------------------------------
def _v3(levering: Bewijslevering, _niveau: str) -> Namen:
    namen = {
        r["Key"].strip(): _kaal(r["Title"]) for r in odata.rijen_van(levering, "WijkenEnBuurten")
    }
    uit = Namen(levering.peiljaar, namen, _van_gemeente(namen))

    def merken() -> dict[str, str | None]:
        eigenschappen = list(odata.rijen_van(levering, "DataProperties"))
        regio = next(r["Key"] for r in eigenschappen if str(r.get("Type")).startswith("Geo"))
        veld = _eerste(
            (gelijk(r.get("Title")), r["Key"]) for r in eigenschappen if r.get("Type") == "Topic"
        )
        rijen = odata.rijen_van(levering, "TypedDataSet") if veld else iter(())
        return {rij[regio].strip(): _kaal(rij[veld]) for rij in rijen}

    uit.merken = merken
    return uit


def _eerste(titels: Iterable[tuple[str, str]]) -> str:
    """The key of the first title that speaks of a change of areas."""
    return next((sleutel for titel, sleutel in titels if titel.startswith(_WIJZIGING)), "")


def _v4(levering: Bewijslevering, _niveau: str) -> Namen:
    regio = odata.regio_van(odata.rijen_van(levering, "Dimensions"))
    codes = odata.rijen_van(levering, f"{regio}Codes")
    return _van_waarnemingen(levering, regio, codes, lambda naam: odata.rijen_van(levering, naam))


def _bulk(levering: Bewijslevering, _niveau: str) -> Namen:
    leden = odata.leden_van(levering)
    regio = odata.regio_van(odata.tabel_van(leden["dimensions"]))
    codes = odata.tabel_van(leden[f"{regio}Codes".lower()])
    return _van_waarnemingen(
        levering, regio, codes, lambda naam: odata.tabel_van(leden[naam.lower()])
    )


def _van_waarnemingen(
    levering: Bewijslevering,
    regio: str,
    codes: Iterable[Mapping[str, Any]],
    rijen: Callable[[str], Iterator[dict[str, Any]]],
) -> Namen:
    namen = {rij["Identifier"].strip(): _kaal(rij["Title"]) for rij in codes}
    uit = Namen(levering.peiljaar, namen, _van_gemeente(namen))

    def merken() -> dict[str, str | None]:
        maat = _eerste((gelijk(r.get("Title")), r["Identifier"]) for r in rijen("MeasureCodes"))
        eigen = (r for r in rijen("Observations") if r["Measure"].strip() == maat)
        return {r[regio].strip(): _kaal(r.get("StringValue")) for r in eigen} if maat else {}

    uit.merken = merken
    return uit


# --- tables with a row per area -----------------------------------------------------------------
def _uit_tabel(
    jaar: int,
    rijen: Iterable[Sequence[str]],
    code: int,
    naam: int | None,
    gemeente: int | None,
    merk: int | None,
) -> Namen:
    """By the place of each column."""
    uit, merken = Namen(jaar), dict[str, str | None]()
    for rij in rijen:
        eigen = rij[code].strip()
        for kolom, plek in ((uit.naam, naam), (uit.gemeente, gemeente), (merken, merk)):
            kolom[eigen] = None if plek is None else rij[plek].strip() or None
    uit.merken = lambda: merken
    return uit


def _statline(levering: Bewijslevering, _niveau: str) -> Namen:
    kop, rijen = tabel_van(levering.bestanden[0])
    plat = [re.sub(r"[^a-z]+", " ", k.casefold()).strip() for k in kop]

    def plek(begin: str) -> int | None:
        return next((i for i, k in enumerate(plat) if k.startswith(begin)), None)

    code = plek("regioaanduiding codering")
    assert code is not None
    namen = ("wijken en buurten", "regioaanduiding gemeentenaam", f"regioaanduiding {_WIJZIGING}")
    return _uit_tabel(levering.peiljaar, rijen, code, *map(plek, namen))


def _kwb(levering: Bewijslevering, _niveau: str) -> Namen:
    koppen, rijen = werkboek.tabel_van(levering.bestanden[0], None, werkboek.KWB_CODES)
    plat = [kop.lower() for kop in koppen]
    code = next(plat.index(k) for k in werkboek.KWB_CODES if k in plat)
    rest = (plat.index(k) if k in plat else None for k in ("regio", "gm_naam", "ind_wbi"))
    return _uit_tabel(levering.peiljaar, rijen, code, *rest)


def _statweb(levering: Bewijslevering, _niveau: str) -> Namen:
    return _uit_tabel(levering.peiljaar, tekst.rijen_statweb(levering), -1, 0, None, None)


# --- Leefbaarometer ---------------------------------------------------------------------------
def _scores(levering: Bewijslevering, niveau: str) -> Namen:
    gevonden = tekst.scores(levering, niveau)
    if gevonden is None:
        return Namen(levering.peiljaar)
    bestand, meting = gevonden
    if meting != levering.peiljaar:  # it names areas of that year, not of this one
        return Namen(meting)
    kop, rijen = tabel_van(bestand)
    code = next(i for i, k in enumerate(kop) if k.lower().endswith("_code"))
    naam = [k.lower() for k in kop].index(kop[code].lower().replace("code", "naam"))
    jaar = kop.index("jaar")
    # Every area that it knows, by the name that it has in this year.
    eigen = {rij[code].strip(): rij for rij in reversed(rijen)}
    eigen |= {rij[code].strip(): rij for rij in rijen if float(rij[jaar]) == meting}
    return _uit_tabel(meting, eigen.values(), code, naam, None, None)


def _geojson(levering: Bewijslevering, niveau: str) -> Namen:
    uit = Namen(levering.peiljaar)
    for bestand in levering.bestanden:
        if niveau == "buurt" and f"buurten_{levering.peiljaar}/" in bestand.naam:
            for vlak in orjson.loads(bestand.bytes())["features"]:
                eigen = vlak["properties"]
                code = (eigen["code"] if "code" in eigen else eigen["id"]).strip()
                uit.naam[code] = _kaal(eigen.get("naam", eigen.get("name")))
                uit.gemeente[code] = _kaal(eigen.get("gemeente"))
    return uit


_LEZERS: dict[str, Callable[[Bewijslevering, str], Namen]] = {
    "odata_v3": _v3,
    "odata_v4": _v4,
    "odata_v4_csv": _bulk,
    "statline_csv": _statline,
    "statline_csv_r": _statline,
    "kwb_excel": _kwb,
    "statweb_csv": _statweb,
    "leefbaarometer_csv": _scores,
    "leefbaarometer_geojson": _geojson,
}
