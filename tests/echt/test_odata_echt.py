"""Recorded answers of CBS's services, and old exports, through the functions that read ours."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from veerkracht_dagster.bronnen.dialecten import odata, odata_v3, odata_v4, statweb
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.onderwerpen import zoek, zoek_titel
from veerkracht_dagster.bronnen.ophalen import cbs_v4
from veerkracht_dagster.bronnen.ophalen.kenmerken import Gehaald, Webkenmerk
from veerkracht_dagster.bronnen.vastleggen import ter_plaatse
from veerkracht_dagster.bronnen.vindplaatsen import Vingerafdrukken, vind
from veerkracht_dagster.bronnen.vorm import Vraag
from veerkracht_dagster.catalogus.laden import catalogus

pytestmark = pytest.mark.echt


@pytest.fixture(scope="module")
def echt():
    map_ = os.environ.get("VEERKRACHT_ECHT")
    assert map_, "zet VEERKRACHT_ECHT op de map met echte bestanden (make echt doet dat)"
    return Path(map_)


def _vraag(tabel: str) -> Vraag:
    """As if the table were the kerncijfers of 2020: only its number matters here."""
    bron = catalogus().bronnen["cbs_kerncijfers"].model_copy(update={"tabellen": {2020: tabel}})
    bronnen = catalogus().bronnen | {"cbs_kerncijfers": bron}
    return Vraag("cbs_kerncijfers", 2020, catalogus().model_copy(update={"bronnen": bronnen}))


def _lees_sets(echt, versie, namen, variant, tabel):
    uit = {}
    for bestand, verzameling in namen.items():
        pad = echt / "odata_samples" / versie / bestand
        als = Bestand(f"{tabel}/{verzameling}.json", pad)
        uit[verzameling] = odata.alle_rijen(
            odata.paginas([als], verzameling, variant, _vraag(tabel))
        )
    return uit


def test_v3_een_hele_tabel(echt):
    sets = _lees_sets(
        echt,
        "v3",
        {
            "meta_2.json": "TableInfos", "meta_3.json": "CategoryGroups",
            "meta_4.json": "Persoonskenmerken", "meta_5.json": "BedrijfstakkenSBI93",
            "meta_6.json": "Perioden", "meta_7.json": "DataProperties",
            "meta_8.json": "TypedDataSet",
        },
        odata.V3,
        "80137ned",
    )  # fmt: skip
    assert {naam: len(rijen) for naam, rijen in sets.items()} == {
        "TableInfos": 1, "CategoryGroups": 0, "Persoonskenmerken": 9, "BedrijfstakkenSBI93": 15,
        "Perioden": 5, "DataProperties": 19, "TypedDataSet": 675,
    }  # fmt: skip
    assert sets["TypedDataSet"][0]["Werknemers_2"] == 7559
    onderwerpen = odata_v3.onderwerpen_van(sets["DataProperties"])
    # The title 'Werknemers' stands under three groups: a title alone identifies nothing.
    groepen = [o.groep for o in onderwerpen if o.titel == "Werknemers"]
    assert len(groepen) == len(set(groepen)) == 3
    for onderwerp in onderwerpen:
        assert onderwerp.sleutel in sets["TypedDataSet"][0]


def test_v3_twee_paginas_met_de_verwijzing_van_de_uitgever(echt):
    paden = {0: "tables_2.json", 10_000: "tables_3.json"}
    bestanden = [
        Bestand(f"83599NED/UntypedDataSet.skip{begin}.json", echt / "odata_samples" / "v3" / pad)
        for begin, pad in paden.items()
    ]
    vraag = _vraag("83599NED")
    paginas = odata.paginas(bestanden, "UntypedDataSet", odata.V3, vraag)
    assert [len(pagina.rijen) for pagina in paginas] == [10_000, 5_504]
    assert [rij["ID"] for rij in odata.alle_rijen(paginas)] == list(range(15_504))
    with pytest.raises(odata.BronFout, match=r"volgende pagina .*10000.* die er niet is"):
        odata.paginas(bestanden[:1], "UntypedDataSet", odata.V3, vraag)


def test_v4_een_hele_tabel(echt):
    sets = _lees_sets(
        echt,
        "v4",
        {
            "meta_4.json": "Observations", "meta_5.json": "MeasureCodes",
            "meta_6.json": "Dimensions", "meta_8.json": "PeriodenGroups",
            "meta_9.json": "PeriodenCodes", "meta_10.json": "BedrijfskenmerkenSBI2008Groups",
            "meta_11.json": "BedrijfskenmerkenSBI2008Codes",
        },
        odata.V4,
        "80072ned",
    )  # fmt: skip
    eigenschappen = json.loads((echt / "odata_samples/v4/meta_7.json").read_text())
    assert len(sets["Observations"]) == eigenschappen["ObservationCount"] == 4_409
    bedrijven = {rij["Identifier"] for rij in sets["BedrijfskenmerkenSBI2008Codes"]}
    perioden = {rij["Identifier"] for rij in sets["PeriodenCodes"]}
    for rij in sets["Observations"]:
        assert rij["BedrijfskenmerkenSBI2008"] in bedrijven
        assert rij["Perioden"] in perioden
    (maat,) = odata_v4.onderwerpen_van(sets["MeasureCodes"], [])
    assert (maat.maat, maat.titel, maat.eenheid) == ("M001924", "Ziekteverzuimpercentage", "%")
    telling = Counter(rij["ValueAttribute"] for rij in sets["Observations"])
    assert telling == {"None": 4_409}


def _v4_2017(echt, naam):
    pad = echt / "cbs_odata_v4" / "83765NED" / f"cbs.v4.83765NED_{naam}.parquet"
    tabel = pd.read_parquet(pad)
    return tabel.astype(object).where(tabel.notna(), None).to_dict("records")


def test_kwb_2017_elke_maat_van_ons_staat_in_v4(echt):
    """By measure id; its top group is that of the catalogue, so that both roads agree."""
    onderwerpen = odata_v4.onderwerpen_van(
        _v4_2017(echt, "MeasureCodes"), _v4_2017(echt, "MeasureGroups")
    )
    assert len(onderwerpen) == 103
    vraag = Vraag("cbs_kerncijfers", 2017, catalogus())
    gevonden = zoek(Bestand("MeasureCodes.json", Path()), vraag.kolommen, onderwerpen)
    # Median wealth, education, Wmo and youth care came later; everything else is there.
    zorg = {"wmo_clienten", "wmo_clienten_per_1000"}
    zorg |= {"jongeren_jeugdzorg", "percentage_jongeren_jeugdzorg"}
    assert set(gevonden.niet_gevonden) == {"mediaan_vermogen", "opleidingsniveau_laag", *zorg}
    assert gevonden.sleutels["inwoners"] == "T001036"
    assert gevonden.sleutels["personen_bijstand"] == "D006842"
    assert zoek_titel(onderwerpen, "Indelingswijziging") is None  # a table of numbers only


def test_kwb_2017_wat_de_uitgever_ervan_zegt(echt):
    """The marks of a correction two years on, and the one dimension, of the table's own year."""
    pad = echt / "cbs_odata_v4" / "83765NED" / "cbs.v4.83765NED_Metadata.json"
    eigen = cbs_v4.Eigenschappen(Gehaald(pad, "", Webkenmerk()), json.loads(pad.read_text()))
    assert eigen.merk == {
        "Version": "202011060000",
        "Modified": "2020-11-06T00:00:00+01:00",
        "ObservationsModified": eigen.inhoud["ObservationsModified"],
        "ObservationCount": 1_537_850,
        "Status": "Regulier",
    }
    assert eigen.inhoud["VersionReason"] == "Correctie"
    als, dimensies = Bestand("Dimensions.json", pad), _v4_2017(echt, "Dimensions")
    vraag = Vraag("cbs_kerncijfers", 2017, catalogus())
    assert odata_v4.weiger_dimensies(als, dimensies, vraag) == "WijkenEnBuurten"
    with pytest.raises(odata.BronFout, match=r"van jaar 2017.*gebieden van 2018"):
        odata_v4.weiger_dimensies(als, dimensies, replace(vraag, peiljaar=2018))
    groepen = {rij["Id"] for rij in _v4_2017(echt, "WijkenEnBuurtenGroups")}
    assert len(groepen) == 392
    assert {r["DimensionGroupId"] for r in _v4_2017(echt, "WijkenEnBuurtenCodes")} <= groepen


