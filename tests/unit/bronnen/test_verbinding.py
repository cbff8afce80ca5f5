"""One connection: what a failure says and asks, services that are down, and where answers lead."""

from __future__ import annotations

import copy
import json
import socket
import ssl
from dataclasses import replace

import pytest
import requests

from tests.uitgever import ONGEDULDIG, aanbod, instellingen, ophaler
from veerkracht_dagster.bronnen.ophalen import adreswacht
from veerkracht_dagster.bronnen.ophalen.adreswacht import verwezen
from veerkracht_dagster.bronnen.ophalen.fouten import Afwezig, OphaalFout, Voorbijgaand
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.ophalen.keuren import keur_bestand, keur_json
from veerkracht_dagster.bronnen.ophalen.storingen import Neer, vertaald
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import Webbestand

URL = "https://download.cbs.nl/postcode/a.zip"


@pytest.fixture(scope="module")
def heel_aanbod(tmp_path_factory):
    return aanbod(tmp_path_factory.mktemp("uitgever") / "bestanden")


@pytest.fixture
def uitgever(heel_aanbod):
    with Uitgever(copy.deepcopy(heel_aanbod)) as een:
        een.aanbod.bestanden["download.cbs.nl/postcode/a.json"] = Webbestand(b'{"a":1}')
        yield een


def _verbinding(uitgever, **anders):
    geslapen = []
    hosts = {"download.cbs.nl", "geodata.cbs.nl"}
    eigen = replace(instellingen(uitgever), **anders)
    return Verbinding(eigen, hosts, slaap=geslapen.append), geslapen


# --- certificate and proxy ---------------------------------------------------------------------


def test_een_certificaat_wordt_genoemd_met_de_instelling_en_niet_nog_eens_gevraagd(
    uitgever, tmp_path
):
    uitgever.breek("certificaat", "https://download.cbs.nl")
    verbinding, geslapen = _verbinding(uitgever)
    with pytest.raises(OphaalFout, match="een certificaat dat niet vertrouwd wordt") as fout:
        verbinding.haal(URL, tmp_path / "a", keur_bestand)
    assert "REQUESTS_CA_BUNDLE" in fout.value.remedie
    assert geslapen == []


@pytest.mark.parametrize(
    ("fout", "gevonden", "remedie", "nog_eens"),
    [
        (requests.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed")),
         "een certificaat dat niet vertrouwd", "REQUESTS_CA_BUNDLE", False),
        (requests.exceptions.SSLError(ssl.SSLEOFError("EOF")), "geen verbinding", "later", True),
        (requests.exceptions.ProxyError("Tunnel connection failed: 407 Proxy Authentication"),
         "een proxy die weigert", "HTTPS_PROXY, of zet de host in NO_PROXY", False),
        (requests.exceptions.ProxyError("Tunnel connection failed: 403 Forbidden"),
         "een proxy die weigert", "wie de proxy beheert", False),
        (requests.exceptions.ProxyError(OSError("Connection refused")),
         "geen verbinding met de proxy", "NO_PROXY", True),
        (requests.exceptions.ConnectTimeout("langzaam"), "geen verbinding", "later", True),
        (requests.exceptions.ChunkedEncodingError("half"), "een afgebroken antwoord", "l", True),
        (requests.exceptions.InvalidURL("//"), "InvalidURL", "VEERKRACHT_ADRESSEN", False),
    ],
)  # fmt: skip
def test_waarom_er_geen_antwoord_kwam(fout, gevonden, remedie, nog_eens):
    onze = vertaald(URL, fout)
    assert isinstance(onze, Voorbijgaand) == nog_eens
    assert onze.gevonden.startswith(gevonden)
    assert remedie in onze.remedie


@pytest.mark.parametrize("status", ["401", "403", "407"])
def test_geweigerd_zegt_wat_te_doen(uitgever, tmp_path, monkeypatch, status):
    oud = uitgever.antwoord_op

    def geweigerd(vraag, regel):
        antwoord, fout = oud(vraag, regel)
        antwoord.status = int(status)
        return antwoord, fout

    monkeypatch.setattr(uitgever, "antwoord_op", geweigerd)
    verbinding, _ = _verbinding(uitgever)
    with pytest.raises(OphaalFout, match=f"HTTP {status}.*(HTTPS_PROXY|in de bronnenmap)"):
        verbinding.haal(URL, tmp_path / "a", keur_bestand)


