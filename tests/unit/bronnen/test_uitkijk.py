"""The watch: marks and what they mean, the publisher's list of tables, and what kind of change."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from tests.uitgever import instellingen, land
from tests.unit.bronnen.hulp import MICRODATA, schrijf, schrijf_levering, statline
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp
from veerkracht_dagster.bronnen.ophalen.fouten import OphaalFout
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.ophalen.wegen import verbinding_van
from veerkracht_dagster.bronnen.uitkijk.catalogi import catalogusstand, nieuwe_jaren
from veerkracht_dagster.bronnen.uitkijk.gezien import Geheugen, Gezien, gezien_bij
from veerkracht_dagster.bronnen.uitkijk.kalender import niet_gekomen, verwacht
from veerkracht_dagster.bronnen.uitkijk.maten import Uitgeversmaat
from veerkracht_dagster.bronnen.uitkijk.verschil import (
    Veranderingssoort,
    vergelijk,
    weiger_onbekende_kolommen,
)
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Kalender
from veerkracht_dagster.opslag.vingerafdrukken import AFWEZIG
from veerkracht_dagster.voorbeeldland import kwb
from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever
from veerkracht_dagster.voorbeeldland.uitgever.uitgaven import maak_tabel
from veerkracht_dagster.werkmap import Werkmap

KWB = catalogus().bronnen["cbs_kerncijfers"]
A, B = {"Modified": "2021-03-26"}, {"Modified": "2021-06-30"}


# --- marks ------------------------------------------------------------------------------------


def test_andere_merken_zijn_een_andere_versie_en_dezelfde_niet():
    eerst = gezien_bij("v4", A, None)
    assert gezien_bij("v4", A, eerst) == eerst
    assert gezien_bij("v4", B, eerst).versie != eerst.versie
    assert gezien_bij("v4", A, gezien_bij("v4", B, eerst)).versie == eerst.versie


def test_een_dienst_die_niet_eerder_gevraagd_is_zegt_niets_over_verandering():
    """v4 is down and v3 answers, with marks of its own: no reason to run everything."""
    eerst = gezien_bij("v4", A, None)
    via_v3 = gezien_bij("v3", {"Updated": "x"}, eerst)
    assert via_v3.versie == eerst.versie
    assert gezien_bij("v4", A, via_v3).versie == eerst.versie
    assert gezien_bij("v3", {"Updated": "y"}, via_v3).versie != eerst.versie


def test_ingetrokken_laat_de_versie_staan_en_afwezig_is_geen_versie():
    eerst = gezien_bij("v4", A, None)
    weg = gezien_bij("v4", None, eerst, tabel="84799NED")
    assert (weg.versie, weg.gestopt, weg.reden) == (eerst.versie, True, "Ingetrokken")
    assert gezien_bij("v4", None, None).versie == AFWEZIG


def test_het_geheugen_overleeft_een_herstart(tmp_path):
    pad = tmp_path / "gezien.json"
    geheugen = Geheugen(pad)
    geheugen.onthoud("cbs_kerncijfers", 2020, Gezien("a", {"v4": A}, "84799NED", "Correctie"))
    geheugen.schrijf()
    weer = Geheugen(pad).van("cbs_kerncijfers", 2020)
    assert weer == Gezien("a", {"v4": A}, "84799NED", "Correctie")
    pad.write_text("{")  # cut off: everything is seen anew
    assert Geheugen(pad).van("cbs_kerncijfers", 2020) is None


def test_een_blik_duurt_korter_dan_een_tik_mag():
    """Dagster ends a tick after 60 seconds, and then the publisher's name is not in the message."""
    snel = Instellingen().ongeduldig()
    per_dienst = snel.pogingen * snel.lezen + snel.langste_wacht * 1.5
    assert 2 * per_dienst < 60
    assert Instellingen(pogingen=1).ongeduldig().pogingen == 1


# --- the publisher's list of tables -----------------------------------------------------------


@pytest.fixture(scope="module")
def tabel():
    return maak_tabel(kwb.kwb_tabel(land(), 2020), 2020)


