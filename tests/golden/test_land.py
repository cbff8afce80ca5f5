"""The hand-made country through the indicators and the layers: every figure as worked out."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.golden.land import (
    LAND,
    NIET_INFORMATIEF_DK,
    NIET_INFORMATIEF_DP,
    STATUS_SIGNAAL,
    Buurt,
)
from tests.golden.rekenen import alle_lagen, indicatortabellen, naast_elkaar
from veerkracht_dagster.kaartlagen.laag import NIET_INFORMATIEF

CODES = [buurt.code for buurt in LAND]
PER_BUURT = pytest.mark.parametrize("buurt", LAND, ids=CODES)


@pytest.fixture(scope="module")
def tabellen() -> dict[str, pd.DataFrame]:
    return indicatortabellen(LAND)


@pytest.fixture(scope="module")
def cijfers(tabellen: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return naast_elkaar(tabellen)


@pytest.fixture(scope="module")
def lagen(tabellen: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return alle_lagen(LAND, tabellen)


def _getal(waarde: float | None) -> object:
    return pytest.approx(math.nan if waarde is None else waarde, abs=1e-9, nan_ok=True)


def test_the_country_has_every_case() -> None:
    assert {b.signaal for b in LAND} == {*range(1, 9), -9}
    assert {b.signaal_relatief for b in LAND} == {*range(1, 9), -9}
    assert {b.focus for b in LAND} == {*range(1, 11), -9}
    assert {b.structureel for b in LAND} == {"ja", "nee", "onbekend"}
    assert {b.structureel_relatief for b in LAND} == {"ja", "nee", "onbekend"}
    # on the thresholds, at both signs: dK for all, dP where dK rises and where it falls
    assert {1, -1} <= {b.dK for b in LAND}
    assert {1, -1} <= {b.dK_relatief for b in LAND}
    assert {10, 20, 30} <= {b.K_eind for b in LAND}
    # class 7 relative at both of its boundaries: more K than the gemeente, as much nuisance
    assert {0.01, -0.01, 0} == {b.dP_relatief for b in LAND if b.signaal_relatief == 7}


@PER_BUURT
def test_K_and_its_changes(buurt: Buurt, cijfers: pd.DataFrame) -> None:
    rij = cijfers.loc[buurt.code]
    verandering = None if isinstance(buurt.dK, str) or isinstance(buurt.K_eind, str) else buurt.dK
    assert rij["K_eind"] == _getal(None if isinstance(buurt.K_eind, str) else buurt.K_eind)
    assert rij["dK"] == _getal(verandering)
    assert rij["dK_relatief"] == _getal(buurt.dK_relatief)
    # one group, so the bounds are the figure itself
    assert rij[["K_eind_ondergrens", "K_eind_bovengrens"]].tolist() == [rij["K_eind"]] * 2 or (
        rij[["K_eind", "K_eind_ondergrens", "K_eind_bovengrens"]].isna().all()
    )
    assert rij["kwetsbaar_klasse"] == _getal(buurt.kwetsbaar)


@PER_BUURT
def test_V_and_its_changes(buurt: Buurt, cijfers: pd.DataFrame) -> None:
    rij, (begin, *_, eind) = cijfers.loc[buurt.code], buurt.V
    assert rij["V_begin"] == _getal(begin)
    assert rij["V_eind"] == _getal(eind)
    assert rij["dP"] == _getal(None if begin is None or eind is None else begin - eind)
    assert rij["dP_relatief"] == _getal(buurt.dP_relatief)


@PER_BUURT
def test_classes(buurt: Buurt, cijfers: pd.DataFrame) -> None:
    rij = cijfers.loc[buurt.code].fillna(-9)
    gevonden = [rij[naam] for naam in ("signaal_absoluut", "signaal_relatief", "focus")]
    assert gevonden == [buurt.signaal, buurt.signaal_relatief, buurt.focus]


@PER_BUURT
def test_structureel(buurt: Buurt, cijfers: pd.DataFrame) -> None:
    gevonden = cijfers.loc[buurt.code, ["structureel_absoluut", "structureel_relatief"]]
    assert gevonden.tolist() == [buurt.structureel, buurt.structureel_relatief]


def test_why_there_is_no_signal(cijfers: pd.DataFrame) -> None:
    status = cijfers["signaal_absoluut__status"]
    assert status[list(STATUS_SIGNAAL)].to_dict() == STATUS_SIGNAAL
    assert set(status.drop(list(STATUS_SIGNAAL))) == {"waargenomen"}


@pytest.mark.parametrize(
    ("kolom", "niet"),
    [("informatief", NIET_INFORMATIEF_DK), ("informatief_V", NIET_INFORMATIEF_DP)],
)
def test_informative_gemeenten(kolom: str, niet: set[str], cijfers: pd.DataFrame) -> None:
    nee = cijfers.index[cijfers[kolom] == "nee"]
    assert {f"GM{code[2:6]}" for code in nee} == niet
    assert set(cijfers[kolom]) == {"ja", "nee"}


# Per layer: what its class must be, from the calculated figures and the legends of the method.
def _vijf(x: float, t: float) -> int:
    """Sterke afname (< -3 t), afname (< -t), ongeveer gelijk, toename (> t), sterke (> 3 t)."""
    return 1 if x < -3 * t else 2 if x < -t else 3 if x <= t else 4 if x <= 3 * t else 5


def _dP(buurt: Buurt) -> float | None:
    begin, *_, eind = buurt.V
    return None if begin is None or eind is None else round(begin - eind, 9)


LAGEN = {
    "signaal_absoluut": lambda b: b.signaal,
    "signaal_relatief": lambda b: b.signaal_relatief,
    "kwetsbaar_situatie": lambda b: b.kwetsbaar,
    "kwetsbaar_ontwikkeling": lambda b: (
        None if isinstance(b.dK, str | None) or isinstance(b.K_eind, str) else _vijf(b.dK, 1)
    ),
    "kwetsbaar_ontwikkeling_relatief": lambda b: (
        None if b.dK_relatief is None else _vijf(b.dK_relatief, 1)
    ),
    "overlast_situatie": lambda b: (
        None if b.V[-1] is None
        else {-.3: 1, -.2: 2, -.1: 3, -.05: 4, 0: 5, .05: 6, .1: 7}[b.V[-1]]
    ),
    "overlast_ontwikkeling": lambda b: None if _dP(b) is None else _vijf(_dP(b), .01),
    "overlast_ontwikkeling_relatief": lambda b: (
        None if b.dP_relatief is None else _vijf(b.dP_relatief, .01)
    ),
    "focus": lambda b: b.focus,
}  # fmt: skip


@pytest.mark.parametrize("naam", list(LAGEN))
def test_layers(naam: str, lagen: dict[str, pd.DataFrame]) -> None:
    verwacht = {b.code: -9 if LAGEN[naam](b) is None else LAGEN[naam](b) for b in LAND}
    assert lagen[naam]["klasse"].to_dict() == verwacht


@pytest.mark.parametrize(
    ("naam", "niet"),
    [
        ("kwetsbaar_ontwikkeling_relatief", NIET_INFORMATIEF_DK),
        ("overlast_ontwikkeling_relatief", NIET_INFORMATIEF_DP),
    ],
)
def test_relative_layers_say_where_they_do_not_inform(
    naam: str, niet: set[str], lagen: dict[str, pd.DataFrame]
) -> None:
    gemeten = lagen[naam].loc[lagen[naam]["klasse"] != -9]
    gewaarschuwd = gemeten["toelichting"] == NIET_INFORMATIEF
    assert (gewaarschuwd == gemeten["gemeentecode"].isin(niet)).all()
    assert set(gemeten.loc[~gewaarschuwd, "toelichting"]) == {""}


def test_a_relative_layer_balances_per_gemeente(cijfers: pd.DataFrame) -> None:
    for kolom in ("dK_relatief", "dP_relatief"):
        som = (cijfers[kolom] * cijfers["inwoners_eind"]).groupby(cijfers.index.str[2:6]).sum()
        assert som.to_numpy() == pytest.approx(0, abs=1e-9)
