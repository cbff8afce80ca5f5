"""Kerncijfers in their four dialects: values, states, names, provenance, refusals."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.unit.bronnen.hulp import (
    V3,
    V4,
    lees_map,
    schrijf,
    schrijf_v3,
    schrijf_v4,
    statline,
    v3_eigenschappen,
    v3_rijen,
    v3_set,
    v4_set,
    v4_waarnemingen,
)
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.catalogus.tabellen import tabellen

KWB = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2020_x.csv"


def _cellen(frame, kolom):
    rijen = zip(frame["regiocode"], frame[kolom], frame[f"{kolom}__status"], strict=True)
    return {code: (None if pd.isna(waarde) else waarde, status) for code, waarde, status in rijen}


def test_v3_waarden_en_standen(tmp_path):
    schrijf_v3(tmp_path)
    frame, verslag = lees_map(tmp_path, "cbs_kerncijfers", 2020)
    assert list(frame.columns) == tabellen()["cbs_kerncijfers"].kolomnamen
    assert _cellen(frame, "personen_bijstand") == {
        "NL00": (30, "waargenomen"),
        "GM0014": (30, "waargenomen"),
        "WK001400": (30, "waargenomen"),
        "BU00140000": (20, "waargenomen"),
        "BU00140001": (None, "onderdrukt"),
        "BU00140002": (None, "n.v.t."),  # no inhabitants
    }
    # In the file but empty for every region: not released.
    assert set(frame["percentage_koopwoningen__status"]) == {"ontbreekt"}
    # Not in the file at all: the same, and named in the report.
    assert set(frame["mediaan_vermogen__status"]) == {"ontbreekt"}
    assert "mediaan_vermogen" in verslag.niet_gevonden
    assert "percentage_koopwoningen" not in verslag.niet_gevonden
    assert verslag.kolommen["inwoners"] == "AantalInwoners_95"
    assert verslag.standen["personen_bijstand"]["onderdrukt"] == 1
    assert verslag.uitgeversversie == "2021-03-26T02:00:00"


def test_v3_gebieden_en_herkomst(tmp_path):
    schrijf_v3(tmp_path)
    frame, verslag = lees_map(tmp_path, "cbs_kerncijfers", 2020)
    assert list(frame["niveau"]) == ["land", "gemeente", "wijk", "buurt", "buurt", "buurt"]
    assert list(frame["regionaam"])[3:] == ["Noord", "Zuid", "Leeg"]
    assert set(frame["gemeentenaam"]) == {"Nederland", "Groningen"}
    assert list(frame["indelingswijziging"])[2:] == [".", "1", "1", "1"]
    assert set(frame["gebiedsjaar"]) == {2020}
    assert list(frame["bron_rij"]) == [0, 1, 2, 3, 0, 1]  # pages of four
    sha = [bestand.sha256 for bestand in verslag.bestanden]
    assert list(frame["bron_bestand"]) == [sha[0]] * 4 + [sha[1]] * 2
    assert [bestand.rijen for bestand in verslag.bestanden] == [4, 2]


def test_types_zijn_die_van_de_catalogus(tmp_path):
    schrijf_v3(tmp_path / "vol")
    vol, _ = lees_map(tmp_path / "vol", "cbs_kerncijfers", 2020)
    leeg, verslag = lees_map(tmp_path / "leeg", "cbs_kerncijfers", 2020)
    assert (vol.dtypes == leeg.dtypes).all()
    assert vol["regiocode"].dtype == "str"
    assert (vol["gebiedsjaar"].dtype, vol["inwoners"].dtype) == ("int64", "float64")
    assert len(leeg) == 0
    assert "geen bestand" in verslag.reden


def _wijzig_v3(map_, verzameling, wijzig):
    pad = map_ / V3 / f"{verzameling}.json"
    inhoud = json.loads(pad.read_text())
    wijzig(inhoud)
    pad.write_text(json.dumps(inhoud))


def _dubbele_titel(inhoud):
    inhoud["value"].append({**v3_eigenschappen()[-2], "ID": 999, "Key": "Koopwoningen_77"})


def _zet(rij, sleutel, waarde):
    def wijzig(inhoud):
        inhoud["value"][rij][sleutel] = waarde

    return wijzig


@pytest.mark.parametrize(
    ("verzameling", "wijzig", "melding"),
    [
        # a page lost its last rows: the next link no longer follows on them
        ("TypedDataSet.skip0", lambda i: i["value"].pop(), "begint.*de pagina is afgekapt"),
        # the last page lost rows: TableInfos knows how many there were
        ("TypedDataSet.skip4", lambda i: i["value"].pop(), "5 rijen; verwacht: 6 rijen volgens Ta"),
        # a link to a page that is not there
        ("TypedDataSet.skip4", lambda i: i.update({"odata.nextLink": "x?$skip=6"}), "er niet is"),
        # answers of another table, or of another set, under this name
        (
            "DataProperties",
            lambda i: i.update({"odata.metadata": "h://x/1NED/$metadata#a.DataProperties"}),
            "verwacht: DataProperties van tabel 84799NED",
        ),
        (
            "TypedDataSet.skip0",
            lambda i: i.update(v3_set("UntypedDataSet", v3_rijen())),
            "verwacht: TypedDataSet van",
        ),
        # the service says something else
        ("TypedDataSet.skip0", lambda i: i.pop("value"), "lijst 'value'"),
        # a field that one row lacks
        (
            "TypedDataSet.skip0",
            lambda i: i["value"][2].pop("Bijstand_7"),
            "kolom 'Bijstand_7', rij 2",
        ),
        # text where a number should be (UntypedDataSet writes so)
        (
            "TypedDataSet.skip0",
            _zet(3, "AantalInwoners_95", "   100"),
            "kolom 'AantalInwoners_95', rij 3.*'   100'.*getal of null",
        ),
        # wrong codes, and a code of another level
        (
            "TypedDataSet.skip0",
            _zet(3, "WijkenEnBuurten", "BU14      "),
            "code BU14: gevonden: de code 'BU14'",
        ),
        (
            "TypedDataSet.skip0",
            _zet(3, "WijkenEnBuurten", "WK001409  "),
            "een buurt met de code WK001409",
        ),
        # a region twice
        ("TypedDataSet.skip0", _zet(3, "WijkenEnBuurten", "BU00140001"), "voor de tweede keer"),
        # a region without a name
        ("WijkenEnBuurten.skip0", _zet(3, "Key", "BU00140009"), "1 regio's zonder naam"),
        # boundaries of another year
        ("DataProperties", _zet(0, "MapYear", 2019), "gebieden van 2019"),
        # two topics with the same title, unit and group
        (
            "DataProperties",
            _dubbele_titel,
            "kolom 'percentage_koopwoningen'.*Koopwoningen_8.*Koopwoningen_77",
        ),
        # no region dimension
        ("DataProperties", lambda i: i["value"].pop(0), "0 dimensies met gebieden"),
    ],
)
def test_v3_weigert(tmp_path, verzameling, wijzig, melding):
    schrijf_v3(tmp_path)
    _wijzig_v3(tmp_path, verzameling, wijzig)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


def test_v3_noemt_bij_een_veld_dat_anders_heet_de_nieuwe_naam_en_wat_te_doen(tmp_path):
    schrijf_v3(tmp_path)

    def anders(inhoud):
        for rij in inhoud["value"]:
            rij["PersonenBijstand_7"] = rij.pop("Bijstand_7")

    _wijzig_v3(tmp_path, "TypedDataSet.skip0", anders)
    with pytest.raises(BronFout) as fout:
        lees_map(tmp_path, "cbs_kerncijfers", 2020)
    (probleem,) = fout.value.problemen
    assert (probleem.kolom, probleem.rij) == ("Bijstand_7", 0)
    # not the fields that DataProperties does name, nor the publisher's row number
    assert probleem.gevonden.endswith("DataProperties niet noemt: PersonenBijstand_7")
    assert "kolommen.yml" in probleem.remedie
    assert "meld dat dan de uitgever" in probleem.remedie


@pytest.mark.parametrize(
    ("inhoud", "melding"),
    [
        (b"", "een leeg bestand"),
        (b"<!DOCTYPE html><html><body>503", "HTML in plaats van gegevens"),
        (b'{"value":[{"ID":0,', "afgekapte JSON"),
        (b"\x1f\x8b\x08\x00half", "afgekapt of beschadigd gzip-bestand"),
        (b"[1]", "een lijst 'value'"),
    ],
)
def test_v3_weigert_wat_geen_antwoord_is(tmp_path, inhoud, melding):
    schrijf_v3(tmp_path)
    schrijf(tmp_path, f"{V3}/TypedDataSet.skip4.json", inhoud)
    with pytest.raises(BronFout, match=melding) as fout:
        lees_map(tmp_path, "cbs_kerncijfers", 2020)
    assert fout.value.bestand == f"{V3}/TypedDataSet.skip4.json"
    assert fout.value.remedie


@pytest.mark.parametrize(
    ("bestand", "melding"),
    [
        ("TypedDataSet.skip4.json", "volgende pagina.*er niet is"),
        (
            "TypedDataSet.skip0.json",
            "die bij rij 4 begint; verwacht: een pagina die bij rij 0 begint",
        ),
        ("DataProperties.json", "geen bestand DataProperties.json"),
        ("WijkenEnBuurten.skip4.json", "volgende pagina.*er niet is"),
    ],
)
def test_v3_weigert_een_pagina_te_weinig(tmp_path, bestand, melding):
    schrijf_v3(tmp_path)
    (tmp_path / V3 / bestand).unlink()
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


def test_v3_andere_regio_s_vallen_weg_en_worden_geteld(tmp_path):
    schrijf_v3(tmp_path)
    _wijzig_v3(tmp_path, "TypedDataSet.skip4", _zet(1, "SoortRegio_2", "Stadsdeel"))
    with pytest.raises(BronFout, match=r"kolom 'SoortRegio_2', rij \d, code BU.*Stadsdeel"):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)
    _wijzig_v3(tmp_path, "TypedDataSet.skip4", _zet(1, "WijkenEnBuurten", "SD0363N0  "))
    _wijzig_v3(tmp_path, "WijkenEnBuurten.skip4", _zet(1, "Key", "SD0363N0  "))
    frame, verslag = lees_map(tmp_path, "cbs_kerncijfers", 2020)
    assert len(frame) == 5
    assert verslag.opmerkingen == ("1 regio's zijn geen land, gemeente, wijk of buurt",)


def test_v4_van_lang_naar_breed(tmp_path):
    schrijf_v4(tmp_path)
    frame, verslag = lees_map(tmp_path, "cbs_kerncijfers", 2017)
    assert _cellen(frame, "inwoners")["BU00140002"] == (0, "waargenomen")
    assert _cellen(frame, "personen_bijstand")["BU00140001"] == (None, "onderdrukt")
    assert _cellen(frame, "personen_bijstand")["BU00140002"] == (None, "n.v.t.")
    assert set(frame["woningen__status"]) == {"ontbreekt"}  # a measure without observations
    assert "woningen" not in verslag.niet_gevonden
    assert list(frame["gemeentenaam"]) == ["Nederland"] + ["Groningen"] * 5
    assert frame["indelingswijziging"].isna().all()  # v4 of 2017 has numbers only
    # Row of the region's first observation, in the page where it is.
    assert list(frame["bron_rij"]) == [0, 1, 2, 3, 4, 0]
    assert frame["bron_bestand"].nunique() == 2
    assert verslag.uitgeversversie == "202011060000"


def test_v4_merkteken_is_geen_waarde(tmp_path):
    schrijf_v4(tmp_path)
    rijen = v4_waarnemingen()[:5]
    rijen[3]["ValueAttribute"] = "Confidential"
    schrijf(tmp_path, f"{V4}/Observations.skip0.json.gz", v4_set("Observations", rijen, 5))
    frame, verslag = lees_map(tmp_path, "cbs_kerncijfers", 2017)
    assert _cellen(frame, "inwoners")["BU00140000"] == (None, "onderdrukt")
    assert (
        "1 waarnemingen met ValueAttribute 'Confidential' zijn geen waarde" in verslag.opmerkingen
    )


@pytest.mark.parametrize(
    ("wijzig", "melding"),
    [
        ({"WijkenEnBuurten": "BU00149999"}, "regio 'BU00149999'"),  # unknown region
        ({"WijkenEnBuurten": "NL00"}, "tweede waarneming"),  # a cell twice
        ({"Value": "100"}, "kolom 'Value', rij 3.*getal of null"),  # text
    ],
)
def test_v4_weigert(tmp_path, wijzig, melding):
    schrijf_v4(tmp_path)
    rijen = v4_waarnemingen()[:5]
    rijen[3] |= wijzig
    schrijf(tmp_path, f"{V4}/Observations.skip0.json.gz", v4_set("Observations", rijen, 5))
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_kerncijfers", 2017)


def test_statline(tmp_path):
    schrijf(tmp_path, KWB, statline())
    frame, verslag = lees_map(tmp_path, "cbs_kerncijfers", 2020)
    assert _cellen(frame, "personen_bijstand")["BU00140001"] == (None, "onderdrukt")
    assert _cellen(frame, "percentage_personen_laagste_inkomen")["NL00"] == (40.5, "waargenomen")
    assert list(frame["regiocode"])[:2] == ["NL00", "GM0014"]
    assert list(frame["gemeentenaam"])[1] == "Groningen"
    assert list(frame["bron_rij"]) == list(range(6))
    assert verslag.kolommen["percentage_koopwoningen"].endswith("Koopwoningen (%)")


def test_statline_zoals_r_het_herschreef(tmp_path):
    """Other headers and separator, same table, but for what R lost: ends of texts."""
    koppen = [
        "", "Wijken.en.buurten", "Regioaanduiding.Gemeentenaam..naam.",
        "Regioaanduiding.Soort.regio..omschrijving.", "Regioaanduiding.Codering..code.",
        "Bevolking.Aantal.inwoners..aantal.",
        "Bevolking.Bevolkingsdichtheid..aantal.inwoners.per.km..",
        "Sociale.zekerheid.Personen.per.soort.uitkering..AO..aantal.",
        "Sociale.zekerheid.Personen.per.soort.uitkering..AOW..aantal.",
        "Energie.Naar.eigendom.Koopwoningen..kWh.", "Wonen.Woningen.naar.eigendom.Koopwoningen....",
        "Inkomen.Inkomen.van.huishoudens.Mediaan.vermogen.van.particuliere.huish...x.1.000.euro.",
    ]  # fmt: skip
    regels = [
        ",".join(f'"{kop}"' for kop in koppen),
        '"1","Nederland","Nederland ","Land ","NL00 ",10,5,1,2,3,4,"52,4"',
        '"2","Noord","Groningen ","Buurt ","BU00140000",10,5,1,NA,3,4,NA',
        '"3","Zuid","Groningen ","Buurt ","BU00140001",10,5,1,2,3,4,"3,8"',
    ]
    schrijf(tmp_path, KWB, "\n".join(regels) + "\n")
    frame, verslag = lees_map(tmp_path, "cbs_kerncijfers", 2020)
    assert list(frame["personen_ao"]) == [1, 1, 1]  # AO is not AOW
    assert _cellen(frame, "personen_aow")["BU00140000"] == (None, "onderdrukt")
    assert list(frame["percentage_koopwoningen"]) == [4, 4, 4]  # not the kWh of Energie
    assert list(frame["bevolkingsdichtheid"]) == [5, 5, 5]  # km² is 'km.' in R
    assert list(frame["mediaan_vermogen"].dropna()) == [52.4, 3.8]
    assert "woningen" in verslag.niet_gevonden


@pytest.mark.parametrize(
    ("oud", "nieuw", "melding"),
    [
        # cut off in the middle of a row, and in the last number
        (';20;".";57;', ";20;", "rij 4: gevonden: 7 velden; verwacht: 9 velden"),
        ('"40,5"\r\n$', '"40,', "een afgekapte laatste regel"),
        # not a number
        (";100;20;", ";honderd;20;", "Aantal inwoners.*rij 3.*'honderd'.*een getal"),
        # comma and point in one file
        (
            ';100;20;57;"40,5"',
            ';100;20;57;"40.5"',
            r"kolom '.*laagste inkomen \(%\)', rij 3.*een punt in '40.5'.*komma",
        ),
        # codes
        ("BU00140001", "BU0014001 ", "de code 'BU0014001'"),
        ("BU00140001", "BU00140000", "voor de tweede keer"),
        (
            '"Buurt     ";"BU00140001"',
            '"Wijk      ";"BU00140001"',
            "een wijk met de code BU00140001",
        ),
        # no codes at all
        (
            "Regioaanduiding/Codering (code)",
            "Regioaanduiding/Iets (code)",
            "geen kolom met regiocodes",
        ),
        # a column twice
        (
            "Wonen/Woningen naar eigendom/Koopwoningen (%)",
            "Bevolking/Aantal inwoners (aantal)",
            "2 kolommen met dezelfde naam",
        ),
        # not UTF-8
        ("Noord", "No\udce9rd", "tekst in UTF-8"),
    ],
)
def test_statline_weigert(tmp_path, oud, nieuw, melding):
    tekst = statline()
    if oud.endswith("$"):
        tekst = tekst.removesuffix(oud[:-1]) + nieuw
    else:
        assert oud in tekst
        tekst = tekst.replace(oud, nieuw, 1)
    schrijf(tmp_path, KWB, tekst.encode("utf-8", "surrogateescape"))
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


def test_twee_bestanden_van_een_jaar_worden_geweigerd(tmp_path):
    schrijf(tmp_path, KWB, statline())
    schrijf(tmp_path, KWB.replace("_x", "_y"), statline())
    with pytest.raises(BronFout, match="meer dan een bestand voor dit jaar"):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


def test_alle_problemen_van_een_bestand_in_een_keer(tmp_path):
    tekst = statline().replace(";100;20;", ";honderd;20;").replace(";20;", ";twintig;")
    schrijf(tmp_path, KWB, tekst)
    with pytest.raises(BronFout) as fout:
        lees_map(tmp_path, "cbs_kerncijfers", 2020)
    assert {p.gevonden for p in fout.value.problemen} == {"'honderd'", "'twintig'"}
    assert fout.value.rij in (3, 4)


def test_zonder_een_kolom_die_er_altijd_is_wordt_geweigerd_ook_de_eerste_keer(tmp_path):
    naam = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2020.csv"
    schrijf(tmp_path, naam, statline().replace("Aantal inwoners", "Mannen"))
    with pytest.raises(BronFout) as fout:
        lees_map(tmp_path, "cbs_kerncijfers", 2020)
    for woord in (naam, "kolom 'Aantal inwoners'", "in elke uitgave", "kolommen.yml"):
        assert woord in str(fout.value)