def _jaar(tabel, nummer, titel):
    """Another table of the list."""
    eigen = tabel.eigenschappen | {"Identifier": nummer, "Title": titel}
    info = json.loads(tabel.v3["TableInfos"][0]) | {"Identifier": nummer, "Title": titel}
    v3 = tabel.v3 | {"TableInfos": [json.dumps(info)]}
    return replace(tabel, nummer=nummer, titel=titel, v3=v3, eigenschappen=eigen)


@pytest.fixture
def uitgever(tabel):
    aanbod = Aanbod()
    aanbod.zet(tabel)
    aanbod.zet(_jaar(tabel, "86999NED", "Kerncijfers wijken en buurten 2027"))
    aanbod.zet(_jaar(tabel, "86358NED", "Kerncijfers wijken en buurten 2026"))
    aanbod.zet(_jaar(tabel, "70904NED", "Kerncijfers wijken en buurten 2012"))  # we begin later
    aanbod.zet(_jaar(tabel, "86998NED", "Kerncijfers wijken en buurten 2027, oude indeling"))
    with Uitgever(aanbod) as een:
        yield een


def _stand(uitgever):
    with verbinding_van(instellingen(uitgever), catalogus()) as verbinding:
        return catalogusstand(verbinding)


def test_een_nieuw_jaar_wordt_aan_zijn_titel_herkend_en_voorgesteld(uitgever):
    stand = _stand(uitgever)
    assert (stand.dienst, stand.opmerking) == ("v4", None)
    assert stand.rijen["84799NED"].reden == "Actualisering"
    assert nieuwe_jaren(stand, KWB) == {2027: "86999NED"}
    assert nieuwe_jaren(stand, catalogus().bronnen["leefbaarometer"]) == {}


def test_2026_wordt_vanzelf_voorgesteld(uitgever):
    """As the catalogue was before 86358NED stood in it (first_contact.md A7)."""
    tabellen = {jaar: nummer for jaar, nummer in KWB.tabellen.items() if jaar < 2026}
    voorheen = KWB.model_copy(update={"tabellen": tabellen})
    assert nieuwe_jaren(_stand(uitgever), voorheen) == {2026: "86358NED", 2027: "86999NED"}
    assert KWB.tabellen[2026] == "86358NED"


@pytest.mark.parametrize("status", ["Gediscontinueerd", "Vervallen", "vervallen "])
@pytest.mark.parametrize("storing", ["", "Datasets"])
def test_een_gestopte_tabel(uitgever, tabel, status, storing):
    """`Vervallen` is what v4 also says of a table that goes on no more (first_contact.md A9)."""
    info = json.dumps(json.loads(tabel.v3["TableInfos"][0]) | {"OutputStatus": status})
    eigen = tabel.eigenschappen | {"Status": status}
    uitgever.aanbod.zet(replace(tabel, eigenschappen=eigen, v3=tabel.v3 | {"TableInfos": [info]}))
    if storing:
        uitgever.storing("503", keren=-1, pad=storing)
    stand = _stand(uitgever)
    assert stand.rijen["84799NED"].gestopt
    assert not stand.rijen["86358NED"].gestopt


def test_zonder_v4_dient_de_lijst_van_v3(uitgever):
    uitgever.storing("503", keren=-1, pad="Datasets")
    stand = _stand(uitgever)
    assert stand.dienst == "v3"
    assert "HTTP 503" in str(stand.opmerking)
    assert set(stand.rijen) == {"84799NED", "86358NED", "86999NED", "70904NED", "86998NED"}
    assert nieuwe_jaren(stand, KWB) == {2027: "86999NED"}


@pytest.mark.parametrize("soort", ["503", "html", "leeg", "ingekort"])
def test_een_uitgever_die_niet_antwoordt_is_geen_geen_nieuws(uitgever, soort):
    uitgever.storing(soort, keren=-1)
    with pytest.raises(OphaalFout, match=r"ODataCatalog/Tables.*gevonden.*wat te doen"):
        _stand(uitgever)


