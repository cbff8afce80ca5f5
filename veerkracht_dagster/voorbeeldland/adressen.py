"""Addresses: postcode, house number and the buurt they lie in (pc6hnr), and postcodes per area.

Here: the same address has the same postcode and number in every year, so that only its buurt
changes; a postcode of 18 addresses may cross a boundary, as in reality. The publisher's headers
differ between years; codes are whole numbers without leading zeros until letters come (2022), from
then on text of eight, six and four characters. The year 2014 and 2015 do not exist.
Not here: how many addresses there are (`bevolking`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from veerkracht_dagster.voorbeeldland.grootte import JAREN
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.raster import FloatArray, IntArray

EERSTE_JAAR = 2016
JAAR_LETTERS = 2022
PER_POSTCODE, POSTCODES_PER_GEBIED, EERSTE_PC4 = 18, 120, 1011
LETTERS = "ABCDEGHJKLMNPRSTVWXZ"
BLOK = 1_000_000
KOPPEN = {
    2017: "PC6;Huisnummer;Buurt2017;Wijk2017;Gem2017",
    2018: "pc;huisnummer;gwb_code;wijkcode;gemeentecode",
}


def _plaatsen(land: Land) -> tuple[IntArray, IntArray, IntArray]:
    """Return per atom the number of its first address, the room there, and where more go.

    Neighbours follow each other. Room is kept for the largest number of `JAREN`, so that an address
    never changes; what other years have more are new streets, numbered after all others.
    """
    aantal = land.bevolking.tellingen["adressen"]
    vast = [land.bevolking.jaren.index(jaar) for jaar in JAREN]
    ruimte = aantal[:, vast].max(axis=1)
    volgorde = np.argsort(land.adresvolgorde, kind="stable")
    begin, nieuw = np.empty_like(ruimte), np.empty_like(ruimte)
    meer = aantal.max(axis=1) - ruimte
    begin[volgorde] = np.concatenate([[0], np.cumsum(ruimte[volgorde])[:-1]])
    nieuw[volgorde] = ruimte.sum() + np.concatenate([[0], np.cumsum(meer[volgorde])[:-1]])
    return begin, ruimte, nieuw


def adressen(land: Land, jaar: int) -> pd.DataFrame:
    """Return all addresses of a year: PC6, Huisnummer, buurtcode, wijkcode, gemeentecode."""
    nummer, atoom = _nummers(land, jaar)
    buurten = land.indeling(jaar).buurten
    rij = land.indeling(jaar).buurt_van_atoom[atoom]
    uit = pd.DataFrame({"PC6": _postcodes(nummer // PER_POSTCODE)})
    uit["Huisnummer"] = _huisnummer(nummer)
    for kolom in ("buurtcode", "wijkcode", "gemeentecode"):
        uit[kolom] = buurten[kolom].to_numpy()[rij]
    return uit


def _nummers(land: Land, jaar: int) -> tuple[IntArray, IntArray]:
    """Return number and atom of every address of a year, along the streets."""
    aantal = land.per_atoom("adressen", jaar).astype(np.int64)
    begin, ruimte, nieuw = _plaatsen(land)
    volgorde = np.argsort(begin, kind="stable")
    volgorde = volgorde[aantal[volgorde] > 0]
    n = aantal[volgorde]
    atoom = np.repeat(volgorde, n)
    binnen = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n)
    over = binnen - ruimte[atoom]
    return np.where(over < 0, begin[atoom] + binnen, nieuw[atoom] + over), atoom


def _huisnummer(nummer: IntArray) -> IntArray:
    """Odd numbers on one side of the street, even ones on the other."""
    return (nummer % PER_POSTCODE) * 2 + 1 + (nummer // PER_POSTCODE) % 2


def _postcodes(index: IntArray) -> np.ndarray:
    eigen, plaats = np.unique(index, return_inverse=True)
    teksten = np.array([_postcode(int(i)) for i in eigen], dtype=object)
    return np.asarray(teksten[plaats])


def _postcode(index: int) -> str:
    gebied, volgnummer = divmod(index, POSTCODES_PER_GEBIED)
    eerste, tweede = divmod(volgnummer, len(LETTERS))
    return f"{EERSTE_PC4 + gebied}{LETTERS[eerste]}{LETTERS[tweede]}"


def postcode4_per_gebied(
    land: Land, jaar: int, gebied: IntArray, aantal: int
) -> tuple[np.ndarray, FloatArray]:
    """Return the most common four-digit postcode of each area, and how well it covers the area.

    Coverage: 1 over 90 % of the addresses, 2 81-90 %, 3 71-80 %, 4 61-70 %, 5 51-60 %, 6 less.
    An area without inhabitants has '.' and no coverage.
    """
    adressen_ = land.per_atoom("adressen", jaar)
    per_pc4 = PER_POSTCODE * POSTCODES_PER_GEBIED
    pc4 = (_plaatsen(land)[0] + adressen_ // 2) // per_pc4 + EERSTE_PC4
    inwoners = np.bincount(gebied, weights=land.per_atoom("inwoners", jaar), minlength=aantal)
    stukken = pd.DataFrame({"gebied": gebied, "pc4": pc4, "n": adressen_})
    t = stukken.groupby(["gebied", "pc4"])["n"].sum().reset_index()
    totaal = t.groupby("gebied")["n"].transform("sum")
    t["deel"] = t["n"] / totaal
    t = t.sort_values(["gebied", "n", "pc4"]).drop_duplicates("gebied", keep="last")
    t = t[(t["n"] > 0) & (inwoners[t["gebied"]] > 0)]
    postcode = np.full(aantal, ".", dtype=object)
    dekking = np.full(aantal, np.nan)
    postcode[t["gebied"]] = t["pc4"].astype(str).to_numpy(object)
    grenzen = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    dekking[t["gebied"]] = 1.0 + (t["deel"].to_numpy()[:, None] <= grenzen).sum(axis=1)
    return postcode, dekking


@dataclass(frozen=True)
class Schrijfwijze:
    """How an address file is written.

    scheiding: the sign between fields. opgevuld: codes of eight, six and four characters, else
    without leading zeros.
    """

    scheiding: str
    opgevuld: bool


def schrijf_adressen(land: Land, jaar: int, map: Path, wijze: Schrijfwijze | None = None) -> Path:
    """Write the address file of a year, in blocks, and return its path."""
    if jaar < EERSTE_JAAR:
        raise ValueError(f"adressen {jaar}: no address file is published before {EERSTE_JAAR}")
    pad = map / "cbs_pc6huisnr" / str(jaar) / f"pc6hnr{jaar}0801_gwb.csv"
    pad.parent.mkdir(parents=True, exist_ok=True)
    wijze = wijze or Schrijfwijze(";", jaar >= JAAR_LETTERS)
    kop = KOPPEN.get(jaar, f"PC6;Huisnummer;Buurt{jaar};Wijk{jaar};Gemeente{jaar}")
    buurten = land.indeling(jaar).buurten
    codes = {}
    for kolom in ("buurtcode", "wijkcode", "gemeentecode"):
        kaal = [c[2:] if wijze.opgevuld else c[2:].lstrip("0") for c in buurten[kolom]]
        codes[kolom] = pa.array(kaal)
    nummer, atoom = _nummers(land, jaar)
    rij = land.indeling(jaar).buurt_van_atoom
    keuze = csv.WriteOptions(include_header=False, delimiter=wijze.scheiding, quoting_style="none")
    with pad.open("wb") as uit:
        uit.write((kop.replace(";", wijze.scheiding) + "\n").encode())
        for i in range(0, len(nummer), BLOK):
            stuk = nummer[i : i + BLOK]
            rijen = pa.array(rij[atoom[i : i + BLOK]])
            eigen, plaats = np.unique(stuk // PER_POSTCODE, return_inverse=True)
            postcode = pa.array([_postcode(int(p)) for p in eigen]).take(pa.array(plaats))
            kolommen = [postcode, pa.array(_huisnummer(stuk))]
            kolommen += [codes[k].take(rijen) for k in codes]
            csv.write_csv(pa.table(kolommen, names=["a", "b", "c", "d", "e"]), uit, keuze)
    return pad
