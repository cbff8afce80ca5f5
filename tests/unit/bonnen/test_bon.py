"""A receipt goes down to the text in the publisher's file, and says the same as the release."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from veerkracht_dagster.bonnen import bon as module
from veerkracht_dagster.bonnen.bewijs import REKENWIJZE
from veerkracht_dagster.bonnen.bon import Bonnen
from veerkracht_dagster.bonnen.bon_overzicht import _kort, bon_van_overzicht
from veerkracht_dagster.bonnen.gepubliceerd import GeenBewijs, Gepubliceerd
from veerkracht_dagster.bonnen.knoop import Knoop
from veerkracht_dagster.bonnen.leesbaar import Bontekst
from veerkracht_dagster.bonnen.onbekend import OnbekendCijfer
from veerkracht_dagster.bonnen.prov import als_prov
from veerkracht_dagster.bonnen.voorbeelden import als_tekst
from veerkracht_dagster.catalogus import catalogus

CAT = catalogus()
EDITIE = "2014-2020"
PROGRAMMA = Path(module.__file__).with_name("herreken.py")
# What is no figure of other published figures: words, and what a corporation's own file says.
GEEN_CIJFER = {
    "rapport": {"titel", "eenheid", "formule", "uit", "openbaar", "anders"},
    "scan": {"naam", "regionaam", "domein", "rol", "titel", "eenheid", "kleur",
             "woningen_corporatie", "veel_bezit", "streefjaar", "koers", "status"},
}  # fmt: skip


def bonnen_van(werkmap, editie: str = EDITIE, *, diep: bool = False) -> Bonnen:
    return Bonnen(
        Gepubliceerd(werkmap.uitgaven / editie / "actueel", werkmap.snapshots, CAT), diep=diep
    )


@pytest.fixture
def bonnen(gebouwd) -> Bonnen:
    """Of its own for every test: what one has looked up, another does not find ready."""
    return bonnen_van(gebouwd[0])


@pytest.mark.parametrize("editie", list(CAT.edities))
def test_the_receipt_of_every_layer_ends_in_what_is_published(gebouwd, editie: str) -> None:
    eigen = bonnen_van(gebouwd[0], editie)
    for laag in CAT.kaartlagen:
        for code in eigen.uitgave.codes:
            bon = eigen.bon(code, laag)
            assert bon.afwijkingen == []
            assert bon.gepubliceerd == [bon.waarde]


def test_a_wijk_goes_down_to_the_rows_of_its_buurten(gebouwd) -> None:
    """Of the WoonZorgwijzer, that is delivered per buurt; the Kerncijfers have the wijk itself."""
    eigen = bonnen_van(gebouwd[0], "2014-2020-wijken", diep=True)
    tabel = eigen.uitgave.rijen_van("kwetsbare_bewoners", "methode = 'schatting'")
    assert {rij["groepen"] for rij in tabel} == {"uitkering, lvb, ggz"}
    code = tabel[0]["regiocode"]
    van = {"wzw_lvb_personen": set(), "personen_bijstand": set()}
    for knoop in eigen.cijfer("K_eind", code).alle():
        if knoop.soort == "cel" and (naam := knoop.naam.split()[0]) in van:
            van[naam] |= {deel.naam for deel in knoop.kinderen}
            for cel in (k for deel in knoop.kinderen for k in deel.kinderen):
                assert cel.plaats.tekst == cel.feiten["ruwe_tekst"]
    assert {naam[:8] for naam in van["wzw_lvb_personen"]} == {"BU" + code[2:]}
    assert van["personen_bijstand"] == {code}
    score = eigen.cijfer("bik_score_woning_eind", code)
    assert score.waarde is None
    assert any("geleverd per buurt" in knoop.uitleg for knoop in score.alle())


@pytest.mark.parametrize("tabel", list(CAT.indicatoren))
def test_the_receipt_of_every_figure(gebouwd, bonnen: Bonnen, tabel: str) -> None:
    pad = gebouwd[0].uitgaven / EDITIE / "actueel" / "tabellen" / f"{tabel}.parquet"
    for rij in pq.read_table(pad).to_pylist()[::8]:
        for naam in CAT.indicatoren[tabel].kolommen:
            bon = bonnen.cijfer(naam, rij["regiocode"])
            assert bon.afwijkingen == []
            verwacht = rij[naam]
            assert bon.waarde == (verwacht if verwacht is None else pytest.approx(verwacht))
            assert bon.staat == rij[f"{naam}__status"]


@pytest.mark.parametrize("tabel", list(CAT.overzichten))
def test_the_receipt_of_every_figure_over_many_areas(bonnen: Bonnen, tabel: str) -> None:
    sleutel, gevonden = CAT.overzichten[tabel].sleutel, 0
    for rij in bonnen.uitgave.rijen_van(tabel)[::7]:
        naam = "/".join(_kort(rij[k]) for k in sleutel)
        for kolom in CAT.overzichten[tabel].kolommen.keys() - set(sleutel):
            if kolom in GEEN_CIJFER.get(tabel, ()) or rij.get("begin", 0) is None:
                continue
            bon = bon_van_overzicht(bonnen, tabel, naam, kolom)
            assert bon.afwijkingen == []
            assert bon.gepubliceerd == [rij[kolom]]
            gevonden += 1
    assert gevonden > 5 or tabel == "gevoeligheid_varianten"


@pytest.mark.parametrize(("tabel", "kolom"), [("scan", "kleur"), ("rapport", "openbaar")])
def test_what_is_no_figure_says_so(bonnen: Bonnen, tabel: str, kolom: str) -> None:
    rij = bonnen.uitgave.rijen_van(tabel)[0]
    naam = "/".join(_kort(rij[k]) for k in CAT.overzichten[tabel].sleutel)
    with pytest.raises(OnbekendCijfer, match="geen cijfer dat uit andere"):
        bon_van_overzicht(bonnen, tabel, naam, kolom)


def test_a_measure_that_its_corporation_leaves_out_says_so(gebouwd) -> None:
    bonnen = bonnen_van(gebouwd[0], "2018-2024")
    rij = next(r for r in bonnen.uitgave.rijen_van("scan") if r["maat"] == "laag_opgeleid")
    naam = "/".join(rij[k] for k in CAT.overzichten["scan"].sleutel)
    for kolom in ("waarde", "begin", "verwacht"):
        with pytest.raises(
            OnbekendCijfer, match=r"wonen-aan-de-plas\.yml laat 'laag_opgeleid' weg"
        ):
            bon_van_overzicht(bonnen, "scan", naam, kolom)


def test_a_cell_of_every_column_and_year(bonnen: Bonnen) -> None:
    for jaar in bonnen.uitgave.jaren:
        for kolom in CAT.kolommen:
            for code in bonnen.uitgave.codes[::25]:
                assert bonnen.bon(code, kolom, jaar).afwijkingen == []


def test_a_published_figure_that_does_not_follow_is_named(kopie) -> None:
    werkmap, _ = kopie()
    pad = werkmap.uitgaven / EDITIE / "actueel" / "tabellen" / "kwetsbare_bewoners.parquet"
    tabel = pq.read_table(pad)
    plek = tabel.column_names.index("K_eind")
    anders = pa.array([None if x is None else x + 1 for x in tabel["K_eind"].to_pylist()])
    pq.write_table(tabel.set_column(plek, "K_eind", anders), pad)
    code = next(
        c for c, x in zip(tabel["regiocode"].to_pylist(), anders, strict=True) if x.is_valid
    )
    bon = bonnen_van(werkmap).bon(code, "kwetsbaar_ontwikkeling")
    assert [a.partition(":")[0] for a in bon.afwijkingen] == ["K_eind"]


@pytest.mark.parametrize(
    ("kolom", "jaar", "kop"),
    [
        ("inwoners", 2014, "AantalInwoners_5"),  # OData v3
        ("inwoners", 2018, "T001036"),  # OData v4: the measure
        ("onv", 2020, "onv"),  # CSV
        ("wzw_lvb_personen", 2020, "lvb_personen"),  # a delivery: their name, by the manifest
    ],
)
def test_a_cell_is_followed_to_its_text(bonnen: Bonnen, kolom: str, jaar: int, kop: str) -> None:
    gevonden = 0
    for code in bonnen.uitgave.codes:
        for knoop in _broncellen(bonnen.bon(code, kolom, jaar), kolom):
            feiten = knoop.feiten
            assert feiten["kolom"] == kop
            assert float(feiten["ruwe_tekst"].replace(",", ".")) == knoop.waarde
            inhoud = bonnen.uitgave.snapshots.pad(feiten["sha256"]).read_text("utf-8-sig")
            _op_regel(inhoud, feiten, knoop.naam.split()[-1])
            assert _tekst_in(inhoud, feiten, knoop.naam.split()[-1], jaar) == feiten["ruwe_tekst"]
            gevonden += 1
    assert gevonden > 20


def _op_regel(inhoud: str, feiten: dict, code: str) -> None:
    """In a file of lines the line is the one that an editor shows; a page of JSON is not."""
    if feiten["bestand"].endswith(".json"):
        assert feiten["regel"] is None
        return
    regel = inhoud.split("\n")[feiten["regel"] - 1]
    assert code in regel
    assert feiten["ruwe_tekst"] in regel


def test_a_cell_without_a_row_has_no_text(bonnen: Bonnen) -> None:
    """OData v4 has no row where there is no figure: that is no text of the publisher's."""
    bon, cel = next(
        (bon, k)
        for code in bonnen.uitgave.codes
        for bon in [bonnen.bon(code, "personen_ww", 2018)]
        for k in bon.alle()
        if k.soort == "broncel" and k.plaats is not None and k.waarde is None
    )
    code = cel.naam.split()[-1]
    geen_rij = f"Observations.skip0.json heeft er geen van {code} voor {cel.feiten['kolom']}"
    assert geen_rij in cel.feiten["niet_in_bestand"]
    assert (cel.met["tekst"], cel.feiten["ruwe_tekst"]) == (None, None)
    # The place is that of the area itself, in the list of areas.
    assert "WijkenEnBuurtenCodes" in cel.feiten["bestand"]
    assert cel.feiten["plaats_van"] == "gebied"
    for diep in (False, True):
        boom = "\n".join(Bontekst(diep=diep).boom(bon).regels())
        assert "geen rij in het bestand: " in boom
        assert "het gebied zelf staat in rij" in boom
        assert "geen waarneming" not in boom
    rij = next(r for r in als_tekst(bon).splitlines() if "geen rij in het bestand" in r)
    assert "ruwe tekst" not in rij
    document = json.dumps(als_prov(bon, {"release": "r"}, bonnen.uitgave), ensure_ascii=False)
    eigen = [x for x in json.loads(document)["@graph"] if "noRecord" in x]
    assert eigen
    assert all("value" not in x for x in eigen)


