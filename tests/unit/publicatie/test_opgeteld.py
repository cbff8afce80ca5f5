"""Wijken and gemeenten of a release: added up per year, and counted again before they go out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from tests.unit.buurttabel.hulp import cijfers
from tests.unit.publicatie.voorbeelduitgave import CAT
from veerkracht_dagster.buurttabel.optelling import HOGER, tel_jaren_op
from veerkracht_dagster.publicatie.opgeteld import oordeel_opgeteld

KOLOMMEN = ("inwoners", "personen_bijstand", "woningen", "percentage_koopwoningen")
EIGEN = CAT.model_copy(update={"kolommen": {naam: CAT.kolommen[naam] for naam in KOLOMMEN}})
BUURTEN = ["BU00010100", "BU00010101", "BU00010200"]


def _jaar(inwoners: list[int]) -> pd.DataFrame:
    tabel = cijfers(
        BUURTEN,
        inwoners=inwoners,
        personen_bijstand=[20, 30, "o"],
        woningen=[40, 160, 20],
        percentage_koopwoningen=[50, 25, 10],
    )
    return tabel.assign(niveau="buurt", basisjaar=2020)


JAREN = {2014: _jaar([100, 300, 50]), 2020: _jaar([200, 600, 100])}


def _inhoud(optellingen: dict[str, pd.DataFrame]) -> Any:
    def arrow(tabel: pd.DataFrame) -> pa.Table:
        return pa.Table.from_pandas(tabel, preserve_index=False)

    return SimpleNamespace(
        buurttabellen={jaar: arrow(tabel) for jaar, tabel in JAREN.items()},
        optellingen={naam: arrow(tabel) for naam, tabel in optellingen.items()},
    )


def test_every_year_is_added_up_by_itself() -> None:
    uit = tel_jaren_op(JAREN, HOGER, EIGEN)
    wijken, gemeenten = uit["buurttabel_wijk"], uit["buurttabel_gemeente"]
    assert wijken[["peiljaar", "basisjaar", "regiocode", "inwoners"]].to_numpy().tolist() == [
        [2014, 2020, "WK000101", 400], [2014, 2020, "WK000102", 50],
        [2020, 2020, "WK000101", 800], [2020, 2020, "WK000102", 100],
    ]  # fmt: skip
    # 50 % of 40 dwellings, 25 % of 160 and 10 % of 20: 62 of 220
    assert gemeenten["percentage_koopwoningen"].tolist() == [pytest.approx(6200 / 220)] * 2
    assert wijken["personen_bijstand__status"].tolist() == ["waargenomen", "onderdrukt"] * 2
    assert list(oordeel_opgeteld(_inhoud(uit), EIGEN)) == []


def test_without_a_year_there_is_no_table() -> None:
    assert tel_jaren_op({2014: JAREN[2014].iloc[:0]}, HOGER, EIGEN) == {}


def test_of_a_part_the_bounds_are_of_the_whole_and_the_figure_of_what_is_known() -> None:
    # Of the second buurt only a part was delivered: at least 8 persons, and no figure.
    jaar = _jaar([900, 100, 50])
    jaar["personen_bijstand"] = [0.0, float("nan"), 20.0]
    jaar["personen_bijstand__status"] = ["waargenomen", "ontbreekt", "waargenomen"]
    jaar["personen_bijstand__dekking"] = [1.0, 0.4, 1.0]
    jaar["personen_bijstand__ondergrens"] = [0.0, 8.0, 15.0]
    jaar["personen_bijstand__bovengrens"] = [5.0, float("nan"), 25.0]
    uit = tel_jaren_op({2014: jaar, 2020: JAREN[2020]}, HOGER, EIGEN)
    delen = [f"personen_bijstand{deel}" for deel in ("", "__dekking", "__ondergrens")]
    assert uit["buurttabel_wijk"].loc[0, delen].tolist() == [0.0, 900 / 1000, 8.0]
    inhoud = _inhoud(uit)
    inhoud.buurttabellen[2014] = pa.Table.from_pandas(jaar, preserve_index=False)
    assert list(oordeel_opgeteld(inhoud, EIGEN)) == []


@pytest.mark.parametrize(
    ("kolom", "waarde", "melding"),
    [
        ("inwoners", 401.0, "2014.inwoners: is niet de som in 1 .* WK000101"),
        ("inwoners", None, "2014.inwoners: is niet de som"),  # all its buurten are known
        (
            "percentage_koopwoningen",
            99.0,
            "buurttabel_wijk.percentage_koopwoningen: buiten zijn grenzen",
        ),
        ("woningen__dekking", 0.1, "buurttabel_wijk.woningen: buiten zijn grenzen of dekking"),
        ("regiocode", "WK000109", "2014: andere gebieden dan die waarin haar buurten liggen"),
    ],
)
def test_what_does_not_follow_from_the_buurten_is_named(
    kolom: str, waarde: object, melding: str
) -> None:
    uit = tel_jaren_op(JAREN, HOGER, EIGEN)
    uit["buurttabel_wijk"].loc[0, kolom] = waarde
    fouten = "\n".join(oordeel_opgeteld(_inhoud(uit), EIGEN))
    assert pd.Series([fouten]).str.contains(melding).all(), fouten
