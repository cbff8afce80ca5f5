"""The publishers' real files, read as they are, against facts known of them beforehand."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest

from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.ongelezen import ongelezen
from veerkracht_dagster.bronnen.vastleggen import leg_vast, ter_plaatse
from veerkracht_dagster.bronnen.vindplaatsen import Vingerafdrukken, vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.opslag.snapshots import Snapshots

pytestmark = pytest.mark.echt
# Feature counts of the province files, as listed by the publisher's own collection.
WIJKEN_ZONDER_2022 = 2
PROVINCIES = {"20": 510, "24": 330, "26": 842, "28": 1940, "30": 1789}


@pytest.fixture(scope="module")
def kwb2020(lees_echt):
    return lees_echt("cbs_kerncijfers", 2020)


def test_kwb_2020_regio_s(kwb2020):
    frame, verslag = kwb2020
    assert frame["niveau"].value_counts().to_dict() == {
        "buurt": 13_808, "wijk": 3_177, "gemeente": 355, "land": 1,
    }  # fmt: skip
    assert [bestand.rijen for bestand in verslag.bestanden] == [10_000, 7_341]
    assert verslag.uitgeversversie == "2021-03-26T02:00:00"
    assert frame["bron_rij"].max() == 9_999
    buurten = frame[frame["niveau"] == "buurt"]
    telling = buurten["indelingswijziging"].value_counts().to_dict()
    assert telling == {"1": 13_038, "3": 636, "2": 134}


@pytest.mark.parametrize(
    ("niveau", "som"),
    [
        ("land", 17_407_585),
        ("gemeente", 17_407_585),
        ("wijk", 17_404_080),  # rounded to 5
        ("buurt", 17_397_650),
    ],
)
def test_kwb_2020_inwoners(kwb2020, niveau, som):
    frame = kwb2020[0]
    assert frame.loc[frame["niveau"] == niveau, "inwoners"].sum() == som


def test_kwb_2020_standen(kwb2020):
    frame, verslag = kwb2020
    buurten = frame[frame["niveau"] == "buurt"]
    assert (buurten["inwoners"] == 0).sum() == 465
    assert buurten["personen_bijstand"].isna().sum() == 1_498
    # Every empty cell has its reason: nobody lives there, or the publisher keeps it.
    leeg = buurten[buurten["personen_bijstand"].isna()]
    standen = leeg["personen_bijstand__status"].value_counts().to_dict()
    zonder_inwoners = int((leeg["inwoners"] == 0).sum())
    assert standen == {"n.v.t.": zonder_inwoners, "onderdrukt": 1_498 - zonder_inwoners}
    assert set(buurten["percentage_koopwoningen__status"]) == {"ontbreekt"}  # not yet released
    assert verslag.niet_gevonden == ()


def test_kwb_2020_in_minder_dan_drie_seconden(echt, tmp_path):
    vingers = Vingerafdrukken(tmp_path / "vingers.json")
    vastgelegd = leg_vast(vind(echt, "cbs_kerncijfers", 2020), Snapshots(tmp_path / "s"), vingers)
    begin = time.process_time()
    lees(vastgelegd, catalogus())
    assert time.process_time() - begin < 3


def test_kwb_2019_amsterdam_zoals_r_het_schreef(lees_echt):
    frame, verslag = lees_echt("cbs_kerncijfers", 2019)
    assert frame["niveau"].value_counts().to_dict() == {
        "buurt": 479, "wijk": 99, "land": 1, "gemeente": 1,
    }  # fmt: skip
    assert verslag.niet_gevonden == ()  # every column of ours, through R's headers
    nederland = frame.set_index("regiocode").loc["NL00"]
    feiten = {
        "inwoners": 17_282_163, "gemiddelde_woz_waarde": 250, "percentage_koopwoningen": 57,
        "mediaan_vermogen": 52.4, "personen_bijstand": 431_360, "personen_aow": 3_065_800,
        "percentage_huishoudens_laag_inkomen": 7.5, "omgevingsadressendichtheid": 1_994,
    }  # fmt: skip
    assert nederland[list(feiten)].to_dict() == feiten


def test_kwb_2024_geslacht_en_leeftijd(lees_echt):
    frame, verslag = lees_echt("cbs_kerncijfers", 2024)
    assert len(frame) == 18_310
    assert frame["niveau"].value_counts()["buurt"] == 14_574
    nederland = frame.set_index("regiocode").loc["NL00"]
    assert (nederland["inwoners"], nederland["inwoners_65_plus"]) == (17_942_942, 3_677_228)
    assert frame["regiocode"].str.fullmatch("WK0363[A-Z]{2}").any()  # letters in Amsterdam
    assert set(verslag.kolommen) == {"inwoners", "inwoners_65_plus"}


def test_kwb_2015_is_niet_bruikbaar(lees_echt):
    frame, verslag = lees_echt("cbs_kerncijfers", 2015)
    assert len(frame) == 0
    assert "zonder code" in verslag.reden


@pytest.mark.parametrize(
    # 2022, the year of the meting: 3,308 scored wijken, and two that have only earlier scores
    ("jaar", "rijen"),
    [(2014, 3292), (2016, 3297), (2018, 3301), (2020, 3301), (2022, 3308 + WIJKEN_ZONDER_2022)],
)
def test_leefbaarometer_wijken(lees_echt, jaar, rijen):
    frame, verslag = lees_echt("leefbaarometer", jaar)
    assert set(frame["niveau"]) == {"wijk"}
    assert len(frame) == rijen
    assert set(frame["gebiedsjaar"]) == {2022}
    assert verslag.bestanden[0].rijen == 26_366
    ontbreekt = (frame["onv__status"] == "ontbreekt").sum()
    # 2016 has no dimensions
    assert ontbreekt == {2016: rijen, 2022: WIJKEN_ZONDER_2022}.get(jaar, 0)
    assert set(frame["onv__status"]) <= {"waargenomen", "ontbreekt"}


def test_verandering_van_onv_2014_2020(lees_echt):
    begin = lees_echt("leefbaarometer", 2014)[0].set_index("regiocode")["onv"]
    eind = lees_echt("leefbaarometer", 2020)[0].set_index("regiocode")["onv"]
    verschil = (eind - begin).dropna()
    assert len(verschil) == 3_290
    assert round(verschil.mean(), 4) == 0.0088
    assert round(verschil.std(), 4) == 0.0272


def test_leefbaarometer_2024_per_provincie(lees_echt):
    frame, verslag = lees_echt("leefbaarometer", 2024)
    aantallen = {Path(b.naam).stem: b.rijen for b in verslag.bestanden if "buurten_" in b.naam}
    assert aantallen == PROVINCIES
    assert len(frame) == sum(PROVINCIES.values())
    assert set(frame["niveau"]) == {"buurt"}
    assert set(frame["lbm__status"]) == {"ontbreekt"}
    binnenstad = frame.set_index("regiocode").loc["BU00140000"]
    assert (binnenstad["onv"], binnenstad["onv_klasse_gepubliceerd"]) == (-0.113587, 3)
    assert binnenstad["gemeentenaam"] == "Groningen"


def test_eerste_rijen_van_de_buurten_2002_2024(echt, tmp_path):
    """The publisher's file of buurten, of which the first rows are here, under its own name."""
    (uittreksel,) = (echt / "leefbaarometer_3.0" / "3.0-2024-excerpt").glob("*.csv")
    ruw = pd.read_csv(uittreksel)
    doel = tmp_path / "leefbaarometer_3.0" / "Leefbaarometer-scores buurten 2002-2024.csv"
    doel.parent.mkdir()
    shutil.copy(uittreksel, doel)
    vingers = Vingerafdrukken(tmp_path / "vingers.json")
    frame, verslag = lees(ter_plaatse(vind(tmp_path, "leefbaarometer", 2020), vingers), catalogus())
    assert verslag.bestanden[0].rijen == len(ruw)
    assert set(frame["gebiedsjaar"]) == {2024}
    van_2020 = ruw[ruw["jaar"] == 2020].set_index("bu_code")
    assert len(van_2020) > 0
    for kolom in ("lbm", "onv", "won"):
        assert frame.set_index("regiocode")[kolom].to_dict() == van_2020[kolom].to_dict()


