"""Ways to a source and year: the next when one fails, what is told, and what counts (A1-A10)."""

from __future__ import annotations

import copy
from datetime import date
from itertools import cycle

import pandas as pd
import pytest

from tests.uitgever import aanbod, instellingen, ophaler
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.ontvangsten import Ontvangsten
from veerkracht_dagster.bronnen.ophalen.diensten import stappen
from veerkracht_dagster.bronnen.ophalen.fouten import OphaalFout
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.ophalen.proefneming import Proefneming
from veerkracht_dagster.bronnen.uitkijk.merken import kijk
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Webbestand
from veerkracht_dagster.voorbeeldland.uitgever.storingen import adressen_van
from veerkracht_dagster.voorbeeldland.uitgever.uitgaven import Wat
from veerkracht_dagster.werkmap import Werkmap

# Ways that give the same table. The Leefbaarometer's own areas stand in for a map, and are another.
WEGEN = {
    ("cbs_kerncijfers", 2020): ["cbs_v4_bulk", "cbs_v4", "cbs_v3"],
    ("cbs_buurtgrenzen", 2024): ["pdok_feed", "pdok_bestand", "cbs_kaart"],
}
SOORTEN = ["404", "403", "500", "503", "429", "certificaat", "vreemd", "html", "leeg", "ingekort"]
_SOORT = cycle(SOORTEN)
EEN = [
    (bron, jaar, weg, next(_SOORT))
    for (bron, jaar), wegen in WEGEN.items()
    for weg in wegen
    for _ in range(4)
]
# Where a row stands; and a text, which v4 has not.
WEGLATEN = ["bron_bestand", "bron_rij", "indelingswijziging"]


@pytest.fixture(scope="module")
def heel_aanbod(tmp_path_factory):
    return aanbod(tmp_path_factory.mktemp("uitgever") / "bestanden", naief=False)


@pytest.fixture
def uitgever(heel_aanbod):
    with Uitgever(copy.deepcopy(heel_aanbod)) as een:
        yield een


def neem(uitgever, map_, bron, jaar, vandaag=None):
    """The receipt that counts, and the table, as a rebuild takes them in."""
    werkmap = Werkmap.in_map(map_)
    proef = Proefneming(werkmap, bron, jaar)
    with ophaler(uitgever, map_) as haler:
        haler.snapshots = werkmap.snapshots
        if vandaag:
            haler.vandaag = lambda: vandaag
        ontvangst = haler.haal_op(bron, jaar, proef.probeer)
    return ontvangst, proef.gelezen[1] if proef.gelezen else None


def breek(uitgever, bron, jaar, weg, soort):
    beschrijving = catalogus().bronnen[bron]
    (een,) = [w for w in beschrijving.ophalen if w.sleutel == weg]
    uitgever.breek(soort, *adressen_van(beschrijving, een, jaar))


@pytest.fixture(scope="module")
def tabellen(heel_aanbod, tmp_path_factory):
    """What each source and year is when nothing is broken."""
    with Uitgever(copy.deepcopy(heel_aanbod)) as uitgever:
        return {
            sleutel: neem(uitgever, tmp_path_factory.mktemp("heel"), *sleutel)[1]
            for sleutel in WEGEN
        }


def _voor(bron, jaar, weg):
    return WEGEN[bron, jaar][: WEGEN[bron, jaar].index(weg)]


def _zelfde(tabel, heel):
    pd.testing.assert_frame_equal(
        tabel.drop(columns=WEGLATEN, errors="ignore"), heel.drop(columns=WEGLATEN, errors="ignore")
    )


@pytest.mark.parametrize(("bron", "jaar", "weg", "soort"), EEN)
def test_een_weg_die_faalt_wordt_gevolgd_door_de_volgende(
    uitgever, tmp_path, tabellen, bron, jaar, weg, soort
):
    """Whatever the failure, and also of a file that came and is refused by reading."""
    breek(uitgever, bron, jaar, weg, soort)
    ontvangst, tabel = neem(uitgever, tmp_path, bron, jaar)
    _zelfde(tabel, tabellen[bron, jaar])
    # The feed leads to the file that has an address of its own too.
    kapot = {weg, "pdok_feed"} if weg == "pdok_bestand" else {weg}
    gelukt = next(w for w in WEGEN[bron, jaar] if w not in kapot)
    assert ontvangst.weg == gelukt
    assert {m.weg for m in ontvangst.mislukt} == kapot & set(_voor(bron, jaar, gelukt))
    bewaard = Ontvangsten(Werkmap.in_map(tmp_path).snapshots).laatste(bron, jaar)
    assert bewaard == ontvangst  # the receipt says which way, and what failed before it