def _broncellen(bon: Knoop, kolom: str) -> list[Knoop]:
    eigen = [k for k in bon.alle() if k.soort == "broncel" and k.naam.startswith(f"{kolom} ")]
    return [knoop for knoop in eigen if knoop.waarde is not None]


def _tekst_in(inhoud: str, feiten: dict, code: str, jaar: int) -> str:
    """The cell by the row and column that the receipt names, read in the plainest way."""
    if feiten["bestand"].endswith(".json"):
        rij = json.loads(inhoud, parse_int=str, parse_float=str)["value"][feiten["rij"]]
        assert rij["WijkenEnBuurten"].strip() == code
        return rij["Value"] if "Measure" in rij else rij[feiten["kolom"]]
    teken = "," if "Leefbaarometer" in feiten["bestand"] else ";"
    kop, *rijen = inhoud.splitlines()
    velden = [veld.strip('"') for veld in rijen[feiten["rij"]].split(teken)]
    assert code in velden
    assert teken == ";" or str(jaar) in velden
    return velden[[veld.strip('"') for veld in kop.split(teken)].index(feiten["kolom"])]


def test_a_count_is_the_sum_of_its_parts(bonnen: Bonnen) -> None:
    for code in bonnen.uitgave.codes:
        cel = bonnen.bon(code, "inwoners", 2014)
        delen = [(stuk.waarde, stuk.kinderen[0].waarde) for stuk in cel.kinderen]
        if cel.waarde is not None and all(x is not None for _, x in delen):
            assert sum(w * x for w, x in delen) == pytest.approx(cel.waarde, rel=1e-12)


