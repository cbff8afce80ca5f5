"""The whole road on the publishers' real files: one rebuild, against figures counted beforehand.

The facts are taken from the raw files here, with the standard library alone, so that no mistake of
the project can be on both sides.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import dagster as dg
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from assets_defs.controles import controlesleutels
from tests.werk import herbouw_in, instance_van
from veerkracht_dagster.bonnen.bewijs import schrijf_bewijs
from veerkracht_dagster.bonnen.bon import Bonnen
from veerkracht_dagster.bonnen.gepubliceerd import Gepubliceerd
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.werkmap import Werkmap

pytestmark = pytest.mark.echt
CAT = catalogus()
BUURT_2020, BUURT_2024, WIJK = "2014-2020", "2018-2024", "2014-2020-wijken"
SIGNALEN = ("signaal_absoluut", "signaal_relatief")
WIJKSCORES = Path("leefbaarometer_3.0", "Leefbaarometer-scores wijken 2002-2022.csv")
PROVINCIES = ("20", "24", "26", "28", "30")
# Limits of the classes of a dimension (method.md section 5).
LIMIETEN = np.array([-1.5, -1, -0.5, -0.25, 0.25, 0.5, 1, 1.5]) * 0.15678


def _stand(map_: Path) -> dict[str, tuple[int, int, str]]:
    """Size, time and sha256 of every file."""
    return {
        pad.relative_to(map_).as_posix(): (
            pad.stat().st_size,
            pad.stat().st_mtime_ns,
            hashlib.sha256(pad.read_bytes()).hexdigest(),
        )
        for pad in sorted(map_.rglob("*"))
        if pad.is_file()
    }


@pytest.fixture(scope="session")
def vooraf(echt: Path) -> dict[str, tuple[int, int, str]]:
    return _stand(echt)


@pytest.fixture(scope="session")
def werk(echt: Path, vooraf: object, tmp_path_factory: pytest.TempPathFactory) -> Werkmap:
    """One rebuild of everything; a minute."""
    werkmap = Werkmap.in_map(tmp_path_factory.mktemp("pijplijn"), echt)
    assert herbouw_in(werkmap).aantal > 100
    return werkmap


def tabel(werk: Werkmap, naam: str, partitie: str) -> pd.DataFrame:
    return pd.read_parquet(Path(werk.tabellen) / naam / f"{partitie}.parquet")


def laag(werk: Werkmap, editie: str, naam: str) -> gpd.GeoDataFrame:
    """A layer as it was published."""
    return gpd.read_parquet(werk.uitgaven / editie / "actueel" / f"{naam}.parquet")


Rij = dict[str, Any]


def _kwb(echt: Path, verzameling: str) -> list[Rij]:
    """The rows of a set of the KWB 2020 answers, as published."""
    uit = []
    for pad in sorted((echt / "cbs_odata_v3" / "84799NED").glob(f"{verzameling}.*.json.gz")):
        with gzip.open(pad, "rt", encoding="utf-8") as stroom:
            uit += json.load(stroom)["value"]
    return uit


@pytest.fixture(scope="session")
def kwb(echt: Path) -> dict[str, list[Rij]]:
    """KWB 2020 by kind of region."""
    uit: dict[str, list[Rij]] = {}
    for rij in _kwb(echt, "TypedDataSet"):
        uit.setdefault(rij["SoortRegio_2"].strip(), []).append(rij)
    return uit


@pytest.fixture(scope="session")
def wijken_met_inwoners(echt: Path, kwb: dict[str, list[Rij]]) -> set[str]:
    """Wijken of KWB 2020 with residents and, in the Leefbaarometer, the same code and name."""
    namen = {rij["Key"].strip(): rij["Title"].strip() for rij in _kwb(echt, "WijkenEnBuurten")}
    with (echt / WIJKSCORES).open(encoding="utf-8-sig", newline="") as stroom:
        hun = {rij["wk_code"]: rij["wk_naam"].strip() for rij in csv.DictReader(stroom)}
    bewoond = {r["WijkenEnBuurten"].strip() for r in kwb["Wijk"] if r["AantalInwoners_5"]}
    return {code for code in bewoond if namen[code] == hun.get(code)}


@pytest.fixture(scope="session")
def wijkscores(echt: Path) -> dict[str, dict[str, float]]:
    """Score of overlast en onveiligheid by year and wijk, where it was published."""
    uit: dict[str, dict[str, float]] = {}
    with (echt / WIJKSCORES).open(encoding="utf-8-sig", newline="") as stroom:
        for rij in csv.DictReader(stroom):
            jaar = uit.setdefault(rij["jaar"], {})
            if rij["onv"] != "NA":
                jaar[rij["wk_code"]] = float(rij["onv"])
    return uit


@pytest.fixture(scope="session")
def buurtscores(echt: Path) -> dict[str, dict[str, object]]:
    """Published scores and classes of the buurten of 2024 of five provinces."""
    uit = {}
    for provincie in PROVINCIES:
        pad = echt / "leefbaarometer_3.0" / "buurten_2024" / f"{provincie}.geojson"
        for gebied in json.loads(pad.read_text(encoding="utf-8"))["features"]:
            uit[gebied["properties"]["code"]] = gebied["properties"]["raw"]
    return uit


def test_niets_van_de_invoer_is_veranderd(werk, echt, vooraf):
    assert _stand(echt) == vooraf


def test_alle_controles_zijn_gedaan_en_geslaagd(werk, monkeypatch):
    with instance_van(werk, monkeypatch) as instance:
        records = {
            sleutel: instance.get_latest_asset_check_evaluation_record(sleutel)
            for sleutel in controlesleutels()
        }
    assert len(records) > 40
    assert {s for s, record in records.items() if record is None} == set()
    uitslagen = {
        sleutel: record.event.dagster_event.asset_check_evaluation_data.passed
        for sleutel, record in records.items()
    }
    assert {sleutel for sleutel, goed in uitslagen.items() if not goed} == set()


# --- Buurten 2014-2020: KWB 2020 of the whole country, no tenure and no Leefbaarometer per buurt --


def test_inwoners_2020_in_de_buurttabel(werk, kwb):
    kwb_buurten = kwb["Buurt"]
    land = tabel(werk, "cbs_kerncijfers", "2020").set_index("regiocode")["inwoners"]["NL00"]
    assert land == sum(rij["AantalInwoners_5"] for rij in kwb["Gemeente"]) == 17_407_585
    frame = tabel(werk, "buurttabel", "2020")
    eigen = frame[(frame["niveau"] == "buurt") & (frame["basisjaar"] == 2020)]
    assert len(eigen) == len(kwb_buurten) == 13_808
    assert eigen["inwoners"].sum() == 17_397_650
    geteld = {rij["WijkenEnBuurten"].strip(): rij["AantalInwoners_5"] for rij in kwb_buurten}
    assert eigen.set_index("regiocode")["inwoners"].to_dict() == geteld


def test_K_eind_van_2020_uit_uitkering_alleen(werk, kwb):
    delen = [f"PersonenPerSoortUitkering{soort}" for soort in ("Bijstand_83", "AO_84", "WW_85")]
    verwacht = {
        rij["WijkenEnBuurten"].strip(): 100 * sum(rij[k] for k in delen) / rij["AantalInwoners_5"]
        for rij in kwb["Buurt"]
        if rij["AantalInwoners_5"] and all(rij[k] is not None for k in delen)
    }
    assert len(verwacht) == 12_309
    frame = tabel(werk, "kwetsbare_bewoners", BUURT_2020).set_index("regiocode")
    K = frame["K_eind"].dropna()
    assert set(K.index) == set(verwacht)
    # 1 - (1 - p) in floating point; and a ratio over 1 by the rounding of both is cut off.
    juist = pd.Series(verwacht).clip(upper=100)
    np.testing.assert_allclose(K, juist[K.index], rtol=1e-12, atol=1e-12)
    assert set(frame["groepen"]) == {"uitkering"}
    assert set(frame["methode"]) == {"schatting"}
    assert set(frame["jaren_eind"]) == {"uitkering 2020"}
    # Nothing of 2014 is there: no begin, so no change.
    assert frame["K_begin"].isna().all()
    assert frame["dK"].isna().all()


def test_laag_3_van_2020(werk):
    frame = laag(werk, BUURT_2020, "kwetsbaar_situatie")
    assert len(frame) == 13_808
    # 465 buurten without inhabitants, 1 034 whose benefits CBS keeps secret.
    leeg = frame[frame["klasse"] == -9]["status"].value_counts().to_dict()
    assert leeg == {"onderdrukt": 1_034, "n.v.t.": 465}
    assert set(frame.loc[frame["klasse"] > 0, "klasse"]) == {1, 2, 3, 4}


def test_corporatiebezit_2020_is_geheel_geen_meting_met_reden(werk):
    for editie, aantal in ((BUURT_2020, 13_808), (WIJK, 3_310), (BUURT_2024, 14_574)):
        frame = laag(werk, editie, "corporatiebezit")
        assert len(frame) == aantal
        assert set(frame["klasse"]) == {-9}
        assert set(frame["status"]) == {"ontbreekt"}  # columns not yet released
        assert frame["waarde"].isna().all()
        assert frame["kleur"].isna().all()
        assert frame["toelichting"].str.startswith("geen meting: corporatie_eind").all()


@pytest.mark.parametrize("editie", [BUURT_2020, WIJK, BUURT_2024])
@pytest.mark.parametrize("naam", SIGNALEN)
def test_signalen_zijn_geen_meting_met_reden(werk, editie, naam):
    frame = laag(werk, editie, naam)
    assert len(frame) > 3_000
    assert set(frame["klasse"]) == {-9}
    assert frame["toelichting"].str.match(r"geen meting: K_begin .*: ontbreekt").all()
    assert frame["structureel"].isin(["onbekend", "nee"]).all()


# --- Wijken 2014-2020: the Leefbaarometer's own wijken --------------------------------------------


def test_wijken_met_score_in_beide_jaren(werk, wijkscores):
    beide = wijkscores["2014"].keys() & wijkscores["2020"].keys()
    assert len(beide) == 3_290
    verandering = [wijkscores["2020"][wijk] - wijkscores["2014"][wijk] for wijk in sorted(beide)]
    assert (round(mean(verandering), 4), round(stdev(verandering), 4)) == (0.0088, 0.0272)

    frame = tabel(werk, "overlast_onveiligheid", WIJK).set_index("regiocode")
    # Two wijken have no row in 2022, the year whose wijken the edition stands on, but in others.
    assert set(frame.index) == set().union(*wijkscores.values())
    assert set(frame.index) - set(wijkscores["2022"]) == {"WK051801", "WK071808"}
    dP = frame["dP"].dropna()
    assert set(dP.index) == beide
    assert (round(-dP.mean(), 4), round(dP.std(), 4)) == (0.0088, 0.0272)
    juist = pd.Series({w: wijkscores["2014"][w] - wijkscores["2020"][w] for w in dP.index})
    np.testing.assert_allclose(dP, juist[dP.index], rtol=0, atol=1e-9)


def test_lagen_6_tot_8_van_de_wijken(werk, wijkscores, wijken_met_inwoners):
    situatie, ontwikkeling, relatief = (
        laag(werk, WIJK, naam).set_index("wijkcode")
        for naam in ("overlast_situatie", "overlast_ontwikkeling", "overlast_ontwikkeling_relatief")
    )
    gemeten = situatie["klasse"] != -9
    assert gemeten.sum() == len(wijkscores["2020"]) == 3_301
    V = pd.Series(wijkscores["2020"])[situatie.index[gemeten]]
    klassen = np.searchsorted(LIMIETEN, V, side="right") + 1
    assert (situatie.loc[gemeten, "klasse"].to_numpy() == klassen).all()

    gemeten = ontwikkeling["klasse"] != -9
    assert gemeten.sum() == 3_290
    tP = CAT.edities[WIJK].parameters.tP_punt
    toename = ontwikkeling.index[ontwikkeling["klasse"].isin([4, 5])]
    verschil = {
        w: wijkscores["2014"][w] - wijkscores["2020"][w] for w in ontwikkeling.index[gemeten]
    }
    assert set(toename) == {wijk for wijk, dP in verschil.items() if dP > tP}
    assert ontwikkeling.loc[~gemeten, "toelichting"].str.startswith("geen meting: V_").all()

    # Relative to the gemeente needs a wijk in it whose residents are known: KWB 2020 stands on
    # the wijken of 2020 and the edition on those of 2022, and the address files are not here.
    gewogen = {wijk[2:6] for wijk in verschil if wijk in wijken_met_inwoners}
    gemeten = relatief["klasse"] != -9
    assert set(relatief.index[gemeten]) == {wijk for wijk in verschil if wijk[2:6] in gewogen}
    assert gemeten.sum() == 2_830
    redenen = relatief.loc[~gemeten, "toelichting"].value_counts()
    assert redenen["geen meting: geen inwoners bekend om mee te wegen"] == 3_290 - 2_830
    assert redenen.sum() == 3_310 - 2_830


# --- Buurten 2018-2024: five provinces with real geometry -----------------------------------------


def test_laag_6_van_vijf_provincies_heeft_de_gepubliceerde_klassen(werk, buurtscores):
    alle = laag(werk, BUURT_2024, "overlast_situatie").set_index("buurtcode")
    # The Kerncijfers of 2024 name every buurt of the country; scores are of five provinces.
    assert len(alle) == 14_574
    frame = alle.loc[alle.index.isin(set(buurtscores))]
    assert len(frame) == 5_411
    assert set(alle["klasse"].drop(frame.index)) == {-9}
    gepubliceerd = pd.DataFrame(buurtscores).T.loc[frame.index]
    np.testing.assert_array_equal(frame["waarde"], gepubliceerd["onv"].astype(float))
    anders = frame["klasse"] != gepubliceerd["konv"].astype(int)
    bij_limiet = np.abs(frame["waarde"].to_numpy()[:, None] - LIMIETEN).min(axis=1) < 1e-4
    assert not (anders & ~bij_limiet).any()
    assert anders.sum() == 0


def test_vijf_provincies_hebben_hun_vlak(werk, buurtscores):
    frame = laag(werk, BUURT_2024, "overlast_situatie")
    assert frame.crs.to_epsg() == 28992
    met_vlak = frame.loc[frame.geometry.notna()]
    assert set(met_vlak["buurtcode"]) == set(buurtscores)
    assert met_vlak.geometry.is_valid.all()
    kaart = gpd.read_file(
        werk.uitgaven / BUURT_2024 / "actueel" / f"veerkracht_{BUURT_2024}.gpkg",
        layer="overlast_situatie",
    )
    assert kaart["klasse"].tolist() == frame["klasse"].tolist()
    # The five provinces have some 12 700 km2 of land; buurten without a score are not in the files.
    assert 11_000 < kaart.area.sum() / 1e6 < 12_700


# --- Where it came from ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("editie", "bestanden"),
    [
        (BUURT_2020, {"TypedDataSet.skip0.json.gz", "TypedDataSet.skip10000.json.gz"}),
        (WIJK, {"Leefbaarometer-scores wijken 2002-2022.csv"}),
        (BUURT_2024, {f"{provincie}.geojson" for provincie in PROVINCIES}),
    ],
)
def test_de_release_noemt_de_bestanden_met_de_hash_van_de_uitgever(werk, echt, editie, bestanden):
    regels = (echt / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sommen = {Path(pad).name: som for som, pad in (regel.split("  ", 1) for regel in regels)}
    release = json.loads((werk.uitgaven / editie / "actueel" / "release.json").read_text("utf-8"))
    genoemd = {kaart["bestandsnaam"]: kaart["sha256"] for kaart in release["kaarten"]}
    assert bestanden <= genoemd.keys()
    assert genoemd == {naam: sommen[naam] for naam in genoemd}
    assert len(release["controles"]) > 40
    assert all(controle["goed"] for controle in release["controles"])


def _partitie(asset: str, partitie: str) -> dg.AssetRecordsFilter:
    return dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[partitie])


def test_de_kerncijfers_van_2015_zijn_niet_bruikbaar_en_dat_staat_erbij(werk, monkeypatch):
    with instance_van(werk, monkeypatch) as instance:
        record = instance.fetch_materializations(_partitie("cbs_kerncijfers", "2015"), limit=1)
    metadata = record.records[0].asset_materialization.metadata
    assert metadata["dagster/row_count"].value == 0
    reden = metadata["afwezig"].value
    assert "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2015.csv" in reden
    assert "zonder code" in reden


# --- Receipts: K of 2020 down to the text in the CBS answers -------------------------------------

TIEN = {
    "BU00140000": "Binnenstad-Noord", "BU00140900": "Vinkhuizen-Noord", "BU00141000": "Selwerd",
    "BU00141100": "Beijum-West", "BU00805001": "Heechterp", "BU02020423": "Presikhaaf I",
    "BU02020733": "Klarendal-Noord", "BU02021053": "Geitenkamp",
    "BU03631302": "Spaarndammerbuurt Zuidoost", "BU07721110": "Binnenstad",
}  # fmt: skip
K_INVOER = {
    "personen_bijstand": "PersonenPerSoortUitkeringBijstand_83",
    "personen_ao": "PersonenPerSoortUitkeringAO_84",
    "personen_ww": "PersonenPerSoortUitkeringWW_85",
    "inwoners": "AantalInwoners_5",
}


@pytest.fixture(scope="session")
def kwb_teksten(echt: Path) -> dict[str, tuple[str, int, Rij]]:
    """Per region of KWB 2020 its page, its row there, and every number as it is written."""
    uit = {}
    for pad in (echt / "cbs_odata_v3" / "84799NED").glob("TypedDataSet.*.json.gz"):
        inhoud = json.loads(gzip.decompress(pad.read_bytes()), parse_int=str, parse_float=str)
        for nummer, rij in enumerate(inhoud["value"]):
            uit[rij["WijkenEnBuurten"].strip()] = pad.name, nummer, rij
    return uit


def _bonnen(werk: Werkmap, *, diep: bool = False) -> Bonnen:
    map_ = werk.uitgaven / BUURT_2020 / "actueel"
    return Bonnen(Gepubliceerd(map_, werk.snapshots, CAT), diep=diep)


def test_K_van_tien_buurten_tot_de_ruwe_tekst(werk, echt, kwb_teksten):
    namen = {rij["Key"].strip(): rij["Title"].strip() for rij in _kwb(echt, "WijkenEnBuurten")}
    bonnen = _bonnen(werk)
    for code, naam in TIEN.items():
        assert namen[code] == naam
        pagina, nummer, rij = kwb_teksten[code]
        tekst = {ons: rij[hun] for ons, hun in K_INVOER.items()}
        K = 100 * sum(int(tekst[k]) for k in list(K_INVOER)[:3]) / int(tekst["inwoners"])
        bon = bonnen.cijfer("K_eind", code)
        assert bon.afwijkingen == []
        assert bon.waarde == pytest.approx(K, rel=1e-12)
        cellen = {k.naam.split()[0]: k for k in bon.alle() if k.soort == "broncel"}
        assert cellen.keys() == K_INVOER.keys()
        for ons, cel in cellen.items():
            assert cel.feiten["ruwe_tekst"] == tekst[ons]
            assert (cel.feiten["kolom"], cel.feiten["rij"]) == (K_INVOER[ons], nummer)
            assert cel.feiten["bestand"] == f"cbs_odata_v3/84799NED/{pagina}"
            bron = echt / cel.feiten["bestand"]
            assert cel.feiten["sha256"] == hashlib.sha256(bron.read_bytes()).hexdigest()
            # The record as it stands in the page, at the byte that the receipt names.
            begin, record = cel.plaats.begin, cel.plaats.record
            assert gzip.decompress(bron.read_bytes())[begin : begin + len(record)] == record
            assert f'"{K_INVOER[ons]}":{tekst[ons]}'.encode() in record.replace(b" ", b"")


def test_een_lege_kolom_van_2020_zegt_dat_zij_voor_niemand_gevuld_is(werk):
    bon = _bonnen(werk).bon("BU00141000", "percentage_corporatiewoningen", 2020)
    assert (bon.waarde, bon.staat) == (None, "ontbreekt")
    assert "voor geen enkel gebied van dit niveau gevuld" in bon.uitleg


def test_een_bundel_van_echte_cijfers_is_na_te_rekenen(werk, echt, tmp_path):
    bonnen = _bonnen(werk, diep=True)
    kop = {"editie": BUURT_2020, "release": "r", "gebied": "BU00141000"}
    bon = bonnen.bon("BU00141000", "kwetsbaar_situatie")
    schrijf_bewijs(tmp_path / "b", bon, kop, bonnen.uitgave)
    programma = [sys.executable, "-I", "-S", tmp_path / "b" / "herreken.py"]
    uit = subprocess.run(
        [*programma, "--bronnen", echt / "cbs_odata_v3"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (uit.returncode, uit.stderr) == (0, "")
    assert "gevonden als" in uit.stdout
    assert f"kwetsbaar_situatie = {bon.waarde} " in uit.stdout