@pytest.mark.parametrize(
    ("bron", "jaar", "over"), [(*sleutel, weg) for sleutel, wegen in WEGEN.items() for weg in wegen]
)
def test_zolang_er_een_weg_over_is_komt_het(uitgever, tmp_path, tabellen, bron, jaar, over):
    for weg, soort in zip(WEGEN[bron, jaar], ("404", "vreemd", "certificaat"), strict=True):
        if weg != over and {weg, over} != {"pdok_feed", "pdok_bestand"}:
            breek(uitgever, bron, jaar, weg, soort)
    ontvangst, tabel = neem(uitgever, tmp_path, bron, jaar)
    assert ontvangst.weg == over or {ontvangst.weg, over} == {"pdok_feed", "pdok_bestand"}
    _zelfde(tabel, tabellen[bron, jaar])


def test_is_er_geen_weg_over_dan_staan_ze_er_alle_met_hun_reden(uitgever, tmp_path):
    for weg, soort in zip(WEGEN["cbs_kerncijfers", 2020], ("403", "vreemd", "html"), strict=True):
        breek(uitgever, "cbs_kerncijfers", 2020, weg, soort)
    with pytest.raises(OphaalFout) as fout:
        neem(uitgever, tmp_path, "cbs_kerncijfers", 2020)
    tekst = str(fout.value)
    for regel in (
        "cbs_v4_bulk: https://datasets.cbs.nl/csv/CBS/nl/84799NED: HTTP 403",
        "cbs_v4: https://datasets.cbs.nl/odata/v1/CBS/84799NED: 3 keer een andere versie",
        "cbs_v3: https://opendata.cbs.nl/ODataFeed/odata/84799NED: HTML in plaats van gegevens",
        "wat te doen: deze uitgever of een proxy weigert dit programma",
        "zet het in de bronnenmap als cbs_odata_v3/84799NED/*.json*",
        "`veerkracht bronnen keur --bron cbs_kerncijfers --jaar 2020`",
    ):
        assert regel in tekst
    assert Ontvangsten(Werkmap.in_map(tmp_path).snapshots).alle("cbs_kerncijfers", 2020) == []


def test_een_bestand_dat_kwam_en_geweigerd_wordt_staat_er_voluit_bij(uitgever, tmp_path):
    """'Fetch it again' would be no remedy: this is what the publisher serves."""
    uitgever.breek("vreemd", "https://download.cbs.nl", "https://www.cbs.nl")
    with pytest.raises(BronFout) as fout:
        neem(uitgever, tmp_path, "cbs_adressen", 2024)
    tekst = str(fout.value)
    assert tekst.count("gekomen, maar te weigeren") == 1
    assert "2024-cbs-pc6huisnr20240801_buurt_20250218.zip" in tekst
    assert "opnieuw op" not in fout.value.remedie


# --- the second time ---------------------------------------------------------------------------


def test_dezelfde_inhoud_langs_een_andere_weg_blijft_dezelfde_versie(uitgever, tmp_path):
    sleutel = ("cbs_buurtgrenzen", 2024)
    eerst, tabel = neem(uitgever, tmp_path, *sleutel)
    breek(uitgever, *sleutel, "pdok_feed", "503")
    breek(uitgever, *sleutel, "pdok_bestand", "404")
    daarna, tabel_daarna = neem(uitgever, tmp_path, *sleutel)
    assert (daarna.versie, daarna.weg, daarna.ook_langs) == (eerst.versie, "pdok_feed", "cbs_kaart")
    assert [m.weg for m in daarna.mislukt] == ["pdok_feed", "pdok_bestand"]
    assert tabel_daarna.equals(tabel)  # with the places in the file that counts
    uitgever.verzoeken.clear()
    assert neem(uitgever, tmp_path, *sleutel)[0].versie == eerst.versie
    assert [v for v in uitgever.verzoeken if "_v2.zip" in v][1:] == []  # one condition, no bytes
    uitgever.herstel()
    weer, _ = neem(uitgever, tmp_path, *sleutel)
    assert (weer.versie, weer.mislukt, weer.ook_langs) == (eerst.versie, (), None)


