"""Speed of the sources at country scale, on files of the sample publisher (14,574 buurten).

Targets of the project: the key figures (18,000 regions, every measure filled: 1.7 million figures)
from v3 pages and from the bulk CSV of v4 to a typed table under 3 s each; an address file of nine
million rows to Parquet under 10 s and 1 GiB; a tick of the watch over 5,000 rows of the list of
tables under 2 s. What is generated is kept for the next time.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import zipfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from meten import STANDAARDMAP, druk, hoofd, meet_taak, regel

RIJEN_ADRESSEN, TABELLEN = 9_000_000, 5_000
JAAR = "2020"


def maak(map_: str) -> dict[str, Any]:
    """The publisher's files: key figures in two forms, and an address file."""
    from veerkracht_dagster.voorbeeldland import HEEL_NEDERLAND, maak_land, schrijf_kwb
    from veerkracht_dagster.voorbeeldland.adressen import schrijf_adressen

    opzij = Path(map_).with_name(f"{Path(map_).name}.half")
    shutil.rmtree(opzij, ignore_errors=True)
    land = maak_land(HEEL_NEDERLAND, jaren=(int(JAAR),))
    for vorm in ("odata_v3", "odata_v4_csv"):
        schrijf_kwb(land, int(JAAR), opzij / vorm, vorm)
    _vul_v3(opzij / "odata_v3")
    _vul_v4(opzij / "odata_v4_csv")
    schrijf_adressen(land, int(JAAR), opzij / "adressen")
    _in_zip(opzij)
    opzij.rename(map_)
    return {}


def _vul_v3(map_: Path) -> None:
    """A figure in every empty cell: the sample country knows a third of the topics."""
    for pad in map_.rglob("TypedDataSet*.json*"):
        inhoud = json.loads(_uitgepakt(pad))
        for i, rij in enumerate(inhoud["value"]):
            rij |= {naam: i % 1_000 for naam, cel in rij.items() if cel is None}
        tekst = json.dumps(inhoud).encode()
        pad.write_bytes(gzip.compress(tekst, 1) if pad.suffix == ".gz" else tekst)


