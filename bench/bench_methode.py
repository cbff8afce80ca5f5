"""The method alone, on a whole country: indicators, ten layers and sensitivity of one edition.

14,574 buurten in 345 gemeenten, drawn at random, as harmonised tables of four years in memory; no
files, no Dagster, no drawing. Compared with the targets of the project: 5 s for all of it, of which
sensitivity (stability under perturbations, flipping thresholds, other thresholds, groups left out)
2 s. The perturbed classifications of `stabiliteit` are counted too: at least 27 for each signal.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from time import monotonic, process_time
from typing import Any

from meten import druk, hoofd, meet_taak

EDITIE = "2014-2020"
JAREN = (2014, 2016, 2018, 2020)


def _land(buurten: int, gemeenten: int) -> tuple[Any, Any]:
    """Harmonised tables per year, and the areas as squares."""
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely

    from veerkracht_dagster.catalogus import catalogus
    from veerkracht_dagster.catalogus.cijfers import buurtkolommen
    from veerkracht_dagster.celstatus import status_van

    cat, toeval = catalogus(), np.random.default_rng(14_574)
    gemeente = np.sort(toeval.integers(1, gemeenten + 1, buurten))
    nummer = np.arange(buurten) - np.searchsorted(gemeente, gemeente)
    codes = [f"BU{g:04d}{n // 100:02d}{n % 100:02d}" for g, n in zip(gemeente, nummer, strict=True)]
    groot = {"inwoners": 4000, "wzw_inwoners": 4000, "woningen": 2000, "md_personen": 4000}
    invoer = {kolom for tabel in cat.indicatoren for kolom in buurtkolommen(cat, tabel)}
    per_jaar = {}
    for jaar in JAREN:
        kolommen: dict[str, Any] = {"niveau": "buurt", "basisjaar": 2020, "regiocode": codes}
        for kolom in sorted(invoer):
            if cat.kolommen[kolom].soort == "score":
                waarde = toeval.normal(0, 0.1, buurten)
            else:
                waarde = 5.0 * toeval.integers(0, groot.get(kolom, 100) // 5, buurten)
            leeg = toeval.random(buurten) < 0.05
            kolommen[kolom] = np.where(leeg, np.nan, waarde)
            kolommen[status_van(kolom)] = np.where(leeg, "onderdrukt", "waargenomen")
            kolommen[f"{kolom}__ondergrens"] = kolommen[kolom] - 2.5
            kolommen[f"{kolom}__bovengrens"] = kolommen[kolom] + 2.5
        kolommen |= dict.fromkeys((f"omzetting_{bron}" for bron in cat.gebiedsbronnen), "identiek")
        per_jaar[jaar] = pd.DataFrame(kolommen)
    gebieden = gpd.GeoDataFrame(
        {
            "niveau": "buurt", "regiocode": codes, "regionaam": codes,
            "wijkcode": [f"WK{code[2:8]}" for code in codes],
            "gemeentecode": [f"GM{code[2:6]}" for code in codes], "gemeentenaam": "x",
        },
        geometry=shapely.box(*(np.arange(buurten) % 120 + d for d in (0, 0, 1, 1))),
        crs="EPSG:28992",
    )  # fmt: skip
    return per_jaar, gebieden


def reken(buurten: str, gemeenten: str) -> dict[str, Any]:
    """Seconds per part, wall and processor."""
    from veerkracht_dagster import indicatoren as ind
    from veerkracht_dagster.catalogus import catalogus
    from veerkracht_dagster.indicatoren.jaren import maak_edittabel
    from veerkracht_dagster.kaartlagen.laag import maak_laag

    per_jaar, gebieden = _land(int(buurten), int(gemeenten))
    cat = catalogus()
    editie = cat.edities[EDITIE]
    regels, klok = editie.parameters, _Klok()
    geteld = [0]
    signaalmodule: Any = import_module("veerkracht_dagster.indicatoren.signaal")
    gewoon = signaalmodule.signaalklasse

    def tellend(*argumenten: Any) -> Any:
        geteld[0] += 1
        return gewoon(*argumenten)

    signaalmodule.signaalklasse = tellend
    tabel = klok("indicators", maak_edittabel, editie, per_jaar, cat)
    K = klok("indicators", ind.kwetsbare_bewoners, tabel, cat)
    V = klok("indicators", ind.overlast_onveiligheid, tabel)
    maten = klok("indicators", ind.domeinmaten, tabel, cat)
    bezit = klok("indicators", ind.corporatiewoningen, tabel)
    S = klok("sensitivity", ind.signaal, K, V, regels)
    klok("sensitivity", ind.gevoeligheid, K, V, maten, regels, cat)
    klok("sensitivity", ind.gevoeligheid_klassen, K, V, regels)
    klok("sensitivity", ind.gevoeligheid_varianten, K, V, maten, regels)
    tabellen = {
        "kwetsbare_bewoners": K, "overlast_onveiligheid": V, "signaal": S,
        "corporatiewoningen": bezit, "domeinmaten": maten,
    }  # fmt: skip
    for naam in cat.kaartlagen:
        klok("layers", maak_laag, naam, tabellen, gebieden, editie, cat)
    klok("comparison and report", ind.vergelijking, K, V)
    klok("comparison and report", ind.rapport, tabellen, cat)
    return {"delen": klok.delen, "verstoringen": (geteld[0] - 2) // 2}


class _Klok:
    def __init__(self) -> None:
        self.delen: dict[str, list[float]] = {}

    def __call__(self, naam: str, doe: Any, *argumenten: Any) -> Any:
        wand, cpu = monotonic(), process_time()
        uit = doe(*argumenten)
        deel = self.delen.setdefault(naam, [0.0, 0.0])
        deel[0] += monotonic() - wand
        deel[1] += process_time() - cpu
        return uit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buurten", type=int, default=14_574, help="default: %(default)s")
    parser.add_argument("--gemeenten", type=int, default=345, help="default: %(default)s")
    opties, _ = parser.parse_known_args()
    print(f"{opties.buurten} buurten, edition {EDITIE} ({druk()})", flush=True)
    uit = meet_taak(reken, str(opties.buurten), str(opties.gemeenten)).uitkomst
    doelen = {"sensitivity": "target 2 s"}
    for naam, (wand, cpu) in uit["delen"].items():
        doel = doelen.get(naam, "")
        if naam == "sensitivity":
            doel += f", {uit['verstoringen']} perturbations of each signal"
        print(f"{naam:<52} {wand:7.2f} s wall {cpu:7.2f} s cpu   {doel}".rstrip())
    binnen = [uit["delen"][naam] for naam in ("indicators", "sensitivity", "layers")]
    wand, cpu = (sum(kant) for kant in zip(*binnen, strict=True))
    naam = "indicators, ten layers and sensitivity"
    print(f"{naam:<52} {wand:7.2f} s wall {cpu:7.2f} s cpu   target 5 s")


if __name__ == "__main__":
    hoofd(main, reken)
