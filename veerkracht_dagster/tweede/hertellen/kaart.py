"""Maps, squares and address files a second time: what says where an area lies and who lives there.

Here: land per area with its names and mark; residents per square of 100 m; where the list of
addresses is. Only what is needed is read, all of it straight from the publisher's file.
Not here: refusals (`bronnen/dialecten/`), what follows from it (`grond.py`, `adressen.py`).
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyogrio
import pyogrio.raw
import pyproj
import shapely

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.tweede.ruw.blad import Bewijslevering, Ruwbestand

_RD, _GRADEN = "EPSG:28992", 181
_VEELHOEK, _VEELHOEKEN = 3, 6  # kinds of shape in GEOS
_HOOGSTE_X, _LAAGSTE_Y, _HOOGSTE_Y = 400_000, 200_000, 750_000  # metres in RD, with room
# Our word -> the publishers' names for it, the first that a layer has; `code` tells the level.
_CODE = {"buurt": ("buurtcode", "bu_code", "code"), "wijk": ("wijkcode", "wk_code")}
_NAAM = {"buurt": ("buurtnaam", "bu_naam", "naam"), "wijk": ("wijknaam", "wk_naam")}
_GEMEENTE = ("gemeentenaam", "gm_naam", "gemeente")
_WATER = ("water", "h2o")
_MERK = (
    "ind_wbi", "indelingswijziging_wijken_en_buurten", "indelingswijziging_gemeente_wijk_buurt",
)  # fmt: skip
_VIERKANT = ("crs28992res100m", "c28992r100")
_INWONERS = ("aantal_inwoners", "inwoner", "inw{jaar}")
# Forms of a map in a zip: GeoPackage, shapefile, file geodatabase, which is a folder.
_VORMEN = (r".*\.gpkg$", r".*\.shp$", r".*\.gdb(?=/)")
_MERKTEKEN = catalogus().constanten.merkgetal_tot
_GEEN_CIJFER = -90_000  # from here down it is a mark, not a number of residents


class Landvlak(NamedTuple):
    """One area of land on a map."""

    code: str
    naam: str | None
    gemeente: str | None
    merk: str | None
    vlak: Any


def land_van(levering: Bewijslevering, niveau: str) -> list[Landvlak]:
    """The land of every area of a level on the maps of a delivery, one per code; no water."""
    rijen: dict[str, list[Landvlak]] = {}
    for laag in _lagen(levering.bestanden):
        if laag.niveau == niveau:
            for rij in laag.rijen(niveau):
                rijen.setdefault(rij.code, []).append(rij)
    return [_een(delen) for delen in rijen.values()]


def _een(delen: Sequence[Landvlak]) -> Landvlak:
    if len(delen) == 1:
        return delen[0]
    vlakken = [deel.vlak for deel in delen if deel.vlak is not None]
    vlak = shapely.union_all(vlakken) if len(vlakken) > 1 else next(iter(vlakken), None)
    return delen[0]._replace(vlak=vlak)


@dataclass(frozen=True)
class _Maplaag:
    pad: str
    naam: str
    velden: dict[str, str]  # letters and digits in lower case -> as the file has it
    crs: str | None

    @property
    def niveau(self) -> str | None:
        """A layer of buurten has the code of the wijk too: so that of the buurt comes first."""
        return next((n for n, namen in _CODE.items() if self.veld(namen)), None)

    def veld(self, namen: Sequence[str]) -> str | None:
        return next((self.velden[k] for naam in namen if (k := _kaal(naam)) in self.velden), None)

    def lees(self, velden: Sequence[str], *, vlakken: bool) -> tuple[dict[str, Any], Any]:
        info, _, wkb, kolommen = pyogrio.raw.read(
            self.pad, layer=self.naam, columns=list(velden), read_geometry=vlakken
        )
        per_veld = dict(zip(map(str, info["fields"]), kolommen, strict=True))
        return per_veld, shapely.from_wkb(wkb) if vlakken else None

    def rijen(self, niveau: str) -> Iterator[Landvlak]:
        groepen = (_CODE[niveau], _NAAM[niveau], _GEMEENTE, _MERK, _WATER)
        velden = [self.veld(namen) for namen in groepen]
        kolommen, vlakken = self.lees([veld for veld in velden if veld], vlakken=True)
        leeg = [None] * len(vlakken)
        reeksen = [kolommen[veld] if veld else leeg for veld in velden]
        for *teksten, vlak in zip(*reeksen, in_rd(vlakken, self.crs), strict=True):
            code, naam, gemeente, merk, water = map(_tekst, teksten)
            if code and _is_land(water, code, naam):
                yield Landvlak(code, naam, gemeente, merk, vlak)


def _kaal(naam: str) -> str:
    """A name in which PDOK's streaks (GeoPackage) and capitals (WFS) make no difference."""
    return "".join(filter(str.isalnum, naam.lower()))


def _tekst(waarde: object) -> str | None:
    if waarde is None or waarde != waarde:
        return None
    tekst = str(int(waarde) if isinstance(waarde, float) and waarde % 1 == 0 else waarde).strip()
    return None if re.fullmatch(r"-\d+", tekst) and int(tekst) <= _MERKTEKEN else tekst


