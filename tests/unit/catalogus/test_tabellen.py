"""The catalogue is the only place where a column is described: everything made of it agrees."""

from __future__ import annotations

import re

import dagster as dg
import pytest
import sqlalchemy as sa

from assets_defs.controles import JAREN_MET_GEGEVENS, controles_van
from assets_defs.kenmerken import tabelkenmerken
from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.catalogus.cijfers import formule_van, invoer_van
from veerkracht_dagster.catalogus.laden import MAP
from veerkracht_dagster.catalogus.models import GEBIEDSKOLOMMEN
from veerkracht_dagster.catalogus.schema import pandera_schema
from veerkracht_dagster.catalogus.woordenboek import gegevenswoordenboek
from veerkracht_dagster.celstatus import dekking_van, status_van
from veerkracht_dagster.opslag.warehouse import warehousetabellen
from veerkracht_dagster.publicatie.tabellen import publicatietabellen

CAT = catalogus()
TABELLEN = pytest.mark.parametrize("naam", list(tabellen()))
_SOORT = {
    "tekst": "string",
    "heel": "int",
    "getal": "float",
    "vlag": "bool",
    "geometrie": "geometry",
}


# --- from the YAML to the tables ------------------------------------------------------------------
def test_every_entry_of_the_catalogue_is_a_table() -> None:
    assert set(tabellen()) == {
        *CAT.bronnen, "gebieden", "buurt_omzetting", "buurttabel", *CAT.indicatoren,
        *CAT.overzichten, *CAT.kaartlagen,
    }  # fmt: skip
    assert {k.bron for k in CAT.kolommen.values()} == set(CAT.gebiedsbronnen)


@pytest.mark.parametrize("bron", CAT.gebiedsbronnen)
def test_a_source_has_its_columns_with_their_states_and_no_others(bron: str) -> None:
    eigen = CAT.kolommen_van(bron)
    cellen = [naam for kolom in eigen for naam in (kolom, status_van(kolom))]
    gebied = list(GEBIEDSKOLOMMEN)
    herkomst = ["bron_bestand", "bron_rij"]
    assert tabellen()[bron].kolomnamen == [*gebied, *cellen, *herkomst]


def test_the_buurttabel_has_every_column_with_state_and_coverage() -> None:
    cellen = []
    for k, kolom in CAT.kolommen.items():
        cellen += [k, status_van(k), dekking_van(k)]
        telling_van_een_deel = kolom.soort == "aantal" and kolom.noemer
        if telling_van_een_deel:
            cellen.append(f"{k}__deel")
        if kolom.afronding or kolom.onderdrukt_tot or telling_van_een_deel:
            cellen += [f"{k}__ondergrens", f"{k}__bovengrens"]
    wegen = [f"omzetting_{bron}" for bron in CAT.gebiedsbronnen]
    assert tabellen()["buurttabel"].kolomnamen == [
        "niveau",
        "basisjaar",
        "regiocode",
        *cellen,
        *wegen,
    ]


@pytest.mark.parametrize("naam", list(CAT.indicatoren))
def test_an_indicator_has_its_figures_with_their_states_and_its_features(naam: str) -> None:
    indicator = CAT.indicatoren[naam]
    cijfers = [n for k in indicator.kolommen for n in (k, status_van(k))]
    assert tabellen()[naam].kolomnamen == ["regiocode", *cijfers, *indicator.kenmerken]


@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_a_layer_has_the_columns_that_are_asked_for(naam: str) -> None:
    assert tabellen()[naam].kolomnamen == [
        "regiocode", "regionaam", "wijkcode", "gemeentecode", "gemeentenaam", "waarde", "klasse",
        "label", "kleur", "status", "toelichting", *CAT.kaartlagen[naam].extra, "jaren", "geometry",
    ]  # fmt: skip


@TABELLEN
def test_a_key_is_a_column_and_names_are_unique(naam: str) -> None:
    tabel = tabellen()[naam]
    assert len(set(tabel.kolomnamen)) == len(tabel.kolomnamen)
    assert set(tabel.sleutel) <= set(tabel.kolomnamen)
    for kolom in tabel.kolommen:
        assert kolom.titel, kolom.naam