def test_no_measurement_says_why(bonnen: Bonnen) -> None:
    """Of every area without a class, the tree ends in a cell that says what is the matter."""
    gezien = set()
    for code in bonnen.uitgave.codes:
        bon = bonnen.bon(code, "signaal_absoluut")
        if bon.waarde == CAT.geen_meting.code:
            assert bon.uitleg.startswith("geen meting: ")
            leeg = [k for k in bon.alle() if k.soort == "cel" and k.waarde is None]
            assert leeg
            gezien |= {k.uitleg for k in leeg}
    assert any("het gebied staat niet in de levering" in uitleg for uitleg in gezien)
    assert all(gezien)


def test_a_deep_receipt_goes_through_every_area_of_the_gemeente(gebouwd) -> None:
    diep = bonnen_van(gebouwd[0], diep=True)
    code = next(c for c in diep.uitgave.codes if diep.bon(c, "dK_relatief").waarde is not None)
    bon = diep.bon(code, "dK_relatief")
    eigen = {k.met["gebied"] for k in bon.alle() if k.soort == "cijfer" and k.naam == "dK"}
    assert eigen == set(diep.uitgave.van_gemeente(code))
    assert bon.afwijkingen == []


def test_what_is_not_there_is_said(gebouwd, bonnen: Bonnen, tmp_path: Path) -> None:
    codes = sorted(bonnen.uitgave.codes)
    onbekend = f"BU99999999 is geen buurt van Veerkracht 2014-2020: gezocht onder de {len(codes)} "
    with pytest.raises(OnbekendCijfer, match=f"{onbekend}.* het dichtst bij: .*{codes[-1]}; geef"):
        bonnen.bon("BU99999999", "dK")
    with pytest.raises(OnbekendCijfer, match=r"het is een wijk, .* in editie 2014-2020-wijken$"):
        bonnen.bon("WK012200", "dK")
    rij = next(
        r for r in bonnen.uitgave.rijen_van("buurt_omzetting") if r["van_regio"] not in codes
    )
    with pytest.raises(OnbekendCijfer, match=rf"in 201\d was het er een.* {rij['naar_regio']}"):
        bonnen.bon(rij["van_regio"], "dK")
    with pytest.raises(OnbekendCijfer, match=r"'signaal' is geen kaartlaag.*'signaal_absoluut'"):
        bonnen.bon(bonnen.uitgave.codes[0], "signaal")
    with pytest.raises(OnbekendCijfer, match="rapport heeft geen rij 'Mars/dK': gezocht onder"):
        bon_van_overzicht(bonnen, "rapport", "Mars/dK", "waarde")
    with pytest.raises(GeenBewijs, match="er is niets gepubliceerd"):
        Gepubliceerd(tmp_path, gebouwd[0].snapshots, CAT)


@pytest.mark.parametrize("pad", [*REKENWIJZE.rglob("*.py"), PROGRAMMA], ids=lambda pad: pad.name)
def test_what_goes_along_with_a_bundle_needs_python_alone(pad: Path) -> None:
    for knoop in ast.walk(ast.parse(pad.read_text())):
        if isinstance(knoop, ast.ImportFrom) and knoop.level == 0:
            assert (knoop.module or "").split(".")[0] in sys.stdlib_module_names
        if isinstance(knoop, ast.Import):
            assert all(alias.name.split(".")[0] in sys.stdlib_module_names for alias in knoop.names)