def _is_land(water: str | None, code: str, naam: str | None) -> bool:
    if water is not None:
        return water.upper() in ("NEE", "N")
    return naam != "Groot water" and code[2:6] != "0998"


def _lagen(bestanden: Sequence[Ruwbestand]) -> Iterator[_Maplaag]:
    for bestand in bestanden:
        for pad in _paden(bestand):
            for naam, _ in pyogrio.list_layers(pad):
                info = pyogrio.read_info(pad, layer=naam)
                velden = {_kaal(str(veld)): str(veld) for veld in info["fields"]}
                if "konv" in velden and "code" not in velden:  # Leefbaarometer, its own service
                    velden |= {"code": velden["id"], "naam": velden["name"]}
                yield _Maplaag(pad, str(naam), velden, info["crs"])


def _is_zip(pad: Path) -> bool:
    with pad.open("rb") as stroom:
        return stroom.read(4) == b"PK\x03\x04"


def _paden(bestand: Ruwbestand) -> list[str]:
    if not _is_zip(bestand.pad):
        return [str(bestand.pad)]
    leden = [str(lid.lid) for lid in bestand.leden()]
    for vorm in _VORMEN:  # of a map that is there in more forms, one
        kaarten = sorted({m[0] for lid in leden if (m := re.match(vorm, lid, re.IGNORECASE))})
        if kaarten:
            break
    return [f"/vsizip/{{{bestand.pad}}}/{lid}" for lid in kaarten]


def in_rd(vlakken: Any, crs: str | None) -> Any:
    """Shapes in metres of RD, flat, valid and surfaces only. Their place says in which system."""
    if not len(vlakken) or shapely.is_missing(vlakken).all():
        return vlakken
    vlakken = shapely.force_2d(vlakken)
    _, zuid, oost, noord = shapely.total_bounds(vlakken)
    if not (oost <= _HOOGSTE_X and zuid >= _LAAGSTE_Y and noord <= _HOOGSTE_Y):
        stelsel = "EPSG:4326" if noord < _GRADEN else crs
        om = pyproj.Transformer.from_crs(stelsel, _RD, always_xy=True)
        vlakken = shapely.transform(vlakken, om.transform, interleaved=False)
    uit = np.array(vlakken, dtype=object)
    for i in np.flatnonzero(~shapely.is_valid(uit) & ~shapely.is_missing(uit)):
        delen = [_heel(deel) for deel in shapely.get_parts(uit[i])]
        uit[i] = _vlakken(shapely.union_all(delen) if len(delen) > 1 else delen[0])
    return uit


def _heel(deel: Any) -> Any:
    """What lies within the first ring of a shape and in none of the others, its holes."""
    schil, *gaten = (
        _vlakken(shapely.make_valid(shapely.polygons(ring))) for ring in shapely.get_rings(deel)
    )
    return _vlakken(shapely.difference(schil, shapely.union_all(gaten))) if gaten else schil


def _vlakken(vorm: Any) -> Any:
    """Only what has a surface."""
    if shapely.get_type_id(vorm) in (_VEELHOEK, _VEELHOEKEN):
        return vorm
    delen = shapely.get_parts(shapely.get_parts(vorm))
    return shapely.union_all(delen[shapely.get_dimensions(delen) == 2])


def vierkanten_van(levering: Bewijslevering) -> tuple[Any, Any, Any]:
    """Of every square its middle (x, y in RD) and residents, NaN where there is no figure."""
    inwoners_namen = [naam.format(jaar=levering.peiljaar) for naam in _INWONERS]
    laag = next(laag for laag in _lagen(levering.bestanden) if laag.veld(_VIERKANT))
    sleutel, inwoners = laag.veld(_VIERKANT), laag.veld(inwoners_namen)
    assert sleutel is not None
    assert inwoners is not None
    kolommen, _ = laag.lees([sleutel, inwoners], vlakken=False)
    plekken = [str(tekst).strip() for tekst in kolommen[sleutel]]  # E1234N5678: hectometres
    x = np.array([int(plek[1:5]) * 100 + 50 for plek in plekken], dtype=float)
    y = np.array([int(plek[6:10]) * 100 + 50 for plek in plekken], dtype=float)
    aantal = np.array(kolommen[inwoners], dtype=float)
    return x, y, np.where(aantal <= _GEEN_CIJFER, np.nan, aantal)


def adreslijst(levering: Bewijslevering, opzij: Path) -> Path:
    """The file of addresses; a member of a zip is put in folder `opzij`."""
    (bestand,) = levering.bestanden
    if not _is_zip(bestand.pad):
        return bestand.pad
    with zipfile.ZipFile(bestand.pad) as zip_:
        (lid,) = (
            lid
            for lid in zip_.namelist()
            if fnmatch(lid.rpartition("/")[2].lower(), "pc6h*nr*.csv")
        )
        uit = opzij / f"{bestand.sha256}.csv"
        with zip_.open(lid) as van, uit.open("wb") as naar:
            shutil.copyfileobj(van, naar)
    return uit
