"""Where a row of a source table stands in the publisher's files."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from veerkracht_dagster.controle import Controle
from veerkracht_dagster.sporen.afkomst import Afkomst
from veerkracht_dagster.sporen.vindplek import Vindplek, Vindplekken, met_vindplek

A, B = "BU00010001", "BU00010002"


def _tabel() -> pd.DataFrame:
    """Two areas on two pages of one answer."""
    return pd.DataFrame({"regiocode": [A, B], "bron_bestand": ["een", "twee"], "bron_rij": [7, 0]})


BESTANDEN = [["map/bladzij1.json", "een"], ["map/bladzij2.json", "twee"]]
AFKOMST = Afkomst(
    kolommen={"inwoners": "AantalInwoners_5"},
    levering=[{"dialect": "odata_v3", "bestanden": BESTANDEN}],
)


@pytest.mark.parametrize("vorm", ["pandas", "arrow"])
def test_file_column_and_row_of_an_area(vorm: str) -> None:
    tabel = _tabel() if vorm == "pandas" else pa.Table.from_pandas(_tabel(), preserve_index=False)
    plekken = Vindplekken(tabel, AFKOMST)
    assert plekken.van(A, "inwoners") == Vindplek("map/bladzij1.json", "AantalInwoners_5", 7)
    assert plekken.van(B) == Vindplek("map/bladzij2.json", None, 0)
    # A column that the publisher does not have keeps our name.
    assert plekken.van(B, "gebiedsjaar").kolom == "gebiedsjaar"


def test_of_a_row_that_is_not_there_all_files_are_named() -> None:
    elders = Vindplekken(_tabel(), AFKOMST).van("BU99999999")
    assert elders == Vindplek("map/bladzij1.json, map/bladzij2.json", None, None)


def test_a_table_without_rows_of_files_names_its_files() -> None:
    adressen = _tabel().drop(columns=["bron_bestand", "bron_rij"])
    arrow = pa.Table.from_pandas(adressen, preserve_index=False)
    plek = Vindplekken(arrow, AFKOMST).van(A, "inwoners")
    assert plek == Vindplek("map/bladzij1.json, map/bladzij2.json", "AantalInwoners_5", None)


def test_a_check_tells_its_cases_in_their_place() -> None:
    gevallen = pd.DataFrame(
        {"regiocode": [B], "kolom": ["inwoners"], "opgeteld": [12.0], "ondergrens": [float("nan")]},
        index=[5],
    )
    met = met_vindplek(gevallen, _tabel(), AFKOMST)
    assert met.index.tolist() == [5]
    melding = Controle("optelling", met, remedie="Kijk.").melding()
    assert melding == (
        "controle optelling: 1 geval, zoals bestand map/bladzij2.json, kolom_uitgever "
        f"AantalInwoners_5, rij 0, regiocode {B}, kolom inwoners, opgeteld 12. Kijk."
    )


def test_no_cases_stay_none() -> None:
    geen = pd.DataFrame({"regiocode": [], "kolom": []})
    assert met_vindplek(geen, _tabel(), AFKOMST).empty
