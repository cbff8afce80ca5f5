"""The files have the publishers' shape, and say what the truth says after their rules."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
import yaml

from veerkracht_dagster.voorbeeldland import Land, maak_land, odata_v3, odata_v4, schrijf_kwb
from veerkracht_dagster.voorbeeldland.kaart import schrijf_kaart
from veerkracht_dagster.voorbeeldland.kwb import kwb_tabel
from veerkracht_dagster.voorbeeldland.leefbaarometer import leefbaarometer_scores
from veerkracht_dagster.voorbeeldland.onderwerpen import onderwerpen

PAD_2020 = "cbs_odata_v3/84799NED"


def lees(pad: Path) -> dict:
    return json.loads(pad.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("jaar", "namen"),
    [  # sources.md 3.1, the names real tables have
        (2015, "Woningvoorraad_34 PersonenPerSoortUitkeringBijstand_74 MateVanStedelijkheid_105"),
        (2017, "GemiddeldeWoningwaarde_35 MeestVoorkomendePostcode_102 MateVanStedelijkheid_104"),
        (2018, "PersonenPerSoortUitkeringBijstand_80 MateVanStedelijkheid_115"),
        (2020, "InBezitWoningcorporatie_42 PersonenPerSoortUitkeringAOW_86"),
        (2022, "IndelingswijzigingGemeenteWijkBuurt_4 MeestVoorkomendePostcode_114"),
        (2024, "Nederland_17 GemiddeldeWOZWaardeVanWoningen_39 PersonenPerSoortUitkeringWW_89"),
    ],
)
def test_column_numbers_are_those_of_the_year(jaar: int, namen: str) -> None:
    assert set(namen.split()) <= {o.naam for o in onderwerpen(jaar)}


def test_every_measure_id_is_used_once_a_year() -> None:
    for jaar in (2017, 2018, 2024):
        ids = [o.v4 for o in onderwerpen(jaar)]
        assert len(ids) == len(set(ids))


def test_v3_row_is_padded_as_the_real_one(bronnen: Path) -> None:
    antwoord = lees(bronnen / PAD_2020 / "TypedDataSet.skip0.json")
    soort = "https://opendata.cbs.nl/ODataFeed/odata/84799NED/$metadata#Cbs.OData.WebAPI."
    assert list(antwoord) == ["odata.metadata", "value"]
    assert antwoord["odata.metadata"] == soort + "TypedDataSet"
    eerste, gemeente = antwoord["value"][:2]
    assert len(eerste) == 118
    assert list(eerste)[:3] == ["ID", "WijkenEnBuurten", "Gemeentenaam_1"]
    assert eerste["WijkenEnBuurten"] == "NL00      "
    assert eerste["Gemeentenaam_1"] == "Nederland".ljust(40)
    assert eerste["SoortRegio_2"] == "Land      "
    assert eerste["IndelingswijzigingWijkenEnBuurten_4"] == "."
    assert eerste["MeestVoorkomendePostcode_113"] == gemeente["MeestVoorkomendePostcode_113"]
    assert eerste["MeestVoorkomendePostcode_113"] == "         ."
    buurt = antwoord["value"][3]["MeestVoorkomendePostcode_113"]
    assert buurt[:6] == " " * 6
    assert buurt[6:].isdigit()
    assert isinstance(eerste["GemiddeldeHuishoudensgrootte_32"], float)
    soorten = [r["SoortRegio_2"].strip() for r in antwoord["value"]]
    assert soorten[:4] == ["Land", "Gemeente", "Wijk", "Buurt"]


def test_v3_properties_describe_the_row(bronnen: Path) -> None:
    rijen = lees(bronnen / PAD_2020 / "DataProperties.json")["value"]
    rij = lees(bronnen / PAD_2020 / "TypedDataSet.skip0.json")["value"][0]
    onderwerp = [r for r in rijen if r["Type"] == "Topic"]
    assert [r["Key"] for r in onderwerp] == list(rij)[2:]
    assert [r["ID"] for r in rijen] == list(range(157))  # as the real table
    assert all(r["Key"].endswith(f"_{r['Position']}") for r in onderwerp)
    info = lees(bronnen / PAD_2020 / "TableInfos.json")["value"][0]
    assert info["ColumnCount"] == 117
    assert info["RecordCount"] == len(lees(bronnen / PAD_2020 / "TypedDataSet.skip0.json")["value"])


def test_pages_follow_each_other(
    land: Land, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odata_v3, "PAGINA", 100)
    monkeypatch.setattr(odata_v4, "PAGINA", 1000)
    schrijf_kwb(land, 2020, tmp_path, "odata_v3")
    schrijf_kwb(land, 2020, tmp_path, "odata_v4")
    een = lees(tmp_path / PAD_2020 / "TypedDataSet.skip0.json")
    twee = lees(tmp_path / PAD_2020 / "TypedDataSet.skip100.json")
    assert een["odata.nextLink"].endswith("/84799NED/TypedDataSet?$format=json&$skip=100")
    assert "odata.nextLink" not in twee
    assert twee["value"][0]["ID"] == 100
    v4 = lees(tmp_path / "cbs_odata_v4/84799NED/Observations.skip1000.json")
    assert v4["@odata.nextLink"].endswith("/Observations?$skip=2000")
    assert v4["value"][0]["Id"] == 1000


@pytest.mark.parametrize("jaar", [2015, 2018, 2024])
def test_three_forms_carry_the_same_figures(land: Land, jaar: int, tmp_path: Path) -> None:
    v3_pad = schrijf_kwb(land, jaar, tmp_path, "odata_v3")[0]
    v4_pad = schrijf_kwb(land, jaar, tmp_path, "odata_v4")[0]
    csv_pad = schrijf_kwb(land, jaar, tmp_path, "statline_csv")[0]
    v3 = pd.DataFrame(lees(v3_pad)["value"]).set_index("WijkenEnBuurten")
    v3.index = v3.index.str.strip()
    cellen = {(o["Measure"], o["WijkenEnBuurten"]): o["Value"] for o in lees(v4_pad)["value"]}
    with csv_pad.open(encoding="utf-8-sig", newline="") as f:
        kop, *rijen = list(csv.reader(f, delimiter=";"))
    statline = pd.DataFrame(rijen)
    assert statline[3].str.strip().tolist() == v3.index.tolist()
    gevuld = 0
    for o in onderwerpen(jaar):
        assert kop[o.positie] == f"{'/'.join(o.groep)}/{o.titel} ({o.eenheid})"
        if o.datatype == "String":
            assert statline[o.positie].tolist() == v3[o.naam].tolist()
            continue
        waarden = v3[o.naam].astype(float)
        tekst = statline[o.positie].str.replace(",", ".").replace("", "nan").astype(float)
        np.testing.assert_array_equal(tekst.to_numpy(), waarden.to_numpy())
        eigen = {regio: w for (maat, regio), w in cellen.items() if maat == o.v4}
        assert eigen == waarden.dropna().to_dict()
        gevuld += len(eigen)
    assert gevuld == len(cellen) > 1000


def test_statline_bytes_are_those_of_an_export(bronnen: Path) -> None:
    ruw = (bronnen / "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2019.csv").read_bytes()
    regels = ruw.split(b"\r\n")
    assert ruw.startswith(b'\xef\xbb\xbf"Wijken en buurten";"Regioaanduiding/Gemeentenaam (naam)"')
    assert regels[-1] == b""
    assert regels[1].startswith(b'"Nederland";"Nederland                               ";"Land  ')
    assert b"\n" not in b"".join(regels)


def test_rounding_and_suppression(land: Land) -> None:
    t = kwb_tabel(land, 2020).set_index("code")
    fijn, gemeente = t[t["soort"].isin(["Wijk", "Buurt"])], t[t["soort"] == "Gemeente"]
    assert (fijn["inwoners"] % 5 == 0).all()
    assert (gemeente["inwoners"] % 5 != 0).any()
    assert t.loc["NL00", "inwoners"] == gemeente["inwoners"].sum()
    assert t.loc["NL00", "inwoners"] == land.waarheid("inwoners", 2020).sum()
    buurten = t[t["soort"] == "Buurt"].join(land.waarheid("woningen", 2020).rename("echt"))
    assert (buurten["personen_bijstand"].dropna() % 10 == 0).all()
    assert buurten.loc[buurten["echt"] < 20, "percentage_koopwoningen"].isna().all()
    assert (buurten["percentage_koopwoningen"].dropna() % 1 == 0).all()
    for soort, kolom in [
        ("onderdrukt", "personen_bijstand"),
        ("eigendom_onbekend", "percentage_corporatiewoningen"),
    ]:
        codes = land.bijzonder[soort][2020]
        assert buurten.loc[codes, kolom].isna().all()
        assert buurten[kolom].notna().sum() > 100
    echt = land.waarheid("percentage_corporatiewoningen", 2020)
    verschil = (buurten["percentage_corporatiewoningen"] - echt).dropna().abs()
    assert verschil.max() <= 0.5


def test_not_yet_released_is_all_null_in_the_last_year_only(land: Land) -> None:
    laatste, eerder = kwb_tabel(land, 2024), kwb_tabel(land, 2022)
    for kolom in ("gemiddelde_woz_waarde", "percentage_corporatiewoningen"):
        assert laatste[kolom].isna().all()
        assert eerder[kolom].notna().any()


@pytest.mark.parametrize(
    ("jaar", "code", "extra"),
    [(2018, "BU_CODE", "AANT_INW"), (2020, "buurtcode", "aantal_inwoners")],
)
def test_map_has_the_names_and_water_of_its_time(
    land: Land, bronnen: Path, jaar: int, code: str, extra: str
) -> None:
    pad = bronnen / f"cbs_wijkbuurtkaart/{jaar}/wijkenbuurten_{jaar}.gpkg"
    assert [laag for laag, _ in pyogrio.list_layers(pad)] == ["buurten", "wijken", "gemeenten"]
    buurten = pyogrio.read_dataframe(pad, layer="buurten")
    assert buurten.crs.to_epsg() == 28992
    water = "WATER" if jaar < 2019 else "water"
    droog, nat = buurten[buurten[water] == "NEE"], buurten[buurten[water] == "JA"]
    assert droog[code].tolist() == land.buurten(jaar)["buurtcode"].tolist()
    assert droog.area.sum() == pytest.approx(land.buurten(jaar).area.sum())
    assert set(nat[code]) == set(land.bijzonder["water"][jaar])
    assert (nat[extra] == -99997).all()
    if jaar == 2020:
        laatste = bronnen / "cbs_wijkbuurtkaart/2024/wijkenbuurten_2024.gpkg"
        woz = pyogrio.read_dataframe(laatste, layer="wijken").query("water == 'NEE'")
        assert (woz["gemiddelde_woningwaarde"] == -99995).all()


def test_addresses_agree_with_boundaries(land: Land, bronnen: Path) -> None:
    oud = pd.read_csv(bronnen / "cbs_pc6huisnr/2018/pc6hnr20180801_gwb.csv", sep=";", dtype=str)
    nieuw = pd.read_csv(bronnen / "cbs_pc6huisnr/2020/pc6hnr20200801_gwb.csv", sep=";", dtype=str)
    later = pd.read_csv(bronnen / "cbs_pc6huisnr/2022/pc6hnr20220801_gwb.csv", sep=";", dtype=str)
    assert list(oud) == ["pc", "huisnummer", "gwb_code", "wijkcode", "gemeentecode"]
    assert list(nieuw) == ["PC6", "Huisnummer", "Buurt2020", "Wijk2020", "Gemeente2020"]
    assert not nieuw["Buurt2020"].str.startswith("0").any()
    assert later["Buurt2022"].str.contains("M").any()
    assert not nieuw.duplicated(["PC6", "Huisnummer"]).any()
    per_buurt = ("BU" + nieuw["Buurt2020"].str.zfill(8)).value_counts()
    waar = land.waarheid("adressen", 2020)
    assert per_buurt.reindex(waar.index, fill_value=0).tolist() == waar.tolist()
    samen = oud.merge(nieuw, left_on=["pc", "huisnummer"], right_on=["PC6", "Huisnummer"])
    assert len(samen) > 0.95 * len(oud)
    for code, heet in land.bijzonder["gesplitst"][2020].items():
        delen = samen.loc[samen["gwb_code"].str.zfill(8) == code[2:], "Buurt2020"]
        assert set("BU" + delen.str.zfill(8)) <= {*heet, *land.bijzonder["samengevoegd"][2020]}


def test_leefbaarometer_identities_and_gaps(land: Land, bronnen: Path) -> None:
    map = bronnen / "leefbaarometer_3.0"
    scores = pd.read_csv(map / "Leefbaarometer-scores buurten 2002-2024.csv")
    dims = ["fys", "onv", "soc", "vrz", "won"]
    assert list(scores) == ["bu_code", "bu_naam", "jaar", "lbm", "afw", *dims]
    np.testing.assert_allclose(scores["lbm"] - scores["afw"], 4.102264851, atol=1e-9)
    met = scores.dropna(subset=dims)
    np.testing.assert_allclose(met[dims].sum(axis=1), met["afw"], atol=1e-9)
    assert set(scores["jaar"]) - set(met["jaar"]) == {2002, 2008, 2012, 2016}
    assert scores["bu_code"].nunique() / 150 == pytest.approx(0.83, abs=0.01)
    assert not set(scores["bu_code"]) & set(land.bijzonder["onbewoond"][2024])
    een = met[met["jaar"] == 2014].set_index("bu_code")["onv"]
    np.testing.assert_allclose(een, land.waarheid("onv", 2014, 2024)[een.index], atol=1e-12)
    vlakken = pyogrio.read_dataframe(map / "geometrie-lbm3-2024" / "buurt 2024.gpkg")
    assert set(leefbaarometer_scores(land)["bu_code"]) < set(vlakken["bu_code"])


@pytest.mark.parametrize("bron", ["woonzorgwijzer", "cbs_microdata", "corporatie_bik"])
def test_delivery_is_as_its_manifest_says(land: Land, bronnen: Path, bron: str) -> None:
    map = bronnen / "levering" / bron / "2020"
    manifest = yaml.safe_load((map / "manifest.yml").read_text(encoding="utf-8"))
    bestand = map / manifest["bestand"]
    tabel = pd.read_csv(bestand, sep=";", decimal=",")
    assert manifest["bron"] == bron
    assert (manifest["peiljaar"], manifest["gebiedsjaar"]) == (2020, 2020)
    assert manifest["sha256"] == hashlib.sha256(bestand.read_bytes()).hexdigest()
    assert list(manifest["kolommen"]) == list(tabel)
    assert set(tabel["buurtcode"]) <= set(land.buurten(2020)["buurtcode"])
    if bron == "cbs_microdata":
        assert set(tabel["buurtcode"].str[2:6]) == {"0129"}
        assert (tabel[["personen", "personen_kwetsbaar"]] >= 10).all(axis=None)
        assert (tabel[["personen", "personen_kwetsbaar"]] % 10 == 0).all(axis=None)
    if bron == "woonzorgwijzer":
        waar = land.waarheid("wzw_lvb_personen", 2020)
        bekend = tabel.set_index("buurtcode")["lvb_personen"].dropna()
        assert bekend.tolist() == waar[bekend.index].tolist()
        assert len(bekend) < len(tabel)
    if bron == "corporatie_bik":
        cijfers = tabel.filter(like="score_")
        assert cijfers.min(axis=None) >= 1
        assert cijfers.max(axis=None) <= 10
        assert (tabel["aantal_woningen"] > 0).all()


def test_files_are_the_same_byte_for_byte(land: Land, bronnen: Path, tmp_path: Path) -> None:
    opnieuw = maak_land()
    paden = schrijf_kwb(opnieuw, 2020, tmp_path)
    paden.append(schrijf_kaart(opnieuw, 2020, kwb_tabel(opnieuw, 2020), tmp_path))
    for pad in paden:
        assert pad.read_bytes() == (bronnen / pad.relative_to(tmp_path)).read_bytes(), pad.name


def test_unknown_form_is_refused(land: Land, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'xml' is not known; choose from odata_v3, odata_v4"):
        schrijf_kwb(land, 2020, tmp_path, "xml")