def test_andere_inhoud_langs_een_andere_weg_is_een_andere_versie(uitgever, tmp_path):
    eerst, _ = neem(uitgever, tmp_path, "cbs_kerncijfers", 2020)
    uitgever.breng_uit("84799NED", Wat.CIJFER)
    breek(uitgever, "cbs_kerncijfers", 2020, "cbs_v4_bulk", "404")
    daarna, _ = neem(uitgever, tmp_path, "cbs_kerncijfers", 2020)
    assert daarna.weg == "cbs_v4"
    assert daarna.versie != eerst.versie


def test_wat_de_uitgever_wegnam_blijft_wat_het_was(uitgever, tmp_path):
    eerst, tabel = neem(uitgever, tmp_path, "cbs_adressen", 2017)
    uitgever.breek("404", "https://www.cbs.nl")
    daarna, tabel_daarna = neem(uitgever, tmp_path, "cbs_adressen", 2017)
    assert daarna.versie == eerst.versie
    assert tabel_daarna.equals(tabel)
    assert [m.reden for m in daarna.mislukt] == ["HTTP 404: bestaat niet"]


# --- absent, or refused ------------------------------------------------------------------------


def test_wat_volgens_de_kalender_nog_niet_kan_is_afwezig(uitgever, tmp_path):
    """The same answers a year later are a refusal: then it should be there."""
    redenen = []
    with ophaler(uitgever, tmp_path) as haler:
        haler.vandaag = lambda: date(2025, 8, 31)
        assert haler.haal_op("cbs_kerncijfers", 2025, meld=redenen.append) is None
        haler.vandaag = lambda: date(2026, 8, 31)
        with pytest.raises(OphaalFout, match=r"cbs_v3: .*86165NED: HTTP 404"):
            haler.haal_op("cbs_kerncijfers", 2025)
    assert "volgens de kalender (nog) niet (geprobeerd: cbs_v4_bulk: " in redenen[0]


def test_een_jaar_boven_wat_iemand_zag_wordt_geprobeerd_en_is_anders_afwezig(uitgever, tmp_path):
    """One map beyond the last one seen is tried; that it is not there is no refusal."""
    redenen = []
    with ophaler(uitgever, tmp_path) as haler:
        haler.vandaag = lambda: date(2030, 1, 1)
        assert haler.haal_op("cbs_buurtgrenzen", 2027, meld=redenen.append) is None
    (reden,) = redenen
    assert reden.startswith("er is geen adres van bekend, en waar het zou kunnen staan is het niet")
    assert "WijkBuurtkaart_2027_v*.zip (v3, v2, v1, v0): HTTP 404" in reden


# --- versions and hosts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weg", "neer", "gehaald"),
    [
        ("wijkbuurtkaart_2017_v3.zip", ["wijkbuurtkaart_2017_v4.zip"], "_v4.zip"),  # one above
        ("wijkbuurtkaart_2017_v3.zip", ["wijkbuurtkaart_2017_v2.zip"], "_v2.zip"),  # one below
    ],
)
def test_versies_van_hoog_naar_laag(uitgever, tmp_path, weg, neer, gehaald):
    bestanden = uitgever.aanbod.bestanden
    (oud,) = [url for url in bestanden if url.endswith(weg)]
    inhoud = bestanden.pop(oud)
    for naam in neer:
        bestanden[f"{oud.rpartition('/')[0]}/{naam}"] = inhoud
    ontvangst, _ = neem(uitgever, tmp_path, "cbs_buurtgrenzen", 2017)
    assert ontvangst.adres.endswith(gehaald)


