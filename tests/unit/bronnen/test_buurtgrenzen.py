"""Wijk- en buurtkaart: layers, old and new names, land and water, repair, unsafe zips."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import MultiPolygon, Polygon, box

from tests.unit.bronnen.hulp import lees_map, schrijf
from veerkracht_dagster.bronnen.fouten import BronFout

KAART = "cbs_wijkbuurtkaart/2020/kaart"
VIERKANT = box(233_000, 581_000, 234_000, 582_000)  # in Groningen, EPSG:28992
VLINDER = Polygon([(233_000, 581_000), (234_000, 582_000), (234_000, 581_000), (233_000, 582_000)])


def _nieuw(**anders):
    """A layer of buurten with the names of 2020 and later."""
    kolommen = {
        "buurtcode": ["BU00140000", "BU00140000", "BU00140001"],
        "buurtnaam": ["Noord", "Noord", "Zuid"],
        "wijkcode": ["WK001400"] * 3,
        "gemeentecode": ["GM0014"] * 3,
        "gemeentenaam": ["Groningen"] * 3,
        "indelingswijziging_wijken_en_buurten": [1, 1, 3],
        "water": ["NEE", "JA", "NEE"],
        "geometry": [VIERKANT] * 3,
    }
    return gpd.GeoDataFrame(kolommen | anders, crs="EPSG:28992")


def _gpkg(map_, lagen, naam=KAART + ".gpkg"):
    pad = map_ / naam
    pad.parent.mkdir(parents=True, exist_ok=True)
    for laag, frame in lagen.items():
        frame.to_file(pad, layer=laag)
    return pad


def _shp_zip(map_, frame, naam="buurt_2020"):
    los = map_ / "los"
    los.mkdir(parents=True)
    frame.to_file(los / f"{naam}.shp")
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w") as zip_:
        for pad in sorted(los.iterdir()):
            zip_.write(pad, pad.name)
    return schrijf(map_, f"bronnen/{KAART}.zip", inhoud.getvalue())


@lru_cache
def _bytes(vorm: str) -> bytes:
    """A small map, written once for the tests that damage it."""
    with tempfile.TemporaryDirectory() as los:
        if vorm == "shp":
            return _shp_zip(Path(los), _nieuw()[["buurtcode", "buurtnaam", "water", "geometry"]]
                            .set_axis(["BU_CODE", "BU_NAAM", "WATER", "geometry"], axis=1)
                            ).read_bytes()  # fmt: skip
        return _nieuw().to_crs("EPSG:4326").to_json().encode()


def schrijf_shp_zip(map_: Path) -> Path:
    return schrijf(map_, f"{KAART}.zip", _bytes("shp"))


def schrijf_geojson(map_: Path) -> Path:
    return schrijf(map_, f"{KAART}.geojson", _bytes("geojson"))


def test_geopackage(tmp_path):
    wijken = _nieuw()[["wijkcode", "gemeentecode", "water", "geometry"]].iloc[[0]]
    gemeenten = _nieuw()[["gemeentecode", "gemeentenaam", "geometry"]].iloc[[0]]
    lagen = {
        "buurten": _nieuw(),
        "wijken": wijken.assign(wijknaam="Centrum"),
        "gemeenten": gemeenten,
    }
    _gpkg(tmp_path, lagen)
    frame, verslag = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    rijen = frame[["niveau", "regiocode", "regionaam", "water", "indelingswijziging"]]
    assert rijen.astype(object).where(rijen.notna(), None).to_numpy().tolist() == [
        ["buurt", "BU00140000", "Noord", "NEE", "1"],
        ["buurt", "BU00140000", "Noord", "JA", "1"],  # the same code on land and on water
        ["buurt", "BU00140001", "Zuid", "NEE", "3"],
        ["wijk", "WK001400", "Centrum", "NEE", None],
    ]  # gemeenten are not kept
    assert frame.crs.to_epsg() == 28992
    assert frame.geometry.iloc[0].equals(VIERKANT)
    assert list(frame["bron_rij"]) == [0, 1, 2, 0]
    assert verslag.bestanden[0].rijen == 4


def test_shapefile_met_oude_namen_en_ander_stelsel(tmp_path):
    oud = gpd.GeoDataFrame(
        {"BU_CODE": ["BU00140000"], "BU_NAAM": ["Noord"], "WK_CODE": ["WK001400"],
         "GM_CODE": ["GM0014"], "GM_NAAM": ["Groningen"], "H2O": ["N"], "IND_WBI": [2]},
        geometry=[VIERKANT], crs="EPSG:28992",
    ).to_crs("EPSG:3857")  # fmt: skip
    _shp_zip(tmp_path, oud)
    frame, _ = lees_map(tmp_path / "bronnen", "cbs_buurtgrenzen", 2020)
    rij = frame.iloc[0]
    assert (rij["regiocode"], rij["water"], rij["indelingswijziging"]) == ("BU00140000", "NEE", "2")
    assert frame.crs.to_epsg() == 28992
    # 1 km2; from 3857 and back within a metre
    assert frame.geometry.iloc[0].symmetric_difference(VIERKANT).area < 1_000


def test_zip_met_geopackage(tmp_path):
    pad = _gpkg(tmp_path / "los", {"buurten": _nieuw()}, "wijkenbuurten.gpkg")
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w") as zip_:
        zip_.write(pad, "WijkBuurtkaart_2020_v3/wijkenbuurten.gpkg")
    schrijf(tmp_path, f"{KAART}.zip", inhoud.getvalue())
    assert len(lees_map(tmp_path, "cbs_buurtgrenzen", 2020)[0]) == 3


def test_ongeldige_ring_wordt_hersteld_en_geteld(tmp_path):
    _gpkg(tmp_path, {"buurten": _nieuw(geometry=[VIERKANT, VIERKANT, VLINDER])})
    frame, verslag = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert frame.geometry.is_valid.all()
    # two triangles of a quarter square kilometre each
    assert frame.geometry.iloc[2].area == pytest.approx(500_000)
    assert verslag.opmerkingen == ("buurten: 1 vlakken met een ongeldige ring hersteld",)


def test_geojson_zonder_waterkolom(tmp_path):
    namen = ["Centrum", "Groot water", "Buitenland"]
    frame = gpd.GeoDataFrame(
        {"wijkcode": ["WK001400", "WK001499", "WK099899"], "wijknaam": namen},
        geometry=[VIERKANT] * 3, crs="EPSG:28992",
    )  # fmt: skip
    schrijf(tmp_path, f"{KAART}.geojson", frame.to_crs("EPSG:4326").to_json())
    gelezen, _ = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert list(gelezen["water"]) == ["NEE", "JA", "B"]


def test_leefbaarometer_dient_alleen_voor_wat_de_kaart_niet_heeft(tmp_path):
    lbm = gpd.GeoDataFrame(
        {"code": ["BU00149999"], "naam": ["Elders"], "gemeente": ["Groningen"]},
        geometry=[VIERKANT], crs="EPSG:28992",
    ).to_crs("EPSG:4326").to_json()  # fmt: skip
    schrijf(tmp_path, "leefbaarometer_3.0/buurten_2020/20.geojson", lbm)
    frame, _ = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert list(frame["regiocode"]) == ["BU00149999"]
    _gpkg(tmp_path, {"buurten": _nieuw()})
    frame, _ = lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert "BU00149999" not in set(frame["regiocode"])


@pytest.mark.parametrize(
    ("anders", "melding"),
    [
        (
            {"water": ["NEE", "NEE", "NEE"]},
            r"kolom 'buurtcode', rij 1, code BU00140000.*\(water NEE\) voor de tweede keer",
        ),
        ({"water": ["NEE", "JA", "SOMS"]}, "kolom 'water', rij 2, code BU00140001.*'SOMS'"),
        ({"buurtcode": ["BU00140000", "BU00140000", "00140001"]}, "de code '00140001'"),
        ({"buurtcode": ["BU00140000", "BU00140000", "WK001400"]}, "een buurt met de code WK001400"),
        # degrees that claim to be metres
        ({"geometry": [box(6, 53, 7, 54)] * 3}, "verwacht: vlakken in Nederland"),
    ],
)
def test_geopackage_weigert(tmp_path, anders, melding):
    _gpkg(tmp_path, {"buurten": _nieuw(**anders)})
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


@pytest.mark.parametrize(
    ("lagen", "woorden"),
    [
        (
            {"kaart": ["buurten", "buurten_oud"]},
            ["laag buurten van kaart.gpkg en laag buurten_oud van kaart.gpkg", "Delete Layer"],
        ),
        (
            {"kaart": ["buurten"], "kaart2": ["buurten"]},
            ["laag buurten van kaart.gpkg en laag buurten van kaart2.gpkg", "een bestand uit de"],
        ),
        (
            {"kaart": ["buurten", "wijken", "wijken (2)"]},
            ["laag wijken van kaart.gpkg en laag wijken (2) van kaart.gpkg", "(1 van zulke"],
        ),
    ],
)
def test_een_laag_teveel_heeft_een_naam(tmp_path, lagen, woorden):
    wijk = _nieuw().iloc[[0]].drop(columns=["buurtcode", "buurtnaam"])
    for bestand, namen in lagen.items():
        soort = {naam: wijk if naam.startswith("wijk") else _nieuw() for naam in namen}
        _gpkg(tmp_path, soort, f"cbs_wijkbuurtkaart/2020/{bestand}.gpkg")
    with pytest.raises(BronFout) as fout:
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
    assert all(woord in str(fout.value) for woord in woorden), str(fout.value)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_zonder_stelsel(tmp_path):
    _shp_zip(
        tmp_path, _nieuw()[["buurtcode", "geometry"]].iloc[[0]].set_crs(None, allow_override=True)
    )
    with pytest.raises(BronFout, match="geometrie zonder coordinatenstelsel"):
        lees_map(tmp_path / "bronnen", "cbs_buurtgrenzen", 2020)


def test_zonder_buurten_of_wijken(tmp_path):
    _gpkg(tmp_path, {"gemeenten": _nieuw()[["gemeentecode", "geometry"]]})
    with pytest.raises(BronFout, match="lagen zonder buurten of wijken: gemeenten"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


def _zip(**leden):
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w", zipfile.ZIP_DEFLATED) as zip_:
        for naam, tekst in leden.items():
            zip_.writestr(naam, tekst)
    return inhoud.getvalue()


@pytest.mark.parametrize(
    ("inhoud", "melding"),
    [
        (_zip(**{"../buiten.shp": "x"}), "het pad '../buiten.shp'"),  # climbs out
        (_zip(**{"/etc/buiten.shp": "x"}), "het pad '/etc/buiten.shp'"),
        (_zip(**{f"{i}.shp": "" for i in range(501)}), "501 bestanden"),  # too many
        (_zip(**{"leesmij.txt": "x"}), "een zip met leesmij.txt"),
        (_zip(**{"buurt.shp": "geen shapefile"}), "begint met b'geen'; verwacht: een shapefile"),
        (_zip(**{"buurt.shp": "\0\0'\n"}), "afgekapt of beschadigd bestand"),
        (_zip(**{"buurt.shp": "x" * 9000})[:-40], "afgekapte of beschadigde zip"),  # cut off
        (b"", "een leeg bestand"),
        (b"<html>", "HTML"),
    ],
)
def test_zip_wordt_geweigerd(tmp_path, inhoud, melding):
    schrijf(tmp_path, f"{KAART}.zip", inhoud)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


def test_zipbom_wordt_geweigerd(tmp_path, monkeypatch):
    monkeypatch.setattr("veerkracht_dagster.bronnen.zips.GROOTSTE_INHOUD", 1000)
    schrijf(tmp_path, f"{KAART}.zip", _zip(**{"buurt.shp": "0" * 2000}))
    with pytest.raises(BronFout, match="2000 bytes uitgepakt"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


@pytest.mark.parametrize("deel", [0.1, 0.5, 0.9])
def test_afgekapte_geopackage(tmp_path, deel):
    pad = _gpkg(tmp_path, {"buurten": _nieuw(geometry=[MultiPolygon([VIERKANT])] * 3)})
    inhoud = pad.read_bytes()
    pad.write_bytes(inhoud[: int(len(inhoud) * deel)])
    with pytest.raises(BronFout, match="afgekapt of beschadigd bestand"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


@pytest.mark.parametrize(
    ("vlak", "melding"),
    [
        ({"type": "Point", "coordinates": [6.5, 53.2]}, "een Point"),
        ({"type": "Polygon", "coordinates": [[[6.5, 53.2], [6.6, 53.2]]]}, "niet te lezen"),
    ],
)
def test_geojson_weigert(tmp_path, vlak, melding):
    kenmerk = {"type": "Feature", "properties": {"wijkcode": "WK001400"}, "geometry": vlak}
    schrijf(
        tmp_path,
        f"{KAART}.geojson",
        json.dumps({"type": "FeatureCollection", "features": [kenmerk]}),
    )
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)


@pytest.mark.parametrize("als_wijk", [True, False])
def test_buurten_onder_een_andere_kop_worden_niet_voor_wijken_gehouden(tmp_path, als_wijk):
    lagen = {"buurten": _nieuw().rename(columns={"buurtcode": "bc"})}
    if not als_wijk:  # nor left out, where there is a layer of wijken beside it
        lagen["buurten"] = lagen["buurten"].drop(columns="wijkcode")
        lagen["wijken"] = _nieuw()[["wijkcode", "geometry"]].iloc[:1]
    _gpkg(tmp_path, lagen)
    with pytest.raises(BronFout, match=r"kolom 'buurtcode': gevonden: laag buurten met .*bc"):
        lees_map(tmp_path, "cbs_buurtgrenzen", 2020)
