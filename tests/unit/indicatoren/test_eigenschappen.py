"""What must hold for any country (hypothesis)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.indicatoren.hulp import CAT, buurttabel, edittabel
from veerkracht_dagster.celstatus import MET_WAARDE
from veerkracht_dagster.indicatoren import kwetsbare_bewoners, overlast_onveiligheid, signaal
from veerkracht_dagster.indicatoren.controles import (
    RUIS_K,
    RUIS_V,
    grenzen,
    hogere_drempel,
    relatief_nul,
    zonder_ruis,
)
from veerkracht_dagster.indicatoren.relatief import gemeente_van, ten_opzichte_van_gemeente

JAREN = (2014, 2018, 2020)
TELLINGEN = {"inwoners": 4000, "wzw_inwoners": 4000} | dict.fromkeys(
    ["personen_bijstand", "personen_ao", "personen_ww", "wzw_lvb_personen", "wzw_ggz_personen"], 400
)


def _cellen(toeval: np.random.Generator, waarden: np.ndarray) -> list[object]:
    """One cell in eight has no value."""
    leeg = toeval.random(len(waarden)) < 1 / 8
    zonder = toeval.choice(["o", "-", "n"], len(waarden))
    return [z if mist else float(w) for w, mist, z in zip(waarden, leeg, zonder, strict=True)]


# Few examples of many areas: an example costs the same for one area as for two hundred. Drawn by
# numpy from one number, since hypothesis would draw cell by cell.
@st.composite
def landen(draw: st.DrawFn) -> dict[int, pd.DataFrame]:
    """Harmonised tables of three years, of one to two hundred buurten in up to nine gemeenten."""
    toeval = np.random.default_rng(draw(st.integers(0, 2**32)))
    aantal = draw(st.sampled_from([1, 4, 60, 200]))
    gemeenten = toeval.integers(1, 10, aantal)
    codes = [f"BU000{gemeente}{n // 100:02d}{n % 100:02d}" for n, gemeente in enumerate(gemeenten)]
    niet_geleverd = draw(st.sampled_from(["", *TELLINGEN, "onv"]))
    uit = {}
    for jaar in JAREN:
        kolommen = {k: 5 * toeval.integers(0, m // 5, aantal) for k, m in TELLINGEN.items()}
        kolommen["onv"] = toeval.normal(0, toeval.choice([0.01, 0.2]), aantal)
        cellen = {k: _cellen(toeval, x) for k, x in kolommen.items() if k != niet_geleverd}
        uit[jaar] = buurttabel(codes, **cellen)
    return uit


def _reken(per_jaar: dict[int, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    tabel = edittabel(per_jaar, kwetsbaar_groepen=["uitkering", "lvb", "ggz"])
    K, V = kwetsbare_bewoners(tabel, CAT), overlast_onveiligheid(tabel)
    S = signaal(K, V, tabel.editie.parameters)
    return {"K": K, "V": V, "signaal": S}


@settings(max_examples=6, deadline=None)
@given(landen())
def test_the_checks_of_the_method_hold(land: dict[int, pd.DataFrame]) -> None:
    uit = _reken(land)
    regels = edittabel(land).editie.parameters
    inwoners = uit["K"].set_index("regiocode")["inwoners_eind"]
    assert relatief_nul("dK_relatief", uit["K"], inwoners).goed
    assert relatief_nul("dP_relatief", uit["V"], inwoners).goed
    assert zonder_ruis(uit["K"], RUIS_K).goed
    assert zonder_ruis(uit["V"], RUIS_V).goed
    assert grenzen(uit["K"]).goed
    assert hogere_drempel(uit["K"], uit["V"], regels).goed
    for tabel in uit.values():
        for status in [k for k in tabel if k.endswith("__status")]:
            waarde = tabel[status.removesuffix("__status")]
            assert (tabel[status].isin(MET_WAARDE) == waarde.notna()).all(), status
    for kant in ("begin", "eind"):
        K = uit["K"][f"K_{kant}"].dropna()
        assert K.between(0, 100).all()
    # exactly one class wherever it can be told, and none elsewhere
    K, V, S = (uit[naam].set_index("regiocode") for naam in ("K", "V", "signaal"))
    for vorm, achter in (("absoluut", ""), ("relatief", "_relatief")):
        klasse = S[f"signaal_{vorm}"]
        assert set(klasse.dropna()) <= set(range(1, 9))
        bekend = K[f"dK{achter}"].notna() & V[f"dP{achter}"].notna()
        assert (klasse.notna() == bekend).all()
    assert set(S["focus"].dropna()) <= set(range(1, 11))
    assert (S["focus"].notna() == (K["kwetsbaar_klasse"].notna() & V["onv_klasse"].notna())).all()
    assert uit["signaal"]["stabiliteit_absoluut"].dropna().between(0, 1).all()


@settings(max_examples=3, deadline=None)
@given(landen(), st.randoms(use_true_random=False))
def test_permuting_rows_changes_nothing(land: dict[int, pd.DataFrame], toeval) -> None:
    def schud(tabel: pd.DataFrame) -> pd.DataFrame:
        return tabel.iloc[toeval.sample(range(len(tabel)), len(tabel))]

    eens, anders = _reken(land), _reken({jaar: schud(tabel) for jaar, tabel in land.items()})
    for naam, tabel in eens.items():
        pd.testing.assert_frame_equal(tabel, anders[naam], rtol=1e-12)


@settings(max_examples=3, deadline=None)
@given(landen())
def test_permuting_gemeenten_changes_nothing(land: dict[int, pd.DataFrame]) -> None:
    # Gemeente 1 becomes 9, 2 becomes 8, and back; only draws by code (stabiliteit) may differ.
    def hernoem(codes: pd.Series) -> pd.Series:
        return codes.str[:5] + (10 - codes.str[5].astype(int)).astype("str") + codes.str[6:]

    eens = _reken(land)
    anders = _reken({j: t.assign(regiocode=hernoem(t["regiocode"])) for j, t in land.items()})
    for naam, tabel in eens.items():
        terug = anders[naam].assign(regiocode=hernoem(anders[naam]["regiocode"]))
        # What is not used names the gemeenten that have it.
        kolommen = [k for k in tabel if not k.startswith(("stabiliteit", "niet_gebruikt"))]
        pd.testing.assert_frame_equal(
            tabel[kolommen], terug.sort_values("regiocode", ignore_index=True)[kolommen], rtol=1e-9
        )


VERANDERING = st.one_of(st.floats(-50, 50), st.just(float("nan")))
RIJEN = st.lists(
    st.tuples(st.integers(1, 3), VERANDERING, st.one_of(st.integers(0, 9000), st.just(None))),
    min_size=1,
    max_size=20,
)


@settings(max_examples=50, deadline=None)
@given(RIJEN, st.floats(-100, 100))
def test_a_constant_for_a_gemeente_leaves_relative_figures_as_they_are(
    rijen: list, constante: float
) -> None:
    codes = pd.Index([f"BU000{gemeente}00{n:02d}" for n, (gemeente, *_) in enumerate(rijen)])
    verandering = pd.Series([v for _, v, _ in rijen], codes, dtype="float64")
    inwoners = pd.Series([i for *_, i in rijen], codes, dtype="float64")
    erbij = np.where(gemeente_van(codes) == "GM0002", constante, 0.0)
    eerst, informatief = ten_opzichte_van_gemeente(verandering, inwoners, 3)
    daarna, nog_steeds = ten_opzichte_van_gemeente(verandering + erbij, inwoners, 3)
    np.testing.assert_allclose(daarna, eerst, rtol=0, atol=1e-9)
    assert informatief.tolist() == nog_steeds.tolist()
    # and the weighted mean is 0
    telt = eerst.notna() & inwoners.gt(0)
    som = (eerst[telt] * inwoners[telt]).groupby(gemeente_van(codes[telt])).sum()
    totaal = inwoners[telt].groupby(gemeente_van(codes[telt])).sum()
    assert (som / totaal).to_numpy() == pytest.approx(0, abs=1e-9)
