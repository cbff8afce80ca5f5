"""Partly observed areas, by hand: a share is of those who were counted, and its bounds of all.

One area P of 2020 is made of two old buurten, A with 1,760 residents and B with 240, which is 88 %
and 12 %. Of A all is known; of B something is missing.
"""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.buurttabel.hulp import cijfers, kruis
from tests.unit.indicatoren.hulp import CAT, INVOER, edittabel
from veerkracht_dagster.buurttabel.overdracht import draag_over
from veerkracht_dagster.celstatus import MET_WAARDE
from veerkracht_dagster.indicatoren import corporatiewoningen, kwetsbare_bewoners

P = "BU00010001"
HEEL = {
    "inwoners": [1760, 240], "personen_bijstand": [264, 60], "personen_ao": [0, 0],
    "personen_ww": [0, 0], "woningen": [800, 200], "percentage_corporatiewoningen": [40, 90],
}  # fmt: skip


def _jaar(weg: str = "A P 1; B P 1", **anders: list) -> pd.DataFrame:
    """The harmonised year of P; cells as in `cijfers`."""
    kolommen = {naam: CAT.kolommen[naam] for naam in INVOER}
    niets = ["-", "-"]
    bron = cijfers(["A", "B"], **{naam: (HEEL | anders).get(naam, niets) for naam in kolommen})
    omzetting = kruis(weg).replace({"naar_regio": {"P": P}})
    uit, _ = draag_over(bron, omzetting, pd.Index([P]), kolommen, 0.8)
    uit = uit.rename_axis("regiocode").reset_index()
    return uit.assign(niveau="buurt", basisjaar=2020)


def _K(begin: pd.DataFrame, eind: pd.DataFrame, **regels: object) -> pd.Series:
    tabel = edittabel({2014: begin, 2020: eind}, **{"kwetsbaar_groepen": ["uitkering"], **regels})
    return kwetsbare_bewoners(tabel, CAT).iloc[0]


# what is missing of B, then K, its least and its most in %
DEELS = [
    # all is known: (264 + 60) / 2,000
    ("heel", {}, 16.2, 16.2, 16.2),
    # benefits of B are missing: 264 / 1,760; of all at least 264, at most 264 + 240, of 2,000
    ("teller ontbreekt", {"personen_bijstand": [264, "-"]}, 15, 13.2, 25.2),
    ("teller onderdrukt", {"personen_bijstand": [264, "o"]}, 15, 13.2, 25.2),
    # also where it is known that A has none: a missing part is not nobody
    ("niemand in A", {"personen_bijstand": [0, "-"]}, 0, 0, 12),
    # one count of three is missing: 15 % and 88 / 1,760 = 5 %; at least the largest of 324 / 2,000
    # and 88 / 2,000, at most 16.2 % and (88 + 240) / 2,000
    ("een van drie", {"personen_ao": [88, "-"]}, 16.2 + 5, 16.2, 16.2 + 16.4),
]


@pytest.mark.parametrize(("naam", "anders", "K", "onder", "boven"), DEELS)
def test_a_share_is_of_those_who_were_counted(
    naam: str, anders: dict[str, list], K: float, onder: float, boven: float
) -> None:
    rij = _K(_jaar(), _jaar(**anders))
    grenzen = [rij[f"K_eind_{grens}"] for grens in ("ondergrens", "bovengrens")]
    assert [rij["K_eind"], *grenzen] == pytest.approx([K, onder, boven], abs=1e-9)
    assert rij["K_eind__status"] == ("waargenomen" if naam == "heel" else "geschat")
    # the change is of those who were counted too, and its bounds are those of both ends
    assert rij["dK"] == pytest.approx(K - 16.2)
    assert rij["dK_ondergrens"] == pytest.approx(onder - 16.2)
    assert rij["dK_bovengrens"] == pytest.approx(boven - 16.2)


def test_residents_that_are_not_known_leave_the_share_open() -> None:
    # of A (95 % of the land) 264 / 1,760; how many live in B nobody knows
    weg = "A P 1 95m2; B P 1 5m2"
    deels = _jaar(weg, inwoners=[1760, "-"], personen_bijstand=[264, 60])
    rij = _K(_jaar(weg), deels)
    assert rij["K_eind"] == pytest.approx(15)
    assert (rij["K_eind_ondergrens"], rij["K_eind_bovengrens"]) == (0, 100)
    assert deels["inwoners"].iloc[0] == 1760  # a count stays what was counted
    assert rij["inwoners_eind__status"] == "geschat"


def test_slack_that_nobody_knows_is_not_small() -> None:
    """As far as it follows from the residents of the missing part; else it is not known."""
    bekend = _K(_jaar(), _jaar(personen_bijstand=[264, "-"]))
    # over 2,000: of B 240 and their rounding of 5, of A 5; of the two others 2 x 5; 15 % of 2 x 5
    assert bekend["K_eind_afronding"] == pytest.approx((245 + 5 + 10 + 10 + 0.15 * 10) / 20)
    weg = "A P 1 95m2; B P 1 5m2"
    onbekend = _K(_jaar(weg), _jaar(weg, inwoners=[1760, "-"]))
    assert pd.isna(onbekend["K_eind_afronding"])
    assert onbekend["K_eind_afronding__status"] not in MET_WAARDE


def test_a_share_as_published_goes_by_the_dwellings_that_are_known() -> None:
    """Three buurten would be needed for weights to matter: A twice as large as C, B unknown."""
    kolommen = {n: CAT.kolommen[n] for n in ("woningen", "percentage_corporatiewoningen")}
    bron = cijfers(
        ["A", "B", "C"], woningen=[600, "-", 300], percentage_corporatiewoningen=[30, "-", 60]
    )
    weg = kruis("A P 1 10m2; B P 1 5m2; C P 1 85m2")
    uit, _ = draag_over(bron, weg, pd.Index(["P"]), kolommen, 0.8)
    rij = uit.loc["P"]
    # (600 x 30 + 300 x 60) / 900; land alone would say (10 x 30 + 85 x 60) / 95
    assert rij["percentage_corporatiewoningen"] == pytest.approx(40)
    assert rij["percentage_corporatiewoningen__status"] == "geschat"
    # how many dwellings B has nobody knows
    grenzen = [rij[f"percentage_corporatiewoningen__{g}grens"] for g in ("onder", "boven")]
    assert grenzen == [0, 100]


def test_a_share_as_published_with_a_missing_part() -> None:
    deels = _jaar(percentage_corporatiewoningen=[40, "-"])
    uit = corporatiewoningen(edittabel({2014: deels, 2020: deels})).iloc[0]
    assert uit["corporatie_eind"] == 40  # of the 800 of which it is known
    assert uit["corporatie_eind__status"] == "geschat"
