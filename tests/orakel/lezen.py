"""The oracle's own reading of the publishers' files: plain dicts, no code of the project.

Here: figures per area as the file has them, areas with their ground, addresses. A figure is a
float, NIEMAND (empty: there is nobody or nothing to count) or None (empty for any other reason).
Not here: sums (`rekenen.py`). Years and table numbers are written out, as in the publishers' lists.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import shapely
import yaml

NIEMAND = "niemand"
Cel = float | str | None
Rijen = dict[str, dict[str, Cel]]  # code -> column -> figure

TABELLEN = {
    2014: "82931NED", 2015: "83220NED", 2016: "83487NED", 2017: "83765NED", 2018: "84286NED",
    2019: "84583NED", 2020: "84799NED", 2022: "85318NED", 2024: "85984NED",
}  # fmt: skip
# our name -> (title, uppermost topic group)
KERNCIJFERS = {
    "inwoners": ("Aantal inwoners", "Bevolking"),
    "bijstand": ("Personen per soort uitkering; Bijstand", "Sociale zekerheid"),
    "ao": ("Personen per soort uitkering; AO", "Sociale zekerheid"),
    "ww": ("Personen per soort uitkering; WW", "Sociale zekerheid"),
    "corporatie": ("In bezit woningcorporatie", "Wonen"),
    "woningen": ("Woningvoorraad", "Wonen"),
}
WOONZORG = {"wzw_inwoners": "wzw_inwoners", "lvb": "wzw_lvb_personen", "ggz": "wzw_ggz_personen"}
MICRODATA = {"personen": "md_personen", "kwetsbaar": "md_kwetsbaar"}
# what an empty figure is a part of: where that is 0, there is nobody
DEEL_VAN = {
    "bijstand": "inwoners", "ao": "inwoners", "ww": "inwoners", "corporatie": "woningen",
    "lvb": "wzw_inwoners", "ggz": "wzw_inwoners", "kwetsbaar": "personen",
}  # fmt: skip
BEGIN = {"buurt": "BU", "wijk": "WK"}


@dataclass(frozen=True)
class Gebied:
    """An area of a year. merk: "1" where the publisher says that it did not change that year."""

    naam: str | None
    merk: str
    land: shapely.Geometry | None = None


def kerncijfers(bronnen: Path, jaar: int, niveau: str) -> Rijen:
    """The yearly key figures, in whichever of the three forms lies there."""
    nummer = TABELLEN.get(jaar, "")
    for vorm, lees in (("cbs_odata_v3", _odata_v3), ("cbs_odata_v4", _odata_v4)):
        if nummer and (bronnen / vorm / nummer).is_dir():
            return _afgemaakt(lees(bronnen / vorm / nummer), niveau)
    for pad in (bronnen / "cbs_kwb_statline").glob(f"*_{jaar}.csv"):
        return _afgemaakt(_statline(pad), niveau)
    return {}


def _afgemaakt(rijen: Rijen, niveau: str) -> Rijen:
    """Only the areas of this level; empty figures told apart."""
    uit = {code: dict(rij) for code, rij in rijen.items() if code.startswith(BEGIN[niveau])}
    for kolom, geheel in DEEL_VAN.items():
        gevuld = any(rij.get(kolom) is not None for rij in uit.values())
        for rij in uit.values():
            if gevuld and kolom in rij and rij[kolom] is None and rij.get(geheel) == 0:
                rij[kolom] = NIEMAND
    return uit


def _bladen(map_: Path, verzameling: str) -> Iterator[dict]:
    for pad in sorted(map_.glob(f"{verzameling}.*json")):
        yield from json.loads(pad.read_text(encoding="utf-8"))["value"]


def _odata_v3(map_: Path) -> Rijen:
    eigenschappen = {rij["ID"]: rij for rij in _bladen(map_, "DataProperties")}

    def bovenste(rij: dict) -> str:
        while rij["ParentID"] in eigenschappen:
            rij = eigenschappen[rij["ParentID"]]
        return rij["Title"]

    sleutels = {}
    for rij in eigenschappen.values():
        for naam, titel_en_groep in KERNCIJFERS.items():
            if rij["Type"] == "Topic" and (rij["Title"], bovenste(rij)) == titel_en_groep:
                sleutels[naam] = rij["Key"]
    uit: Rijen = {}
    for rij in _bladen(map_, "TypedDataSet"):
        uit[rij["WijkenEnBuurten"].strip()] = {
            naam: None if rij[sleutel] is None else float(rij[sleutel])
            for naam, sleutel in sleutels.items()
        }
    return uit


def _odata_v4(map_: Path) -> Rijen:
    titel_van = {rij["Identifier"]: rij["Title"] for rij in _bladen(map_, "MeasureCodes")}
    naam_van = {titel: naam for naam, (titel, _) in KERNCIJFERS.items()}
    uit: Rijen = {
        rij["Identifier"]: dict.fromkeys(KERNCIJFERS)
        for rij in _bladen(map_, "WijkenEnBuurtenCodes")
    }
    for rij in _bladen(map_, "Observations"):
        naam = naam_van.get(titel_van[rij["Measure"]])
        if naam is not None and rij["Value"] is not None:
            uit[rij["WijkenEnBuurten"]][naam] = float(rij["Value"])
    return uit


def _statline(pad: Path) -> Rijen:
    uit: Rijen = {}
    with pad.open(encoding="utf-8-sig", newline="") as bestand:
        for rij in csv.DictReader(bestand, delimiter=";"):
            figuren: dict[str, Cel] = {}
            for kop, tekst in rij.items():
                delen = kop.rpartition(" (")[0].split("/")
                for naam, (titel, groep) in KERNCIJFERS.items():
                    if (delen[0], delen[-1]) == (groep, titel):
                        tekst = tekst.strip()
                        leeg = tekst in ("", ".")
                        figuren[naam] = None if leeg else float(tekst.replace(",", "."))
            uit[rij["Regioaanduiding/Codering (code)"].strip()] = figuren
    return uit


def levering(
    bronnen: Path, bron: str, jaar: int, niveau: str, kolommen: dict[str, str]
) -> tuple[Rijen, int]:
    """A delivered file by its manifest, and the year of its areas."""
    map_ = bronnen / "levering" / bron / str(jaar)
    if not map_.is_dir():
        return {}, jaar
    manifest = yaml.safe_load((map_ / "manifest.yml").read_text(encoding="utf-8"))
    hun_van = {ons: hun for hun, ons in manifest["kolommen"].items()}
    uit: Rijen = {}
    with (map_ / manifest["bestand"]).open(encoding="utf-8", newline="") as bestand:
        for rij in csv.DictReader(bestand, delimiter=";"):
            teksten = {naam: rij[hun_van[ons]].strip() for naam, ons in kolommen.items()}
            uit[rij[hun_van["regiocode"]]] = {
                naam: float(tekst.replace(",", ".")) if tekst else None
                for naam, tekst in teksten.items()
            }
    return _afgemaakt(uit, niveau), int(manifest["gebiedsjaar"])


def leefbaarometer(bronnen: Path, niveau: str) -> dict[int, Rijen]:
    """Scores `onv` by year; all on the areas of the last year in the file's name, 2024."""
    naam = {"buurt": "buurten", "wijk": "wijken"}[niveau]
    uit: dict[int, Rijen] = {}
    pad = bronnen / "leefbaarometer_3.0" / f"Leefbaarometer-scores {naam} 2002-2024.csv"
    with pad.open(encoding="utf-8", newline="") as bestand:
        for rij in csv.DictReader(bestand):
            score = None if rij["onv"] == "NA" else float(rij["onv"])
            code = rij[f"{BEGIN[niveau].lower()}_code"]
            uit.setdefault(int(rij["jaar"]), {})[code] = {"onv": score}
    return uit