# --- units and kinds ------------------------------------------------------------------------------
@pytest.mark.parametrize("naam", list(CAT.kolommen))
def test_a_column_says_unit_kind_and_what_the_publisher_calls_it(naam: str) -> None:
    kolom = CAT.kolommen[naam]
    assert kolom.titel
    assert kolom.eenheid
    assert all(kolom.uitgever.titels)
    assert (kolom.soort == "code") == bool(kolom.codes)
    if kolom.soort == "aandeel":
        # a share has a denominator, a count of the same source, and stays within 0 and 100
        assert kolom.eenheid == "%"
        assert kolom.noemer is not None
        assert (kolom.ondergrens, kolom.bovengrens) == (0, 100)
    if kolom.soort == "gemiddelde":
        assert kolom.gewicht is not None
    if kolom.soort == "aantal":
        assert kolom.ondergrens == 0
    if kolom.weegkolom is not None:
        weeg = CAT.kolommen[kolom.weegkolom]
        assert (weeg.soort, weeg.bron) == ("aantal", kolom.bron)


@pytest.mark.parametrize("naam", list(CAT.indicatoren))
def test_a_figure_of_an_indicator_says_unit_and_what_it_is_made_of(naam: str) -> None:
    for kolom, figuur in CAT.indicatoren[naam].kolommen.items():
        assert figuur.eenheid, kolom
        assert invoer_van(CAT, naam, kolom), kolom
        assert formule_van(CAT, figuur), kolom


@pytest.mark.parametrize(
    ("tabel", "kolom", "formule"),
    [
        ("kwetsbare_bewoners", "dK", "K_eind - K_begin"),
        ("overlast_onveiligheid", "dP", "-(V_eind - V_begin)"),
        ("signaal", "focus", "onv_klasse x kwetsbaar_klasse"),
        ("gevoeligheid", "omslag_tP_relatief", "|dP_relatief|"),
    ],
)
def test_a_formula_follows_from_rule_and_inputs(tabel: str, kolom: str, formule: str) -> None:
    assert formule_van(CAT, CAT.indicatoren[tabel].kolommen[kolom]) == formule
    in_tabel = next(k for k in tabellen()[tabel].kolommen if k.naam == kolom)
    assert in_tabel.formule == formule


@TABELLEN
def test_bounds_and_values_travel_to_the_table(naam: str) -> None:
    for kolom in tabellen()[naam].kolommen:
        if kolom.naam in CAT.kolommen:
            bron = CAT.kolommen[kolom.naam]
            assert (kolom.titel, kolom.eenheid) == (bron.titel, bron.eenheid)
            assert (kolom.minimum, kolom.maximum) == (bron.ondergrens, bron.bovengrens)
            assert kolom.waarden == tuple(map(float, bron.codes))
            assert kolom.uitgever == " / ".join(bron.uitgever.titels)


# --- from the tables to everything made of them ---------------------------------------------------
@TABELLEN
def test_the_pandera_schema_has_the_same_columns(naam: str) -> None:
    tabel, schema = tabellen()[naam], pandera_schema(naam)
    assert list(schema.columns) == tabel.kolomnamen
    assert schema.strict
    assert schema.unique == list(tabel.sleutel)
    for kolom in tabel.kolommen:
        assert schema.columns[kolom.naam].nullable == kolom.leeg_mag
        grenzen = [kolom.minimum, kolom.maximum, kolom.patroon, kolom.waarden or None]
        assert len(schema.columns[kolom.naam].checks) == sum(g is not None for g in grenzen)


@TABELLEN
def test_the_ui_shows_the_same_columns(naam: str) -> None:
    tabel, kenmerken = tabellen()[naam], tabelkenmerken(naam)
    schema = kenmerken["metadata"]["dagster/column_schema"]
    assert [(k.name, k.type) for k in schema.columns] == [
        (k.naam, _SOORT[k.type]) for k in tabel.kolommen
    ]
    for in_ui, kolom in zip(schema.columns, tabel.kolommen, strict=True):
        assert in_ui.description.startswith(kolom.titel)
        assert kolom.eenheid in in_ui.description
        assert in_ui.constraints.nullable == kolom.leeg_mag
    assert kenmerken["group_name"] == tabel.stap
    assert tabel.titel in kenmerken["description"]
    assert tabel.omschrijving in kenmerken["description"]


@TABELLEN
def test_lineage_names_columns_that_exist(naam: str) -> None:
    herkomst = tabelkenmerken(naam)["metadata"]["dagster/column_lineage"].deps_by_column
    assert set(herkomst) <= set(tabellen()[naam].kolomnamen)
    for kolom, uit in herkomst.items():
        for van in uit:
            bron = van.asset_key.path
            if bron[0] == "levering":  # a publisher's file: its own name for the column
                assert bron[1] in (*CAT.bronnen, "scan")
            elif bron[0] == "catalogus":
                assert (MAP / f"{bron[1]}.yml").is_file()
            else:
                assert van.column_name in tabellen()["/".join(bron)].kolomnamen, (kolom, van)


