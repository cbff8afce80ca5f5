"""What the sample publisher serves in its real forms, row by row of what was witnessed."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests

from tests.werk import GROOTTE
from veerkracht_dagster.voorbeeldland import ALLE_JAREN, maak_land
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever, aanbod_van_land
from veerkracht_dagster.voorbeeldland.uitgever.storingen import BROWSER

ATOM = "{http://www.w3.org/2005/Atom}"
DOSSIER = "www.cbs.nl/-/media/cbs/dossiers/nederland-regionaal/wijk-en-buurtstatistieken"
DOWNLOAD = "download.cbs.nl/regionale-kaarten"
GEODATA = "geodata.cbs.nl/files/Wijkenbuurtkaart"
PDOK_2026 = "service.pdok.nl/cbs/wijken-en-buurten-2026/atom/downloads"
V4 = "datasets.cbs.nl/odata/v1/CBS"


@pytest.fixture(scope="module")
def aanbod(tmp_path_factory):
    land = maak_land(GROOTTE, jaren=ALLE_JAREN)
    return aanbod_van_land(land, tmp_path_factory.mktemp("uitgever") / "werkelijk")


@pytest.fixture(scope="module")
def vraag(aanbod):
    sessie = requests.Session()
    sessie.trust_env = False
    with Uitgever(aanbod) as uitgever:

        def get(pad, agent="veerkracht-dagster", **vraag_):
            koppen = {"User-Agent": agent}
            return sessie.get(f"{uitgever.url}/{pad}", params=vraag_, headers=koppen, timeout=5)

        get.uitgever = uitgever
        yield get


def _links(entry, rel, soort):
    links = entry.iter(f"{ATOM}link")
    return [k for k in links if (k.get("rel"), k.get("type")) == (rel, soort)]


@pytest.mark.parametrize("jaar", range(2021, 2026))
def test_pdok_heeft_twee_lagen_van_feeds(vraag, jaar):
    """A1, A1b: the service feed holds no file; what it leads to has its url, length and moment."""
    dienst = vraag(f"service.pdok.nl/cbs/wijkenbuurten/{jaar}/atom/index.xml").content
    assert b".gpkg" not in dienst
    (entry,) = ElementTree.fromstring(dienst).iter(f"{ATOM}entry")
    (naar,) = _links(entry, "alternate", "application/atom+xml")
    dataset = vraag(naar.get("href").removeprefix("https://")).content
    (entry,) = ElementTree.fromstring(dataset).iter(f"{ATOM}entry")
    (bestand,) = _links(entry, "alternate", "application/geopackage+sqlite3")
    assert entry.findtext(f"{ATOM}updated") == f"{jaar + 1}-09-01T00:00:00Z"
    gekomen = vraag(bestand.get("href").removeprefix("https://"))
    assert bestand.get("href").endswith(f"/atom/downloads/wijkenbuurten_{jaar}.gpkg")
    assert len(gekomen.content) == int(bestand.get("length"))
    assert "Last-Modified" in gekomen.headers


@pytest.mark.parametrize(
    ("adres", "status"),
    [
        ("service.pdok.nl/cbs/wijkenbuurten/2020/atom/index.xml", 404),  # A4
        (f"{DOSSIER}/wijkbuurtkaart_2020_v3.zip", 200),
        (f"{DOSSIER}/wijkbuurtkaart_2021_v1.zip", 404),  # A5
        (f"{DOWNLOAD}/wijkbuurtkaart_2021_v2.zip", 404),
        (f"{DOWNLOAD}/wijkbuurtkaart_2021_v3.zip", 200),
        (f"{DOWNLOAD}/wijkbuurtkaart_2022_v1.zip", 404),
        (f"{DOWNLOAD}/wijkbuurtkaart_2022_v2.zip", 200),
        (f"{DOWNLOAD}/wijkbuurtkaart_2023_v1.zip", 404),
        (f"{GEODATA}/WijkBuurtkaart_2023_v2.zip", 200),
        (f"{GEODATA}/WijkBuurtkaart_2024_v1.zip", 404),
        (f"{GEODATA}/WijkBuurtkaart_2024_v2.zip", 200),
        (f"{GEODATA}/WijkBuurtkaart_2025_v1.zip", 404),  # the one that was known
        (f"{GEODATA}/WijkBuurtkaart_2025_v2.zip", 200),
        ("service.pdok.nl/cbs/wijken-en-buurten-2026/atom/index.xml", 404),
        (f"{PDOK_2026}/WijkBuurtkaart_2026_v0.gpkg", 200),
    ],
)
def test_een_versie_gaat_weg_als_de_volgende_er_is(vraag, adres, status):
    assert vraag(adres).status_code == status


def _leden(aanbod, adres):
    return zipfile.ZipFile(io.BytesIO(aanbod.bestanden[adres].inhoud))


@pytest.mark.parametrize(
    ("adres", "lid", "formaten"),
    [
        (
            "www.cbs.nl/-/media/_pdf/2016/35/shape-2014-versie-30.zip",
            "shape 2014 versie 30/uitvoer_shape/buurt_2014.shp",
            {"shp"},
        ),
        ("www.cbs.nl/-/media/_pdf/2017/36/buurt_2015.zip", "buurt_2015.shp", {"shp"}),
        (
            f"{DOSSIER}/wijkbuurtkaart_2019_v3.zip",
            "WijkBuurtkaart_2019_v3/buurt_2019_V3.shp",
            {"shp", "gpkg"},
        ),
        (
            f"{DOSSIER}/wijkbuurtkaart_2020_v3.zip",
            "WijkBuurtkaart_2020_v3/WijkBuurtkaart_2020_v3.gdb/gdb",
            {"shp", "gdb", "gpkg"},
        ),
        (
            f"{DOWNLOAD}/wijkbuurtkaart_2022_v2.zip",
            "WijkBuurtkaart_2022_v2/gemeenten_2022_V2.shp",
            {"shp", "gdb", "gpkg"},
        ),
        (
            f"{GEODATA}/WijkBuurtkaart_2024_v2.zip",
            "WijkBuurtkaart_2024_v2/wijkenbuurten_2024_v2.gpkg",
            {"gpkg"},
        ),
    ],
)
def test_een_kaartzip_heeft_een_twee_of_drie_formaten(aanbod, adres, lid, formaten):
    """A3, in the folders and under the names that programs read there."""
    leden = _leden(aanbod, adres).namelist()
    assert lid in leden
    gevonden = {f for f in ("shp", "gpkg") if any(naam.endswith(f".{f}") for naam in leden)}
    assert gevonden | ({"gdb"} if any(".gdb/" in n for n in leden) else set()) == formaten


def test_pdok_zegt_het_jaar_in_elke_rij(aanbod, tmp_path):
    """A11, as in the recorded rows of Ermelo."""
    pad = tmp_path / "kaart.gpkg"
    adres = "service.pdok.nl/cbs/wijkenbuurten/2023/atom/downloads/wijkenbuurten_2023.gpkg"
    pad.write_bytes(aanbod.bestanden[adres].inhoud)
    with closing(sqlite3.connect(pad)) as db:
        kolommen = {rij[1] for rij in db.execute("pragma table_info(buurten)")}
        codes = db.execute("select jaarstatcode, buurtcode from buurten").fetchall()
    assert "jaar" not in kolommen
    assert all(jaarcode == f"2023{code}" for jaarcode, code in codes)


@pytest.mark.parametrize(
    ("adres", "lid", "teken", "opgevuld"),
    [
        ("2019/42/2019-cbs-pc6huisnr20190801_buurt.zip", "pc6hnr20190801_gwb.csv", ";", False),
        # The name of the zip says a year too early.
        ("2022/37/2022-cbs-pc6huisnr20210801_buurt.zip", "pc6hnr20220801_gwb.csv", ";", False),
        (
            "2023-cbs-pc6huisnr20230801_buurt_20250225.zip",
            "2023-cbs-pc6huisnr20230801_buurt/pc6hnr20230801_gwb.csv",
            ",",
            False,
        ),
        ("2024-cbs-pc6huisnr20240801_buurt_20250218.zip", "pc6hnr20240801_gwb.csv", ",", True),
        ("2025-cbs-pc6huisnr20250801_buurt.zip", "pc6hnr20250801_gwb.csv", ";", True),
    ],
)
def test_elk_adresbestand_heeft_zijn_eigen_teken_en_codes(aanbod, adres, lid, teken, opgevuld):
    """A2, A6: the sign between fields, zeros in front or not, and letters in both."""
    (volledig,) = [naam for naam in aanbod.bestanden if naam.endswith(adres)]
    regels = _leden(aanbod, volledig).read(lid).decode().splitlines()
    jaar = lid[-16:-12]
    assert regels[0] == teken.join(("PC6", "Huisnummer", f"Buurt{jaar}", f"Wijk{jaar}",
                                    f"Gemeente{jaar}"))  # fmt: skip
    codes = [regel.split(teken)[2] for regel in regels[1:]]
    assert {len(code) for code in codes} == ({8} if opgevuld else {7, 8})
    assert all(code.isdigit() for code in codes) == (int(jaar) < 2022)
    assert regels[-2] == regels[1]
    assert regels[-1].startswith(teken)


def test_de_lijst_noemt_het_lopende_jaar_en_wat_gestopt_is(vraag):
    """A7, A9."""
    rijen = vraag(f"{V4}/Datasets", **{"$select": "Identifier,Title,Status"}).json()["value"]
    per_tabel = {rij["Identifier"]: rij for rij in rijen}
    assert per_tabel["86358NED"]["Title"] == "Kerncijfers wijken en buurten 2026"
    assert per_tabel["82931NED"]["Status"] == "Vervallen"
    assert per_tabel["83220NED"]["Status"] == "Gediscontinueerd"
    assert per_tabel["84799NED"]["Status"] == "Regulier"


def test_van_een_gestopte_tabel_geeft_v4_alleen_wat_hem_beschrijft(vraag):
    assert vraag(f"{V4}/82931NED/MeasureCodes").status_code == 200
    assert vraag(f"{V4}/82931NED/Observations").status_code == 404
    assert vraag("datasets.cbs.nl/csv/CBS/nl/82931NED").status_code == 404
    assert vraag("opendata.cbs.nl/ODataFeed/odata/82931NED/TypedDataSet").status_code == 200


@pytest.mark.parametrize(("tabel", "sprong"), [("83487NED", "$skip"), ("83765NED", "$skiptoken")])
def test_een_volgende_pagina_heet_een_getal_of_iets_anders(vraag, tabel, sprong):
    pad, gekomen = f"{V4}/{tabel}/Observations", []
    while pad:
        pagina = vraag(pad).json()
        gekomen += [rij["Id"] for rij in pagina["value"]]
        pad = pagina.get("@odata.nextLink", "").removeprefix("https://")
        assert not pad or f"?{sprong}=" in pad
    assert gekomen == list(range(vraag(f"{V4}/{tabel}/Properties").json()["ObservationCount"]))
    assert len(gekomen) > 1_000


def test_een_host_die_weigert_behalve_een_browser_en_een_die_uit_is(vraag):
    """A10, each by its switch."""
    adres = f"{DOSSIER}/wijkbuurtkaart_2018_v3.zip"
    vraag.uitgever.breek("403", "https://www.cbs.nl/-/media", behalve=BROWSER)
    assert vraag(adres).status_code == 403
    assert vraag(adres, agent="Mozilla/5.0 (X11; Linux x86_64)").status_code == 200
    vraag.uitgever.breek("gesloten", "https://opendata.cbs.nl")
    with pytest.raises(requests.ConnectionError, match="without response"):
        vraag("opendata.cbs.nl/ODataCatalog/Tables")
    assert vraag(f"{V4}/Datasets").status_code == 200
    vraag.uitgever.herstel()
    assert vraag(adres).status_code == 200


def test_dezelfde_bestanden_elke_keer(aanbod, tmp_path):
    """Also of a geodatabase, whose items have random marks by themselves."""
    land = maak_land(GROOTTE, jaren=(2020, 2024))
    weer = aanbod_van_land(land, tmp_path / "weer", (2020, 2024)).bestanden
    assert len(weer) == 9
    assert {adres for adres, b in weer.items() if b != aanbod.bestanden[adres]} == set()
    pad: Path = tmp_path / "weer" / f"{DOSSIER}/wijkbuurtkaart_2020_v3.zip"
    pad.write_bytes(b"bewaard")  # what was made is kept, not made again
    nog_eens = aanbod_van_land(land, tmp_path / "weer", (2020, 2024))
    assert nog_eens.bestanden[f"{DOSSIER}/wijkbuurtkaart_2020_v3.zip"].inhoud == b"bewaard"
    assert json.loads(nog_eens.tabellen["84799NED"].v4["Dimensions"][0])["MapYear"] == "2020"
