"""The crosswalk counted again: the same as the pipeline's on every road, and tampering is named."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from shapely import Polygon
from shapely.affinity import translate

from tests.unit.bronnen.test_buurtgrenzen import VIERKANT, _gpkg, _nieuw
from tests.unit.tweede.hulp import CAT, PUNTEN, Genomen
from tests.werk import GROOTTE
from veerkracht_dagster.audit import controleren as audit
from veerkracht_dagster.publicatie.release import lees_release
from veerkracht_dagster.voorbeeldland import maak_land, schrijf_bronnen
from veerkracht_dagster.werkmap import Werkmap

JAREN = (2014, 2018, 2019, 2020, 2024)


# --- the same as the pipeline, on every road ------------------------------------------------------
@pytest.fixture(scope="module")
def genomen(tmp_path_factory: pytest.TempPathFactory) -> Genomen:
    werkmap = Werkmap.in_map(tmp_path_factory.mktemp("hertellen"))
    schrijf_bronnen(maak_land(GROOTTE, jaren=JAREN), werkmap.bronnen)
    (pad,) = werkmap.bronnen.glob("cbs_pc6huisnr/2018/*.csv")
    # As CBS also gives it: zipped, a list of names beside it, blanks in postcodes, leading zeros.
    kop, *regels = (regel.split(";") for regel in pad.read_text().splitlines())
    rijen = [[f"{pc[:4]} {pc[4:]}", nr, bu.zfill(8), *rest] for pc, nr, bu, *rest in regels]
    with zipfile.ZipFile(pad.with_suffix(".zip"), "w") as zip_:
        tekst = "".join(";".join(rij) + "\n" for rij in [kop, *rijen])
        zip_.writestr("map/pc6hnr20180801_gwb.csv", tekst)
        zip_.writestr("namen.csv", "code;naam\n")
    pad.unlink()
    # And in other years: commas, rows without a postcode, and as many twice as may be.
    for jaar in (2019, 2020):
        (pad,) = werkmap.bronnen.glob(f"cbs_pc6huisnr/{jaar}/*.csv")
        kopregel, *rijen = pad.read_text().replace(";", ",").splitlines(keepends=True)
        leeg = "," * kopregel.count(",") + "\n"
        pad.write_text("".join([kopregel, leeg, *rijen, *rijen[::110]]))
    return Genomen.van(werkmap, CAT.edities["2014-2020"], JAREN)


@pytest.fixture(scope="module")
def geteld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where counts are kept: tampering is with what is published."""
    return tmp_path_factory.mktemp("geteld")


KAART, ADRES = "cbs_buurtgrenzen", "cbs_adressen"
ALLE_PUNTEN = [(bron, jaar) for bron in PUNTEN for jaar in JAREN]


@pytest.mark.parametrize(
    ("weg", "wegen"),
    [
        ([], {"identiek", "adressen", "vierkanten", "oppervlak"}),
        (ALLE_PUNTEN, {"identiek", "oppervlak"}),
        ([(KAART, 2020), *ALLE_PUNTEN], {"code_en_naam"}),
        # no map of the base year: addresses, and over 2018 what is the same ground there
        ([(KAART, 2020)], {"adressen", "keten"}),
        ([(KAART, jaar) for jaar in JAREN], {"adressen", "code_en_naam"}),
        # the ground of 2018 unknown, and no addresses: what the publisher calls unchanged
        ([(KAART, 2018), *ALLE_PUNTEN], {"merk"}),
    ],
)
def test_every_road_is_counted_as_it_was(
    genomen: Genomen, geteld: Path, weg: list[tuple[str, int]], wegen: set[str]
) -> None:
    gezien = set()
    over = genomen.zonder(*weg)
    for niveau in ("buurt", "wijk"):
        omzetting, gebieden = over.omzetting(niveau)
        uit = over.hertel(omzetting, gebieden, niveau, geteld)
        assert ([str(v) for v in uit.verschillen], uit.niet) == ([], [])
        assert uit.rijen == len(omzetting) > 0
        gezien |= {*omzetting["methode"], *omzetting["via"].dropna()}
    assert wegen <= gezien


