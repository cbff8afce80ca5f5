"""The check of the scan sees a colour, an expectation and a course that do not follow."""

from __future__ import annotations

import pytest

from tests.unit.indicatoren.hulp import CAT
from tests.unit.indicatoren.test_scan import EDITIE, _indicatoren
from veerkracht_dagster.bronnen.scans import Scanopdracht
from veerkracht_dagster.indicatoren.scan import scan
from veerkracht_dagster.indicatoren.scancontroles import controleer_scan

OPDRACHT = {
    "de-linde": Scanopdracht.model_validate(
        {"naam": "De Linde", "editie": "2014-2020", "werkgebied": ["GM0001"]}
    )
}


def _controle(**anders: object):
    tabel = scan(_indicatoren(), OPDRACHT, EDITIE, CAT).reset_index(drop=True)
    met_kleur = tabel.index[tabel["kleur"].ne("geen") & tabel["verwacht"].notna()][0]
    for veld, waarde in anders.items():
        tabel.loc[met_kleur, veld] = waarde
    return controleer_scan(tabel, _indicatoren(), OPDRACHT, EDITIE, CAT)


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
    ],
)
def test_another_outcome_is_named(veld: str, waarde: object) -> None:
    gevallen = _controle(**{veld: waarde}).gevallen.set_index("veld")
    assert gevallen.loc[veld, "gevonden"] == waarde
    assert set(gevallen.index) <= {veld, "verwacht", "koers"}  # these follow from the begin