@pytest.mark.parametrize("naam", [*CAT.indicatoren, *CAT.kaartlagen])
def test_every_figure_has_lineage(naam: str) -> None:
    herkomst = tabelkenmerken(naam)["metadata"]["dagster/column_lineage"].deps_by_column
    cijfers = ["waarde", "klasse", "label", "kleur"] if naam in CAT.kaartlagen else None
    for kolom in cijfers or CAT.indicatoren[naam].kolommen:
        assert herkomst.get(kolom), kolom


def test_the_lineage_of_a_layer_leads_back_to_the_publishers() -> None:
    """From the colour on the first layer to the names in the publishers' own files."""
    gezien: set[tuple[str, str]] = set()
    wacht = [("signaal_absoluut", "kleur")]
    leveringen = set()
    while wacht:
        tabel, kolom = wacht.pop()
        if (tabel, kolom) in gezien:
            continue
        gezien.add((tabel, kolom))
        if tabel.startswith("levering/"):
            leveringen.add(tabel.removeprefix("levering/"))
        else:
            wacht += tabellen()[tabel].kolom(kolom).uit
    assert leveringen >= {"cbs_kerncijfers", "leefbaarometer", "woonzorgwijzer", "cbs_microdata"}


def test_the_warehouse_has_the_columns_of_the_catalogue() -> None:
    gepubliceerd = publicatietabellen(CAT)
    eigen = {"editie", "laag", "peiljaar"}
    for naam in (*CAT.indicatoren, "buurttabel"):
        kolommen = [k.naam for k in gepubliceerd[naam] if k.naam not in eigen]
        assert kolommen == tabellen()[naam].kolomnamen
    op_kaart = {k for naam in CAT.kaartlagen for k in tabellen()[naam].kolomnamen}
    assert {k.naam for k in gepubliceerd["kaartlagen"]} - eigen == op_kaart - {"geometry"}
    for naam, tabel in warehousetabellen(gepubliceerd).items():
        (in_database,) = (deel for deel in vars(tabel).values() if isinstance(deel, sa.Table))
        assert list(in_database.columns.keys()) == [k.naam for k in gepubliceerd[naam]]


def test_the_dictionary_has_every_column_and_no_others() -> None:
    tekst = gegevenswoordenboek(CAT)
    for naam, tabel in tabellen().items():
        deel = tekst.split(f"\n### {naam}\n")[1].split("\n### ")[0]
        rijen = re.findall(r"^\| `([^`]+)` \|", deel, flags=re.MULTILINE)
        assert rijen == [k for k in tabel.kolomnamen if "__" not in k]


@TABELLEN
def test_every_table_asset_has_its_checks(naam: str) -> None:
    kenmerken = tabelkenmerken(naam)
    warnt = list(JAREN_MET_GEGEVENS) if naam in catalogus().bronnen else []
    assert [spec.name for spec in kenmerken["check_specs"]] == [*controles_van(naam), *warnt]
    # A year without data is told, and stops nothing; all other checks do.
    assert [spec.name for spec in kenmerken["check_specs"] if not spec.blocking] == warnt
    assert all(spec.description for spec in kenmerken["check_specs"])
    assert "schema" in controles_van(naam)
    assert kenmerken["owners"] == ["team:veerkracht"]
    assert kenmerken["code_version"]
    assert kenmerken["backfill_policy"] == dg.BackfillPolicy.single_run()


def test_the_eight_checks_of_the_method_are_on_the_assets_they_speak_of() -> None:
    method = {  # section 8 of the method, in its order
        1: [("leefbaarometer", "identiteiten")],
        2: [("leefbaarometer", "klassen_gelijk")],
        3: [(laag, "een_klasse") for laag in CAT.kaartlagen],
        4: [("kwetsbare_bewoners", "relatief_nul"), ("overlast_onveiligheid", "relatief_nul")],
        5: [("signaal", "hogere_drempel")],
        6: [("kwetsbare_bewoners", "grenzen")],
        7: [("buurttabel", "behoud")],
        8: [("buurttabel", "geen_nul_uit_niets")],
    }
    for nummer, controles in method.items():
        for asset, controle in controles:
            assert controle in controles_van(asset), (nummer, asset)
