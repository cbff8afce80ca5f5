"""`veerkracht bronnen keur`: what every address answers, over real HTTP, without the files."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from typer.testing import CliRunner

from tests.uitgever import ONGEDULDIG, aanbod
from veerkracht_dagster.bronnen.ophalen.begin import EERSTE, LAATSTE, soort_van
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.uitkijk.kalender import verwacht
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.cli import app
from veerkracht_dagster.cli.weergave import FOUT
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever


@pytest.fixture(scope="module")
def uitgever(tmp_path_factory):
    with Uitgever(aanbod(tmp_path_factory.mktemp("u") / "bestanden", naief=False)) as een:
        yield een


@pytest.fixture
def keur(uitgever, tmp_path, monkeypatch):
    eigen = replace(ONGEDULDIG, adressen={"*": uitgever.url})
    monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda _: eigen))
    monkeypatch.setenv("VEERKRACHT_WERK", str(tmp_path))

    def doe(*opties):
        return CliRunner().invoke(app, ["bronnen", "keur", *opties])

    yield doe
    uitgever.herstel()


def _nog_niet():
    """Measurements that by the calendar are not out."""
    bron = catalogus().bronnen["leefbaarometer"]
    uit = verwacht(bron.kalender, range(2014, 2027), date.today(), 2014)
    return set(range(2014, 2027, 2)) - set(uit)


def _rijen(uit):
    return json.loads(uit.stdout)


def test_elk_adres_met_grootte_datum_en_dialect(keur, uitgever):
    uitgever.verzoeken.clear()
    uit = keur("--jaar", "2024", "--json")
    assert uit.exit_code == 0, uit.output
    rijen = {(r["bron"], r["weg"], r["adres"]): r for r in _rijen(uit)}
    werkt = {(bron, weg): r for (bron, weg, _), r in rijen.items() if r["werkt"]}
    assert werkt["cbs_kerncijfers", "cbs_v4_bulk"]["herbouw"] == "haalt het hier"
    assert werkt["cbs_kerncijfers", "cbs_v3"]["herbouw"] == "reserve"
    assert werkt["cbs_kerncijfers", "cbs_v3"]["dialect"] == "OData v3 (JSON)"
    assert werkt["cbs_buurtgrenzen", "pdok_feed"]["dialect"] == "GeoPackage"
    assert werkt["cbs_buurtgrenzen", "cbs_kaart"]["dialect"].startswith("zip")
    adressen = werkt["cbs_adressen", "cbs_adresbestand"]
    assert "CSV met komma" in adressen["dialect"]  # as CBS wrote it in 2024
    assert "pc6hnr20240801_gwb.csv" in adressen["dialect"]
    assert adressen["gewijzigd"]
    assert adressen["grootte"] > 0
    assert adressen["getuige"].startswith("reidhin/grenswijzigen")
    assert adressen["bevestigd"].startswith("20")
    niemand = [r for r in rijen.values() if not r["gezien"]]
    assert {r["werkt"] for r in niemand} == {False}  # one version above is asked as well
    assert all("HTTP 404" in r["antwoord"] for r in niemand)


def test_het_haalt_geen_bestanden_op(keur, uitgever, monkeypatch):
    gestuurd = []
    oud = uitgever.antwoord_op

    def geteld(vraag, regel):
        antwoord, fout = oud(vraag, regel)
        gestuurd.append(0 if vraag.methode == "HEAD" else len(antwoord.inhoud))
        return antwoord, fout

    monkeypatch.setattr(uitgever, "antwoord_op", geteld)
    assert keur("--jaar", "2024", "--bron", "cbs_buurtgrenzen").exit_code == 0
    assert max(gestuurd) <= LAATSTE


def test_een_kapotte_weg_heeft_een_reserve_en_geen_weg_weigert_een_editie(keur, uitgever):
    uitgever.breek("403", "https://datasets.cbs.nl/csv/")
    uit = keur("--bron", "cbs_kerncijfers", "--jaar", "2020", "--json")
    assert uit.exit_code == 0
    bulk, v4, _ = _rijen(uit)
    assert (bulk["werkt"], bulk["herbouw"]) == (False, "probeert de volgende")
    assert bulk["antwoord"].startswith("HTTP 403")
    assert (v4["werkt"], v4["herbouw"]) == (True, "haalt het hier")
    uitgever.breek("html", "https://datasets.cbs.nl", "https://opendata.cbs.nl")
    uit = keur("--bron", "cbs_kerncijfers", "--jaar", "2020", "--json")
    assert uit.exit_code == FOUT
    for rij in _rijen(uit):
        assert (rij["werkt"], rij["herbouw"]) == (False, "weigert het jaar")
        assert "2014-2020" in rij["edities"]
    tekst = keur("--bron", "cbs_kerncijfers", "--jaar", "2020")
    assert tekst.exit_code == FOUT
    assert "cbs_kerncijfers 2020: een herbouw weigert het jaar. Hierop staan:" in tekst.stdout
    assert "cbs_v3: https://opendata.cbs.nl/ODataFeed/odata/84799NED: HTML" in tekst.stdout


def test_van_een_tabel_die_niemand_vastlegde_staat_er_wat_gevonden_is(keur, uitgever):
    """By metadata alone: topics and kinds of figures of 50149NED (first_contact.md)."""
    uitgever.verzoeken.clear()
    (rij,) = _rijen(keur("--bron", "rivm_regiobeeld", "--jaar", "2020", "--json"))
    assert "Ggz" in rij["kolommen"]["rivm_ggz_patienten"]
    assert not any("TypedDataSet" in str(verzoek) for verzoek in uitgever.verzoeken)
    tekst = keur("--bron", "rivm_regiobeeld", "--jaar", "2020").stdout
    assert "rivm_ggz_patienten is gevonden als" in " ".join(tekst.split())
    tabel = uitgever.aanbod.tabellen["50149NED"]
    anders = [rij.replace("Ggz", "Mondzorg") for rij in tabel.v3["DataProperties"]]
    uitgever.aanbod.zet(replace(tabel, v3=tabel.v3 | {"DataProperties": anders}))
    try:
        (rij,) = _rijen(keur("--bron", "rivm_regiobeeld", "--jaar", "2020", "--json"))
    finally:
        uitgever.aanbod.zet(tabel)
    assert (rij["werkt"], rij["herbouw"]) == (False, "weigert het jaar")
    assert "0 passende onderwerpen; er zijn:" in rij["antwoord"]


def test_wat_niemand_nodig_heeft_is_geen_fout(keur):
    """The year is refused (no table is served), and no edition stands on it."""
    uit = keur("--bron", "cbs_kerncijfers", "--jaar", "2013", "--json")
    assert uit.exit_code == 0
    assert {rij["herbouw"] for rij in _rijen(uit)} == {"weigert het jaar"}


def test_wanneer_een_adres_voor_het_laatst_antwoordde_blijft_staan(keur, uitgever):
    (eerst,) = {r["bevestigd"] for r in _rijen(keur("--bron", "leefbaarometer", "--json"))}
    uitgever.breek("503", "https://www.leefbaarometer.nl")
    rijen = _rijen(keur("--bron", "leefbaarometer", "--json"))
    assert {r["bevestigd"] for r in rijen} == {eerst}
    assert {r["werkt"] for r in rijen} == {False}
    weigert = {r["jaar"] for r in rijen if r["herbouw"] == "weigert het jaar"}
    assert weigert == {2014, 2016, 2018, 2020, 2022, 2024} - _nog_niet()


def test_wat_in_de_bronnenmap_ligt_wordt_niet_geweigerd(keur, uitgever, tmp_path, monkeypatch):
    monkeypatch.setenv("VEERKRACHT_BRONNEN", str(tmp_path / "bronnen"))
    map_ = tmp_path / "bronnen" / "cbs_kwb_excel"
    map_.mkdir(parents=True)
    (map_ / "kwb-2020.xls").write_bytes(b"iets")
    uitgever.breek("404", "https://datasets.cbs.nl", "https://opendata.cbs.nl")
    uit = keur("--bron", "cbs_kerncijfers", "--jaar", "2020", "--json")
    assert uit.exit_code == 0
    assert {r["herbouw"] for r in _rijen(uit)} == {"gebruikt de bronnenmap of wat gekozen is"}


def test_zonder_ophalen_wordt_er_wel_gekeken(keur, monkeypatch, uitgever):
    eigen = replace(ONGEDULDIG, aan=False, adressen={"*": uitgever.url})
    monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda _: eigen))
    uit = keur("--bron", "leefbaarometer", "--jaar", "2020")
    assert uit.exit_code == 0
    assert "VEERKRACHT_OPHALEN=ja" in uit.stdout


# --- first bytes -------------------------------------------------------------------------------


def _zip(**leden):
    uit = BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as zip_:
        for naam, inhoud in leden.items():
            zip_.writestr(naam.replace("__", "."), inhoud)
    return uit.getvalue()


ADRESSEN = b"PC6;Huisnummer;Buurt2020\r\n1011AA;1;3630000\r\n" * 500


@pytest.mark.parametrize(
    ("inhoud", "soort", "kan"),
    [
        (b"", "niets", False),
        (b"  \n", "niets", False),
        (b"<!DOCTYPE html><html>", "een webpagina (HTML)", False),
        (b"<?xml version='1.0'?><html xmlns='x'>", "een webpagina (HTML)", False),
        (b"<?xml version='1.0'?><feed>", "XML", True),
        (b'\xef\xbb\xbf{"value":[]}', "JSON", True),
        (b"SQLite format 3\0" + b"\0" * 52 + b"GPKG", "GeoPackage", True),
        (b"SQLite format 3\0" + b"\0" * 56, "SQLite", True),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "werkboek (xls)", True),
        (_zip(a__csv=ADRESSEN), "zip (CSV met puntkomma): a.csv", True),
        (_zip(a__csv=ADRESSEN.replace(b";", b",")), "zip (CSV met komma): a.csv", True),
        (_zip(a__csv=ADRESSEN.replace(b";", b"\t")), "zip (CSV met tab): a.csv", True),
        (_zip(**{f"k{i}__shp": b"\0" * 300 for i in range(8)}),
         "zip: k0.shp, k1.shp, k2.shp, k3.shp, k4.shp, k5.shp en nog 2", True),
        (_zip(**{"xl/workbook__xml": b"<x/>"}), "werkboek (xlsx)", True),
        (b"a;b;c\n1;2;3", "CSV met puntkomma", True),
        (b"zomaar wat", "tekst", True),
        (b"\x01\x00\x02\x00", "tekst", False),
    ],
)  # fmt: skip
def test_wat_de_eerste_bytes_zeggen(inhoud, soort, kan):
    assert soort_van(inhoud[:EERSTE], inhoud[-LAATSTE:]) == (soort, kan)


def test_een_halve_lijst_van_een_zip_is_geen_lijst():
    heel = _zip(a__csv=ADRESSEN)
    assert soort_van(heel[:EERSTE], heel[-30:])[0] == "zip (CSV met puntkomma)"
    assert soort_van(heel[:EERSTE])[0] == "zip (CSV met puntkomma)"
