"""A damaged file is refused, or gives the same table but for the damaged row; never another one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.bronnen.hulp import (
    ADRESSEN,
    LBM,
    MICRODATA,
    V3,
    V4,
    adressen,
    lbm,
    lees_map,
    schrijf,
    schrijf_levering,
    schrijf_v3,
    schrijf_v4,
    statline,
)
from tests.unit.bronnen.test_buurtgrenzen import KAART, schrijf_geojson, schrijf_shp_zip
from tests.unit.bronnen.test_vormen import (
    EXCEL,
    LIJST,
    SETS,
    STATWEB,
    ZIP,
    excelboek,
    schrijf_statweb,
    zip_van,
)
from veerkracht_dagster.bronnen.fouten import BronFout

KWB = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2020_x.csv"
# source, year, file to damage, what writes the folder, may a cut at a row's end go unseen
GEVALLEN = {
    "v3": ("cbs_kerncijfers", 2020, f"{V3}/TypedDataSet.skip0.json", schrijf_v3, False),
    "statline": ("cbs_kerncijfers", 2020, KWB, lambda m: schrijf(m, KWB, statline()), True),
    "leefbaarometer": ("leefbaarometer", 2014, LBM, lambda m: schrijf(m, LBM, lbm()), True),
    "pc6hnr": ("cbs_adressen", 2017, ADRESSEN, lambda m: schrijf(m, ADRESSEN, adressen()), True),
    "v4": ("cbs_kerncijfers", 2017, f"{V4}/MeasureCodes.json", schrijf_v4, False),
    "v4 csv": (
        "cbs_kerncijfers",
        2017,
        ZIP,
        lambda m: schrijf(m, ZIP, zip_van(SETS)),
        False,
    ),
    "excel": ("cbs_kerncijfers", 2020, EXCEL, lambda m: schrijf(m, EXCEL, excelboek()), False),
    "statweb": ("cbs_kerncijfers", 2015, STATWEB, schrijf_statweb, False),
    "statweb, regio's": ("cbs_kerncijfers", 2015, LIJST, schrijf_statweb, False),
    "shapefile": ("cbs_buurtgrenzen", 2020, f"{KAART}.zip", schrijf_shp_zip, False),
    "geojson": ("cbs_buurtgrenzen", 2020, f"{KAART}.geojson", schrijf_geojson, False),
    "levering": (
        "cbs_microdata",
        2020,
        "levering/cbs_microdata/2020/uitvoer.csv",
        lambda m: schrijf_levering(m, MICRODATA),
        False,
    ),
}
HERKOMST = ["bron_bestand"]  # the hash of a damaged file is another one, as it should be


def _lees(geval, schade):
    bron, jaar, bestand, maak, _ = GEVALLEN[geval]
    with tempfile.TemporaryDirectory() as los:
        map_ = Path(los) / "bronnen"
        maak(map_)
        pad = map_ / bestand
        pad.write_bytes(schade(pad.read_bytes()))
        frame, verslag = lees_map(map_, bron, jaar)
    return frame.drop(columns=HERKOMST, errors="ignore"), verslag


@pytest.fixture(scope="module", params=GEVALLEN)
def heel(request):
    return request.param, _lees(request.param, lambda inhoud: inhoud)


@settings(max_examples=25, deadline=None, database=None, derandomize=True)
@given(deel=st.floats(0, 1, exclude_max=True))
def test_afgekapt(heel, deel):
    geval, (frame, _) = heel
    try:
        gelezen, _ = _lees(geval, lambda inhoud: inhoud[: int(len(inhoud) * deel)])
    except BronFout:
        return
    # A delimited file that ends neatly after a row cannot be told from a shorter one.
    assert GEVALLEN[geval][4]
    assert len(gelezen) < len(frame)
    pd.testing.assert_frame_equal(gelezen, frame.iloc[: len(gelezen)], check_like=True)


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(plaats=st.integers(0, 10**6), byte=st.integers(0, 255))
def test_een_byte_anders(heel, plaats, byte):
    geval, (frame, verslag) = heel

    def schade(inhoud):
        i = plaats % len(inhoud)
        return inhoud[:i] + bytes([byte]) + inhoud[i + 1 :]

    try:
        gelezen, nieuw = _lees(geval, schade)
    except BronFout:
        return
    if set(nieuw.niet_gevonden) - set(verslag.niet_gevonden):
        return  # a header was hit, and the report says which column is gone
    if set(nieuw.opmerkingen) - set(verslag.opmerkingen):
        return  # the same, for a text about the region
    assert list(gelezen.dtypes) == list(frame.dtypes)
    if len(gelezen) == len(frame) - 1:
        return  # the year of a score: the row is now of a year that was not asked
    assert len(gelezen) == len(frame)
    anders = ~((gelezen == frame) | (gelezen.isna() & frame.isna()))
    waarden = anders[[k for k in anders if not k.endswith("__status")]]
    assert waarden.any(axis=1).sum() <= 1  # one row
    assert waarden.sum().sum() <= 2  # its own cell (a code is read into level and code)
