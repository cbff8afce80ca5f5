"""Crosswalk and harmonised figures on real files, against what is known of them beforehand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from veerkracht_dagster.buurttabel import Indeling, draag_over, maak_omzetting, tel_op
from veerkracht_dagster.buurttabel.optelling import vergelijk_optelling
from veerkracht_dagster.buurttabel.overzicht import wijzigingen
from veerkracht_dagster.catalogus import catalogus

pytestmark = pytest.mark.echt
CAT = catalogus()
REGELS = CAT.omzetting


@pytest.fixture(scope="module")
def buurten(lees_echt) -> dict[int, Indeling]:
    """Buurten with land: the gemeente Groningen of 2017, five provinces of 2024."""
    uit = {}
    for jaar in (2017, 2024):
        grenzen = lees_echt("cbs_buurtgrenzen", jaar)[0]
        land = (grenzen["niveau"] == "buurt") & (grenzen["water"] == "NEE")
        uit[jaar] = Indeling(jaar, grenzen.loc[land])
    return uit


@pytest.fixture(scope="module")
def groningen(buurten) -> pd.DataFrame:
    return maak_omzetting(buurten[2017], buurten[2024], REGELS)


def test_both_codes_on_other_ground_are_named_and_no_other(buurten, groningen) -> None:
    gevonden = wijzigingen(groningen, REGELS)
    valkuilen = gevonden.loc[gevonden["zelfde_code"] != "", ["soort", "zelfde_code"]]
    assert dict(valkuilen.to_numpy()[:, ::-1]) == {
        "BU00141400": "gesplitst",  # 'Meerstad', in 2024 'Meeroevers'
        "BU00140809": "zonder weg",  # the same name, so a match by code and name goes wrong too
    }
    namen = [indeling.gebieden.set_index("regiocode")["regionaam"] for indeling in buurten.values()]
    assert [naam["BU00141400"] for naam in namen] == ["Meerstad", "Meeroevers"]
    assert namen[0]["BU00140809"] == namen[1]["BU00140809"]
    assert gevonden.groupby("soort")["gebieden"].sum().sum() == 108


def test_meerstad_goes_where_its_ground_is(groningen) -> None:
    delen = groningen.loc[groningen["van_regio"] == "BU00141400"].set_index("naar_regio")
    assert delen["gewicht"].sum() == pytest.approx(1)
    assert delen.loc["BU00141400", "gewicht"] == pytest.approx(0.30, abs=0.01)
    assert set(delen["methode"]) == {"oppervlak"}


def test_what_is_counted_in_groningen_is_conserved(groningen) -> None:
    codes = groningen["van_regio"].unique()
    bron = pd.DataFrame(
        {
            "regiocode": codes,
            "inwoners": np.arange(len(codes)) * 5.0,
            "inwoners__status": "waargenomen",
        }
    )
    doelen = pd.Index(groningen["naar_regio"].dropna().unique())
    kolommen = {"inwoners": CAT.kolommen["inwoners"]}
    uit, (behoud,) = draag_over(bron, groningen, doelen, kolommen, 0.0)
    assert behoud.bron == bron["inwoners"].sum()
    assert behoud.omgezet == pytest.approx(behoud.bron - behoud.zonder_weg, rel=1e-9)
    assert uit["inwoners"].sum() == pytest.approx(behoud.omgezet, rel=1e-9)


@pytest.mark.parametrize(
    ("jaar", "wijken", "gemeenten"), [(2020, 31_466, 3_550), (2024, 6_786, 684)]
)
def test_wijken_and_gemeenten_follow_from_their_buurten(lees_echt, jaar, wijken, gemeenten) -> None:
    gevallen, geteld = vergelijk_optelling(lees_echt("cbs_kerncijfers", jaar)[0], CAT)
    assert geteld == {"wijk": wijken, "gemeente": gemeenten}
    assert gevallen.empty, gevallen


def test_wijken_of_2020_are_what_was_published_but_for_rounding(lees_echt) -> None:
    tabel = lees_echt("cbs_kerncijfers", 2020)[0]
    eigen = tabel.loc[tabel["niveau"] == "wijk"].set_index("regiocode")
    samen = tel_op(tabel.loc[tabel["niveau"] == "buurt"], "wijk", CAT).set_index("regiocode")
    assert set(samen.index) == set(eigen.index)
    assert samen["inwoners"].sum() == 17_397_650  # the buurten; the wijken are 17,404,080
    buurten = tabel.loc[tabel["niveau"] == "buurt", "regiocode"]
    aantal = ("WK" + buurten.str[2:8]).value_counts().reindex(samen.index)
    # every buurt is less than 5 off, and the wijk itself too
    assert ((samen["inwoners"] - eigen["inwoners"]).abs() < 5 * (aantal + 1)).all()
    bijstand = (samen["personen_bijstand"] - eigen["personen_bijstand"]).abs()
    heel = (samen["personen_bijstand__dekking"] == 1) & bijstand.notna()
    assert heel.sum() == 2_420
    assert (bijstand[heel] <= 5 * (aantal[heel] + 1)).all()


def test_residents_are_rounded_by_lot(lees_echt) -> None:
    # A wijk of a single buurt is the same people, and yet not the same figure.
    tabel = lees_echt("cbs_kerncijfers", 2024)[0]
    buurten = tabel.loc[tabel["niveau"] == "buurt", ["regiocode", "inwoners"]]
    buurten["wijk"] = "WK" + buurten["regiocode"].str[2:8]
    enige = buurten.loc[~buurten["wijk"].duplicated(keep=False)].set_index("wijk")["inwoners"]
    wijken = tabel.loc[tabel["niveau"] == "wijk"].set_index("regiocode")["inwoners"]
    verschil = (wijken.loc[enige.index] - enige).value_counts().to_dict()
    assert verschil == {0.0: 359, -5.0: 86, 5.0: 83}
    assert CAT.kolommen["inwoners"].afrondingsruimte == 5
