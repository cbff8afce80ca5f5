"""The sample publisher behaves as the real services do, by what is recorded of them."""

from __future__ import annotations

import pytest
import requests
from urllib3.exceptions import InsecureRequestWarning

from tests.uitgever import aanbod
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever, odata
from veerkracht_dagster.voorbeeldland.uitgever.storingen import adressen_van

V3 = "opendata.cbs.nl/ODataFeed/odata/84799NED"
API = "opendata.cbs.nl/ODataApi/odata/84799NED"
V4 = "datasets.cbs.nl/odata/v1/CBS/84799NED"


@pytest.fixture(scope="module")
def vraag(tmp_path_factory):
    sessie = requests.Session()
    sessie.trust_env = False
    with Uitgever(aanbod(tmp_path_factory.mktemp("u") / "bronnen", jaren=(2020, 2024))) as uitgever:

        def get(pad, **vraag_):
            return sessie.get(f"{uitgever.url}/{pad}", params=vraag_, timeout=5)

        get.uitgever = uitgever
        get.sessie = sessie
        yield get


def test_v3_pagina_s_met_een_absolute_verwijzing(vraag, monkeypatch):
    monkeypatch.setattr(odata, "PAGINA_V3", 50)
    eerste = vraag(f"{V3}/TypedDataSet", **{"$format": "json"}).json()
    link = eerste["odata.nextLink"]
    assert (
        link
        == "https://opendata.cbs.nl/ODataFeed/OData/84799NED/TypedDataSet?$format=json&$skip=50"
    )
    tweede = vraag(f"{V3}/TypedDataSet", **{"$skip": 50}).json()
    assert "odata.nextLink" not in tweede
    ids = [rij["ID"] for rij in [*eerste["value"], *tweede["value"]]]
    assert ids == list(range(len(ids)))
    assert eerste["value"][0]["WijkenEnBuurten"] == "NL00      "  # padded


def test_v3_api_over_de_grens_is_een_500(vraag, monkeypatch):
    monkeypatch.setattr(odata, "GRENS_API", 50)
    antwoord = vraag(f"{API}/TypedDataSet")
    assert antwoord.status_code == 500
    assert "more than 50 records" in antwoord.text
    assert len(vraag(f"{API}/TypedDataSet", **{"$top": 50}).json()["value"]) == 50


@pytest.mark.parametrize(
    ("filter_", "aantal"),
    [
        ("WijkenEnBuurten eq 'NL00      '", 1),
        ("WijkenEnBuurten eq 'NL00'", 0),  # without its blanks: nothing, and no error
        ("substringof('GM',WijkenEnBuurten)", 4),
        ("startswith(WijkenEnBuurten,'NL')", 1),
    ],
)
def test_v3_filters(vraag, filter_, aantal):
    antwoord = vraag(f"{V3}/TypedDataSet", **{"$filter": filter_})
    assert (antwoord.status_code, len(antwoord.json()["value"])) == (200, aantal)


def test_v3_filter_op_een_onderwerp_is_een_misleidende_500(vraag):
    assert vraag(f"{V3}/TypedDataSet", **{"$filter": "AantalInwoners_5 gt 3"}).status_code == 500


def test_v4_laat_lege_cellen_weg_en_v3_geeft_null(vraag):
    """The same table: what v4 leaves out is exactly what v3 has as null."""
    v3 = vraag(f"{V3}/TypedDataSet").json()["value"]
    v4 = vraag(f"{V4}/Observations").json()["value"]
    gevuld = sum(type(w) in (int, float) for rij in v3 for k, w in rij.items() if k != "ID")
    assert len(v4) == gevuld == vraag(f"{V4}/Properties").json()["ObservationCount"]
    assert {rij["ValueAttribute"] for rij in v4} == {"None"}
    assert all(rij["WijkenEnBuurten"] == rij["WijkenEnBuurten"].strip() for rij in v4)


