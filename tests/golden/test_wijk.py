"""An edition of wijken and one of buurten of the same period, by hand: K of both has one meaning.

Old buurten A, B, C; of B three quarters became B1 and a quarter B2. Old wijken V1 (A, B) and V2
(C); new ones W1 (A, B1) and W2 (B2, C). The Kerncijfers count per buurt and per wijk, the
WoonZorgwijzer per buurt only. Of V1 nine tenths go to W1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import pytest

from tests.unit.buurttabel.hulp import cijfers, kruis
from tests.unit.indicatoren.hulp import CAT, editie
from veerkracht_dagster.bronnen.vorm import leeg
from veerkracht_dagster.buurttabel.tabel import Wegen, maak_buurttabel
from veerkracht_dagster.catalogus import tabellen
from veerkracht_dagster.indicatoren import kwetsbare_bewoners
from veerkracht_dagster.indicatoren.jaren import maak_edittabel
from veerkracht_dagster.kaartlagen.titel import met_groepen

A, B, C, B1, B2 = "BU00010001", "BU00010002", "BU00010101", "BU00010011", "BU00010111"
V1, V2 = W1, W2 = "WK000100", "WK000101"
WEGEN = {  # to buurten; to wijken from wijken, and from buurten
    2014: (
        f"{A} {A} 1; {B} {B1} 0.75; {B} {B2} 0.25; {C} {C} 1",
        f"{V1} {W1} 0.9; {V1} {W2} 0.1; {V2} {W2} 1; "
        f"{A} {W1} 1; {B} {W1} 0.75; {B} {W2} 0.25; {C} {W2} 1",
    ),
    2020: (
        "; ".join(f"{code} {code} 1" for code in (A, B1, B2, C)),
        f"{W1} {W1} 1; {W2} {W2} 1; {A} {W1} 1; {B1} {W1} 1; {B2} {W2} 1; {C} {W2} 1",
    ),
}
Cellen = Mapping[str, Sequence[object]]  # area -> residents and counts
KWB: dict[int, Cellen] = {  # residents, bijstand
    2014: {A: (1000, 100), B: (400, 40), C: (600, 30), V1: (1400, 140), V2: (600, 30)},
    2020: {
        A: (1000, 165), B1: (300, 30), B2: (100, 10), C: (600, 25), W1: (1300, 195), W2: (700, 35)
    },
}  # fmt: skip
WZW: dict[int, Cellen] = {  # residents, lvb, ggz
    2014: {A: (1000, 20, 50), B: (400, 40, 20), C: (600, 12, 30)},
    2020: {A: (1000, 30, 50), B1: (300, 9, 15), B2: (100, 5, 5), C: (600, 16, 30)},
}
NIVEAU = {"BU": "buurt", "WK": "wijk"}


def _levering(bron: str, jaar: int, cellen: Cellen, namen: Sequence[str]) -> pd.DataFrame:
    reeksen = dict(zip(namen, map(list, zip(*cellen.values(), strict=True)), strict=True))
    leeg_ = {naam: ["-"] * len(cellen) for naam in CAT.kolommen_van(bron) if naam not in reeksen}
    if bron == "cbs_kerncijfers":
        leeg_ |= {naam: [0] * len(cellen) for naam in ("personen_ao", "personen_ww")}
    tabel = cijfers(list(cellen), **reeksen, **leeg_)
    return tabel.assign(niveau=[NIVEAU[code[:2]] for code in cellen], gebiedsjaar=jaar)


def _jaar(jaar: int, wzw: Cellen) -> pd.DataFrame:
    bronnen = {bron: leeg(tabellen()[bron]) for bron in CAT.gebiedsbronnen}
    namen = ["inwoners", "personen_bijstand"]
    bronnen["cbs_kerncijfers"] = _levering("cbs_kerncijfers", jaar, KWB[jaar], namen)
    namen = ["wzw_inwoners", "wzw_lvb_personen", "wzw_ggz_personen"]
    bronnen["woonzorgwijzer"] = _levering("woonzorgwijzer", jaar, wzw, namen)
    buurten, wijken = (kruis(weg) for weg in WEGEN[jaar])
    omzetting = pd.concat([buurten.assign(niveau="buurt"), wijken.assign(niveau="wijk")])
    codes = [A, B1, B2, C, W1, W2]
    basis = pd.DataFrame({"niveau": [NIVEAU[code[:2]] for code in codes], "regiocode": codes})
    wegen = Wegen({jaar: omzetting.assign(basis=2020)}, {2020: basis})
    return maak_buurttabel(bronnen, wegen, [("buurt", 2020), ("wijk", 2020)], 0.8, CAT)[0]


def _K(niveau: str, **wzw: Cellen) -> pd.DataFrame:
    jaren = {jaar: _jaar(jaar, wzw.get(f"wzw_{jaar}", WZW[jaar])) for jaar in WEGEN}
    regels = {"kwetsbaar_groepen": ["uitkering", "lvb", "ggz"], "terugval_bereik": 0.5}
    van_editie = editie(**regels).model_copy(update={"niveau": niveau})
    tabel = kwetsbare_bewoners(maak_edittabel(van_editie, jaren, CAT), CAT)
    titels = {
        met_groepen(laag, tabel["groepen"], van_editie, CAT).titel == laag.titel
        for laag in CAT.kaartlagen.values()
    }
    assert titels == {True}  # no layer needs another title
    return tabel.set_index("regiocode")


def test_K_of_a_wijk_is_of_the_groups_of_its_buurten() -> None:
    wijken, buurten = _K("wijk"), _K("buurt")
    assert {*wijken["groepen"], *buurten["groepen"]} == {"uitkering, lvb, ggz"}
    # W1 in 2014. Benefits, of its own row: 0.9 x 140 of 0.9 x 1,400 = 10 %. Of its buurten, A and
    # three quarters of B: lvb 20 + 30 of 1,000 + 300, ggz 50 + 15 of these.
    begin = 100 * (1 - 0.9 * (1 - 50 / 1300) * (1 - 65 / 1300))
    # W1 in 2020: 195 of 1,300 = 15 %; lvb 30 + 9 of 1,300 = 3 %; ggz 50 + 15 of 1,300 = 5 %
    eind = 100 * (1 - 0.85 * 0.97 * 0.95)
    rij = wijken.loc[W1]
    assert [rij["K_begin"], rij["K_eind"]] == pytest.approx([begin, eind], abs=1e-9)
    assert rij["dK"] == pytest.approx(eind - begin, abs=1e-9)
    assert [rij[f"K_eind_{g}grens"] for g in ("onder", "boven")] == pytest.approx([15, 23])
    # W2 in 2014: 0.1 x 140 + 30 of 0.1 x 1,400 + 600 = 44 of 740; lvb 10 + 12 of 700, ggz 5 + 30
    begin = 100 * (1 - (1 - 44 / 740) * (1 - 22 / 700) * (1 - 35 / 700))
    assert wijken.loc[W2, "K_begin"] == pytest.approx(begin, abs=1e-9)
    # A in 2020: 16.5 %, 3 %, 5 %: of the same groups as the wijk that it lies in
    eind = 100 * (1 - 0.835 * 0.97 * 0.95)
    assert buurten.loc[A, "K_eind"] == pytest.approx(eind, abs=1e-9)


def test_a_buurt_that_is_not_known_is_not_nobody_in_its_wijk() -> None:
    """Of W2 lvb of B2 is missing: C alone, and its bounds let all 100 of B2 be in the group."""
    anders = {**WZW[2020], B2: (100, "-", 5)}
    rij = _K("wijk", wzw_2020=anders).loc[W2]
    # benefits 35 of 700 = 5 %, lvb 16 of the 600 of C, ggz 5 + 30 of 700 = 5 %
    eind = 100 * (1 - 0.95 * (1 - 16 / 600) * 0.95)
    assert rij["K_eind"] == pytest.approx(eind, abs=1e-9)
    # at most: 5 %, and 16 + 100 of 700, and 5 %; at least the largest: 5 %
    grenzen = [rij[f"K_eind_{grens}grens"] for grens in ("onder", "boven")]
    assert grenzen == pytest.approx([5, 5 + 100 * 116 / 700 + 5], abs=1e-9)


def test_too_little_of_a_wijk_is_no_figure() -> None:
    """Of W2 lvb of C is missing, 600 of 700: coverage 1/7, and no K."""
    rij = _K("wijk", wzw_2020={**WZW[2020], C: (600, "-", 30)}).loc[W2]
    assert pd.isna(rij["K_eind"])
    assert rij["K_eind__status"] == "ontbreekt"
