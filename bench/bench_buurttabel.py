"""Crosswalks and transfer at country scale, with tobler beside them, and what doubling costs.

Targets of the project: the address crosswalk of two years of nine million rows under 10 s and
2 GiB; the transfer of 60 columns of 8 years of 14,574 buurten under 1 s; the area crosswalk at
least five times as fast as `tobler.area_interpolate` on the same polygons, with the same values
(1e-9) where nothing is missing; twice the country in twice the time. What is generated is kept for
the next time. tobler has its own environment, of bench/tobler.txt; --tobler names the Python in it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from itertools import pairwise
from pathlib import Path
from time import monotonic, process_time
from typing import Any

from meten import STANDAARDMAP, Meting, druk, hoofd, meet_taak, regel

BUURTEN, GEMEENTEN = 14_574, 345
ADRESSEN, KOLOMMEN, JAREN = 9_000_000, 60, 8


# --- what is measured -----------------------------------------------------------------------------
def maak_adressen(map_: str, rijen: str) -> dict[str, Any]:
    """Two address files of so many rows: 3 % of the addresses of the one are not in the other, and
    a twentieth of the buurten is cut in two."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    n, toeval = int(rijen), np.random.default_rng(7)
    postcodes = np.arange(n // 18 + 1)
    letters = np.array([f"{a}{b}" for a in "ABCDEGHJKLMNPRSTVWXZ" for b in "ABCDEGHJKLMNPRSTVWXZ"])
    tekst = np.char.add((1000 + postcodes // 400).astype(str), letters[postcodes % 400])
    nummer = np.arange(n)
    per_buurt = 9_000_000 // BUURTEN
    for jaar in (2016, 2020):
        houd = toeval.random(n) > 0.03
        buurt = nummer // per_buurt
        if jaar == 2020:
            gesplitst = (buurt % 20 == 0) & (nummer % per_buurt > 0.7 * per_buurt)
            buurt = buurt + gesplitst * (n // per_buurt + 1)
        codes = np.array([f"BU{c // 10_000:04d}{c % 10_000:04d}" for c in range(buurt.max() + 1)])
        tabel = pa.table(
            {
                "postcode": pa.array(tekst).take(pa.array(nummer[houd] // 18)),
                "huisnummer": pa.array(nummer[houd] % 18 + 1, pa.int32()),
                "buurtcode": pa.array(codes).take(pa.array(buurt[houd])),
            }
        )
        pq.write_table(tabel, f"{map_}/adressen_{rijen}_{jaar}.parquet", compression="zstd")
    return {}


def adressen(map_: str, rijen: str) -> dict[str, Any]:
    """The crosswalk by addresses, from the two files."""
    import geopandas as gpd
    import pyarrow.dataset as pads

    from veerkracht_dagster.buurttabel import Indeling, maak_omzetting
    from veerkracht_dagster.catalogus import catalogus

    begin, cpu = monotonic(), process_time()
    indelingen = []
    for jaar in (2016, 2020):
        bestand = pads.dataset(f"{map_}/adressen_{rijen}_{jaar}.parquet")
        codes = bestand.to_table(columns=["buurtcode"]).column(0).unique().to_pylist()
        gebieden = gpd.GeoDataFrame(
            {"regiocode": codes, "regionaam": codes}, geometry=[None] * len(codes), crs="EPSG:28992"
        )
        indelingen.append(Indeling(jaar, gebieden, bestand))
    regels = catalogus().omzetting.model_copy(update={"wegen": ["adressen"]})
    uit = maak_omzetting(*indelingen, regels)
    assert set(uit["methode"]) == {"adressen"}
    return {"wand": monotonic() - begin, "cpu": process_time() - cpu, "rijen": len(uit)}


def overdracht(maal: str) -> dict[str, Any]:
    """60 columns of 8 years of so many times the country: tables in, tables out."""
    import numpy as np
    import pandas as pd

    from veerkracht_dagster.buurttabel import draag_over, kolom
    from veerkracht_dagster.celstatus import status_van

    n, toeval = int(float(maal) * BUURTEN), np.random.default_rng(8)
    codes = np.array([f"BU{i:08d}" for i in range(n)], dtype=object)
    splits = toeval.random(n) < 0.1
    deel = np.where(splits, toeval.random(n), 1.0)
    rijen = pd.DataFrame({"van_regio": codes, "naar_regio": codes, "gewicht": deel})
    rest = pd.DataFrame(
        {"van_regio": codes[splits], "naar_regio": np.roll(codes, 1)[splits],
         "gewicht": 1 - deel[splits]}
    )  # fmt: skip
    omzetting = pd.concat([rijen, rest], ignore_index=True).assign(methode="oppervlak")
    omzetting["aantal"] = 1e5 * omzetting["gewicht"]
    kolommen = {"n0": kolom("aantal", afronding=5)}
    for k in range(1, KOLOMMEN):
        soort = ("aantal", "aandeel", "gemiddelde", "score")[k % 4]
        meer = {"aantal": {"noemer": "n0"}, "aandeel": {"noemer": "n0"},
                "gemiddelde": {"gewicht": "n0"}, "score": {}}[soort]  # fmt: skip
        kolommen[f"n{k}"] = kolom(soort, **meer, **({"afronding": 1} if k % 3 == 0 else {}))
    tabellen = []
    for _ in range(JAREN):
        cellen: dict[str, Any] = {"regiocode": codes}
        for naam in kolommen:
            leeg = toeval.random(n) < 0.05
            cellen[naam] = np.where(leeg, np.nan, toeval.integers(0, 100, n).astype(float))
            cellen[status_van(naam)] = pd.array(
                np.where(leeg, "onderdrukt", "waargenomen"), dtype="str"
            )
        tabellen.append(pd.DataFrame(cellen))
    doelen = pd.Index(codes)
    begin, cpu = monotonic(), process_time()
    for tabel in tabellen:
        draag_over(tabel, omzetting, doelen, kolommen, 0.8)
    heen = {"wand": monotonic() - begin, "cpu": process_time() - cpu}
    return heen | _alleen_sommen(tabellen, omzetting, doelen, kolommen)


def _alleen_sommen(tabellen: Any, omzetting: Any, doelen: Any, kolommen: Any) -> dict[str, float]:
    """As the pipeline has it: one crosswalk for all years, figures as matrices."""
    import pandas as pd

    from veerkracht_dagster.buurttabel.cijfers import Cijfers
    from veerkracht_dagster.buurttabel.kruising import maak_kruising
    from veerkracht_dagster.buurttabel.overdracht import draag_cijfers_over

    per_jaar = [Cijfers.van(tabel, kolommen) for tabel in tabellen]
    codes = pd.Index(tabellen[0]["regiocode"])
    begin, cpu = monotonic(), process_time()
    kruising = maak_kruising(omzetting, doelen)
    for cijfers in per_jaar:
        draag_cijfers_over(cijfers, codes, kruising, kolommen, 0.8)
    return {"sommen_wand": monotonic() - begin, "sommen_cpu": process_time() - cpu}


def maak_land(map_: str) -> dict[str, Any]:
    """Buurten of 2014 and 2020 with counts and a score of 2014; some of those missing."""
    import numpy as np

    from veerkracht_dagster.voorbeeldland import Grootte
    from veerkracht_dagster.voorbeeldland import maak_land as maak

    land = maak(Grootte(GEMEENTEN, BUURTEN), jaren=(2014, 2020))
    oud, nieuw = (
        land.buurten(jaar)[["buurtcode", "geometry"]].rename(columns={"buurtcode": "regiocode"})
        for jaar in (2014, 2020)
    )
    for naam in ("inwoners", "woningen", "huishoudens"):
        oud[naam] = land.waarheid(naam, 2014).to_numpy(dtype="float64")
    oud["onv"] = land.waarheid("onv", 2014).fillna(0.0).to_numpy()
    oud["deels"] = np.where(np.arange(len(oud)) % 20 == 0, np.nan, oud["inwoners"])
    oud.to_parquet(f"{map_}/oud.parquet")
    nieuw.to_parquet(f"{map_}/nieuw.parquet")
    return {}


def _land(map_: str, maal: str) -> Any:
    """Buurten of 2014 and 2020, so many times side by side."""
    import geopandas as gpd
    import pandas as pd

    uit = []
    for wie in ("oud", "nieuw"):
        een = gpd.read_parquet(f"{map_}/{wie}.parquet")
        breed = een.total_bounds[2] - een.total_bounds[0]
        delen = [
            een.assign(regiocode=een["regiocode"] + f"_{k}", geometry=een.translate(k * breed))
            for k in range(int(maal))
        ]
        uit.append(pd.concat(delen, ignore_index=True) if len(delen) > 1 else een)
    return uit


def vlakken(map_: str, maal: str) -> dict[str, Any]:
    """The crosswalk by land and the figures along it, as tobler divides them."""
    from veerkracht_dagster.buurttabel import Indeling, kolom, maak_omzetting, reken_om
    from veerkracht_dagster.catalogus import catalogus

    oud, nieuw = _land(map_, maal)
    regels = catalogus().omzetting.model_copy(
        update={"wegen": ["oppervlak"], "minimum_deel": 0.0, "minimum_oppervlak": 0.0}
    )
    kolommen = {naam: kolom("aantal") for naam in ("inwoners", "woningen", "huishoudens", "deels")}
    begin, cpu = monotonic(), process_time()
    omzetting = maak_omzetting(Indeling(2014, oud), Indeling(2020, nieuw), regels)
    tabel, _ = reken_om(oud, omzetting, kolommen | {"onv": kolom("score")})
    uit = {"wand": monotonic() - begin, "cpu": process_time() - cpu, "polygonen": len(oud)}
    tabel.reindex(nieuw["regiocode"]).to_parquet(f"{map_}/ons_{maal}.parquet")
    return uit


def peer(map_: str, maal: str) -> dict[str, Any]:
    """tobler on the same polygons and figures; then once more with shared areas in full precision.

    tobler keeps those in single precision, which is good for seven digits and not for nine.
    """
    import sys

    import numpy as np
    from tobler.area_weighted import area_interpolate

    oud, nieuw = _land(map_, maal)
    namen = {
        "extensive_variables": ["inwoners", "woningen", "huishoudens", "deels"],
        "intensive_variables": ["onv"],
    }
    begin, cpu = monotonic(), process_time()
    tabel = area_interpolate(oud, nieuw, **namen)
    uit = {"wand": monotonic() - begin, "cpu": process_time() - cpu}
    tabel.drop(columns="geometry").to_parquet(f"{map_}/hun_{maal}.parquet")

    class Dubbel:
        float32 = np.float64

        def __getattr__(self, naam: str) -> Any:
            return getattr(np, naam)

    sys.modules["tobler.area_weighted.area_interpolate"].np = Dubbel()  # type: ignore[attr-defined]
    tabel = area_interpolate(oud, nieuw, **namen)
    tabel.drop(columns="geometry").to_parquet(f"{map_}/hun_dubbel_{maal}.parquet")
    return uit


# --- what is printed ------------------------------------------------------------------------------
def _binnen(meting: Meting, voor: str = "") -> Meting:
    """The measured part alone, without start-up and making."""
    uit = meting.uitkomst
    return Meting(uit[f"{voor}wand"], uit[f"{voor}cpu"], meting.piek, uit)


def _verschillen(map_: Path) -> None:
    import numpy as np
    import pandas as pd

    ons, enkel, dubbel = (
        pd.read_parquet(map_ / f"{wie}_1.parquet") for wie in ("ons", "hun", "hun_dubbel")
    )
    for precisie, hun in (("single (tobler's own)", enkel), ("double", dubbel)):
        grootste = {}
        for naam in ("inwoners", "woningen", "huishoudens", "onv"):
            a, b = ons[naam].to_numpy(), hun[naam].to_numpy()
            assert not np.isnan(a).any()
            grootste[naam] = float((np.abs(a - b) / np.maximum(np.abs(b), 1.0)).max())
        tekst = ", ".join(f"{naam} {verschil:.1e}" for naam, verschil in grootste.items())
        print(f"  largest relative difference, shared areas in {precisie} precision: {tekst}")
    a, b = ons["deels"].to_numpy(), dubbel["deels"].to_numpy()
    anders = np.isnan(a) | (np.abs(a - b) > 1e-9 * np.maximum(np.abs(b), 1.0))
    over, alle = np.nansum(b), np.nansum(dubbel["inwoners"])
    print(
        f"  with a twentieth missing: {anders.sum()} areas differ. Ours: {np.isnan(a).sum()} are"
        f" missing; tobler reads missing as 0: {over:,.0f} of {alle:,.0f} residents are left"
    )
    if (verschil := max(grootste.values())) > 1e-9:
        raise SystemExit(f"values differ by {verschil:.1e}, more than 1e-9")


def _meet_peer(map_: Path, python: str) -> Meting | None:
    if not python:
        return None
    uit = subprocess.run(
        [python, __file__, "--kind", "peer", str(map_), "1"],
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    gelezen = json.loads(uit.stdout.splitlines()[-1])
    return Meting(gelezen["wand"], gelezen["cpu"], 0.0, gelezen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--map", type=Path, default=STANDAARDMAP / "buurttabel")
    parser.add_argument("--tobler", default="", help="the Python that has it")
    opties, _ = parser.parse_known_args()
    map_: Path = opties.map
    map_.mkdir(parents=True, exist_ok=True)
    for rijen in (ADRESSEN // 4, ADRESSEN // 2, ADRESSEN):
        if not (map_ / f"adressen_{rijen}_2020.parquet").exists():
            meet_taak(maak_adressen, map_, str(rijen))
    if not (map_ / "nieuw.parquet").exists():
        meet_taak(maak_land, map_)
    print(druk(), flush=True)
    heel = meet_taak(adressen, map_, str(ADRESSEN))
    regel(f"address crosswalk, 2 x {ADRESSEN:,} rows", _binnen(heel), "target 10 s, 2,048 MiB")
    uit = meet_taak(overdracht, "1")
    naam = f"transfer, {KOLOMMEN} columns x {JAREN} years x {BUURTEN:,}"
    regel(naam, _binnen(uit, "sommen_"), "target 1 s")
    regel("  from table to table, states as text", _binnen(uit))
    eigen = meet_taak(vlakken, map_, "1")
    regel(f"area crosswalk and 5 columns, {eigen.uitkomst['polygonen']:,} polygons", _binnen(eigen))
    if (hun := _meet_peer(map_, opties.tobler)) is None:
        print("  not compared with tobler: see --help")
    else:
        keer = hun.uitkomst["cpu"] / eigen.uitkomst["cpu"]
        regel("  tobler, the same", _binnen(hun), f"{keer:.1f} x in cpu, target 5 x")
        _verschillen(map_)
    print("twice the country, cpu seconds at 1x, 2x, 4x (each the least of three)")
    krommen = {
        "address crosswalk (1x: a quarter of the rows)": [
            [meet_taak(adressen, map_, str(ADRESSEN * k // 4)) for _ in range(3)] for k in (1, 2, 4)
        ],
        "transfer": [[meet_taak(overdracht, str(k)) for _ in range(3)] for k in (1, 2, 4)],
        "area crosswalk": [[meet_taak(vlakken, map_, str(k)) for _ in range(3)] for k in (1, 2, 4)],
    }
    for naam, metingen in krommen.items():
        sleutel = "sommen_cpu" if naam == "transfer" else "cpu"
        cpu = [min(meting.uitkomst[sleutel] for meting in drie) for drie in metingen]
        maal = ", ".join(f"x{b / a:.2f}" for a, b in pairwise(cpu))
        print(f"  {naam:<50} " + " ".join(f"{x:7.2f}" for x in cpu) + f"   {maal}")


if __name__ == "__main__":
    hoofd(main, maak_adressen, adressen, overdracht, maak_land, vlakken, peer)
