"""Any part of any input set to missing, through the whole indicator stage (hypothesis).

A share never leaves its new bounds, bounds never get narrower, and no figure becomes 0. A case is
an area made of some old ones, of which cells are taken away; an example has a hundred of them,
drawn by numpy from one number, so there is nothing to shrink. `VEERKRACHT_GEVALLEN=1000` draws
so many cases instead of a few hundred.
"""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.unit.buurttabel.hulp import cijfers
from tests.unit.indicatoren.hulp import CAT, INVOER, edittabel
from veerkracht_dagster.buurttabel.overdracht import draag_over
from veerkracht_dagster.celstatus import MET_WAARDE
from veerkracht_dagster.indicatoren import (
    corporatiewoningen,
    domeinmaten,
    kwetsbare_bewoners,
    overlast_onveiligheid,
    signaal,
)

GEBIEDEN = 100
GEVALLEN = int(os.environ.get("VEERKRACHT_GEVALLEN", "200"))
DELEN_VAN = {
    "personen_bijstand": "inwoners", "personen_ao": "inwoners", "personen_ww": "inwoners",
    "wzw_lvb_personen": "wzw_inwoners", "wzw_ggz_personen": "wzw_inwoners",
    "rivm_ggz_patienten": "inwoners",
}  # fmt: skip
GROEPEN = [["uitkering"], ["lvb"], ["ggz_zorg"], ["laag_inkomen"], ["uitkering", "lvb", "ggz"]]


def _bron(toeval: np.random.Generator, oud: int) -> dict[str, np.ndarray]:
    """Figures of old areas: nobody counts more than there are, and nowhere is it 0."""
    inwoners = 5.0 * toeval.integers(20, 600, oud)
    uit = {"inwoners": inwoners, "wzw_inwoners": inwoners - 5, "huishoudens": inwoners / 2}
    for kolom, noemer in DELEN_VAN.items():
        uit[kolom] = np.maximum(10, 10 * (uit[noemer] * toeval.uniform(0, 0.3, oud) // 10))
    uit["percentage_huishoudens_laag_inkomen"] = toeval.uniform(1, 40, oud).round(1)
    uit["woningen"] = 5.0 * toeval.integers(4, 300, oud)
    uit["percentage_corporatiewoningen"] = toeval.integers(1, 100, oud).astype(float)
    uit["onv"] = toeval.normal(0, 0.1, oud)
    return uit


def _kruis(toeval: np.random.Generator, codes: list[str]) -> pd.DataFrame:
    """Every target of one to five old areas, some of which lie in the next one too."""
    rijen, nummer = [], 0
    for i, code in enumerate(codes):
        for _ in range(toeval.integers(1, 6)):
            w = toeval.choice([1.0, 1.0, 0.25]) if i + 1 < len(codes) else 1.0
            rijen.append((f"oud{nummer}", code, w))
            if w < 1:
                rijen.append((f"oud{nummer}", codes[i + 1], 1 - w))
            nummer += 1
    uit = pd.DataFrame(rijen, columns=["van_regio", "naar_regio", "gewicht"])
    return uit.assign(methode="oppervlak", aantal=100 * uit["gewicht"], maat=100 * uit["gewicht"])


def _jaar(bron: dict[str, np.ndarray], weg: np.ndarray, omzetting: pd.DataFrame) -> pd.DataFrame:
    """The harmonised year; weg: which cells (columns x old areas) are missing."""
    oud = len(weg[0])
    kolommen = {naam: CAT.kolommen[naam] for naam in INVOER}
    cellen: dict[str, list[object]] = dict.fromkeys(kolommen, ["-"] * oud)
    for (naam, waarden), mist in zip(bron.items(), weg, strict=True):
        cellen[naam] = ["-" if m else float(x) for x, m in zip(waarden, mist, strict=True)]
    tabel = cijfers([f"oud{i}" for i in range(oud)], **cellen)
    doelen = pd.Index(sorted(omzetting["naar_regio"].unique()), name="regiocode")
    uit, _ = draag_over(tabel, omzetting, doelen, kolommen, 0.8)
    return uit.reset_index().assign(niveau="buurt", basisjaar=2020)


def _reken(begin: pd.DataFrame, eind: pd.DataFrame, groepen: list[str]) -> pd.DataFrame:
    """The indicator tables beside each other (index: regiocode)."""
    tabel = edittabel(
        {2014: begin, 2020: eind}, kwetsbaar_groepen=groepen, terugval_bereik=0.1, terugval_jaren=0
    )
    K, V = kwetsbare_bewoners(tabel, CAT), overlast_onveiligheid(tabel)
    S, alle = signaal(K, V, tabel.editie.parameters), [corporatiewoningen(tabel)]
    uit = pd.concat(
        [t.set_index("regiocode") for t in (K, V, S, *alle, domeinmaten(tabel, CAT))], axis=1
    )
    return uit.loc[:, ~uit.columns.duplicated()]


@settings(
    max_examples=max(GEVALLEN // GEBIEDEN, 1),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.integers(0, 2**32), st.sampled_from(GROEPEN), st.sampled_from([0.02, 0.1, 0.4]))
def test_what_is_set_to_missing_widens_and_never_moves_or_empties(
    zaad: int, groepen: list[str], kans: float
) -> None:
    toeval = np.random.default_rng(zaad)
    omzetting = _kruis(toeval, [f"BU{n // 20:04d}{n:04d}" for n in range(GEBIEDEN)])
    oud = omzetting["van_regio"].nunique()
    bron = _bron(toeval, oud)
    niets = np.full((len(bron), oud), False)
    begin, eind = (_jaar(_bron(toeval, oud), niets, omzetting), _jaar(bron, niets, omzetting))
    weg = toeval.random(niets.shape) < kans
    voor = _reken(begin, eind, groepen)
    na = _reken(begin, _jaar(bron, weg, omzetting), groepen)
    er = na["K_eind"].notna()
    for grens, teken in (("ondergrens", 1), ("bovengrens", -1)):
        # the share of all lies within what is possible now, and so does the new one
        for K in (voor["K_eind"], na["K_eind"]):
            assert (teken * (K - na[f"K_eind_{grens}"])[er] >= -1e-9).all()
        assert (teken * (voor["dK"] - na[f"dK_{grens}"])[er] >= -1e-8).all()
    breedte = [t["K_eind_bovengrens"] - t["K_eind_ondergrens"] for t in (voor, na)]
    assert (breedte[1] - breedte[0])[er].ge(-1e-9).all()
    if len(groepen) == 1:  # of several the slope of one follows from the others
        krapper = na["K_eind_afronding"] < voor["K_eind_afronding"] - 1e-9
        assert not (krapper & er).any()
    for kolom in [k for k in na if f"{k}__status" in na]:
        if kolom.startswith(("aandeel_", "K_eind", "corporatie", "inwoners", "woningen")) and (
            "afronding" not in kolom and "ondergrens" not in kolom
        ):
            assert not (na[kolom].eq(0) & voor[kolom].ne(0)).any(), kolom
        assert (na[f"{kolom}__status"].isin(MET_WAARDE) == na[kolom].notna()).all(), kolom
    deels = er & (na["K_eind"] - voor["K_eind"]).abs().gt(1e-9)
    assert na.loc[deels, "K_eind__status"].eq("geschat").all()
