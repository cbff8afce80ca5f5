"""The publishers' recorded answers served over real HTTP, and fetched by the clients as if live."""

from __future__ import annotations

import json
import subprocess
import sys
from xml.etree import ElementTree

import pandas as pd
import pytest

from tests.uitgever import instellingen, ophaler
from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.ontvangsten import Ontvangsten
from veerkracht_dagster.bronnen.ophalen.bestanden import feed
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding
from veerkracht_dagster.bronnen.ophalen.wegen import verbinding_van
from veerkracht_dagster.bronnen.uitkijk.catalogi import catalogusstand, nieuwe_jaren
from veerkracht_dagster.bronnen.vastleggen import ter_plaatse
from veerkracht_dagster.bronnen.vindplaatsen import Vingerafdrukken, vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever, echt_aanbod
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Webbestand
from veerkracht_dagster.voorbeeldland.uitgever.feeds import datasetfeed, dienstfeed

pytestmark = pytest.mark.echt


@pytest.fixture(scope="module")
def uitgever(echt):
    with Uitgever(echt_aanbod(echt)) as een:
        yield een


def _haal(uitgever, map_, bron, jaar):
    with ophaler(uitgever, map_) as haler:
        ontvangst = haler.haal_op(bron, jaar)
        assert ontvangst is not None
        bestanden = Ontvangsten(haler.snapshots).bestanden(ontvangst)
    vingers = Vingerafdrukken(map_ / "vingers.json")
    frame, verslag = lees(ter_plaatse(vind(bestanden, bron, jaar), vingers), catalogus())
    return ontvangst, frame, verslag


def test_kerncijfers_2020_komen_als_uit_het_bestand(uitgever, lees_echt, tmp_path):
    """v4 has no observations of this table here, so it comes in v3 pages, whole."""
    ontvangst, frame, _ = _haal(uitgever, tmp_path, "cbs_kerncijfers", 2020)
    assert (ontvangst.weg, ontvangst.reden) == ("cbs_v3", "Herontwerp")
    assert ontvangst.merk["RecordCount"] == 17_341
    uit_bestand = lees_echt("cbs_kerncijfers", 2020)[0]
    pd.testing.assert_frame_equal(
        frame.drop(columns="bron_bestand"), uit_bestand.drop(columns="bron_bestand")
    )


def test_de_kaart_van_2017_komt_met_dezelfde_bytes(uitgever, echt, tmp_path):
    ontvangst, frame, _ = _haal(uitgever, tmp_path, "cbs_buurtgrenzen", 2017)
    ((_, sha256),) = ontvangst.bestanden
    regel = next(r for r in (echt / "SHA256SUMS").read_text().splitlines() if "buurt2017" in r)
    assert regel.split()[0] == sha256
    assert len(frame) == 108


def test_de_leefbaarometer_uit_zijn_zip(uitgever, lees_echt, tmp_path):
    _, frame, verslag = _haal(uitgever, tmp_path, "leefbaarometer", 2020)
    assert verslag.bestanden[0].rijen == 26_366
    uit_bestand = lees_echt("leefbaarometer", 2020)[0]
    pd.testing.assert_frame_equal(
        frame.drop(columns="bron_bestand"), uit_bestand.drop(columns="bron_bestand")
    )


@pytest.mark.parametrize(
    ("storing", "dienst", "aantal", "tabel"),
    [("", "v4", 53, "80072NED"), ("Datasets", "v3", 21, "84799NED")],
)
def test_de_lijst_van_tabellen(echt, storing, dienst, aantal, tabel):
    with Uitgever(echt_aanbod(echt)) as eigen:
        if storing:
            eigen.storing("503", keren=-1, pad=storing)
        with verbinding_van(instellingen(eigen), catalogus()) as verbinding:
            stand = catalogusstand(verbinding)
    assert stand.dienst == dienst
    assert len(stand.rijen) == aantal
    assert tabel in stand.rijen
    assert nieuwe_jaren(stand, catalogus().bronnen["cbs_kerncijfers"]) == {}


ATOM = "{http://www.w3.org/2005/Atom}"


