"""Another value of an entry of the catalogue is refused in words, or one rebuild makes it right.

A rebuild makes what is stale; where the second hand, which the gate asks, makes a table otherwise
that is not stale, no rebuild but one of everything would pass (a changed limit of `corporatiebezit`
did: 'rapport.*: geen rij').
"""

from __future__ import annotations

import random

import pytest

from tests.elke_ingang import SOORTEN, Proef, Wijziging, wijzigingen
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.verschil import _in_map
from veerkracht_dagster.publicatie.publiceren import ACTUEEL
from veerkracht_dagster.tweede.ingangen import EDITIE
from veerkracht_dagster.tweede.poort import invoer_van

CAT, NAAM = catalogus(), "2014-2020"
VAN_ELKE = 1
_KLASSE = {"label": "heel veel", "kleur": "#3f007d"}


@pytest.fixture(scope="module")
def proef(gebouwd) -> Proef:
    werkmap = gebouwd[0]
    plek = _in_map(werkmap.uitgaven / NAAM / ACTUEEL)
    assert plek is not None
    invoer, _ = invoer_van(werkmap, *plek, CAT)
    assert invoer is not None
    return Proef(invoer, werkmap, NAAM)


def _getrokken() -> list[Wijziging]:
    """Of every kind some, and those that once jammed or are asked about most."""
    per_soort: dict[str, list[Wijziging]] = {soort: [] for soort in SOORTEN}
    for wijziging in wijzigingen(CAT, CAT.edities[NAAM]):
        per_soort[wijziging[0][0]].append(wijziging)
    loting = random.Random(20142020)
    uit = [w for lijst in per_soort.values() for w in loting.sample(lijst, VAN_ELKE)]
    klassen = {str(k): v.model_dump() for k, v in CAT.kaartlagen["corporatiebezit"].klassen.items()}
    laag = CAT.kaartlagen["corporatiebezit"].model_dump(mode="json")
    vijf = {**laag, "grenzen": [5, 20, 40, 60], "klassen": {**klassen, "5": _KLASSE}}
    return [
        *uit,
        (("kaartlagen", "corporatiebezit"), vijf),  # a fifth class
        (("kaartlagen", "corporatiebezit", "grenzen"), [5, 30, 70]),
        (("constanten", "zwakke_klassen"), [5, 6]),
        (("constanten", "percentielen"), [5, 25, 50, 75, 95]),
        ((EDITIE, "parameters", "tK_procentpunt"), 2.5),
    ]


def test_every_kind_of_entry_is_among_them() -> None:
    assert {pad[0] for pad, _ in wijzigingen(CAT, CAT.edities[NAAM])} == set(SOORTEN)


@pytest.mark.parametrize("wijziging", _getrokken(), ids=lambda w: ".".join(w[0]))
def test_another_value_is_refused_or_what_it_changes_is_made_again(
    proef: Proef, wijziging: Wijziging
) -> None:
    gevolg = proef.wijzig(*wijziging)
    if gevolg.geweigerd:
        assert len(gevolg.geweigerd) > 20
    else:
        assert gevolg.anders <= gevolg.opnieuw


def test_a_fifth_class_is_in_the_report_and_makes_the_report_again(proef: Proef) -> None:
    vijfde = next(w for w in _getrokken() if w[0] == ("kaartlagen", "corporatiebezit"))
    gevolg = proef.wijzig(*vijfde)
    assert gevolg.anders == {"corporatiebezit", "rapport"}
    assert {"corporatiebezit", "rapport"} <= gevolg.opnieuw