def test_een_server_die_geen_head_kent_zegt_zijn_merken_met_de_eerste_byte(uitgever, monkeypatch):
    oud = uitgever.antwoord_op

    def zonder_head(vraag, regel):
        antwoord, fout = oud(vraag, regel)
        if vraag.methode == "HEAD":
            antwoord.status = 405
        return antwoord, fout

    verbinding, _ = _verbinding(uitgever)
    url = URL.replace(".zip", ".json")
    heel = verbinding.kenmerk(url)
    monkeypatch.setattr(uitgever, "antwoord_op", zonder_head)
    assert verbinding.kenmerk(url) == heel
    assert heel.lengte == 7


# --- services that are down --------------------------------------------------------------------


def test_een_dienst_die_neer_is_krijgt_weinig_geduld_tot_zij_weer_antwoordt(uitgever, tmp_path):
    """Its own part of the host only; and all patience again when it answers, or after a while."""
    verbinding, _ = _verbinding(uitgever)
    uitgever.breek("503", "https://download.cbs.nl/postcode")
    for pogingen in (4, 2, 2):
        uitgever.verzoeken.clear()
        with pytest.raises(OphaalFout, match=rf"na {pogingen} pogingen"):
            verbinding.haal(URL, tmp_path / "a", keur_bestand)
        assert len(uitgever.verzoeken) == pogingen
    uitgever.verzoeken.clear()
    with pytest.raises(Afwezig):
        verbinding.haal("https://download.cbs.nl/maatwerk/b.zip", tmp_path / "a", keur_bestand)
    uitgever.herstel()
    verbinding.haal(URL.replace(".zip", ".json"), tmp_path / "a", keur_json)
    uitgever.storing("503", keren=3)  # a transient fault is waited out again
    verbinding.haal(URL.replace(".zip", ".json"), tmp_path / "a", keur_json)


def test_geduld_komt_terug_na_een_tijd():
    nu = [0.0]
    neer = Neer(120.0, klok=lambda: nu[0])
    neer.onthoud(URL, Voorbijgaand("stil", stil=True))
    assert (neer.pogingen(URL, 6), neer.lezen(URL, 60.0)) == (1, 10.0)
    assert neer.pogingen("https://geodata.cbs.nl/postcode/a.zip", 6) == 6
    nu[0] = 60.0
    neer.onthoud(URL, Voorbijgaand("stil", stil=True))  # does not push the end away
    nu[0] = 121.0
    assert (neer.pogingen(URL, 6), neer.lezen(URL, 60.0)) == (6, 60.0)


# --- where answers lead ------------------------------------------------------------------------

SPIEGEL = Instellingen(adressen={"download.cbs.nl": "http://10.1.2.3:8080/cbs"})


@pytest.mark.parametrize(
    ("naar", "eigen", "doel"),
    [
        ("/postcode/b.zip", ONGEDULDIG, "https://download.cbs.nl/postcode/b.zip"),
        ("https://geodata.cbs.nl/b.zip", ONGEDULDIG, "https://geodata.cbs.nl/b.zip"),
        ("https://download.cbs.nl/b.zip", SPIEGEL, "http://10.1.2.3:8080/cbs/b.zip"),
        ("http://10.1.2.3:8080/cbs/b.zip", SPIEGEL, "http://10.1.2.3:8080/cbs/b.zip"),
        ("http://10.1.2.3:8080/intern/b.zip", SPIEGEL, None),  # beside what the mirror serves
        ("http://10.1.2.3:9/cbs/b.zip", SPIEGEL, None),
        ("http://10.1.2.3:8080/cbs/b.zip", ONGEDULDIG, None),  # no setting says so
        ("http://127.0.0.1/b.zip", ONGEDULDIG, None),
        ("http://[::1]/b.zip", ONGEDULDIG, None),
        ("http://169.254.169.254/latest", ONGEDULDIG, None),
        ("https://download.cbs.nl:8443/b.zip", ONGEDULDIG, None),
        ("https://download.cbs.nl.elders.example/b.zip", ONGEDULDIG, None),
        ("https://wie@download.cbs.nl/b.zip", ONGEDULDIG, None),
        ("http://download.cbs.nl/b.zip", ONGEDULDIG, None),
        ("https://download.cbs.nl:poort/b.zip", ONGEDULDIG, None),
        ("https://[b.zip", ONGEDULDIG, None),
        ("", ONGEDULDIG, URL),
    ],
)
def test_een_antwoord_leidt_alleen_naar_de_hosts_van_de_bron(monkeypatch, naar, eigen, doel):
    monkeypatch.setattr(adreswacht, "_adressen", lambda _: [])
    hosts = {"download.cbs.nl", "geodata.cbs.nl"}
    if doel is not None:
        assert verwezen(URL, URL, naar, "een doorverwijzing", hosts, eigen) == doel
        return
    with pytest.raises(OphaalFout, match=r"een doorverwijzing (naar|die geen adres)"):
        verwezen(URL, URL, naar, "een doorverwijzing", hosts, eigen)