@pytest.mark.parametrize(
    ("pad", "sets"),
    [
        ("v3/meta_1", {"TypedDataSet", "DataProperties", "Perioden"}),
        ("v4/meta_1", {"Catalogs", "Datasets"}),
        ("v4/meta_2", {"Observations", "MeasureCodes", "Dimensions", "PeriodenCodes"}),
    ],
)
def test_een_dienst_noemt_zijn_verzamelingen(echt, pad, sets):
    """What the client of v4 finds the sets of a table by; v4 may lack MeasureGroups."""
    document = json.loads((echt / "odata_samples" / f"{pad}.json").read_text())
    assert sets <= {rij["name"] for rij in document["value"]}
    assert "MeasureGroups" not in {rij["name"] for rij in document["value"]}


def test_v4_telt_zijn_waarnemingen(echt):
    document = json.loads((echt / "odata_samples/v4/meta_3.json").read_text())
    assert (document["@odata.count"], len(document["value"])) == (4_409, 1)


def test_kwb_2017_regios(echt):
    rijen = _v4_2017(echt, "WijkenEnBuurtenCodes")
    assert len(rijen) == 16_667
    niveau = Counter(rij["Identifier"][:2] for rij in rijen)
    assert niveau == {"BU": 13_208, "WK": 3_070, "GM": 388, "NL": 1}
    assert all(rij["Identifier"] == rij["Identifier"].strip() for rij in rijen)


