"""Files as they were assumed to be served, before anybody looked: kept, so that both stay tested.

Here: a feed of one level that holds the file, a zip with one format, address files with `;`; at the
addresses that the catalogue names. Not here: what is really served (`werkelijk.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.schrijven import schrijf_geheel
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Webbestand
from veerkracht_dagster.voorbeeldland.uitgever.feeds import platte_feed
from veerkracht_dagster.voorbeeldland.uitgever.werkelijk import LBM
from veerkracht_dagster.voorbeeldland.uitgever.zippen import in_zip

_FEED_VANAF = 2021
_PDOK = "service.pdok.nl/cbs/wijkenbuurten/{jaar}/atom"


def naieve_bestanden(land: Land, map_: Path, jaren: Iterable[int]) -> dict[str, Webbestand]:
    """Every file by 'host/path'; what lies in `map_` is what `schrijf_bronnen` writes."""
    if not map_.is_dir():
        schrijf_geheel(land, map_)
    delen = [*(_kaart(map_, jaar) for jaar in jaren), *(_adressen(map_, jaar) for jaar in jaren)]
    return {adres: Webbestand(inhoud) for deel in [*delen, _scores(map_)] for adres, inhoud in deel}


def _kaart(map_: Path, jaar: int) -> Iterator[tuple[str, bytes]]:
    pad = map_ / "cbs_wijkbuurtkaart" / str(jaar) / f"wijkenbuurten_{jaar}.gpkg"
    if jaar < _FEED_VANAF:
        leden = {f"WijkBuurtkaart_{jaar}_v3/{pad.name}": pad.read_bytes()}
        yield gezien_adres("cbs_buurtgrenzen", jaar), in_zip(leden)
        return
    basis, inhoud = _PDOK.format(jaar=jaar), pad.read_bytes()
    yield f"{basis}/downloads/{pad.name}", inhoud
    url = f"https://{basis}/downloads/{pad.name}"
    yield f"{basis}/index.xml", platte_feed(jaar, url, len(inhoud), f"{jaar + 1}-09-01T00:00:00Z")


def _adressen(map_: Path, jaar: int) -> Iterator[tuple[str, bytes]]:
    for pad in sorted((map_ / "cbs_pc6huisnr" / str(jaar)).glob("*.csv")):
        if adres := gezien_adres("cbs_adressen", jaar):
            leden = {pad.name: pad.read_bytes(), f"buurtnaam{jaar}.csv": b"code;naam\n"}
            yield adres, in_zip(leden)


def _scores(map_: Path) -> Iterator[tuple[str, bytes]]:
    eigen = map_ / "leefbaarometer_3.0"
    scores = {pad.name: pad.read_bytes() for pad in sorted(eigen.glob("*.csv"))}
    lagen = {pad.name: pad.read_bytes() for pad in sorted(eigen.glob("*/*.gpkg"))}
    if scores:
        yield f"{LBM}/open-data-leefbaarometer-meting-2024.zip", in_zip(scores)
        yield f"{LBM}/geometrie-lbm3-2024.zip", in_zip(lagen)


def gezien_adres(bron: str, jaar: int) -> str:
    """'host/path' of the first address that the catalogue knows for a year; '' without one."""
    for weg in catalogus().bronnen[bron].ophalen:
        gezien = [k.url for k in weg.kandidaten(jaar) if k.gezien and weg.weg == "bestand"]
        if gezien:
            return unquote(gezien[0].removeprefix("https://"))
    return ""