@pytest.mark.parametrize("adres", ["127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.1.1", "::1"])
def test_een_naam_van_de_uitgever_die_hier_naar_binnen_wijst(monkeypatch, adres):
    for naam in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(naam, raising=False)
    familie = socket.AF_INET6 if ":" in adres else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(familie, 1, 6, "", (adres, 443))])
    with pytest.raises(OphaalFout, match=f"dat hier {adres} is.*VEERKRACHT_ADRESSEN"):
        verwezen(URL, URL, "/b.zip", "een doorverwijzing", {"download.cbs.nl"}, ONGEDULDIG)


# --- next pages --------------------------------------------------------------------------------

OBSERVATIONS = "/odata/v1/CBS/84799NED/Observations"


def _met_tokens(uitgever, vorm):
    """v4 as it may be: next links with a token that counts nothing (first_contact.md)."""
    oud = uitgever.antwoord_op
    plaats = {}

    def antwoord_op(vraag, regel):
        token = vraag.vraag.pop("$skiptoken", None)
        if token is not None:
            vraag.vraag["$skip"] = plaats[token]
        antwoord, fout = oud(vraag, regel)
        if vraag.pad.endswith("/Observations") and antwoord.status == 200:
            inhoud = json.loads(antwoord.inhoud)
            if "@odata.nextLink" in inhoud:
                einde = inhoud["@odata.nextLink"].rpartition("=")[2]
                token = f"a{einde}-b!"
                plaats[token] = einde
                inhoud["@odata.nextLink"] = vorm.format(token=token)
                antwoord.inhoud = json.dumps(inhoud).encode()
        return antwoord, fout

    uitgever.antwoord_op = antwoord_op


@pytest.mark.parametrize(
    "vorm",
    [
        f"https://datasets.cbs.nl{OBSERVATIONS}?$skiptoken={{token}}",
        f"{OBSERVATIONS}?$skiptoken={{token}}",
        "Observations?$skiptoken={token}",
        "?$skiptoken={token}",
    ],
)
def test_een_volgende_pagina_met_een_token_dat_geen_getal_is(uitgever, tmp_path, monkeypatch, vorm):
    from veerkracht_dagster.voorbeeldland.uitgever import odata

    uitgever.aanbod.zet(replace(uitgever.aanbod.tabellen["84799NED"], bulk=None))
    with ophaler(uitgever, tmp_path / "heel") as haler:
        heel = haler.haal_op("cbs_kerncijfers", 2020)
    monkeypatch.setattr(odata, "PAGINA_V4", 500)
    _met_tokens(uitgever, vorm)
    with ophaler(uitgever, tmp_path / "tokens") as haler:
        ontvangst = haler.haal_op("cbs_kerncijfers", 2020)
    assert (ontvangst.weg, heel.weg, ontvangst.mislukt[1:]) == ("cbs_v4", "cbs_v4", ())
    paginas = [naam for naam, _ in ontvangst.bestanden if "Observations.skip" in naam]
    assert len(paginas) > 2


@pytest.mark.parametrize(
    "link",
    [
        5,
        "",
        ["Observations?$skip=1"],
        "https://[x/Observations?$skip=1",
        f"{OBSERVATIONS}",  # no query: the first page again
        f"{OBSERVATIONS}?$skiptoken=altijd",  # and again
        "/odata/v1/CBS/84799NED/MeasureCodes?$skiptoken=x",
    ],
)
def test_een_kapotte_volgende_pagina_is_een_mislukte_weg(uitgever, tmp_path, link):
    uitgever.aanbod.zet(replace(uitgever.aanbod.tabellen["84799NED"], bulk=None))
    oud = uitgever.antwoord_op

    def antwoord_op(vraag, regel):
        antwoord, fout = oud(vraag, regel)
        if vraag.pad.endswith("/Observations"):
            inhoud = json.loads(antwoord.inhoud)
            antwoord.inhoud = json.dumps({**inhoud, "@odata.nextLink": link}).encode()
        return antwoord, fout

    uitgever.antwoord_op = antwoord_op
    with ophaler(uitgever, tmp_path) as haler:
        ontvangst = haler.haal_op("cbs_kerncijfers", 2020)
    assert ontvangst.weg == "cbs_v3"
    assert [m.weg for m in ontvangst.mislukt] == ["cbs_v4_bulk", "cbs_v4"]