def regiobeeld(bronnen: Path, jaar: int, niveau: str) -> Rijen:
    """Patients with ggz care of a year, as counted; on the areas of 2024. All years lie in one."""
    map_ = bronnen / "cbs_odata_v3" / "50149NED"
    rijen = {rij["ID"]: rij for rij in _bladen(map_, "DataProperties")}
    (kolom,) = (
        rij["Key"]
        for rij in rijen.values()
        if (rij["Title"], rijen.get(rij["ParentID"], {}).get("Title")) == ("Ggz", "Patiënten")
    )
    (soort,) = (rij["Key"] for rij in _bladen(map_, "Cijfersoort") if rij["Title"] == "Aantal")
    uit: Rijen = {}
    for rij in _bladen(map_, "TypedDataSet"):
        if rij["Perioden"] == f"{jaar}JJ00" and rij["Cijfersoort"].strip() == soort:
            aantal = None if rij[kolom] is None else float(rij[kolom])
            uit[rij["WijkenEnBuurten"].strip()] = {"ggz_patienten": aantal}
    return _afgemaakt(uit, niveau)


def gebieden(bronnen: Path, jaar: int, niveau: str) -> dict[str, Gebied]:
    """The areas of a year: those with land on the map (no water), and those with figures only.

    Straight from the GeoPackage's table; an area that is on no map has no ground.
    """
    uit: dict[str, Gebied] = {}
    stukken: dict[str, list[shapely.Geometry]] = {}
    for pad in (bronnen / "cbs_wijkbuurtkaart" / str(jaar)).glob("*.gpkg"):
        with sqlite3.connect(pad) as verbinding:
            verbinding.row_factory = sqlite3.Row
            rijen = verbinding.execute(f"select * from {niveau}en").fetchall()
        kort = BEGIN[niveau].lower()
        for rij in rijen:
            laag = {naam.lower(): rij[naam] for naam in rij.keys()}  # noqa: SIM118
            if laag["water"] != "NEE":
                continue
            code = laag.get(f"{niveau}code") or laag[f"{kort}_code"]
            stukken.setdefault(code, []).append(_vorm(laag.get("geom") or laag["geometry"]))
            merk = laag.get("ind_wbi") or laag.get("indelingswijziging_wijken_en_buurten")
            uit[code] = Gebied(laag.get(f"{niveau}naam") or laag.get(f"{kort}_naam"), str(merk))
    for code, delen in stukken.items():
        land = shapely.union_all([shapely.make_valid(deel) for deel in delen])
        uit[code] = Gebied(uit[code].naam, uit[code].merk, land)
    for code, (naam, merk) in _namen(bronnen, jaar).items():
        if code.startswith(BEGIN[niveau]):
            uit.setdefault(code, Gebied(naam, merk))
    return uit