def test_een_tabel_van_derden_heeft_een_lijst_van_zijn_eigen_host(tabel, tmp_path, monkeypatch):
    """dataderden.cbs.nl has v3 alone, and is in no list of CBS (sources.md 1 and 10)."""
    monkeypatch.setenv("VEERKRACHT_OPHALEN", "ja")
    rivm = replace(_jaar(tabel, "50149NED", "Regiobeeld"), host_v3="dataderden.cbs.nl")
    rivm = replace(rivm, eigenschappen=None, v4={}, bulk=None)
    aanbod = Aanbod()
    aanbod.zet(rivm)
    aanbod.zet(tabel)
    bronnen, werkmap = ["cbs_kerncijfers", "rivm_regiobeeld"], Werkmap.in_map(tmp_path)
    with Uitgever(aanbod) as uitgever:
        monkeypatch.setenv("VEERKRACHT_ADRESSEN", f"*={uitgever.url}")
        eerst = Innemer(werkmap).kijk(bronnen, [2020]).gezien
        info = json.loads(rivm.v3["TableInfos"][0]) | {"Modified": "2031-01-01T00:00:00"}
        aanbod.zet(replace(rivm, v3=rivm.v3 | {"TableInfos": [json.dumps(info)]}))
        uitgever.storing("503", keren=-1, pad="datasets|opendata")
        daarna = Innemer(werkmap).kijk(bronnen, [2020])
    assert AFWEZIG not in {gezien.versie for gezien in eerst.values()}
    assert not any(gezien.gestopt for gezien in eerst.values())
    assert set(daarna.onbereikt) == {("cbs_kerncijfers", 2020)}
    assert daarna.gezien["rivm_regiobeeld", 2020].versie != eerst["rivm_regiobeeld", 2020].versie
    assert set(daarna.standen) == {"rivm_regiobeeld"}


# --- what kind of change ----------------------------------------------------------------------


def _maten(**aantal_en_afdruk):
    return {
        naam: Uitgeversmaat(Onderwerp(naam, naam, "aantal", None), *paar)
        for naam, paar in aantal_en_afdruk.items()
    }


@pytest.mark.parametrize(
    ("oud", "nieuw", "soorten", "uitleg"),
    [
        ({"a": (3, 1)}, {"a": (3, 1)}, (Veranderingssoort.GELIJK,), "dezelfde cijfers in andere"),
        ({"a": (0, 0)}, {"a": (3, 1)}, (Veranderingssoort.GEVULD,), "nieuw gevulde maten: 1 (a)"),
        ({"a": (3, 1)}, {"a": (3, 2)}, (Veranderingssoort.HERZIEN,), "herziene waarden: 1 (a)"),
        ({"a": (3, 1)}, {"a": (0, 0)}, (Veranderingssoort.HERZIEN,), "leeggemaakte maten: 1 (a)"),
        ({"a": (3, 1)}, {"b": (3, 1)}, (Veranderingssoort.SCHEMA,), "verdwenen kolommen: 1"),
        (
            {"a": (0, 0), "b": (3, 1)},
            {"a": (3, 1), "b": (3, 2), "c": (1, 1)},
            (Veranderingssoort.SCHEMA, Veranderingssoort.GEVULD, Veranderingssoort.HERZIEN),
            "nieuwe kolommen: 1",
        ),
    ],
)
def test_wat_voor_verandering(oud, nieuw, soorten, uitleg):
    verschil = vergelijk(_maten(**oud), _maten(**nieuw))
    assert verschil.soorten == soorten
    assert uitleg in verschil.uitleg


@pytest.mark.parametrize(
    ("titel", "overgeslagen", "kwijt", "melding"),
    [
        ("Tiny houses", [], [], "een nieuwe kolom 'Tiny houses.*noem haar daar onder overgeslagen"),
        ("Tiny houses", ["tiny  houses"], [], None),  # somebody decided
        ("Aantal inwoners", [], [], None),  # one of ours came
        ("Aantal inwoners", [], ["inwoners"], "geen kolom 'Aantal inwoners' meer.*v4-nummer"),
    ],
)
def test_een_onbekende_kolom_houdt_de_versie_tegen(titel, overgeslagen, kwijt, melding):
    verschil = vergelijk({}, {titel: Uitgeversmaat(Onderwerp("x", titel, "aantal", None), 1, 1)})
    kolommen = catalogus().kolommen_van("cbs_kerncijfers")
    if melding is None:
        weiger_onbekende_kolommen("waar", verschil, kolommen, overgeslagen, kwijt)
        return
    with pytest.raises(BronFout, match=melding):
        weiger_onbekende_kolommen("waar", verschil, kolommen, overgeslagen, kwijt)


