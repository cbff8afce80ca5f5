"""Why an area has no class names every figure that the class is made of, by the figure table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.kaartlagen.test_laag import gebieden, indicatoren
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.tabellen import tabellen_van
from veerkracht_dagster.kaartlagen.laag import maak_laag
from veerkracht_dagster.tweede.naspel import Naspel

CAT = catalogus()
CODE, EDITIE = "BU00010001", "2014-2020"
WEEGT = "inwoners_eind"  # what means over a gemeente and the country are weighed with


def _bodem(cat: Catalogus, tabel: str, naam: str) -> Iterator[str]:
    """The figures at the end of a column's lineage, before the buurttabel."""
    (uit,) = (kolom.uit for kolom in tabellen_van(cat)[tabel].kolommen if kolom.naam == naam)
    onder = [van for van in uit if van[0] in cat.indicatoren]
    for van in onder:
        yield from _bodem(cat, *van)
    if not onder:
        yield naam


@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_the_ground_of_a_layer_is_the_end_of_the_lineage_of_its_class(naam: str) -> None:
    laag = CAT.kaartlagen[naam]
    grond = CAT.grond_van(laag)
    assert sorted(grond) == sorted(set(_bodem(CAT, naam, "klasse")) - {WEEGT})
    rijen = [k for indicator in CAT.indicatoren.values() for k in indicator.kolommen]
    assert grond == [k for k in rijen if k in grond]


def _met(rijen: dict[str, Any], lagen: dict[str, list[str]]) -> Catalogus:
    """The catalogue with other rows for figures, and other tables for layers."""
    inhoud = CAT.model_dump(mode="json")
    for indicator in inhoud["indicatoren"].values():
        for k in indicator["kolommen"].keys() & rijen.keys():
            indicator["kolommen"][k] |= rijen[k]
    for naam, erbij in lagen.items():
        inhoud["kaartlagen"][naam]["indicatoren"] += erbij
    return Catalogus.model_validate(inhoud)


# figure, its other input; a layer; tables that it names more; what its areas lack then
ANDERS = [
    ("onv_klasse", ["corporatie_eind"], "focus", ["corporatiewoningen"],
     ["K_eind", "corporatie_eind"]),
    ("dP", ["V_begin", "corporatie_eind"], "signaal_absoluut", ["corporatiewoningen"],
     ["K_begin", "K_eind", "V_begin", "V_eind", "corporatie_eind"]),
    ("dK_relatief", ["dK_ondergrens", WEEGT], "kwetsbaar_ontwikkeling_relatief", [],
     ["K_begin_bovengrens", "K_eind_ondergrens"]),
    ("dP_relatief", ["V_eind", WEEGT], "signaal_relatief", [], ["K_begin", "K_eind", "V_eind"]),
]  # fmt: skip
LAGEN = {
    naam: ["corporatiewoningen"]
    for naam, laag in CAT.kaartlagen.items()
    if "overlast_onveiligheid" in laag.indicatoren
}


@pytest.mark.parametrize(("cijfer", "invoer", "naam", "erbij", "mist"), ANDERS)
def test_a_class_that_is_made_of_another_figure_says_so_by_both_hands(
    cijfer: str, invoer: list[str], naam: str, erbij: list[str], mist: list[str]
) -> None:
    cat = _met({cijfer: {"invoer": invoer}}, LAGEN if erbij else {})
    redenen = "; ".join(f"{k} {EDITIE}: ontbreekt" for k in mist)
    editie = cat.edities[EDITIE]
    laag = maak_laag(naam, indicatoren([CODE]), gebieden([CODE]), editie, cat)
    assert laag["toelichting"].tolist() == [f"geen meting: {redenen}"]
    assert Naspel(editie, [CODE], {}, cat).lagen[naam].toelichting == laag["toelichting"].tolist()


@pytest.mark.parametrize("naam", ["signaal_absoluut", "overlast_ontwikkeling", "focus"])
def test_a_layer_without_the_table_of_a_figure_deep_under_its_class_is_refused(naam: str) -> None:
    zonder = {laag: erbij for laag, erbij in LAGEN.items() if laag != naam}
    rijen = {"dP": {"invoer": ["V_begin", "corporatie_eind"]},
             "onv_klasse": {"invoer": ["corporatie_eind"]}}  # fmt: skip
    with pytest.raises(ValidationError, match=f"{naam}.indicatoren: .*van corporatiewoningen: zet"):
        _met(rijen, zonder)