def test_leefbaarometer_2_0_wordt_geweigerd(echt, tmp_path):
    plaats = tmp_path / "leefbaarometer_3.0"
    plaats.mkdir()
    naam = "Leefbaarometer-scores wijken 2002-2016.csv"
    shutil.copy(echt / "leefbaarometer_2.0" / "wijk.xlsx", plaats / naam)
    vingers = Vingerafdrukken(tmp_path / "vingers.json")
    vastgelegd = leg_vast(
        vind(tmp_path, "leefbaarometer", 2016), Snapshots(tmp_path / "s"), vingers
    )
    with pytest.raises(BronFout, match=r"Leefbaarometer 2\.0.*ander model"):
        lees(vastgelegd, catalogus())


def test_buurtgrenzen_groningen_2017(echt, lees_echt):
    frame, verslag = lees_echt("cbs_buurtgrenzen", 2017)
    assert len(frame) == 108
    assert frame.crs.to_epsg() == 28992
    assert set(frame["niveau"]) == {"buurt"}
    # The publisher's own OPP_TOT, in whole hectares: every polygon has it, so the CRS was right.
    eigen = pyogrio.read_dataframe(
        f"/vsizip/{echt}/cbs_wijkbuurtkaart/2017/buurt2017.zip", read_geometry=False
    ).set_index("BU_CODE")["OPP_TOT"]
    assert eigen.sum() == 10_149
    hectare = frame.set_index("regiocode").area / 10_000
    assert (hectare - eigen).abs().max() < 0.51
    x_min, y_min, x_max, y_max = frame.total_bounds
    assert 225_000 < x_min < x_max < 250_000
    assert 570_000 < y_min < y_max < 595_000
    assert verslag.opmerkingen == ()