@pytest.mark.parametrize(
    ("jaar", "begin"),
    [
        (2019, "https://www.cbs.nl/-/media/cbs/dossiers"),
        (2021, "https://download.cbs.nl/regionale-kaarten/wijkbuurtkaart_2021_v4.zip"),
        (2022, "https://download.cbs.nl/regionale-kaarten/wijkbuurtkaart_2022_v3.zip"),
        (2023, "https://geodata.cbs.nl/files/Wijkenbuurtkaart/WijkBuurtkaart_2023_v3.zip"),
        (2025, "https://geodata.cbs.nl/files/Wijkenbuurtkaart/WijkBuurtkaart_2025_v3.zip"),
    ],
)
def test_elk_jaar_bij_elke_host_en_een_boven_wat_gezien_is(jaar, begin):
    """Where somebody saw the newest version goes first (first_contact.md A5)."""
    stap = [s for s in stappen(catalogus().bronnen["cbs_buurtgrenzen"], jaar)
            if s.weg.sleutel == "cbs_kaart"]  # fmt: skip
    urls = [s.adres.url for s in stap]
    assert urls[0].startswith(begin)
    assert not stap[0].adres.gezien
    hosts = {url.split("/")[2] for url in urls}
    assert hosts == {"www.cbs.nl", "download.cbs.nl", "geodata.cbs.nl"}


def test_elk_jaar_dat_open_is_heeft_een_weg_die_iemand_zag():
    """2016 to 2025 for addresses, 2014 to 2026 for the rest (A1b, A4, A6, A7)."""
    for bron, jaren in (
        ("cbs_kerncijfers", range(2013, 2027)),
        ("cbs_buurtgrenzen", range(2014, 2027)),
        ("cbs_adressen", range(2016, 2026)),
    ):
        for jaar in jaren:
            assert any(s.adres.gezien for s in stappen(catalogus().bronnen[bron], jaar)), (
                bron,
                jaar,
            )
    (eerste, *_) = stappen(catalogus().bronnen["cbs_buurtgrenzen"], 2020)
    assert eerste.weg.sleutel == "cbs_kaart"  # PDOK has it no more


# --- where answers lead ------------------------------------------------------------------------

FEED = "service.pdok.nl/cbs/wijkenbuurten/2024/atom/index.xml"
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry>{}</entry></feed>'


@pytest.mark.parametrize(
    ("link", "reden"),
    [
        ('href="http://127.0.0.1:9/intern/x.gpkg"', "een verwijzing in de feed naar http://127"),
        ('href="https://elders.example/x.gpkg"', "naar https://elders.example/x.gpkg"),
        (
            'href="https://service.pdok.nl@elders.example/x.gpkg"',
            "naar https://***@elders.example/x.gpkg",
        ),
        ('href="file:///etc/x.gpkg"', "naar file:///etc/x.gpkg"),
        ('href="https://[x.gpkg"', "een feed zonder bestand"),
        (
            'rel="alternate" type="application/atom+xml" href="http://10.0.0.1/feed.xml"',
            "een verwijzing in de feed naar http://10.0.0.1/feed.xml",
        ),
        ('rel="up" type="application/atom+xml" href="index.xml"', "een feed zonder bestand"),
    ],
)
def test_een_feed_leidt_nergens_heen_dan_naar_de_uitgever(uitgever, tmp_path, link, reden):
    uitgever.aanbod.bestanden[FEED] = Webbestand(_ATOM.format(f"<link {link}/>").encode())
    ontvangst, _ = neem(uitgever, tmp_path, "cbs_buurtgrenzen", 2024)
    assert ontvangst.weg == "pdok_bestand"
    assert reden in ontvangst.mislukt[0].reden
    vragen = {regel.split(" ")[1].partition("/")[0] for regel in uitgever.verzoeken}
    assert vragen == {"service.pdok.nl"}


# --- the watch ---------------------------------------------------------------------------------


def test_de_uitkijk_ziet_langs_een_andere_weg_geen_andere_versie(uitgever, tmp_path, monkeypatch):
    """A way that fails says nothing of what is new; only when all do the year is not seen."""
    monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda _: instellingen(uitgever)))
    werkmap, sleutel = Werkmap.in_map(tmp_path), ("cbs_buurtgrenzen", 2024)

    def kijk_nu():
        return kijk(werkmap, [sleutel])

    eerst = kijk_nu().gezien[sleutel]
    breek(uitgever, *sleutel, "pdok_feed", "503")
    assert kijk_nu().gezien[sleutel].versie == eerst.versie
    breek(uitgever, *sleutel, "pdok_bestand", "403")
    assert kijk_nu().gezien[sleutel].versie == eerst.versie
    uitgever.storing("503", keren=-1)
    blik = kijk_nu()
    assert sleutel not in blik.gezien
    assert "HTTP 503" in str(blik.onbereikt[sleutel])
