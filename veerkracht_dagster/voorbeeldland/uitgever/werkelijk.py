"""What the publishers really serve, of the sample country: files by address, and tables.

Here: which forms come together (first_contact.md is the list), the folder in which files are kept
between two starts, and what a table of a year is like. Not here: the making of maps (`kaarten.py`),
of addresses (`adresbestanden.py`) or of answers (`odata.py`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from veerkracht_dagster.voorbeeldland.kwb import kwb_tabel
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.leefbaarometer import EDITIE, schrijf_leefbaarometer
from veerkracht_dagster.voorbeeldland.uitgever.adresbestanden import ADRESZIPS, adresbestand
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Statlinetabel, Webbestand
from veerkracht_dagster.voorbeeldland.uitgever.kaarten import kaartbestanden
from veerkracht_dagster.voorbeeldland.uitgever.zippen import in_zip

LBM = "www.leefbaarometer.nl/resources"
# first_contact.md A9, sources.md 2: both mean that nothing more comes.
_GESTOPT = {2014: "Vervallen", 2015: "Gediscontinueerd"}
# sources.md 2: of some stopped tables v4 has the metadata and answers 404 for the observations.
_ZONDER_WAARNEMINGEN = (2014, 2015)
# So that v4 pages come too; every other year has the bulk zip, which is tried first.
_ZONDER_BULK = (2016, 2017)
# The form of a next link in v4 is not known: one year with a number, one with another token. A page
# as large as CBS's would hold a whole table of the small country.
_PAGINA, _MET_BLADWIJZER = 1_000, (2017,)


def werkelijke_bestanden(land: Land, map_: Path, jaren: Iterable[int]) -> dict[str, Webbestand]:
    """Every file by 'host/path', made once and kept in `map_`, where the path is the address."""
    if not map_.is_dir():
        opzij = map_.with_name(f"{map_.name}.half")
        shutil.rmtree(opzij, ignore_errors=True)
        for adres, inhoud in _alle(land, sorted(jaren)):
            pad = opzij / adres
            pad.parent.mkdir(parents=True, exist_ok=True)
            pad.write_bytes(inhoud)
        opzij.rename(map_)
    paden = sorted(pad for pad in map_.rglob("*") if pad.is_file())
    return {pad.relative_to(map_).as_posix(): Webbestand.van(pad) for pad in paden}


def _alle(land: Land, jaren: list[int]) -> Iterator[tuple[str, bytes]]:
    for jaar in jaren:
        yield from kaartbestanden(land, jaar, kwb_tabel(land, jaar))
        if jaar in ADRESZIPS:
            yield adresbestand(land, jaar)
    if EDITIE in land.jaren:
        yield from leefbaarometerbestanden(land)


def leefbaarometerbestanden(land: Land) -> Iterator[tuple[str, bytes]]:
    """The scores of the meting and the polygons that go with them (sources.md 6)."""
    with tempfile.TemporaryDirectory() as los:
        paden = schrijf_leefbaarometer(land, Path(los))
        lagen = [pad for pad in paden if pad.suffix == ".gpkg"]
        scores = {f"Leefbaarometer 3.0 - Meting {EDITIE} - open data/{pad.name}": pad.read_bytes()
                  for pad in paden if pad.suffix == ".csv"}  # fmt: skip
        yield f"{LBM}/open-data-leefbaarometer-meting-{EDITIE}.zip", in_zip(scores)
        polygonen = {f"geometrie-lbm3-{EDITIE}/{pad.name}": pad.read_bytes() for pad in lagen}
        yield f"{LBM}/geometrie-lbm3-{EDITIE}.zip", in_zip(polygonen)


def zoals_uitgegeven(tabel: Statlinetabel, jaar: int) -> Statlinetabel:
    """A table of a year as CBS has it today: stopped or not, and what of it v4 still gives."""
    if jaar in _GESTOPT and tabel.eigenschappen is not None:
        status = {"Status": _GESTOPT[jaar]}
        tabel = replace(tabel, eigenschappen=tabel.eigenschappen | status)
    if jaar in _ZONDER_WAARNEMINGEN:
        over = {naam: rijen for naam, rijen in tabel.v4.items() if naam != "Observations"}
        tabel = replace(tabel, v4=over, bulk=None)
    if jaar in _ZONDER_BULK:
        tabel = replace(tabel, bulk=None, pagina=_PAGINA, bladwijzer=jaar in _MET_BLADWIJZER)
    return tabel
