"""What sources count beside the residents of a year: shares for counts, half of the squares."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.unit.buurttabel.hulp import cijfers
from veerkracht_dagster.buurttabel.maatcontroles import controleer_tellingen, controleer_vierkanten
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.sporen.afkomst import Afkomst

CAT = catalogus()
CODES = [f"BU0001{k:04d}" for k in range(20)]
INWONERS = [5.0 * (k + 3) ** 2 for k in range(20)]
BRONNEN = {
    bron: Afkomst(
        kolommen={"wzw_lvb_personen": "lvb"},
        levering=[{"dialect": "levering", "bestanden": [[f"levering/{bron}/x.csv", "sha"]]}],
    )
    for bron in CAT.gebiedsbronnen
}


def _gevallen(cat: Catalogus, **kolommen: list) -> list[dict]:
    leeg = {naam: ["o"] * 20 for naam in CAT.kolommen}
    tabel = cijfers(CODES, **(leeg | {"inwoners": INWONERS} | kolommen))
    tabel = tabel.assign(niveau="buurt", basisjaar=2020)
    return controleer_tellingen(tabel, cat, BRONNEN).gevallen.to_dict("records")


PERSONEN = [round(0.06 * x) for x in INWONERS]
PROCENT = [6.0, 5.5, 7.0, 4.0] * 5


def test_counts_of_persons_hold() -> None:
    assert _gevallen(CAT, wzw_lvb_personen=PERSONEN, rivm_ggz_patienten=PERSONEN) == []


@pytest.mark.parametrize("cellen", [PROCENT, [x / 100 for x in PROCENT], [10 * x for x in PROCENT]])
@pytest.mark.parametrize("kolom", ["wzw_lvb_personen", "rivm_ggz_patienten", "md_kwetsbaar"])
def test_shares_for_counts_name_file_and_column(kolom: str, cellen: list) -> None:
    (geval,) = _gevallen(CAT, **{kolom: cellen})
    assert geval["kolom"] == kolom
    assert geval["bestand"] == f"levering/{CAT.kolommen[kolom].bron}/x.csv"
    assert geval["kolom_uitgever"] == ("lvb" if kolom == "wzw_lvb_personen" else kolom)
    assert geval["verwacht"] == "personen"


def test_dwellings_of_a_corporation_are_told_beside_those_that_there_are() -> None:
    leeg = {naam: ["o"] * 20 for naam in CAT.kolommen}
    bezit = [40.0, 12.0, *["o"] * 18]
    tabel = cijfers(CODES, **(leeg | {"woningen": INWONERS, "bik_woningen": bezit}))
    tabel = tabel.assign(niveau="buurt", basisjaar=2020)
    feiten = controleer_tellingen(tabel, CAT, BRONNEN).feiten
    samen = f"52, van {sum(INWONERS[:2]):.0f} woningen in 2 gebieden"
    assert feiten["bik_woningen (buurt 2020)"] == samen


def test_a_group_that_is_said_to_be_rare_may_not_grow() -> None:
    zeldzaam = CAT.kolommen["wzw_lvb_personen"].model_copy(update={"zeldzaam": "tien in het land"})
    cat = CAT.model_copy(update={"kolommen": CAT.kolommen | {"wzw_lvb_personen": zeldzaam}})
    assert _gevallen(cat, wzw_lvb_personen=PROCENT) == []


@pytest.mark.parametrize(
    ("deel", "gebieden", "fout"),
    [(1.0, 20, False), (0.7, 20, False), (0.5, 20, True), (0.5, 5, False)],
)
def test_squares_of_which_half_is_not_there(deel: float, gebieden: int, fout: bool) -> None:
    weg = pd.DataFrame(
        {
            "niveau": "buurt", "basis": 2020, "van_regio": CODES, "methode": "vierkanten",
            "aantal": deel * np.array(INWONERS),
        }
    )  # fmt: skip
    kern = cijfers(CODES, inwoners=INWONERS).assign(gebiedsjaar=2014)
    controle = controleer_vierkanten(weg.head(gebieden), kern, 2014, CAT)
    assert controle.goed != fout
    telling = f"{deel * sum(INWONERS[:gebieden]):.0f} inwoners in vierkanten"
    assert telling in str(controle.feiten["buurt naar 2020"])
    assert "cbs_vierkanten/2014/" in controle.remedie