def _vorm(feed):
    """Which elements stand where, and how each link is marked: what the text is does not matter."""

    def elementen(knoop, pad=""):
        hier = f"{pad}/{knoop.tag.removeprefix(ATOM)}"
        if knoop.tag == f"{ATOM}link":
            yield hier, knoop.get("rel"), knoop.get("type"), tuple(sorted(knoop.keys()))
        else:
            yield hier, None, None, ()
        for kind in knoop:
            yield from elementen(kind, hier)

    return set(elementen(ElementTree.fromstring(feed)))


@pytest.mark.parametrize(
    ("opgenomen", "feed"),
    [
        ("pdok_nwb_atom_index.xml", dienstfeed("T", "h/atom", "h/atom/t.xml", "2026-07-03")),
        (
            "pdok_nwb_atom_dataset.xml",
            datasetfeed("T", "h/atom", "h/atom/t.xml", "h/atom/downloads/t.gpkg", 9, "2026-07-03"),
        ),
    ],
)
def test_een_feed_van_het_voorbeeld_heeft_de_vorm_van_een_opgenomen(echt, opgenomen, feed):
    """Nothing is in ours that PDOK does not write, and what a client looks for is in both."""
    werkelijk, eigen = _vorm((echt / "pdok_atom" / opgenomen).read_bytes()), _vorm(feed)
    assert eigen - werkelijk == set()
    nodig = {vorm for vorm in werkelijk if vorm[1] == "alternate" or vorm[0].endswith("/updated")}
    assert nodig <= eigen


def test_de_opdracht_dient_ze_op(echt, tmp_path):
    """`veerkracht voorbeeld serve --echt`, around a command that asks it for something."""
    vraag = (
        "import os, sys, urllib.request\n"
        "basis = os.environ['VEERKRACHT_ADRESSEN'].removeprefix('*=')\n"
        "url = '/opendata.cbs.nl/ODataFeed/odata/84799NED/TableInfos?$format=json'\n"
        "sys.stdout.buffer.write(urllib.request.urlopen(basis + url).read())\n"
    )
    opdracht = [sys.executable, "-c", "from veerkracht_dagster.cli import app; app()"]
    uit = subprocess.run(
        [*opdracht, "voorbeeld", "serve", str(tmp_path / "geen"), "--echt", str(echt),
         "--", sys.executable, "-c", vraag],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (rij,) = json.loads(uit.stdout)["value"]
    assert rij["Title"] == "Kerncijfers wijken en buurten 2020"
    assert not (tmp_path / "geen").exists()


@pytest.mark.parametrize(
    ("index", "bestanden", "naam", "lengte"),
    [
        (
            "https://service.pdok.nl/rws/nationaal-wegenbestand-wegen/atom/index.xml",
            {
                "rws/nationaal-wegenbestand-wegen/atom/index.xml": "pdok_nwb_atom_index.xml",
                "rws/nationaal-wegenbestand-wegen/atom/nwb_wegen.xml": "pdok_nwb_atom_dataset.xml",
            },
            "nwb_wegen.gpkg",
            1_029_582_848,
        ),
        (
            "https://service.pdok.nl/kadaster/bag/atom/bag.xml",
            {"kadaster/bag/atom/bag.xml": "pdok_bag_atom_feed.xml"},
            "bag-light.gpkg",
            7_801_561_088,
        ),
    ],
    ids=["twee niveaus", "een niveau"],
)
def test_de_vastgelegde_feeds_van_pdok(echt, tmp_path, index, bestanden, naam, lengte):
    """PDOK's own answers: a service feed that leads to a data set feed, and such a feed itself."""
    aanbod = Aanbod(
        bestanden={
            f"service.pdok.nl/{pad}": Webbestand.van(echt / "pdok_atom" / bestand)
            for pad, bestand in bestanden.items()
        }
    )
    with (
        Uitgever(aanbod) as eigen,
        Verbinding(instellingen(eigen), {"service.pdok.nl"}) as verbinding,
    ):
        wat = feed(verbinding, index, ".gpkg", tmp_path)
        assert len(eigen.verzoeken) == len(bestanden)
    assert wat.url.startswith("https://service.pdok.nl/")
    assert wat.url.endswith(f"/downloads/{naam}")
    assert (wat.lengte, wat.bijgewerkt[:7]) == (lengte, "2026-07")