def test_two_drawings_of_one_shape_may_differ_by_what_they_differ(tmp_path: Path) -> None:
    """Half a centimetre at one corner: the pipeline takes it for the same shape."""
    werkmap = Werkmap.in_map(tmp_path)
    (x, y), *hoeken, _ = VIERKANT.exterior.coords
    scheef = Polygon([(x - 0.005, y), *hoeken])
    for jaar, vlak in ((2018, VIERKANT), (2020, scheef)):
        kaart = _nieuw(geometry=[vlak, VIERKANT, translate(VIERKANT, 2_000)])
        _gpkg(werkmap.bronnen, {"buurten": kaart}, f"cbs_wijkbuurtkaart/{jaar}/kaart.gpkg")
    genomen = Genomen.van(werkmap, CAT.edities["2014-2020"], (2018, 2020))
    omzetting, gebieden = genomen.omzetting("buurt")
    assert set(omzetting["methode"]) == {"identiek", "zelfde_jaar"}
    assert genomen.hertel(omzetting, gebieden, "buurt", tmp_path / "a").verschillen == []
    omzetting["aantal"] += 1.0  # of the same drawing nothing is off, and of the other no more
    anders = genomen.hertel(omzetting, gebieden, "buurt", tmp_path / "a").verschillen
    assert {(v.tabel, v.code[:10]) for v in anders} == {
        ("buurt_omzetting 2018", "BU00140001"),
        ("buurt_omzetting 2020", "BU00140000"),
        ("buurt_omzetting 2020", "BU00140001"),
    }
    omzetting["aantal"] += 50.0
    assert len(genomen.hertel(omzetting, gebieden, "buurt", tmp_path / "a").verschillen) == 4


# --- tampering -----------------------------------------------------------------------------------
def _een_adres_verlegd(omzetting: pd.DataFrame) -> list[str]:
    """One address counted in another area, with the weights that follow from it."""
    gedeeld = omzetting.loc[omzetting["methode"].eq("adressen") & omzetting["gewicht"].lt(1)]
    jaar, van = gedeeld.iloc[0][["gebiedsjaar", "van_regio"]]
    eigen = omzetting["gebiedsjaar"].eq(jaar) & omzetting["van_regio"].eq(van)
    een, ander = omzetting.index[eigen][:2]
    omzetting.loc[een, "aantal"] += 1
    omzetting.loc[ander, "aantal"] -= 1
    aantal = omzetting.loc[eigen, "aantal"]
    omzetting.loc[eigen, "gewicht"] = aantal / aantal.sum()
    return [_paar(omzetting, i) for i in (een, ander)]


def _andere_weg(omzetting: pd.DataFrame) -> list[str]:
    """The whole of an area goes by its land, for the same weight."""
    i = omzetting.index[omzetting["methode"].eq("identiek")][0]
    omzetting.loc[i, "methode"] = "oppervlak"
    return [_paar(omzetting, i)]


def _ander_doel(omzetting: pd.DataFrame) -> list[str]:
    """Two areas change places."""
    een, ander = omzetting.index[omzetting["methode"].eq("identiek")][:2]
    was = [_paar(omzetting, i) for i in (een, ander)]
    doelen = omzetting.loc[[een, ander], "naar_regio"].tolist()
    omzetting.loc[[een, ander], "naar_regio"] = doelen[::-1]
    return [*was, *(_paar(omzetting, i) for i in (een, ander))]


def _ander_gewicht(omzetting: pd.DataFrame) -> list[str]:
    """Another division over a chain, which has no counts beside it."""
    deel = omzetting.index[omzetting["methode"].eq("keten") & omzetting["gewicht"].lt(1)]
    eigen = deel[omzetting.loc[deel, "van_regio"] == omzetting.loc[deel[0], "van_regio"]][:2]
    omzetting.loc[eigen[0], "gewicht"] += 0.01
    omzetting.loc[eigen[1], "gewicht"] -= 0.01
    return [_paar(omzetting, i) for i in eigen]


def _andere_keten(omzetting: pd.DataFrame) -> list[str]:
    i = omzetting.index[omzetting["methode"].eq("keten")][0]
    omzetting.loc[i, "via"] = "2016"
    return [_paar(omzetting, i)]


def _een_weg_en_een_dubbel(omzetting: pd.DataFrame) -> list[str]:
    een, ander = omzetting.index[omzetting["methode"].eq("identiek")][:2]
    paren = [_paar(omzetting, i) for i in (een, ander)]
    omzetting.loc[een] = omzetting.loc[ander]
    return paren


def _paar(omzetting: pd.DataFrame, i: int) -> str:
    return " ".join(omzetting.loc[i, ["van_regio", "naar_regio"]])


@pytest.mark.parametrize(
    ("weg", "vervals", "kolommen"),
    [
        ([], _een_adres_verlegd, {"aantal", "gewicht"}),
        ([], _andere_weg, {"methode"}),
        ([], _ander_doel, {"methode"}),
        ([], _een_weg_en_een_dubbel, {"methode"}),
        ([(KAART, 2020)], _ander_gewicht, {"gewicht"}),
        ([(KAART, 2020)], _andere_keten, {"via"}),
    ],
)
def test_a_crosswalk_that_was_tampered_with_is_named(
    genomen: Genomen, geteld: Path, weg: list[tuple[str, int]], vervals: Any, kolommen: set[str]
) -> None:
    over = genomen.zonder(*weg)
    omzetting, gebieden = over.omzetting("buurt")
    omzetting = omzetting.reset_index(drop=True)
    codes = vervals(omzetting)
    uit = over.hertel(omzetting, gebieden, "buurt", geteld)
    assert {v.code for v in uit.verschillen} == set(codes)
    assert {v.kolom for v in uit.verschillen} == kolommen