def test_een_kolom_die_niet_meer_geleverd_wordt_staat_in_een_manifest():
    kolommen = catalogus().kolommen_van("woonzorgwijzer")
    with pytest.raises(BronFout, match="noem haar in het manifest"):
        weiger_onbekende_kolommen(
            "waar", vergelijk({}, {}), kolommen, [], ["wzw_inwoners"], geleverd=True
        )


def test_een_eerste_uitgave_en_een_vorm_zonder_maten(tmp_path):
    """Of files that are not read by measure it is said what changed in the columns we read."""
    werkmap = Werkmap.in_map(tmp_path)
    innemer = Innemer(werkmap)
    naam = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2020_x.csv"

    def neem_in():
        ingenomen = innemer.neem_in("cbs_kerncijfers", 2020)
        innemer.aanvaard(ingenomen)
        return ingenomen.verschil

    schrijf(werkmap.bronnen, naam, statline())
    eerst = neem_in()
    assert (eerst.soorten, eerst.uitleg) == (
        (Veranderingssoort.EERSTE,),
        "er was nog geen versie van dit peiljaar",
    )
    assert neem_in() is None  # the same again
    (werkmap.bronnen / naam).rename(
        (werkmap.bronnen / naam).with_stem("Kerncijfers_wijken_en_buurten_2020")
    )
    zelfde = neem_in()
    assert zelfde.soorten == (Veranderingssoort.GELIJK,)
    assert "dezelfde cijfers in andere bestanden\nvergeleken met de versie van" in zelfde.uitleg
    assert "die in geen uitgave staat" in zelfde.uitleg
    schrijf(
        werkmap.bronnen,
        "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2020.csv",
        statline().replace("Koopwoningen", "Percentage onbewoond"),
    )
    with pytest.raises(BronFout, match="geen kolom 'Koopwoningen' meer"):
        neem_in()


def test_een_levering_die_de_regels_breekt_komt_niet_in_de_opslag(tmp_path):
    werkmap = Werkmap.in_map(tmp_path)
    schrijf_levering(werkmap.bronnen, MICRODATA.replace("25", "9"))
    with pytest.raises(BronFout, match="minder dan 10 personen"):
        Innemer(werkmap).neem_in("cbs_microdata", 2020)
    assert [p for p in werkmap.snapshots.map.rglob("*") if p.is_file()] == []
    schrijf_levering(werkmap.bronnen, MICRODATA)
    Innemer(werkmap).neem_in("cbs_microdata", 2020)
    assert [p for p in werkmap.snapshots.map.rglob("*") if p.is_file()] != []


# --- the calendar -----------------------------------------------------------------------------

AUGUSTUS = Kalender(na=0, maand=8, bron="x")
OM_HET_JAAR = Kalender(na=2, maand=5, elke=2, bron="x")


@pytest.mark.parametrize(
    ("kalender", "vandaag", "nieuwste_verwacht"),
    [
        (AUGUSTUS, date(2026, 8, 31), 2025),  # the month itself is still given
        (AUGUSTUS, date(2026, 9, 1), 2026),
        (OM_HET_JAAR, date(2026, 5, 31), 2022),
        (OM_HET_JAAR, date(2026, 6, 1), 2024),
        (OM_HET_JAAR, date(2028, 1, 1), 2024),
    ],
)
def test_wat_er_zou_moeten_zijn(kalender, vandaag, nieuwste_verwacht):
    jaren = range(2014, 2029)
    assert max(verwacht(kalender, jaren, vandaag, 2014)) == nieuwste_verwacht
    assert niet_gekomen(kalender, jaren, [nieuwste_verwacht], vandaag, 2014) == []
    ontbreekt = niet_gekomen(kalender, jaren, [nieuwste_verwacht - 1], vandaag, 2014)
    assert ontbreekt == [nieuwste_verwacht]
