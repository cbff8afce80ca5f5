"""Deliveries: files that are handed over with a manifest, because no public address serves them.

Here: WoonZorgwijzer (persons with lvb or ggz per buurt), a microdata export of one gemeente (only
cells of at least 10 persons, counts in tens) and one corporation's Beheer Intensiteitskaart.
Each folder holds the file and `manifest.yml`, which names every column: the mapping is the
deliverer's word, since these formats are not fixed; a column mapped to null is to be skipped.
Not here: reading them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from veerkracht_dagster.voorbeeldland.grootte import stroom
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.tekst import schrijf_tekst

WZW_JAREN = (2014, 2018, 2020, 2022, 2024)
MICRODATA_JAREN = (2014, 2020)
BIK_JAREN = (2018, 2020, 2022)
MINSTE_CEL = 10
WZW_MINSTE_INWONERS = 30


def schrijf_leveringen(land: Land, map: Path) -> list[Path]:
    """Write every delivery whose year is in the country."""
    paden: list[Path] = []
    for jaar in land.jaren:
        if jaar in WZW_JAREN:
            paden += _woonzorgwijzer(land, jaar, map)
        if jaar in MICRODATA_JAREN:
            paden += _microdata(land, jaar, map)
        if jaar in BIK_JAREN:
            paden += _bik(land, jaar, map)
    return paden


def _woonzorgwijzer(land: Land, jaar: int, map: Path) -> list[Path]:
    buurten = land.indeling(jaar).buurten
    inwoners = land.waarheid("inwoners", jaar).to_numpy()
    tabel = pd.DataFrame({"buurtcode": buurten["buurtcode"], "buurtnaam": buurten["buurtnaam"]})
    tabel["inwoners"] = [str(int(n)) for n in inwoners]
    for soort in ("lvb", "ggz"):
        waarden = land.waarheid(f"wzw_{soort}_personen", jaar).to_numpy()
        tekst = [f"{w:.1f}".replace(".", ",") for w in waarden]
        tabel[f"{soort}_personen"] = np.where(inwoners < WZW_MINSTE_INWONERS, "", tekst)
    kolommen = {
        "buurtcode": "regiocode",
        "buurtnaam": None,
        "inwoners": "wzw_inwoners",
        "lvb_personen": "wzw_lvb_personen",
        "ggz_personen": "wzw_ggz_personen",
    }
    return _lever(map, "woonzorgwijzer", jaar, "woonzorgwijzer.csv", tabel, kolommen)


def microdata_gemeente(land: Land, jaar: int) -> str:
    """Return the gemeente the microdata export and the corporation are about: the largest."""
    return str(land.indeling(jaar).buurten["gemeentecode"].value_counts().idxmax())


def _microdata(land: Land, jaar: int, map: Path) -> list[Path]:
    buurten = land.indeling(jaar).buurten
    personen = land.waarheid("md_personen", jaar).to_numpy()
    kwetsbaar = land.waarheid("md_kwetsbaar", jaar).to_numpy()
    hier = (buurten["gemeentecode"] == microdata_gemeente(land, jaar)).to_numpy()
    mag = hier & (kwetsbaar >= MINSTE_CEL) & (personen >= MINSTE_CEL)
    tabel = pd.DataFrame({"buurtcode": buurten["buurtcode"]})
    for kolom, waarden in (("personen", personen), ("personen_kwetsbaar", kwetsbaar)):
        tabel[kolom] = np.maximum(np.rint(waarden / 10) * 10, MINSTE_CEL).astype(np.int64)
    kolommen = {
        "buurtcode": "regiocode",
        "personen": "md_personen",
        "personen_kwetsbaar": "md_kwetsbaar",
    }
    paden = _lever(
        map, "cbs_microdata", jaar, "kwetsbare_bewoners.csv", tabel[mag], kolommen, ["codeboek.csv"]
    )
    codeboek = (
        "kolom;omschrijving;eenheid\n"
        f"buurtcode;buurt op de indeling van {jaar};code\n"
        "personen;ingeschreven personen, afgerond op tientallen;personen\n"
        "personen_kwetsbaar;personen in ten minste een groep (uitkering, lvb, ggz), elk een keer "
        "geteld, afgerond op tientallen, cellen van ten minste 10;personen\n"
    )
    return [*paden, schrijf_tekst(paden[0].parent / "codeboek.csv", codeboek)]


def _bik(land: Land, jaar: int, map: Path) -> list[Path]:
    rng = stroom(land.zaad, f"bik {jaar}")
    buurten = land.indeling(jaar).buurten
    woningen = land.waarheid("corporatiewoningen", jaar).to_numpy()
    hier = (buurten["gemeentecode"] == microdata_gemeente(land, jaar)).to_numpy()
    tabel = pd.DataFrame({"buurtcode": buurten["buurtcode"]})
    tabel["aantal_woningen"] = woningen.astype(np.int64)
    for kolom, score, helling in (
        ("score_woning", "won", 14),
        ("score_omgeving", "fys", 12),
        ("score_bewoners", "onv", 9),
    ):
        waarde = 6.3 + helling * np.nan_to_num(land.waarheid(score, jaar).to_numpy())
        cijfer = np.clip(waarde + rng.normal(0, 0.5, len(waarde)), 1, 10)
        tabel[kolom] = [f"{c:.1f}".replace(".", ",") for c in cijfer]
    kolommen = {
        "buurtcode": "regiocode",
        "aantal_woningen": "bik_woningen",
        "score_woning": "bik_score_woning",
        "score_omgeving": "bik_score_omgeving",
        "score_bewoners": "bik_score_bewoners",
    }
    return _lever(map, "corporatie_bik", jaar, "bik.csv", tabel[hier & (woningen > 0)], kolommen)


LEVERANCIERS = {
    "woonzorgwijzer": ("Voorbeeld WoonZorgwijzer", "alleen voor gebruik in dit voorbeeld"),
    "cbs_microdata": ("Voorbeeld microdata-uitvoer", "alleen voor gebruik in dit voorbeeld"),
    "corporatie_bik": ("Voorbeeldcorporatie", "alleen voor gebruik in dit voorbeeld"),
}


def _lever(
    map: Path,
    bron: str,
    jaar: int,
    bestand: str,
    tabel: pd.DataFrame,
    kolommen: Mapping[str, str | None],
    bijlagen: Sequence[str] = (),
) -> list[Path]:
    """Write a delivered file and its manifest; every column of the file is in the manifest."""
    regels = [";".join(tabel.columns)]
    regels += [";".join(str(w) for w in rij) for rij in tabel.itertuples(index=False)]
    pad = schrijf_tekst(map / "levering" / bron / str(jaar) / bestand, "\n".join(regels) + "\n")
    leverancier, licentie = LEVERANCIERS[bron]
    manifest = [
        f"bron: {bron}",
        f"peiljaar: {jaar}",
        f"gebiedsjaar: {jaar}",
        f"bestand: {bestand}",
        f"sha256: {hashlib.sha256(pad.read_bytes()).hexdigest()}",
        f"leverancier: {leverancier}",
        f"licentie: {licentie}",
        "kolommen:",
        *(f"  {k}: {v or 'null'}" for k, v in kolommen.items()),
        *(["bijlagen:", *(f"  - {bijlage}" for bijlage in bijlagen)] if bijlagen else []),
    ]
    return [pad, schrijf_tekst(pad.parent / "manifest.yml", "\n".join(manifest) + "\n")]
