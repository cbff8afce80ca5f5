"""Fetching over real HTTP: every way, what is kept, what is asked again, and what is refused."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.uitgever import aanbod, instellingen, ophaler
from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.ontvangsten import Ontvangsten
from veerkracht_dagster.bronnen.ophalen import cbs_v3, cbs_v4
from veerkracht_dagster.bronnen.ophalen.fouten import Afwezig, OphaalFout
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.ophalen.kenmerken import Webkenmerk
from veerkracht_dagster.bronnen.ophalen.keuren import keur_bestand, keur_json
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding
from veerkracht_dagster.bronnen.vastleggen import ter_plaatse
from veerkracht_dagster.bronnen.vindplaatsen import vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.opslag.vingerafdrukken import Vingerafdrukken
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Webbestand

LBM = "www.leefbaarometer.nl/resources/open-data-leefbaarometer-meting-2024.zip"
FEED = cbs_v3.FEED.removeprefix("https://")
# Every way of the catalogue: source, year, and how it is reached.
WEGEN = [
    ("cbs_kerncijfers", 2020, "cbs_v4_bulk"),
    ("cbs_buurtgrenzen", 2017, "cbs_kaart"),
    ("cbs_buurtgrenzen", 2024, "pdok_feed"),
    ("cbs_adressen", 2017, "cbs_adresbestand"),
    ("leefbaarometer", 2020, "lbm_scores"),
]


@pytest.fixture(scope="module")
def heel_aanbod(tmp_path_factory):
    return aanbod(tmp_path_factory.mktemp("uitgever") / "bronnen")


@pytest.fixture
def uitgever(heel_aanbod):
    with Uitgever(copy.deepcopy(heel_aanbod)) as een:
        yield een


def _tabel(haler, bron, jaar):
    ontvangst = haler.haal_op(bron, jaar)
    bestanden = Ontvangsten(haler.snapshots).bestanden(ontvangst)
    vingers = Vingerafdrukken(Path("/dev/null/x"))
    return lees(ter_plaatse(vind(bestanden, bron, jaar), vingers), catalogus())[0]


# --- what comes and what is kept --------------------------------------------------------------


@pytest.mark.parametrize(("bron", "jaar", "weg"), WEGEN)
def test_haalt_bewaart_en_leest(uitgever, tmp_path, bron, jaar, weg):
    with ophaler(uitgever, tmp_path) as haler:
        ontvangst = haler.haal_op(bron, jaar)
        assert ontvangst.weg == weg
        assert len(_tabel(haler, bron, jaar)) > 0
        for _, sha256 in ontvangst.bestanden:
            kaart = haler.snapshots.kaart(sha256)
            assert kaart.url.startswith("https://")  # the publisher's, not the mirror's
            assert kaart.licentie == catalogus().bronnen[bron].licentie
        assert haler.snapshots.controleer() == []
    assert list((tmp_path / "snapshots").glob(".ophalen-*")) == []


@pytest.mark.parametrize(("bron", "jaar", "weg"), WEGEN)
def test_wat_niet_veranderde_komt_niet_nog_eens(uitgever, tmp_path, bron, jaar, weg):
    with ophaler(uitgever, tmp_path) as haler:
        eerste = haler.haal_op(bron, jaar)
    bestanden = sorted(p for p in tmp_path.rglob("*") if p.is_file())
    uitgever.verzoeken.clear()
    with ophaler(uitgever, tmp_path) as haler:
        assert haler.haal_op(bron, jaar) == eerste
    assert sorted(p for p in tmp_path.rglob("*") if p.is_file()) == bestanden
    # One small question: properties, a feed, or a conditional request; and whether a version of a
    # map came that nobody saw yet.
    assert len([v for v in uitgever.verzoeken if "_v4.zip" not in v]) == 1


def test_een_correctie_staat_naast_het_oude_en_beide_zijn_te_lezen(uitgever, tmp_path):
    with ophaler(uitgever, tmp_path) as haler:
        oud = _tabel(haler, "cbs_kerncijfers", 2020)
    uitgever.aanbod.verander_tabel("84799NED")
    with ophaler(uitgever, tmp_path) as haler:
        nieuw = _tabel(haler, "cbs_kerncijfers", 2020)
        ontvangsten = Ontvangsten(haler.snapshots)
        alle = ontvangsten.alle("cbs_kerncijfers", 2020)
        assert len(alle) == 2
        assert nieuw["inwoners"].iloc[-1] == oud["inwoners"].iloc[-1] + 5
        weer = vind(ontvangsten.bestanden(alle[0]), "cbs_kerncijfers", 2020)
        vingers = Vingerafdrukken(tmp_path / "v")
        assert lees(ter_plaatse(weer, vingers), catalogus())[0].equals(oud)


@pytest.mark.parametrize("weg", ["cbs_v4", "cbs_v3"])
def test_elke_weg_geeft_dezelfde_cijfers(uitgever, tmp_path, weg):
    with ophaler(uitgever, tmp_path / "bulk") as haler:
        bulk = _tabel(haler, "cbs_kerncijfers", 2020)
    tabel = uitgever.aanbod.tabellen["84799NED"]
    zonder = {"bulk": None}
    if weg == "cbs_v3":  # metadata is there, observations answer 404
        zonder["v4"] = {n: r for n, r in tabel.v4.items() if n != "Observations"}
    uitgever.aanbod.zet(replace(tabel, **zonder))
    with ophaler(uitgever, tmp_path / weg) as haler:
        assert haler.haal_op("cbs_kerncijfers", 2020).weg == weg
        anders = _tabel(haler, "cbs_kerncijfers", 2020)
    weglaten = ["bron_bestand", "bron_rij", "indelingswijziging"]  # a text, which v4 has not
    assert anders.drop(columns=weglaten).equals(bulk.drop(columns=weglaten))


def test_paginas_worden_gevolgd(uitgever, tmp_path, monkeypatch):
    from veerkracht_dagster.voorbeeldland.uitgever import odata

    monkeypatch.setattr(odata, "PAGINA_V3", 30)
    uitgever.aanbod.tabellen["84799NED"].eigenschappen = None  # v4 does not know it
    with ophaler(uitgever, tmp_path) as haler:
        ontvangst = haler.haal_op("cbs_kerncijfers", 2020)
    namen = [naam.rpartition("/")[2] for naam, _ in ontvangst.bestanden]
    paginas = sorted(n for n in namen if n.startswith("TypedDataSet"))
    assert paginas == ["TypedDataSet.skip0.json", "TypedDataSet.skip30.json",
                       "TypedDataSet.skip60.json"]  # fmt: skip


def test_een_jaar_zonder_adres_is_afwezig(uitgever, tmp_path):
    redenen = []
    with ophaler(uitgever, tmp_path) as haler:
        assert haler.haal_op("cbs_adressen", 2014, meld=redenen.append) is None
    assert redenen == ["er is geen adres van bekend"]  # not guessed
    assert uitgever.verzoeken == []


def test_het_bestand_met_alle_jaren_komt_een_keer(uitgever, tmp_path):
    with ophaler(uitgever, tmp_path) as haler:
        ontvangsten = [haler.haal_op("leefbaarometer", jaar) for jaar in range(2014, 2025)]
    assert len({o.bestanden for o in ontvangsten}) == 1
    assert len([v for v in uitgever.verzoeken if LBM in v]) == 1


# --- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "soort", ["429", "503", "afgebroken", "ingekort", "html", "leeg", "stilte"]
)
@pytest.mark.parametrize(("bron", "jaar", "weg"), WEGEN)
def test_een_storing_die_overgaat_laat_niets_na(uitgever, tmp_path, bron, jaar, weg, soort):
    with ophaler(uitgever, tmp_path / "heel") as haler:
        heel = haler.haal_op(bron, jaar)
    uitgever.storing(soort, keren=2, retry_after="0")
    with ophaler(uitgever, tmp_path / "storing") as haler:
        assert haler.haal_op(bron, jaar).bestanden == heel.bestanden


@pytest.mark.parametrize(
    ("soort", "gevonden"),
    [
        ("429", "HTTP 429"),
        ("503", "HTTP 503"),
        ("afgebroken", "een afgebroken antwoord|geen verbinding"),
        ("ingekort", "geen geldige of een afgekapte JSON"),
        ("html", "HTML in plaats van gegevens"),
        ("leeg", "een leeg bestand"),
    ],
)
def test_een_storing_die_blijft_is_een_duidelijke_fout_en_laat_niets_na(
    uitgever, tmp_path, soort, gevonden
):
    uitgever.storing(soort, keren=-1, pad="84799NED", retry_after="0")
    with (
        ophaler(uitgever, tmp_path) as haler,
        pytest.raises(
            OphaalFout, match=rf"cbs_v3: \S+{FEED}/84799NED: ({gevonden}).*na 4 pogingen"
        ),
    ):
        haler.haal_op("cbs_kerncijfers", 2020)
    assert [p for p in (tmp_path / "snapshots").rglob("*") if p.is_file()] == []


def test_een_tabel_die_onderweg_verandert_komt_in_een_versie(uitgever, tmp_path):
    """The second version comes out after the first page: never half of each."""
    uitgever.aanbod.zet(replace(uitgever.aanbod.tabellen["84799NED"], bulk=None))
    uitgever.storing("verandert", keren=1, pad="Observations")
    with ophaler(uitgever, tmp_path) as haler:
        tabel = _tabel(haler, "cbs_kerncijfers", 2020)
    with ophaler(uitgever, tmp_path / "na") as haler:
        na = _tabel(haler, "cbs_kerncijfers", 2020)
    weglaten = ["bron_bestand", "bron_rij"]  # the second time there is a bulk file
    assert tabel.drop(columns=weglaten).equals(na.drop(columns=weglaten))


def test_een_tabel_die_blijft_veranderen_wordt_geweigerd(uitgever, tmp_path):
    uitgever.storing("verandert", keren=-1, pad="/(Observations|TypedDataSet|csv)")
    with ophaler(uitgever, tmp_path) as haler, pytest.raises(OphaalFout, match="3 keer een andere"):
        haler.haal_op("cbs_kerncijfers", 2020)
    assert Ontvangsten(haler.snapshots).alle("cbs_kerncijfers", 2020) == []


def test_een_grote_download_gaat_verder_waar_hij_bleef(uitgever, tmp_path, monkeypatch):
    monkeypatch.setattr("veerkracht_dagster.bronnen.ophalen.poging._BROK", 1000)
    uitgever.storing("afgebroken", pad=LBM)
    koppen = []
    oud = uitgever.antwoord_op
    uitgever.antwoord_op = lambda vraag, regel: (koppen.append(vraag.koppen), oud(vraag, regel))[1]
    with ophaler(uitgever, tmp_path) as haler:
        ontvangst = haler.haal_op("leefbaarometer", 2020)
        kaart = haler.snapshots.kaart(ontvangst.bestanden[0][1])
    assert "range" not in koppen[0]
    verder = int(koppen[1]["range"].removeprefix("bytes=").removesuffix("-"))
    assert kaart.bytes // 2 - 1000 <= verder <= kaart.bytes // 2  # what was on disk stays
    assert koppen[1]["if-range"] == kaart.etag


def test_een_deel_van_een_ander_bestand_wordt_niet_aangeplakt(uitgever, tmp_path, monkeypatch):
    """The file changes between the two halves: If-Range makes the server begin anew."""
    monkeypatch.setattr("veerkracht_dagster.bronnen.ophalen.poging._BROK", 1000)
    uitgever.storing("afgebroken", pad=LBM)
    uitgever.storing("verandert", pad=LBM, na=1)
    with ophaler(uitgever, tmp_path) as haler:
        ontvangst = haler.haal_op("leefbaarometer", 2020)
        pad = haler.snapshots.pad(ontvangst.bestanden[0][1])
    assert pad.read_bytes() == uitgever.aanbod.bestanden[LBM].inhoud


# --- one request ------------------------------------------------------------------------------


def _verbinding(uitgever, **anders):
    geslapen = []
    eigen = replace(instellingen(uitgever), **anders)
    hosts = {"voorbeeld.nl", "download.cbs.nl"}
    return Verbinding(eigen, hosts, slaap=geslapen.append), geslapen


def test_retry_after_telt(uitgever, tmp_path):
    uitgever.aanbod.bestanden["voorbeeld.nl/a.zip"] = uitgever.aanbod.bestanden[LBM]
    uitgever.storing("429", retry_after="7")
    verbinding, geslapen = _verbinding(uitgever)
    verbinding.haal("https://voorbeeld.nl/a.zip", tmp_path / "a", keur_bestand)
    assert max(geslapen) == 7


def test_een_te_lange_retry_after_wordt_niet_uitgezeten(uitgever, tmp_path):
    uitgever.storing("429", retry_after="86400")
    verbinding, geslapen = _verbinding(uitgever)
    with pytest.raises(OphaalFout, match="Retry-After: 86400 seconden"):
        verbinding.haal("https://voorbeeld.nl/a.zip", tmp_path / "a", keur_bestand)
    assert geslapen == []


def test_voorwaarden_en_niets_nieuws(uitgever, tmp_path):
    uitgever.aanbod.bestanden["voorbeeld.nl/a.zip"] = uitgever.aanbod.bestanden[LBM]
    verbinding, _ = _verbinding(uitgever)
    url = "https://voorbeeld.nl/a.zip"
    gehaald = verbinding.haal(url, tmp_path / "a", keur_bestand)
    assert verbinding.kenmerk(url) == gehaald.kenmerk
    assert verbinding.haal(url, tmp_path / "b", keur_bestand, bekend=gehaald.kenmerk) is None
    sinds = Webkenmerk(gewijzigd=gehaald.kenmerk.gewijzigd)
    assert verbinding.haal(url, tmp_path / "b", keur_bestand, bekend=sinds) is None
    assert not (tmp_path / "b").exists()


def test_wie_wij_zijn(uitgever, tmp_path):
    koppen = []
    oud = uitgever.antwoord_op
    uitgever.antwoord_op = lambda vraag, regel: (koppen.append(vraag.koppen), oud(vraag, regel))[1]
    verbinding, _ = _verbinding(uitgever)
    with pytest.raises(Afwezig):
        verbinding.kenmerk("https://voorbeeld.nl/weg")
    assert koppen[0]["user-agent"].startswith("veerkracht-dagster/")


def test_beleefd_tegen_een_ander_maar_niet_tegen_zichzelf(uitgever, tmp_path):
    verbinding, geslapen = _verbinding(uitgever, pauze=5.0)
    for _ in range(2):
        with pytest.raises(Afwezig):
            verbinding.kenmerk("https://voorbeeld.nl/weg")
    assert geslapen == []
    verbinding._wees_beleefd("https://datasets.cbs.nl/x")
    verbinding._wees_beleefd("https://datasets.cbs.nl/y")
    verbinding._wees_beleefd("https://opendata.cbs.nl/y")  # another host: no pause
    assert [round(s) for s in geslapen] == [5]


def test_meer_dan_toegestaan_wordt_afgebroken(uitgever, tmp_path):
    verbinding, _ = _verbinding(uitgever, grootste=1000)
    uitgever.aanbod.bestanden["voorbeeld.nl/a.zip"] = Webbestand(b"PK" + b"x" * 5000)
    with pytest.raises(OphaalFout, match="ten hoogste 1000 bytes"):
        verbinding.haal("https://voorbeeld.nl/a.zip", tmp_path / "a", keur_bestand)
    assert not (tmp_path / "a").exists()


class _Omleiding:
    """A publisher that sends on, as one that moved does."""

    def __init__(self, uitgever, naar):
        self.oud, self.naar = uitgever.antwoord_op, naar

    def __call__(self, vraag, regel):
        antwoord, fout = self.oud(vraag, regel)
        if vraag.pad == "/oud.json":
            antwoord.status, antwoord.koppen = 302, {"Location": self.naar}
        return antwoord, fout


@pytest.mark.parametrize(
    ("naar", "melding"),
    [
        ("https://elders.example/x", "een doorverwijzing naar https://elders.example/x"),
        ("http://download.cbs.nl/x", "een doorverwijzing naar http://download"),  # no https
        ("file:///etc/passwd", "een doorverwijzing naar file:///etc/passwd"),
        ("/voorbeeld.nl/oud.json", "meer dan 5 doorverwijzingen"),  # to itself
    ],
)
def test_een_doorverwijzing_naar_elders_wordt_niet_gevolgd(uitgever, tmp_path, naar, melding):
    uitgever.antwoord_op = _Omleiding(uitgever, naar)
    verbinding, _ = _verbinding(uitgever)
    with pytest.raises(OphaalFout, match=melding):
        verbinding.haal("https://voorbeeld.nl/oud.json", tmp_path / "a", keur_json)


def test_een_doorverwijzing_bij_de_uitgever_wel(uitgever, tmp_path):
    uitgever.aanbod.bestanden["voorbeeld.nl/nieuw.json"] = Webbestand(b'{"a":1}')
    uitgever.antwoord_op = _Omleiding(uitgever, "/voorbeeld.nl/nieuw.json")
    verbinding, _ = _verbinding(uitgever)
    gehaald = verbinding.haal("https://voorbeeld.nl/oud.json", tmp_path / "a", keur_json)
    assert json.loads(gehaald.pad.read_bytes()) == {"a": 1}


@pytest.mark.parametrize(
    "link",
    [
        "https://elders.example/ODataFeed/OData/84799NED/DataProperties?$skip=3",  # path fits
        "https://opendata.cbs.nl/ODataFeed/OData/99999NED/DataProperties?$skip=99",
        "https://opendata.cbs.nl/ODataFeed/OData/84799NED/TypedDataSet?$skip=99",
        "https://opendata.cbs.nl/ODataFeed/OData/84799NED/DataProperties?token=x",
    ],
)
def test_een_volgende_pagina_leidt_nooit_naar_elders(uitgever, tmp_path, link):
    """Only the query of a next link counts; its host never, its path must be our set."""
    oud = uitgever.antwoord_op

    def met_link(vraag, regel):
        antwoord, fout = oud(vraag, regel)
        if vraag.pad.endswith("/DataProperties") and "$skip" not in vraag.vraag:
            inhoud = json.loads(antwoord.inhoud)
            inhoud["value"] = inhoud["value"][:3] if "elders" in link else inhoud["value"]
            inhoud["odata.nextLink"] = link
            antwoord.inhoud = json.dumps(inhoud).encode()
        return antwoord, fout

    uitgever.antwoord_op = met_link
    uitgever.aanbod.tabellen["84799NED"].eigenschappen = None
    with ophaler(uitgever, tmp_path) as haler:
        if "elders" in link:
            haler.haal_op("cbs_kerncijfers", 2020)
            assert not any("elders" in regel for regel in uitgever.verzoeken)
        else:
            with pytest.raises(OphaalFout):
                haler.haal_op("cbs_kerncijfers", 2020)


def test_wachtwoorden_staan_niet_in_een_melding(tmp_path):
    eigen = Instellingen(pogingen=1, adressen={"voorbeeld.nl": "http://wie:geheim@127.0.0.1:9"})
    with Verbinding(eigen, {"voorbeeld.nl"}) as verbinding, pytest.raises(OphaalFout) as fout:
        verbinding.haal("https://voorbeeld.nl/a.json", tmp_path / "a", keur_json)
    assert "geheim" not in str(fout.value)


# --- settings ---------------------------------------------------------------------------------


def test_adressen_uit_de_omgeving(monkeypatch):
    monkeypatch.setenv("VEERKRACHT_OPHALEN", "ja")
    monkeypatch.setenv(
        "VEERKRACHT_ADRESSEN", "datasets.cbs.nl=https://s.example/cbs/, *=http://x:1"
    )
    eigen = Instellingen.uit_omgeving()
    assert eigen.aan
    assert eigen.adres(f"{cbs_v4.BASIS}/84799NED/Properties?a=b") == (
        "https://s.example/cbs/odata/v1/CBS/84799NED/Properties?a=b"
    )
    assert eigen.adres(f"{cbs_v3.FEED}/x") == "http://x:1/opendata.cbs.nl/ODataFeed/odata/x"


def test_zonder_omgeving_wordt_er_niets_opgehaald(monkeypatch):
    monkeypatch.delenv("VEERKRACHT_OPHALEN", raising=False)
    monkeypatch.delenv("VEERKRACHT_ADRESSEN", raising=False)
    eigen = Instellingen.uit_omgeving()
    assert (eigen.aan, eigen.adres(cbs_v3.FEED)) == (False, cbs_v3.FEED)


@pytest.mark.parametrize("adressen", ["datasets.cbs.nl", "a=ftp://b", "a=/pad"])
def test_een_onjuist_adres_wordt_genoemd(monkeypatch, adressen):
    monkeypatch.setenv("VEERKRACHT_ADRESSEN", adressen)
    with pytest.raises(ValueError, match=r"VEERKRACHT_ADRESSEN.*host=url"):
        Instellingen.uit_omgeving()
