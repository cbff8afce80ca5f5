"""Twelve buurten by hand: the nine layers and focus, structureel, and what does not inform."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.golden.land import LAND as LAND_31
from tests.golden.rekenen import alle_lagen, indicatortabellen, naast_elkaar
from tests.golden.test_land import LAGEN as LAGEN_VAN_LAND
from tests.golden.twaalf import LAGEN, LAND, NIET_INFORMATIEF
from tests.unit.indicatoren.hulp import CAT
from veerkracht_dagster.kaartlagen.laag import NIET_INFORMATIEF as WAARSCHUWING

CODES = [buurt.code for buurt in LAND]
VERWACHT = {
    "signaal_absoluut": [b.signaal for b in LAND],
    "signaal_relatief": [b.signaal_relatief for b in LAND],
    "kwetsbaar_situatie": [-9 if b.kwetsbaar is None else b.kwetsbaar for b in LAND],
    **{naam: list(klassen) for naam, klassen in LAGEN.items()},
    "corporatiebezit": [b.corporatieklasse for b in LAND],
    "focus": [b.focus for b in LAND],
}


@pytest.fixture(scope="module")
def tabellen() -> dict[str, pd.DataFrame]:
    return indicatortabellen(LAND)


@pytest.fixture(scope="module")
def lagen(tabellen: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return alle_lagen(LAND, tabellen)


def test_everything_occurs() -> None:
    assert len(LAND) == 12
    assert set(VERWACHT["signaal_absoluut"]) == {*range(1, 9), -9}
    assert set(VERWACHT["focus"]) == {*range(1, 11), -9}
    for naam in ("kwetsbaar_situatie", "overlast_situatie", "corporatiebezit"):
        assert set(VERWACHT[naam]) >= set(CAT.kaartlagen[naam].klassen), naam
    # exactly on every limit
    dP = {round(b.V[0] - b.V[-1], 9) for b in LAND if None not in (b.V[0], b.V[-1])}
    assert {b.dK for b in LAND} >= {-3, -1, 1, 3}
    assert dP >= {-0.03, -0.01, 0.01, 0.03}
    assert {b.dK_relatief for b in LAND} >= {-1, 1}
    assert {b.dP_relatief for b in LAND} >= {-0.03, -0.01, 0.01, 0.03}
    assert {b.K_eind for b in LAND} >= {10, 20, 30}
    maal = (-1.5, -1, -0.5, -0.25, 0.25, 0.5, 1, 1.5)
    assert {b.V[-1] for b in LAND} >= {round(0.15678 * m, 6) for m in maal}
    assert {b.corporatie for b in LAND} >= {5, 100 / 3, 200 / 3}
    assert {b.structureel for b in LAND} == {b.structureel_relatief for b in LAND}
    assert {b.structureel for b in LAND} == {"ja", "nee", "onbekend"}


@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_every_class_of_every_layer_occurs_in_one_of_the_two_countries(naam: str) -> None:
    """By hand, so what was calculated and not what the project makes of it."""
    van_land = [LAGEN_VAN_LAND[naam](b) for b in LAND_31] if naam in LAGEN_VAN_LAND else []
    klassen = {*VERWACHT[naam], *(-9 if klasse is None else klasse for klasse in van_land)}
    assert klassen == {*CAT.kaartlagen[naam].klassen, -9}


@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_layer(naam: str, lagen: dict[str, pd.DataFrame]) -> None:
    gevonden = lagen[naam]["klasse"]
    assert gevonden[CODES].to_dict() == dict(zip(CODES, VERWACHT[naam], strict=True))


def test_figures(tabellen: dict[str, pd.DataFrame]) -> None:
    cijfers = naast_elkaar(tabellen).loc[CODES]
    for kolom in ("dK_relatief", "dP_relatief"):
        hand = [getattr(b, kolom) for b in LAND]
        assert cijfers[kolom].tolist() == pytest.approx(
            [float("nan") if x is None else x for x in hand], abs=1e-12, nan_ok=True
        )
    for vorm in ("absoluut", "relatief"):
        kolom = "structureel" if vorm == "absoluut" else "structureel_relatief"
        assert cijfers[f"structureel_{vorm}"].tolist() == [getattr(b, kolom) for b in LAND]


@pytest.mark.parametrize("naam", [n for n, laag in CAT.kaartlagen.items() if laag.relatief])
def test_a_gemeente_of_two_does_not_inform(naam: str, lagen: dict[str, pd.DataFrame]) -> None:
    gemeten = lagen[naam].loc[lagen[naam]["klasse"] != -9]
    gewaarschuwd = gemeten.loc[gemeten["toelichting"] == WAARSCHUWING, "gemeentecode"]
    verwacht = gemeten.loc[gemeten["gemeentecode"].isin(NIET_INFORMATIEF), "gemeentecode"]
    assert gewaarschuwd.tolist() == verwacht.tolist()
