"""Alterations of the small country's source files: the cases where two readings part.

Here: changing the publishers' files as a publisher, a delivery or a mistake would, a function per
case, and the sets of them that go into one rebuild because they do not touch each other.
Not here: comparing (`test_verstoord.py`). Edition 2014-2020, of the country in `tests/werk.py`.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import shapely
import yaml

from tests.orakel.lezen import (
    TABELLEN,
    WOONZORG,
    gebieden,
    kerncijfers,
    leefbaarometer,
    vierkanten,
)
from tests.orakel.lezen import levering as lees_levering

EENHEID = 0.15678  # the unit of the classes of a score
KERN = {
    "inwoners": "AantalInwoners",
    "bijstand": "PersonenPerSoortUitkeringBijstand",
    "ao": "PersonenPerSoortUitkeringAO",
    "ww": "PersonenPerSoortUitkeringWW",
    "woningen": "Woningvoorraad",
    "corporatie": "InBezitWoningcorporatie",
    "huur": "HuurwoningenTotaal",
    "overige": "InBezitOverigeVerhuurders",
}
VAN_INWONERS = {
    "k_65JaarOfOuder",
    "HuishoudensTotaal",
    "Eenpersoonshuishoudens",
    "HuishoudensMetKinderen",
    "PersonenPerSoortUitkeringAOW",
}
Waarde = float | None


def kern(bronnen: Path, jaar: int, **per_code: dict[str, Waarde]) -> None:
    """Put other key figures in the table of a year (OData v3)."""
    (pad,) = (bronnen / "cbs_odata_v3" / TABELLEN[jaar]).glob("TypedDataSet*")
    blad = json.loads(pad.read_text(encoding="utf-8"))
    for rij in blad["value"]:
        nieuw = per_code.get(rij["WijkenEnBuurten"].strip(), {})
        if "inwoners" in nieuw:  # what is a part of them would be more than the whole
            rij.update({s: None for s in rij if s.rpartition("_")[0] in VAN_INWONERS})
        if not rij["WijkenEnBuurten"].startswith("BU"):  # nor sums that no longer hold
            weg = {*KERN.values(), *VAN_INWONERS}
            rij.update({s: None for s in rij if s.rpartition("_")[0] in weg})
        for naam, waarde in nieuw.items():
            (sleutel,) = (s for s in rij if s.rpartition("_")[0] == KERN[naam])
            rij[sleutel] = waarde
    pad.write_text(json.dumps(blad, ensure_ascii=False), encoding="utf-8")


def regiobeeld_vol(bronnen: Path) -> None:
    """Patients are known in every buurt, in every year: some where they were suppressed."""
    (pad,) = (bronnen / "cbs_odata_v3" / "50149NED").glob("TypedDataSet*")
    blad = json.loads(pad.read_text(encoding="utf-8"))
    for rij in blad["value"]:
        if rij["WijkenEnBuurten"].startswith("BU") and rij["Cijfersoort"].strip() == "T001":
            rij["PatientenGgz_3"] = rij["PatientenGgz_3"] or 5
    pad.write_text(json.dumps(blad, ensure_ascii=False), encoding="utf-8")


def statistiek_2018_leeg(bronnen: Path, **per_code: list[str]) -> None:
    """Take figures out of the key figures of 2018 (OData v4), by their number."""
    pad = bronnen / "cbs_odata_v4" / TABELLEN[2018] / "Observations.skip0.json"
    blad = json.loads(pad.read_text(encoding="utf-8"))
    for rij in blad["value"]:
        if rij["Measure"] in per_code.get(rij["WijkenEnBuurten"].strip(), []):
            rij.update({"Value": None, "ValueAttribute": "Missing"})
    pad.write_text(json.dumps(blad, ensure_ascii=False), encoding="utf-8")


@contextmanager
def rijen_van(pad: Path, teken: str) -> Iterator[list[dict[str, str]]]:
    """The rows of a CSV file, to be changed in place."""
    with pad.open(encoding="utf-8-sig", newline="") as bestand:
        lezer = csv.DictReader(bestand, delimiter=teken)
        rijen, koppen = list(lezer), list(lezer.fieldnames or ())
    yield rijen
    with pad.open("w", encoding="utf-8", newline="") as bestand:
        schrijver = csv.DictWriter(bestand, koppen, delimiter=teken, lineterminator="\n")
        schrijver.writeheader()
        schrijver.writerows(rijen)


@contextmanager
def levering(bronnen: Path, bron: str, jaar: int) -> Iterator[list[dict[str, str]]]:
    """The rows of a delivered file, to be changed in place; its manifest follows."""
    map_ = bronnen / "levering" / bron / str(jaar)
    manifest = yaml.safe_load((map_ / "manifest.yml").read_text(encoding="utf-8"))
    pad = map_ / manifest["bestand"]
    with rijen_van(pad, ";") as rijen:
        yield rijen
    manifest["sha256"] = hashlib.sha256(pad.read_bytes()).hexdigest()
    (map_ / "manifest.yml").write_text(yaml.safe_dump(manifest), encoding="utf-8")


def zet_levering(
    bronnen: Path, bron: str, jaar: int, kolommen: dict[str, str], *codes: str
) -> None:
    """Put the same text in columns of a delivered file, in these areas."""
    with levering(bronnen, bron, jaar) as rijen:
        for rij in rijen:
            if rij["buurtcode"] in codes:
                rij.update(kolommen)


def _scores(bronnen: Path) -> Path:
    return bronnen / "leefbaarometer_3.0" / "Leefbaarometer-scores buurten 2002-2024.csv"


def score(bronnen: Path, wanneer: dict[tuple[str, int], Waarde]) -> None:
    """Put other scores onv, and let soc make up for it: the dimensions still add up to afw."""
    with rijen_van(_scores(bronnen), ",") as rijen:
        for rij in rijen:
            sleutel = rij["bu_code"], int(rij["jaar"])
            if sleutel not in wanneer:
                continue
            onv = wanneer[sleutel]
            if onv is None:
                rij.update(dict.fromkeys(("fys", "onv", "soc", "vrz", "won"), "NA"))
                continue
            anders = (float(rij[naam]) for naam in ("fys", "vrz", "won"))
            rij["onv"], rij["soc"] = repr(onv), repr(float(rij["afw"]) - onv - sum(anders))


@contextmanager
def gpkg(pad: Path) -> Iterator[sqlite3.Connection]:
    """A GeoPackage whose rows may be changed without the functions its index asks for."""
    with sqlite3.connect(pad) as verbinding:
        vraag = "select name from sqlite_master where type='trigger' and name like 'rtree_%'"
        for (naam,) in verbinding.execute(vraag).fetchall():
            verbinding.execute(f'drop trigger "{naam}"')
        yield verbinding
    verbinding.close()


def kaart(bronnen: Path, jaar: int, land: dict[str, shapely.Geometry | None]) -> None:
    """Give areas other land on the map of a year; None: they are not on it."""
    (pad,) = (bronnen / "cbs_wijkbuurtkaart" / str(jaar)).glob("*.gpkg")
    with gpkg(pad) as verbinding:
        kolommen = [rij[1] for rij in verbinding.execute("pragma table_info(buurten)")]
        (code_in,) = (naam for naam in kolommen if naam.lower() in ("bu_code", "buurtcode"))
        (water,) = (naam for naam in kolommen if naam.lower() == "water")
        for code, vorm in land.items():
            waar = f"where {code_in} = ? and {water} = 'NEE'"
            if vorm is None:
                verbinding.execute(f"delete from buurten where {code_in} = ?", [code])
                continue
            (oud,) = verbinding.execute(f"select geom from buurten {waar}", [code]).fetchone()
            kop = oud[:3] + bytes([oud[3] & 0b11110001]) + oud[4:8]  # without an envelope
            nieuw = kop + shapely.to_wkb(vorm, byte_order=1, include_srid=False)
            verbinding.execute(f"update buurten set geom = ? {waar}", [nieuw, code])


def geheime_vierkanten(bronnen: Path, codes: set[str]) -> None:
    """The residents of every square in these areas of 2014 are not told."""
    land = shapely.union_all([gebieden(bronnen, 2014, "buurt")[code].land for code in codes])
    (pad,) = (bronnen / "cbs_vierkanten" / "2014").glob("*.gpkg")
    with gpkg(pad) as verbinding:
        vraag = "select crs28992res100m from vierkanten_100m_2014"
        for (naam,) in verbinding.execute(vraag).fetchall():
            punt = shapely.Point(int(naam[1:5]) * 100 + 50, int(naam[6:]) * 100 + 50)
            if land.intersects(punt):
                verbinding.execute(
                    "update vierkanten_100m_2014 set aantal_inwoners = -99997 "
                    "where crs28992res100m = ?",
                    [naam],
                )


# --- the cases -----------------------------------------------------------------------------------


def deels_bekend(bronnen: Path) -> None:
    """A small part of a merged area has no benefits: coverage is between 0.8 and 1."""
    kern(bronnen, 2014, BU01150008={"bijstand": None}, BU01220103={"ao": None, "ww": None})
    zet_levering(bronnen, "woonzorgwijzer", 2014, {"lvb_personen": ""}, "BU01150001")


def microdata_onderdrukt(bronnen: Path) -> None:
    """Cells of an export below 10, in parts of merged areas, of the count and of the persons."""
    zet_levering(bronnen, "cbs_microdata", 2014, {"personen_kwetsbaar": ""}, "BU01290302")
    leeg = {"personen": "", "personen_kwetsbaar": ""}
    zet_levering(bronnen, "cbs_microdata", 2014, leeg, "BU01290102", "BU01290203")


def noemer_onbekend(bronnen: Path) -> None:
    """The residents of a part are unknown, while its benefits are known."""
    kern(bronnen, 2014, BU01220101={"inwoners": None}, BU01220103={"inwoners": None})


def niemand(bronnen: Path) -> None:
    """A gemeente where nobody lives, at both ends, and an area that emptied."""
    leeg: dict[str, Waarde] = {"inwoners": 0, "bijstand": None, "ao": None, "ww": None}
    kern(bronnen, 2014, BU01010000=leeg)
    kern(bronnen, 2020, BU01010000=leeg, BU31010108=leeg)
    nul = {"inwoners": "0", "lvb_personen": "", "ggz_personen": ""}
    for jaar in (2014, 2020):
        zet_levering(bronnen, "woonzorgwijzer", jaar, nul, "BU01010000", "BU31010108")


def meer_uitkeringen_dan_bewoners(bronnen: Path) -> None:
    """Everyone has two benefits: the share is capped, and is not certain."""
    kern(bronnen, 2020, BU31010000={"inwoners": 100, "bijstand": 100, "ao": 100, "ww": 0})


def drempels_van_k(bronnen: Path) -> None:
    """A change of K of exactly 1 and 3 points, up and down; no other group has anyone."""
    bijstand = {"BU01220001": 110, "BU01220002": 90, "BU01220003": 130, "BU01220004": 70}
    rond: dict[str, Waarde] = {"inwoners": 1000, "ao": 0, "ww": 0}
    kern(bronnen, 2014, **{code: {**rond, "bijstand": 100} for code in bijstand})
    kern(bronnen, 2020, **{code: {**rond, "bijstand": n} for code, n in bijstand.items()})
    geen = {"inwoners": "1000", "lvb_personen": "0,0", "ggz_personen": "0,0"}
    for jaar in (2014, 2020):
        zet_levering(bronnen, "woonzorgwijzer", jaar, geen, *bijstand)


def drempels_van_v(bronnen: Path) -> None:
    """A change of V of exactly one and three thresholds, and V exactly on limits of classes."""
    scores = leefbaarometer(bronnen, "buurt")
    gemeten = [
        code
        for code in sorted(scores[2020])
        if all(isinstance(scores[jaar][code]["onv"], float) for jaar in (2014, 2018, 2020))
        and not code.startswith("BU3101011")
    ]
    nieuw: dict[tuple[str, int], Waarde] = {}
    for code, daling in zip(gemeten, (0.01, -0.01, 0.03, -0.03), strict=False):
        nieuw |= {(code, 2014): 0.02, (code, 2020): 0.02 - daling}
    for code, maat in zip(gemeten[4:], (-1.5, -1.0, -0.25, 0.25, 1.5), strict=False):
        nieuw[code, 2020] = maat * EENHEID
    nieuw |= {(gemeten[9], 2014): None, (gemeten[10], 2018): None, (gemeten[11], 2020): None}
    score(bronnen, nieuw)


def gemengde_wegen(bronnen: Path) -> None:
    """One part of a merged area goes by its people and the other by its land."""
    geheime_vierkanten(bronnen, {"BU01290304", "BU01220100"})
    with rijen_van(bronnen / "cbs_pc6huisnr/2024/pc6hnr20240801_gwb.csv", ";") as rijen:
        rijen[:] = [rij for rij in rijen if "31010111" not in "".join(rij.values())]


def gedeeltelijke_corporaties(bronnen: Path) -> None:
    """Exactly 5 % of the dwellings, and none known."""
    kern(
        bronnen, 2020,
        BU31010001={"corporatie": 5, "overige": 10, "huur": 15},
        BU31010002={"corporatie": None}, BU31010005={"woningen": None},
    )  # fmt: skip


def precies_bereik(bronnen: Path) -> None:
    """Of 40 inhabited areas 36 have lvb, exactly enough, and 35 ggz: ggz_zorg stands in."""
    shutil.rmtree(bronnen / "levering" / "woonzorgwijzer" / "2018")
    rijen = kerncijfers(bronnen, 2020, "buurt")
    bewoond = sorted(
        (c for c in rijen if rijen[c]["inwoners"]), key=lambda c: c.startswith("BU0129")
    )
    leeg: dict[str, Waarde] = {"inwoners": 0, "bijstand": None, "ao": None, "ww": None}
    kern(bronnen, 2020, **dict.fromkeys(bewoond[40:], leeg))
    for kolom, naam, genoeg in (("lvb_personen", "lvb", 36), ("ggz_personen", "ggz", 35)):
        geleverd, _ = lees_levering(bronnen, "woonzorgwijzer", 2020, "buurt", WOONZORG)
        met = [c for c in bewoond[:40] if geleverd.get(c, {}).get(naam) is not None]
        zet_levering(bronnen, "woonzorgwijzer", 2020, {kolom: ""}, *met[genoeg:])
    regiobeeld_vol(bronnen)


def invallende_jaren(bronnen: Path) -> None:
    """Nothing of 2020: 2018 stands in, where it reaches enough; microdata do not."""
    shutil.rmtree(bronnen / "cbs_odata_v3" / TABELLEN[2020])
    shutil.rmtree(bronnen / "levering" / "woonzorgwijzer" / "2020")
    map_ = bronnen / "levering" / "cbs_microdata"
    (map_ / "2020").rename(map_ / "2018")
    tekst = (map_ / "2018" / "manifest.yml").read_text(encoding="utf-8")
    (map_ / "2018" / "manifest.yml").write_text(tekst.replace("jaar: 2020", "jaar: 2018"))
    bekend = gebieden(bronnen, 2018, "buurt")
    with levering(bronnen, "cbs_microdata", 2018) as rijen:
        rijen[:] = [rij for rij in rijen if rij["buurtcode"] in bekend]
    jaren = leefbaarometer(bronnen, "buurt")
    score(bronnen, {(code, 2020): None for code in jaren[2020]})


def deels_bekend_bezit(bronnen: Path) -> None:
    """Of merged areas in a year that stands in: a part without its share, one without dwellings."""
    statistiek_2018_leeg(
        bronnen, BU01150008=["A047047"], BU01220103=["M000297"], BU01080003=["A047047"],
        BU01290104=["T001036"],
    )  # fmt: skip


def een_gemeente_geleverd(bronnen: Path) -> None:
    """The WoonZorgwijzer of the end is of one gemeente only: its groups count nowhere."""
    shutil.rmtree(bronnen / "levering" / "woonzorgwijzer" / "2018")
    with levering(bronnen, "woonzorgwijzer", 2020) as rijen:
        rijen[:] = [rij for rij in rijen if rij["buurtcode"].startswith("BU0129")]


def zonder_grond(bronnen: Path) -> None:
    """There is no map of the begin: names, and a year between, say where an area went."""
    shutil.rmtree(bronnen / "cbs_wijkbuurtkaart" / "2014")
    (pad,) = (bronnen / "cbs_odata_v3" / TABELLEN[2014]).glob("WijkenEnBuurten*")
    blad = json.loads(pad.read_text(encoding="utf-8"))
    for rij in blad["value"]:
        if rij["Key"].strip() == "BU01290200":
            rij["Title"] = "Elders"
    pad.write_text(json.dumps(blad, ensure_ascii=False), encoding="utf-8")


def heel_klein(bronnen: Path) -> None:
    """Areas of less than a square metre: old, new, and two old ones on the same new one."""
    toen, nu = gebieden(bronnen, 2014, "buurt"), gebieden(bronnen, 2020, "buurt")

    def stip(vorm: shapely.Geometry | None) -> shapely.Geometry:
        assert vorm is not None
        midden = shapely.point_on_surface(vorm)
        return shapely.MultiPolygon([shapely.box(*_rond(midden), *_rond(midden, 0.7))])

    kaart(bronnen, 2014, {"BU01220003": stip(toen["BU01220003"].land)})
    kaart(bronnen, 2014, {"BU01080002": stip(toen["BU01080002"].land)})
    kaart(bronnen, 2020, {"BU31010104": stip(nu["BU31010104"].land)})


def vierkant_op_een_grens(bronnen: Path) -> None:
    """The middle of a square of a divided area lies on the border of its two new ones."""
    toen, nu = gebieden(bronnen, 2014, "buurt"), gebieden(bronnen, 2020, "buurt")
    eerste, tweede = nu["BU01290300"].land, nu["BU01290301"].land
    punten = (punt for punt, inwoners in vierkanten(bronnen, 2014) if inwoners)
    punt = next(p for p in punten if toen["BU01290300"].land.contains(p) and tweede.contains(p))
    links = shapely.box(punt.x - 20, punt.y - 20, punt.x, punt.y + 20)
    over = {"BU01290300": eerste.union(links), "BU01290301": tweede.difference(links)}
    kaart(bronnen, 2020, {code: shapely.MultiPolygon(_delen(land)) for code, land in over.items()})


def gruis(bronnen: Path) -> None:
    """Half of an area lies in new ones, if what is too small for a part is counted: just enough."""
    nu = gebieden(bronnen, 2020, "buurt")

    def blok(code: str, breed: float, hoog: float) -> shapely.Polygon:
        punt = shapely.point_on_surface(nu[code].land)
        return shapely.box(*_rond(punt), _rond(punt)[0] + breed, _rond(punt)[1] + hoog)

    x, y = (round(plek) for plek in shapely.union_all([g.land for g in nu.values()]).bounds[:2])
    # of 10,000 m²: 4,996 in one new area, 9 in another, and the rest in none
    delen = [blok("BU01220102", 100, 49.96), blok("BU01220105", 3, 3)]
    delen.append(shapely.box(x - 900, y - 900, x - 800, y - 850.05))
    kaart(bronnen, 2014, {"BU01220105": shapely.MultiPolygon(delen)})


def _delen(land: shapely.Geometry) -> list[shapely.Polygon]:
    return [deel for deel in shapely.get_parts(land) if deel.geom_type == "Polygon"]


def _rond(punt: shapely.Point, erbij: float = 0.0) -> tuple[float, float]:
    return round(punt.x) + erbij, round(punt.y) + erbij


Verstoring = Callable[[Path], None]
# What goes into one rebuild: cases of one set are about other areas or other figures.
VERSTORINGEN: dict[str, list[Verstoring]] = {
    "cellen": [
        deels_bekend, microdata_onderdrukt, noemer_onbekend, niemand, drempels_van_v,
        meer_uitkeringen_dan_bewoners, drempels_van_k, gemengde_wegen, gedeeltelijke_corporaties,
    ],
    "bereik": [precies_bereik, heel_klein, vierkant_op_een_grens, gruis],
    "jaren": [invallende_jaren, deels_bekend_bezit],
    "grond": [een_gemeente_geleverd, zonder_grond],
}  # fmt: skip
