"""The method on the publishers' real files: classes, and layers 6-8 of every wijk, 2014-2020."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from veerkracht_dagster.buurttabel.gebieden import maak_gebieden
from veerkracht_dagster.buurttabel.indeling import Indelingen
from veerkracht_dagster.buurttabel.omzetting import maak_omzettingen
from veerkracht_dagster.buurttabel.tabel import Wegen, maak_buurttabel
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.vorm import lege_tabel
from veerkracht_dagster.indicatoren import overlast_onveiligheid
from veerkracht_dagster.indicatoren.jaren import maak_edittabel
from veerkracht_dagster.indicatoren.relatief import gemeente_van
from veerkracht_dagster.kaartlagen.laag import maak_laag
from veerkracht_dagster.klassegrenzen import klasse_naar_grenzen, onv_klasse

pytestmark = pytest.mark.echt
CAT = catalogus()
EDITIE = CAT.edities["2014-2020-wijken"]
DIMENSIES = ("fys", "onv", "soc", "vrz", "won")
# Limits of the total score, on its deviation (method.md, section 5).
TOTAAL = [-0.4283, -0.3538, -0.28146, -0.16405, -0.10295, 0.010146, 0.089545, 0.167961]
DICHTBIJ = 1e-4


@pytest.fixture(scope="module")
def ruw_2024(echt: Path) -> pd.DataFrame:
    """Scores and published classes, as the five files have them."""
    paden = sorted(echt.glob("leefbaarometer_3.0/buurten_2024/*.geojson"))
    rijen = [
        kenmerk["properties"]["raw"]
        for pad in paden
        for kenmerk in json.loads(pad.read_text(encoding="utf-8"))["features"]
    ]
    return pd.DataFrame(rijen)


def _anders(score: np.ndarray, onze: np.ndarray, hun: np.ndarray, grenzen: list[float]) -> int:
    """Number of classes that differ; each must lie within DICHTBIJ of a limit."""
    anders = onze != hun
    afstand = np.abs(score[anders][:, None] - np.array(grenzen)[None, :]).min(axis=1, initial=9.0)
    assert (afstand <= DICHTBIJ).all(), score[anders][afstand > DICHTBIJ]
    return int(anders.sum())


# Differences on the 5,411 buurten of these files, whose scores have six digits.
@pytest.mark.parametrize(("dimensie", "verschillen"), [(d, 0) for d in DIMENSIES])
def test_classes_of_a_dimension_are_the_published_ones(
    ruw_2024: pd.DataFrame, dimensie: str, verschillen: int
) -> None:
    score = ruw_2024[dimensie].to_numpy(dtype="float64")
    grenzen = (0.15678 * np.array([-1.5, -1, -0.5, -0.25, 0.25, 0.5, 1, 1.5])).tolist()
    hun = ruw_2024[f"k{dimensie}"].to_numpy()
    assert len(score) == 5_411
    assert _anders(score, onv_klasse(score), hun, grenzen) == verschillen


def test_classes_of_the_total_score_are_the_published_ones(ruw_2024: pd.DataFrame) -> None:
    score = ruw_2024["afw"].to_numpy(dtype="float64")
    onze = klasse_naar_grenzen(score, TOTAAL, "hoger")
    assert _anders(score, onze, ruw_2024["kscore"].to_numpy(), TOTAAL) == 0


def _wijken(lees_echt, iedereen_even_veel: bool) -> tuple:
    """V of the edition per wijk, its layers 6-8, and the residents of 2020."""
    jaren = [jaar for jaar in EDITIE.peiljaren if jaar in (2014, 2016, 2018, 2020)]
    basis = EDITIE.basisjaar
    bronnen = {jaar: {b: lege_tabel(b) for b in CAT.gebiedsbronnen} for jaar in [*jaren, basis]}
    for jaar in [*jaren, basis]:
        bronnen[jaar]["leefbaarometer"] = lees_echt("leefbaarometer", jaar)[0]
    bronnen[2020]["cbs_kerncijfers"] = lees_echt("cbs_kerncijfers", 2020)[0]
    grenzen = lees_echt("cbs_buurtgrenzen", 2019)[0]  # of a year without a map: empty
    assert grenzen.empty
    gebieden = {
        jaar: maak_gebieden(
            grenzen, bronnen[jaar]["cbs_kerncijfers"], bronnen[jaar]["leefbaarometer"], jaar
        )
        for jaar in (2020, basis)
    }
    bases = {(EDITIE.niveau, basis)}
    indelingen = Indelingen(gebieden, {})
    wegen = Wegen(
        {jaar: maak_omzettingen(jaar, bases, indelingen, CAT.omzetting) for jaar in (2020, basis)},
        gebieden,
    )
    tabellen = {
        jaar: maak_buurttabel(bronnen[jaar], wegen, bases, CAT.omzetting.minimum_dekking, CAT)[0]
        for jaar in jaren
    }
    if iedereen_even_veel:
        tabellen[2020] = tabellen[2020].assign(inwoners=1000.0, inwoners__status="waargenomen")
    tabel = maak_edittabel(EDITIE, tabellen, CAT)
    V = overlast_onveiligheid(tabel)
    lagen = {
        naam: maak_laag(naam, {"overlast_onveiligheid": V}, gebieden[basis], EDITIE, CAT)
        for naam in CAT.kaartlagen
        if CAT.kaartlagen[naam].indicatoren == ["overlast_onveiligheid"]
    }
    inwoners = tabel.cellen_rond(["inwoners"], EDITIE.eind)["inwoners"].waarde
    return V.set_index("regiocode"), lagen, inwoners


@pytest.fixture(scope="module")
def wijken(lees_echt) -> tuple[pd.DataFrame, dict[str, pd.DataFrame], pd.Series]:
    return _wijken(lees_echt, iedereen_even_veel=False)


@pytest.fixture(scope="module")
def gelijke_wijken(lees_echt) -> tuple[pd.DataFrame, dict[str, pd.DataFrame], pd.Series]:
    """As if every wijk had as many residents: those of 2022 are not among the real files."""
    return _wijken(lees_echt, iedereen_even_veel=True)


def test_the_change_of_all_wijken(wijken) -> None:
    V, _, _ = wijken
    verandering = V["dP"].dropna()
    assert len(verandering) == 3_290
    # of onv +0.0088, so of nuisance the other way round
    assert round(verandering.mean(), 4) == -0.0088
    assert round(verandering.std(), 4) == 0.0272


@pytest.mark.parametrize(
    "naam", ["overlast_situatie", "overlast_ontwikkeling", "overlast_ontwikkeling_relatief"]
)
def test_layers_6_to_8_of_all_wijken(naam: str, gelijke_wijken) -> None:
    V, lagen, _ = gelijke_wijken
    laag = lagen[naam].set_index("regiocode")
    gemeten = V.index[V["dP"].notna()]
    assert len(gemeten) == 3_290
    assert (laag.loc[gemeten, "klasse"] != -9).all()
    assert (laag["klasse"] != -9).sum() == V[CAT.kaartlagen[naam].waarde].notna().sum()
    assert set(laag["klasse"]) - {-9} >= set(CAT.kaartlagen[naam].klassen) - {1, 9}


def test_layer_8_balances_in_every_gemeente_whose_residents_are_known(wijken) -> None:
    V, lagen, inwoners = wijken
    laag = lagen["overlast_ontwikkeling_relatief"].set_index("regiocode")
    gemeten = laag["klasse"] != -9
    # Residents of 2020 reach the wijken of 2022 by code and name only, no map being there. A
    # gemeente of which none is known has no relative figure.
    telt = V["dP"].notna() & inwoners.gt(0)
    gemeente = gemeente_van(V.index)
    bekend = pd.Series(telt, index=V.index).groupby(gemeente).transform("any")
    assert (gemeten == (V["dP"].notna() & bekend).reindex(laag.index)).all()
    som = (V["dP_relatief"] * inwoners)[telt].groupby(gemeente[telt]).sum()
    assert (som / inwoners[telt].groupby(gemeente[telt]).sum()).abs().max() < 1e-9
    assert gemeten.sum() == 2_830
