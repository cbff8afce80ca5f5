"""Domain measures: shares of every group, dimensions and a corporation's own scores."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import CAT, buurttabel, edittabel
from veerkracht_dagster.indicatoren import domeinmaten

A, B = "BU00010001", "BU00010002"


@pytest.fixture(scope="module")
def uit() -> pd.DataFrame:
    eind = buurttabel(
        [A, B],
        inwoners=[1000, 0],
        personen_bijstand=[50, 0], personen_ao=[30, 0], personen_ww=[20, 0],
        opleidingsniveau_laag=[250, "o"],
        percentage_huishoudens_laag_inkomen=[12.5, "-"],
        won=[0.04, -0.2],
    )  # fmt: skip
    bik = buurttabel([A, B], bik_woningen=[400, "-"], bik_score_woning=[6.5, "-"])
    return domeinmaten(edittabel({2018: bik, 2020: eind}), CAT).set_index("regiocode")


def test_shares(uit: pd.DataFrame) -> None:
    kolommen = ["aandeel_uitkering_eind", "aandeel_laag_opgeleid_eind", "aandeel_laag_inkomen_eind"]
    assert uit.loc[A, kolommen].tolist() == pytest.approx([10, 25, 12.5])
    statussen = uit.loc[B, [f"{k}__status" for k in kolommen]].tolist()
    assert statussen == ["n.v.t.", "n.v.t.", "ontbreekt"]  # nobody lives there


def test_scores_and_the_year_they_are_from(uit: pd.DataFrame) -> None:
    assert uit["won_eind"].tolist() == [0.04, -0.2]
    # the corporation delivered in 2018: within the fall-back of 2020
    assert uit.loc[A, ["bik_woningen_eind", "bik_score_woning_eind"]].tolist() == [400, 6.5]
    assert "corporatie_bik 2018" in uit.loc[A, "jaren_eind"]
    assert "leefbaarometer 2020" in uit.loc[A, "jaren_eind"]
    assert uit.loc[A, "jaren_begin"] == ""


def test_what_was_not_delivered_is_missing(uit: pd.DataFrame) -> None:
    assert set(uit["aandeel_lvb_eind__status"]) == {"ontbreekt"}
    assert uit["won_begin"].isna().all()
    assert {f"aandeel_{groep}_eind" for groep in CAT.groepen} <= set(uit.columns)
