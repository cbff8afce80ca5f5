"""Square areas, address files and tables of figures, small enough to work out on paper."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from veerkracht_dagster.buurttabel import Indeling
from veerkracht_dagster.catalogus.models import Kolom, Omzetting, Uitgeverskolom
from veerkracht_dagster.celstatus import status_van

NIVEAU = {"BU": "buurt", "WK": "wijk", "GM": "gemeente", "NL": "land"}
NERGENS = (math.nan, "geen", math.nan)  # a row of an area without a road
RIJEN = ("van_regio", "naar_regio", "gewicht", "methode", "aantal")
_WEGEN = {"m2": "oppervlak", "adr": "adressen", "naam": "code_en_naam"}
_AFKORTING = {
    "w": "waargenomen",
    "o": "onderdrukt",
    "-": "ontbreekt",
    "n": "n.v.t.",
    "g": "geschat",
}

# Written out here and not taken from the catalogue: the cases below are calculated with these.
REGELS = Omzetting(
    wegen=["identiek", "adressen", "vierkanten", "oppervlak", "keten", "code_en_naam", "keten"],
    minimum_dekking=0.8, grens_identiek=0.99, grens_merk=0.9, minimum_adressen=0.5,
    vierkant_geheim=4, minimum_oppervlak=0.5, minimum_deel=0.001, minimum_wijziging=0.05,
)  # fmt: skip


def strook(van: float, tot: float, hoogte: float = 100.0) -> shapely.Polygon:
    """A strip of land between two x's (metres); by default 100 m high."""
    return shapely.box(van, 0.0, tot, hoogte)


def indeling(
    jaar: int,
    vlakken: Mapping[str, shapely.Geometry | None],
    *,
    namen: Mapping[str, str] | None = None,
    adressen: Iterable[tuple[str, int, str]] | None = None,
) -> Indeling:
    """Areas of a year: code -> ground, a name each (default: the code), addresses if given."""
    codes = list(vlakken)
    gebieden = gpd.GeoDataFrame(
        {
            "niveau": [NIVEAU[code[:2]] for code in codes],
            "regiocode": codes,
            "regionaam": [(namen or {}).get(code, code) for code in codes],
        },
        geometry=gpd.GeoSeries(list(vlakken.values()), crs="EPSG:28992"),
        crs="EPSG:28992",
    )
    gebieden["oppervlak_m2"] = gebieden.area
    bestand = None
    if adressen is not None:
        bestand = pd.DataFrame(list(adressen), columns=["postcode", "huisnummer", "buurtcode"])
    return Indeling(jaar, gebieden, bestand)


def straat(postcode: str, nummers: Iterable[int], code: str) -> list[tuple[str, int, str]]:
    """Addresses in one street, all in one buurt."""
    return [(postcode, nummer, code) for nummer in nummers]


def klopt(omzetting: pd.DataFrame, verwacht: Mapping[tuple[str, str], tuple[object, ...]]) -> None:
    """Assert the rows: (from, to) -> (weight, road, count); without a road ('', NaN, NaN)."""
    namen = omzetting["naar_regio"].fillna("")
    rijen = {
        (van, naar): rij
        for van, naar, *rij in omzetting.assign(naar_regio=namen)[list(RIJEN)].itertuples(
            index=False
        )
    }
    assert {paar: rij[1] for paar, rij in rijen.items()} == {p: r[1] for p, r in verwacht.items()}
    for plek in (0, 2):
        getallen = {paar: rij[plek] for paar, rij in rijen.items()}
        goed = {paar: rij[plek] for paar, rij in verwacht.items()}
        assert getallen == pytest.approx(goed, rel=1e-9, nan_ok=True)


def kruis(tekst: str) -> pd.DataFrame:
    """A crosswalk: 'A P 0.75 30adr; B P 1 400m2; C P 1 naam; D geen' (from, to, weight, measure).

    Without a measure: land, 100 m² for a weight of 1. What a part weighs beside others is that
    measure, where all parts of a target have it; a measure behind a `/` says it otherwise.
    """
    rijen = []
    for regel in tekst.split(";"):
        van, naar, *rest = regel.split()
        if naar == "geen":
            rijen.append((van, None, *NERGENS, math.nan))
            continue
        gewicht, maat = float(rest[0]), rest[1] if len(rest) > 1 else f"{100 * float(rest[0])}m2"
        maat, _, weegt = maat.partition("/")
        weg = next(weg for eind, weg in _WEGEN.items() if maat.endswith(eind))
        rijen.append((van, naar, gewicht, weg, float(maat.removesuffix("m2").removesuffix("adr"))
                      if weg != "code_en_naam" else math.nan, float(weegt or "nan")))  # fmt: skip
    uit = pd.DataFrame(rijen, columns=[*RIJEN, "maat"])
    uit = uit.astype({"gewicht": "float64", "aantal": "float64", "maat": "float64"})
    per_doel = uit.groupby("naar_regio")["methode"]
    een_maat = uit["aantal"].where(per_doel.transform("nunique") == 1)
    alleen = uit["gewicht"].where(per_doel.transform("size") == 1)
    return uit.assign(maat=uit["maat"].fillna(een_maat).fillna(alleen))


def kolom(soort: str, **meer: Any) -> Kolom:
    """A column of the catalogue, of one kind; meer: noemer, gewicht, afronding, onderdrukt_tot."""
    return Kolom(
        bron="cbs_kerncijfers", titel="x", eenheid="x", soort=soort,  # type: ignore[arg-type]
        codes=[1, 2, 3, 4, 5] if soort == "code" else [], uitgever=Uitgeverskolom(titels=["x"]),
        **meer,
    )  # fmt: skip


def cijfers(codes: Iterable[str], **kolommen: Iterable[object]) -> pd.DataFrame:
    """A source table. A cell is a number (observed), (number, state), or a state: o - n."""
    uit: dict[str, list[object]] = {"regiocode": list(codes)}
    for naam, cellen in kolommen.items():
        waarden, statussen = zip(*map(_cel, cellen), strict=True)
        uit |= {naam: list(waarden), status_van(naam): list(statussen)}
    tabel = pd.DataFrame(uit)
    return tabel.astype(dict.fromkeys(kolommen, "float64"))


def _cel(cel: object) -> tuple[float, str]:
    if isinstance(cel, str):
        return float("nan"), _AFKORTING[cel]
    if isinstance(cel, tuple):
        return float(cel[0]), _AFKORTING[cel[1]]
    return float(cel), "waargenomen"  # type: ignore[arg-type]
