"""The check of the scan sees a colour, an expectation and a course that do not follow."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from tests.unit.indicatoren.hulp import CAT
from tests.unit.indicatoren.test_scan import EDITIE, GEBIEDEN, D, W, _indicatoren
from veerkracht_dagster.bronnen.scans import Scanopdracht
from veerkracht_dagster.indicatoren.scan import scan
from veerkracht_dagster.indicatoren.scancontroles import controleer_scan

OPDRACHT = {
    "de-linde": Scanopdracht.model_validate(
        {
            "naam": "De Linde",
            "editie": "2014-2020",
            "werkgebied": ["GM0001"],
            "zonder": ["laag_opgeleid", "lvb"],
        }
    )
}


def _controle(**anders: object):
    tabel = scan(_indicatoren(), GEBIEDEN, OPDRACHT, EDITIE, CAT).reset_index(drop=True)
    met_kleur = tabel.index[tabel["kleur"].ne("geen") & tabel["verwacht"].notna()][0]
    for veld, waarde in anders.items():
        tabel.loc[met_kleur, veld] = waarde
    return controleer_scan(tabel, _indicatoren(), GEBIEDEN, OPDRACHT, EDITIE, CAT)


def test_the_scan_itself_follows() -> None:
    assert _controle().goed
    assert _controle().feiten["rijen"] > 20


@pytest.mark.parametrize(
    ("veld", "waarde"),
    [
        ("kleur", "geen"),
        ("verwacht", 99.0),
        ("koers", "zomaar"),
        ("begin", 9.0),
        ("woningen_corporatie", 1.0),
        ("veel_bezit", "zomaar"),
        ("rol", "signalerend"),
        ("regionaam", "Oud"),  # of a buurt in that wijk
        ("domein", "Voorzieningen"),
        ("status", "weggelaten"),
    ],
)
def test_another_outcome_is_named(veld: str, waarde: object) -> None:
    gevallen = _controle(**{veld: waarde}).gevallen.set_index("veld")
    assert gevallen.loc[veld, "gevonden"] == waarde
    assert set(gevallen.index) <= {veld, "verwacht", "koers"}  # these follow from the begin


# what is done to the table, what the check names
RIJEN: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], list[str]]] = [
    # a domain that vanishes because its only measure is left out
    (lambda t: t.loc[t["domein"] != "Onderwijs"], ["laag_opgeleid"]),
    (lambda t: t.loc[t["regiocode"] != W], list(CAT.maten)),
    (lambda t: pd.concat([t, t.loc[t["maat"] == "won"].head(1).assign(regiocode=D)]), ["won"]),
]


@pytest.mark.parametrize(("doe", "maten"), RIJEN)
def test_a_row_too_few_or_too_many_is_named(
    doe: Callable[[pd.DataFrame], pd.DataFrame], maten: list[str]
) -> None:
    tabel = doe(scan(_indicatoren(), GEBIEDEN, OPDRACHT, EDITIE, CAT))
    gevallen = controleer_scan(tabel, _indicatoren(), GEBIEDEN, OPDRACHT, EDITIE, CAT).gevallen
    assert set(gevallen["veld"]) == {"rij"}
    assert set(gevallen["maat"]) == set(maten)
    assert set(gevallen["gevonden"]) | set(gevallen["verwacht"]) == {"een rij", "geen rij"}


def test_a_figure_of_what_is_left_out_is_named() -> None:
    tabel = scan(_indicatoren(), GEBIEDEN, OPDRACHT, EDITIE, CAT).reset_index(drop=True)
    plek = tabel.index[tabel["maat"] == "lvb"][0]
    tabel.loc[plek, ["waarde", "kleur", "status"]] = [10.0, "groen", "gemeten"]
    gevallen = controleer_scan(tabel, _indicatoren(), GEBIEDEN, OPDRACHT, EDITIE, CAT).gevallen
    assert gevallen["veld"].tolist() == ["status", "waarde", "kleur"]