def test_v4_telling_pagina_s_en_filters(vraag, monkeypatch):
    monkeypatch.setattr(odata, "PAGINA_V4", 100)
    aantal = int(vraag(f"{V4}/Observations/$count").text)
    kop = vraag(f"{V4}/Observations", **{"$count": "true", "$top": 0}).json()
    assert (kop["@odata.count"], kop["value"]) == (aantal, [])
    pagina = vraag(f"{V4}/Observations").json()
    assert len(pagina["value"]) == 100
    assert pagina["@odata.nextLink"].endswith("/84799NED/Observations?$skip=100")
    een = vraag(f"{V4}/Observations", **{"$filter": "WijkenEnBuurten in ('NL00','x')"}).json()
    assert {rij["WijkenEnBuurten"] for rij in een["value"]} == {"NL00"}


def test_catalogi_noemen_elke_tabel_met_haar_merken(vraag):
    v4 = vraag("datasets.cbs.nl/odata/v1/CBS/Datasets", **{"$select": "Identifier,Modified"}).json()
    assert v4["value"][0] == {"Identifier": "84799NED", "Modified": "2021-03-26T02:00:00+01:00"}
    v3 = vraag("opendata.cbs.nl/ODataCatalog/Tables", **{"$format": "json"}).json()["value"]
    assert (
        [rij["Identifier"] for rij in v3]
        == [rij["Identifier"] for rij in v4["value"]]
        == ["84799NED", "85984NED"]
    )


@pytest.mark.parametrize(
    "pad",
    [
        "opendata.cbs.nl/ODataFeed/odata/00000AAA/TypedDataSet",
        "dataderden.cbs.nl/ODataFeed/odata/84799NED/TypedDataSet",  # another publisher's host
        "datasets.cbs.nl/odata/v1/CBS/00000AAA/Properties",
        "datasets.cbs.nl/csv/CBS/nl/00000AAA",
        f"{V4}/Onbekend",
        "www.cbs.nl/niets.zip",
        "/etc/passwd",
        "../../etc/passwd",
    ],
)
def test_wat_er_niet_is_is_404(vraag, pad):
    assert vraag(pad).status_code == 404


def test_hoofdletters_maken_niet_uit(vraag):
    assert vraag("opendata.cbs.nl/odatafeed/OData/84799ned/typeddataset").status_code == 200
    assert vraag("datasets.cbs.nl/CSV/CBS/nl/84799NED").content[:2] == b"PK"


def test_een_bestand_met_merken_voorwaarden_en_delen(vraag):
    pad = "service.pdok.nl/cbs/wijkenbuurten/2024/atom/downloads/wijkenbuurten_2024.gpkg"
    url, sessie = f"{vraag.uitgever.url}/{pad}", vraag.sessie
    heel = sessie.get(url, timeout=5)
    etag = heel.headers["ETag"]
    assert sessie.get(url, headers={"If-None-Match": etag}, timeout=5).status_code == 304
    deel = sessie.get(url, headers={"Range": "bytes=100-", "If-Range": etag}, timeout=5)
    assert (deel.status_code, deel.content) == (206, heel.content[100:])
    oud = sessie.get(url, headers={"Range": "bytes=100-", "If-Range": '"oud"'}, timeout=5)
    assert (oud.status_code, oud.content) == (200, heel.content)
    ver = sessie.get(url, headers={"Range": f"bytes={len(heel.content)}-"}, timeout=5)
    assert ver.status_code == 416


def test_de_schakelaar_voor_storingen(vraag):
    url, sessie = vraag.uitgever.url, vraag.sessie
    assert sessie.post(f"{url}/_storing/503?keren=1&pad=Properties", timeout=5).status_code == 200
    assert vraag(f"{V4}/MeasureCodes").status_code == 200
    assert vraag(f"{V4}/Properties").status_code == 503
    assert vraag(f"{V4}/Properties").status_code == 200
    verkeerd = sessie.post(f"{url}/_storing/brand", timeout=5)
    assert (verkeerd.status_code, "kies uit 429" in verkeerd.json()["fout"]) == (400, True)
    assert sessie.delete(f"{url}/_storing", timeout=5).json()["storingen"] == []


KAART = "service.pdok.nl/cbs/wijkenbuurten/2024/atom/downloads/wijkenbuurten_2024.gpkg"
FEED = "service.pdok.nl/cbs/wijkenbuurten/2024/atom/index.xml"