def test_areas_that_are_not_the_publishers_are_named(genomen: Genomen, geteld: Path) -> None:
    omzetting, gebieden = genomen.omzetting("buurt")
    gebieden = gebieden.reset_index(drop=True).astype(object)
    gebieden.loc[0, "regionaam"] = "Elders"
    gebieden.loc[1, "regiocode"] = "BU99990001"
    punten = shapely.get_coordinates(vlak := shapely.from_wkb(gebieden.loc[2, "geometry"]))
    punten[1] += 0.001
    gebieden.loc[2, "geometry"] = shapely.to_wkb(shapely.set_coordinates(vlak, punten))
    uit = genomen.hertel(omzetting, gebieden, "buurt", geteld)
    nul, een, twee = (omzetting["naar_regio"].sort_values().unique()[i] for i in range(3))
    assert {(v.kolom, v.code) for v in uit.verschillen} == {
        ("regionaam", nul), ("regiocode", een), ("regiocode", "BU99990001"), ("geometry", een),
        ("geometry", twee),
    }  # fmt: skip


# --- counted once --------------------------------------------------------------------------------
def test_what_was_counted_is_kept_until_its_files_or_rules_are_others(
    genomen: Genomen, tmp_path: Path
) -> None:
    omzetting, gebieden = genomen.omzetting("wijk")
    eerste = genomen.hertel(omzetting, gebieden, "wijk", tmp_path)
    assert (eerste.paren, eerste.bewaard) == (len(JAREN), 0)
    tweede = genomen.hertel(omzetting, gebieden, "wijk", tmp_path)
    assert (tweede.rijen, tweede.bewaard) == (eerste.rijen, len(JAREN))
    anders = genomen.zonder((ADRES, 2018))
    assert anders.hertel(omzetting, gebieden, "wijk", tmp_path).bewaard == 3  # not 2014, 2018
    for pad in tmp_path.glob("*.arrow"):
        pad.write_bytes(pad.read_bytes()[:-8])  # half a file is no count
    weer = genomen.hertel(omzetting, gebieden, "wijk", tmp_path)
    assert (weer.bewaard, weer.verschillen) == (0, [])


# --- in the audit --------------------------------------------------------------------------------
def _audit(werkmap: Werkmap) -> audit.Audituitslag:
    uitslag = audit.controleer(werkmap, "2014-2020", CAT)
    assert uitslag is not None
    return uitslag


def test_the_audit_counts_the_crosswalk_of_a_release_again(kopie: Any) -> None:
    werkmap, _ = kopie()
    map_ = werkmap.uitgaven / "2014-2020" / "actueel"
    pad = map_ / "tabellen" / "buurt_omzetting.parquet"
    omzetting = pd.read_parquet(pad)
    assert _audit(werkmap).hertelling.rijen == len(omzetting)
    codes = _een_adres_verlegd(omzetting)
    omzetting.to_parquet(pad, index=False)
    eigen = [v for v in _audit(werkmap).verschillen if v.tabel.startswith("buurt_omzetting")]
    assert {v.code for v in eigen} == set(codes)


@pytest.mark.parametrize("weg", [["2018"], ["2014", "2018", "2020", "2022", "2024"]])
def test_a_release_that_does_not_name_its_maps_is_said_not_to_be_counted(
    kopie: Any, weg: list[str]
) -> None:
    werkmap, _ = kopie()
    pad = werkmap.uitgaven / "2014-2020" / "actueel" / "release.json"
    inhoud = json.loads(pad.read_text())
    assert set(inhoud["grondslag"]) == {"2014", "2018", "2020", "2022", "2024"}
    for jaar in weg:  # all: as a release from before it named any
        del inhoud["grondslag"][jaar]
    pad.write_text(json.dumps(inhoud))
    uitslag = _audit(werkmap)
    assert uitslag.hertelling.paren == 0
    assert any("niet herteld" in notitie and weg[0] in notitie for notitie in uitslag.notities)


def test_a_map_between_two_years_that_changed_is_named(kopie: Any) -> None:
    """Also where no figure stands on it: the crosswalk may."""
    werkmap, _ = kopie()
    release = lees_release(werkmap.uitgaven / "2014-2020" / "actueel")
    assert release is not None
    ((_, sha256),) = release.grondslag["2018"]["cbs_buurtgrenzen"][0]["bestanden"]
    pad = werkmap.snapshots.pad(sha256)
    os.chmod(pad, 0o644)
    pad.write_bytes(pad.read_bytes() + b"x")
    assert any(
        f"snapshot {sha256[:12]} (cbs_buurtgrenzen" in x for x in _audit(werkmap).afwijkingen
    )