def _namen(bronnen: Path, jaar: int) -> dict[str, tuple[str, str]]:
    """Name and mark of change of every area in the key figures, of whichever form lies there."""
    nummer = TABELLEN.get(jaar, "")
    map_ = bronnen / "cbs_odata_v3" / nummer
    if nummer and map_.is_dir():
        namen = {rij["Key"].strip(): rij["Title"] for rij in _bladen(map_, "WijkenEnBuurten")}
        uit = {}
        for rij in _bladen(map_, "TypedDataSet"):
            (kop,) = (kop for kop in rij if kop.startswith("Indelingswijziging"))
            code = rij["WijkenEnBuurten"].strip()
            uit[code] = (namen[code], str(rij[kop]).strip())
        return uit
    map_ = bronnen / "cbs_odata_v4" / nummer
    if nummer and map_.is_dir():
        rijen = _bladen(map_, "WijkenEnBuurtenCodes")
        return {rij["Identifier"].strip(): (rij["Title"], "") for rij in rijen}
    uit = {}
    for pad in (bronnen / "cbs_kwb_statline").glob(f"*_{jaar}.csv"):
        with pad.open(encoding="utf-8-sig", newline="") as bestand:
            for rij in csv.DictReader(bestand, delimiter=";"):
                merk = rij["Regioaanduiding/Indelingswijziging wijken en buurten (code)"]
                code = rij["Regioaanduiding/Codering (code)"].strip()
                uit[code] = (rij["Wijken en buurten"], merk.strip())
    return uit


def _vorm(ruw: bytes) -> shapely.Geometry:
    """A geometry of a GeoPackage: a header, of which the flags tell how long, and then WKB."""
    omhullende = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[ruw[3] >> 1 & 7]
    return shapely.from_wkb(ruw[8 + omhullende :])


def vierkanten(bronnen: Path, jaar: int) -> list[tuple[shapely.Point, float | None]]:
    """The middle of every square of 100 m, and how many live there; None where that is secret."""
    uit = []
    for pad in (bronnen / "cbs_vierkanten" / str(jaar)).glob("*.gpkg"):
        with sqlite3.connect(pad) as verbinding:
            vraag = f"select crs28992res100m, aantal_inwoners from vierkanten_100m_{jaar}"
            for sleutel, inwoners in verbinding.execute(vraag):
                x, y = int(sleutel[1:5]) * 100 + 50, int(sleutel[6:]) * 100 + 50
                uit.append((shapely.Point(x, y), float(inwoners) if inwoners >= 0 else None))
    return uit


def adressen(bronnen: Path, jaar: int, niveau: str) -> dict[tuple[str, str], str] | None:
    """The area of every address (postcode, huisnummer) of a year; None without a file."""
    lengte, koppen = {"buurt": (8, ("buurt", "gwb")), "wijk": (6, ("wijk",))}[niveau]
    for pad in (bronnen / "cbs_pc6huisnr" / str(jaar)).glob("*.csv"):
        with pad.open(encoding="utf-8-sig", newline="") as bestand:
            rijen = csv.DictReader(bestand, delimiter=";")
            pc, nummer, gebied = (
                next(naam for naam in rijen.fieldnames or () if naam.lower().startswith(begin))
                for begin in (("pc6", "pc"), ("huisnummer",), koppen)
            )
            return {
                (rij[pc], rij[nummer]): BEGIN[niveau] + rij[gebied].zfill(lengte) for rij in rijen
            }
    return None