@pytest.mark.parametrize(
    ("soort", "status", "begin"),
    [
        ("404", 404, b"<html>"),
        ("403", 403, b"<html>"),
        ("500", 500, b'{"odata.error"'),
        ("503", 503, b"<!DOCTYPE html>"),
        ("html", 200, b"<!DOCTYPE html>"),
        ("leeg", 200, b""),
    ],
)
def test_een_adres_gebroken_en_geen_ander(vraag, soort, status, begin):
    heel = vraag(FEED).content
    vraag.uitgever.breek(soort, f"https://{KAART}")
    antwoord = vraag(KAART)
    assert (antwoord.status_code, antwoord.content[: len(begin)]) == (status, begin)
    assert vraag(FEED).content == heel
    vraag.uitgever.herstel()
    assert vraag(KAART).content[:6] == b"SQLite"


@pytest.mark.parametrize(
    ("pad", "begin"),
    [
        (KAART, b"SQLite format 3"),
        (FEED, b"<?xml"),
        (f"{V4}/Observations", b'{"value":[]}'),
        ("datasets.cbs.nl/csv/CBS/nl/84799NED", b"PK"),
    ],
)
def test_van_de_goede_soort_met_iets_anders_erin(vraag, pad, begin):
    heel = vraag(pad).content
    vraag.uitgever.breek("vreemd", pad)
    vreemd = vraag(pad)
    vraag.uitgever.herstel()
    assert vreemd.status_code == 200
    assert heel.startswith(begin[:2])
    assert vreemd.content.startswith(begin)
    assert len(vreemd.content) < len(heel)


def test_een_certificaat_dat_niemand_vertrouwt(vraag):
    vraag.uitgever.breek("certificaat", FEED)
    with pytest.raises(requests.exceptions.SSLError, match="self-signed certificate"):
        vraag(FEED)
    geheim = f"{vraag.uitgever.url.replace('http', 'https')}/{KAART}"
    with pytest.warns(InsecureRequestWarning):
        blind = vraag.sessie.get(geheim, timeout=5, verify=False)
    vraag.uitgever.herstel()
    assert blind.content == vraag(KAART).content


def test_zonder_adres_wordt_niets_gebroken(vraag):
    with pytest.raises(ValueError, match="no address is given"):
        vraag.uitgever.breek("404")


def _wegen(bron, jaar):
    return [adressen_van(bron, weg, jaar) for weg in bron.ophalen]


@pytest.mark.parametrize("bron", [b for b, v in catalogus().bronnen.items() if v.ophalen])
@pytest.mark.parametrize("jaar", [2014, 2020, 2024])
def test_wegen_delen_geen_adres(bron, jaar):
    """Each way can be broken by itself: no address of one begins with that of another."""
    wegen = _wegen(catalogus().bronnen[bron], jaar)
    assert any(wegen) or (bron, jaar) in {("cbs_adressen", 2014), ("rivm_regiobeeld", 2024)}
    for een in wegen:
        anderen = [a for weg in wegen if weg is not een for a in weg]
        assert not [a for a in anderen if a.startswith(tuple(een))]


def test_een_volgende_versie_op_verzoek(vraag):
    url, sessie = vraag.uitgever.url, vraag.sessie
    voor = vraag(f"{V4}/Properties").json()["Version"]
    nummer = V4.rpartition("/")[2]
    uit = sessie.post(f"{url}/_uitgave/{nummer.lower()}", timeout=5)
    na = vraag(f"{V4}/Properties").json()["Version"]
    assert uit.json() == {"tabel": nummer, "wat": "cijfer", "versie": na}
    assert na > voor
    geen = sessie.post(f"{url}/_uitgave/00000NED", timeout=5)
    assert (geen.status_code, nummer in geen.json()["fout"]) == (404, True)
    assert sessie.get(f"{url}/_uitgave/{nummer}", timeout=5).status_code == 404  # not by looking


def test_luistert_alleen_op_loopback(vraag):
    assert vraag.uitgever._server.server_address[0] == "127.0.0.1"