def _schuif(rij: dict, met: int) -> dict:
    """Every column from position 50 on has moved, as in 2018 between two releases."""

    def naam(sleutel: str) -> str:
        kop, _, nummer = sleutel.rpartition("_")
        return f"{kop}_{int(nummer) + met}" if nummer.isdigit() and int(nummer) >= 50 else sleutel

    return {naam(sleutel): waarde for sleutel, waarde in rij.items()}


def test_verschoven_volgnummers_geven_dezelfde_tabel(echt, tmp_path):
    """The national table of 2020 with three columns inserted, as the release of 2018 had it.

    `MateVanStedelijkheid_115` was `_105` before; a reader of the number behind a name would take
    another column, of the same type and range.
    """
    import gzip

    doel = tmp_path / "bronnen" / "cbs_odata_v3" / "84799NED"
    shutil.copytree(echt / "cbs_odata_v3" / "84799NED", doel)
    anders = 0
    for pad in sorted(doel.glob("*.json.gz")):
        inhoud = json.loads(gzip.decompress(pad.read_bytes()))
        if pad.name.startswith("TypedDataSet"):
            inhoud["value"] = [_schuif(rij, 3) for rij in inhoud["value"]]
        elif pad.name.startswith("DataProperties"):
            for rij in inhoud["value"]:
                oud = rij["Key"]
                rij["Key"] = next(iter(_schuif({oud: None}, 3))) if oud else oud
                anders += rij["Key"] != oud
        pad.chmod(0o644)
        pad.write_bytes(gzip.compress(json.dumps(inhoud).encode(), 1))
    assert anders > 50
    vingers = Vingerafdrukken(tmp_path / "v.json")
    oud, _ = lees(ter_plaatse(vind(echt, "cbs_kerncijfers", 2020), vingers), catalogus())
    nieuw, verslag = lees(
        ter_plaatse(vind(tmp_path / "bronnen", "cbs_kerncijfers", 2020), vingers), catalogus()
    )
    assert verslag.kolommen["stedelijkheid"] == "MateVanStedelijkheid_118"
    assert nieuw.drop(columns="bron_bestand").equals(oud.drop(columns="bron_bestand"))


def test_statweb_2015(echt):
    naam = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2015.csv"
    uitvoer = statweb.lees_uitvoer(Bestand(naam, echt / naam))
    assert uitvoer.jaar == 2015
    assert [o.titel for o in uitvoer.onderwerpen][:4] == [
        "Aantal inkomensontvangers", "Gemiddeld inkomen per inkomensontvanger",
        "Gemiddeld inkomen per inwoner", "40% personen met laagste inkomen",
    ]  # fmt: skip
    assert {o.groep for o in uitvoer.onderwerpen} == {"Inkomen"}
    assert uitvoer.namen[0] == "Amsterdam"
    assert uitvoer.namen[-1] == "Driemond"
    assert uitvoer.cellen[0][1:5] == ["641700", "33,5", "26,9", "40,9"]
    kolommen = catalogus().kolommen_van("cbs_kerncijfers")
    gevonden = zoek(Bestand(naam, echt / naam), kolommen, uitvoer.onderwerpen)
    assert set(gevonden.sleutels) == {
        "percentage_personen_laagste_inkomen", "percentage_huishoudens_laag_inkomen",
    }  # fmt: skip


def test_statweb_2015_met_een_lijst_van_regios(echt):
    """No list of 2015 is at hand; that of 2020 shows that only sure names are linked."""
    naam = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2015.csv"
    namen = statweb.lees_uitvoer(Bestand(naam, echt / naam)).namen
    regios = lees(
        ter_plaatse(vind(echt, "cbs_kerncijfers", 2020), Vingerafdrukken(Path("/dev/null/x"))),
        catalogus(),
    )[0]
    lijst = regios[["regiocode", "regionaam"]].set_axis(["code", "titel"], axis=1)
    codes = statweb.koppel(namen, lijst)
    gekoppeld = dict(zip(namen, codes, strict=True))
    assert gekoppeld["Nieuwmarkt/Lastage"] == "WK036304"
    assert pd.isna(gekoppeld["Stadsdeel Centrum"])  # not a region of the table
    assert codes.dropna().is_unique
    assert codes.dropna().str[2:6].isin(["0363", "GM03"]).mean() > 0.95
