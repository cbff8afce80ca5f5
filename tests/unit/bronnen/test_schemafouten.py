"""What breaks the schema of a source is a refusal, also where no row of a file is to blame."""

from __future__ import annotations

import pandas as pd

from veerkracht_dagster.bronnen.schemafouten import schemafouten
from veerkracht_dagster.catalogus.schema import KOLOMMEN_GEVAL, Uitslag
from veerkracht_dagster.sporen.afkomst import Afkomst


def _problemen(*geval: object) -> list[tuple]:
    tabel = pd.DataFrame({"regiocode": ["BU00010001"]})
    gevallen = pd.DataFrame([geval], columns=KOLOMMEN_GEVAL)
    uitslag = Uitslag("woonzorgwijzer", gevallen, "Kijk.")
    return [
        (p.bestand, p.kolom, p.rij, p.code, p.gevonden)
        for p in schemafouten(uitslag, {"2020": tabel}, {"2020": Afkomst()})
    ]


def test_of_a_rule_without_a_row_the_column_is_told() -> None:
    zonder = _problemen("", "wzw_inwoners", "type float64", "", "int64")
    assert zonder == [(None, "wzw_inwoners", None, None, "int64")]


def test_a_row_without_a_key_has_no_code() -> None:
    assert _problemen("2020", "regiocode", "niet leeg", None, None) == [
        (None, "regiocode", None, None, "None")
    ]