def _vul_v4(map_: Path) -> None:
    """An observation of every measure that has none, in every region."""
    (pad,) = map_.rglob("*.zip")
    with zipfile.ZipFile(pad) as zip_:
        leden = {lid: zip_.read(lid).decode("utf-8-sig") for lid in zip_.namelist()}
    kop, *regels = leden["Observations.csv"].splitlines()
    gevuld = {regel.split(";")[1] for regel in regels}
    maten = [r.split(";")[0] for r in leden["MeasureCodes.csv"].splitlines()[1:]]
    regios = [r.split(";")[0] for r in leden["WijkenEnBuurtenCodes.csv"].splitlines()[1:]]
    oud = len(regels)
    for maat in (maat for maat in maten if maat not in gevuld):
        for i, regio in enumerate(regios):
            regels.append(f'{len(regels)};{maat};"None";{i % 1_000},5;"";{regio}')
    leden["Observations.csv"] = "\r\n".join([kop, *regels, ""])
    eigen = leden["Properties.csv"]
    assert f";{oud};" in eigen
    leden["Properties.csv"] = eigen.replace(f";{oud};", f";{len(regels)};")
    with zipfile.ZipFile(pad, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zip_:
        for naam, tekst in leden.items():
            zip_.writestr(naam, "\ufeff" + tekst)


def _in_zip(map_: Path) -> None:
    """The address file in a zip, as the publisher gives it."""
    (pad,) = (map_ / "adressen").rglob("*.csv")
    doel = map_ / "adressen_zip" / pad.parent.relative_to(map_ / "adressen")
    doel.mkdir(parents=True)
    with zipfile.ZipFile(doel / "pc6huisnr.zip", "w", zipfile.ZIP_DEFLATED) as zip_:
        zip_.write(pad, pad.name)


def _uitgepakt(pad: Path) -> bytes:
    return gzip.decompress(pad.read_bytes()) if pad.suffix == ".gz" else pad.read_bytes()


def lees(map_: str, bron: str) -> dict[str, Any]:
    """From the publisher's files to the typed table, hashing left out; seconds of the reading."""
    from veerkracht_dagster.bronnen.lezen import lees as lees_levering
    from veerkracht_dagster.bronnen.vastleggen import ter_plaatse
    from veerkracht_dagster.bronnen.vindplaatsen import vind
    from veerkracht_dagster.catalogus.laden import catalogus
    from veerkracht_dagster.opslag.vingerafdrukken import Vingerafdrukken

    plek = Path(map_)
    vastgelegd = ter_plaatse(vind(plek, bron, int(JAAR)), Vingerafdrukken(plek / "vingers.json"))
    wand, cpu = perf_counter(), process_time()
    tabel, verslag = lees_levering(vastgelegd, catalogus())
    uit = {"wand": perf_counter() - wand, "cpu": process_time() - cpu, "rijen": len(tabel)}
    return uit | {"gelezen": verslag.rijen}


def naar_parquet(map_: str) -> dict[str, Any]:
    """An address file to Parquet, as the asset keeps it: read, checked, hashed, written."""
    import pyarrow as pa
    from upath import UPath

    from veerkracht_dagster.bronnen.lezen import lees as lees_levering
    from veerkracht_dagster.bronnen.vastleggen import ter_plaatse
    from veerkracht_dagster.bronnen.vindplaatsen import vind
    from veerkracht_dagster.catalogus.laden import catalogus
    from veerkracht_dagster.catalogus.schema_groot import controleer_groot
    from veerkracht_dagster.opslag.tabellen import schrijf_tabel, vingerafdruk
    from veerkracht_dagster.opslag.vingerafdrukken import Vingerafdrukken

    plek = Path(map_)
    levering = vind(plek, "cbs_adressen", int(JAAR))
    vastgelegd = ter_plaatse(levering, Vingerafdrukken(plek / "vingers.json"))
    wand, cpu = perf_counter(), process_time()
    tabel, _ = lees_levering(vastgelegd, catalogus())
    arrow = pa.Table.from_pandas(tabel, preserve_index=False)
    del tabel
    assert controleer_groot("cbs_adressen", {JAAR: arrow}).goed
    vingerafdruk(arrow)
    schrijf_tabel(arrow, UPath(plek / "adressen.parquet"))
    return {"wand": perf_counter() - wand, "cpu": process_time() - cpu, "rijen": arrow.num_rows}


def tik(map_: str) -> dict[str, Any]:
    """A look at a list of 5,000 tables over loopback: asked, read, compared with what was seen."""
    from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
    from veerkracht_dagster.voorbeeldland.odata_v4 import eigenschappen
    from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever
    from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Statlinetabel
    from veerkracht_dagster.werkmap import Werkmap

    aanbod = Aanbod()
    for nummer in range(TABELLEN):
        rij = eigenschappen(2020, nummer) | {"Identifier": f"{80_000 + nummer}NED"}
        aanbod.zet(Statlinetabel(str(rij["Identifier"]), f"Tabel {nummer}", eigenschappen=rij))
    with Uitgever(aanbod) as uitgever:
        os.environ |= {"VEERKRACHT_OPHALEN": "ja", "VEERKRACHT_ADRESSEN": f"*={uitgever.url}"}
        werkmap = Werkmap.in_map(Path(map_) / "tik")
        werkmap.bronnen.mkdir(parents=True, exist_ok=True)
        innemer = Innemer(werkmap)
        innemer.kijk(["cbs_kerncijfers"], range(2014, 2027))
        wand, cpu = perf_counter(), process_time()
        blik = innemer.kijk(["cbs_kerncijfers"], range(2014, 2027))
    uit = {"wand": perf_counter() - wand, "cpu": process_time() - cpu}
    return uit | {
        "rijen": len(blik.standen["cbs_kerncijfers"].rijen),
        "gezien": len(blik.gezien),
    }


def begin() -> None:
    map_ = STANDAARDMAP / "bronnen_vol"
    if not map_.is_dir():
        map_.parent.mkdir(parents=True, exist_ok=True)
        regel("(generating the files)", meet_taak(maak, map_))
    print(druk())
    kerncijfers = "cbs_kerncijfers"
    for naam, taak, argumenten, doel in (
        ("key figures, v3 pages", lees, (map_ / "odata_v3", kerncijfers), "3 s"),
        ("key figures, v4 bulk CSV", lees, (map_ / "odata_v4_csv", kerncijfers), "3 s"),
        ("addresses to Parquet", naar_parquet, (map_ / "adressen",), "10 s, 1 GiB"),
        ("the same from a zip", naar_parquet, (map_ / "adressen_zip",), "10 s, 1 GiB"),
        ("tick of the watch", tik, (map_,), "2 s"),
    ):
        meting = meet_taak(taak, *argumenten)
        uit = meting.uitkomst
        tijd = f"{uit['wand']:7.2f} s wall {uit['cpu']:7.2f} s cpu {meting.piek:7.0f} MiB peak"
        feiten = json.dumps({k: v for k, v in uit.items() if isinstance(v, int)})
        print(f"{naam:<28}{tijd}   target {doel}   {feiten}", flush=True)


if __name__ == "__main__":
    hoofd(begin, maak, lees, naar_parquet, tik)