def _ermelo(echt: Path, map_: Path, jaar: int) -> pd.DataFrame:
    """The map of Ermelo, whose rows say 2021 in `jaarstatcode`, put in the folder of a year."""
    plaats = map_ / "bronnen" / "cbs_wijkbuurtkaart" / str(jaar)
    plaats.mkdir(parents=True)
    shutil.copy(echt / "wijkbuurtkaart_ermelo" / "CBS_buurten.gpkg", plaats)
    vingers = Vingerafdrukken(map_ / "vingers.json")
    levering = vind(map_ / "bronnen", "cbs_buurtgrenzen", jaar)
    return lees(ter_plaatse(levering, vingers), catalogus())[0]


def test_een_kaart_van_pdok_is_van_het_jaar_dat_zij_zegt(echt, tmp_path):
    frame = _ermelo(echt, tmp_path, 2021)
    assert frame["water"].value_counts().to_dict() == {"NEE": 16, "JA": 1}
    assert frame["regiocode"].str[:6].unique().tolist() == ["BU0233"]


@pytest.mark.parametrize("jaar", [jaar for jaar in range(2014, 2026) if jaar != 2021])
def test_en_van_geen_ander(echt, tmp_path, jaar):
    melding = rf"een kaart van 2021 \(2021BU02330000\); verwacht: een kaart van {jaar}"
    with pytest.raises(BronFout, match=melding):
        _ermelo(echt, tmp_path, jaar)


def test_buurtgrenzen_2024(lees_echt):
    frame, verslag = lees_echt("cbs_buurtgrenzen", 2024)
    assert frame["niveau"].value_counts().to_dict() == {"buurt": 5_411, "wijk": 3_475}
    assert frame.geometry.is_valid.all()
    wijken = frame[frame["niveau"] == "wijk"]
    assert wijken["water"].value_counts().to_dict() == {"NEE": 3_393, "JA": 81, "B": 1}
    # The Netherlands have 33 700 km2 of land and 3 700 of inland water, part of it 'Groot water'.
    assert 33_700 < wijken.loc[wijken["water"] == "NEE"].area.sum() / 1e6 < 37_400
    assert any("ongeldige ring hersteld" in opmerking for opmerking in verslag.opmerkingen)


def test_elke_buurt_van_de_leefbaarometer_heeft_een_vlak_en_cijfers(lees_echt):
    scores = lees_echt("leefbaarometer", 2024)[0]["regiocode"]
    vlakken = lees_echt("cbs_buurtgrenzen", 2024)[0]["regiocode"]
    cijfers = lees_echt("cbs_kerncijfers", 2024)[0]["regiocode"]
    assert set(scores) <= set(vlakken)
    assert set(scores) <= set(cijfers)


def test_wat_er_niet_is_geeft_een_lege_tabel_met_reden(lees_echt):
    for bron in ("cbs_adressen", "woonzorgwijzer", "cbs_microdata", "corporatie_bik"):
        frame, verslag = lees_echt(bron, 2020)
        assert len(frame) == 0
        assert verslag.reden


def test_snapshots_zijn_wat_hun_naam_zegt(kwb2020, lees_echt):
    assert lees_echt.snapshots.controleer() == []
    for bestand in kwb2020[1].bestanden:
        assert lees_echt.snapshots.kaart(bestand.sha256).uitgeversversie == "2021-03-26T02:00:00"


def test_geen_lege_cel_werd_nul(kwb2020):
    frame = kwb2020[0]
    for kolom in catalogus().kolommen_van("cbs_kerncijfers"):
        leeg = frame[f"{kolom}__status"] != "waargenomen"
        assert frame.loc[leeg, kolom].isna().all()
        assert np.isfinite(frame.loc[~leeg, kolom]).all()
        assert pd.api.types.is_float_dtype(frame[kolom])


def test_what_nobody_reads_of_the_real_files_is_named(echt):
    genoemd = [een.bestand for een in ongelezen(echt, catalogus(), range(2014, 2027))]
    parquet = [naam for naam in genoemd if naam.endswith(".parquet")]
    assert {naam.rpartition("/")[0] for naam in parquet} == {"cbs_odata_v4/83765NED"}
    los = ("odata_samples/", "pdok_atom/")  # recorded answers, in folders of no source
    rest = [naam for naam in genoemd if not naam.startswith(los) and naam not in parquet]
    assert rest == [
        "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2015.csv",  # names without codes
        "cbs_odata_v4/83765NED/cbs.v4.83765NED_Metadata.json",  # no Observations beside it
        "leefbaarometer_2.0/wijk.xlsx",
        "leefbaarometer_3.0/3.0-2024-excerpt/Leefbaarometer-scores_buurten_EXCERPT.csv",
        "wijkbuurtkaart_ermelo/CBS_buurten.gpkg",
    ]
